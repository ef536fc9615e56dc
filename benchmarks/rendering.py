"""What a table of 100 rows of 4 cells costs, beside one f-string that escapes the same cells."""

from __future__ import annotations

from markupsafe import escape

from benchmarks.measure import compare
from wayfare import For, component, render_to_string
from wayfare.html import Element, table, tbody, td, tr

ROWS = [(number, f"name {number}", f"<{number}>", number * 1.5) for number in range(100)]


def floor() -> str:
    rows = "".join(
        f"<tr><td>{row[0]}</td><td>{escape(row[1])}</td><td>{escape(row[2])}</td><td>{row[3]}</td></tr>"
        for row in ROWS
    )
    return f"<table><tbody>{rows}</tbody></table>"


@component
def Table() -> Element:
    return table[tbody[For(each=ROWS)[lambda row: tr[td[row[0]], td[row[1]], td[row[2]], td[row[3]]]]],]


@component
def Cells() -> Element:
    return table[tbody[[tr[[td[cell] for cell in row]] for row in ROWS]]]


def main() -> None:
    compare(
        "a table of 100 rows",
        {
            "an f-string": floor,
            "For and a template": lambda: render_to_string(Table),
            "elements in a comprehension": lambda: render_to_string(Cells),
        },
    )


if __name__ == "__main__":
    main()
