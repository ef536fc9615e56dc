"""Match filters: testing a param, typing it, refusing what could never match."""

from __future__ import annotations

import enum
import re
import uuid
from collections.abc import Collection
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal, NamedTuple, NewType

import pytest

from wayfare.errors import RouteError
from wayfare.routing.filters import MISS, compile_filter, compile_filters, describe_filter


class Color(enum.Enum):
    RED = "red"
    TWO = 2


class Slug:
    def __init__(self, text: str) -> None:
        if " " in text:
            raise ValueError(text)
        self.text = text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Slug) and other.text == self.text

    __hash__ = None  # type: ignore[assignment]


def ask(match_filter: Any, text: str) -> Any:
    return compile_filter(match_filter, name="id", path="/:id")(text)


@pytest.mark.parametrize(
    ("match_filter", "text", "value"),
    [
        ("new", "new", "new"),
        (["a", "b"], "b", "b"),
        ({"a"}, "a", "a"),
        (re.compile(r"^\d+$"), "42", "42"),
        (re.compile("b"), "abc", "abc"),
        (int, "-7", -7),
        (float, "1.5", 1.5),
        (Decimal, "1.50", Decimal("1.50")),
        (bool, "true", True),
        (str, "x", "x"),
        (date, "2024-02-29", date(2024, 2, 29)),
        (
            uuid.UUID,
            "12345678-1234-5678-1234-567812345678",
            uuid.UUID(int=0x12345678123456781234567812345678),
        ),
        (Color, "red", Color.RED),
        (Color, "2", Color.TWO),
        (Slug, "a-b", Slug("a-b")),
        (str.isdigit, "7", "7"),
        (lambda text: re.match("a", text), "abc", "abc"),
        (lambda text: int(text), "0", 0),
    ],
)
def test_accepted(match_filter: Any, text: str, value: Any) -> None:
    assert ask(match_filter, text) == value


@pytest.mark.parametrize(
    ("match_filter", "text"),
    [
        ("new", "New"),
        (["a"], "A"),
        ([], ""),
        (re.compile(r"^\d+\Z"), "a"),
        (int, "1_0"),
        (int, " 1"),
        (int, "+1"),
        (int, "١"),
        (int, "9" * 101),
        (int, "1\n"),
        (float, "nan"),
        (float, "1e3"),
        (Decimal, "x"),
        (bool, "1"),
        (date, "2024-02-30"),
        (date, "20240229"),
        (uuid.UUID, "{12345678-1234-5678-1234-567812345678}"),
        (Color, "RED"),
        (Slug, "a b"),
        (str.isdigit, "x"),
        (lambda _text: None, "x"),
        (lambda text: int(text), "x"),
    ],
)
def test_refused(match_filter: Any, text: str) -> None:
    assert ask(match_filter, text) is MISS


def test_a_compiled_pattern_keeps_no_state() -> None:
    test = compile_filter(re.compile("a"), name="id", path="/:id")
    assert [test("a") for _ in range(4)] == ["a"] * 4


@pytest.mark.parametrize("match_filter", [None, 5, 1.5, [1], re.compile(b"a"), lambda: True, object()])
def test_what_is_no_filter_is_refused_when_routes_are_built(match_filter: Any) -> None:
    with pytest.raises(RouteError, match="The filter of 'id' in '/:id'"):
        compile_filter(match_filter, name="id", path="/:id")


async def _asks(text: str) -> bool:
    return bool(text)


@pytest.mark.parametrize("match_filter", [int | None, list[int], _asks])
def test_what_can_not_tell_at_once_is_refused_when_routes_are_built(match_filter: Any) -> None:
    with pytest.raises(RouteError, match="The filter of 'id' in '/:id'"):
        compile_filter(match_filter, name="id", path="/:id")


def test_literals_and_times() -> None:
    literal = compile_filter(Literal["a", 3], name="id", path="/:id")
    assert (literal("a"), literal("3"), literal("b")) == ("a", 3, MISS)
    assert describe_filter(Literal["a", 3]) == "a|3"
    moment = compile_filter(datetime, name="at", path="/:at")
    assert (moment("2026-01-02T03:04"), moment("soon")) == (datetime(2026, 1, 2, 3, 4), MISS)


def test_a_new_type_is_what_it_is_a_name_of() -> None:
    assert ask(NewType("AccountId", NewType("UserId", int)), "7") == 7


class Strict:
    made = 0

    def __init__(self, _text: str) -> None:
        Strict.made += 1
        raise TypeError("a mistake in here")


class Pair(NamedTuple):
    first: int
    last: int


@pytest.mark.parametrize(
    "match_filter",
    [bytes, bytearray, object, timedelta, dict, list, tuple, type(None), Pair, Literal[1, "1"], Collection],
)
def test_types_that_no_text_becomes_are_refused_when_routes_are_built(match_filter: Any) -> None:
    with pytest.raises(RouteError, match=r"The filter of 'id' in '/:id' is .*, and .* Give it a type that"):
        compile_filter(match_filter, name="id", path="/:id")


def test_a_class_is_not_called_to_find_out_and_its_mistake_is_no_miss() -> None:
    test = compile_filter(Strict, name="id", path="/:id")
    assert Strict.made == 0
    with pytest.raises(TypeError, match="a mistake in here") as raised:
        test("x")
    assert raised.value.__notes__ == ["raised by Strict('x'); ValueError would refuse the text"]


def test_a_filter_that_fails_is_named() -> None:
    def look_up(text: str) -> object:
        return {}[text]

    with pytest.raises(KeyError) as raised:
        compile_filter(look_up, name="id", path="/:id")("x")
    assert "look_up for 'x'" in raised.value.__notes__[0]


def test_filters_have_to_be_a_mapping() -> None:
    with pytest.raises(RouteError, match="has to map params to filters"):
        compile_filters([int], path="/:id")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("match_filter", "text"),
    [("a", "'a'"), (["a", "b"], "a|b"), (re.compile("x+"), "/x+/"), (int, "int"), (str.isdigit, "isdigit")],
)
def test_describe_filter(match_filter: Any, text: str) -> None:
    assert describe_filter(match_filter) == text
