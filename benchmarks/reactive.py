"""The reactive core beside reaktiv, observ, Wybthon's core and solid-js, each question in turns in one run.

    python -m benchmarks.reactive                            what is installed here
    python -m benchmarks.reactive --python /path/to/python   another interpreter, with the other cores
    python -m benchmarks.reactive --only wayfare --json      one of them, as data

Each library runs in a process of its own, three times, in turns; the medians of their best rounds are
printed, and in brackets how many bare Python calls (of a function that does nothing, timed beside it) that
is. Cores that can't run a line, or not within its time, show a dash. solid-js is taken from
conformance/reactive/oracle, where the conformance run installs it.
"""

from __future__ import annotations

import argparse
import gc
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
LIBRARIES = ("wayfare", "reaktiv", "observ", "wybthon", "solid-js")
ROUNDS = 3
LIMIT = 240.0
"""Seconds that one library has for all lines."""

Maker = tuple[
    Callable[[Any], tuple[Callable[[], Any], Callable[[Any], object]]],
    Callable[[Callable[[], Any]], Callable[[], Any]],
    Callable[[Callable[[], Any]], object],
    Callable[[Callable[[], Any]], Any],
    Callable[[Callable[[], Any]], Any],
]


def make(library: str) -> Maker:
    """`signal(value) -> (read, write)`, `memo(fn) -> read`, `effect(fn)`, `batch(fn)` and `root(fn)`."""
    if library == "wayfare":
        from wayfare import reactive as w

        return w.create_signal, w.create_memo, w.create_effect, w.batch, w.create_root
    if library == "wybthon":
        import wybthon as y

        batch = getattr(y, "batch", lambda fn: fn())
        return (
            y.create_signal,
            y.create_memo,
            y.create_effect,
            batch,
            lambda fn: y.create_root(lambda _: fn()),
        )
    if library == "reaktiv":
        import reaktiv as k

        def signal(value: Any) -> Any:
            made = k.Signal(value)
            return made, made.set

        def in_batch(fn: Callable[[], Any]) -> None:
            with k.batch():
                fn()

        return signal, k.Computed, k.Effect, in_batch, lambda fn: fn()
    import observ as o

    def ref(value: Any) -> Any:
        made = o.ref(value)

        def write(new: Any) -> None:
            made["value"] = new

        return (lambda: made["value"]), write

    return ref, o.computed, lambda fn: o.watch_effect(fn, sync=True), lambda fn: fn(), lambda fn: fn()


def timed(fn: Callable[[], object], count: int, rounds: int = 5) -> float:
    """Nanoseconds of processor time for one of the `count` operations of `fn`: the best of some rounds."""
    taken: list[float] = []
    fn()
    for _ in range(rounds):
        gc.collect()
        gc.disable()
        begin = time.thread_time_ns()
        fn()
        taken.append((time.thread_time_ns() - begin) / count)
        gc.enable()
    return min(taken)


def bare() -> float:
    def nothing(value: int) -> int:
        return value

    functions = [nothing] * 1000

    def calls() -> None:
        for fn in functions:
            fn(1)

    return timed(calls, 1000, 21)


def memory() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def measure(library: str) -> dict[str, float]:
    """Every line for one Python library."""
    signal, memo, effect, batch, root = make(library)
    out: dict[str, float] = {}
    keep: list[Any] = []

    def line(name: str, take: Callable[[], float]) -> None:
        try:
            out[name] = take()
        except Exception as error:
            print(f"{library}: {name}: {type(error).__name__}: {str(error)[:120]}", file=sys.stderr)
        out["bare call"] = min(out.get("bare call", 1e9), bare())
        print(json.dumps(out), flush=True)

    def counter() -> tuple[Callable[[], int], Callable[[], None]]:
        read, write = signal(0)
        at = [0]

        def add() -> None:
            at[0] += 1
            write(at[0])

        return read, add

    def reading() -> float:
        read, _ = counter()

        def go() -> None:
            for _ in range(10_000):
                read()

        return timed(go, 10_000)

    def writing() -> float:
        _, add = counter()

        def go() -> None:
            for _ in range(10_000):
                add()

        return timed(go, 10_000)

    def creating(one: Callable[[], object], count: int) -> Callable[[], float]:
        def build() -> None:
            keep.append([one() for _ in range(count)])

        def go() -> None:
            root(build)

        def take() -> float:
            result = timed(go, count, 3)
            keep.clear()
            return result

        return take

    def size(one: Callable[[], object], count: int) -> Callable[[], float]:
        def take() -> float:
            gc.collect()
            before = memory()
            root(lambda: keep.append([one() for _ in range(count)]))
            result = (memory() - before) / count
            keep.clear()
            return result

        return take

    def fan_out(count: int) -> Callable[[], float]:
        def take() -> float:
            read, add = counter()
            runs = [0]

            def build() -> None:
                for _ in range(count):

                    def run() -> None:
                        read()
                        runs[0] += 1

                    keep.append(run)
                    keep.append(effect(run))

            root(build)
            out["the effect's function, bare"] = timed(
                lambda: [keep[n]() for n in range(0, 2 * count, 2)], count
            )
            runs[0] = 0
            add()
            if runs[0] != count:
                raise RuntimeError(f"a write ran {runs[0]} of {count} effects")
            result = timed(add, count, 21)
            keep.clear()
            return result

        return take

    def link(source: Callable[[], int]) -> Callable[[], int]:
        return memo(lambda: source() + 1)

    def chain(depth: int) -> Callable[[], float]:
        def take() -> float:
            read, add = counter()
            last = [read]

            def build() -> None:
                for _ in range(depth):
                    last[0] = link(last[0])
                    keep.append(last[0])

            root(build)

            def go() -> None:
                add()
                last[0]()

            result = timed(go, depth)
            keep.clear()
            return result

        return take

    def diamond() -> float:
        read, add = counter()

        def build() -> None:
            def middle(n: int) -> Callable[[], int]:
                return memo(lambda: read() + n)

            middles = [middle(n) for n in range(100)]
            total = memo(lambda: sum([m() for m in middles]))
            keep.extend((middles, total, effect(lambda: total())))

        root(build)
        return timed(add, 1)

    def cellx(layers: int) -> Callable[[], float]:
        def take() -> float:
            cells = [signal(n + 1) for n in range(4)]
            last: list[Callable[[], int]] = [read for read, _ in cells]

            def layer(a: Any, b: Any, c: Any, d: Any) -> list[Callable[[], int]]:
                made = [
                    memo(lambda: b()),
                    memo(lambda: a() - c()),
                    memo(lambda: b() + d()),
                    memo(lambda: c()),
                ]
                keep.append((made, [effect(m) for m in made]))
                return made

            def build() -> None:
                for _ in range(layers):
                    last[:] = layer(*last)

            root(build)
            at = [0]

            def go() -> None:
                at[0] += 1
                batch(lambda: [write(at[0] + n) for n, (_, write) in enumerate(cells)])
                for read in last:
                    read()

            result = timed(go, 1, 3 if layers > 100 else 5)
            keep.clear()
            return result

        return take

    def switching() -> float:
        which, turn = counter()
        sources = [counter() for _ in range(100)]
        reads = [read for read, _ in sources]

        def build() -> None:
            def one(n: int) -> Callable[[], int]:
                return memo(lambda: reads[(which() + n) % 100]())

            memos = [one(n) for n in range(100)]
            keep.append((memos, [effect(m) for m in memos]))

        root(build)
        return timed(turn, 100)

    read, _ = counter()
    line("read a signal", reading)
    line("write a signal nobody reads", writing)
    line("create a signal", creating(lambda: signal(0), 100_000))
    line("create a memo", creating(lambda: memo(lambda: read()), 10_000))
    line("create an effect", creating(lambda: effect(lambda: read()), 10_000))
    line("bytes of a signal", size(lambda: signal(0), 100_000))
    line("bytes of a memo", size(lambda: memo(lambda: read()), 20_000))
    line("bytes of an effect", size(lambda: effect(lambda: read()), 20_000))
    line("an effect's run, 1 of 1,000 of one signal", fan_out(1000))
    line("a memo's run in a chain of 1,000", chain(1000))
    line("diamond, 100 memos wide (one write)", diamond)
    line("switching sources (one memo and effect)", switching)
    for layers in (10, 100, 1000):
        line(f"cellx, {layers:,} layers (one write)", cellx(layers))
    if library == "wayfare":
        line("map_array, 10,000 rows, one moved", moving)
    return out


def moving() -> float:
    from wayfare import reactive as w

    rows = [object() for _ in range(10_000)]
    read, write = w.create_signal(list(rows), equals=False)
    w.create_root(lambda: w.create_memo(w.map_array(read, lambda row: row)))

    def go() -> None:
        rows.insert(0, rows.pop())
        write(list(rows))

    return timed(go, 1)


def run(library: str, python: str) -> dict[str, float]:
    """One library in its own process; what it had measured when its time ran out counts."""
    if library == "solid-js":
        command = ["node", "--expose-gc", "--stack-size=30000", str(HERE / "reactive.mjs")]
    else:
        chosen = sys.executable if library == "wayfare" else python
        command = [chosen, str(HERE / "reactive.py"), "--only", library, "--json"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, check=False)
        text, errors = done.stdout, done.stderr
    except subprocess.TimeoutExpired as late:
        text = late.stdout.decode() if isinstance(late.stdout, bytes) else late.stdout or ""
        errors = f"{library}: stopped after {LIMIT:.0f} s"
    except OSError as error:
        text, errors = "", str(error)
    lines = text.strip().splitlines()
    if not lines or errors:
        print(errors.strip()[-300:], file=sys.stderr)
    return dict(json.loads(lines[-1])) if lines else {}


def cell(value: float, base: float, name: str) -> str:
    if "bytes" in name:
        return f"{value:,.0f} B"
    shown = (
        f"{value / 1e6:,.2f} ms"
        if value >= 1e6
        else f"{value / 1e3:,.1f} us"
        if value >= 1e4
        else f"{value:,.0f} ns"
    )
    return f"{shown} ({value / base:,.1f})"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--python", default=sys.executable, help="the interpreter that has the other cores")
    parser.add_argument("--only", choices=LIBRARIES)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.json:
        measure(options.only)
        return
    chosen = (options.only,) if options.only else LIBRARIES
    taken: dict[str, list[dict[str, float]]] = {name: [] for name in chosen}
    for _ in range(ROUNDS):
        for name in chosen:
            if taken[name] or _ == 0:
                result = run(name, options.python)
                if result:
                    taken[name].append(result)
    medians = {
        name: {line: statistics.median(r[line] for r in rounds if line in r) for line in rounds[0]}
        for name, rounds in taken.items()
        if rounds
    }
    lines = list(dict.fromkeys(line for rows in medians.values() for line in rows))
    print(f"{'':45}" + "".join(f"{name:>24}" for name in medians))
    base = medians.get("wayfare", next(iter(medians.values())))["bare call"]
    for line in lines:
        row = "".join(
            f"{cell(rows[line], base, line) if line in rows else '-':>24}" for rows in medians.values()
        )
        print(f"{line:45}{row}")


if __name__ == "__main__":
    main()
