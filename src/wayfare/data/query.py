"""Queries: async functions with a keyed cache, whose callers are told when the answer has changed.

Calling a query gives an `Answer`. A call within a computation also subscribes it to the key, so that a
revalidation runs it again. Which answer it is, the kept one or that of a new fetch, is decided by
`Query.__call__`; what is kept, and for how long, by cache.py.
"""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Final, Generic, Literal, ParamSpec, TypeAlias, TypeVar

import anyio.to_thread

from ..errors import ThreadError, UsageError
from ..reactive import check_thread, current_scope, now, start_transition
from .answer import PENDING, REDIRECT, VALUE, Answer
from .batches import Batches
from .cache import KEEP_FOR, REUSE_FOR, Line
from .intent import Intent, current_intent
from .keys import Parameters, check_name, hash_arguments
from .origins import check_function, is_async, name_of, origin_of
from .page_cache import PageCache, cache_of, known_queries

if TYPE_CHECKING:
    from ..reactive import Scope

P = ParamSpec("P")
R = TypeVar("R")

QueryScope: TypeAlias = Literal["page", "session", "app"]

MAX_KEYS_AT_HAND: Final = 1024


class Query(Generic[P, R]):
    """An async function whose answers are kept by its arguments. Made by `query`; call it like the function.

    `key` is its name: the beginning of the keys of all its entries.
    """

    def __init__(
        self,
        fn: Callable[..., object],
        name: str | None = None,
        *,
        scope: QueryScope = "page",
        reuse_for: float = REUSE_FOR,
        keep_for: float = KEEP_FOR,
        retries: int = 0,
        refresh_every: float | None = None,
        batch: bool = False,
        thread: bool | None = None,
    ) -> None:
        check_function(fn, "query")
        functools.update_wrapper(self, fn, updated=())
        self.key: Final = check_name(_name_of(fn) if name is None else name, "query")
        self.pattern: Final = self.key + "["
        self.origin: Final = origin_of(fn)
        self.scope: Final = _one_of("scope", scope, ("page", "session", "app"), self.key)
        self.reuse_for: Final = _seconds("reuse_for", reuse_for, self.key)
        self.keep_for: Final = _seconds("keep_for", keep_for, self.key)
        self.refresh_every: Final = (
            None if refresh_every is None else _seconds("refresh_every", refresh_every, self.key, least=0.01)
        )
        if not isinstance(retries, int) or not 0 <= retries <= 100:  # pyright: ignore[reportUnnecessaryIsInstance]
            raise UsageError(f"query {self.key!r}: retries is a number from 0 to 100, and not {retries!r}.")
        self.retries: Final = retries
        self._fn = fn
        self._parameters = Parameters(fn)
        self._in_thread = not (is_async(fn) or isinstance(fn, Query)) if thread is None else thread
        self._batches = Batches(self.key, self._call_function) if batch else None
        self._plain_key = self.key + "[]"
        self._keys: dict[object, str] = {}  # keys of calls with one number or text, which most calls are
        known_queries[self.key] = self

    def __repr__(self) -> str:
        return f"<Query {self.key} at {self.origin}>"

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Answer[R]:
        # The hot path of reading data: what is the same for nearly every call is spelled out here.
        if kwargs or len(args) > 1:
            key = self._key(args, kwargs)
        elif not args:
            key = self._plain_key
        elif (kind := type(only := args[0])) is int or kind is str:
            known = self._keys.get(only)
            key = self._remember(only, args) if known is None else known
        else:
            key = self._key(args, kwargs)
        reader = now.listener
        scope = current_scope() if reader is None or reader.scope is None else reader.scope
        cache: Any = scope.services.get(PageCache)
        if cache is None:
            cache = cache_of(scope)
        line: Line | None = cache.lines.get(key)
        if line is None or line.source is not self:
            line = cache_of(scope).line(self, key)
        entry = line.entry
        answer: Any = entry.answer
        intent = current_intent.get()
        if (
            answer is not None
            and entry.born > entry.group.cut
            and (
                entry.count > 0
                or intent == "native"
                or scope.world.clock.now() - entry.stamp < self.reuse_for
            )
        ):
            if reader is not None:
                line.track(reader)
            if intent is not None or entry.preloaded or answer.state != VALUE:
                self._reuse(line, answer, intent, scope)
            return answer  # type: ignore[no-any-return]
        return self._fetch(line, args, kwargs, intent, scope)  # type: ignore[return-value]

    @property
    def required(self) -> tuple[str, ...]:
        """The parameters that a call has to give."""
        return () if self._batches is not None else self._parameters.required

    def key_for(self, *args: P.args, **kwargs: P.kwargs) -> str:
        """The key of the entry that a call with these arguments has."""
        return self._key(args, kwargs)

    def revalidate(self, *args: P.args, **kwargs: P.kwargs) -> Awaitable[None]:
        """Fetch again what a call with these arguments gives, wherever it is shown; just this one entry."""
        key = self._key(args, kwargs)
        return cache_of(current_scope()).revalidate((key,), force=True)

    # what a call comes to ----------------------------------------------------

    def _key(self, args: tuple[object, ...], kwargs: dict[str, object]) -> str:
        if kwargs:
            if self._batches is not None:
                raise UsageError(
                    f"query {self.key!r} is called with {', '.join(kwargs)} by name, but a query with "
                    "batch=True gets its "
                    "calls as tuples of positional arguments. Pass it by position."
                )
            args = self._parameters.positional(self.key, args, kwargs)
        return self.key + hash_arguments(args, query=self.key, names=self._parameters.names)

    def _remember(self, only: object, args: tuple[object, ...]) -> str:
        if len(self._keys) >= MAX_KEYS_AT_HAND:
            self._keys.clear()
        key = self._keys[only] = self.key + hash_arguments(args, query=self.key, names=self._parameters.names)
        return key

    def _reuse(self, line: Line, answer: Answer[object], intent: Intent | None, scope: Scope) -> None:
        """What the use of a kept answer brings with it, besides the answer."""
        entry = line.entry
        if intent == "preload":
            return
        if entry.preloaded:
            entry.spend(scope.world.clock.now())
        if answer.state == PENDING:
            answer.lead(scope)
        elif answer.state == REDIRECT:
            answer.follow_soon(scope)
        if intent == "navigate":
            _tell_others(line)

    def _fetch(
        self,
        line: Line,
        args: tuple[object, ...],
        kwargs: dict[str, object],
        intent: Intent | None,
        scope: Scope,
    ) -> Answer[object]:
        self._check_thread()
        entry, home, cache = line.entry, line.home, line.cache
        runs_in = scope if home is None else home.scope
        store = cache.store if home is None else home.store
        again = entry.answer is not None or entry.born != 0 or line.count > 0
        call = BoundCall(self, entry.key, args, kwargs, scope)
        answer: Answer[object] = Answer(call, runs_in, entry)
        entry.begin(answer, store.number(), runs_in.world.clock.now(), intent == "preload")
        if line.seen is None or not again:
            line.seen = entry.born
        if intent != "preload":
            answer.lead(scope)
        if home is None:
            scope.run(answer.start)
        else:
            home.start(answer.start)
        reader = now.listener
        if reader is not None:
            line.track(reader)
        if intent == "navigate" and again:
            _tell_others(line)
        return answer

    def _check_thread(self) -> None:
        """Before anything is noted down: a fetch begins in the thread of its page."""
        try:
            check_thread()
        except ThreadError:
            raise ThreadError(
                f"query {self.key!r} is called in a worker thread, where a `def` query or action runs, and a "
                "fetch needs the event loop. Write the caller as `async def` and await this query in it, or "
                "call it outside and pass in what it gave."
            ) from None

    def produce(self, args: tuple[object, ...], kwargs: dict[str, object]) -> object:
        """Call the function, in a thread or in a batch where it has to be: its value, or what to await."""
        if self._batches is not None:
            return self._batches.ask(current_scope(), args)
        return self._call_function(*args, **kwargs)

    def _call_function(self, *args: object, **kwargs: object) -> object:
        if self._in_thread:
            return anyio.to_thread.run_sync(
                functools.partial(self._fn, *args, **kwargs), abandon_on_cancel=True
            )
        return self._fn(*args, **kwargs)


class BoundCall:
    """One call of a query: what an `Answer` runs, and makes again where the fetch was called off."""

    __slots__ = ("args", "key", "kwargs", "query", "scope")

    def __init__(
        self,
        query: Query[..., Any],
        key: str,
        args: tuple[object, ...],
        kwargs: dict[str, object],
        scope: Scope,
    ) -> None:
        self.query, self.key, self.args, self.kwargs, self.scope = query, key, args, kwargs, scope

    @property
    def retries(self) -> int:
        return self.query.retries

    def fetch(self) -> object:
        return self.query.produce(self.args, self.kwargs)

    def again(self) -> Answer[object]:
        return self.scope.run(lambda: self.query(*self.args, **self.kwargs))


def _tell_others(line: Line) -> None:
    """A navigation has used a newer answer than the subscribers know of: let them run again."""
    if line.seen is not None and line.seen != line.entry.born and line.count:
        start_transition(line.bump, scope=line.cache.scope)


def _name_of(fn: Callable[..., object]) -> str:
    name = name_of(fn)
    if name.endswith("<lambda>"):
        raise UsageError("A query made from a lambda needs a name: query(lambda id: ..., 'user').")
    return name


def _seconds(option: str, value: float, name: str, *, least: float = 0.0) -> float:
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not value >= least:  # pyright: ignore[reportUnnecessaryIsInstance]
        raise UsageError(f"query {name!r}: {option} is in seconds, at least {least:g}, and not {value!r}.")
    return float(value)


def _one_of(option: str, value: str, allowed: tuple[str, ...], name: str) -> str:
    if value not in allowed:
        words = ", ".join(repr(word) for word in allowed)
        raise UsageError(f"query {name!r}: {option} is one of {words}, and not {value!r}.")
    return value
