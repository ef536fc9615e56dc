"""Entries that several pages share: all of one session's, or all of the app's, on this worker and the others.

A shared fetch has no page: it runs in a `SharedScope`, with a context in which no request, session or page is
current, so that what one visitor may see can't end up in everybody's answer (a read of these raises, and says
where). Other workers are told of a revalidation by whatever function the server gives (`AppCache.tell`).
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Awaitable, Callable, Generator, Iterable
from contextvars import Context, copy_context
from types import FrameType
from typing import TYPE_CHECKING, Any, Final, TypeVar
from weakref import WeakSet, WeakValueDictionary

import msgspec

from .._types import World
from ..errors import SharedReadError
from ..reactive import Scope, run_with_owner, start_transition
from .cache import Line, Store
from .intent import provided
from .responses import Keys, patterns_of

if TYPE_CHECKING:
    from .page_cache import PageCache, Source

T = TypeVar("T")

SHARED_LIMIT: Final = 100_000


class Invalidation(msgspec.Struct, frozen=True, array_like=True):
    """What one worker tells the others: these keys are stale. It is small, and can be lost without harm.

    `patterns` are the beginnings of keys, `None` for all; `everywhere` includes the entries that pages have
    for themselves; `session` narrows it to one session's.
    """

    patterns: tuple[str, ...] | None
    everywhere: bool = False
    session: str | None = None


class SharedScope(Scope):
    """Where shared fetches run: what belongs to one visitor is not to be had here."""

    def __init__(self, world: World, kind: str) -> None:
        super().__init__(world, name=f"{kind}-scoped queries")
        self.kind = kind

    def service(self, cls: type[T], factory: Callable[[], T] | None = None) -> T:  # noqa: ARG002
        """What has been provided here; nothing is made, and nothing of a page is found."""
        found = self.services.get(cls)
        if found is None:
            raise SharedReadError(
                f"A query with scope={self.kind!r} reads {cls.__name__} ({_where()}), which belongs to one "
                f"page. Its answer is shown to {_whom(self.kind)}. Read it where the query is called and "
                "pass "
                "what matters as an argument, or give the query scope='page'."
            )
        return found  # type: ignore[return-value]


class SharedCache:
    """Entries shared by several pages. See `AppCache` and `SessionCache`."""

    kind: str

    def __init__(self, world: World, kind: str, what: str) -> None:
        self.kind = kind
        self.store = Store(limit=SHARED_LIMIT, what=f"{what} (wayfare.data.shared.SHARED_LIMIT)")
        self.sources: dict[str, Source] = {}
        self.scope = SharedScope(world, kind)
        self._context = copy_context()

    def start(self, begin: Callable[[], None]) -> None:
        """Begin a fetch as nobody in particular: no page's context, no owner, nothing tracked."""
        context: Context = self._context.copy()
        context.run(self.scope.run, lambda: run_with_owner(None, begin))

    def close(self) -> None:
        """Call off what is being fetched and forget everything."""
        self.store.close()
        self.scope.close()


class SessionCache(SharedCache):
    """What all pages of one signed-in browser share. Made by `AppCache.session`."""

    def __init__(self, world: World, session: str) -> None:
        super().__init__(world, "session", "The query cache of a session")
        self.session = session


class AppCache(SharedCache):
    """What all pages of an app share, and the pages themselves.

    The server makes one for each app and provides it to each page's scope. `tell` is called with an
    `Invalidation` that concerns other workers; what comes from them goes into `receive`.
    """

    def __init__(self, world: World, *, tell: Callable[[Invalidation], object] | None = None) -> None:
        super().__init__(world, "app", "The query cache of this app")
        self.tell = tell
        self.pages: WeakSet[PageCache] = WeakSet()
        self._sessions: WeakValueDictionary[str, SessionCache] = WeakValueDictionary()
        self.scope.provide(AppCache, self)

    def session(self, key: str) -> SessionCache:
        """The cache of a session, the same one for as long as any of its pages is open."""
        found = self._sessions.get(key)
        if found is None:
            found = self._sessions[key] = SessionCache(self.scope.world, key)
            found.scope.provide(AppCache, self)
            found.scope.provide(SessionCache, found)
        return found

    def revalidate(
        self, key: Keys | None = None, force: bool = True, *, everywhere: bool = False
    ) -> Awaitable[None]:
        """`wayfare.revalidate` with no page: for a webhook, a job. Reaches every page that shows what is
        shared.

        With `everywhere`, what pages have for themselves too. Done when the pages of this worker are.
        """
        patterns = patterns_of(key)
        if everywhere:
            return self.revalidate_everywhere(patterns, force=force)
        self._tell(Invalidation(patterns))
        return self._apply(Invalidation(patterns), force)

    def revalidate_everywhere(self, patterns: tuple[str, ...] | None, *, force: bool) -> Awaitable[None]:
        """Reach the matching entries of every page of every worker."""
        message = Invalidation(patterns, everywhere=True)
        self._tell(message)
        return self._apply(message, force)

    def receive(self, message: Invalidation) -> None:
        """Another worker says that something is stale. It is not told on."""
        self._apply(message, True)

    def missed(self) -> None:
        """Messages of other workers may have been lost: what is shared is stale."""
        self._apply(Invalidation(None), True)

    def tell_others(self, patterns: tuple[str, ...], page: PageCache) -> None:
        """A page has revalidated these keys; tell the other workers of those that are shared."""
        if self.tell is None or not patterns:
            return
        self._tell(Invalidation(patterns))
        if (session := provided(page.scope, SessionCache)) is not None:
            self._tell(Invalidation(patterns, session=session.session))

    def _tell(self, message: Invalidation) -> None:
        if self.tell is not None:
            self.tell(message)

    def _apply(self, message: Invalidation, force: bool) -> Awaitable[None]:
        homes: list[SharedCache] = [self]
        if message.session is not None:
            session = self._sessions.get(message.session)
            homes = [session] if session is not None else []
        elif message.everywhere:
            # by the pages: those without a session have a cache that no session knows
            sessions = (provided(page.scope, SessionCache) for page in tuple(self.pages))
            homes += {session: None for session in sessions if session is not None}
        lines: list[Line] = []
        stores = [home.store for home in homes]
        if message.everywhere:
            stores += [page.store for page in tuple(self.pages)]
        for store in stores:
            if force:
                store.invalidate(message.patterns)
            lines += lines_of(store, message.patterns)
        return notify(lines, force=force)


def lines_of(store: Store, patterns: Iterable[str] | None) -> list[Line]:
    """Every page's view of the subscribed entries that match."""
    return [line for entry in store.subscribed(patterns) for line in entry.lines if line.count]


def notify(lines: list[Line], *, force: bool, wait_for: PageCache | None = None) -> Awaitable[None]:
    """Let the subscribers of these lines run again, in one transition per page.

    What is returned is done when these transitions are; with `wait_for`, when that page's is.
    """
    pages: dict[PageCache, list[Line]] = {}
    for line in lines:
        pages.setdefault(line.cache, []).append(line)
    if wait_for is not None:  # also with nothing to fetch, it is over when a navigation under way is
        pages.setdefault(wait_for, [])
    waited: list[Awaitable[object]] = []
    for page, mine in pages.items():
        # in its scope, so that none of the fetches has to enter it
        done = page.scope.run(functools.partial(start_transition, _Bump(mine, force), scope=page.scope))
        if wait_for is None or page is wait_for:
            waited += [done, _Fetched(mine)]
    return Together(waited)


class _Fetched(Awaitable[None]):
    """The end of the fetches that a revalidation has set off. With no Suspense above them, no transition
    waits for them.
    """

    __slots__ = ("_lines",)

    def __init__(self, lines: list[Line]) -> None:
        self._lines = lines

    def __await__(self) -> Generator[Any, None, None]:
        for line in self._lines:
            answer = line.entry.answer
            if answer is not None and line.count and not line.cache.guarded:
                yield from answer.outcome().__await__()


class _Bump:
    """What a revalidation does inside the transition of one page."""

    __slots__ = ("_force", "_lines")

    def __init__(self, lines: list[Line], force: bool) -> None:
        self._lines, self._force = lines, force

    def __call__(self) -> None:
        for line in self._lines:
            line.bump()
        if not self._force and self._lines:
            # A computation that runs again lets go of its subscription first. What it held is not to be
            # fetched for that reason alone, so its entry counts as held until all of them have run.
            for line in self._lines:
                line.entry.count += 1
            self._lines[0].cache.scope.world.clock.call_soon(self._release)

    def _release(self) -> None:
        for line in self._lines:
            line.entry.count -= 1


class Together(Awaitable[None]):
    """Several things that have begun already, awaited as one."""

    __slots__ = ("_parts",)

    def __init__(self, parts: list[Awaitable[Any]]) -> None:
        self._parts = parts

    def __await__(self) -> Generator[Any, None, None]:
        for part in self._parts:
            yield from part.__await__()


def _whom(kind: str) -> str:
    return "all visitors" if kind == "app" else "every page of a session"


def _where() -> str:
    """The line outside of this package that is being run."""
    frame: FrameType | None = sys._getframe(2)  # pyright: ignore[reportPrivateUsage]
    while frame is not None and frame.f_globals.get("__name__", "").startswith("wayfare."):
        frame = frame.f_back
    return "somewhere" if frame is None else f"{frame.f_code.co_filename}:{frame.f_lineno}"
