"""What a query costs whose answer is in the cache, beside a coroutine that looks into a dictionary."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable

from benchmarks.measure import ROUNDS, in_words
from wayfare.data import create_async, query
from wayfare.reactive import create_effect, create_root

CALLS = 2000


@query("number", keep_for=3600)
async def get_number(value: int) -> int:
    return value


async def per_call(fn: Callable[[], Awaitable[object]]) -> float:
    begin = time.perf_counter()
    for _ in range(CALLS):
        await fn()
    return (time.perf_counter() - begin) / CALLS


async def measure() -> None:
    found = {1: 1}

    async def look_up() -> int:
        return found[1]

    def subscribe() -> None:
        # An entry that somebody shows is current until it is revalidated.
        number = create_async(lambda: get_number(1))
        create_effect(lambda _before: number())

    create_root(subscribe)
    await get_number(1)

    contestants: dict[str, Callable[[], Awaitable[object]]] = {
        "a dictionary in a coroutine": look_up,
        "a query in the cache": lambda: get_number(1),
    }
    times: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(ROUNDS):
        for name, fn in contestants.items():
            times[name].append(await per_call(fn))
    medians = {name: statistics.median(taken) for name, taken in times.items()}
    floor = medians["a dictionary in a coroutine"]
    print("\na query whose answer is there")
    for name, median in medians.items():
        print(f"  {name:<34} {in_words(median):>10}   {median / floor:8.1f}x")


if __name__ == "__main__":
    asyncio.run(measure())
