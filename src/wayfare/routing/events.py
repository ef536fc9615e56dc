"""What happens to a router, told to whoever asked: a navigation starts, is sent elsewhere, ends.

Upstream has `useIsRouting` only; progress bars, analytics and page titles need to know from where to where.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

EventKind: TypeAlias = Literal["start", "redirect", "end"]
Direction: TypeAlias = Literal["push", "replace", "back", "forward", "unknown"]

logger = logging.getLogger("wayfare.routing")


@dataclass(frozen=True, slots=True)
class NavigationEvent:
    """A step of a navigation.

    `kind` is `"start"`, `"redirect"` where a newer target takes over before the end, or `"end"`; `from_`
    and `to` are paths with search and hash; `direction` what the visitor's history does.
    """

    kind: EventKind
    from_: str
    to: str
    direction: Direction


class NavigationEvents:
    """The listeners of one router."""

    __slots__ = ("_listeners",)

    def __init__(self) -> None:
        self._listeners: dict[object, Callable[[NavigationEvent], object]] = {}

    def __len__(self) -> int:
        return len(self._listeners)

    def subscribe(self, listener: Callable[[NavigationEvent], object]) -> Callable[[], None]:
        """Adds a listener. Returns the function that takes it away again."""
        key = object()
        self._listeners[key] = listener

        def unsubscribe() -> None:
            self._listeners.pop(key, None)

        return unsubscribe

    def emit(self, event: NavigationEvent) -> None:
        """Tells every listener. What one of them raises is logged: it only watches."""
        for listener in tuple(self._listeners.values()):
            try:
                listener(event)
            except Exception:
                name = getattr(listener, "__qualname__", listener)
                logger.exception("the listener %s of use_navigation_events failed at %s", name, event)
