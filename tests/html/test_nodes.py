"""Elements: how they are written, what may stand in them, and their HTML."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup
from selectolax.lexbor import LexborHTMLParser

from wayfare.errors import UsageError
from wayfare.html import (
    a,
    br,
    button,
    div,
    element,
    form,
    fragment,
    h1,
    img,
    input_,
    li,
    p,
    serialize,
    textarea,
    ul,
)


@pytest.mark.parametrize(
    ("node", "html"),
    [
        (div, "<div></div>"),
        (br, "<br>"),
        (div(class_="a b")[h1["Title"], p["x"]], '<div class="a b"><h1>Title</h1><p>x</p></div>'),
        (p["a < b & c"], "<p>a &lt; b &amp; c</p>"),
        (p[Markup("<b>x</b>")], "<p><b>x</b></p>"),
        (p[None, True, False, 0, 1.5], "<p>01.5</p>"),
        (ul[[li[str(at)] for at in range(2)]], "<ul><li>0</li><li>1</li></ul>"),
        (ul[(li[str(at)] for at in range(2))], "<ul><li>0</li><li>1</li></ul>"),
        (fragment["a", br], "a<br>"),
        (p[lambda: "later"], "<p>later</p>"),
        (div(class_={"on": True, "off": False}), '<div class="on"></div>'),
        (div(class_=["a", None, {"b": 1}]), '<div class="a b"></div>'),
        (div(class_=lambda: "late"), '<div class="late"></div>'),
        (div(style={"font_size": "2em", "--gap": 1}), '<div style="font-size: 2em; --gap: 1"></div>'),
        (input_(disabled=True, checked=False, value=""), '<input disabled value="">'),
        (
            button(aria_busy=True, aria_label='say "hi"'),
            '<button aria-busy="true" aria-label="say &#34;hi&#34;"></button>',
        ),
        (div({"x:y": 1, "data-id": 7}), '<div x:y="1" data-id="7"></div>'),
        (div(on_click=lambda: None), "<div></div>"),
        (textarea["\nfirst"], "<textarea>\n\nfirst</textarea>"),
        (element("my-clock")(zone="UTC"), '<my-clock zone="UTC"></my-clock>'),
    ],
)
def test_html_of(node: Any, html: str) -> None:
    assert serialize(node) == html


def test_an_element_is_not_changed_by_being_used() -> None:
    base = div(class_="a")
    base["x"]
    base(id="y")
    assert str(base) == '<div class="a"></div>'


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        " JavaScript:x",
        "java\tscript:x",
        "\x01javascript:x",
        "vbscript:x",
        "data:text/html,<script>",
    ],
)
def test_script_urls_are_refused_wherever_they_would_run(url: str) -> None:
    for node in (a(href=url)["x"], img(src=url), form(action=url), button(formaction=url)):
        assert "about:invalid#refused" in str(node)


@pytest.mark.parametrize(
    "url",
    [
        "/javascript:x",
        "https://example.org",
        "mailto:a@b",
        "data:image/png;base64,AA",
        "?q=javascript:1",
        "//host/x",
    ],
)
def test_other_urls_stand_as_they_are(url: str) -> None:
    assert url in str(a(href=url)["x"])


def coroutine() -> Any:
    async def fetch() -> None: ...

    return fetch()


@pytest.mark.parametrize(
    ("build", "says"),
    [
        (lambda: div[{1: 2}], "of type dict"),
        (lambda: div[b"x"], "Decode it first"),
        (lambda: div[coroutine()], "create_async"),
        (lambda: div[object()], "can't be rendered"),
        (lambda: ul[[li["a"], {"b"}]], "of type set"),
        (lambda: div("text"), "children go in brackets"),
        (lambda: br["x"], "has no content"),
        (lambda: div["a"]["b"], "children already"),
        (lambda: div({"on click": 1}), "can't be the name"),
        (lambda: div({"onclick": "x()"}), "on_click"),
        (lambda: div(on_click="x()"), "takes a function"),
        (lambda: str(div(title=[1])), "got a list"),
        (lambda: element("a b"), "can't be the name"),
        (lambda: div({"className": "a"}), "write class_="),
    ],
)
def test_what_cant_be_rendered_is_refused_where_it_is_written(build: Any, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        build()


@given(st.text(), st.text())
def test_no_text_and_no_attribute_breaks_out(text: str, value: str) -> None:
    html = str(div(title=value)[p[text]])
    body = LexborHTMLParser(html).body
    assert body is not None
    assert [node.tag for node in body.css("*") if node.tag != "body"] == ["div", "p"]
    assert [set(node.attributes) for node in body.css("div, p")] == [{"title"}, set()]


def test_depth_is_bounded_by_memory_alone() -> None:
    node = p["deep"]
    for _ in range(20_000):
        node = div[node]
    assert serialize(node).count("<div>") == 20_000
