"""Solid's components, routes, queries and actions in Python: finished HTML first, then live over a socket.

>>> from wayfare import component, render_to_string
>>> from wayfare.html import p
>>> @component
... def Greeting(name: str):
...     return p["Hello, ", name]
>>> render_to_string(lambda: Greeting(name="Ann"))
'<p>Hello, Ann</p>'
"""

# General layout: each layer is a package with a face, and imports only from those before it.
#
#   errors, _types   what everyone shares
#   reactive         signals, memos, effects, owners, resources, transitions, stores: standard library only
#   data             query, create_async, action, submissions, revalidate, responses: serves without any page
#   routing          patterns, the route tree, location, navigation: renders nothing
#   html             elements as plain immutable descriptions: works without reactivity
#   render           descriptions to templates to a mounted tree; control flow, boundaries, patches
#   components       Router, Route, A, lazy, the head, render_to_string
#   wire             the messages between a page and its client
#   page             one live page, whatever carries its messages
#   server           App: the only layer that knows HTTP
#   testing          open_page: a page driven in process, over the same messages
#   demo, cli        a SQLite database as a live site, and the commands
#
# This module is the public face. It loads a layer when a name of it is first asked for, so that a bot which
# imports wayfare.data gets no web server with it. Nothing in the package imports from here.

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .components import (
        A,
        Base,
        HashRouter,
        Link,
        MemoryRouter,
        Meta,
        Navigate,
        Route,
        Router,
        StaticRouter,
        Style,
        Title,
        create_router,
        lazy,
        render_to_string,
        render_to_string_async,
        use_head,
    )
    from .data import (
        Response,
        action,
        cache,
        create_async,
        create_async_store,
        json,
        query,
        query_keys,
        redirect,
        reload,
        revalidate,
        use_action,
        use_submission,
        use_submissions,
    )
    from .errors import (
        InternalError,
        LimitError,
        UsageError,
        WayfareError,
    )
    from .html import (
        Markup,
    )
    from .reactive import (
        batch,
        catch_error,
        children,
        create_computed,
        create_context,
        create_effect,
        create_memo,
        create_render_effect,
        create_resource,
        create_root,
        create_selector,
        create_signal,
        create_store,
        create_unique_id,
        get_owner,
        index_array,
        map_array,
        merge_props,
        on,
        on_cleanup,
        on_error,
        on_mount,
        produce,
        reconcile,
        run_with_owner,
        split_props,
        start_transition,
        untrack,
        unwrap,
        use_context,
        use_transition,
    )
    from .render import (
        Dynamic,
        ErrorBoundary,
        Event,
        For,
        Index,
        Match,
        Show,
        Suspense,
        SuspenseList,
        Switch,
        component,
        debounce,
        prevent_default,
        stop_propagation,
        throttle,
    )
    from .routing import (
        compile_routes,
        create_memory_history,
        use_before_leave,
        use_current_matches,
        use_href,
        use_is_routing,
        use_location,
        use_match,
        use_navigate,
        use_params,
        use_preload_route,
        use_resolved_path,
        use_search_params,
    )
    from .server import (
        App,
        use_request,
    )

__all__ = [
    "A",
    "App",
    "Base",
    "Dynamic",
    "ErrorBoundary",
    "Event",
    "For",
    "HashRouter",
    "Index",
    "InternalError",
    "LimitError",
    "Link",
    "Markup",
    "Match",
    "MemoryRouter",
    "Meta",
    "Navigate",
    "Response",
    "Route",
    "Router",
    "Show",
    "StaticRouter",
    "Style",
    "Suspense",
    "SuspenseList",
    "Switch",
    "Title",
    "UsageError",
    "WayfareError",
    "__version__",
    "action",
    "batch",
    "cache",
    "catch_error",
    "children",
    "compile_routes",
    "component",
    "create_async",
    "create_async_store",
    "create_computed",
    "create_context",
    "create_effect",
    "create_memo",
    "create_memory_history",
    "create_render_effect",
    "create_resource",
    "create_root",
    "create_router",
    "create_selector",
    "create_signal",
    "create_store",
    "create_unique_id",
    "debounce",
    "get_owner",
    "index_array",
    "json",
    "lazy",
    "map_array",
    "merge_props",
    "on",
    "on_cleanup",
    "on_error",
    "on_mount",
    "prevent_default",
    "produce",
    "query",
    "query_keys",
    "reconcile",
    "redirect",
    "reload",
    "render_to_string",
    "render_to_string_async",
    "revalidate",
    "run_with_owner",
    "split_props",
    "start_transition",
    "stop_propagation",
    "throttle",
    "untrack",
    "unwrap",
    "use_action",
    "use_before_leave",
    "use_context",
    "use_current_matches",
    "use_head",
    "use_href",
    "use_is_routing",
    "use_location",
    "use_match",
    "use_navigate",
    "use_params",
    "use_preload_route",
    "use_request",
    "use_resolved_path",
    "use_search_params",
    "use_submission",
    "use_submissions",
    "use_transition",
]

__version__ = "0.1.0"

# From the bottom up: a name is loaded from the lowest layer whose face has it.
_LAYERS = ("errors", "reactive", "data", "routing", "html", "render", "components", "server")


if not TYPE_CHECKING:
    # Hidden from type checkers, to which every misspelt name would be one that exists.

    def __getattr__(name: str) -> object:
        if name in __all__:
            for layer in _LAYERS:
                face = import_module(f"{__name__}.{layer}")
                if name in getattr(face, "__all__", vars(face)):
                    value: object = getattr(face, name)
                    globals()[name] = value
                    return value
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
