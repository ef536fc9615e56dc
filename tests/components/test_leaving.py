"""Leaving a page: it is told nothing of where the visitor goes, and one that raised is left, too."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from wayfare import (
    A,
    App,
    Route,
    Router,
    component,
    create_async,
    create_effect,
    create_memo,
    on_cleanup,
    use_location,
    use_params,
    use_search_params,
)
from wayfare.html import Node, div, main, nav, p
from wayfare.testing import open_page

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("waits", [False, True])
async def test_a_page_that_is_left_never_sees_the_params_of_the_next(waits: bool) -> None:
    seen: list[object] = []
    gate = asyncio.Event()

    async def later(value: object) -> object:
        if waits:
            await gate.wait()
        return value

    @component
    def User() -> Node:
        params, location = use_params(), use_location()
        search, _ = use_search_params()

        def read(who: str) -> str:
            value = f"{who} {params.id} {search.q} {location.pathname}"
            seen.append(value)
            return value

        create_effect(lambda: read("effect"))
        memo = create_memo(lambda: read("memo"))
        fetched = create_async(lambda: later(read("query")))
        on_cleanup(lambda: seen.append("gone"))
        gate.set()
        return p[lambda: read("text"), memo, lambda: str(fetched())]

    @component
    def About() -> Node:
        text = create_async(lambda: later("About"))
        return p[lambda: str(text())]

    app = App(
        lambda: Router(root=lambda children: main[nav[A(href="/about?q=other")["About"]], children])[
            Route(path="/users/:id", component=User), Route(path="/about", component=About)
        ],
        secret="only for this test",
    )
    async with open_page(app, "/users/7?q=a") as page:
        assert {str(each).split(" ", 1)[1] for each in seen} == {"7 a /users/7"}
        seen.clear()
        gate.clear()
        await page.hover(page.get("a", text="About"))
        assert seen == []
        await page.click(page.get("a", text="About"), settle=False)
        for _ in range(10):
            await asyncio.sleep(0)
        assert seen == ([] if waits else ["gone"])
        gate.set()
        await page.settled()
        assert (page.get("p").text, seen) == ("About", ["gone"])


def raising() -> str:
    raise LookupError("nothing there")


async def failing() -> str:
    raise LookupError("nothing there")


@component
def BrokenBody() -> Node:
    return p[raising()]


@component
def BrokenText() -> Node:
    return p[raising]


@component
def BrokenQuery() -> Node:
    return p[create_async(failing)]


@pytest.mark.parametrize("broken", [BrokenBody, BrokenText, BrokenQuery])
async def test_a_page_that_raises_is_left_and_come_back_to_like_any_other(broken: Any) -> None:
    app = App(
        lambda: Router(
            root=lambda children: main[nav[A(href="/broken")["Broken"]], div(id="shown")[children]]
        )[Route(path="/", component=lambda: p["Home"]), Route(path="/broken", component=broken)],
        secret="only for this test",
    )
    async with open_page(app) as page:
        for _ in range(2):
            await page.click("a")
            assert (page.url, page.get("#shown").text) == ("/broken", "")
            assert page.get("a").attributes["aria-current"] == "page"
            await page.back()
            assert (page.url, page.get("#shown").text) == ("/", "Home")
