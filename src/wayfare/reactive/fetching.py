"""What goes between a resource and its fetcher, and what a resource keeps of it."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Generator
from typing import Any, Literal, NamedTuple

from .equality import same
from .transition import Transition

State = Literal["unresolved", "pending", "ready", "refreshing", "errored"]


class Missing:
    """The default of `initial_value=`."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING = Missing()


class Arrival(ABC):
    """An awaitable of a layer above that tells each of its waiters itself, many at once, without tasks.

    `join` calls the waiter once, with this object, at the outcome; waiters of one `transition` are told
    inside it.
    """

    __slots__ = ()

    @abstractmethod
    def join(self, waiter: Callable[[Any], None], transition: Transition | None = None, /) -> None: ...
    @abstractmethod
    def leave(self, waiter: Callable[[Any], None], /) -> None: ...
    @abstractmethod
    def cancelled(self) -> bool: ...
    @abstractmethod
    def exception(self) -> BaseException | None: ...
    @abstractmethod
    def result(self) -> Any: ...


class Stored:
    """A getter and a setter that somebody else made, with a signal's names."""

    __slots__ = ("read", "set")

    def __init__(self, read: Callable[[], Any], set: Callable[[Any], Any]) -> None:
        self.read = read
        self.set = set


class Failure:
    """What a fetcher raised, and where: each raise adds its frames, which would pile up read by read."""

    __slots__ = ("error", "trace")

    def __init__(self, error: Exception) -> None:
        self.error = error
        self.trace = error.__traceback__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Failure) and same(self.error, other.error)

    __hash__ = None  # type: ignore[assignment]

    def again(self) -> Exception:
        """The error, to be raised once more."""
        return self.error.with_traceback(self.trace)


class Refetch(Awaitable[Any]):
    """What `refetch` gives: what the fetch comes to, or the newer one that has taken its place meanwhile.

    Each who awaits it has a future of its own: calling one off stops neither the fetch nor the others.
    """

    __slots__ = ("_cancelled", "_futures", "_outcome")

    def __init__(self) -> None:
        self._futures: set[asyncio.Future[None]] = set()
        self._outcome: tuple[Any, Failure | None] | None = None
        self._cancelled = False

    def finish(self, value: Any, error: Exception | None) -> None:
        """It has come to this."""
        self._outcome = value, Failure(error) if error is not None else None
        for future in self._futures:
            if not future.done():
                future.set_result(None)

    def cancel(self) -> None:
        """The resource is gone."""
        self._cancelled = True
        for future in self._futures:
            future.cancel()

    def __await__(self) -> Generator[Any, None, Any]:
        if self._outcome is None and not self._cancelled:
            future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._futures.add(future)
            try:
                yield from future
            finally:
                self._futures.discard(future)
        if self._outcome is None:
            raise asyncio.CancelledError
        value, failure = self._outcome
        if failure is not None:
            raise failure.again()
        return value


class ResourceInfo(NamedTuple):
    """What a fetcher gets beside the source.

    Attributes
    ----------
    value:
        The value so far, or None.
    refetching:
        Whatever `refetch` was called with (True by default); False where the source has changed.
    """

    value: Any
    refetching: Any


class ResourceActions(NamedTuple):
    """The second half of what `create_resource` returns."""

    mutate: Callable[[Any], Any]
    refetch: Callable[..., Any]
