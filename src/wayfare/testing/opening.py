"""`open_page`: how a test comes to a page."""

from __future__ import annotations

from collections.abc import Awaitable, Generator, Mapping
from typing import Any

from ..errors import UsageError
from ..server import App
from .clock import VirtualClock
from .driver import Page
from .inprocess import Cookies, TestWorld


def open_page(
    app: App,
    url: str = "/",
    *,
    clock: VirtualClock | None = None,
    cookies: Cookies | None = None,
    headers: Mapping[str, str] | None = None,
    javascript: bool = True,
    wait: bool = True,
) -> Opening:
    """Open a page of an app, as a browser does: request it, follow redirects, read it, go live.

    Args:
        app: the app.
        url: where; a path, or an absolute URL of the app.
        clock: the time of the app. By default one that stands still, the same for all pages of the app.
        cookies: those of another page (`page.cookies`), for a second tab of the same visitor.
        headers: further headers of every request.
        javascript: whether the client runs. Without, links are loaded and forms posted plainly.
        wait: wait for data, as the first response does; else it is answered with what there is at once.

    Returns:
        What is awaited for the `Page`, or used in `async with`, which closes it at the end.

    Raises:
        UsageError: the app is in use with another clock.

    >>> import asyncio
    >>> from wayfare.html import p
    >>> async def test() -> str:
    ...     async with open_page(App(lambda: p["Hello"])) as page:
    ...         return page.text
    >>> asyncio.run(test())
    'Hello'
    """
    return Opening(app, url, clock, cookies, dict(headers or {}), javascript, wait)


class Opening(Awaitable[Page]):
    """A page that is about to be opened: `await` it, or write `async with`. What `open_page` gives.

    >>> import asyncio
    >>> async def test():
    ...     page = await open_page(App(lambda: p["Hello"], secret="only for this page"))
    ...     page.close()
    ...     return page.text
    >>> asyncio.run(test())
    'Hello'
    """

    def __init__(
        self,
        app: App,
        url: str,
        clock: VirtualClock | None,
        cookies: Cookies | None,
        headers: dict[str, str],
        javascript: bool,
        wait: bool,
    ) -> None:
        self._arguments = (app, url, clock, cookies, headers, javascript, wait)
        self._page: Page | None = None

    async def _open(self) -> Page:
        app, url, clock, cookies, headers, javascript, wait = self._arguments
        page = Page(
            app, _world_of(app, clock), Cookies() if cookies is None else cookies, headers, javascript
        )
        await page.load(url, wait=wait)
        return page

    def __await__(self) -> Generator[Any, None, Page]:
        return self._open().__await__()

    async def __aenter__(self) -> Page:
        self._page = await self._open()
        return self._page

    async def __aexit__(self, *_: object) -> None:
        if self._page is not None:
            self._page.close()


def _world_of(app: App, clock: VirtualClock | None) -> TestWorld:
    world = app.running_world()
    if world is None:
        world = TestWorld(VirtualClock() if clock is None else clock)
        app.use_world(world)
    elif not isinstance(world, TestWorld):
        raise UsageError("open_page(app): the app is serving already, by real time. Make one for the test.")
    elif clock is not None and world.clock.virtual is not clock:
        raise UsageError("open_page(app, clock=...): another page of this app was opened with another clock.")
    return world
