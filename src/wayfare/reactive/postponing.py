"""What has to wait for a memo that is running, so that nobody sees its old value beside new ones."""

from __future__ import annotations

from collections.abc import Iterator

from .nodes import PENDING, STALE, Computation

looking: list[list[tuple[Computation, int]]] = []
"""The ways of the looks upstream that are going on inside each other: all on them depend on what runs."""


def ready(queue: list[Computation], way: set[Computation], later: list[Computation]) -> Iterator[Computation]:
    """Of what a flush inside a run has set off, what may run there. The rest is put off until `later`.

    Who reads a memo that is running would see its old value beside new ones, and run again after it::

        count ──► half ──► quarter ──► total      `quarter` runs, and asks for `half`, which has changed:
                    └───────────────────▲         `total` is due, and has to wait for `quarter`

    What is on the `way` to what was asked for is waited for by who is running: reading that is a cycle.
    """
    waiting = {node for path in looking for node, _ in path}
    for node in queue:
        if node not in way and reads_running(node, waiting):
            later.append(node)
        else:
            yield node


def reads_running(node: Computation, waiting: set[Computation]) -> bool:
    """Whether `node`, or what it reads and is not up to date, reads what is running or `waiting`."""
    stack = [node]
    seen = {node}
    while stack:
        for source in stack.pop().sources:
            if isinstance(source, Computation):
                if source.cursor >= 0 or source in waiting:
                    return True
                if source.state in (STALE, PENDING) and source not in seen:
                    seen.add(source)
                    stack.append(source)
    return False
