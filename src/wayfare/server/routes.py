"""The routes of an app, read from its root without showing a page: at start, and by `wayfare routes`.

A route may be written inside of a component, so there is nothing to read before the root is mounted. It is
mounted as for a visitor who is not signed in, in a page of its own that nobody sees, with caches of its own.
The router that it comes to compiles its routes, and mounts nothing of them (`RoutesOnly`).
"""

from __future__ import annotations

import logging
from dataclasses import replace

from .._world import AsyncioWorld
from ..components import RoutesOnly
from ..data import AppCache
from ..errors import NoRouterError, RouteError
from ..page import Page, notes_of
from ..routing import RouterModel, RouteTree, RouteWarning
from .pages import Pages
from .request import Request

log = logging.getLogger("wayfare.server")


async def read_routes(pages: Pages, seconds: float) -> RouteTree:
    """The routes of the router that the root shows.

    Args:
        pages: those of the app. None is added.
        seconds: how long the root may take where it fetches something before it shows its router. With 0 it
            is looked at as soon as it is mounted. What it fetches is called off at the end.

    Raises:
        RouteError: the routes can't work.
        NoRouterError: the root shows no router; the message says what it does instead.
    """
    # Real time and tasks, also where the app's own are those of a test.
    world = AsyncioWorld()
    cache = AppCache(world)
    request = Request(method="GET", url="http://localhost/", path="/")
    page = replace(pages, world=world, cache=cache).begin(request)
    asked = RoutesOnly()
    page.scope.provide(RoutesOnly, asked)
    failed: Exception | None = None
    try:
        try:
            await page.ready(seconds)
        except Exception as error:
            failed = error
        if asked.error is not None:
            raise asked.error
        model = page.scope.services.get(RouterModel)
        if isinstance(model, RouterModel):
            return model.tree()
        if isinstance(failed, (RouteError, RouteWarning)):
            raise failed
        raise NoRouterError(f"The app's root shows no Router at '/'{_instead(page, failed)}") from failed
    finally:
        page.close()
        cache.close()


def _instead(page: Page, failed: Exception | None) -> str:
    if page.browser.redirected is not None:
        return f", and redirects to {page.browser.redirected!r}."
    if failed is not None:
        return f": {type(failed).__name__}: {failed}{notes_of(failed)}"
    return "."


async def check_routes(pages: Pages) -> None:
    """Find out what is wrong with the routes before a visitor does.

    Impossible ones raise `RouteError`, doubtful ones are warned about. A root that shows its router only to a
    certain visitor, or after something has been fetched, is not waited for: its first page tells.
    """
    try:
        await read_routes(pages, 0)
    except (RouteError, RouteWarning):
        raise
    except Exception as error:
        log.debug("the routes were not checked at start: %s", error, exc_info=error)
