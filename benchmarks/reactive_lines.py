"""The lines of `reactive.py`: what is built, what is timed, and how it is known that the work was done.

    python -m benchmarks.reactive_lines wayfare "create a memo"     one line for one core, as JSON

A line whose work was not done, by its run counts or its values, has no number: it is refused. Memos are read
once where they are made, since some cores would not compute them otherwise.
"""

from __future__ import annotations

import gc
import json
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.reactive_cores import CORES, Core, Do, Read


class NotDone(Exception):  # noqa: N818 - no fault of this program
    """A core has not done what the line asks for."""


def expect(what: str, found: object, expected: object) -> None:
    if found != expected:
        raise NotDone(f"{what}: {found!r:.40} instead of {expected!r:.40}")


def expect_at_least(what: str, found: int, expected: int) -> None:
    """More runs than needed are the core's own loss."""
    if found < expected:
        raise NotDone(f"{what}: {found} instead of {expected}")


@dataclass
class Work:
    """`do` does `count` operations, and is called some times in a round. `check` gets how often in all."""

    do: Do
    count: int
    check: Callable[[int], None]
    rounds: int = 15
    times: int = 1
    before: Do = field(default=lambda: None)


def timed(work: Work) -> float:
    """Nanoseconds of processor time for one operation: the best of some rounds, none with a collection."""
    taken: list[float] = []
    for _ in range(work.rounds):
        work.before()
        gc.collect()
        gc.disable()
        begin = time.thread_time_ns()
        for _ in range(work.times):
            work.do()
        taken.append((time.thread_time_ns() - begin) / work.count / work.times)
        gc.enable()
    work.check(work.rounds * work.times)
    return min(taken)


def bare() -> float:
    """A call of a function that does nothing."""

    def nothing(value: int) -> int:
        return value

    functions = [nothing] * 1000

    def calls() -> None:
        for fn in functions:
            fn(1)

    return timed(Work(calls, 1000, lambda _: None, 41))


class Counter:
    """A signal that is written 1, 2, 3 and so on; a write is done when its effects have run."""

    def __init__(self, core: Core) -> None:
        self.read, self._write = core.signal(0)
        self._settle = core.settle
        self.at = 0
        self.add = self.add_only if core.settle is None else self.add_and_settle

    def add_only(self) -> None:
        self.at += 1
        self._write(self.at)

    def add_and_settle(self) -> None:
        self.at += 1
        self._write(self.at)
        self._settle()  # type: ignore[misc]


class Runs:
    """Effects that count their runs."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self.count = 0
        self._kept: list[object] = []

    def run(self, read: Read) -> Do:
        """What an effect of `read` runs."""

        def run() -> None:
            read()
            self.count += 1

        return run

    def effect(self, read: Read) -> None:
        self._kept.append(self._core.effect(self.run(read)))

    def begin(self) -> None:
        """Everything is built: let it settle, and count from here."""
        if self._core.settle is not None:
            self._core.settle()
        self.count = 0


def reading(core: Core) -> Work:
    read, _ = core.signal(7)

    def do() -> None:
        for _ in range(10_000):
            read()

    return Work(do, 10_000, lambda _: expect("the value", read(), 7))


def reading_tracked(core: Core) -> Work:
    counter = Counter(core)
    reads = [core.signal(n)[0] for n in range(1000)]
    runs = Runs(core)

    def everything() -> None:
        counter.read()
        for read in reads:
            read()

    def build() -> None:
        runs.effect(everything)

    core.root(build)
    runs.begin()
    return Work(counter.add, 1000, lambda calls: expect_at_least("runs", runs.count, calls))


def writing(core: Core) -> Work:
    counter = Counter(core)
    add = counter.add_only

    def do() -> None:
        for _ in range(10_000):
            add()

    return Work(do, 10_000, lambda _: expect("the value", counter.read(), counter.at))


COUNT = 100_000


def making(core: Core, make: Callable[[], object], check: Callable[[list[Any]], None]) -> Work:
    made: list[Any] = []

    def do() -> None:
        core.root(lambda: made.extend([make() for _ in range(COUNT)]))
        if core.settle is not None:
            core.settle()

    return Work(do, COUNT, lambda _: check(made), rounds=3, before=made.clear)


def signals(core: Core) -> Work:
    def check(made: list[Any]) -> None:
        expect("values", {read() for read, _ in made}, {0})
        expect("signals", len(made), COUNT)

    return making(core, lambda: core.signal(0), check)


def memos(core: Core) -> Work:
    read, write = core.signal(7)

    def make() -> Read:
        memo = core.memo(lambda: read())
        memo()
        return memo

    def check(made: list[Any]) -> None:
        expect("values", {memo() for memo in made}, {7})
        write(8)
        expect("values after a write", {memo() for memo in made}, {8})

    return making(core, make, check)


def effects(core: Core) -> Work:
    read, _ = core.signal(7)
    runs = 0

    def run() -> None:
        nonlocal runs
        read()
        runs += 1

    def check(made: list[Any]) -> None:
        expect_at_least("runs", runs, 3 * COUNT)
        expect("effects", len(made), COUNT)

    return making(core, lambda: core.effect(lambda: run()), check)


def size(work: Callable[[Core], Work]) -> Callable[[Core], float]:
    """The bytes that the process has grown by for each, in a process that has done nothing else."""

    def resident() -> int:
        gc.collect()
        return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

    def take(core: Core) -> float:
        making = work(core)
        before = resident()
        making.do()
        return (resident() - before) / making.count

    return take


def bare_effects(core: Core) -> Work:
    """What the effects of `fan_out` run, called by hand."""
    counter = Counter(core)
    runs = Runs(core)
    functions = [runs.run(counter.read) for _ in range(1000)]

    def do() -> None:
        for fn in functions:
            fn()

    return Work(do, 1000, lambda calls: expect("runs", runs.count, 1000 * calls))


def fan_out(width: int) -> Callable[[Core], Work]:
    def build(core: Core) -> Work:
        counter = Counter(core)
        runs = Runs(core)

        def make() -> None:
            for _ in range(width):
                runs.effect(counter.read)

        core.root(make)
        runs.begin()

        def check(calls: int) -> None:
            expect_at_least("runs", runs.count, calls * width)

        return Work(counter.add, width, check, times=max(1, 1000 // width))

    return build


def chain(depth: int) -> Callable[[Core], Work]:
    def build(core: Core) -> Work:
        counter = Counter(core)
        reads = [counter.read]

        def link(source: Read) -> Read:
            return core.memo(lambda: source() + 1)

        def make() -> None:
            for _ in range(depth):
                reads.append(link(reads[-1]))
                reads[-1]()

        core.root(make)
        last = reads[-1]

        def do() -> None:
            counter.add()
            last()

        def check(calls: int) -> None:
            expect("the last value", last(), calls + depth)

        return Work(do, depth, check, times=max(1, 1000 // depth))

    return build


def diamond(core: Core) -> Work:
    counter = Counter(core)
    runs = Runs(core)
    kept: list[Read] = []

    def middle(n: int) -> Read:
        return core.memo(lambda: counter.read() + n)

    def build() -> None:
        middles = [middle(n) for n in range(100)]
        total = core.memo(lambda: sum([m() for m in middles]))
        kept.extend((total, *middles))
        runs.effect(total)

    core.root(build)
    runs.begin()

    def check(calls: int) -> None:
        expect_at_least("runs", runs.count, calls)
        expect("the sum", kept[0](), 100 * calls + sum(range(100)))

    return Work(counter.add, 1, check, times=10)


def switching(core: Core) -> Work:
    counter = Counter(core)
    reads = [core.signal(n)[0] for n in range(100)]
    runs = Runs(core)
    kept: list[Read] = []

    def one(n: int) -> Read:
        return core.memo(lambda: reads[(counter.read() + n) % 100]())

    def build() -> None:
        kept.extend(one(n) for n in range(100))
        for memo in kept:
            runs.effect(memo)

    core.root(build)
    runs.begin()

    def check(calls: int) -> None:
        expect_at_least("runs", runs.count, 100 * calls)
        expect("values", [memo() for memo in kept], [(calls + n) % 100 for n in range(100)])

    return Work(counter.add, 100, check, times=10)


def cellx(layers: int) -> Callable[[Core], Work]:
    """Layers of four cells, each with an effect; all four inputs are written in one batch."""

    def model(at: int) -> list[int]:
        cells = [at + n for n in range(4)]
        found: list[int] = []
        for _ in range(layers):
            a, b, c, d = cells
            cells = [b, a - c, b + d, c]
            found.extend(cells)
        return found

    def build(core: Core) -> Work:
        core = core.batching or core
        cells = [core.signal(n) for n in range(4)]
        last: list[Read] = [read for read, _ in cells]
        runs = Runs(core)
        kept: list[Read] = []

        def layer(a: Read, b: Read, c: Read, d: Read) -> list[Read]:
            return [
                core.memo(lambda: b()),
                core.memo(lambda: a() - c()),
                core.memo(lambda: b() + d()),
                core.memo(lambda: c()),
            ]

        def make() -> None:
            for _ in range(layers):
                last[:] = layer(*last)
                kept.extend(last)
                for memo in last:
                    runs.effect(memo)

        core.root(make)
        runs.begin()
        at = 0

        def write() -> None:
            for n, (_, write) in enumerate(cells):
                write(at + n)

        def do() -> None:
            nonlocal at
            at += 1
            core.batch(write)
            if core.settle is not None:
                core.settle()
            for read in last:
                read()

        def check(calls: int) -> None:
            expect("values", [memo() for memo in kept], model(calls))
            changed = 0
            for n in range(calls):
                changed += sum(a != b for a, b in zip(model(n), model(n + 1), strict=True))
            expect_at_least("runs", runs.count, changed)

        return Work(do, 1, check, times=max(1, 100 // layers), rounds=5 if layers >= 1000 else 15)

    return build


def moving(core: Core) -> Work:
    if core.map_array is None:
        raise NotDone("it has no map_array")
    rows = [object() for _ in range(10_000)]
    read, write = core.signal(list(rows))
    made = 0
    kept: list[Read] = []

    def row(item: object) -> object:
        nonlocal made
        made += 1
        return item

    mapping = core.map_array
    core.root(lambda: kept.append(mapping(read, row)))
    kept[0]()

    def do() -> None:
        rows.insert(0, rows.pop())
        write(list(rows))
        kept[0]()

    def check(_calls: int) -> None:
        expect("rows made", made, 10_000)
        expect("the rows in order", kept[0]() == rows, True)

    return Work(do, 1, check)


LINES: dict[str, Callable[[Core], Work]] = {
    "read a signal": reading,
    "read a signal, one of 1,000 in an effect": reading_tracked,
    "write a signal that nobody reads": writing,
    "create a signal": signals,
    "create a memo": memos,
    "create an effect": effects,
    "an effect's function, called bare": bare_effects,
    "an effect's run, 1 of one signal": fan_out(1),
    "an effect's run, 1 of 1,000 of one signal": fan_out(1000),
    "an effect's run, 1 of 10,000 of one signal": fan_out(10_000),
    "a memo's run in a chain of 10": chain(10),
    "a memo's run in a chain of 1,000": chain(1000),
    "a memo's run in a chain of 10,000": chain(10_000),
    "diamond, 100 memos wide (one write)": diamond,
    "switching sources (one memo and effect)": switching,
    "cellx, 10 layers (one write)": cellx(10),
    "cellx, 100 layers (one write)": cellx(100),
    "cellx, 1,000 layers (one write)": cellx(1000),
    "map_array, 10,000 rows, one moved": moving,
}
SIZES: dict[str, Callable[[Core], float]] = {
    "bytes of a signal": size(signals),
    "bytes of a memo": size(memos),
    "bytes of an effect": size(effects),
}


def main() -> None:
    """One line for one core. Cores that recurse have the stack for it."""
    library, line = sys.argv[1:]
    answer: dict[str, object] = {}

    def take() -> None:
        try:
            core = CORES[library]()
            found = SIZES[line](core) if line in SIZES else timed(LINES[line](core))
            answer.update(value=found, bare=bare())
        except Exception as error:
            answer["refused"] = f"{type(error).__name__}: {str(error)[:120]}"

    sys.setrecursionlimit(1_000_000)
    threading.stack_size(1 << 29)
    thread = threading.Thread(target=take)
    thread.start()
    thread.join()
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
