"""The views that know about the router and the document: routers, routes, links, the head."""

from __future__ import annotations

from .head import Base, Link, Meta, Style, Title, use_head
from .links import A, Navigate, NavigateArgs
from .router import (
    HashRouter,
    MemoryRouter,
    Router,
    RouterView,
    RoutesOnly,
    StaticRouter,
    create_router,
)
from .routes import Lazy, Route, lazy
from .strings import render_to_string, render_to_string_async

__all__ = [
    "A",
    "Base",
    "HashRouter",
    "Lazy",
    "Link",
    "MemoryRouter",
    "Meta",
    "Navigate",
    "NavigateArgs",
    "Route",
    "Router",
    "RouterView",
    "RoutesOnly",
    "StaticRouter",
    "Style",
    "Title",
    "create_router",
    "lazy",
    "render_to_string",
    "render_to_string_async",
    "use_head",
]
