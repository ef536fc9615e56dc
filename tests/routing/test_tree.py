"""The route tree: which branch wins, with which params; against the plain way; what is warned about."""

from __future__ import annotations

import re
import warnings
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wayfare.errors import RouteError
from wayfare.routing import RouteDefinition, RouteWarning, compile_routes, match_path


def tree(*paths: Any, **options: Any) -> Any:
    return compile_routes([each if isinstance(each, dict) else {"path": each} for each in paths], **options)


def winner(found: Any) -> str | None:
    return found[-1].route.pattern if found else None


@pytest.mark.parametrize(
    ("paths", "location", "expected"),
    [
        (["/:p/:q", "/a/*x"], "/a/1", "/:p/:q"),
        (["/a/*x", "/:p"], "/a", "/a/*x"),
        (["/:p", "/a/*x"], "/a", "/:p"),
        (["/users/:id", "/users/new"], "/users/new", "/users/new"),
        (["/:a", "/:b"], "/1", "/:a"),
        (["/a/b/c/d/*", "/:1/:2/:3/:4/:5"], "/a/b/c/d/e", "/a/b/c/d/*"),
        (["/:1/:2/:3/:4/:5", "/a/b/c/d/*"], "/a/b/c/d/e", "/:1/:2/:3/:4/:5"),
        (["/a/b/c/d/e/*x", "/:1/:2/:3/:4/:5/:6"], "/a/b/c/d/e/f", "/a/b/c/d/e/*x"),
        (["/*", "/a"], "/a", "/a"),
        (["/*"], "/", "/*"),
        (["/:lang?/about", "/en/about"], "/en/about", "/en/about"),
        (["/:a/x", "/b/:c"], "/b/y", "/b/:c"),
        (["/b/:c/z", "/:a/y/:d"], "/b/y/w", "/:a/y/:d"),
    ],
)
@pytest.mark.filterwarnings("ignore::wayfare.routing.RouteWarning")
def test_the_best_score_wins_and_then_the_first(paths: list[str], location: str, expected: str) -> None:
    assert winner(tree(*paths).match(location)) == expected


@pytest.mark.parametrize("location", ["/foo//bar", "//foo", "/foo/bar//", "//", "///"])
def test_empty_segments_match_nothing_not_even_a_splat(location: str) -> None:
    assert not tree("/foo/bar", "/*rest").match(location)


@pytest.mark.parametrize("location", ["/foo/bar", "foo/bar", "/foo/bar/", "/FOO/Bar"])
def test_slashes_at_the_ends_and_case_do_not_matter(location: str) -> None:
    assert tree("/foo/bar").match(location)


def test_a_parent_alone_never_matches() -> None:
    assert not tree({"path": "/u", "children": [{"path": "/x"}]}).match("/u")
    assert tree({"path": "/u", "children": []}).match("/u")


def test_levels_have_their_own_paths_and_params() -> None:
    found = tree({"path": "/Users/:id", "children": [{"path": "/tab/:tab"}]}).match("/USERS/AbC/tab/Q")
    assert [(m.path, m.params) for m in found] == [
        ("/users/AbC", {"id": "AbC"}),
        ("/users/AbC/tab/Q", {"id": "AbC", "tab": "Q"}),
    ]
    assert found.params == {"id": "AbC", "tab": "Q"}


def test_a_childs_param_goes_before_its_parents_of_the_same_name() -> None:
    found = tree({"path": "/:id", "children": [{"path": "/:id"}]}).match("/1/2")
    assert [m.params for m in found] == [{"id": "1"}, {"id": "2"}]
    assert found.params == {"id": "2"}


def test_a_splat_of_a_parent_gives_way_to_its_children() -> None:
    assert winner(tree({"path": "/foo/*", "children": [{"path": "bar"}]}).match("/foo/bar")) == "/foo/bar"


@pytest.mark.parametrize(
    ("path", "location", "params"),
    [
        ("/x/*rest", "/x/a/b/", {"rest": "a/b"}),
        ("/x/*rest", "/x", {"rest": ""}),
        ("/x/*", "/x/a", {}),
        ("/x/:id", "/x/a%20b", {"id": "a b"}),
        ("/x/:id", "/x/a%2Fb", {"id": "a/b"}),
        ("/x/:id", "/x/%E9", {"id": "%E9"}),
        ("/x/*rest", "/x/a%20b/c%2Fd", {"rest": "a b/c/d"}),
    ],
)
def test_params_are_decoded(path: str, location: str, params: dict[str, str]) -> None:
    assert tree(path).match(location).params == params


@pytest.mark.parametrize("path", ["/a b", "/a%20b", "/A%20B"])
def test_encoded_and_plain_definitions_match_the_same(path: str) -> None:
    assert tree(path).match("/a%20b")
    nested = tree({"path": path, "children": [{"path": "/c"}]})
    assert nested.match("/a%20b/c")[0].route.pattern in ("/a%20b", "/A%20B")


def test_reserved_characters_of_a_definition_match_what_browsers_report() -> None:
    assert tree("/[x]|y").match("/[x]|y")
    assert tree("/[x]|y").match("/%5Bx%5D%7Cy")


def test_typed_params_reach_every_level() -> None:
    routes = {"path": "/u/:id", "match_filters": {"id": int}, "children": [{"path": "/:tab"}]}
    found = tree(routes).match("/u/7/x")
    assert [m.params for m in found] == [{"id": 7}, {"id": 7, "tab": "x"}]
    assert not tree(routes).match("/u/x/x")


def test_a_refused_filter_leaves_the_way_to_the_next_route() -> None:
    routes = tree({"path": "/:n", "match_filters": {"n": int}}, "/:text")
    assert (routes.match("/5").params, routes.match("/five").params) == ({"n": 5}, {"text": "five"})


def test_a_filter_on_a_splat_sees_all_of_it() -> None:
    routes = tree({"path": "/f/*rest", "match_filters": {"rest": re.compile(r"\.png\Z")}})
    assert routes.match("/f/a/b.png")
    assert not routes.match("/f/a/b.txt")


def test_the_leafs_filters_are_asked_before_its_parents() -> None:
    asked: list[str] = []

    def note(name: str, answer: bool) -> Any:
        return lambda _text: asked.append(name) or answer

    routes = {
        "path": "/:a",
        "match_filters": {"a": note("parent", True)},
        "children": [{"path": "/:b", "match_filters": {"b": note("leaf", False)}}],
    }
    assert not tree(routes).match("/1/2")
    assert asked == ["leaf"]


def test_array_paths_and_optional_params_share_the_definition() -> None:
    routes = compile_routes(RouteDefinition(["/x", "/y/:z?"]))
    found = {id(routes.match(path)[0].route.definition) for path in ("/x", "/y", "/y/1")}
    assert len(found) == 1


def test_a_base_goes_before_every_route() -> None:
    routes = compile_routes([{"path": "/a"}], base="app")
    assert winner(routes.match("/app/a")) == "/app/a"
    assert not routes.match("/a")


def test_no_match_is_empty_and_false() -> None:
    found = tree("/a").match("/b")
    assert (list(found), found.params, bool(found)) == ([], {}, False)


def test_a_routes_tree_of_great_depth() -> None:
    deep: dict[str, Any] = {"path": "/x"}
    for _ in range(600):
        deep = {"path": "/x", "children": [deep]}
    assert len(tree(deep).match("/x" * 601)) == 601


def test_one_that_is_never_reached_is_warned_about() -> None:
    with pytest.warns(RouteWarning, match="can't be told apart"):
        tree("/users/:id", "/users/:name")
    with pytest.warns(RouteWarning, match="can't be told apart"):
        tree(*[{"path": "/:n", "match_filters": {"n": int}}] * 2)


def test_one_that_can_never_match_is_warned_about() -> None:
    with pytest.warns(RouteWarning, match="can never match"):
        tree({"path": "a*", "children": [{"path": "b"}]})
    with pytest.warns(RouteWarning, match="'/:kind' can never match: its filter for 'kind' is empty"):
        tree({"path": "/:kind", "match_filters": {"kind": []}})


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("https://site.test/a", "names another site"),
        ("/a/../b", "can never match: it has the segment '..'"),
        ("/a/./:b", "can never match: it has the segment '.'"),
        ("/search?q=1", "the segment 'search?q=1', whose '?' stands for itself"),
        ("/about?", "only params are optional"),
        ("/a#b", "the segment 'a#b', whose '#' stands for itself"),
    ],
)
def test_a_path_that_means_something_else_is_warned_about(path: str, says: str) -> None:
    with pytest.warns(RouteWarning) as told:
        tree(path)
    assert [says in str(each.message) for each in told] == [True]


def test_ordinary_paths_are_not_warned_about() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        tree(*["/", "/a", "/b/", "c/*", "/d/:e?/f", "/...", "/g/*rest", "//h", "/i//j"])


def test_a_parent_that_does_not_cover_its_leaf_never_matches() -> None:
    routes = {"path": "/a*rest", "children": [{"path": "/b"}]}
    with pytest.warns(RouteWarning, match="can never match"):
        assert not tree(routes).match("/a/b")


def test_a_filter_for_no_param_and_a_route_without_a_path_are_warned_about() -> None:
    with pytest.warns(RouteWarning, match="a filter for 'idd' and no such param.*Its params are id"):
        tree({"path": "/users/:id", "match_filters": {"idd": int}})
    with pytest.warns(RouteWarning, match="empty list of paths"):
        tree({"path": []})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        tree(
            {"path": "/:a?", "match_filters": {"a": int}},
            {"path": ["/x/:b", "/x"], "match_filters": {"b": int}},
        )
        tree({"path": "/p/:id", "children": [{"path": "/:n", "match_filters": {"id": int, "n": int}}]})


def test_two_routes_of_one_name_are_refused() -> None:
    with pytest.raises(RouteError, match="Two routes are named 'user': '/u/:id' and '/v/:id'"):
        tree({"path": "/u/:id", "name": "user"}, {"path": "/v/:id", "name": "user"})
    shared = {"path": "/help", "name": "help"}
    tree(
        {"path": ["/a", "/b"], "name": "a"},
        {"path": "/x", "children": [shared]},
        {"path": "/y", "children": [shared]},
    )


def test_a_filter_tells_routes_apart() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        tree({"path": "/:n", "match_filters": {"n": int}}, "/:text")
        tree("/:a?", "/x")


@pytest.mark.parametrize("path", ["/a/*rest/b", "*rest/b", "/:id/:id"])
def test_impossible_paths_are_refused(path: str) -> None:
    with pytest.raises(RouteError):
        tree(path)


def test_what_goes_on_after_a_star_inside_a_segment_is_refused_where_there_are_children() -> None:
    assert compile_routes([{"path": "/:id*rest/x"}]).match("/1/x").params == {"id*rest": "1"}
    with pytest.raises(RouteError, match="goes on after its splat"):
        compile_routes([{"path": "/:id*rest/x", "children": [{"path": "/:y"}]}])


def test_match_path_is_exact_unless_it_says_otherwise() -> None:
    assert match_path("/a", "/a/b") is None
    assert match_path("/a", "/a/b", partial=True).path == "/a"  # type: ignore[union-attr]
    assert match_path("/a/*", "/a/b").path == "/a"  # type: ignore[union-attr]
    assert match_path("/:x?/:y?", "/1").params == {"x": "1"}  # type: ignore[union-attr]
    assert match_path("/:n", "/x", {"n": int}) is None
    assert match_path("/*rest", "/a/b", {"rest": ["c"]}) is None


SEGMENT = st.sampled_from(["a", "b", ":x", ":y", "c"])
PATH = st.builds(
    lambda parts, splat: "/" + "/".join([*dict.fromkeys(parts), *(["*rest"] if splat else [])]),
    st.lists(SEGMENT, max_size=4),
    st.booleans(),
)


@settings(max_examples=300)
@given(st.lists(PATH, min_size=1, max_size=8), st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=5))
def test_the_tree_answers_what_trying_every_branch_answers(paths: list[str], parts: list[str]) -> None:
    routes = compile_routes([{"path": path} for path in paths], warn=False)
    location = "/" + "/".join(parts)
    tried = [
        branch
        for branch in sorted(routes.branches, key=lambda branch: -branch.rank)
        if match_path(branch.routes[-1].pattern, location) is not None
    ]
    found = routes.match(location)
    assert winner(found) == (tried[0].routes[-1].pattern if tried else None)
    if tried:
        assert found[-1].route is tried[0].routes[-1]
