"""Makes the engine act as upstream does where a listed difference says that it does not.

Each listed difference that would show in many programs has a mirror here. Random programs are compared with all
mirrors on, so that everything else can be compared event by event; a program that shows a difference is run
with its mirror off, and its trace has to be the one that differences.json gives.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from wayfare.reactive import graph


class _Swapping(dict[Any, None]):
    """Observers in upstream's order: the last one takes the place of one that goes."""

    def pop(self, key: Any, *default: Any) -> Any:
        if key not in self:
            return default[0] if default else None
        order = list(self)
        at = order.index(key)
        last = order.pop()
        if at < len(order):
            order[at] = last
        self.clear()
        for node in order:
            self[node] = None
        return None


@contextmanager
def mirrored(*, order: bool, failed: bool) -> Iterator[None]:
    """Run the engine with upstream's order of observers, and its treatment of memos that failed."""
    update, track = graph.update, graph.track

    def mirrored_update(node: graph.Computation) -> None:
        if order and node.cursor < 0:
            for source in reversed(node.sources):
                if source.observers is not None:
                    source.observers.pop(node, None)
            node.sources = []
            node.index = None
        update(node)
        if failed and node.state == graph.FAILED:
            node.state = graph.STALE

    def mirrored_track(reader: graph.Computation, source: graph.Signal | graph.Memo) -> None:
        if source.observers is None:
            source.observers = _Swapping()
        track(reader, source)

    graph.update = mirrored_update
    if order:
        graph.track = mirrored_track
    try:
        yield
    finally:
        graph.update, graph.track = update, track
