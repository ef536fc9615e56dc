"""The browser's half of a page, in Python: what the test kit sees a page with.

It does to a light document (`testing.dom`) what `client/src` does to a browser's: finds the places of the
first HTML, builds content from templates and tokens, applies frames. The cases in `tests/wire/golden` are run
by both, and both have to come to the same HTML.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import cast

from ..errors import WayfareError
from ..render import Op
from ..wire import Fresh, Head, opcode
from .dom import CommentNode, Element, Node, TextNode, find_all, is_mark, parse_html, walk
from .fields import field_key, set_attribute

Token = str | int | bool | None


class PatchError(WayfareError):
    """A patch that does not fit what is shown: a real client would ask for a fresh render."""


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


class Screen:
    """What a visitor sees of one page.

    Args:
        html: the document, or a part of one, with the marks of the render layer.

    Attributes:
        document: all that was parsed, as a fragment.
        title: the document's title.
        calls: the methods that the server called on elements, oldest first.

    >>> screen = Screen("<p><!--w1-->Hello<!--/--></p>")
    >>> screen.apply([[1, 1, "Goodbye"]])
    []
    >>> screen.html
    '<p>Goodbye</p>'
    """

    def __init__(self, html: str) -> None:
        self.document = parse_html(html)
        self.calls: list[tuple[Element, str]] = []
        self._places: dict[int, Element | Slot] = {}
        self._templates: dict[int, Template] = {}
        self._scan()
        titles = find_all(self.document, "title")
        self.title = titles[0].text if titles else ""

    @property
    def body(self) -> Element:
        """The body, or everything where no body was written."""
        return next(iter(find_all(self.document, "body")), self.document)

    @property
    def html(self) -> str:
        """What is shown, as HTML, without the marks of the render layer."""
        return self.body.inner_html

    @property
    def text(self) -> str:
        """What a visitor reads."""
        return self.body.text

    @property
    def places(self) -> int:
        """How many addresses are known: it must not grow while a page lives."""
        return len(self._places)

    def place(self, id: int) -> Element | Slot:
        """The element or slot with an address.

        Raises:
            PatchError: nothing that is shown has it.
        """
        try:
            return self._places[id]
        except KeyError:
            raise PatchError(f"no place {id} in this page") from None

    def listener(self, element: Element, event: str) -> tuple[Element, list[str]] | None:
        """The nearest element, from `element` outwards, that listens for an event, and its flags."""
        outer: Element | None = element
        while outer is not None:
            for entry in outer.attributes.get("data-on", "").split():
                name, _, flags = entry.partition(":")
                if name == event and outer.id is not None:
                    return outer, [flag for flag in flags.split(",") if flag]
            outer = outer.parent
        return None

    def apply(self, ops: Iterable[Sequence[object]]) -> list[Sequence[object]]:
        """Apply a frame's operations, in order.

        Returns:
            The page-level operations among them that are not about what is shown: navigation, notices and the
            like.

        Raises:
            PatchError: one does not fit what is shown.
        """
        others: list[Sequence[object]] = []
        for op in ops:
            code = op[0]
            if code == opcode(Fresh):
                self._merge(cast("str", op[1]), cast("str", op[2]))
            elif code == opcode(Head):
                for tag, _, text in cast("list[tuple[str, object, str | None]]", op[1]):
                    if tag == "title":
                        self.title = text or ""
            elif isinstance(code, int) and code in _PATCHES:
                _PATCHES[code](self, *op[1:])
            else:
                others.append(op)
        return others

    def _scan(self) -> None:
        """Learn the places of what is shown."""
        self._places.clear()
        open_marks: list[CommentNode] = []
        for node in walk(self.document):
            if isinstance(node, Element) and "data-w" in node.attributes:
                self._remember(int(node.attributes.pop("data-w")), node)
            elif isinstance(node, CommentNode) and is_mark(node):
                if node.data != "/":
                    open_marks.append(node)
                    continue
                start = open_marks.pop() if open_marks else None
                if start is None or start.parent is not node.parent:
                    raise PatchError("the markers of a slot stand in different elements")
                self._remember(int(start.data[1:]), Slot(start, node))
        if open_marks:
            raise PatchError(f"slot {open_marks[0].data[1:]} has no end")

    def _merge(self, html: str, title: str) -> None:
        """A fresh render: shown as it is, but for what was typed, which stays in fields of the same name."""
        root = self._slot(1)
        fields = [
            node for node in walk(self.document) if isinstance(node, Element) and node.attributes.get("name")
        ]
        kept = {field_key(field): (field.typed, field.ticked) for field in fields}
        self._templates.clear()
        parent, after = root.parent, root.end.next
        node: Node | None = root.start
        while node is not None and node is not after:
            following = node.next
            node.remove()
            node = following
        parent.insert(parse_html(html), after)
        self.title = title or self.title
        self._scan()
        for node in walk(self.document):
            if isinstance(node, Element):
                node.typed, node.ticked = kept.get(field_key(node), (None, None))

    def _remember(self, id: int, place: Element | Slot) -> None:
        self._places[id] = place
        if isinstance(place, Element):
            place.id = id

    def _slot(self, id: int) -> Slot:
        place = self.place(id)
        if not isinstance(place, Slot):
            raise PatchError(f"place {id} is an element, not a slot")
        return place

    def _element(self, id: int) -> Element:
        place = self.place(id)
        if not isinstance(place, Element):
            raise PatchError(f"place {id} is a slot, not an element")
        return place

    # The patches.

    def _text(self, id: int, text: str) -> None:
        slot = self._slot(id)
        node = slot.start.next
        if isinstance(node, TextNode) and node.next is slot.end:
            node.data = text
            return
        self._remove(slot.start.next, slot.end)
        if text:
            slot.parent.insert(TextNode(text), slot.end)

    def _attr(self, id: int, name: str, value: Token) -> None:
        set_attribute(self._element(id), name, value)

    def _content(self, id: int, tokens: Sequence[Token]) -> None:
        slot = self._slot(id)
        self._remove(slot.start.next, slot.end)
        slot.parent.insert(self._build(tokens), slot.end)

    def _list(self, id: int, removed: Sequence[int], placed: Sequence[Sequence[object]]) -> None:
        slot = self._slot(id)
        for item in removed:
            first, last = self._range(item)
            self._remove(first, last.next)
        for step in placed:
            item, before = cast("tuple[int, int]", tuple(step[:2]))
            target = self._range(before)[0] if before else slot.end
            if len(step) > 2:
                tokens = cast("Sequence[Token]", step[2])
                slot.parent.insert(self._build([-3, 1, item, *tokens]), target)
            else:
                self._move(slot.parent, *self._range(item), target)

    def _template(self, number: int, html: str, holes: Sequence[int], anchored: bool) -> None:
        self._templates[number] = Template(html, holes, bool(anchored))

    def _call(self, id: int, method: str) -> None:
        self.calls.append((self._element(id), method))

    def _range(self, id: int) -> tuple[Node, Node]:
        place = self.place(id)
        return (place.start, place.end) if isinstance(place, Slot) else (place, place)

    @staticmethod
    def _move(parent: Element, first: Node, last: Node, target: Node) -> None:
        if last.next is target:
            return
        node: Node = first
        while True:
            following = node.next
            parent.insert(node, target)
            if node is last:
                return
            assert following is not None
            node = following

    def _remove(self, node: Node | None, end: Node | None) -> None:
        """Remove siblings from `node` up to `end`, and forget the places in them."""
        while node is not None and node is not end:
            for inner in walk(node):
                if isinstance(inner, Element) and inner.id is not None:
                    self._places.pop(inner.id, None)
                elif isinstance(inner, CommentNode) and is_mark(inner) and inner.data[0] == "w":
                    self._places.pop(int(inner.data[1:]), None)
            following = node.next
            node.remove()
            node = following

    # Content.

    def _template_of(self, number: int) -> Template:
        try:
            return self._templates[number]
        except KeyError:
            raise PatchError(f"no template {number}") from None

    def _build(self, tokens: Sequence[Token]) -> Element:
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


_PATCHES: dict[int, Callable[..., None]] = {
    int(Op.TEXT): Screen._text,  # pyright: ignore[reportPrivateUsage]
    int(Op.ATTR): Screen._attr,  # pyright: ignore[reportPrivateUsage]
    int(Op.CONTENT): Screen._content,  # pyright: ignore[reportPrivateUsage]
    int(Op.LIST): Screen._list,  # pyright: ignore[reportPrivateUsage]
    int(Op.TEMPLATE): Screen._template,  # pyright: ignore[reportPrivateUsage]
    int(Op.CALL): Screen._call,  # pyright: ignore[reportPrivateUsage]
}
