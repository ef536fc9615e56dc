"""Makes the engine act as upstream does where a listed difference says that it does not.

Each listed difference that would show in many programs has a mirror here. Random programs are compared with
all mirrors on, so that everything else can be compared event by event; a program that shows a difference is
run with its mirror off, and its trace has to be the one that differences.json gives.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from wayfare.reactive import boundary, graph, nodes
from wayfare.reactive.primitives import Selector
from wayfare.reactive.transition import Transition


class _Observers(dict[Any, None]):
    """The observers of one node, given in upstream's order, where one may stand twice."""

    def __init__(self) -> None:
        super().__init__()
        self.order: list[graph.Computation] = []
        self.slots: list[int] = []

    def __iter__(self) -> Iterator[Any]:
        return iter(list(self.order))

    def pop(self, key: Any, *_: Any) -> Any:
        detach(key)


_sources: dict[graph.Computation, tuple[list[_Observers], list[int]]] = {}


def attach(reader: graph.Computation, observers: _Observers) -> None:
    """Subscribe as upstream does: again, where somebody else has subscribed since."""
    if observers.order and observers.order[-1] is reader:
        return
    sources, slots = _sources.setdefault(reader, ([], []))
    sources.append(observers)
    slots.append(len(observers.order))
    observers.order.append(reader)
    observers.slots.append(len(sources) - 1)
    observers[reader] = None


def detach(reader: graph.Computation) -> None:
    """Unsubscribe from everything, newest first: the last observer takes the place of the one that goes."""
    sources, slots = _sources.pop(reader, ([], []))
    while sources:
        observers, at = sources.pop(), slots.pop()
        last, slot = observers.order.pop(), observers.slots.pop()
        if at < len(observers.order):
            observers.order[at] = last
            observers.slots[at] = slot
            (slots if last is reader else _sources[last][1])[slot] = at
        if reader not in observers.order:
            dict.pop(observers, reader, None)


def identical(a: Any, b: Any) -> bool:
    """Upstream's default `equals`: the same object, or equal plain values."""
    return a is b or (type(a) is type(b) and isinstance(a, (int, str, bool)) and a == b)


@contextmanager
def mirrored() -> Iterator[None]:
    """Run the engine with all mirrors on."""
    update, track, selected = graph.update, graph.track, Selector.selected
    clear, holds, shown = Transition.clear, Transition.holds, boundary.shown

    def mirrored_update(node: graph.Computation) -> None:
        if node.cursor < 0:
            detach(node)
            node.sources = []
        update(node)
        if node.state == nodes.FAILED:
            node.state = nodes.STALE

    def mirrored_track(reader: graph.Computation, source: graph.Signal | graph.Memo) -> None:
        if source.observers is None:
            source.observers = _Observers()
        track(reader, source)
        if reader.cursor >= 0 and isinstance(source.observers, _Observers):
            attach(reader, source.observers)

    def mirrored_clear(self: Transition, node: graph.Computation) -> None:
        if node.kind > nodes.PURE:
            graph.dispose_children(node)
            return
        before, cleanups = node.overlay, node.cleanups
        ran = before is not None and getattr(before, "ran", False)
        if not ran:
            node.cleanups = None
        clear(self, node)
        if not ran and cleanups:
            graph.run_cleanups(node, cleanups)

    graph.update = mirrored_update
    graph.track = mirrored_track
    Transition.clear = mirrored_clear
    boundary.shown = lambda _kept, raised: raised
    Transition.holds = lambda _self, _effect: False
    Selector.selected = lambda self: self._memo.value  # pyright: ignore[reportPrivateUsage]
    try:
        yield
    finally:
        graph.update, graph.track, Selector.selected = update, track, selected
        Transition.clear, Transition.holds, boundary.shown = clear, holds, shown
        _sources.clear()
