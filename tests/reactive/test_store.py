"""Stores, read: each reader runs for exactly what it read."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import pytest

from wayfare.errors import UsageError
from wayfare.reactive import (
    create_effect,
    create_memo,
    create_root,
    create_store,
    map_array,
    produce,
    untrack,
    unwrap,
)


@dataclass
class Person:
    first: str
    last: str
    tags: list[str] = field(default_factory=list)

    @property
    def full(self) -> str:
        return f"{self.first} {self.last}"

    def greet(self) -> str:
        return f"Hi {self.first}"


@dataclass(frozen=True)
class Point:
    x: int


def watch(read: Callable[[], Any]) -> list[Any]:
    seen: list[Any] = []
    create_root(lambda: create_effect(lambda: seen.append(read())))
    return seen


def test_only_what_was_read_counts() -> None:
    store, set_store = create_store({"a": {"n": 1}, "b": {"n": 2}})
    a = watch(lambda: store["a"]["n"])
    b = watch(lambda: store["b"]["n"])
    set_store("a", "n", 5)
    set_store("a", "other", 1)
    assert (a, b) == ([1, 5], [2])


def test_equal_values_are_no_change() -> None:
    store, set_store = create_store({"n": 1, "t": (1, 2)})
    seen = watch(lambda: (store["n"], store["t"]))
    set_store({"n": 1, "t": (1, 2)})
    set_store("n", 1.0)
    assert seen == [(1, (1, 2)), (1.0, (1, 2))]


def test_keys_lengths_and_membership_are_tracked() -> None:
    store, set_store = create_store({"a": 1})
    keys = watch(lambda: list(store))
    sizes = watch(lambda: len(store))
    has_b = watch(lambda: "b" in store)
    got = watch(lambda: store.get("b", "none"))
    set_store("b", 2)
    set_store(produce(lambda state: state.pop("a")))
    assert keys == [["a"], ["a", "b"], ["b"]]
    assert sizes[-1] == 1
    assert has_b == [False, True]
    assert got == ["none", 2]


def test_lists_read_like_lists() -> None:
    store, set_store = create_store([3, 1, 2])
    assert list(store) == [3, 1, 2]
    assert store[-1] == 2
    assert store[0:2] == [3, 1]
    assert 1 in store
    assert store == [3, 1, 2]
    with pytest.raises(IndexError, match="index 9"):
        store[9]
    total = watch(lambda: sum(store))
    length = watch(lambda: len(store))
    first = watch(lambda: store[0])
    set_store(produce(lambda rows: rows.append(4)))
    set_store(1, 10)
    assert total == [6, 10, 19]
    assert length == [3, 4]
    assert first == [3]


def test_dataclasses_read_like_themselves() -> None:
    person, set_person = create_store(Person("Ann", "Lee", ["a"]))
    assert isinstance(person, Person)
    full = watch(lambda: person.full)
    greeting = watch(lambda: person.greet())
    tags = watch(lambda: list(person.tags))
    set_person("last", "Ray")
    set_person("tags", produce(lambda tags: tags.append("b")))
    assert full == ["Ann Lee", "Ann Ray"]
    assert greeting == ["Hi Ann"]
    assert tags == [["a"], ["a", "b"]]
    assert person == Person("Ann", "Ray", ["a", "b"])
    with pytest.raises(AttributeError):
        _ = person.missing  # type: ignore[attr-defined]


def test_a_store_is_not_written_directly() -> None:
    person, _ = create_store(Person("Ann", "Lee"))
    with pytest.raises(UsageError, match="by its setter"):
        person.first = "Bob"
    rows, _ = create_store({"n": 1})
    with pytest.raises(TypeError):
        rows["n"] = 2


def test_what_is_frozen_or_foreign_is_a_plain_value() -> None:
    point, at = Point(1), object()
    store, set_store = create_store({"point": point, "at": at, "set": {1}})
    assert store["point"] is point
    assert store["at"] is at
    with pytest.raises(UsageError, match="use create_signal"):
        create_store(point)
    with pytest.raises(UsageError, match="path and a value"):
        set_store()


def test_the_same_data_has_one_wrapper_and_unwraps_to_itself() -> None:
    inner = {"n": 1}
    store, set_store = create_store({"one": inner, "two": inner})
    assert store["one"] is store["two"]
    assert unwrap(store["one"]) is inner
    set_store("three", store["one"])
    assert unwrap(store)["three"] is inner
    assert unwrap([store["one"], {"deep": store["two"]}]) == [inner, {"deep": inner}]
    assert json.dumps(unwrap(store)["one"]) == '{"n": 1}'
    assert unwrap(5) == 5


def test_data_that_refers_to_itself_unwraps() -> None:
    raw: dict[str, Any] = {}
    raw["self"] = raw
    store, _ = create_store(raw)
    assert store["self"] is store
    assert unwrap({"x": store})["x"] is raw


def test_a_wrapper_in_a_memo_counts_by_what_it_stands_for() -> None:
    store, set_store = create_store({"rows": [{"n": 1}, {"n": 1}], "at": 0})
    row = create_root(lambda: create_memo(lambda: store["rows"][store["at"]]))
    seen = watch(lambda: row()["n"])
    set_store("at", 1)
    set_store("rows", 1, "n", 5)
    assert seen == [1, 1, 5]


@pytest.mark.parametrize(
    "make", [lambda: {"n": 1}, lambda: [1], lambda: Person("A", "B")], ids=["dict", "list", "record"]
)
def test_so_does_one_in_a_list(make: Callable[[], Any]) -> None:
    store, set_store = create_store({"rows": [make(), make()], "at": 0})
    seen: list[Any] = []
    chosen = create_root(lambda: create_memo(lambda: [store["rows"][store["at"]]]))
    create_root(lambda: create_effect(lambda: seen.append(chosen()[0])))
    set_store("at", 1)
    assert [part is row for part, row in zip(seen, store["rows"], strict=True)] == [True, True]


def test_rows_of_a_store_map_by_identity() -> None:
    store, set_store = create_store({"rows": [{"id": 1}, {"id": 2}]})
    made: list[int] = []
    rows = create_root(
        lambda: create_memo(map_array(lambda: store["rows"], lambda row: made.append(row["id"]) or row))
    )
    set_store("rows", produce(lambda rows: rows.reverse()))
    assert [row["id"] for row in rows()] == [2, 1]
    assert made == [1, 2]


def test_reads_outside_of_a_computation_make_no_signals() -> None:
    store, _ = create_store({"n": 1})
    assert untrack(lambda: store["n"]) == 1
    assert object.__getattribute__(store, "_nodes") is None
    assert repr(store) == "store({'n': 1})"


@dataclass(order=True)
class Track:
    length: int
    show: Callable[[int], str] = str
    played: list[int] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.length} s"

    def __len__(self) -> int:
        return self.length

    @staticmethod
    def minutes(seconds: int) -> int:
        return seconds // 60

    @classmethod
    def silence(cls) -> Track:
        return cls(0)


def shout(length: int) -> str:
    return f"{length}!"


@dataclass
class Loud(Track):
    show: Callable[[int], str] = shout


def test_a_record_reads_like_its_class_says() -> None:
    track, set_track = create_store(Loud(90))
    other, _ = create_store(Loud(80))
    assert (track.show(1), track.minutes(120), track.silence()) == ("1!", 2, Loud(0))
    assert sorted([track, other])[0] is other
    shown = watch(lambda: (str(track), f"{track}", len(track), track == Loud(90)))
    set_track("length", 60)
    assert shown == [("90 s", "90 s", 90, True), ("60 s", "60 s", 60, False)]
    assert replace(track, length=1) == Loud(1)
    assert asdict(track) == {"length": 60, "show": shout, "played": []}


def test_a_struct_compares_tracked() -> None:
    msgspec = pytest.importorskip("msgspec")
    point = msgspec.defstruct("point", [("x", int)])
    store, set_store = create_store(point(1))
    same = watch(lambda: store == point(1))
    set_store("x", 2)
    assert same == [True, False]


def test_lists_and_dicts_are_joined_and_copied_as_plain_ones() -> None:
    store, set_store = create_store({"rows": [1], "by": {"a": 1}})
    set_store("rows", lambda rows: rows + [2])  # noqa: RUF005 - one of two ways to write it
    set_store("rows", lambda rows: [0] + rows)  # noqa: RUF005
    set_store("by", lambda by: {"z": 0} | (by | {"b": 2}))
    assert unwrap(store) == {"rows": [0, 1, 2], "by": {"a": 1, "z": 0, "b": 2}}
    assert type(store["rows"].copy()) is list
    assert type(store["by"].copy()) is dict
    with pytest.raises(UsageError, match="extend"):
        store["rows"] += [3]
    with pytest.raises(UsageError, match="update"):
        store["by"] |= {"c": 3}


def test_a_copy_is_plain_data_however_many_read_the_store() -> None:
    store, _ = create_store({"track": Track(1), "rows": [{"n": 1}]})
    watch(lambda: (store["track"].length, store["rows"][0]["n"]))
    plain = unwrap(store)
    for other in (copy.deepcopy(store), pickle.loads(pickle.dumps(store))):
        assert type(other) is dict
        assert type(other["rows"][0]) is dict
        assert type(other["track"]) is Track
        assert other == plain
        assert other["rows"] is not plain["rows"]
    assert type(copy.copy(store)) is dict
    assert type(copy.copy(store["track"])) is Track
    assert type(copy.deepcopy(store["track"])) is Track


class _Array:
    """As numpy's: `==` gives no bool."""

    def __eq__(self, other: object) -> Any:
        raise ValueError("ambiguous")

    __hash__ = None  # type: ignore[assignment]


def test_values_that_cannot_be_compared_count_as_changed() -> None:
    store, set_store = create_store({"data": _Array()})
    seen = watch(lambda: store["data"])
    set_store("data", _Array())
    assert len(seen) == 2


def test_who_stops_early_has_read_no_further() -> None:
    store, set_store = create_store({"rows": [1, 2, 3, 4]})
    seen = [
        watch(lambda: 1 in store["rows"]),
        watch(lambda: next(iter(store["rows"]))),
        watch(lambda: any(row == 2 for row in store["rows"])),
        watch(lambda: list(store["rows"])),
    ]
    set_store("rows", 3, 9)
    assert [len(each) for each in seen] == [1, 1, 1, 2]
    set_store("rows", 4, 5)
    assert seen[3][-1] == [1, 2, 3, 9, 5]
