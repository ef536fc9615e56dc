"""What the layer above tells the data layer, and what it is asked to do.

Queries and actions end in redirects, and their reuse rule depends on why they are called; both are the
business of a router, which lives above. So the reason travels in a context variable, and a redirect is handed
to whatever `Navigator` the scope has been given.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from functools import partial
from typing import TYPE_CHECKING, Literal, TypeAlias, TypeVar, cast

from ..reactive import running_transition

if TYPE_CHECKING:
    from ..reactive import Scope

T = TypeVar("T")


def provided(scope: Scope, cls: type[T]) -> T | None:
    """What the scope has been given for `cls`, if anything."""
    return cast("T | None", scope.services.get(cls))


Intent: TypeAlias = Literal["initial", "native", "navigate", "preload"]
"""Why a query is called: the first view of a page, back or forward, a navigation, or ahead of one."""

current_intent: ContextVar[Intent | None] = ContextVar("wayfare_intent", default=None)
"""Set by the router for as long as it preloads or navigates; `None` everywhere else."""

StillWanted: TypeAlias = "Callable[[], bool] | None"

still_wanted: ContextVar[StillWanted] = ContextVar("wayfare_still_wanted", default=None)
"""Set by the router for what the preload function of a page calls: whether that page is still being entered,
or shown. Where it is not, nobody follows a redirect of what it asked for."""


class Navigator:
    """Carries out the redirects that queries and actions answer with. A router provides one in its scope.

    `single_flight` says whether what follows from an action shows at once, all of it: see flight.py.
    """

    single_flight = True

    def redirect(self, url: str, *, replace: bool) -> None:
        """Go to `url`, relative to the router's base where it isn't rooted, or leave the site for another."""
        raise NotImplementedError


class Gate:
    """Something that does not happen while anybody holds it back."""

    __slots__ = ("_holders", "_waiting")

    def __init__(self) -> None:
        self._holders: dict[object, None] = {}
        self._waiting: list[Callable[[], object]] = []

    @property
    def held(self) -> bool:
        """Whether anybody does."""
        return bool(self._holders)

    def hold(self) -> Callable[[], None]:
        """Hold it back until the returned function is called."""
        holder = object()
        self._holders[holder] = None

        def release() -> None:
            if self._holders.pop(holder, self) is not self and not self._holders:
                waiting, self._waiting = self._waiting, []
                for call in waiting:
                    call()

        return release

    def when_free(self, call: Callable[[], object]) -> None:
        """Call it once nobody holds it back; at once where nobody does."""
        if self._holders:
            self._waiting.append(call)
        else:
            call()


class Delivery(Gate):
    """When what a page shows is sent to its browser. The page provides one in its scope."""

    __slots__ = ()


class FirstResponse(Gate):
    """When the first response of a page is sent. Its scope has one only as long as that is still to come."""

    __slots__ = ()


def hold_back(scope: Scope) -> Callable[[], None]:
    """Keep a page that leads elsewhere from being shown on the way, by its first response or by the
    transition that is running, until the returned function is called: in the loop's next turn, when the
    navigation has been asked for.
    """
    first = provided(scope, FirstResponse)
    release = None if first is None else first.hold()
    transition = running_transition()
    held = object()
    if transition is not None:
        transition.add_promise(held)

    def let_go() -> None:
        if release is not None:
            release()
        if transition is not None:
            scope.world.clock.call_soon(partial(transition.discard_promise, held))

    return let_go


class Visibility:
    """Whether anybody is looking at a page: what `refresh_every` asks before it fetches again.

    A scope has one as a service; whoever carries the page's messages calls `set` when its tab is hidden or
    shown.
    """

    __slots__ = ("_listeners", "visible")

    def __init__(self, visible: bool = True) -> None:
        self.visible = visible
        self._listeners: list[Callable[[], None]] = []

    def set(self, visible: bool) -> None:
        """Tell everything that depends on it; nothing happens where nothing changes."""
        if visible == self.visible:
            return
        self.visible = visible
        for listener in tuple(self._listeners):
            listener()

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` at each change, until the returned function is called."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None
