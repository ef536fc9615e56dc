"""Events: what the browser tells of one, and the modifiers that are decided in the browser.

A handler runs on the server. What can't wait for the way there and back, such as keeping the browser from
following a link, is said beside the handler and travels with the template as a flag.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from ..errors import UsageError
from ..reactive import accepted_arguments

HandlerFunction: TypeAlias = Callable[..., object]

MAX_WAIT_MS = 60_000


class Event:
    """What happened in the browser.

    Attributes:
        type: the DOM name of the event, such as ``"click"``.
        value: the value of the control it happened on, or None.
        checked: of a checkbox or radio button, or None.
        key: of a keyboard event, as the DOM names it (``"Enter"``), or None.
        form: the fields of the form it belongs to; of several with one name, the last.
        fields: the same as (name, value) pairs, in order, all of them.
        data: the ``data-...`` attributes of the element, by their names in the DOM's camel case.
    """

    __slots__ = ("data", "fields", "payload", "type")

    def __init__(self, type: str, payload: Mapping[str, Any] | None = None) -> None:
        self.type = type
        self.payload: Mapping[str, Any] = payload or {}
        self.fields: Sequence[tuple[str, str]] = [
            (str(pair[0]), str(pair[1])) for pair in self.payload.get("form") or () if len(pair) == 2
        ]
        self.data: Mapping[str, str] = self.payload.get("data") or {}

    @property
    def value(self) -> str:
        """The text of the control; empty where it has none."""
        value = self.payload.get("value")
        return "" if value is None else str(value)

    @property
    def checked(self) -> bool:
        """Whether the control is checked."""
        return bool(self.payload.get("checked"))

    @property
    def key(self) -> str:
        """The key of a keyboard event as the DOM names it, else empty."""
        return str(self.payload.get("key") or "")

    @property
    def form(self) -> dict[str, str]:
        """The fields of the form, the last one of each name."""
        return dict(self.fields)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        camel = name.split("_")[0] + "".join(part.title() for part in name.split("_")[1:])
        try:
            return self.payload[camel]
        except KeyError:
            known = ", ".join(sorted(self.payload)) or "nothing"
            raise AttributeError(
                f"the {self.type} event has no {name!r}; the browser sent: {known}"
            ) from None

    def __repr__(self) -> str:
        return f"Event({self.type!r}, {dict(self.payload)!r})"


class Handler:
    """A function that is called for an event, and what the browser does by itself."""

    __slots__ = ("flags", "function", "takes_event")

    def __init__(self, function: HandlerFunction, flags: str) -> None:
        self.function = function
        self.flags = flags
        """As in ``data-on``: empty, or ``":"`` and letters with commas between."""
        self.takes_event = accepted_arguments(function, 1) > 0

    @classmethod
    def of(cls, value: Any) -> Handler:
        """``value`` itself where it is one, else a plain handler around the function."""
        return value if isinstance(value, Handler) else cls(value, "")

    def with_flag(self, flag: str) -> Handler:
        """A copy that does this as well."""
        return Handler(self.function, f"{self.flags},{flag}" if self.flags else f":{flag}")

    def __call__(self, event: Event) -> object:
        return self.function(event) if self.takes_event else self.function()


def _wait(handler: HandlerFunction | Handler, ms: int, letter: str, name: str) -> Handler:
    if not 0 < ms <= MAX_WAIT_MS:
        raise UsageError(f"{name}(handler, ms) takes 1 to {MAX_WAIT_MS:,} milliseconds, not {ms!r}")
    return Handler.of(handler).with_flag(f"{letter}{int(ms)}")


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
    return Handler.of(handler).with_flag("p")


def stop_propagation(handler: HandlerFunction | Handler) -> Handler:
    """Keeps the event from the elements around this one, then calls the handler.

    >>> stop_propagation(print).flags
    ':s'
    """
    return Handler.of(handler).with_flag("s")
