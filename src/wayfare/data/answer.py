"""One run of a fetcher, and everyone who waits for it.

An `Answer` is what calling a query gives: it is awaitable, any number of times and by anybody. The fetch runs
in a task of its own; each waiter has a future of its own, so a waiter that is cancelled disturbs nobody, and
a waiter that has left is not kept alive by a fetch that goes on. When the last of those who waited has left,
the fetch is called off, down to whatever it awaits; a fetch that nobody has waited for yet (a preload) runs
to its end.

    PENDING ──> VALUE | ERROR | REDIRECT        what the fetcher came to
       └──────> CANCELLED                       the last waiter left; awaiting it again fetches anew
"""

from __future__ import annotations

import asyncio
import functools
import logging
from collections.abc import Awaitable, Callable, Coroutine, Generator
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Generic, Protocol, TypeVar, cast

from .._types import Clock
from ..errors import NotFollowedError, UsageError, WayfareError, exc_info_of
from ..reactive import Arrival, Scope, Transition, batch
from .intent import FirstResponse, Navigator, StillWanted, hold_back, provided, still_wanted
from .keys import name_of_key
from .responses import Response, ResponseHead

if TYPE_CHECKING:
    from .cache import Entry

R = TypeVar("R")
logger = logging.getLogger("wayfare.data")

_awaited_by: dict[asyncio.Task[Any] | None, Answer[Any]] = {}
"""What each task that awaits an answer waits for: how a fetch that waits for itself is found."""
_FIRST_RETRY = 0.1
_LONGEST_RETRY = 5.0


PENDING: Final = 0
VALUE: Final = 1
ERROR: Final = 2
REDIRECT: Final = 3
CANCELLED: Final = 4
STATES: Final = ("pending", "value", "error", "redirect", "cancelled")

MAX_NESTED_AWAITABLES: Final = 16
_NOBODY: Final[dict[Scope, StillWanted]] = {}
"""Who goes along with an answer that is no redirect; never written to."""


class Call(Protocol):
    """The call that an answer answers: it can be made, and made again."""

    @property
    def key(self) -> str: ...
    @property
    def retries(self) -> int: ...
    def fetch(self) -> object:
        """The value, or what has to be awaited for it."""
        ...

    def again(self) -> Answer[object]: ...


class Answer(Arrival, Awaitable[R], Generic[R]):
    """What a query's fetcher came to, or will. Await it for the value, as often as you like.

    `done` tells whether there is an outcome. Raises, when awaited, what the fetcher raised.
    """

    __slots__ = (
        "_call",
        "_followed",
        "_outcome",
        "_task",
        "_trace",
        "_waited",
        "_waiters",
        "entry",
        "followers",
        "scope",
        "state",
    )

    def __init__(self, call: Call | None, scope: Scope | None, entry: Entry | None = None) -> None:
        self._call = call
        self.scope = scope  # where the fetch runs: the page's, or one that several pages share
        self.entry = entry
        self.state: int = PENDING
        self._outcome: Any = None
        self._trace: TracebackType | None = None
        self._task: asyncio.Task[None] | None = None
        self._waiters: dict[Callable[[Answer[R]], None], Transition | None] = {}
        self._waited = False
        self._followed = False
        # Who goes along if it comes to a redirect: always, or while the page that preloads it is wanted.
        self.followers: dict[Scope, StillWanted] = {}

    @classmethod
    def of(cls, value: R) -> Answer[R]:
        """The answer that is known already."""
        answer = cls(None, None)
        answer._take(value)
        return answer

    @property
    def done(self) -> bool:
        """Whether there is an outcome; a cancelled fetch has none."""
        return self.state != PENDING and self.state != CANCELLED

    @property
    def good(self) -> bool:
        """Whether the outcome is a value."""
        return self.state == VALUE

    @property
    def redirects(self) -> bool:
        """Whether the outcome is a redirect."""
        return self.state == REDIRECT

    @property
    def value(self) -> R:
        """The value, once there is one; raises what the fetcher raised."""
        if self.state == VALUE:
            return self._outcome  # type: ignore[no-any-return]
        if self.state == ERROR:
            # each raise adds its frames to an exception: begin again at the fetcher's, or they would pile up
            raise self._outcome.with_traceback(self._trace)
        if self.state == REDIRECT:
            self._explain_unfollowed()
            return cast("R", None)
        raise WayfareError(f"The value of {self!r} was asked for before it has come. Await it first.")

    def __await__(self) -> Generator[object, None, R]:
        if self.state == VALUE:
            return self._outcome  # type: ignore[no-any-return]
        answer = self
        while not answer.done:
            if answer.state == CANCELLED:
                answer = answer._again()
                continue
            me = asyncio.current_task()
            answer._check_cycle(me)
            future = asyncio.get_running_loop().create_future()
            wake = _Wake(future)
            answer.join(wake)
            _awaited_by[me] = answer
            try:
                yield from future
            finally:
                _awaited_by.pop(me, None)
                answer.leave(wake)
        return answer.value

    def _check_cycle(self, me: asyncio.Task[Any] | None) -> None:
        """A fetch that awaits itself, through others perhaps, would never end."""
        reached: list[tuple[Answer[Any], tuple[str, ...]]] = [(self, ())]
        seen: set[Answer[Any]] = set()
        while reached:
            answer, path = reached.pop()
            if answer in seen or answer._task is None or answer._call is None:
                continue
            seen.add(answer)
            path = (*path, answer._call.key)
            for task in _with_awaited(answer._task):
                if task is me:
                    circle = " -> ".join([path[-1], *path])
                    raise UsageError(
                        f"The fetch of {path[0]} waits for itself: {circle}. Call the function that the "
                        "query is made from, or pass what differs."
                    )
                if task in _awaited_by:
                    reached.append((_awaited_by[task], path))

    async def outcome(self) -> None:
        """Wait until there is an outcome or none will come; whatever it is, nothing is raised."""
        if self.state == PENDING:
            future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            wake = _Wake(future)
            self.join(wake)
            try:
                await future
            finally:
                self.leave(wake)

    def __repr__(self) -> str:
        key = self.entry.key if self.entry is not None else "a value that was set"
        return f"<Answer of {key}, {STATES[self.state]}>"

    # waiting -----------------------------------------------------------------

    def join(self, waiter: Callable[[Answer[R]], None], transition: Transition | None = None, /) -> None:
        """Call `waiter` when there is an outcome, or none will come; inside `transition`, if any."""
        self._waited = True
        self._waiters[waiter] = transition
        if self.done:
            self._wake_soon()

    def leave(self, waiter: Callable[[Answer[R]], None], /) -> None:
        """Wait no longer. When the last one leaves the fetch is called off, unless another joins at once."""
        if waiter in self._waiters:
            del self._waiters[waiter]
            if not self._waiters and self.state == PENDING:
                assert self.scope is not None
                self.scope.world.clock.call_soon(self._cancel_if_unwanted)

    def cancelled(self) -> bool:
        """Whether the fetch has been called off."""
        return self.state == CANCELLED

    def exception(self) -> BaseException | None:
        """What the fetcher raised."""
        try:
            if self.done:
                self.value  # noqa: B018
            return None
        except Exception as error:
            return error

    def result(self) -> R:
        """The value, once there is one; raises what the fetcher raised."""
        return self.value

    def _cancel_if_unwanted(self) -> None:
        if not self._waiters:
            self.cancel()

    def cancel(self) -> None:
        """Call off the fetch. Whoever awaits the answer after that fetches anew."""
        if self.state != PENDING:
            return
        self.state = CANCELLED
        if self.entry is not None:
            self.entry.give_up(self)
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
        self._wake()

    def _again(self) -> Answer[R]:
        assert self._call is not None
        return cast("Answer[R]", self._call.again())

    def _wake(self) -> None:
        """Tell everyone who waits. Those inside a transition are told together, at the end of the tick."""
        waiters, self._waiters = self._waiters, {}
        urgent: list[Callable[[Answer[R]], None]] = []
        for waiter, transition in waiters.items():
            if isinstance(waiter, _Wake):  # who awaits it goes on before who awaits what follows from it
                waiter()
            elif transition is None or transition.state != "pending":
                urgent.append(waiter)
            else:
                due = _due.get(transition)
                if due is None:
                    due = _due[transition] = []
                    transition.scope.world.clock.call_soon(functools.partial(_deliver, transition))
                due.append((waiter, self))
        if urgent:
            batch(functools.partial(_tell_all, [(waiter, self) for waiter in urgent]))

    # fetching ----------------------------------------------------------------

    def start(self) -> None:
        """Begin the fetch: it runs up to its first wait before this returns."""
        assert self._call is not None
        assert self.scope is not None
        self.scope.world.spawner.spawn(self._run(self._call), name=self._call.key)

    async def _run(self, call: Call) -> None:
        self._task = asyncio.current_task()
        attempt = 0
        while True:
            try:
                value: Any = call.fetch()
                depth = 0
                while hasattr(type(value), "__await__"):  # pyright: ignore[reportUnknownArgumentType]
                    depth += 1
                    if depth > MAX_NESTED_AWAITABLES:
                        raise _too_deep(call.key, value)
                    value = await value
            except Response as response:
                self.resolve(response, raised=True)
            except asyncio.CancelledError:
                if self.state == PENDING:
                    # by the program's end, or by the fetcher itself: an outcome, but none to keep
                    if self.entry is not None:
                        self.entry.give_up(self)
                    self.fail(WayfareError(f"The fetch of {call.key} was cancelled, and not by Wayfare."))
                raise
            except Exception as error:
                if attempt < call.retries:
                    assert self.scope is not None
                    await pause(self.scope.world.clock, min(_FIRST_RETRY * 2**attempt, _LONGEST_RETRY))
                    attempt += 1
                    continue
                self.fail(error)
            else:
                self.resolve(value)  # not above: what its readers raise is no failure of the fetch
            return

    def resolve(self, value: object, *, raised: bool = False) -> None:
        """The fetcher has returned `value`, or raised it where it is a `Response`."""
        if self.state != PENDING:
            return
        if isinstance(value, Response):
            self._take_response(value, raised)
        else:
            self._take(value)
        self._finish()

    def fail(self, error: BaseException) -> None:
        """The fetcher has raised `error`."""
        if self.state != PENDING:
            return
        self._refuse(error)
        if not self._waiters and self._waited:
            logger.warning("%r failed, and nobody waits for it any more", self, exc_info=exc_info_of(error))
        self._finish()

    def _take(self, value: object) -> None:
        self.state, self._outcome = VALUE, value

    def _refuse(self, error: BaseException) -> None:
        self.state, self._outcome, self._trace = ERROR, error, error.__traceback__

    def _take_response(self, response: Response, raised: bool) -> None:
        response.__traceback__ = None
        if response.location is not None:
            self.state, self._outcome = REDIRECT, response
        elif response.has_data and not raised:
            self._take(response.data)
        elif raised:
            wrapped = response.data if response.has_data else None
            self._refuse(wrapped if isinstance(wrapped, Exception) else response)
        else:
            self._take(response)
        for scope in self.followers:
            if (head := provided(scope, ResponseHead)) is not None:
                head.add(response)

    def _finish(self) -> None:
        self._task = None
        if self.entry is not None and self.good:
            self.entry.settle(self, self._outcome)
        self._call = None  # nobody makes the call again once it has an outcome
        followers, self.followers = self.followers, _NOBODY
        if self.state == REDIRECT and self.scope is not None:
            for scope, wanted in followers.items():
                if wanted is None or wanted():
                    self.follow(scope)
            self._wake_soon()
        else:
            self._wake()

    def _wake_soon(self) -> None:
        """Tell everyone after the navigation has begun, which takes the loop's next turn: the page that was
        asked for isn't shown on the way.
        """
        assert self.scope is not None
        clock = self.scope.world.clock
        clock.call_soon(lambda: clock.call_soon(self._wake))

    # redirects ---------------------------------------------------------------

    def lead(self, scope: Scope) -> None:
        """The page of `scope` goes along if it comes to a redirect."""
        wanted = still_wanted.get()
        if wanted is None:
            self.followers[scope] = None
            return
        self.followers.setdefault(scope, wanted)
        first = provided(scope, FirstResponse)
        if first is not None:
            # Nothing may read what a preload function asks for, and a redirect is an answer's to give.
            release = first.hold()
            self.join(lambda _: release())

    def follow_soon(self, scope: Scope) -> None:
        """Follow a redirect that is known already. Not at once: a navigation that begins inside of the
        computation that calls would run it again before what the navigation takes away is gone. A transition
        that is running is not over before: the page on the way is neither shown nor in the history.
        """
        self._followed = self._followed or provided(scope, Navigator) is not None
        wanted = still_wanted.get()
        let_go = hold_back(scope)

        def go() -> None:
            if wanted is None or wanted():
                self.follow(scope)
            let_go()

        scope.world.clock.call_soon(go)

    def follow(self, scope: Scope) -> None:
        """Let the scope's router go where a redirect leads. It is asked again at each use of the answer."""
        response = cast("Response", self._outcome)
        navigator = provided(scope, Navigator)
        if navigator is not None and response.location is not None:
            location = response.location
            self._followed = True
            # What is asked for there is wanted, whatever becomes of the page that leads there.
            token = still_wanted.set(None)
            try:
                scope.run(lambda: navigator.redirect(location, replace=True))
            except Exception:
                logger.exception("The redirect of %r to %s could not be followed", self, location)
            finally:
                still_wanted.reset(token)

    def _explain_unfollowed(self) -> None:
        if not self._followed:
            location = cast("Response", self._outcome).location
            raise NotFollowedError(
                f"{self!r} came to a redirect to {location}, and there is no router here that could follow "
                "it. "
                "Use the query in a page, or let it raise an error of its own where it is used without one."
            )


_due: dict[Transition, list[tuple[Callable[[Any], None], Answer[Any]]]] = {}
"""Who is to be told inside which transition at the end of this tick: entering one costs as much as it has
touched.
"""


def _deliver(transition: Transition) -> None:
    due = _due.pop(transition)

    if transition.state == "pending":
        transition.run(functools.partial(_tell_all, due))
    else:
        batch(functools.partial(_tell_all, due))


def _tell_all(due: list[tuple[Callable[[Any], None], Answer[Any]]]) -> None:
    for waiter, answer in due:
        try:
            waiter(answer)
        except Exception:
            logger.exception("A waiter for %r raised an exception", answer)


def _too_deep(key: str, value: object) -> UsageError:
    if isinstance(value, Coroutine):
        value.close()
    return UsageError(
        f"query {name_of_key(key)!r} gave an awaitable of an awaitable, {MAX_NESTED_AWAITABLES} deep. Await "
        "it inside the query, and return the value."
    )


def _with_awaited(task: asyncio.Task[Any]) -> list[asyncio.Task[Any]]:
    """A task, and those it has to wait for itself: what it awaits, alone or by `asyncio.gather`.

    Only asyncio knows that, by names of its own. Without them, a fetch that waits for itself isn't told so.
    """
    found = [task]
    for each in found:
        awaited = getattr(each, "_fut_waiter", None)
        parts = getattr(awaited, "_children", (awaited,))
        found += [part for part in parts if isinstance(part, asyncio.Task) and part not in found]
    return found


class _Wake:
    """The callback that lets one waiter go on."""

    __slots__ = ("_future",)

    def __init__(self, future: asyncio.Future[None]) -> None:
        self._future = future

    def __call__(self, _: object = None) -> None:
        if not self._future.done():
            self._future.set_result(None)


async def pause(clock: Clock, seconds: float) -> None:
    """Wait for `seconds` of `clock`, which a test moves by hand."""
    future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    timer = clock.call_later(seconds, _Wake(future))
    try:
        await future
    finally:
        timer.cancel()
