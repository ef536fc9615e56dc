"""What a node is called when somebody looks: the name it was given, its function's, or its place.

A lambda has no name, a text of a page runs a function of this package, and a signal has no function at all.
So a label is worked out when it is asked for, from what a node holds, and making a node costs nothing for it:
the user's function is found in the closure of the one that runs, and a signal's variable in the closures of
those that read it.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Iterator
from pathlib import Path
from types import CellType, CodeType, FunctionType, MethodType
from typing import TYPE_CHECKING, Any, Final

from .nodes import Computation, Owner

if TYPE_CHECKING:
    from .graph import Signal

_PACKAGE: Final = str(Path(__file__).parents[1])
_LIBRARY: Final = str(Path(os.__file__).parent)
_MOST_SEARCHED: Final = 60
_MOST_READERS: Final = 20


def label_of(node: Any) -> str:
    """What `node` is called in messages.

    >>> from wayfare.reactive import create_memo, create_root, create_signal
    >>> count, _ = create_signal(1)
    >>> _ = create_root(lambda: create_memo(lambda: count() * 2, name="double"))
    >>> label_of(count.__self__)
    'count'
    """
    name: str = node.name or ""
    if not isinstance(node, Owner):
        return name or _variable_of(node) or "unnamed"
    function = user_function(node)
    if function is None or (name and function is getattr(node, "fn", None) and name != "<lambda>"):
        return name.strip("<>") or "unnamed"
    code = function.__code__
    return f"{name.strip('<>') or 'unnamed'} at {place_of(code, code.co_firstlineno)}"


def where_of(node: Any) -> str:
    """The file and line of the user's function that `node` runs, `main.py:12`; empty where it runs none."""
    function = user_function(node)
    return "" if function is None else place_of(function.__code__, function.__code__.co_firstlineno)


def place_of(code: CodeType, line: int) -> str:
    """A place in the source, as short as it says enough."""
    return f"{Path(code.co_filename).name}:{line}"


def user_function(node: Any) -> FunctionType | None:
    """The function of the program that a computation runs, itself or by one of this package."""
    if not isinstance(node, Computation):
        return None
    return next((found for found in _functions_in(node.fn) if is_users(found.__code__)), None)


def is_users(code: CodeType) -> bool:
    """Whether code was written outside of this package, in something that has lines to show."""
    return not code.co_filename.startswith((_PACKAGE, "<"))


def calling_place() -> str:
    """The innermost line outside of this package, and the function it is in; empty where that is a library's,
    such as the event loop's."""
    frame = inspect.currentframe()
    while frame is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        frame = frame.f_back
    if frame is None or frame.f_code.co_filename.startswith((_LIBRARY, "<")):
        return ""
    if "site-packages" in frame.f_code.co_filename:
        return ""
    return f"{place_of(frame.f_code, frame.f_lineno)} in {frame.f_code.co_name}"


def _functions_in(start: object) -> Iterator[FunctionType]:
    """The functions that are called by way of `start`: itself, what it is bound to, those in its closure."""
    todo: list[object] = [start]
    seen: set[int] = set()
    while todo and len(seen) < _MOST_SEARCHED:
        value = todo.pop(0)
        if id(value) in seen:
            continue
        seen.add(id(value))
        if type(value) is MethodType:
            todo.append(value.__func__)
            fn = _attribute(value.__self__, "fn", None)
            if callable(fn):
                todo.append(fn)
        elif type(value) is FunctionType:
            yield value
            held = [_content(cell) for cell in value.__closure__ or ()]
            todo.extend(each for each in held if type(each) in (FunctionType, MethodType))


def _attribute(value: object, name: str, default: Any) -> Any:
    """An attribute of whatever it is. The program's objects are only looked at: of a proxy, say of a request
    that is not there, any attribute may raise anything, even its class."""
    try:
        return getattr(value, name, default)
    except Exception:
        return default


def _content(cell: CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # nothing has been assigned yet
        return None


def _variable_of(signal: Signal) -> str | None:
    """The name under which those who read a signal know its getter."""
    for reader in list(signal.observers or ())[:_MOST_READERS]:
        for function in _functions_in(reader.fn):
            for name, value in _variables(function):
                if _reads(value, signal):
                    return name
                for attribute, held in list(_attribute(value, "__dict__", {}).items()):
                    if _reads(held, signal):
                        return f"{name}.{attribute}"
    return None


def _variables(function: FunctionType) -> Iterator[tuple[str, Any]]:
    """The variables that a function takes from around it."""
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        if name != "self" or is_users(function.__code__):
            yield name, _content(cell)
    for name in function.__code__.co_names:
        if name in function.__globals__:
            yield name, function.__globals__[name]


def _reads(value: object, signal: Signal) -> bool:
    return type(value) is MethodType and value.__self__ is signal and value.__name__ == "read"
