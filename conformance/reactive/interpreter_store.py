"""The statements and expressions about stores and props, as oracle/store.mjs has them."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from wayfare import reactive as w

Env = dict[str, Any]


@dataclass
class _Row:
    id: int
    n: int


@dataclass
class _Point:
    x: int
    y: int


@dataclass
class _State:
    a: int
    b: int
    o: _Point
    rows: list[_Row]
    nums: list[int]


def recorded(value: Any) -> Any:
    """`value` with a dataclass in the place of each dict that has its fields."""
    if isinstance(value, list):
        return [recorded(item) for item in value]
    if isinstance(value, dict):
        fields = {key: recorded(item) for key, item in value.items()}
        for kind in (_Row, _Point, _State):
            if fields.keys() == kind.__annotations__.keys():
                return kind(**fields)
    return value


def _inside(value: Any, key: Any) -> Any:
    return value[key] if hasattr(type(value), "__getitem__") else getattr(value, key)


def walk(value: Any, path: list[Any]) -> Any:
    """What is found on a path, read step by step; None where it leads to nothing."""
    for key in path:
        if not is_inside(value):
            return None
        try:
            value = _inside(value, key)
        except (KeyError, IndexError, AttributeError):
            return None
    return value


def is_inside(value: Any) -> bool:
    """Whether `value` has parts of its own."""
    return value is not None and not isinstance(value, (str, int, bool))


def _part(part: Any) -> Any:
    """A part of a path as the setter takes it."""
    if isinstance(part, dict):
        if "where" in part:
            key, value = part["where"]
            return lambda item: _inside(item, key) == value
        return range(part.get("from", 0), part["to"] + 1, part.get("by", 1))
    return part


def _amend(state: Any, change: list[Any], data: Callable[[Any], Any]) -> None:
    kind, path, *rest = change
    at = walk(state, path)
    if at is None:
        return
    rest = data(rest)
    if kind == "assign" and not hasattr(type(at), "__setitem__"):
        setattr(at, rest[0], rest[1])
    elif kind == "assign":
        at[rest[0]] = rest[1]
    elif kind == "remove":
        if rest[0] in at:
            del at[rest[0]]
    elif kind == "push":
        at.append(rest[0])
    elif kind == "pop":
        at.pop()
    elif kind == "splice":
        at[rest[0] : rest[0] + rest[1]] = rest[2]
    else:
        raise TypeError(f"unknown change {kind}")


class StoreStatements:
    """What an interpreter knows of stores and props."""

    nodes: dict[str, Callable[[], Any]]
    eval: Callable[[Any, Env], Any]

    def __init__(self) -> None:
        self.stores: dict[str, tuple[Any, Callable[..., None]]] = {}
        self.props: dict[str, Any] = {}
        self.of_records: set[str] = set()

    def given(self, name: str, value: Any) -> Any:
        """What a program gives to a store: a copy, of dataclasses where the store holds them."""
        value = copy.deepcopy(value)
        return recorded(value) if name in self.of_records else value

    def of_store(self, e: list[Any]) -> Any:
        kind, name, path = e[:3]
        value = walk(self.stores[name][0], path) if name in self.stores else None
        inside = is_inside(value)
        if kind == "get":
            return None if inside else value
        if kind == "len":
            return len(value) if inside else 0
        if kind == "keys":
            return list(value) if inside else []
        return e[3] in value if inside else False

    def do_store(self, s: list[Any], _env: Env) -> None:
        if len(s) > 3:
            self.of_records.add(s[1])
        self.stores[s[1]] = w.create_store(self.given(s[1], s[2]), name=s[1])

    def do_view(self, s: list[Any], _env: Env) -> None:
        self.nodes[s[1]] = lambda: walk(self.stores[s[2]][0], s[3])

    def put(self, s: list[Any], value: Any) -> None:
        if s[1] in self.stores:
            self.stores[s[1]][1](*(_part(part) for part in s[2]), value)

    def do_put(self, s: list[Any], _env: Env) -> None:
        self.put(s, self.given(s[1], s[3]))

    def do_putf(self, s: list[Any], env: Env) -> None:
        self.put(s, lambda prev: self.eval(s[3], {**env, "prev": prev}))

    def do_produce(self, s: list[Any], _env: Env) -> None:
        def change(state: Any) -> None:
            for each in s[3]:
                _amend(state, each, lambda value: self.given(s[1], value))

        self.put(s, w.produce(change))

    def do_reconcile(self, s: list[Any], _env: Env) -> None:
        self.put(s, w.reconcile(self.given(s[1], s[3]), **s[4]))

    def do_props(self, s: list[Any], env: Env) -> None:
        def source(of: dict[str, Any]) -> Any:
            if "const" in of:
                return of["const"]
            return lambda: {key: self.eval(e, env) for key, e in of["dyn"].items()}

        self.props[s[1]] = w.merge_props(*(source(of) for of in s[2]))

    def do_split(self, s: list[Any], _env: Env) -> None:
        self.props.update(zip(s[3], w.split_props(self.props[s[1]], *s[2]), strict=True))

    def do_children(self, s: list[Any], env: Env) -> None:
        self.nodes[s[1]] = w.children(lambda: [lambda e=e: self.eval(e, env) for e in s[2]])

    def of_props(self, e: list[Any]) -> Any:
        props = self.props.get(e[1], {})
        return sorted(props) if e[0] == "names" else props.get(e[2])
