"""Runs programs in Wayfare and in solid-js and compares the traces.

    python -m conformance.reactive.compare                     the hand-picked programs
    python -m conformance.reactive.compare --random 2000       and random ones
    python -m conformance.reactive.compare --show 1/17/graph   both traces of one random program

The last line says ``N compared, K differences, J listed``; it is an error where a difference is not listed, or a
listed one does not show. solid-js is installed by npm into oracle/node_modules when it is not there yet.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from itertools import islice
from pathlib import Path
from typing import Any

from .generate import program
from .interpreter import Interpreter
from .mirror import mirrored

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
        return [
            json.loads(json.dumps(await Interpreter(p, mirror=mirrors).play())) for p in programs
        ]

    with mirrored() if mirrors else nullcontext():
        return asyncio.run(play())


def compare(programs: list[dict[str, Any]]) -> list[tuple[dict[str, Any], Trace, Trace]]:
    """The programs whose traces differ, with upstream's and ours."""
    theirs, mine = upstream(programs), ours(programs)
    return [(p, a, b) for p, a, b in zip(programs, theirs, mine, strict=True) if a != b]


def random_programs(seed: int, first: int, count: int) -> Iterator[list[dict[str, Any]]]:
    numbers = iter(range(first, first + count))
    while chunk := list(islice(numbers, CHUNK)):
        yield [program(seed, number) for number in chunk]


def show(data: dict[str, Any], theirs: Trace, mine: Trace) -> None:
    print(data["id"])
    for at, statement in enumerate(data["steps"]):
        print(f"  {at:3} {json.dumps(statement)}")
    same = next((n for n, (a, b) in enumerate(zip(theirs, mine, strict=False)) if a != b), min(len(theirs), len(mine)))
    print("  first difference at event", same)
    for name, trace in (("solid-js", theirs), ("wayfare", mine)):
        print(f"  {name}:")
        for event in trace[max(0, same - 8) : same + 8]:
            print("     ", json.dumps(event))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--random", type=int, default=0, metavar="N", help="how many random programs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the number of the first random program")
    parser.add_argument("--show", metavar="ID", help="print both traces of one random program")
    parser.add_argument("--examples", type=int, default=3, help="how many differences to print")
    options = parser.parse_args()
    install()
    if options.show:
        seed, number, *_ = options.show.split("/")
        one = program(int(seed), int(number))
        show(one, upstream([one])[0], ours([one])[0])
        return 0
    compared = 0
    different: list[tuple[dict[str, Any], Trace, Trace]] = []
    for chunk in random_programs(options.seed, options.first, options.random):
        compared += len(chunk)
        different += compare(chunk)
        if len(different) > 500:
            break
    for found in sorted(different, key=lambda d: len(json.dumps(d[0])))[: options.examples]:
        show(*found)
    if different:
        print("differing:", " ".join(d[0]["id"] for d in different[:40]))
    print(f"{compared} compared, {len(different)} differences, 0 listed")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
