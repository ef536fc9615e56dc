"""A program to run tests in: a scope, and a step that lets everything that waits run."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from wayfare._world import AsyncioWorld
from wayfare.reactive import Scope, create_root

T = TypeVar("T")


async def settle() -> None:
    """Let every callback and task that can go on do so."""
    for _ in range(10):
        await asyncio.sleep(0)


class Answers:
    """A fetcher whose answers come when the test says so."""

    def __init__(self) -> None:
        self.calls: list[tuple[Any, asyncio.Future[Any]]] = []
        self.cancelled: list[Any] = []

    async def fetch(self, source: Any) -> Any:
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self.calls.append((source, future))
        try:
            return await future
        except asyncio.CancelledError:
            self.cancelled.append(source)
            raise

    async def give(self, source: Any, answer: Any) -> None:
        """Answer the newest fetch of `source`."""
        future = next(f for s, f in reversed(self.calls) if s == source)
        if isinstance(answer, Exception):
            future.set_exception(answer)
        else:
            future.set_result(answer)
        await settle()


class Program:
    """A root in a scope of its own."""

    def __init__(self) -> None:
        self.scope = Scope(AsyncioWorld(), "test")
        self.dispose: Callable[[], None] = lambda: None

    def root(self, build: Callable[[], T]) -> T:
        def keep(dispose: Callable[[], None]) -> T:
            self.dispose = dispose
            return build()

        return create_root(keep, scope=self.scope)

    def close(self) -> None:
        self.dispose()
        self.scope.close()
