"""One row: all its values, where they lead, what refers to it, and the way to change or delete it."""

from __future__ import annotations

from collections.abc import Callable

from ...components import A
from ...components.head import Title
from ...data import create_async, use_submission
from ...html import (
    Node,
    article,
    button,
    dd,
    details,
    div,
    dl,
    dt,
    form,
    h2,
    h3,
    header,
    input_,
    li,
    p,
    section,
    small,
    span,
    summary,
    ul,
)
from ...reactive import create_memo, on_cleanup
from ...render import For, Show, component
from ...routing import use_params
from ..keys import decode_name
from ..records import Relation, Row
from ..schema import Column
from ..site import VERSION_FIELD, row_href, table_href, use_site, value_text
from .parts import problems, value_view


@component
def RowPage() -> Node:
    """The row that the address names, made anew for each row."""
    params = use_params()
    address = create_memo(
        lambda prev: (decode_name(params.table), params.id) if params.id is not None else prev
    )
    return Show(when=address, keyed=True)[lambda at: problems(RowView(table=at[0], id=at[1]))]


@component
def RowView(table: str, id: str) -> Node:
    """A row's values and relations."""
    site = use_site()
    row = create_async(lambda: site.row(table, id))
    relations = create_memo(lambda: {(r.table, r.column): r for r in row().relations})

    def related(key: tuple[str, str | None]) -> Node:
        # A relation that is about to go is still read: it stays as it was.
        last = relations()[key]
        return _related(create_memo(lambda prev: relations().get(key) or prev or last))

    return article[
        Title[lambda: f"{row().title} · {row().table.name}"],
        A(href=table_href(table), class_="back")["‹ All rows"],
        header(class_="row-head")[
            h2[lambda: row().title],
            Show(when=lambda: site.writable and row().table.kind == "table")[
                A(href=f"{row_href(table, id)}/edit", class_="button main")["Edit"],
                DeleteForm(table=table, id=id, row=row),
            ],
        ],
        dl(class_="record panel")[
            For(each=lambda: list(enumerate(row().table.columns)))[
                lambda numbered: _value(numbered[0], numbered[1], row)
            ]
        ],
        For(each=lambda: list(relations()))[related],
    ]


@component
def DeleteForm(table: str, id: str, row: Callable[[], Row]) -> Node:
    """Deletes after a second click; without JavaScript too, because a `details` needs none."""
    site = use_site()
    attempt = use_submission(site.delete, lambda given: given[:2] == (table, id))
    on_cleanup(attempt.clear)
    return [
        details(class_="confirm")[
            summary(class_="button danger")["Delete…"],
            form(class_="panel", action=site.delete.with_(table, id), method="post")[
                p["Delete this row for good?"],
                input_(type="hidden", name=VERSION_FIELD, value=lambda: row().version),
                button(class_="danger", disabled=lambda: bool(attempt.pending))["Delete it"],
            ],
        ],
        Show(when=lambda: attempt.result)[
            lambda result: div(class_="note", role="alert")[
                p[lambda: result().problem], p["What is shown here is the row as it is now."]
            ]
        ],
    ]


def _value(place: int, column: Column, row: Callable[[], Row]) -> Node:
    value = create_memo(lambda: (row().cells[place], row().links[place]))
    changes = -1

    def glow() -> str | None:
        nonlocal changes
        value()
        changes += 1
        return None if not changes else "changed-odd" if changes % 2 else "changed-even"

    return div(class_=create_memo(glow))[
        dt[column.name, small[(column.declared or "any").lower()]], dd[lambda: value_view(*value())]
    ]


def _related(relation: Callable[[], Relation]) -> Node:
    def all_of_them() -> str:
        current = relation()
        if current.column is None:
            return table_href(current.table)
        return table_href(current.table, by=current.column, **{"is": value_text(current.equals)})

    def words() -> str:
        current = relation()
        through = f" by {current.column}" if current.column is not None else ""
        return (
            f" · {current.count.words()} refer{'s' if current.count.number == 1 else ''} to this one{through}"
        )

    def chip(line: tuple[str | None, str]) -> Node:
        id, title = line
        return li[span[title] if id is None else A(href=row_href(relation().table, id))[title or "(empty)"]]

    def rest() -> int:
        return (relation().count.number or 0) - len(relation().lines)

    return section(class_="related")[
        h3[A(href=all_of_them)[lambda: relation().table], span(class_="soft")[words]],
        ul(class_="chips")[
            For(each=lambda: relation().lines)[chip],
            Show(when=lambda: rest() > 0)[li[A(href=all_of_them)[lambda: f"{rest():,} more"]]],
        ],
    ]
