"""What signals, memos and effects cost, and whether a chain's cost grows with its depth alone."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.measure import compare
from wayfare.reactive import create_effect, create_memo, create_root, create_signal

Write = Callable[[], object]


def box() -> Write:
    cell = [0]

    def add() -> None:
        cell[0] += 1

    return add


def one() -> tuple[Callable[[], int], Write]:
    count, set_count = create_signal(0)
    return count, lambda: set_count(lambda before: before + 1)


def effects(count: int) -> Write:
    """A write that reaches as many effects. Effects run once the root that makes them is done."""
    source, write = one()

    def make() -> None:
        for _ in range(count):
            create_effect(lambda _before: source())

    create_root(make)
    return write


def chain(depth: int) -> Write:
    """A write that runs through as many memos, one after the other, to one effect."""
    first, write = one()

    def make() -> None:
        last: Callable[[], int] = first
        for _ in range(depth):
            last = create_memo(lambda source=last: source() + 1)
        create_effect(lambda _before: last())

    create_root(make)
    return write


def main() -> None:
    read, write = one()
    add = box()
    compare("one operation", {"a function call": add, "read a signal": read, "write, nobody reads": write})
    for count in (1, 1000):
        compare(
            f"one write to {count:,} effects, for each effect",
            {"a function call": add, "effect": effects(count)},
            operations=count,
        )
    for depth in (10, 100, 1000):
        compare(
            f"a chain of {depth:,} memos, for each memo",
            {"a function call": add, "memo": chain(depth)},
            operations=depth,
        )


if __name__ == "__main__":
    main()
