"""The routes of an app are looked at when it starts, not when the first visitor comes."""

from __future__ import annotations

import asyncio
import logging
import warnings
from typing import Any

import pytest

from wayfare.components import MemoryRouter, Navigate, Route, Router, lazy
from wayfare.components import router as router_module
from wayfare.data import create_async, query
from wayfare.errors import NoRouterError, RouteError
from wayfare.html import Node, p
from wayfare.reactive import on_cleanup
from wayfare.render import ErrorBoundary, Show, component
from wayfare.routing import RouteTree, RouteWarning
from wayfare.server import App, use_request
from wayfare.server.routes import read_routes
from wayfare.testing import TestWorld, VirtualClock, open_page

pytestmark = pytest.mark.anyio
SECRET = "a secret for tests only"


@component
def Home() -> Node:
    return p["Home"]


async def start(app: App) -> list[dict[str, Any]]:
    """Run the lifespan of an app up to where it serves, and through its end."""
    incoming = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])
    sent: list[dict[str, Any]] = []

    async def receive() -> Any:
        return next(incoming)

    async def send(message: Any) -> None:
        sent.append(message)

    try:
        await app({"type": "lifespan"}, receive, send)
    except RouteError:
        assert sent[-1]["type"] == "lifespan.startup.failed"
    return sent


COMPLETE = {"type": "lifespan.startup.complete"}


async def test_routes_that_can_not_be_told_apart_are_warned_about_at_start_and_once() -> None:
    app = App(lambda: Router[Route(path="/twice", component=Home), Route(path="/twice")], secret=SECRET)
    with pytest.warns(RouteWarning, match="can't be told apart"):
        assert COMPLETE in await start(app)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        async with open_page(app, "/twice") as page:
            assert page.text == "Home"
    assert told == []


@pytest.mark.parametrize(
    "root",
    [
        lambda: Router[Route(path="/*a/b")],
        lambda: ErrorBoundary(fallback=p["sorry"])[Router[Route(path="/*a/b")]],
        lambda: Router[lambda: [Route(path="/*a/b")]],
    ],
    ids=["plain", "in a boundary", "from a function"],
)
async def test_routes_that_can_not_work_keep_the_app_from_starting(root: Any) -> None:
    sent = await start(App(root, secret=SECRET))
    assert [message["type"] for message in sent] == ["lifespan.startup.failed"]
    assert "goes on after its splat" in sent[0]["message"]


async def test_a_warning_that_is_made_an_error_keeps_the_app_from_starting() -> None:
    app = App(lambda: Router[Route(path="/same"), Route(path="/same")], secret=SECRET)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(RouteWarning):
            await start(app)


async def test_nothing_of_a_route_is_shown_or_fetched() -> None:
    shown: list[str] = []

    @component
    def Layout(children: Node) -> Node:
        shown.append("layout")
        return children

    @component
    def Page() -> Node:
        shown.append("page")
        return p["page"]

    routes = Route(path="/", component=Page, preload=lambda: shown.append("preload"))
    root = Router(root=Layout, root_preload=lambda: shown.append("root preload"))[routes]
    assert COMPLETE in await start(App(lambda: root, secret=SECRET))
    assert shown == []


async def test_what_a_root_fetches_is_called_off() -> None:
    seen: list[str] = []

    @query("routes-tests.forever", scope="app")
    async def forever() -> str:
        try:
            await asyncio.get_running_loop().create_future()
        except asyncio.CancelledError:
            seen.append("called off")
            raise
        return ""

    @component
    def Slow() -> Node:
        found = create_async(forever)
        on_cleanup(lambda: seen.append("gone"))
        return Show(when=lambda: found())[lambda: Router[Route(path="/")]]

    app = App(Slow, secret=SECRET)
    before = asyncio.all_tasks()
    # With the clock of a test, which nobody moves.
    app.use_world(TestWorld(VirtualClock()))
    assert COMPLETE in await start(app)
    await asyncio.sleep(0)
    assert sorted(seen) == ["called off", "gone"]
    assert asyncio.all_tasks() == before


async def test_a_root_that_asks_for_a_visitor_is_left_to_the_first_page(
    caplog: pytest.LogCaptureFixture,
) -> None:
    @component
    def Root() -> Node:
        name = use_request().state["name"]
        return Router[Route(path="/", component=lambda: p[name])]

    with caplog.at_level(logging.DEBUG, logger="wayfare.server"):
        assert COMPLETE in await start(App(Root, secret=SECRET))
    told = [record for record in caplog.records if "not checked at start" in record.getMessage()]
    assert [record.levelno for record in told] == [logging.DEBUG]
    assert "KeyError" in told[0].getMessage()


async def test_looking_at_the_routes_leaves_nothing_behind() -> None:
    @component
    def Root() -> Node:
        use_request().session["seen"] = True
        return Router[Route(path="/", component=Home)]

    app = App(Root, secret=SECRET)
    parts = app.parts
    await read_routes(parts.pages, 0)
    assert app.statistics().pages.pages == 0
    assert app.parts is parts
    async with open_page(App(Root, secret=SECRET)) as page:
        assert page.text == "Home"
    await app.close()


async def test_a_lazy_root_is_there_for_the_first_visitor() -> None:
    late = lazy(lambda: Home)
    app = App(lambda: late(), secret=SECRET)
    assert COMPLETE in await start(app)
    async with open_page(app) as page:
        assert page.text == "Home"


async def test_routes_are_compiled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[RouteTree] = []

    class Counted(RouteTree):
        def __init__(self, *given: Any) -> None:
            super().__init__(*given)
            made.append(self)

    monkeypatch.setattr(router_module, "RouteTree", Counted)
    routes = [Route(path=f"/compiled-once/{n}", component=Home) for n in range(20)]
    app = App(lambda: Router[routes], secret=SECRET)
    assert COMPLETE in await start(app)
    async with open_page(app, "/compiled-once/3"):
        assert len(made) == 1


async def test_the_routes_of_the_page_are_read_and_not_those_of_a_memory_router() -> None:
    inner = Router[Route(path="/inner")]
    app = App(lambda: MemoryRouter[Route(path="/", component=lambda: inner)], secret=SECRET)
    tree = await read_routes(app.parts.pages, 0)
    assert [branch.routes[-1].pattern for branch in tree.branches] == ["/inner"]
    await app.close()


@pytest.mark.parametrize(
    ("root", "says"),
    [
        (lambda: p["no router"], r"shows no Router at '/'\.$"),
        (lambda: p[1 / 0], "shows no Router at '/': ZeroDivisionError"),
    ],
)
async def test_what_a_root_does_instead_is_told(root: Any, says: str) -> None:
    app = App(root, secret=SECRET)
    with pytest.raises(NoRouterError, match=says):
        await read_routes(app.parts.pages, 0)
    await app.close()


async def test_a_redirect_in_a_route_is_not_followed() -> None:
    app = App(lambda: Router[Route(path="/", component=lambda: Navigate(href="/b"))], secret=SECRET)
    assert len((await read_routes(app.parts.pages, 0)).branches) == 1
    await app.close()
