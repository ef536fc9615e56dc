"""A database file, read and changed in calls that each stand alone.

Every call opens its own connection, works in one transaction, and closes it: calls run in worker threads,
several at a time, and the file may be replaced, locked or altered by other programs between any two of them.
Opening costs about a tenth of a millisecond. Reading is bounded in rows, bytes and time; a change is made
only if the row is still what the visitor saw, and in the transaction that checks it.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Literal

from . import reading
from .cells import FieldError, Value, read_field
from .keys import RowKey, decode_key, encode_key
from .problems import DatabaseProblem, NotThere, Refused, explain
from .records import Conflict, Count, Field, PageAsked, Row, RowsPage, Saved, TableEntry
from .relations import with_relations
from .schema import Table, TableKind, list_tables, quote, read_table

HEADER = b"SQLite format 3\0"
_COLUMNS_NAMED = 12


class Database:
    """A database file.

    `path`: the file; `write`: whether changes are allowed; `busy_timeout` and `patience`: seconds to wait for
    another program's lock, and for one call's reading; `count_budget`: seconds spent on exact row counts
    before an estimate is shown; `now`: the clock, in seconds.

    Every method raises `DatabaseProblem` (its message is meant for the page) where the file can't be read.
    """

    def __init__(
        self,
        path: Path,
        *,
        write: bool = False,
        busy_timeout: float = 2.0,
        patience: float = 5.0,
        count_budget: float = 0.3,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.path = path
        self.write = write
        self._busy_timeout = busy_timeout
        self._patience = patience
        self._count_budget = count_budget
        self._now = now

    def check(self) -> None:
        """Find out before anything is shown whether the file can be a database at all.

        Raises `DatabaseProblem` for a missing file, a folder, another kind of file, or one that this user may
        not read or, with `write`, change. A lock is not a problem here: it passes.
        """
        name = self.path.name
        if self.path.is_dir():
            raise DatabaseProblem("cannot-open", f"{self.path} is a folder, not a database file.")
        if not self.path.exists():
            raise DatabaseProblem("cannot-open", f"There is no file {self.path}.", "Check the name.")
        try:
            with self.path.open("r+b" if self.write else "rb") as file:
                head = file.read(len(HEADER))
        except OSError as error:
            doing = "change" if self.write else "read"
            raise DatabaseProblem(
                "cannot-open", f"This user may not {doing} {self.path}: {error.strerror}."
            ) from error
        if head and head != HEADER:
            raise DatabaseProblem(
                "not-a-database",
                f"{name} is not an SQLite database, or it is encrypted (it begins with {head!r}).",
                "An encrypted one (SQLCipher, SEE) has to be decrypted to a plain file first.",
            )
        try:
            self.tables()
        except DatabaseProblem as problem:
            if problem.code != "busy":
                raise

    def stamp(self) -> tuple[tuple[int, int, int] | None, ...]:
        """What changes whenever the file does: identity, time and size of it and of its write-ahead log."""
        stamps: list[tuple[int, int, int] | None] = []
        for path in (self.path, self.path.with_name(self.path.name + "-wal")):
            try:
                found = path.stat()
                stamps.append((found.st_ino, found.st_mtime_ns, found.st_size))
            except OSError:
                stamps.append(None)
        return tuple(stamps)

    def tables(self) -> tuple[TableEntry, ...]:
        """Every table and view, with its row count as far as counting fits in the budget."""
        with self._reading() as (connection, limit):
            limit.until(self._now() + self._count_budget)
            return tuple(_entry(connection, name, kind) for name, kind in list_tables(connection))

    def table(self, name: str) -> Table:
        """A table's schema. Raises `NotThere` for an unknown one."""
        with self._reading() as (connection, _):
            return read_table(connection, name)

    def page(self, name: str, asked: PageAsked) -> RowsPage:
        """One page of a table's rows, sorted and filtered as asked.

        Raises `NotThere` for an unknown table, `DatabaseProblem` with code `"too-slow"` past the patience.
        """
        with self._reading() as (connection, limit):
            table = read_table(connection, name)
            page = reading.read_page(connection, table, asked)
            limit.until(self._now() + self._count_budget)
            return page.with_count(reading.count_rows(connection, table, page))

    def row(self, name: str, id: str) -> Row:
        """One row, with the rows that refer to it.

        Raises `NotThere` for an unknown table or row.
        """
        with self._reading() as (connection, limit):
            table = read_table(connection, name)
            row = self._row(connection, table, id)
            if row is None:
                raise NotThere(
                    "no-row", f"“{table.name}” has no row with the id {id}.", "It may have been deleted."
                )
            limit.until(self._now() + self._count_budget)
            return with_relations(connection, row)

    def update(self, name: str, id: str, version: str, fields: Mapping[int, Field]) -> Saved | Conflict:
        """Change a row, if it is still in the version the visitor saw.

        `fields`: what was typed, by the column's place in the table; columns left out stay as they are.
        Only columns whose value differs are written. Raises `Refused` where a field or the database itself
        does not allow it; nothing is changed then.
        """
        with self._writing() as connection:
            table = self._writable(connection, name)
            row = self._row(connection, table, id)
            if row is None or row.version != version:
                return Conflict(row)
            changes = _read_fields(row, fields)
            if not changes:
                return Saved(row.id)
            where, bound = reading.where_key(table, _key(table, id))
            assignments = ", ".join(f"{quote(table.columns[place].name)} = ?" for place in changes)
            sql = f"UPDATE {quote(table.name)} SET {assignments} WHERE {where}"
            self._changed_one(connection.execute(sql, (*changes.values(), *bound)))
            return Saved(self._id_after(connection, table, row, changes))

    def delete(self, name: str, id: str, version: str) -> Literal["deleted"] | Conflict:
        """Delete a row, if it is still in the version the visitor saw. Raises `Refused` as `update` does."""
        with self._writing() as connection:
            table = self._writable(connection, name)
            row = self._row(connection, table, id)
            if row is None or row.version != version:
                return Conflict(row)
            where, bound = reading.where_key(table, _key(table, id))
            self._changed_one(connection.execute(f"DELETE FROM {quote(table.name)} WHERE {where}", bound))
            return "deleted"

    def _writable(self, connection: sqlite3.Connection, name: str) -> Table:
        table = read_table(connection, name)
        if table.kind != "table":
            raise Refused(f"“{table.name}” is a {table.kind}: its rows can't be changed here.")
        return table

    def _row(self, connection: sqlite3.Connection, table: Table, id: str) -> Row | None:
        return reading.read_row(connection, table, _key(table, id), id)

    def _changed_one(self, cursor: sqlite3.Cursor) -> None:
        if cursor.rowcount != 1:
            raise Refused("The database changed nothing: a trigger may have ignored the change.")

    def _id_after(
        self, connection: sqlite3.Connection, table: Table, row: Row, changes: Mapping[int, Value]
    ) -> str:
        """The id under which the changed row is found: affinity may have made another value of a new key."""
        if not any(table.columns[place].key for place in changes):
            return row.id
        names = [table.place(name) for name in table.key]
        values = tuple(changes.get(place, row.cells[place].value) for place in names)
        where, bound = reading.where_key(table, RowKey(values))
        stored = connection.execute(
            f"SELECT {', '.join(map(quote, table.key))} FROM {quote(table.name)} WHERE {where}", bound
        ).fetchone()
        return (stored and encode_key(RowKey(tuple(stored)))) or row.id

    @contextmanager
    def _reading(self) -> Generator[tuple[sqlite3.Connection, _Patience]]:
        limit = _Patience(self._now)
        try:
            with closing(self._connect("ro")) as connection:
                connection.set_progress_handler(limit, 5000)
                limit.until(self._now() + self._patience)
                connection.execute("BEGIN")
                yield connection, limit
        except (sqlite3.Error, ValueError) as error:
            raise explain(error, self.path) from error

    @contextmanager
    def _writing(self) -> Generator[sqlite3.Connection]:
        if not self.write:
            raise Refused("This site shows the database read-only.", "Start it with --write to change rows.")
        try:
            with closing(self._connect("rw")) as connection:
                connection.execute("PRAGMA foreign_keys = ON")
                connection.execute("BEGIN IMMEDIATE")
                try:
                    yield connection
                except BaseException:
                    if connection.in_transaction:
                        connection.execute("ROLLBACK")
                    raise
                connection.execute("COMMIT")
        except (sqlite3.Error, ValueError) as error:
            raise explain(error, self.path) from error

    def _connect(self, mode: Literal["ro", "rw"]) -> sqlite3.Connection:
        uri = f"{self.path.absolute().as_uri()}?mode={mode}"
        connection = sqlite3.connect(uri, uri=True, timeout=self._busy_timeout, isolation_level=None)
        # Bytes that are no UTF-8 must neither raise nor be lost: see `Cell`.
        connection.text_factory = _decode
        # The file may come from anywhere: its views and triggers get no functions with side effects.
        connection.execute("PRAGMA trusted_schema = OFF")
        return connection


class _Patience:
    """SQLite calls this every few thousand steps; a true answer stops the statement."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._deadline = float("inf")

    def until(self, deadline: float) -> None:
        self._deadline = deadline

    def __call__(self) -> bool:
        return self._now() > self._deadline


def _entry(connection: sqlite3.Connection, name: str, kind: TableKind) -> TableEntry:
    try:
        table = read_table(connection, name)
        others = dict.fromkeys(reference.table for reference in table.references)
        columns = tuple(column.name for column in table.columns[:_COLUMNS_NAMED])
        return TableEntry(name, kind, reading.count_all(connection, table), columns, tuple(others))
    except (sqlite3.Error, DatabaseProblem):
        # A view that is broken or a table whose extension is missing is still listed; its page says why.
        return TableEntry(name, kind, Count(None, exact=False))


def _key(table: Table, id: str) -> RowKey:
    key = decode_key(id)
    if key is None:
        raise NotThere(
            "no-row", f"“{table.name}” has no row with the id {id}.", "The address may have been cut short."
        )
    return key


def _decode(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")


def _read_fields(row: Row, fields: Mapping[int, Field]) -> dict[int, Value]:
    """The values that differ from the row's, by place. Raises `Refused` with words for every bad field."""
    changes: dict[int, Value] = {}
    wrong: dict[int, str] = {}
    for place, field in fields.items():
        if not 0 <= place < len(row.cells):
            raise Refused(
                "The form has a field for a column that the table does not have.", "Load the page again."
            )
        column, cell = row.table.columns[place], row.cells[place]
        if column.generated or cell.why_not_editable or not field.touched:
            continue
        try:
            value = read_field(field.text, field.is_null, column.affinity, cell)
        except FieldError as error:
            wrong[place] = str(error)
            continue
        if value is None and column.not_null:
            wrong[place] = "This column must have a value: it is declared NOT NULL."
        elif (type(value), value) != (type(cell.value), cell.value):
            changes[place] = value
    if wrong:
        raise Refused("Not saved: some values don't fit their columns.", fields=wrong)
    return changes
