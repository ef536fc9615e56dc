"""Random reads and writes of one store, whose shape stays the same while its values and lists change."""

from __future__ import annotations

import random
from typing import Any


class StoreModel:
    """What a store holds by now, as far as paths into it depend on that.

    ``{"a": 1, "b": 2, "o": {"x": 1, "y": 2}, "rows": [{"id": 0, "n": 5}, ...], "nums": [3, ...]}``; `o` may
    get and lose a ``z``, where it is not one of `records`, whose fields are fixed.
    """

    def __init__(self, rng: random.Random, name: str, *, records: bool = False) -> None:
        self.rng = rng
        self.name = name
        self.rows = list(range(rng.randrange(1, 5)))
        self.nums = rng.randrange(0, 4)
        self.next_id = len(self.rows)
        self.has_z = False
        self.records = records

    def fields(self) -> list[list[str]]:
        """The paths to single values."""
        return [["a"], ["b"], ["o", "x"], ["o", "y"], *([] if self.records else [["o", "z"]])]

    def digit(self) -> int:
        return self.rng.randrange(10)

    def row(self, key: int) -> dict[str, int]:
        return {"id": key, "n": self.digit()}

    def initial(self) -> dict[str, Any]:
        return {
            "a": self.digit(), "b": self.digit(), "o": {"x": self.digit(), "y": self.digit()},
            "rows": [self.row(key) for key in self.rows], "nums": [self.digit() for _ in range(self.nums)],
        }  # fmt: skip

    def expr(self) -> list[Any]:
        """A read of something, which may not be there by then."""
        rng = self.rng
        kind = rng.random()
        if kind < 0.35:
            return ["get", self.name, rng.choice(self.fields())]
        if kind < 0.65:
            return ["get", self.name, ["rows", rng.randrange(4), rng.choice(["n", "id"])]]
        if kind < 0.75:
            return ["get", self.name, ["nums", rng.randrange(4)]]
        if kind < 0.9 or self.records:
            return ["len", self.name, [rng.choice(["rows", "nums"])]]
        return ["has", self.name, ["o"], rng.choice(["x", "z"])]

    def listing(self) -> list[Any]:
        return ["keys", self.name, self.rng.choice([["o"], []])]

    def write(self) -> list[Any]:
        rng = self.rng
        ways = [
            self.leaf,
            self.leaf,
            self.call,
            self.merge,
            self.change,
            self.change,
            self.replace,
            self.reconcile,
        ]
        if self.rows:
            ways += [self.many, self.row_field, self.row_field]
        return rng.choice(ways)()

    def leaf(self) -> list[Any]:
        path = self.rng.choice(self.fields())
        self.has_z = self.has_z or path[-1] == "z"
        return ["put", self.name, path, self.digit()]

    def call(self) -> list[Any]:
        return ["putf", self.name, self.rng.choice([["a"], ["o", "y"]]), ["+", ["prev"], 1]]

    def merge(self) -> list[Any]:
        kind = self.rng.random()
        if kind < 0.4 and self.records:
            return ["put", self.name, ["o"], {"y": self.digit()}]
        if kind < 0.4:
            self.has_z = True
            return ["put", self.name, ["o"], {"x": self.digit(), "z": self.digit()}]
        if kind < 0.7:
            return ["put", self.name, [], {"a": self.digit(), "b": self.digit()}]
        return ["put", self.name, [["a", "b"]], self.digit()]

    def row_field(self) -> list[Any]:
        return ["put", self.name, ["rows", self.rng.randrange(len(self.rows)), "n"], self.digit()]

    def many(self) -> list[Any]:
        last = len(self.rows) - 1
        part = self.rng.choice(
            [
                {"where": ["id", self.rng.choice(self.rows)]},
                {"from": 0, "to": last, "by": 2},
                list(range(last + 1)),
            ]
        )
        return ["put", self.name, ["rows", part, "n"], self.digit()]

    def replace(self) -> list[Any]:
        if self.rng.random() < 0.5:
            self.nums = self.rng.randrange(0, 4)
            return ["put", self.name, ["nums"], [self.digit() for _ in range(self.nums)]]
        self.rows.append(self.next_id)
        self.next_id += 1
        return ["put", self.name, ["rows", len(self.rows) - 1], self.row(self.rows[-1])]

    def change(self) -> list[Any]:
        """With `produce`."""
        rng = self.rng
        changes: list[Any] = []
        for _ in range(rng.randrange(1, 4)):
            kind = rng.randrange(6)
            if kind == 0:
                changes.append(["assign", [], rng.choice("ab"), self.digit()])
            elif kind == 1 and not self.records:
                changes.append(["remove", ["o"], "z"] if self.has_z else ["assign", ["o"], "z", self.digit()])
                self.has_z = not self.has_z
            elif kind == 2:
                self.nums += 1
                changes.append(["push", ["nums"], self.digit()])
            elif kind == 3 and self.nums:
                self.nums -= 1
                changes.append(["pop", ["nums"]])
            elif kind == 4 and self.rows:
                changes.append(["assign", ["rows", rng.randrange(len(self.rows))], "n", self.digit()])
            else:
                changes.append(self.splice())
        return ["produce", self.name, [], changes]

    def splice(self) -> list[Any]:
        """Items go, or others take their place; new ones come at the end: see ``insertion-order``."""
        size = len(self.rows)
        at = self.rng.randrange(size + 1)
        gone = self.rng.randrange(0, min(1, size - at) + 1)
        more = gone if self.rng.random() < 0.5 else 0
        if at + gone == size:
            more = self.rng.randrange(0, 3)
        new = list(range(self.next_id, self.next_id + more))
        self.next_id += more
        self.rows[at : at + gone] = new
        return ["splice", ["rows"], at, gone, [self.row(key) for key in new]]

    def reconcile(self) -> list[Any]:
        rng = self.rng
        if rng.random() < 0.2:
            self.has_z = rng.random() < 0.5 and not self.records
            value = {"x": self.digit(), "y": self.digit(), **({"z": 1} if self.has_z else {})}
            return ["reconcile", self.name, ["o"], value, {}]
        kept = [key for key in self.rows if rng.random() < 0.7]
        rng.shuffle(kept)
        for _ in range(rng.randrange(0, 3)):
            kept.insert(rng.randrange(len(kept) + 1), self.next_id)
            self.next_id += 1
        self.rows = kept
        options = rng.choice(
            [{}, {}, {"key": "id"}, {"key": None}, {"merge": True}, {"merge": True, "key": None}]
        )
        return ["reconcile", self.name, ["rows"], [self.row(key) for key in kept], options]
