"""The run of an action, which is never called off once it has begun, and what it comes to."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Generator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from ..errors import exc_info_of
from .responses import Response

R = TypeVar("R")
logger = logging.getLogger("wayfare.data")


class Run(Awaitable[R], Generic[R]):
    """What an action will come to. Await it, or don't: it goes on either way.

    Each waiter has a future of its own, so one that is cancelled takes nothing with it.
    """

    __slots__ = ("_done", "_error", "_name", "_told", "_value", "_waiters")

    def __init__(self, name: str) -> None:
        self._name = name
        self._done = False
        self._told = False
        self._value: R | None = None
        self._error: BaseException | None = None
        self._waiters: dict[asyncio.Future[None], None] = {}

    @property
    def done(self) -> bool:
        """Whether it is over."""
        return self._done

    def finish(self, value: R) -> None:
        """It has come to `value`."""
        self._end(value, None)

    def fail(self, error: BaseException) -> None:
        """It has raised `error`."""
        self._end(None, error)

    def _end(self, value: R | None, error: BaseException | None) -> None:
        self._done, self._value, self._error = True, value, error
        waiters, self._waiters = self._waiters, {}
        for future in waiters:
            if not future.done():
                future.set_result(None)

    def __await__(self) -> Generator[object, None, R]:
        if not self._done:
            future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiters[future] = None
            try:
                yield from future
            finally:
                self._waiters.pop(future, None)
        self._told = True
        if self._error is not None:
            raise self._error
        return cast("R", self._value)

    def __del__(self) -> None:
        # cancelled means that the loop has been closed under it: nobody is left to tell
        if isinstance(self._error, Exception) and not self._told:
            logger.error(
                "The action %s failed, and nobody awaited it", self._name, exc_info=exc_info_of(self._error)
            )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run of an action came to.

    `result` is the data, `None` where there is none; `error` what the action raised; `response` the
    `Response` it gave, which says where to go on, with which status and headers.
    """

    result: object = None
    error: BaseException | None = None
    response: Response | None = None

    @property
    def empty(self) -> bool:
        """Whether there is nothing to show: neither data nor an error."""
        return self.result is None and self.error is None


class Result(Awaitable[Any]):
    """A run as its caller sees it: the result, or the exception raised, where callers are told of it."""

    __slots__ = ("_run", "_tells_error")

    def __init__(self, run: Run[Outcome], *, tells_error: bool = True) -> None:
        self._run = run
        self._tells_error = tells_error

    def __await__(self) -> Any:
        outcome = yield from self._run.__await__()
        if outcome.error is not None and self._tells_error:
            raise outcome.error
        return outcome.result
