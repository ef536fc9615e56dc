"""The SELECTs: pages of rows, single rows, counts, and the rows at the other end of foreign keys.

All of them are bounded. A page has a fixed number of rows and columns; of long values only the beginning is
read; a statement that runs past the caller's patience is stopped by SQLite's progress handler, which is why
rows are counted through a sub-select (a bare `count(*)` is one step to SQLite and can't be stopped).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace

from .cells import Cell, Value, version_of
from .keys import RowKey
from .problems import NotThere
from .records import COLUMNS_SHOWN, FILTER_LENGTH, LAST_PAGE, Count, Line, PageAsked, Row, RowsPage
from .relations import page_links, row_links
from .schema import Table, quote
from .selecting import (
    LONG_IN_PAGE,
    LONG_IN_ROW,
    cell_expressions,
    interrupted,
    key_expressions,
    read_cells,
    row_id,
    short,
)

_COLUMNS_AT_ONCE = 500
_SEARCHED = 200
_COUNT_AT_MOST = 20_000_000


def read_page(connection: sqlite3.Connection, table: Table, asked: PageAsked) -> RowsPage:
    """One page of rows, without its count. Page numbers, filter and sort are taken within their bounds."""
    sort = asked.sort if asked.sort is not None and table.column(asked.sort) else None
    number = min(max(asked.number, 1), LAST_PAGE)
    asked = replace(asked, number=number, sort=sort, filter=asked.filter[:FILTER_LENGTH].replace("\0", ""))
    columns = table.columns[:COLUMNS_SHOWN]
    where, bound = _where(table, asked)
    shown = [part for column in columns for part in cell_expressions(column.name, LONG_IN_PAGE)]
    picked = ", ".join([*key_expressions(table), *shown])
    name, order = quote(table.name), _order(table, asked)
    slice_ = f"{where}{order} LIMIT {asked.size + 1} OFFSET {(number - 1) * asked.size}"
    if table.kind == "table" and table.rowid_name:
        # Sorting bare row numbers and then reading one page of rows is faster on large tables than sorting
        # the rows with all their columns.
        slice_ = f" WHERE {table.rowid_name} IN (SELECT {table.rowid_name} FROM {name}{slice_}){order}"
    rows = connection.execute(f"SELECT {picked} FROM {name}{slice_}", bound).fetchall()
    width = len(key_expressions(table))
    ids = [row_id(table, row[:width]) for row in rows[: asked.size]]
    cells = [read_cells(row[width:], LONG_IN_PAGE) for row in rows[: asked.size]]
    lines = map(Line, ids, cells, page_links(connection, table, columns, cells))
    return RowsPage(
        table, columns, len(table.columns) - len(columns), tuple(lines), asked, len(rows) > asked.size
    )


def count_rows(connection: sqlite3.Connection, table: Table, page: RowsPage) -> Count:
    """How many rows a page's question has in all: exact in time, else estimated where nothing is filtered."""
    before = (page.asked.number - 1) * page.asked.size
    if not page.more and (page.lines or not before):
        return Count(before + len(page.lines))
    return _count(connection, table, page.asked)


def count_all(connection: sqlite3.Connection, table: Table) -> Count:
    """How many rows a table has, exact or estimated."""
    return _count(connection, table, PageAsked())


def read_row(connection: sqlite3.Connection, table: Table, key: RowKey, id: str) -> Row | None:
    """One row with all its columns, or `None` where there is none with that key."""
    where, bound = where_key(table, key)
    cells: list[Cell] = []
    for start in range(0, len(table.columns), _COLUMNS_AT_ONCE):
        some = table.columns[start : start + _COLUMNS_AT_ONCE]
        picked = ", ".join(part for c in some for part in cell_expressions(c.name, LONG_IN_ROW))
        found = connection.execute(
            f"SELECT {picked} FROM {quote(table.name)} WHERE {where}", bound
        ).fetchone()
        if found is None:
            return None
        cells += read_cells(found, LONG_IN_ROW)
    version = version_of([column.name for column in table.columns], cells)
    return Row(
        table, id, version, tuple(cells), row_links(connection, table, cells), _title(table, cells, id)
    )


def where_key(table: Table, key: RowKey) -> tuple[str, tuple[Value, ...]]:
    """The condition that picks one row. Raises `NotThere` for a key that is not one of this table."""
    if key.by_rowid and table.rowid_name:
        return f"{table.rowid_name} = ?", key.values
    if key.by_rowid or not table.key or len(key.values) != len(table.key):
        raise NotThere(
            "no-row", f"That address is not one of a row of “{table.name}”.", "It may have been cut short."
        )
    return " AND ".join(f"{quote(name)} = ?" for name in table.key), key.values


def _where(table: Table, asked: PageAsked) -> tuple[str, tuple[Value, ...]]:
    conditions: list[str] = []
    bound: list[Value] = []
    if asked.by is not None and table.column(asked.by):
        conditions.append(f"{quote(asked.by)} IS ?")
        bound.append(asked.equals)
    if asked.filter:
        escaped = asked.filter.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        tests = [
            f"(typeof({quote(c.name)}) <> 'blob' AND {quote(c.name)} LIKE ? ESCAPE '\\')"
            for c in table.columns[:_SEARCHED]
        ]
        # In groups, because SQLite bounds the depth of one chain of ORs.
        groups = ["(" + " OR ".join(tests[i : i + 20]) + ")" for i in range(0, len(tests), 20)]
        conditions.append("(" + " OR ".join(groups) + ")")
        # One for each: a numbered placeholder beside a sequence of values is on its way out of sqlite3.
        bound.extend([f"%{escaped}%"] * len(tests))
    return (" WHERE " + " AND ".join(conditions) if conditions else ""), tuple(bound)


def _order(table: Table, asked: PageAsked) -> str:
    natural = [table.rowid_name] if table.rowid_name else [quote(name) for name in table.key]
    if table.kind in ("virtual", "view"):
        natural = []
    if asked.sort is not None:
        natural.insert(0, quote(asked.sort) + (" DESC" if asked.descending else ""))
    return " ORDER BY " + ", ".join(natural) if natural else ""


def _count(connection: sqlite3.Connection, table: Table, asked: PageAsked) -> Count:
    where, bound = _where(table, asked)
    sql = f"SELECT count(*) FROM (SELECT 1 FROM {quote(table.name)}{where} LIMIT {_COUNT_AT_MOST})"
    try:
        number = connection.execute(sql, bound).fetchone()[0]
        return Count(number) if number < _COUNT_AT_MOST else Count(None)
    except sqlite3.OperationalError as error:
        if not interrupted(error):
            raise
    return Count(None) if where else _estimate(connection, table)


def _estimate(connection: sqlite3.Connection, table: Table) -> Count:
    """From ANALYZE's statistics, else from the span of row numbers: both are single look-ups."""
    if connection.execute("SELECT 1 FROM pragma_table_list WHERE name = 'sqlite_stat1'").fetchone():
        found = connection.execute("SELECT stat FROM sqlite_stat1 WHERE tbl = ?", (table.name,)).fetchone()
        first = str(found[0]).split(" ")[0] if found else ""
        if first.isdigit():
            return Count(int(first), exact=False)
    if table.kind != "table" or table.rowid_name is None:
        return Count(None)
    name, rowid = quote(table.name), table.rowid_name
    # Two sub-selects: SQLite finds min and max by the index only one at a time.
    span = connection.execute(
        f"SELECT (SELECT max({rowid}) FROM {name}) - (SELECT min({rowid}) FROM {name}) + 1"
    ).fetchone()[0]
    return Count(span or 0, exact=False)


def _title(table: Table, cells: Sequence[Cell], id: str) -> str:
    place = table.place(table.label) if table.label is not None else -1
    return short(cells[place].text) if place >= 0 and cells[place].value not in (None, "") else id
