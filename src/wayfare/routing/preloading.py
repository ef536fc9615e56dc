"""Loading what a page will need before it is shown: on hover, on focus, and while it is being entered.

A route's preload function is called when the route is entered, with the live params and location, and when
a link to it is hovered, with those of the link. Why it is called travels in a context variable, into
everything that it awaits, so that queries know a preload from a navigation.

Source of the behaviour: https://docs.solidjs.com/solid-router/advanced-concepts/preloading
"""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias, TypeGuard, cast

from ..data import (
    FirstResponse,
    Intent,
    Navigator,
    Response,
    ResponseHead,
    StillWanted,
    current_intent,
    hold_back,
    provided,
    still_wanted,
)
from ..errors import exc_info_of
from ..reactive import Owner, required_arguments, run_with_owner, untrack
from .location import Location, PlainLocation
from .urls import Url, parse_url

if TYPE_CHECKING:
    from .navigation import RouterModel

MAX_PENDING = 32
"""How many preload functions of one router may be running at once; hovering further starts none."""

logger = logging.getLogger("wayfare.routing")


@dataclass(frozen=True, slots=True)
class PreloadArgs:
    """What a preload function gets.

    `params` and `location` are the page's own where the route is being entered (reading them in a
    preload function does not subscribe it), the link's where it is only hovered; `intent` says which.
    """

    params: Mapping[str, Any]
    location: Location | PlainLocation
    intent: Intent


Refuse: TypeAlias = Callable[[Exception], object]
"""Takes away a page for what its preload function has raised: an error, or the redirect to another one."""


def is_redirect(outcome: object) -> TypeGuard[Response]:
    """Whether what a preload function has given or raised leads elsewhere."""
    return isinstance(outcome, Response) and outcome.location is not None


@contextmanager
def intent_of(intent: Intent | None, wanted: StillWanted = None) -> Generator[None]:
    """Everything called inside, and every task started inside, knows this intent, and whether the page that
    it is for is still wanted."""
    token = current_intent.set(intent)
    wanted_token = still_wanted.set(wanted)
    try:
        yield
    finally:
        still_wanted.reset(wanted_token)
        current_intent.reset(token)


def load_component(component: Any) -> None:
    """Begins to load a `lazy` component's code; nothing to do for any other."""
    preload = getattr(component, "preload", None)
    if callable(preload):
        preload()


class Preloader:
    """The preloads of one router."""

    def __init__(self, model: RouterModel) -> None:
        self._model = model
        self._pending: set[asyncio.Task[Any]] = set()
        # Where preload functions of hovered links run: set by the router's component, so that they see
        # the contexts that the routes will see.
        self.owner: Owner | None = None

    @property
    def pending(self) -> int:
        """How many preload functions are running."""
        return len(self._pending)

    def call(self, preload: Callable[..., Any], args: PreloadArgs, wanted: StillWanted = None) -> Any:
        """Calls a preload function; what an async one gives is its task, already running."""
        takes_args = required_arguments(preload) > 0
        with intent_of(args.intent, wanted):
            result = untrack(lambda: preload(args) if takes_args else preload())
            if not inspect.iscoroutine(result):
                return result
            name = getattr(preload, "__qualname__", "preload")
            task = self._model.scope.world.spawner.spawn(result, name=f"preload {name}")
        self._pending.add(task)
        # Nobody is to see a page fail that nobody has asked for; who enters one hears of it from `enter`.
        level = logging.DEBUG if args.intent == "preload" or wanted is not None else logging.ERROR
        task.add_done_callback(partial(self._done, level))
        return task

    def enter(
        self, preload: Callable[..., Any], args: PreloadArgs, wanted: Callable[[], bool], refuse: Refuse
    ) -> Any:
        """Calls the preload function of a page that is being entered, for as long as it is `wanted`.

        A redirect that it gives or raises is followed, and any other error is raised. Of an async function
        that comes later: the first response waits for it, and the page is taken away by `refuse`.
        """
        try:
            result = self.call(preload, args, wanted)
        except Response as answer:
            if not is_redirect(answer):
                raise
            result = answer
        if is_redirect(result):
            self._lead(result, wanted)
        elif isinstance(result, asyncio.Task):
            self._await(cast("asyncio.Task[object]", result), wanted, refuse)
        return cast("object", result)

    def _await(self, task: asyncio.Task[object], wanted: Callable[[], bool], refuse: Refuse) -> None:
        first = provided(self._model.scope, FirstResponse)
        release = None if first is None else first.hold()

        def over(_task: asyncio.Task[object]) -> None:
            error = _refusal(task)
            if error is not None and wanted():
                try:
                    self._model.scope.run(lambda: refuse(error))
                except Exception as raised:
                    logger.error("%s failed", task.get_name(), exc_info=exc_info_of(raised))
                if is_redirect(error):
                    self._lead(error, None)
            if release is not None:
                release()

        task.add_done_callback(over)

    def _lead(self, response: Response, wanted: StillWanted) -> None:
        """Goes where a preload function leads. Not at once: a navigation that begins inside of the
        computation that enters a page would run it again."""
        scope = self._model.scope
        let_go = hold_back(scope)
        head = provided(scope, ResponseHead)
        if head is not None:
            head.add(response)

        def go() -> None:
            navigator = provided(scope, Navigator)
            location = response.location
            if navigator is not None and location is not None and (wanted is None or wanted()):
                try:
                    scope.run(lambda: navigator.redirect(location, replace=True))
                except Exception:
                    logger.exception("the redirect of a preload function to %s was not followed", location)
            let_go()

        scope.world.clock.call_soon(go)

    def preload(self, url: Url, data: bool = False) -> None:
        """Loads the code of every component that a URL of this site shows; with `data`, its data as well."""
        self._preload(url, data, transform=False)

    def preload_link(self, target: str, data: bool) -> None:
        """The visitor may be about to follow a link."""
        model = self._model
        path = model.target_of(target) if model.options.preload else None
        if path is not None:
            self._preload(parse_url(path), data, transform=True)

    def _preload(self, url: Url, data: bool, *, transform: bool) -> None:
        model = self._model
        matches = untrack(
            lambda: model.match(url.pathname) if transform else model.tree().match(url.pathname)
        )
        for match in matches:
            route = match.route
            with intent_of("preload"):
                load_component(route.component)
            if not data or route.preload is None:
                continue
            if len(self._pending) >= MAX_PENDING:
                logger.debug("not preloading %s: %d preloads are running", url, MAX_PENDING)
                return
            args = PreloadArgs(match.params, PlainLocation(url), "preload")
            self._try(route.preload, args)

    def _try(self, preload: Callable[..., Any], args: PreloadArgs) -> None:
        # Nobody has asked for this page yet, so nobody is to see it fail.
        def call() -> None:
            try:
                self.call(preload, args)
            except Exception:
                logger.debug("a preload of %s failed", args.location, exc_info=True)

        run_with_owner(self.owner, call)

    def _done(self, level: int, task: asyncio.Task[Any]) -> None:
        self._pending.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None and not is_redirect(error):
            logger.log(level, "%s failed", task.get_name(), exc_info=error)

    def cancel(self) -> None:
        """Stops what is running: the router is going away."""
        for task in tuple(self._pending):
            task.cancel()


def _refusal(task: asyncio.Task[object]) -> Exception | None:
    """What an async preload function has raised, or the redirect that it has given, if any."""
    if task.cancelled():
        return None
    error = task.exception()
    if error is None:
        result = task.result()
        return result if is_redirect(result) else None
    return error if isinstance(error, Exception) else None
