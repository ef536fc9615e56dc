"""Mapped lists: rows are made once, move, and go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayfare.reactive import (
    catch_error,
    create_effect,
    create_memo,
    create_root,
    create_signal,
    index_array,
    map_array,
    on_cleanup,
)


class Box:
    """An item that is equal to others but not the same, and has no hash."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Box) and other.text == self.text

    __hash__ = None  # type: ignore[assignment]


def mapped(
    mapping: Callable[..., Any],
    first: list[Any],
    fn: Callable[..., Any],
    fallback: Callable[[], Any] | None = None,
) -> tuple[Callable[[], list[Any]], Callable[[Any], Any], Callable[[], None]]:
    items, set_items = create_signal(first, equals=False)

    def build(dispose: Callable[[], None]) -> Any:
        return create_memo(mapping(items, fn, fallback), equals=False), set_items, dispose

    return create_root(build)


@given(st.lists(st.lists(st.integers(0, 8), max_size=9), min_size=1, max_size=6))
def test_rows_follow_their_items_whatever_happens(lists: list[list[int]]) -> None:
    alive: list[tuple[int, int]] = []
    made = 0

    def row(item: int, index: Callable[[], int]) -> tuple[int, Callable[[], int], int]:
        nonlocal made
        made += 1
        me = (item, made)
        alive.append(me)
        on_cleanup(lambda: alive.remove(me))
        return item, index, made

    rows, write, dispose = mapped(map_array, lists[0], row)
    before = rows()
    for items in [*lists[1:], lists[0]]:
        write(items)
        after = rows()
        assert [item for item, _, _ in after] == items
        assert [index() for _, index, _ in after] == list(range(len(items)))
        assert len(alive) == len(items)
        kept = {number for _, _, number in before} & {number for _, _, number in after}
        common = sum(min(items.count(i), [b[0] for b in before].count(i)) for i in set(items))
        assert len(kept) == common
        before = after
    dispose()
    assert alive == []


def test_a_row_that_takes_one_argument_gets_no_index() -> None:
    rows, write, _ = mapped(map_array, ["a"], lambda item: item.upper())
    write(["b", "a"])
    assert rows() == ["B", "A"]


def test_items_without_a_hash_are_told_apart_by_identity() -> None:
    first, second = Box("x"), Box("x")
    made: list[Box] = []
    rows, write, _ = mapped(map_array, [first, second], lambda item: made.append(item) or item)
    write([second, first, Box("x")])
    assert len(made) == 3
    assert rows()[0] is second


@pytest.mark.parametrize("mapping", [map_array, index_array])
def test_the_fallback_is_there_while_the_list_is_empty(mapping: Any) -> None:
    log: list[str] = []

    def fallback() -> str:
        on_cleanup(lambda: log.append("gone"))
        return "nothing"

    rows, write, _ = mapped(mapping, [], lambda item: item() if callable(item) else item, fallback)
    assert rows() == ["nothing"]
    write([1])
    assert rows() == [1]
    write(None)
    assert rows() == ["nothing"]
    assert log == ["gone"]


def test_without_a_fallback_an_empty_list_is_empty() -> None:
    rows, write, _ = mapped(map_array, [1], lambda item: item)
    write([])
    assert rows() == []


def test_positions_keep_their_rows() -> None:
    log: list[str] = []

    def row(item: Callable[[], int], index: int) -> Callable[[], int]:
        log.append(f"made {index}")
        on_cleanup(lambda: log.append(f"gone {index}"))
        create_effect(lambda: log.append(f"{index} is {item()}"))
        return item

    rows, write, dispose = mapped(index_array, [5, 6], row)
    write([5, 7, 8])
    write([9])
    assert [row() for row in rows()] == [9]
    dispose()
    assert log == [
        *("made 0", "made 1", "0 is 5", "1 is 6"),
        *("made 2", "1 is 7", "2 is 8"),
        *("gone 1", "gone 2", "0 is 9", "gone 0"),
    ]


def test_an_error_in_one_row_leaves_the_others() -> None:
    errors: list[str] = []
    items, set_items = create_signal([1, 0, 2])

    def build() -> Any:
        return catch_error(
            lambda: create_memo(map_array(items, lambda item: 10 // item)),
            lambda error: errors.append(str(error)),
        )

    rows = create_root(build)
    assert rows() == [10, None, 5]
    set_items([2, 1])
    assert rows() == [5, 10]
    assert len(errors) == 1


def test_a_row_may_take_nothing_and_may_be_built_in() -> None:
    items, _ = create_signal([1, 2])
    given: list[Any] = []
    assert create_root(lambda: map_array(items, lambda: "row")()) == ["row", "row"]
    assert create_root(lambda: index_array(items, lambda: "row")()) == ["row", "row"]
    assert create_root(lambda: map_array(items, str)()) == ["1", "2"]
    assert create_root(lambda: map_array(items, lambda *given: given)()) == [(1,), (2,)]
    create_root(lambda: map_array(items, given.append)())
    assert given == [1, 2]
