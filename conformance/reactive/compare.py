"""Runs programs in Wayfare and in solid-js and compares the traces.

    python -m conformance.reactive.compare                     the hand-picked programs
    python -m conformance.reactive.compare --random 2000       and random ones
    python -m conformance.reactive.compare --show 1/17/graph   both traces of one random program

The last line says ``N compared, K differences, J listed``; it is an error where a difference is not listed,
or a listed one does not show. A long run is given ``--progress FILE``: it notes there what is done, and goes
on from that when it is started again. solid-js is installed by npm into oracle/node_modules when it is not
there yet.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator
from itertools import count as naturals
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from .engines import Program, both, install
from .generate import PROFILES, program
from .judge import Parting, differences, judge
from .programs import picked

CHUNK = 500
"""Programs for each run of Node."""
MAX_SHOWN = 200
"""How many unlisted differences are kept to be shown."""


class Result(NamedTuple):
    """What comparing some programs gave: how many, which listed differences, which programs with others."""

    count: int
    listed: Counter[str]
    unlisted: list[str]


def compare(programs: list[Program], *, mirrors: bool = True) -> list[Parting]:
    """Where upstream and we part."""
    found = (
        judge(one, theirs, mine)
        for one, (theirs, mine) in zip(programs, both(programs, mirrors=mirrors), strict=True)
    )
    return [parting for parting in found if parting is not None]


def sort(count: int, found: list[Parting]) -> Result:
    """The listed differences among what was found, and the rest."""
    known = {entry["id"] for entry in differences()}
    listed = Counter(str(parting.difference) for parting in found if parting.difference in known)
    return Result(count, listed, [str(p.program["id"]) for p in found if p.difference not in known])


def compare_picked() -> tuple[Result, list[Parting]]:
    """The hand-picked programs, as they are: each listed difference has to show where it is said to.

    Mirrored, none may be left but those that no mirror can show.
    """
    programs = picked()
    found = compare(programs, mirrors=False)
    shown = {parting.program["id"] for parting in found}
    result = sort(len(programs), found)
    for one in programs:
        if "difference" in one and one["id"] not in shown:
            print(f"{one['id']} shows no difference any more: take it off the list")
            result.unlisted.append(one["id"])
    mirrors = {entry["id"]: entry["mirrored"] for entry in differences()}
    plain = [{key: value for key, value in one.items() if key != "difference"} for one in programs]
    named = {one["id"]: one.get("difference") for one in programs}
    for parting in compare(plain):
        if mirrors.get(named[parting.program["id"]] or "", True):
            found.append(parting)
            result.unlisted.append(f"{parting.program['id']} (mirrored)")
    return result, found


def numbers_of(first: int, count: int, profiles: tuple[str, ...]) -> Iterator[list[int]]:
    """The numbers of `count` programs of the given profiles, from `first` on, in chunks."""
    wanted = (n for n in naturals(first) if PROFILES[n % len(PROFILES)] in profiles)
    numbers = islice(wanted, count)
    while chunk := list(islice(numbers, CHUNK)):
        yield chunk


class Progress:
    """The chunks that have been compared, in a file where there is one."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.done: dict[str, Result] = {}
        if path is not None and path.exists():
            for line in path.read_text().splitlines():
                entry = json.loads(line)
                self.done[entry["chunk"]] = Result(
                    entry["count"], Counter(entry["listed"]), entry["unlisted"]
                )

    def note(self, chunk: str, result: Result) -> None:
        if self.path is not None:
            with self.path.open("a") as file:
                file.write(json.dumps({"chunk": chunk, **result._asdict()}) + "\n")


def compare_random(options: argparse.Namespace) -> tuple[Result, list[Parting]]:
    """Random programs, a chunk at a time."""
    profiles = tuple(options.profiles)
    progress = Progress(options.progress)
    total, kept = Result(0, Counter(), []), list[Parting]()
    began, run = time.monotonic(), 0
    for numbers in numbers_of(options.first, options.random, profiles):
        chunk = f"{options.seed}/{numbers[0]}-{numbers[-1]}/{'+'.join(profiles)}"
        result = progress.done.get(chunk)
        if result is None:
            found = compare([program(options.seed, number) for number in numbers])
            result = sort(len(numbers), found)
            kept += [p for p in found if p.program["id"] in result.unlisted][: MAX_SHOWN - len(kept)]
            progress.note(chunk, result)
            if result.unlisted:
                print("not listed:", *result.unlisted, file=sys.stderr)
            run += len(numbers)
        total = Result(
            total.count + result.count, total.listed + result.listed, total.unlisted + result.unlisted
        )
        pace = run / max(time.monotonic() - began, 1e-9)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(
            f"{total.count} of {options.random}, {len(total.unlisted)} not listed, {pace:.0f}/s, {memory} MB",
            file=sys.stderr, flush=True,
        )  # fmt: skip
    return total, kept


def show(parting: Parting) -> None:
    """Print a program and what both engines did around the place where they part."""
    print(parting.program["id"])
    for number, statement in enumerate(parting.program["steps"]):
        print(f"  {number:3} {json.dumps(statement)}")
    print("  they part at event", parting.at)
    for name, trace in (("solid-js", parting.theirs), ("wayfare", parting.mine)):
        print(f"  {name}:")
        for event in trace[max(0, parting.at - 8) : parting.at + 8]:
            print("     ", json.dumps(event))


def show_one(name: str) -> None:
    """Print both traces of one random program."""
    seed, number, *_ = name.split("/")
    one = program(int(seed), int(number))
    [(theirs, mine)] = both([one])
    parting = judge(one, theirs, mine)
    show(parting if parting is not None else Parting(one, theirs, mine, len(theirs), None))


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--random", type=int, default=0, metavar="N", help="how many random programs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the number of the first random program")
    parser.add_argument("--profiles", nargs="+", choices=PROFILES, default=PROFILES, help="only these kinds")
    parser.add_argument(
        "--progress", type=Path, metavar="FILE", help="note what is done, to go on from there"
    )
    parser.add_argument("--show", metavar="ID", help="print both traces of one random program")
    parser.add_argument("--examples", type=int, default=3, help="how many differences to print")
    options = parser.parse_args()
    install()
    if options.show:
        show_one(options.show)
        return 0
    result, found = compare_random(options) if options.random else compare_picked()
    unlisted = [parting for parting in found if parting.program["id"] in result.unlisted]
    for parting in sorted(unlisted, key=lambda p: len(json.dumps(p.program)))[: options.examples]:
        show(parting)
    if result.unlisted:
        print("not listed:", " ".join(result.unlisted[:40]))
    for name, times in result.listed.most_common():
        print(f"  {times:6} {name}")
    listed = sum(result.listed.values())
    print(f"{result.count} compared, {listed + len(result.unlisted)} differences, {listed} listed")
    return 1 if result.unlisted else 0


if __name__ == "__main__":
    sys.exit(main())
