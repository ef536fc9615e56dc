"""Control flow: what is shown when, what is made again, and what stays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from wayfare.errors import UsageError
from wayfare.html import Node, div, li, p, ul
from wayfare.reactive import create_signal, on_cleanup
from wayfare.render import Dynamic, For, Index, Match, Op, Show, Switch, component

from .shown import Shown


def test_rows_move_and_are_not_made_again() -> None:
    names, set_names = create_signal(["a", "b", "c"])
    made: list[str] = []

    def row(name: str) -> Node:
        made.append(name)
        return li[name]

    shown = Shown(lambda: ul[For(each=names)[row]])
    set_names(["c", "a", "b"])
    assert made == ["a", "b", "c"]
    assert shown.plain == "<ul><li>c</li><li>a</li><li>b</li></ul>"
    (patch,) = shown.patches()
    assert patch[0] is Op.LIST
    assert patch[2] == []
    assert len(patch[3]) == 1  # type: ignore[arg-type]


def test_rows_of_equal_values_stay() -> None:
    @dataclass(frozen=True)
    class Row:
        id: int
        name: str

    rows, set_rows = create_signal([Row(1, "a"), Row(2, "b")])
    shown = Shown(lambda: ul[For(each=rows)[lambda row: li[row.name]]])
    set_rows([Row(1, "a"), Row(2, "changed")])
    (patch,) = shown.patches()
    removed, steps = patch[2:]
    assert len(removed) == 1  # type: ignore[arg-type]
    assert len(steps) == 1  # type: ignore[arg-type]
    assert shown.plain == "<ul><li>a</li><li>changed</li></ul>"


def test_a_row_knows_its_place() -> None:
    names, set_names = create_signal(["a", "b"])
    shown = Shown(lambda: ul[For(each=names)[lambda name, index: li[index, name]]])
    set_names(["b", "a"])
    assert shown.plain == "<ul><li>0b</li><li>1a</li></ul>"


def test_an_empty_list_shows_the_fallback_and_filling_it_replaces_that() -> None:
    names, set_names = create_signal(list[str]())
    shown = Shown(lambda: div[For(each=names, fallback=p["none"])[lambda name: p[name]]])
    assert shown.plain == "<div><p>none</p></div>"
    set_names(["x"])
    assert shown.plain == "<div><p>x</p></div>"
    set_names([])
    assert shown.plain == "<div><p>none</p></div>"


def test_rows_that_are_no_single_element() -> None:
    names, set_names = create_signal(["a", "b"])
    shown = Shown(lambda: div[For(each=names)[lambda name: [name, p[name]]]])
    set_names(["b"])
    assert shown.plain == "<div>b<p>b</p></div>"


def test_a_component_takes_the_place_of_a_row_function() -> None:
    @component
    def Row(name: str) -> Node:
        return li[name]

    assert Shown(lambda: ul[For(each=["a"])[Row]]).plain == "<ul><li>a</li></ul>"


def test_index_keeps_places_and_changes_items() -> None:
    names, set_names = create_signal(["a", "b"])
    shown = Shown(lambda: ul[Index(each=names)[lambda name, at: li[at, name]]])
    set_names(["x", "b", "c"])
    assert shown.plain == "<ul><li>0x</li><li>1b</li><li>2c</li></ul>"
    assert sorted(str(patch[0]) for patch in shown.patches()) == sorted([str(Op.TEXT), str(Op.LIST)])


def test_show_makes_its_children_once_for_each_time_it_becomes_true() -> None:
    value, set_value = create_signal(1)
    made: list[int] = []

    @component
    def Inner() -> Node:
        made.append(value())
        on_cleanup(lambda: made.append(-1))
        return p[lambda: value()]

    shown = Shown(lambda: div[Show(when=value, fallback="none")[Inner()]])
    set_value(2)
    assert made == [1]
    set_value(0)
    assert shown.plain == "<div>none</div>"
    set_value(3)
    assert made == [1, -1, 3]


def test_show_gives_a_function_an_accessor_or_keyed_the_value() -> None:
    value, set_value = create_signal("a")
    shown = Shown(
        lambda: div[
            Show(when=value)[lambda current: p[current]],
            Show(when=value, keyed=True)[lambda current: p[current]],
        ]
    )
    set_value("b")
    assert shown.plain == "<div><p>b</p><p>b</p></div>"
    assert [patch[0] for patch in shown.patches()] == [Op.TEXT, Op.CONTENT]


def test_switch_shows_the_first_that_is_true_and_asks_no_further() -> None:
    number, set_number = create_signal(1)
    asked: list[str] = []

    def small() -> bool:
        asked.append("small")
        return number() < 10

    def even() -> bool:
        asked.append("even")
        return number() % 2 == 0

    shown = Shown(lambda: div[Switch(fallback="odd")[Match(when=small)["small"], Match(when=even)["even"]]])
    assert shown.plain == "<div>small</div>"
    set_number(12)
    assert shown.plain == "<div>even</div>"
    set_number(13)
    assert shown.plain == "<div>odd</div>"


def test_dynamic_takes_components_tags_and_accessors() -> None:
    @component
    def Fancy(text: str) -> Node:
        return p(class_="fancy")[text]

    kind, set_kind = create_signal(Fancy)
    shown = Shown(lambda: div[Dynamic(component=kind, text="x")])
    assert shown.plain == '<div><p class="fancy">x</p></div>'
    set_kind(None)  # type: ignore[arg-type]
    assert shown.plain == "<div></div>"
    assert Shown(lambda: Dynamic(component="b", title="t")["bold"]).plain == '<b title="t">bold</b>'


@pytest.mark.parametrize(
    ("build", "says"),
    [
        (lambda: For(each=[])["x"], "For takes one function"),
        (lambda: For(each=[])[li["x"]], "For takes one function"),
        (lambda: Index(each=[])[1], "Index takes one function"),
        (lambda: Switch["x"], "Switch takes Match"),
        (lambda: Show(when=True)["a"]["b"], "children already"),
        (lambda: Shown(lambda: Match(when=True)["x"]), "directly in the brackets of a Switch"),
        (lambda: Show(when=True)[object()], "child of Show"),
        (lambda: Shown(lambda: For(each=3)[lambda item: item]), "Give a list, or an accessor of one"),
    ],
)
def test_a_wrong_use_says_what_to_write(build: Any, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        build()


def test_the_cases_of_a_switch_may_be_a_list() -> None:
    shown = Shown(lambda: Switch[[Match(when=name == "b")[name] for name in "abc"]])
    assert shown.plain == "b"
