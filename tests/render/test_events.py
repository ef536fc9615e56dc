"""Events and the flags that travel with handlers."""

from __future__ import annotations

import functools

import pytest

from wayfare.errors import UsageError
from wayfare.render import Event, Handler, debounce, prevent_default, stop_propagation, throttle


def test_an_event_gives_what_the_browser_sent() -> None:
    event = Event(
        "input",
        {
            "value": "x",
            "checked": True,
            "form": [["a", "1"], ["a", "2"]],
            "data": {"rowId": "7"},
            "shiftKey": True,
        },
    )
    assert event.value == "x"
    assert event.checked is True
    assert event.form == {"a": "2"}
    assert event.fields == [("a", "1"), ("a", "2")]
    assert event.data["rowId"] == "7"
    assert event.shift_key is True


def test_of_several_values_the_first_is_the_value_and_none_is_lost() -> None:
    assert Event("change", {"value": ["a", "b"]}).values == ["a", "b"]
    assert Event("change", {"value": ["a", "b"]}).value == "a"
    assert Event("change", {"value": []}).value == ""
    assert Event("input", {"value": 5}).values == ["5"]
    assert Event("click").values == []


def test_what_was_not_sent_is_empty_or_an_error_that_lists_what_was() -> None:
    event = Event("click", {"value": None})
    assert (event.value, event.key, event.checked, event.form) == ("", "", False, {})
    with pytest.raises(AttributeError, match="has no 'client_x'; the browser sent: value"):
        _ = event.client_x


def test_a_handler_takes_the_event_or_nothing() -> None:
    class Thing:
        def method(self) -> str:
            return "m"

        def with_event(self, event: Event) -> str:
            return event.type

        def __call__(self, event: Event) -> str:
            return event.type

    event = Event("click")
    assert Handler.of(lambda: "none")(event) == "none"
    assert Handler.of(lambda event: event.type)(event) == "click"
    assert Handler.of(lambda bound=1: bound)(event) == 1
    assert Handler.of(Thing().method)(event) == "m"
    assert Handler.of(Thing().with_event)(event) == "click"
    assert Handler.of(Thing())(event) == "click"
    assert Handler.of(functools.partial(lambda text: text, "p"))(event) == "p"


def test_modifiers_add_up() -> None:
    assert prevent_default(stop_propagation(debounce(print, 5))).flags == ":d5,s,p"
    assert throttle(print, 7).flags == ":t7"


@pytest.mark.parametrize("ms", [0, -1, 10**9])
def test_a_wait_that_makes_no_sense_is_refused(ms: int) -> None:
    with pytest.raises(UsageError, match="milliseconds"):
        debounce(print, ms)
