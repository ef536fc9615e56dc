"""Random scenarios for a router: nested routes, redirects, guards, slow components, and what a visitor does.

They stay clear of the differences that are meant and change everything that comes after (each has a
scenario of its own): no hash-only targets, no navigation to the current URL while another is on its way, no
state in the history of a memory or hash router, no going back past a guard. Two that are met by chance,
slow parts of a page that is being left and upstream's `location.search`, are recognised (differences.py).
So every other difference is one that nobody meant.
"""

from __future__ import annotations

import random
from typing import Any

Json = Any

DELAYS = (7, 11, 19, 31, 43, 59)


def scenario(seed: int, number: int) -> Json:
    rng = random.Random(f"{seed}/{number}")

    def sometimes(chance: float, extra: Json) -> Json:
        return extra if rng.random() < chance else {}

    def leaf(name: str, path: Any, *names: str) -> Json:
        return {
            "id": name,
            "path": path,
            **sometimes(0.4, {"lazy": {"delayMs": rng.choice(DELAYS)}}),
            **sometimes(0.3, {"suspense": f"s{rng.randrange(9)}"}),
            **sometimes(0.4, {"preload": []}),
            **sometimes(0.2, {"preloadReturn": {"d": rng.randrange(5)}}),
            "texts": [each for each in names if rng.random() < 0.6],
        }

    guarded = rng.random() < 0.4
    edit = leaf("E", "/edit", "$params.id", "$query.x")
    if guarded:
        edit["beforeLeave"] = {"prevent": True, "when": "$sig.block"}
    routes = [
        leaf("H", "/", "$query.x", "$location.pathname"),
        {
            **leaf("L", "/users", "$params.id", "$location.search"),
            "children": [
                leaf("I", "/"),
                {
                    **leaf("U", "/:id", "$params.id"),
                    "children": [leaf("S", "/"), edit, leaf("T", ["/tab", "/tab/:t"], "$params.t")],
                },
            ],
        },
        leaf("O", "/opt/:a?/:b?", "$params.a", "$params.b"),
        leaf("W", "/files/*rest", "$params.rest"),
        {"id": "R", "path": "/old", "redirectTo": rng.choice(["/users/9", "/", "/old2"])},
        {"id": "R2", "path": "/old2", "redirectTo": "/opt/x"},
        leaf("N", "*404", "$params.404"),
    ]
    rng.shuffle(routes)
    if rng.random() < 0.3:
        routes.pop()
    base = rng.choice(["", "", "/app"])
    paths = [
        "/", "/users", "/users/1", "/users/2", "/users/2/edit", "/users/1/edit", "/users/1/tab",
        "/users/1/tab/9", "/opt", "/opt/1", "/opt/1/2", "/files/a/b", "/files", "/old", "/nowhere/x",
        "/users/1?x=1", "/?x=2", "/users/2#part", "/USERS/1",
    ]  # fmt: skip
    kind = rng.choices(["memory", "browser", "hash"], [7, 2, 1])[0]
    asking = rng.random() < 0.3
    # Upstream's first entry of a tab has a state of its own, so going there is a navigation in any case.
    start = rng.choice(paths[:13]) if kind == "memory" else "/start"
    # Where the page is or has been, redirects included: not gone to again while another is on its way.
    visited = {start, "/"}
    steps: list[Json] = [{"do": "wait", "ms": 100}]
    if kind != "memory":
        steps += [{"do": "navigate", "to": "/nowhere/first"}, {"do": "wait", "ms": 200}]
    blocked = False
    settled = True

    def navigate(to: str) -> Json:
        visited.add(to)
        options: Json = {**sometimes(0.2, {"replace": True}), **sometimes(0.1, {"scroll": False})}
        if kind == "browser" and rng.random() < 0.2:
            options["state"] = {"n": len(steps)}
        return {"do": "navigate", "to": to, **({"opts": options} if options else {})}

    for _ in range(rng.randint(4, 12)):
        chance = rng.random()
        fresh = [path for path in paths if path not in visited]
        if chance < 0.6 and (settled or fresh):
            step = navigate(rng.choice(paths if settled else fresh))
            fresh = [path for path in fresh if path not in visited]
            if fresh and rng.random() < 0.2:
                step = {"do": "sync", "steps": [step, navigate(rng.choice(fresh))]}
            steps.append(step)
            settled = rng.random() < 0.6
            steps.append({"do": "wait", "ms": 200 if settled else rng.choice([1, 4, 13])})
        elif not settled:
            steps.append({"do": "wait", "ms": 200})
            settled = True
        elif chance < 0.72 and not guarded and not asking:
            steps += [{"do": "go", "n": rng.choice([-1, -1, 1, -2])}, {"do": "wait", "ms": 200}]
        elif chance < 0.82 and kind == "memory":
            value = rng.choice([1, 2, None, [1, 2], "a b"])
            steps += [{"do": "setSearch", "params": {rng.choice("xy"): value}}, {"do": "wait", "ms": 200}]
        elif chance < 0.9:
            steps.append({"do": "preload", "url": base + rng.choice(paths), "data": rng.random() < 0.7})
        elif guarded:
            blocked = not blocked
            steps += [{"do": "signal", "name": "block", "value": blocked}, {"do": "wait", "ms": 5}]
    steps.append({"do": "wait", "ms": 500})
    req: Json = {
        "op": "scenario",
        "id": f"router-{seed}-{number}",
        "url": base + start,
        "root": {"suspense": "L", **({"beforeLeave": {}} if asking else {})},
        "routes": routes,
        "signals": {"block": False},
        "steps": steps,
    }
    if base:
        req["base"] = base
    if kind != "memory":
        req["router"] = kind
    return req
