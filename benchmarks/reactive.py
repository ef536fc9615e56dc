"""The reactive core beside reaktiv, observ, Wybthon's core and solid-js, line by line in turns.

    python -m benchmarks.reactive                            what is installed here
    python -m benchmarks.reactive --python /path/to/python   another interpreter, with the other cores
    python -m benchmarks.reactive --only chain               the lines with this in their names

Each line runs for each core in a process of its own, in turns and in several rounds, of which the best
counts. The table gives Wayfare's time, how many bare Python calls that is (of a function that does nothing,
timed beside it), and how many times as long each other core takes: above 1, Wayfare is ahead. A dash stands
where a core can't do the line, or not within its time, or has not done the work (see reactive_lines.py);
below the table it says why. solid-js is taken from conformance/reactive/oracle, where the conformance run
installs it.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.reactive_cores import CORES
from benchmarks.reactive_lines import LINES, SIZES

HERE = Path(__file__).parent
SOLID = "solid-js"
LIMIT = 30.0
"""Seconds that one line has, for one core, in one round."""


@dataclass
class Cell:
    """What one core has to say to one line: the best of its rounds, or why there is none."""

    value: float | None = None
    bare: float | None = None
    refused: str | None = None

    def add(self, answer: dict[str, Any]) -> None:
        self.refused = answer.get("refused", self.refused)
        for name in ("value", "bare"):
            before, found = getattr(self, name), answer.get(name)
            if found is not None:
                setattr(self, name, found if before is None else min(before, found))


def ask(core: str, line: str, python: str) -> dict[str, Any]:
    """One line for one core, in a process of its own."""
    if core == SOLID:
        command = ["node", "--expose-gc", "--stack-size=30000", str(HERE / "reactive.mjs"), line]
    else:
        chosen = sys.executable if core == "wayfare" else python
        command = [chosen, "-m", "benchmarks.reactive_lines", core, line]
    try:
        done = subprocess.run(
            command, cwd=HERE.parent, capture_output=True, text=True, timeout=LIMIT, check=False
        )
    except subprocess.TimeoutExpired:
        return {"refused": f"not within {LIMIT:.0f} s"}
    except OSError as error:
        return {"refused": str(error)}
    if done.returncode or not done.stdout:
        return {"refused": f"ended with {done.returncode}: {done.stderr.strip()[-100:]}"}
    return dict(json.loads(done.stdout))


def in_words(value: float) -> str:
    for unit, size in (("ms", 1e6), ("us", 1e4)):
        if value >= size:
            return f"{value / (1e6 if unit == 'ms' else 1e3):,.2f} {unit}"
    return f"{value:,.0f} ns"


def row(line: str, cells: dict[str, Cell]) -> str:
    """A row of the table, in Markdown."""
    ours = cells["wayfare"]
    if ours.value is None:
        return f"| {line} |" + " - |" * (len(cells) + 1)
    size = line in SIZES
    calls = "" if size or not ours.bare else f"{ours.value / ours.bare:,.1f}"
    others = [
        "-" if cell.value is None else f"{cell.value / ours.value:,.2f}"
        for name, cell in cells.items()
        if name != "wayfare"
    ]
    shown = f"{ours.value:,.0f} B" if size else in_words(ours.value)
    return f"| {line} | {shown} | {calls} | {' | '.join(others)} |"


def measure(lines: Iterable[str], cores: list[str], python: str, rounds: int) -> None:
    print(f"load {' '.join(f'{load:.1f}' for load in os.getloadavg())} on {os.cpu_count()} processors\n")
    print(f"| line | wayfare | bare calls | {' | '.join(name for name in cores if name != 'wayfare')} |")
    print("| --- " * (len(cores) + 2) + "|")
    refusals: list[str] = []
    for line in lines:
        cells = {name: Cell() for name in cores}
        for _ in range(rounds):
            for name, cell in cells.items():
                if cell.refused is None:
                    cell.add(ask(name, line, python))
        print(row(line, cells), flush=True)
        refusals += [f"{name}, {line}: {cell.refused}" for name, cell in cells.items() if cell.refused]
    print("\n".join(("", *refusals, f"load at the end {os.getloadavg()[0]:.1f}")))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--python", default=sys.executable, help="the interpreter that has the other cores")
    parser.add_argument("--only", default="", help="part of the names of the lines")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    lines = [line for line in (*SIZES, *LINES) if options.only in line]
    measure(lines, [*CORES, SOLID], options.python, options.rounds)


if __name__ == "__main__":
    main()
