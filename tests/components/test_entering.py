"""What a page's preload function may do while the page is entered: raise, or lead elsewhere."""

from __future__ import annotations

import asyncio
import logging

import pytest

from wayfare import A, App, ErrorBoundary, Route, Router, component, create_signal, query, redirect
from wayfare.data import Response, json
from wayfare.html import Node, button, div, h1, main, p
from wayfare.routing import PreloadArgs
from wayfare.testing import open_page
from wayfare.testing.inprocess import request

pytestmark = pytest.mark.anyio


async def turns() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


def raising(args: PreloadArgs) -> None:
    raise PermissionError(f"not for you: {args.location.pathname}")


async def raising_later(args: PreloadArgs) -> None:
    await asyncio.sleep(0)
    raising(args)


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


@pytest.mark.parametrize("preload", [raising, raising_later])
@pytest.mark.parametrize("level", ["parent", "child"])
@pytest.mark.parametrize("bounded", [True, False])
async def test_a_preload_that_raises_shows_nothing_of_its_page_and_the_router_lives_on(
    preload: object, level: str, bounded: bool, caplog: pytest.LogCaptureFixture
) -> None:
    app = site(**{level: preload}, bounded=bounded)  # type: ignore[arg-type]
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


@pytest.mark.parametrize("preload", [raising, raising_later])
@pytest.mark.parametrize("level", ["parent", "child"])
async def test_a_preload_that_raises_in_the_first_render_fails_it(preload: object, level: str) -> None:
    answer = await request(site(**{level: preload}), "GET", "http://testserver/in/deep", {})  # type: ignore[arg-type]
    assert answer.status == 500
    assert b"secret" not in answer.body


@pytest.mark.parametrize("preload", [raising, raising_later])
async def test_the_first_response_shows_the_boundary_around_a_preload_that_raises(preload: object) -> None:
    answer = await request(site(child=preload, bounded=True), "GET", "http://testserver/in/deep", {})
    assert b"Failed: not for you: /in/deep" in answer.body
    assert b"secret" not in answer.body


async def test_what_an_async_preload_raises_is_nothing_to_a_page_that_has_been_given_up(
    caplog: pytest.LogCaptureFixture,
) -> None:
    gate: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def waiting() -> None:
        await gate
        raise redirect("/login")

    async with open_page(site(child=waiting, bounded=True)) as page:
        await page.click(page.get("a", text="in"), settle=False)
        await turns()
        assert page.url == "/in/deep"
        await page.click(page.get("a", text="home"), settle=False)
        await turns()
        gate.set_result(None)
        await page.settled()
        assert (page.get("h1").text, page.url) == ("Start 0", "/")
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


async def test_a_navigation_is_not_held_up_by_an_async_preload_but_the_page_goes_when_it_raises() -> None:
    gate: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def waiting() -> None:
        await gate
        raise PermissionError("too late")

    async with open_page(site(child=waiting, bounded=True)) as page:
        await page.click(page.get("a", text="in"), settle=False)
        await turns()
        assert page.get("#shown").text == "inside\nsecret"
        gate.set_result(None)
        await page.settled()
        assert (page.get("#shown").text, page.url) == ("Failed: too late", "/in/deep")


async def test_what_an_async_preload_gives_is_its_data_whatever_it_is() -> None:
    async def giving() -> object:
        return ValueError("a value")

    async with open_page(site(child=giving, bounded=True)) as page:
        await page.click(page.get("a", text="in"))
        assert page.get("#shown").text == "inside\nsecret"


def _gives() -> object:
    return redirect("/login", headers={"X-Why": "guard"})


def _raises() -> None:
    raise redirect("/login", headers={"X-Why": "guard"})


async def _gives_later() -> object:
    await asyncio.sleep(0)
    return _gives()


async def _raises_later() -> None:
    await asyncio.sleep(0)
    _raises()


GUARDS = [_gives, _raises, _gives_later, _raises_later]


@pytest.mark.parametrize("level", ["parent", "child"])
@pytest.mark.parametrize("preload", GUARDS)
async def test_a_preload_may_lead_elsewhere_itself(level: str, preload: object) -> None:
    async with open_page(site(**{level: preload}, bounded=True)) as page:  # type: ignore[arg-type]
        await page.click(page.get("a", text="in"))
        assert (page.get("#shown").text, page.url) == ("Log in", "/login")
        await page.click(page.get("a", text="home"))
        await page.click("button")
        assert page.get("h1").text == "Start 1"
        await page.hover(page.get("a", text="in"))
        assert (page.get("h1").text, page.url) == ("Start 1", "/")


@pytest.mark.parametrize("preload", GUARDS)
async def test_a_preload_that_leads_elsewhere_is_the_first_answer(preload: object) -> None:
    answer = await request(site(child=preload), "GET", "http://testserver/in/deep", {})
    assert (answer.status, dict(answer.headers)["location"]) == (302, "/login")
    assert dict(answer.headers)["x-why"] == "guard"


@pytest.mark.parametrize("preload", GUARDS)
async def test_the_preload_of_the_whole_router_may_lead_elsewhere_too(preload: object) -> None:
    def root_preload(args: PreloadArgs) -> object:
        return preload() if args.location.pathname != "/login" else None  # type: ignore[operator]

    app = App(
        lambda: Router(root_preload=root_preload)[
            Route(path="/", component=Start), Route(path="/login", component=lambda: h1["Log in"])
        ],
        secret="only for this test",
    )
    async with open_page(app) as page:
        assert (page.url, page.get("h1").text) == ("/login", "Log in")


async def test_an_async_preload_of_the_whole_router_that_fails_is_told_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    app = App(
        lambda: Router(root_preload=raising_later)[Route(path="/", component=Start)],
        secret="only for this test",
    )
    async with open_page(app) as page:
        assert page.get("h1").text == "Start 0"
    assert "PermissionError: not for you: /" in caplog.text


async def test_a_redirect_that_can_not_be_followed_shows_nothing_of_the_page(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def outside() -> object:
        return Response(status=302, location="javascript:alert(1)")

    async with open_page(site(child=outside)) as page:
        await page.click(page.get("a", text="in"))
        assert (page.get("#shown").text, page.url) == ("inside", "/in/deep")
    assert "was not followed" in caplog.text


async def test_an_answer_that_leads_nowhere_is_an_error_like_any_other() -> None:
    def refusing() -> None:
        raise json({"no": "entry"}, status=403)

    async with open_page(site(child=refusing, bounded=True)) as page:
        await page.click(page.get("a", text="in"))
        assert page.get("#shown").text == "Failed: a response with status 403"


@pytest.mark.parametrize("level", ["parent", "child"])
async def test_a_redirect_that_is_known_at_once_leads_on_from_every_level(level: str) -> None:
    async with open_page(site(**{level: guard})) as page:  # type: ignore[arg-type]
        for _ in range(2):
            await page.click(page.get("a", text="in"))
            assert (page.get("#shown").text, page.url) == ("Log in", "/login")
            await page.click(page.get("a", text="home"))
            await page.click("button")
            assert page.get("h1").text == "Start 1"
