"""A router without anything that is shown: a model over a history, its effects noted, time moved by hand."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from typing import Any, TypeVar

import pytest

from wayfare._world import AsyncioSpawner
from wayfare.reactive import Scope, create_effect, create_root, provide_context
from wayfare.routing import (
    Browser,
    BrowserHistory,
    HashHistory,
    History,
    HistoryCommand,
    MemoryHistory,
    RouterModel,
    RouterOptions,
    compile_routes,
    create_route_states,
    router_context,
)

T = TypeVar("T")


class LoopClock:
    """The loop's own turn for what is due soon; timers are called by `fire`."""

    def __init__(self) -> None:
        self.timers: list[Callable[[], object]] = []

    def now(self) -> float:
        return 0.0

    def call_later(self, delay: float, fn: Callable[[], object]) -> Any:
        del delay
        self.timers.append(fn)
        return self

    def call_soon(self, fn: Callable[[], object]) -> Any:
        return asyncio.get_running_loop().call_soon(fn)

    def cancel(self) -> None: ...


class LoopWorld:
    """Real tasks, ids that count up."""

    def __init__(self) -> None:
        self.clock = LoopClock()
        self.spawner = AsyncioSpawner()
        count = itertools.count(1)
        self.ids: Callable[[], str] = lambda: f"id{next(count)}"


class Stage:
    """A router being tested."""

    def __init__(self) -> None:
        self.scope = Scope(LoopWorld(), "test")
        self.sent: list[HistoryCommand] = []
        self.told: list[Any] = []
        self.seen: list[Any] = []
        self._ends: list[Callable[[], None]] = []

    def browser(self, url: str, state: object = None, *, first: bool = False) -> Browser:
        browser = Browser(
            url,
            state,
            send=self.sent.append,
            routing=lambda now: self.told.append(("routing", now)),
            guarded=lambda now: self.told.append(("guarded", now)),
        )
        browser.is_first_render = first
        self.scope.provide(Browser, browser)
        return browser

    def model(self, history: History | str, routes: Any, **options: Any) -> RouterModel:
        """A router; what it shows is built as a router component would."""
        if isinstance(history, str):
            history = MemoryHistory(history)
        tree = compile_routes(routes, base=options.get("base", ""))
        return self.root(lambda: RouterModel(history, lambda: tree, RouterOptions(**options)))

    def browser_model(
        self, url: str, routes: Any, *, hash: bool = False, first: bool = False, **options: Any
    ) -> Any:
        browser = self.browser(url, first=first)
        history = HashHistory(browser) if hash else BrowserHistory(browser)
        return browser, self.model(history, routes, **options)

    def root(self, fn: Callable[[], T]) -> T:
        def build(dispose: Callable[[], None]) -> T:
            self._ends.append(dispose)
            return fn()

        return self.scope.run(lambda: create_root(build, scope=self.scope))

    def inside(self, model: RouterModel, fn: Callable[[], T]) -> T:
        """What a component in the router's root would get."""
        return self.root(lambda: provide_context(router_context, model, fn))

    def states(self, model: RouterModel) -> Callable[[], Any]:
        return self.root(lambda: create_route_states(model))

    def watch(self, fn: Callable[[], Any]) -> list[Any]:
        """Every value that something has had, as an effect sees it."""
        values: list[Any] = []
        self.root(lambda: create_effect(lambda: values.append(fn())))
        return values

    def go(self, model: RouterModel, to: str | int, **options: Any) -> None:
        model.navigate(model.base, to, options or None)  # type: ignore[arg-type]

    async def settle(self) -> None:
        for _ in range(20):
            await asyncio.sleep(0)

    async def close(self) -> None:
        for end in reversed(self._ends):
            end()
        self.scope.close()
        await self.settle()


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    made = Stage()
    yield made
    await made.close()
