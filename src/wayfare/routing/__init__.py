"""Routing as a model: patterns, the route tree, the location, navigation. It renders nothing.

The order to read in: pattern.py and filters.py (one path), definition.py, tree.py and match.py (all of
them), urls.py, search.py and location.py (where a page is), then navigation.py with leave.py and the
histories (how it gets elsewhere), and hooks.py (what components call).
"""

from .definition import RouteChildren as RouteChildren
from .definition import RouteDefinition as RouteDefinition
from .definition import read_definitions as read_definitions
from .filters import MatchFilter as MatchFilter
from .match import Matches as Matches
from .match import PathMatch as PathMatch
from .match import RouteMatch as RouteMatch
from .paths import is_external as is_external
from .paths import is_script_url as is_script_url
from .paths import link_state as link_state
from .paths import resolve_path as resolve_path
from .search import merge_search as merge_search
from .search import search_params as search_params
from .tree import CompiledRoute as CompiledRoute
from .tree import RouteTree as RouteTree
from .tree import RouteWarning as RouteWarning
from .tree import compile_routes as compile_routes
from .tree import match_path as match_path
from .tree import path_matcher as path_matcher
from .urls import Url as Url
from .urls import parse_url as parse_url
