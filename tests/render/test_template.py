"""Templates: what two elements share, and what makes a new one."""

from __future__ import annotations

from collections.abc import Callable

from wayfare.html import Element, br, button, div, input_, li, p, span, textarea, ul
from wayfare.render.content import Instance, write_html, write_tokens
from wayfare.render.template import split


def instance_of(element: Element, anchored: bool = False) -> Instance:
    """The element as an instance whose nested contents are left empty."""
    template, values = split(element, anchored)
    return Instance(template, 100, [values[hole.position] for hole in template.holes])


def test_one_place_in_the_code_has_one_template_once_its_values_have_differed() -> None:
    def row(name: str) -> Element:
        return li(class_="row-of-test-1")[span[name], "!"]

    first = split(row("a"), False)[0]
    second = split(row("b"), False)[0]
    third = split(row("c"), False)[0]
    assert first is not second
    assert second is third
    assert [hole.name for hole in third.holes] == [""]


def test_what_never_differs_is_part_of_the_template() -> None:
    element = div(class_="only-here", title='a "b"')[p["x < y"], br]
    template, _ = split(element, False)
    assert template.holes == ()
    assert template.parts == ('<div class="only-here" title="a &#34;b&#34;"><p>x &lt; y</p><br></div>',)


def test_html_of_an_instance_is_that_of_its_element() -> None:
    def make(text: str, title: str | None) -> Element:
        return div(title=title, data_test="2")[p[text], ul[li["1"], li[text]]]

    for text, title in [("a", "t"), ("<b>", None), ("", "x")]:
        assert write_html(instance_of(make(text, title))) == str(make(text, title))


def test_reactive_places_have_addresses_and_constant_ones_none() -> None:
    def nothing() -> None: ...

    element = div[p[lambda: "x"], button(on_click=nothing, class_=lambda: "c")["Go"], span["static"]]
    template, _ = split(element, False)
    assert template.addresses == 2
    assert template.client_html == (
        '<div><p><!--?--></p><button data-w="1" data-on="click">Go</button><span>static</span></div>'
    )
    assert template.client_kinds == [[1, 0], [2, 1, "class"]]


def test_an_anchored_root_has_the_first_address() -> None:
    template, _ = split(li["anchored-test"], True)
    assert template.anchored
    assert template.client_html.startswith('<li data-w="0">')
    assert write_html(instance_of(li["anchored-test"], True)) == '<li data-w="100">anchored-test</li>'


def test_an_element_with_only_plain_holes_is_found_by_a_number() -> None:
    def make(value: str) -> Element:
        return p[input_(name="number-test", value=value)]

    split(make("1"), False)
    template, _ = split(make("2"), False)
    assert template.client_html == '<p><input data-v="0" name="number-test"></p>'
    assert template.client_kinds == [[3, 0, "value"]]


def test_a_text_only_element_has_its_text_as_one_hole() -> None:
    template, values = split(textarea(name="raw-test")["a", lambda: "b"], False)
    assert template.client_kinds == [[2, 0, ":text"]]
    text: Callable[[], str] = values[template.holes[0].position]
    assert text() == "ab"


def test_tokens_are_flat_and_name_the_template_first() -> None:
    def make(text: str) -> Element:
        return p(id="token-test")[text]

    instance_of(make("a"))
    instance = instance_of(make("b"))
    defined: list[int] = []
    tokens = write_tokens(instance, lambda template: defined.append(template.number))
    assert tokens == [instance.template.number, 100, "b"]
    assert defined == [instance.template.number]


def test_a_tree_5_000_elements_deep_is_split_and_written() -> None:
    element: Element = p["deep"]
    for _ in range(5_000):
        element = div[element]
    assert write_html(instance_of(element)).startswith("<div><div>")
