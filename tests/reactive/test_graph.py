"""The graph: what runs, in which order, how often, and what it does with cycles, loops and errors."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from wayfare.errors import CycleError, LoopError
from wayfare.reactive import (
    batch,
    catch_error,
    create_computed,
    create_effect,
    create_memo,
    create_render_effect,
    create_root,
    create_signal,
    flush,
    marking,
    now,
    on_cleanup,
    untrack,
)


def test_nobody_sees_half_of_a_change() -> None:
    count, set_count = create_signal(1)
    seen: list[tuple[int, int, int]] = []

    def build() -> None:
        double = create_memo(lambda: count() * 2)
        triple = create_memo(lambda: count() * 3)
        create_effect(lambda: seen.append((count(), double(), triple())))

    create_root(build)
    set_count(2)
    assert seen == [(1, 2, 3), (2, 4, 6)]


def test_a_memo_runs_once_for_each_change_and_stops_what_has_not_changed() -> None:
    count, set_count = create_signal(1)
    runs: list[str] = []

    def build() -> None:
        odd = create_memo(lambda: runs.append("odd") or count() % 2)
        create_effect(lambda: runs.append(f"effect {odd()}"))

    create_root(build)
    set_count(3)
    set_count(4)
    assert runs == ["odd", "effect 1", "odd", "odd", "effect 0"]


def test_sources_are_those_of_the_last_run() -> None:
    which, choose = create_signal(True)
    a, set_a = create_signal("a1")
    b, set_b = create_signal("b1")
    seen: list[str] = []
    create_root(lambda: create_effect(lambda: seen.append(a() if which() else b())))
    choose(False)
    set_a("a2")
    set_b("b2")
    choose(True)
    set_b("b3")
    assert seen == ["a1", "b1", "b2", "a2"]


def test_many_sources_in_changing_order() -> None:
    signals = [create_signal(n) for n in range(60)]
    order, set_order = create_signal(list(range(60)))
    seen: list[int] = []
    create_root(lambda: create_effect(lambda: seen.append(sum(signals[n][0]() for n in order()))))
    set_order([*range(59, -1, -1), 3, 3, 7])
    set_order([5])
    signals[6][1](100)
    signals[5][1](50)
    assert seen == [1770, 1770 + 13, 5, 50]
    assert not signals[6][0].__self__.observers  # type: ignore[attr-defined]


def test_readers_run_in_the_order_in_which_they_subscribed_every_time() -> None:
    count, set_count = create_signal(0)
    seen: list[int] = []

    def build() -> None:
        for number in range(4):
            create_effect(lambda number=number: seen.append(number) or count())

    create_root(build)
    set_count(1)
    set_count(2)
    assert seen == [0, 1, 2, 3] * 3


def test_render_effects_run_before_effects() -> None:
    count, set_count = create_signal(0)
    seen: list[str] = []

    def build() -> None:
        create_effect(lambda: seen.append("effect") or count())
        create_render_effect(lambda: seen.append("render") or count())
        create_computed(lambda: seen.append("computed") or count())

    create_root(build)
    assert seen == ["render", "computed", "effect"]
    seen.clear()
    set_count(1)
    assert seen == ["computed", "render", "effect"]


def test_a_memo_read_inside_a_batch_is_up_to_date() -> None:
    count, set_count = create_signal(1)
    last = create_root(lambda: create_memo(lambda: count() + 1))

    def change() -> int:
        set_count(5)
        return last()

    assert batch(change) == 6


def test_what_a_batch_wrote_runs_although_it_raised() -> None:
    count, set_count = create_signal(1)
    seen: list[int] = []
    create_root(lambda: create_effect(lambda: seen.append(count())))

    def change() -> None:
        set_count(2)
        raise ValueError("late")

    with pytest.raises(ValueError, match="late"):
        batch(change)
    set_count(3)
    assert seen == [1, 2, 3]


def test_an_effect_that_writes_sets_off_another_round() -> None:
    source, set_source = create_signal(0)
    target, set_target = create_signal(0)
    seen: list[tuple[int, int]] = []

    def build() -> None:
        create_effect(lambda: set_target(source() * 10))
        create_effect(lambda: seen.append((untrack(source), target())))

    create_root(build)
    set_source(1)
    assert seen == [(0, 0), (1, 10)]


def test_a_computed_that_writes_what_it_reads_until_it_is_settled() -> None:
    count, set_count = create_signal(0)
    create_root(lambda: create_computed(lambda: set_count(min(count() + 1, 5))))
    assert count() == 5
    set_count(0)
    assert count() == 5


def make_cycle(members: int) -> Callable[[int], object]:
    start, set_start = create_signal(0)
    cells: list[Callable[[], int]] = []
    names = ["total", "tax", "discount"][:members]
    for position, name in enumerate(names):
        cells.append(
            create_memo(
                lambda position=position: start() + (cells[(position + 1) % members]() if start() else 0),
                name=name,
            )
        )
    return set_start


@pytest.mark.parametrize(
    ("members", "message"),
    [
        (1, r"total -> total"),
        (2, r"(total -> tax -> total|tax -> total -> tax)"),
        (3, r"total -> tax -> discount|tax -> discount -> total|discount -> total -> tax"),
    ],
)
def test_a_cycle_names_its_members(members: int, message: str) -> None:
    set_start = create_root(lambda: make_cycle(members))
    with pytest.raises((CycleError, BaseExceptionGroup)) as caught:
        set_start(1)
    error = caught.value
    text = " ".join(map(str, error.exceptions)) if isinstance(error, BaseExceptionGroup) else str(error)
    import re

    assert re.search(message, text)


def test_an_untracked_read_of_itself_is_the_value_so_far() -> None:
    count, set_count = create_signal(1)
    own: list[Callable[[], int]] = []

    def build() -> Callable[[], int]:
        total = create_memo(lambda: count() + (untrack(own[0]) if own else 0), name="total")
        own.append(total)
        return total

    total = create_root(build)
    set_count(2)
    assert total() == 3


def test_effects_that_set_each_other_off_for_ever_are_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flush, "MAX_ROUNDS", 50)
    a, set_a = create_signal(0)
    b, set_b = create_signal(0)

    def build() -> None:
        create_effect(lambda: set_b(a() + 1), name="ping")
        create_effect(lambda: set_a(b() + 1), name="pong")

    with pytest.raises(LoopError, match=r"the effects (ping, pong|pong, ping) still set each other off"):
        create_root(build)
    seen: list[int] = []
    other, set_other = create_signal(1)
    create_root(lambda: create_effect(lambda: seen.append(other())))
    set_other(2)
    assert seen == [1, 2]


def test_an_endless_loop_over_several_rounds_names_all_its_members_in_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(flush, "MAX_ROUNDS", 50)
    going, go = create_signal(False)
    a, set_a = create_signal(0)
    b, set_b = create_signal(0)
    c, set_c = create_signal(0)

    def build() -> None:
        create_effect(lambda: going() and set_b(a() + 1), name="ping")
        create_effect(lambda: going() and set_c(b() + 1))
        create_effect(lambda: going() and set_a(c() + 1), name="pang")

    line = build.__code__.co_firstlineno + 2
    create_root(build)
    with pytest.raises(LoopError) as caught:
        go(True)
    order = ["ping", f"lambda at test_graph.py:{line}", "pang"] * 2
    named = str(caught.value).partition("effects ")[2].partition(" still set each other off")[0].split(", ")
    at = order.index(named[0])
    assert named == order[at : at + 3]


def test_an_endless_loop_over_an_error_handler_names_whose_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flush, "MAX_ROUNDS", 50)
    tries, set_tries = create_signal(0)

    def save() -> None:
        if tries():
            raise ValueError

    def build() -> None:
        catch_error(lambda: create_effect(save), lambda _: set_tries(lambda before: before + 1))

    create_root(build)
    handler = "the error handler of save"
    with pytest.raises(LoopError, match=rf"the effects (save, {handler}|{handler}, save) still"):
        set_tries(1)


def test_computeds_that_set_each_other_off_for_ever_are_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marking, "MAX_QUEUE", 500)
    count, set_count = create_signal(0)
    on, turn_on = create_signal(False)
    create_root(lambda: create_computed(lambda: on() and set_count(count() + 1), name="runaway"))
    with pytest.raises(LoopError, match="runaway"):
        turn_on(True)
    turn_on(False)
    other, set_other = create_signal(1)
    doubled = create_root(lambda: create_memo(lambda: other() * 2))
    set_other(4)
    assert doubled() == 8


def test_an_error_that_nobody_catches_does_not_stop_the_others() -> None:
    count, set_count = create_signal(1)
    seen: list[int] = []

    def build() -> None:
        create_effect(lambda: 1 // count(), name="divides")
        create_effect(lambda: seen.append(count()))

    create_root(build)
    with pytest.raises(ZeroDivisionError):
        set_count(0)
    set_count(2)
    assert seen == [1, 0, 2]


def test_several_errors_come_as_a_group() -> None:
    count, set_count = create_signal(1)

    def build() -> None:
        create_effect(lambda: 1 // count())
        create_effect(lambda: [][1 - count()] if not count() else None)

    create_root(build)
    with pytest.raises(BaseExceptionGroup) as caught:
        set_count(0)
    assert [type(error) for error in caught.value.exceptions] == [ZeroDivisionError, IndexError]


def test_a_failed_memo_runs_again_when_its_sources_change() -> None:
    count, set_count = create_signal(1)
    errors: list[str] = []
    memos: list[Callable[[], int | None]] = []

    def build() -> None:
        memos.append(create_memo(lambda: 10 // count()))

    create_root(lambda: catch_error(build, lambda error: errors.append(str(error))))
    set_count(0)
    set_count(5)
    assert len(errors) == 1
    assert memos[0]() == 2


def test_an_exception_in_a_cleanup_is_raised_and_the_run_happens() -> None:
    count, set_count = create_signal(0)
    seen: list[int] = []

    def effect() -> None:
        value = count()
        seen.append(value)
        on_cleanup(lambda: 1 // value)

    create_root(lambda: create_effect(effect))
    with pytest.raises(ZeroDivisionError):
        set_count(1)
    set_count(2)
    assert seen == [0, 1, 2]


def test_an_effect_disposed_of_while_it_runs_does_not_run_again() -> None:
    count, set_count = create_signal(0)
    seen: list[int] = []

    def build(dispose: Callable[[], None]) -> None:
        def effect() -> None:
            seen.append(count())
            if seen[-1] == 1:
                dispose()
                count()

        create_effect(effect)

    create_root(build)
    set_count(1)
    set_count(2)
    assert seen == [0, 1]
    assert not count.__self__.observers  # type: ignore[attr-defined]


def test_a_keyboard_interrupt_reaches_the_writer() -> None:
    count, set_count = create_signal(0)

    def effect() -> None:
        if count() == 1:
            raise KeyboardInterrupt

    create_root(lambda: catch_error(lambda: create_effect(effect), lambda _: None))
    with pytest.raises(KeyboardInterrupt):
        set_count(1)
    assert now.updates is None
    assert now.effects is None


def test_an_own_equals_is_asked_about_the_same_object_too() -> None:
    items, set_items = create_signal([1], equals=lambda _old, _new: False)
    runs: list[int] = []

    def build() -> None:
        same_list = create_memo(items, equals=lambda _old, _new: False)
        create_effect(lambda: runs.append(len(same_list())))

    create_root(build)
    items().append(2)
    set_items(items())
    assert runs == [1, 2]


def test_a_long_queue_is_examined_when_it_has_doubled(monkeypatch: pytest.MonkeyPatch) -> None:
    examined: list[int] = []

    def counting(queue: list[object]) -> set[object]:
        examined.append(len(queue))
        return set(queue)

    monkeypatch.setattr(marking, "MAX_QUEUE", 100)
    monkeypatch.setattr(marking, "looked_at", (0, 0))  # a queue of another test may have had the same id
    monkeypatch.setattr(marking, "set", counting, raising=False)
    signals = [create_signal(0) for _ in range(1_000)]
    create_root(lambda: [create_memo(read) for read, _ in signals])
    batch(lambda: [write(1) for _, write in signals])
    assert examined == [101, 202, 404, 808]


@pytest.mark.parametrize("far", [False, True])
def test_who_reads_a_memo_that_is_running_waits_for_it(far: bool) -> None:
    """`total` is set off by `half` while `quarter`, which has asked for it, is running."""
    count, set_count = create_signal(1)
    seen: list[tuple[int, int]] = []

    def build() -> None:
        first = create_memo(count)
        half = create_memo(count)
        passed_on = create_memo(half)
        quarter = create_memo(lambda: count() + passed_on())
        read = create_memo(quarter) if far else quarter
        total = create_memo(lambda: seen.append((read(), half())))
        second = create_memo(first)
        last = create_memo(lambda: (total(), second()))
        create_effect(last)

    create_root(build)
    set_count(2)
    assert seen == [(2, 1), (4, 2)]
