"""Holes and formats: what is written is what stands in the template, whatever is in it."""

from __future__ import annotations

from wayfare.html import Element, a, button, div, escape_str, escape_text, p, textarea
from wayfare.render.holes import NODE, SLOT, TEXT, Hole, writer
from wayfare.render.template import split


def written(make: Element, *, anchored: bool = False, markers: bool = True) -> str:
    template, values = split(make, anchored)
    assert template.format is not None
    return template.format.html(10, [values[hole.position] for hole in template.holes], markers)


def test_a_percent_sign_is_a_percent_sign() -> None:
    def make(text: str) -> Element:
        return p(title="100 %s %(x)d")["50 % of ", text, " %%"]

    for text in ("%d", "all"):
        assert written(make(text)) == f'<p title="100 %s %(x)d">50 % of {text} %%</p>'


def test_addresses_stand_where_they_belong() -> None:
    def make(text: str) -> Element:
        return div(class_=text)[button(on_click=print, title=text)[text], a(ref=print)["x"]]

    for text in ("a", "b"):
        html = written(make(text), anchored=True)
        assert html == (
            f'<div data-w="10" class="{text}">'
            f'<button data-w="11" data-on="click" title="{text}">{text}</button>'
            '<a data-w="12">x</a></div>'
        )
        assert written(make(text), anchored=True, markers=False) == (
            f'<div class="{text}"><button title="{text}">{text}</button><a>x</a></div>'
        )


def test_the_text_of_an_element_that_holds_one_text() -> None:
    for text in ("<a>", "\nfirst line"):
        assert written(textarea(name="holes")[text]).endswith(escape_text(text) + "</textarea>")


def test_only_what_has_no_content_of_its_own_has_a_writer() -> None:
    assert writer(Hole(NODE, 0, -1, "")) is None
    assert writer(Hole(SLOT, 0, 0, "")) is None
    assert writer(Hole(TEXT, 0, -1, "")) is escape_str
    assert split(div[[]], False)[0].format is None


def test_a_template_is_written_without_parts_that_only_a_client_needs() -> None:
    assert written(button(on_click=print)["only here"], markers=False) == "<button>only here</button>"
