"""Makes queries act as upstream's do where a listed difference says that they do not.

Each listed difference that would show in many scenarios has a mirror here. Random scenarios are compared with all of
them on, so that everything else can be compared event by event; differences.json names a scenario in which each
shows with its mirror off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from wayfare.data.answer import Answer
from wayfare.data.cache import Entry, Line, Store
from wayfare.data.page_cache import PageCache
from wayfare.data.submissions import Submissions


@contextmanager
def mirrored() -> Iterator[None]:
    """Everything in here acts as upstream does."""
    with (
        patch.object(Answer, "leave", _leave),
        patch.object(Entry, "spend", _spend),
        patch.object(Submissions, "pending", property(lambda found: any(not each.result for each in found))),
        patch.object(PageCache, "revalidate", _revalidate),
        patch.object(Line, "__init__", _make_line),
        patch.object(Line, "bump", _bump),
        patch.object(Store, "_forget", lambda store, entry: store.remove(entry)),
    ):
        _versions.clear()
        yield


def _leave(answer: Answer[Any], waiter: Callable[..., None], /) -> None:
    """A fetch that nobody waits for goes on (decision 13)."""
    answer._waiters.pop(waiter, None)


def _spend(entry: Entry, now: float) -> None:
    """The mark of a preload is never spent (item 104)."""
    entry.stamp = now
    if entry.answer is not None and entry.answer.good:
        entry.value = entry.answer.value


_versions: dict[Line, int] = {}
_plain_revalidate = PageCache.revalidate
_plain_bump = Line.bump
_plain_line = Line.__init__


def _milliseconds(cache: PageCache) -> int:
    return round(cache.scope.world.clock.now() * 1000)


def _revalidate(cache: PageCache, patterns: Any, *, force: bool, everywhere: bool = False) -> Any:
    """What has one subscriber, and is old, is fetched again without `force` (item 109)."""
    if not force:
        now = cache.scope.world.clock.now()
        for entry in cache.store.subscribed(patterns):
            if entry.count == 1 and now - entry.stamp >= 5:
                entry.invalidate()
    return _plain_revalidate(cache, patterns, force=force, everywhere=everywhere)


def _make_line(line: Line, entry: Entry, cache: PageCache, home: Any, source: Any) -> None:
    _plain_line(line, entry, cache, home, source)
    _versions[line] = _milliseconds(cache)


def _bump(line: Line) -> None:
    """Versions are times: what is told twice in a millisecond is told once (item 112)."""
    now = _milliseconds(line.cache)
    if _versions.get(line) != now:
        _versions[line] = now
        _plain_bump(line)
