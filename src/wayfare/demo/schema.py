"""What a database contains: its tables and views, their columns and keys. Read afresh each time.

Nothing here is remembered between calls: another program may add a column while the site is open, and
reading the schema of one table costs far less than being wrong about it.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Literal, cast

from .cells import Affinity, affinity_of
from .problems import DatabaseProblem, NotThere

TableKind = Literal["table", "view", "virtual", "shadow"]
_ROWID_NAMES = ("rowid", "_rowid_", "oid")
_OURS = "schema = 'main' AND name NOT LIKE 'sqlite#_%' ESCAPE '#'"
_ASCII_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `key`: its place in the primary key from 1, or 0; `generated`: computed, never written."""

    name: str
    declared: str
    affinity: Affinity
    key: int
    not_null: bool
    default: str | None
    generated: bool


@dataclass(frozen=True, slots=True)
class Reference:
    """A foreign key: `columns` of this table hold the values of `to_columns` in `table`."""

    columns: tuple[str, ...]
    table: str
    to_columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table or view as the schema has it.

    `key`: the primary key's columns in order; `rowid_name`: the name by which a row's hidden number can be
    asked for, or `None` where there is none (views, WITHOUT ROWID) or all its names are taken by columns.
    """

    name: str
    kind: TableKind
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    rowid_name: str | None
    references: tuple[Reference, ...]
    strict: bool = False

    def column(self, name: str) -> Column | None:
        """The column of that name, or `None`."""
        return next((column for column in self.columns if column.name == name), None)

    def place(self, name: str) -> int:
        """The column's position from 0, or -1. SQL ignores the case of A to Z in names, so this does too."""
        wanted = fold(name)
        return next((i for i, column in enumerate(self.columns) if fold(column.name) == wanted), -1)

    @property
    def has_row_ids(self) -> bool:
        """Whether single rows can be asked for."""
        return bool(self.key or self.rowid_name)

    @property
    def label(self) -> str | None:
        """The column that names a row for people: called like a name, else the first text that is no key."""
        names = {column.name.casefold(): column.name for column in self.columns}
        for wanted in ("name", "title", "label", "full_name", "fullname", "display_name"):
            if wanted in names:
                return names[wanted]
        texts = [column for column in self.columns if column.affinity == "TEXT"]
        plain = [column for column in texts if not column.key and not self._is_foreign(column.name)]
        return (plain or texts)[0].name if texts else None

    def _is_foreign(self, name: str) -> bool:
        return any(name in reference.columns for reference in self.references)


def fold(name: str) -> str:
    """A name as SQLite compares it: ASCII letters in lower case, all others as they are.

    >>> fold("Größe"), fold("ÉCOLE")
    ('größe', 'École')
    """
    return name.translate(_ASCII_LOWER)


def quote(name: str) -> str:
    """An identifier for SQL, whatever its characters are.

    >>> print(quote("select"), quote('6" pipe'))
    "select" "6"" pipe"
    """
    return '"' + name.replace('"', '""') + '"'


def list_tables(connection: sqlite3.Connection) -> list[tuple[str, TableKind]]:
    """Every table and view of the file: tables first, then views, then what extensions keep for themselves.

    SQLite's own (`sqlite_...`) are left out.
    """
    found = connection.execute(f"SELECT name, type FROM pragma_table_list WHERE {_OURS}").fetchall()
    order = {"table": 0, "virtual": 0, "view": 1, "shadow": 2}
    tables: list[tuple[str, TableKind]] = [(name, kind) for name, kind in found if kind in order]
    return sorted(tables, key=lambda entry: (order[entry[1]], entry[0].casefold(), entry[0]))


def read_table(connection: sqlite3.Connection, name: str) -> Table:
    """The schema of one table.

    Raises `NotThere` where the file has no such table.
    """
    entry = connection.execute(
        f"SELECT name, type, wr, strict FROM pragma_table_list WHERE {_OURS} AND name = ? COLLATE NOCASE",
        (name,),
    ).fetchone()
    if entry is None:
        raise NotThere("no-table", f"There is no table or view called “{name}” here.")
    exact, kind, without_rowid, strict = cast("tuple[str, TableKind, int, int]", entry)
    try:
        columns = _read_columns(connection, exact)
    except sqlite3.OperationalError as error:
        if kind != "view":
            raise
        raise DatabaseProblem("broken-view", f"The view “{exact}” can't be computed: {error}.") from error
    key = tuple(c.name for c in sorted((c for c in columns if c.key), key=lambda c: c.key))
    taken = {fold(column.name) for column in columns}
    has_rowid = kind != "view" and not without_rowid
    rowid_name = next((n for n in _ROWID_NAMES if n not in taken), None) if has_rowid else None
    references = tuple(_read_references(connection, exact))
    return Table(exact, kind, columns, key, rowid_name, references, bool(strict))


def referring_tables(connection: sqlite3.Connection, table: str) -> list[tuple[str, Reference]]:
    """The foreign keys of other tables (or of this one) that refer to `table`."""
    found: list[tuple[str, Reference]] = []
    for name, kind in list_tables(connection):
        if kind == "table":
            found += [(name, r) for r in _read_references(connection, name) if fold(r.table) == fold(table)]
    return found


def _read_columns(connection: sqlite3.Connection, name: str) -> tuple[Column, ...]:
    found = connection.execute(
        'SELECT name, type, "notnull", dflt_value, pk, hidden FROM pragma_table_xinfo(?) ORDER BY cid',
        (name,),
    )
    # hidden: 1 is a virtual table's own, 2 and 3 are generated columns.
    return tuple(
        Column(name, declared or "", affinity_of(declared or ""), key, bool(not_null), default, hidden > 1)
        for name, declared, not_null, default, key, hidden in found
        if hidden != 1
    )


def _read_references(connection: sqlite3.Connection, name: str) -> list[Reference]:
    rows = connection.execute(
        'SELECT id, "table", "from", "to" FROM pragma_foreign_key_list(?) ORDER BY id, seq', (name,)
    ).fetchall()
    groups: dict[int, tuple[str, list[str], list[str | None]]] = {}
    for number, table, from_, to in rows:
        group = groups.setdefault(number, (table, [], []))
        group[1].append(from_)
        group[2].append(to)
    references: list[Reference] = []
    for table, from_columns, to_columns in groups.values():
        # No column named means: the other table's primary key.
        named = tuple(to for to in to_columns if to is not None)
        target = named if len(named) == len(from_columns) else _primary_key(connection, table)
        if len(target) == len(from_columns):
            references.append(Reference(tuple(from_columns), table, target))
    return references


def _primary_key(connection: sqlite3.Connection, name: str) -> tuple[str, ...]:
    rows = connection.execute("SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk", (name,))
    return tuple(row[0] for row in rows.fetchall())
