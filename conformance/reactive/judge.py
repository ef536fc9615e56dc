"""Whether two traces are the same, and which listed difference explains it where they are not.

Almost everything on the list is mirrored (mirror.py), so that random traces are the same event by event. What
is left is told by upstream's trace itself, at the very event where the two part; what merely comes after a
listed difference in the same program is not excused unless that is where they part.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

from .engines import Program, Trace

LIST = Path(__file__).parent / "differences.json"


def differences() -> list[dict[str, Any]]:
    """The list, in its order."""
    return json.loads(LIST.read_text())


class Parting(NamedTuple):
    """Where two traces part, and why as far as it is listed."""

    program: Program
    theirs: Trace
    mine: Trace
    at: int
    difference: str | None


def judge(program: Program, theirs: Trace, mine: Trace) -> Parting | None:
    """None where the traces are the same.

    A hand-picked program says itself which difference it shows.
    """
    notes, told = _without_notes(theirs)
    if told == mine:
        return None
    at = next(
        (n for n, (a, b) in enumerate(zip(told, mine, strict=False)) if a != b), min(len(told), len(mine))
    )
    name = program.get("difference") or _recognised(told, mine, at, notes)
    return Parting(program, told, mine, at, name)


def _without_notes(theirs: Trace) -> tuple[dict[str, list[int]], Trace]:
    """The oracle's notes, each with the events before which it stood, and the trace without them.

    ``gone``: upstream runs a computation that it has disposed of, or what that would read. ``lost``: a
    SuspenseList has lost a state.
    """
    notes: dict[str, list[int]] = {"gone": [], "lost": []}
    told: Trace = []
    for event in theirs:
        if event[0] in notes:
            notes[event[0]].append(len(told))
        else:
            told.append(event)
    return notes, told


def _recognised(theirs: Trace, mine: Trace, at: int, notes: dict[str, list[int]]) -> str | None:
    if any(_runs_what_is_gone(theirs, mine, at, noted) for noted in notes["gone"]):
        return "disposed-runs"
    if at in notes["lost"]:
        return "lost-list"
    if at < len(theirs) and _overflows(theirs[at]) and at < len(mine) and _names_a_loop(mine[at]):
        return "endless"
    if _does_the_same_until_it_overflows(theirs, at):
        return "endless"
    if _runs_inside_itself(theirs, at):
        return "runs-inside"
    if at < len(theirs) and theirs[at][0] == "stale" and _without_stale(theirs) == _without_stale(mine):
        return "stale-after-commit"
    return None


def _runs_what_is_gone(theirs: Trace, mine: Trace, at: int, noted: int) -> bool:
    """Whether the run that was noted before an event is what makes the traces part.

    It is that event, or what the run does is done again by one that is alive, and is there once too often.
    """
    ours = mine[noted : at + 1]
    return noted == at or any(
        theirs[noted + length : at + length + 1] == ours for length in range(1, at - noted + 1)
    )


def _runs_inside_itself(theirs: Trace, at: int) -> bool:
    """Whether a computation begins to run at an event, and ends twice before it begins once more."""
    if at >= len(theirs) or theirs[at][0] != "run":
        return False
    name = theirs[at][1]
    steps = (event[0] for event in theirs[at + 1 :] if event[:2] in (["run", name], ["ran", name]))
    return [next(steps, None), next(steps, None)] == ["ran", "ran"]


def _without_stale(trace: Trace) -> Trace:
    """A trace without what the last look has found: memos that are not what recomputing gives."""
    return [event for event in trace if event[0] != "stale"]


def _overflows(event: list[Any]) -> bool:
    return any("Maximum call stack" in part for part in event if isinstance(part, str))


def _does_the_same_until_it_overflows(theirs: Trace, at: int) -> bool:
    """Whether what comes before an event is done over and over from there on, until the stack overflows."""
    end = next((n for n in range(at, len(theirs)) if _overflows(theirs[n])), at)
    return any(
        theirs[at:end] == theirs[at - length : end - length]
        for length in range(1, min(at, (end - at) // 2) + 1)
    )


def _names_a_loop(event: list[Any]) -> bool:
    return any(" -> " in part for part in event if isinstance(part, str))
