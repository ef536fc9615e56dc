"""Before a page is left: listeners that may stop a navigation, and let it go on later.

Every listener is asked, whatever the others said, and all see what has been said so far. `retry` asks
again; `retry(force=True)` goes without asking, and that holds for this one navigation only.

Source of the behaviour: https://docs.solidjs.com/solid-router/reference/primitives/use-before-leave
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypedDict

from .location import Location


class NavigateOptions(TypedDict, total=False):
    """What `navigate` was asked for besides the target."""

    resolve: bool
    replace: bool
    scroll: bool
    state: Any


Retry = Callable[["str | int", "NavigateOptions | None", bool], None]
"""Begins a navigation once more: the target, its options, whether to go without asking."""


class _Decision:
    __slots__ = ("prevented",)

    def __init__(self) -> None:
        self.prevented = False


class BeforeLeaveEvent:
    """What a listener of `use_before_leave` gets.

    `to` is the resolved path, or how many entries back (negative) or forward; `from_` the location that
    is left; `options` what `navigate` was given, or None.
    """

    __slots__ = ("_decision", "_retry", "from_", "options", "to")

    def __init__(
        self,
        from_: Location,
        to: str | int,
        options: NavigateOptions | None,
        decision: _Decision,
        retry: Retry,
    ) -> None:
        self.from_ = from_
        self.to = to
        self.options = options
        self._decision = decision
        self._retry = retry

    @property
    def default_prevented(self) -> bool:
        """Whether any listener has stopped this navigation by now."""
        return self._decision.prevented

    def prevent_default(self) -> None:
        """Stops the navigation. The page stays, and so does its URL."""
        self._decision.prevented = True

    def retry(self, force: bool = False) -> None:
        """Begins the navigation again, after a question was answered for example.

        Args:
            force: go without asking the listeners.
        """
        self._retry(self.to, self.options, force)


class BeforeLeave:
    """The listeners of one router."""

    __slots__ = ("_changed", "_listeners")

    def __init__(self, changed: Callable[[bool], None]) -> None:
        # A dict for its order and its constant-time removal.
        self._listeners: dict[object, tuple[Callable[[BeforeLeaveEvent], object], Location, Retry]] = {}
        self._changed = changed

    def __len__(self) -> int:
        return len(self._listeners)

    def subscribe(
        self, listener: Callable[[BeforeLeaveEvent], object], location: Location, retry: Retry
    ) -> Callable[[], None]:
        """Adds a listener. Returns the function that takes it away again."""
        key = object()
        self._listeners[key] = (listener, location, retry)
        if len(self._listeners) == 1:
            self._changed(True)

        def unsubscribe() -> None:
            if self._listeners.pop(key, None) is not None and not self._listeners:
                self._changed(False)

        return unsubscribe

    def confirm(self, to: str | int, options: NavigateOptions | None = None) -> bool:
        """Asks every listener. True where none has stopped the navigation."""
        decision = _Decision()
        for listener, location, retry in tuple(self._listeners.values()):
            listener(BeforeLeaveEvent(location, to, options, decision, retry))
        return not decision.prevented
