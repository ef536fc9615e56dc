"""Keys: the text under which the answer to one call of one query is kept.

A key is the query's name followed by its arguments as JSON with sorted members, which is how Solid
Router writes them: `user[1]`, `posts[{"page":2,"tag":"x"}]`, `me[]`. A name holds no `[`, so a key always
says which query it belongs to, and keys can be found by prefix without looking at the whole cache.

Two calls share an entry exactly when their keys are equal, so nothing may be turned into a text that another
value has too: what has no faithful text is refused, with the argument's name and type.
"""

from __future__ import annotations

import dataclasses
import datetime
import enum
import inspect
import math
import uuid
from collections.abc import Callable, Mapping
from decimal import Decimal
from itertools import pairwise
from json.encoder import encode_basestring
from pathlib import PurePath
from typing import cast

import msgspec

from ..errors import KeyArgumentError, LimitError, UsageError

MAX_DEPTH = 64
MAX_KEY_LENGTH = 64 * 1024

_quote: Callable[[str], str] = encode_basestring


def hash_arguments(args: tuple[object, ...], *, query: str = "", names: tuple[str, ...] = ()) -> str:
    """The arguments of a call as one text, equal for equal arguments.

    `args` are the positional arguments; `query` and `names` (the parameters' names) only word the errors.
    Dictionaries are sorted by key at every depth; dataclasses, `msgspec.Struct`s and other models keep the
    order of their fields. Raises `KeyArgumentError` for a value that has no text of its own.

    >>> hash_arguments((1, "a", {"b": 2, "a": None}))
    '[1,"a",{"a":null,"b":2}]'

    Source: https://docs.solidjs.com/solid-router/reference/data-apis/query
    """
    parts: list[str] = []
    for position, arg in enumerate(args):
        kind = type(arg)
        if kind is str:
            parts.append(_quoted(cast("str", arg)))
        elif kind is int:
            parts.append(str(arg))
        else:
            try:
                parts.append(_encode(arg, 0))
            except _NoText as problem:
                name = names[position] if position < len(names) else f"number {position + 1}"
                raise _refusal(query, name, arg, problem) from None
    text = "[" + ",".join(parts) + "]"
    if len(text) > MAX_KEY_LENGTH:
        raise LimitError(
            f"The arguments of query {query!r} make a key of {len(text)} characters, and the limit is "
            f"{MAX_KEY_LENGTH} (wayfare.data.keys.MAX_KEY_LENGTH). Pass an id and fetch the rest by it."
        )
    return text


def check_name(name: str, what: str) -> str:
    """`name`, if it can name a query or an action; else an error that says why not."""
    if not isinstance(name, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise UsageError(
            f"The name of a {what} is a text, and not {name!r:.60} of type {type(name).__qualname__}: "
            f"@{what}('user')."
        )
    if not name:
        raise UsageError(f"A {what} needs a name that is not empty, for example @{what}('user').")
    if "[" in name:
        raise UsageError(
            f"The {what} name {name!r} has a '[' in it, which separates a name from its arguments "
            "in a key. Leave it out."
        )
    if not name.isprintable():
        raise UsageError(f"The {what} name {name!r} has characters that can't be printed. Leave them out.")
    return name


def name_of_key(key: str) -> str:
    """The name of the query that a key, or the beginning of a key, belongs to."""
    return key.partition("[")[0]


class Parameters:
    """How the calls of one function are turned into keys: its signature, read once."""

    __slots__ = ("_fn", "_signature", "names", "required")

    def __init__(self, fn: Callable[..., object]) -> None:
        self._fn = fn
        try:
            self._signature: inspect.Signature | None = inspect.signature(fn)
        except (TypeError, ValueError):
            self._signature = None
        parameters = list(self._signature.parameters.values()) if self._signature else []
        self.names: tuple[str, ...] = tuple(each.name for each in parameters)
        self.required: tuple[str, ...] = tuple(
            each.name
            for each in parameters
            if each.default is each.empty and each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD)
        )

    def positional(
        self, query: str, args: tuple[object, ...], kwargs: dict[str, object]
    ) -> tuple[object, ...]:
        """The call with its keyword arguments put where they belong.

        Keyword-only ones go last, together, in a dict, so that `q(1, size=2)` has the key `q[1,{"size":2}]`.
        """
        if not kwargs:
            return args
        if self._signature is None:
            return (*args, kwargs)
        try:
            bound = self._signature.bind(*args, **kwargs)
        except TypeError as error:
            raise UsageError(
                f"query {query!r} can't be called like this: {error}. It takes {self._signature}."
            ) from None
        given = bound.arguments
        ordered: list[object] = []
        extra: dict[str, object] = {}
        missing: list[object] = []
        for name, parameter in self._signature.parameters.items():
            if parameter.kind is parameter.KEYWORD_ONLY:
                if name in given:
                    extra[name] = given[name]
            elif parameter.kind is parameter.VAR_KEYWORD:
                extra.update(given.get(name, {}))
            elif parameter.kind is parameter.VAR_POSITIONAL:
                ordered.extend(given.get(name, ()))
            elif name in given:
                # a default that was skipped counts as if it had been written
                ordered.extend(missing)
                missing.clear()
                ordered.append(given[name])
            else:
                missing.append(parameter.default)
        if extra:
            ordered.append(extra)
        return tuple(ordered)


class _NoText(Exception):  # noqa: N818 - caught here, never seen
    def __init__(self, value: object, where: str, why: str) -> None:
        super().__init__(why)
        self.value, self.where, self.why = value, where, why


def _refusal(query: str, name: str, arg: object, problem: _NoText) -> KeyArgumentError:
    inner = (
        ""
        if problem.value is arg
        else f", which holds {problem.value!r:.80} of type {_type_name(problem.value)},"
    )
    return KeyArgumentError(
        f"The argument {name} of query {query!r} is a {_type_name(arg)}{inner} and can't be part of a key: "
        f"{problem.why}. Pass text, numbers, booleans, None, dates, UUIDs, enums, and lists, dicts, sets, "
        "dataclasses or msgspec Structs of these; for anything else pass an id and look it up inside the "
        "query."
    )


def _type_name(value: object) -> str:
    kind = type(value)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _quoted(text: str) -> str:
    quoted = _quote(text)
    if not quoted.isascii():
        try:
            quoted.encode()
        except UnicodeEncodeError:  # a lone surrogate, which could be sent to nobody as it is
            quoted = "".join(f"\\u{ord(c):04x}" if "\ud800" <= c <= "\udfff" else c for c in quoted)
    return quoted


def _number(value: float) -> str:
    """A float as JavaScript writes it, so that 1 and 1.0, which are equal, have one key."""
    if not math.isfinite(value):
        raise _NoText(value, "", "it is not a finite number, and JSON would write it as null")
    if value == int(value) and abs(value) < 1e21:
        return str(int(value))
    text = repr(value)
    mantissa, _, exponent = text.partition("e")
    if not exponent:
        return text
    power = int(exponent)
    if -7 < power < 0:
        return f"{value:.{len(mantissa.replace('.', '').lstrip('-')) - 1 - power}f}"
    return f"{mantissa}e{power:+d}"


def _encode(value: object, depth: int) -> str:
    if depth > MAX_DEPTH:
        raise _NoText(value, "", f"it is nested deeper than {MAX_DEPTH}, or contains itself")
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, enum.Enum):
        return _encode(cast("object", value.value), depth + 1)
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, (list, tuple)):
        return "[" + ",".join([_encode(item, depth + 1) for item in cast("list[object]", value)]) + "]"
    if isinstance(value, Mapping):
        return _encode_mapping(cast("Mapping[object, object]", value), depth)
    if isinstance(value, (set, frozenset)):
        return "[" + ",".join(sorted(_encode(item, depth + 1) for item in cast("set[object]", value))) + "]"
    return _encode_object(value, depth)


def _encode_mapping(value: Mapping[object, object], depth: int) -> str:
    members: list[tuple[tuple[int, int, str], str]] = []
    for key, item in value.items():
        if not isinstance(key, (str, int)) or isinstance(key, bool):
            raise _NoText(key, "", "the keys of a dict have to be text or whole numbers")
        text = str(key)
        # JavaScript puts members whose names are array indices first, in the order of the numbers
        index = int(text) if text.isascii() and text.isdigit() and str(int(text)) == text else -1
        order = (0, index, "") if 0 <= index < 2**32 - 1 else (1, 0, text)
        members.append((order, f"{_quoted(text)}:{_encode(item, depth + 1)}"))
    members.sort(key=lambda member: member[0])
    for (first, _), (second, _) in pairwise(members):
        if first == second:
            raise _NoText(value, "", "two of its keys have the same text")
    return "{" + ",".join([text for _, text in members]) + "}"


def _encode_object(value: object, depth: int) -> str:
    if isinstance(value, datetime.datetime):
        if value.tzinfo is None:
            return _quoted(value.isoformat())
        utc = value.astimezone(datetime.UTC)
        return _quoted(
            utc.isoformat(timespec="auto" if utc.microsecond % 1000 else "milliseconds")[:-6] + "Z"
        )
    if isinstance(value, (datetime.date, datetime.time)):
        return _quoted(value.isoformat())
    if isinstance(value, datetime.timedelta):
        return _number(value.total_seconds())
    if isinstance(value, (uuid.UUID, Decimal, PurePath)):
        return _quoted(str(value))
    if isinstance(value, msgspec.Struct):
        fields: list[str] = list(value.__struct_fields__)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = [field.name for field in dataclasses.fields(value)]
    elif isinstance(model := getattr(type(value), "model_fields", None), dict):  # a pydantic model
        fields = list(cast("dict[str, object]", model))
    else:
        raise _NoText(value, "", "there is no text that stands for such an object and for nothing else")
    return (
        "{"
        + ",".join([f"{_quoted(name)}:{_encode(getattr(value, name), depth + 1)}" for name in fields])
        + "}"
    )
