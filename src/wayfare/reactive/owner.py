"""Who owns what: owners, roots, cleanups, contexts and error handlers.

Everything made while a computation or a root runs belongs to it, and goes when it goes. A context's
values live in a dict that an owner shares with its parent until a provider adds to it, so looking one
up takes the same time however deep the page is.
"""

from __future__ import annotations

import asyncio
import itertools
import warnings
import weakref
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any, Generic, TypeVar, cast, overload

from .._types import Description
from ..errors import UsageError
from . import graph, nodes
from .arity import accepted_arguments, refuse_async, required_arguments
from .graph import ERRORS
from .nodes import Owner
from .now import now
from .scope import Scope, check_thread, current_scope_or_none

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., object])


class _Current:
    """The default of `owner=` and `parent=`: whoever is current."""


CURRENT = _Current()
_awaiting: ContextVar[tuple[Owner, weakref.ref[asyncio.Task[Any]]] | None] = ContextVar(
    "wayfare_awaiting", default=None
)
"""Where the task of an async handler looks contexts up, and which task that is: what it starts is not it."""
_counter = itertools.count()


def get_owner() -> Owner | None:
    """The owner that is current, or None outside of everything.

    >>> create_root(lambda: get_owner() is not None)
    True

    Upstream: https://docs.solidjs.com/reference/reactive-utilities/get-owner
    """
    return now.owner


def create_owner(parent: Owner | _Current | None = CURRENT, *, name: str = "") -> Owner:
    """A plain owner under `parent` (default: the current one): what a mounted component gets.

    It goes when its parent goes or runs again, or by `dispose`.

    >>> def build():
    ...     owner = create_owner(name="Card")
    ...     run_with_owner(owner, lambda: on_cleanup(lambda: print("gone")))
    ...     dispose(owner)
    >>> create_root(build)
    gone
    """
    check_thread()
    above = now.owner if isinstance(parent, _Current) else parent
    owner = Owner(above, name)
    if above is not None and above.state != nodes.GONE:
        if above.owned is None:
            above.owned = {owner: None}
        else:
            above.owned[owner] = None
    if now.running is not None:
        now.running.born(owner)
    return owner


def dispose(owner: Owner) -> None:
    """Dispose of `owner` and everything under it: children first, newest first, then its cleanups.

    Inside a running transition, what is older than the transition goes at its commit.

    >>> owner = create_root(lambda: (on_cleanup(lambda: print("gone")), get_owner())[1])
    >>> dispose(owner)
    gone
    """
    graph.run_updates(lambda: graph.dispose(owner), True)


def create_root(
    fn: Callable[[], T] | Callable[[Callable[[], None]], T],
    *,
    owner: Owner | _Current | None = CURRENT,
    scope: Scope | None = None,
    name: str = "",
) -> T:
    """Run `fn` under an owner of its own that nothing but its `dispose` ends.

    Parameters
    ----------
    fn:
        Called with a function that disposes of the root, or with nothing where it takes nothing.
    owner:
        Whose contexts and error handlers are in force; the current owner's by default, None for nobody's.
    scope:
        The page or program the root belongs to; its owner's by default.
    name:
        For messages and `inspect`.

    >>> def build(dispose):
    ...     on_cleanup(lambda: print("gone"))
    ...     return dispose
    >>> create_root(build)()
    gone

    Upstream: https://docs.solidjs.com/reference/reactive-utilities/create-root
    """
    check_thread()
    above = now.owner if isinstance(owner, _Current) else owner
    root = Owner(above, name)
    if scope is not None:
        root.scope = scope
    elif root.scope is None:
        # what runs again later runs from a timer or a task, where another scope may be current, or none
        root.scope = current_scope_or_none()
    if now.running is not None:
        now.running.born(root)
    outer_owner, outer_listener = now.owner, now.listener
    function = cast("Callable[..., T]", fn)
    call = (lambda: function(lambda: dispose(root))) if required_arguments(fn) else function
    now.owner = root
    now.listener = None
    try:
        return cast(T, graph.run_updates(call, True))
    except Exception as error:
        graph.handle_error(root, error)
        return cast(T, None)
    finally:
        now.owner = outer_owner
        now.listener = outer_listener


def run_with_owner(owner: Owner | None, fn: Callable[[], T]) -> T:
    """Run `fn` untracked, as if inside `owner`: what it makes belongs to it, its errors go to its handlers.

    Returns what `fn` returns, or None where it raised and a handler took the error.

    >>> owner = create_root(get_owner)
    >>> run_with_owner(owner, lambda: on_cleanup(lambda: print("gone"))) and dispose(owner)
    gone

    Upstream: https://docs.solidjs.com/reference/reactive-utilities/run-with-owner
    """
    check_thread()
    outer_owner, outer_listener = now.owner, now.listener
    now.owner = owner
    now.listener = None
    try:
        return cast(T, graph.run_updates(fn, True))
    except Exception as error:
        graph.handle_error(owner, error)
        return cast(T, None)
    finally:
        now.owner = outer_owner
        now.listener = outer_listener


class OwnerWarning(UserWarning):
    """Something was made where nobody owns it, so that it can't end."""


def note_unowned(name: str, so: str) -> None:
    """Warns of what was called outside of every root, as upstream does in development."""
    warnings.warn(
        f"{name} was called outside of a root and of a component, so it {so}. Call it in create_root(...), "
        "in a component's body, or, after an await, by run_with_owner(owner, ...) with what get_owner() gave "
        "before.",
        OwnerWarning,
        stacklevel=3,
    )


def on_cleanup(fn: F) -> F:
    """Call `fn` when the current owner is disposed of or runs again. Without an owner, nothing happens.

    >>> create_root(lambda dispose: (on_cleanup(lambda: print("bye")), dispose())) and None
    bye

    Upstream: https://docs.solidjs.com/reference/lifecycle/on-cleanup
    """
    if not callable(fn):
        raise UsageError(
            f"on_cleanup takes a function, and got {fn!r:.60}. Give the function itself, on_cleanup(close) "
            "or on_cleanup(lambda: close(1)), not what a call of it gave"
        )
    refuse_async(fn, "on_cleanup", "Cancel a task that is still at work, or start one that closes the rest.")
    owner = now.owner
    if owner is None:
        note_unowned("on_cleanup", "is never called, because nothing ends")
    else:
        if owner.cleanups is None:
            owner.cleanups = [fn]
        else:
            owner.cleanups.append(fn)
    return fn


def handle_error(owner: Owner | None, error: BaseException) -> None:
    """Give `error` to the nearest `catch_error` handler above `owner`; raise it where there is none.

    `NotReady` and what is no `Exception` are always raised.

    >>> owner = create_root(lambda: catch_error(get_owner, lambda error: print("caught:", error)))
    >>> handle_error(owner, ValueError("no such book"))
    caught: no such book
    """
    graph.handle_error(owner, error)


def catch_error(
    fn: Callable[[], T], handler: Callable[[Exception], object] | Callable[[], object]
) -> T | None:
    """Run `fn` and give what it, or anything made in it, ever raises to `handler`.

    >>> def build():
    ...     return catch_error(lambda: 1 / 0, lambda error: print("caught:", error))
    >>> create_root(build)
    caught: division by zero

    Upstream: https://docs.solidjs.com/reference/reactive-utilities/catch-error
    """
    owner = create_owner(name="catch_error")
    owner.context = {**(owner.context or {}), ERRORS: [_of_error(handler, "catch_error")]}
    outer = now.owner
    now.owner = owner
    try:
        return fn()
    except Exception as error:
        graph.handle_error(owner, error)
        return None
    finally:
        now.owner = outer


def _of_error(handler: Callable[..., object], taker: str) -> Callable[[Exception], object]:
    refuse_async(handler, taker, "Note the error, and start a task where it is to be told elsewhere.")
    return handler if accepted_arguments(handler, 1) else lambda _: handler()


def on_error(handler: Callable[[Exception], object] | Callable[[], object]) -> None:
    """Handle the errors of everything under the current owner, also of what is there already.

    Parameters
    ----------
    handler:
        Called with the exception; what it raises goes to the handlers above.

    Upstream's older form of `catch_error`, which reads better. Handlers of one owner are all called.

    >>> def build():
    ...     on_error(lambda error: print("caught:", error))
    ...     1 / 0
    >>> create_root(build)
    caught: division by zero

    Upstream: https://docs.solidjs.com/reference/reactive-utilities/catch-error
    """
    owner = now.owner
    if owner is None:
        return
    handlers = owner.context.get(ERRORS) if owner.context is not None else None
    above = owner.parent.context.get(ERRORS) if owner.parent is not None and owner.parent.context else None
    if handlers is not None and handlers is not above:
        handlers.append(_of_error(handler, "on_error"))
        return
    set_context(owner, ERRORS, [_of_error(handler, "on_error")])


def set_context(owner: Owner, key: object, value: object) -> None:
    """Put a value into `owner`'s context, and into that of what is under it already and shares it."""
    shared = owner.context
    changed = {**(shared or {}), key: value}
    stack = [owner]
    while stack:
        node = stack.pop()
        if node.context is shared:
            node.context = changed
            stack.extend(node.owned or ())


class Provided(Description):
    """`Ctx.Provider(value=...)[...]`: what is described inside is mounted with that value in force."""

    __slots__ = ("children", "context", "value")

    def __init__(self, context: Context[Any], value: object, children: Any = None) -> None:
        self.context = context
        self.value = value
        self.children = children

    def __getitem__(self, children: Any) -> Provided:
        return Provided(self.context, self.value, children)


class Context(Generic[T]):
    """What `create_context` gives: a key for a value that travels down the ownership tree."""

    __slots__ = ("default", "name")

    def __init__(self, default: T, name: str = "") -> None:
        self.default = default
        self.name = name

    def Provider(self, *, value: T) -> Provided:  # noqa: N802 - used as a component
        """Describes a provider: `Theme.Provider(value="dark")[...]`."""
        return Provided(self, value)

    def __repr__(self) -> str:
        return f"<Context {self.name or 'unnamed'}>"


@overload
def create_context(default: T, *, name: str = ...) -> Context[T]: ...
@overload
def create_context(*, name: str = ...) -> Context[Any]: ...
def create_context(default: Any = None, *, name: str = "") -> Context[Any]:
    """A context: a value that everything under a provider can read, without handing it down.

    Parameters
    ----------
    default:
        What `use_context` gives where no provider is above.
    name:
        For messages.

    >>> theme = create_context("light")
    >>> create_root(lambda: provide_context(theme, "dark", lambda: use_context(theme)))
    'dark'
    >>> use_context(theme)
    'light'

    Upstream: https://docs.solidjs.com/reference/component-apis/create-context
    """
    return Context(default, name)


async def await_for(owner: Owner, awaitable: Awaitable[T]) -> T:
    """Await in the current task, with the contexts of `owner` in force meanwhile.

    For async handlers: no owner is current in them, so that what they make is not owned by accident.
    """
    task = asyncio.current_task()
    assert task is not None
    token = _awaiting.set((owner, weakref.ref(task)))
    try:
        return await awaitable
    finally:
        _awaiting.reset(token)


def _owner_of_task() -> Owner | None:
    found = _awaiting.get()
    if found is None:
        return None
    try:
        return found[0] if found[1]() is asyncio.current_task() else None
    except RuntimeError:  # a thread that an async handler waits for has its context, and no loop
        return None


def use_context(context: Context[T]) -> T:
    """The value of the nearest provider above the current owner, or the context's default.

    In an async handler that is the provider above its element, before an `await` and after it.

    >>> size = create_context("small")
    >>> use_context(size), create_root(lambda: provide_context(size, "big", lambda: use_context(size)))
    ('small', 'big')

    Upstream: https://docs.solidjs.com/reference/component-apis/use-context
    """
    owner = now.owner or _owner_of_task()
    if not isinstance(context, Context):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise UsageError(
            f"use_context takes what create_context gave, and got {context!r:.60}, of type "
            f"{type(context).__name__}. Write Theme = create_context('light'), and use_context(Theme)."
        )
    if owner is None or owner.context is None:
        return context.default
    return cast(T, owner.context.get(context, context.default))


def context_of(owner: Owner | None, context: Context[T]) -> T:
    """The value that `context` has at `owner`."""
    if owner is None or owner.context is None:
        return context.default
    return cast(T, owner.context.get(context, context.default))


def provide_context(context: Context[T], value: T, fn: Callable[[], Any]) -> Any:
    """Run `fn` under an owner of its own, below which `context` has `value`; returns what `fn` returns.

    In a page, `Theme.Provider(value="dark")[...]` does so for what is inside its brackets.

    >>> theme = create_context("light")
    >>> create_root(lambda: provide_context(theme, "dark", lambda: use_context(theme)))
    'dark'

    Upstream: https://docs.solidjs.com/reference/component-apis/create-context
    """
    owner = create_owner(name=f"{context.name or 'context'} provider")
    owner.context = {**(owner.context or {}), context: value}
    return run_with_owner(owner, fn)


def create_unique_id() -> str:
    """A name that no other call in this process gives, for `id` and `for` attributes.

    >>> create_unique_id() != create_unique_id()
    True

    Upstream: https://docs.solidjs.com/reference/component-apis/create-unique-id
    """
    return f"w-{next(_counter)}"
