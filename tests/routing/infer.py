"""What the type checkers must infer of routing, read in strict mode; test_infer_routing runs it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NotRequired, TypedDict, assert_type

from wayfare.reactive import create_root, provide_context
from wayfare.routing import (
    Matches,
    MemoryHistory,
    RouteMatch,
    RouterModel,
    compile_routes,
    router_context,
    use_params,
    use_search_params,
)


@dataclass
class Filters:
    page: int = 1


class UserParams(TypedDict):
    id: int


class Sorting(TypedDict):
    by: NotRequired[str]
    page: int | None


def run() -> None:
    tree = compile_routes([{"path": "/:id", "match_filters": {"id": int}}])
    assert_type(tree.match("/7"), Matches)
    assert_type(tree.match("/7")[0], RouteMatch)

    def inside() -> None:
        filters, _set_filters = use_search_params(Filters)
        assert_type(filters, Filters)
        assert_type(filters.page, int)
        sorting, _set_sorting = use_search_params(Sorting)
        assert_type(sorting, Sorting)
        assert_type(sorting.get("by"), str | None)
        assert_type(sorting["page"], int | None)
        params = use_params(UserParams)
        assert_type(params, UserParams)
        assert_type(params["id"], int)

    def build() -> None:
        model = RouterModel(MemoryHistory("/7"), lambda: tree)
        provide_context(router_context, model, inside)

    create_root(build)
