"""Options that stay reactive: merging, splitting, and children."""

from __future__ import annotations

import pytest

from wayfare.reactive import children, create_effect, create_root, create_signal, merge_props, split_props


def test_the_later_one_counts_unless_it_gives_nothing() -> None:
    props = merge_props({"a": 1, "b": 2}, None, {"b": None, "c": 3})
    assert dict(props) == {"a": 1, "b": 2, "c": 3}
    assert props.b == 2
    assert "c" in props
    assert len(props) == 3
    assert props.missing is None
    with pytest.raises(KeyError):
        props["missing"]
    with pytest.raises(AttributeError):
        _ = props.__wrapped__


def test_merged_sources_are_read_when_an_option_is() -> None:
    given, give = create_signal({"size": "m"})
    seen: list[object] = []

    def build() -> None:
        props = merge_props({"size": "s", "color": "red"}, given)
        create_effect(lambda: seen.append((props["size"], props["color"])))

    create_root(build)
    give({"color": "blue"})
    assert seen == [("m", "red"), ("s", "blue")]


def test_split_groups_stay_reactive() -> None:
    given, give = create_signal({"name": "Ann", "class_": "big", "id": "x"})
    seen: list[object] = []

    def build() -> None:
        local, attributes, rest = split_props(merge_props(given), ["name"], ["class_", "name"])
        assert list(local) == ["name"]
        assert list(attributes) == ["class_"]
        assert list(rest) == ["id"]
        assert rest.name is None
        create_effect(lambda: seen.append((local["name"], rest["id"])))

    create_root(build)
    give({"name": "Bob", "class_": "big", "id": "x"})
    assert seen == [("Ann", "x"), ("Bob", "x")]


def test_children_are_resolved_once_and_again_when_they_change() -> None:
    shown, show = create_signal(True)
    calls: list[int] = []

    def inner() -> str | None:
        calls.append(1)
        return "b" if shown() else None

    resolved = create_root(lambda: children(lambda: ["a", [lambda: inner, ("c",)]]))
    assert resolved() == ["a", "b", "c"]
    assert resolved.to_list() == resolved()
    assert len(calls) == 1
    show(False)
    assert resolved() == ["a", None, "c"]


def test_children_as_a_list() -> None:
    assert create_root(lambda: children(lambda: None)).to_list() == []
    assert create_root(lambda: children(lambda: "x")).to_list() == ["x"]


def test_functions_that_take_arguments_are_left_alone() -> None:
    def row(item: int) -> int:
        return item

    assert create_root(lambda: children(lambda: row))() is row


def test_children_nested_deep() -> None:
    nested: object = "x"
    for _ in range(5_000):
        nested = [nested]
    assert create_root(lambda: children(lambda: nested))() == ["x"]
