"""What a handler is told: what the browser sent, and no more."""

from __future__ import annotations

import pytest

from wayfare.page import read_event
from wayfare.wire import EventMessage, EventPayload


def test_only_what_was_sent_is_there() -> None:
    event = read_event(EventMessage(1, "keydown", EventPayload(key="Enter")))
    assert event.type == "keydown"
    assert event.payload == {"key": "Enter"}
    assert event.form == {}
    assert event.data == {}


def test_fields_keep_their_order_and_repetitions() -> None:
    event = read_event(EventMessage(1, "submit", EventPayload(form=[("b", "1"), ("a", "2"), ("b", "3")])))
    assert list(event.fields) == [("b", "1"), ("a", "2"), ("b", "3")]
    assert event.form == {"b": "3", "a": "2"}


def test_the_detail_of_a_custom_event_stays_as_it_is() -> None:
    event = read_event(EventMessage(1, "pick", EventPayload(detail={"id": [1, None]})))
    assert event.detail == {"id": [1, None]}


def test_what_was_not_sent_is_named() -> None:
    event = read_event(EventMessage(1, "click", EventPayload(button=0)))
    with pytest.raises(AttributeError, match="button"):
        _ = event.pointer
