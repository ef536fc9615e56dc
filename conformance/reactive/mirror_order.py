"""The order of readers as upstream keeps it: the mirror of the listed difference ``observer-order``.

Upstream notes each read that is not the same reader's as the one before, and takes a reader out by putting
the last one in its place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from wayfare.reactive import graph

Node = graph.Signal | graph.Memo


class Observers(dict[Any, None]):
    """The observers of one node in upstream's order, where one may stand twice."""

    on_last: Callable[[Any], None] = staticmethod(lambda _node: None)
    """Hears of a reader that has unsubscribed for good, and of what has no reader left then."""

    def __init__(self, node: Node) -> None:
        super().__init__()
        self.node = node
        self.order: list[graph.Computation] = []
        self.slots: list[int] = []

    def __iter__(self) -> Iterator[Any]:
        return iter(list(self.order))

    def pop(self, key: Any, *_: Any) -> Any:
        release(key)

    def leave(self, _reader: graph.Computation, at: int) -> None:
        """The last observer takes the place of the reader that stands at `at`."""
        last, slot = self.order.pop(), self.slots.pop()
        if at < len(self.order):
            self.order[at] = last
            self.slots[at] = slot
            _sources[last][1][slot] = at


class Listeners(Observers):
    """Who has asked a selector about one key: a set, in the order of coming."""

    def leave(self, reader: graph.Computation, _at: int) -> None:
        self.order.remove(reader)


_sources: dict[graph.Computation, tuple[list[Observers], list[int]]] = {}


def attach(reader: graph.Computation, observers: Observers) -> bool:
    """Subscribe as upstream does: again, where somebody else has subscribed since. Says whether it did."""
    if observers.order and observers.order[-1] is reader:
        return False
    if isinstance(observers, Listeners) and reader in observers.order:
        return False
    sources, slots = _sources.setdefault(reader, ([], []))
    sources.append(observers)
    slots.append(len(observers.order))
    observers.order.append(reader)
    observers.slots.append(len(sources) - 1)
    observers[reader] = None
    return True


def detach(reader: graph.Computation) -> list[Observers]:
    """Unsubscribe from everything, newest first. Gives what it was subscribed to."""
    sources, slots = _sources.get(reader, ([], []))
    left = sources[::-1]
    while sources:
        observers = sources.pop()
        observers.leave(reader, slots.pop())
        if reader not in observers.order:
            dict.pop(observers, reader, None)
    _sources.pop(reader, None)
    return left


def release(reader: graph.Computation) -> None:
    """Unsubscribe for good."""
    for observers in detach(reader):
        if not observers.order:
            Observers.on_last(observers.node)
    Observers.on_last(reader)


def read_by(reader: graph.Computation) -> list[Node]:
    """What `reader` is subscribed to, once for each time."""
    return [observers.node for observers in _sources.get(reader, ([], []))[0]]


def forget() -> None:
    """Between two runs of the comparison: nothing is subscribed to anything."""
    _sources.clear()
