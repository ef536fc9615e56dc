"""What signals, memos and effects cost, and whether a chain's cost grows with its depth alone."""

from __future__ import annotations

from benchmarks.measure import compare
from wayfare.reactive import batch, create_effect, create_memo, create_root, create_signal


def main() -> None:
    box = [0]

    def plain() -> None:
        box[0] += 1

    count, set_count = create_signal(0)

    def write() -> None:
        set_count(lambda before: before + 1)

    compare("one operation", {"a function call": plain, "read a signal": count, "write, nobody reads": write})

    def watch() -> None:
        watched, set_watched = create_signal(0)
        create_effect(watched)
        compare(
            "a write that reaches one effect",
            {"a function call": plain, "write and effect": lambda: set_watched(lambda n: n + 1)},
        )

    create_root(lambda _dispose: watch())

    for depth in (10, 100, 1000):

        def chain(depth: int = depth) -> None:
            first, set_first = create_signal(0)
            last = first
            for _ in range(depth):
                last = create_memo(lambda source=last: source() + 1)
            create_effect(last)
            compare(
                f"a chain of {depth} memos, for each memo",
                {"a function call": plain, "memo": lambda: set_first(lambda n: n + 1)},
                unit=depth,
            )

        create_root(lambda _dispose, chain=chain: chain())

    def wide() -> None:
        source, set_source = create_signal(0)
        for _ in range(1000):
            create_effect(source)
        compare(
            "one write to 1,000 effects, for each effect",
            {"a function call": plain, "effect": lambda: batch(lambda: set_source(lambda n: n + 1))},
            unit=1000,
        )

    create_root(lambda _dispose: wide())


if __name__ == "__main__":
    main()
