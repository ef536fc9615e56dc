from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayfare.demo.keys import LONGEST_ID, RowKey, decode_key, decode_name, encode_key, encode_name

# Text as it comes out of SQLite: no lone surrogates but those that stand for bytes that are no UTF-8.
stored_text = st.text(st.characters(exclude_categories=["Cs"])) | st.binary(max_size=8).map(
    lambda raw: raw.decode("utf-8", "surrogateescape")
)
values = st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | stored_text | st.binary(max_size=20)


@given(stored_text)
def test_a_name_comes_back_from_its_segment(name: str) -> None:
    assert decode_name(encode_name(name)) == name


@given(stored_text)
def test_a_segment_has_nothing_that_servers_read_otherwise(name: str) -> None:
    segment = encode_name(name)
    assert segment
    assert not re.search(r"[\s/?#%&+;\\.\"'<>\x00-\x1f]", segment)


@given(st.lists(values, min_size=1, max_size=4))
def test_a_key_comes_back_with_its_types(parts: list[int | float | str | bytes]) -> None:
    key = RowKey(tuple(parts))
    segment = encode_key(key)
    if segment is not None:
        found = decode_key(segment)
        assert found == key
        assert found is not None
        assert [type(v) for v in found.values] == [type(v) for v in parts]
        assert not re.search(r"[\s/?#%&+;\\\"'<>]", segment)
        assert segment not in (".", "..")


@given(st.lists(values, min_size=1, max_size=3), st.lists(values, min_size=1, max_size=3))
def test_different_keys_have_different_segments(
    one: list[int | float | str | bytes], other: list[int | float | str | bytes]
) -> None:
    first, second = encode_key(RowKey(tuple(one))), encode_key(RowKey(tuple(other)))
    if first is not None and first == second:
        assert [(type(v), v) for v in one] == [(type(v), v) for v in other]


@given(st.text(max_size=60))
def test_any_segment_is_a_key_or_none(segment: str) -> None:
    found = decode_key(segment)
    assert found is None or isinstance(found, RowKey)


def test_percent_encoding_on_the_way_does_no_harm() -> None:
    assert decode_name("%C3%A9tats") == "états"
    assert decode_key("M%C3%BCnchen.2020") == RowKey(("München", 2020))


def test_text_that_looks_like_a_number_stays_text() -> None:
    assert decode_key(encode_key(RowKey(("007",))) or "") == RowKey(("007",))
    assert decode_key("007") == RowKey(("007",))


def test_a_rowid_is_told_from_a_key() -> None:
    segment = encode_key(RowKey((7,), by_rowid=True))
    assert segment == "~w7"
    assert decode_key(segment) == RowKey((7,), by_rowid=True)


@pytest.mark.parametrize("segment", ["", ".", "1..2", "~rabc", "~xZZ", "~w", "~w1.2", "9" * 30, "x" * 2000])
def test_what_is_no_key_is_none(segment: str) -> None:
    assert decode_key(segment) is None


def test_nulls_and_endless_keys_have_no_address() -> None:
    assert encode_key(RowKey((None, 1))) is None
    assert encode_key(RowKey(())) is None
    assert encode_key(RowKey(("x" * (LONGEST_ID + 1),))) is None
