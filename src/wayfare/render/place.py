"""Places: what one element expression in the source renders, worked out before it runs.

Lowering (lower.py) replaces ``tr[td[str(row.id)], td[row.name]]`` by a call of a place with the two values.
The place knows the rest: its *steps* are what ``template.split`` would find on its way through the element,
with numbered gaps for the values::

    Open tr  Open td  Child 0  Close  Open td  Child 1  Close  Close

What fills a gap is decided by the value's type: a string is text, a function becomes a slot, None leaves
nothing. For each combination of types that comes up, the place works out a ``Case``: a template and the way
from values to its holes. After that, a row costs one look into a dict.

Types that are not understood here, or are wrong, are not an error: the place then evaluates the expression as
it is written, and the result is an ordinary element, or the message that the line deserves.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from types import FunctionType
from typing import Any, Final, TypeAlias, cast

from .._types import Description
from ..html import (
    URL_ATTRIBUTES,
    Element,
    Fragment,
    Node,
    checked_children,
    plain_text,
    render_value,
)
from .events import Handler
from .template import Template, outline, split, template_of

logger = logging.getLogger("wayfare.render")

MAX_CASES: Final = 32
"""Combinations of types that one place remembers; what goes beyond is built as it is written."""

MAX_STEPS: Final = 400
"""The longest place, with the places inside it, that is made one template."""

_PLAIN_NAMES = frozenset({"class", "style"}) | URL_ATTRIBUTES
_FORM_URLS = frozenset({"action", "formaction"})


@dataclass(frozen=True, slots=True)
class Constant:
    """A value that stands in the source."""

    value: object


@dataclass(frozen=True, slots=True)
class Open:
    """An element begins."""

    tag: str


@dataclass(frozen=True, slots=True)
class Close:
    """The element that was opened last ends."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute, constant or from a gap."""

    name: str
    at: int | Constant
    chooses: bool = False
    """Whether it is the value of a ``<select>``, which decides what its options look like."""


@dataclass(frozen=True, slots=True)
class On:
    """A handler."""

    event: str
    at: int


@dataclass(frozen=True, slots=True)
class Reference:
    """A ``ref``."""

    at: int


@dataclass(frozen=True, slots=True)
class Text:
    """A constant text."""

    text: str


@dataclass(frozen=True, slots=True)
class Child:
    """A child from a gap."""

    at: int
    parent: str
    alone: bool
    """Whether it is all that stands between the brackets: a tuple is several children then."""


@dataclass(frozen=True, slots=True)
class RawText:
    """The content of an element that holds one text."""

    tag: str
    parts: tuple[int | Constant, ...]


Step: TypeAlias = Open | Close | Attribute | On | Reference | Text | Child | RawText

Convert: TypeAlias = "Callable[[Any], object] | None"
"""What a template's hole takes instead of the value itself."""


class _Unknown(Exception):  # noqa: N818 - not a fault: the expression is built as it is written
    """A value is of a type that decides nothing by itself."""


class Lowered(Element):
    """An element whose place is known. It has its tag, attributes and children as soon as somebody asks.

    Made by places only, which leave the three attributes unset.
    """

    __slots__ = ("case", "given", "values")

    case: Case
    given: tuple[Any, ...]
    """What the expression's gaps hold: enough to evaluate it as it is written."""
    values: tuple[Any, ...]
    """The same with those of nested places in their stead, as the case counts them."""

    def __getattr__(self, name: str) -> Any:
        if name not in ("tag", "attributes", "children"):
            raise AttributeError(f"an element has no attribute {name!r}", name=name, obj=self)
        element = self.case.place.build(*self.given)
        self.tag = element.tag
        self.attributes = element.attributes
        self.children = element.children
        return getattr(element, name)


_new: Callable[[type[Lowered]], Lowered] = object.__new__


class Plan:
    """How the values of a case fill its template."""

    __slots__ = ("_direct", "_fills", "_holes", "_positions", "template", "text")

    def __init__(self, template: Template, case: Case) -> None:
        self.template = template
        self._positions = len(case.fills) + len(case.constants)
        used = [hole.position for hole in (*template.holes, *template.wiring)]
        self._fills = tuple((position, *case.fills[position]) for position in used)
        """Which values are wanted: (position in the shape, index of the value, how it is converted)."""
        self._holes = tuple(case.fills[hole.position] for hole in template.holes)
        self._direct = self._holes == tuple((at, None) for at in range(len(case.types)))
        """Whether the values are just what fills the holes, in order."""
        written = template.format
        self.text = written.text if written is not None and self._direct else None
        """The HTML with a ``%s`` for each value, if escaping them is all that is to be done."""

    def shown(self, node: Lowered) -> Sequence[Any]:
        """What fills the holes of a quiet case, in order."""
        values = node.values
        if self._direct:
            return values
        return [
            values[index] if convert is None else convert(values[index]) for index, convert in self._holes
        ]

    def html(self, node: Lowered) -> str:
        """The HTML of an element of a quiet case that has no address."""
        written = self.template.format
        assert written is not None
        return written.html(0, self.shown(node), False)

    def filled(self, node: Lowered) -> list[Any]:
        """The values by their positions in the shape; those that fill no hole are left out."""
        values = node.values
        found: list[Any] = [None] * self._positions
        for position, index, convert in self._fills:
            value = values[index]
            found[position] = value if convert is None else convert(value)
        return found


class Case:
    """What a place is for one combination of types."""

    __slots__ = (
        "_only_shows",
        "_plans",
        "constants",
        "fills",
        "place",
        "quiet",
        "steps",
        "text",
        "tokens",
        "types",
        "usable",
    )

    def __init__(self, place: Place, steps: tuple[Step, ...], types: tuple[object, ...]) -> None:
        self.place = place
        self.steps = steps
        self.types = types
        """For each value its type, or of a handler its flags."""
        shape = _Shape(steps, types)
        self.tokens = tuple(shape.tokens)
        self.constants = shape.constants
        self.fills = shape.fills
        self.usable: bool | None = None
        """Whether its tokens are those that ``outline`` finds; unknown until its first element is mounted."""
        self.quiet = False
        """Whether it is usable and only shows values: nothing in it is mounted, is listened to, can change or
        runs anybody's code. Such an element can be mounted by whoever comes across it."""
        self.text: str | None = None
        """Of a quiet case, its plan's ``text``."""
        self._only_shows = shape.quiet
        self._plans: list[Plan | None] = [None, None]

    def plan(self, anchored: bool) -> Plan:
        """The template and how it is filled.

        Args:
            anchored: the root element must have an address.
        """
        plan = self._plans[anchored]
        if plan is None:
            tokens = ("anchored", *self.tokens) if anchored else self.tokens
            plan = self._plans[anchored] = Plan(template_of(tokens, self.constants), self)
        return plan

    def split(self, node: Lowered, anchored: bool) -> tuple[Template, list[Any]]:
        """As ``template.split``: the template of an element of this case, and its values by position."""
        if self.usable:
            plan = self.plan(anchored)
            return plan.template, plan.filled(node)
        if self.usable is None:
            # The first one is walked through as every other element is, and what was worked out is compared.
            tokens: list[str] = []
            values: list[Any] = []
            outline(node, tokens, values)
            self.usable = tuple(tokens) == self.tokens
            if self.usable:
                self.quiet = self._only_shows
                self.text = self.plan(False).text if self.quiet else None
                return self.plan(anchored).template, values
            logger.warning(
                "the place %s is not lowered right; it is rendered as it is written", self.place.where
            )
        return split(node, anchored)


class _Shape:
    """The tokens that ``template.outline`` would write for steps whose gaps hold values of these types."""

    def __init__(self, steps: tuple[Step, ...], types: tuple[object, ...]) -> None:
        self.tokens: list[str] = []
        self.constants: dict[int, object] = {}
        self.fills: dict[int, tuple[int, Convert]] = {}
        self.quiet = True
        self._types = types
        self._at = 0
        for step in steps:
            if isinstance(step, Open):
                self.tokens.append("<" + step.tag)
            elif isinstance(step, Close):
                self.tokens.append(">")
            elif isinstance(step, Text):
                self._constant("T", step.text)
            elif isinstance(step, Child):
                self._child(step)
            elif isinstance(step, Attribute):
                self._attribute(step)
            elif isinstance(step, On):
                self._handler(step)
            elif isinstance(step, Reference):
                self._value("=ref" if types[step.at] is str else "&", step.at)
            else:
                self._raw(step)

    def _constant(self, token: str, value: object) -> None:
        self.tokens.append(token)
        self.constants[self._at] = value
        self._at += 1

    def _value(self, token: str, index: int, convert: Convert = None) -> None:
        if token[0] not in "=TR" or (convert is not None and self._types[index] not in _SCALARS):
            self.quiet = False
        self.tokens.append(token)
        self.fills[self._at] = (index, convert)
        self._at += 1

    def _child(self, step: Child) -> None:
        kind = self._type(step.at)
        if kind is str:
            self._value("T", step.at)
        elif kind is type(None) or kind is bool:
            return
        elif (step.alone and issubclass(kind, tuple)) or issubclass(kind, Element):
            raise _Unknown
        elif hasattr(kind, "__html__") or issubclass(kind, Description | Fragment | list | tuple):
            self._value("N", step.at)
        elif issubclass(kind, str | int | float):
            self._value("T", step.at, str)
        elif _is_callable(kind):
            self._value("C", step.at)
        elif issubclass(kind, Iterator):
            self._value("N", step.at)
        else:
            raise _Unknown

    def _attribute(self, step: Attribute) -> None:
        name = step.name
        if isinstance(step.at, Constant):
            value = step.at.value
            plain = type(value) is str and name not in _PLAIN_NAMES
            self._constant("=" + name, value if plain else render_value(name, value))
            return
        kind = self._type(step.at)
        if step.chooses and kind is not FunctionType and kind is not type(None):
            raise _Unknown
        if kind is str and name not in _PLAIN_NAMES:
            self._value("=" + name, step.at)
        elif _is_callable(kind) and not (name in _FORM_URLS and hasattr(kind, "url")):
            if name in _FORM_URLS:
                raise _Unknown
            self._value("~" + name, step.at)
        else:
            self._value("=" + name, step.at, lambda value: render_value(name, value))

    def _handler(self, step: On) -> None:
        kind = self._types[step.at]
        if isinstance(kind, str):
            self._value(f"!{step.event}{kind}", step.at)
        elif kind is type(None):
            return
        elif isinstance(kind, type) and _is_callable(kind) and not issubclass(kind, Handler):
            self._value("!" + step.event, step.at, Handler.of)
        else:
            raise _Unknown

    def _raw(self, step: RawText) -> None:
        gaps = [part for part in step.parts if isinstance(part, int)]
        kinds = [self._type(gap) for gap in gaps]
        if not all(kind in _RAW_KINDS for kind in kinds):
            raise _Unknown
        if not gaps:
            self._constant(
                "R" + step.tag, plain_text([cast("Node", _constant_value(part)) for part in step.parts])
            )
        elif len(step.parts) > 1:
            raise _Unknown
        elif kinds[0] is FunctionType:
            self._value("S" + step.tag, gaps[0], lambda read: lambda: plain_text((read,)))
        else:
            self._value("R" + step.tag, gaps[0], lambda value: plain_text((value,)))

    def _type(self, index: int) -> type:
        kind = self._types[index]
        if not isinstance(kind, type):
            raise _Unknown
        return kind


_SCALARS = frozenset({str, int, float, bool, type(None)})
_RAW_KINDS = _SCALARS | {FunctionType}


def _constant_value(part: int | Constant) -> object:
    assert isinstance(part, Constant)
    return part.value


def _is_callable(kind: type) -> bool:
    return any("__call__" in base.__dict__ for base in kind.__mro__)


class Place:
    """One element expression of the source.

    Args:
        steps: what it is made of.
        build: evaluates it as it is written, from the values of its gaps.
        where: for logs.
    """

    __slots__ = ("_cases", "_nodes", "_simple", "build", "steps", "where")

    def __init__(self, steps: tuple[Step, ...], build: Callable[..., Element], where: str) -> None:
        self.steps = steps
        self.build = build
        self.where = where
        self._nodes = {step.at: step.parent for step in steps if isinstance(step, Child)}
        self._simple: dict[tuple[type, ...], Case] = {}
        """Cases that the types alone decide."""
        self._cases: dict[tuple[object, ...], Case | None] = {}

    def call(self) -> Callable[..., Element]:
        """The function that stands in the rewritten code: from the values of the gaps to the element."""
        find = self._simple.get
        meet = self._meet
        new = _new

        def place(*values: Any) -> Element:
            case = find(tuple(map(type, values)))
            if case is None:
                return meet(values)
            node = new(Lowered)
            node.case = case
            node.given = node.values = values
            return node

        return place

    def _meet(self, values: tuple[Any, ...]) -> Element:
        """A combination of types that is new, or that the types alone don't decide."""
        given = list(values)
        flat: list[Any] = []
        key: list[object] = []
        simple = True
        wrong = False
        for at, value in enumerate(values):
            kind = type(value)
            if kind is Lowered:
                simple = False
                key.append(value.case)
                flat.extend(value.values)
                continue
            if kind is Handler:
                simple = False
                key.append(value.flags)
            else:
                key.append(kind)
                if at in self._nodes and issubclass(kind, list | tuple | Iterator):
                    simple = False
                    try:
                        value = checked_children((value,), self._nodes[at])[0]
                        # Where it stands alone, a tuple is several children and a list is one.
                        given[at] = value if issubclass(kind, tuple) else list(cast("tuple[Any, ...]", value))
                    except Exception:
                        wrong = True  # which is raised once more, by the line that is wrong
            flat.append(value)
        case = None if wrong else self._case(tuple(key), given)
        if case is None:
            return self.build(*given)
        if simple:
            self._simple[cast("tuple[type, ...]", tuple(key))] = case
        node = _new(Lowered)
        node.case = case
        node.given = tuple(given)
        node.values = tuple(flat)
        return node

    def _case(self, key: tuple[object, ...], given: list[Any]) -> Case | None:
        try:
            return self._cases[key]
        except KeyError:
            pass
        if len(self._cases) >= MAX_CASES:
            return None
        self.build(*given)  # what it refuses is no case
        steps, types = self._spliced(key)
        case: Case | None = None
        if len(steps) <= MAX_STEPS:
            with suppress(_Unknown):
                case = Case(self, steps, types)
        self._cases[key] = case
        return case

    def _spliced(self, key: tuple[object, ...]) -> tuple[tuple[Step, ...], tuple[object, ...]]:
        """The steps and types with those of nested places in the stead of their gaps."""
        if not any(isinstance(kind, Case) for kind in key):
            return self.steps, key
        types: list[object] = []
        starts: list[int] = []
        for kind in key:
            starts.append(len(types))
            if isinstance(kind, Case):
                types.extend(kind.types)
            else:
                types.append(kind)
        steps: list[Step] = []
        for step in self.steps:
            nested = key[step.at] if isinstance(step, Child) else None
            if isinstance(step, Child) and isinstance(nested, Case):
                steps.extend(_moved(inner, starts[step.at].__add__) for inner in nested.steps)
            else:
                steps.append(_moved(step, starts.__getitem__))
        return tuple(steps), tuple(types)


def _moved(step: Step, to: Callable[[int], int]) -> Step:
    """``step`` with its gap under another number."""
    if isinstance(step, RawText):
        return replace(
            step, parts=tuple(part if isinstance(part, Constant) else to(part) for part in step.parts)
        )
    if isinstance(step, Attribute | On | Reference | Child) and not isinstance(step.at, Constant):
        return replace(step, at=to(step.at))
    return step
