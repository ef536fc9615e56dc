"""Matches: a sequence that works out its levels when they are asked for."""

from __future__ import annotations

from wayfare.routing import compile_routes


def test_it_is_a_sequence() -> None:
    routes = compile_routes({"path": "/a", "children": [{"path": "/:b", "info": {"x": 1}}]})
    found = routes.match("/a/1")
    assert len(found) == 2
    assert found[-1].route.info == {"x": 1}
    assert found[0:1] == (found[0],)
    assert [each.route.original_path for each in reversed(found)] == ["/:b", "/a"]
    assert found == routes.match("/a/1")
    assert found != routes.match("/a/2")
    assert "/a/:b: /a/1 {'b': '1'}" in repr(found)


def test_levels_are_worked_out_once() -> None:
    found = compile_routes({"path": "/a"}).match("/a")
    assert found[0] is found[0]


def test_a_route_tells_what_was_written() -> None:
    def load() -> None: ...

    (match,) = compile_routes({"path": "/a", "preload": load, "name": "a"}).match("/a")
    assert (match.route.preload, match.route.name, match.route.component) == (load, "a", None)
    assert repr(match.route) == "CompiledRoute('/a')"
