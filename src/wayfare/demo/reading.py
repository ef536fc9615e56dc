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
from .keys import LONGEST_ID, RowKey, encode_key
from .problems import NotThere
from .records import COLUMNS_SHOWN, FILTER_LENGTH, LAST_PAGE, Count, Line, PageAsked, Relation, Row, RowsPage
from .schema import Column, Reference, Table, fold, quote, read_table, referring_tables

_COLUMNS_AT_ONCE = 500
_LONG_IN_PAGE = 400
_LONG_IN_ROW = 1 << 20
_KEPT = 200
_SEARCHED = 200
_RELATIONS = 12
_RELATED_ROWS = 8
_COUNT_AT_MOST = 20_000_000

Links = tuple[tuple[str, str] | None, ...]


def read_page(connection: sqlite3.Connection, table: Table, asked: PageAsked) -> RowsPage:
    """One page of rows, without its count. Page numbers, filter and sort are taken within their bounds."""
    sort = asked.sort if asked.sort is not None and table.column(asked.sort) else None
    number = min(max(asked.number, 1), LAST_PAGE)
    asked = replace(asked, number=number, sort=sort, filter=asked.filter[:FILTER_LENGTH].replace("\0", ""))
    columns = table.columns[:COLUMNS_SHOWN]
    where, bound = _where(table, asked)
    shown = [part for column in columns for part in _cell_expressions(column.name, _LONG_IN_PAGE)]
    picked = ", ".join([*_key_expressions(table), *shown])
    name, order = quote(table.name), _order(table, asked)
    slice_ = f"{where}{order} LIMIT {asked.size + 1} OFFSET {(number - 1) * asked.size}"
    if table.kind == "table" and table.rowid_name:
        # Sorting bare row numbers and then reading one page of rows is faster on large tables than sorting
        # the rows with all their columns.
        slice_ = f" WHERE {table.rowid_name} IN (SELECT {table.rowid_name} FROM {name}{slice_}){order}"
    rows = connection.execute(f"SELECT {picked} FROM {name}{slice_}", bound).fetchall()
    followed = _followed(connection, table, columns)
    width = len(_key_expressions(table))
    lines: list[Line] = []
    for row in rows[: asked.size]:
        cells = _cells(row[width:], _LONG_IN_PAGE)
        links: list[tuple[str, str] | None] = [None] * len(columns)
        for places, target in followed:
            links[places[0]] = _link(target, [cells[place] for place in places])
        lines.append(Line(_id(table, row[:width]), cells, tuple(links)))
    return RowsPage(columns, len(table.columns) - len(columns), tuple(lines), asked, len(rows) > asked.size)


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
        picked = ", ".join(part for c in some for part in _cell_expressions(c.name, _LONG_IN_ROW))
        found = connection.execute(
            f"SELECT {picked} FROM {quote(table.name)} WHERE {where}", bound
        ).fetchone()
        if found is None:
            return None
        cells += _cells(found, _LONG_IN_ROW)
    version = version_of([column.name for column in table.columns], cells)
    return Row(
        table, id, version, tuple(cells), _row_links(connection, table, cells), _title(table, cells, id)
    )


def with_relations(connection: sqlite3.Connection, row: Row) -> Row:
    """The row, with the first rows of other tables that refer to it, as far as patience lasts."""
    relations: list[Relation] = []
    try:
        for name, reference in referring_tables(connection, row.table.name)[:_RELATIONS]:
            places = [row.table.place(column) for column in reference.to_columns]
            if -1 in places or any(row.cells[place].value is None for place in places):
                continue
            values = [row.cells[place].value for place in places]
            relation = _relation(connection, read_table(connection, name), reference, values)
            if relation.lines:
                relations.append(relation)
    except sqlite3.OperationalError as error:
        # A foreign key without an index on a large table: the row is worth showing without it.
        if not interrupted(error):
            raise
    return replace(row, relations=tuple(relations))


def where_key(table: Table, key: RowKey) -> tuple[str, tuple[Value, ...]]:
    """The condition that picks one row. Raises `NotThere` for a key that is not one of this table."""
    if key.by_rowid and table.rowid_name:
        return f"{table.rowid_name} = ?", key.values
    if key.by_rowid or not table.key or len(key.values) != len(table.key):
        raise NotThere(
            "no-row", f"That address is not one of a row of “{table.name}”.", "It may have been cut short."
        )
    return " AND ".join(f"{quote(name)} = ?" for name in table.key), key.values


def interrupted(error: sqlite3.Error) -> bool:
    """Whether SQLite stopped because the caller's patience ended."""
    return error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT


def _where(table: Table, asked: PageAsked) -> tuple[str, tuple[Value, ...]]:
    conditions: list[str] = []
    bound: list[Value] = []
    if asked.by is not None and table.column(asked.by):
        conditions.append(f"{quote(asked.by)} IS ?")
        bound.append(asked.equals)
    if asked.filter:
        escaped = asked.filter.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        tests = [
            f"(typeof({quote(c.name)}) <> 'blob' AND {quote(c.name)} LIKE ?{len(bound) + 1} ESCAPE '\\')"
            for c in table.columns[:_SEARCHED]
        ]
        # In groups, because SQLite bounds the depth of one chain of ORs.
        groups = ["(" + " OR ".join(tests[i : i + 20]) + ")" for i in range(0, len(tests), 20)]
        conditions.append("(" + " OR ".join(groups) + ")")
        bound.append(f"%{escaped}%")
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


def _cell_expressions(name: str, longest: int) -> tuple[str, str]:
    """SQL for a value's size in bytes, and for the value, or its beginning where that is over `longest`."""
    column = quote(name)
    size = f"length(CAST({column} AS BLOB))"
    cut = f"typeof({column}) IN ('text', 'blob') AND {size} > {longest}"
    return size, f"CASE WHEN {cut} THEN substr({column}, 1, {_KEPT}) ELSE {column} END"


def _cells(values: Sequence[object], longest: int) -> tuple[Cell, ...]:
    return tuple(_cell(values[i], values[i + 1], longest) for i in range(0, len(values), 2))


def _cell(size: object, value: object, longest: int) -> Cell:
    if isinstance(value, str | bytes):
        stored = size if isinstance(size, int) else 0
        return Cell("blob" if isinstance(value, bytes) else "text", value, stored, cut=stored > longest)
    if isinstance(value, float):
        return Cell("real", value)
    return Cell("integer", value) if isinstance(value, int) else Cell("null")


def _key_expressions(table: Table) -> list[str]:
    # A key too long for a URL is not worth reading: the row is found by its rowid, or shown without a link.
    key = [
        f"CASE WHEN length(CAST({quote(n)} AS BLOB)) <= {LONGEST_ID} THEN {quote(n)} END" for n in table.key
    ]
    return [*key, table.rowid_name] if table.rowid_name else key


def _id(table: Table, values: Sequence[Value]) -> str | None:
    id = encode_key(RowKey(tuple(values[: len(table.key)]))) if table.key else None
    if id is None and table.rowid_name and values[-1] is not None:
        return encode_key(RowKey((values[-1],), by_rowid=True))
    return id


def _followed(
    connection: sqlite3.Connection, table: Table, columns: Sequence[Column]
) -> list[tuple[list[int], Table]]:
    """The foreign keys to another table's primary key: its row ids need no look-up."""
    followed: list[tuple[list[int], Table]] = []
    for reference in table.references:
        places = [table.place(name) for name in reference.columns]
        target = _target(connection, reference)
        if target is None or -1 in places or max(places) >= len(columns):
            continue
        if [fold(name) for name in target.key] == [fold(name) for name in reference.to_columns]:
            followed.append((places, target))
    return followed


def _target(connection: sqlite3.Connection, reference: Reference) -> Table | None:
    try:
        return read_table(connection, reference.table)
    except NotThere:
        return None


def _link(target: Table, cells: Sequence[Cell]) -> tuple[str, str] | None:
    if any(cell.cut for cell in cells):
        return None
    id = encode_key(RowKey(tuple(cell.value for cell in cells)))
    return (target.name, id) if id is not None else None


def _row_links(connection: sqlite3.Connection, table: Table, cells: Sequence[Cell]) -> Links:
    """For each column the row it refers to. Unlike in a page, keys that are not primary are looked up."""
    links: list[tuple[str, str] | None] = [None] * len(cells)
    for reference in table.references:
        places = [table.place(name) for name in reference.columns]
        target = _target(connection, reference)
        if target is None or -1 in places or any(cells[p].value is None or cells[p].cut for p in places):
            continue
        where = " AND ".join(f"{quote(name)} = ?" for name in reference.to_columns)
        picked = ", ".join(_key_expressions(target))
        if not picked:
            continue
        found = connection.execute(
            f"SELECT {picked} FROM {quote(target.name)} WHERE {where} LIMIT 1",
            [cells[p].value for p in places],
        ).fetchone()
        id = _id(target, found) if found else None
        if id is not None:
            links[places[0]] = (target.name, id)
    return tuple(links)


def _relation(
    connection: sqlite3.Connection, table: Table, reference: Reference, values: Sequence[Value]
) -> Relation:
    label = table.label or next((c.name for c in table.columns if c.name not in reference.columns), None)
    key = _key_expressions(table)
    shown = _cell_expressions(label or reference.columns[0], _LONG_IN_PAGE)
    where = " AND ".join(f"{quote(name)} = ?" for name in reference.columns)
    picked = ", ".join([*key, *shown])
    sql = f"SELECT {picked} FROM {quote(table.name)} WHERE {where} LIMIT {_RELATED_ROWS + 1}"
    rows = connection.execute(sql, values).fetchall()
    lines = tuple(
        (_id(table, row[: len(key)]), _cell(row[-2], row[-1], _LONG_IN_PAGE).text)
        for row in rows[:_RELATED_ROWS]
    )
    column = reference.columns[0] if len(values) == 1 else None
    count = Count(len(rows))
    if len(rows) > _RELATED_ROWS:
        number = connection.execute(
            f"SELECT count(*) FROM (SELECT 1 FROM {quote(table.name)} WHERE {where} LIMIT {_COUNT_AT_MOST})",
            values,
        ).fetchone()[0]
        count = Count(number)
    return Relation(table.name, column, values[0] if column else None, lines, count)


def _title(table: Table, cells: Sequence[Cell], id: str) -> str:
    place = table.place(table.label) if table.label is not None else -1
    text = cells[place].text if place >= 0 and cells[place].value not in (None, "") else id
    return text if len(text) <= 80 else text[:79] + "…"
