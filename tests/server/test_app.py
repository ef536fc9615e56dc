"""`App`: what it is made from, and what the program around it may ask."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from tests.server import apps
from tests.server.apps import Site
from tests.server.conftest import MakeApp
from wayfare.components import Route, Router
from wayfare.data import create_async, query
from wayfare.errors import UsageError
from wayfare.html import Node, div, p
from wayfare.page import Limits
from wayfare.render import component
from wayfare.server import App, use_request
from wayfare.testing import TestWorld, VirtualClock, open_page
from wayfare.testing.inprocess import request

pytestmark = pytest.mark.anyio
SECRET = "a secret for tests only"


@component
def Hello() -> Node:
    return p["Hello"]


@pytest.mark.parametrize("root", ["x", 5, None, b"x", ["a"], {"a": 1}])
def test_a_root_that_is_no_component_is_refused(root: Any) -> None:
    with pytest.raises(UsageError, match=r"App\(root\) takes a component"):
        App(root)


def test_an_async_root_is_refused() -> None:
    async def root() -> Node:
        return None

    with pytest.raises(UsageError, match="async def"):
        App(root)  # type: ignore[arg-type]


@pytest.mark.parametrize("root", [Hello, Hello(), lambda: Hello(), lambda: p["Hello"], p["Hello"]])
async def test_a_root_may_be_a_component_a_description_or_a_function(root: Any) -> None:
    for _ in range(2):
        assert (await open_page(App(root, secret=SECRET))).text == "Hello"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"secret": "short"}, "at least 16"),
        ({"secret": 5}, "at least 16"),
        ({"fanout": "redis://x"}, "memory://"),
        ({"hosts": "localhost"}, "takes a list"),
        ({"hosts": ["http://localhost"]}, "no host name"),
        ({"hosts": ["localhost:8000"]}, "no host name"),
        ({"trusted_origins": ["localhost"]}, "no origin"),
        ({"static": "/nowhere/at/all"}, "no folder"),
    ],
)
def test_an_option_that_can_not_be_right_is_refused(options: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        App(Hello, **options)


async def test_a_page_is_served_under_a_path_of_another_application() -> None:
    @component
    def Where() -> Node:
        return p[use_request().path]

    app = App(lambda: Router(base="/shop")[Route(path="/a", component=Where)], secret=SECRET)
    outer = Starlette(routes=[Mount("/shop", app)])
    answer = await request(outer, "GET", "http://testserver/shop/a?b=1", {"host": "testserver"})
    assert answer.status == 200
    assert b"/shop/a?b=1" in answer.body
    assert b'data-socket="/shop/_wayfare/socket"' in answer.body
    missing = await request(outer, "GET", "http://testserver/shop/nowhere", {"host": "testserver"})
    assert missing.status == 404
    await app.close()


async def test_forms_post_below_the_path_that_the_app_is_mounted_at(site: Site) -> None:
    app = App(lambda: Router(base="/shop")[Route(path="/", component=apps.Home)], secret=SECRET)
    app.use_world(TestWorld(VirtualClock()))
    outer = Starlette(routes=[Mount("/shop", app)])
    page = await request(outer, "GET", "http://testserver/shop/", {"host": "testserver"})
    assert b'action="/shop/_server/server-tests.save"' in page.body
    assert b'data-action-base="/shop/_server"' in page.body
    headers = {"host": "testserver", "content-type": "application/x-www-form-urlencoded"}
    target = "http://testserver/shop/_server/server-tests.save"
    answer = await request(outer, "POST", target, headers, b"name=Ann")
    assert (answer.status, answer.header("location")) == (303, "/shop/")
    assert "path=/shop" in (answer.header("set-cookie") or "").lower()
    assert site.runs == ["Ann"]
    await app.close()


async def test_a_router_may_post_its_forms_elsewhere(site: Site) -> None:
    app = App(lambda: Router(action_base="/do")[Route(path="/", component=apps.Home)], secret=SECRET)
    for javascript in (True, False):
        page = await open_page(app, "/", javascript=javascript)
        assert page.get("form")["action"] == "/do/server-tests.save"
        await page.fill("input[name=name]", "Ann")
        await page.submit("form")
        assert page.get("#result").text == "saved Ann"
    assert site.runs == ["Ann", "Ann"]


async def test_an_app_scoped_query_is_revalidated_from_outside() -> None:
    told = ["one"]

    @query("app-tests.news", scope="app")
    async def get_news() -> str:
        return told[-1]

    @component
    def News() -> Node:
        news = create_async(get_news)
        return p[lambda: news()]

    app = App(News, secret=SECRET)
    pages = [await open_page(app), await open_page(app)]
    told.append("two")
    await app.revalidate(get_news.key)
    for page in pages:
        await page.settled()
        assert page.text == "two"


async def test_a_page_scoped_query_is_revalidated_everywhere_when_asked() -> None:
    told = ["one"]

    @query("app-tests.own")
    async def get_own() -> str:
        return told[-1]

    @component
    def Own() -> Node:
        own = create_async(get_own)
        return p[lambda: own()]

    app = App(Own, secret=SECRET)
    page = await open_page(app)
    told.append("two")
    await app.revalidate(get_own.key)
    await page.settled()
    assert page.text == "one"
    await app.revalidate(get_own.key, everywhere=True)
    await page.settled()
    assert page.text == "two"


async def test_a_query_of_everybody_can_not_read_the_request() -> None:
    @query("app-tests.leak", scope="app")
    async def get_leak() -> str:
        return use_request().path

    @component
    def Leaky() -> Node:
        leak = create_async(get_leak)
        return p[lambda: leak()]

    page = await open_page(App(Leaky, secret=SECRET), "/")
    assert page.status == 500


def test_another_thread_is_told_when_nothing_is_served_yet() -> None:
    with pytest.raises(UsageError, match="has begun to serve"):
        App(Hello).revalidate_threadsafe("x")


async def test_another_thread_may_revalidate(make_app: MakeApp) -> None:
    app = make_app()
    async with open_page(app, "/"):
        future = await asyncio.to_thread(app.revalidate_threadsafe, everywhere=True)
        await asyncio.wrap_future(future)


async def test_statistics_count_what_there_is(app: App) -> None:
    async with open_page(app, "/"), open_page(app, "/other"):
        statistics = app.statistics()
        assert (statistics.pages.pages, statistics.pages.attached) == (2, 2)
    assert app.statistics().pages.pages == 0


async def test_closing_ends_every_page(app: App) -> None:
    page = await open_page(app, "/")
    await app.close()
    await app.close()
    assert not page.window.connected


async def test_closing_does_not_wait_for_ever(
    make_app: MakeApp, site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    app = make_app(limits=Limits(shutdown_seconds=0.01))
    page = await open_page(app, "/")
    await page.fill("input[name=name]", "slow")
    await page.submit("form", settle=False)
    submissions = app.parts.forms.submissions
    await app.close()
    assert "shutdown_seconds" in caplog.text
    site.gate.set()
    await submissions.drained()


async def test_the_lifespan_begins_and_ends_the_app(app: App) -> None:
    incoming = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])
    sent: list[str] = []

    async def receive() -> Any:
        return next(incoming)

    async def send(message: Any) -> None:
        sent.append(message["type"])

    await app({"type": "lifespan"}, receive, send)
    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


async def test_a_world_is_given_before_anything_is_served(app: App) -> None:
    async with open_page(app, "/"):
        with pytest.raises(UsageError, match="while the app is serving"):
            app.use_world(TestWorld(VirtualClock()))


def test_one_app_may_be_served_by_one_loop_after_another(make_app: Callable[..., App]) -> None:
    app = make_app()

    async def visit() -> str:
        async with open_page(app, "/") as page:
            await page.click("#count")
            return page.get("#count").text

    assert [asyncio.run(visit()) for _ in range(2)] == ["Clicked 1"] * 2


async def test_use_request_tells_of_the_request() -> None:
    @component
    def Told() -> Node:
        r = use_request()
        return div[p[r.url], p[r.method], p[r.headers["X-Told"]], p[r.cookies["a"]], p[r.client], p[repr(r)]]

    page = await open_page(
        App(Told, secret=SECRET), "/x%20y?q=1", headers={"x-told": "yes", "cookie": "a=b; c=d"}
    )
    assert page.text.split("\n") == [
        "http://testserver/x%20y?q=1",
        "GET",
        "yes",
        "b",
        "127.0.0.1",
        "<Request GET /x%20y?q=1>",
    ]
