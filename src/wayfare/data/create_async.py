"""`create_async`: an async function's value as something to read.

What it reads before its first wait is tracked, the queries it calls included, so it runs again when a signal
changes or a query is revalidated. The newest run wins; a run that nobody waits for any more is called off.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, Generic, TypeVar, overload

from ..errors import UsageError
from ..reactive import (
    Resource,
    context_of,
    create_computed,
    create_store,
    current_scope,
    get_owner,
    on_cleanup,
    reconcile,
    required_arguments,
    suspense_context,
    untrack,
    unwrap,
)
from .answer import Answer
from .intent import FirstResponse, provided
from .origins import name_of
from .page_cache import cache_of
from .query import Query

T = TypeVar("T")


class _Missing:
    def __repr__(self) -> str:
        return "…"


_NONE_GIVEN: Final = _Missing()


class AsyncAccessor(Generic[T]):
    """Reads what `create_async` has fetched: call it, or read `latest`.

    Calling it gives the value. Before the first one has come, the reader is suspended where there is a
    `Suspense` above it; with none it gives `initial_value`, or `None`. A value stays readable while it is
    fetched again. Raises what the function raised.
    """

    __slots__ = ("__name__", "_cache", "_resource")

    def __init__(self, resource: Any, name: str) -> None:
        self._resource = resource
        self._cache = cache_of(current_scope())
        self.__name__ = name

    def __call__(self) -> T:
        if not self._cache.guarded:
            self._look_above()
        return self._resource()  # type: ignore[no-any-return]

    @property
    def latest(self) -> T:
        """The newest value there is, without suspending while a newer one is on its way."""
        if not self._cache.guarded:
            self._look_above()
        return self._resource.latest  # type: ignore[no-any-return]

    def _look_above(self) -> None:
        if context_of(get_owner(), suspense_context) is not None:
            self._cache.guarded = True

    def __repr__(self) -> str:
        return f"<AsyncAccessor {self.__name__}>"


@overload
def create_async(
    fn: Callable[[], Awaitable[T] | None],
    *,
    name: str | None = None,
    initial_value: Any = ...,
    defer_stream: bool = False,
) -> AsyncAccessor[T]: ...
@overload
def create_async(
    fn: Callable[[Any], Awaitable[T] | None],
    *,
    name: str | None = None,
    initial_value: Any = ...,
    defer_stream: bool = False,
) -> AsyncAccessor[T]: ...
@overload
def create_async(
    fn: Callable[[], T] | Callable[[Any], T],
    *,
    name: str | None = None,
    initial_value: Any = ...,
    defer_stream: bool = False,
) -> AsyncAccessor[T]: ...
def create_async(
    fn: Callable[..., Any],
    *,
    name: str | None = None,
    initial_value: Any = _NONE_GIVEN,
    defer_stream: bool = False,
) -> AsyncAccessor[Any]:
    """Read the value of an async function, usually a query's, wherever it is needed, and follow it.

    `fn` takes nothing, or the value so far. It runs again when what it read has changed; while it gives
    `None` or `False` there is nothing to wait for, and the last value stays. `initial_value` is read until
    the first one has come; `name` shows in messages. A page's first response waits for what is read before
    it has come; with `defer_stream`, also where nothing reads it, or only reads `latest`: for what sets a
    header or redirects. It waits no longer than `Limits.first_render_seconds`.

    >>> import asyncio
    >>> from wayfare.reactive import create_root
    >>> async def main():
    ...     async def fetch():
    ...         return "Ann"
    ...     user = create_root(lambda: create_async(fetch, initial_value="nobody"))
    ...     before = user()
    ...     await asyncio.sleep(0.01)
    ...     print(before, "then", user())
    >>> asyncio.run(main())
    nobody then Ann

    Source: https://docs.solidjs.com/solid-router/reference/data-apis/create-async
    """
    return _follow(fn, name, initial_value, None, defer_stream)


@overload
def create_async_store(
    fn: Callable[[], Awaitable[T] | None],
    *,
    name: str | None = None,
    initial_value: Any = ...,
    defer_stream: bool = False,
    reconcile: Mapping[str, Any] | None = None,
) -> AsyncAccessor[T]: ...
@overload
def create_async_store(
    fn: Callable[[Any], Awaitable[T] | None],
    *,
    name: str | None = None,
    initial_value: Any = ...,
    defer_stream: bool = False,
    reconcile: Mapping[str, Any] | None = None,
) -> AsyncAccessor[T]: ...
@overload
def create_async_store(
    fn: Callable[[], T] | Callable[[Any], T],
    *,
    name: str | None = None,
    initial_value: Any = ...,
    defer_stream: bool = False,
    reconcile: Mapping[str, Any] | None = None,
) -> AsyncAccessor[T]: ...
def create_async_store(
    fn: Callable[..., Any],
    *,
    name: str | None = None,
    initial_value: Any = _NONE_GIVEN,
    defer_stream: bool = False,
    reconcile: Mapping[str, Any] | None = None,
) -> AsyncAccessor[Any]:
    """Like `create_async`, with a store for the value: a newer one is merged in, only what differs changes.

    `fn`, `name`, `initial_value` and `defer_stream` are those of `create_async`.

    Rows of a list are told apart by their `id`, so a row that has moved stays the same row; `reconcile` holds
    other options of `wayfare.reactive.reconcile`, as in `{"key": "isbn"}`. The value is copied on its way in,
    so the fetched data itself never changes.

    >>> import asyncio
    >>> from wayfare.reactive import create_root
    >>> async def main():
    ...     async def fetch():
    ...         return [{"id": 1, "title": "Tea"}]
    ...     todos = create_root(lambda: create_async_store(fetch, initial_value=[]))
    ...     await asyncio.sleep(0.01)
    ...     print(todos()[0]["title"])
    >>> asyncio.run(main())
    Tea

    Source: https://docs.solidjs.com/solid-router/reference/data-apis/create-async-store
    """
    options = dict(reconcile or {})
    return _follow(
        fn, name, initial_value, lambda first: _deep_signal(first, options), defer_stream, plain=unwrap
    )


def _deep_signal(first: Any, options: dict[str, Any]) -> tuple[Callable[[], Any], Callable[[Any], Any]]:
    """A signal whose value is a store, and whose writes are merged into what is there."""
    store, set_store = create_store({"value": copy.deepcopy(first)})

    def write(value: Any) -> None:
        new = value(store["value"]) if callable(value) else value
        set_store("value", reconcile(copy.deepcopy(unwrap(new)), **options))

    return (lambda: store["value"]), write


def _follow(
    fn: Callable[..., Any],
    name: str | None,
    initial_value: Any,
    storage: Callable[[Any], tuple[Callable[[], Any], Callable[[Any], Any]]] | None,
    defer_stream: bool,
    plain: Callable[[Any], Any] = lambda value: value,
) -> AsyncAccessor[Any]:
    if not callable(fn):
        if inspect.iscoroutine(fn):
            fn.close()
        raise UsageError(
            f"create_async takes a function that fetches, and got {fn!r:.80}, which has begun already. Write "
            "create_async(get_user), or create_async(lambda: get_user(1)): it runs again when what it read "
            "has changed."
        )
    _check_arguments(fn)
    label = name or _label_of(fn)
    given: dict[str, Any] = {} if isinstance(initial_value, _Missing) else {"initial_value": initial_value}
    resource = Resource[Any](_value_of, name=label, storage=storage, **given)
    resource.follow(_given_previous(fn, resource, plain) if _wants_previous(fn) else fn)
    if defer_stream:
        _defer_first_response(resource)
    return AsyncAccessor(resource, label)


def _defer_first_response(resource: Resource[Any]) -> None:
    """Keep the first response of a page back until there is an outcome, whether anything reads it or not."""
    first = provided(current_scope(), FirstResponse)
    if first is None:
        return
    release = first.hold()
    on_cleanup(release)

    def follow() -> None:
        if not resource.loading:
            release()

    create_computed(follow, name=f"{resource.name} deferred")


def _check_arguments(fn: object) -> None:
    if isinstance(fn, Query) and (missing := fn.required):
        raise UsageError(
            f"create_async calls the query {fn.key!r} with nothing, and it needs {', '.join(missing)}. Write "
            "create_async(lambda: get_user(user_id())): it runs again when what it read has changed."
        )


def _label_of(fn: Callable[..., Any]) -> str:
    return fn.key if isinstance(fn, Query) else name_of(fn)


def _wants_previous(fn: Callable[..., Any]) -> bool:
    return not isinstance(fn, Query) and required_arguments(fn) > 0


def _given_previous(
    fn: Callable[..., Any], resource: Resource[Any], plain: Callable[[Any], Any]
) -> Callable[[], Any]:
    """`fn` with the value so far as its argument."""
    called = False

    def previous() -> Any:
        nonlocal called
        if not called:
            called = True
            return None
        try:
            return plain(
                untrack(lambda: None if resource.state in ("unresolved", "pending") else resource.latest)
            )
        except Exception:
            return None

    return lambda: fn(previous())


def _value_of(given: Any) -> Any:
    """What there is to wait for, or the value where that is known: a kept answer is read without a wait.

    A kept redirect is waited for: the page that it leads away from is not to show meanwhile.
    """
    if isinstance(given, Answer):
        answer: Answer[Any] = given  # pyright: ignore[reportUnknownVariableType]
        return answer.value if answer.done and not answer.redirects else answer
    return given
