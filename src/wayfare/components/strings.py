"""Rendering without a page: for mail, static files, tests and programs that only want the HTML.

The result has no addresses and no client: nothing in it is live.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from .._world import AsyncioWorld
from ..html import Node
from ..reactive import Scope
from ..render import Component, Mount, Suspense, as_component, mount_root
from ..routing import Browser

DEFAULT_TIMEOUT = 30.0
"""Seconds that render_to_string_async waits for data."""


def _nobody(_message: object) -> None:
    """Takes what would be sent to a client: there is none."""


def _mount(component: Component[...] | Callable[[], Node], url: str) -> tuple[Scope, Mount]:
    scope = Scope(AsyncioWorld(), "render_to_string")
    scope.provide(Browser, Browser(url, None, send=_nobody))
    described = as_component(component, "render_to_string").offer({})
    mount = scope.run(lambda: mount_root(Suspense[described], _nobody, name="render_to_string"))
    return scope, mount


def render_to_string(component: Component[...] | Callable[[], Node], url: str = "/") -> str:
    """The HTML of a component as it is at once: what suspends shows its fallback.

    Args:
        component: a component or a function that returns what to render.
        url: what a router in it is at: path, search and hash.

    Raises:
        Exception: what a component raised, with no boundary around it.

    >>> from wayfare.html import p
    >>> render_to_string(lambda: p["Hello ", lambda: "you"])
    '<p>Hello you</p>'

    Upstream: https://docs.solidjs.com/reference/rendering/render-to-string
    """
    scope, mount = _mount(component, url)
    try:
        return mount.plain_html()
    finally:
        mount.dispose()
        scope.close()


async def render_to_string_async(
    component: Component[...] | Callable[[], Node],
    url: str = "/",
    *,
    timeout: float = DEFAULT_TIMEOUT,  # noqa: ASYNC109 - the error says what was awaited
) -> str:
    """The HTML of a component once everything that it awaits is there.

    Args:
        component: a component or a function that returns what to render.
        url: what a router in it is at.
        timeout: seconds to wait at most.

    Raises:
        TimeoutError: something was still awaited then.
        Exception: what failed while it was awaited, with no boundary around it.

    >>> import asyncio
    >>> from wayfare.html import p
    >>> @component
    ... def Greeting():
    ...     async def fetch():
    ...         await asyncio.sleep(0)
    ...         return "Ann"
    ...     name = create_async(fetch)
    ...     return p["Hello ", lambda: name()]
    >>> asyncio.run(render_to_string_async(Greeting))
    '<p>Hello Ann</p>'

    Upstream: https://docs.solidjs.com/reference/rendering/render-to-string-async
    """
    scope, mount = _mount(component, url)
    try:
        ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        mount.when_ready(lambda: None if ready.done() else ready.set_result(None))
        scope.on_error = lambda error: None if ready.done() else ready.set_exception(error)
        try:
            await asyncio.wait_for(ready, timeout)
        except TimeoutError:
            raise TimeoutError(
                f"render_to_string_async: {mount.waiting} boundaries at {url} still wait after {timeout:g} s"
            ) from None
        return mount.plain_html()
    finally:
        mount.dispose()
        scope.close()
