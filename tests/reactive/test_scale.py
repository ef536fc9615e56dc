"""Big graphs: no recursion error, and time that grows with the size alone."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from wayfare.reactive import (
    Owner,
    batch,
    create_effect,
    create_memo,
    create_owner,
    create_root,
    create_signal,
    dispose,
    on_cleanup,
    run_with_owner,
)

pytestmark = pytest.mark.slow

TraceFunction = Callable[[FrameType, str, Any], Any]


def chain(length: int) -> tuple[Callable[[int], int], Callable[[], int], Callable[[], None]]:
    first, write = create_signal(0)

    def link(source: Callable[[], int]) -> Callable[[], int]:
        return create_memo(lambda: source() + 1)

    def build(dispose: Callable[[], None]) -> tuple[Callable[[], int], Callable[[], None]]:
        last: Callable[[], int] = first
        for _ in range(length):
            last = link(last)
        return last, dispose

    last, end = create_root(build)
    return write, last, end


def test_a_chain_of_100_000_memos() -> None:
    write, last, end = chain(100_000)
    write(5)
    assert last() == 100_005

    def inside() -> int:
        write(7)
        return last()

    assert batch(inside) == 100_007
    end()
    write(9)
    assert last() == 100_007


def test_a_chain_in_which_every_memo_is_stale_at_once_and_the_last_is_read_first() -> None:
    size = 5_000
    signals = [create_signal(0) for _ in range(size)]

    def link(read: Callable[[], int], source: Callable[[], int]) -> Callable[[], int]:
        return create_memo(lambda: source() + read())

    def build() -> Callable[[], int]:
        last: Callable[[], int] = lambda: 0  # noqa: E731
        for read, _ in signals:
            last = link(read, last)
        return last

    last = create_root(build)

    def backwards() -> int:
        for _, write in reversed(signals):
            write(1)
        return last()

    assert batch(backwards) == size


def test_100_000_observers_of_one_signal_come_and_go() -> None:
    count, set_count = create_signal(0)
    runs = [0]

    def build(dispose: Callable[[], None]) -> Callable[[], None]:
        def effect() -> None:
            runs[0] += count() + 1

        for _ in range(100_000):
            create_effect(effect)
        return dispose

    end = create_root(build)
    set_count(1)
    assert runs[0] == 300_000
    end()
    set_count(2)
    assert runs[0] == 300_000


def test_owners_nested_50_000_deep() -> None:
    gone: list[int] = []

    def build(dispose_root: Callable[[], None]) -> tuple[Callable[[], None], Owner]:
        owner = create_owner()
        for depth in range(50_000):
            run_with_owner(owner, lambda depth=depth: on_cleanup(lambda: gone.append(depth)))
            owner = create_owner(owner)
        return dispose_root, owner

    end, deepest = create_root(build)
    run_with_owner(deepest, lambda: create_effect(lambda: None))
    end()
    assert gone == list(range(49_999, -1, -1))


def test_effects_under_deep_owners_run() -> None:
    count, set_count = create_signal(0)
    seen: list[int] = []

    def build() -> None:
        owner = create_owner()
        for _ in range(2_000):
            owner = create_owner(owner)
        run_with_owner(owner, lambda: create_effect(lambda: seen.append(count())))

    create_root(build)
    set_count(1)
    assert seen == [0, 1]


def test_one_of_many_children_can_go_without_looking_at_the_others() -> None:
    def build() -> list[Owner]:
        return [create_owner() for _ in range(50_000)]

    owners = create_root(build)
    for owner in owners[::-2]:
        dispose(owner)
    assert sum(owner.disposed for owner in owners) == 25_000


def lines_run(action: Callable[[], object]) -> int:
    """How many lines of the engine run: a measure of the work that no other load on the machine changes."""
    count = 0

    def local(_frame: FrameType, event: str, _argument: object) -> TraceFunction | None:
        nonlocal count
        count += event == "line"
        return local

    def on_call(frame: FrameType, _event: str, _argument: object) -> TraceFunction | None:
        return local if "reactive" in frame.f_code.co_filename else None

    before = sys.gettrace()
    sys.settrace(on_call)
    try:
        action()
    finally:
        sys.settrace(before)
    return count


def write_to_a_chain(size: int) -> int:
    write, _, _ = chain(size)
    return lines_run(lambda: write(1))


def write_to_many_readers(size: int) -> int:
    first, write = create_signal(0)

    def build() -> None:
        for _ in range(size):
            create_effect(lambda: first())

    create_root(build)
    return lines_run(lambda: write(1))


def make_and_dispose_of_nested_owners(size: int) -> int:
    first, write = create_signal(0)

    def nest(end: Callable[[], None]) -> Callable[[], None]:
        owner = create_owner()
        for _ in range(size):
            run_with_owner(owner, lambda: on_cleanup(lambda: None))
            owner = create_owner(owner)
        run_with_owner(owner, lambda: create_effect(lambda: first()))
        return end

    def life() -> None:
        end = create_root(nest)
        write(1)
        end()

    return lines_run(life)


def dispose_of_a_chain(size: int) -> int:
    _, _, end = chain(size)
    return lines_run(end)


@pytest.mark.parametrize(
    "work",
    [write_to_a_chain, write_to_many_readers, make_and_dispose_of_nested_owners, dispose_of_a_chain],
    ids=lambda work: work.__name__,
)
def test_work_grows_with_the_size_alone(work: Callable[[int], int]) -> None:
    small, large = work(500), work(4_000)
    assert small > 500
    assert large < 8.2 * small
