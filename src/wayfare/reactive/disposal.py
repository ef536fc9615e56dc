"""The end of owners: what was made under them goes, newest first, and their cleanups run."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from .handling import handle_error
from .loops import attempt, raise_failures
from .nodes import GONE, NESTING, Computation, Owner
from .now import now

disposals: list[list[Owner | tuple[Owner, list[Callable[[], object]]]]] = []
"""The stacks of the disposals that are going on inside each other."""


def dispose_children(node: Owner) -> None:
    """Before a node runs again: what the last run made goes, newest first, then its own cleanups run."""
    try:
        if node.owned is not None:
            dispose_owned(node)
    finally:
        cleanups = node.cleanups
        if cleanups is not None:
            node.cleanups = None
            run_cleanups(node, cleanups)


def dispose_owned(node: Owner) -> None:
    owned = node.owned
    node.owned = None
    if owned is not None:
        dispose_all(reversed(owned))


def dispose(node: Owner) -> None:
    """Dispose of `node` and everything under it; inside a transition, of what is older, at its commit."""
    if node.state == GONE:
        return
    if now.running is not None and now.running.dispose(node):
        return
    parent = node.parent
    if parent is not None and parent.owned is not None:
        parent.owned.pop(node, None)
    dispose_all((node,))


def dispose_all(nodes: Iterable[Owner]) -> None:
    """Take whole subtrees down: each node's sources, then its children newest first, then its cleanups.

    `stack` holds what is still to be entered, and, as a tuple, what is to be left after its children. A
    cleanup that disposes of something else (a mapped list, of its rows) nests; from NESTING levels on, what
    it disposes of joins the stack of the disposal around it.
    """
    stack: list[Owner | tuple[Owner, list[Callable[[], object]]]] = list(nodes)
    stack.reverse()
    if len(disposals) >= NESTING:
        disposals[-1].extend(stack)
        return
    disposals.append(stack)
    outer_listener = now.listener
    now.listener = None
    failures: list[BaseException] = []
    try:
        while stack:
            entry = stack.pop()
            if isinstance(entry, tuple):
                try:
                    run_cleanups(entry[0], entry[1])
                except BaseException as error:
                    failures.append(error)
                continue
            if entry.state == GONE:
                continue
            entry.state = GONE
            if entry.overlay is not None:
                attempt(failures, entry.overlay.transition.forget, entry)
            if isinstance(entry, Computation):
                entry.fn = nothing
                for source in entry.sources:
                    if source.observers is not None:
                        source.observers.pop(entry, None)
                if entry.cursor < 0:
                    entry.sources = []
            cleanups = entry.cleanups
            if cleanups is not None:
                entry.cleanups = None
                stack.append((entry, cleanups))
            owned = entry.owned
            if owned is not None:
                entry.owned = None
                stack.extend(owned)
    finally:
        now.listener = outer_listener
        disposals.pop()
    if failures:
        raise_failures(failures)


def run_cleanups(node: Owner, cleanups: list[Callable[[], object]]) -> None:
    """Run cleanups, newest first, untracked. One that raises does not keep the others from running."""
    outer = now.listener
    now.listener = None
    failures: list[BaseException] = []
    try:
        for cleanup in reversed(cleanups):
            try:
                cleanup()
            except BaseException as error:
                try:
                    handle_error(node, error)
                except BaseException as unhandled:
                    failures.append(unhandled)
    finally:
        now.listener = outer
    if failures:
        raise_failures(failures)


def nothing(*_: object) -> None:
    """What a disposed computation runs."""
