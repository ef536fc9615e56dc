"""Which routes are shown, level by level, and what is kept when the location changes.

A level stays as it is, with its component's state, as long as its route is the same definition; it and
everything below it are made anew at the first level where the definition differs. Params that change
alone change nothing here.

Source of the behaviour: https://docs.solidjs.com/solid-router/concepts/nesting
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from ..data import current_intent
from ..reactive import create_memo, create_root, create_signal, on_cleanup, untrack
from .definition import RouteDefinition
from .match import Matches, RouteMatch
from .navigation import BaseRoute, RouterModel
from .preloading import PreloadArgs, Refuse, is_redirect, load_component


class RouteContext:
    """One shown level: its route, its place, what its preload function gave.

    `failed` tells that its preload function has raised, or leads elsewhere: the error is the nearest
    boundary's, and nothing of the level is shown, since what raised may have been a guard. An async one does
    so later: then `error` is what it has raised, and a context that has failed takes this one's place.
    """

    __slots__ = (
        "base",
        "component",
        "data",
        "definition",
        "dispose",
        "ended",
        "error",
        "failed",
        "level",
        "parent",
        "path",
        "pattern",
        "preload",
    )

    def __init__(
        self,
        model: RouterModel,
        parent: RouteContext | BaseRoute,
        level: int,
        first: RouteMatch,
        dispose: Callable[[], None],
    ) -> None:
        route = first.route
        self.base = model.base
        self.parent = parent
        self.level = level
        self.dispose = dispose
        self.definition: RouteDefinition = route.definition
        self.pattern = route.pattern
        self.component = route.component

        def path(before: str) -> str:
            # About to leave, a route still has a place: the one it had.
            match = _at(model, level)
            return match.path if match is not None and match.route.definition is self.definition else before

        self.path: Callable[[], str] = create_memo(path, first.path)
        self.preload = route.preload
        self.data: Any = None
        self.failed = True
        self.error: Exception | None = None
        self.ended = False

    def load(self, model: RouterModel, refuse: Refuse) -> None:
        """Begins to load its code, and calls its preload function."""
        load_component(self.component)
        if self.preload is not None:
            args = PreloadArgs(model.params, model.location, current_intent.get() or "initial")
            self.data = model.preloader.enter(self.preload, args, lambda: not self.ended, refuse)
        self.failed = is_redirect(self.data)

    def resolve_path(self, to: str) -> str | None:
        """The full path that a target means from this route."""
        return self.base.resolve_from(self.path(), to)


def _at(model: RouterModel, level: int) -> RouteMatch | None:
    matches = model.matches()
    return matches[level] if level < len(matches) else None


def create_route_states(model: RouterModel) -> Callable[[], tuple[RouteContext, ...]]:
    """The levels that are shown, outermost first, as an accessor. The same tuple as long as all are kept."""
    # Roots of their own outlive the computation that makes them; these are those still to be ended.
    live: dict[RouteContext, None] = {}
    refusals, count_refusal = create_signal(0)

    def end(context: RouteContext) -> None:
        live.pop(context, None)
        context.ended = True
        context.dispose()

    def end_all() -> None:
        for context in tuple(live):
            end(context)

    on_cleanup(end_all)

    def enter(
        level: int, match: RouteMatch, parent: RouteContext | BaseRoute, error: Exception | None
    ) -> RouteContext:
        made: list[RouteContext] = []

        def build(dispose: Callable[[], None]) -> None:
            made.append(context := RouteContext(model, parent, level, match, dispose))
            if error is None:
                context.load(model, partial(refuse, context))
            elif not is_redirect(error):
                raise error

        create_root(build)
        live[made[0]] = None
        return made[0]

    def refuse(context: RouteContext, error: Exception) -> None:
        context.error = error
        count_refusal(lambda count: count + 1)

    def enter_all(levels: list[RouteContext], matches: Matches, error: Exception | None) -> None:
        # These matches, whatever the location is by the end: a preload function may lead elsewhere.
        for level in range(len(levels), len(matches)):
            levels.append(enter(level, matches[level], levels[-1] if levels else model.base, error))
            if levels[-1].failed:
                return

    def states(before: tuple[RouteContext, ...]) -> tuple[RouteContext, ...]:
        refusals()
        matches = model.matches()
        kept = 0
        error: Exception | None = None
        for old, new in zip(before, matches, strict=False):
            if old.definition is not new.route.definition:
                break
            error = old.error
            if old.failed or error is not None:
                break
            kept += 1
        if kept == len(before) == len(matches) and before:
            return before
        for context in before[kept:]:
            end(context)
        levels = list(before[:kept])
        untrack(lambda: enter_all(levels, matches, error))
        return tuple(levels)

    nothing: tuple[RouteContext, ...] = ()
    return create_memo(states, nothing)
