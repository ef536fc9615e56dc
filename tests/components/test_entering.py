"""What a page's preload function may do while the page is entered: raise, or lead elsewhere."""

from __future__ import annotations

import logging

import pytest

from wayfare import A, App, ErrorBoundary, Route, Router, component, create_signal, query, redirect
from wayfare.html import Node, button, div, h1, main, p
from wayfare.routing import PreloadArgs
from wayfare.testing import open_page
from wayfare.testing.inprocess import request

pytestmark = pytest.mark.anyio


def raising(args: PreloadArgs) -> None:
    raise PermissionError(f"not for you: {args.location.pathname}")


@query("entering.guard")
async def guard() -> object:
    return redirect("/login")


@component
def Start() -> Node:
    count, set_count = create_signal(0)
    return h1["Start ", button(on_click=lambda: set_count(count() + 1))[count]]


def site(*, parent: object = None, child: object = None, bounded: bool = False) -> App:
    def layout(children: Node = None) -> Node:
        shown = (
            ErrorBoundary(fallback=lambda error: p["Failed: ", str(error)])[children] if bounded else children
        )
        links = [A(href=href)[name] for name, href in (("home", "/"), ("in", "/in/deep"), ("log", "/login"))]
        return main[links, div(id="shown")[shown]]

    return App(
        lambda: Router(root=layout)[
            Route(path="/", component=Start),
            Route(path="/login", component=lambda: h1["Log in"]),
            Route(path="/in", component=lambda children: div["inside ", children], preload=parent)[
                Route(path="/deep", component=lambda: p["secret"], preload=child)
            ],
        ],
        secret="only for this test",
    )


@pytest.mark.parametrize("level", ["parent", "child"])
@pytest.mark.parametrize("bounded", [True, False])
async def test_a_preload_that_raises_shows_nothing_of_its_page_and_the_router_lives_on(
    level: str, bounded: bool, caplog: pytest.LogCaptureFixture
) -> None:
    app = site(**{level: raising}, bounded=bounded)  # type: ignore[arg-type]
    shown = "Failed: not for you: /in/deep" if bounded else {"parent": "", "child": "inside"}[level]
    async with open_page(app) as page:
        for _ in range(2):
            await page.click(page.get("a", text="in"))
            assert (page.get("#shown").text, page.url) == (shown, "/in/deep")
            await page.click(page.get("a", text="home"))
            await page.click("button")
            assert page.get("h1").text == "Start 1"
        await page.click(page.get("a", text="log"))
        assert page.get("h1").text == "Log in"
    told = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert len(told) == (0 if bounded else 2)


@pytest.mark.parametrize("level", ["parent", "child"])
async def test_a_preload_that_raises_in_the_first_render_fails_it(level: str) -> None:
    answer = await request(site(**{level: raising}), "GET", "http://testserver/in/deep", {})  # type: ignore[arg-type]
    assert answer.status == 500
    assert b"secret" not in answer.body


@pytest.mark.parametrize("level", ["parent", "child"])
async def test_a_redirect_that_is_known_at_once_leads_on_from_every_level(level: str) -> None:
    async with open_page(site(**{level: guard})) as page:  # type: ignore[arg-type]
        for _ in range(2):
            await page.click(page.get("a", text="in"))
            assert (page.get("#shown").text, page.url) == ("Log in", "/login")
            await page.click(page.get("a", text="home"))
            await page.click("button")
            assert page.get("h1").text == "Start 1"
