"""Looking at the graph costs nothing while nobody does, and changes nothing."""

from __future__ import annotations

import logging
import re

import pytest

from wayfare.errors import UsageError
from wayfare.html import Node, div
from wayfare.reactive import (
    batch,
    catch_error,
    create_computed,
    create_effect,
    create_memo,
    create_owner,
    create_render_effect,
    create_root,
    create_signal,
    get_owner,
    now,
)
from wayfare.reactive.inspect import Event, snapshot, statistics, watch
from wayfare.render import mount_root


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
    assert re.fullmatch(
        r"log ran because taxed changed, because price was written at test_inspect.py:\d+ in test_why_\w+",
        history.why("log"),
    )
    assert history.why() == history.why("log")
    assert history.why("nobody") == "nobody has not run while it was watched; what ran: taxed, show, log"
    assert list(history.run_counts()) == ["taxed", "show", "log"]
    assert [event.what for event in events][:3] == ["written", "ran", "changed"]
    assert now.observer is None
    assert not now.watched


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
    assert history.why("reads").startswith("reads ran because b was written by copies at test_inspect.py:")
    assert history.why("new") == "new ran for the first time, or because it was asked to"


def test_what_is_remembered_is_bounded() -> None:
    a, set_a = create_signal(0, name="a")
    create_root(lambda: create_effect(lambda: a(), name="reads"))
    with watch(limit=5) as history:
        for turn in range(100):
            set_a(turn + 1)
    assert len(history.events) == 5


def test_what_has_no_name_is_called_by_its_variable_and_its_place() -> None:
    count, set_count = create_signal(0)

    def build() -> None:
        double = create_memo(lambda: count() * 2)
        create_effect(lambda: double())

    create_root(build)
    line = build.__code__.co_firstlineno + 1
    with watch() as history:
        set_count(1)
    assert history.events[0].name == "count"
    assert list(history.run_counts()) == [
        f"lambda at test_inspect.py:{line}",
        f"lambda at test_inspect.py:{line + 1}",
    ]
    assert "because count was written at test_inspect.py:" in history.why(f"test_inspect.py:{line + 1}")


class Counter:
    def __init__(self) -> None:
        self.count, self.set_count = create_signal(0)


def test_a_signal_that_an_object_holds_is_called_by_both() -> None:
    counter = Counter()
    create_root(lambda: create_effect(lambda: counter.count()))
    with watch() as history:
        counter.set_count(1)
    assert history.events[0].name == "counter.count"


def test_parts_of_a_page_are_called_by_what_they_are_and_where() -> None:
    count, set_count = create_signal(0)

    def page() -> Node:
        return div(title=lambda: str(count()))[lambda: f"{count()} clicks"]

    line = page.__code__.co_firstlineno + 1
    mounted = create_root(lambda: mount_root(page, lambda _: None))
    with watch() as history:
        set_count(1)
    mounted.dispose()
    assert sorted(history.run_counts()) == [
        f"text at test_inspect.py:{line}",
        f"title at test_inspect.py:{line}",
    ]


def test_a_report_says_what_runs_most_and_why() -> None:
    level, set_level = create_signal(0, name="level")

    def build() -> None:
        for _ in range(3):
            create_effect(lambda: level(), name="gauge")
        create_effect(lambda: level(), name="log")

    create_root(build)
    with watch() as history:
        set_level(1)
    first, second = history.report().splitlines()
    assert first.startswith("    3 × gauge ran because level was written at test_inspect.py:")
    assert second.startswith("    1 × log ran")
    assert history.to_text().splitlines()[1:] == ["  gauge ran, 3 times", "  log ran"]
    assert history.report(most=1) == first


def test_watching_goes_on_until_it_is_stopped() -> None:
    level, set_level = create_signal(0, name="level")
    create_root(lambda: create_effect(lambda: level(), name="gauge"))
    history = watch()
    assert history.report() == "nothing has run"
    set_level(1)
    history.stop()
    set_level(2)
    assert [event.what for event in history.events] == ["written", "ran"]
    assert now.observer is None


def test_a_snapshot_says_where() -> None:
    def build() -> str:
        create_memo(lambda: 1, name="one")
        return snapshot().by_name("one")[0].where

    assert create_root(build) == f"test_inspect.py:{build.__code__.co_firstlineno + 1}"


def test_a_memo_that_came_to_the_same_value_is_no_reason() -> None:
    price, set_price = create_signal(1, name="price")
    clock, set_clock = create_signal(0, name="clock")

    def build() -> None:
        hour = create_memo(lambda: clock() // 3600, name="hour")
        create_effect(lambda: (price(), hour()), name="show")

    create_root(build)
    with watch() as history:
        batch(lambda: (set_price(2), set_clock(1)))
    assert history.why("show").startswith("show ran because price was written")
    with watch() as history:
        set_clock(7200)
    assert history.why("show").startswith("show ran because hour changed, because clock was written")


def test_a_callback_that_fails_is_logged_and_harms_nothing(caplog: pytest.LogCaptureFixture) -> None:
    level, set_level = create_signal(0, name="level")
    runs: list[int] = []
    create_root(lambda: create_effect(lambda: runs.append(level())))
    with watch(on_event=lambda _: 1 // 0), caplog.at_level(logging.ERROR, "wayfare.reactive"):
        set_level(1)
    set_level(2)
    assert runs == [0, 1, 2]
    errors = [record.exc_info[0] for record in caplog.records if record.exc_info]
    assert errors == [ZeroDivisionError] * 2


def test_a_callback_that_reads_subscribes_nobody() -> None:
    level, set_level = create_signal(0, name="level")
    other, set_other = create_signal(0, name="other")
    runs: list[int] = []

    def follow() -> None:
        runs.append(level())
        set_copy(level())

    _, set_copy = create_signal(0)
    create_root(lambda: create_effect(follow))
    with watch(on_event=lambda _: other()):
        set_level(1)
    set_other(1)
    assert runs == [0, 1]


class Absent:
    """As a proxy of a request where there is none."""

    def __getattribute__(self, name: str) -> object:
        raise RuntimeError("working outside of a request")

    __eq__ = __hash__ = None  # type: ignore[assignment]


request = Absent()


def test_what_can_not_be_looked_at_is_passed_over() -> None:
    count, set_count = create_signal(0)
    getters = [count]
    inner = Absent()
    runs: list[int] = []

    def follow() -> None:
        _ = (request, inner)
        runs.append(getters[0]())

    create_root(lambda: create_effect(follow))
    with watch() as history:
        set_count(1)
    assert runs == [0, 1]
    assert [event.name for event in history.events] == ["unnamed", "follow"]


def test_watchers_may_end_in_any_order() -> None:
    level, set_level = create_signal(0, name="level")
    outer, middle, inner = watch(), watch(), watch()
    middle.stop()
    outer.stop()
    outer.stop()
    set_level(1)
    inner.stop()
    set_level(2)
    assert now.observer is None
    assert [len(each.events) for each in (outer, middle, inner)] == [0, 0, 1]
    assert level() == 2


@pytest.mark.parametrize("limit", [0, -3])
def test_a_watcher_that_keeps_nothing_is_refused(limit: int) -> None:
    with pytest.raises(UsageError, match=f"at least one event, and was given limit={limit}"):
        watch(limit)
    assert now.observer is None
