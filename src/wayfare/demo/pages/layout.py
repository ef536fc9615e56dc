"""The frame of every page: the table list at its side, which stays while everything else comes and goes."""

from __future__ import annotations

from collections.abc import Callable

from ...components import A
from ...components.head import Link, Title
from ...data import AsyncAccessor, create_async
from ...html import Node, a, div, footer, h1, h2, header, li, nav, p, path, rect, small, span, strong, svg, ul
from ...html import main as main_
from ...reactive import create_effect, create_memo
from ...render import For, Show, component
from ..records import TableEntry
from ..site import table_href, use_site
from .parts import plural, problems


@component
def Layout(children: Node) -> Node:
    """Brand, table list and connection at the side, the page in the middle."""
    site = use_site()
    watched = create_async(site.watch)
    create_effect(lambda: watched.latest)
    return [
        Title[site.name],
        Link(rel="stylesheet", href="/static/demo.css"),
        Link(rel="icon", href="/static/mark.svg", type="image/svg+xml"),
        a(class_="skip", href="#content")["Skip to the content"],
        div(class_="app")[
            header(class_="side")[
                A(href="/", class_="brand", end=True)[
                    _mark(), span[strong[site.name], small["Wayfare demo"]]
                ],
                nav(class_="tables", aria_label="Tables")[problems(TableList())],
                footer(class_="foot")[_connection(), p[_mode(site.writable, site.is_sample)]],
            ],
            main_(id="content", class_="content", tabindex="-1")[children],
        ],
    ]


@component
def TableList() -> Node:
    """Tables, then views, then what extensions keep for themselves."""
    tables = create_async(use_site().tables)
    return [
        _stops("Tables", _of_kinds(tables, "table", "virtual")),
        _stops("Views", _of_kinds(tables, "view")),
        _stops("Kept by extensions", _of_kinds(tables, "shadow")),
    ]


@component
def Front() -> Node:
    """The first page: every table with what it holds."""
    site = use_site()
    tables = create_async(site.tables)

    def summary() -> str:
        kinds = [entry.kind for entry in tables()]
        views = kinds.count("view")
        parts = [plural(len(kinds) - views, "table"), *([plural(views, "view")] if views else [])]
        return (
            " and ".join(parts) + ". A change made in one window shows in every other one that looks at it."
        )

    return problems(
        div(class_="front")[
            h1[site.name],
            Show(when=lambda: bool(tables()), fallback=_nothing_yet())[
                p[summary],
                ul(class_="cards")[
                    For(each=lambda: [entry.name for entry in tables()])[
                        lambda name: li[_card(name, lambda: _entry(tables(), name))]
                    ]
                ],
            ],
        ]
    )


@component
def NotFound() -> Node:
    """An address that no page has."""
    return div(class_="problem")[
        Title["Not found"],
        h2["There is nothing at this address"],
        p["It may be mistyped, or lead to a page that this database does not have."],
        p(class_="actions")[A(href="/", class_="button")["All tables"]],
    ]


def _of_kinds(tables: AsyncAccessor[tuple[TableEntry, ...]], *kinds: str) -> Callable[[], list[TableEntry]]:
    return create_memo(lambda: [entry for entry in tables() if entry.kind in kinds])


def _entry(entries: tuple[TableEntry, ...], name: str) -> TableEntry | None:
    return next((entry for entry in entries if entry.name == name), None)


def _stops(title: str, entries: Callable[[], list[TableEntry]]) -> Node:
    def stop(name: str) -> Node:
        def count() -> str:
            entry = next((entry for entry in entries() if entry.name == name), None)
            return "" if entry is None or entry.count.number is None else f"{entry.count.number:,}"

        return li[
            A(href=table_href(name), title=name)[span(class_="name")[name], span(class_="count")[count]]
        ]

    return Show(when=lambda: bool(entries()))[
        h2[title],
        ul(class_=["stops", "view" if title == "Views" else ""])[
            For(each=lambda: [entry.name for entry in entries()])[stop]
        ],
    ]


def _card(name: str, entry: Callable[[], TableEntry | None]) -> Node:
    def shown(read: Callable[[TableEntry], str]) -> Callable[[], str]:
        def text() -> str:
            current = entry()
            return "" if current is None else read(current)

        return text

    return A(href=table_href(name), class_="card panel")[
        h2[name],
        p(class_="count")[shown(lambda current: current.count.words())],
        p(class_="columns")[shown(lambda current: ", ".join(current.columns))],
        p(class_="leads")[
            shown(lambda current: "→ " + ", ".join(current.refers_to) if current.refers_to else "")
        ],
    ]


def _nothing_yet() -> Node:
    return p["This database has no tables yet. As soon as another program makes one, load the page again."]


def _connection() -> Node:
    # Which of these shows is the style sheet's affair: the client writes the state into the root element.
    return p(class_="link", role="status")[
        span(class_="still")["Plain pages, without a live connection"],
        span(class_="joining")["Connecting"],
        span(class_="live")["Live"],
        span(class_="lost")["Connection lost, trying again"],
        span(class_="off")["No connection: links and forms work as plain pages"],
    ]


def _mode(writable: bool, is_sample: bool) -> str:
    if is_sample:
        return "A sample, made anew at each start. Edit away."
    return "Rows can be edited." if writable else "Read-only. Start with --write to edit."


def _mark() -> Node:
    return svg({"viewBox": "0 0 32 32"}, aria_hidden="true")[
        rect(class_="mark-ground", width="32", height="32", rx="8"),
        path(class_="mark-path", d="M7 10.5 L11.5 22 L16 12 L20.5 22 L25 10.5"),
    ]
