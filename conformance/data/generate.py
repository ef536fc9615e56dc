"""Random scenarios of queries and actions, the same for a seed and number on every machine.

Delays are distinct and odd, and no wait is a sum of them, so that two timers hardly ever fall on one
millisecond: the order within one would be the frameworks' own.
"""

from __future__ import annotations

import random
from typing import Any

Json = Any
DELAYS = [37, 53, 71, 97, 113, 131, 157, 179, 199, 223, 251, 281]
WAITS = [1, 10, 44, 86, 150, 600, 600, 600, 1200, 4000, 4995, 4999, 5000, 5001, 5003, 5200]
LONG_WAITS = [20_000, 179_990, 180_000, 180_001, 181_000, 301_000]
KEYS: list[Json] = [
    {"$name": "user"},
    {"$name": "users"},
    {"$name": "me"},
    {"$key": ["user", "1"]},
    {"$key": ["user", "2"]},
    {"$key": ["me"]},
    ["me", {"$key": ["user", "1"]}],
    ["nothing"],
    "us",
    "user[",
    'user["1"]',
    ["me", "user"],
    "",
    [],
]
TOGETHER = {
    "mount": ("mount", "unmount", "call", "signal", "revalidate", "action"),
    "unmount": ("mount", "unmount", "call", "signal", "action", "query.set"),
    "call": ("mount", "unmount", "signal", "action"),
    "signal": ("mount", "unmount", "call", "signal", "action"),
    "revalidate": ("mount", "revalidate", "navigate", "action", "query.set"),
    "navigate": ("revalidate", "navigate", "action", "query.set"),
    "action": ("mount", "unmount", "call", "signal", "revalidate", "navigate", "action", "query.set"),
    "query.set": ("unmount", "revalidate", "navigate", "action", "query.set"),
}
"""What may come with what, without a pause between them. A transition begins a turn of the loop after it was
asked for; what else would begin within that turn is left out: how long each takes is the frameworks' own.
"""


class Scenario:
    """One scenario being made up."""

    def __init__(self, seed: int, number: int) -> None:
        self.r = random.Random(f"{seed}/{number}")
        self.id = f"{seed}/{number}"
        self.delays = self.r.sample(DELAYS, len(DELAYS))
        self.mounted: list[str] = []
        self.count = 0
        self.navigates = self.r.random() < 0.45
        self.edits = random.Random(f"{seed}/{number}/edits").random() < 0.25
        """Whether most of it is calls of actions that fail, are sent by forms, tried again and cleared."""

    def chance(self, p: float) -> bool:
        return self.r.random() < p

    def name(self, letter: str) -> str:
        self.count += 1
        return f"{letter}{self.count}"

    def place(self) -> str:
        """Where nobody has been: going to where one is, while on the way elsewhere, is a listed difference
        (61).
        """
        return f"/done/{self.name('p')}"

    def query(self, delay: int) -> Json:
        spec: Json = {"delayMs": delay}
        x = self.r.random()
        if x < 0.3:  # by key: which of several keys is fetched first is the frameworks' own
            outcomes = [self.outcome(delay) for _ in range(self.r.randint(2, 5))]
            spec |= {"outcomes": [*outcomes, {}], "perKey": True}
        elif x < 0.36:
            spec["delayMs"] = "micro"
        return spec

    def outcome(self, delay: int) -> Json:
        x = self.r.random()
        if x < 0.4:
            return {}
        if x < 0.6:
            return {"error": f"boom{self.r.randint(1, 9)}"}
        if x < 0.75:
            return {"delayMs": delay + 2 * self.r.randint(1, 9)}
        if x < 0.9:
            return {"json": {"n": self.r.randint(1, 9)}}
        if x < 0.91:
            return {"delayMs": None}
        if self.navigates:
            return {"redirect": self.place(), "throw": self.chance(0.3)}
        return {"value": self.r.choice([0, "", False, {"$undefined": 1}, {"a": [1]}])}

    def action(self, delay: int) -> Json:
        spec: Json = {"delayMs": delay}
        x = self.r.random()
        if x < 0.2:
            spec |= {"json": {"ok": 1}}
        elif x < 0.3:
            spec |= {"reload": True, "throw": self.chance(0.3)}
        elif x < 0.45 or (self.edits and x < 0.7):
            spec["outcomes"] = [{"error": "E"}, {}, {"value": None}, {"error": "F"}, {"value": 3}]
        elif x < 0.55:
            spec["value"] = self.r.choice([1, "v", {"a": 1}, None, 0, "", False])
        elif x < 0.65 and self.navigates:
            thrown = self.chance(0.3)
            spec["outcomes"] = [{"redirect": self.place(), "throw": thrown} for _ in range(4)]
        elif x < 0.72:
            spec |= {"json": [1, 2], "throw": True}
        elif x < 0.74:
            spec["outcomes"] = [{"delayMs": None}, {}]
        redirects = any("redirect" in each for each in spec.get("outcomes", []))
        if ("json" in spec or "reload" in spec or redirects) and self.chance(0.7):
            spec["revalidate"] = self.r.choice(KEYS)
        if self.chance(0.25):
            spec["onComplete"] = self.r.choice([True, True, "retryOnce", "clear"])
        return spec

    def read(self, *, signals: bool = True) -> Json:
        kind = self.r.choice(["user", "user", "users", "me"])
        spec: Json = {"query": kind, "label": self.name("q")}
        if kind == "user":
            spec["args"] = [self.r.choice(["1", "2", "$sig.id", "$sig.id"] if signals else ["1", "2"])]
            if self.chance(0.1):
                spec["enabled"] = "$sig.on"
        x = self.r.random()
        if x < 0.08:
            spec["initial"] = "init"
        elif x < 0.16:
            spec["latest"] = True
        elif x < 0.22:
            spec["latest"] = "both"
        if self.chance(0.1):
            spec["store"] = True
        return spec

    def mount(self) -> Json:
        name = self.name("w")
        self.mounted.append(name)
        asyncs = [self.read() for _ in range(self.r.choice([1, 1, 2]))]
        return {"do": "mount", "id": name, "suspense": "m", "boundary": True, "async": asyncs}

    def edit(self) -> Json:
        """A step with an action, or with what its calls have left."""
        action = self.r.choice(["save", "save", "go"])
        x = self.r.random()
        if x < 0.3:
            return {"do": "action", "name": action, "args": [self.count], "as": self.name("a")}
        if x < 0.55:
            return {"do": "submit", "action": action, "fields": [["title", self.r.choice(["a", "b"])]]}
        if x < 0.65:
            return {"do": "submissions", "action": action}
        step: Json = {"do": "retry" if x < 0.9 else "clear", "action": action, "as": self.name("t")}
        return step | ({"index": self.r.choice([0, 1])} if self.chance(0.3) else {})

    def step(self) -> Json:
        if self.edits and self.chance(0.6):
            return self.edit()
        x = self.r.random()
        if x < 0.16:
            return self.mount()
        if x < 0.23 and self.mounted:
            return {"do": "unmount", "id": self.mounted.pop(self.r.randrange(len(self.mounted)))}
        if x < 0.42:
            step: Json = {"do": "revalidate", "as": self.name("r")}
            if self.chance(0.7):
                step["keys"] = self.r.choice(KEYS)
            if self.chance(0.3):
                step["force"] = self.chance(0.3)
            return step
        if x < 0.6:
            step = {
                "do": "action",
                "name": self.r.choice(["save", "save", "go"]),
                "args": [self.count],
                "as": self.name("a"),
            }
            if self.chance(0.15):
                step["with"] = [self.r.choice([1, "b", {"z": 1, "a": 2}])]
            return step
        if x < 0.66:
            return {"do": "signal", "name": "id", "value": self.r.choice(["1", "2", "3"])}
        if x < 0.68:
            return {"do": "signal", "name": "on", "value": self.chance(0.5)}
        if x < 0.74:
            name = self.r.choice(["user", "users", "me"])
            args = [self.r.choice(["1", "2"])] if name == "user" else []
            return {"do": "call", "query": name, "args": args, "as": self.name("c"), "in": "Root"}
        if x < 0.8:
            return self.cache_step()
        if x < 0.83:
            step = {
                "do": self.r.choice(["clear", "retry"]),
                "action": self.r.choice(["save", "go"]),
                "as": self.name("t"),
            }
            if self.chance(0.3):
                step["index"] = self.r.choice([0, 0, 1])
            return step
        if x < 0.85:
            return {"do": "submissions", "action": self.r.choice(["save", "go"])}
        if x < 0.87:
            fields = [["title", self.r.choice(["a", "b"])]]
            return {"do": "submit", "action": self.r.choice(["save", "go"]), "fields": fields}
        if x < 0.875 and self.mounted:
            return {"do": "resetBoundary", "of": self.r.choice(self.mounted)}
        if self.navigates:
            if x < 0.93:
                urls = ["/", "/list", "/users/1", "/users/2"]
                return {"do": "navigate", "to": self.r.choice(urls)}
            if x < 0.96:
                return {"do": "go", "n": self.r.choice([-1, -1, 1])}
            return {"do": "preload", "url": self.r.choice(["/list", "/users/1", "/users/2"]), "data": True}
        return {"do": "snapshot"} if x < 0.9 else {"do": "wait", "ms": self.r.choice(WAITS)}

    def cache_step(self) -> Json:
        x = self.r.random()
        key = {"$key": ["user", self.r.choice(["1", "2"])]} if self.chance(0.7) else {"$key": ["me"]}
        if x < 0.55:
            return {"do": "query.set", "key": key, "value": self.name("SET")}
        if x < 0.75:
            return {"do": "query.get", "key": key}
        return {"do": "query.delete", "key": key} if x < 0.93 else {"do": "query.clear"}

    def build(self) -> Json:
        queries = {name: self.query(self.delays[i]) for i, name in enumerate(("user", "users", "me"))}
        actions = {"save": self.action(self.delays[3]), "go": self.action(self.delays[4])}
        user = {"query": "user", "args": ["$params.id"]}
        routes: list[Json] = [{"id": "H", "path": "/"}]
        if self.navigates:
            preload = {"preload": [{"query": "users"}]} if self.chance(0.5) else {}
            routes.append(
                {"id": "L", "path": "/list", "async": [{"query": "users"}], "boundary": True, **preload}
            )
            preload = {"preload": [{**user, "catch": True}]} if self.chance(0.6) else {}
            suspense = {"suspense": "s"} if self.chance(0.3) else {}
            routes.append({"id": "D", "path": "/done/:p", "texts": ["$params.p"]})
            routes.append(
                {"id": "U", "path": "/users/:id", "async": [user], "boundary": True, **preload, **suspense}
            )
        steps: list[Json] = [{"do": "wait", "ms": self.r.choice([5, 20, 600])}]
        for _ in range(self.r.randint(3, 10)):
            step = self.step()
            if step["do"] in TOGETHER and self.chance(0.15):
                other = self.step()
                if other["do"] in TOGETHER[step["do"]]:
                    step = {"do": "sync", "steps": [step, other]}
            steps.append(step)
            if step["do"] in ("navigate", "go", "preload") and self.chance(0.6):
                steps.append({"do": "wait", "ms": self.r.choice([600, 1200, 5200])})
            elif self.chance(0.85):
                steps.append({"do": "wait", "ms": self.r.choice(WAITS)})
            else:
                steps.append({"do": "wait", "ms": 2})
            if self.chance(0.02):
                steps.append({"do": "wait", "ms": self.r.choice(LONG_WAITS)})
        steps.append({"do": "wait", "ms": 2000})
        root: Json = {"suspense": "L"}
        if self.chance(0.4):
            root |= {"async": [self.read(signals=False)], "boundary": True}
        return {
            "op": "scenario",
            "id": self.id,
            "url": self.r.choice(["/", "/list", "/users/1"]) if self.navigates else "/",
            "root": root,
            "routes": routes,
            "queries": queries,
            "actions": actions,
            "signals": {"id": "1", "on": True},
            "steps": steps,
        }


def scenario(seed: int, number: int) -> Json:
    """The scenario of this seed and number."""
    return Scenario(seed, number).build()
