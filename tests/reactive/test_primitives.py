"""Signals, memos, effects and the small functions around them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from wayfare.reactive import (
    batch,
    create_effect,
    create_memo,
    create_reaction,
    create_root,
    create_selector,
    create_signal,
    get_listener,
    is_tracking,
    on,
    on_mount,
    untrack,
)


class Strange:
    """Compares in ways that are no use."""

    def __init__(self, answer: object) -> None:
        self.answer = answer

    def __eq__(self, other: object) -> object:  # type: ignore[override]
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    __hash__ = None  # type: ignore[assignment]


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        (1, 1, False),
        (1, 1.0, True),
        (1, True, True),
        ([1], [1], False),
        ((1,), (2,), True),
        (float("nan"), float("nan"), True),
        (Strange(True), Strange(True), False),
        (Strange([]), Strange([]), True),
        (Strange(ValueError()), Strange(ValueError()), True),
    ],
)
def test_when_a_write_is_a_change(old: object, new: object, changed: bool) -> None:
    value, set_value = create_signal(old)
    runs: list[int] = []
    create_root(lambda: create_effect(lambda: runs.append(1) or value()))
    set_value(new)
    assert len(runs) == 1 + changed


def test_equals_can_be_given() -> None:
    always, set_always = create_signal(1, equals=False)
    close, set_close = create_signal(1.0, equals=lambda a, b: abs(a - b) < 0.5)
    seen: list[object] = []

    def build() -> None:
        create_effect(lambda: seen.append(always()))
        create_effect(lambda: seen.append(close()))

    create_root(build)
    set_always(1)
    set_close(1.2)
    set_close(2.0)
    assert seen == [1, 1.0, 1, 2.0]


def test_a_setter_takes_a_function_and_gives_back_what_was_written() -> None:
    count, set_count = create_signal(1)
    assert set_count(lambda before: before + 1) == 2
    assert set_count(7) == 7
    stored, store = create_signal(lambda: 1)
    store(lambda _: lambda: 2)
    assert stored()() == 2
    assert count() == 7


def test_functions_may_take_the_previous_value_or_nothing() -> None:
    count, set_count = create_signal(1)
    total = create_root(lambda: create_memo(lambda before: before + count(), 10))
    plain = create_root(lambda: create_memo(lambda step=5: count() + step))
    bound = create_root(lambda: create_memo(partial(lambda a, b: a + b, 1, 2)))
    set_count(5)
    assert (total(), plain(), bound()) == (16, 10, 3)


def test_memos_with_their_own_equals() -> None:
    count, set_count = create_signal(1)
    seen: list[int] = []

    def build() -> None:
        memo = create_memo(lambda: count(), equals=lambda a, b: a % 2 == b % 2)
        create_effect(lambda: seen.append(memo()))

    create_root(build)
    set_count(3)
    set_count(4)
    assert seen == [1, 4]


def test_untrack_and_who_listens() -> None:
    count, set_count = create_signal(1)
    seen: list[int] = []

    def effect() -> None:
        assert is_tracking()
        assert get_listener() is not None
        seen.append(untrack(lambda: (count(), is_tracking())[0]))

    create_root(lambda: create_effect(effect))
    set_count(2)
    assert seen == [1]
    assert not is_tracking()


def test_on_takes_one_or_several_and_may_wait_for_the_first_change() -> None:
    a, set_a = create_signal(1)
    b, set_b = create_signal(10)
    seen: list[object] = []

    def build() -> None:
        create_effect(on(a, lambda value, before: seen.append((value, before))))
        create_effect(on([a, b], lambda values: seen.append(values), defer=True))
        create_effect(on(b, lambda: seen.append("b"), defer=True))

    create_root(build)
    set_a(2)
    set_b(20)
    assert seen == [(1, None), (2, 1), [2, 10], [2, 20], "b"]


def test_on_mount_runs_once_after_everything() -> None:
    count, set_count = create_signal(1)
    seen: list[str] = []

    def build() -> None:
        on_mount(lambda: seen.append(f"mounted {count()}"))
        seen.append("body")

    create_root(build)
    set_count(2)
    assert seen == ["body", "mounted 1"]


def test_a_reaction_tracks_once() -> None:
    count, set_count = create_signal(1)
    seen: list[int] = []
    track = create_root(lambda: create_reaction(lambda: seen.append(count())))
    track(count)
    set_count(2)
    set_count(3)
    track(count)
    set_count(4)
    assert seen == [2, 4]


def test_a_selector_runs_only_those_it_is_about() -> None:
    selected, select = create_signal(1)
    runs: list[tuple[int, bool]] = []

    def build() -> Callable[[int], bool]:
        is_selected = create_selector(selected)
        for key in range(5):
            create_effect(lambda key=key: runs.append((key, is_selected(key))))
        return is_selected

    is_selected = create_root(build)
    runs.clear()
    select(3)
    assert sorted(runs) == [(1, False), (3, True)]
    assert batch(lambda: (select(2), is_selected(2)))[1]


def test_a_selector_forgets_keys_that_nobody_asks_about() -> None:
    selected, select = create_signal(0)

    def build(dispose: Callable[[], None]) -> tuple[Callable[[], None], Callable[[int], bool]]:
        is_selected = create_root(lambda: create_selector(selected))
        for key in range(5):
            create_effect(lambda key=key: is_selected(key))
        return dispose, is_selected

    dispose, is_selected = create_root(build)
    dispose()
    select(1)
    assert not is_selected._keys  # type: ignore[attr-defined]


def test_a_selector_with_its_own_test() -> None:
    selected, select = create_signal("b")
    is_before = create_root(lambda: create_selector(selected, lambda key, value: key < value))
    assert [is_before(key) for key in "abc"] == [True, False, False]
    select("c")
    assert [is_before(key) for key in "abc"] == [True, True, False]


def test_a_selectors_keys_need_no_hash_and_are_told_apart_by_type() -> None:
    rows: list[object] = [{"id": 1}, {"id": 2}, 1, True, 1.0]
    selected, select = create_signal(rows[0])
    runs: list[tuple[int, bool]] = []

    def build() -> None:
        is_selected = create_selector(selected)
        for at, row in enumerate(rows):
            create_effect(lambda at=at, row=row: runs.append((at, is_selected(row))))

    create_root(build)
    assert [at for at, fits in runs if fits] == [0]
    for at in range(1, 5):
        runs.clear()
        select(rows[at])
        assert sorted(runs) == [(at - 1, False), (at, True)]
