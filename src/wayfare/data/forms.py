"""What a form sends, and how it becomes the argument that an action asks for.

`FormData` is an ordered list of fields, several of which may have one name, as in a browser. An action whose
parameter is annotated with a dataclass, a `msgspec.Struct` or a pydantic model gets one of these, built and
checked from the fields; any other gets the `FormData` itself.
"""

from __future__ import annotations

import dataclasses
import datetime
import enum
import inspect
import re
import types
import typing
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, BinaryIO, Final, TypeAlias, TypeGuard, TypeVar, Union, cast, get_args, get_origin

import anyio.to_thread
import msgspec

from ..errors import FormError, LimitError, UsageError

T = TypeVar("T")

MAX_FIELDS: Final = 1000
_IN_MEMORY: Final = 1 << 20
_OF_ONE_FIELD: Final = (str, int, float, Decimal, datetime.date, datetime.time, uuid.UUID, enum.Enum)
_MINUTES: Final = re.compile(r"(\d{4,}-\d\d-\d\dT)?\d\d:\d\d")
"""A time as a browser's fields of these types send it where the seconds are zero: RFC 3339 wants them."""


class Upload:
    """A file that came with a form: its `filename` as the browser gave it, `content_type`, `size` in bytes.

    The filename is a visitor's text: never open a path made from it.
    """

    __slots__ = ("_file", "content_type", "filename", "size")

    def __init__(
        self, file: BinaryIO, *, filename: str, content_type: str = "", size: int | None = None
    ) -> None:
        self._file = file
        self.filename = filename
        self.content_type = content_type
        if size is None:
            size = file.seek(0, 2)
            file.seek(0)
        self.size = size

    async def read(self, size: int = -1) -> bytes:
        """The next `size` bytes, by default all that is left. A big file is read in a worker thread."""
        if self.size <= _IN_MEMORY:
            return self._file.read(size)
        return await anyio.to_thread.run_sync(self._file.read, size)

    async def seek(self, position: int) -> None:
        """Go on reading at `position`, in bytes from the start."""
        await anyio.to_thread.run_sync(self._file.seek, position)

    def close(self) -> None:
        """Give back what the file takes. The server does so when the answer has been sent."""
        self._file.close()

    def __repr__(self) -> str:
        return f"<Upload {self.filename!r}, {self.size} bytes>"


FormValue: TypeAlias = "str | Upload"


class FormData(Mapping[str, FormValue]):
    """The fields of a form in their order; several may have one name.

    As a mapping it gives the first value of a name, like the browser's `FormData.get`; `get_all` gives all of
    them, `pairs` every field. Raises `LimitError` for more than `max_fields`.

    >>> form = FormData([("tag", "a"), ("tag", "b"), ("title", "Hello")])
    >>> form["title"], form.get_all("tag"), form.get("missing")
    ('Hello', ['a', 'b'], None)

    Source: https://developer.mozilla.org/en-US/docs/Web/API/FormData
    """

    __slots__ = ("_by_name", "pairs")

    def __init__(
        self,
        fields: Iterable[tuple[str, FormValue]] | Mapping[str, FormValue] = (),
        *,
        max_fields: int = MAX_FIELDS,
    ) -> None:
        if isinstance(fields, Mapping):
            fields = cast("Mapping[str, FormValue]", fields).items()
        pairs = tuple(fields)
        if len(pairs) > max_fields:
            raise LimitError(
                f"A form came with {len(pairs)} fields, and the limit is {max_fields}. If it is meant to "
                "have so many, raise the limit (Limits.form_fields of the App); else it is not worth reading."
            )
        self.pairs: tuple[tuple[str, FormValue], ...] = pairs
        self._by_name: dict[str, list[FormValue]] = {}
        for name, value in pairs:
            self._by_name.setdefault(name, []).append(value)

    def __getitem__(self, name: str) -> FormValue:
        return self._by_name[name][0]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FormData) and self.pairs == other.pairs

    def __hash__(self) -> int:
        return hash(self.pairs)

    def get_all(self, name: str) -> list[FormValue]:
        """Every value of this name, in order."""
        return list(self._by_name.get(name, ()))

    def text(self, name: str, default: str = "") -> str:
        """The first value of this name as text; a file gives its name."""
        value = self.get(name, default)
        return value.filename if isinstance(value, Upload) else value

    def without_files(self) -> FormData:
        """As a form that isn't sent as multipart sends it: a file is only its name."""
        return FormData([(n, v.filename if isinstance(v, Upload) else v) for n, v in self.pairs])

    def __repr__(self) -> str:
        return f"FormData({list(self.pairs)!r})"


def model_for_form(fn: Callable[..., object], bound: int) -> object | None:
    """The model that the parameter for the form is annotated with, after `bound` arguments; `None` for none.

    Raises `UsageError` where an action's annotations can't be read.
    """
    try:
        parameters = list(inspect.signature(fn).parameters.values())
    except (TypeError, ValueError):
        return None
    positional = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    if len(positional) <= bound:
        return None
    annotation = positional[bound].annotation
    if isinstance(annotation, str):
        annotation = annotations_of(fn).get(positional[bound].name)
    return annotation if is_model(annotation) else None


def check_takes_form(fn: Callable[..., object], at: int, named: set[str], *, given: int, name: str) -> None:
    """Raises `UsageError` where an action is written to take the fields of a form one by one.

    `at` is the position of the form among the `given` arguments; `named` are those given by name.
    """
    try:
        parameters = list(inspect.signature(fn).parameters.values())
    except (TypeError, ValueError):
        return
    takes = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    left = [p.name for p in takes[given:] if p.default is p.empty and p.name not in named]
    if left or (len(takes) > at and _is_of_one_field(fn, takes[at])):
        fields = [takes[at].name, *left]
        called = getattr(fn, "__name__", name)
        bound = "".join(f"{parameter.name}, " for parameter in takes[:at])
        raise UsageError(
            f"A form gives the action {name!r} its fields as one argument, a FormData, and {called} is "
            f"written to take {' and '.join(fields)}. Write "
            f"def {called}({bound}form: FormData), and read form.text({fields[0]!r}); or annotate that one "
            f"parameter with a dataclass that has the field{'s' if left else ''} {', '.join(fields)}."
        )


def _is_of_one_field(fn: Callable[..., object], parameter: inspect.Parameter) -> bool:
    """Whether a parameter is annotated as what the text of one field can become."""
    annotation = parameter.annotation
    if isinstance(annotation, str):
        annotation = annotations_of(fn).get(parameter.name)
    arms = get_args(annotation) if _is_optional(annotation) else (annotation,)
    return all(
        arm is type(None) or (isinstance(arm, type) and issubclass(arm, _OF_ONE_FIELD)) for arm in arms
    )


def annotations_of(fn: Callable[..., object]) -> dict[str, Any]:
    """The annotations of a function, evaluated by the names of its module and of what it closes over."""
    inner = inspect.unwrap(fn)
    try:
        return typing.get_type_hints(inner, localns=inspect.getclosurevars(inner).nonlocals)
    except Exception as error:
        raise UsageError(
            f"The annotations of the action {getattr(fn, '__qualname__', fn)} can't be read: {error}. Define "
            "the types that "
            "they name in the same module, outside of a function, and not under TYPE_CHECKING."
        ) from error


def is_model(annotation: object) -> bool:
    """Whether a form can be turned into this: a dataclass, a `msgspec.Struct` or a pydantic model."""
    return isinstance(annotation, type) and (
        dataclasses.is_dataclass(cast("object", annotation))
        or _is_struct(cast("object", annotation))
        or hasattr(cast("object", annotation), "model_validate")
    )


def build(model: object, form: FormData, *, name: str) -> object:
    """A `model` from the fields of `form`. Raises `FormError` that says which field is wrong, and how.

    Text becomes what the field's annotation asks for; a field annotated with a list gets all values of its
    name; a checkbox that isn't ticked is sent by no browser, so a missing `bool` is `False`; an empty text
    for an optional field that is no text is `None`, and so is a file where none was chosen.
    """
    hints = typing.get_type_hints(model)
    values: dict[str, object] = {}
    for field, wire in _fields_of(model).items():
        annotation = hints.get(field, str)
        given = [value for value in form.get_all(wire) if not _is_no_file(value)]
        if _wants_many(annotation):
            if given or not _has_default(model, field):
                values[wire] = given
        elif given:
            value = given[0]
            if value == "" and _is_optional(annotation) and str not in get_args(annotation):
                values[wire] = None
            elif isinstance(value, str) and _is_bool(annotation):
                values[wire] = value.lower() not in ("", "0", "false", "off", "no")
            elif isinstance(value, str) and _MINUTES.fullmatch(value) and _is_time(annotation):
                values[wire] = f"{value}:00"
            else:
                values[wire] = value
        elif _is_bool(annotation):
            values[wire] = False  # also where the default is True: that is what unticking it means
        elif form.get_all(wire) and _is_optional(annotation):
            values[wire] = None
    validate = getattr(model, "model_validate", None)
    try:
        if validate is not None:
            return validate(values)
        return msgspec.convert(values, cast("type[object]", model), strict=False, dec_hook=_as_it_is)
    except msgspec.ValidationError as error:
        raise _form_error(name, {_field_in(str(error)): _in_words(str(error))}) from error
    except ValueError as error:
        problems = getattr(error, "errors", None)
        if not callable(problems):
            raise
        found = cast("list[dict[str, Any]]", problems())
        raise _form_error(name, {".".join(map(str, p["loc"])): str(p["msg"]) for p in found}) from error


def _form_error(name: str, fields: dict[str, str]) -> FormError:
    told = "; ".join(f"{field}: {what}" if field else what for field, what in fields.items())
    return FormError(f"The form doesn't fit the action {name!r}. {told}", fields)


_WORDS = {
    "int": "a whole number",
    "float": "a number",
    "Decimal": "a number",
    "date": "a date",
    "datetime": "a date and time",
    "time": "a time",
    "str": "text",
    "bool": "yes or no",
    "uuid": "an id",
}


def _in_words(message: str) -> str:
    """msgspec's message for whoever filled the form in: without the path, and with plain words for types."""
    said = message.partition(" - at `$")[0]
    if "missing required field" in said:
        return "This field is missing"
    wanted = re.fullmatch(r"Expected `(\w+)(?: \| null)?`, got `\w+`", said)
    if wanted and wanted[1] in _WORDS:
        return f"Expected {_WORDS[wanted[1]]}"
    return said.replace("`", "")


def _field_in(message: str) -> str:
    """The field that msgspec complains about: it is in the path at the end, or named as missing."""
    _, marker, path = message.partition("- at `$.")
    if marker:
        return path.rstrip("`")
    if "`" in message and "required field" in message:
        return message.split("`")[1]
    return ""


def _as_it_is(wanted: type, value: object) -> object:
    if isinstance(value, wanted):
        return value
    raise ValueError(f"Expected {wanted.__name__}, got {type(value).__name__}")


def _is_no_file(value: FormValue) -> bool:
    """What a browser sends for a file field in which nothing was chosen."""
    return isinstance(value, Upload) and not value.filename and not value.size


def _is_struct(model: object) -> TypeGuard[type[msgspec.Struct]]:
    return isinstance(model, type) and issubclass(model, msgspec.Struct)


def _fields_of(model: object) -> dict[str, str]:
    """The names of a model's fields, and what each is called in the form."""
    if _is_struct(model):
        return dict(zip(model.__struct_fields__, model.__struct_encode_fields__, strict=True))
    if dataclasses.is_dataclass(model):
        return {field.name: field.name for field in dataclasses.fields(model)}
    fields = cast("dict[str, Any]", getattr(model, "model_fields", {}))
    return {name: getattr(field, "alias", None) or name for name, field in fields.items()}


def _has_default(model: object, name: str) -> bool:
    if _is_struct(model):
        info = {field.name: field for field in msgspec.structs.fields(model)}[name]
        return not info.required
    if dataclasses.is_dataclass(model):
        field = {f.name: f for f in dataclasses.fields(model)}[name]
        return field.default is not dataclasses.MISSING or field.default_factory is not dataclasses.MISSING
    field_info = cast("dict[str, Any]", getattr(model, "model_fields", {}))[name]
    return not field_info.is_required()


def _is_optional(annotation: object) -> bool:
    return get_origin(annotation) in (Union, types.UnionType) and type(None) in get_args(annotation)


def _is_bool(annotation: object) -> bool:
    return annotation is bool


def _is_time(annotation: object) -> bool:
    return not {datetime.datetime, datetime.time}.isdisjoint((annotation, *get_args(annotation)))


def _wants_many(annotation: object) -> bool:
    if _is_optional(annotation):
        return any(_wants_many(arm) for arm in get_args(annotation))
    origin = get_origin(annotation) or annotation
    return origin in (list, tuple, set, frozenset)
