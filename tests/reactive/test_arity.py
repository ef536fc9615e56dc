"""How many arguments a function is given."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial, wraps
from typing import Any
from unittest.mock import Mock

import pytest

from wayfare.reactive import (
    catch_error,
    create_effect,
    create_error_boundary,
    create_memo,
    create_resource,
    create_root,
    create_signal,
    create_store,
    map_array,
    on,
    on_error,
    unwrap,
)
from wayfare.reactive.arity import accepted_arguments, name_of, required_arguments, takes_nothing


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


class Quiet:
    def __call__(self) -> None:
        """Takes nothing."""


class Panel:
    def __init__(self, title: str = "") -> None:
        self.title = title


@pytest.mark.parametrize(
    ("fn", "count", "by_a_setter"),
    [
        (lambda: 1, 0, 0),
        (lambda a: a, 1, 1),
        (lambda row=1: row, 0, 1),
        (two, 2, 2),
        (partial(two, 1), 1, 1),
        (partial(two, 1, 2), 0, 0),
        (partial(two, a=1, b=2), 0, 0),
        (cache(lambda row=1: row), 0, 1),
        (decorated(two), 2, 2),
        (decorated(lambda: 1), 0, 0),
        (decorated(lambda row=1: row), 0, 1),
        (Calls().method, 1, 1),
        (Calls(), 2, 2),
        (Quiet(), 0, 0),
        # what says nothing certain gets what it is called for
        (print, 1, 1),
        (partial(print, "got"), 1, 1),
        (str, 1, 1),
        (float, 1, 1),
        (list, 1, 1),
        (Panel, 1, 1),
        (Calls, 0, 0),
        (Mock(), 1, 1),
        (lambda *args: args, 1, 1),
        ([].clear, 0, 0),
        (dict.get, 2, 2),
        (setattr, 3, 3),
    ],
)
def test_the_rule(fn: Callable[..., Any], count: int, by_a_setter: int) -> None:
    assert accepted_arguments(fn, 3) == count
    assert accepted_arguments(fn, 3, least=1) == by_a_setter
    assert takes_nothing(fn) is (by_a_setter == 0)


def test_no_more_than_is_offered() -> None:
    assert accepted_arguments(two, 1) == 1
    assert accepted_arguments(lambda: 1, 3) == 0


def test_a_setter_takes_what_it_is_called_for() -> None:
    count, set_count = create_signal(1)
    seen, set_seen = create_signal(0)
    nothing: Exception | None = None
    found, set_found = create_signal(nothing)
    create_root(lambda: create_effect(on(count, set_seen)))
    set_count(5)
    assert seen() == 5
    create_root(lambda: catch_error(lambda: 1 // 0, set_found))
    assert isinstance(found(), ZeroDivisionError)

    def build() -> None:
        on_error(set_found)
        create_effect(lambda: {}["missing"])

    create_root(build)
    assert isinstance(found(), KeyError)
    with pytest.raises(TypeError, match="value"):
        set_count()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    assert count() == 5


def test_what_is_built_in_gets_what_it_is_called_for(capsys: pytest.CaptureFixture[str]) -> None:
    count, set_count = create_signal(1)

    def build() -> tuple[Callable[[], Any], ...]:
        create_effect(on(count, print))
        return (
            create_memo(on(count, str)),
            create_error_boundary(lambda: str(1 // 0), str),
            create_resource(count, str)[0],
            create_memo(map_array(lambda: [1, 2], float)),
        )

    text, failure, fetched, numbers = create_root(build)
    assert text() == fetched() == "1"
    assert numbers() == [1.0, 2.0]
    assert failure() == "integer division or modulo by zero"
    mock = Mock()
    create_root(lambda: create_effect(on(count, mock)))
    set_count(2)
    assert [call.args for call in mock.call_args_list] == [(1,), (2,)]
    assert capsys.readouterr().out == "1\n2\n"


def test_a_setters_function_gets_the_previous_value_unless_it_takes_nothing() -> None:
    one: Any = 1
    count, set_count = create_signal(one)
    assert set_count(lambda before=0: before + 1) == 2
    assert set_count(float) == count() == 2.0
    assert set_count(lambda: 9) == count() == 9
    store, set_store = create_store({"items": (1, 2), "n": 7, "price": "2.5", "twice": 3})
    set_store("items", list)
    set_store("n", str)
    set_store("price", float)
    set_store("twice", lambda before=0: before * 2)
    assert unwrap(store) == {"items": [1, 2], "n": "7", "price": 2.5, "twice": 6}
    set_store("n", lambda: 0)
    assert store["n"] == 0


def test_a_default_that_binds_a_loops_variable_is_not_filled_in() -> None:
    count, set_count = create_signal(1)
    log: list[str] = []

    def build() -> None:
        for row in ("a", "b"):
            create_effect(on(count, lambda row=row: log.append(row)))

    create_root(build)
    set_count(2)
    assert log == ["a", "b", "a", "b"]


def test_names() -> None:
    assert name_of(two, None) == "two"
    assert name_of(two, "mine") == "mine"
    assert name_of(partial(partial(two, 1), 2), None) == "two"
    assert name_of(Calls(), None) == "Calls"
