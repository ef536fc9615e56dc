"""What components ask their router: the `use_*` primitives.

They look the router up in the context of whoever calls them, so they belong in a component's body (or in
what it calls while it is set up), not in a handler.

Source of the behaviour: https://docs.solidjs.com/solid-router/reference/primitives/use-navigate and its
neighbours.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar, cast, overload

from ..errors import NoRouterError, UsageError
from ..reactive import (
    Context,
    create_context,
    create_memo,
    current_scope,
    on_cleanup,
    untrack,
    use_context,
)
from .definition import RouteDefinition
from .events import NavigationEvent
from .leave import BeforeLeaveEvent, NavigateOptions
from .location import Location, ReactiveMapping
from .match import Matches, PathMatch, RouteMatch
from .named import build_url, describe_routes
from .navigation import BaseRoute, RouterModel
from .one_path import path_matcher
from .outlets import RouteContext
from .paths import is_external
from .search import merge_search
from .typed import TypedSearch, typed_params
from .urls import Url, parse_url

T = TypeVar("T")

router_context: Context[RouterModel | None] = create_context(None)
route_context: Context[RouteContext | None] = create_context(None)


class Unset:
    """The default of an option that was not given: what `None` means is the option's own affair."""


UNSET = Unset()


def use_router(caller: str = "use_router") -> RouterModel:
    """The router above the calling component.

    Raises `NoRouterError` where there is none.
    """
    model = use_context(router_context)
    if model is None:
        raise NoRouterError(
            f"{caller} was used where no router is above it. Call it in a component that is shown inside "
            "Router(...)[...]: in its root, or in a route's component; not in a handler, not after an await."
        )
    return model


def use_route(caller: str = "use_route") -> RouteContext | BaseRoute:
    """The route whose component is calling; the router's base in its root."""
    model = use_router(caller)
    return use_context(route_context) or model.base


class NavigateFunction:
    """What `use_navigate` gives: call it to go somewhere, as seen from the route that asked for it."""

    __slots__ = ("_model", "_route")

    def __init__(self, model: RouterModel, route: RouteContext | BaseRoute) -> None:
        self._model = model
        self._route = route

    def __call__(
        self,
        to: str | int,
        *,
        resolve: bool | Unset = UNSET,
        replace: bool | Unset = UNSET,
        scroll: bool | Unset = UNSET,
        state: Any = UNSET,
    ) -> None:
        """Goes to a target, or back and forth by a number of history entries.

        Args:
            to: a path, relative to the route that asked for it unless it begins with `/`; `"?a=1"` and
                `"#part"` stay on the page; a number goes back (negative) or forward.
            resolve: whether to resolve it against the route at all (default True).
            replace: put it in the place of the present history entry (default False).
            scroll: to the top, or to the hash's element (default True).
            state: found again in `use_location().state`, by equality; what JSON would not give back as it is,
                and more than 48 KiB of it, only in a memory router.

        Raises `NotRoutableError` for another site, a script or a malformed target, `UsageError` for a state
        that can't be kept, `RedirectLoopError` after 100 navigations of which none has finished.
        """
        options: NavigateOptions = {}
        if not isinstance(resolve, Unset):
            options["resolve"] = resolve
        if not isinstance(replace, Unset):
            options["replace"] = replace
        if not isinstance(scroll, Unset):
            options["scroll"] = scroll
        if not isinstance(state, Unset):
            self._model.history.check_state(state)
            options["state"] = state
        self._model.navigate(self._route, to, options or None)


def use_navigate() -> NavigateFunction:
    """The function to navigate with: `navigate("/login", replace=True)`, `navigate(-1)`.

    Upstream: https://docs.solidjs.com/solid-router/reference/primitives/use-navigate
    """
    return NavigateFunction(use_router("use_navigate"), use_route())


def use_location() -> Location:
    """The reactive location: `.pathname .search .hash .query .state .key`.

    Upstream: https://docs.solidjs.com/solid-router/reference/primitives/use-location
    """
    return use_router("use_location").location


@overload
def use_params() -> ReactiveMapping: ...
@overload
def use_params(shape: type[T]) -> T: ...
def use_params(shape: type[Any] | None = None) -> Any:
    """The params of all matched routes, read one by one: `params.id` or `params["id"]`.

    Args:
        shape: a dataclass or TypedDict. What comes back has its fields, with the types it says.

    Upstream: https://docs.solidjs.com/solid-router/reference/primitives/use-params
    """
    params = use_router("use_params").params
    return params if shape is None else typed_params(params, shape)


SetSearch = Callable[..., None]


@overload
def use_search_params() -> tuple[ReactiveMapping, SetSearch]: ...
@overload
def use_search_params(shape: type[T]) -> tuple[T, SetSearch]: ...
def use_search_params(shape: type[Any] | None = None) -> tuple[Any, SetSearch]:
    """The search parameters, and the function that changes some of them.

    `set_params({"page": 2}, q=None)` merges: None, `""` and an empty list take a key away; `replace`,
    `scroll` (default False) and `state` are as for `navigate`.

    Args:
        shape: a dataclass or TypedDict. Fields get their types; a value that does not fit counts as the
            default (with a warning in the log), and a value that is the default is left out of the URL.

    Upstream: https://docs.solidjs.com/solid-router/reference/primitives/use-search-params
    """
    model = use_router("use_search_params")
    typed = None if shape is None else TypedSearch(model.location.query, shape)
    navigate = NavigateFunction(model, use_route())

    def set_params(
        changes: Mapping[str, Any] | None = None,
        /,
        *rest: object,
        replace: bool | Unset = UNSET,
        scroll: bool = False,
        state: Any = UNSET,
        **more: Any,
    ) -> None:
        if rest or not isinstance(changes, Mapping | None):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise UsageError(
                f"set_params takes what changes in a dict or by name, and got {changes!r:.60}: "
                'set_params({"page": 2}), or set_params(page=2). None takes a parameter away.'
            )
        merged = {**(changes or {}), **more}
        for name, value in merged.items():
            _check_text(name, value)
        if typed is not None:
            merged = typed.to_search(merged)

        def target() -> str:
            # Onto where a navigation is leading, if one is going on: calls in a row add up.
            pending = model.pending_target
            onto = model.location if pending is None else parse_url(pending)
            return onto.pathname + merge_search(onto.search, merged) + onto.hash

        navigate(untrack(target), resolve=False, scroll=scroll, replace=replace, state=state)

    return (model.location.query if typed is None else typed.view), set_params


def use_match(
    path: str | Callable[[], str], match_filters: Mapping[str, Any] | None = None
) -> Callable[[], PathMatch | None]:
    """Whether the location fits a path, whatever the routes are, as an accessor: a `PathMatch` or None.

    Args:
        path: as in a route, or an accessor of one.
        match_filters: for each param, what it has to look like, as in a route.

    The whole of `location.pathname`, base included, has to fit; write `/*` for the rest.

    Upstream: https://docs.solidjs.com/solid-router/reference/primitives/use-match
    """
    location = use_router("use_match").location
    matcher = create_memo(lambda: path_matcher(_read("use_match", path), match_filters))
    return create_memo(lambda: matcher()(location.pathname))


def use_current_matches() -> Callable[[], list[RouteMatch]]:
    """The matched routes, outermost first, as an accessor of a fresh list.

    Upstream: https://docs.solidjs.com/solid-router/reference/primitives/use-current-matches
    """
    matches: Callable[[], Matches] = use_router("use_current_matches").matches
    return lambda: list(matches())


def use_is_routing() -> Callable[[], bool]:
    """Whether a navigation is going on, as an accessor.

    Upstream: https://docs.solidjs.com/solid-router/reference/primitives/use-is-routing
    """
    return use_router("use_is_routing").is_routing


def use_before_leave(listener: Callable[[BeforeLeaveEvent], object]) -> None:
    """Calls `listener` before the page is left, by links, `navigate`, back and forward.

    The event has `.from_ .to .options .default_prevented .prevent_default() .retry(force=False)`.

    Upstream: https://docs.solidjs.com/solid-router/reference/primitives/use-before-leave
    """
    model = use_router("use_before_leave")
    route = use_route()
    _check_listener("use_before_leave", listener)
    if inspect.iscoroutinefunction(listener):
        raise UsageError(
            "use_before_leave takes a function that answers at once, and was given an async one. Call "
            "event.prevent_default() in a plain def, ask in a handler, and then event.retry(force=True)."
        )

    def retry(to: str | int, options: NavigateOptions | None, force: bool) -> None:
        again: NavigateOptions = {**(options or {}), "resolve": False}
        model.navigate(route, to, again, force=force)

    on_cleanup(model.before_leave.subscribe(listener, model.location, retry))


def use_preload_route() -> Callable[..., None]:
    """The function that loads what a URL will show: `preload("/users/1", preload_data=True)`.

    Without `preload_data` only the code of `lazy` components is loaded.

    Upstream: https://docs.solidjs.com/solid-router/reference/primitives/use-preload-route
    """
    preloader = use_router("use_preload_route").preloader

    def preload(url: str | Url, *, preload_data: bool = False) -> None:
        if not isinstance(url, str | Url):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise UsageError(f"What is preloaded is a path, such as '/users/1', and not {url!r:.80}.")
        preloader.preload(parse_url(url) if isinstance(url, str) else url, preload_data)

    return preload


def use_resolved_path(path: str | Callable[[], str]) -> Callable[[], str | None]:
    """The full path that a target means from the calling component's route, as an accessor.

    None where it is no route's: another site, a script.

    Upstream: https://docs.solidjs.com/solid-router/reference/primitives/use-resolved-path
    """
    route = use_route("use_resolved_path")
    return create_memo(lambda: route.resolve_path(_read("use_resolved_path", path)))


def use_href(to: str | Callable[[], str | None] | None) -> Callable[[], str | None]:
    """A resolved path as it stands in an `href` of this router, as an accessor.

    Args:
        to: a path, or an accessor of one; None gives None.

    Upstream: https://docs.solidjs.com/solid-router/reference/primitives/use-href
    """
    model = use_router("use_href")

    def href() -> str | None:
        path = to() if callable(to) else to
        return path if path is None or is_external(path) else model.render_path(path)

    return create_memo(href)


def url_for(route: str | RouteDefinition, /, **params: Any) -> str:
    """The URL of a route by its name (`Route(..., name="user")`) or definition: `url_for("user", id=7)`.

    Args:
        route: its name, or the definition itself.
        params: the params of its path, by name.

    It is what `A`, `navigate` and `redirect` take, which put the router's base before it; for a plain `a`,
    do that with `use_resolved_path`. Works in components, handlers and actions: of the router above, else of
    the page's. Beyond upstream.

    Raises `RouteError` for an unknown name, a param too few or too many, or a value that the route's
    filters refuse.
    """
    model = use_context(router_context) or current_scope().services.get(RouterModel)
    if not isinstance(model, RouterModel):
        raise NoRouterError(
            "url_for was used where there is no router. Call it in a page, or give compiled routes to "
            "wayfare.routing.build_url(tree, route, params)."
        )
    tree = untrack(model.tree)
    below = sum(1 for part in tree.base.split("/") if part)
    return "/" + "/".join(build_url(tree, route, params).split("/")[below + 1 :])


def routes() -> str:
    """All routes of the router above, as lines to print: paths, filters, components, preloads, names."""
    return describe_routes(untrack(use_router("routes").tree))


def use_navigation_events(listener: Callable[[NavigationEvent], object]) -> None:
    """Calls `listener` when a navigation starts, is sent on to another target, and ends.

    The event has `.kind .from_ .to .direction`. Beyond upstream.
    """
    events = use_router("use_navigation_events").events
    _check_listener("use_navigation_events", listener)
    if inspect.iscoroutinefunction(listener):
        raise UsageError(
            "use_navigation_events takes a function that only watches, and was given an async one. Note the "
            "event in a plain def, and begin what takes longer from there: asyncio.create_task(...)."
        )
    on_cleanup(events.subscribe(listener))


def _read(caller: str, value: str | Callable[[], str]) -> str:
    text = value() if callable(value) else value
    if not isinstance(text, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise UsageError(f"{caller} takes a path, or a function that gives one, and got {text!r:.80}.")
    return text


def _check_listener(caller: str, listener: object) -> None:
    if not callable(listener):
        raise UsageError(
            f"{caller} takes a function that is called with the event, and got {listener!r:.80}."
        )


def _check_text(name: str, value: object) -> None:
    """Refuses what would stand in the URL as Python shows it."""
    if not isinstance(name, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise UsageError(f"set_params takes names that are texts, and got {name!r:.80}: {{'page': 2}}.")
    several = isinstance(value, list | tuple | set | frozenset)
    for each in cast("Iterable[object]", value) if several else (value,):
        nameless = type(each).__str__ is object.__str__ and each is not None
        if isinstance(each, bytes) or (nameless and not isinstance(each, bool | int | float)):
            raise UsageError(
                f"set_params({name}={each!r:.80}) can't be written into a URL. Give texts, numbers and "
                "booleans, or a list of these; by a dataclass (use_search_params(Filters)) enums, dates and "
                "others, too."
            )
