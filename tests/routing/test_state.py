"""What a browser gives back as it was given, and what it would not."""

from __future__ import annotations

import enum
import json
import math
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from wayfare.errors import UsageError
from wayfare.routing.state import MAX_STATE_BYTES, MAX_STATE_DEPTH, state_text


class Color(enum.StrEnum):
    RED = "red"


def nested(depth: int) -> list[Any]:
    inner: list[Any] = []
    for _ in range(depth):
        inner = [inner]
    return inner


def circle() -> list[Any]:
    around: list[Any] = []
    around.append(around)
    return around


@pytest.mark.parametrize(
    "state",
    [
        None,
        True,
        0,
        2**53 - 1,
        -1.5,
        1e300,
        "",
        "é\u2028\U0001f600",
        [],
        {"a": [1, {"b": None}], "": {}},
        nested(MAX_STATE_DEPTH - 1),
        "x" * (MAX_STATE_BYTES - 2),
    ],
)
def test_what_comes_back_as_it_is(state: object) -> None:
    assert json.loads(state_text(state)) == state


@pytest.mark.parametrize(
    ("state", "says"),
    [
        ((1, 2), r"state is \(1, 2\), of type tuple"),
        ({"a": [0, {1, 2}]}, r"state\['a'\]\[1\] is \{1, 2\}, of type set"),
        ({1: 2}, r"state has the key 1, of type int"),
        ({"a": {"\ud800": 1}}, r"state\['a'\] has the key '.ud800'"),
        (date(2024, 1, 2), "of type date"),
        (Decimal("1"), "of type Decimal"),
        (b"x", "of type bytes"),
        (Color.RED, "of type Color"),
        (math.nan, "state is nan"),
        ([-math.inf], r"state\[0\] is -inf"),
        (2**53, "a larger number than browsers hold exactly"),
        ([10**5000], "a larger number than browsers hold exactly"),
        ("\ud800", "no character"),
        (nested(MAX_STATE_DEPTH + 1), "is the 101st level"),
        (circle(), "is the 101st level"),
        ("é" * MAX_STATE_BYTES, f"has {2 * MAX_STATE_BYTES + 2} bytes as JSON; the limit is 49152"),
        ([0] * (MAX_STATE_BYTES + 1), "more than 49152 bytes"),
    ],
)
def test_what_would_come_back_as_something_else_is_refused(state: object, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        state_text(state)
