"""Routing as a model: patterns, the route tree, the location, navigation. It renders nothing.

The order to read in: pattern.py and filters.py (one path), definition.py, tree.py and match.py (all of
them), urls.py, search.py and location.py (where a page is), then navigation.py with leave.py and the
histories (how it gets elsewhere), and hooks.py (what components call).
"""

from .branch import CompiledRoute
from .browser import Browser, Go, HistoryCommand, Load, Push, Scroll
from .definition import RouteChildren, RouteDefinition, read_definitions
from .events import NavigationEvent
from .filters import MatchFilter
from .history import (
    BrowserHistory,
    Entry,
    HashHistory,
    History,
    MemoryHistory,
    StaticHistory,
    create_memory_history,
)
from .hooks import (
    NavigateFunction,
    route_context,
    router_context,
    routes,
    url_for,
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
    use_route,
    use_router,
    use_search_params,
)
from .leave import BeforeLeaveEvent, NavigateOptions
from .location import Location, PlainLocation, ReactiveMapping
from .match import Matches, PathMatch, RouteMatch
from .named import build_url, describe_routes
from .navigation import BaseRoute, RouterModel, RouterOptions
from .one_path import match_path, path_matcher
from .outlets import RouteContext, create_route_states
from .paths import is_external, is_script_url, link_state, mounted_base, resolve_path
from .preloading import PreloadArgs, is_redirect
from .redirects import MAX_REDIRECTS
from .search import merge_search, search_params
from .state import state_text
from .tree import RouteTree, RouteWarning, compile_routes
from .urls import Url, parse_url

__all__ = [
    "MAX_REDIRECTS",
    "BaseRoute",
    "BeforeLeaveEvent",
    "Browser",
    "BrowserHistory",
    "CompiledRoute",
    "Entry",
    "Go",
    "HashHistory",
    "History",
    "HistoryCommand",
    "Load",
    "Location",
    "MatchFilter",
    "Matches",
    "MemoryHistory",
    "NavigateFunction",
    "NavigateOptions",
    "NavigationEvent",
    "PathMatch",
    "PlainLocation",
    "PreloadArgs",
    "Push",
    "ReactiveMapping",
    "RouteChildren",
    "RouteContext",
    "RouteDefinition",
    "RouteMatch",
    "RouteTree",
    "RouteWarning",
    "RouterModel",
    "RouterOptions",
    "Scroll",
    "StaticHistory",
    "Url",
    "build_url",
    "compile_routes",
    "create_memory_history",
    "create_route_states",
    "describe_routes",
    "is_external",
    "is_redirect",
    "is_script_url",
    "link_state",
    "match_path",
    "merge_search",
    "mounted_base",
    "parse_url",
    "path_matcher",
    "read_definitions",
    "resolve_path",
    "route_context",
    "router_context",
    "routes",
    "search_params",
    "state_text",
    "url_for",
    "use_before_leave",
    "use_current_matches",
    "use_href",
    "use_is_routing",
    "use_location",
    "use_match",
    "use_navigate",
    "use_navigation_events",
    "use_params",
    "use_preload_route",
    "use_resolved_path",
    "use_route",
    "use_router",
    "use_search_params",
]
