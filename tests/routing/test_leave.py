"""Before a page is left: who is asked, what stops it, how it goes on after all."""

from __future__ import annotations

from typing import Any

import pytest

from wayfare.routing import BeforeLeaveEvent, Go, use_before_leave

from .conftest import Stage

pytestmark = pytest.mark.anyio
ROUTES = [{"path": "/*"}]


def guard(stage: Stage, model: Any, *, prevent: bool = True) -> list[BeforeLeaveEvent]:
    events: list[BeforeLeaveEvent] = []

    def listener(event: BeforeLeaveEvent) -> None:
        events.append(event)
        stage.seen.append((event.to, event.options, event.from_.pathname, event.default_prevented))
        if prevent:
            event.prevent_default()

    stage.inside(model, lambda: use_before_leave(listener))
    return events


async def test_a_listener_stops_a_navigation(stage: Stage) -> None:
    model = stage.model("/a", ROUTES)
    guard(stage, model)
    stage.go(model, "/b", state=1)
    await stage.settle()
    assert (model.location.pathname, model.is_routing()) == ("/a", False)
    assert stage.seen == [("/b", {"state": 1}, "/a", False)]


async def test_every_listener_is_asked_and_sees_what_was_said(stage: Stage) -> None:
    model = stage.model("/a", ROUTES)
    first = guard(stage, model, prevent=False)
    guard(stage, model)
    guard(stage, model, prevent=False)
    stage.go(model, "/b")
    assert [seen[3] for seen in stage.seen] == [False, False, True]
    assert first[0].default_prevented


async def test_retry_asks_again_and_force_does_not(stage: Stage) -> None:
    model = stage.model("/a", ROUTES)
    (event,) = [guard(stage, model)]
    stage.go(model, "/b", replace=True)
    event[0].retry()
    assert len(event) == 2
    assert stage.seen[1][1] == {"replace": True, "resolve": False}
    event[0].retry(force=True)
    await stage.settle()
    assert (model.location.pathname, len(event)) == ("/b", 2)


async def test_a_forced_retry_that_goes_nowhere_leaves_no_skip_behind(stage: Stage) -> None:
    model = stage.model("/a", ROUTES)
    events = guard(stage, model)
    stage.go(model, "/b")
    events[0].retry(force=True)
    await stage.settle()
    events[0].retry(force=True)
    stage.go(model, "/c")
    assert (len(events), model.pending_target) == (2, None)


async def test_each_redirect_of_a_chain_is_asked_about(stage: Stage) -> None:
    model = stage.model("/a", ROUTES)
    events = guard(stage, model, prevent=False)
    stage.go(model, "/b")
    stage.go(model, "/c?x#y")
    stage.go(model, "/c?x#y")
    assert [event.to for event in events] == ["/b", "/c?x#y", "/c?x#y"]


async def test_back_is_undone_and_can_be_retried(stage: Stage) -> None:
    browser, model = stage.browser_model("/a", ROUTES)
    stage.go(model, "/b")
    await stage.settle()
    events = guard(stage, model)
    browser.moved("/a", None, -1)
    assert stage.sent[1:] == [Go(1)]
    browser.moved("/b", None, 1)
    assert (model.location.pathname, [event.to for event in events]) == ("/b", [-1])
    events[0].retry(force=True)
    assert stage.sent[2:] == [Go(-1)]
    browser.moved("/a", None, -1)
    await stage.settle()
    assert (model.location.pathname, len(events)) == ("/a", 1)
    browser.moved("/b", None, 1)
    assert len(events) == 2


async def test_a_move_of_unknown_length_is_not_asked_about(stage: Stage) -> None:
    browser, model = stage.browser_model("/a", ROUTES)
    events = guard(stage, model)
    browser.moved("/b", None, None)
    await stage.settle()
    assert (model.location.pathname, events) == ("/b", [])


async def test_memory_history_asks_before_going(stage: Stage) -> None:
    model = stage.model("/a", ROUTES)
    stage.go(model, "/b")
    await stage.settle()
    events = guard(stage, model)
    stage.go(model, -1)
    assert (model.location.pathname, [event.to for event in events]) == ("/b", [-1])
    events[0].retry(force=True)
    await stage.settle()
    assert model.location.pathname == "/a"


async def test_forward_in_the_hash_is_told_as_a_path(stage: Stage) -> None:
    browser, model = stage.browser_model("/#/a", ROUTES, hash=True)
    events = guard(stage, model)
    browser.moved("/#/b", None, 1)
    browser.moved("/#/a", None, -1)
    browser.moved("/#/0", None, -1)
    assert [event.to for event in events] == ["/b", -1]
    assert model.location.pathname == "/a"


async def test_preloading_never_asks(stage: Stage) -> None:
    browser, model = stage.browser_model("/a", ROUTES)
    events = guard(stage, model)
    browser.preload("/b")
    assert events == []
    assert stage.sent == []
