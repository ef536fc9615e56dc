"""Cases: what a place in the source is once the types of its values are known.

A string between brackets is text, a function becomes a slot, None leaves nothing: the type of a value decides
what it is in the template. So for one combination of types there is one template, and the values have only
to be carried to its holes. What ``template.outline`` finds in an element is the measure: the first element of
a case is walked through as every other element is, and a case that expects something else is not used.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from types import FunctionType
from typing import Any, TypeAlias, cast

from .._types import Description
from ..html import URL_ATTRIBUTES, Element, Fragment, Node, plain_text, render_value
from .events import Handler
from .steps import Attribute, Child, Close, Constant, On, Open, RawText, Reference, Step, Text
from .template import Outlined, Template, outline, split, template_of

logger = logging.getLogger("wayfare.render")

_PLAIN_NAMES = frozenset({"class", "style"}) | URL_ATTRIBUTES
_FORM_URLS = frozenset({"action", "formaction"})

Convert: TypeAlias = "Callable[[Any], object] | None"
"""What a template's hole takes instead of the value itself."""


class NotDecided(Exception):  # noqa: N818 - not a fault: the expression is built as it is written
    """Raised where a value is of a type that does not decide what it is in the template."""


class Lowered(Outlined):
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
        element = self.case.build(*self.given)
        self.tag = element.tag
        self.attributes = element.attributes
        self.children = element.children
        return getattr(element, name)

    def outline(self, tokens: list[str], values: list[Any]) -> bool:
        case = self.case
        if not case.usable:
            return False
        tokens.extend(case.tokens)
        values.extend(case.shape_values(self.values))
        return True

    def compare(self, tokens: list[str]) -> None:
        self.case.compare(tokens)


class Plan:
    """How the values of a case fill its template."""

    __slots__ = ("_direct", "_holes", "template", "text")

    def __init__(self, template: Template, case: Case) -> None:
        self.template = template
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


class Case:
    """What a place is for one combination of types."""

    __slots__ = (
        "_frame",
        "_only_shows",
        "_plans",
        "build",
        "constants",
        "fills",
        "quiet",
        "steps",
        "text",
        "tokens",
        "types",
        "usable",
        "where",
    )

    def __init__(
        self,
        build: Callable[..., Element],
        where: str,
        steps: tuple[Step, ...],
        types: tuple[object, ...],
    ) -> None:
        self.build = build
        """Evaluates the place's expression as it is written."""
        self.where = where
        self.steps = steps
        self.types = types
        """For each value its type, or of a handler its flags."""
        shape = _Shape(steps, types)
        self.tokens = tuple(shape.tokens)
        self.constants = shape.constants
        self.fills = shape.fills
        self.usable: bool | None = None
        """Whether its tokens are those that ``outline`` finds; None until its first element is mounted."""
        self.quiet = False
        """Whether it is usable and only shows values: nothing in it is mounted, is listened to, can change or
        runs anybody's code. Such an element can be mounted by whoever comes across it."""
        self.text: str | None = None
        """Of a quiet case, its plan's ``text``."""
        self._only_shows = shape.quiet
        self._frame = [self.constants.get(at) for at in range(len(self.constants) + len(self.fills))]
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

    def shape_values(self, values: Sequence[Any]) -> list[Any]:
        """The values by their positions in the shape, constants included."""
        found = self._frame.copy()
        for position, (index, convert) in self.fills.items():
            value = values[index]
            found[position] = value if convert is None else convert(value)
        return found

    def compare(self, tokens: list[str]) -> None:
        """Decides whether the case is usable, by what was found in its first element."""
        self.usable = tuple(tokens) == self.tokens
        if self.usable:
            self.quiet = self._only_shows
            self.text = self.plan(False).text if self.quiet else None
        else:
            logger.warning("the place %s is not lowered right; it is rendered as it is written", self.where)

    def split(self, node: Lowered, anchored: bool) -> tuple[Template, list[Any]]:
        """As ``template.split``: the template of an element of this case, and its values by position."""
        if self.usable:
            return self.plan(anchored).template, self.shape_values(node.values)
        if self.usable is None:
            tokens: list[str] = []
            values: list[Any] = []
            outline(node, tokens, values)  # which compares
            if self.usable:
                return self.plan(anchored).template, values
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
        elif issubclass(kind, Element):
            raise NotDecided
        elif hasattr(kind, "__html__") or issubclass(kind, Description | Fragment | list | tuple):
            self._value("N", step.at)
        elif issubclass(kind, str | int | float):
            self._value("T", step.at, str)
        elif _is_callable(kind):
            self._value("C", step.at)
        elif issubclass(kind, Iterator):
            self._value("N", step.at)
        else:
            raise NotDecided

    def _attribute(self, step: Attribute) -> None:
        name = step.name
        if isinstance(step.at, Constant):
            value = step.at.value
            plain = type(value) is str and name not in _PLAIN_NAMES
            self._constant("=" + name, value if plain else render_value(name, value))
            return
        kind = self._type(step.at)
        if step.chooses and kind is not FunctionType and kind is not type(None):
            raise NotDecided
        if kind is str and name not in _PLAIN_NAMES:
            self._value("=" + name, step.at)
        elif _is_callable(kind) and not (name in _FORM_URLS and hasattr(kind, "url")):
            if name in _FORM_URLS:
                raise NotDecided
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
            raise NotDecided

    def _raw(self, step: RawText) -> None:
        gaps = [part for part in step.parts if isinstance(part, int)]
        kinds = [self._type(gap) for gap in gaps]
        if not all(kind in _RAW_KINDS for kind in kinds):
            raise NotDecided
        if not gaps:
            self._constant(
                "R" + step.tag, plain_text([cast("Node", _constant_value(part)) for part in step.parts])
            )
        elif len(step.parts) > 1:
            raise NotDecided
        elif kinds[0] is FunctionType:
            self._value("S" + step.tag, gaps[0], lambda read: lambda: plain_text((read,)))
        else:
            self._value("R" + step.tag, gaps[0], lambda value: plain_text((value,)))

    def _type(self, index: int) -> type[Any]:
        kind = self._types[index]
        if not isinstance(kind, type):
            raise NotDecided
        return kind


_SCALARS: frozenset[object] = frozenset({str, int, float, bool, type(None)})
_RAW_KINDS: frozenset[object] = _SCALARS | {FunctionType}


def _constant_value(part: int | Constant) -> object:
    assert isinstance(part, Constant)
    return part.value


def _is_callable(kind: type) -> bool:
    return any("__call__" in base.__dict__ for base in kind.__mro__)
