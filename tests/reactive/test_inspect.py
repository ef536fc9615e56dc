"""Looking at the graph costs nothing while nobody does, and changes nothing."""

from __future__ import annotations

import pytest

from wayfare.errors import UsageError
from wayfare.reactive import (
    catch_error,
    create_computed,
    create_effect,
    create_memo,
    create_owner,
    create_render_effect,
    create_root,
    create_signal,
    get_owner,
    graph,
)
from wayfare.reactive.inspect import Event, snapshot, statistics, watch


def build_page() -> tuple[object, object]:
    price, set_price = create_signal(10, name="price")

    def build() -> object:
        create_owner(name="card")
        taxed = create_memo(lambda: price() + 2, name="taxed")
        create_computed(lambda: None, name="nothing")
        create_render_effect(lambda: taxed(), name="show")
        create_effect(lambda: (taxed(), price()), name="log")
        catch_error(lambda: create_memo(lambda: 1 // 0, name="broken"), lambda _: None)
        return get_owner()

    return create_root(build, name="page"), set_price


def test_a_snapshot_shows_the_tree_and_what_reads_what() -> None:
    owner, _ = build_page()
    shot = snapshot(owner)  # type: ignore[arg-type]
    assert shot.complete
    assert shot.to_text().splitlines() == [
        "owner page (clean)",
        "  owner card (clean)",
        "  memo taxed = 12 (clean) reads price",
        "  computed nothing (clean)",
        "  render effect show (clean) reads taxed",
        "  effect log (clean) reads taxed, price",
        "  owner catch_error (clean)",
        "    memo broken = None (failed)",
    ]
    (price,) = shot.by_name("price")
    assert (price.kind, price.value, price.readers) == ("signal", "10", 2)


def test_a_snapshot_is_bounded() -> None:
    owner, _ = build_page()
    shot = snapshot(owner, limit=3)  # type: ignore[arg-type]
    assert len(shot.nodes) == 3
    assert not shot.complete


def test_values_are_shown_short_and_a_bad_repr_is_no_harm() -> None:
    class Bad:
        def __repr__(self) -> str:
            raise ValueError

    def build() -> list[str]:
        create_memo(lambda: "x" * 500, name="long")
        create_memo(lambda: Bad(), name="bad")
        return [node.value for node in snapshot().nodes]

    _, long, bad = create_root(build)
    assert len(long) == 60
    assert bad == "<repr raised ValueError>"


def test_statistics_count() -> None:
    owner, _ = build_page()
    found = statistics(owner)  # type: ignore[arg-type]
    assert (found.owners, found.memos, found.computeds, found.render_effects, found.effects) == (
        3,
        2,
        1,
        1,
        1,
    )
    assert (found.signals, found.links, found.failed, found.waiting, found.depth) == (1, 4, 1, 0, 2)
    with pytest.raises(UsageError, match="no owner here"):
        statistics()


def test_why_something_ran() -> None:
    _, set_price = build_page()
    events: list[Event] = []
    with watch(on_event=events.append) as history:
        set_price(20)  # type: ignore[operator]
    assert history.why("log") == "log ran because taxed changed, because price was written"
    assert history.why("nobody") == "nobody has not run while it was watched"
    assert list(history.run_counts()) == ["taxed", "show", "log"]
    assert [event.what for event in events][:3] == ["written", "ran", "changed"]
    assert graph.observer is None
    assert not graph.watched


def test_who_wrote() -> None:
    a, set_a = create_signal(0, name="a")
    b, set_b = create_signal(0, name="b")

    def build() -> None:
        create_effect(lambda: set_b(a() + 1), name="copies")
        create_effect(lambda: b(), name="reads")

    create_root(build)
    with watch() as history:
        set_a(5)
        create_root(lambda: create_effect(lambda: None, name="new"))
    assert history.why("reads") == "reads ran because b was written by copies"
    assert history.why("new") == "new ran for the first time, or because it was asked to"


def test_what_is_remembered_is_bounded() -> None:
    a, set_a = create_signal(0, name="a")
    create_root(lambda: create_effect(lambda: a(), name="reads"))
    with watch(limit=5) as history:
        for turn in range(100):
            set_a(turn + 1)
    assert len(history.events) == 5
