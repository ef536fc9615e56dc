"""What one page, or one program without pages, knows of its queries: its own entries, and its view of shared
ones.

`revalidate` happens here. Stale marks are set at once, so that whoever reads in the same tick fetches; then
the subscribers run again inside one transition per page, so that what is on screen stays until all of it is
there.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, NamedTuple, Protocol
from weakref import WeakValueDictionary

from .._types import Timer
from ..errors import NameTakenError, SharedReadError
from ..reactive import Scope
from .answer import Answer
from .cache import Line, Store
from .intent import Visibility, provided
from .shared import AppCache, SessionCache, SharedCache, SharedScope, lines_of, notify

PAGE_LIMIT: Final = 20_000
MAX_HANDED_ON: Final = 100


class Source(Protocol):
    """What a cache has to know of a query."""

    @property
    def key(self) -> str: ...
    @property
    def origin(self) -> str: ...
    @property
    def scope(self) -> str: ...
    @property
    def keep_for(self) -> float: ...
    @property
    def refresh_every(self) -> float | None: ...


class FreshAnswer(NamedTuple):
    """A value that may be shown without a fetch for as long as a query reuses what it fetched at `stamp`."""

    source: Source
    key: str
    value: object
    stamp: float


known_queries: WeakValueDictionary[str, Source] = WeakValueDictionary()
"""Every query of the process by its name: of several with one name, the newest."""


def known_key(pattern: str) -> bool:
    """Whether there is a query whose keys may begin so."""
    name, bracket, _ = pattern.partition("[")
    return name in known_queries or (not bracket and any(key.startswith(name) for key in known_queries))


def concerns_others(pattern: str) -> bool:
    """Whether keys that begin so may belong to a query that other workers share."""
    name, bracket, _ = pattern.partition("[")
    if bracket:
        found = known_queries.get(name)
        return found is not None and found.scope != "page"
    return any(source.scope != "page" and source.key.startswith(name) for source in known_queries.values())


def introduce(sources: dict[str, Source], source: Source) -> None:
    """Take note of a query among others, and refuse a second one of the same name."""
    known = sources.get(source.key)
    if known is source:
        return
    if known is not None and known.origin != source.origin:
        raise NameTakenError(
            f"Two queries are called {source.key!r}: the ones at {known.origin} and at {source.origin}. They "
            "would answer with each other's data. Give one of them another name: @query('another_name')."
        )
    sources[source.key] = source


class PageCache:
    """The queries of one scope. A service of it, made at the first use.

    `lines` maps each key that the page has used to its view of the entry, whichever store the entry is in.
    """

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.lines: dict[str, Line] = {}
        self.guarded = (
            False  # whether a Suspense has been seen, which makes transitions wait for what is fetched
        )
        self.store = Store(
            limit=PAGE_LIMIT, what="The query cache of a page (wayfare.data.page_cache.PAGE_LIMIT)"
        )
        self._sources: dict[str, Source] = {}
        self._shared: dict[Line, None] = {}
        self._refreshing: dict[Line, Timer | None] = {}
        self._unlisten: Callable[[], None] | None = None
        self.store.sweep_more = self._sweep_shared
        scope.on_close.append(self.close)
        if not isinstance(scope, SharedScope):
            self.app.pages.add(self)

    @property
    def app(self) -> AppCache:
        """The cache that this page shares with all pages of its app; a program without one has its own."""
        return self.scope.service(AppCache, lambda: AppCache(self.scope.world))

    def _home(self, source: Source) -> SharedCache | None:
        """Who keeps the entries of a query; `None` for the page itself."""
        if isinstance(self.scope, SharedScope) and source.scope not in ("app", self.scope.kind):
            raise SharedReadError(
                f"A query with scope={self.scope.kind!r} calls {source.key!r}, which has "
                f"scope={source.scope!r} and belongs "
                "to fewer visitors. Call it outside and pass the result as an argument, or give both the "
                "same scope."
            )
        if source.scope == "app":
            return self.app
        if source.scope == "session":
            # a page without a session is nobody's but its own
            return self.scope.service(SessionCache, lambda: SessionCache(self.scope.world, ""))
        return None

    def line(self, source: Source, key: str) -> Line:
        """The page's view of a key of this query, made where there is none."""
        introduce(self._sources, source)
        line = self.lines.get(key)
        if line is None:
            home = self._home(source)
            if home is None:
                store, clock = self.store, self.scope.world.clock
            else:
                store, clock = home.store, home.scope.world.clock
                introduce(home.sources, source)
            entry = store.entry(key)
            entry.keep_for = source.keep_for
            line = self.lines[key] = Line(entry, self, home, source)
            store.keep_swept(clock)
            if home is not None:
                self._shared[line] = None
                self.store.keep_swept(self.scope.world.clock)
        elif line.source is None:  # made by `query.set`, before the query was first called
            line.entry.keep_for = source.keep_for
        line.source = source
        return line

    def bare_line(self, key: str) -> Line:
        """The page's view of a key that no query has used yet."""
        line = self.lines.get(key)
        if line is None:
            line = self.lines[key] = Line(self.store.entry(key), self, None, None)
            self.store.keep_swept(self.scope.world.clock)
        return line

    def fresh_answers(self) -> list[FreshAnswer]:
        """What it has for itself and nothing has made stale, for another page to begin with."""
        return [
            FreshAnswer(line.source, key, line.entry.value, line.entry.stamp)
            for key, line in self.lines.items()
            if line.home is None and line.source is not None and line.entry.valid
            and line.entry.answer is not None and line.entry.answer.good
        ][:MAX_HANDED_ON]  # fmt: skip

    def begin_with(self, answers: list[FreshAnswer]) -> None:
        """Take over what another page has fetched; it is as old as it was there."""
        for given in answers:
            entry = self.line(given.source, given.key).entry
            entry.store(Answer[object].of(given.value), given.value, self.store.number(), given.stamp)

    def forget(self, line: Line) -> None:
        """The entry of this line has been removed from its store."""
        self.lines.pop(line.entry.key, None)
        self._shared.pop(line, None)
        self._stop_refreshing(line)

    def _sweep_shared(self) -> bool:
        """Let go of shared entries that this page has not been subscribed to: others may still be."""
        for line in [line for line in self._shared if not line.count and not line.entry.busy]:
            self.forget(line)
            line.entry.lines.remove(line)
        return bool(self._shared)

    # revalidation ------------------------------------------------------------

    def revalidate(
        self, patterns: tuple[str, ...] | None, *, force: bool, everywhere: bool = False
    ) -> Awaitable[None]:
        """Make what matches stale, unless not `force`, and let its subscribers run again."""
        if everywhere:
            return self.app.revalidate_everywhere(patterns, force=force)
        if force:
            self.invalidate(patterns)
        if patterns is None:
            keys = tuple(line.entry.key for line in self._shared)
            lines = [other for line in self._shared for other in line.entry.lines if other.count]
        else:
            keys = patterns
            lines = [line for home in self._homes() for line in lines_of(home.store, patterns)]
        if force:
            self.app.tell_others(tuple(key for key in keys if concerns_others(key)), self)
        return notify([*lines_of(self.store, patterns), *lines], force=force, wait_for=self)

    def invalidate(self, patterns: tuple[str, ...] | None) -> None:
        """Make what matches stale, and let nobody know yet."""
        self.store.invalidate(patterns)
        if patterns is None:
            for line in self._shared:
                line.entry.invalidate()
        else:
            for home in self._homes():
                home.store.invalidate(patterns)

    def _homes(self) -> list[SharedCache]:
        homes = (provided(self.scope, AppCache), provided(self.scope, SessionCache))
        return [home for home in homes if home is not None]

    # refreshing --------------------------------------------------------------

    def seen_by(self, line: Line) -> None:
        """A line has its first subscriber."""
        source = self._sources.get(line.entry.group.name)
        if source is not None and source.refresh_every is not None:
            visibility = self.scope.service(Visibility, Visibility)
            if self._unlisten is None:
                self._unlisten = visibility.listen(self._visibility_changed)
            self._refreshing[line] = None
            if visibility.visible:
                self._arm(line, source.refresh_every)

    def unseen_by(self, line: Line) -> None:
        """A line has lost its last subscriber."""
        if self._refreshing:
            self._stop_refreshing(line)

    def _arm(self, line: Line, every: float) -> None:
        clock = self.scope.world.clock
        remaining = max(0.0, every - (clock.now() - line.entry.stamp))
        self._refreshing[line] = clock.call_later(remaining, lambda: self._refresh(line, every))

    def _refresh(self, line: Line, every: float) -> None:
        clock = self.scope.world.clock
        entry = line.entry
        if clock.now() - entry.stamp >= every and not entry.busy:
            entry.invalidate()
            notify([other for other in entry.lines if other.count], force=True)
            self._refreshing[line] = clock.call_later(every, lambda: self._refresh(line, every))
        elif entry.busy:
            self._refreshing[line] = clock.call_later(every, lambda: self._refresh(line, every))
        else:  # another page that shows it has refreshed it meanwhile
            self._arm(line, every)

    def _stop_refreshing(self, line: Line) -> None:
        timer = self._refreshing.pop(line, None)
        if timer is not None:
            timer.cancel()

    def _visibility_changed(self) -> None:
        visible = self.scope.service(Visibility, Visibility).visible
        for line, timer in tuple(self._refreshing.items()):
            if timer is not None:
                timer.cancel()
                self._refreshing[line] = None
            every = self._sources[line.entry.group.name].refresh_every
            if visible and every is not None:
                self._arm(line, every)

    def close(self) -> None:
        """The page is gone: stop its timers and its own fetches, and leave what it shared to the others."""
        if self._unlisten is not None:
            self._unlisten()
            self._unlisten = None
        for line in tuple(self._refreshing):
            self._stop_refreshing(line)
        self.app.pages.discard(self)
        for line in self._shared:
            if line in line.entry.lines:
                line.entry.lines.remove(line)
        self._shared.clear()
        self.store.close()
        self.lines.clear()


def cache_of(scope: Scope) -> PageCache:
    """The cache of a scope, made at the first use."""
    found = provided(scope, PageCache)
    if found is None:
        found = PageCache(scope)
        scope.provide(PageCache, found)
    return found
