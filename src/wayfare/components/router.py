"""The routers: they match the location, keep the layouts that stay, and show the rest.

A router is a view, not a component, because what stands in its brackets are routes and not nodes:
``Router(root=Layout)[Route(path="/", component=Home)]``. Mounting one makes the model (`wayfare.routing`),
gives it to everything below by context, and shows one outlet inside the other.

Upstream: https://docs.solidjs.com/solid-router/reference/components/router
"""

from __future__ import annotations

import logging
import warnings
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from typing import Any, TypedDict, Unpack

from ..data import current_intent
from ..errors import RouteError, UsageError, exc_info_of
from ..html import Node, h1, p, section
from ..reactive import create_memo, current_scope, get_owner
from ..render import Component, ComponentCall, Content, Mounter, Show, View, as_component
from ..routing import (
    Browser,
    BrowserHistory,
    HashHistory,
    History,
    MemoryHistory,
    PreloadArgs,
    RouteChildren,
    RouteContext,
    RouteDefinition,
    RouterModel,
    RouterOptions,
    RouteTree,
    RouteWarning,
    StaticHistory,
    create_memory_history,
    create_route_states,
    is_redirect,
    mounted_base,
    parse_url,
    read_definitions,
    route_context,
    router_context,
)

KEPT_TREES = 32
"""How many compiled route trees a process keeps, for pages that are made from the same routes."""

logger = logging.getLogger("wayfare.routing")
_trees: OrderedDict[object, RouteTree] = OrderedDict()


@dataclass(frozen=True, slots=True)
class _Settings:
    """Everything that the parentheses of a router may say."""

    root: Any = None
    base: str = ""
    root_preload: Callable[..., Any] | None = None
    scroll_restoration: bool = False
    view_transitions: bool = False
    single_flight: bool = True
    transform_url: Callable[[str], str] | None = None
    action_base: str = "/_server"
    explicit_links: bool = False
    preload: bool = True
    url: str | None = None
    history: MemoryHistory | None = None
    not_found: Any = None


class RouterSettings(TypedDict, total=False):
    """The settings of a router, as type checkers see them; `RouterView.__call__` says what each is."""

    root: Callable[..., Node]
    base: str
    root_preload: Callable[[], object] | Callable[[PreloadArgs], object] | None
    scroll_restoration: bool
    view_transitions: bool
    single_flight: bool
    transform_url: Callable[[str], str] | None
    action_base: str
    explicit_links: bool
    preload: bool
    url: str | None
    history: MemoryHistory | None
    not_found: Callable[..., Node] | None


@dataclass(frozen=True, slots=True)
class _Check:
    """What a setting takes: in words, and by its types. With no types, a function or None."""

    wanted: str
    kinds: tuple[type, ...]

    def fits(self, value: object) -> bool:
        return isinstance(value, self.kinds) if self.kinds else value is None or callable(value)


_NONE = type(None)
_CHECKS = {
    "base": _Check("a path, such as '/app'", (str,)),
    "action_base": _Check("a path, such as '/_server'", (str,)),
    "url": _Check("a path, or None", (str, _NONE)),
    "history": _Check("a history from create_memory_history(), or None", (MemoryHistory, _NONE)),
    "root_preload": _Check("a function, or None", ()),
    "transform_url": _Check("a function, or None", ()),
    "scroll_restoration": _Check("True or False", (bool,)),
    "view_transitions": _Check("True or False", (bool,)),
    "single_flight": _Check("True or False", (bool,)),
    "explicit_links": _Check("True or False", (bool,)),
    "preload": _Check("True or False", (bool,)),
}
"""The settings that would fail somewhere else where they are given something else."""


@dataclass(slots=True)
class RoutesOnly:
    """Asks the router of a page for its routes alone: it compiles them, and shows and fetches nothing.

    Whoever wants that provides the page's scope with one before it is mounted.
    """

    error: RouteError | None = None
    """Why the routes can't work, also where a boundary around the router has taken that."""


def compiled(definitions: tuple[RouteDefinition, ...], base: str) -> RouteTree:
    """The tree of these routes, compiled once for all pages that are made from the same ones.

    Raises:
        RouteError: they can't work.
    """
    key = (base, tuple(definition.signature for definition in definitions))
    tree = _trees.get(key)
    if tree is None:
        tree = RouteTree(definitions, base)
        for problem in tree.problems:
            warnings.warn(problem, RouteWarning, stacklevel=2)
        _trees[key] = tree
        while len(_trees) > KEPT_TREES:
            _trees.popitem(last=False)
    else:
        _trees.move_to_end(key)
    return tree


class RouterView(View):
    """A kind of router, with or without its settings and routes: `Router`, `HashRouter` and the like.

    Settings go between parentheses, routes between brackets; either gives a new router.

    >>> def layout(children):
    ...     return main[A(href="/")["Home"], children]
    >>> site = Router(root=layout)[Route(path="/about", component=lambda: p["About"])]
    >>> render_to_string(lambda: site, url="/about")
    '<main><a link href="/" class="active">Home</a><p>About</p></main>'
    >>> render_to_string(lambda: StaticRouter(url="/a")[Route(path="/a", component=lambda: p["Static"])])
    '<p>Static</p>'

    Upstream: https://docs.solidjs.com/solid-router/reference/components/router
    """

    __slots__ = ("_make_history", "_name", "_routes", "_settings")

    def __init__(
        self,
        name: str,
        make_history: Callable[[_Settings], History],
        settings: _Settings | None = None,
        routes: RouteChildren = None,
    ) -> None:
        self._name = name
        self._make_history = make_history
        self._settings = settings or _Settings()
        self._routes = routes

    def __call__(self, *routes: object, **settings: Unpack[RouterSettings]) -> RouterView:
        """The same router with these settings.

        Args:
            root: a component around all routes; gets `children`, `params`, `location`, `data`.
            base: a path that is put before all routes.
            root_preload: called once when the router is made; what it gives is the root's `data`.
            transform_url: turns the location's path into the one that is matched.
            explicit_links: only links with a `link` attribute are followed without loading the page.
            preload: whether hovering a link preloads it.
            url: the location, for `StaticRouter`.
            history: a history from `create_memory_history()`, for `MemoryRouter`.
            not_found: a component that is shown where no route matches.
            action_base: below which path forms post to actions.
            scroll_restoration: whether going back or forward, or loading again, brings back where the
                window was scrolled to, once the page is there, and where elements with an `id` were. Without
                it that is left to the browser. A hash or memory router has no such thing.
            view_transitions: whether the browser fades from page to page, where it can and the visitor has
                not asked for less motion (`document.startViewTransition`).
            single_flight: whether an action's redirect, what it has made stale and its answer show at once,
                in one message, or each when it is ready.

        Returns:
            Another router; this one stays as it is.

        Raises:
            UsageError: there is no such setting, it takes something else, or routes were given here.
        """
        if routes:
            raise UsageError(
                f"{self._name} got {routes[0]!r:.60} between its parentheses. Routes go in brackets: "
                f"{self._name}[...], or {self._name}(root=...)[...]."
            )
        known = {field.name for field in fields(_Settings)}
        unknown = [name for name in settings if name not in known]
        if unknown:
            close = get_close_matches(unknown[0], known, 1)
            raise UsageError(
                f"{self._name} has no setting {unknown[0]!r}"
                f"{f' (did you mean {close[0]!r}?)' if close else ''}; it has {', '.join(sorted(known))}. "
                "Routes go in brackets."
            )
        for name, value in settings.items():
            check = _CHECKS.get(name)
            if check is not None and not check.fits(value):
                raise UsageError(
                    f"{self._name}({name}=...) takes {check.wanted}, and was given {value!r:.80}."
                )
        return RouterView(self._name, self._make_history, replace(self._settings, **settings), self._routes)

    def __getitem__(self, routes: RouteChildren) -> RouterView:
        """The same router with these routes.

        Args:
            routes: `Route(...)`, dicts with the same keys, lists of these, or a function that gives them.

        Returns:
            Another router; this one stays as it is.

        Raises:
            UsageError: it has its routes already.
            RouteError: one of them is no route.
        """
        if self._routes is not None:
            raise UsageError(f"{self._name} has its routes already; brackets are written once")
        if not callable(routes):
            routes = read_definitions(routes)
        return RouterView(self._name, self._make_history, self._settings, routes)

    def __repr__(self) -> str:
        return f"{self._name}(...)"

    def mount(self, mounter: Mounter) -> Content:
        return mounter.build(_call(self._name, self._body))

    def _body(self) -> Node:
        asked = current_scope().services.get(RoutesOnly)
        if not isinstance(asked, RoutesOnly):
            return self._shown(self._model())
        try:
            model = self._model()
        except RouteError as error:
            asked.error = error
            raise
        # A router beside the page's own, a MemoryRouter, may have that in one of its routes.
        return None if model.history.browser is not None else self._shown(model)

    def _shown(self, model: RouterModel) -> Node:
        return router_context.Provider(value=model)[
            route_context.Provider(value=None)[
                _call(f"{self._name}.root", lambda: _root(model, self._settings))
            ]
        ]

    def _model(self) -> RouterModel:
        settings = self._settings
        history = self._make_history(settings)
        return RouterModel(
            history,
            self._tree(mounted_base(settings.base, history.root_path)),
            RouterOptions(
                base=settings.base,
                transform_url=settings.transform_url,
                single_flight=settings.single_flight,
                action_base=settings.action_base,
                explicit_links=settings.explicit_links,
                preload=settings.preload,
                scroll_restoration=settings.scroll_restoration,
                view_transitions=settings.view_transitions,
            ),
        )

    def _tree(self, base: str) -> Callable[[], RouteTree]:
        routes = self._routes
        if callable(routes):
            return create_memo(lambda: compiled(tuple(read_definitions(routes)), base))
        tree = compiled(tuple(read_definitions(routes)), base)
        return lambda: tree


def _call(name: str, body: Callable[[], Node]) -> ComponentCall:
    """A part of the router as a component: it gets an owner of its own, and errors name it."""
    return ComponentCall(Component(body, name), (), {})


def _root(model: RouterModel, settings: _Settings) -> Node:
    data = None
    if settings.root_preload is not None:
        args = PreloadArgs(model.params, model.location, current_intent.get() or "initial")
        data = model.preloader.enter(settings.root_preload, args, lambda: not model.closed, _log_refusal)
    routes = _call("Routes", lambda: _routes(model, settings))
    if settings.root is None:
        return routes
    return as_component(settings.root, "Router(root=...)").offer(
        {"params": model.params, "location": model.location, "data": data, "children": routes}
    )


def _log_refusal(error: Exception) -> None:
    """The root is no page that could be taken away: an error of its preload function is its `data`'s."""
    if not is_redirect(error):
        logger.error("root_preload failed", exc_info=exc_info_of(error))


def _routes(model: RouterModel, settings: _Settings) -> Node:
    # Preload functions of hovered links see the contexts that the routes see.
    model.preloader.owner = get_owner()
    states = create_route_states(model)
    return Outlet(model, states, 0, settings.not_found)


class Outlet(View):
    """The place of one level of the matched routes; made anew only when that level's route changes."""

    __slots__ = ("_level", "_model", "_not_found", "_states")

    def __init__(
        self,
        model: RouterModel,
        states: Callable[[], tuple[RouteContext, ...]],
        level: int,
        not_found: Any = None,
    ) -> None:
        self._model = model
        self._states = states
        self._level = level
        self._not_found = not_found

    def mount(self, mounter: Mounter) -> Content:
        states, level = self._states, self._level

        def shown() -> RouteContext | None:
            levels = states()
            return levels[level] if level < len(levels) else None

        outlet: View = Show(when=shown, keyed=True, fallback=self._fallback())[self._content]
        return outlet.mount(mounter)

    def _content(self, context: RouteContext) -> Node:
        if context.failed:
            return None
        below = Outlet(self._model, self._states, self._level + 1)
        node: Node = below
        if context.component is not None:
            node = as_component(context.component, f"the component of the route {context.pattern!r}").offer(
                {
                    "params": self._model.params,
                    "location": self._model.location,
                    "data": context.data,
                    "children": below,
                }
            )
        return route_context.Provider(value=context)[node]

    def _fallback(self) -> Node:
        if self._level or not self._model.tree().definitions:
            return None
        if self._not_found is not None:
            return as_component(self._not_found, "Router(not_found=...)").offer(
                {"params": self._model.params, "location": self._model.location}
            )
        return section[h1["Page not found"], p["There is nothing at this address."]]


def _browser() -> Browser:
    return current_scope().service(Browser)


def _window(settings: _Settings) -> History:
    if settings.url is not None:
        return _static(settings)
    return BrowserHistory(_browser())


def _hash(_settings: _Settings) -> History:
    return HashHistory(_browser())


def _memory(settings: _Settings) -> History:
    return settings.history or create_memory_history(settings.url or "/")


def _static(settings: _Settings) -> History:
    browser = current_scope().services.get(Browser)
    known = browser if isinstance(browser, Browser) else None
    if settings.url is not None:
        return StaticHistory(settings.url, known)
    if known is None:
        return StaticHistory("")
    # As upstream: what a request asks for has no hash.
    url = parse_url(known.url)
    return StaticHistory(url.pathname + url.search, known, root_path=known.root_path)


Router = RouterView("Router", _window)
"""The router of a page: its location is the address bar's.

``Router(root=Layout, base="/app")[Route(path="/", component=Home), ...]``; ``Router[...]`` without settings.

Upstream: https://docs.solidjs.com/solid-router/reference/components/router
"""

HashRouter = RouterView("HashRouter", _hash)
"""A router whose location is what follows `#` in the address bar: ``HashRouter[...]``.

Upstream: https://docs.solidjs.com/solid-router/reference/components/hash-router
"""

MemoryRouter = RouterView("MemoryRouter", _memory)
"""A router with a history of its own: ``MemoryRouter(history=create_memory_history("/a"))[...]``.

Upstream: https://docs.solidjs.com/solid-router/reference/components/memory-router
"""

StaticRouter = RouterView("StaticRouter", _static)
"""A router for a page that is rendered once: ``StaticRouter(url="/users/1")[...]``."""


def create_router(history: Callable[[], History] | History, *, name: str = "Router") -> RouterView:
    """A router for an integration of one's own.

    Args:
        history: where the URL is read from and written to: a `wayfare.routing.History`, or a function that
            makes one for each page.
        name: what messages call it.

    Returns:
        A router to be used like `Router`.

    >>> TvRouter = create_router(lambda: create_memory_history("/news"), name="TvRouter")
    >>> render_to_string(lambda: TvRouter[Route(path="/news", component=lambda: p["News"])])
    '<p>News</p>'
    """
    return RouterView(name, lambda _settings: history if isinstance(history, History) else history())
