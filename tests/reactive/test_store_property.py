"""Beside a pending transition, a store reads as one whole in each of the two worlds."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayfare.reactive import (
    Scope,
    create_effect,
    create_memo,
    create_root,
    create_store,
    produce,
    reconcile,
    unwrap,
)
from wayfare.reactive.transition import Transition


class Clock:
    """Calls nothing by itself."""

    def call_soon(self, fn: Callable[[], object]) -> None:
        pass


class Worlds:
    """A store, and a transition that waits until it is told to commit."""

    def __init__(self, data: Any) -> None:
        self.store, self.set = create_store(data)
        world: Any = SimpleNamespace(clock=Clock())
        self.scope = Scope(world, "test")
        self.transition = self.scope.transition = Transition(self.scope)
        self.transition.add_promise(self)

    def inside(self, fn: Callable[[], Any]) -> Any:
        answers: list[Any] = []
        self.transition.run(lambda: answers.append(fn()))
        return answers[0]

    def commit(self) -> None:
        self.transition.promises.clear()
        self.transition.run(lambda: None)
        self.scope.close()


KEYS = ("a", "b", "c", "d")


def whole(store: Any) -> tuple[dict[str, int], list[int]]:
    """What the store's dict and list hold, the same by every way there is to ask."""
    names, rows = store["names"], store["rows"]
    found = dict(names)
    assert list(names) == list(found) == list(names.keys())
    assert len(names) == len(found)
    assert {key: names.get(key) for key in KEYS if key in names} == found
    assert [key for key in KEYS if names.get(key) is not None and key not in found] == []
    items = list(rows)
    assert len(rows) == len(items)
    assert [rows[at] for at in range(-len(items), 0)] == items
    for beyond in (len(items), len(items) + 1):
        with pytest.raises(IndexError):
            rows[beyond]
    return found, items


def change_names(worlds: Worlds, kind: str, key: str, value: int) -> None:
    if kind == "set":
        worlds.set("names", key, value)
    else:
        worlds.set("names", produce(lambda names: names.pop(key, None)))


def change_rows(worlds: Worlds, kind: str, at: int, value: int) -> None:
    size = len(unwrap(worlds.store)["rows"])
    if kind == "append":
        worlds.set("rows", size, value)
    elif kind == "place":
        worlds.set("rows", min(at, size), value)
    elif kind == "become":
        worlds.set("rows", reconcile([value] * at))
    elif kind == "insert":
        worlds.set("rows", produce(lambda rows: rows.insert(at, value)))
    elif kind == "reverse":
        worlds.set("rows", produce(lambda rows: rows.reverse()))
    elif size:
        worlds.set("rows", produce(lambda rows: rows.pop(min(at, size - 1))))


def steps(kinds: tuple[str, ...]) -> st.SearchStrategy[list[tuple[bool, str, int, int]]]:
    return st.lists(
        st.tuples(st.booleans(), st.sampled_from(kinds), st.integers(0, 3), st.integers(0, 3)), max_size=8
    )


@given(steps(("set", "delete")))
def test_a_dict_has_its_keys_in_each_world(changes: list[tuple[bool, str, int, int]]) -> None:
    worlds = Worlds({"names": {"a": 0, "b": 1, "c": 2}, "rows": []})
    store, seen = worlds.store, list[Any]()
    read = create_root(lambda: create_memo(lambda: whole(store)[0]))
    create_root(lambda: create_effect(lambda: seen.append([key for key in KEYS if key in store["names"]])))
    here, there = {"a": 0, "b": 1, "c": 2}, {"a": 0, "b": 1, "c": 2}

    for urgent, kind, at, value in changes:
        key = KEYS[at]
        if urgent:
            change_names(worlds, kind, key, value)
        else:
            worlds.inside(lambda kind=kind, key=key, value=value: change_names(worlds, kind, key, value))
        deletes = kind == "delete" and key in there  # what is gone inside, `produce` finds no more
        for model in (here, there) if urgent else (there,):
            if kind == "set":
                model[key] = value
            elif deletes:
                model.pop(key, None)
        assert whole(store)[0] == here == read()
        assert seen[-1] == [key for key in KEYS if key in here]
        assert worlds.inside(lambda: whole(store)[0]) == there == worlds.inside(read)
        if not any(urgent for urgent, *_ in changes):
            assert list(store["names"]) == ["a", "b", "c"]
    worlds.commit()
    assert whole(store)[0] == there == read() == unwrap(store)["names"]
    assert seen[-1] == [key for key in KEYS if key in there]


@given(steps(("set", "delete")), steps(("append", "pop", "place", "reverse")))
def test_after_a_transition_that_comes_to_nothing_the_data_tells(
    names: list[tuple[bool, str, int, int]], rows: list[tuple[bool, str, int, int]]
) -> None:
    worlds = Worlds({"names": {"a": 0, "b": 1}, "rows": [0, 1, 2]})
    store = worlds.store
    create_root(lambda: create_memo(lambda: whole(store)))
    for _, kind, at, value in names:
        worlds.inside(lambda kind=kind, at=at, value=value: change_names(worlds, kind, KEYS[at], value))
    for _, kind, at, value in rows:
        worlds.inside(lambda kind=kind, at=at, value=value: change_rows(worlds, kind, at, value))
    worlds.scope.close()
    raw = unwrap(store)
    assert whole(store) == (raw["names"], raw["rows"])


@given(steps(("append", "pop", "place", "insert", "become", "reverse")))
def test_a_list_has_its_items_in_each_world(changes: list[tuple[bool, str, int, int]]) -> None:
    worlds = Worlds({"names": {}, "rows": [0, 1, 2]})
    store = worlds.store
    read = create_root(lambda: create_memo(lambda: whole(store)[1]))

    for urgent, kind, at, value in changes:
        if urgent:
            change_rows(worlds, kind, at, value)
        else:
            before = whole(store)[1]
            worlds.inside(lambda kind=kind, at=at, value=value: change_rows(worlds, kind, at, value))
            assert whole(store)[1] == before
        assert whole(store)[1] == read()
        assert worlds.inside(lambda: whole(store)[1]) == unwrap(store)["rows"] == worlds.inside(read)
    worlds.commit()
    assert whole(store)[1] == unwrap(store)["rows"] == read()
