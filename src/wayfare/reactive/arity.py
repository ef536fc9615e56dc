"""How many arguments a function is given, looked up once, when it is handed over. The one rule:

- A function written in Python, a method, a lambda or a partial of one gets as many of the offered arguments
  as it asks for without a default. A parameter with a default is not filled in: `lambda row=row: ...` is how
  a Python loop binds a variable, and must never be given a value in its place.
- What is built in, a class, or something else whose signature says nothing certain (`print`, `str`, a mock, a
  function of `*args`) gets what it is called for, the first argument, unless it has no room for one.
- The function that a setter is given gets the previous value, unless it has no room for it.
- What is offered besides, such as a computation's last value, is given only to what asks for it.
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
_ANY = 1_000
"""The room of a function that takes any number of arguments."""


def _signature_of(fn: Callable[..., Any]) -> tuple[int, int, bool]:
    """The positional arguments of `fn`: without a default, at most, and whether that is certain."""
    plain, bound = (fn.__func__, 1) if isinstance(fn, MethodType) else (fn, 0)
    if isinstance(plain, FunctionType):
        code = plain.__code__
        # One that takes anything may be a decorator's: inspect looks at what it wraps.
        if not code.co_flags & _VARARGS:
            room = code.co_argcount - bound
            defaults = plain.__defaults__
            return (room if defaults is None else max(0, room - len(defaults))), room, True
    if not callable(plain):
        raise UsageError(_not_a_function(fn, "it"))
    try:
        parameters = inspect.signature(plain).parameters.values()
    except (TypeError, ValueError):
        return 0, _ANY, False
    positional = [each for each in parameters if each.kind in _POSITIONAL]
    required = max(0, sum(each.default is each.empty for each in positional) - bound)
    if any(each.kind is each.VAR_POSITIONAL for each in parameters):
        return required, _ANY, False
    return required, len(positional) - bound, isinstance(_written(plain, wrapped=True), FunctionType)


def _written(fn: Any, *, wrapped: bool = False) -> Any:
    """What was written: behind methods, partials and objects that can be called, or behind decorators too."""
    while True:
        if isinstance(fn, partial):
            fn = fn.func  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        elif isinstance(fn, MethodType):
            fn = fn.__func__
        elif wrapped and hasattr(fn, "__wrapped__"):
            fn = fn.__wrapped__
        elif isinstance(fn, FunctionType | type):
            return fn
        else:
            call = getattr(type(fn), "__call__", None)  # noqa: B004 - the function itself is looked for
            return call if isinstance(call, FunctionType) else fn


def required_arguments(fn: Callable[..., Any]) -> int:
    """The number of positional arguments without a default.

    >>> required_arguments(lambda: 1), required_arguments(lambda value: 1), required_arguments(lambda v=2: 1)
    (0, 1, 0)
    """
    return _signature_of(fn)[0]


def accepted_arguments(fn: Callable[..., Any], most: int, *, least: int = 0) -> int:
    """How many of `most` offered arguments `fn` is given.

    Parameters
    ----------
    least:
        How many it is given where it has the room, even if it has defaults for them.

    >>> accepted_arguments(lambda value: 1, 3), accepted_arguments(lambda row=1: row, 3)
    (1, 0)
    >>> accepted_arguments(print, 3), accepted_arguments(str, 3), accepted_arguments([].clear, 3)
    (1, 1, 0)
    """
    required, room, certain = _signature_of(fn)
    return min(max(required, min(least if certain else 1, room)), most)


def takes_nothing(fn: Callable[..., Any]) -> bool:
    """Whether `fn` has no room for an argument, not even by a parameter with a default.

    >>> takes_nothing(lambda: 1), takes_nothing(lambda value=1: value), takes_nothing(print)
    (True, False, False)
    """
    if type(fn) is FunctionType and fn.__code__.co_argcount:
        return False
    return _signature_of(fn)[1] <= 0


def _not_a_function(value: object, taker: str) -> str:
    got = f"{value!r:.60}, of type {type(value).__name__}"
    if inspect.iscoroutine(value):
        value.close()
    return (
        f"{taker} takes a function, and got {got}. Give the function itself, {taker}(save) or "
        f"{taker}(lambda: save(1)), not what a call of it gave"
    )


_TASK = (
    "Load data with create_async or create_resource; to begin work that takes time, start a task in an "
    "ordinary function and end it in on_cleanup."
)


def refuse_async(fn: Callable[..., Any], taker: str, instead: str = _TASK) -> None:
    """Raise where `fn` is `async def`, and so would be called, and never run.

    That is seen through methods, partials and objects with an async `__call__`.

    Raises
    ------
    UsageError
        Who takes no such function, and what to do `instead`.
    """
    written = fn if type(fn) is FunctionType else _written(fn)
    if isinstance(written, FunctionType) and written.__code__.co_flags & _ASYNC:
        raise UsageError(
            f"{taker} takes an ordinary function, and {written.__qualname__} is 'async def'. Nothing would "
            f"await it, and what it reads after an await could not be followed. {instead}"
        )


def takes_value(fn: Callable[..., Any], taker: str) -> bool:
    """Whether a computation's function asks for its last value.

    Raises
    ------
    UsageError
        It is no function; or it is `async def`, and so would be called, and never run.
    """
    if type(fn) is FunctionType:
        code = fn.__code__
        if code.co_flags & _ASYNC:
            refuse_async(fn, taker)
        if code.co_argcount == 0 and not code.co_flags & _VARARGS:
            return False
    elif callable(fn):
        refuse_async(fn, taker)
    else:
        raise UsageError(_not_a_function(fn, taker))
    return required_arguments(fn) > 0


def name_of(fn: Callable[..., Any], name: str | None) -> str:
    """The given name, or the function's: what messages and `inspect` call a node."""
    if name is not None:
        return name
    try:
        return fn.__name__
    except AttributeError:
        return name_of(fn.func, None) if isinstance(fn, partial) else type(fn).__name__
