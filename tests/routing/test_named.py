"""URLs from named routes, and the list of all routes."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from wayfare.errors import NoRouterError, RouteError
from wayfare.routing import (
    RouteDefinition,
    build_url,
    compile_routes,
    describe_routes,
    parse_url,
    routes,
    url_for,
)

from .conftest import Stage

pytestmark = pytest.mark.anyio


def load() -> None: ...


USER = RouteDefinition("/:id", name="user", match_filters={"id": int}, preload=load)
ROUTES = [
    RouteDefinition("/users", name="users")[USER, RouteDefinition("/")],
    RouteDefinition("/files/*path", name="file"),
    RouteDefinition("/:lang?/about", name="about"),
    RouteDefinition("/x/:key", name="key", match_filters={"key": uuid.UUID}),
    RouteDefinition("/pair/:a?/:b?", name="pair"),
    RouteDefinition(["/one/:a", "/two/:b"], name="two"),
]


@pytest.mark.parametrize(
    ("name", "params", "expected"),
    [
        ("users", {}, "/app/users"),
        ("user", {"id": 7}, "/app/users/7"),
        (USER, {"id": "7"}, "/app/users/7"),
        ("file", {"path": "a b/c"}, "/app/files/a%20b/c"),
        ("file", {"path": ["a/b", "c"]}, "/app/files/a%2Fb/c"),
        ("file", {"path": ""}, "/app/files"),
        ("about", {}, "/app/about"),
        ("about", {"lang": "é"}, "/app/%C3%A9/about"),
        ("pair", {"a": 1.5, "b": None}, "/app/pair/1.5"),
        ("key", {"key": uuid.UUID(int=1)}, "/app/x/00000000-0000-0000-0000-000000000001"),
    ],
)
def test_urls(name: Any, params: dict[str, Any], expected: str) -> None:
    tree = compile_routes(ROUTES, base="/app", warn=False)
    assert build_url(tree, name, params) == expected
    found = tree.match(expected)
    assert found or name == "users"


@pytest.mark.parametrize(
    ("name", "params", "says"),
    [
        ("usr", {}, "Did you mean 'user"),
        ("zzzzz", {}, "There are about, file, key, pair, two, user, users"),
        (RouteDefinition("/zzz"), {}, "none of this router's"),
        ("user", {}, "needs id"),
        ("user", {"id": 1, "x": 2}, "has no x: its path is /users/:id, and it was given id, x"),
        ("user", {"id": None}, "needs id: its path is /users/:id, and it was given nothing"),
        ("pair", {"b": 2}, "needs a: its path is /pair or /pair/:a or /pair/:a/:b, and it was given b"),
        ("pair", {"a": b"x"}, "no text of a URL"),
        ("pair", {"a": ["x"]}, "no text of a URL"),
        ("file", {"path": [object()]}, "no text of a URL"),
        ("two", {"a": 1, "b": 2}, "has no path with all of a, b: its path is /one/:a or /two/:b"),
        ("file", {"path": "caf\udce9"}, "is no character"),
        (7, {}, "takes a route's name, or the route itself, and was given 7"),
        ("user", {"id": "seven"}, "its filter int refuses"),
        ("about", {"lang": ".."}, "a browser would make another path"),
        ("about", {"lang": ""}, "a browser would make another path"),
        ("file", {"path": "a/../b"}, "a browser would make another path"),
    ],
)
def test_what_makes_no_url_is_refused(name: Any, params: dict[str, Any], says: str) -> None:
    with pytest.raises(RouteError, match=says):
        build_url(compile_routes(ROUTES, warn=False), name, params)


class Greeting:
    def __call__(self) -> None: ...


def test_a_component_without_a_name_is_told_by_its_kind() -> None:
    routes = [RouteDefinition("/a", Greeting()), RouteDefinition("/b", partial(load))]
    assert describe_routes(compile_routes(routes)).splitlines() == ["/a  Greeting", "/b  load"]


def test_all_routes_as_lines() -> None:
    assert describe_routes(compile_routes(ROUTES[:2])).splitlines() == [
        "/users  name=users",
        "  /users/:id  id:int  preload=load  name=user",
        "  /users",
        "/files/*path  name=file",
    ]


async def test_url_for_works_in_components_and_handlers(stage: Stage) -> None:
    with pytest.raises(NoRouterError):
        url_for("user", id=1)
    _, model = stage.browser_model("/", ROUTES)
    assert stage.inside(model, lambda: url_for("user", id=1)) == "/users/1"
    assert stage.scope.run(lambda: url_for("user", id=2)) == "/users/2"
    assert stage.inside(model, routes).startswith("/users")


@given(st.text(min_size=1), st.lists(st.text(min_size=1), max_size=4))
def test_a_url_that_was_built_matches_with_the_same_params(name: str, rest: list[str]) -> None:
    assume(not any(part in (".", "..") or not storable(part) for part in (name, *rest)))
    tree = compile_routes([RouteDefinition("/a/:name/*rest", name="r"), RouteDefinition("/:x")])
    url = build_url(tree, "r", {"name": name, "rest": rest})
    # What a browser makes of it is what is matched.
    assert tree.match(parse_url(url).pathname).params == {"name": name, "rest": "/".join(rest)}


def storable(text: str) -> bool:
    return not any(0xD800 <= ord(character) < 0xE000 for character in text)
