"""Mapped lists: rows are made once, move, and go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reactive_program import Answers, Program, settle

from wayfare.reactive import (
    NotReady,
    catch_error,
    create_effect,
    create_memo,
    create_resource,
    create_root,
    create_signal,
    create_suspense,
    index_array,
    map_array,
    on_cleanup,
    start_transition,
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


@pytest.mark.parametrize("failure", [ValueError, NotReady])
@pytest.mark.parametrize("mapping", [map_array, index_array])
@given(
    st.lists(
        st.tuples(st.lists(st.integers(0, 5), max_size=7), st.sets(st.integers(0, 5), max_size=2)),
        min_size=1,
        max_size=6,
    )
)
def test_a_row_that_can_not_be_made_leaves_the_others_as_they_are(
    mapping: Any, failure: type[Exception], steps: list[tuple[list[int], set[int]]]
) -> None:
    alive: list[object] = []
    failing: set[int] = set()

    def row(item: Any, at: Any) -> tuple[Any, Any, object]:
        me = object()
        alive.append(me)
        on_cleanup(lambda: alive.remove(me))
        if (item() if callable(item) else item) in failing:
            raise failure("no")
        return item, at, me

    def write_all(items: list[int]) -> None:
        try:
            write(items)
        except ValueError:
            assert failing & set(items)

    rows, write, dispose = mapped(mapping, [], row)
    for items, unmade in steps:
        failing |= unmade
        write_all(items)
        assert len(alive) <= len(items)
        failing.clear()
        before = set(alive)
        write(items)
        assert before <= set(alive)
        assert [me for _, _, me in rows()] == sorted(alive, key=[me for _, _, me in rows()].index)
        if mapping is map_array:
            assert [(item, at()) for item, at, _ in rows()] == [(item, at) for at, item in enumerate(items)]
        else:
            assert [(item(), at) for item, at, _ in rows()] == [(item, at) for at, item in enumerate(items)]
    dispose()
    assert alive == []


@pytest.mark.parametrize("mapping", [map_array, index_array])
def test_a_fallback_that_raises_leaves_nothing_behind(mapping: Any) -> None:
    log: list[str] = []

    def fallback() -> None:
        on_cleanup(lambda: log.append("gone"))
        raise ValueError("no")

    _, write, dispose = mapped(mapping, [1], lambda item: item, fallback)
    with pytest.raises(ValueError, match="no"):
        write([])
    assert log == ["gone"]
    dispose()
    assert log == ["gone"]


@pytest.mark.parametrize("mapping", [map_array, index_array])
def test_a_row_may_end_what_it_belongs_to(mapping: Any) -> None:
    alive: list[int] = []

    def row(_: Any, at: Any) -> None:
        place = at() if callable(at) else at
        alive.append(place)
        on_cleanup(lambda: alive.remove(place))
        if place == 2:
            dispose()

    _, write, dispose = mapped(mapping, ["a"], row)
    write(["a", "b", "c", "d"])
    assert alive == []


@pytest.mark.parametrize("mapping", [map_array, index_array])
def test_a_cleanup_that_raises_keeps_no_other_row(mapping: Any) -> None:
    alive: list[Any] = []

    def row(item: Any) -> Any:
        value = item() if callable(item) else item
        alive.append(value)

        def clean() -> None:
            alive.remove(value)
            if value == 1:
                raise ValueError("no")

        on_cleanup(clean)
        return value

    rows, write, dispose = mapped(mapping, [0, 1, 2, 3], row)
    with pytest.raises(ValueError, match="no"):
        write([0])
    assert alive == [0]
    write([0, 1, 5])
    assert rows() == alive == [0, 1, 5]
    with pytest.raises(ValueError, match="no"):
        write([])
    assert alive == []
    dispose()


class Odd:
    """An item that can't be compared: all have one hash."""

    def __eq__(self, other: object) -> bool:
        raise ValueError("no")

    def __hash__(self) -> int:
        return 1


class Unhashable:
    """An item whose hash and comparison raise what one doesn't expect."""

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("no")

    def __hash__(self) -> int:
        raise RuntimeError("no")


@pytest.mark.parametrize("kind", [Odd, Unhashable])
def test_items_that_can_not_be_compared_are_told_apart_by_identity(kind: type) -> None:
    a, b, c, d = kind(), kind(), kind(), kind()
    made: list[object] = []
    rows, write, _ = mapped(map_array, [a, b, c], lambda item: made.append(item) or item)
    write([c, a, b])
    write([b, d, a, c])
    assert [id(item) for item in made] == [id(item) for item in (a, b, c, d)]
    assert [id(item) for item in rows()] == [id(item) for item in (b, d, a, c)]
    places, write, _ = mapped(index_array, [a, b], lambda item: item)
    write([c, d])
    assert [id(item()) for item in places()] == [id(item) for item in (c, d)]


def growing(program: Program, answers: Answers, rows: Callable[[Callable[[], Any]], Any]) -> Any:
    """A page that waits for something in each of its transitions; `rows` makes its list of what it reads.

    Gives what the list shows, and what starts a transition to other items.
    """
    name, set_name = create_signal("a")

    def build() -> Any:
        resource, _ = create_resource(name, answers.fetch)
        create_suspense(lambda: create_memo(lambda: resource()), lambda: None)
        return rows(name)

    shown = program.root(build)
    return shown, lambda to: start_transition(lambda: set_name(to), scope=program.scope)


@pytest.mark.anyio
@pytest.mark.parametrize("mapping", [map_array, index_array])
async def test_rows_of_both_worlds_go_once_each(program: Program, answers: Answers, mapping: Any) -> None:
    log: list[str] = []

    def row(item: Any) -> str:
        text = item() if callable(item) else item
        on_cleanup(lambda: log.append(f"gone {text}"))
        return str(text)

    shown, start = growing(
        program,
        answers,
        lambda name: create_memo(mapping(lambda: ["x", "y"] if name() == "b" else ["x"], row)),
    )
    await answers.give("a", 1)
    start("b")
    await settle()
    assert shown() == ["x"]
    program.close()
    assert sorted(log) == ["gone x", "gone y"]


@pytest.mark.anyio
@pytest.mark.parametrize("mapping", [map_array, index_array])
async def test_a_row_that_the_present_has_dropped_is_made_anew_inside(
    program: Program, answers: Answers, mapping: Any
) -> None:
    alive: list[Any] = []
    items, set_items = create_signal(["x", "y"])

    def row() -> Any:
        me = object()
        alive.append(me)
        on_cleanup(lambda: alive.remove(me))
        return me

    shown, start = growing(
        program,
        answers,
        lambda name: create_memo(mapping(lambda: ["x", "y", "z"] if name() == "b" else items(), row)),
    )
    await answers.give("a", 1)
    start("b")
    await settle()
    set_items(["x"])
    assert len(shown()) == 1
    await answers.give("b", 1)
    assert len(shown()) == 3
    assert sorted(map(id, alive)) == sorted(map(id, shown()))
    program.close()
    assert alive == []
