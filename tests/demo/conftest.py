"""Databases of the kinds that people have, made in a temporary folder."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from wayfare.demo.database import Database

Make = Callable[..., Database]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """`make("CREATE TABLE ...; INSERT ...", write=True)`: a database with that content."""

    def make(script: str, *, name: str = "test.db", **options: object) -> Database:
        path = tmp_path / name
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript(script)
            connection.commit()
        return Database(path, **options)  # type: ignore[arg-type]

    return make
