"""What goes between a resource and its fetcher, and what a resource keeps of it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
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
