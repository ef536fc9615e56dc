"""Places: what one element expression in the source renders, worked out before it runs.

Lowering (lower.py) replaces ``tr[td[str(row.id)], td[row.name]]`` by a call of a place with the two values.
The place knows the rest (steps.py). For each combination of types that comes up, it works out a ``Case``: a
template and the way from values to its holes (case.py). After that, a row costs one look into a dict.

Types that decide nothing by themselves, or are wrong, are not an error: the place then evaluates the
expression as it is written, and the result is an ordinary element, or the message that the line deserves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, Final, cast

from .._types import Description
from ..errors import UsageError
from ..html import Element, checked_children
from .case import Case, Lowered, NotDecided
from .events import Handler
from .steps import Child, Step, moved

MAX_CASES: Final = 32
"""Combinations of types that one place remembers; what goes beyond is built as it is written."""

MAX_STEPS: Final = 400
"""The longest place, with the places inside it, that is made one template."""

_SEVERAL = (list, tuple, Iterator)
_new: Callable[[type[Lowered]], Lowered] = object.__new__


class Place:
    """One element expression of the source.

    Args:
        steps: what it is made of.
        build: evaluates it as it is written, from the values of its gaps.
        where: for logs.
    """

    __slots__ = ("_cases", "_children", "_simple", "build", "steps", "where")

    def __init__(self, steps: tuple[Step, ...], build: Callable[..., Element], where: str) -> None:
        self.steps = steps
        self.build = build
        self.where = where
        self._children = {step.at: step for step in steps if isinstance(step, Child)}
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
        kinds: list[object] = []
        flat: list[Any] = []
        for at, value in enumerate(values):
            step = self._children.get(at)
            if step is None or not _holds_nodes(value):
                kinds.append(_kind_of(value, flat))
                continue
            kind: Any = type(value)  # pyright: ignore[reportUnknownVariableType]
            if issubclass(kind, Iterator):
                given[at] = list(value)
            # The type says nothing of what is in it.
            try:
                checked = cast("tuple[Any, ...]", checked_children((given[at],), step.parent)[0])
            except UsageError:
                self.build(*given)  # by now the line that is wrong can say so
                raise
            if step.alone and issubclass(kind, tuple):
                given[at] = checked
                kinds.append(tuple([_kind_of(each, flat) for each in checked]))
            else:
                given[at] = list(checked)
                kinds.append(kind)
                flat.append(checked)
        case = self._case(tuple(kinds), given)
        if case is None:
            return self.build(*given)
        if len(flat) == len(values) and _decided_by_types(kinds, flat):
            self._simple[cast("tuple[type, ...]", tuple(kinds))] = case
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
            with suppress(NotDecided):
                case = Case(self.build, self.where, steps, types)
        self._cases[key] = case
        return case

    def _spliced(self, key: tuple[object, ...]) -> tuple[tuple[Step, ...], tuple[object, ...]]:
        """The steps and types with those of nested places, and of tuples, in the stead of their gaps."""
        if not any(isinstance(kind, Case | tuple) for kind in key):
            return self.steps, key
        types: list[object] = []
        starts: list[int] = []
        for kind in key:
            starts.append(len(types))
            for each in _parts(kind):
                types.extend(each.types if isinstance(each, Case) else (each,))
        steps: list[Step] = []
        for step in self.steps:
            if isinstance(step, Child) and isinstance(key[step.at], Case | tuple):
                start = starts[step.at]
                for each in _parts(key[step.at]):
                    if isinstance(each, Case):
                        steps.extend(moved(inner, start.__add__) for inner in each.steps)
                        start += len(each.types)
                    else:
                        steps.append(Child(start, step.parent, False))
                        start += 1
            else:
                steps.append(moved(step, starts.__getitem__))
        return tuple(steps), tuple(types)


def _holds_nodes(value: Any) -> bool:
    """Whether a child is several nodes, and not one that can also be iterated over."""
    kind: Any = type(value)  # pyright: ignore[reportUnknownVariableType]
    return issubclass(kind, _SEVERAL) and not (
        callable(value) or issubclass(kind, Description) or hasattr(kind, "__html__")
    )


def _parts(kind: object) -> tuple[object, ...]:
    """The kinds of the values that stand in one gap: of a tuple several, else one."""
    return cast("tuple[object, ...]", kind) if isinstance(kind, tuple) else (kind,)


def _kind_of(value: Any, flat: list[Any]) -> object:
    """What decides how ``value`` is rendered. What there is to render is added to ``flat``."""
    kind: Any = type(value)  # pyright: ignore[reportUnknownVariableType]
    if kind is Lowered:
        flat.extend(value.values)
        return value.case
    flat.append(value)
    return value.flags if kind is Handler else kind


def _decided_by_types(kinds: list[object], values: list[Any]) -> bool:
    """Whether the types of the values say it all, so that nothing but them has to be looked at next time."""
    return all(
        kind is type(value) and not _holds_nodes(value) for kind, value in zip(kinds, values, strict=True)
    )
