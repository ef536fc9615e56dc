"""How many arguments a function is given."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

import pytest

from wayfare.reactive.arity import accepted_arguments, name_of, required_arguments


class Calls:
    def method(self, value: int) -> int:
        return value

    def __call__(self, a: int, b: int, c: int = 1) -> int:
        return a + b + c


def two(a: int, b: int) -> int:
    return a + b


def decorated(fn: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(fn)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return fn(*args, **kwargs)

    return wrapper


@pytest.mark.parametrize(
    ("fn", "count"),
    [
        (lambda: 1, 0),
        (lambda a: a, 1),
        (lambda a=1: a, 0),
        (lambda a, b=1: a + b, 1),
        (lambda *args: args, 0),
        (two, 2),
        (decorated(two), 2),
        (partial(two, 1), 1),
        (Calls().method, 1),
        (Calls(), 2),
        (print, 0),
        (dict.get, 2),
        (type, 0),
    ],
)
def test_only_what_has_no_default_counts(fn: Callable[..., Any], count: int) -> None:
    assert required_arguments(fn) == count


def test_no_more_than_is_offered() -> None:
    assert accepted_arguments(two, 1) == 1
    assert accepted_arguments(lambda: 1, 3) == 0


def test_names() -> None:
    assert name_of(two, None) == "two"
    assert name_of(two, "mine") == "mine"
    assert name_of(partial(partial(two, 1), 2), None) == "two"
    assert name_of(Calls(), None) == "Calls"
