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

from ..errors import UsageError

_VARARGS = inspect.CO_VARARGS
_ASYNC = inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR
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
            required = code.co_argcount - bound
            defaults = fn.__defaults__
            return required if defaults is None else max(0, required - len(defaults))
    if not callable(fn):
        raise UsageError(_not_a_function(fn, "it"))
    try:
        parameters = inspect.signature(fn).parameters.values()
    except (TypeError, ValueError):
        return 0
    return max(0, sum(p.kind in _POSITIONAL and p.default is p.empty for p in parameters) - bound)


def _not_a_function(value: object, taker: str) -> str:
    got = f"{value!r:.60}, of type {type(value).__name__}"
    if inspect.iscoroutine(value):
        value.close()
    return (
        f"{taker} takes a function, and got {got}. Give the function itself, {taker}(save) or "
        f"{taker}(lambda: save(1)), not what a call of it gave"
    )


def takes_value(fn: Callable[..., Any], taker: str) -> bool:
    """Whether a computation's function wants its last value.

    Raises:
        UsageError: it is no function; or it is `async def`, and so would be called, and never run.
    """
    if type(fn) is FunctionType:
        code = fn.__code__
        if code.co_flags & _ASYNC:
            raise UsageError(
                f"{taker} takes an ordinary function, and {fn.__qualname__} is 'async def'. What it reads "
                "after an await could not be followed. Load data with create_async or create_resource; to "
                "begin work that takes time, start a task in the effect and end it in on_cleanup."
            )
        if code.co_argcount == 0 and not code.co_flags & _VARARGS:
            return False
    elif not callable(fn):
        raise UsageError(_not_a_function(fn, taker))
    return required_arguments(fn) > 0


def accepted_arguments(fn: Callable[..., Any], most: int) -> int:
    """How many of `most` offered arguments to give: those without a default, at most `most`."""
    return min(required_arguments(fn), most)


def takes_nothing(fn: Callable[..., Any]) -> bool:
    """Whether `fn` was written to take no argument. What is built in, as `print` and `str`, may take one.

    >>> takes_nothing(lambda: 1), takes_nothing(lambda value: 1), takes_nothing(print)
    (True, False, False)
    """
    plain = fn.__func__ if isinstance(fn, MethodType) else fn
    if not isinstance(plain, FunctionType) or plain.__code__.co_flags & _VARARGS:
        return False
    return required_arguments(fn) == 0


def name_of(fn: Callable[..., Any], name: str | None) -> str:
    """The given name, or the function's: what messages and `inspect` call a node."""
    if name is not None:
        return name
    try:
        return fn.__name__
    except AttributeError:
        return name_of(fn.func, None) if isinstance(fn, partial) else type(fn).__name__
