"""Stores, written: along paths, with produce, with reconcile."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reactive_program import Answers, Program, settle

from wayfare.errors import UsageError
from wayfare.reactive import (
    create_effect,
    create_memo,
    create_render_effect,
    create_resource,
    create_root,
    create_signal,
    create_store,
    create_suspense,
    produce,
    reconcile,
    start_transition,
    unwrap,
)


@dataclass
class Todo:
    id: int
    done: bool = False


def test_paths() -> None:
    store, set_store = create_store({"rows": [{"n": 1}, {"n": 2}, {"n": 3}], "by": {"a": 1, "b": 2}})
    set_store("rows", 0, "n", lambda n: n + 10)
    set_store("rows", [0, 2], "n", lambda n: n * 2)
    set_store("rows", slice(1, None), {"seen": True})
    set_store("rows", range(0, 3, 2), "even", True)
    set_store("rows", lambda row, index: index == 1 and row["n"] == 2, "n", 0)
    set_store("rows", -1, "last", True)
    set_store("by", lambda _value, key: key == "b", 20)
    assert unwrap(store) == {
        "rows": [
            {"n": 22, "even": True},
            {"n": 0, "seen": True},
            {"n": 6, "seen": True, "even": True, "last": True},
        ],
        "by": {"a": 1, "b": 20},
    }


def test_dicts_merge_and_the_rest_replaces() -> None:
    store, set_store = create_store({"user": {"a": 1, "b": 2}, "rows": [1, 2, 3]})
    set_store("user", {"b": 3, "c": 4})
    set_store({"rows": [9]})
    set_store(lambda state: {"n": len(state["rows"])})
    assert unwrap(store) == {"user": {"a": 1, "b": 3, "c": 4}, "rows": [9], "n": 1}


def test_a_list_as_the_root() -> None:
    store, set_store = create_store([1, 2, 3])
    set_store([4, 5])
    set_store(lambda rows: [*rows, 6])
    set_store(0, 0)
    assert store == [0, 5, 6]
    with pytest.raises(UsageError, match="takes a list"):
        set_store({"a": 1})


def test_a_record_as_the_root() -> None:
    store, set_store = create_store(Todo(1))
    set_store({"done": True})
    assert store.done
    set_store(Todo(2))
    assert (store.id, store.done) == (2, False)
    with pytest.raises(UsageError, match="its fields in a dict"):
        set_store([1])


def test_a_path_into_nothing_says_where() -> None:
    _, set_store = create_store({"user": {"name": "Ann"}})
    with pytest.raises(UsageError, match="'user' -> 'address' of a store leads to nothing"):
        set_store("user", "address", "street", "High Street")
    with pytest.raises(UsageError, match="leads to 'Ann'"):
        set_store("user", "name", "first", "A")


def test_one_setter_call_is_one_flush() -> None:
    store, set_store = create_store({"a": 1, "b": 2})
    seen: list[tuple[int, int]] = []
    create_root(lambda: create_effect(lambda: seen.append((store["a"], store["b"]))))
    set_store({"a": 10, "b": 20})
    set_store(produce(lambda s: s.update(a=0, b=0)))
    assert seen == [(1, 2), (10, 20), (0, 0)]


def test_produce_changes_in_place() -> None:
    store, set_store = create_store({"rows": [3, 1, 2], "todo": Todo(1), "x": {"y": 1}})

    def change(state: Any) -> None:
        state["rows"].sort()
        state["rows"].insert(0, 0)
        state["rows"][1:3] = [7, 8, 9]
        del state["rows"][0]
        state["todo"].done = True
        state["x"]["z"] = state["x"].pop("y")
        state["alias"] = state["x"]
        with pytest.raises(KeyError):
            del state["nothing"]
        assert len(state["rows"]) == 4
        assert state["rows"][0:1] == [7]

    set_store(produce(change))
    assert unwrap(store) == {
        "rows": [7, 8, 9, 3],
        "todo": Todo(1, True),
        "x": {"z": 1},
        "alias": {"z": 1},
    }
    assert unwrap(store)["alias"] is unwrap(store)["x"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(0, 5) | st.sampled_from("abc"),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["a", "b", "c", "id"]), inner, max_size=4)
    ),
    max_leaves=14,
)


@given(
    st.dictionaries(st.sampled_from("abc"), JSON, max_size=3),
    st.dictionaries(st.sampled_from("abc"), JSON, max_size=3),
)
def test_reconcile_reaches_the_new_value_and_readers_see_it(old: Any, new: Any) -> None:
    old, new = copy.deepcopy(old), copy.deepcopy(new)
    store, set_store = create_store({"data": old})
    seen: list[Any] = []

    def deep(value: Any) -> Any:
        if isinstance(value, (str, int, type(None))):
            return value
        if hasattr(value, "items"):
            return {key: deep(value[key]) for key in value}
        return [deep(item) for item in value]

    create_root(lambda: create_effect(lambda: seen.append(deep(store["data"]))))
    set_store("data", reconcile(copy.deepcopy(new)))
    assert unwrap(store)["data"] == new
    assert seen[-1] == new
    set_store("data", reconcile(copy.deepcopy(old), key=None))
    assert seen[-1] == old


def test_reconcile_keeps_rows_by_key_and_touches_only_what_differs() -> None:
    store, set_store = create_store({"rows": [{"id": n, "n": n} for n in range(4)]})
    rows = list(store["rows"])
    runs: list[int] = []

    def build() -> None:
        for row in rows:
            create_effect(lambda row=row: runs.append(row["id"]) or row["n"])

    create_root(build)
    runs.clear()
    set_store("rows", reconcile([{"id": 3, "n": 3}, {"id": 1, "n": 100}, {"id": 9, "n": 9}]))
    assert runs == [1]
    assert store["rows"][0] is rows[3]
    assert store["rows"][1] is rows[1]
    assert len(store["rows"]) == 3


def test_reconcile_with_another_key_and_records() -> None:
    store, set_store = create_store({"rows": [Todo(1), Todo(2)]})
    first = store["rows"][0]
    set_store("rows", reconcile([Todo(2), Todo(1, True)]))
    assert store["rows"][1] is first
    assert first.done
    named, set_named = create_store({"rows": [{"name": "a", "n": 1}, {"name": "b", "n": 2}]})
    b = named["rows"][1]
    set_named("rows", reconcile([{"name": "b", "n": 3}], key="name"))
    assert named["rows"][0] is b


def test_reconcile_merge_goes_by_position_without_keys() -> None:
    store, set_store = create_store({"rows": [{"n": 1}, {"n": 2}]})
    first = store["rows"][0]
    set_store("rows", reconcile([{"n": 5}], merge=True))
    assert store["rows"][0] is first
    assert unwrap(store) == {"rows": [{"n": 5}]}


def test_reconcile_of_the_root_and_of_what_is_no_container() -> None:
    store, set_store = create_store({"a": 1, "b": {"c": 1}})
    set_store(reconcile({"b": {"c": 2}}))
    assert unwrap(store) == {"b": {"c": 2}}
    set_store("b", reconcile(5))
    set_store("b", reconcile([1]))
    assert unwrap(store) == {"b": [1]}


def test_deep_data_needs_no_recursion() -> None:
    def deep(end: int) -> Any:
        value: Any = {"end": end}
        for _ in range(5_000):
            value = {"id": 1, "in": value}
        return value

    store, set_store = create_store({"data": deep(1)})
    set_store("data", reconcile(deep(2)))
    at: Any = unwrap(store)["data"]
    while "in" in at:
        at = at["in"]
    assert at == {"end": 2}


@pytest.mark.anyio
async def test_a_store_has_two_worlds_while_a_transition_is_pending(
    program: Program, answers: Answers
) -> None:
    store, set_store = create_store({"n": 1, "m": 1})
    name, set_name = create_signal("a")
    seen: list[Any] = []

    def build() -> None:
        resource, _ = create_resource(name, answers.fetch)
        view = create_suspense(lambda: create_memo(resource), lambda: lambda: None)
        create_render_effect(lambda: view()())
        create_effect(lambda: seen.append(store["n"]))

    program.root(build)
    await answers.give("a", 1)
    start_transition(lambda: (set_name("b"), set_store({"n": 2, "m": 2})), scope=program.scope)
    await settle()
    assert (store["n"], store["m"]) == (1, 1)
    await answers.give("b", 1)
    assert (store["n"], store["m"]) == (2, 2)
    assert seen == [1, 2]


def test_items_without_the_key_are_matched_in_order() -> None:
    store, set_store = create_store({"columns": [{"name": "a", "cards": [1]}, {"name": "b", "cards": [2]}]})
    first, second = store["columns"]
    set_store("columns", reconcile([{"name": "a", "cards": [1]}, {"name": "c", "cards": []}]))
    assert store["columns"][0] is first
    assert store["columns"][1] is second
    assert (second["name"], list(second["cards"])) == ("c", [])


def test_without_a_key_items_are_matched_by_identity() -> None:
    store, set_store = create_store({"rows": [{"n": 1}, {"n": 2}]})
    second = store["rows"][1]
    set_store("rows", reconcile([unwrap(second), {"n": 3}], key=None))
    assert store["rows"][0] is second


def test_what_a_setters_function_is_shown_subscribes_nobody() -> None:
    store, set_store = create_store({"n": 0, "rows": [{"n": 1}, {"n": 5}], "by": {"a": {"n": 0}}})
    price, set_price = create_store({"of": {"one": 1}})
    step, set_step = create_signal(1)
    runs: list[int] = []

    def advance() -> None:
        runs.append(step())
        set_store(lambda state: {"n": state["n"] + price["of"]["one"]})
        set_store("rows", lambda row: row["n"] >= 5, "n", lambda n: n + step())
        set_store("by", lambda by: {"a": {"n": by["a"]["n"] + 1}})

    create_root(lambda: create_effect(advance))
    set_step(2)
    set_store("rows", 1, "n", 10)
    assert runs == [1, 2]
    assert unwrap(store) == {"n": 2, "rows": [{"n": 1}, {"n": 10}], "by": {"a": {"n": 2}}}
    set_price("of", "one", 3)
    assert runs == [1, 2, 2]


def test_a_memo_that_a_setters_function_asks_subscribes_as_ever() -> None:
    store, set_store = create_store({"n": 1, "double": 0})
    other, set_other = create_signal(1)

    def build() -> None:
        double = create_memo(lambda: store["n"] * 2 * other())

        def follow() -> None:
            other()
            set_store(lambda state: {"double": state["double"] * 0 + double()})

        create_effect(follow)

    create_root(build)
    set_other(2)
    set_store("n", 5)
    assert store["double"] == 20


def test_a_place_that_is_not_there_is_an_error_that_says_what_is() -> None:
    store, set_store = create_store({"rows": [1, 2], "todo": Todo(1)})
    for place in (3, -3, "first"):
        with pytest.raises(UsageError, match="it has 2 items, and index 2 adds one"):
            set_store("rows", place, 0)
    with pytest.raises(UsageError, match="a Todo in a store has no 'dnoe'; there is 'id', 'done'"):
        set_store("todo", {"dnoe": True})
    set_store("rows", 2, 3)
    assert store["rows"] == [1, 2, 3]


def test_reconcile_of_data_that_refers_to_itself_ends() -> None:
    def family(name: str) -> dict[str, Any]:
        parent: dict[str, Any] = {"id": 1, "name": name}
        parent["children"] = [{"id": 2, "parent": parent}, {"id": 3, "parent": parent}]
        return parent

    store, set_store = create_store(family("Ann"))
    set_store(reconcile(family("Bob")))
    assert store["name"] == "Bob"
    assert store["children"][1]["parent"] is store
