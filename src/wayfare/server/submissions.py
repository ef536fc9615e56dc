"""Form posts at most once, and their outcomes told again.

A browser that lost its connection can't know whether its post arrived, so it sends it again with the same
submission id. Here the second post finds the first: it waits for it, or is told what came of it.

    post id=a ──► runs ────────────► outcome kept for a while
    post id=a ──────► waits ───────► the same outcome
    post id=a, later ──────────────► the same outcome

Flashes are the other kind of outcome that is told later: a post made without JavaScript is answered with a
redirect, and its outcome waits for the page that the browser asks for next.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from .._types import World
from ..errors import LimitError, UsageError
from ..page import Limits

T = TypeVar("T")


class ForeignSubmissionError(UsageError):
    """A submission id came again with another action, or from another session."""


class BusyError(LimitError):
    """As many posts are at work as may be."""


@dataclass(slots=True, eq=False)
class _Run(Generic[T]):
    owner: tuple[str | None, str]
    expires: float
    # Each waiter has its own future: one shared by all would keep every past waiter alive.
    waiters: list[asyncio.Future[T]] = field(default_factory=list[asyncio.Future[T]])
    done: bool = False
    value: T | None = None
    error: BaseException | None = None


class Submissions(Generic[T]):
    """The submissions of one worker by id, bounded in number and in time.

    Args:
        limits: `submissions_kept`, `submission_seconds`, `running_submissions`.
        world: the clock, and the spawner that the runs are started with.
    """

    def __init__(self, limits: Limits, world: World) -> None:
        self._limits = limits
        self._world = world
        self._runs: OrderedDict[str, _Run[T]] = OrderedDict()
        self._running = 0
        self._idle: list[asyncio.Future[None]] = []

    async def run(
        self, submission: str, owner: tuple[str | None, str], start: Callable[[], Awaitable[T]]
    ) -> T:
        """What came of the submission, running it if it has not been.

        Args:
            submission: the id that the browser gave it.
            owner: whose it is and what: session and action. A repetition has to have the same.
            start: runs it. It goes on to its end although whoever asked has gone.

        Raises:
            ForeignSubmissionError: the id belongs to somebody else's submission, or to another action's.
            BusyError: too many are running.
        """
        self._forget_old()
        run = self._runs.get(submission)
        if run is None:
            run = self._begin(submission, owner, start)
        elif run.owner != owner:
            raise ForeignSubmissionError(
                "This submission id was used before, for something else. Nothing was run."
            )
        if not run.done:
            waiter: asyncio.Future[T] = asyncio.get_running_loop().create_future()
            run.waiters.append(waiter)
            try:
                return await waiter
            finally:
                if waiter in run.waiters:
                    run.waiters.remove(waiter)
        if run.error is not None:
            raise run.error
        return run.value  # type: ignore[return-value]  # done without an error: the value is there

    def _begin(
        self, submission: str, owner: tuple[str | None, str], start: Callable[[], Awaitable[T]]
    ) -> _Run[T]:
        if self._running >= self._limits.running_submissions:
            raise BusyError(
                f"{self._running} form posts are at work, as many as Limits.running_submissions allows. "
                "Try again in a moment."
            )
        run: _Run[T] = _Run(owner, self._world.clock.now() + self._limits.submission_seconds)
        self._runs[submission] = run
        self._running += 1
        self._world.spawner.spawn(self._carry_out(run, start), name=f"submission {owner[1]}")
        return run

    async def _carry_out(self, run: _Run[T], start: Callable[[], Awaitable[T]]) -> None:
        try:
            run.value = await start()
        except asyncio.CancelledError as error:
            run.error = error
            raise
        except Exception as error:
            run.error = error
        finally:
            run.done = True
            run.expires = self._world.clock.now() + self._limits.submission_seconds
            self._running -= 1
            waiters, run.waiters = run.waiters, []
            for waiter in waiters:
                if waiter.done():
                    continue
                if run.error is None:
                    waiter.set_result(run.value)  # type: ignore[arg-type]
                elif isinstance(run.error, asyncio.CancelledError):
                    waiter.cancel()
                else:
                    waiter.set_exception(run.error)
            if self._running == 0:
                idle, self._idle = self._idle, []
                for future in idle:
                    if not future.done():
                        future.set_result(None)

    def _forget_old(self) -> None:
        now = self._world.clock.now()
        surplus = len(self._runs) - self._limits.submissions_kept + 1
        for _ in range(len(self._runs)):
            submission, run = next(iter(self._runs.items()))
            if run.done and (surplus > 0 or run.expires <= now):
                del self._runs[submission]
                surplus -= 1
            elif surplus > 0:
                # One that is still at work is never forgotten; the next in line goes instead.
                self._runs.move_to_end(submission)
            else:
                break

    async def drained(self) -> None:
        """Wait until no post is at work."""
        while self._running:
            future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._idle.append(future)
            await future

    @property
    def running(self) -> int:
        """How many posts are at work."""
        return self._running

    def __len__(self) -> int:
        return len(self._runs)


class Flashes(Generic[T]):
    """Values that wait for a browser's next page: taken once, bounded in number and in time.

    >>> from types import SimpleNamespace
    >>> world = SimpleNamespace(clock=SimpleNamespace(now=lambda: 0.0))
    >>> flashes = Flashes(Limits(), world)
    >>> key = flashes.put("saved")
    >>> flashes.take(key), flashes.take(key)
    ('saved', None)
    """

    def __init__(self, limits: Limits, world: World) -> None:
        self._limits = limits
        self._world = world
        self._kept: OrderedDict[str, tuple[float, T]] = OrderedDict()

    def put(self, value: T) -> str:
        """Keep a value; returns the unguessable name it is taken by."""
        key = secrets.token_urlsafe(18)
        self._kept[key] = (self._world.clock.now() + self._limits.flash_seconds, value)
        while len(self._kept) > self._limits.flashes_kept:
            self._kept.popitem(last=False)
        return key

    def take(self, key: str) -> T | None:
        """The value, once; None where there is none, or it is too old."""
        kept = self._kept.pop(key, None)
        if kept is None or kept[0] < self._world.clock.now():
            return None
        return kept[1]

    def __len__(self) -> int:
        return len(self._kept)
