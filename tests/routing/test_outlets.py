"""Levels: what is kept and what is made anew when the location changes."""

from __future__ import annotations

import pytest

from wayfare.reactive import create_signal, on_cleanup
from wayfare.routing import MemoryHistory, RouterModel, compile_routes

from .conftest import Stage

pytestmark = pytest.mark.anyio
ROUTES = [
    {"path": "/"},
    {
        "path": "/a",
        "children": [{"path": "/"}, {"path": "/b/:n", "children": [{"path": "/"}, {"path": "/c"}]}],
    },
    {"path": ["/x", "/y/:z?"]},
]


async def test_levels_are_kept_down_to_the_first_other_route(stage: Stage) -> None:
    model = stage.model("/a/b/1", ROUTES)
    states = stage.states(model)
    first = states()
    assert [each.pattern for each in first] == ["/a", "/a/b/:n", "/a/b/:n"]
    stage.go(model, "/a/b/2/c")
    await stage.settle()
    second = states()
    assert second[:2] == first[:2]
    assert second[2] is not first[2]
    stage.go(model, "/a")
    await stage.settle()
    assert states()[0] is first[0]
    stage.go(model, "/nowhere")
    await stage.settle()
    assert states() == ()


async def test_paths_of_one_definition_are_one_route(stage: Stage) -> None:
    model = stage.model("/x", ROUTES)
    states = stage.states(model)
    first = states()
    for target in ("/y", "/y/1", "/x"):
        stage.go(model, target)
        await stage.settle()
        assert states() is first


async def test_a_kept_level_has_the_new_path(stage: Stage) -> None:
    model = stage.model("/a/b/1", ROUTES)
    states = stage.states(model)
    middle = states()[1]
    stage.go(model, "/a/b/2")
    await stage.settle()
    assert (middle.path(), middle.resolve_path("c"), middle.resolve_path("//x")) == (
        "/a/b/2",
        "/a/b/2/c",
        None,
    )


async def test_what_a_preload_made_goes_with_its_level(stage: Stage) -> None:
    routes = [{"path": "/a", "preload": lambda: on_cleanup(lambda: stage.seen.append("gone"))}, {"path": "/"}]
    model = stage.model("/a", routes)
    stage.states(model)
    stage.go(model, "/")
    await stage.settle()
    assert stage.seen == ["gone"]


async def test_everything_goes_with_the_router(stage: Stage) -> None:
    model = stage.model(
        "/a", [{"path": "/a", "preload": lambda: on_cleanup(lambda: stage.seen.append("gone"))}]
    )
    stage.states(model)
    await stage.close()
    assert stage.seen == ["gone"]


async def test_routes_may_change(stage: Stage) -> None:
    tree, set_tree = create_signal(compile_routes([{"path": "/a"}]))
    model = stage.root(lambda: RouterModel(MemoryHistory("/b"), tree))
    states = stage.states(model)
    assert states() == ()
    set_tree(lambda _: compile_routes([{"path": "/:n"}]))
    assert [each.pattern for each in states()] == ["/:n"]
