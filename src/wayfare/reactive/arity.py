"""How many arguments a function wants, looked up once, when it is handed over.

A parameter with a default is not counted: `lambda row=row: ...` is how a Python loop binds a variable,
and must never be given a previous value in its place.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial
from types import FunctionType, MethodType
from typing import Any

_VARARGS = inspect.CO_VARARGS
_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def required_arguments(fn: Callable[..., Any]) -> int:
    """The number of positional arguments without a default.

    >>> required_arguments(lambda: 1), required_arguments(lambda value: 1), required_arguments(lambda v=2: 1)
    (0, 1, 0)
    """
    bound = 0
    if isinstance(fn, MethodType):
        fn = fn.__func__
        bound = 1
    if isinstance(fn, FunctionType):
        code = fn.__code__
        # One that takes anything may be a decorator's: inspect looks at what it wraps.
        if not code.co_flags & _VARARGS:
            defaults = fn.__defaults__
            if defaults is None:
                return code.co_argcount - bound
            return max(0, code.co_argcount - len(defaults) - bound)
    try:
        parameters = inspect.signature(fn).parameters.values()
    except (TypeError, ValueError):
        return 0
    return max(0, sum(p.kind in _POSITIONAL and p.default is p.empty for p in parameters) - bound)


def accepted_arguments(fn: Callable[..., Any], most: int) -> int:
    """How many of `most` offered arguments to give: those without a default, at most `most`."""
    return min(required_arguments(fn), most)


def name_of(fn: Callable[..., Any], name: str | None) -> str:
    """The given name, or the function's: what messages and `inspect` call a node."""
    if name is not None:
        return name
    try:
        return fn.__name__
    except AttributeError:
        return name_of(fn.func, None) if isinstance(fn, partial) else type(fn).__name__
