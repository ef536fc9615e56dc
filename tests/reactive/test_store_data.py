"""What is put into a store is plain data: what stands for a piece of a store is replaced by that piece."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayfare.reactive import create_store, produce, unwrap
from wayfare.reactive.store_data import Part


@dataclass
class Card:
    front: Any
    back: Any


@dataclass(frozen=True)
class Print:
    front: Any
    back: Any


class Pair(NamedTuple):
    front: Any
    back: Any


class Sheet(msgspec.Struct, frozen=True):
    front: Any
    back: Any


HOLDERS: dict[str, Callable[[Any, Any], Any]] = {
    "list": lambda one, other: [one, other],
    "dict": lambda one, other: {"one": one, 2: other},
    "ordered": lambda one, other: OrderedDict(one=one, other=other),
    "default": lambda one, other: defaultdict(list, one=one, other=other),
    "tuple": lambda one, other: (one, other),
    "pair": Pair,
    "card": Card,
    "print": Print,
    "sheet": Sheet,
}


def children(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, list | tuple):
        yield from value
    elif isinstance(value, msgspec.Struct):
        yield from (getattr(value, name) for name in value.__struct_fields__)
    elif isinstance(value, Card | Print):
        yield from (getattr(value, field.name) for field in fields(value))


def everything(value: Any) -> Iterator[Any]:
    """`value` and all that it holds, each once."""
    seen: set[int] = set()
    stack = [value]
    while stack:
        found = stack.pop()
        if id(found) in seen:
            continue
        seen.add(id(found))
        yield found
        if not isinstance(found, Part):
            stack.extend(children(found))


def is_plain(value: Any) -> bool:
    return not any(isinstance(found, Part) for found in everything(value))


Shape = Any  # an int, "part", or a holder's name and two shapes
SHAPES: st.SearchStrategy[Shape] = st.recursive(
    st.one_of(st.integers(0, 3), st.just("part")),
    lambda inner: st.tuples(st.sampled_from(sorted(HOLDERS)), inner, inner),
    max_leaves=12,
)


def built(shape: Shape, part: Any) -> Any:
    """What the shape says, with `part` where it has one."""
    if shape == "part":
        return part
    if isinstance(shape, int):
        return shape
    return HOLDERS[shape[0]](built(shape[1], part), built(shape[2], part))


@given(SHAPES)
def test_what_is_set_by_a_path_holds_no_part_of_a_store(shape: Shape) -> None:
    store, set_store = create_store({"piece": {"n": 1}, "to": None})
    piece = unwrap(store)["piece"]
    value = built(shape, store["piece"])
    # What can be changed, and what holds no part, stays the object that it is.
    staying = [
        found for found in everything(value) if isinstance(found, list | dict | Card) or is_plain(found)
    ]
    set_store("to", value)
    kept = unwrap(store)["to"]
    assert is_plain(kept)
    assert kept == built(shape, piece)
    assert {id(found) for found in staying} <= {id(found) for found in everything(kept)}


WAYS: dict[str, Callable[[Any, Any], object]] = {
    "set": lambda s, value: s.__setitem__("to", value),
    "update": lambda s, value: s.update(to=value),
    "or": lambda s, value: s.__ior__({"to": value}),
    "default": lambda s, value: s.setdefault("new", value),
    "append": lambda s, value: s["rows"].append(value),
    "insert": lambda s, value: s["rows"].insert(0, value),
    "extend": lambda s, value: s["rows"].extend([value, value]),
    "add": lambda s, value: s["rows"].__iadd__([value]),
    "place": lambda s, value: s["rows"].__setitem__(0, value),
    "slice": lambda s, value: s["rows"].__setitem__(slice(0, 1), [value, 1]),
    "whole": lambda s, value: s.__setitem__("rows", [*s["rows"], value]),
    "field": lambda s, value: setattr(s["card"], "front", value),
}


@pytest.mark.parametrize("way", sorted(WAYS))
@given(SHAPES)
def test_what_is_set_inside_produce_holds_none_either(way: str, shape: Shape) -> None:
    store, set_store = create_store({"piece": {"n": 1}, "rows": [{"n": 2}], "card": Card(1, [1])})
    set_store(produce(lambda s: WAYS[way](s, built(shape, s["piece"]))))
    raw = unwrap(store)
    assert is_plain(raw)
    places = [raw.get("to"), raw.get("new"), raw["rows"][0], raw["rows"][-1], raw["card"].front]
    assert built(shape, raw["piece"]) in places


def test_what_setdefault_gives_can_be_changed() -> None:
    store, set_store = create_store({"piece": {"n": 1}})
    set_store(produce(lambda s: s.setdefault("rows", []).append(s["piece"])))
    assert is_plain(unwrap(store))
    assert unwrap(store) == {"piece": {"n": 1}, "rows": [{"n": 1}]}


def test_filtering_inside_produce_keeps_the_rows_themselves() -> None:
    store, set_store = create_store({"rows": [{"id": 1}, {"id": 2}, {"id": 3}]})
    third = unwrap(store)["rows"][2]
    set_store(produce(lambda s: s.__setitem__("rows", [row for row in s["rows"] if row["id"] != 2])))
    assert unwrap(store) == {"rows": [{"id": 1}, {"id": 3}]}
    assert unwrap(store)["rows"][1] is third


def test_a_comparison_changes_nothing() -> None:
    _, set_store = create_store({"rows": [{"n": 1}], "card": Card({"n": 1}, 0)})
    compared: list[object] = []

    def change(state: Any) -> None:
        rows, card = [state["rows"][0]], Card(state["rows"][0], 0)
        compared.extend((state["rows"] == rows, state["card"] == card))
        assert isinstance(rows[0], Part)
        assert isinstance(card.front, Part)

    set_store(produce(change))
    assert compared == [True, True]


def test_what_refers_to_itself_ends() -> None:
    store, set_store = create_store({"piece": {"n": 1}, "to": None})
    piece = unwrap(store)["piece"]
    inside: list[Any] = []
    around = (store["piece"], inside)
    inside.append(around)
    set_store("to", around)
    kept = unwrap(store)["to"]
    assert kept[0] is piece
    assert kept[1] is inside
    assert inside[0] is kept

    ring = Print(None, store["piece"])
    object.__setattr__(ring, "front", ring)
    set_store("to", ring)
    assert unwrap(store)["to"].back is piece


@pytest.mark.parametrize(
    "wrap", [lambda inner: (inner,), lambda inner: [inner], lambda inner: Print(inner, 0)]
)
def test_depth_needs_no_recursion(wrap: Callable[[Any], Any]) -> None:
    store, set_store = create_store({"piece": {"n": 1}, "to": None})
    value: Any = store["piece"]
    for _ in range(20_000):
        value = wrap(value)
    set_store("to", value)
    found = unwrap(store)["to"]
    while (inner := next(iter(children(found)))) != 1:
        found = inner
    assert found is unwrap(store)["piece"]


def test_what_is_shared_is_looked_at_once() -> None:
    store, set_store = create_store({"piece": {"n": 1}, "to": None})
    value: Any = (store["piece"],)
    for _ in range(100):
        value = (value, value)
    set_store("to", value)
    assert is_plain(unwrap(store))


def test_a_change_in_place_does_not_look_through_the_data(monkeypatch: pytest.MonkeyPatch) -> None:
    store, set_store = create_store({"rows": [{"n": n} for n in range(100)]})
    looked: list[object] = []

    def counted(raw: Any) -> list[tuple[Any, Any]]:
        looked.append(raw)
        return list(enumerate(raw)) if isinstance(raw, list) else list(raw.items())

    monkeypatch.setattr("wayfare.reactive.store_data.entries", counted)
    set_store(produce(lambda s: s["rows"].append({"n": 100})))
    set_store("rows", produce(lambda rows: rows.append({"n": 101})))
    assert len(looked) < 10
    assert len(store["rows"]) == 102
