"""Preload functions: when they are called, with what, knowing why."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from wayfare.data import current_intent
from wayfare.routing import PreloadArgs, use_preload_route
from wayfare.routing.preloading import MAX_PENDING

from .conftest import Stage

pytestmark = pytest.mark.anyio


def routes(stage: Stage) -> list[dict[str, Any]]:
    def note(name: str) -> Any:
        def preload(args: PreloadArgs) -> str:
            location = args.location
            stage.seen.append((name, args.intent, dict(args.params), location.pathname + location.search))
            assert current_intent.get() == args.intent
            return f"{name} data"

        return preload

    return [
        {"path": "/"},
        {"path": "/users", "preload": note("users"), "children": [{"path": "/:id", "preload": note("user")}]},
    ]


async def test_entering_calls_parents_first_with_the_reason(stage: Stage) -> None:
    browser, model = stage.browser_model("/users/1", routes(stage))
    states = stage.states(model)
    assert stage.seen == [
        ("users", "initial", {"id": "1"}, "/users/1"),
        ("user", "initial", {"id": "1"}, "/users/1"),
    ]
    assert [context.data for context in states()] == ["users data", "user data"]
    stage.go(model, "/")
    await stage.settle()
    stage.seen.clear()
    stage.go(model, "/users/2?x=1")
    await stage.settle()
    assert [(seen[0], seen[1], seen[3]) for seen in stage.seen] == [
        ("users", "navigate", "/users/2?x=1"),
        ("user", "navigate", "/users/2?x=1"),
    ]
    stage.seen.clear()
    browser.moved("/", None, -1)
    await stage.settle()
    browser.moved("/users/3", None, 1)
    await stage.settle()
    assert [seen[1] for seen in stage.seen] == ["native", "native"]


async def test_it_is_given_what_it_asks_for(stage: Stage) -> None:
    class Loader:
        def nothing(self) -> None:
            stage.seen.append("nothing")

        def everything(self, args: PreloadArgs) -> None:
            stage.seen.append(args.intent)

    preloads: list[Any] = [
        Loader().nothing,
        Loader().everything,
        lambda key="bound": stage.seen.append(key),
        lambda *rest: stage.seen.append(rest),
    ]
    for preload in preloads:
        stage.states(stage.model("/", [{"path": "/", "preload": preload}]))
    assert stage.seen == ["nothing", "initial", "bound", ()]


async def test_a_param_change_does_not_call_it_again(stage: Stage) -> None:
    model = stage.model("/users/1", routes(stage))
    states = stage.states(model)
    before = states()
    stage.seen.clear()
    stage.go(model, "/users/2")
    await stage.settle()
    assert (stage.seen, states() is before) == ([], True)


async def test_hovering_calls_it_with_the_links_params(stage: Stage) -> None:
    browser, _ = stage.browser_model("/", routes(stage))
    browser.preload("/users/7?x=1", True)
    assert stage.seen == [
        ("users", "preload", {}, "/users/7?x=1"),
        ("user", "preload", {"id": "7"}, "/users/7?x=1"),
    ]
    assert current_intent.get() is None


async def test_without_data_only_code_is_loaded(stage: Stage) -> None:
    class Code:
        def __call__(self) -> None: ...
        def preload(self) -> None:
            stage.seen.append("code")

    model = stage.model(
        "/",
        [{"path": "/"}, {"path": "/a", "component": Code(), "preload": lambda: stage.seen.append("data")}],
    )
    preload = stage.inside(model, use_preload_route)
    preload("/a")
    assert stage.seen == ["code"]
    preload("/a", preload_data=True)
    assert stage.seen == ["code", "code", "data"]


async def test_links_outside_and_routers_that_opt_out_preload_nothing(stage: Stage) -> None:
    browser, _ = stage.browser_model(
        "/app", [{"path": "/*", "preload": lambda: stage.seen.append(1)}], base="/app"
    )
    browser.preload("/apple")
    browser.preload("https://example.com/app/x")
    browser.preload("/app/x", False)
    assert stage.seen == []
    browser.preload("/app/x")
    assert stage.seen == [1]
    other, _ = stage.browser_model(
        "/", [{"path": "/*", "preload": lambda: stage.seen.append(2)}], preload=False
    )
    other.preload("/x")
    assert stage.seen == [1]


async def test_transform_url_counts_for_links(stage: Stage) -> None:
    strip: Any = {"transform_url": lambda url: url.removeprefix("/en")}
    browser, model = stage.browser_model("/en/", routes(stage), **strip)
    browser.preload("/en/users/1")
    assert len(stage.seen) == 2
    stage.inside(model, use_preload_route)("/en/users/1", preload_data=True)
    assert len(stage.seen) == 2


async def test_what_it_awaits_knows_the_reason(stage: Stage) -> None:
    gate: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def load() -> None:
        await gate
        stage.seen.append(current_intent.get())

    browser, _ = stage.browser_model("/", [{"path": "/a", "preload": load}, {"path": "/"}])
    browser.preload("/a")
    gate.set_result(None)
    await stage.settle()
    assert stage.seen == ["preload"]


async def test_failures_of_a_hover_are_nobodys(stage: Stage) -> None:
    def broken() -> None:
        raise ValueError("sync")

    async def late() -> None:
        raise ValueError("async")

    browser, model = stage.browser_model(
        "/", [{"path": "/a", "preload": broken}, {"path": "/b", "preload": late}]
    )
    browser.preload("/a")
    browser.preload("/b")
    await stage.settle()
    assert model.preloader.pending == 0


async def test_no_more_than_so_many_at_once(stage: Stage) -> None:
    async def wait() -> None:
        await asyncio.get_running_loop().create_future()

    browser, model = stage.browser_model("/", [{"path": "/:n", "preload": wait}, {"path": "/"}])
    for number in range(MAX_PENDING + 5):
        browser.preload(f"/{number}")
    assert model.preloader.pending == MAX_PENDING
    await stage.close()
    assert model.preloader.pending == 0


async def test_an_async_preload_gives_its_task_as_data(stage: Stage) -> None:
    async def load(args: PreloadArgs) -> str:
        return args.params["id"] + "!"

    model = stage.model("/u/1", [{"path": "/u/:id", "preload": load}])
    (context,) = stage.states(model)()
    assert await context.data == "1!"
