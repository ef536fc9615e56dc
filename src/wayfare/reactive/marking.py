"""What a change reaches: who has read it is stale, and whatever depends on these may be.

Each computation is put into its queue as it is marked. Nothing runs here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from .loops import endless_writes
from .nodes import (
    AGAIN,
    CLEAN,
    FAILED,
    GONE,
    HELD,
    PENDING,
    PURE,
    RUNNING,
    STALE,
    WAITING,
    Computation,
)
from .now import now

if TYPE_CHECKING:
    from .graph import Signal

MAX_QUEUE = 100_000
"""From this length on, the queue of pure computations is examined for the same ones coming back."""
looked_at = 0, 0
"""Which queue was examined last, and how long it was: it is examined again when it has doubled."""


def mark(source: Signal | Computation) -> None:
    """Queue what read `source` as STALE, and what depends on that as PENDING, depth first."""
    observers: Iterable[Computation] | None = source.observers
    pures = now.updates
    others = now.effects
    running = now.running
    if observers is None or pures is None or others is None:
        return
    if running is not None:
        observers = running.readers(source)
    for node in observers:
        state = node.state
        if state == CLEAN:
            node.state = STALE
            if node.kind <= PURE:
                pures.append(node)
                below = node.observers
                if below:
                    for reader in below:
                        state = reader.state
                        if state == CLEAN and reader.kind > PURE and running is None:
                            reader.state = PENDING
                            others.append(reader)
                        elif state == CLEAN or state > PENDING or running is not None:
                            mark_downstream(node)
                            break
            else:
                others.append(node)
        elif state == PENDING:
            node.state = STALE
        elif state != STALE and (state != RUNNING or has_read(node, source)):
            mark_other(node)
    if len(pures) > MAX_QUEUE:
        check_loop(pures)


def mark_other(node: Computation) -> None:
    """Mark a node that is neither clean nor marked already; where it is running, what it has read."""
    state = node.state
    if state in (GONE, AGAIN):
        return
    if state == HELD:
        node.overlay.transition.again(node)
        return
    node.state = STALE
    enqueue(node)
    if node.observers:
        mark_downstream(node)


def has_read(node: Computation, source: Signal | Computation) -> bool:
    """Whether `node`, which is running, has read `source` in this run: that lies before its cursor."""
    at = node.cursor
    sources = node.sources
    if at < len(sources) and sources[at] is source:
        return False  # the ordinary case: it is just being read
    return source in sources[:at]


def mark_downstream(memo: Computation) -> None:
    """Everything below `memo` is PENDING: it may have changed. In depth-first order, without recursion."""
    pures = now.updates
    others = now.effects
    running = now.running
    if pures is None or others is None or memo.observers is None:
        return
    stack: list[tuple[Computation, Iterator[Computation]]] = []
    source, nodes = memo, iter(memo.observers if running is None else running.readers(memo))
    while True:
        for node in nodes:
            state = node.state
            if state != CLEAN:
                if state <= PENDING:
                    continue
                if state == HELD:
                    node.overlay.transition.again(node)
                if state != FAILED and state != WAITING and (state != RUNNING or not has_read(node, source)):
                    continue
            node.state = PENDING
            if node.kind <= PURE:
                pures.append(node)
                if node.observers:
                    stack.append((source, nodes))
                    source, nodes = node, iter(node.observers if running is None else running.readers(node))
                    break
            else:
                others.append(node)
        else:
            if not stack:
                return
            source, nodes = stack.pop()


def check_loop(queue: list[Computation]) -> None:
    """A very long queue: is it a big graph, or the same few computations setting each other off?"""
    global looked_at
    before = looked_at[1] if looked_at[0] == id(queue) else 0
    if len(queue) < 2 * before:
        return
    looked_at = id(queue), len(queue)
    distinct = set(queue)
    if len(queue) < 50 * len(distinct):
        return
    recent = queue[-1000:]
    queue.clear()
    for node in distinct:
        node.state = CLEAN
    raise endless_writes(recent)


def enqueue(node: Computation) -> None:
    """Put a node that is stale into its queue."""
    queue = now.updates if node.kind <= PURE else now.effects
    if queue is not None:
        queue.append(node)
