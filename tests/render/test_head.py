"""The head: the newest title wins, and one of each kind stands."""

from __future__ import annotations

from wayfare.render import Head


def test_the_newest_title_wins_and_the_one_before_comes_back() -> None:
    head = Head("Default")
    assert head.html() == "<title>Default</title>"
    head.add("title", (), "List")
    inner = head.add("title", (), "Row & cell")
    assert head.html() == "<title>Row &amp; cell</title>"
    inner.remove()
    assert head.title() == "List"


def test_a_description_is_replaced_and_style_sheets_add_up() -> None:
    head = Head()
    head.add("meta", (("name", "description"), ("content", "a")))
    head.add("meta", (("name", "description"), ("content", "b")))
    head.add("link", (("rel", "stylesheet"), ("href", "/a.css")))
    head.add("link", (("rel", "stylesheet"), ("href", "/b.css")))
    assert head.html() == (
        '<meta name="description" content="b">'
        '<link rel="stylesheet" href="/a.css"><link rel="stylesheet" href="/b.css">'
    )


def test_styles_carry_the_nonce() -> None:
    head = Head()
    head.add("style", (), "p > a { color: red }")
    assert head.html("n1") == '<style nonce="n1">p > a { color: red }</style>'


def test_a_change_is_told_once_for_each_real_change() -> None:
    head = Head()
    told: list[str] = []
    tag = head.add("title", (), "a")
    head.on_change = lambda: told.append(head.title())
    tag.set(("title", (), "a"))
    tag.set(("title", (), "b"))
    tag.remove()
    tag.remove()
    assert told == ["b", ""]
