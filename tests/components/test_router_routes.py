"""`lazy`: loading on demand and ahead of it, once for everybody, failures told to those who wait."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from wayfare.components import Route, Router, lazy
from wayfare.errors import UsageError
from wayfare.html import p
from wayfare.reactive import current_scope
from wayfare.render import ErrorBoundary, Suspense, component

from .router_page import Page

pytestmark = pytest.mark.anyio
Open = Callable[[str], Page]


@component
def Shown(params: Any) -> Any:
    return p["lazy ", params.id]


def slow() -> tuple[Any, asyncio.Future[Any], list[int]]:
    gate: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    loads: list[int] = []

    def load() -> Any:
        loads.append(1)
        return gate

    return lazy(load), gate, loads


async def test_a_navigation_waits_for_the_code(open_page: Open) -> None:
    made, gate, loads = slow()
    page = open_page("/")
    page.show(
        Suspense(fallback="...")[
            Router[Route(path="/", component=lambda: p["home"]), Route(path="/:id", component=made)]
        ]
    )
    assert await page.follow("/7") == "<p>home</p>"
    gate.set_result(SimpleNamespace(default=Shown))
    assert await page.settle() == "<p>lazy 7</p>"
    await page.follow("/")
    assert await page.follow("/8") == "<p>lazy 8</p>"
    assert loads == [1]


async def test_the_first_view_shows_the_fallback(open_page: Open) -> None:
    made, gate, _ = slow()
    page = open_page("/7")
    assert page.show(Suspense(fallback="...")[Router[Route(path="/:id", component=made)]]) == "..."
    gate.set_result(Shown)
    assert await page.settle() == "<p>lazy 7</p>"


async def test_hovering_loads_it_once(open_page: Open) -> None:
    made, gate, loads = slow()
    page = open_page("/")
    page.show(Router[Route(path="/"), Route(path="/:id", component=made)])
    page.browser.preload("/1", False)
    page.browser.preload("/2", False)
    gate.set_result(Shown)
    await page.settle()
    assert loads == [1]
    assert await page.follow("/3") == "<p>lazy 3</p>"


async def test_code_that_fails_to_load_on_hover_is_told_in_the_log(
    open_page: Open, caplog: pytest.LogCaptureFixture
) -> None:
    async def load() -> Any:
        raise ImportError("not there")

    made = lazy(load)
    page = open_page("/")
    page.show(Router[Route(path="/"), Route(path="/1", component=made)])
    page.browser.preload("/1", False)
    await page.settle()
    assert f"{made!r} could not be loaded ahead of being shown" in caplog.text
    assert "not there" in caplog.text


async def test_a_module_by_its_name(open_page: Open) -> None:
    made = lazy("wayfare.components.head:Title")
    page = open_page("/")
    loaded = await page.scope.run(made.load)
    assert loaded.name == "Title"
    assert await page.scope.run(made.load) is loaded
    assert repr(made) == "<lazy wayfare.components.head:Title>"


@pytest.mark.parametrize("name", ["wayfare.components", "wayfare:", ":Home", 5])
def test_names_that_name_no_component_are_refused(name: Any) -> None:
    with pytest.raises(UsageError, match=r"lazy"):
        lazy(name)


async def test_a_failure_reaches_the_boundary_and_the_next_try_loads_again(open_page: Open) -> None:
    attempts: list[int] = []

    async def load() -> Any:
        attempts.append(1)
        if len(attempts) < 3:
            raise ImportError("not there")
        return Shown

    made = lazy(load)
    page = open_page("/7")
    around = component(
        lambda children: ErrorBoundary(fallback=lambda error: p[str(error)])[
            Suspense(fallback="...")[children]
        ]
    )
    page.show(
        Router(root=around)[Route(path="/:id", component=made), Route(path="/", component=lambda: "home")]
    )
    # Once ahead of the view, once for it.
    assert "not there" in await page.settle()
    assert len(attempts) == 2
    await page.follow("/")
    assert await page.follow("/8") == "<p>lazy 8</p>"


async def test_a_missing_name_in_a_module_says_which(open_page: Open) -> None:
    made = lazy("wayfare.components.head:Nope")
    page = open_page("/")
    with pytest.raises(UsageError, match="has no 'Nope'"):
        await page.scope.run(made.load)


async def test_a_load_that_is_called_off_calls_off_those_who_wait(open_page: Open) -> None:
    made, gate, _ = slow()
    page = open_page("/")
    waiting = asyncio.ensure_future(page.scope.run(made.load))
    await asyncio.sleep(0)
    gate.cancel()
    await asyncio.wait([waiting])
    assert waiting.cancelled()
    assert current_scope() is not page.scope
