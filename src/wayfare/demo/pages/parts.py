"""What several pages are made of: how a value is shown, and how a problem is told."""

from __future__ import annotations

from ...components import A
from ...data import ResponseHead, revalidate
from ...html import Node, button, div, h2, p, small, span
from ...reactive import current_scope, reset_error_boundaries
from ...render import ErrorBoundary, component
from ..cells import Cell
from ..problems import DatabaseProblem, NotThere
from ..records import Link
from ..schema import Column, Table
from ..site import row_href, use_site


def plural(number: int, noun: str) -> str:
    """A number with its noun.

    >>> plural(1, "table"), plural(1200, "column")
    ('1 table', '1,200 columns')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def is_number(column: Column, table: Table) -> bool:
    """Whether a column's values are lined up as numbers: not keys, which are names rather than amounts."""
    is_key = column.key or any(column.name in reference.columns for reference in table.references)
    return column.affinity in ("INTEGER", "REAL") and not is_key


def value_view(cell: Cell, link: Link | None) -> Node:
    """A value as it stands in a page: a null and bytes told from text, a foreign key as a link to its row."""
    if link is not None:
        title = link.title or cell.text
        return span(class_="other")[
            A(href=row_href(link.table, link.id))[title],
            small[cell.text] if link.title and link.title != cell.text else None,
        ]
    if cell.kind == "null":
        return span(class_="null")["NULL"]
    if cell.kind == "blob":
        return [span(class_="blob")[cell.text], " ", span(class_="remark")[cell.remark]]
    # A text alone is a text to the browser as well: a change of it replaces nothing.
    return [cell.text, span(class_="remark")[" ", cell.remark]] if cell.remark else cell.text


@component
def ProblemView(error: Exception) -> Node:
    """A problem in words, with a way on. An unknown table or row makes the answer a 404."""
    site = use_site()
    if not isinstance(error, DatabaseProblem):
        # Not the database's: the app's own boundary and the log know what to do with it.
        raise error
    head = current_scope().services.get(ResponseHead)
    if isinstance(error, NotThere):
        if isinstance(head, ResponseHead):
            head.status = 404
        return div(class_="problem", role="alert")[
            h2[error.what], p[error.advice], p(class_="actions")[A(href="/", class_="button")["All tables"]]
        ]
    if isinstance(head, ResponseHead):
        head.status = 503

    async def again() -> None:
        await revalidate([site.tables, site.table, site.rows, site.row])
        # What ails the file has shown in every part of the page.
        reset_error_boundaries()

    return div(class_="problem", role="alert", data_problem=error.code)[
        h2[error.what],
        p[error.advice],
        p(class_="actions")[button(type="button", on_click=again)["Try again"]],
    ]


def problems(content: Node) -> Node:
    """What is shown of `content`: itself, or its problem in words."""
    return ErrorBoundary(fallback=lambda error: ProblemView(error=error))[content]
