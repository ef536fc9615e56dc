"""The real world: the running asyncio loop's clock and tasks, and unguessable ids.

`spawn` starts a coroutine at the call, up to its first suspension, as `async def` handlers, fetchers and
actions promise (api.md). Python 3.12 has `asyncio.eager_task_factory`'s machinery for it; on 3.11 the first
step is driven by hand, with the new task as `asyncio.current_task()`, so that `asyncio.timeout` and anyio's
cancel scopes find the task they are in.
"""

from __future__ import annotations

import asyncio
import contextvars
import secrets
import sys
from collections.abc import Callable, Coroutine, Generator
from typing import Any, TypeVar

from ._types import Timer
from .errors import UsageError

T = TypeVar("T")


def _loop(wanted: str) -> asyncio.AbstractEventLoop:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        raise UsageError(
            f"{wanted} needs a running event loop, and there is none here. Call it from an async function, "
            "for instance inside asyncio.run(main())."
        ) from None


class AsyncioClock:
    """Time and timers of the running loop."""

    __slots__ = ()

    def now(self) -> float:
        return _loop("the clock").time()

    def call_later(self, delay: float, fn: Callable[[], object]) -> Timer:
        return _loop("a timer").call_later(delay, fn)

    def call_soon(self, fn: Callable[[], object]) -> Timer:
        return _loop("putting work off").call_soon(fn)


class AsyncioSpawner:
    """Starts coroutines as tasks of the running loop, at the call."""

    __slots__ = ()

    def spawn(self, coro: Coroutine[object, object, T], *, name: str) -> asyncio.Task[T]:
        try:
            loop = _loop("starting a coroutine")
        except UsageError:
            coro.close()
            raise
        return start_eagerly(loop, coro, name)


class AsyncioWorld:
    """The world of an ordinary asyncio program.

    >>> AsyncioWorld().ids() != AsyncioWorld().ids()
    True
    """

    __slots__ = ("_clock", "_loop", "_spawner", "on_new_loop")

    def __init__(self) -> None:
        self._clock = AsyncioClock()
        self._spawner = AsyncioSpawner()
        self._loop: asyncio.AbstractEventLoop | None = None
        self.on_new_loop: Callable[[], object] | None = None
        """Called where the last loop has been closed and another runs: what waited there never comes."""
        self.notice_loop()

    @property
    def clock(self) -> AsyncioClock:
        self.notice_loop()
        return self._clock

    @property
    def spawner(self) -> AsyncioSpawner:
        self.notice_loop()
        return self._spawner

    @property
    def ids(self) -> Callable[[], str]:
        return unguessable

    def notice_loop(self) -> None:
        """Go on in the running loop, where there is one and the last one runs no more."""
        last = self._loop
        if last is not None and last.is_running():
            return
        try:
            self._loop = asyncio.get_running_loop()
        except RuntimeError:
            return
        if last is not None and last.is_closed() and self.on_new_loop is not None:
            self.on_new_loop()

    def call_threadsafe(self, fn: Callable[[], object]) -> None:
        """Call `fn` soon in the loop that this world was made or used in last, from any thread."""
        if self._loop is None or self._loop.is_closed():
            raise UsageError(
                "there is no running event loop to hand the call to. Call current_scope() in an async "
                "function, for instance inside asyncio.run(main()), and hand what it gives to the thread."
            )
        self._loop.call_soon_threadsafe(fn)


def unguessable() -> str:
    """An id of 128 random bits, in 22 characters that are safe in a URL."""
    return secrets.token_urlsafe(16)


if sys.version_info >= (3, 12):

    def start_eagerly(
        loop: asyncio.AbstractEventLoop, coro: Coroutine[Any, Any, T], name: str
    ) -> asyncio.Task[T]:
        """Start `coro` as a task that has run up to its first suspension when this returns."""
        # Without a context of its own, an eager first step would leak what it sets into the caller's.
        return asyncio.Task(coro, loop=loop, name=name, context=contextvars.copy_context(), eager_start=True)

else:

    def start_eagerly(
        loop: asyncio.AbstractEventLoop, coro: Coroutine[Any, Any, T], name: str
    ) -> asyncio.Task[T]:
        """Start `coro` as a task that has run up to its first suspension when this returns."""
        context = contextvars.copy_context()
        started = _Started(coro)
        task: asyncio.Task[T] = loop.create_task(started, name=name, context=context)
        caller = asyncio.current_task(loop)
        if caller is not None:
            asyncio.tasks._leave_task(loop, caller)
        asyncio.tasks._enter_task(loop, task)
        try:
            context.run(started.take_first_step)
        finally:
            asyncio.tasks._leave_task(loop, task)
            if caller is not None:
                asyncio.tasks._enter_task(loop, caller)
        return task

    class _Started(Coroutine[Any, Any, Any]):
        """A coroutine whose first step has been taken; its task is given that step's outcome first."""

        __slots__ = ("coro", "error", "finished", "handed_over", "value")

        def __init__(self, coro: Coroutine[Any, Any, Any]) -> None:
            self.coro = coro
            self.value: Any = None
            self.error: BaseException | None = None
            self.finished = False
            self.handed_over = False

        def take_first_step(self) -> None:
            try:
                self.value = self.coro.send(None)
            except StopIteration as stop:
                self.value = stop.value
                self.finished = True
            except (KeyboardInterrupt, SystemExit):
                raise
            except BaseException as error:
                self.error = error
                self.finished = True

        def send(self, value: Any) -> Any:
            if self.handed_over:
                return self.coro.send(value)
            self.handed_over = True
            value = self.value
            self.value = None
            if not self.finished:
                return value
            if self.error is not None:
                error = self.error
                self.error = None
                raise error
            raise StopIteration(value)

        def throw(self, typ: Any, val: Any = None, _tb: Any = None) -> Any:
            error = typ if val is None else val
            if not self.handed_over:
                # Cancelled before the task's own first step: what the coroutine waits for hears of it too.
                self.handed_over = True
                waiting = self.value
                self.value = None
                if self.finished:
                    raise error
                if isinstance(waiting, asyncio.Future):
                    waiting._asyncio_future_blocking = False
                    waiting.cancel()
            return self.coro.throw(error)

        def close(self) -> None:
            self.coro.close()

        def __await__(self) -> Generator[Any, Any, Any]:
            return self.coro.__await__()
