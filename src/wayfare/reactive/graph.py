"""The graph: signals and memos, how they are read and written, and the way from a write to what runs.

A write marks what read it ``STALE`` and everything further down ``PENDING``, and puts each of them in a
queue: pure computations (memos, computeds) in ``updates``, the others in ``effects`` (marking.py). At the
end of the outermost write or batch the queues run (flush.py): updates first, so that effects see a settled
graph::

      count ──► doubled ──► label ──► effect          set_count(2)
     (write)    STALE      PENDING    PENDING         updates: doubled, label   effects: effect

A ``PENDING`` node looks upstream first: it runs only where something it reads has really changed. Re-reading
is cheap (tracking.py), and what a run made goes before the next one (disposal.py).

**Two worlds.** A transition computes the next state while the present one stays. Every node it touches
gets an ``Overlay`` that holds the other world's value and state; entering and leaving the transition swaps
them, so the engine works on ``node.value`` and ``node.state`` and knows one world only. The hooks are
``now.running`` (the transition whose world is swapped in) and ``Overlay``.

This module is what its siblings in this package see of the engine.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import threads
from .arity import takes_nothing
from .disposal import dispose, dispose_all, dispose_children, run_cleanups
from .equality import same
from .flush import asking, change, check_cycle, refresh, run_updates, spread, update
from .handling import ERRORS, handle_error
from .marking import enqueue, mark_downstream
from .nodes import FAILED, HELD, PENDING, WAITING, Computation
from .now import now
from .tracking import track

__all__ = [
    "ERRORS",
    "Computation",
    "Memo",
    "Signal",
    "dispose",
    "dispose_all",
    "dispose_children",
    "enqueue",
    "handle_error",
    "mark_downstream",
    "now",
    "run_cleanups",
    "run_updates",
    "update",
    "write",
]


class Signal:
    """A value that can be written; `read` and `set` are what `create_signal` hands out."""

    __slots__ = ("equals", "name", "observers", "overlay", "value")

    def __init__(
        self, value: Any, equals: Callable[[Any, Any], object] | None, name: str | None = None
    ) -> None:
        self.value: Any = value
        self.observers: dict[Computation, None] | None = None
        self.equals = equals
        self.name = name
        self.overlay: Any = None

    def read(self) -> Any:
        reader = now.listener
        if reader is not None:
            at = reader.cursor
            sources = reader.sources
            if at < len(sources) and sources[at] is self:
                reader.cursor = at + 1
            else:
                track(reader, self)
        elif not threads.ours():
            threads.check()
        return self.value

    def set(self, value: Any) -> Any:
        if not threads.ours():
            threads.check()
        if callable(value):
            value = value() if takes_nothing(value) else value(self.value)
        old = self.value
        equals = self.equals
        if equals is same and old is not value:
            # What same() does, in place for what is written most: a call costs as much as all the rest.
            kind = type(old)
            if kind is type(value):
                if kind is int or kind is str or kind is bool or kind is float:
                    if old == value:
                        return value
                elif same(old, value):
                    return value
        elif equals is same or (equals is not None and equals(old, value)):
            return value
        if now.watched:
            put(self, value)
        else:
            self.value = value
            if self.observers:
                spread(self)
        return value

    def __repr__(self) -> str:
        return f"<Signal {self.name or 'unnamed'}>"


class Memo(Computation):
    """A computation whose value can be read, and whose readers run only when it has changed."""

    __slots__ = ()

    def read(self) -> Any:
        if self.state:
            return self.read_unsettled()
        reader = now.listener
        if reader is not None:
            at = reader.cursor
            sources = reader.sources
            if at < len(sources) and sources[at] is self:
                reader.cursor = at + 1
            else:
                track(reader, self)
        elif not threads.ours():
            threads.check()
        return self.value

    def read_unsettled(self) -> Any:
        """Read while something upstream has changed, or the last run did not give a value."""
        if not threads.ours():
            threads.check()
        reader = now.listener
        state = self.state
        if state == HELD:
            return self.read_held()
        if self.cursor >= 0:
            if reader is not None:
                check_cycle(reader, self)
        elif state <= PENDING or state == FAILED:
            if reader is None:
                refresh(self)
            else:
                # Who waits for whom: what a cycle's message is made from.
                asking.append((reader, self))
                try:
                    refresh(self)
                finally:
                    asking.pop()
        if reader is not None:
            at = reader.cursor
            sources = reader.sources
            if 0 <= at < len(sources) and sources[at] is self:
                reader.cursor = at + 1
            else:
                track(reader, self)
        if self.state == WAITING and self.reason is not None:
            raise self.reason.with_traceback(None)  # else each read would add its frames to those before
        return self.value

    def read_held(self) -> Any:
        """Read a memo that has been made in a pending transition, outside of it: there is no value of the
        present world, and who reads it subscribes to what makes one."""
        return self.fn(None) if self.takes_value else self.fn()


def write(node: Signal, value: Any) -> None:
    """Give `node` a value from outside, and run what depends on it where that is a change."""
    equals = node.equals
    if equals is None or not equals(node.value, value):
        put(node, value)


def put(node: Signal, value: Any) -> None:
    """Give `node` another value from outside: into the world that is swapped in, or into both."""
    if now.running is not None:
        now.running.touch(node)
    elif node.overlay is not None:
        # An urgent write while a transition is pending goes to both worlds.
        node.overlay.value = value
    change(node, value)
