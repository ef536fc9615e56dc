"""`query`, which makes queries and reaches into the current page's cache; `revalidate`; and the deprecated
`cache`.
"""

from __future__ import annotations

import warnings
from collections.abc import Awaitable, Callable, Sequence
from difflib import get_close_matches
from typing import Any, Literal, ParamSpec, TypeVar, cast, overload

from ..errors import UsageError
from ..reactive import check_thread, current_scope
from .answer import Answer
from .cache import KEEP_FOR, MISSING, REUSE_FOR
from .keys import name_of_key
from .origins import name_of
from .page_cache import cache_of, known_key, known_queries
from .query import Query, QueryScope
from .responses import Keys, patterns_of

P = ParamSpec("P")
R = TypeVar("R")
Fetcher = Callable[P, Awaitable[R]]


class QueryFunction:
    """The type of `query` and `cache`."""

    @overload
    def __call__(
        self,
        fn: Callable[[list[Any]], Awaitable[Sequence[R]]],
        name: str | None = None,
        *,
        batch: Literal[True],
        scope: QueryScope = "page",
        reuse_for: float = REUSE_FOR,
        keep_for: float = KEEP_FOR,
        retries: int = 0,
        refresh_every: float | None = None,
        thread: bool | None = None,
    ) -> Query[..., R]: ...
    @overload
    def __call__(
        self,
        fn: Callable[P, Awaitable[R]],
        name: str | None = None,
        *,
        scope: QueryScope = "page",
        reuse_for: float = REUSE_FOR,
        keep_for: float = KEEP_FOR,
        retries: int = 0,
        refresh_every: float | None = None,
        batch: Literal[False] = False,
        thread: bool | None = None,
    ) -> Query[P, R]: ...
    @overload
    def __call__(
        self,
        fn: Callable[P, R],
        name: str | None = None,
        *,
        scope: QueryScope = "page",
        reuse_for: float = REUSE_FOR,
        keep_for: float = KEEP_FOR,
        retries: int = 0,
        refresh_every: float | None = None,
        batch: Literal[False] = False,
        thread: bool | None = None,
    ) -> Query[P, R]: ...
    @overload
    def __call__(
        self,
        fn: str | None = None,
        name: str | None = None,
        *,
        batch: Literal[True],
        scope: QueryScope = "page",
        reuse_for: float = REUSE_FOR,
        keep_for: float = KEEP_FOR,
        retries: int = 0,
        refresh_every: float | None = None,
        thread: bool | None = None,
    ) -> BatchDecorator: ...
    @overload
    def __call__(
        self,
        fn: str | None = None,
        name: str | None = None,
        *,
        scope: QueryScope = "page",
        reuse_for: float = REUSE_FOR,
        keep_for: float = KEEP_FOR,
        retries: int = 0,
        refresh_every: float | None = None,
        batch: Literal[False] = False,
        thread: bool | None = None,
    ) -> QueryDecorator: ...
    def __call__(
        self, fn: Callable[..., Any] | str | None = None, name: str | None = None, **options: Any
    ) -> Any:
        """Make a query of a function; also a decorator, `@query`, `@query("name")`, `@query(scope="app")`.

        `name` begins the keys of its entries, and is the function's qualified name where none is given.
        `scope` says who shares an answer: the `"page"`, the pages of one `"session"`, or all pages of the
        `"app"`. An answer is used again within `reuse_for` seconds of its fetch, and for as long as anybody
        is subscribed to it; unused ones are let go after `keep_for`. A fetch that fails is tried `retries`
        more times, at growing intervals, and repeated `refresh_every` so many seconds while somebody looks.
        With `batch`, the calls of one tick reach the function as a list of argument tuples. `def` functions
        run in a worker thread, `async def` ones on the loop; `thread` says otherwise. Raises `UsageError` for
        an option or a name that can't be.

        >>> @query("user")
        ... async def get_user(id: int) -> str:
        ...     return f"user {id}"
        >>> get_user.key, get_user.key_for(7)
        ('user', 'user[7]')

        Source: https://docs.solidjs.com/solid-router/reference/data-apis/query
        """
        if fn is None or isinstance(fn, str):
            if callable(name):
                raise UsageError(f"query takes the function first: query({name_of(name)}, {fn!r}).")
            return QueryDecorator(fn or name, options)
        return Query[..., Any](fn, name, **options)

    def get(self, key: str) -> Any:
        """The last good value under a key; `None` where none has come yet. Raises `KeyError`."""
        line = cache_of(current_scope()).lines.get(key)
        if line is None or (line.entry.answer is None and line.entry.value is MISSING):
            raise KeyError(key)
        value = line.entry.value
        return None if value is MISSING else value

    def set(self, key: str, value: object) -> None:
        """Put a value under a key, as if it had just been fetched ahead of its use. Nobody is told of it.

        Whoever shows the key sees it at the next `revalidate(key, force=False)`.
        """
        cache = cache_of(current_scope())
        line = cache.lines.get(key)
        if line is None:
            known = known_queries.get(name_of_key(key))
            line = cache.bare_line(key) if known is None else cache.line(known, key)
        store = cache.store if line.home is None else line.home.store
        now = cache.scope.world.clock.now()
        line.entry.store(Answer[object].of(value), value, store.number(), now)

    def delete(self, key: str) -> bool:
        """Forget what is known under a key; whoever shows it goes on. Gives whether there was anything."""
        cache = cache_of(current_scope())
        line = cache.lines.get(key)
        if line is None:
            return False
        return (cache.store if line.home is None else line.home.store).delete(key)

    def clear(self) -> None:
        """Forget everything that the current page has for itself. What it shares with others stays."""
        cache_of(current_scope()).store.clear()


class QueryDecorator:
    """What `@query("name")` gives: it makes a query of the function below it."""

    def __init__(self, name: str | None, options: dict[str, Any]) -> None:
        self._name, self._options = name, options

    @overload
    def __call__(self, fn: Callable[P, Awaitable[R]]) -> Query[P, R]: ...
    @overload
    def __call__(self, fn: Callable[P, R]) -> Query[P, R]: ...
    def __call__(self, fn: Callable[..., Any]) -> Any:
        return Query[..., Any](fn, self._name, **self._options)


class BatchDecorator(QueryDecorator):
    """What `@query(batch=True)` gives: the function below it takes a list of argument tuples."""

    def __call__(self, fn: Callable[[list[Any]], Awaitable[Sequence[R]]]) -> Query[..., R]:  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]
        return cast("Query[..., R]", super().__call__(fn))


class _Deprecated(QueryFunction):
    """`cache`, upstream's older name of `query`."""

    warned = False

    def __getattribute__(self, name: str) -> Any:
        if name in ("get", "set", "delete", "clear"):
            _warn()
        return object.__getattribute__(self, name)

    def __call__(self, *args: Any, **options: Any) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]
        _warn()
        return cast("Callable[..., Any]", query)(*args, **options)


def _warn() -> None:
    if not _Deprecated.warned:
        _Deprecated.warned = True
        warnings.warn("`cache` is called `query` now: write query instead.", DeprecationWarning, stacklevel=3)


query = QueryFunction()
cache: QueryFunction = _Deprecated()


def query_keys() -> list[str]:
    """The keys that the current page holds, in the order of their first use."""
    return list(cache_of(current_scope()).lines)


def revalidate(key: Keys | None = None, force: bool = True, *, everywhere: bool = False) -> Awaitable[None]:
    """Make queries stale, and fetch what is shown again, in one transition: the screen stays until then.

    `key` is a key or the beginning of keys, a query (its own entries and no others), or several of these;
    left out, it means every query of the current page. Without `force` nothing becomes stale, but whoever
    shows it looks again. `everywhere` reaches the entries of every open page, on every worker; a shared query
    is always revalidated for all who share it.

    What is returned is done when the new data shows. It need not be awaited. Raises `UsageError` where no
    page is current and no loop is running, `ThreadError` in another thread than the page's: a `def` action
    returns `reload(revalidate=...)` instead.

    Source: https://docs.solidjs.com/solid-router/reference/data-apis/revalidate
    """
    check_thread()
    cache = cache_of(current_scope())
    patterns = patterns_of(key)
    for pattern in patterns or ():
        if not known_key(pattern) and not any(each.startswith(pattern) for each in cache.lines):
            warnings.warn(_unknown(pattern), KeyWarning, stacklevel=2)
    return cache.revalidate(patterns, force=force, everywhere=everywhere)


class KeyWarning(UserWarning):
    """A key that no query has and no page holds: what should have become fresh stays as it is."""


def _unknown(pattern: str) -> str:
    names = sorted(known_queries)
    close = get_close_matches(name_of_key(pattern), names, 1)
    hint = f"Did you mean {close[0]!r}?" if close else f"There are {', '.join(names[:10]) or 'no queries'}."
    return (
        f"revalidate({pattern!r}) reaches nothing: no query has a key that begins so. {hint} A query itself, "
        "or its .key, can't be misspelt: revalidate(get_user.key)."
    )
