"""Places: which elements they make, and what they leave to the expression as it is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from wayfare.html import (
    Element,
    Markup,
    button,
    div,
    fragment,
    input_,
    li,
    option,
    p,
    select,
    span,
    textarea,
    ul,
)
from wayfare.render import For, debounce, prevent_default
from wayfare.render.case import Case, Lowered
from wayfare.render.lower import lower
from wayfare.render.place import MAX_CASES
from wayfare.render.template import split


def case_of(element: object) -> Case:
    assert type(element) is Lowered
    return element.case


def around(value: Any) -> Element:
    return div["before", value]


lowered_around: Callable[[Any], Element] = lower(around)


@pytest.mark.parametrize(
    ("value", "tokens"),
    [
        ("text", ("T",)),
        (3, ("T",)),
        (2.5, ("T",)),
        (None, ()),
        (True, ()),
        (lambda: "x", ("C",)),
        (len, ("C",)),
        (Markup("<i>"), ("N",)),
        (["a", "b"], ("N",)),
        (("a", "b"), ("N",)),
        (fragment["a"], ("N",)),
        (For(each=[])[lambda item: item], ("N",)),
    ],
)
def test_the_type_of_a_child_decides_its_token(value: object, tokens: tuple[str, ...]) -> None:
    assert case_of(lowered_around(value)).tokens == ("<div", "T", *tokens, ">")


def test_a_plain_element_is_built_as_it_is_written() -> None:
    made = lowered_around(Element("x"))
    assert type(made) is Element
    assert str(made) == "<div>before<x></x></div>"


def test_a_lowered_element_joins_the_template_around_it() -> None:
    inner = lower(lambda text: p(class_="inner")[text])
    made = lowered_around(inner("a"))
    assert case_of(made).tokens == ("<div", "T", "<p", "=class", "T", ">", ">")
    assert case_of(made).constants == {0: "before", 1: "inner"}
    assert case_of(lowered_around(inner("b"))) is case_of(made)
    assert case_of(lowered_around(inner(None))) is not case_of(made)


def test_a_place_remembers_so_many_cases_and_no_more() -> None:
    kinds = [type(f"Text{number}", (str,), {}) for number in range(MAX_CASES + 5)]
    one = lower(lambda value: p["x", value])
    made = [one(kind("a")) for kind in kinds]
    assert [type(element) for element in made] == [Lowered] * MAX_CASES + [Element] * 5
    assert {str(element) for element in made} == {"<p>xa</p>"}
    assert type(one(kinds[0]("b"))) is Lowered


def test_places_nested_too_deep_are_built_as_they_are_written() -> None:
    wrap = lower(lambda inner: div["x", inner])
    element: Any = None
    for _ in range(3_000):
        element = wrap(element)
    template, values = split(element, False)
    assert template.client_html.count("<div>") == 3_000
    assert set(values) == {"x"}


def test_the_first_of_a_case_is_compared_and_the_next_is_not_walked_through() -> None:
    row = lower(lambda text: li(class_="row")[text, span["!"]])
    first, second = row("a"), row("b")
    case = case_of(first)
    assert case.usable is None
    walked, _ = case.split(first, False)
    assert case.usable
    assert case.quiet
    assert case.split(second, False)[0] is walked
    assert not hasattr(Element, "values")
    with pytest.raises(AttributeError):
        Element.tag.__get__(second)  # type: ignore[attr-defined]  # nobody has asked for it


def test_a_case_that_expects_something_else_is_not_used(caplog: pytest.LogCaptureFixture) -> None:
    row = lower(lambda text: li["strange", text])
    element = row("a")
    case = case_of(element)
    case.tokens = ("<li", "C", ">")
    template, values = case.split(element, False)
    assert (template.client_html, values) == ("<li>strangea</li>", ["strange", "a"])
    assert case.usable is False
    assert "is not lowered right" in caplog.text
    assert case.split(row("b"), False)[1] == ["strange", "b"]


def test_what_runs_somebodys_code_is_not_quiet() -> None:
    def quiet_of(element: Element) -> bool:
        case = case_of(element)
        case.split(element, False)  # type: ignore[arg-type]
        return case.quiet

    show = lower(lambda value: p(title=value)["x"])
    assert quiet_of(show("text"))
    assert quiet_of(show(3))
    assert not quiet_of(show(object()))
    assert not quiet_of(show(lambda: "x"))
    name = lower(lambda value: p(class_=value)["x"])
    assert quiet_of(name("text"))
    assert not quiet_of(name({"a": True}))
    assert not quiet_of(lower(lambda fn: button(on_click=fn)["x"])(print))
    assert not quiet_of(lower(lambda fn: p["x", fn])(print))


def test_the_flags_of_a_handler_are_part_of_the_case() -> None:
    listens = lower(lambda fn: button(on_click=fn)["x"])
    assert case_of(listens(print)).tokens[1] == "!click"
    assert case_of(listens(None)).tokens[1] == "T"
    assert case_of(listens(prevent_default(print))).tokens[1] == "!click:p"
    assert case_of(listens(debounce(print, 20))).tokens[1] == "!click:d20"


def test_controls_whose_value_stands_inside_them() -> None:
    area = lower(lambda value: textarea(name="t", value=value))
    assert case_of(area("a")).tokens == ("<textarea", "=name", "Rtextarea", ">")
    assert case_of(area(lambda: "a")).tokens == ("<textarea", "=name", "Stextarea", ">")
    chosen = lower(lambda value: select(value=value)[option["a"], option["b"]])
    assert type(chosen("a")) is Element
    assert split(chosen("b"), False)[0].client_html.count("selected") == 1
    assert case_of(chosen(None)).tokens[1] == "=value"
    assert case_of(chosen(lambda: "a")).tokens[1] == "~value"


def test_what_a_url_attribute_gets_is_checked_each_time(caplog: pytest.LogCaptureFixture) -> None:
    image = lower(lambda url: p[input_(src=url)])
    for url, shown in [("/a", "/a"), ("javascript:x", "about:invalid#refused"), ("/b", "/b")]:
        element = image(url)
        case_of(element)
        template, values = element.case.split(element, False)  # type: ignore[attr-defined]
        written = [values[hole.position] for hole in template.holes]
        assert written == [shown]
    assert caplog.text.count("refused a script URL") == 1


def test_a_list_is_read_when_the_element_is_made() -> None:
    rows = ["a"]
    made = lower(lambda: ul[li["first"], rows])()
    rows.append("b")
    assert str(made) == "<ul><li>first</li>a</ul>"
