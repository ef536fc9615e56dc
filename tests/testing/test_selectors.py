"""The selectors of the test kit."""

from __future__ import annotations

import pytest

from wayfare.errors import UsageError
from wayfare.testing import parse_html, select

PAGE = parse_html(
    '<main id="m" class="wide tall"><ul><li class="on"><a href="/users/1">Ann</a></li>'
    '<li><a href="/users/2" rel="next up">Bob</a><ul><li>deep</li></ul></li></ul>'
    '<form><input name="q" lang="en-GB"><input type="text" name="a b" data-x="1, 2 > 0"></form></main>'
)


@pytest.mark.parametrize(
    ("selector", "count"),
    [
        ("*", 11),
        ("li", 3),
        ("LI", 3),
        ("#m", 1),
        ("main#m.wide.tall", 1),
        (".wide.small", 0),
        ("ul li", 3),
        ("main > ul > li", 2),
        ("ul > li > ul > li", 1),
        ("main>form>input", 2),
        ("li.on a", 1),
        ("[name]", 2),
        ("input[name=q]", 1),
        ("input[name='a b']", 1),
        ('input[data-x="1, 2 > 0"]', 1),
        ('a[href^="/users"]', 2),
        ("a[href$='2']", 1),
        ("a[href*=ser]", 2),
        ("a[rel~=up]", 1),
        ("input[lang|=en]", 1),
        ("li.on, form", 2),
        ("main ul ul > li", 1),
        ("form li", 0),
    ],
)
def test_it_finds_what_css_finds(selector: str, count: int) -> None:
    assert len(select(PAGE, selector)) == count


def test_they_come_in_document_order() -> None:
    assert [element.tag for element in select(PAGE, "form, a, main")] == ["main", "a", "a", "form"]


@pytest.mark.parametrize(
    "selector", ["", "li:first-child", "a + b", "a ~ b", "li[", "li[=x]", "a,", ">", "a >"]
)
def test_what_it_does_not_know_is_refused(selector: str) -> None:
    with pytest.raises(UsageError, match="can't be read"):
        select(PAGE, selector)
