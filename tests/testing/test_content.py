from __future__ import annotations

import pytest

from wayfare.testing.content import Builder, PatchError, Slot
from wayfare.testing.dom import Element, to_html


def test_what_is_built_tells_its_addresses() -> None:
    places: dict[int, Element | Slot] = {}
    builder = Builder(places.__setitem__)
    builder.define(
        7, '<li data-w="0"><b data-v="0"><!--?--></b> <!--?--></li>', [[3, 0, "title"], 0, [1, 1]], True
    )
    built = builder.build([7, 40, "Bob", "first", None])
    assert to_html(built) == '<li><b title="Bob">first</b> </li>'
    assert sorted(places) == [40, 41]
    slot = places[41]
    assert isinstance(slot, Slot)
    assert slot.parent is places[40]


def test_an_item_that_is_one_addressed_element_needs_no_markers() -> None:
    places: dict[int, Element | Slot] = {}
    builder = Builder(places.__setitem__)
    builder.define(1, '<li data-w="0"><!--?--></li>', [0], True)
    built = builder.build([-3, 2, 10, 1, 10, "a", 11, "b"])
    assert to_html(built, marks=True) == "<li>a</li><!--w11-->b<!--/-->"
    assert isinstance(places[10], Element)
    assert isinstance(places[11], Slot)


def test_a_template_that_was_forgotten_is_missed() -> None:
    builder = Builder({}.__setitem__)
    builder.define(1, "<p></p>", [], False)
    builder.forget()
    with pytest.raises(PatchError, match="no template 1"):
        builder.build([1, 10])
