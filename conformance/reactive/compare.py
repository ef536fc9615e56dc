"""Runs programs in Wayfare and in solid-js and compares the traces.

    python -m conformance.reactive.compare                     the hand-picked programs
    python -m conformance.reactive.compare --random 2000       and random ones
    python -m conformance.reactive.compare --show 1/17/graph   both traces of one random program

The last line says ``N compared, K differences, J listed``; it is an error where a difference is not listed,
or a listed one does not show. solid-js is installed by npm into oracle/node_modules when it is not there yet.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from itertools import count as naturals
from itertools import islice
from pathlib import Path
from typing import Any

from .generate import PROFILES, program
from .interpreter import Interpreter
from .mirror import mirrored
from .programs import picked

HERE = Path(__file__).parent
ORACLE = HERE / "oracle"
CHUNK = 1000
"""Programs for each run of Node, which keeps a copy of solid-js for each asynchronous one."""

Trace = list[list[Any]]


def install() -> None:
    """Fetch solid-js, where it is not there yet."""
    if not (ORACLE / "node_modules" / "solid-js").is_dir():
        subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--silent"], cwd=ORACLE, check=True)


def upstream(programs: list[dict[str, Any]]) -> list[Trace]:
    """The traces that solid-js gives."""
    lines = "".join(json.dumps(p) + "\n" for p in programs)
    done = subprocess.run(
        ["node", "--conditions=browser", "run.mjs"],
        cwd=ORACLE, input=lines, capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"the oracle failed: {done.stderr[-2000:]}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def ours(programs: list[dict[str, Any]], *, mirrors: bool = True) -> list[Trace]:
    """The traces that Wayfare gives, with the listed differences mirrored or as they are."""

    async def play() -> list[Trace]:
        return [json.loads(json.dumps(await Interpreter(p, mirror=mirrors).play())) for p in programs]

    with mirrored() if mirrors else nullcontext():
        return asyncio.run(play())


def compare(programs: list[dict[str, Any]], *, mirrors: bool) -> list[tuple[dict[str, Any], Trace, Trace]]:
    """The programs whose traces differ, with upstream's and ours."""
    theirs, mine = upstream(programs), ours(programs, mirrors=mirrors)
    return [(p, a, b) for p, a, b in zip(programs, theirs, mine, strict=True) if a != b]


def listed(data: dict[str, Any], theirs: Trace, mine: Trace) -> str | None:
    """The listed difference that explains why two traces differ, or None.

    A hand-picked program says which one it shows. Of random ones, some kinds are told by their traces.
    """
    if "difference" in data:
        return str(data["difference"])
    if any("Maximum call stack" in str(event) for event in theirs):
        return "endless"
    if any(event[0] == "gone" for event in theirs):
        return "disposed-runs"
    if "transitions" in data["id"]:
        first = next((n for n, (a, b) in enumerate(zip(theirs, mine, strict=False)) if a != b), len(mine))
        step = next((event[1] for event in reversed(mine[:first]) if event[0] == "step"), 0)
        begun = any(statement[0] == "transition" for statement in data["steps"][: step + 1])
        if not begun or any(event[0] == "stale" for event in mine):
            return None
        if any(event[0] == "stale" for event in theirs) or _only_a_value(theirs, mine, first):
            return "stale-after-commit"
        if _end(theirs) == _end(mine):
            return "order-after-transition"
    return None


def _only_a_value(theirs: Trace, mine: Trace, first: int) -> bool:
    """Whether the first difference is what one run of the same computation gave, or what was read."""
    a, b = theirs[first : first + 1], mine[first : first + 1]
    return bool(a) and bool(b) and a[0][:-1] == b[0][:-1] and a[0][0] in ("ran", "log")


def _end(trace: Trace) -> Trace:
    start = next((n for n, event in enumerate(trace) if event == ["final"]), 0)
    return [event for event in trace[start:] if event[0] != "step"]


def random_programs(
    seed: int, first: int, count: int, profiles: tuple[str, ...]
) -> Iterator[list[dict[str, Any]]]:
    """`count` programs of the given profiles, from the number `first` on, in chunks."""
    wanted = (n for n in naturals(first) if PROFILES[n % len(PROFILES)] in profiles)
    numbers = islice(wanted, count)
    while chunk := list(islice(numbers, CHUNK)):
        yield [program(seed, number) for number in chunk]


def show(data: dict[str, Any], theirs: Trace, mine: Trace) -> None:
    print(data["id"])
    for at, statement in enumerate(data["steps"]):
        print(f"  {at:3} {json.dumps(statement)}")
    same = next(
        (n for n, (a, b) in enumerate(zip(theirs, mine, strict=False)) if a != b), min(len(theirs), len(mine))
    )
    print("  first difference at event", same)
    for name, trace in (("solid-js", theirs), ("wayfare", mine)):
        print(f"  {name}:")
        for event in trace[max(0, same - 8) : same + 8]:
            print("     ", json.dumps(event))


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--random", type=int, default=0, metavar="N", help="how many random programs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the number of the first random program")
    parser.add_argument("--profiles", nargs="+", choices=PROFILES, default=PROFILES, help="only these kinds")
    parser.add_argument("--show", metavar="ID", help="print both traces of one random program")
    parser.add_argument("--examples", type=int, default=3, help="how many differences to print")
    options = parser.parse_args()
    install()
    if options.show:
        seed, number, *_ = options.show.split("/")
        one = program(int(seed), int(number))
        show(one, upstream([one])[0], ours([one])[0])
        return 0
    count = 0
    unlisted: list[tuple[dict[str, Any], Trace, Trace]] = []
    shown: Counter[str] = Counter()
    different = 0
    if not options.random:
        programs = picked()
        count = len(programs)
        found = compare(programs, mirrors=False)
        different = len(found)
        shown.update(_sort(found, unlisted))
        missing = {p["id"] for p in programs if "difference" in p} - {p["id"] for p, _, _ in found}
        for name in sorted(missing):
            print(f"{name} shows no difference any more: take it off the list")
        unlisted.extend((p, [], []) for p in programs if p["id"] in missing)
    for chunk in random_programs(options.seed, options.first, options.random, tuple(options.profiles)):
        count += len(chunk)
        found = compare(chunk, mirrors=True)
        different += len(found)
        shown.update(_sort(found, unlisted))
        print(f"{count} so far, {len(unlisted)} not listed", file=sys.stderr, flush=True)
    for one in sorted(unlisted, key=lambda d: len(json.dumps(d[0])))[: options.examples]:
        show(*one)
    if unlisted:
        print("not listed:", " ".join(d[0]["id"] for d in unlisted[:40]))
    for name, times in shown.most_common():
        print(f"  {times:6} {name}")
    print(f"{count} compared, {different} differences, {sum(shown.values())} listed")
    return 1 if unlisted else 0


def _sort(found: list[tuple[dict[str, Any], Trace, Trace]], unlisted: list[Any]) -> list[str]:
    """The listed differences that were found; the others are added to `unlisted`."""
    known = {entry["id"] for entry in json.loads((HERE / "differences.json").read_text())}
    names: list[str] = []
    for data, theirs, mine in found:
        name = listed(data, theirs, mine)
        if name in known:
            names.append(str(name))
        else:
            unlisted.append((data, theirs, mine))
    return names


if __name__ == "__main__":
    sys.exit(main())
