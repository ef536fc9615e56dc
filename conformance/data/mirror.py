"""Makes queries act as upstream's do where a listed difference says that they do not.

Each listed difference that would show in many scenarios has a mirror here. Random scenarios are compared with
all of them on, so that everything else can be compared event by event; differences.json names a scenario in
which each shows with its mirror off.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from wayfare.data.answer import Answer
from wayfare.data.cache import Entry, Line, Store
from wayfare.data.following import Submissions
from wayfare.data.page_cache import PageCache
from wayfare.data.query import Query
from wayfare.reactive import Arrival, Transition


@contextmanager
def mirrored() -> Iterator[None]:
    """Everything in here acts as upstream does."""
    with (
        patch.object(Answer, "leave", _leave),
        patch.object(
            Query, "__call__", lambda made, *args, **kwargs: _Promise(_plain_call(made, *args, **kwargs))
        ),
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


class _Promise(Arrival):
    """A call's own promise: another one each time, and never there at once."""

    def __init__(self, answer: Answer[Any]) -> None:
        self.answer = answer
        self._joined: dict[Callable[..., None], Callable[..., None]] = {}

    def join(self, waiter: Callable[[Any], None], transition: Transition | None = None, /) -> None:
        def told(_: object = None) -> None:
            if self._joined.pop(waiter, None) is not None:
                waiter(self)

        self._joined[waiter] = told
        if not self.answer.done:
            self.answer.join(told, transition)
            return

        def soon() -> None:
            if transition is not None and transition.state == "pending":
                transition.run(told)
            else:
                told()

        asyncio.get_running_loop().call_soon(soon)

    def leave(self, waiter: Callable[[Any], None], /) -> None:
        told = self._joined.pop(waiter, None)
        if told is not None:
            self.answer.leave(told)

    def cancelled(self) -> bool:
        return self.answer.cancelled()

    def exception(self) -> BaseException | None:
        return self.answer.exception()

    def result(self) -> Any:
        return self.answer.result()

    def __await__(self) -> Any:
        return self.answer.__await__()


def _spend(entry: Entry, now: float) -> None:
    """The mark of a preload is never spent (item 104)."""
    entry.stamp = now
    if entry.answer is not None and entry.answer.good:
        entry.value = entry.answer.value


_versions: dict[Line, int] = {}
_plain_call = Query.__call__
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
