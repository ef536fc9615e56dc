"""Random scenarios for a router: nested routes, redirects, guards, slow components, and what a visitor does.

They stay clear of the differences that are meant (each of those has a scenario of its own): no hash-only
targets, no navigation to the current URL while another is on its way, no state in the history, no going back
past a guard. So every difference they show is one that nobody meant.
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
            **sometimes(0.3, {"lazy": {"delayMs": rng.choice(DELAYS)}}),
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
    ends_at = {"/old": "", "/old2": ""}
    steps: list[Json] = [{"do": "wait", "ms": 100}]
    here: set[str] = set()
    blocked = False
    for _ in range(rng.randint(4, 12)):
        kind = rng.random()
        if kind < 0.6:
            choices = [p for p in paths if p not in here]
            to = rng.choice(choices)
            options: Json = {}
            if rng.random() < 0.2:
                options["replace"] = True
            if rng.random() < 0.1:
                options["scroll"] = False
            if rng.random() < 0.15:
                options["state"] = rng.choice(["a", "b", 1])
            step = {"do": "navigate", "to": to, **({"opts": options} if options else {})}
            if rng.random() < 0.2:
                other = rng.choice([p for p in choices if p != to])
                step = {"do": "sync", "steps": [step, {"do": "navigate", "to": other}]}
            steps.append(step)
            # Within one burst no URL comes twice, so none of them is where the page already is.
            here |= {to, *ends_at} if rng.random() < 0.5 else set(paths[:-1])
            if len(here) >= len(paths) - 3 or rng.random() < 0.6:
                steps.append({"do": "wait", "ms": 200})
                here = set()
            else:
                steps.append({"do": "wait", "ms": rng.choice([1, 4, 13])})
        elif kind < 0.72 and not here and not guarded:
            steps += [{"do": "go", "n": rng.choice([-1, -1, 1, -2])}, {"do": "wait", "ms": 200}]
        elif kind < 0.82 and not here:
            value = rng.choice([1, 2, None, [1, 2], "a b"])
            steps += [{"do": "setSearch", "params": {rng.choice("xy"): value}}, {"do": "wait", "ms": 200}]
        elif kind < 0.9:
            steps += [{"do": "preload", "url": base + rng.choice(paths), "data": rng.random() < 0.7}]
        elif guarded and not here:
            blocked = not blocked
            steps += [{"do": "signal", "name": "block", "value": blocked}, {"do": "wait", "ms": 5}]
    steps.append({"do": "wait", "ms": 500})
    req: Json = {
        "op": "scenario",
        "id": f"router-{seed}-{number}",
        "url": base + rng.choice(paths[:13]),
        "root": {"suspense": "L", **({} if rng.random() < 0.7 else {"beforeLeave": {}})},
        "routes": routes,
        "signals": {"block": False},
        "steps": steps,
    }
    if base:
        req["base"] = base
    kind = rng.random()
    if kind < 0.2:
        req["router"] = "browser"
    elif kind < 0.3:
        req["router"] = "hash"
    return req
