"""Asks the published Solid Router and Wayfare the same questions, and counts where they differ.

    python conformance/compare.py --seed 1 --vectors 20000 --scenarios 200

Random vectors (matching, resolving, links, search parameters) and scenarios (random ones and those written by
hand) go through oracle/oracle.mjs and through adapter.py. The last line says how many were compared, how many
differ, and how many of those are listed in differences.toml; the exit status is 0 where all of them are.
Needs Node; the published packages are installed from npm at the first run.
"""

from __future__ import annotations

import argparse
import collections
import json
import logging
import subprocess
import sys
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import adapter  # noqa: E402 - found beside this file
import differences  # noqa: E402
import generate  # noqa: E402
import mirrors  # noqa: E402
import traces  # noqa: E402

ORACLE = HERE / "oracle"
BATCH = 20_000
GOLDEN = 400
DATA_LAYER = ("query-", "async-", "revalidate-", "action-", "never-", "dispose-")
"""Scenarios about queries and actions: conformance/data/compare.py runs those, and only those."""

Json = Any


def install() -> None:
    """The published packages, once, by the lock file."""
    if not (ORACLE / "node_modules").exists():
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=ORACLE, check=True)


def lines(command: list[str], given: str | None = None) -> list[str]:
    done = subprocess.run(command, cwd=ORACLE, check=True, capture_output=True, text=True, input=given)
    return [line for line in done.stdout.split("\n") if line]


def generated(seed: int, count: int, *options: str) -> Iterator[Json]:
    """What gen.mjs makes of a seed, so many at a time that memory stays bounded."""
    for batch in range(-(-count // BATCH)):
        size = min(BATCH, count - batch * BATCH)
        for line in lines(["node", "gen.mjs", str(seed * 1000 + batch), str(size), *options]):
            yield json.loads(line)


def requests(seed: int, count: int) -> Iterator[Json]:
    """Random questions."""
    return generated(seed, count)


def saved(files: list[Path]) -> Iterator[tuple[Json, Json]]:
    """Questions with upstream's answers as `node gen.mjs SEED COUNT --answer` has written them."""
    for file in files:
        with file.open(encoding="utf-8") as lines_of_file:
            for line in lines_of_file:
                both = json.loads(line)
                yield both["req"], both["ans"]


def vectors(seed: int, count: int) -> Iterator[tuple[Json, Json]]:
    """Random questions with upstream's answers."""
    for both in generated(seed, count, "--answer"):
        yield both["req"], both["ans"]


def written() -> list[Json]:
    """The scenarios that were written by hand."""
    lines(["node", "scenarios.src.mjs"])
    text = (ORACLE / "scenarios.jsonl").read_text()
    return [json.loads(line) for line in text.split("\n") if line]


def ask(requests: Iterable[Json]) -> list[Json]:
    given = "\n".join(json.dumps(each) for each in requests) + "\n"
    return [json.loads(line) for line in lines(["node", "oracle.mjs"], given)]


def write_golden() -> None:
    """Some of upstream's answers, for the test suite: vectors, and scenarios by hand and by chance."""
    scenarios = by_hand("")
    named = [each["random"].split("/") for each in differences.load() if "random" in each]
    mirrored = [generate.scenario(int(seed), int(number)) for seed, number in named]
    golden = {
        "vectors.jsonl": list(vectors(1, GOLDEN)),
        "scenarios.jsonl": list(zip(scenarios, ask(scenarios), strict=True)),
        "mirrored.jsonl": list(zip(mirrored, ask(mirrored), strict=True)),
    }
    for name, both in golden.items():
        text = "".join(json.dumps({"req": req, "ans": answer}) + "\n" for req, answer in both)
        (HERE / "golden" / name).write_text(text)


def by_hand(name: str) -> list[Json]:
    """The router's scenarios among those written by hand, with this in their name."""
    return [each for each in written() if name in each["id"] and not each["id"].startswith(DATA_LAYER)]


def played(req: Json) -> list[str]:
    """Our trace of a scenario, as it is compared."""
    from scenario import run_scenario

    ours = json.loads(json.dumps(run_scenario(req)))
    return traces.canonical(ours["trace"], req.get("router", "memory"))


class Tally:
    """What has been compared, and what came of it."""

    def __init__(self, show: int) -> None:
        self.compared = 0
        self.different = 0
        self.listed: collections.Counter[str] = collections.Counter()
        self.show = show

    def vector(self, req: Json, theirs: Json) -> None:
        self.compared += 1
        ours = json.loads(json.dumps(adapter.answer(req)))
        if differences.agree(theirs, ours):
            return
        self.different += 1
        reason = differences.explain(req, theirs, ours)
        if reason is not None:
            self.listed[reason] += 1
        elif self.show > 0:
            self.show -= 1
            for name, value in (("asked", req), ("upstream", theirs), ("wayfare", ours)):
                print(f"{name:9}{json.dumps(value)}")

    def scenario(self, req: Json, theirs: Json, listed: dict[str, str]) -> None:
        self.compared += 1
        expected = traces.canonical(theirs["trace"], req.get("router", "memory"))
        found = played(req)
        if found == expected:
            return
        self.different += 1
        if req["id"] in listed:
            self.listed[f"scenario {req['id']}"] += 1
        elif (reason := mirrors.explain(lambda: played(req) == expected)) is not None:
            self.listed[reason] += 1
        elif self.show > 0:
            import difflib

            self.show -= 1
            print(json.dumps(req))
            print("\n".join(difflib.unified_diff(expected, found, "upstream", "wayfare", n=2, lineterm="")))


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--vectors", type=int, default=5000, help="how many random vectors")
    parser.add_argument("--scenarios", type=int, default=100, help="how many random scenarios")
    parser.add_argument("--only", default="", help="only scenarios written by hand with this in their name")
    parser.add_argument("--show", type=int, default=5, help="how many unlisted differences to print")
    parser.add_argument(
        "--answers",
        type=Path,
        nargs="+",
        metavar="FILE",
        help="vectors with answers that gen.mjs has written",
    )
    parser.add_argument("--golden", action="store_true", help="write golden/ and compare nothing")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    install()
    if options.golden:
        write_golden()
        return 0
    entries = differences.load()
    listed = {name: each["reason"] for each in entries for name in each.get("scenarios", ())}
    tally = Tally(options.show)
    asked = saved(options.answers) if options.answers else vectors(options.seed, options.vectors)
    for req, theirs in asked:
        tally.vector(req, theirs)
    picked = by_hand(options.only) if options.scenarios or options.only else []
    random_ones = [generate.scenario(options.seed, number) for number in range(options.scenarios)]
    both = picked + random_ones
    for req, theirs in zip(both, ask(both) if both else [], strict=True):
        tally.scenario(req, theirs, listed)
    for reason, count in tally.listed.most_common():
        print(f"listed: {count:7} {reason}")
    known = sum(tally.listed.values())
    print(f"{tally.compared} compared, {tally.different} differences, {known} listed")
    return 0 if known == tally.different else 1


if __name__ == "__main__":
    sys.exit(main())
