"""The views that know about the router and the document: routers, routes, links, the head."""

from __future__ import annotations

from .links import A, Navigate, NavigateArgs
from .router import HashRouter, MemoryRouter, Router, RouterView, StaticRouter, create_router
from .routes import Lazy, Route, lazy

__all__ = [
    "A",
    "HashRouter",
    "Lazy",
    "MemoryRouter",
    "Navigate",
    "NavigateArgs",
    "Route",
    "Router",
    "RouterView",
    "StaticRouter",
    "create_router",
    "lazy",
]
