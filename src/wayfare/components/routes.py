"""`Route`, and `lazy`: a component whose code is loaded when it is first needed, or likely to be.

Upstream: https://docs.solidjs.com/solid-router/reference/components/route
"""

from __future__ import annotations

import asyncio
import importlib
import inspect
import logging
from collections.abc import Callable
from operator import is_
from typing import Any, cast

from anyio import to_thread

from ..errors import UsageError
from ..html import Node
from ..reactive import create_memo, create_resource, current_scope, untrack
from ..render import Component, Content, Mounter, View, as_component
from ..routing import RouteDefinition

logger = logging.getLogger("wayfare.routing")

Route = RouteDefinition
"""One route: ``Route(path="/users/:id", component=User, preload=load_user)[children]``.

Routes are descriptions; any list of them, and of dicts with the same keys, is taken as well.
"""


class Lazy:
    """A component that is loaded on demand. Made by `lazy`; used like the component itself."""

    __slots__ = ("_load", "_loaded", "_loading", "name")

    def __init__(self, load: Callable[[], Any], name: str) -> None:
        self._load = load
        self._loaded: Component[...] | None = None
        # Those who wait for the load that is going on: each has a future of its own.
        self._loading: list[asyncio.Future[Component[...]]] | None = None
        self.name = name

    def preload(self) -> None:
        """Begins to load the component; does nothing where it is there or on its way."""
        if self._loaded is None and self._loading is None:
            self._begin([])

    async def load(self) -> Component[...]:
        """The component, loaded now if need be."""
        if self._loaded is not None:
            return self._loaded
        waiter: asyncio.Future[Component[...]] = asyncio.get_running_loop().create_future()
        if self._loading is None:
            self._begin([waiter])
        else:
            self._loading.append(waiter)
        return await waiter

    def __call__(self, **props: Any) -> Node:
        """Describes a use of the component: nothing until it is there (a Suspense shows its fallback)."""
        if self._loaded is not None:
            return self._loaded.offer(props)
        return _Loading(self, props)

    def _begin(self, waiting: list[asyncio.Future[Component[...]]]) -> None:
        self._loading = waiting
        current_scope().world.spawner.spawn(self._run(), name=f"lazy {self.name}")

    async def _run(self) -> None:
        error: BaseException | None = None
        found: Component[...] | None = None
        try:
            result = self._load()
            if inspect.isawaitable(result):
                result = await result
            found = as_component(getattr(result, "default", result), f"lazy({self.name})")
        except BaseException as raised:
            error = raised
        waiters, self._loading = self._loading or [], None
        self._loaded = found
        if not waiters and isinstance(error, Exception):
            logger.warning("%r could not be loaded ahead of being shown", self, exc_info=error)
        for waiter in waiters:
            if waiter.done():
                continue
            if found is not None:
                waiter.set_result(found)
            elif isinstance(error, Exception):
                waiter.set_exception(error)
            else:
                waiter.cancel()
        if error is not None and not isinstance(error, Exception):
            raise error

    def __repr__(self) -> str:
        return f"<lazy {self.name}>"


class _Loading(View):
    """The place of a lazy component that is not there yet.

    The component is mounted by a memo, so that a navigation waits for it and for what it needs in turn.
    """

    __slots__ = ("_lazy", "_props")

    def __init__(self, lazy: Lazy, props: dict[str, Any]) -> None:
        self._lazy = lazy
        self._props = props

    def mount(self, mounter: Mounter) -> Content:
        resource, _actions = create_resource(self._lazy.load, name=f"lazy {self._lazy.name}")

        def content() -> Content:
            found = cast("Component[...] | None", resource())
            return None if found is None else untrack(lambda: mounter.build(found.offer(self._props)))

        return mounter.show_accessor(create_memo(content, equals=is_))


def lazy(source: str | Callable[[], Any]) -> Lazy:
    """A component that is loaded when it is first shown, or when a link to it is hovered.

    Args:
        source: `"package.module:Name"`, imported in a thread, or a function that gives the component, a
            module with a `default`, or an awaitable of one of these.

    Upstream: https://docs.solidjs.com/solid-router/advanced-concepts/lazy-loading
    """
    if not isinstance(source, str):
        if not callable(source):  # pyright: ignore[reportUnnecessaryComparison]
            raise UsageError(f"lazy takes 'package.module:Name' or a function, not {source!r:.80}")
        return Lazy(source, getattr(source, "__qualname__", "function"))
    module, colon, attribute = source.partition(":")
    if not colon or not module or not attribute:
        raise UsageError(f"lazy({source!r}) names no component. Write 'package.module:Name'.")

    def load() -> Any:
        try:
            return getattr(importlib.import_module(module), attribute)
        except AttributeError:
            raise UsageError(f"lazy({source!r}): the module {module!r} has no {attribute!r}") from None

    async def in_thread() -> Any:
        return await to_thread.run_sync(load)

    return Lazy(in_thread, source)
