"""What components ask the router."""

from __future__ import annotations

from typing import Any

import pytest

from wayfare.errors import NoRouterError, UsageError
from wayfare.routing import (
    create_route_states,
    use_before_leave,
    use_current_matches,
    use_href,
    use_is_routing,
    use_location,
    use_match,
    use_navigate,
    use_navigation_events,
    use_params,
    use_preload_route,
    use_resolved_path,
    use_router,
    use_search_params,
)

from .conftest import Stage

pytestmark = pytest.mark.anyio
ROUTES = [{"path": "/users/:id", "info": {"crumb": "User"}}, {"path": "/*"}]


@pytest.mark.parametrize(
    "hook",
    [
        use_navigate,
        use_location,
        use_params,
        use_search_params,
        use_current_matches,
        use_is_routing,
        use_preload_route,
        use_router,
        lambda: use_match("/a"),
        lambda: use_before_leave(print),
        lambda: use_resolved_path("/a"),
        lambda: use_href("/a"),
        lambda: use_navigation_events(print),
    ],
)
def test_outside_of_a_router_they_say_so(hook: Any) -> None:
    with pytest.raises(NoRouterError, match="where no router is above it"):
        hook()


async def test_names_of_search_parameters_are_texts(stage: Stage) -> None:
    model = stage.model("/", [{"path": "/*"}])
    _, set_params = stage.inside(model, use_search_params)
    with pytest.raises(UsageError, match=r"names that are texts, and got 1: \{'page': 2\}"):
        set_params({1: 2})


async def test_an_async_guard_is_refused(stage: Stage) -> None:
    async def ask(_event: object) -> None: ...

    model = stage.model("/", ROUTES)
    with pytest.raises(UsageError, match="was given an async one"):
        stage.inside(model, lambda: use_before_leave(ask))


async def test_navigate_passes_only_what_was_given(stage: Stage) -> None:
    model = stage.model("/", ROUTES)
    model.before_leave.subscribe(lambda e: stage.seen.append(e.options), model.location, lambda *_: None)
    navigate = stage.inside(model, use_navigate)
    navigate("/a")
    navigate("/b", resolve=False, replace=True, scroll=False, state=None)
    assert stage.seen == [None, {"resolve": False, "replace": True, "scroll": False, "state": None}]


async def test_search_params_merge_and_add_up(stage: Stage) -> None:
    model = stage.model("/s?a=1&b=2#h", ROUTES)
    params, set_params = stage.inside(model, use_search_params)
    set_params({"a": 5})
    set_params({"b": None}, c=[1, 2])
    assert model.pending_target == "/s?a=5&c=1&c=2#h"
    await stage.settle()
    assert (params.a, params["b"], params.c) == ("5", None, ["1", "2"])
    set_params({})
    set_params({"a": 5})
    assert not model.is_routing()


async def test_search_params_go_onto_the_navigation_that_is_on_its_way(stage: Stage) -> None:
    browser, model = stage.browser_model("/s", ROUTES)
    _, set_params = stage.inside(model, use_search_params)
    stage.go(model, "/p?x=1#h")
    set_params({"a": 1})
    await stage.settle()
    assert browser.url == "/p?x=1&a=1#h"
    set_params({"a": 2}, replace=True, state="s")
    await stage.settle()
    assert (stage.sent[-1].scroll, stage.sent[-1].replace, model.location.state) == (False, True, "s")  # type: ignore[union-attr]


async def test_matches_are_a_fresh_list(stage: Stage) -> None:
    model = stage.model("/users/1", ROUTES)
    matches = stage.inside(model, use_current_matches)
    assert matches() is not matches()
    matches().clear()
    assert [(m.path, m.route.info) for m in matches()] == [("/users/1", {"crumb": "User"})]


async def test_use_match_looks_at_the_whole_location(stage: Stage) -> None:
    model = stage.model("/app/users/1", ROUTES, base="/app")
    exact, typed, below = stage.inside(
        model,
        lambda: (
            use_match("/users/:id"),
            use_match("/app/users/:n", {"n": int}),
            use_match(lambda: "/app/*"),
        ),
    )
    assert exact() is None
    assert typed().params == {"n": 1}
    assert below().path == "/app"
    stage.go(model, "/users/x")
    await stage.settle()
    assert typed() is None


async def test_resolved_paths_and_hrefs(stage: Stage) -> None:
    _, model = stage.browser_model("/#/a", ROUTES, hash=True)
    resolved, external, href, no_href, other = stage.inside(
        model,
        lambda: (
            use_resolved_path("b"),
            use_resolved_path(lambda: "mailto:a@b.example"),
            use_href("/b"),
            use_href(None),
            use_href(lambda: "https://example.com/"),
        ),
    )
    assert (resolved(), external(), href(), no_href(), other()) == (
        "/b",
        None,
        "#/b",
        None,
        "https://example.com/",
    )


async def test_is_routing_and_params(stage: Stage) -> None:
    model = stage.model("/users/1", ROUTES)
    routing, params, location = stage.inside(model, lambda: (use_is_routing(), use_params(), use_location()))
    assert (routing(), params.id, location.pathname) == (False, "1", "/users/1")


async def test_a_navigation_that_changes_one_param_runs_nothing_that_does_not_read_it(stage: Stage) -> None:
    routes = [{"path": "/:shop", "children": [{"path": "/:item/:tab?", "match_filters": {"item": int}}]}]
    model = stage.model("/tea/1/info?q=a#h", routes)
    params, location, states = stage.inside(
        model, lambda: (use_params(), use_location(), create_route_states(model))
    )
    ran = {
        name: stage.watch(read)
        for name, read in {
            "shop": lambda: params.shop,
            "item": lambda: params["item"],
            "tab": lambda: params.tab,
            "search": lambda: location.search,
            "query": lambda: location.query.q,
            "hash": lambda: location.hash,
            "levels": lambda: len(states()),
        }.items()
    }
    stage.go(model, "/tea/2/info?q=a#h")
    await stage.settle()
    assert {name: len(values) for name, values in ran.items()} == {
        "shop": 1, "item": 2, "tab": 1, "search": 1, "query": 1, "hash": 1, "levels": 1,
    }  # fmt: skip
    assert ran["item"] == [1, 2]
