"""Steps: what ``template.outline`` would find on its way through an element, with gaps for what isn't known.

``tr[td[str(row.id)], br, "x"]`` is::

    Open tr  Open td  Child 0  Close  Open br  Text x  Close

A step has no steps inside it, so those of one place can stand where another has a gap: only the numbers of
their gaps change.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias


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


def moved(step: Step, to: Callable[[int], int]) -> Step:
    """``step`` with its gap under another number."""
    if isinstance(step, RawText):
        return replace(
            step, parts=tuple(part if isinstance(part, Constant) else to(part) for part in step.parts)
        )
    if isinstance(step, Attribute | On | Reference | Child) and not isinstance(step.at, Constant):
        return replace(step, at=to(step.at))
    return step
