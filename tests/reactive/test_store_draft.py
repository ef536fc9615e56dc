"""Inside `produce`: data is changed as if it were plain, and each change is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayfare.reactive import create_effect, create_root, create_store, produce, unwrap
from wayfare.reactive.store_property import set_property


@dataclass
class Todo:
    id: int
    done: bool = False

    def toggle(self) -> None:
        self.done = not self.done

    @property
    def open(self) -> bool:
        return not self.done

    @open.setter
    def open(self, value: bool) -> None:
        self.done = not value


def amend(data: Any, change: Callable[[Any], object]) -> Any:
    """`data`, changed in a store; what somebody saw of it who reads it all is the same."""
    store, set_store = create_store(data)
    seen: list[str] = []

    def read(dispose: Callable[[], None]) -> Callable[[], None]:
        create_effect(lambda: seen.append(everything(store)))
        return dispose

    dispose = create_root(read)
    set_store(produce(change))
    dispose()
    assert seen[-1] == everything(unwrap(store))
    return unwrap(store)


def everything(value: Any) -> str:
    """All that there is in `value`, read one by one."""
    if isinstance(value, Todo):
        return f"{value.id} {value.done}"
    if hasattr(value, "keys"):
        return str({key: everything(value[key]) for key in value})
    return str([everything(item) for item in value]) if hasattr(value, "__iter__") else str(value)


def test_methods_and_properties_change_what_is_read() -> None:
    def change(state: Any) -> None:
        state["first"].toggle()
        state["second"].open = False
        assert (state["first"].open, state["second"].done) == (False, True)

    data = amend({"first": Todo(1), "second": Todo(2)}, change)
    assert data == {"first": Todo(1, True), "second": Todo(2, True)}


def test_records_are_found_by_value_and_by_what_was_read() -> None:
    def change(rows: Any) -> None:
        assert Todo(2) in rows
        assert isinstance(rows[0], Todo)
        rows.remove(rows[1])
        rows.remove(Todo(3))
        assert rows == [Todo(1)]

    assert amend([Todo(1), Todo(2), Todo(3)], change) == [Todo(1)]


def test_lists_and_dicts_are_joined_and_copied() -> None:
    def change(state: Any) -> None:
        state["rows"] += [2]
        state["rows"] = state["rows"] + [3]
        state["rows"] = [0] + state["rows"].copy()  # noqa: RUF005
        state["twice"] *= 2
        state["by"] |= {"b": 2}
        state["by"] = {"z": 0} | (state["by"] | {"c": 3})
        assert state["by"].copy() == {"z": 0, "a": 1, "b": 2, "c": 3}
        assert state["by"].popitem() == ("c", 3)
        state["gone"].clear()
        with pytest.raises(KeyError):
            state["gone"].popitem()
        assert (repr(state["rows"]), repr(state["by"])) == ("[0, 1, 2, 3]", "{'z': 0, 'a': 1, 'b': 2}")

    data = amend({"rows": [1], "twice": [1], "by": {"a": 1}, "gone": {"a": 1, "b": 2}}, change)
    assert data == {"rows": [0, 1, 2, 3], "twice": [1, 1], "by": {"z": 0, "a": 1, "b": 2}, "gone": {}}


@given(
    st.lists(st.integers(0, 3), max_size=5),
    st.lists(
        st.tuples(
            st.sampled_from(("insert", "pop", "del", "set", "slice", "reverse", "sort", "clear")),
            st.integers(-6, 6),
        ),
        max_size=5,
    ),
)
def test_a_list_changes_as_a_plain_one_does(items: list[int], changes: list[tuple[str, int]]) -> None:
    def change(rows: Any) -> list[object]:
        outcomes: list[object] = []
        for kind, at in changes:
            try:
                outcomes.append(step(rows, kind, at))
            except IndexError:
                outcomes.append(IndexError)
        return outcomes

    def step(rows: Any, kind: str, at: int) -> object:
        if kind == "insert":
            return rows.insert(at, 9)
        if kind == "pop":
            return rows.pop(at)
        if kind == "del":
            del rows[at]
        elif kind == "set":
            rows[at] = 8
        elif kind == "slice":
            rows[at : at + 2] = [7, 7, 7]
        else:
            getattr(rows, kind)()
        return None

    plain = list(items)
    expected = change(plain)
    outcomes: list[list[object]] = []
    assert amend(items, lambda rows: outcomes.append(change(rows))) == plain
    assert outcomes == [expected]


@pytest.mark.parametrize(
    ("change", "most"),
    [
        (lambda rows: rows.pop(), 1),
        (lambda rows: rows.append(0), 1),
        (lambda rows: rows.__setitem__(5, 0), 1),
        (lambda rows: rows.insert(990, 0), 11),
        (lambda rows: rows.clear(), 1),
        (lambda rows: rows.reverse(), 1000),
    ],
)
def test_a_change_looks_at_what_it_moves_alone(
    change: Callable[[Any], object], most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[object] = []

    def counted(raw: Any, key: Any, value: Any) -> None:
        told.append(key)
        set_property(raw, key, value)

    monkeypatch.setattr("wayfare.reactive.store_draft.set_property", counted)
    _, set_store = create_store(list(range(1000)))
    set_store(produce(change))
    assert len(told) <= most
