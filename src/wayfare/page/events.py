"""What a browser says of an event, as a handler gets it.

The codec has checked the shape of the message before (wire.messages.EventPayload); here only what the browser
really sent becomes the event's content, so that an absent `key` stays absent.
"""

from __future__ import annotations

from typing import Any

import msgspec

from ..render import Event
from ..wire import EventMessage


def read_event(message: EventMessage) -> Event:
    """The event of a message.

    >>> from wayfare.wire import EventPayload
    >>> read_event(EventMessage(5, "input", EventPayload(value="x", form=[("name", "x")]))).form
    {'name': 'x'}
    """
    payload: dict[str, Any] = msgspec.to_builtins(message.payload)
    return Event(message.name, payload)
