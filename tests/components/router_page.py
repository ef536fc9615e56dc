"""A page with a router on it: mounted for real, the browser played, time moved a turn at a time."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from typing import Any

from wayfare._world import AsyncioSpawner
from wayfare.reactive import Scope, create_root
from wayfare.render import Mount, mount_root
from wayfare.routing import Browser, HistoryCommand


class _Clock:
    def now(self) -> float:
        return 0.0

    def call_later(self, delay: float, fn: Callable[[], object]) -> Any:
        del delay, fn
        return self

    def call_soon(self, fn: Callable[[], object]) -> Any:
        return asyncio.get_running_loop().call_soon(fn)

    def cancel(self) -> None: ...


class _World:
    def __init__(self) -> None:
        self.clock = _Clock()
        self.spawner = AsyncioSpawner()
        count = itertools.count()
        self.ids: Callable[[], str] = lambda: str(next(count))


class Page:
    """A mounted root, what it shows, and what it sent to the browser."""

    def __init__(self, url: str = "/", root_path: str = "") -> None:
        self.scope = Scope(_World(), "page")
        self.sent: list[HistoryCommand] = []
        self.patches: list[Any] = []
        self.browser = Browser(url, send=self.sent.append, root_path=root_path)
        self.browser.is_first_render = False
        self.scope.provide(Browser, self.browser)
        self.mounted: Mount | None = None

    def show(self, root: Any) -> str:
        """Mounts a root and gives the first HTML, without addresses."""

        def mount() -> Mount:
            return create_root(lambda: mount_root(lambda: root, self.patches.append), scope=self.scope)

        self.mounted = self.scope.run(mount)
        self.mounted.html()
        return self.html

    @property
    def html(self) -> str:
        assert self.mounted is not None
        return self.mounted.plain_html()

    async def settle(self) -> str:
        for _ in range(20):
            await asyncio.sleep(0)
        return self.html

    async def follow(self, url: str, **options: Any) -> str:
        """The visitor clicks a link."""
        self.browser.link(url, **options)
        return await self.settle()

    async def close(self) -> None:
        if self.mounted is not None:
            self.mounted.dispose()
        self.scope.close()
        await asyncio.sleep(0)
