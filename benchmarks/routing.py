"""What a match costs among 10 to 10,000 nested routes, beside Starlette, werkzeug and the published router.

    python -m benchmarks.routing [--check]

The floor is a trie of dictionaries with backtracking, the least that finds such routes with their params in
Python: it knows no filters, optional params, splats or scores. All look for the same four paths (the first,
middle and last route, and one that is not there) in the same routes, in turns. Every answer has its params
read. With `--check`, a goal that is missed (twice the trie; 1.5 times from 100 to 10,000 routes; a second to
build 10,000; each Python peer beaten on every line) is exit status 1.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import json
import re
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.measure import ROUNDS
from wayfare.routing import compile_routes

ORACLE = Path(__file__).parent.parent / "conformance" / "oracle"
COUNTS = (10, 100, 1000, 10_000)
Groups = list[tuple[str, list[tuple[str, str]]]]
Find = Callable[[str], object]

_SHAPES: list[tuple[str, str]] = [
    ("/s{j}/list", "/s{j}/list"),
    ("/s{j}/items/:id", "/s{j}/items/42"),
    ("/s{j}/items/:id/edit", "/s{j}/items/42/edit"),
    ("/s{j}/users/:uid/posts/:pid", "/s{j}/users/7/posts/99"),
]


def groups(count: int) -> Groups:
    """Routes in groups of ten under a common parent, of four shapes; each with a path that it matches."""
    made: Groups = []
    for start in range(0, count, 10):
        children = [
            (pattern.replace("{j}", str(j)), path.replace("{j}", str(j)))
            for j in range(min(10, count - start))
            for pattern, path in [_SHAPES[j % 4]]
        ]
        made.append((f"/app/g{start // 10}", children))
    return made


def samples(made: Groups) -> dict[str, str]:
    paths = [parent + path for parent, children in made for _, path in children]
    return {
        "first": paths[0],
        "middle": paths[len(paths) // 2],
        "last": paths[-1],
        "miss": f"{made[-1][0]}/zzz/1",
    }


def trie(made: Groups) -> Find:
    root: dict[Any, Any] = {}
    for parent, children in made:
        for pattern, _ in children:
            node, names = root, []
            for segment in (parent + pattern)[1:].split("/"):
                if segment[0] == ":":
                    names.append(segment[1:])
                node = node.setdefault(None if segment[0] == ":" else segment, {})
            node[""] = (tuple(names), parent + pattern)

    def find(path: str) -> object:
        segments = path[1:].split("/")
        length = len(segments)

        def go(node: dict[Any, Any], at: int, values: tuple[str, ...]) -> Any:
            if at == length:
                end = node.get("")
                return None if end is None else (end[1], dict(zip(end[0], values, strict=True)))
            segment = segments[at]
            if segment and (child := node.get(segment)) is not None:
                found = go(child, at + 1, values)
                if found is not None:
                    return found
            child = node.get(None)
            return None if child is None else go(child, at + 1, (*values, segment))

        return go(root, 0, ())

    return find


def per_call(find: Find, path: str, seconds: float = 0.004) -> float:
    """Seconds of this process's own time for one match: what others on the machine take is not counted."""
    count = 8
    while True:
        begin = time.process_time()
        for _ in range(count):
            find(path)
        took = time.process_time() - begin
        if took >= seconds:
            return took / count
        count *= 2 if took < seconds / 4 else 1 + int(seconds / took)


def wayfare(made: Groups) -> Find:
    match = compile_routes(
        [{"path": parent, "children": [{"path": each} for each, _ in children]} for parent, children in made]
    ).match

    def find(path: str) -> object:
        found = match(path)
        return found.params if found else None

    return find


def starlette(made: Groups) -> Find:
    from starlette.routing import Match, Route

    async def endpoint(_request: Any) -> None: ...

    routes = [
        Route(re.sub(r":(\w+)", r"{\1}", parent + each), endpoint, methods=["GET"])
        for parent, children in made
        for each, _ in children
    ]

    def find(path: str) -> object:
        scope = {
            "type": "http",
            "method": "GET",
            "path": path,
            "root_path": "",
            "path_params": {},
            "headers": [],
        }
        for route in routes:
            match, child = route.matches(scope)
            if match == Match.FULL:
                return child["path_params"]
        return None

    return find


def werkzeug(made: Groups) -> Find:
    from werkzeug.exceptions import NotFound
    from werkzeug.routing import Map, Rule, Submount

    rules = Map(
        [
            Submount(
                parent,
                [Rule(re.sub(r":(\w+)", r"<\1>", each), endpoint=parent + each) for each, _ in children],
            )
            for parent, children in made
        ]
    )
    rules.update()
    match = rules.bind("x").match

    def find(path: str) -> object:
        with contextlib.suppress(NotFound):
            return match(path, "GET")[1]
        return None

    return find


_UPSTREAM = """
import fs from 'node:fs';
globalThis.document = {};
globalThis.window = { history: { state: { _depth: 0 }, length: 1 }, document };
const dist = process.argv[1] + '/node_modules/@solidjs/router/dist/';
const { createBranches, getRouteMatches } = await import(dist + 'routing.js');
const { groups, samples } = JSON.parse(fs.readFileSync(0));
const component = () => null;
const leaf = ([path]) => ({ path, component });
const parent = ([path, kids]) => ({ path, component, children: kids.map(leaf) });
const branches = createBranches(groups.map(parent));
const out = {};
for (const [name, path] of Object.entries(samples)) {
  const find = () => getRouteMatches(branches, path);
  if ((find().length > 0) === (name === 'miss')) throw new Error(name);
  const times = [];
  for (let round = 0; round < 7; round++) {
    let calls = 0; const begin = process.hrtime.bigint(); let now = begin;
    while (now - begin < 20_000_000n) { find(); calls++; now = process.hrtime.bigint(); }
    times.push(Number(now - begin) / calls);
  }
  out[name] = times.sort((a, b) => a - b)[3] / 1e9;
}
console.log(JSON.stringify(out));
process.exit(0);
"""


def upstream(made: Groups) -> dict[str, float] | None:
    """Seconds for each path, asked of the published router in Node, where both are there."""
    node = shutil.which("node")
    if node is None or not (ORACLE / "node_modules").exists():
        return None
    given = json.dumps({"groups": made, "samples": samples(made)})
    command = [node, "--conditions=browser", "--input-type=module", "-e", _UPSTREAM, str(ORACLE)]
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        error = next((line for line in done.stderr.splitlines() if "Error" in line), "?")
        print(f"(the published router could not be asked: {error})")
        return None
    times: dict[str, float] = json.loads(done.stdout)
    return times


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="exit status 1 where a goal is missed")
    options = parser.parse_args()
    peers = {"starlette": starlette, "werkzeug": werkzeug}
    known = {name: maker for name, maker in peers.items() if importlib.util.find_spec(name) is not None}
    makers: dict[str, Callable[[Groups], Find]] = {"dict trie": trie, "wayfare": wayfare, **known}
    missed: list[str] = []
    medians: dict[tuple[str, int, str], float] = {}
    for count in COUNTS:
        made = groups(count)
        built: dict[str, Find] = {}
        for name, maker in makers.items():
            begin = time.process_time()
            built[name] = maker(made)
            took = time.process_time() - begin
            if name == "wayfare":
                print(f"\n{count} routes, built in {took * 1000:.0f} ms")
                if count == 10_000 and took > 1:
                    missed.append(f"building took {took:.2f} s")
        for where, path in samples(made).items():
            times: dict[str, list[float]] = {name: [] for name in built}
            for _ in range(ROUNDS):
                for name, find in built.items():
                    if (find(path) is None) is not (where == "miss"):
                        raise SystemExit(f"{name} gave a wrong answer for {path}")
                    times[name].append(per_call(find, path))
            medians |= {(name, count, where): statistics.median(taken) for name, taken in times.items()}
        asked = upstream(made) or {}
        medians |= {("@solidjs/router", count, where): seconds for where, seconds in asked.items()}
        report(medians, count, [*built, "@solidjs/router"], missed)
    for where in ("first", "middle", "last", "miss"):
        growth = medians["wayfare", 10_000, where] / medians["wayfare", 100, where]
        print(f"from 100 to 10,000 routes, {where}: {growth:.2f}x")
        if growth > 1.5:
            missed.append(f"{where} grows {growth:.2f} times")
    for each in missed:
        print(f"missed: {each}")
    return 1 if missed and options.check else 0


def report(
    medians: dict[tuple[str, int, str], float], count: int, names: list[str], missed: list[str]
) -> None:
    print(f"  {'us a match':<18}" + "".join(f"{where:>12}" for where in ("first", "middle", "last", "miss")))
    for name in names:
        row = [medians.get((name, count, where)) for where in ("first", "middle", "last", "miss")]
        if None not in row:
            print(f"  {name:<18}" + "".join(f"{each * 1e6:12.2f}" for each in row if each is not None))
    for where in ("first", "middle", "last", "miss"):
        mine = medians["wayfare", count, where]
        if mine > 2 * medians["dict trie", count, where]:
            missed.append(f"{count} routes, {where}: more than twice the trie")
        for name in names:
            theirs = medians.get((name, count, where))
            if name not in ("wayfare", "dict trie") and theirs is not None and theirs < mine:
                missed.append(f"{count} routes, {where}: {name} is ahead")


if __name__ == "__main__":
    sys.exit(main())
