"""What reading data costs: a kept answer beside other caches, and revalidation as what is subscribed grows.

    python -m benchmarks.data

async-lru, cashews and aiocache are measured where they are installed, Solid Router where Node is and the
packages of conformance/oracle are: python -m conformance.data.compare installs them. "awaited" is a call
from a coroutine; "tracked" one inside a computation, which also subscribes it: the same key again and again,
or 100 keys of a computation that runs again, the end of its last subscriptions included. All of it is in a
page.

Each peer's function counts its calls: a hit that called it would be none.
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import itertools
import json
import statistics
import subprocess
import time
import tracemalloc
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from benchmarks.measure import ROUNDS, in_words
from wayfare._world import AsyncioWorld
from wayfare.data import cache_of, create_async, query, revalidate
from wayfare.reactive import Scope, create_memo, create_root, create_signal, current_scope

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
console.log(JSON.stringify({ awaited: per.map(each => each / 1e9) }));
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


def per_call_of_a_rerun() -> float:
    """Seconds for each of 100 keys of a computation that runs again."""

    def build(dispose: Callable[[], None]) -> float:
        again, set_again = create_signal(0)

        def run() -> None:
            again()
            for number in range(100):
                get_number(number)

        create_memo(run)
        begin = time.perf_counter()
        for turn in range(CALLS // 100):
            set_again(turn + 1)
        took = (time.perf_counter() - begin) / CALLS
        dispose()
        return took

    return create_root(build)


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


misses = itertools.count()


async def _plain(value: int) -> int:
    next(misses)
    return value


def solid() -> dict[str, list[float]] | None:
    """Solid Router's hits in Node, in seconds, for each of some rounds."""
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

    shown = [lambda number=number: get_number(number) for number in range(100)]
    create_root(lambda: [create_async(fn) for fn in (*shown, lambda: get_text("a"), get_me)])
    await asyncio.gather(*(get_number(number) for number in range(100)), get_text("a"), get_me())
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
    again = "a query, tracked: 100 keys, run again"
    times: dict[str, list[float]] = {name: [] for name in (*awaited, *tracked, again)}
    for fn in awaited.values():
        await fn()
    called = next(misses)
    upstream: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        for name, fn in awaited.items():
            times[name].append(await per_await(fn, CALLS // 10 if "memory" in name else CALLS))
        for name, call in tracked.items():
            times[name].append(per_tracked_call(call))
        times[again].append(per_call_of_a_rerun())
        for name, took in (solid() or {}).items():
            upstream.setdefault(f"Solid Router in Node, {name}", []).extend(took)
    assert next(misses) == called + 1, "a peer has called its function instead of answering from its cache"
    print("\na kept answer")
    floor = statistics.median(times["a dictionary in a coroutine"])
    for name, taken in {**times, **upstream}.items():
        median = statistics.median(taken)
        print(
            f"  {name:<38} {in_words(median):>10}   {median / floor:8.1f}x   least {in_words(min(taken)):>10}"
        )


async def settled(rounds: int = 20) -> None:
    for _ in range(rounds):
        await asyncio.sleep(0)


def showing(fetch: Callable[[int], Any], count: int) -> Callable[[], None]:
    """`count` subscribers, each with its number; gives how to take them down."""

    def build(dispose: Callable[[], None]) -> Callable[[], None]:
        for number in range(count):
            create_async(lambda number=number: fetch(number))
        return dispose

    return create_root(build)


async def revalidation() -> None:
    """Many keys with one subscriber each, one key with many, and few among many that are only kept."""
    print(f"\nrevalidation{'each':>43}{'of that, collector':>21}")
    for waits in (False, True):

        @query("rows")
        async def row(number: int, waits: bool = waits) -> int:
            if waits:
                await asyncio.sleep(0)
            return number

        kind = "keys whose fetch waits" if waits else "keys, a subscriber each"
        for count in (100, 1000, 10_000):
            await report(f"{count:,} {kind}", row, lambda row=row, count=count: showing(row, count), count)

    @query("one")
    async def one() -> float:
        return time.perf_counter()

    for count in (100, 1000, 10_000):
        await report(
            f"1 key, {count:,} subscribers", one, lambda count=count: showing(lambda _: one(), count), count
        )

    @query("kept", reuse_for=3600)
    async def item(number: int) -> int:
        return number

    kept = 0
    for count in (100, 1000, 10_000, 100_000):
        while kept < count:
            await item(kept)
            kept += 1
        await report(f"10 keys shown of {count:,} kept", item, lambda: showing(item, 10), 10)
    await report(f"1 of 10 shown of {count:,}, by its key", item.key_for(1), lambda: showing(item, 10), 1)
    cache_of(current_scope()).store.clear()

    @query("rows_of", reuse_for=3600)
    async def row_of(table: str, number: int) -> tuple[str, int]:
        return table, number

    kept = 0
    for count in (100, 1000, 10_000, 100_000):
        while kept < count:
            await row_of("kept", kept)
            kept += 1
        for argument, title in (('"shown"', "10 keys of {:,}, by an argument"), ('"', "where {:,} match")):
            pattern = row_of.pattern + argument
            build = lambda: showing(lambda number: row_of("shown", number), 10)  # noqa: E731
            await report(title.format(count), pattern, build, 10)
    cache_of(current_scope()).store.clear()


async def report(title: str, made: Any, build: Callable[[], Callable[[], None]], count: int) -> None:
    """The least of some turns, in processor time: nothing here waits for anything but itself."""
    dispose = build()
    await settled()
    collector = Collector()
    taken: list[tuple[float, float]] = []
    for turn in range(7 if count >= 100 else 100):
        if not turn or count >= 100:  # it leaves nothing in the processor's caches
            gc.collect()
        collector.seconds = 0.0
        begin = time.process_time()
        await revalidate(made)
        taken.append((time.process_time() - begin, collector.seconds))
    collector.close()
    dispose()
    took, collecting = min(taken)
    share = f"{collecting / took:.0%}"
    print(f"  {title:<34} {in_words(took / count):>15} {share:>20}   {in_words(took):>10} all", flush=True)


class Collector:
    """What the garbage collector takes, which has as much to do with all that the program holds."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._begin = 0.0
        gc.callbacks.append(self._told)

    def _told(self, phase: str, _info: dict[str, int]) -> None:
        if phase == "start":
            self._begin = time.process_time()
        else:
            self.seconds += time.process_time() - self._begin

    def close(self) -> None:
        gc.callbacks.remove(self._told)


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
    scope = Scope(AsyncioWorld(), "benchmark")
    scope.run(lambda: cache_of(scope)).store.limit = 200_000

    async def everything() -> None:
        await hits()
        await revalidation()
        await memory()

    await scope.run(lambda: asyncio.ensure_future(everything()))
    scope.close()


if __name__ == "__main__":
    asyncio.run(main())
