"""Params and search parameters with types: a dataclass or TypedDict says what each of them is.

Values come from the URL, which anyone can write: a search parameter that does not fit its type counts as
not given and is logged once; a path param that does not fit raises where it is read, because the route
should have filtered it (`match_filters={"id": int}` makes it no match).
"""

from __future__ import annotations

import dataclasses
import enum
import logging
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal, Union, cast

from ..errors import RouteError
from .filters import MISS, from_type
from .location import ReactiveMapping
from .search import SearchValue, search_text

logger = logging.getLogger("wayfare.routing")


class _Required(enum.Enum):
    NO_DEFAULT = "no default"


_NO_DEFAULT = _Required.NO_DEFAULT


class Field:
    """One field of a shape: how its text becomes a value."""

    __slots__ = ("default", "is_list", "kind", "name", "parse")

    def __init__(self, name: str, annotation: Any, default: Callable[[], Any] | _Required) -> None:
        self.name = name
        self.default: Callable[[], Any] | _Required = default
        kind, optional = _without_none(annotation)
        if optional and default is _NO_DEFAULT:
            self.default = lambda: None
        self.is_list = typing.get_origin(kind) in (list, tuple)
        if self.is_list:
            kind = typing.get_args(kind)[0]
            if self.default is _NO_DEFAULT:
                self.default = list
        self.kind = kind
        self.parse = _parser(name, kind)

    def default_value(self) -> Any:
        """What the field is where nothing is given; None where the shape says nothing."""
        return None if isinstance(self.default, _Required) else self.default()

    def read(self, value: SearchValue | None) -> Any:
        """The value of what stands in the URL; `MISS` where it does not fit."""
        if self.is_list:
            texts = [] if value is None else value if isinstance(value, list) else [value]
            parsed = [self.parse(text) for text in texts]
            return MISS if MISS in parsed else parsed
        if isinstance(value, list):
            value = value[-1]
        return MISS if value is None else self.parse(value)

    def write(self, value: Any) -> Any:
        """A value as it goes into the URL: None, which takes it out, where it is the default."""
        if value is None or value == self.default_value():
            return None
        if self.is_list:
            return [_text_of(each) for each in value]
        return _text_of(value)


def _text_of(value: Any) -> str:
    return search_text(value.value if isinstance(value, enum.Enum) else value)


def _without_none(annotation: Any) -> tuple[Any, bool]:
    if typing.get_origin(annotation) in (Union, types.UnionType):
        kinds = [each for each in typing.get_args(annotation) if each is not type(None)]
        if len(kinds) == 1 and len(kinds) < len(typing.get_args(annotation)):
            return kinds[0], True
    return annotation, False


def _parser(name: str, kind: Any) -> Callable[[str], Any]:
    if typing.get_origin(kind) is Literal:
        allowed = {search_text(each): each for each in typing.get_args(kind)}
        return lambda text: allowed.get(text, MISS)
    if kind is Any:
        return lambda text: text
    if isinstance(kind, type):
        return from_type(kind)
    raise RouteError(
        f"The field {name!r} is annotated {kind!r}, which no text of a URL can become. Use str, int, float, "
        "bool, UUID, date, an enum, a Literal, one of these or None, or a list of one of these."
    )


def fields_of(shape: type[Any]) -> dict[str, Field]:
    """The fields of a dataclass or TypedDict. Raises `RouteError` for anything else."""
    hints = typing.get_type_hints(shape)
    if dataclasses.is_dataclass(shape):
        return {
            each.name: Field(each.name, hints[each.name], _default_of(each))
            for each in dataclasses.fields(shape)
        }
    if typing.is_typeddict(shape):
        return {name: Field(name, hint, _NO_DEFAULT) for name, hint in hints.items()}
    raise RouteError(f"{shape!r} is no dataclass and no TypedDict, so it has no fields to type params by.")


def _default_of(each: dataclasses.Field[Any]) -> Callable[[], Any] | _Required:
    if each.default_factory is not dataclasses.MISSING:
        return each.default_factory
    if each.default is not dataclasses.MISSING:
        value = each.default
        return lambda: value
    return _NO_DEFAULT


class TypedView(Mapping[str, Any]):
    """The fields of a shape, read one by one, by attribute or by key."""

    __slots__ = ("_fields", "_read")

    def __init__(self, fields: Mapping[str, Field], read: Callable[[Field], Any]) -> None:
        self._fields = fields
        self._read = read

    def __getitem__(self, name: str) -> Any:
        return self._read(self._fields[name])

    def __getattr__(self, name: str) -> Any:
        field = self._fields.get(name)
        if field is None:
            raise AttributeError(f"there is no field {name!r}; there are {', '.join(self._fields)}")
        return self._read(field)

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def __repr__(self) -> str:
        return f"TypedView({dict(self)!r})"


def typed_params(params: ReactiveMapping, shape: type[Any]) -> Any:
    """The params of the matched routes as the fields of a shape."""

    def read(field: Field) -> Any:
        value = params[field.name]
        if value is None:
            return field.default_value()
        if not isinstance(value, str):
            return value  # a filter has given it its type already
        parsed = field.read(value)
        if parsed is MISS:
            raise RouteError(
                f"The param {field.name!r} is {value!r}, which is no {_name(field.kind)}. Filter it where "
                f"the route is defined, so that such a URL is not found: match_filters={{{field.name!r}: "
                f"{_name(field.kind)}}}."
            )
        return parsed

    return TypedView(fields_of(shape), read)


def _name(kind: Any) -> str:
    return str(getattr(kind, "__name__", kind))


class TypedSearch:
    """The search parameters as the fields of a shape, and back."""

    def __init__(self, query: ReactiveMapping, shape: type[Any]) -> None:
        self.fields = fields_of(shape)
        self._query = query
        self._complained: set[tuple[str, str]] = set()
        self.view = TypedView(self.fields, self._read)

    def _read(self, field: Field) -> Any:
        value = cast("SearchValue | None", self._query[field.name])
        if value is None:
            return field.default_value()
        parsed = field.read(value)
        if parsed is MISS:
            self._complain(field, value)
            return field.default_value()
        return parsed

    def _complain(self, field: Field, value: SearchValue) -> None:
        # Once for each bad value, and no more than a hundred: visitors can send any number of them.
        key = (field.name, str(value)[:100])
        if key not in self._complained and len(self._complained) < 100:
            self._complained.add(key)
            logger.warning(
                "the search parameter %s=%.100r is no %s; its default is used",
                field.name,
                value,
                _name(field.kind),
            )

    def to_search(self, changes: Mapping[str, Any]) -> dict[str, Any]:
        """Changes as they go into the URL. Raises `RouteError` for a name that the shape has not."""
        unknown = [name for name in changes if name not in self.fields]
        if unknown:
            raise RouteError(
                f"There is no search parameter {unknown[0]!r}; there are {', '.join(self.fields)}."
            )
        return {name: self.fields[name].write(value) for name, value in changes.items()}
