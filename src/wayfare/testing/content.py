"""Templates and what is built from them in the test kit's document, as in `client/src/templates.js`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias, cast

from ..errors import WayfareError
from .dom import CommentNode, Element, Node, TextNode, parse_html, walk
from .fields import set_attribute

Token: TypeAlias = str | int | bool | None


class PatchError(WayfareError):
    """A patch that does not fit what is shown: a real client would ask for a fresh render.

    Raised by `Screen.apply`, and where a page settles; there it is a fault of the framework.
    """


@dataclass(slots=True, eq=False)
class Slot:
    """The place between two comments, `<!--wID-->` and `<!--/-->`."""

    start: CommentNode
    end: CommentNode

    @property
    def parent(self) -> Element:
        assert self.end.parent is not None
        return self.end.parent


@dataclass(frozen=True, slots=True)
class Template:
    """A template as it was defined: its HTML, the kinds of its holes, and whether its root is addressed."""

    html: str
    holes: Sequence[int | Sequence[object]]
    anchored: bool


@dataclass(slots=True)
class _Contents:
    """`count` contents are to be read, into `parent` in front of `before`; then `hole` goes."""

    parent: Element
    before: Node | None
    count: int
    items: bool = False
    hole: Node | None = None


@dataclass(slots=True)
class _Attribute:
    element: Element
    name: str


class _Reader:
    """Tokens, one after another."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._at = 0

    def next(self) -> Token:
        """The next token."""
        token = self.peek()
        self._at += 1
        return token

    def peek(self) -> Token:
        """The next token, which stays the next."""
        if self._at >= len(self._tokens):
            raise PatchError(f"the content ends too early, after {self._at} tokens")
        return self._tokens[self._at]


class Builder:
    """Builds content from tokens.

    Args:
        remember: called with each address that is built, and the element or slot that has it.
    """

    def __init__(self, remember: Callable[[int, Element | Slot], None]) -> None:
        self._remember = remember
        self._templates: dict[int, Template] = {}

    def define(self, number: int, html: str, holes: Sequence[int | Sequence[object]], anchored: bool) -> None:
        """Take note of a template."""
        self._templates[number] = Template(html, holes, anchored)

    def forget(self) -> None:
        """Forget all templates."""
        self._templates.clear()

    def _template_of(self, number: int) -> Template:
        try:
            return self._templates[number]
        except KeyError:
            raise PatchError(f"no template {number}") from None

    def build(self, tokens: Sequence[Token]) -> Element:
        """Build content from its tokens, with a stack of what is still to be read."""
        out = Element("")
        reader = _Reader(tokens)
        tasks: list[_Contents | _Attribute] = [_Contents(out, None, 1)]
        while tasks:
            task = tasks[-1]
            if isinstance(task, _Attribute):
                tasks.pop()
                set_attribute(task.element, task.name, reader.next())
            elif task.count == 0:
                tasks.pop()
                if task.hole is not None:
                    task.hole.remove()
            else:
                task.count -= 1
                tasks.extend(reversed(self._build_next(reader, task)))
        return out

    def _build_next(self, reader: _Reader, task: _Contents) -> list[_Contents | _Attribute]:
        """Build one content, or one list item, and give what is in it as further tasks."""
        parent, before = task.parent, task.before
        token = reader.next()
        if task.items:
            own = reader.peek()
            anchored = isinstance(own, int) and own > 0 and self._template_of(own).anchored
            end = before if anchored else self._insert_slot(cast("int", token), parent, before)
            return [_Contents(parent, end, 1)]
        if isinstance(token, str):
            if token:
                parent.insert(TextNode(token), before)
            return []
        if token is None:
            return []
        if token < -3:
            raise PatchError(f"no content begins with {token}")
        argument = reader.next()
        if token == -1:
            parent.insert(parse_html(cast("str", argument)), before)
            return []
        number = cast("int", argument)
        if token > 0:
            return self._instantiate(token, number, parent, before)
        if token == -2:
            return [_Contents(parent, self._insert_slot(number, parent, before), 1)]
        return [_Contents(parent, before, number, items=token == -3)]

    def _insert_slot(self, id: int, parent: Element, before: Node | None) -> CommentNode:
        start, end = CommentNode(f"w{id}"), CommentNode("/")
        parent.insert(start, before)
        parent.insert(end, before)
        self._remember(id, Slot(start, end))
        return end

    def _instantiate(
        self, number: int, base: int, parent: Element, before: Node | None
    ) -> list[_Contents | _Attribute]:
        """Put an instance of a template in, and give what fills its holes, in order."""
        template = self._template_of(number)
        instance = parse_html(template.html)
        addressed: dict[int, Element] = {}
        numbered: dict[int, Element] = {}
        marks: list[CommentNode] = []
        for node in walk(instance):
            if isinstance(node, Element):
                offset = node.attributes.pop("data-w", None)
                if offset is not None:
                    addressed[int(offset)] = node
                    self._remember(base + int(offset), node)
                own_number = node.attributes.pop("data-v", None)
                if own_number is not None:
                    numbered[int(own_number)] = node
            elif isinstance(node, CommentNode) and node.data == "?":
                marks.append(node)
        tasks: list[_Contents | _Attribute] = []
        waiting = iter(marks)
        for hole in template.holes:
            if isinstance(hole, int) or hole[0] == 1:
                mark = next(waiting)
                inside = parent if mark.parent is instance else mark.parent
                assert inside is not None
                if isinstance(hole, int):
                    tasks.append(_Contents(inside, mark, 1, hole=mark))
                    continue
                id = base + cast("int", hole[1])
                mark.data = f"w{id}"
                end = CommentNode("/")
                assert mark.parent is not None
                mark.parent.insert(end, mark.next)
                self._remember(id, Slot(mark, end))
                tasks.append(_Contents(inside, end, 1))
            else:
                elements = addressed if hole[0] == 2 else numbered
                tasks.append(_Attribute(elements[cast("int", hole[1])], cast("str", hole[2])))
        parent.insert(instance, before)
        return tasks
