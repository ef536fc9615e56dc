"""Events: what the browser tells of one, and the modifiers that are decided in the browser.

A handler runs on the server. What can't wait for the way there and back, such as keeping the browser from
following a link, is said beside the handler and travels with the template as a flag.
"""

from __future__ import annotations

from inspect import CO_ASYNC_GENERATOR, CO_GENERATOR
from typing import Any, TypeAlias

from ..errors import UsageError
from ..html import Event, Listener
from ..reactive import required_arguments

HandlerFunction: TypeAlias = Listener

MAX_WAIT_MS = 60_000


class Handler:
    """A function that is called for an event, and what the browser does by itself."""

    __slots__ = ("flags", "function", "takes_event")

    def __init__(self, function: HandlerFunction, flags: str) -> None:
        self.function = function
        self.flags = flags
        """As in ``data-on``: empty, or ``":"`` and letters with commas between."""
        wanted = required_arguments(function)
        code = getattr(function, "__code__", None)
        if wanted > 1 or (code is not None and code.co_flags & _GENERATORS):
            raise UsageError(_why_no_handler(function, wanted))
        self.takes_event = wanted > 0

    @classmethod
    def of(cls, value: Any) -> Handler:
        """``value`` itself where it is one, else a plain handler around the function."""
        return value if isinstance(value, Handler) else cls(value, "")

    def with_flag(self, flag: str) -> Handler:
        """A copy that does this as well."""
        return Handler(self.function, f"{self.flags},{flag}" if self.flags else f":{flag}")

    def __call__(self, event: Event) -> object:
        function: Any = self.function
        return function(event) if self.takes_event else function()


_GENERATORS = CO_GENERATOR | CO_ASYNC_GENERATOR


def _why_no_handler(function: Any, wanted: int) -> str:
    name = getattr(function, "__qualname__", None) or repr(function)
    if wanted > 1:
        return (
            f"the handler {name} wants {wanted} arguments. A handler is called with the Event, or with "
            "nothing. Bind what else it needs: on_click=lambda: remove(todo, force)"
        )
    return f"the handler {name} has a yield in it, so a call of it would run nothing. Leave the yield out."


def _checked(handler: Any, name: str) -> Handler:
    """The handler that a modifier was given."""
    if not callable(handler):
        raise UsageError(
            f"{name} takes a handler first, and got {handler!r:.60}. Give the function itself, save or "
            "lambda: save(1), not what a call of it gave"
        )
    return Handler.of(handler)


def _wait(handler: HandlerFunction | Handler, ms: int, letter: str, name: str) -> Handler:
    checked = _checked(handler, name)
    if not isinstance(ms, int | float) or not 0 < ms <= MAX_WAIT_MS:  # pyright: ignore[reportUnnecessaryIsInstance]
        raise UsageError(f"{name}(handler, ms) takes 1 to {MAX_WAIT_MS:,} milliseconds, not {ms!r:.60}")
    return checked.with_flag(f"{letter}{int(ms)}")


def debounce(handler: HandlerFunction | Handler, ms: int) -> Handler:
    """Calls the handler once the event has not come for ``ms`` milliseconds.

    >>> debounce(print, 300).flags
    ':d300'
    """
    return _wait(handler, ms, "d", "debounce")


def throttle(handler: HandlerFunction | Handler, ms: int) -> Handler:
    """Calls the handler at most once in ``ms`` milliseconds, with the newest event.

    >>> throttle(print, 100).flags
    ':t100'
    """
    return _wait(handler, ms, "t", "throttle")


def prevent_default(handler: HandlerFunction | Handler) -> Handler:
    """Keeps the browser from doing what it would do by itself, then calls the handler.

    >>> prevent_default(debounce(print, 10)).flags
    ':d10,p'
    """
    return _checked(handler, "prevent_default").with_flag("p")


def as_link(handler: HandlerFunction | Handler) -> Handler:
    """As `prevent_default`, for a plain click only: any other opens a tab or a window, or downloads.

    >>> as_link(print).flags
    ':l'
    """
    return Handler.of(handler).with_flag("l")


def stop_propagation(handler: HandlerFunction | Handler) -> Handler:
    """Keeps the event from the elements around this one, then calls the handler.

    >>> stop_propagation(print).flags
    ':s'
    """
    return _checked(handler, "stop_propagation").with_flag("s")
