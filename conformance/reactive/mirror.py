"""Makes the engine act as upstream does where a listed difference says that it does not.

Each listed difference that would show in many programs has a mirror here. Random programs are compared with
all mirrors on, so that everything else can be compared event by event; a program that shows a difference is
run with its mirror off, and its trace has to be the one that differences.json gives.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from wayfare.reactive import boundary, disposal, flush, graph, nodes, owner, postponing, suspense, tracking
from wayfare.reactive.now import now
from wayfare.reactive.primitives import Selector
from wayfare.reactive.transition import Transition

from .mirror_order import Listeners, Observers, attach, detach, forget
from .mirror_transition import books, clear_inside, mirrored_transitions, share_cleanups, share_everything
from .patching import Patches


def identical(a: Any, b: Any) -> bool:
    """Upstream's default `equals`: the same object, or equal plain values."""
    return a is b or (type(a) is type(b) and isinstance(a, (int, str, bool)) and a == b)


@contextmanager
def mirrored() -> Iterator[None]:
    """Run the engine with all mirrors on."""
    update, track, clear, asks = flush.update, tracking.track, Transition.clear, Selector.__call__
    patches = Patches()

    def mirrored_update(node: graph.Computation) -> None:
        if node.cursor < 0:
            detach(node)
            node.sources = []
            if now.running is None:
                books.unmoved.discard(node)
                books.cleared.add(node)
                clear_inside(node)
            else:
                books.cleared.discard(node)
        first = node.updated == 0
        update(node)
        if now.running is not None and node.kind <= nodes.PURE and (first or node.kind == nodes.PURE):
            if node not in books.valued and node.overlay is not None:
                node.overlay.value = node.value
            books.value(node)
        if node.kind > nodes.PURE and node.overlay is not None:
            node.overlay.value = node.value  # an effect has one value
        if node.state == nodes.FAILED:
            node.state = nodes.STALE

    def mirrored_track(reader: graph.Computation, source: graph.Signal | graph.Memo) -> None:
        if source.observers is None:
            source.observers = Observers(source)
        known = len(reader.sources)
        track(reader, source)
        if reader.cursor < 0 or not isinstance(source.observers, Observers):
            return
        if attach(reader, source.observers) and len(reader.sources) == known:
            reader.sources.append(source)  # it looks there twice, too
            reader.cursor += 1

    def mirrored_clear(self: Transition, node: graph.Computation) -> None:
        if node.kind > nodes.PURE:
            if node.overlay is not None:
                share_everything(node)
            disposal.dispose_children(node)
            return
        if node in books.unmoved:
            books.unmoved.discard(node)
            disposal.dispose_owned(node)
        share_cleanups(node)
        cleanups, node.cleanups = node.cleanups, None
        clear(self, node)
        if cleanups:
            disposal.run_cleanups(node, cleanups)

    def mirrored_dispose(node: nodes.Owner) -> None:
        disposal.dispose(node)
        if node.state == nodes.GONE and node.kind == nodes.OWNER and now.running is None:
            node.state = nodes.CLEAN  # it goes on owning what is made under it

    def mirrored_selector(self: Selector, key: Any) -> bool:
        node = self._keys.get(key)
        if node is not None and isinstance(node.observers, Listeners) and not node.observers.order:
            del self._keys[key]  # a key that nobody asks for any more is forgotten at once
            node = None
        if node is None and now.listener is not None:
            node = self._keys[key] = graph.Signal(key, None)
            node.observers = Listeners(node)
        return asks(self, key)

    patches.function(update, mirrored_update)
    patches.function(track, mirrored_track)
    patches.function(boundary.shown, lambda _kept, raised: raised)
    # the state of a list is a new one each time it is looked at: who reads it runs, and subscribes anew
    patches.attribute(suspense._ListState, "__eq__", identical)  # pyright: ignore[reportPrivateUsage]
    patches.function(postponing.ready, lambda queue, _way, _later: queue)
    patches.attribute(owner, "dispose", mirrored_dispose)
    patches.attribute(Transition, "clear", mirrored_clear)
    patches.attribute(Transition, "holds", lambda _self, _effect: False)
    patches.attribute(Selector, "__call__", mirrored_selector)
    patches.attribute(Selector, "selected", lambda self: self._memo.value)
    try:
        with mirrored_transitions():
            yield
    finally:
        patches.undo()
        forget()
