"""Redirects that follow one another: chains that end, and loops that are ended."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import pytest

from wayfare import A, App, Route, Router, query, redirect
from wayfare.data import Navigator
from wayfare.errors import RedirectLoopError
from wayfare.html import div, p
from wayfare.routing import RouterModel, use_navigation_events
from wayfare.routing.redirects import CHAIN_SECONDS, MAX_REDIRECTS
from wayfare.testing import open_page

from .conftest import Stage

pytestmark = pytest.mark.anyio


def page_of(stage: Stage) -> tuple[Any, RouterModel, Navigator]:
    browser, model = stage.browser_model("/", [{"path": "/*"}])
    navigator = stage.scope.services[Navigator]
    assert isinstance(navigator, Navigator)
    return browser, model, navigator


async def follow(stage: Stage, navigator: Navigator, count: int) -> None:
    for number in range(count):
        navigator.redirect("/ab"[number % 2 :], replace=True)
        await stage.settle()


async def test_as_many_as_the_limit_are_followed_and_no_more(stage: Stage) -> None:
    _, model, navigator = page_of(stage)
    await follow(stage, navigator, MAX_REDIRECTS)
    at = model.location.pathname
    with pytest.raises(RedirectLoopError, match="100 followed one another, the last to '/ab'"):
        navigator.redirect("/ab", replace=True)
    await stage.settle()
    assert model.location.pathname == at
    stage.go(model, "/elsewhere")
    await stage.settle()
    assert model.location.pathname == "/elsewhere"
    navigator.redirect("/ab", replace=True)
    await stage.settle()
    assert model.location.pathname == "/ab"


@pytest.mark.parametrize("step", ["link", "back", "navigate", "action"])
async def test_a_step_of_the_visitors_or_of_the_programs_begins_anew(stage: Stage, step: str) -> None:
    browser, model, navigator = page_of(stage)
    steps: dict[str, Callable[[], object]] = {
        "link": lambda: browser.link("/step"),
        "back": lambda: browser.moved("/step", None, -1),
        "navigate": lambda: stage.go(model, "/step"),
        "action": lambda: navigator.redirect("/step", replace=False),
    }
    for _ in range(3):
        await follow(stage, navigator, MAX_REDIRECTS - 1)
        steps[step]()
        await stage.settle()
        assert model.location.pathname == "/step"


async def test_several_to_one_place_are_one(stage: Stage) -> None:
    _, model, navigator = page_of(stage)
    for _ in range(2 * MAX_REDIRECTS):
        navigator.redirect("/login", replace=True)
        await stage.settle()
    assert model.location.pathname == "/login"


async def test_what_leads_on_now_and_then_is_no_loop(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    _, model, navigator = page_of(stage)
    for number in range(2 * MAX_REDIRECTS):
        monkeypatch.setattr(stage.scope.world.clock, "now", lambda at=number: at * (CHAIN_SECONDS + 1))
        navigator.redirect(f"/slides/{number}", replace=True)
        await stage.settle()
    assert model.location.pathname == f"/slides/{2 * MAX_REDIRECTS - 1}"


async def test_preloads_that_send_to_each_other_end_and_the_visitor_goes_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    @query("redirects.there")
    async def there() -> object:
        await asyncio.sleep(0)
        return redirect("/back")

    @query("redirects.back")
    async def back() -> object:
        await asyncio.sleep(0)
        return redirect("/there")

    begun: list[str] = []

    def root(children: Any) -> Any:
        use_navigation_events(lambda event: begun.append(event.to) if event.kind != "end" else None)
        return div[A(href="/there")["Go"], A(href="/")["Home"], children]

    router = Router(root=root)[
        Route(path="/", component=lambda: p["home"]),
        Route(path="/there", component=lambda: p["there"], preload=lambda: there()),
        Route(path="/back", component=lambda: p["back"], preload=lambda: back()),
    ]
    async with open_page(App(lambda: router, secret="only for this test")) as page:
        await page.click(page.get("a", text="Go"))
        assert MAX_REDIRECTS < len(begun) < MAX_REDIRECTS + 5
        told = [record for record in caplog.records if record.levelno == logging.ERROR]
        assert [record.exc_info is not None and record.exc_info[0] for record in told] == [RedirectLoopError]
        await page.click(page.get("a", text="Home"))
        assert (page.get("p").text, page.url) == ("home", "/")
