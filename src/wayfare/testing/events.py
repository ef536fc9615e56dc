"""Events in the test kit: who hears of one, what it says, and what waits before it is sent.

It does what `client/src/events.js` does: an event goes from its element outwards to everything that listens,
and what is debounced or throttled waits for the clock, or for an event that could depend on it.
"""

from __future__ import annotations

from typing import Any

from .._types import Timer
from ..wire import EventMessage, EventPayload
from .browser import Window
from .clock import VirtualClock
from .dom import Element
from .fields import chosen_values, field_value, form_fields, is_box, is_field, is_ticked

_HURRYING = frozenset({"click", "submit", "change", "blur", "keydown"})


class Events:
    """The events of one document.

    Args:
        window: where they are sent; None where no client runs.
        clock: what debouncing and throttling wait for.
    """

    def __init__(self, window: Window | None, clock: VirtualClock) -> None:
        self._window = window
        self._clock = clock
        self._held: dict[tuple[int, str], tuple[Timer, EventMessage | None]] = {}

    def fire(
        self, target: Element, name: str, *, key: str | None = None, submitter: Element | None = None
    ) -> bool:
        """Tell every listener, from the element outwards.

        Args:
            target: where it happens.
            name: the DOM's name of the event.
            key: the key of a keyboard event.
            submitter: the button that sends the form.

        Returns:
            Whether a handler keeps the browser from doing what it would do by itself.
        """
        if self._window is None:
            return False
        prevented = False
        at: Element | None = target
        while at is not None:
            found = self._window.screen.listener(at, name)
            if found is None:
                break
            element, flags = found
            prevented = prevented or "p" in flags or "l" in flags
            assert element.id is not None
            payload = payload_of(target, element, name, key, submitter)
            self._send(EventMessage(element.id, name, payload), flags)
            if "s" in flags:
                break
            at = element.parent
        return prevented

    def _send(self, message: EventMessage, flags: list[str]) -> None:
        assert self._window is not None
        wait = next((flag for flag in flags if flag[:1] in ("d", "t") and flag[1:].isdigit()), None)
        place = (message.id, message.name)
        if message.name in _HURRYING:
            self.flush(but=place)
        if wait is None:
            self._window.send(message)
            return
        seconds = int(wait[1:]) / 1000
        before = self._held.pop(place, None)
        if before is not None and wait[0] == "t":
            self._held[place] = (before[0], message)
            return
        if before is not None:
            before[0].cancel()
        if wait[0] == "t":
            self._window.send(message)
        timer = self._clock.call_later(seconds, lambda: self._run(place))
        self._held[place] = (timer, message if wait[0] == "d" else None)

    def flush(self, *, but: tuple[int, str] | None = None) -> None:
        """Send everything that waits, except one place's."""
        for place in [each for each in self._held if each != but]:
            self._run(place)

    def _run(self, place: tuple[int, str]) -> None:
        held = self._held.pop(place, None)
        if held is not None:
            held[0].cancel()
            if held[1] is not None and self._window is not None:
                self._window.send(held[1])


def payload_of(
    target: Element, element: Element, name: str, key: str | None, submitter: Element | None
) -> EventPayload:
    """What the handler of `element` is told of an event at `target`."""
    fields: dict[str, Any] = {}
    if is_field(target) or target.tag == "button":
        if target.get("name"):
            fields["name"] = target["name"]
        if target.tag == "select" and "multiple" in target.attributes:
            fields["value"] = chosen_values(target)
        else:
            fields["value"] = field_value(target) if is_field(target) else target.get("value", "")
        if is_box(target):
            fields["checked"] = is_ticked(target)
    if key is not None:
        fields["key"] = key
    if name == "click":
        fields["button"] = 0
    if element.tag == "form":
        fields["form"] = form_fields(element, submitter)
    fields["data"] = {
        _camel(attribute[5:]): value
        for attribute, value in element.attributes.items()
        if attribute.startswith("data-") and attribute not in ("data-on", "data-w")
    }
    return EventPayload(**fields)


def _camel(name: str) -> str:
    first, *rest = name.split("-")
    return first + "".join(part.title() for part in rest)


def closest(element: Element, tag: str) -> Element | None:
    """The element itself or the nearest around it with this tag."""
    at: Element | None = element
    while at is not None and at.tag != tag:
        at = at.parent
    return at


def is_in(element: Element, outer: Element) -> bool:
    """Whether `element` is `outer`, or in it."""
    at: Element | None = element
    while at is not None:
        if at is outer:
            return True
        at = at.parent
    return False
