"""All live pages of one worker: who may come back to which, how many there may be, and when each ends.

    rendered ──► waiting ──(socket)──► attached ──(socket lost)──► waiting ──(time is up)──► closed

A page without a browser is only kept for a while, and makes way first when a bound is reached: the one that
has waited longest goes. A page with a browser is never pushed out; the newcomer is refused instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from .._types import Clock, Timer
from ..errors import LimitError
from ..page import Limits, Page
from ..wire import Close

GOING_AWAY = 1001
"""The code of a socket that is closed because its page has ended; the client comes back for a fresh one."""

Drop: TypeAlias = Callable[[int, str], None]
"""Ends a connection, with a close code and a reason in words."""


class FullError(LimitError):
    """There is no room for another live page: all that count have a browser attached."""


@dataclass(frozen=True, slots=True)
class RegistryStatistics:
    """A snapshot of a worker's pages: `app.statistics().pages`.

    Attributes:
        pages: how many there are.
        attached: those with a browser.
        waiting: those whose browser has not come yet, or not come back.
        sessions: the sessions that they belong to.
        opened: how many there have been.
        expired: how many ended because no browser came in time.
        pushed_out: how many without a browser made way for newer ones.
        refused: how often there was no room.
    """

    pages: int
    attached: int
    waiting: int
    sessions: int
    opened: int
    expired: int
    pushed_out: int
    refused: int


@dataclass(slots=True, eq=False)
class Entry:
    """One page, whose it is, and the timer that ends it while no browser is attached."""

    page: Page
    session: str | None
    attached: bool = False
    timer: Timer | None = None
    drop: Drop | None = None
    client: str | None = None
    """What the browser's document calls itself: a copied tab has the page's id and another name."""


class Registry:
    """The pages of one worker by their unguessable ids.

    Args:
        limits: `pages_per_worker`, `pages_per_session`, `unattached_seconds`, `detached_seconds`.
        clock: what the waiting is measured with.
    """

    def __init__(self, limits: Limits, clock: Clock) -> None:
        self._limits = limits
        self._clock = clock
        self._entries: dict[str, Entry] = {}
        # Both in the order in which they began to wait, or were made: the first is the oldest.
        self._waiting: dict[str, Entry] = {}
        self._by_session: dict[str, dict[str, Entry]] = {}
        self._beginning = 0
        self._opened = self._expired = self._pushed_out = self._refused = 0

    def reserve(self, session: str | None) -> None:
        """Make room for one more page, which counts from now on; `release` is called when it was added, or
        came to nothing.

        Raises:
            FullError: every page that counts towards the bound has a browser attached.
        """
        if session is not None:
            mine = self._by_session.get(session, {})
            self._make_room(mine, self._limits.pages_per_session, "pages_per_session", "of this session")
        bound = self._limits.pages_per_worker - self._beginning
        self._make_room(self._entries, bound, "pages_per_worker", "of this worker")
        self._beginning += 1

    def release(self) -> None:
        """The page that room was made for is there, or is not coming."""
        self._beginning -= 1

    def _make_room(self, pages: dict[str, Entry], bound: int, limit: str, whose: str) -> None:
        if len(pages) < bound:
            return
        candidates = self._waiting if pages is self._entries else pages
        oldest = next((entry for entry in candidates.values() if not entry.attached), None)
        if oldest is None:
            self._refused += 1
            raise FullError(
                f"All {len(pages)} live pages {whose} have a browser attached, "
                f"which is as many as Limits.{limit} allows. Close a page, or raise the limit."
            )
        self._pushed_out += 1
        self.remove(oldest.page.id)

    def add(self, page: Page, session: str | None) -> Entry:
        """Take a page in. It waits for its browser from now on."""
        entry = Entry(page, session)
        self._entries[page.id] = entry
        self._index(entry)
        self._opened += 1
        self._wait(entry, self._limits.unattached_seconds)
        return entry

    def find(self, page_id: str, session: str | None) -> Entry | None:
        """The page of this id, if it is this session's. A page begun without a session is found by its id
        alone; one begun in a session only by the browser that carries that session."""
        entry = self._entries.get(page_id)
        if entry is None or (entry.session is not None and entry.session != session):
            return None
        return entry

    def find_any(self, page_id: str) -> Entry | None:
        """The page of this id, whoever asks: for the program itself, never for a visitor."""
        return self._entries.get(page_id)

    def attach(self, entry: Entry, drop: Drop) -> None:
        """A browser is there: nothing ends the page now. A browser that was there before is dropped.

        Args:
            entry: the page.
            drop: ends the connection, with a code and a reason in words.
        """
        if entry.drop is not None and entry.drop != drop:
            entry.drop(Close.REPLACED, "another connection took this page over")
        entry.drop = drop
        entry.attached = True
        self._waiting.pop(entry.page.id, None)
        if entry.timer is not None:
            entry.timer.cancel()
            entry.timer = None

    def detach(self, entry: Entry, drop: Drop) -> None:
        """The browser is gone: the page waits for it to come back."""
        if entry.drop != drop or entry.page.id not in self._entries:
            return
        entry.drop = None
        entry.attached = False
        self._wait(entry, self._limits.detached_seconds)

    def _wait(self, entry: Entry, seconds: float) -> None:
        self._waiting[entry.page.id] = entry
        entry.timer = self._clock.call_later(seconds, lambda: self._expire(entry))

    def _expire(self, entry: Entry) -> None:
        if not entry.attached and entry.page.id in self._entries:
            self._expired += 1
            self.remove(entry.page.id)

    def remove(self, page_id: str) -> None:
        """Close a page and forget it. Nothing happens where it is gone already."""
        entry = self._entries.pop(page_id, None)
        if entry is None:
            return
        self._waiting.pop(page_id, None)
        self._unindex(entry)
        if entry.timer is not None:
            entry.timer.cancel()
            entry.timer = None
        drop, entry.drop = entry.drop, None
        if drop is not None:
            drop(GOING_AWAY, "the page was closed")
        entry.page.close()

    def rebind(self, entry: Entry, session: str | None) -> None:
        """The page's browser has another session now, or none."""
        if entry.session != session:
            self._unindex(entry)
            entry.session = session
            self._index(entry)

    def of_session(self, session: str) -> list[Entry]:
        """The pages of one session."""
        return list(self._by_session.get(session, {}).values())

    def _index(self, entry: Entry) -> None:
        if entry.session is not None:
            self._by_session.setdefault(entry.session, {})[entry.page.id] = entry

    def _unindex(self, entry: Entry) -> None:
        if entry.session is None:
            return
        mine = self._by_session.get(entry.session)
        if mine is not None:
            mine.pop(entry.page.id, None)
            if not mine:
                del self._by_session[entry.session]

    def close(self) -> None:
        """Close every page, as at the end of the process."""
        for page_id in list(self._entries):
            self.remove(page_id)

    def __iter__(self) -> Iterator[Page]:
        return iter([entry.page for entry in self._entries.values()])

    def __len__(self) -> int:
        return len(self._entries)

    def statistics(self) -> RegistryStatistics:
        """How many pages there are, and what became of the others."""
        return RegistryStatistics(
            pages=len(self._entries),
            attached=len(self._entries) - len(self._waiting),
            waiting=len(self._waiting),
            sessions=len(self._by_session),
            opened=self._opened,
            expired=self._expired,
            pushed_out=self._pushed_out,
            refused=self._refused,
        )
