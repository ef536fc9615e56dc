"""Where errors go: to the nearest `catch_error` above what failed, else to the page, else to the caller."""

from __future__ import annotations

from collections.abc import Callable

from .hints import hint_for
from .nodes import RENDER, Computation, NotReady, Owner
from .now import now

ERRORS = object()
"""The key of the error handlers in a context: a list, nearest provider only."""


class Report(Computation):
    """An error on its way to its handlers, queued among the effects so that the flush ends first."""

    __slots__ = ()


def handle_error(node: Owner | None, error: BaseException) -> None:
    """Give `error` to the nearest `catch_error` above `node`, else to its scope's `on_error`; raise it where
    there is neither.

    During a flush the handlers run with the effects, when the graph is settled.
    """
    context = node.context if node is not None else None
    handlers = context.get(ERRORS) if context is not None else None
    if handlers is None or isinstance(error, NotReady) or not isinstance(error, Exception):
        if handlers is None and not isinstance(error, NotReady):
            note_place(node, error)
            scope = node.scope if node is not None else None
            if scope is not None and scope.on_error is not None and isinstance(error, Exception):
                scope.on_error(error)
                return
        raise error
    if now.effects is None:
        run_handlers(node, handlers, error)
        return
    outer = now.owner
    now.owner = None
    try:
        report = Report(lambda: run_handlers(node, handlers, error), False, None, RENDER, _handler_of(node))
    finally:
        now.owner = outer
    now.effects.append(report)


def _handler_of(node: Owner | None) -> str:
    return f"the error handler of {node.name}" if node is not None and node.name else "an error handler"


def note_place(node: Owner | None, error: BaseException) -> None:
    """Note on an error that nobody handles where it came from, from the outermost owner inwards, and
    what it is likely to mean."""
    if node is None or any(note.startswith("at ") for note in getattr(error, "__notes__", ())):
        return
    names: list[str] = []
    while node is not None and len(names) < 10:
        if node.name and node.name not in names[-1:]:
            names.append(node.name)
        node = node.parent
    if names:
        error.add_note("at " + " > ".join(reversed(names)))
    hint = hint_for(error)
    if hint is not None:
        error.add_note(hint)


def run_handlers(node: Owner | None, handlers: list[Callable[[Exception], object]], error: Exception) -> None:
    try:
        for handler in handlers:
            handler(error)
    except Exception as second:
        # A handler's own error goes to the handlers above the owner that failed.
        above = node.parent if node is not None else None
        while above is not None and above.context is not None and above.context.get(ERRORS) is handlers:
            above = above.parent
        handle_error(above, second)
