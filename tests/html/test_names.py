"""A name that is nearly one of HTML's gets a warning; any other is taken as it is."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable
from typing import Any

import pytest

from wayfare.errors import UsageError
from wayfare.html import (
    ATTRIBUTES,
    EVENTS,
    HandlerWarning,
    NameWarning,
    attribute_name,
    button,
    div,
    event_name,
    p,
)
from wayfare.html.attributes import attribute_name as cached_attribute
from wayfare.html.attributes import event_name as cached_event


@pytest.fixture(autouse=True)
def _names_are_looked_at_afresh() -> None:
    cached_attribute.cache_clear()
    cached_event.cache_clear()


@pytest.mark.parametrize(
    ("keyword", "meant"),
    [("clas_", "class_="), ("placehoder", "placeholder="), ("disabeld", "disabled=")],
)
def test_a_misspelt_attribute_is_told_with_what_was_meant(keyword: str, meant: str) -> None:
    with pytest.warns(NameWarning, match=f"looks misspelt.*Did you mean {meant}"):
        attribute_name(keyword)


def test_a_misspelt_event_is_told_with_what_was_meant() -> None:
    with pytest.warns(NameWarning, match="on_clik=.* looks misspelt.*Did you mean on_click="):
        button(on_clik=lambda: None)


def test_the_warning_names_the_line_that_is_wrong() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        p(clas_="x")
    assert [warning.filename for warning in caught] == [__file__]


@pytest.mark.parametrize("keyword", ["x_data", "hx_get", "cx", "viewbox", "sl_change", "fill", "aria_busy"])
def test_names_of_others_are_taken(keyword: str) -> None:
    assert attribute_name(keyword)
    assert event_name(f"on_{keyword}")


def test_names_that_html_has_are_taken() -> None:
    for name in ATTRIBUTES:
        assert attribute_name(name.replace("-", "_")) == name
    for name in EVENTS:
        assert event_name(f"on_{name}") == name


def test_children_are_no_attribute() -> None:
    with pytest.raises(UsageError, match="They go in brackets"):
        p(children="text")


def test_type_checkers_are_told_of_events_that_exist() -> None:
    """The signature that only type checkers see, read off the source."""
    source = inspect.getsource(type(p))
    typed = [line.split(":")[0].strip() for line in source.splitlines() if ": Listener | None" in line]
    assert len(typed) > 50
    assert {event_name(keyword) for keyword in typed} <= EVENTS


def test_no_handler_beside_one_that_a_call_has_made_is_meant() -> None:
    def made() -> Callable[[], None]:
        return lambda: None

    shown = div(on_click=made())[button(on_click=None), p(on_click=None)["none"]]
    assert shown.tag == "div"


def test_a_handler_that_is_called_is_told_whatever_else_is_on_its_line() -> None:
    def save() -> Any: ...

    with pytest.warns(HandlerWarning, match=r"on_click got None, what save\(...\) gave"):
        div(title="ö")[button(on_click=None), button(title="ä", on_click=save())]
