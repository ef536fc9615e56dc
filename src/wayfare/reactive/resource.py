"""Resources: an async source as a signal, in one of five states.

``unresolved`` nothing asked for · ``pending`` the first value is on its way · ``ready`` · ``refreshing`` on
its way again, the last value stays readable · ``errored``.

A read under a Suspense boundary counts the boundary while a value is on its way, and raises `NotReady` where
there is none yet, so that who reads needs no guard. Only what the fetcher reads before it is first
suspended could be tracked, and nothing of it is: a resource runs again when its *source* changes.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Generic, TypeVar, cast, overload

from . import graph
from .arity import accepted_arguments, name_of
from .equality import same
from .fetching import (
    MISSING,
    Arrival,
    Failure,
    Missing,
    Refetch,
    ResourceActions,
    ResourceInfo,
    State,
    Stored,
)
from .graph import Signal
from .nodes import USER, NotReady
from .now import now
from .owner import context_of, get_owner, on_cleanup, run_with_owner
from .primitives import create_computed, create_memo, suspense_context, untrack
from .scope import current_scope
from .suspense import SuspenseBoundary
from .transition import Transition, running_transition

T = TypeVar("T")
S = TypeVar("S")

_FOLLOWING = Missing()
"""Why a resource loads that nobody but its source can make load, and that source's value before its first."""


class Resource(Generic[T]):
    """The read side of a resource: call it for the value.

    Attributes
    ----------
    state, loading, error:
        Where it stands; reading them subscribes.
    latest:
        The value, without suspending while it is fetched again.
    """

    __slots__ = (
        "_arrival", "_cancel", "_failure", "_fetcher", "_has_value", "_held", "_offered", "_owner",
        "_promise", "_refetch_awaited", "_resolved", "_scheduled", "_source", "_spawned", "_status", "_track",
        "_transition", "_value", "_waiting", "name",
    )  # fmt: skip

    def __init__(
        self,
        fetcher: Callable[..., Any],
        *,
        name: str,
        source: Callable[[], Any] | None = None,
        initial_value: Any = MISSING,
        storage: Callable[[Any], tuple[Callable[[], Any], Callable[[Any], Any]]] | None = None,
        cancel: bool | Callable[[asyncio.Future[Any]], object] = True,
    ) -> None:
        self.name = name
        self._fetcher = fetcher
        self._offered = accepted_arguments(fetcher, 2)
        self._cancel = cancel
        self._source = source
        self._promise: object = None
        self._spawned: asyncio.Future[Any] | None = None
        self._scheduled = False
        self._resolved = not isinstance(initial_value, Missing)
        self._has_value = self._resolved
        self._transition: Transition | None = None
        self._held: Transition | None = None
        self._waiting: dict[SuspenseBoundary, Transition | None] = {}  # and in whose world they were counted
        first = None if isinstance(initial_value, Missing) else initial_value
        self._value = Signal(first, same, name) if storage is None else Stored(*storage(first))
        self._failure = Signal(None, same, name)
        self._status = Signal("ready" if self._resolved else "unresolved", same, name)
        # these two carry no value, so there is none of either before somebody waits
        self._track: Signal | None = None
        self._arrival: Signal | None = None
        self._refetch_awaited: Refetch | None = None
        self._owner = get_owner()
        if self._owner is not None:
            on_cleanup(self._dispose)

    def __call__(self) -> T:
        value = self._value.read()
        failure = self._failure.read()
        if failure is not None and self._promise is None:
            raise failure.again()
        boundary = cast("SuspenseBoundary | None", context_of(now.owner, suspense_context))
        if boundary is None:
            return value  # type: ignore[no-any-return]
        missing = self._promise is not None and not self._has_value
        reader = now.listener
        if missing or (reader is not None and reader.kind != USER):
            if reader is None or reader.kind != USER:
                create_computed(lambda: self._wait(boundary), name=f"{self.name} reader")
            if missing:
                if self._arrival is None:
                    self._arrival = Signal(None, None, f"{self.name} arrival")
                raise NotReady(self.name, self._arrival)
        return value  # type: ignore[no-any-return]

    def _wait(self, boundary: SuspenseBoundary) -> None:
        """Count the boundary of somebody who reads, as long as a value is on its way."""
        if self._track is None:
            self._track = Signal(None, None, f"{self.name} fetch")
        self._track.read()
        promise = self._promise
        if promise is None:
            return
        transition = self._transition
        if boundary.resolved and transition is not None and transition.state == "pending":
            transition.add_promise(promise)
            self._held = transition
        elif boundary not in self._waiting:
            boundary.increment()
            self._waiting[boundary] = running_transition()

    @property
    def state(self) -> State:
        return cast("State", self._status.read())

    @property
    def loading(self) -> bool:
        return self._status.read() in ("pending", "refreshing")

    @property
    def error(self) -> Exception | None:
        failure = cast("Failure | None", self._failure.read())
        return failure.error if failure is not None else None

    @property
    def latest(self) -> T:
        if not self._resolved:
            return self()
        failure = self._failure.read()
        if failure is not None and self._promise is None:
            raise failure.again()
        return cast(T, self._value.read())

    @property
    def future(self) -> asyncio.Future[Any] | None:
        """The task or future of the fetch that is on its way, or None."""
        return self._spawned if self._promise is not None else None

    # Loading ------------------------------------------------------------------------------------------

    def _load(self, refetching: Any = True) -> Any:
        if refetching is not False and self._scheduled:
            return None
        self._scheduled = False
        return self._load_from(self._source() if self._source is not None else True, refetching)

    def follow(self, source: Callable[[], Any]) -> None:
        """Load what `source` gives, now and whenever that changes, and at no other time.

        One computation calls it and loads; with a memo for it, as `create_resource` has, there would be two.
        """
        self._source = source
        create_computed(self._follow, _FOLLOWING, name=f"{self.name} source")

    def _follow(self, before: Any) -> Any:
        given = self._source()  # type: ignore[misc]  # `follow` has set it
        if before is _FOLLOWING or (given is not before and not same(given, before)):
            self._load_from(given, _FOLLOWING)
        return given

    def _load_from(self, source: Any, refetching: Any) -> Any:
        self._let_go_of_promise()
        self._transition = running_transition()
        if source is None or source is False:
            self._supersede()
            self._end(self._promise, untrack(self._value.read), None, False)
            return None
        try:
            if self._offered == 1:
                answer = untrack(lambda: self._fetcher(source))
            else:
                arguments = (source, ResourceInfo(untrack(self._value.read), refetching))[: self._offered]
                answer = untrack(lambda: self._fetcher(*arguments))
        except NotReady:
            raise
        except Exception as error:
            self._supersede()
            self._end(self._promise, None, error, True)
            return None
        self._supersede()
        future = self._as_future(answer)
        if future is None:
            self._end(self._promise, answer, None, True)
            return answer
        self._promise = future
        if self._held is not None and self._held is self._transition:
            # who reads it there may be an effect that is held back, and can't say again that it waits
            self._held.add_promise(future)
        if refetching is not _FOLLOWING:
            self._scheduled = True
            current_scope().world.clock.call_soon(self._unschedule)
        graph.run_updates(self._announce, False)
        if isinstance(future, Arrival):
            future.join(self._arrived, self._transition)
        else:
            future.add_done_callback(self._arrived)
        return future

    def _announce(self) -> None:
        graph.write(self._status, "refreshing" if self._resolved else "pending")
        if self._track is not None:
            graph.write(self._track, None)

    def _as_future(self, answer: Any) -> asyncio.Future[Any] | Arrival | None:
        """The future of an awaitable answer, started; None where the answer is the value itself."""
        self._spawned = None
        if not hasattr(type(answer), "__await__"):
            return None
        if isinstance(answer, (Arrival, asyncio.Future)):
            return answer
        coro = answer if isinstance(answer, Coroutine) else _await(answer)
        self._spawned = current_scope().world.spawner.spawn(coro, name=self.name)
        return self._spawned

    def _unschedule(self) -> None:
        self._scheduled = False

    def _let_go_of_promise(self) -> None:
        if self._transition is not None and self._promise is not None:
            self._transition.discard_promise(self._promise)

    def _supersede(self) -> None:
        """Nobody waits for the fetch that is on its way: it stops."""
        promise = self._promise
        if promise is not None and isinstance(promise, Arrival):
            promise.leave(self._arrived)
        spawned, self._spawned = self._spawned, None
        if spawned is not None and not spawned.done():
            if callable(self._cancel):
                self._cancel(spawned)
            elif self._cancel:
                spawned.cancel()

    def _arrived(self, future: asyncio.Future[Any] | Arrival) -> None:
        if future.cancelled():
            error: BaseException | None = asyncio.CancelledError(f"the fetch of {self.name} was cancelled")
        else:
            error = future.exception()
        if self._promise is not future:
            return
        self._spawned = None
        if error is None:
            self._end(future, future.result(), None, True)
        elif isinstance(error, Exception):
            self._end(future, None, error, True)
        else:
            cancelled = RuntimeError(f"the fetch of {self.name} was cancelled before it had a value")
            cancelled.__cause__ = error
            self._end(future, None, cancelled, True)

    def _end(self, promise: object, value: Any, error: Exception | None, asked: bool) -> None:
        """The fetch `promise` has ended. `asked`: there was one, not a source that gives nothing to fetch."""
        if self._promise is not promise:
            return
        self._promise = None
        if asked:
            self._resolved = True
        awaited, self._refetch_awaited = self._refetch_awaited, None
        if awaited is not None:
            awaited.finish(value, error)
        transition = self._transition
        self._transition = None
        if transition is not None and promise is not None and transition.state == "pending":
            transition.promises.discard(promise)
            transition.run(lambda: self._complete(value, error))
        else:
            self._complete(value, error)

    def _complete(self, value: Any, error: Exception | None) -> None:
        def finish() -> None:
            if error is None:
                self._has_value = self._has_value or self._resolved
                self._put(value)
            status = "errored" if error is not None else "ready" if self._resolved else "unresolved"
            graph.write(self._status, status)
            graph.write(self._failure, Failure(error) if error is not None else None)
            if self._arrival is not None:
                graph.write(self._arrival, None)
            self._stop_waiting()

        graph.run_updates(finish, False)

    def _stop_waiting(self) -> None:
        """The value is there. Where it came inside a transition, the present world has it at the commit."""
        transition = running_transition()
        for boundary, counted_in in tuple(self._waiting.items()):
            if transition is not None and counted_in is not transition:
                transition.done.when_done(functools.partial(self._leave_if_there, boundary))
            else:
                del self._waiting[boundary]
                boundary.decrement()

    def _leave_if_there(self, boundary: SuspenseBoundary) -> None:
        if boundary in self._waiting and self._promise is None:
            del self._waiting[boundary]
            boundary.decrement()

    def _put(self, value: Any) -> None:
        if isinstance(self._value, Signal):
            graph.write(self._value, value)
        else:
            self._value.set(lambda _: value)

    def _mutate(self, value: Any) -> Any:
        self._has_value = True
        return self._value.set(value)

    def _refetch(self, info: Any = True) -> Any:
        def load() -> Any:
            return run_with_owner(self._owner, lambda: self._load(info))

        transition = self._elsewhere()
        answer: Any = None
        if transition is None:
            answer = load()
        else:
            transition.run(load)
        if self._promise is None:
            return answer
        if self._refetch_awaited is None:
            self._refetch_awaited = Refetch()
        return self._refetch_awaited

    def _elsewhere(self) -> Transition | None:
        """The pending transition that has its own view of this resource, where this is not inside it.

        A fetch goes there: its source is the newer one, and what arrives would take the place of what it
        waits for.
        """
        if running_transition() is not None:
            return None
        if self._transition is not None and self._transition.state == "pending":
            return self._transition
        overlay = self._status.overlay
        return cast(Transition, overlay.transition) if overlay is not None else None

    def _begin(self) -> None:
        if self._source is not None:

            def load() -> None:
                self._owner = get_owner()
                self._load(False)

            create_computed(load, name=f"{self.name} source")
        else:
            self._load(False)

    def _dispose(self) -> None:
        waiting = list(self._waiting)
        self._waiting.clear()
        for boundary in waiting:
            boundary.decrement()
        self._let_go_of_promise()
        self._supersede()
        self._promise = None
        if self._refetch_awaited is not None:
            self._refetch_awaited.cancel()

    def __repr__(self) -> str:
        return f"<Resource {self.name}: {untrack(self._status.read)}>"


async def _await(awaitable: Awaitable[T]) -> T:
    return await awaitable


@overload
def create_resource(
    fetcher: Callable[..., Coroutine[Any, Any, T]],
    /,
    *,
    initial_value: Any = ...,
    storage: Any = ...,
    cancel: bool | Callable[[asyncio.Future[Any]], object] = ...,
    name: str | None = ...,
) -> tuple[Resource[T], ResourceActions]: ...
@overload
def create_resource(
    fetcher: Callable[..., T],
    /,
    *,
    initial_value: Any = ...,
    storage: Any = ...,
    cancel: bool | Callable[[asyncio.Future[Any]], object] = ...,
    name: str | None = ...,
) -> tuple[Resource[T], ResourceActions]: ...
@overload
def create_resource(
    source: object,
    fetcher: Callable[..., Coroutine[Any, Any, T]],
    /,
    *,
    initial_value: Any = ...,
    storage: Any = ...,
    cancel: bool | Callable[[asyncio.Future[Any]], object] = ...,
    name: str | None = ...,
) -> tuple[Resource[T], ResourceActions]: ...
@overload
def create_resource(
    source: object,
    fetcher: Callable[..., T],
    /,
    *,
    initial_value: Any = ...,
    storage: Any = ...,
    cancel: bool | Callable[[asyncio.Future[Any]], object] = ...,
    name: str | None = ...,
) -> tuple[Resource[T], ResourceActions]: ...
def create_resource(
    source: Any,
    fetcher: Callable[..., Any] | None = None,
    /,
    *,
    initial_value: Any = MISSING,
    storage: Any = None,
    cancel: bool | Callable[[asyncio.Future[Any]], object] = True,
    name: str | None = None,
) -> tuple[Resource[Any], ResourceActions]:
    """An async value as a signal: fetched now, and again whenever `source` changes.

    Parameters
    ----------
    source:
        An accessor, or a plain value; may be left out. While it gives None or False nothing is fetched.
    fetcher:
        Called untracked with the source (True where there is none) and a `ResourceInfo`; it may take fewer.
        An `async def` one is started at once, a `def` one may return a plain value or an awaitable.
    initial_value:
        The value until the first one has arrived.
    storage:
        Makes the signal that holds the value: takes the first value, returns a getter and a setter.
    cancel:
        What happens to a fetch that nobody waits for any more, because a newer one took its place, the source
        gives nothing now, or the owner is gone: cancelled (True), left running (False), or handed to a
        function. Futures of others are left alone.
    name:
        For messages and `inspect`; the fetcher's by default.

    Returns
    -------
    tuple
        The `Resource`, and its actions: ``mutate(value)`` and ``refetch(info=True)``.

    Upstream: https://docs.solidjs.com/reference/basic-reactivity/create-resource
    """
    if fetcher is None:
        accessor, fetch = None, source
    elif callable(source):
        accessor, fetch = create_memo(source, name=f"{name_of(fetcher, name)} source"), fetcher
    else:
        accessor, fetch = (lambda: source), fetcher
    resource: Resource[Any] = Resource(
        fetch,
        name=name_of(fetch, name),
        source=accessor,
        initial_value=initial_value,
        storage=storage,
        cancel=cancel,
    )
    resource._begin()  # pyright: ignore[reportPrivateUsage]
    return resource, ResourceActions(resource._mutate, resource._refetch)  # pyright: ignore[reportPrivateUsage]
