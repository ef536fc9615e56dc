from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayfare.demo.cells import (
    Affinity,
    Cell,
    FieldError,
    affinity_of,
    read_field,
    real_text,
    same_field,
    size_words,
    version_of,
)


def text(value: str) -> Cell:
    return Cell("text", value, len(value.encode("utf-8", "surrogateescape")))


@pytest.mark.parametrize(
    ("declared", "affinity"),
    [
        ("INT", "INTEGER"),
        ("UNSIGNED BIG INT", "INTEGER"),
        ("NCHAR(55)", "TEXT"),
        ("clob", "TEXT"),
        ("BLOB", "BLOB"),
        ("", "BLOB"),
        ("DOUBLE PRECISION", "REAL"),
        ("DECIMAL(10,5)", "NUMERIC"),
        ("BOOLEAN", "NUMERIC"),
        ("DATETIME", "NUMERIC"),
        ("CHARINT", "INTEGER"),
    ],
)
def test_affinity_is_sqlites(declared: str, affinity: Affinity) -> None:
    assert affinity_of(declared) == affinity


@pytest.mark.parametrize(
    ("cell", "shown", "remark"),
    [
        (Cell("null"), "NULL", ""),
        (Cell("integer", 2**63 - 1), "9223372036854775807", ""),
        (Cell("real", math.inf), "Infinity", ""),
        (Cell("real", -0.0), "-0.0", ""),
        (text(""), "", ""),
        (text("tab\tline\nend"), "tab\tline\nend", ""),
        (text("nul\0bell\x07"), "nul\u2400bell\u2407", "has bytes that are no UTF-8"),
        (text(b"caf\xe9".decode("utf-8", "surrogateescape")), "caf\ufffd", "has bytes that are no UTF-8"),
        (Cell("text", "begin", 5_300_000, cut=True), "begin …", "the beginning of 5.3 MB of text"),
        (Cell("blob", b"", 0), "", "blob, 0 bytes"),
        (Cell("blob", b"\x89PNG\r\n\x1a\n", 8), "89 50 4e 47 0d 0a 1a 0a", "PNG image, 8 bytes"),
        (Cell("blob", b"\0" * 40, 40), " ".join(["00"] * 24) + " …", "blob, 40 bytes"),
    ],
)
def test_a_value_is_shown_with_words_for_what_is_not(cell: Cell, shown: str, remark: str) -> None:
    assert cell.text == shown
    assert cell.remark == remark


@given(st.text() | st.binary().map(lambda raw: raw.decode("utf-8", "surrogateescape")))
def test_shown_text_can_always_be_sent(value: str) -> None:
    cell = Cell("text", value, 0)
    if not any("\ud800" <= c <= "\udfff" and not "\udc80" <= c <= "\udcff" for c in value):
        cell.text.encode("utf-8")


@given(st.floats(allow_nan=False))
def test_a_float_comes_back_from_its_text(value: float) -> None:
    assert read_field(real_text(value), False, "REAL", Cell("null")) == value


def test_sizes_are_rounded_for_people() -> None:
    assert [size_words(n) for n in (0, 1, 1000, 9949, 9951, 999_600, 2_000_000_000)] == [
        "0 bytes",
        "1 byte",
        "1.0 kB",
        "9.9 kB",
        "10 kB",
        "1.0 MB",
        "2.0 GB",
    ]


def test_what_cannot_be_text_is_not_editable_and_says_why() -> None:
    assert "Bytes" in Cell("blob", b"x", 1).why_not_editable
    assert "Too long" in Cell("text", "x", 2_000_000, cut=True).why_not_editable
    assert "no text" in text("a\0b").why_not_editable
    assert text("plain").why_not_editable == ""
    assert Cell("null").why_not_editable == ""


@pytest.mark.parametrize(
    ("typed", "affinity", "value"),
    [
        ("12", "INTEGER", 12),
        (" -7 ", "INTEGER", -7),
        ("\N{MINUS SIGN}7", "INTEGER", -7),
        ("9223372036854775807", "INTEGER", 2**63 - 1),
        ("1.5", "REAL", 1.5),
        ("3", "REAL", 3),
        ("1e3", "REAL", 1000.0),
        ("-inf", "REAL", -math.inf),
        ("12.50", "NUMERIC", 12.5),
        ("2024-02-29", "NUMERIC", "2024-02-29"),
        ("12", "TEXT", "12"),
        ("", "TEXT", ""),
        ("12", "BLOB", "12"),
        ("a\r\nb", "TEXT", "a\nb"),
    ],
)
def test_a_field_is_read_by_the_columns_affinity(typed: str, affinity: Affinity, value: object) -> None:
    found = read_field(typed, False, affinity, Cell("null"))
    assert (type(found), found) == (type(value), value)


@pytest.mark.parametrize(
    ("typed", "affinity", "words"),
    [
        ("abc", "INTEGER", "whole numbers"),
        ("1.5", "INTEGER", "whole numbers"),
        ("", "INTEGER", "tick NULL"),
        ("9223372036854775808", "INTEGER", "64 bits"),
        ("1_000", "REAL", "numbers"),
        ("nan", "REAL", "numbers"),
        ("1e999", "REAL", "Too large"),
        ("0x10", "INTEGER", "whole numbers"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(typed: str, affinity: Affinity, words: str) -> None:
    with pytest.raises(FieldError, match=words):
        read_field(typed, False, affinity, Cell("null"))


def test_null_and_the_empty_text_are_two_things() -> None:
    assert read_field("", True, "TEXT", Cell("null")) is None
    assert read_field("", False, "TEXT", Cell("null")) == ""
    assert read_field("", False, "TEXT", text("was")) == ""
    assert read_field("was", True, "TEXT", text("was")) is None


def test_typing_into_a_null_field_counts_though_its_box_is_still_ticked() -> None:
    assert read_field("new", True, "TEXT", Cell("null")) == "new"


def test_an_untouched_field_keeps_a_value_of_another_type() -> None:
    assert read_field("n/a", False, "INTEGER", text("n/a")) == "n/a"
    assert read_field("5", False, "TEXT", Cell("integer", 5)) == 5


def test_a_typeless_column_keeps_numbers_numbers() -> None:
    assert read_field("6", False, "BLOB", Cell("integer", 5)) == 6
    assert read_field("six", False, "BLOB", Cell("integer", 5)) == "six"


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_what_a_browser_does_to_line_ends_is_no_change(value: str) -> None:
    cell = text(value)
    sent = value.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\n").replace("\n", "\r\n")
    assert same_field(sent, cell)
    assert read_field(sent, False, "TEXT", cell) == value


def test_new_text_keeps_the_line_ends_the_value_had() -> None:
    assert read_field("a\r\nb", False, "TEXT", text("a\r\n")) == "a\r\nb"
    assert read_field("a\r\nb", False, "TEXT", text("a\n")) == "a\nb"


def test_a_version_tells_types_names_and_values_apart() -> None:
    cells = [Cell("null"), Cell("integer", 1), Cell("real", 1.0), text("1"), Cell("blob", b"1", 1), text("")]
    versions = {version_of(["a"], [cell]) for cell in cells} | {version_of(["b"], [cells[0]])}
    assert len(versions) == len(cells) + 1
