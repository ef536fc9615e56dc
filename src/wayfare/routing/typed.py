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
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Literal, Union, cast

from ..errors import RouteError, UsageError
from .filters import MISS, by_text, from_type, plain_type, why_never
from .location import ReactiveMapping
from .search import SearchValue, typed_text

logger = logging.getLogger("wayfare.routing")


class _Required(enum.Enum):
    NO_DEFAULT = "no default"


_NO_DEFAULT = _Required.NO_DEFAULT
_CONTAINERS = (list, tuple, set, frozenset)


class Field:
    """One field of a shape: how its text becomes a value.

    Args:
        name: what it is called, here and in the URL.
        annotation: its type.
        default: what it is where nothing is given.
        may_miss: whether it is not there at all then: a key of a TypedDict that is not required.
    """

    __slots__ = ("container", "default", "kind", "may_miss", "name", "parse")

    def __init__(
        self,
        name: str,
        annotation: Any,
        default: Callable[[], Any] | _Required = _NO_DEFAULT,
        *,
        may_miss: bool = False,
    ) -> None:
        self.name = name
        self.may_miss = may_miss
        self.default: Callable[[], Any] | _Required = (lambda: MISS) if may_miss else default
        kind, optional = _without_none(annotation)
        if optional and self.default is _NO_DEFAULT:
            self.default = lambda: None
        kind = plain_type(kind)
        origin: Any = typing.get_origin(kind) or kind
        # What several values are put into; None where there is one.
        self.container: Callable[[list[Any]], Any] | None = origin if origin in _CONTAINERS else None
        if self.container is not None:
            kind = plain_type(_item_type(name, kind))
            if self.default is _NO_DEFAULT:
                self.default = cast("Callable[[], Any]", origin)
        self.kind = kind
        self.parse = _parser(name, kind)

    def default_value(self) -> Any:
        """What the field is where nothing is given; `MISS` where it is not there then, or has to be given."""
        return MISS if isinstance(self.default, _Required) else self.default()

    @property
    def has_to_be_given(self) -> bool:
        """Whether nothing can stand for it where nothing is given."""
        return isinstance(self.default, _Required)

    def takes(self, value: object) -> bool:
        """Whether a value that is no text has the type of the field."""
        if self.container is not None:
            return False
        if self.kind is Any:
            return True
        if typing.get_origin(self.kind) is Literal:
            return value in typing.get_args(self.kind)
        return isinstance(value, self.kind)

    def read(self, value: SearchValue | None) -> Any:
        """The value of what stands in the URL; `MISS` where it does not fit."""
        if self.container is not None:
            texts = [] if value is None else value if isinstance(value, list) else [value]
            parsed = [self.parse(text) for text in texts]
            return MISS if MISS in parsed else self.container(parsed)
        if isinstance(value, list):
            value = value[-1]
        return MISS if value is None else self.parse(value)

    def write(self, value: Any) -> Any:
        """A value as it goes into the URL: None, which takes it out, where it is the default.

        Raises `RouteError` for a value that would not come back from there.
        """
        if value is None:
            return None
        several = self.container is not None and isinstance(value, (list, tuple, set, frozenset))
        texts = list(map(typed_text, cast("Iterable[Any]", value))) if several else typed_text(value)
        if isinstance(value, set | frozenset):
            texts = sorted(texts)  # one URL for equal sets
        back = self.read(texts)
        if back is MISS:
            raise RouteError(
                f"The search parameter {self.name!r} can't be {value!r:.80}: it is {_wanted(self.kind)}."
            )
        default = self.default_value()
        if back == default:
            return None
        if texts:
            return texts
        if several:
            means = "that it is not given" if default is MISS else f"its default, {default!r:.80}"
            raise RouteError(
                f"The search parameter {self.name!r} can't be empty: nothing of it would be in the URL, "
                f"which means {means}. Give it an empty default, or one value that means none."
            )
        return [""]  # taken out, it would be the default again


def _without_none(annotation: Any) -> tuple[Any, bool]:
    if typing.get_origin(annotation) in (Union, types.UnionType):
        kinds = [each for each in typing.get_args(annotation) if each is not type(None)]
        if len(kinds) == 1 and len(kinds) < len(typing.get_args(annotation)):
            return kinds[0], True
    return annotation, False


def _item_type(name: str, container: Any) -> Any:
    """What is in a list, a set, or a tuple of any length."""
    items = typing.get_args(container) or (Any, ...)
    if typing.get_origin(container) is tuple and items[1:] != (...,):
        raise RouteError(
            f"The field {name!r} is annotated {container!r}, and a URL may have any number of values. "
            f"Write tuple[{_name(items[0])}, ...], or a field for each of them."
        )
    return items[0]


def _parser(name: str, kind: Any) -> Callable[[str], Any]:
    if typing.get_origin(kind) is Literal:
        allowed = by_text(typing.get_args(kind))
        return lambda text: allowed.get(text, MISS)
    if kind is Any:
        return lambda text: text
    if isinstance(kind, type):
        # A param's filter may have made what no text alone becomes.
        return from_type(kind) if why_never(kind) is None else lambda _text: MISS
    raise RouteError(
        f"The field {name!r} is annotated {kind!r}, which no text of a URL can become. Use str, int, float, "
        "bool, UUID, date, an enum, a Literal, one of these or None, or a list of one of these."
    )


def fields_of(shape: type[Any]) -> dict[str, Field]:
    """The fields of a dataclass or TypedDict. Raises `RouteError` for anything else."""
    if dataclasses.is_dataclass(shape):
        hints = typing.get_type_hints(shape)
        return {
            each.name: Field(each.name, hints[each.name], _default_of(each))
            for each in dataclasses.fields(shape)
        }
    if _is_typed_dict(shape):
        missing = _not_required(shape)
        return {
            name: Field(name, hint, may_miss=name in missing)
            for name, hint in typing.get_type_hints(shape).items()
        }
    raise RouteError(f"{shape!r} is no dataclass and no TypedDict, so it has no fields to type params by.")


def _is_typed_dict(shape: type[Any]) -> bool:
    # The one of `typing_extensions` is another than that of `typing`.
    return typing.is_typeddict(shape) or (hasattr(shape, "__total__") and hasattr(shape, "__optional_keys__"))


def _not_required(shape: type[Any]) -> set[str]:
    """The keys of a TypedDict that may not be there."""
    missing = set(cast("Iterable[str]", getattr(shape, "__optional_keys__", ())))
    # Where annotations are texts, the class has not seen what they say.
    for name, hint in typing.get_type_hints(shape, include_extras=True).items():
        while typing.get_origin(hint) is typing.Annotated:
            hint = typing.get_args(hint)[0]
        if typing.get_origin(hint) is typing.NotRequired:
            missing.add(name)
        elif typing.get_origin(hint) is typing.Required:
            missing.discard(name)
    return missing


def _default_of(each: dataclasses.Field[Any]) -> Callable[[], Any] | _Required:
    if each.default_factory is not dataclasses.MISSING:
        return each.default_factory
    if each.default is not dataclasses.MISSING:
        value = each.default
        return lambda: value
    return _NO_DEFAULT


class TypedView(Mapping[str, Any]):
    """The fields of a shape, read one by one, by attribute or by key."""

    __slots__ = ("_fields", "_read", "_shape")

    def __init__(self, shape: type[Any], fields: Mapping[str, Field], read: Callable[[Field], Any]) -> None:
        self._shape = shape
        self._fields = fields
        self._read = read

    def __getitem__(self, name: str) -> Any:
        value = self._read(self._fields[name])
        if value is MISS:
            raise KeyError(name)
        return value

    def __getattr__(self, name: str) -> Any:
        if name in self._fields:
            try:
                return self[name]
            except KeyError:
                raise AttributeError(f"{name!r} is not given; {_name(self._shape)} lets it be") from None
        if name[:2] != "__" and hasattr(self._shape, name):
            # A property or a method of the shape: as one of it with these values has it.
            return getattr(self._shape(**dict(self)), name)
        raise AttributeError(f"there is no field {name!r}; there are {', '.join(self._fields)}")

    def __setattr__(self, name: str, value: object) -> None:
        if name not in TypedView.__slots__:
            raise UsageError(
                f"{name!r} stands in the URL and can't be assigned to. A search parameter is changed by "
                f"set_params({name}=...), which use_search_params gives; a param, by going to another URL."
            )
        super().__setattr__(name, value)

    def __setitem__(self, name: str, value: object) -> None:
        self.__setattr__(name, value)

    def __contains__(self, name: object) -> bool:
        field = self._fields.get(cast("str", name))
        return field is not None and (not field.may_miss or self._read(field) is not MISS)

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._fields if name in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def copy(self) -> dict[str, Any]:
        """What it is now, as a plain dict."""
        return dict(self)

    def __repr__(self) -> str:
        # Without the values: one that does not fit is an error to read.
        return f"<{_name(self._shape)} from the URL: {', '.join(self._fields)}>"


class _FieldsFirst(TypedView):
    """A view with a field that is named like a method of mappings, such as `items`: the field is meant."""

    def __getattribute__(self, name: str) -> Any:
        return self[name] if name in super().__getattribute__("_fields") else super().__getattribute__(name)


def _view(shape: type[Any], fields: Mapping[str, Field], read: Callable[[Field], Any]) -> TypedView:
    kind = _FieldsFirst if any(hasattr(TypedView, name) for name in fields) else TypedView
    return kind(shape, fields, read)


def typed_params(params: ReactiveMapping, shape: type[Any]) -> Any:
    """The params of the matched routes as the fields of a shape."""

    def read(field: Field) -> Any:
        value = params[field.name]
        if value is None:
            if field.has_to_be_given:
                raise RouteError(
                    f"The routes that are shown have no param {field.name!r}, which {_name(shape)} says is "
                    f"always there. Write {_name(field.kind)} | None where it may be missing."
                )
            return field.default_value()
        if not isinstance(value, str):  # a filter has given it a type already
            if not field.takes(value):
                raise RouteError(
                    f"The filter of the param {field.name!r} has made it {value!r:.80}, of type "
                    f"{type(value).__name__}, and {_name(shape)} says that it is {_wanted(field.kind)}."
                )
            return value
        parsed = field.read(value)
        if parsed is MISS:
            raise RouteError(
                f"The param {field.name!r} is {value!r}, and not {_wanted(field.kind)}. Filter it where the "
                f"route is defined, so that such a URL is not found: match_filters={{{field.name!r}: "
                f"{_name(field.kind)}}}."
            )
        return parsed

    return _view(shape, fields_of(shape), read)


def _name(kind: Any) -> str:
    return str(getattr(kind, "__name__", kind))


def _has_text(kind: Any) -> bool:
    """Whether `str` of a value tells it from another."""
    known = kind is Any or not isinstance(kind, type) or issubclass(kind, int | float)
    return known or cast("type[object]", kind).__str__ is not object.__str__


def _wanted(kind: Any) -> str:
    """What a value has to be, in a sentence."""
    if typing.get_origin(kind) is Literal:
        return "one of " + ", ".join(map(repr, typing.get_args(kind)))
    return f"of type {_name(kind)}"


class TypedSearch:
    """The search parameters as the fields of a shape, and back."""

    def __init__(self, query: ReactiveMapping, shape: type[Any]) -> None:
        self.fields = fields_of(shape)
        self._query = query
        self._complained: set[tuple[str, str]] = set()
        for field in self.fields.values():
            if field.has_to_be_given:
                kind = _name(field.kind)
                cure = "Give it one" if dataclasses.is_dataclass(shape) else f"Write NotRequired[{kind}]"
                raise RouteError(
                    f"The field {field.name!r} of {_name(shape)} has no default, and a visitor may leave any "
                    f"search parameter out. {cure}, or write {kind} | None."
                )
            why = None if field.kind is Any else why_never(field.kind)
            if why is not None:
                raise RouteError(
                    f"The field {field.name!r} of {_name(shape)} is of type {_name(field.kind)}, and {why}. "
                    "Write a class that takes one text, or a field for each of its parts: the seconds, say."
                )
            if not _has_text(field.kind):
                raise RouteError(
                    f"The field {field.name!r} of {_name(shape)} is of type {_name(field.kind)}, "
                    "whose str() is no text that it can be made of again. Give the class a __str__ of what "
                    "it takes, or write a field for each of its parts."
                )
        self.view = _view(shape, self.fields, self._read)

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
                "the search parameter %s=%.100r is not %s; its default is used",
                field.name,
                value,
                _wanted(field.kind),
            )

    def to_search(self, changes: Mapping[str, Any]) -> dict[str, Any]:
        """Changes as they go into the URL. Raises `RouteError` for a name that the shape has not."""
        unknown = [name for name in changes if name not in self.fields]
        if unknown:
            raise RouteError(
                f"There is no search parameter {unknown[0]!r}; there are {', '.join(self.fields)}."
            )
        return {name: self.fields[name].write(value) for name, value in changes.items()}
