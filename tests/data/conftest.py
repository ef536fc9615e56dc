"""A page for the tests of queries and actions: a scope whose clock is moved by hand."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from typing import Any, TypeVar

import pytest

from wayfare._world import AsyncioSpawner
from wayfare.data import AppCache, Navigator, PageCache, cache_of
from wayfare.reactive import Scope, create_root
from wayfare.testing.clock import VirtualClock

T = TypeVar("T")


class Clock(VirtualClock):
    """Timers are moved by hand; what is due soon is the loop's, so that a test may simply await things."""

    def call_soon(self, fn: Callable[[], object]) -> Any:
        return asyncio.get_running_loop().call_soon(fn)


class TestWorld:
    """Virtual time, real tasks, ids that count up."""

    __test__ = False

    def __init__(self) -> None:
        self.clock = Clock()
        self.spawner = AsyncioSpawner()
        self._ids = itertools.count(1)

    @property
    def ids(self) -> Callable[[], str]:
        return lambda: f"id{next(self._ids)}"


class Trail(Navigator):
    """A router that only writes down where it is sent."""

    def __init__(self) -> None:
        self.went: list[tuple[str, bool]] = []

    def redirect(self, url: str, *, replace: bool) -> None:
        self.went.append((url, replace))


class Page:
    """One page: its scope, its router, and roots that are disposed of when it closes."""

    def __init__(self, world: TestWorld, app: AppCache | None = None) -> None:
        self.world = world
        self.scope = Scope(world, "page")
        if app is not None:
            self.scope.provide(AppCache, app)
        self.trail = Trail()
        self.scope.provide(Navigator, self.trail)
        self._disposers: list[Callable[[], None]] = []

    @property
    def cache(self) -> PageCache:
        return cache_of(self.scope)

    def mount(self, build: Callable[[], T]) -> tuple[T, Callable[[], None]]:
        """Run `build` under a root of this page; gives what it returns, and how to take it down."""

        def inside(dispose: Callable[[], None]) -> tuple[T, Callable[[], None]]:
            self._disposers.append(dispose)
            return build(), dispose

        return self.scope.run(lambda: create_root(inside, scope=self.scope))

    def run(self, fn: Callable[[], T]) -> T:
        return self.scope.run(fn)

    def wait(self, awaitable: Any) -> asyncio.Task[Any]:
        """Await something in a task of this page."""

        async def work() -> Any:
            return await awaitable

        return self.scope.run(lambda: asyncio.ensure_future(work()))

    async def settle(self) -> None:
        """Let everything happen that needs no time to pass."""
        for _ in range(20):
            self.world.clock.advance(0)
            await asyncio.sleep(0)

    async def advance(self, seconds: float) -> None:
        """Let time pass, and everything happen that it sets off."""
        await self.settle()
        self.world.clock.advance(seconds)
        await self.settle()

    def close(self) -> None:
        for dispose in self._disposers:
            dispose()
        self._disposers.clear()
        self.scope.close()


@pytest.fixture
def world() -> TestWorld:
    return TestWorld()


@pytest.fixture
async def page(world: TestWorld) -> AsyncIterator[Page]:
    page = Page(world)
    yield page
    page.close()
    await asyncio.sleep(0)


@pytest.fixture
async def open_page(world: TestWorld) -> AsyncIterator[Callable[[], Page]]:
    """Makes pages of one app."""
    app = AppCache(world)
    pages: list[Page] = []

    def make() -> Page:
        pages.append(Page(world, app))
        return pages[-1]

    yield make
    for page in pages:
        page.close()
    app.close()
    await asyncio.sleep(0)
