"""Match filters: what a param has to look like for its route to match, and what it is turned into.

A filter is compiled once, when routes are built, to a function of the decoded text that gives the
param's value or `MISS`. Types turn the text (`int` gives an int), everything else only tests it.
Filters of a kind that could never match are refused here instead of silently matching nothing.
"""

from __future__ import annotations

import enum
import inspect
import re
import uuid
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from math import isfinite
from types import GenericAlias
from typing import Any, Final, Literal, TypeAlias, cast, get_args, get_origin

from ..errors import RouteError
from .search import typed_text

MatchFilter: TypeAlias = "str | Collection[str] | re.Pattern[str] | type | Callable[[str], object]"
"""A text or texts to be equal to, a compiled `re` (searched), a type, or a function of the text."""

Test: TypeAlias = Callable[[str], object]


class _Miss(enum.Enum):
    MISS = "no match"


MISS: Final = _Miss.MISS

_INT = re.compile(r"-?[0-9]{1,100}\Z")
_NUMBER = re.compile(r"-?[0-9]{1,100}(\.[0-9]{1,100})?\Z")
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\Z", re.I)


def _integer(text: str) -> object:
    # `int()` itself also takes "1_0", " 7 " and other scripts' digits: three URLs for one page.
    return int(text) if _INT.match(text) else MISS


def _floating(text: str) -> object:
    value = float(text) if _NUMBER.match(text) else float("nan")
    return value if isfinite(value) else MISS


def _decimal(text: str) -> object:
    try:
        return Decimal(text) if _NUMBER.match(text) else MISS
    except InvalidOperation:
        return MISS


def _uuid(text: str) -> object:
    return uuid.UUID(text) if _UUID.match(text) else MISS


def _date(text: str) -> object:
    try:
        return date.fromisoformat(text) if len(text) == 10 else MISS
    except ValueError:
        return MISS


def _boolean(text: str) -> object:
    return {"true": True, "false": False}.get(text, MISS)


def _text(text: str) -> object:
    return text


_TYPES: dict[type, Test] = {
    int: _integer,
    float: _floating,
    Decimal: _decimal,
    uuid.UUID: _uuid,
    date: _date,
    bool: _boolean,
    str: _text,
}
# A class that is made as one of these are can't be made of a text, or only letter by letter.
_NOT_OF_A_TEXT: tuple[Any, ...] = (
    *(bytes, bytearray, memoryview, dict, list, tuple, set, frozenset),
    *(timedelta, type, type(None)),
)


def plain_type(kind: Any) -> Any:
    """What a `NewType` is a name of; anything else is itself."""
    while hasattr(kind, "__supertype__"):
        kind = kind.__supertype__
    return kind


def by_text(values: Iterable[Any]) -> dict[str, Any]:
    """Values by the text that is written for them, and by what `str` makes of them, which is read as well.

    >>> by_text([True, 1.0])
    {'True': True, '1.0': 1.0, 'true': True, '1': 1.0}
    """
    listed = [(value, value.value if isinstance(value, enum.Enum) else value) for value in values]
    return {str(plain): value for value, plain in listed} | {
        typed_text(plain): value for value, plain in listed
    }


def why_never(kind: Any) -> str | None:
    """Why no text can become a value of this type, if that is so. Nothing is called to find out."""
    if kind in _TYPES:
        return None
    if get_origin(kind) is Literal or issubclass(kind, enum.Enum):
        texts = [typed_text(value) for value in (get_args(kind) or kind)]
        twice = next((text for text in texts if texts.count(text) > 1), None)
        return None if twice is None else f"{twice!r} would stand for two of its values"
    if issubclass(kind, datetime | time):
        return None
    if any(issubclass(kind, each) and _made_alike(kind, each) for each in _NOT_OF_A_TEXT):
        return "a text alone never becomes one"
    if inspect.isabstract(kind):
        return "it is abstract"
    try:
        inspect.signature(kind).bind("text")
    except TypeError:
        return "it can't be called with one text"
    except ValueError:
        pass  # a builtin without a signature
    return None


def _made_alike(kind: Any, other: Any) -> bool:
    return kind.__init__ is other.__init__ and kind.__new__ is other.__new__


def from_type(kind: type[Any]) -> Test:
    """The test for a type: the builtin ones strictly, an enum by value, any other class by calling it."""
    if kind in _TYPES:
        return _TYPES[kind]
    if issubclass(kind, enum.Enum):
        members = by_text(kind)
        return lambda text: members.get(text, MISS)
    make: Callable[[str], object] = kind
    if issubclass(kind, datetime | time):
        make = kind.fromisoformat

    def construct(text: str) -> object:
        try:
            return make(text)
        except (ValueError, ArithmeticError):
            return MISS
        except Exception as error:
            error.add_note(f"raised by {kind.__qualname__}({text!r:.80}); ValueError would refuse the text")
            raise

    return construct


def from_function(function: Callable[[str], object]) -> Test:
    """The test for a function: True and False judge the text, None and `ValueError` refuse it,
    an `re.Match` accepts it, and any other answer is what the param becomes."""

    def ask(text: str) -> object:
        try:
            answer = function(text)
        except ValueError:
            return MISS
        except Exception as error:
            name = getattr(function, "__qualname__", function)
            error.add_note(f"raised by the match filter {name} for {text!r:.80}; ValueError would refuse it")
            raise
        if answer is None or answer is False:
            return MISS
        return text if answer is True or isinstance(answer, re.Match) else answer

    return ask


def compile_filter(match_filter: object, *, name: str, path: str) -> Test:
    """The test for one filter of the route at `path`. Raises `RouteError` for what is no filter.

    >>> test = compile_filter(int, name="id", path="/users/:id")
    >>> test("42"), test("4_2")
    (42, <_Miss.MISS: 'no match'>)
    """
    match_filter = plain_type(match_filter)
    if isinstance(match_filter, str):
        wanted = match_filter
        return lambda text: text if text == wanted else MISS
    if isinstance(match_filter, re.Pattern):
        expression = cast("re.Pattern[str]", match_filter)
        search = expression.search
        if isinstance(expression.pattern, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            return lambda text: text if search(text) else MISS
        raise RouteError(f"The filter of {name!r} in {path!r} is a bytes pattern. Compile it from a str.")
    if get_origin(match_filter) is Literal:
        _refuse_never(match_filter, name, path)
        values = by_text(get_args(match_filter))
        return lambda text: values.get(text, MISS)
    if isinstance(match_filter, type) and not isinstance(match_filter, GenericAlias):
        _refuse_never(match_filter, name, path)
        return from_type(match_filter)
    if isinstance(match_filter, (list, tuple, set, frozenset)):
        texts = cast("Collection[object]", match_filter)
        if all(isinstance(text, str) for text in texts):
            allowed = frozenset(cast("Collection[str]", texts))
            return lambda text: text if text in allowed else MISS
    elif callable(match_filter) and get_origin(match_filter) is None:
        _check_parameters(match_filter, name, path)
        return from_function(match_filter)
    raise RouteError(
        f"The filter of {name!r} in {path!r} is {match_filter!r}, which could never match. A filter is "
        "a str, a list of str, a compiled re, a type (int, float, uuid.UUID, date, an enum...), a Literal or "
        "a function of the text."
    )


def _refuse_never(kind: Any, name: str, path: str) -> None:
    why = why_never(kind)
    if why is not None:
        raise RouteError(
            f"The filter of {name!r} in {path!r} is {getattr(kind, '__name__', kind)}, and {why}. Give it a "
            "type that takes one text (int, uuid.UUID, date, an enum, a class of yours), or a function of it "
            "that gives the value."
        )


def _check_parameters(function: Callable[..., Any], name: str, path: str) -> None:
    if inspect.iscoroutinefunction(function):
        raise RouteError(
            f"The filter of {name!r} in {path!r} is an async function, and a route matches at once. Look at "
            "the text only, and look the thing up in the route's preload or in a query."
        )
    try:
        inspect.signature(function).bind("text")
    except TypeError:
        raise RouteError(
            f"The filter of {name!r} in {path!r} is a function that can't be called with one text."
        ) from None
    except ValueError:
        return  # a builtin without a signature: it is found out when it is called


def compile_filters(filters: Mapping[str, object] | None, *, path: str) -> dict[str, Test]:
    """The tests for all filters of one route, by the param's name."""
    check_filters(filters, path=path)
    return {name: compile_filter(each, name=name, path=path) for name, each in (filters or {}).items()}


def check_filters(filters: object, *, path: object) -> None:
    """Refuses what is no mapping of params to filters."""
    if filters is not None and not isinstance(filters, Mapping):
        raise RouteError(f"match_filters of {path!r} has to map params to filters, not be {filters!r}.")


def describe_filter(match_filter: object) -> str:
    """A filter in few words, for `routes()` and messages.

    >>> describe_filter(int), describe_filter(["a", "b"])
    ('int', 'a|b')
    """
    if isinstance(match_filter, str):
        return repr(match_filter)
    if isinstance(match_filter, re.Pattern):
        return f"/{cast('re.Pattern[str]', match_filter).pattern}/"
    if get_origin(match_filter) is Literal:
        return "|".join(map(str, get_args(match_filter)))
    if isinstance(match_filter, (list, tuple, set, frozenset)):
        return "|".join(map(str, cast("Collection[object]", match_filter)))
    return str(getattr(match_filter, "__name__", type(match_filter).__name__))
