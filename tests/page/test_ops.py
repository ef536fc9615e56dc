"""What the layers below say, as operations of a frame."""

from __future__ import annotations

from wayfare.page import notes_of
from wayfare.page.ops import head_op, window_op
from wayfare.render import Head
from wayfare.routing import Go, Load, Push
from wayfare.wire import opcode


def test_the_head_is_told_whole_with_its_title_first() -> None:
    head = Head("Default")
    head.add("link", (("rel", "icon"), ("href", "/i.png"), ("hidden", None)))
    head.add("style", (), "p {}")
    head.add("meta", (("name", "x"), ("async", True)))
    assert head_op(head).tags == [
        ("title", {}, "Default"),
        ("link", {"rel": "icon", "href": "/i.png"}, None),
        ("style", {}, "p {}"),
        ("meta", {"name": "x", "async": ""}, None),
    ]


def test_every_command_to_the_window_has_its_operation() -> None:
    told = [window_op(Push("/a", {"x": 1}, True, False)), window_op(Go(-1)), window_op(Load("/b"))]
    assert [opcode(type(op)) for op in told] == [22, 23, 24]
    assert [getattr(op, "url", None) for op in told] == ["/a", None, "/b"]


def test_notes_of_an_error_stand_in_one_line() -> None:
    error = RuntimeError("no")
    assert notes_of(error) == ""
    error.add_note("at A > B")
    error.add_note("in the component B")
    assert notes_of(error) == " (at A > B) (in the component B)"
