from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wayfare.demo.database import Database
from wayfare.demo.problems import DatabaseProblem, NotThere, Refused
from wayfare.demo.records import Conflict, Count, Field, Link, PageAsked, Saved
from wayfare.demo.schema import quote

Make = Callable[..., Database]

PEOPLE = """
CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT NOT NULL, age INTEGER, note TEXT);
INSERT INTO person VALUES (1, 'Ada', 36, NULL), (2, 'Alan', 41, ''), (3, 'Grace', 85, '100%_sure\\');
"""


def change(database: Database, table: str, id: str, **typed: str | None) -> object:
    """Save one form, begun from the row as it is now. `None` ticks the NULL box."""
    row = database.row(table, id)
    fields = {row.table.place(name): Field(text or "", text is None) for name, text in typed.items()}
    return database.update(table, id, row.version, fields)


# What is in the file


def test_tables_come_first_then_views_then_what_extensions_keep(make: Make) -> None:
    database = make(
        PEOPLE + "CREATE VIEW adults AS SELECT * FROM person; CREATE VIRTUAL TABLE a USING fts5(x);"
    )
    kinds = [(entry.name, entry.kind) for entry in database.tables()]
    assert kinds[:3] == [("a", "virtual"), ("person", "table"), ("adults", "view")]
    assert {kind for _, kind in kinds[3:]} == {"shadow"}


def test_sqlites_own_tables_are_not_shown(make: Make) -> None:
    database = make(
        "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT); INSERT INTO t DEFAULT VALUES; ANALYZE;"
        "CREATE TABLE sqliteish (x);"
    )
    assert [entry.name for entry in database.tables()] == ["sqliteish", "t"]
    with pytest.raises(NotThere):
        database.page("sqlite_sequence", PageAsked())


def test_columns_have_their_types_keys_defaults_and_generated_ones(make: Make) -> None:
    database = make(
        "CREATE TABLE t (b TEXT DEFAULT 'x', a INT NOT NULL, c AS (a + 1), d AS (a + 2) STORED, "
        "PRIMARY KEY (a, b))"
    )
    table = database.table("t")
    assert table.key == ("a", "b")
    assert [(c.name, c.declared, c.not_null, c.default, c.generated) for c in table.columns] == [
        ("b", "TEXT", False, "'x'", False),
        ("a", "INT", True, None, False),
        ("c", "", False, None, True),
        ("d", "", False, None, True),
    ]


def test_a_table_is_found_as_sql_finds_it(make: Make) -> None:
    database = make(PEOPLE)
    assert database.table("PERSON").name == "person"
    with pytest.raises(NotThere, match="nobody"):
        database.table("nobody")


def test_a_broken_view_is_listed_and_says_what_is_wrong(make: Make) -> None:
    database = make(PEOPLE + "CREATE VIEW v AS SELECT * FROM person; DROP TABLE person;")
    assert [(entry.name, entry.count) for entry in database.tables()] == [("v", Count(None, exact=False))]
    with pytest.raises(DatabaseProblem, match=r"view “v” can't be computed: no such table"):
        database.page("v", PageAsked())


def test_an_empty_file_is_a_database_without_tables(tmp_path: Path) -> None:
    path = tmp_path / "empty.db"
    path.touch()
    database = Database(path)
    database.check()
    assert database.tables() == ()


# Pages of rows


def test_a_page_has_its_rows_and_their_number(make: Make) -> None:
    page = make(PEOPLE).page("person", PageAsked())
    assert [line.id for line in page.lines] == ["1", "2", "3"]
    assert [cell.text for cell in page.lines[0].cells] == ["1", "Ada", "36", "NULL"]
    assert page.count == Count(3)
    assert not page.more
    assert page.last == 1


def test_pages_are_bounded_and_numbered(make: Make) -> None:
    database = make(
        "CREATE TABLE n (x INTEGER PRIMARY KEY);"
        "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 95) "
        "INSERT INTO n SELECT i FROM c"
    )
    pages = [database.page("n", PageAsked(number=i, size=40)) for i in (1, 2, 3, 4)]
    assert [len(page.lines) for page in pages] == [40, 40, 15, 0]
    assert [page.more for page in pages] == [True, True, False, False]
    assert [page.count.number for page in pages] == [95, 95, 95, 95]
    assert [page.last for page in pages] == [3, 3, 3, 3]
    assert database.page("n", PageAsked(number=-5)).asked.number == 1
    assert database.page("n", PageAsked(number=10**30)).lines == ()


@pytest.mark.parametrize(
    ("sort", "descending", "names"),
    [
        ("age", False, ["Ada", "Alan", "Grace"]),
        ("age", True, ["Grace", "Alan", "Ada"]),
        ("note", False, ["Ada", "Alan", "Grace"]),
        ("no such column", True, ["Ada", "Alan", "Grace"]),
    ],
)
def test_rows_are_sorted_by_a_column(make: Make, sort: str, descending: bool, names: list[str]) -> None:
    page = make(PEOPLE).page("person", PageAsked(sort=sort, descending=descending))
    assert [line.cells[1].text for line in page.lines] == names


@pytest.mark.parametrize(
    ("filter", "names"),
    [
        ("a", ["Ada", "Alan", "Grace"]),
        ("ALA", ["Alan"]),
        ("85", ["Grace"]),
        ("%", ["Grace"]),
        ("_", ["Grace"]),
        ("\\", ["Grace"]),
        ("%_", ["Grace"]),
        ("'; DROP TABLE person; --", []),
        ("\0ada", ["Ada"]),
    ],
)
def test_a_filter_is_text_and_never_a_pattern(make: Make, filter: str, names: list[str]) -> None:
    page = make(PEOPLE).page("person", PageAsked(filter=filter))
    assert [line.cells[1].text for line in page.lines] == names
    assert page.count == Count(len(names))


def test_a_filter_passes_bytes_over(make: Make) -> None:
    database = make("CREATE TABLE t (x); INSERT INTO t VALUES (x'616263'), ('abc')")
    assert len(database.page("t", PageAsked(filter="abc")).lines) == 1


def test_rows_with_one_value_of_a_column(make: Make) -> None:
    database = make(PEOPLE)
    assert [line.id for line in database.page("person", PageAsked(by="age", equals=41)).lines] == ["2"]
    assert [line.id for line in database.page("person", PageAsked(by="note")).lines] == ["1"]
    both = PageAsked(by="age", equals=41, filter="Ada")
    assert database.page("person", both).lines == ()


def test_a_table_of_very_many_columns_shows_the_first_and_a_row_shows_all(make: Make) -> None:
    columns = ", ".join(f"c{i} TEXT" for i in range(1990))
    database = make(
        f"CREATE TABLE wide ({columns}); INSERT INTO wide (c0, c1989) VALUES ('first', 'last')", write=True
    )
    page = database.page("wide", PageAsked(filter="first"))
    assert (len(page.columns), page.hidden, len(page.lines)) == (60, 1930, 1)
    row = database.row("wide", page.lines[0].id or "")
    assert (len(row.cells), row.cells[-1].text) == (1990, "last")
    assert change(database, "wide", row.id, c1989="changed") == Saved(row.id)
    assert database.row("wide", row.id).cells[-1].text == "changed"


def test_long_values_are_read_only_to_their_beginning(make: Make) -> None:
    database = make("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b BLOB)")
    with closing(sqlite3.connect(database.path)) as connection:
        connection.execute("INSERT INTO t VALUES (1, ?, ?)", ("ä" * 3_000_000, bytes(3_000_000)))
        connection.commit()
    cells = database.page("t", PageAsked()).lines[0].cells
    assert [(c.kind, c.size, c.cut) for c in cells[1:]] == [
        ("text", 6_000_000, True),
        ("blob", 3_000_000, True),
    ]
    assert len(cells[1].text) < 500
    assert "6.0 MB" in database.row("t", "1").cells[1].why_not_editable
    assert len(str(database.row("t", "1"))) < 30_000


def test_counting_stops_and_an_estimate_is_shown(make: Make) -> None:
    script = (
        "CREATE TABLE n (x INTEGER PRIMARY KEY, y TEXT); CREATE TABLE w (x PRIMARY KEY) WITHOUT ROWID;"
        "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 20000) "
        "INSERT INTO n SELECT i, 'row ' || i FROM c; INSERT INTO w SELECT x FROM n;"
    )
    database = make(script, count_budget=-1.0)
    assert database.page("n", PageAsked()).count == Count(20000, exact=False)
    assert database.page("n", PageAsked()).last is None
    assert database.page("n", PageAsked(filter="row")).count == Count(None)
    assert database.page("w", PageAsked()).count == Count(None)
    with closing(sqlite3.connect(database.path)) as connection:
        connection.execute("DELETE FROM n WHERE x = 10000")
        connection.execute("ANALYZE")
        connection.commit()
    assert database.page("n", PageAsked()).count == Count(19999, exact=False)
    assert [entry.count.number for entry in database.tables()] == [19999, 20000]
    exact = Database(database.path, count_budget=60.0)
    assert exact.page("n", PageAsked(filter="row 1999")).count == Count(11)


def test_a_question_that_takes_too_long_is_stopped_in_words(make: Make) -> None:
    endless = "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c) SELECT max(i) FROM c"
    database = make(f"CREATE VIEW endless AS {endless}", patience=0.05, count_budget=0.01)
    with pytest.raises(DatabaseProblem, match="longer than this site waits") as caught:
        database.page("endless", PageAsked())
    assert caught.value.code == "too-slow"
    assert database.tables()[0].count.number is None


# Single rows


@pytest.mark.parametrize(
    ("script", "id"),
    [
        (
            "CREATE TABLE t (k INTEGER PRIMARY KEY, v); INSERT INTO t VALUES (9007199254740993, 1)",
            "9007199254740993",
        ),
        ("CREATE TABLE t (k TEXT PRIMARY KEY, v); INSERT INTO t VALUES ('a b', 1)", "a~20b"),
        ("CREATE TABLE t (k TEXT PRIMARY KEY, v); INSERT INTO t VALUES (NULL, 1)", "~w1"),
        ("CREATE TABLE t (k, l, v, PRIMARY KEY (l, k)); INSERT INTO t VALUES (2020, 'DE', 1)", "DE.2020"),
        ("CREATE TABLE t (k, v, PRIMARY KEY (k)) WITHOUT ROWID; INSERT INTO t VALUES (x'CAFE', 1)", "~xCAFE"),
        ("CREATE TABLE t (k REAL PRIMARY KEY, v); INSERT INTO t VALUES (1.5, 1)", "~r1~2E5"),
        ("CREATE TABLE t (k, v); INSERT INTO t VALUES (5, 1)", "~w1"),
        ("CREATE TABLE t (rowid, v); INSERT INTO t VALUES (5, 1)", "~w1"),
        ("CREATE TABLE t (rowid, _rowid_, v); INSERT INTO t VALUES (5, 6, 1)", "~w1"),
        ("CREATE TABLE t (k TEXT PRIMARY KEY, v); INSERT INTO t VALUES (hex(zeroblob(900)), 1)", "~w1"),
    ],
)
def test_a_row_is_found_again_by_its_id_and_changed(make: Make, script: str, id: str) -> None:
    database = make(script, write=True)
    assert [line.id for line in database.page("t", PageAsked()).lines] == [id]
    assert change(database, "t", id, v="2") == Saved(id)
    row = database.row("t", id)
    assert row.cells[row.table.place("v")].text == "2"
    assert database.delete("t", id, row.version) == "deleted"
    with pytest.raises(NotThere):
        database.row("t", id)


@pytest.mark.parametrize(
    "script",
    [
        "CREATE VIEW t AS SELECT 1 AS a",
        "CREATE TABLE t (rowid, oid, _rowid_); INSERT INTO t VALUES (1, 2, 3)",
    ],
)
def test_rows_without_an_identity_are_shown_but_have_no_id(make: Make, script: str) -> None:
    database = make(script)
    assert [line.id for line in database.page("t", PageAsked()).lines] == [None]
    assert not database.table("t").has_row_ids
    with pytest.raises(NotThere):
        database.row("t", "~w1")


@pytest.mark.parametrize("id", ["99", "Ada", "1.2", "~w1~", "~w", "..", "9" * 40, "~xZZ"])
def test_an_id_of_no_row_is_not_there(make: Make, id: str) -> None:
    with pytest.raises(NotThere):
        make(PEOPLE).row("person", id)


FAMILY = """
CREATE TABLE planet (id INTEGER PRIMARY KEY, name TEXT UNIQUE);
CREATE TABLE moon (
    name TEXT PRIMARY KEY, planet INTEGER REFERENCES planet, by_name TEXT REFERENCES planet(name)
);
INSERT INTO planet VALUES (4, 'Mars'), (5, 'Jupiter');
INSERT INTO moon VALUES
    ('Phobos', 4, NULL), ('Deimos', 4, 'Mars'), ('Lost', 77, 'Vulcan'), ('Free', NULL, NULL);
WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 20)
    INSERT INTO moon SELECT 'J' || i, 5, NULL FROM c;
"""


def test_a_foreign_key_links_to_the_row_it_refers_to(make: Make) -> None:
    database = make(FAMILY)
    page = database.page("moon", PageAsked(by="planet", equals=4))
    assert [line.links for line in page.lines] == [(None, Link("planet", "4", "Mars"), None)] * 2
    assert database.row("moon", "Deimos").links == (None, Link("planet", "4", "Mars"), Link("planet", "4"))
    assert database.row("moon", "Lost").links == (None, None, None)
    assert database.row("moon", "Free").links == (None, None, None)


def test_a_row_shows_the_first_rows_that_refer_to_it(make: Make) -> None:
    row = make(FAMILY).row("planet", "5")
    (relation,) = row.relations
    assert (relation.table, relation.column, relation.equals, relation.count) == (
        "moon",
        "planet",
        5,
        Count(20),
    )
    assert relation.lines[0] == ("J1", "J1")
    assert len(relation.lines) == 8
    assert row.title == "Jupiter"


def test_composite_and_dangling_foreign_keys(make: Make) -> None:
    database = make(
        "CREATE TABLE a (x, y, name, PRIMARY KEY (x, y)); INSERT INTO a VALUES (1, 'u', 'one');"
        "CREATE TABLE b (id INTEGER PRIMARY KEY, p, q, z REFERENCES gone (k), "
        "FOREIGN KEY (p, q) REFERENCES a);"
        "INSERT INTO b VALUES (1, 1, 'u', 3), (2, 1, NULL, NULL);"
    )
    assert [line.links[1] for line in database.page("b", PageAsked()).lines] == [Link("a", "1.u"), None]
    assert database.row("b", "1").links == (None, Link("a", "1.u", "one"), None, None)
    assert [relation.column for relation in database.row("a", "1.u").relations] == [None]


# Changes


def test_only_the_columns_that_differ_are_written(make: Make) -> None:
    database = make(
        PEOPLE + "CREATE TABLE log (said); CREATE TRIGGER tr AFTER UPDATE OF name ON person "
        "BEGIN INSERT INTO log VALUES (new.name); END;",
        write=True,
    )
    assert change(database, "person", "1", name="Ada", age="37", note=None) == Saved("1")
    assert [cell.text for cell in database.row("person", "1").cells] == ["1", "Ada", "37", "NULL"]
    assert database.page("log", PageAsked()).lines == ()


def test_a_changed_row_is_not_overwritten_and_both_versions_are_known(make: Make) -> None:
    database = make(PEOPLE, write=True)
    seen = database.row("person", "1")
    change(database, "person", "1", age="50")
    outcome = database.update("person", "1", seen.version, {1: Field("Countess")})
    assert isinstance(outcome, Conflict)
    assert outcome.now is not None
    assert [cell.text for cell in outcome.now.cells] == ["1", "Ada", "50", "NULL"]
    assert isinstance(database.delete("person", "1", seen.version), Conflict)
    assert database.update("person", "1", outcome.now.version, {1: Field("Countess")}) == Saved("1")


def test_a_row_that_was_deleted_meanwhile_is_a_conflict_without_a_row(make: Make) -> None:
    database = make(PEOPLE, write=True)
    seen = database.row("person", "1")
    assert database.delete("person", "1", seen.version) == "deleted"
    assert database.update("person", "1", seen.version, {1: Field("x")}) == Conflict(None)
    assert database.delete("person", "1", seen.version) == Conflict(None)


def test_a_column_added_meanwhile_is_a_conflict(make: Make) -> None:
    database = make(PEOPLE, write=True)
    seen = database.row("person", "1")
    with closing(sqlite3.connect(database.path)) as connection:
        connection.execute("ALTER TABLE person RENAME COLUMN name TO called")
    assert isinstance(database.update("person", "1", seen.version, {1: Field("x")}), Conflict)


def test_every_bad_field_is_named_and_nothing_is_written(make: Make) -> None:
    database = make(PEOPLE, write=True)
    with pytest.raises(Refused) as caught:
        change(database, "person", "1", name=None, age="old", note="kept?")
    assert set(caught.value.fields) == {1, 2}
    assert "NOT NULL" in caught.value.fields[1]
    assert database.row("person", "1").cells[3].value is None


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (
            "CREATE TABLE t (id INTEGER PRIMARY KEY, v UNIQUE); INSERT INTO t VALUES (1, 1), (2, 2)",
            "Another row has",
        ),
        (
            "CREATE TABLE t (id INTEGER PRIMARY KEY, v CHECK (v < 2)); INSERT INTO t VALUES (1, 1)",
            "own check",
        ),
        (
            "CREATE TABLE u (id INTEGER PRIMARY KEY);"
            "CREATE TABLE t (id INTEGER PRIMARY KEY, v REFERENCES u); INSERT INTO t VALUES (1, NULL)",
            "foreign key",
        ),
        (
            "CREATE TABLE t (id INTEGER PRIMARY KEY, v); INSERT INTO t VALUES (1, 1);"
            "CREATE TRIGGER no BEFORE UPDATE ON t BEGIN SELECT RAISE(ABORT, 'not on Sundays'); END",
            "not on Sundays",
        ),
        (
            "CREATE TABLE t (id INTEGER PRIMARY KEY, v); INSERT INTO t VALUES (1, 1);"
            "CREATE TRIGGER no BEFORE UPDATE ON t BEGIN SELECT RAISE(IGNORE); END",
            "changed nothing",
        ),
    ],
)
def test_what_the_database_refuses_is_told_in_words(make: Make, script: str, words: str) -> None:
    database = make(script, write=True)
    before = database.row("t", "1")
    with pytest.raises(Refused, match=words):
        change(database, "t", "1", v="2")
    assert database.row("t", "1") == before


def test_a_changed_primary_key_gives_the_new_id(make: Make) -> None:
    database = make(
        "CREATE TABLE t (k NUMERIC, l TEXT, PRIMARY KEY (k, l)) WITHOUT ROWID; INSERT INTO t VALUES (1, 'a')",
        write=True,
    )
    assert change(database, "t", "1.a", k="12", l="b c") == Saved("12.b~20c")
    assert database.row("t", "12.b~20c").cells[0].value == 12


def test_generated_columns_and_bytes_are_left_alone(make: Make) -> None:
    database = make(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a, b BLOB, c AS (a * 2));"
        "INSERT INTO t VALUES (1, 2, x'00FF')",
        write=True,
    )
    assert change(database, "t", "1", a="5", b="text", c="99") == Saved("1")
    assert [cell.text for cell in database.row("t", "1").cells] == ["1", "5", "00 ff", "10"]


def test_a_field_of_no_column_is_refused(make: Make) -> None:
    database = make(PEOPLE, write=True)
    with pytest.raises(Refused, match="does not have"):
        database.update("person", "1", database.row("person", "1").version, {99: Field("x")})


def test_a_read_only_site_changes_nothing(make: Make) -> None:
    database = make(PEOPLE)
    version = database.row("person", "1").version
    with pytest.raises(Refused, match="--write"):
        database.update("person", "1", version, {1: Field("x")})
    with pytest.raises(Refused, match="--write"):
        database.delete("person", "1", version)


def test_views_are_never_written(make: Make) -> None:
    with pytest.raises(Refused, match="is a view"):
        make("CREATE VIEW v AS SELECT 1 AS a", write=True).update("v", "1", "", {})


def test_one_of_two_writers_at_once_wins(make: Make) -> None:
    database = make(PEOPLE, write=True)
    seen = database.row("person", "1")
    outcomes = [database.update("person", "1", seen.version, {2: Field(age)}) for age in ("50", "60")]
    assert [type(outcome) for outcome in outcomes] == [Saved, Conflict]


# Files that are not what they should be


def test_a_locked_file_is_told_in_words_and_read_once_it_is_free(make: Make) -> None:
    database = make(PEOPLE, write=True, busy_timeout=0.01)
    with closing(sqlite3.connect(database.path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(DatabaseProblem, match="holds its lock") as caught:
            database.tables()
        assert caught.value.code == "busy"
        database.check()
    assert database.tables()[0].count == Count(3)


def test_writing_while_another_program_writes_is_told_in_words(make: Make) -> None:
    database = make(PEOPLE, write=True, busy_timeout=0.01)
    version = database.row("person", "1").version
    with closing(sqlite3.connect(database.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert database.tables()
        with pytest.raises(DatabaseProblem, match="holds its lock"):
            database.update("person", "1", version, {1: Field("x")})
    assert database.update("person", "1", version, {1: Field("x")}) == Saved("1")


def test_what_is_no_database_is_said_before_anything_is_shown(tmp_path: Path) -> None:
    folder, missing, picture, broken = (
        tmp_path / n for n in ("folder", "missing.db", "cat.png", "broken.db")
    )
    folder.mkdir()
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    with closing(sqlite3.connect(broken)) as connection:
        connection.executescript(PEOPLE)
    broken.write_bytes(broken.read_bytes()[:120] + b"\xff" * 4000)
    for path, words in [
        (folder, "is a folder"),
        (missing, "no file"),
        (picture, "encrypted"),
        (broken, "damaged"),
    ]:
        with pytest.raises(DatabaseProblem, match=words):
            Database(path).check()
    assert not missing.exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read and write everything")
def test_a_file_that_may_not_be_opened(make: Make) -> None:
    database = make(PEOPLE, write=True)
    database.path.chmod(0o400)
    with pytest.raises(DatabaseProblem, match="may not change"):
        database.check()
    database.path.chmod(0)
    with pytest.raises(DatabaseProblem, match="may not read"):
        Database(database.path).check()


def test_a_file_that_went_away_or_was_replaced_is_noticed(make: Make) -> None:
    database = make(PEOPLE)
    database.tables()
    database.path.unlink()
    with pytest.raises(DatabaseProblem, match="can't be opened"):
        database.tables()
    make("CREATE TABLE other (x)")
    assert [entry.name for entry in database.tables()] == ["other"]


def test_a_file_name_may_have_any_characters(make: Make) -> None:
    database = make(PEOPLE, name="100% ?#&mode=rw ü.db")
    assert [entry.name for entry in database.tables()] == ["person"]


def test_a_database_in_wal_mode_is_read_while_it_is_written(make: Make) -> None:
    database = make("PRAGMA journal_mode = WAL;" + PEOPLE)
    with closing(sqlite3.connect(database.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("UPDATE person SET age = 1")
        assert database.row("person", "1").cells[2].text == "36"


def test_text_that_is_no_utf8_is_shown_and_not_offered_for_editing(make: Make) -> None:
    database = make("CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT)", write=True)
    with closing(sqlite3.connect(database.path)) as connection:
        connection.execute(
            "INSERT INTO t VALUES (1, CAST(x'636166E9' AS TEXT)), (2, CAST(x'610062' AS TEXT))"
        )
        connection.commit()
    rows = [database.row("t", id) for id in ("1", "2")]
    assert [row.cells[1].text for row in rows] == ["caf\ufffd", "a\u2400b"]
    assert all(row.cells[1].why_not_editable for row in rows)
    assert change(database, "t", "1", x="changed") == Saved("1")
    assert database.row("t", "1") == rows[0]


def test_a_database_in_utf16(make: Make) -> None:
    database = make(
        "PRAGMA encoding = 'UTF-16le'; CREATE TABLE t (k TEXT PRIMARY KEY); INSERT INTO t VALUES ('é€𝄞')"
    )
    (line,) = database.page("t", PageAsked(filter="€")).lines
    assert line.cells[0].text == "é€𝄞"
    assert database.row("t", line.id or "").title == "é€𝄞"


identifiers = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=12
) | st.sampled_from(
    ["select", 'say "hi"', "a b", "x'y", "[a]", "`b`", "line\nend", "%", "naïve", "--", ";", "ROWID"]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    table=identifiers,
    columns=st.lists(identifiers, min_size=2, max_size=4, unique_by=str.lower),
    value=st.text(
        st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\n"), min_size=1, max_size=20
    ),
)
def test_any_name_and_any_text_can_be_listed_read_and_changed(
    tmp_path: Path, table: str, columns: list[str], value: str
) -> None:
    if table.lower().startswith("sqlite_"):
        return
    path = tmp_path / "any.db"
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        declared = ", ".join(f"{quote(name)} TEXT" for name in columns)
        connection.execute(f"CREATE TABLE {quote(table)} ({declared}, PRIMARY KEY ({quote(columns[0])}))")
        connection.execute(f"INSERT INTO {quote(table)} ({quote(columns[0])}) VALUES (?)", (value,))
        connection.commit()
    database = Database(path, write=True)
    assert [entry.name for entry in database.tables()] == [table]
    (line,) = database.page(table, PageAsked(sort=columns[1], filter=value)).lines
    assert line.id is not None
    row = database.row(table, line.id)
    assert row.cells[0].value == value
    saved = database.update(table, line.id, row.version, {0: Field(value + "!"), 1: Field(value)})
    assert isinstance(saved, Saved)
    after = database.row(table, saved.id)
    assert [cell.value for cell in after.cells[:2]] == [value + "!", value]
    assert database.delete(table, saved.id, after.version) == "deleted"


def test_a_row_is_shown_without_its_relations_where_finding_them_takes_too_long(make: Make) -> None:
    script = (
        "CREATE TABLE a (id INTEGER PRIMARY KEY); INSERT INTO a VALUES (1);"
        "CREATE TABLE b (id INTEGER PRIMARY KEY, a REFERENCES a);"
        "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 20000) "
        "INSERT INTO b SELECT i, 2 FROM c;"
        "INSERT INTO b VALUES (30000, 1);"
    )
    assert make(script, count_budget=-1.0).row("a", "1").relations == ()


def test_a_foreign_key_to_a_table_that_is_not_there_leads_nowhere(make: Make) -> None:
    database = make("CREATE TABLE b (id INTEGER PRIMARY KEY, a REFERENCES gone); INSERT INTO b VALUES (1, 2)")
    assert database.row("b", "1").links == (None, None)
    assert database.page("b", PageAsked()).lines[0].links == (None, None)


def test_the_files_stamp_changes_with_its_content(make: Make) -> None:
    database = make(PEOPLE)
    before = database.stamp()
    assert before[1] is None
    assert database.stamp() == before
    with closing(sqlite3.connect(database.path)) as connection:
        connection.execute("INSERT INTO person (name) VALUES ('Edsger')")
        connection.commit()
    assert database.stamp() != before
