"""A table's rows: pages, sort and filter, all of it in the address, so that it can be kept and sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ...components import A
from ...data import create_async
from ...html import (
    Node,
    button,
    div,
    form,
    input_,
    nav,
    p,
    small,
    span,
    table,
    tbody,
    td,
    th,
    thead,
    tr,
)
from ...reactive import create_memo
from ...render import Event, For, Show, component, debounce, prevent_default
from ...routing import use_params, use_search_params
from ..cells import Cell
from ..keys import decode_name
from ..records import Line, Link, RowsPage
from ..schema import Column
from ..site import row_href, table_href, use_site
from .parts import is_number, problems, value_view

FILTER_WAIT = 250
"""Milliseconds without a key pressed before a filter is asked for."""

Asked = tuple[int, str, str, str, str]


def asked_in(search: Mapping[str, Any]) -> Asked:
    """Page, sort, filter and value asked for, from the search parameters; what makes no sense is left out.

    >>> asked_in({"page": "3", "sort": "-name", "q": "a"}), asked_in({"page": "x"})
    ((3, '-name', 'a', '', ''), (1, '', '', '', ''))
    """

    def text(name: str) -> str:
        value = search.get(name) or ""
        return value if isinstance(value, str) else str(value[0])

    page = text("page")
    number = int(page) if page.isdecimal() and len(page) < 10 else 1
    return max(number, 1), text("sort"), text("q"), text("by"), text("is")


@component
def RowsView() -> Node:
    """A page of rows, in words where they can't be read."""
    return problems(RowsTable())


@component
def RowsTable() -> Node:
    """The filter, the rows, the way to other pages."""
    site = use_site()
    params = use_params()
    search, set_search = use_search_params()
    name = decode_name(params.table)
    rows = create_async(lambda: site.rows(name, *asked_in(search)))
    # The order counts, which the comparison of two dicts would overlook.
    lines = create_memo(lambda: _by_key(rows()), equals=False)
    columns = create_memo(lambda: rows().columns)

    def to(**changes: str) -> str:
        number, sort, filter, by, equals = asked_in(search)
        now = {"q": filter, "sort": sort, "page": str(number) if number > 1 else "", "by": by, "is": equals}
        return table_href(name, **{**now, **changes})

    def look_for(event: Event) -> None:
        set_search(q=event.value, page=None, replace=True)

    def heading(column: Column) -> Node:
        def direction() -> str:
            sort = asked_in(search)[1]
            return "ascending" if sort == column.name else "descending" if sort == f"-{column.name}" else ""

        def next_sort() -> str:
            order = {"": column.name, "ascending": f"-{column.name}", "descending": ""}
            return to(sort=order[direction()], page="")

        css = "number" if is_number(column, rows().table) else None
        return th(scope="col", class_=css, aria_sort=lambda: direction() or None)[
            A(href=next_sort, no_scroll=True, title=f"Sort by {column.name}")[
                column.name, " ", span(class_="arrow", aria_hidden="true")[lambda: _arrow(direction())]
            ],
            small[" · ".join([column.declared or "any", *(["key"] if column.key else [])])],
        ]

    def row(key: str) -> Node:
        # A row that is about to go is still read: it stays as it was.
        last = lines()[key]
        line = create_memo(lambda prev: lines().get(key) or prev or last)
        return _row(rows(), line)

    return [
        form(
            class_="tools",
            role="search",
            method="get",
            action=table_href(name),
            on_submit=prevent_default(_stay),
        )[
            input_(
                type="search",
                name="q",
                value=lambda: asked_in(search)[2],
                placeholder="Filter rows",
                aria_label="Filter rows",
                autocomplete="off",
                spellcheck="false",
                on_input=debounce(look_for, FILTER_WAIT),
            ),
            button(class_="plain")["Filter"],
            Show(when=lambda: asked_in(search)[3])[
                span(class_="tag")[
                    lambda: _only_words(rows()), A(href=lambda: to(by="", **{"is": ""}, page=""))["Show all"]
                ]
            ],
            span(class_="found", role="status")[lambda: _found_words(rows())],
        ],
        div(class_="rows scroll panel", tabindex="0", role="region", aria_label=f"Rows of {name}")[
            table(class_="grid")[
                thead[tr[For(each=columns)[heading]]],
                tbody[For(each=lambda: list(lines()))[row]],
            ],
            Show(when=lambda: not rows().lines)[p(class_="empty")[lambda: _empty_words(rows())]],
        ],
        nav(class_="pager", aria_label="Pages")[
            _step("‹ Previous", lambda: _other_page(to, rows(), -1)),
            span[lambda: _page_words(rows())],
            _step("Next ›", lambda: _other_page(to, rows(), 1)),
        ],
    ]


def _row(page: RowsPage, line: Callable[[], Line]) -> Node:
    id, columns, schema = line().id, page.columns, page.table
    shown = [column.name for column in columns]
    opens = shown.index(schema.label) if schema.label in shown else 0
    changes = -1

    def glow() -> str | None:
        # Counts the versions of this row that this page has shown; the first is no change.
        nonlocal changes
        line()
        changes += 1
        return None if not changes else "changed-odd" if changes % 2 else "changed-even"

    def cell(place: int, column: Column) -> Node:
        def current() -> tuple[Cell, Link | None]:
            return line().cells[place], line().links[place]

        css = {"number": is_number(column, schema), "key": bool(column.key) and place != opens}
        if place == opens and id is not None:
            return td(class_=css)[
                A(href=row_href(schema.name, id), class_="open")[
                    lambda: line().cells[place].text or "(empty)"
                ]
            ]
        value = create_memo(current)
        return td(class_=css)[lambda: value_view(*value())]

    return tr(class_=create_memo(glow))[[cell(place, column) for place, column in enumerate(columns)]]


def _by_key(page: RowsPage) -> dict[str, Line]:
    """The lines by what tells them apart while they change: their ids, or else their places."""
    return {line.id or f"#{i}": line for i, line in enumerate(page.lines)}


def _step(text: str, target: Callable[[], str | None]) -> Node:
    found = create_memo(target)
    return Show(when=lambda: found() is not None, fallback=span(class_="button", aria_disabled=True)[text])[
        A(href=lambda: found() or "", class_="button")[text]
    ]


def _other_page(to: Callable[..., str], page: RowsPage, step: int) -> str | None:
    number = page.asked.number + step
    if number < 1 or (step > 0 and not page.more):
        return None
    if step < 0 and page.last is not None:
        number = min(number, page.last)
    return to(page=str(number) if number > 1 else "")


def _arrow(direction: str) -> str:
    return {"ascending": "↑", "descending": "↓", "": ""}[direction]


def _found_words(page: RowsPage) -> str:
    words = page.count.words()
    return f"{words} with “{page.asked.filter}”" if page.asked.filter else words


def _only_words(page: RowsPage) -> str:
    value = page.asked.equals
    shown = "NULL" if value is None else value.hex() if isinstance(value, bytes) else str(value)
    return f"Only rows whose {page.asked.by} is {shown[:60]}"


def _empty_words(page: RowsPage) -> str:
    if page.asked.number > 1:
        return "There are no rows on this page."
    if page.asked.filter or page.asked.by:
        return "No row matches. Try less of the word; upper and lower case are the same for A to Z only."
    return "This table has no rows yet."


def _page_words(page: RowsPage) -> str:
    last = f" of {page.last:,}" if page.last is not None else ""
    more = f", {page.hidden} more columns on each row's page" if page.hidden else ""
    return f"Page {page.asked.number:,}{last}{more}"


def _stay() -> None:
    """Enter in the filter does nothing more: what was typed has been sent by then."""
