"""Timing in turns: a round of each contestant after the other, medians over the rounds."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping

ROUNDS = 7


def per_call(fn: Callable[[], object], seconds: float = 0.02) -> float:
    """Seconds for one call, from as many calls as fit into `seconds`."""
    count = 1
    while True:
        begin = time.perf_counter()
        for _ in range(count):
            fn()
        took = time.perf_counter() - begin
        if took >= seconds:
            return took / count
        count = max(count * 2, int(count * seconds / max(took, 1e-9)))


def compare(title: str, contestants: Mapping[str, Callable[[], object]], *, operations: int = 1) -> None:
    """Prints the median time of each, and its ratio to the first, the floor.

    `operations` is how many of them one call of the others does; a call of the floor does one.
    """
    times: dict[str, list[float]] = {name: [] for name in contestants}
    floor_name = next(iter(contestants))
    gc.collect()
    for _ in range(ROUNDS):
        for name, fn in contestants.items():
            times[name].append(per_call(fn) / (1 if name == floor_name else operations))
    print(f"\n{title}")
    floor = statistics.median(times[floor_name])
    for name, taken in times.items():
        median = statistics.median(taken)
        print(f"  {name:<34} {in_words(median):>10}   {median / floor:8.1f}x")


def in_words(seconds: float) -> str:
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.2f} {unit}"
    return f"{seconds / 1e-9:.0f} ns"
