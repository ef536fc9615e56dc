"""What the first render of a table costs, beside an f-string, Jinja2 and htpy.

A render is everything from the rows to the HTML of a page body: the component runs, is mounted, written and
disposed of. The f-string escapes with ``markupsafe.escape``, as people would; with the C function underneath,
which is no public interface, it is another six times faster, and no template language is near it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from markupsafe import escape

from benchmarks.measure import compare
from wayfare.html import Node, table, tbody, td, tr
from wayfare.render import For, component, mount_root
from wayfare.render.component import Component

lowering = import_module("wayfare.render.lower")


@dataclass(frozen=True)
class Row:
    id: int
    name: str
    city: str
    amount: float


def make_rows(number: int) -> list[Row]:
    cities = ("Oslo", "São Paulo", "Köln", "L'Aquila")
    return [
        Row(
            at,
            f'Ann <b>& Bob</b> "{at}"' if at % 5 == 0 else f"Person Number {at}",
            cities[at % 4],
            at * 13.5,
        )
        for at in range(number)
    ]


def f_string(rows: list[Row]) -> str:
    body = "".join(
        [
            f'<tr class="row"><td>{escape(str(row.id))}</td><td>{escape(row.name)}</td>'
            f"<td>{escape(row.city)}</td><td>{escape(f'{row.amount:.2f}')}</td></tr>"
            for row in rows
        ]
    )
    return f"<table><tbody>{body}</tbody></table>"


def StaticTable(rows: list[Row]) -> Node:
    return table[
        tbody[
            [
                tr(class_="row")[td[str(row.id)], td[row.name], td[row.city], td[f"{row.amount:.2f}"]]
                for row in rows
            ]
        ]
    ]


def LiveTable(rows: list[Row]) -> Node:
    return table[
        tbody[
            For(each=rows)[
                lambda row: tr(class_="row")[
                    td[str(row.id)], td[row.name], td[row.city], td[f"{row.amount:.2f}"]
                ]
            ]
        ]
    ]


def ReactiveTable(rows: list[Row]) -> Node:
    return table[
        tbody[
            For(each=lambda: rows)[
                lambda row: tr(class_="row")[
                    td[lambda: str(row.id)],
                    td[lambda: row.name],
                    td[lambda: row.city],
                    td[lambda: f"{row.amount:.2f}"],
                ]
            ]
        ]
    ]


def wayfare(body: Callable[[list[Row]], Node], *, lowered: bool) -> Callable[[list[Row]], str]:
    made: Component[Any] = component(body)

    def render(rows: list[Row]) -> str:
        lowering.ENABLED = lowered
        mount = mount_root(lambda: made(rows), lambda _patch: None)
        html = mount.html()
        mount.dispose()
        return html

    return render


def others() -> dict[str, Callable[[list[Row]], str]]:
    found: dict[str, Callable[[list[Row]], str]] = {}
    try:
        from markupsafe._speedups import _escape_inner as inner
    except ImportError:
        pass
    else:

        def kernel(rows: list[Row]) -> str:
            body = "".join(
                [
                    f'<tr class="row"><td>{row.id}</td><td>{inner(row.name)}</td>'
                    f"<td>{inner(row.city)}</td><td>{row.amount:.2f}</td></tr>"
                    for row in rows
                ]
            )
            return f"<table><tbody>{body}</tbody></table>"

        found["f-string, C function of escape"] = kernel
    try:
        import jinja2
    except ImportError:
        pass
    else:
        template = jinja2.Environment(autoescape=True).from_string(
            '<table><tbody>{% for row in rows %}<tr class="row"><td>{{ row.id }}</td><td>{{ row.name }}</td>'
            "<td>{{ row.city }}</td><td>{{ '%.2f' % row.amount }}</td></tr>{% endfor %}</tbody></table>"
        )
        found["Jinja2"] = lambda rows: template.render(rows=rows)
    try:
        import htpy
    except ImportError:
        pass
    else:
        found["htpy"] = lambda rows: str(
            htpy.table[
                htpy.tbody[
                    [
                        htpy.tr(".row")[
                            htpy.td[str(row.id)],
                            htpy.td[row.name],
                            htpy.td[row.city],
                            htpy.td[f"{row.amount:.2f}"],
                        ]
                        for row in rows
                    ]
                ]
            ]
        )
    return found


def main() -> None:
    rows = make_rows(100)
    renderers: dict[str, Callable[[list[Row]], str]] = {
        "an f-string": f_string,
        **others(),
        "a list in a component": wayfare(StaticTable, lowered=True),
        "a list, not lowered": wayfare(StaticTable, lowered=False),
        "For": wayfare(LiveTable, lowered=True),
        "For, not lowered": wayfare(LiveTable, lowered=False),
        "For, reactive cells": wayfare(ReactiveTable, lowered=True),
        "For, reactive cells, not lowered": wayfare(ReactiveTable, lowered=False),
    }
    expected = f"<!--w1-->{f_string(rows)}<!--/-->"
    for name in ("a list in a component", "a list, not lowered"):
        assert renderers[name](rows) == expected, f"{name} renders something else"
    compare(
        "first render of a table of 100 rows of 4 cells",
        {name: lambda render=render: render(rows) for name, render in renderers.items()},
    )


if __name__ == "__main__":
    main()
