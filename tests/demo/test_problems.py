from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from wayfare.demo.problems import DatabaseProblem, NotThere, Refused, explain, explain_constraint

FILE = Path("/some/where/shop.db")


def failing(code: int, said: str = "what the driver says") -> sqlite3.OperationalError:
    error = sqlite3.OperationalError(said)
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (sqlite3.SQLITE_BUSY, "busy"),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, "busy"),
        (sqlite3.SQLITE_LOCKED, "busy"),
        (sqlite3.SQLITE_NOTADB, "not-a-database"),
        (sqlite3.SQLITE_CORRUPT, "damaged"),
        (sqlite3.SQLITE_CANTOPEN, "cannot-open"),
        (sqlite3.SQLITE_READONLY, "read-only"),
        (sqlite3.SQLITE_IOERR_READ, "disk"),
        (sqlite3.SQLITE_FULL, "disk"),
        (sqlite3.SQLITE_INTERRUPT, "too-slow"),
    ],
)
def test_what_sqlite_says_is_told_with_the_files_name_and_what_helps(code: int, kind: str) -> None:
    problem = explain(failing(code), FILE)
    assert problem.code == kind
    assert "what the driver says" not in str(problem)
    assert "/some/where" not in str(problem)
    assert kind == "too-slow" or "shop.db" in problem.what


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (failing(sqlite3.SQLITE_ERROR, "no such module: zipfile"), "extension 'zipfile'"),
        (failing(sqlite3.SQLITE_ERROR, "no such column: x"), "changed while it was read"),
        (failing(sqlite3.SQLITE_ERROR, "something new"), "could not do that with shop.db: something new"),
        (UnicodeEncodeError("utf-8", "\udce9", 0, 1, "surrogates"), "not valid text"),
    ],
)
def test_other_errors_have_words_too(error: Exception, words: str) -> None:
    assert words in str(explain(error, FILE))


def test_a_problem_is_told_once() -> None:
    problem = NotThere("no-row", "There is none.")
    assert explain(problem, FILE) is problem
    assert isinstance(problem, DatabaseProblem)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("NOT NULL constraint failed: t.a", "t.a must have a value"),
        ("UNIQUE constraint failed: t.a, t.b", "same t.a, t.b"),
        ("FOREIGN KEY constraint failed", "foreign key"),
        ("CHECK constraint failed: price > 0", "price > 0"),
        ("datatype mismatch", "datatype mismatch"),
    ],
)
def test_a_refused_change_is_told_by_its_reason(said: str, words: str) -> None:
    assert words in explain_constraint(said)
    error = sqlite3.IntegrityError(said)
    assert isinstance(explain(error, FILE), Refused)
