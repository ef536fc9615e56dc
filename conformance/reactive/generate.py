"""Random programs from a seed: graphs of signals, memos and effects, and what happens to them.

Each profile stresses something. All programs end by themselves: what a computation writes is read by none
that comes before it, so nothing feeds back into itself.
"""

from __future__ import annotations

import random
from typing import Any

from .generate_store import StoreModel

PROFILES = (
    "graph", "owners", "shapes", "writes", "errors", "lists", "stores", "resources", "suspense",
    "transitions", "overlap", "boundaries", "records",
)  # fmt: skip
"""`shapes`: contexts, owners that others run in, selectors, reactions. `overlap`: urgent writes, refetches
and further transitions while one is pending. `boundaries`: both, over nested Suspense boundaries and lists of
them. `records`: stores of dataclasses."""
_ASYNC = ("resources", "suspense", "transitions", "overlap", "boundaries")
_TRANSITIONS = ("transitions", "overlap", "boundaries")


class _Maker:
    def __init__(self, rng: random.Random, profile: str) -> None:
        self.rng = rng
        self.profile = profile
        self.signals: list[str] = []
        self.readable: list[str] = []
        self.lists: list[str] = []
        self.resources: list[str] = []
        self.views: list[str] = []
        self.roots: list[str] = []
        self.contexts: list[str] = []
        self.owners: list[str] = []
        self.stores: list[StoreModel] = []
        self.count = 0
        self.one_at_a_time = profile == "transitions" or (profile == "boundaries" and self.chance(0.5))

    def name(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}{self.count}"

    def chance(self, of: float) -> bool:
        return self.rng.random() < of

    def pick(self, names: list[str]) -> str:
        # Favour what is new: deep graphs are more interesting than wide ones.
        return names[min(len(names) - 1, int(len(names) * self.rng.random() ** 0.7))]

    def expr(self, readable: list[str], depth: int = 0) -> Any:
        rng = self.rng
        if not readable or depth > 2 or self.chance(0.12):
            return rng.randrange(10)
        if self.stores and self.chance(0.45):
            return rng.choice(self.stores).expr()
        if self.profile == "shapes" and self.chance(0.25):
            return ["ctx", rng.choice(["x", "y"])]
        kind = rng.random()
        if kind < 0.45:
            return ["r", self.pick(readable)]
        if kind < 0.52:
            return ["u", self.pick(readable)]
        if kind < 0.72:
            return [rng.choice("+-*"), self.expr(readable, depth + 1), self.expr(readable, depth + 1)]
        if kind < 0.8:
            return ["mod", self.expr(readable, depth + 1), rng.randrange(2, 5)]
        if kind < 0.95:
            condition = ["mod", ["r", self.pick(readable)], 2]
            return ["if", condition, self.expr(readable, depth + 1), self.expr(readable, depth + 1)]
        return ["prev"] if depth else 3

    def equals(self) -> list[Any]:
        kind = self.rng.random()
        return [] if kind < 0.8 else [False] if kind < 0.9 else ["parity"]

    def body(self, readable: list[str], depth: int, writable: list[str]) -> list[Any]:
        """The statements of a computation. `writable` comes after everything in `readable`."""
        out: list[Any] = []
        if self.chance(0.2):
            out.append(["cleanup", self.name("c")])
        if self.profile == "errors" and self.chance(0.35) and readable:
            out.append(["when", ["mod", ["r", self.pick(readable)], 3], [], [["throw", self.name("e")]]])
        inner = list(readable)
        if depth < 2 and self.chance(0.35 if self.profile == "owners" else 0.12):
            out.extend(self.nodes(inner, self.rng.randrange(1, 3), depth + 1, writable))
        if writable and self.chance(0.5 if self.profile == "writes" else 0.1):
            statement = ["set", self.rng.choice(writable), self.expr(readable)]
            out.append(["batch", [statement]] if self.chance(0.2) else statement)
        if self.chance(0.1):
            out.append(["untrack", [["log", self.expr(inner)]]])
        if self.chance(0.2) and inner:
            out.append(["when", self.expr(inner), [["return", self.expr(inner)]], []])
        out.append(["return", self.expr(inner)])
        return out

    def node(self, readable: list[str], depth: int, writable: list[str]) -> list[Any]:
        kinds = ["memo"] * 6 + ["effect"] * 3 + ["render"] * 2 + ["computed"] + ["on"]
        if depth < 2:
            # A root outlives the boundary that it is made in, and is made again: the order among the readers
            # of three such copies is not mirrored.
            kinds += ["owner"] if self.profile == "boundaries" else ["root", "owner"]
        if self.profile == "errors":
            kinds += ["catch", "boundary"]
        if self.profile == "lists" and self.lists:
            kinds += ["map", "index", "map"]
        if self.profile in _ASYNC and self.resources:
            kinds += ["read"] * 3
        if self.profile == "boundaries":
            kinds += ["pending"]
        if self.profile in ("stores", "records"):
            kinds += ["rows", "keys"] if self.profile == "stores" else ["rows"]
        if self.profile == "shapes":
            kinds += ["provide", "provide", "capture", "reaction", "mount", "selector", "cleanup", "children"]
        if self.profile in ("suspense", "boundaries") and depth < 2:
            kinds += ["list", "suspense"] * (3 if self.profile == "boundaries" else 1)
        kind = self.rng.choice(kinds)
        if kind == "memo":
            name = self.name("m")
            body = self.body(readable, depth, [])
            readable.append(name)
            return ["memo", name, body, *self.equals()]
        if kind in ("effect", "render", "computed"):
            name = self.name(kind[0])
            return [kind, name, self.body(readable, depth, writable)]
        if kind == "on":
            name = self.name("o")
            deps = [self.pick(readable) for _ in range(self.rng.randrange(1, 3))]
            made = self.rng.choice(["memo", "effect", "render"])
            body = [["log", ["input"]], ["return", self.expr(readable)]]
            statement = ["on", made, name, deps, self.chance(0.4), body]
            if made == "memo":
                readable.append(name)
            return statement
        if kind in ("provide", "capture", "reaction", "mount", "selector", "cleanup", "children"):
            return self.shape(kind, readable, depth, writable)
        if kind in ("rows", "keys"):
            return self.of_store(kind, readable)
        if kind == "pending":
            return [self.rng.choice(["render", "effect"]), self.name("p"), [["return", ["pending"]]]]
        if kind in ("list", "suspense"):
            return self.boundaries(kind, readable, depth)
        if kind == "root":
            name = self.name("root")
            self.roots.append(name)
            return ["root", name, self.nodes(readable, self.rng.randrange(1, 4), depth + 1, writable)]
        if kind == "owner":
            return ["untrack", self.nodes(readable, 1, depth + 1, writable)]
        if kind == "catch":
            return ["catch", self.name("h"), self.nodes(list(readable), 2, depth + 1, writable), []]
        if kind == "boundary":
            name = self.name("b")
            inner = [*self.nodes(list(readable), 1, depth + 1, writable), ["return", self.expr(readable)]]
            if depth == 0:
                # What owns a boundary must not read it: an error would make both again, for ever.
                readable.append(name)
            self.views.append(name)
            return ["boundary", name, inner, [["return", 5]]]
        if kind in ("map", "index"):
            name = self.name("l")
            row = [["return", ["+", ["item"], self.expr(readable)]]]
            if self.chance(0.4):
                row.insert(0, ["effect", self.name("e"), [["return", ["+", ["index"], self.expr(readable)]]]])
            fallback = [["return", 7]] if self.chance(0.5) else None
            return [kind, name, self.rng.choice(self.lists), row, fallback]
        name = self.name("e")
        made = self.rng.choice(["render", "memo", "effect"])
        resource = self.rng.choice(self.resources)
        what = self.rng.choice(
            [["r", resource], ["state", resource], ["latest", resource], ["loading", resource]]
        )
        if made == "memo":
            readable.append(name)
        return [made, name, [["return", what]]]

    def shape(self, kind: str, readable: list[str], depth: int, writable: list[str]) -> list[Any]:
        if kind == "provide":
            inside = self.nodes(list(readable), self.rng.randrange(1, 3), depth + 1, writable)
            return ["provide", self.rng.choice(["x", "y"]), self.expr(readable, 2), inside]
        if kind == "capture":
            self.owners.append(self.name("o"))
            return ["owner", self.owners[-1]]
        if kind == "reaction":
            tracked = [["log", ["r", self.pick(readable)]]]
            return ["reaction", self.name("x"), tracked, [["log", self.expr(readable)]]]
        if kind == "selector":
            name = self.name("sel")
            made: list[Any] = [["selector", name, self.rng.choice(self.signals)]]
            keys = self.rng.sample(range(10), 3)
            made += [["effect", self.name("e"), [["return", ["sel", name, key]]]] for key in keys]
            return ["untrack", made]
        if kind == "children":
            name = self.name("k")
            return ["children", name, [self.expr(list(readable), 1) for _ in range(self.rng.randrange(1, 3))]]
        if kind == "cleanup":
            return ["cleanup", self.name("c"), [["log", ["u", self.pick(readable)]]]]
        return ["mount", self.name("mount")]

    def of_store(self, kind: str, readable: list[str]) -> list[Any]:
        if kind == "keys":
            return ["effect", self.name("e"), [["return", self.rng.choice(self.stores).listing()]]]
        row = [["return", ["+", ["of", ["item"], "n"], self.expr(readable)]]]
        return [self.rng.choice(["map", "index"]), self.name("l"), "rows", row, None]

    def boundaries(self, kind: str, readable: list[str], depth: int) -> list[Any]:
        """A Suspense boundary that shows a resource, or a list of two."""
        if kind == "list":
            inside = [each for _ in range(2) for each in self.boundary(readable, depth + 1)]
            order = self.rng.choice(["forwards", "backwards", "together"])
            return ["list", order, self.rng.choice([None, "collapsed", "hidden"]), inside]
        return ["untrack", self.boundary(readable, depth + 1)]

    def boundary(self, readable: list[str], depth: int) -> list[Any]:
        name = self.name("v")
        inside = [self.reader(), *self.nodes(list(readable), self.rng.randrange(0, 2), depth + 1, [])]
        content = [*inside, ["return", ["r", self.rng.choice(self.signals)]]]
        return [
            ["suspense", name, content, [["return", -1]]],
            ["render", self.name("show"), [["return", ["r", name]]]],
        ]

    def nodes(self, readable: list[str], count: int, depth: int, writable: list[str]) -> list[Any]:
        return [self.node(readable, depth, writable) for _ in range(count)]

    def make(self) -> dict[str, Any]:
        rng = self.rng
        build: list[Any] = []
        for _ in range(rng.randrange(1, 5)):
            name = self.name("s")
            self.signals.append(name)
            build.append(["signal", name, rng.randrange(10), *self.equals()])
        if self.profile == "lists":
            for _ in range(rng.randrange(1, 3)):
                name = self.name("L")
                self.lists.append(name)
                build.append(["signal", name, self.items()])
        if self.profile in ("stores", "records"):
            records = ["records"] if self.profile == "records" else []
            for _ in range(rng.randrange(1, 3)):
                model = StoreModel(rng, self.name("store"), records=bool(records))
                self.stores.append(model)
                build.append(["store", model.name, model.initial(), *records])
            build.append(["view", "rows", self.stores[0].name, ["rows"]])
        readable = list(self.signals)
        # What effects write: signals that only the nodes made after `later` read.
        written: list[str] = []
        if self.profile == "writes":
            for _ in range(rng.randrange(1, 3)):
                name = self.name("w")
                written.append(name)
                build.append(["signal", name, 0])
        top: list[Any] = []
        if self.profile in _ASYNC:
            for _ in range(rng.randrange(1, 3)):
                name = self.name("q")
                source = None if self.chance(0.2) else ["+", ["r", rng.choice(self.signals)], 1]
                if self.chance(0.1):
                    source = [
                        "if",
                        ["mod", ["r", rng.choice(self.signals)], 3],
                        ["r", rng.choice(self.signals)],
                        False,
                    ]
                options = {"initial": 1} if self.chance(0.2) else {"sync": True} if self.chance(0.1) else {}
                top.append(["resource", name, source, options])
                self.resources.append(name)
        if self.profile in _ASYNC[1:]:
            name = self.name("v")
            self.views.append(name)
            content = self.nodes(list(readable), rng.randrange(1, 4), 1, [])
            content.insert(rng.randrange(len(content) + 1), self.reader())
            top.append(
                ["suspense", name, [*content, ["return", ["r", rng.choice(self.signals)]]], [["return", -1]]]
            )
            top.append(["render", self.name("show"), [["return", ["r", name]]]])
        top += self.nodes(readable, rng.randrange(2, 7), 0, written)
        if written:
            later = [*readable, *written]
            top += self.nodes(later, rng.randrange(1, 4), 0, [])
        if self.profile in ("errors", "resources"):
            # What nobody catches is a listed difference of its own (differences.json, "uncaught").
            top = [["catch", self.name("h"), top, []]]
        steps: list[Any] = [*build, ["root", "top", top]]
        self.roots.append("top")
        asynchronous = self.profile in _ASYNC
        if asynchronous:
            steps.append(["tick"])
        for _ in range(rng.randrange(2, 9)):
            more = self.steps(readable)
            steps.extend(more)
            if asynchronous:
                steps.append(["tick"])
            if self.one_at_a_time and more[0][0] == "transition":
                steps.extend(self.arrivals())
        if self.profile in _TRANSITIONS:
            steps.extend(self.arrivals())
            steps += [["final"]] + [["log", ["r", name]] for name in readable]
        if self.profile not in _TRANSITIONS and self.chance(0.5):
            steps += [["dispose", "top"], ["set", rng.choice(self.signals), 5]]
        return {"steps": steps, "async": asynchronous}

    def arrivals(self) -> list[Any]:
        """Everything that can be on its way arrives, a few at a time."""
        steps: list[Any] = []
        for name in self.resources:
            for at in range(12):
                steps.append(["resolve", name, at, 20 + at])
                if at % 3 == 2:
                    steps.append(["tick"])
        return [*steps, ["tick"]]

    def reader(self) -> list[Any]:
        name = self.name("e")
        return [
            self.rng.choice(["render", "memo"]),
            name,
            [["return", ["r", self.rng.choice(self.resources)]]],
        ]

    def items(self) -> list[int]:
        items = list(range(8))
        self.rng.shuffle(items)
        items = items[: self.rng.randrange(0, 7)]
        if items and self.chance(0.15):
            items.append(items[0])
        return items

    def write(self) -> list[Any]:
        if self.stores and self.chance(0.75):
            return self.rng.choice(self.stores).write()
        if self.lists and self.chance(0.6):
            return ["set", self.rng.choice(self.lists), ["list", self.items()]]
        name = self.rng.choice(self.signals)
        if self.chance(0.2):
            return ["setf", name, ["+", ["prev"], 1]]
        return ["set", name, self.rng.randrange(10)]

    def steps(self, readable: list[str]) -> list[Any]:
        rng = self.rng
        kind = rng.random()
        if self.profile in _ASYNC and kind < 0.5:
            name = rng.choice(self.resources)
            choice = rng.random()
            if choice < 0.55:
                return [["resolve", name, rng.randrange(4), rng.randrange(10)]]
            if choice < 0.62 and self.profile == "resources":
                return [["reject", name, rng.randrange(4), self.name("x")]]
            if choice < 0.8:
                return [["refetch", name]]
            return [["mutate", name, rng.randrange(10)]] if self.profile == "resources" else [self.write()]
        if self.profile in _TRANSITIONS and kind < 0.75:
            body = [self.write() for _ in range(rng.randrange(1, 3))]
            if self.chance(0.15):
                body.append(["transition", [self.write()]])
            return [["transition", body, *(["use"] if self.profile == "boundaries" else [])]]
        if kind < 0.65:
            return [self.write()]
        if kind < 0.85:
            body = [self.write() for _ in range(rng.randrange(1, 4))]
            if self.chance(0.5):
                body.insert(rng.randrange(len(body) + 1), ["log", ["r", self.pick(readable)]])
            return [["batch", body]]
        if kind < 0.9 and len(self.roots) > 1:
            return [["dispose", rng.choice(self.roots[:-1] or self.roots)]]
        if kind < 0.95 and self.owners:
            return [["within", rng.choice(self.owners), self.nodes(list(readable), 1, 2, [])]]
        if kind < 0.93 and self.views and self.profile == "errors":
            return [["reset", rng.choice(self.views)]]
        return [["log", ["r", self.pick(readable)]]]


def program(seed: int, number: int) -> dict[str, Any]:
    """The program with this number: the same for the same seed, on every machine and Python."""
    rng = random.Random(seed * 1_000_003 + number)
    profile = PROFILES[number % len(PROFILES)]
    made = _Maker(rng, profile).make()
    return {"id": f"{seed}/{number}/{profile}", **made}
