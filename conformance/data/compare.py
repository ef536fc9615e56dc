"""Runs scenarios about queries and actions in Wayfare and in Solid Router, and compares what happened.

    python -m conformance.data.compare                    the oracle's scenarios about queries and actions
    python -m conformance.data.compare --random 2000      random ones, by seed: --seed 1
    python -m conformance.data.compare --show 1/17        both traces of one random scenario, or of a named
    one

The last line says ``N compared, K differences, J listed``; it is an error where a difference is not in
differences.json, or a listed one does not show. The packages of Node are installed when they are not there
yet.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from itertools import pairwise
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from scenario import Runner, run

from wayfare.data import FormData, find_action, submit

from .generate import scenario
from .mirror import mirrored

HERE = Path(__file__).parent
ORACLE = HERE.parent / "oracle"
CHUNK = 500
KINDS = ("query-", "async-", "revalidate-", "action-", "never-", "dispose-")

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


def ours(requests: list[Json], *, mirrors: bool) -> list[Trace]:
    """The traces that Wayfare gives, with the listed differences mirrored or as they are."""
    with mirrored() if mirrors else nullcontext():
        return [json.loads(json.dumps(run(_play(each)))) for each in requests]


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
    """The oracle's own scenarios, as far as they are about queries and actions."""
    subprocess.run(["node", "scenarios.src.mjs"], cwd=ORACLE, check=True, capture_output=True)
    lines = (ORACLE / "scenarios.jsonl").read_text().splitlines()
    return [each for each in map(json.loads, lines) if each["id"].startswith(KINDS)]


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
        if kind.startswith("history") and kind != "history":
            continue
        found.setdefault(f"{step} t={event['t']} {kind}", []).append(told)
    for name, events in found.items():
        if name.endswith("fetch"):
            events.sort(key=json.dumps)
        if name.endswith("view"):
            del events[:-1]
    return found


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


def under_way(trace: Trace, time: float) -> bool:
    """Whether a revalidation, or an action, whose end is awaited has begun before and not ended by this
    time.
    """
    begun = {
        event["i"] for event in trace if event["ev"] == "step" and event["do"] in ("revalidate", "action")
    }
    ended = sum(
        1
        for e in trace
        if e["ev"] in ("resolved", "rejected") and e["t"] <= time and e.get("as", "c")[0] in "rat"
    )
    return bool(begun) and ended < sum(
        1 for e in trace if e["ev"] == "step" and e["i"] in begun and e["t"] <= time
    )


def meet_again(one: dict[str, list[Json]], other: dict[str, list[Json]], after: str) -> bool:
    """Whether the next view that both show is the same."""
    later = [n for n in one.keys() & other.keys() if n.endswith(" view") and place(n) > place(after)]
    return not later or one[min(later, key=place)] == other[min(later, key=place)]


def filled(before: Json, after: Json) -> bool:
    """Whether a view is another one with the content in place of fallbacks."""
    parts = re.split(r"(<[sm]>)", str(before))
    pattern = "".join(".*" if re.fullmatch(r"<[sm]>", part) else re.escape(part) for part in parts)
    return len(parts) > 1 and bool(re.fullmatch(pattern, str(after)))


def which_error(view: Json) -> str:
    """A view without what its error boundaries say."""
    return re.sub(r"!boom\d+!", "!error!", str(view))


FOLLOWS = {"resolved", "complete", "submissions:save", "submissions:go"}
"""What waits for the end of a revalidation, or shows what has waited."""


def signal_under_way(trace: Trace, before: float) -> bool:
    """Whether arguments changed, before this time, while a revalidation or an action was under way."""
    times = [event["t"] for event in trace if event["ev"] == "step" and event["do"] in ("signal", "sync")]
    return any(under_way(trace, time - 0.5) for time in times if time <= before)


def excused(
    request: Json, theirs: Trace, one: dict[str, list[Json]], other: dict[str, list[Json]], name: str
) -> str | None:
    """The rule of differences.json that a difference falls under, if any."""
    here, there = one.get(name), other.get(name)
    if name.endswith(" view") and here and there and which_error(here) == which_error(there):
        return "which error"
    follows = place(name)[2] in FOLLOWS or (name.endswith(" view") and meet_again(one, other, name))
    if follows and signal_under_way(theirs, place(name)[1]):
        return "arguments"
    if name.endswith(" view") and here and meet_again(one, other, name):
        if there is None and under_way(theirs, place(name)[1]):
            return "torn"
        if there and filled(here, there):
            return "fallback"
    before = max(
        (n for n in other if n.endswith(" view") and place(n) < place(name)), key=place, default=None
    )
    if name.endswith(" view") and there and not here and before and meet_again(one, other, name):
        # what is read by `latest` waits for no transition either
        return "sooner" if filled(other[before], there) or "latest" in str(request) else None
    if name.endswith(" history") and here and not there:
        entries = here[-1]["value"]["entries"]
        if any(one == other for one, other in pairwise(entries)):
            return "same place"
    return None


def difference(request: Json, theirs: Trace, mine: Trace) -> tuple[list[str], set[str]]:
    """Where two traces differ, in words, nothing where they agree; and the rules that excuse the rest."""
    one, other = comparable(theirs), comparable(mine)
    lines: list[str] = []
    rules: set[str] = set()
    for name in sorted(one.keys() | other.keys(), key=place):
        if one.get(name) != other.get(name):
            rule = excused(request, theirs, one, other, name)
            if rule is not None:
                rules.add(rule)
                continue
            told = json.dumps(one.get(name))[:300], json.dumps(other.get(name))[:300]
            lines.append(f"{name}: upstream {told[0]} | here {told[1]}")
    return lines, rules


def chunks(items: list[Json]) -> Iterator[list[Json]]:
    for at in range(0, len(items), CHUNK):
        yield items[at : at + CHUNK]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--random", type=int, default=0, metavar="N", help="compare N random scenarios")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", metavar="ID", help="show both traces of a scenario")
    options = parser.parse_args()
    install()
    if options.show:
        return show(options.show)
    meant: Json = json.loads((HERE / "differences.json").read_text())
    random = bool(options.random)
    if random:
        requests = [scenario(options.seed, number) for number in range(options.random)]
    else:
        requests = hand_picked()
    compared = unlisted = listed = 0
    seen: set[str] = set()
    for part in chunks(requests):
        for each, theirs, mine in zip(part, upstream(part), ours(part, mirrors=random), strict=True):
            compared += 1
            lines, rules = difference(each, theirs, mine)
            if lines and not random and each["id"] in meant["scenarios"]:
                seen.add(each["id"])
                listed += 1
            elif lines:
                unlisted += 1
                if unlisted <= 20:
                    print(f"\n{each['id']}: {each.get('about', '')}\n  " + "\n  ".join(lines[:6]))
            elif rules:
                listed += 1
                seen |= rules
    expected = set() if random else meant["scenarios"].keys()
    for missing in sorted(expected - seen):
        unlisted += 1
        print(f"\n{missing} is listed as different ({meant['scenarios'][missing]}), and is the same")
    print(f"{compared} compared, {unlisted + listed} differences, {listed} listed")
    return 1 if unlisted else 0


def show(wanted: str) -> int:
    """Print a scenario and both its traces."""
    if "/" in wanted:
        seed, number = wanted.split("/")
        request, mirrors = scenario(int(seed), int(number)), True
    else:
        request, mirrors = next(each for each in hand_picked() if each["id"] == wanted), False
    print(json.dumps({k: v for k, v in request.items() if k != "steps"}))
    theirs, mine = upstream([request])[0], ours([request], mirrors=mirrors)[0]
    for name, trace in (("upstream", theirs), ("here", mine)):
        print(f"\n--- {name}")
        for event in trace:
            rest = {key: value for key, value in event.items() if key not in ("t", "ev")}
            if event["ev"] == "step":
                rest = request["steps"][event["i"]]
            print(f"{event['t']:>7} {event['ev']:<12} {json.dumps(rest)}")
    lines, rules = difference(request, theirs, mine)
    print("\n" + "\n".join(lines), *sorted(rules))
    return 0


if __name__ == "__main__":
    sys.exit(main())
