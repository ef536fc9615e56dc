"""Where answers are kept: entries by key, grouped by query, and who looks at each.

An `Entry` is what is known under one key: the newest `Answer`, when it was begun, and whether it has been
invalidated since. A `Store` holds the entries that belong together: one page's, one session's, one app's. A
`Line` is one page's view of an entry, with a signal in that page's graph, so that a graph never reaches into
another page.

    page A  lines  "user[1]" -> Line ──> Entry in A's own store     (scope="page")
                   "prices[]" -> Line ──┐
    page B  lines  "prices[]" -> Line ──┴> Entry in the app's store  (scope="app")

Freshness is decided by numbers that only go up. Each fetch is born with the next one, and to invalidate all
of a group is to write the current one into it: what was born before is stale. So making a hundred thousand
entries stale costs nothing, and only those that somebody is subscribed to are visited.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

from .._types import Clock, Timer
from ..errors import LimitError
from ..reactive import Computation, Signal, now
from .keys import name_of_key

if TYPE_CHECKING:
    from .answer import Answer
    from .page_cache import PageCache, Source
    from .shared import SharedCache

REUSE_FOR: Final = 5.0
KEEP_FOR: Final = 180.0
SWEEP_EVERY: Final = 300.0


class _Missing:
    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = _Missing()


class Entry:
    """What is known under one key. Its state changes in the methods of this class and nowhere else."""

    __slots__ = (
        "answer",
        "born",
        "count",
        "group",
        "keep_for",
        "key",
        "lines",
        "preloaded",
        "stamp",
        "value",
    )

    def __init__(self, key: str, group: Group) -> None:
        self.key = key
        self.group = group
        self.answer: Answer[object] | None = None
        self.born = 0  # number of the fetch or `set` that made the answer; 0 where there is none
        self.stamp = 0.0  # when that fetch began, by the clock
        self.preloaded = False  # nobody but a preload has used the answer yet
        self.value: object = MISSING  # the last good value
        self.count = 0  # subscriptions, in all pages
        self.lines: list[Line] = []
        self.keep_for = KEEP_FOR

    @property
    def valid(self) -> bool:
        """Whether there is an answer that nothing has invalidated."""
        return self.born > self.group.cut

    @property
    def busy(self) -> bool:
        """Whether it is being fetched."""
        return self.answer is not None and not self.answer.done

    def begin(self, answer: Answer[object], born: int, now: float, preload: bool) -> None:
        self.answer, self.born, self.stamp, self.preloaded = answer, born, now, preload

    def settle(self, answer: Answer[Any], value: object) -> None:
        """An answer has come. One that isn't the newest changes nothing."""
        if answer is self.answer and not self.preloaded:
            self.value = value

    def store(self, answer: Answer[object], value: object, born: int, now: float) -> None:
        """A value is put in from outside, as if a preload had fetched it."""
        self.answer, self.born, self.stamp, self.preloaded, self.value = answer, born, now, True, value

    def spend(self, now: float) -> None:
        """A preloaded answer is used for the first time: it is fresh from now on, and an ordinary one."""
        self.preloaded, self.stamp = False, now
        if self.answer is not None and self.answer.good:
            self.value = self.answer.value

    def invalidate(self) -> None:
        self.born = 0

    def give_up(self, answer: Answer[Any]) -> None:
        """The fetch of `answer` was called off, so the next reader has to fetch."""
        if answer is self.answer:
            self.answer, self.born = None, 0

    def drop(self) -> None:
        """Forget what is known. Whoever is subscribed stays so."""
        self.answer, self.born, self.preloaded, self.value = None, 0, False, MISSING


class Line(Signal):
    """One page's view of an entry: a signal to subscribe to, and how many of its computations do."""

    __slots__ = ("_released", "cache", "count", "entry", "home", "refreshed", "seen", "source")

    def __init__(
        self, entry: Entry, cache: PageCache, home: SharedCache | None, source: Source | None
    ) -> None:
        super().__init__(None, None, entry.key)
        self.entry = entry
        self.cache = cache
        self.home = home  # who keeps the entry, where that is not the page itself
        self.source = source
        self.count = 0
        # number of the fetch that the subscribers were last told of; None while they have been told of the
        # next one
        self.seen: int | None = entry.born
        self.refreshed = source is not None and source.refresh_every is not None
        self._released: Callable[[], None] = self.release
        entry.lines.append(self)

    def track(self, reader: Computation) -> None:
        """Subscribe the running computation, once more, until it runs again or is gone."""
        at = reader.cursor
        sources = reader.sources
        owner = now.owner
        if at and sources[at - 1] is self and self.count and owner is reader:
            return  # it is the last thing that this run has read
        if at < len(sources) and sources[at] is self:  # what `read` does for who has read it before
            reader.cursor = at + 1
        else:
            self.read()
        if owner is not None:
            if owner.cleanups is None:
                owner.cleanups = [self._released]
            else:
                owner.cleanups.append(self._released)
        entry = self.entry
        entry.count = count = entry.count + 1
        if count == 1:
            entry.group.subscribed[entry] = None
        self.count = count = self.count + 1
        if count == 1 and self.refreshed:
            self.cache.seen_by(self)

    def release(self) -> None:
        """One subscription less: the computation runs again, or is gone."""
        self.count = count = self.count - 1
        if count == 0 and self.refreshed:
            self.cache.unseen_by(self)
        entry = self.entry
        entry.count = count = entry.count - 1
        if count == 0:
            entry.group.subscribed.pop(entry, None)

    def bump(self) -> None:
        """Make the subscribers run again."""
        self.seen = None
        self.set(None)


class Group:
    """The entries of one query in one store."""

    __slots__ = ("_gone", "_sorted", "cut", "entries", "name", "subscribed")

    def __init__(self, name: str) -> None:
        self.name = name
        self.entries: dict[str, Entry] = {}
        self.subscribed: dict[Entry, None] = {}
        self.cut = 0
        self._sorted: list[str] | None = None  # the keys, from the first search by a part of one
        self._gone = 0  # how many of these have no entry any more

    def add(self, entry: Entry) -> None:
        key = entry.key
        self.entries[key] = entry
        if self._sorted is not None:
            at = bisect_left(self._sorted, key)
            if at < len(self._sorted) and self._sorted[at] == key:
                self._gone -= 1
            else:
                self._sorted.insert(at, key)

    def remove(self, entry: Entry) -> None:
        del self.entries[entry.key]
        self.subscribed.pop(entry, None)
        if self._sorted is not None:  # its key stays there: to take out many, one by one, would be slow
            self._gone += 1
            if self._gone > len(self.entries):
                self._sorted, self._gone = None, 0

    def beginning_with(self, prefix: str) -> list[Entry]:
        """Its entries whose keys begin so. A whole key is found without a search."""
        exact = self.entries.get(prefix)
        if exact is not None:
            return [exact]
        if self._sorted is None:
            self._sorted = sorted(self.entries)
        first = bisect_left(self._sorted, prefix)
        end = bisect_left(self._sorted, True, first, key=lambda key: not key.startswith(prefix))
        keys = self._sorted[first:end]
        found = [self.entries[key] for key in keys if key in self.entries]
        if len(found) < len(keys):
            self._sorted[first:end] = [entry.key for entry in found]
            self._gone -= len(keys) - len(found)
        return found


class Store:
    """Entries that live and die together, at most `limit` of them."""

    def __init__(self, *, limit: int, what: str) -> None:
        self.entries: dict[str, Entry] = {}
        self.groups: dict[str, Group] = {}
        self.limit = limit
        self.what = what
        self.sweep_more: Callable[[], bool] = lambda: (
            False
        )  # what else goes by the same timer; is any of it left?
        self._numbers = 0
        self._timer: Timer | None = None
        self._closed = False

    def number(self) -> int:
        """The next of the numbers by which fetches and invalidations are put in order."""
        self._numbers += 1
        return self._numbers

    def entry(self, key: str) -> Entry:
        """The entry of this key, made where there is none."""
        entry = self.entries.get(key)
        if entry is None:
            if len(self.entries) >= self.limit:
                self._make_room()
            name = name_of_key(key)
            group = self.groups.get(name)
            if group is None:
                group = self.groups[name] = Group(name)
            entry = self.entries[key] = Entry(key, group)
            group.add(entry)
        return entry

    def remove(self, entry: Entry) -> None:
        """Take an entry out, and out of every page that looks at it."""
        del self.entries[entry.key]
        entry.group.remove(entry)
        if not entry.group.entries:
            del self.groups[entry.group.name]
        for line in entry.lines:
            line.cache.forget(line)
        entry.lines.clear()

    def delete(self, key: str) -> bool:
        """Forget what is known under a key. An entry with subscribers stays, so that they can be reached."""
        entry = self.entries.get(key)
        if entry is None or (entry.answer is None and entry.value is MISSING):
            return False
        self._forget(entry)
        return True

    def clear(self) -> None:
        """Forget everything."""
        for entry in tuple(self.entries.values()):
            self._forget(entry)

    def _forget(self, entry: Entry) -> None:
        if entry.count:
            entry.drop()
        else:
            self.remove(entry)

    def subscribed(self, patterns: Iterable[str] | None) -> list[Entry]:
        """The subscribed entries whose keys begin with one of `patterns`; all of them for `None`."""
        found: dict[Entry, None] = {}
        for part in self._matching(patterns):
            if isinstance(part, Group):
                found.update(part.subscribed)
            elif part.count:
                found[part] = None
        return list(found)

    def invalidate(self, patterns: Iterable[str] | None) -> None:
        """Make stale what is kept under these keys, so that the next read fetches."""
        number = self.number()
        for part in self._matching(patterns):
            if isinstance(part, Group):
                part.cut = number
            else:
                part.invalidate()

    def _matching(self, patterns: Iterable[str] | None) -> Iterator[Group | Entry]:
        if patterns is None:
            yield from self.groups.values()
            return
        for pattern in patterns:
            name, bracket, rest = pattern.partition("[")
            if bracket:
                group = self.groups.get(name)
                if group is not None and rest:
                    yield from group.beginning_with(pattern)
                elif group is not None:
                    yield group
            else:
                for group in self.groups.values():
                    if group.name.startswith(name):
                        yield group

    def _make_room(self) -> None:
        """Remove the entries that have gone unused longest, a tenth of them at once."""
        idle = sorted((e for e in self.entries.values() if not e.count and not e.busy), key=lambda e: e.stamp)
        if not idle:
            raise LimitError(
                f"{self.what} holds {self.limit} entries, its limit, and all of them are subscribed to. "
                "Fetch lists "
                "with one query instead of one per item, or raise the limit (Store.limit)."
            )
        for entry in idle[: max(1, self.limit // 10)]:
            self.remove(entry)

    def sweep(self, now: float) -> None:
        """Remove what nobody subscribes to and nobody has fetched for as long as it is to be kept."""
        for entry in tuple(self.entries.values()):
            if not entry.count and not entry.busy and now - entry.stamp > entry.keep_for:
                self.remove(entry)

    def keep_swept(self, clock: Clock) -> None:
        """Sweep at intervals for as long as there is anything to sweep."""
        if self._timer is None and not self._closed:
            self._timer = clock.call_later(SWEEP_EVERY, lambda: self._swept(clock))

    def _swept(self, clock: Clock) -> None:
        self._timer = None
        self.sweep(clock.now())
        more = self.sweep_more()
        if self.entries or more:
            self.keep_swept(clock)

    def close(self) -> None:
        """Call off what is being fetched, and keep nothing any more."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for entry in tuple(self.entries.values()):
            if entry.answer is not None:
                entry.answer.cancel()
            self.remove(entry)
