"""What has been disposed of, or read no longer, keeps nothing alive."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable

from wayfare.reactive import (
    create_effect,
    create_memo,
    create_root,
    create_signal,
    create_store,
    get_owner,
    map_array,
    on_cleanup,
    produce,
)
from wayfare.reactive.store import wrappers


class Thing:
    """Something that can be told to be gone."""


def test_disposal_lets_go_of_functions_and_values() -> None:
    count, set_count = create_signal(0)

    def build(dispose: Callable[[], None]) -> tuple[Callable[[], None], list[weakref.ref[object]]]:
        thing = Thing()
        value = Thing()
        create_effect(lambda: (count(), thing))
        create_memo(lambda: (count(), thing))
        on_cleanup(lambda: thing)
        owner = get_owner()
        assert owner is not None
        create_effect(lambda: value if count() else None)
        return dispose, [weakref.ref(thing), weakref.ref(value), weakref.ref(owner)]

    dispose, refs = create_root(build)
    set_count(1)
    assert all(ref() is not None for ref in refs)
    dispose()
    del dispose
    gc.collect()
    assert [ref() for ref in refs] == [None, None, None]
    assert not count.__self__.observers  # type: ignore[attr-defined]


def test_what_a_run_made_goes_with_the_next_run() -> None:
    count, set_count = create_signal(0)
    refs: list[weakref.ref[Thing]] = []

    def effect() -> None:
        count()
        thing = Thing()
        refs.append(weakref.ref(thing))
        create_memo(lambda: thing)

    create_root(lambda: create_effect(effect))
    set_count(1)
    set_count(2)
    gc.collect()
    assert [ref() is None for ref in refs] == [True, True, False]


def test_a_graph_that_nobody_holds_goes() -> None:
    def build() -> weakref.ref[Thing]:
        count, _ = create_signal(0)
        thing = Thing()
        create_effect(lambda: (count(), thing))
        return weakref.ref(thing)

    ref = create_root(build)
    gc.collect()
    assert ref() is None


def test_rows_that_have_gone_keep_nothing() -> None:
    refs: list[weakref.ref[Thing]] = []
    items, set_items = create_signal([1, 2, 3])

    def row(item: int) -> None:
        thing = Thing()
        refs.append(weakref.ref(thing))
        create_effect(lambda: (item, thing))

    create_root(lambda: create_memo(map_array(items, row)))
    set_items([2])
    gc.collect()
    assert [ref() is None for ref in refs] == [True, False, True]


def test_a_store_remembers_nothing_of_data_that_has_gone() -> None:
    store, set_store = create_store({"rows": [{"id": n} for n in range(10)]})
    seen: list[int] = []
    create_root(lambda: create_effect(lambda: seen.append(sum(row["id"] for row in store["rows"]))))
    before = len(wrappers)
    assert before >= 12
    set_store(produce(lambda state: state["rows"].clear()))
    gc.collect()
    assert seen == [45, 0]
    assert len(wrappers) <= before - 10


def test_signals_made_and_dropped_do_not_stay_in_what_reads_others() -> None:
    count, set_count = create_signal(0)
    refs: list[weakref.ref[Thing]] = []

    def effect() -> None:
        count()
        thing = Thing()
        refs.append(weakref.ref(thing))
        read, _ = create_signal(thing)
        read()

    create_root(lambda: create_effect(effect))
    for turn in range(5):
        set_count(turn + 1)
    gc.collect()
    assert sum(ref() is not None for ref in refs) == 1
