"""What one live page, or one plain program, is to the lower layers.

A scope has the world it takes its time, tasks and ids from, the one transition that may be pending, and
services: objects that layers leave for each other by their class. The scope in force is the current owner's,
else that of the task or handler (a context variable), else a default one for the running program.

It also decides about threads: the graph has one thread at a time.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from contextvars import ContextVar
from typing import TYPE_CHECKING, TypeVar, cast

from .._types import World
from .._world import AsyncioWorld
from ..errors import ThreadError
from . import graph, threads
from .equality import same
from .loops import attempt, raise_failures
from .now import now

if TYPE_CHECKING:
    from .transition import Transition

T = TypeVar("T")

_current: ContextVar[Scope | None] = ContextVar("wayfare_scope", default=None)
_program = AsyncioWorld()
_default: Scope | None = None
_open: weakref.WeakSet[Scope] = weakref.WeakSet()


class Scope:
    """One page or program: its world, its pending transition, its services.

    Parameters
    ----------
    world:
        Where time, tasks and ids come from.
    name:
        For messages.

    >>> from wayfare._world import AsyncioWorld
    >>> scope = Scope(AsyncioWorld(), "example")
    >>> scope.run(current_scope) is scope
    True
    >>> scope.close()
    """

    __slots__ = (
        "__weakref__", "boundaries", "closed", "name", "on_close", "on_error", "pending", "services",
        "thread", "transition", "world",
    )  # fmt: skip

    def __init__(self, world: World, name: str = "") -> None:
        self.world = world
        self.name = name
        self.transition: Transition | None = None
        self.services: dict[type, object] = {}
        self.boundaries: dict[Callable[[], object], None] = {}
        self.on_close: list[Callable[[], object]] = []
        self.on_error: Callable[[Exception], object] | None = None
        """Gets what no error handler took, wherever it came up; without it, such an error is raised."""
        self.closed = False
        claim_thread()
        self.thread = threading.get_ident()
        self.pending = graph.Signal(False, same, "transition pending")
        _open.add(self)

    def service(self, cls: type[T], factory: Callable[[], T] | None = None) -> T:
        """The object that has been provided for `cls`; made by `factory` and kept where there is none yet."""
        found = self.services.get(cls)
        if found is None:
            if factory is None:
                raise LookupError(
                    f"the scope {self.name or 'unnamed'!r} has no {cls.__name__}. Who makes the scope "
                    f"provides it with scope.provide({cls.__name__}, ...). Is this outside of a page?"
                )
            found = self.services[cls] = factory()
        return cast(T, found)

    def provide(self, cls: type[T], obj: T) -> None:
        """Leave `obj` for whoever asks this scope for `cls`."""
        self.services[cls] = obj

    def run(self, fn: Callable[[], T]) -> T:
        """Call `fn` with this scope current, where no owner says otherwise."""
        if _current.get() is self:
            return fn()
        token = _current.set(self)
        try:
            return fn()
        finally:
            _current.reset(token)

    def call_threadsafe(self, fn: Callable[[], object]) -> None:
        """Call `fn` soon in the thread of this scope's loop, with this scope current. From any thread."""
        call = getattr(self.world, "call_threadsafe", None)
        if call is None:
            raise ThreadError(
                f"the world of scope {self.name or 'unnamed'!r} takes no calls from other threads"
            )
        call(lambda: self.run(fn))

    def wait_no_longer(self) -> None:
        """Let the pending transition commit: the event loop in which it waited has been closed."""
        if self.transition is not None:
            self.transition.scheduled = False
            self.transition.promises.clear()
            self.transition.discard_promise(None)

    def close(self) -> None:
        """Drop the pending transition and the services. Owners are disposed of by whoever made them."""
        if self.closed:
            return
        self.closed = True
        _open.discard(self)
        failures: list[BaseException] = []
        if self.transition is not None:
            attempt(failures, self.transition.abandon)
        for fn in self.on_close:
            attempt(failures, fn)
        self.on_close.clear()
        self.services.clear()
        self.boundaries.clear()
        if failures:
            raise_failures(failures)

    def __repr__(self) -> str:
        return f"<Scope {self.name or 'unnamed'}{' (closed)' if self.closed else ''}>"


def current_scope() -> Scope:
    """The scope in force: the current owner's, else the running task's, else the program's default one."""
    owner = now.owner
    if owner is not None and owner.scope is not None:
        return owner.scope
    found = _current.get()
    if found is not None:
        return found
    global _default
    if _default is None:
        _default = Scope(_program, "program")
        _open.discard(_default)  # the program's own scope does not keep the graph in its thread
        _program.on_new_loop = _default.wait_no_longer
    _program.notice_loop()
    return _default


def current_scope_or_none() -> Scope | None:
    """The scope in force, or None where only the program's default would be left."""
    owner = now.owner
    if owner is not None and owner.scope is not None:
        return owner.scope
    return _current.get()


def claim_thread() -> None:
    """Let the graph work in this thread from now on. A new scope does, where no other thread is using it."""
    here = threading.get_ident()
    if threads.ident == here:
        return
    if threads.ident and _is_alive(threads.ident):
        busy = [scope for scope in _open if scope.thread != here]
        if busy or now.effects is not None or now.updates is not None or now.listener is not None:
            raise ThreadError(_message(busy))
    threads.take()


def check_thread() -> None:
    """Raise `ThreadError` where another thread than the graph's is running: before anything is half done."""
    if not threads.ours():
        threads.check()


def _wrong_thread() -> None:
    """Another thread than the graph's reads or writes: it may take over from one that has ended."""
    if threads.ident and _is_alive(threads.ident):
        raise ThreadError(_message([]))


def _is_alive(ident: int) -> bool:
    return any(thread.ident == ident for thread in threading.enumerate())


def _message(busy: list[Scope]) -> str:
    owner = next((t.name for t in threading.enumerate() if t.ident == threads.ident), "another thread")
    here = threading.current_thread().name
    pages = f" and {len(busy)} open scope(s) are there" if busy else ""
    return (
        f"signals are read and written in one thread: the graph runs in {owner!r}{pages}, and this is "
        f"{here!r}. "
        "Hand the call over with scope.call_threadsafe(fn), or loop.call_soon_threadsafe(fn); to refresh "
        "data, use app.revalidate_threadsafe(...)."
    )


threads.on_wrong = _wrong_thread
