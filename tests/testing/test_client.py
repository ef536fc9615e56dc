"""What the golden cases (tests/wire) do not say of the test kit's client."""

from __future__ import annotations

import pytest

from wayfare.testing.client import PatchError, Screen, Slot
from wayfare.testing.dom import Element, find_all


def test_a_change_of_text_keeps_the_node() -> None:
    screen = Screen("<p><!--w2-->John<!--/--></p>")
    slot = screen.place(2)
    assert isinstance(slot, Slot)
    node = slot.start.next
    screen.apply([[1, 2, "Jane"]])
    assert slot.start.next is node


def test_a_whole_document_is_read() -> None:
    screen = Screen(
        "<!doctype html><html><head><title>T &amp; t</title></head>"
        "<body><!--w1--><p>x</p><!--/--></body></html>"
    )
    assert (screen.title, screen.html, screen.text) == ("T & t", "<p>x</p>", "x")
    screen.apply([[25, [["title", {}, "New"], ["meta", {"name": "a"}, None]]]])
    assert screen.title == "New"


@pytest.mark.parametrize(
    ("html", "ops", "reason"),
    [
        ("", [[1, 5, "x"]], "no place 5"),
        ('<p data-w="2"></p>', [[1, 2, "x"]], "place 2 is an element, not a slot"),
        ("<!--w2--><!--/-->", [[2, 2, "id", "x"]], "place 2 is a slot, not an element"),
        ("<!--w2--><!--/-->", [[3, 2, [9, 1]]], "no template 9"),
        ("<!--w2--><!--/-->", [[3, 2, [0, 3, "a"]]], "the content ends too early, after 3 tokens"),
        ("<!--w2--><!--/-->", [[3, 2, [-9]]], "no content begins with -9"),
    ],
)
def test_a_patch_that_does_not_fit_is_an_error(html: str, ops: list[list[object]], reason: str) -> None:
    with pytest.raises(PatchError, match=reason):
        Screen(html).apply(ops)


@pytest.mark.parametrize("html", ["<p><!--w2--></p><!--/-->", "<!--/-->", "<!--w2-->x"])
def test_markers_that_do_not_belong_together_are_an_error(html: str) -> None:
    with pytest.raises(PatchError):
        Screen(html)


def test_what_is_removed_is_forgotten() -> None:
    screen = Screen('<ul><!--w2--><li data-w="10"><!--w11-->x<!--/--></li><!--/--></ul>')
    assert screen.places == 3
    screen.apply([[4, 2, [10], []]])
    assert screen.places == 1
    screen.apply([[5, 1, '<li data-w="0"><!--?--></li>', [[1, 1]], True]])
    for base in range(100, 2000, 10):
        screen.apply([[3, 2, [-3, 1, base, 1, base, "x"]]])
    assert screen.places == 3


def test_page_operations_that_are_not_about_what_is_shown_are_given_back() -> None:
    push = [22, "/a", None, False, True]
    assert Screen("").apply([[26, True], push, [25, []]]) == [[26, True], push]


def test_calls_are_noted() -> None:
    screen = Screen('<input data-w="2">')
    screen.apply([[6, 2, "focus"]])
    [(element, method)] = screen.calls
    assert (element.tag, method) == ("input", "focus")


def test_the_listener_of_an_event_is_the_nearest_element_outwards() -> None:
    screen = Screen(
        '<div data-w="2" data-on="click:s,d300 input"><p data-w="3" data-on="keydown"><b>x</b></p></div>'
    )
    [inner] = find_all(screen.document, "b")
    click, keydown = screen.listener(inner, "click"), screen.listener(inner, "keydown")
    assert click is not None
    assert keydown is not None
    assert (click[0].id, click[1]) == (2, ["s", "d300"])
    assert (keydown[0].id, keydown[1]) == (3, [])
    assert screen.listener(inner, "submit") is None


def test_a_fresh_render_keeps_what_was_typed_and_ticked() -> None:
    fields = '<input name="a" value="1"><input name="b" value="1"><input type="checkbox" name="c">'
    html = f"<!--w1-->{fields}<!--/-->"
    screen = Screen(html)
    a, _, c = find_all(screen.document, "input")
    a.typed, c.ticked = "typed", True
    screen.apply([[21, html.replace('value="1"', 'value="2"'), "", "p2"]])
    fresh = find_all(screen.document, "input")
    assert [(field.typed, field.ticked) for field in fresh] == [("typed", None), (None, None), (None, True)]
    assert fresh[1]["value"] == "2"


def test_content_is_built_however_deep_it_is() -> None:
    depth = 20_000
    screen = Screen("<!--w2--><!--/-->")
    tokens = [token for base in range(depth) for token in (1, base + 10)]
    screen.apply([[5, 1, '<b data-w="0"><!--?--></b>', [0], True], [3, 2, [*tokens, "deep"]]])
    assert screen.text == "deep"
    assert screen.places == depth + 1
    screen.apply([[3, 2, [None]]])
    assert screen.places == 1


def test_a_place_is_an_element_or_a_slot() -> None:
    screen = Screen('<p data-w="2"><!--w3--><!--/--></p>')
    assert isinstance(screen.place(2), Element)
    assert isinstance(screen.place(3), Slot)
