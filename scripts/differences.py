"""Writes what differs from SolidJS into docs/compatibility.md, from the list that the comparison holds.

python scripts/differences.py            writes the section
python scripts/differences.py --check    says whether it is current
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
LIST = ROOT / "conformance" / "reactive" / "differences.json"
PAGE = ROOT / "docs" / "compatibility.md"
HEADING = "## Reactive core"
INTRODUCTION = """Each line is shown by a program that both run (`python -m conformance.reactive.compare`).
Random programs are compared with these differences mirrored, event by event.

| | SolidJS | here | why |
| --- | --- | --- | --- |
"""


def section() -> str:
    """The section as it should stand in the page."""
    rows = [
        f"| {one['title']} | {one['upstream']} | {one['ours']} | {one['reason']} |\n"
        for one in json.loads(LIST.read_text())
    ]
    return f"{HEADING}\n\n{INTRODUCTION}{''.join(rows)}\n"


def page() -> str:
    """The whole page, with the section in its place."""
    before, rest = PAGE.read_text().split(f"{HEADING}\n", 1)
    _, after = rest.split("\n## ", 1)
    return f"{before}{section()}## {after}"


def main() -> int:
    current = page()
    if "--check" in sys.argv[1:]:
        if PAGE.read_text() != current:
            print("docs/compatibility.md is not what the list says: python scripts/differences.py writes it")
            return 1
        return 0
    PAGE.write_text(current)
    return 0


if __name__ == "__main__":
    sys.exit(main())
