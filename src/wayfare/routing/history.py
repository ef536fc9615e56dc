"""Where a router reads its URL from and writes it to: the browser, its hash, memory, or nothing at all.

A history knows entries and deltas; routers listen. Before an entry is gone to (by `go`, or because the
visitor pressed back), the routers are asked whether the page may be left, and an entry's state comes back
exactly as it was given: what a browser could not give back so is refused.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from ..errors import UsageError
from ..reactive import Scope, current_scope
from .browser import Browser, Go, Push
from .state import state_text
from .urls import parse_url

MAX_ENTRIES = 1000
"""How many entries a memory history keeps; the oldest go."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a history: the target and the state it was given."""

    value: str
    state: Any = None


class HistoryListener(Protocol):
    """What a history asks and tells its routers."""

    def may_leave(self, to: str | int, state: object = None) -> bool: ...
    def moved(self, entry: Entry, delta: int | None) -> None: ...
    def scroll_to(self, part: str) -> None: ...


class History(ABC):
    """The source of a router's URL. Subclass it for an integration of one's own (`create_router`)."""

    keeps_scroll: ClassVar[bool] = False
    """Whether the browser can tell its entries apart, and so bring back where each was scrolled to."""

    @abstractmethod
    def current(self) -> Entry:
        """The entry that is current now."""

    @abstractmethod
    def set(self, entry: Entry, *, replace: bool, scroll: bool) -> None:
        """Makes an entry current: a new one, or in the place of the one that was."""

    def go(self, delta: int, *, force: bool = False) -> bool:
        """Goes back or forward; with `force`, without asking. False where this history can't."""
        del delta, force
        return False

    def check_state(self, state: object) -> None:
        """Refuses, with `UsageError`, a state that an entry would not give back as it is."""
        del state

    def listen(self, listener: HistoryListener) -> Callable[[], None]:
        """Adds a router. Returns the function that takes it away again."""
        del listener
        return lambda: None

    def render_path(self, path: str) -> str:
        """A path as it stands in an `href`."""
        return path

    def parse_path(self, target: str) -> str:
        """The path that a clicked link's URL means."""
        return target

    def owns(self, target: str) -> bool:
        """Whether a clicked link's URL may be one of this history's at all."""
        del target
        return True

    @property
    def browser(self) -> Browser | None:
        """The browser whose address bar this history is, if any: it hears of status and redirects."""
        return None

    @property
    def root_path(self) -> str:
        """What every path of this history begins with, because the app is mounted under it."""
        return ""


class MemoryHistory(History):
    """A history of its own, apart from the browser's. Make one with `create_memory_history`.

    Several routers of a page may share one. At most 1,000 entries are kept.
    """

    def __init__(self, url: str = "/") -> None:
        self._entries = [Entry(url)]
        self._index = 0
        self._listeners: list[HistoryListener] = []
        # The page whose routers are listening.
        self._scope: Scope | None = None

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All entries, oldest first."""
        return tuple(self._entries)

    @property
    def index(self) -> int:
        """Which of the entries is current."""
        return self._index

    def current(self) -> Entry:
        return self._entries[self._index]

    def get(self) -> str:
        """The current entry's target."""
        return self.current().value

    def set(self, entry: Entry, *, replace: bool = False, scroll: bool = False) -> None:
        if not isinstance(entry, Entry):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise UsageError(f"A history is set to an entry: history.set(Entry({entry!r:.80})).")
        if replace:
            self._entries[self._index] = entry
        else:
            del self._entries[self._index + 1 :]
            self._entries.append(entry)
            del self._entries[:-MAX_ENTRIES]
            self._index = len(self._entries) - 1
        self._tell(None)
        if scroll:
            for listener in tuple(self._listeners):
                listener.scroll_to(entry.value.partition("#")[2])

    def go(self, delta: int, *, force: bool = False) -> bool:
        index = max(0, min(self._index + delta, len(self._entries) - 1))
        step = index - self._index
        # Every router is asked, whatever the others said.
        answers = [] if force or not step else [each.may_leave(step) for each in tuple(self._listeners)]
        if step and all(answers):
            self._index = index
            self._tell(step)
        return True

    def back(self) -> None:
        """Goes one entry back."""
        self.go(-1)

    def forward(self) -> None:
        """Goes one entry forward."""
        self.go(1)

    def listen(self, listener: HistoryListener) -> Callable[[], None]:
        scope = current_scope()
        if self._listeners and self._scope is not scope:
            raise UsageError(
                "This memory history is another page's already, and whoever moved in it would move the other "
                "visitor. Make one for each page: call create_memory_history() in the component that shows "
                "the MemoryRouter, or leave history= out."
            )
        self._scope = scope
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def _tell(self, delta: int | None) -> None:
        entry = self.current()
        for listener in tuple(self._listeners):
            listener.moved(entry, delta)


def create_memory_history(url: str = "/") -> MemoryHistory:
    """A history for `MemoryRouter`, to go back and forth in from outside. Each page makes its own.

    Args:
        url: where it begins.

    >>> history = create_memory_history("/a")
    >>> history.set(Entry("/b"))
    >>> history.back()
    >>> history.get(), history.index
    ('/a', 0)

    Upstream: https://docs.solidjs.com/solid-router/reference/components/memory-router
    """
    return MemoryHistory(url)


class StaticHistory(History):
    """One entry that never moves by itself: a page that is rendered once.

    Args:
        url: where the page is.
        browser: who hears of the status and of redirects.
        root_path: the path that the app is mounted under, where `url` begins with it.
    """

    def __init__(self, url: str, browser: Browser | None = None, *, root_path: str = "") -> None:
        self._entry = Entry(url)
        self._browser = browser
        self._root_path = root_path

    def current(self) -> Entry:
        return self._entry

    def set(self, entry: Entry, *, replace: bool, scroll: bool) -> None:
        del replace, scroll
        self._entry = entry

    @property
    def browser(self) -> Browser | None:
        return self._browser

    @property
    def root_path(self) -> str:
        return self._root_path


class BrowserHistory(History):
    """The address bar of the browser that shows the page."""

    keeps_scroll = True

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        # The delta of a `go` that was asked for with force.
        self._forced: int | None = None
        # How far the browser is from the entry that is shown, by moves that were stopped: it was told to
        # come back, and keeps at it until it is there, or says that it can't.
        self._displaced = 0
        # What follows the entry that it is brought back to: sent when it is there.
        self._late: list[Push | Go] = []

    @property
    def browser(self) -> Browser | None:
        return self._browser

    @property
    def root_path(self) -> str:
        return self._browser.root_path

    def current(self) -> Entry:
        url = parse_url(self._browser.url)
        return Entry(str(url), self._browser.state)

    def set(self, entry: Entry, *, replace: bool, scroll: bool) -> None:
        push = Push(self.render_url(entry.value), entry.state, replace, scroll)
        if not self._displaced:
            self._browser.push(push)
        else:
            self._browser.note(push)
            self._follow_up(push)

    def check_state(self, state: object) -> None:
        state_text(state)

    def render_url(self, value: str) -> str:
        """A router's target as the address bar shows it."""
        return value

    def go(self, delta: int, *, force: bool = False) -> bool:
        self._forced = delta if force else None
        if self._displaced:
            self._follow_up(Go(delta))
        else:
            self._browser.send(Go(delta))
        return True

    def _follow_up(self, command: Push | Go) -> None:
        self._late = [*self._late[1 - MAX_ENTRIES :], command]

    def listen(self, listener: HistoryListener) -> Callable[[], None]:
        def moved(url: str, state: object, delta: int | None, unseen: tuple[Push, ...]) -> None:
            self._moved(listener, url, state, delta, unseen)

        return self._browser.on_moved(moved)

    def _moved(
        self,
        listener: HistoryListener,
        url: str,
        state: object,
        delta: int | None,
        unseen: tuple[Push, ...],
    ) -> None:
        if self._displaced and delta:
            self._moved_while_undoing(delta)
            return
        entry = self._entry(url, state)
        forced = delta is not None and delta == self._forced
        self._forced = None
        if delta == 0 and not self._displaced and entry == self.current():
            # The browser could not go where it was told to, and is where it was.
            for push in unseen:
                self._browser.send(push)
            return
        # Where it can't be brought back, or has an entry of its own, the page follows.
        self._displaced, self._late = 0, []
        if delta and not forced:
            to = self._leave_target_behind(entry, delta, unseen)
            # What a listener does comes after the move that takes this one back.
            self._displaced = delta
            self._late = [*unseen]
            leaves = False
            try:
                leaves = listener.may_leave(to, state)
            finally:
                # The browser has moved already: it comes back, also where a listener has raised.
                if not leaves:
                    self._browser.send(Go(-delta))
            if not leaves:
                return
            self._displaced, late, self._late = 0, self._late[len(unseen) :], []
            for command in late:
                self._browser.send(command)
        self._browser.went(url, state)
        listener.moved(entry, delta or None)

    def _moved_while_undoing(self, delta: int) -> None:
        """A move came while ours is on its way: it is ours, or the visitor's, who pressed back once more."""
        self._displaced += delta
        if not self._displaced:
            late, self._late = self._late, []
            for command in late:
                self._browser.send(command)

    def _entry(self, url: str, state: object) -> Entry:
        return Entry(str(parse_url(url)), state)

    def _leave_target_behind(self, entry: Entry, delta: int, unseen: tuple[Push, ...]) -> str | int:
        """What a move means to a page that is ahead of the browser by entries that have not reached it.

        Back is further by those entries; what was ahead of the browser is gone once they are written.
        """
        if not unseen:
            return self.leave_target(entry, delta)
        return delta - sum(not each.replace for each in unseen) if delta < 0 else entry.value

    def leave_target(self, entry: Entry, delta: int) -> str | int:
        """What the listeners of before-leave are told of a move."""
        del entry
        return delta


class HashHistory(BrowserHistory):
    """The part after `#` in the address bar, for pages served from one path."""

    # As upstream, whose hash router has no such option.
    keeps_scroll = False

    @property
    def root_path(self) -> str:
        return ""

    def current(self) -> Entry:
        return self._entry(self._browser.url, self._browser.state)

    def _entry(self, url: str, state: object) -> Entry:
        return Entry(parse_url(url).hash[1:], state)

    def render_url(self, value: str) -> str:
        return "#" + value

    def render_path(self, path: str) -> str:
        return "#" + path

    def parse_path(self, target: str) -> str:
        after = target.partition("#")[2] if "#" in target else target
        if after.startswith("/"):
            return after
        # A link to "#part" is an anchor in the page that is shown.
        shown = parse_url(self._browser.url).hash[1:].partition("#")[0]
        return f"{shown or '/'}#{after}"

    def owns(self, target: str) -> bool:
        # The same page with another hash; a link to another page is the browser's.
        return parse_url(target).pathname == parse_url(self._browser.url).pathname

    def leave_target(self, entry: Entry, delta: int) -> str | int:
        return delta if delta < 0 else entry.value
