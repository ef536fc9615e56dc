"""Functions as they come: where they were written, what they are called, whether they are async."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from types import FunctionType

from ..errors import UsageError


def plain(fn: Callable[..., object]) -> Callable[..., object]:
    """The function inside of partials."""
    while isinstance(fn, functools.partial):
        fn = fn.func
    return fn


def is_async(fn: Callable[..., object]) -> bool:
    """Whether calling `fn` gives a coroutine, as far as can be told without calling it."""
    inner = plain(fn)
    return inspect.iscoroutinefunction(inner) or inspect.iscoroutinefunction(getattr(inner, "__call__", None))  # noqa: B004


def name_of(fn: Callable[..., object]) -> str:
    """The qualified name of a function; that of the class, for an object that is called."""
    inner = plain(fn)
    return str(getattr(inner, "__qualname__", type(inner).__qualname__))


def origin_of(fn: Callable[..., object]) -> str:
    """Where a function was written, as `file:line`: the same for every time that its `def` is run."""
    inner = inspect.unwrap(plain(fn))
    code = getattr(inner, "__code__", None)
    if code is None:
        return f"{type(inner).__module__}.{type(inner).__qualname__}"
    return f"{code.co_filename}:{code.co_firstlineno}"


def check_function(fn: object, what: str) -> None:
    """Raise where `fn` can't be made a query or an action: it is no function, or one of a class."""
    if not callable(fn):
        given = f"{fn!r:.80} of type {type(fn).__qualname__}"
        if inspect.iscoroutine(fn):
            fn.close()
        raise UsageError(
            f"{what} takes a function, and got {given}. Give the function itself, {what}(fetch), not what a "
            "call of it gave."
        )
    if isinstance(fn, FunctionType) and fn.__code__.co_varnames[:1] in (("self",), ("cls",)):
        raise UsageError(
            f"The {what} {name_of(fn)} is a method. A {what} is one for the whole program, and an object is "
            f"no part of its key: write a function outside of the class, or {what}(there.method) of an "
            "object that is there for good."
        )
