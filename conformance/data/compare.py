"""Runs scenarios with queries and actions in Wayfare and in Solid Router, and compares what happened.

    python -m conformance.data.compare                    the oracle's scenarios with queries or actions
    python -m conformance.data.compare --random 2000      random ones, by seed: --seed 1
    python -m conformance.data.compare --mirrors          whether each mirror is there for a reason
    python -m conformance.data.compare --show 1/17        both traces of a random scenario, or of a named one

Random scenarios are run with what mirror.py puts in the place of ours, and all the rest has to be equal, in
one of the two orders that it knows, but for which of two errors a boundary tells, where both are the newest
answers of a key. The oracle's are run as Wayfare is, and those that differ are listed in differences.json.
The last line says ``N compared, K differences, J listed``; it is an error where a difference is not listed,
or a listed one does not show. The packages of Node are installed when they are not there yet.
"""

from __future__ import annotations

import argparse
import json
import logging
import re
import subprocess
import sys
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from scenario import Runner, run

from wayfare.data import FormData, find_action, submit

from .generate import scenario
from .mirror import MIRRORS, mirrored
from .pointed import POINTED

HERE = Path(__file__).parent
ORACLE = HERE.parent / "oracle"
KINDS = ("query-", "async-", "revalidate-", "action-", "never-", "dispose-")
"""Scenarios of the oracle's that only this comparison runs."""
CHUNK = 250
"""How many scenarios one process of Node answers: each evaluates the packages anew, and keeps them."""

Json = Any
Trace = list[Json]


def install() -> None:
    """Fetch the packages that the oracle is made of, where they are not there yet."""
    if not (ORACLE / "node_modules" / "@solidjs" / "router").is_dir():
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--silent"], cwd=ORACLE, check=True)


def upstream(requests: list[Json]) -> list[Trace]:
    """The traces that Solid Router gives."""
    lines = "".join(json.dumps(each) + "\n" for each in requests)
    done = subprocess.run(
        ["node", "oracle.mjs"],
        cwd=ORACLE,
        input=lines,
        capture_output=True,
        text=True,
        check=False,
        timeout=1200,
    )
    if done.returncode:
        raise SystemExit(f"the oracle failed: {done.stderr[-2000:]}")
    return [json.loads(line)["trace"] for line in done.stdout.splitlines()]


def ours(
    requests: list[Json], *, mirrors: bool, without: str | None = None, told_later: bool = False
) -> list[Trace]:
    """The traces that Wayfare gives, with all mirrors, all but one, or none."""
    traces: list[Trace] = []
    for each in requests:
        with mirrored(without=without, told_later=told_later) if mirrors else nullcontext():
            traces.append(json.loads(json.dumps(run(_play(each)))))
    return traces


async def _play(request: Json) -> Trace:
    return (await DataRunner(request).run())["trace"]


class DataRunner(Runner):
    """Also plays the client's part of a form: which action it is for, and what it sends."""

    def track(self, awaitable: Any, name: str | None, what: str) -> None:
        if awaitable is None:
            self.log({"ev": "returned", "what": what, **({"as": name} if name else {}), "value": None})
        else:
            super().track(awaitable, name, what)

    def do_submit(self, step: Json) -> None:
        action = self.actions[step["action"]] if "action" in step else None
        url = step.get("actionUrl") or (action.with_(*step["with"]) if "with" in step else action).url
        submitter = step.get("submitter") or {}
        if "formaction" in submitter:
            url = (
                self.actions[step["action"]].url
                if submitter["formaction"] == "$url"
                else submitter["formaction"]
            )
        found = find_action(url) if step.get("method", "post").lower() == "post" else None
        fields = [tuple(pair) for pair in step.get("fields", [])]
        if "name" in submitter:
            fields.append((submitter["name"], submitter.get("value", "")))
        if found is not None:
            submit(self.scope, found, (FormData(fields),), id=self.scope.world.ids())
        self.log({"ev": "submitted", "prevented": found is not None})


def hand_picked() -> list[Json]:
    """The oracle's own scenarios about queries and actions, and those about routes that have one."""
    subprocess.run(["node", "scenarios.src.mjs"], cwd=ORACLE, check=True, capture_output=True)
    lines = (ORACLE / "scenarios.jsonl").read_text().splitlines()
    found = map(json.loads, lines)
    return [each for each in found if each["id"].startswith(KINDS) or each.get("queries")]


# What is compared
# -----------------------------------------------------------------------------------------------

SILENT = {
    "settle",
    "mount",
    "unmount",
    "console",
    "jsdom",
    "unhandled",
    "uncaught",
    "matches",
    "params",
    "lazy",
    "scroll",
}
"""A superseded fetch is called off here and runs on there; the order of mounting is the frameworks' own."""


FETCHED = re.compile(r"((\w+)\[[^\[\]]*\])#(\d+)")


def comparable(trace: Trace) -> dict[str, list[Json]]:
    """What happened between two steps at one time, by kind: the order of different kinds within it is
    nobody's.
    """
    found: dict[str, list[Json]] = {}
    step = -1
    numbers = fetch_numbers(trace)
    for event in trace:
        kind = event["ev"]
        if kind == "step":
            step = event["i"]
        if kind in SILENT or kind in ("start", "end", "step"):
            continue
        told = plain({name: value for name, value in event.items() if name not in ("t", "ev")}, numbers)
        if kind == "throw":
            told = {}
        if kind == "fetch":
            del told["n"]
        if kind == "location":
            told = {"value": event["value"]["pathname"] + event["value"]["search"] + event["value"]["hash"]}
        if kind == "history":
            told = plain({"value": without_depth(event["value"])}, numbers)
        elif kind.startswith("history"):
            continue
        found.setdefault(f"{step} t={event['t']} {kind}", []).append(told)
    for name, events in found.items():
        # Which of several keys is fetched first, and which of two promises that come through at one time
        # tells its awaiter first, is a matter of the frameworks' own turns.
        if name.endswith(("fetch", "resolved")):
            events.sort(key=json.dumps)
        if name.endswith("view"):
            del events[:-1]
    return found


def without_depth(history: Json) -> Json:
    """A history without the number that upstream adds to each state (item 72)."""
    state = history.get("state")
    if not isinstance(state, dict):
        return history
    kept = {name: value for name, value in state.items() if name != "_depth"}
    return history | {"state": kept or None}


def fetch_numbers(trace: Trace) -> dict[tuple[str, str], str]:
    """How often a key had been fetched at each fetch: which of several keys comes first is the frameworks'
    own.
    """
    counts: Counter[str] = Counter()
    numbers: dict[tuple[str, str], str] = {}
    for event in trace:
        if event["ev"] == "fetch":
            counts[event["key"]] += 1
            numbers[event["q"], str(event["n"])] = str(counts[event["key"]])
    return numbers


def plain(value: Json, numbers: dict[tuple[str, str], str]) -> Json:
    """A value without what Python has no word for, and with names that each side gives in its own way."""
    if isinstance(value, dict):
        if value.keys() == {"$undefined"}:
            return None
        if "$formdata" in value:
            return {"$form": value["$formdata"]}
        if "$response" in value:
            return "a response"
        return {key: made for key, each in value.items() if (made := plain(each, numbers)) is not None}
    if isinstance(value, list):
        return [plain(each, numbers) for each in value]
    if isinstance(value, str):
        value = value.replace("undefined", "null").replace("https://action/", "/_server/")
        return FETCHED.sub(lambda found: f"{found[1]}#{numbers.get((found[2], found[3]), found[3])}", value)
    return value


def place(name: str) -> tuple[int, float, str]:
    step, time, kind = name.split()
    return int(step), float(time[2:]), kind


def difference(theirs: Trace, mine: Trace) -> tuple[list[str], int]:
    """Where two traces differ, in words, nothing where they agree; and how often they differ in which of two
    errors a boundary tells.
    """
    one, other = comparable(theirs), comparable(mine)
    lines: list[str] = []
    confused: set[tuple[str, str]] = set()
    for name in sorted(one.keys() | other.keys(), key=place):
        if one.get(name) != other.get(name):
            pairs = two_errors(one.get(name), other.get(name))
            if pairs is not None:
                time = place(name)[1]
                newest = newest_errors(theirs, time), newest_errors(mine, time)
                confused |= {(a, b) for a, b in pairs if a in newest[0] and b in newest[1]}
            if pairs is None or not pairs <= confused:
                told = json.dumps(one.get(name))[:300], json.dumps(other.get(name))[:300]
                lines.append(f"{name}: upstream {told[0]} | here {told[1]}")
    return lines, len(confused)


def two_errors(one: Json, other: Json) -> set[tuple[str, str]] | None:
    """The errors by which two views differ, where they differ in nothing else.

    Of several errors below a boundary upstream tells the last, and in which order things that read different
    keys run at the end of a transition is the frameworks' own. Once told, an error stays.
    """
    here, there = json.dumps(one), json.dumps(other)
    pattern = re.compile(r"!(boom\d+)!")
    if pattern.sub("!", here) != pattern.sub("!", there):
        return None
    return {(a, b) for a, b in zip(pattern.findall(here), pattern.findall(there), strict=True) if a != b}


def newest_errors(trace: Trace, time: float) -> set[str]:
    """The errors that are the newest answer of a key at a time."""
    keys = {(event["q"], event["n"]): event["key"] for event in trace if event["ev"] == "fetch"}
    newest: dict[str, Json] = {}
    for event in trace:
        if event["ev"] == "settle" and "q" in event and event["t"] <= time:
            newest[keys[event["q"], event["n"]]] = event.get("error")
    return {error["$error"] for error in newest.values() if error and "$error" in error}


def chunks(items: list[Json]) -> Iterator[list[Json]]:
    for at in range(0, len(items), CHUNK):
        yield items[at : at + CHUNK]


def compare(requests: list[Json], *, mirrors: bool) -> Iterator[tuple[Json, list[str], int]]:
    """Each scenario, and where its traces differ."""
    for part in chunks(requests):
        for each, theirs, mine in zip(part, upstream(part), ours(part, mirrors=mirrors), strict=True):
            found = difference(theirs, mine)
            if found[0] and mirrors:
                found = min(found, difference(theirs, ours([each], mirrors=True, told_later=True)[0]))
            yield each, *found


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--random", type=int, default=0, metavar="N", help="compare N random scenarios")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--mirrors", action="store_true", help="whether each mirror shows where it is said to"
    )
    parser.add_argument("--show", metavar="ID", help="show both traces of a scenario")
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)  # what fails in a scenario, and nobody waits for, is meant to
    warnings.simplefilter("ignore")
    install()
    if options.show:
        return show(options.show)
    meant: Json = json.loads((HERE / "differences.json").read_text())
    if options.mirrors:
        return check_mirrors(meant["mirrors"])
    if options.random:
        requests = [scenario(options.seed, number) for number in range(options.random)]
        return report(requests, {}, mirrors=True)
    return report(hand_picked(), meant["scenarios"], mirrors=False)


def report(requests: list[Json], meant: dict[str, str], *, mirrors: bool) -> int:
    """Compare all, and tell what differs and is not meant to, or is meant to and does not."""
    seen: set[str] = set()
    unlisted = compared = listed = 0
    for each, lines, errors in compare(requests, mirrors=mirrors):
        compared += 1
        listed += bool(errors and not lines)
        if lines and each["id"] in meant:
            seen.add(each["id"])
        elif lines:
            unlisted += 1
            print(f"\n{each['id']}: {each.get('about', '')}\n  " + "\n  ".join(lines[:6]), flush=True)
        if compared % 1000 == 0:
            print(f"{compared} so far, {unlisted} not listed", flush=True)
    for missing in sorted(meant.keys() - seen):
        unlisted += 1
        print(f"\n{missing} is listed as different ({meant[missing]}), and is the same")
    listed += len(seen)
    print(f"{compared} compared, {unlisted + listed} differences, {listed} listed")
    return 1 if unlisted else 0


def check_mirrors(meant: dict[str, Json]) -> int:
    """Each mirror is listed, and there is a scenario that differs from upstream without it alone."""
    wrong = [f"{name} is not listed" for name in MIRRORS.keys() ^ meant.keys()]
    for name in MIRRORS.keys() & meant.keys():
        request = named(meant[name]["shows in"])
        theirs = upstream([request])[0]
        if difference(theirs, ours([request], mirrors=True)[0]) != ([], 0):
            wrong.append(f"{name}: {request['id']} differs with all mirrors")
        if difference(theirs, ours([request], mirrors=True, without=name)[0]) == ([], 0):
            wrong.append(f"{name}: {request['id']} is the same without it")
    print(*wrong, f"{len(MIRRORS)} mirrors, {len(wrong)} without a reason", sep="\n")
    return 1 if wrong else 0


def named(wanted: str) -> Json:
    """The scenario of this name: a random one by seed and number, a pointed one, or one of the oracle's."""
    if "/" in wanted:
        seed, number = wanted.split("/")
        return scenario(int(seed), int(number))
    return POINTED.get(wanted) or next(each for each in hand_picked() if each["id"] == wanted)


def show(wanted: str) -> int:
    """Print a scenario and both its traces."""
    request, mirrors = named(wanted), "/" in wanted or wanted in POINTED
    print(json.dumps({k: v for k, v in request.items() if k != "steps"}))
    theirs, mine = upstream([request])[0], ours([request], mirrors=mirrors)[0]
    for name, trace in (("upstream", theirs), ("here", mine)):
        print(f"\n--- {name}")
        for event in trace:
            rest = {key: value for key, value in event.items() if key not in ("t", "ev")}
            if event["ev"] == "step":
                rest = request["steps"][event["i"]]
            print(f"{event['t']:>7} {event['ev']:<12} {json.dumps(rest)}")
    print("\n" + "\n".join(difference(theirs, mine)[0]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
