"""What reading data costs: a kept answer beside other caches, and revalidation as what is subscribed grows.

    python -m benchmarks.data

async-lru, cashews and aiocache are measured where they are installed, Solid Router where Node is and the
packages of conformance/oracle are: python -m conformance.data.compare installs them. "tracked" is a call
inside a computation, which also subscribes it, and "awaited" one from a coroutine.
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import json
import statistics
import subprocess
import time
import tracemalloc
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from benchmarks.measure import ROUNDS, in_words
from wayfare.data import cache_of, create_async, query, revalidate
from wayfare.reactive import create_memo, create_root, current_scope

CALLS = 2000
ORACLE = Path(__file__).parents[1] / "conformance" / "oracle"

SOLID = """
const { JSDOM } = await import("jsdom");
globalThis.window = new JSDOM("<!doctype html>", { url: "http://localhost/" }).window;
globalThis.document = window.document;
const { query } = await import("@solidjs/router");
const number = query(async v => v, "number");
await number(1);
const calls = 5000, per = [];
for (let round = 0; round < 9; round++) {
  const begin = process.hrtime.bigint();
  for (let i = 0; i < calls; i++) await number(1);
  per.push(Number(process.hrtime.bigint() - begin) / calls);
}
console.log(JSON.stringify({ awaited: per.sort((x, y) => x - y)[4] / 1e9 }));
process.exit(0);
"""


@query("number", keep_for=3600)
async def get_number(value: int) -> int:
    return value


@query("text", keep_for=3600)
async def get_text(value: str) -> str:
    return value


@query("me", keep_for=3600)
async def get_me() -> str:
    return "me"


async def per_await(fn: Callable[[], Awaitable[object]], calls: int) -> float:
    begin = time.perf_counter()
    for _ in range(calls):
        await fn()
    return (time.perf_counter() - begin) / calls


def per_tracked_call(fn: Callable[[], object]) -> float:
    """Seconds for a call inside a computation, which is then taken down."""
    took = 0.0

    def run() -> None:
        nonlocal took
        begin = time.perf_counter()
        for _ in range(CALLS):
            fn()
        took = (time.perf_counter() - begin) / CALLS

    create_root(lambda dispose: (create_memo(run), dispose()))
    return took


def others() -> dict[str, Callable[[], Awaitable[object]]]:
    """Other caches' hits, as far as they are installed."""
    found: dict[str, Callable[[], Awaitable[object]]] = {}
    try:
        lru: Any = importlib.import_module("async_lru")
        cached = lru.alru_cache(maxsize=1000)(_plain)
        found["async-lru"] = lambda: cached(1)
    except ImportError:
        pass
    try:
        cashews: Any = importlib.import_module("cashews")
        cashews.cache.setup("mem://")
        kept = cashews.cache(ttl="1h", key="number:{value}")(_plain)
        found["cashews, memory"] = lambda: kept(1)
    except ImportError:
        pass
    try:
        aiocache: Any = importlib.import_module("aiocache")
        held = aiocache.cached(ttl=3600)(_plain)
        found["aiocache, memory"] = lambda: held(1)
    except ImportError:
        pass
    return found


async def _plain(value: int) -> int:
    return value


def solid() -> dict[str, float] | None:
    """Solid Router's hit in Node, in seconds."""
    if not (ORACLE / "node_modules" / "@solidjs" / "router").is_dir():
        return None
    try:
        done = subprocess.run(
            ["node", "--conditions=browser", "--input-type=module", "-e", SOLID],
            cwd=ORACLE, capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return None
    if done.returncode:
        print(done.stderr[-500:])
        return None
    return dict(json.loads(done.stdout))


async def hits() -> None:
    """A kept answer, beside its floor and beside others'."""
    table = {1: 1}

    async def look_up() -> int:
        return table[1]

    create_root(lambda: [create_async(fn) for fn in (lambda: get_number(1), lambda: get_text("a"), get_me)])
    await asyncio.gather(get_number(1), get_text("a"), get_me())
    awaited: dict[str, Callable[[], Awaitable[object]]] = {
        "a dictionary in a coroutine": look_up,
        "a query, awaited: number(1)": lambda: get_number(1),
        "a query, awaited: text('a')": lambda: get_text("a"),
        "a query, awaited: me()": get_me,
        **others(),
    }
    tracked: dict[str, Callable[[], object]] = {
        "a query, tracked: number(1)": lambda: get_number(1),
        "a query, tracked: text('a')": lambda: get_text("a"),
        "a query, tracked: me()": get_me,
    }
    times: dict[str, list[float]] = {name: [] for name in (*awaited, *tracked)}
    upstream: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        for name, fn in awaited.items():
            times[name].append(await per_await(fn, CALLS // 10 if "memory" in name else CALLS))
        for name, call in tracked.items():
            times[name].append(per_tracked_call(call))
        for name, took in (solid() or {}).items():
            upstream.setdefault(f"Solid Router in Node, {name}", []).append(took)
    print("\na kept answer")
    floor = statistics.median(times["a dictionary in a coroutine"])
    for name, taken in {**times, **upstream}.items():
        median = statistics.median(taken)
        print(
            f"  {name:<34} {in_words(median):>10}   {median / floor:8.1f}x   least {in_words(min(taken)):>10}"
        )


async def settled(rounds: int = 20) -> None:
    for _ in range(rounds):
        await asyncio.sleep(0)


async def revalidation() -> None:
    """Many keys with one subscriber each, one key with many, and few among many that are only kept."""
    print("\nrevalidation")
    for count in (100, 1000, 10_000):

        @query(f"rows{count}")
        async def row(number: int) -> int:
            return number

        def each(row: Any = row, count: int = count) -> Callable[[], None]:
            def build(dispose: Callable[[], None]) -> Callable[[], None]:
                for number in range(count):
                    create_async(lambda number=number: row(number))
                return dispose

            return create_root(build)

        await report(f"{count} keys, a subscriber each", row, each, count)
    for count in (100, 1000, 10_000):

        @query(f"one{count}")
        async def one() -> float:
            return time.perf_counter()

        def all_of_it(one: Any = one, count: int = count) -> Callable[[], None]:
            def build(dispose: Callable[[], None]) -> Callable[[], None]:
                for _ in range(count):
                    create_async(one)
                return dispose

            return create_root(build)

        await report(f"1 key, {count} subscribers", one, all_of_it, count)
    for kept in (100, 1000, 10_000):

        @query(f"kept{kept}", reuse_for=3600)
        async def item(number: int) -> int:
            return number

        for number in range(kept):
            await item(number)

        def ten(item: Any = item) -> Callable[[], None]:
            def build(dispose: Callable[[], None]) -> Callable[[], None]:
                for number in range(10):
                    create_async(lambda number=number: item(number))
                return dispose

            return create_root(build)

        await report(f"10 keys shown of {kept} kept", item, ten, 10)


async def report(title: str, made: Any, build: Callable[[], Callable[[], None]], count: int) -> None:
    dispose = build()
    await settled()
    taken: list[float] = []
    for _ in range(5):
        gc.collect()
        begin = time.perf_counter()
        await revalidate(made)
        taken.append(time.perf_counter() - begin)
    dispose()
    median = statistics.median(taken)
    print(f"  {title:<34} {in_words(median):>10}   {in_words(median / count):>10} each")


async def memory() -> None:
    """Bytes for an entry that is kept, and for one that is shown."""

    @query("small")
    async def small(number: int) -> int:
        return number

    count = 5000
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for number in range(count):
        await small(number)
    gc.collect()
    kept = (tracemalloc.get_traced_memory()[0] - before) / count
    before = tracemalloc.get_traced_memory()[0]
    dispose = create_root(
        lambda dispose: (
            [create_async(lambda number=number: small(number)) for number in range(count)],
            dispose,
        )
    )[1]
    gc.collect()
    shown = (tracemalloc.get_traced_memory()[0] - before) / count
    tracemalloc.stop()
    dispose()
    print(f"\nmemory: {kept:.0f} bytes for an entry that is kept, {shown:.0f} more for a create_async of it")


async def main() -> None:
    await hits()
    await revalidation()
    await memory()
    cache_of(current_scope()).store.clear()


if __name__ == "__main__":
    asyncio.run(main())
