"""The pages of a worker: bounds, waiting, sessions."""

from __future__ import annotations

from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayfare.errors import LimitError
from wayfare.page import Limits, Page
from wayfare.server.registry import Registry
from wayfare.testing import VirtualClock


class FakePage:
    """As much of a page as the registry knows of."""

    def __init__(self, id: str) -> None:
        self.id = id
        self.closed = False

    def close(self) -> None:
        self.closed = True


def page(id: str) -> Page:
    return cast("Page", FakePage(id))


def make(**limits: Any) -> tuple[Registry, VirtualClock]:
    clock = VirtualClock()
    return Registry(Limits(**limits), clock), clock


def noted(into: list[tuple[int, str]]) -> Any:
    return lambda code, reason: into.append((code, reason))


def test_a_page_that_nobody_attaches_to_ends_when_its_time_is_up() -> None:
    registry, clock = make(unattached_seconds=30)
    entry = registry.add(page("a"), None)
    clock.advance(29)
    assert registry.find("a", None) is entry
    clock.advance(1)
    assert registry.find("a", None) is None
    assert entry.page.closed
    assert registry.statistics().expired == 1


def test_an_attached_page_stays_and_a_detached_one_waits() -> None:
    registry, clock = make(unattached_seconds=30, detached_seconds=120)
    entry = registry.add(page("a"), None)
    drop = noted([])
    registry.attach(entry, drop)
    clock.advance(10_000)
    assert registry.statistics().attached == 1
    registry.detach(entry, drop)
    clock.advance(119)
    assert registry.find("a", None) is entry
    clock.advance(1)
    assert registry.find("a", None) is None


def test_a_page_that_comes_back_in_time_waits_anew_the_next_time() -> None:
    registry, clock = make(detached_seconds=100)
    entry = registry.add(page("a"), None)
    drop = noted([])
    for _ in range(5):
        registry.attach(entry, drop)
        registry.detach(entry, drop)
        clock.advance(99)
    assert registry.find("a", None) is entry


def test_a_connection_that_was_taken_over_does_not_detach_its_successor() -> None:
    registry, _ = make()
    entry = registry.add(page("a"), None)
    ended: list[tuple[int, str]] = []
    first, second = noted(ended), noted([])
    registry.attach(entry, first)
    registry.attach(entry, second)
    assert [code for code, _ in ended] == [4409]
    registry.detach(entry, first)
    assert entry.attached


def test_the_oldest_waiting_page_makes_way() -> None:
    registry, _ = make(pages_per_worker=2)
    entries = []
    for name in "abc":
        registry.reserve(None)
        entries.append(registry.add(page(name), None))
        registry.release()
    assert [entry.page.closed for entry in entries] == [True, False, False]


def test_pages_that_are_being_rendered_count() -> None:
    registry, _ = make(pages_per_worker=2)
    registry.reserve(None)
    registry.reserve(None)
    with pytest.raises(LimitError, match="pages_per_worker"):
        registry.reserve(None)
    registry.release()
    registry.reserve(None)


def test_attached_pages_never_make_way() -> None:
    registry, _ = make(pages_per_worker=1)
    registry.attach(registry.add(page("a"), None), noted([]))
    with pytest.raises(LimitError, match="pages_per_worker"):
        registry.reserve(None)
    assert registry.statistics().refused == 1


def test_a_session_has_a_bound_of_its_own() -> None:
    registry, _ = make(pages_per_session=1)
    mine = registry.add(page("a"), "ann")
    registry.reserve("bob")
    registry.add(page("b"), "bob")
    registry.reserve("ann")
    assert mine.page.closed
    registry.attach(registry.add(page("c"), "ann"), noted([]))
    with pytest.raises(LimitError, match="pages_per_session"):
        registry.reserve("ann")


def test_a_page_of_a_session_is_found_by_that_session_alone() -> None:
    registry, _ = make()
    registry.add(page("a"), "ann")
    registry.add(page("b"), None)
    assert registry.find("a", "ann") is not None
    assert registry.find("a", "bob") is None
    assert registry.find("a", None) is None
    assert registry.find("b", "bob") is not None


def test_a_page_may_go_over_to_another_session() -> None:
    registry, _ = make()
    entry = registry.add(page("a"), None)
    registry.rebind(entry, "ann")
    assert registry.of_session("ann") == [entry]
    registry.rebind(entry, None)
    assert registry.of_session("ann") == []
    assert registry.statistics().sessions == 0


def test_closing_ends_everything_and_leaves_no_timer() -> None:
    registry, clock = make()
    ended: list[tuple[int, str]] = []
    attached, waiting = registry.add(page("a"), None), registry.add(page("b"), "ann")
    registry.attach(attached, noted(ended))
    registry.close()
    assert attached.page.closed
    assert waiting.page.closed
    assert len(registry) == 0
    assert [code for code, _ in ended] == [1001]
    assert clock.pending() == 0


@given(st.lists(st.tuples(st.sampled_from("oadtr"), st.integers(0, 5)), max_size=60))
def test_whatever_happens_the_bounds_hold_and_nothing_is_left(steps: list[tuple[str, int]]) -> None:
    registry, clock = make(pages_per_worker=4, pages_per_session=2, unattached_seconds=3, detached_seconds=5)
    entries: list[Any] = []
    drops: dict[int, Any] = {}
    for step, number in steps:
        if step == "o":
            session = [None, "ann", "bob"][number % 3]
            try:
                registry.reserve(session)
            except LimitError:
                continue
            entries.append(registry.add(page(f"p{len(entries)}"), session))
            registry.release()
        elif step == "t":
            clock.advance(number)
        elif entries:
            at = number % len(entries)
            entry = entries[at]
            if step == "a" and not entry.page.closed:
                registry.attach(entry, drops.setdefault(at, noted([])))
            elif step == "d" and at in drops:
                registry.detach(entry, drops[at])
            elif step == "r":
                registry.remove(entry.page.id)
        assert len(registry) <= 4
        assert all(len(registry.of_session(name)) <= 2 for name in ("ann", "bob"))
        assert len(registry) == sum(not entry.page.closed for entry in entries)
    registry.close()
    assert clock.pending() == 0
    assert registry.statistics().sessions == 0
