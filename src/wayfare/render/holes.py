"""Holes, what fills them, and templates as format strings.

A template in which nothing is nested is one string to be filled: writing an instance of it is one ``%``::

    <tr data-w="%d" class="row"><td>%s</td><td>%s</td></tr>
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, TypeAlias

from ..html import attribute_text, escape_raw, escape_str

# What fills a hole, in the order in which the holes stand.
TEXT: Final = 0  # plain text
NODE: Final = 1  # anything that is mounted: components, control flow, lists of nodes, trusted HTML
SLOT: Final = 2  # a reactive child: what it holds changes, so it has an address
ATTR: Final = 3  # an attribute whose value differs between elements of one shape
LIVE: Final = 4  # a reactive attribute, or the reactive text of an element that holds one text
RAW: Final = 5  # the whole text of an element that holds one text
# What an element is wired to, apart from what it shows.
HANDLER: Final = 6
REF: Final = 7
# A part of the HTML that depends on the instance's base address.
ADDRESS: Final = 8

Write: TypeAlias = Callable[[Any], str]
"""From the value of a hole to what stands in the HTML."""


class Hole:
    """One place in a template that differs between its instances."""

    __slots__ = ("kind", "name", "offset", "position")

    def __init__(self, kind: int, position: int, offset: int, name: str) -> None:
        self.kind = kind
        self.position = position
        """Where its value stands among the values of the shape."""
        self.offset = offset
        """Its address (of the slot, or of the element), counted from the instance's base; -1 for none."""
        self.name = name
        """Of an attribute, the tag of a raw text, or the event."""


class LiveText(str):
    """A part of the HTML that only a client needs, such as the list of events that an element is listened
    for."""

    __slots__ = ()


class Format:
    """One template as two strings to be filled: with the addresses a client needs, and without."""

    __slots__ = ("_addresses", "_all_text", "_layout", "_leading", "_marked", "_plain", "_write", "text")

    def __init__(self, parts: tuple[str | tuple[int, int], ...], writers: Sequence[Write | None]) -> None:
        marked: list[str] = []
        plain: list[str] = []
        layout: list[int] = []
        for part in parts:
            if isinstance(part, str):
                marked.append(part.replace("%", "%%"))
                if type(part) is str:
                    plain.append(marked[-1])
            elif part[0] == ADDRESS:
                marked.append(' data-w="%d"')
                layout.append(-1 - part[1])
            else:
                marked.append("%s")
                plain.append("%s")
                layout.append(part[1])
        self._marked = "".join(marked)
        self._plain = "".join(plain)
        self._layout = layout
        """What fills the gaps of the marked string: a hole by its index, an address a as -1 - a."""
        self._addresses = any(at < 0 for at in layout)
        self._leading = layout[:1] == [-1] and all(at >= 0 for at in layout[1:])
        """Whether the root's is the only address."""
        self._write = tuple(write for write in writers if write is not None)
        self._all_text = all(write is escape_str for write in writers)
        self.text = self._plain if self._all_text and not self._addresses else None
        """The plain string, if it takes nothing but escaped texts and has no other form."""

    def html(self, base: int, values: Sequence[Any], markers: bool) -> str:
        """The HTML of an instance.

        Args:
            base: its first address.
            values: what fills its holes.
            markers: with addresses.
        """
        written: Iterable[str]
        if self._all_text:
            written = map(escape_str, values)
        else:
            written = (write(value) for write, value in zip(self._write, values, strict=True))
        if not markers:
            return self._plain % tuple(written)
        if not self._addresses:
            return self._marked % tuple(written)
        if self._leading:
            return self._marked % (base, *written)
        pieces = list(written)
        return self._marked % tuple([pieces[at] if at >= 0 else base - 1 - at for at in self._layout])


def writer(hole: Hole) -> Write | None:
    """How the value of a hole is written; None for one that has content of its own."""
    name = hole.name
    if hole.kind in (NODE, SLOT):
        return None
    if hole.kind == TEXT:
        return escape_str
    if hole.kind == RAW:
        return lambda value: escape_raw(name, value)
    if name[0] == ":":
        return lambda value: escape_raw(name[1:], value)
    return lambda value: attribute_text(name, value)
