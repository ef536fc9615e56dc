"""How values and row ids are asked for in SQL, and what the answers become. Shared by all SELECTs.

A value is asked for as two expressions, its size in bytes and itself, of which the second is cut to a
beginning where it is long: no page ever reads a megabyte to show a line.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from .cells import Cell, Value
from .keys import LONGEST_ID, RowKey, encode_key
from .schema import Table, quote

LONG_IN_PAGE = 400
"""Bytes: longer values are cut in pages of rows and in titles."""
LONG_IN_ROW = 1 << 20
"""Bytes: longer values are cut on a row's own page."""
_KEPT = 200
_TITLE = 80


def cell_expressions(name: str, longest: int) -> tuple[str, str]:
    """SQL for a value's size in bytes, and for the value, or its beginning where that is over `longest`."""
    column = quote(name)
    size = f"length(CAST({column} AS BLOB))"
    cut = f"typeof({column}) IN ('text', 'blob') AND {size} > {longest}"
    return size, f"CASE WHEN {cut} THEN substr({column}, 1, {_KEPT}) ELSE {column} END"


def read_cells(values: Sequence[object], longest: int) -> tuple[Cell, ...]:
    return tuple(read_cell(values[i], values[i + 1], longest) for i in range(0, len(values), 2))


def read_cell(size: object, value: object, longest: int) -> Cell:
    if isinstance(value, str | bytes):
        stored = size if isinstance(size, int) else 0
        return Cell("blob" if isinstance(value, bytes) else "text", value, stored, cut=stored > longest)
    if isinstance(value, float):
        return Cell("real", value)
    return Cell("integer", value) if isinstance(value, int) else Cell("null")


def key_expressions(table: Table) -> list[str]:
    # A key too long for a URL is not worth reading: the row is found by its rowid, or shown without a link.
    key = [
        f"CASE WHEN length(CAST({quote(n)} AS BLOB)) <= {LONGEST_ID} THEN {quote(n)} END" for n in table.key
    ]
    return [*key, table.rowid_name] if table.rowid_name else key


def row_id(table: Table, values: Sequence[Value]) -> str | None:
    id = encode_key(RowKey(tuple(values[: len(table.key)]))) if table.key else None
    if id is None and table.rowid_name and values[-1] is not None:
        return encode_key(RowKey((values[-1],), by_rowid=True))
    return id


def short(text: str) -> str:
    """A title's length.

    >>> short("x" * 200) == "x" * 79 + "…"
    True
    """
    return text if len(text) <= _TITLE else text[: _TITLE - 1] + "…"


def interrupted(error: sqlite3.Error) -> bool:
    """Whether SQLite stopped because the caller's patience ended."""
    return error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT
