"""The mounted tree: what a description has become, and how it is written as HTML and as tokens.

::

    Instance (of a template) ── values ──> str          text, or an attribute's value
                                           Slot ──────> whatever is shown there now
                                           Group ─────> several of these
    Slot ── content ──> None | str | Raw | Instance | Slot | Group | Items | Lowered
    Items ──> Item, Item, ...   the rows of a keyed list

Whatever can change has an *address*, a number of its own in the page. ``live`` says that the browser has
it: only then is a change worth a message. Content that is mounted but not shown (behind a fallback, or in a
transition that has not ended) changes silently and is written as it is then once it is shown.

Both writers, and ``forget``, walk with a stack of their own: a tree may be as deep as it likes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, TypeAlias

from ..html import escape_str
from .case import Lowered
from .holes import ADDRESS, NODE, SLOT
from .template import Template


class Raw:
    """Trusted HTML, written as it is."""

    __slots__ = ("html",)

    def __init__(self, html: str) -> None:
        self.html = html


class Slot:
    """A place whose content changes."""

    __slots__ = ("content", "id", "live")

    def __init__(self, id: int, content: Content = None) -> None:
        self.id = id
        self.content: Content = content
        self.live = False


class Group:
    """Several contents where one is expected. Filled while the tree is mounted, then fixed."""

    __slots__ = ("items",)

    def __init__(self, items: list[Content]) -> None:
        self.items = items


class Instance:
    """One element tree: a template, and what fills its holes."""

    __slots__ = ("base", "live", "template", "values")

    def __init__(self, template: Template, base: int, values: Sequence[Any]) -> None:
        self.template = template
        self.base = base
        self.values: Sequence[Any] = values
        """One for each of the template's holes: a content, or the rendered value of an attribute."""
        self.live = False


class Item:
    """A row of a keyed list. Its id is the address of its one element, or that of a pair of markers."""

    __slots__ = ("cell", "own_id")

    def __init__(self, own_id: int, content: Content = None) -> None:
        self.own_id = own_id
        self.cell: list[Content] = [content]

    @property
    def anchor(self) -> Instance | None:
        """The instance whose root element stands for the whole item, if there is one."""
        content = self.cell[0]
        while type(content) is Group and len(content.items) == 1:
            content = content.items[0]
        return content if type(content) is Instance and content.template.anchored else None

    @property
    def id(self) -> int:
        anchor = self.anchor
        return self.own_id if anchor is None else anchor.base


class Items:
    """The rows of a keyed list, in order."""

    __slots__ = ("items",)

    def __init__(self, items: list[Item]) -> None:
        self.items = items


Content: TypeAlias = "str | Raw | Slot | Group | Instance | Items | Lowered | None"
"""A lowered element stands for itself where it is quiet and has no address: nothing has to be kept of it."""

END: Final = "<!--/-->"


def write_html(content: Content, *, markers: bool = True) -> str:
    """The HTML of ``content`` as it is now.

    Args:
        content: what to write.
        markers: with the addresses that a client needs to follow what changes; what is written counts as live
            from here on. Without them it is plain HTML, for mail and files.
    """
    out: list[str] = []
    stack: list[Iterator[Any]] = [iter((content,))]
    while stack:
        for current in stack[-1]:
            kind: Any = type(current)  # pyright: ignore[reportUnknownVariableType]
            instance: Any = None
            if kind is str:
                out.append(escape_str(current))
            elif kind is Lowered:
                text = current.case.text
                if text is not None:
                    out.append(text % tuple(map(escape_str, current.values)))
                else:
                    out.append(current.case.plan(False).html(current))
            elif kind is Instance:
                instance = current
            elif kind is Item:
                instance = current.cell[0]
                if type(instance) is not Instance or not instance.template.anchored:
                    instance = current.anchor
                    if instance is None:
                        stack.append(_html_of_item(current, out, markers))
                        break
            elif kind is Slot:
                stack.append(_html_of_slot(current, out, markers))
                break
            elif kind is Raw:
                out.append(current.html)
            elif current is not None:
                stack.append(iter(current.items))
                break
            if instance is not None:
                if markers:
                    instance.live = True
                written = instance.template.format
                if written is None:
                    stack.append(_html_of_instance(instance, out, markers))
                    break
                out.append(written.html(instance.base, instance.values, markers))
        else:
            stack.pop()
    return "".join(out)


def _html_of_item(item: Item, out: list[str], markers: bool) -> Iterator[Content]:
    """Writes an item that has markers; what stands between them is yielded where it is to be written."""
    if markers:
        out.append(f"<!--w{item.own_id}-->")
    yield item.cell[0]
    if markers:
        out.append(END)


def _html_of_slot(slot: Slot, out: list[str], markers: bool) -> Iterator[Content]:
    if markers:
        slot.live = True
        out.append(f"<!--w{slot.id}-->")
    yield slot.content
    if markers:
        out.append(END)


def _html_of_instance(instance: Instance, out: list[str], markers: bool) -> Iterator[Content]:
    template = instance.template
    values = instance.values
    for part in template.parts:
        if isinstance(part, str):
            if markers or type(part) is str:
                out.append(part)
            continue
        kind, index = part
        if kind == ADDRESS:
            if markers:
                out.append(f' data-w="{instance.base + index}"')
            continue
        value = values[index]
        if kind == NODE:
            yield value
        elif kind != SLOT:
            write = template.writers[index]
            assert write is not None
            out.append(write(value))
        elif value.content is None or type(value.content) is str:
            # By far the most slots hold a text, which needs no turn of its own.
            text = "" if value.content is None else escape_str(value.content)
            if markers:
                value.live = True
                text = f"<!--w{value.id}-->{text}{END}"
            out.append(text)
        else:
            yield value


Define: TypeAlias = Callable[[Template], None]
"""Called for each template that the tokens refer to, before they are sent."""


def write_tokens(content: Content, define: Define) -> list[object]:
    """``content`` as the flat list of tokens that the client builds it from (docs/internals/wire.md)."""
    out: list[object] = []
    stack: list[Any] = [content]
    while stack:
        current: Any = stack.pop()
        if current is None or type(current) is str:
            out.append(current)
        elif type(current) is tuple:
            _tokens_of_instance(current[0], current[1], out, stack)
        elif isinstance(current, Instance):
            define(current.template)
            current.live = True
            out.append(current.template.number)
            out.append(current.base)
            _tokens_of_instance(current, 0, out, stack)
        elif type(current) is Lowered:
            plan = current.case.plan(False)
            stack.append(Instance(plan.template, 0, plan.shown(current)))
        elif isinstance(current, Slot):
            current.live = True
            out.append(-2)
            out.append(current.id)
            stack.append(current.content)
        elif isinstance(current, Group):
            if len(current.items) != 1:
                out.append(0)
                out.append(len(current.items))
            stack.extend(reversed(current.items))
        elif isinstance(current, Items):
            out.append(-3)
            out.append(len(current.items))
            stack.extend(reversed(current.items))
        elif isinstance(current, Item):
            anchor = current.anchor
            if anchor is None:
                out.append(current.own_id)
                stack.append(current.cell[0])
            else:
                out.append(anchor.base)
                stack.append(anchor)
        elif isinstance(current, Raw):
            out.append(-1)
            out.append(current.html)
    return out


def _tokens_of_instance(instance: Instance, start: int, out: list[object], stack: list[Any]) -> None:
    values = instance.values
    holes = instance.template.holes
    for at in range(start, len(holes)):
        kind = holes[at].kind
        value = values[at]
        if kind == SLOT:
            value.live = True
            value = value.content
        elif kind != NODE:
            out.append(None if value is False else value)
            continue
        if value is None or type(value) is str:
            out.append(value)
            continue
        stack.append((instance, at + 1))
        stack.append(value)
        return


def forget(content: Content) -> None:
    """Marks everything in ``content`` as not live: the browser is about to lose it."""
    stack: list[Content] = [content]
    while stack:
        current = stack.pop()
        if current is None or type(current) is str:
            continue
        if isinstance(current, Instance):
            current.live = False
            for hole, value in zip(current.template.holes, current.values, strict=True):
                if hole.kind == SLOT or hole.kind == NODE:
                    stack.append(value)
        elif isinstance(current, Slot):
            current.live = False
            stack.append(current.content)
        elif isinstance(current, Group):
            stack.extend(current.items)
        elif isinstance(current, Items):
            stack.extend(item.cell[0] for item in current.items)
