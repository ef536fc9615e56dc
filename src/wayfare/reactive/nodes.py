"""What the graph is made of before it runs: the states and kinds of nodes, owners, and the signal to wait."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from . import threads
from .now import now
from .protocols import Boundary

if TYPE_CHECKING:
    from .graph import Memo, Signal
    from .scope import Scope

CLEAN = 0
STALE = 1
PENDING = 2
RUNNING = 3
FAILED = 4
"""The last run raised: a read tries again, a change upstream runs it again."""
WAITING = 5
"""The last run met something that is not ready: readers wait too."""
HELD = 6
"""Made inside a transition, seen from outside it: a change has to be carried into the transition."""
GONE = 7
"""Disposed of."""
AGAIN = 8
"""Marked, and due in a queue, while it was still running: it goes back into the queue when the run ends."""

NESTING = 40
"""How many computations or disposals may go on inside each other before a loop takes over."""

OWNER = -1
MEMO = 0
PURE = 1
"""Up to this kind, a computation is pure: it runs with the updates. It may write, but shows nothing."""
RENDER = 2
USER = 3


class NotReady(Exception):  # noqa: N818 - not a fault: a signal to the engine that the reader has to wait
    """Raised by a read of an async value that has not arrived, under a Suspense boundary.

    The engine catches it in the running computation, which keeps its last value and runs again when the
    value is there. It never reaches an error handler. Catch it only to do something else meanwhile.

    Parameters
    ----------
    source:
        The name of what is awaited.
    node:
        The signal that changes when it arrives: whoever is running subscribes to it.
    """

    def __init__(self, source: str, node: Signal | Memo | None = None) -> None:
        super().__init__(f"{source} is not ready yet; the computation that reads it waits for it")
        self.source = source
        self.node = node


class Owner:
    """A node of the ownership tree: what was made while it ran, and what to do when it goes.

    Attributes
    ----------
    parent:
        The owner that this one was made under, or None.
    name:
        For messages and `inspect`.
    context:
        Values of contexts, shared with the parent until a provider changes one.
    scope:
        The page or program that it belongs to.
    """

    __slots__ = (
        "__weakref__",
        "cleanups",
        "context",
        "kind",
        "name",
        "overlay",
        "owned",
        "parent",
        "scope",
        "state",
        "up",
    )

    parent: Owner | None
    up: Computation | None
    owned: dict[Owner, None] | None
    cleanups: list[Callable[[], object]] | None
    context: dict[object, Any] | None
    scope: Scope | None
    name: str
    overlay: Any
    state: int
    kind: int

    def __init__(self, parent: Owner | None, name: str = "") -> None:
        self.kind = OWNER
        self.parent = parent
        self.owned = None
        self.cleanups = None
        self.name = name
        self.overlay = None
        self.state = CLEAN
        if parent is None:
            self.up = None
            self.context = None
            self.scope = None
        else:
            self.up = parent.up if parent.kind == OWNER else cast(Computation, parent)
            self.context = parent.context
            self.scope = parent.scope

    @property
    def disposed(self) -> bool:
        """Whether it has been disposed of."""
        return self.state == GONE

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name or 'unnamed'}{' (disposed)' if self.disposed else ''}>"


class Computation(Owner):
    """A function that runs again when what it read has changed. It owns what is made while it runs."""

    __slots__ = (
        "boundary", "cursor", "equals", "fn", "observers", "put_aside", "reason", "sources", "takes_value",
        "updated", "value",
    )  # fmt: skip

    def __init__(
        self,
        fn: Callable[..., Any],
        takes_value: bool,
        value: Any,
        kind: int,
        name: str,
        equals: Callable[[Any, Any], object] | None = None,
    ) -> None:
        parent = now.owner
        self.parent = parent
        self.owned = None
        self.cleanups = None
        self.name = name
        self.overlay = None
        self.state = STALE
        self.observers: dict[Computation, None] | None = None
        self.equals = equals
        self.fn = fn
        self.takes_value = takes_value
        self.kind = kind
        self.value: Any = value
        self.sources: list[Signal | Memo] = []
        self.cursor = -1
        self.put_aside: dict[Signal | Memo, None] | None = None
        self.updated = 0
        self.reason: BaseException | None = None
        self.boundary: Boundary | None = None
        if parent is None:
            self.up = None
            self.context = None
            self.scope = None
        else:
            self.up = parent.up if parent.kind == OWNER else parent  # type: ignore[assignment]
            self.context = parent.context
            self.scope = parent.scope
            if parent.state != GONE:
                owned = parent.owned
                if owned is None:
                    parent.owned = {self: None}
                else:
                    owned[self] = None
        if now.running is not None:
            now.running.born(self)
        elif not threads.ours():
            threads.check()


def settled_state(reason: BaseException | None) -> int:
    """The state of a computation with nothing to do, by what its last run raised."""
    if reason is None:
        return CLEAN
    return WAITING if isinstance(reason, NotReady) else FAILED
