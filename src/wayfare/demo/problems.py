"""What can go wrong with a database file, in words.

SQLite says "database disk image is malformed" or "unable to open database file"; a visitor needs to know
which file, what that means and what helps. Every `sqlite3` error that reaches a page passes through
`explain`, so a page never shows a driver's sentence alone.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from ..errors import WayfareError


class DatabaseProblem(WayfareError):  # noqa: N818 - it is told to people, not only raised
    """A database that can't be read or written just now. `code` says which kind, for tests and styles.

    >>> problem = DatabaseProblem("busy", "Another program is writing to it.", "Try again in a moment.")
    >>> problem.code, str(problem)
    ('busy', 'Another program is writing to it. Try again in a moment.')
    """

    def __init__(self, code: str, what: str, advice: str = "") -> None:
        super().__init__(f"{what} {advice}".strip())
        self.code = code
        self.what = what
        self.advice = advice


class NotThere(DatabaseProblem):
    """A table or a row that the database does not have. The site answers 404 with these words."""


class Refused(DatabaseProblem):
    """A change that the database (a constraint, a trigger) or the form does not allow. Nothing was changed.

    `fields` has the words for single columns, by their place in the table.
    """

    def __init__(self, what: str, advice: str = "", *, fields: dict[int, str] | None = None) -> None:
        super().__init__("refused", what, advice)
        self.fields = fields or {}


# By primary result code (https://www.sqlite.org/rescode.html): kind, what happened, what helps.
_BY_CODE: dict[int, tuple[str, str, str]] = {
    sqlite3.SQLITE_BUSY: (
        "busy",
        "Another program is writing to {name} and holds its lock.",
        "Try again in a moment; if it lasts, look for a program that left a transaction open.",
    ),
    sqlite3.SQLITE_LOCKED: ("busy", "{name} is locked by another request.", "Try again in a moment."),
    sqlite3.SQLITE_NOTADB: (
        "not-a-database",
        "{name} is not an SQLite database, or it is encrypted.",
        "An encrypted one (SQLCipher, SEE) has to be decrypted to a plain file first.",
    ),
    sqlite3.SQLITE_CORRUPT: (
        "damaged",
        "{name} is damaged: SQLite finds its pages malformed.",
        "Work on a copy; `sqlite3 FILE .recover` saves what can be read.",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "cannot-open",
        "{name} can't be opened.",
        "It may have been moved or be unreadable for this user. A database in WAL mode also needs its "
        "-shm file, which can't be made in a folder that is read-only.",
    ),
    sqlite3.SQLITE_PERM: ("cannot-open", "This user may not open {name}.", "Check the file's permissions."),
    sqlite3.SQLITE_READONLY: (
        "read-only",
        "{name} can't be written to.",
        "Check the permissions of the file and of its folder, or start without --write.",
    ),
    sqlite3.SQLITE_IOERR: (
        "disk",
        "The disk failed while {name} was read or written.",
        "Check the disk, or the network if the file is on another machine.",
    ),
    sqlite3.SQLITE_FULL: (
        "disk",
        "The disk that holds {name} is full.",
        "Nothing was changed. Free some space.",
    ),
    sqlite3.SQLITE_TOOBIG: ("too-big", "A value in {name} is too large to be read at once.", ""),
    sqlite3.SQLITE_NOMEM: ("too-big", "There was not enough memory to read {name}.", ""),
    sqlite3.SQLITE_SCHEMA: (
        "changed",
        "The tables of {name} changed while they were read.",
        "Load the page again.",
    ),
    sqlite3.SQLITE_INTERRUPT: (
        "too-slow",
        "That took longer than this site waits, so it was stopped.",
        "A shorter filter, or a sort by an indexed column, asks less of the database.",
    ),
}


def explain(error: BaseException, path: Path) -> DatabaseProblem:
    """Put a driver's error into words.

    `error`: what `sqlite3` raised; `path`: the file it was about, of which the name is shown.

    >>> explain(sqlite3.OperationalError("no such table: x"), Path("/a/b.db")).code
    'changed'
    """
    name = path.name
    if isinstance(error, DatabaseProblem):
        return error
    if isinstance(error, UnicodeEncodeError | ValueError):
        return DatabaseProblem(
            "unreadable-name", f"A name in {name} is not valid text, so SQL can't ask for it."
        )
    code = getattr(error, "sqlite_errorcode", None)
    if isinstance(code, int) and (code & 0xFF) in _BY_CODE:
        kind, what, advice = _BY_CODE[code & 0xFF]
        return DatabaseProblem(kind, what.format(name=name), advice)
    said = str(error)
    if "no such module" in said:
        module = said.rpartition(":")[2].strip()
        return DatabaseProblem(
            "extension",
            f"This table is kept by the SQLite extension {module!r}, which this Python does not have.",
            "The other tables can be read all the same.",
        )
    if said.startswith(("no such table", "no such column")):
        return DatabaseProblem(
            "changed",
            f"{name} changed while it was read ({said}).",
            "Load the page again to see it as it is now.",
        )
    if isinstance(error, sqlite3.IntegrityError):
        return Refused(explain_constraint(said))
    return DatabaseProblem("sqlite", f"SQLite could not do that with {name}: {said}.")


def explain_constraint(said: str) -> str:
    """What a failed constraint means, from SQLite's message.

    >>> explain_constraint("UNIQUE constraint failed: country.code")
    'Another row has the same country.code already.'
    """
    kind, _, where = said.partition(" constraint failed")
    where = where.lstrip(": ")
    match kind:
        case "NOT NULL":
            return f"{where} must have a value: it is declared NOT NULL."
        case "UNIQUE":
            return f"Another row has the same {where} already."
        case "FOREIGN KEY":
            return (
                "A row that this one refers to, or that refers to this one, would be missing (foreign key)."
            )
        case "CHECK":
            return f"The table's own check does not allow this value: {where}."
        case _:
            return f"The database refused it: {said}."
