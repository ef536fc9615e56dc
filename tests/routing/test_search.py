"""Search parameters: reading, merging, writing values as a Solid page would."""

from __future__ import annotations

from typing import Any

import pytest

from wayfare.routing.search import merge_search, search_params, search_text


def test_repeated_keys_are_lists_in_order() -> None:
    assert search_params("?a=1&b=2&a=3&a=") == {"a": ["1", "3", ""], "b": "2"}


def test_a_key_may_be_called_like_anything() -> None:
    assert search_params("?toString=1&__proto__=2&constructor") == {
        "toString": "1",
        "__proto__": "2",
        "constructor": "",
    }


@pytest.mark.parametrize(
    ("search", "changes", "expected"),
    [
        ("?a=1&b=2", {"a": 5}, "?a=5&b=2"),
        ("?a=1&b=2", {"a": None}, "?b=2"),
        ("?a=1", {"a": ""}, ""),
        ("?a=1", {"a": []}, ""),
        ("?a=1&b=2&a=3", {"a": 9}, "?a=9&b=2"),
        ("?a=1&b=2", {"a": [1, 2]}, "?b=2&a=1&a=2"),
        ("?a=%20x", {}, "?a=+x"),
        ("", {"t": True, "n": 0, "f": False}, "?t=true&n=0&f=false"),
        ("", {"l": ["x", None]}, "?l=x&l=null"),
        ("", {"é &=?#": "a+b"}, "?%C3%A9+%26%3D%3F%23=a%2Bb"),
    ],
)
def test_merge_search(search: str, changes: dict[str, Any], expected: str) -> None:
    assert merge_search(search, changes) == expected


def test_a_set_is_written_in_one_order() -> None:
    assert merge_search("?tag=x", {"tag": {"c", "a", "b"}}) == "?tag=a&tag=b&tag=c"
    assert merge_search("?tag=x", {"tag": set()}) == ""


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1e21, "1e+21"), (1e20, "100000000000000000000"), (1e-7, "1e-7"), (-1e-6, "-0.000001"), (0.1, "0.1"),
        (1.25e-5, "0.0000125"), (5e-324, "5e-324"), (-0.0, "0"), (2.0**53, "9007199254740992"),
        (float("nan"), "NaN"), (float("inf"), "Infinity"), (float("-inf"), "-Infinity"),
        ([[1, None], 2], "1,,2"),
    ],
)  # fmt: skip
def test_values_are_written_as_javascript_writes_them(value: Any, text: str) -> None:
    assert search_text(value) == text
