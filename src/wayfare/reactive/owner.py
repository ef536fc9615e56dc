"""Who owns what: owners, roots, cleanups, contexts and error handlers.

Everything made while a computation or a root runs belongs to it, and goes when it goes. A context's
values live in a dict that an owner shares with its parent until a provider adds to it, so looking one
up takes the same time however deep the page is.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any, Generic, TypeVar, cast, overload

from .._types import Description
from . import graph, nodes
from .arity import required_arguments
from .graph import ERRORS
from .nodes import Owner
from .scope import Scope, current_scope_or_none

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., object])


class _Current:
    """The default of `owner=` and `parent=`: whoever is current."""


CURRENT = _Current()
_counter = itertools.count()


def get_owner() -> Owner | None:
    """The owner that is current, or None outside of everything.

    >>> create_root(lambda: get_owner() is not None)
    True
    """
    return graph.now.owner


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
    above = graph.now.owner if isinstance(parent, _Current) else parent
    owner = Owner(above, name)
    if above is not None and above.state != nodes.GONE:
        if above.owned is None:
            above.owned = {owner: None}
        else:
            above.owned[owner] = None
    if graph.running is not None:
        graph.running.born(owner)
    return owner


def dispose(owner: Owner) -> None:
    """Dispose of `owner` and everything under it: children first, newest first, then its cleanups.

    Inside a running transition, what is older than the transition goes at its commit.
    """
    graph.run_updates(lambda: graph.dispose(owner), True)


def create_root(
    fn: Callable[..., T],
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

    >>> def build(dispose):
    ...     on_cleanup(lambda: print("gone"))
    ...     return dispose
    >>> create_root(build)()
    gone
    """
    above = graph.now.owner if isinstance(owner, _Current) else owner
    root = Owner(above, name)
    if scope is not None:
        root.scope = scope
    elif root.scope is None:
        # what runs again later runs from a timer or a task, where another scope may be current, or none
        root.scope = current_scope_or_none()
    if graph.running is not None:
        graph.running.born(root)
    outer_owner, outer_listener = graph.now.owner, graph.now.listener
    call: Callable[[], T] = (lambda: fn(lambda: dispose(root))) if required_arguments(fn) else fn
    graph.now.owner = root
    graph.now.listener = None
    try:
        return cast(T, graph.run_updates(call, True))
    except Exception as error:
        graph.handle_error(root, error)
        return cast(T, None)
    finally:
        graph.now.owner = outer_owner
        graph.now.listener = outer_listener


def run_with_owner(owner: Owner | None, fn: Callable[[], T]) -> T:
    """Run `fn` untracked, as if inside `owner`: what it makes belongs to it, its errors go to its handlers.

    Returns what `fn` returns, or None where it raised and a handler took the error.
    """
    outer_owner, outer_listener = graph.now.owner, graph.now.listener
    graph.now.owner = owner
    graph.now.listener = None
    try:
        return cast(T, graph.run_updates(fn, True))
    except Exception as error:
        graph.handle_error(owner, error)
        return cast(T, None)
    finally:
        graph.now.owner = outer_owner
        graph.now.listener = outer_listener


def on_cleanup(fn: F) -> F:
    """Call `fn` when the current owner is disposed of or runs again. Without an owner, nothing happens.

    >>> create_root(lambda dispose: (on_cleanup(lambda: print("bye")), dispose())) and None
    bye
    """
    owner = graph.now.owner
    if owner is not None:
        if owner.cleanups is None:
            owner.cleanups = [fn]
        else:
            owner.cleanups.append(fn)
    return fn


def handle_error(owner: Owner | None, error: BaseException) -> None:
    """Give `error` to the nearest `catch_error` handler above `owner`; raise it where there is none.

    `NotReady` and what is no `Exception` are always raised.
    """
    graph.handle_error(owner, error)


def catch_error(fn: Callable[[], T], handler: Callable[[Exception], object]) -> T | None:
    """Run `fn` and give what it, or anything made in it, ever raises to `handler`.

    >>> def build():
    ...     return catch_error(lambda: 1 / 0, lambda error: print("caught:", error))
    >>> create_root(build)
    caught: division by zero
    """
    owner = create_owner(name="catch_error")
    owner.context = {**(owner.context or {}), ERRORS: [handler]}
    outer = graph.now.owner
    graph.now.owner = owner
    try:
        return fn()
    except Exception as error:
        graph.handle_error(owner, error)
        return None
    finally:
        graph.now.owner = outer


def on_error(handler: Callable[[Exception], object]) -> None:
    """Handle the errors of everything under the current owner, also of what is there already.

    Upstream's older form of `catch_error`, which reads better. Handlers of one owner are all called.
    """
    owner = graph.now.owner
    if owner is None:
        return
    handlers = owner.context.get(ERRORS) if owner.context is not None else None
    above = owner.parent.context.get(ERRORS) if owner.parent is not None and owner.parent.context else None
    if handlers is not None and handlers is not above:
        handlers.append(handler)
        return
    set_context(owner, ERRORS, [handler])


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

    >>> theme = create_context("light")
    >>> create_root(lambda: provide_context(theme, "dark", lambda: use_context(theme)))
    'dark'
    >>> use_context(theme)
    'light'
    """
    return Context(default, name)


def use_context(context: Context[T]) -> T:
    """The value of the nearest provider above the current owner, or the context's default."""
    owner = graph.now.owner
    if owner is None or owner.context is None:
        return context.default
    return cast(T, owner.context.get(context, context.default))


def context_of(owner: Owner | None, context: Context[T]) -> T:
    """The value that `context` has at `owner`."""
    if owner is None or owner.context is None:
        return context.default
    return cast(T, owner.context.get(context, context.default))


def provide_context(context: Context[T], value: T, fn: Callable[[], Any]) -> Any:
    """Run `fn` under an owner of its own, below which `context` has `value`; returns what `fn` returns."""
    owner = create_owner(name=f"{context.name or 'context'} provider")
    owner.context = {**(owner.context or {}), context: value}
    return run_with_owner(owner, fn)


def create_unique_id() -> str:
    """A name that no other call in this process gives, for `id` and `for` attributes.

    >>> create_unique_id() != create_unique_id()
    True
    """
    return f"w-{next(_counter)}"
