"""What the window of the test kit does with its history while the page does not hear of it."""

from __future__ import annotations

import asyncio

import pytest

from wayfare.components import A, Route, Router
from wayfare.data import create_async
from wayfare.html import Node, div, h1, p
from wayfare.render import component
from wayfare.routing import use_before_leave
from wayfare.server import App
from wayfare.testing import open_page

pytestmark = pytest.mark.anyio


def site(gate: asyncio.Event) -> App:
    @component
    def Layout(children: Node = None) -> Node:
        return div[[A(href=f"/{name}")[name] for name in ("one", "two", "guarded", "slow")], children]

    @component
    def Guarded() -> Node:
        use_before_leave(lambda event: event.prevent_default())
        return h1["Guarded"]

    async def wait() -> str:
        await gate.wait()
        return "Slow"

    @component
    def Slow() -> Node:
        text = create_async(wait)
        return h1[lambda: text()]

    return App(
        lambda: Router(root=Layout)[
            Route(path="/guarded", component=Guarded),
            Route(path="/slow", component=Slow),
            Route(path="/:name", component=lambda: p["x"]),
        ]
    )


async def test_moves_that_a_guard_had_not_heard_of_are_taken_back_together() -> None:
    async with open_page(site(asyncio.Event()), "/one") as page:
        for name in ("two", "guarded"):
            await page.click(page.get("a", text=name))
        await page.disconnect()
        await page.back()
        await page.back()
        assert page.url == "/one"
        await page.reconnect()
        assert (page.url, page.get("h1").text) == ("/guarded", "Guarded")


async def test_a_link_that_was_being_followed_when_the_page_ended_is_followed_by_the_next() -> None:
    gate = asyncio.Event()
    app = site(gate)
    async with open_page(app, "/one") as page:
        await page.click(page.get("a", text="slow"), settle=False)
        await page.disconnect()
        page.clock.advance(app.limits.detached_seconds)
        gate.set()
        await page.reconnect()
        assert (page.url, page.get("h1").text) == ("/slow", "Slow")
