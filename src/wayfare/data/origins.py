"""Functions as they come: where they were written, what they are called, whether they are async."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable


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


def wants_argument(fn: Callable[..., object]) -> bool:
    """Whether `fn` has a positional parameter without a default: with one is how a loop binds a variable."""
    try:
        parameters = inspect.signature(fn).parameters.values()
    except (TypeError, ValueError):
        return False
    return any(
        p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) and p.default is p.empty for p in parameters
    )
