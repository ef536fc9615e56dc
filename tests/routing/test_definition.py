"""Route definitions: values that nothing is written into, dicts that mean the same."""

from __future__ import annotations

from typing import Any

import pytest

from wayfare.errors import RouteError
from wayfare.routing import RouteDefinition, read_definitions


def component() -> None: ...


def test_brackets_make_a_new_route() -> None:
    bare = RouteDefinition("/users", component)
    nested = bare[RouteDefinition("/:id"), None, {"path": "/new"}]
    assert bare.children == ()
    assert [child.path for child in nested.children] == ["/:id", "/new"]
    assert nested.component is component


def test_nothing_is_written_into_a_dict() -> None:
    given: dict[str, Any] = {"component": component, "children": [{"path": "/a"}]}
    read_definitions(given)
    assert given == {"component": component, "children": [{"path": "/a"}]}


def test_lists_functions_and_nothing_are_read_in_order() -> None:
    found = read_definitions([{"path": "/1"}, [None, False, lambda: [RouteDefinition("/2")]], {"path": "/3"}])
    assert [each.path for each in found] == ["/1", "/2", "/3"]


def test_nesting_has_no_depth_limit() -> None:
    deep: dict[str, Any] = {"path": "/x"}
    for _ in range(5000):
        deep = {"path": "/x", "children": [deep]}
    (found,) = read_definitions(deep)
    depth = 0
    while found.children:
        found = found.children[0]
        depth += 1
    assert depth == 5000


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("/users", "Expected routes, got the text"),
        (5, "Expected routes, got 5"),
        ({"path": "/a", "componnent": None}, "has no 'componnent'"),
        ({"path": 5}, "a list of str, not 5"),
        ({"path": ["/a", None]}, "a list of str"),
        ({"component": "Home"}, "not callable"),
        ({"preload": "load"}, "not callable"),
        ({"match_filters": [int]}, "has to map params to filters"),
        ({"info": {"status": "404"}}, "a number from 200 to 599"),
        ({"info": {"status": 99}}, "a number from 200 to 599"),
    ],
)
def test_what_is_no_route_is_refused(wrong: Any, says: str) -> None:
    with pytest.raises(RouteError, match=says):
        read_definitions(wrong)


def test_a_route_is_not_iterable() -> None:
    with pytest.raises(TypeError):
        list(RouteDefinition("/a"))  # type: ignore[call-overload]


def test_definitions_that_mean_the_same_have_one_signature() -> None:
    def make() -> RouteDefinition:
        return RouteDefinition("/a", component, match_filters={"x": ["a"]}, info={"status": 404})[
            RouteDefinition("/b")
        ]

    assert make().signature == make().signature
    assert make().signature != make()[()].signature
