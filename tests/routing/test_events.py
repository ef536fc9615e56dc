"""Navigation events: from where to where, in which direction."""

from __future__ import annotations

import pytest

from wayfare.errors import UsageError
from wayfare.routing import NavigationEvent, use_navigation_events

from .conftest import Stage

pytestmark = pytest.mark.anyio


async def test_a_navigation_is_told_from_start_to_end(stage: Stage) -> None:
    browser, model = stage.browser_model("/a?x=1", [{"path": "/*"}])
    stage.inside(model, lambda: use_navigation_events(stage.seen.append))
    stage.go(model, "/b")
    stage.go(model, "/c", replace=True)
    await stage.settle()
    assert stage.seen == [
        NavigationEvent("start", "/a?x=1", "/b", "push"),
        NavigationEvent("redirect", "/a?x=1", "/c", "push"),
        NavigationEvent("end", "/a?x=1", "/c", "push"),
    ]
    stage.seen.clear()
    stage.go(model, "/d", replace=True)
    await stage.settle()
    browser.moved("/c", None, -1)
    await stage.settle()
    browser.moved("/d", None, 1)
    await stage.settle()
    browser.moved("/e", None, None)
    await stage.settle()
    assert [event.direction for event in stage.seen if event.kind == "end"] == [
        "replace",
        "back",
        "forward",
        "unknown",
    ]


async def test_a_listener_that_fails_stops_no_navigation(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_event: NavigationEvent) -> None:
        raise LookupError("no such page title")

    browser, model = stage.browser_model("/a", [{"path": "/*"}])
    stage.inside(model, lambda: use_navigation_events(broken))
    stage.inside(model, lambda: use_navigation_events(stage.seen.append))
    stage.go(model, "/b")
    await stage.settle()
    assert (browser.url, model.is_routing(), len(stage.seen)) == ("/b", False, 2)
    assert "broken of use_navigation_events failed" in caplog.text


async def test_an_async_listener_is_refused(stage: Stage) -> None:
    async def track(_event: NavigationEvent) -> None: ...

    model = stage.model("/", [{"path": "/*"}])
    with pytest.raises(UsageError, match="was given an async one"):
        stage.inside(model, lambda: use_navigation_events(track))


async def test_nobody_is_told_after_they_left(stage: Stage) -> None:
    model = stage.model("/", [{"path": "/*"}])
    stop = model.events.subscribe(stage.seen.append)
    stop()
    stop()
    stage.go(model, "/a")
    await stage.settle()
    assert (stage.seen, len(model.events)) == ([], 0)
