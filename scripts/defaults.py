"""Writes docs/defaults.md from the fields of `Limits` and the comments beside them.

python scripts/defaults.py            writes the page
python scripts/defaults.py --check    says whether it is current
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "wayfare" / "page" / "limits.py"
PAGE = ROOT / "docs" / "defaults.md"
INTRODUCTION = """# Defaults and limits

Nothing in Wayfare grows without a bound. These are the bounds of an app and of each of its pages, with their
defaults. Each is a field of `wayfare.page.Limits`: `App(root, limits=Limits(pages_per_worker=500))` sets one.
Where one is reached, the error or the log names it.
"""


def sections() -> Iterator[tuple[str, list[tuple[str, float, str]]]]:
    """Each group of limits: its heading, and name, default and description of every field."""
    source = SOURCE.read_text()
    lines = source.splitlines()
    [limits] = [
        node for node in ast.parse(source).body if isinstance(node, ast.ClassDef) and node.name == "Limits"
    ]
    heading, rows = "", []
    for field, described in zip(limits.body, limits.body[1:], strict=False):
        if not isinstance(field, ast.AnnAssign) or field.value is None:
            continue
        above = lines[field.lineno - 2].strip()
        if above.startswith("#"):
            if rows:
                yield heading, rows
            heading, rows = above.strip("# ."), []
        text = described.value.value if isinstance(described, ast.Expr) else ""
        rows.append((ast.unparse(field.target), _number(field.value), " ".join(str(text).split())))
    yield heading, rows


def _number(node: ast.expr) -> float:
    # A product of constants, as in 14 * 24 * 3600.0.
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        return _number(node.left) * _number(node.right)
    value: float = ast.literal_eval(node)
    return value


def in_words(name: str, value: float) -> str:
    if name.endswith("_bytes"):
        for unit, size in (("MiB", 1 << 20), ("KiB", 1 << 10)):
            if value % size == 0:
                return f"{value / size:g} {unit}"
        return f"{value:,} bytes"
    if name.endswith("_seconds"):
        return f"{value / 86400:g} days" if value >= 86400 else f"{value:g} s"
    return f"{value:,}" if isinstance(value, int) else f"{value:g}"


def page() -> str:
    parts = [INTRODUCTION]
    for heading, rows in sections():
        table = [f"| `{name}` | {in_words(name, value)} | {text} |" for name, value, text in rows]
        parts.append(
            "\n".join([f"## {heading}", "", "| limit | default | |", "| --- | --- | --- |", *table, ""])
        )
    return "\n".join(parts)


def main() -> None:
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(page())
    elif PAGE.read_text() != page():
        sys.exit("docs/defaults.md is not what Limits says: run python scripts/defaults.py")


if __name__ == "__main__":
    main()
