from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from wayfare.demo.database import Database
from wayfare.demo.records import Link, PageAsked
from wayfare.demo.sample import build_sample


def test_the_sample_has_a_few_hundred_rows_that_fit_together(tmp_path: Path) -> None:
    path = build_sample(tmp_path / "sample.db")
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    counts = {entry.name: entry.count.number or 0 for entry in Database(path).tables()}
    assert counts["element"] == 118
    assert counts["country"] == 193
    assert 300 < sum(counts.values()) < 1000


def test_the_samples_rows_are_linked_and_named(tmp_path: Path) -> None:
    database = Database(build_sample(tmp_path / "sample.db"))
    row = database.row("planet", "6")
    assert row.title == "Saturn"
    assert [(relation.table, relation.count.number) for relation in row.relations] == [("moon", 12)]
    assert database.row("border", "AR.BO").links == (
        Link("country", "AR", "Argentina"),
        Link("country", "BO", "Bolivia"),
    )
    (ganymede, titan) = (
        line.cells[0].text for line in database.page("moons larger than Mercury", PageAsked()).lines
    )
    assert (ganymede, titan) == ("Ganymede", "Titan")
