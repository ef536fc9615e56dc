from __future__ import annotations

import pytest

from wayfare.testing.dom import Element, find_all, parse_html
from wayfare.testing.fields import (
    chosen_values,
    field_key,
    field_value,
    form_fields,
    is_box,
    is_field,
    is_ticked,
    option_value,
    options_of,
    set_attribute,
)


def one(html: str) -> Element:
    return find_all(parse_html(html))[0]


@pytest.mark.parametrize(
    ("html", "value"),
    [
        ("<input>", ""),
        ("<input value=x>", "x"),
        ("<input type=checkbox>", "on"),
        ("<input type=checkbox value=x>", "x"),
        ("<textarea>\n a\nb</textarea>", " a\nb"),
        ("<select><option>a</option><option>b</option></select>", "a"),
        ("<select><option disabled>a</option><option>b</option></select>", "b"),
        ("<select><option>a</option><option selected value=x>b</option></select>", "x"),
        ("<select value=b><option>a</option><option>b</option></select>", "b"),
        ("<select></select>", ""),
    ],
)
def test_a_field_holds_what_the_server_gave_it(html: str, value: str) -> None:
    assert field_value(one(html)) == value


def test_a_select_with_multiple_holds_what_is_chosen() -> None:
    options = "<option selected>a</option><option>b</option><option selected>c</option>"
    select = one(f"<select multiple>{options}</select>")
    assert chosen_values(select) == ["a", "c"]
    options_of(select)[0].ticked = False
    assert chosen_values(select) == ["c"]
    select.typed = "b"
    assert chosen_values(select) == ["b"]


def test_what_was_typed_counts_until_the_server_says_otherwise() -> None:
    field = one("<input value=x>")
    field.typed = "y"
    assert field_value(field) == "y"
    set_attribute(field, "class", "c")
    assert field_value(field) == "y"
    set_attribute(field, "value", "z")
    assert field_value(field) == "z"
    area = one("<textarea>a</textarea>")
    area.typed = "b"
    set_attribute(area, ":text", "c")
    assert (field_value(area), area.html) == ("c", "<textarea>c</textarea>")


def test_what_was_ticked_counts_until_the_server_says_otherwise() -> None:
    box = one("<input type=checkbox checked>")
    assert is_box(box)
    assert is_ticked(box)
    box.ticked = False
    assert not is_ticked(box)
    set_attribute(box, "checked", True)
    assert is_ticked(box)
    set_attribute(box, "checked", None)
    assert box.html == '<input type="checkbox">'


def test_a_form_sends_what_a_browser_would() -> None:
    form = one(
        """<form><input name=a value=1><input value=nameless><input name=b type=checkbox><input name=c
        type=radio checked value=2> <input name=off disabled><fieldset disabled><input
        name=off2></fieldset><textarea name=t>x</textarea> <select name=s multiple><option
        selected>p</option><option selected>q</option></select> <input type=submit name=do value=sub><button
        name=go value=now>Go</button><input type=button name=no></form>"""
    )
    plain = [("a", "1"), ("c", "2"), ("t", "x"), ("s", "p"), ("s", "q")]
    assert form_fields(form) == plain
    assert form_fields(form, find_all(form, "button")[0]) == [*plain, ("go", "now")]


def test_fields_are_recognised_by_what_stays_over_a_fresh_render() -> None:
    assert field_key(one("<input name=a value=1>")) == field_key(one("<input name=a value=2>"))
    one_button, other = one("<input type=radio name=a value=1>"), one("<input type=radio name=a value=2>")
    assert field_key(one_button) != field_key(other)
    assert is_field(one("<textarea></textarea>"))
    assert not is_field(one("<button></button>"))
    assert option_value(one("<option> a  b </option>")) == "a b"
