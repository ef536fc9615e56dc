"""The frame of a table: its name, columns and keys. It stays while its rows and single rows come and go."""

from __future__ import annotations

from ...components import A
from ...components.head import Title
from ...data import create_async
from ...html import (
    Node,
    code,
    details,
    div,
    h1,
    header,
    p,
    small,
    span,
    summary,
    table,
    tbody,
    td,
    th,
    thead,
    tr,
)
from ...reactive import create_memo
from ...render import For, Show, component
from ...routing import use_params
from ..keys import decode_name
from ..schema import Column, Table
from ..site import table_href, use_site
from .parts import plural, problems


@component
def TableFrame(children: Node) -> Node:
    """The table that the address names, made anew for each table."""
    params = use_params()
    name = create_memo(lambda prev: decode_name(params.table) if params.table is not None else prev)
    return Show(when=lambda: (name(),), keyed=True)[
        lambda only: problems(TableHead(name=only[0], children=children))
    ]


@component
def TableHead(name: str, children: Node) -> Node:
    """A table's head, and below it what the address shows of the table."""
    site = use_site()
    schema = create_async(lambda: site.table(name))

    def facts() -> str:
        current = schema()
        columns = plural(len(current.columns), "column")
        return f"{columns}, key: {', '.join(current.key)}" if current.key else columns

    return [
        Title[lambda: f"{schema().name} · {site.name}"],
        header(class_="table-head")[
            h1[
                A(href=table_href(name), end=True)[lambda: schema().name],
                Show(when=lambda: schema().kind != "table")[
                    span(class_="kind")[lambda: _kind_words(schema())]
                ],
            ],
            p(class_="facts")[facts],
            details(class_="schema")[
                summary["Columns and keys"],
                div(class_="scroll panel")[
                    table(class_="grid")[
                        thead[
                            tr[th(scope="col")["Column"], th(scope="col")["Type"], th(scope="col")["Notes"]]
                        ],
                        tbody[
                            For(each=lambda: schema().columns)[
                                lambda column: tr[
                                    td[column.name],
                                    td[code[column.declared or "any"]],
                                    td[lambda: _notes(schema(), column)],
                                ]
                            ]
                        ],
                    ]
                ],
            ],
        ],
        children,
    ]


def _kind_words(schema: Table) -> str:
    return {"view": "view", "virtual": "virtual table", "shadow": "kept by an extension"}[schema.kind]


def _notes(schema: Table, column: Column) -> Node:
    notes: list[Node] = []
    if column.key:
        place = f", part {column.key}" if len(schema.key) > 1 else ""
        notes.append(f"primary key{place}")
    if column.not_null:
        notes.append("not null")
    if column.generated:
        notes.append("generated")
    if column.default is not None:
        notes.append(["default ", code[column.default]])
    for reference in schema.references:
        if column.name in reference.columns:
            to = reference.to_columns[reference.columns.index(column.name)]
            notes.append(
                ["refers to ", A(href=table_href(reference.table))[reference.table], small[f".{to}"]]
            )
    return [[", " if i else None, note] for i, note in enumerate(notes)]
