"""The other end of foreign keys: the rows that a row refers to, and the rows that refer to it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace

from .cells import Cell, Value
from .keys import RowKey, encode_key
from .problems import NotThere
from .records import Count, Link, Relation, Row
from .schema import Column, Reference, Table, fold, quote, read_table, referring_tables
from .selecting import LONG_IN_PAGE, cell_expressions, interrupted, key_expressions, read_cell, row_id, short

_RELATIONS = 12
_RELATED_ROWS = 8
_COUNT_AT_MOST = 1_000_000

Links = tuple[Link | None, ...]


def page_links(
    connection: sqlite3.Connection, table: Table, columns: Sequence[Column], rows: Sequence[Sequence[Cell]]
) -> list[Links]:
    """For each row of a page the rows it refers to, with their titles.

    Only keys that are primary at the other end are followed here: their row ids need no look-up, and the
    titles of a whole page come by one query for each key.
    """
    links: list[list[Link | None]] = [[None] * len(columns) for _ in rows]
    for reference in table.references:
        places = [table.place(name) for name in reference.columns]
        target = _target(connection, reference)
        if target is None or -1 in places or max(places) >= len(columns):
            continue
        if [fold(name) for name in target.key] != [fold(name) for name in reference.to_columns]:
            continue
        keys = [tuple(row[place].value for place in places) for row in rows]
        titles = _titles(connection, target, [key[0] for key in keys]) if len(places) == 1 else {}
        for found, row, key in zip(links, rows, keys, strict=True):
            id = None if any(row[place].cut for place in places) else encode_key(RowKey(key))
            if id is not None:
                found[places[0]] = Link(target.name, id, titles.get(key[0], ""))
    return [tuple(found) for found in links]


def row_links(connection: sqlite3.Connection, table: Table, cells: Sequence[Cell]) -> Links:
    """For each column the row it refers to. Unlike in a page, keys that are not primary are looked up."""
    links: list[Link | None] = [None] * len(cells)
    for reference in table.references:
        places = [table.place(name) for name in reference.columns]
        target = _target(connection, reference)
        if target is None or -1 in places or any(cells[p].value is None or cells[p].cut for p in places):
            continue
        link = _find(connection, target, reference, [cells[p].value for p in places])
        if link is not None:
            links[places[0]] = link
    return tuple(links)


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


def _find(
    connection: sqlite3.Connection, table: Table, reference: Reference, values: Sequence[Value]
) -> Link | None:
    key = key_expressions(table)
    if not key:
        return None
    label = table.label if table.label not in reference.to_columns else None
    shown = cell_expressions(label, LONG_IN_PAGE) if label is not None else ()
    where = " AND ".join(f"{quote(name)} = ?" for name in reference.to_columns)
    found = connection.execute(
        f"SELECT {', '.join([*key, *shown])} FROM {quote(table.name)} WHERE {where} LIMIT 1", values
    ).fetchone()
    id = row_id(table, found[: len(key)]) if found else None
    if id is None:
        return None
    title = short(read_cell(found[-2], found[-1], LONG_IN_PAGE).text) if shown and found[-1] else ""
    return Link(table.name, id, title)


def _titles(connection: sqlite3.Connection, table: Table, keys: Sequence[Value]) -> dict[Value, str]:
    """What the rows with these (single) keys are called. Nothing where the key is itself the name."""
    if table.label is None or table.label in table.key:
        return {}
    wanted = list(dict.fromkeys(key for key in keys if key is not None))
    shown = ", ".join(cell_expressions(table.label, LONG_IN_PAGE))
    rows = connection.execute(
        f"SELECT {quote(table.key[0])}, {shown} FROM {quote(table.name)} "
        f"WHERE {quote(table.key[0])} IN ({', '.join('?' * len(wanted))})",
        wanted,
    ).fetchall()
    return {key: short(read_cell(size, value, LONG_IN_PAGE).text) for key, size, value in rows if value}


def _target(connection: sqlite3.Connection, reference: Reference) -> Table | None:
    try:
        return read_table(connection, reference.table)
    except NotThere:
        return None


def _relation(
    connection: sqlite3.Connection, table: Table, reference: Reference, values: Sequence[Value]
) -> Relation:
    label = table.label or next((c.name for c in table.columns if c.name not in reference.columns), None)
    key = key_expressions(table)
    shown = cell_expressions(label or reference.columns[0], LONG_IN_PAGE)
    where = " AND ".join(f"{quote(name)} = ?" for name in reference.columns)
    picked = ", ".join([*key, *shown])
    sql = f"SELECT {picked} FROM {quote(table.name)} WHERE {where} LIMIT {_RELATED_ROWS + 1}"
    rows = connection.execute(sql, values).fetchall()
    lines = tuple(
        (row_id(table, row[: len(key)]), read_cell(row[-2], row[-1], LONG_IN_PAGE).text)
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
