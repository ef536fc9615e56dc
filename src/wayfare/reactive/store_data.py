"""The plain data behind stores: what has an inside that a store tracks, and how that is reached.

What stands for a piece of it, for who reads (store.py) or changes it (store_draft.py), is a `Part`. There is
none in the data itself: whatever is put into a store goes through `unwrap`.
"""

from __future__ import annotations

import copy
import dataclasses
import datetime
import decimal
import fractions
import types
import uuid
from typing import Any, TypeGuard, TypeVar, cast

from ..errors import UsageError

T = TypeVar("T")

ABSENT: Any = type("Absent", (), {"__repr__": lambda _: "ABSENT"})()
"""What a key without a value has."""


class Part:
    """What stands for a piece of a store's data."""

    __slots__ = ("_raw",)

    _raw: Any


def raw_of(part: Part) -> Any:
    return object.__getattribute__(part, "_raw")


def data_of(value: Any) -> Any:
    """The data that `value` stands for, or itself. Nothing inside of it is looked at."""
    return raw_of(value) if isinstance(value, Part) else value


def is_list(value: object) -> TypeGuard[list[Any]]:
    return isinstance(value, list)


def is_dict(value: object) -> TypeGuard[dict[Any, Any]]:
    return isinstance(value, dict)


def is_wrappable(value: object) -> bool:
    """Whether a store tracks the inside of `value`: plain dicts, lists, and dataclasses that can change."""
    kind = type(value)
    return kind is dict or kind is list or is_record(kind) or isinstance(value, Part)


def is_record(kind: type) -> bool:
    """Whether `kind` is a dataclass or struct whose instances can change."""
    return _is_frozen(kind) is False


def _is_frozen(kind: type) -> bool | None:
    """Whether the instances of a dataclass or struct can't change; None of any other class."""
    about = getattr(kind, "__dataclass_params__", None) or getattr(kind, "__struct_config__", None)
    return None if about is None else bool(about.frozen)


def fields_of(raw: Any) -> list[str]:
    """The field names of a record."""
    names = getattr(raw, "__struct_fields__", None)
    return list(names) if names is not None else [field.name for field in dataclasses.fields(raw)]


def entries(raw: Any) -> list[tuple[Any, Any]]:
    """The properties of a dict, list or record."""
    if is_dict(raw):
        return list(raw.items())
    if is_list(raw):
        return list(enumerate(raw))
    return [(name, getattr(raw, name, ABSENT)) for name in fields_of(raw)]


def get(raw: Any, key: Any) -> Any:
    """A property of a dict, list or record, or ABSENT."""
    if is_dict(raw):
        return raw.get(key, ABSENT)
    if is_list(raw):
        items = raw
        return items[key] if isinstance(key, int) and 0 <= key < len(items) else ABSENT
    return getattr(raw, key, ABSENT)


def put(raw: Any, key: Any, value: Any) -> None:
    if is_dict(raw):
        raw[key] = value
    elif is_list(raw):
        if not isinstance(key, int) or not 0 <= key < len(raw):
            raise UsageError(
                f"a list in a store has no place {key!r} to set: it has {len(raw)} items, and index "
                f"{len(raw)} adds one"
            )
        raw[key] = value
    elif get(raw, key) is ABSENT and key not in fields_of(raw):
        names = ", ".join(repr(name) for name in fields_of(raw))
        raise UsageError(f"a {type(raw).__name__} in a store has no {key!r}; there is {names}")
    else:
        setattr(raw, key, value)


_ATOMS = frozenset(
    (
        *(type(None), bool, int, float, complex, str, bytes),
        *(datetime.datetime, datetime.date, datetime.time, datetime.timedelta),
        *(decimal.Decimal, fractions.Fraction, uuid.UUID, types.FunctionType),
    )
)
"""The types that have nothing inside. Most data is of these: this is asked first."""


def unwrap(value: T) -> T:
    """The plain data behind a store or a part of one, with nothing inside it wrapped.

    Parameters
    ----------
    value:
        A store, a part of one, or anything else, which comes back as it is.

    >>> store, _ = create_store({"user": {"name": "Ann"}})
    >>> unwrap(store["user"])
    {'name': 'Ann'}

    Upstream: https://docs.solidjs.com/reference/store-utilities/unwrap
    """
    if isinstance(value, Part):
        return cast(T, raw_of(value))
    if type(value) in _ATOMS:
        return value
    outcome: list[Any] = [value]
    stack: list[Any] = [outcome]
    seen: set[int] = set()
    fixed: dict[int, tuple[Any, Any]] = {}
    while stack:
        raw = stack.pop()
        if id(raw) in seen:
            continue
        seen.add(id(raw))
        for key, inner in entries(raw):
            if type(inner) in _ATOMS:
                continue
            if isinstance(inner, Part):
                put(raw, key, raw_of(inner))
            elif not _is_flat(inner):
                plain = _plain_fixed(inner, stack, fixed) if _is_fixed(inner) else _plain(inner, stack)
                if plain is not inner:
                    put(raw, key, plain)
    return cast(T, outcome[0])


def _is_flat(value: Any) -> bool:
    """Whether it is seen at a glance that there is nothing inside of what `value` holds."""
    if is_dict(value):
        return _ATOMS.issuperset(map(type, value.values()))
    if isinstance(value, (list, tuple)):
        return _ATOMS.issuperset(map(type, cast("list[Any]", value)))
    fields = getattr(type(value), "__dataclass_fields__", None)
    if fields is None or not hasattr(value, "__dict__"):
        return False
    held: dict[str, Any] = value.__dict__
    return fields.keys() <= held.keys() and _ATOMS.issuperset(map(type, held.values()))


def _plain(value: Any, changeable: list[Any]) -> Any:
    """What `value` stands for, or itself; what can be changed is left to the caller, to be looked through."""
    if isinstance(value, Part):
        return raw_of(value)
    if is_dict(value) or is_list(value) or is_record(type(value)):
        changeable.append(value)
    return value


def _is_fixed(value: Any) -> bool:
    """Whether `value` holds others, and has to be made anew where one of these is to be another."""
    return isinstance(value, tuple) or _is_frozen(type(value)) is True


def _plain_fixed(value: Any, changeable: list[Any], known: dict[int, tuple[Any, Any]]) -> Any:
    """A tuple or a frozen record with no part of a store in it: itself, or made anew, from the inside out.

    `known` has what came of those that have been met, and keeps them alive meanwhile.
    """
    stack: list[Any] = [value]
    entered: set[int] = set()
    while stack:
        outer = stack[-1]
        entered.add(id(outer))
        before = list(outer) if isinstance(outer, tuple) else [item for _, item in entries(outer)]
        if id(outer) in known:
            stack.pop()
            continue
        missing = [p for p in before if _is_fixed(p) and id(p) not in known and id(p) not in entered]
        if missing:
            stack.extend(missing)
            continue
        after = [known.get(id(p), (p, p))[1] if _is_fixed(p) else _plain(p, changeable) for p in before]
        differs = any(new is not old for new, old in zip(after, before, strict=True))
        known[id(outer)] = outer, _anew(outer, after) if differs else outer
        stack.pop()
    return known[id(value)][1]


def _anew(fixed: Any, parts: list[Any]) -> Any:
    """Another tuple or frozen record of the same class, of these parts."""
    kind = type(fixed)
    if issubclass(kind, tuple):
        base: Any = tuple  # what a named tuple's own __new__ takes is not one list
        return base.__new__(kind, parts)
    names = fields_of(fixed)
    if not dataclasses.is_dataclass(kind):
        return kind(**dict(zip(names, parts, strict=True)))
    made = copy.copy(fixed)
    for name, part in zip(names, parts, strict=True):
        if part is not ABSENT:
            object.__setattr__(made, name, part)
    return made
