"""The browser's half of a page, in Python: what the test kit sees a page with.

It does to a light document (`testing.dom`) what `client/src` does to a browser's: finds the places of the
first HTML, builds content from templates and tokens, applies frames. The cases in `tests/wire/golden` are run
by both, and both have to come to the same HTML.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import cast

from ..render import Op
from ..wire import Fresh, Head, opcode
from .content import Builder, PatchError, Slot, Token
from .dom import CommentNode, Element, Node, TextNode, find_all, is_mark, parse_html, walk
from .fields import field_key, set_attribute

__all__ = ["PatchError", "Screen", "Slot"]


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
        self._builder = Builder(self._remember)
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
        self._builder.forget()
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
        slot.parent.insert(self._builder.build(tokens), slot.end)

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
                slot.parent.insert(self._builder.build([-3, 1, item, *tokens]), target)
            else:
                self._move(slot.parent, *self._range(item), target)

    def _template(self, number: int, html: str, holes: Sequence[int], anchored: bool) -> None:
        self._builder.define(number, html, holes, bool(anchored))

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


_PATCHES: dict[int, Callable[..., None]] = {
    int(Op.TEXT): Screen._text,  # pyright: ignore[reportPrivateUsage]
    int(Op.ATTR): Screen._attr,  # pyright: ignore[reportPrivateUsage]
    int(Op.CONTENT): Screen._content,  # pyright: ignore[reportPrivateUsage]
    int(Op.LIST): Screen._list,  # pyright: ignore[reportPrivateUsage]
    int(Op.TEMPLATE): Screen._template,  # pyright: ignore[reportPrivateUsage]
    int(Op.CALL): Screen._call,  # pyright: ignore[reportPrivateUsage]
}
