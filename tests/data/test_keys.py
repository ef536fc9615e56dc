"""The text of a key: what it is, and what is refused."""

from __future__ import annotations

import datetime as dt
import enum
import json
import uuid
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayfare.data import query
from wayfare.data.keys import MAX_DEPTH, check_name, hash_arguments, name_of_key
from wayfare.errors import KeyArgumentError, LimitError, UsageError


class Color(enum.Enum):
    RED = "red"


@dataclass
class Point:
    y: int
    x: int


class Row(msgspec.Struct):
    id: int
    tags: list[str]


@pytest.mark.parametrize(
    ("args", "text"),
    [
        ((), "[]"),
        ((None,), "[null]"),
        ((1, "a", True, False, None), '[1,"a",true,false,null]'),
        ((1.0, -0.0, 1.5, 1e21, 1e-7, 0.000123, 2.0**60), f"[1,0,1.5,1e+21,1e-7,0.000123,{2**60}]"),
        (({"b": 1, "a": [1, {"d": 1, "c": 2}]},), '[{"a":[1,{"c":2,"d":1}],"b":1}]'),
        (({"10": 1, "9": 2, "b": 3, "01": 4},), '[{"9":2,"10":1,"01":4,"b":3}]'),
        ((('a"\\\n\u2028é😀',),), '[["a\\"\\\\\\n\u2028é😀"]]'),
        (("\ud800",), '["\\ud800"]'),
        ((dt.datetime(2020, 1, 2, 3, 4, 5, 6000, dt.UTC),), '["2020-01-02T03:04:05.006Z"]'),
        ((dt.date(2020, 1, 2),), '["2020-01-02"]'),
        ((uuid.UUID(int=1), Decimal("1.50")), '["00000000-0000-0000-0000-000000000001","1.50"]'),
        ((Color.RED, Point(1, 2), Row(1, ["a"])), '["red",{"y":1,"x":2},{"id":1,"tags":["a"]}]'),
        (({"b", "a"},), '[["a","b"]]'),
    ],
)
def test_arguments_become_the_text_that_javascript_would_write(args: tuple[Any, ...], text: str) -> None:
    assert hash_arguments(args) == text


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (object(), "object"),
        (print, "builtin_function_or_method"),
        (b"x", "bytes"),
        (float("nan"), "float"),
        (float("inf"), "float"),
        ({("a",): 1}, "dict"),
        ({True: 1}, "dict"),
        ({1: "a", "1": "b"}, "dict"),
        ([[object()]], "list"),
        (1j, "complex"),
    ],
)
def test_what_has_no_text_of_its_own_is_refused_by_name_and_type(value: Any, word: str) -> None:
    with pytest.raises(KeyArgumentError, match=f"argument size of query 'boxes' is a {word}"):
        hash_arguments((1, value), query="boxes", names=("id", "size"))


def test_a_value_that_contains_itself_is_refused_and_not_followed_for_ever() -> None:
    inside: list[Any] = []
    inside.append(inside)
    with pytest.raises(KeyArgumentError, match=f"deeper than {MAX_DEPTH}"):
        hash_arguments((inside,))


def test_a_key_has_a_greatest_length() -> None:
    with pytest.raises(LimitError, match="65536"):
        hash_arguments(("x" * 70_000,), query="big")


@pytest.mark.parametrize("name", ["", "a[b", "a\nb"])
def test_a_name_that_would_make_keys_ambiguous_is_refused(name: str) -> None:
    with pytest.raises(UsageError):
        check_name(name, "query")


def test_the_name_is_found_in_a_key() -> None:
    assert [name_of_key(key) for key in ("user[1]", "user", "user[", "a.b[[]]")] == [
        "user",
        "user",
        "user",
        "a.b",
    ]


plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def written(value: object) -> object:
    """A value as it comes back from JSON: numbers that are equal are the same number."""
    if isinstance(value, float) and value == int(value):
        return int(value)
    if isinstance(value, list):
        return [written(item) for item in value]
    if isinstance(value, dict):
        return {key: written(item) for key, item in value.items()}
    return value


@given(st.lists(plain, max_size=4))
def test_a_key_says_everything_about_the_arguments(args: list[Any]) -> None:
    text = hash_arguments(tuple(args))
    assert json.loads(text) == json.loads(json.dumps(written(args)))


@given(st.dictionaries(st.text(), st.integers(), max_size=6), st.randoms())
def test_the_order_of_a_dict_makes_no_difference(value: dict[str, int], random: Any) -> None:
    items = list(value.items())
    random.shuffle(items)
    assert hash_arguments((dict(items),)) == hash_arguments((value,))


def test_keyword_arguments_are_bound_to_the_signature() -> None:
    @query("posts")
    async def posts(tag: str, page: int = 1, *, size: int = 10, **more: int) -> str:
        return f"{tag}{page}{size}{more}"

    assert posts.key_for("a") == posts.key_for(tag="a") == 'posts["a"]'
    assert posts.key_for("a", page=2) == posts.key_for("a", 2) == 'posts["a",2]'
    assert posts.key_for(page=2, tag="a") == 'posts["a",2]'
    assert posts.key_for("a", size=3) == 'posts["a",{"size":3}]'
    assert posts.key_for("a", zoom=1, size=3) == 'posts["a",{"size":3,"zoom":1}]'
    with pytest.raises(
        UsageError, match="query 'posts' can't be called like this: missing a required argument: 'tag'"
    ):
        posts.key_for(page=1)  # type: ignore[call-arg]


def test_a_skipped_default_counts_as_written() -> None:
    @query("three")
    async def three(a: int = 1, b: int = 2, c: int = 3) -> int:
        return a + b + c

    assert three.key_for(c=9) == "three[1,2,9]"
