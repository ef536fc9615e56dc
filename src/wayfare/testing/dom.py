"""A document in a few classes: what the test kit shows a page in.

It holds what a server sends and a test looks at: elements, texts, comments, attributes. It has no layout and
no scripts, and it does not repair HTML as a browser does: what Wayfare writes needs no repair, and raw
`Markup` that does shows here as it was written.

Siblings are linked, so that moving one of a thousand rows costs the same as moving one of two. Nothing here
recurses: a page may be as deep as it likes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from ..html import VOID

RAW = frozenset({"script", "style"})
"""Elements whose text is written as it is."""

_BLOCK_NAMES = """
    address article aside blockquote body br dd details dialog div dl dt fieldset figcaption figure footer
    form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol option p pre search section
    select summary table tbody td tfoot th thead tr ul
"""
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_SVG_NAMES = """
    animateMotion animateTransform clipPath foreignObject linearGradient radialGradient textPath attributeName
    clipPathUnits gradientTransform gradientUnits markerHeight markerUnits markerWidth maskUnits pathLength
    patternTransform patternUnits preserveAspectRatio refX refY repeatCount startOffset stdDeviation
    textLength viewBox
"""
_SVG_CASE = {name.lower(): name for name in _SVG_NAMES.split()}
"""The names of SVG that are not all in lower case, as Python's parser gives all names."""
_HIDDEN = frozenset({"script", "style", "template", "title", "head", "noscript"})
_SPACE = re.compile(r"[ \t\n\r\f]+")


class Node:
    """What stands in a document. `parent`, `previous` and `next` are None where there is none."""

    __slots__ = ("next", "parent", "previous")

    def __init__(self) -> None:
        self.parent: Element | None = None
        self.previous: Node | None = None
        self.next: Node | None = None

    def remove(self) -> None:
        """Take the node out of its parent."""
        parent = self.parent
        if parent is None:
            return
        if self.previous is None:
            parent.first = self.next
        else:
            self.previous.next = self.next
        if self.next is None:
            parent.last = self.previous
        else:
            self.next.previous = self.previous
        self.parent = self.previous = self.next = None


class TextNode(Node):
    """A run of text."""

    __slots__ = ("data",)

    def __init__(self, data: str) -> None:
        super().__init__()
        self.data = data

    def __repr__(self) -> str:
        return f"TextNode({self.data!r})"


class CommentNode(Node):
    """A comment; the markers of slots are comments."""

    __slots__ = ("data",)

    def __init__(self, data: str) -> None:
        super().__init__()
        self.data = data

    def __repr__(self) -> str:
        return f"CommentNode({self.data!r})"


class Element(Node):
    """An element, or a fragment where `tag` is empty.

    Attributes have text as their value, empty for those that are just there. `id` is the element's address in
    the page, where it has one. `typed` and `ticked` are what a visitor has made of a field, None where
    nothing.

    >>> link = find_all(parse_html('<p><a href="/users">All <b>users</b></a></p>'), "a")[0]
    >>> link.tag, link["href"], link.text, link.get("rel")
    ('a', '/users', 'All users', None)
    """

    __slots__ = ("attributes", "first", "id", "last", "tag", "ticked", "typed")

    def __init__(self, tag: str, attributes: dict[str, str] | None = None) -> None:
        super().__init__()
        self.tag = tag
        self.attributes: dict[str, str] = attributes or {}
        self.first: Node | None = None
        self.last: Node | None = None
        self.id: int | None = None
        self.typed: str | None = None
        self.ticked: bool | None = None

    def __repr__(self) -> str:
        html = to_html(self)
        return html if len(html) <= 120 else f"{html[:117]}..."

    def __getitem__(self, name: str) -> str:
        """The value of an attribute.

        Raises:
            KeyError: the element does not have it.
        """
        try:
            return self.attributes[name]
        except KeyError:
            known = ", ".join(self.attributes) or "none"
            raise KeyError(f"<{self.tag}> has no attribute {name!r}; it has: {known}") from None

    def get(self, name: str, default: str | None = None) -> str | None:
        """The value of an attribute, or `default`."""
        return self.attributes.get(name, default)

    @property
    def children(self) -> list[Node]:
        """The nodes directly inside, in order."""
        found: list[Node] = []
        node = self.first
        while node is not None:
            found.append(node)
            node = node.next
        return found

    @property
    def text(self) -> str:
        """The text a visitor reads: spaces collapsed, a line for each block."""
        return to_text(self)

    @property
    def html(self) -> str:
        """The element as HTML, without the marks by which the client finds its way."""
        return to_html(self)

    @property
    def inner_html(self) -> str:
        """What is in the element, as HTML."""
        return "".join(to_html(child) for child in self.children)

    def insert(self, node: Node, before: Node | None = None) -> None:
        """Put a node in front of a child, or at the end. It leaves where it was before. A fragment's children
        go in, and the fragment is left empty."""
        if isinstance(node, Element) and not node.tag:
            while node.first is not None:
                self.insert(node.first, before)
            return
        if node is before:
            return
        node.remove()
        node.parent = self
        node.next = before
        node.previous = self.last if before is None else before.previous
        if node.previous is None:
            self.first = node
        else:
            node.previous.next = node
        if before is None:
            self.last = node
        else:
            before.previous = node


def walk(root: Node) -> Iterator[Node]:
    """`root` and everything in it, in document order. The tree must not change meanwhile."""
    node: Node | None = root
    while node is not None:
        yield node
        if isinstance(node, Element) and node.first is not None:
            node = node.first
            continue
        while node is not None and node is not root and node.next is None:
            node = node.parent
        node = None if node is None or node is root else node.next


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("")
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes: dict[str, str] = {}
        for name, value in attrs:
            attributes.setdefault(_SVG_CASE.get(name, name), value or "")
        element = Element(_SVG_CASE.get(tag, tag), attributes)
        self.open[-1].insert(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        # An end tag closes what it names; one that names nothing that is open is passed over.
        for at in range(len(self.open) - 1, 0, -1):
            if self.open[at].tag.lower() == tag:
                del self.open[at:]
                return

    def handle_data(self, data: str) -> None:
        last = self.open[-1].last
        if isinstance(last, TextNode):
            last.data += data
        else:
            self.open[-1].insert(TextNode(data))

    def handle_comment(self, data: str) -> None:
        self.open[-1].insert(CommentNode(data))


def parse_html(html: str) -> Element:
    """Read HTML into a fragment: an element without a tag.

    >>> parse_html('<p class="a">Hi <b>you</b></p>').children
    [<p class="a">Hi <b>you</b></p>]
    """
    parser = _Parser()
    parser.feed(html)
    parser.close()
    return parser.root


def to_html(root: Node, *, marks: bool = False) -> str:
    """Write a node as HTML; a fragment as what is in it.

    Args:
        root: what to write.
        marks: also the comments and attributes by which the client finds its way.
    """
    out: list[str] = []
    stack: list[Node | str] = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            out.append(node)
        elif isinstance(node, TextNode):
            raw = node.parent is not None and node.parent.tag in RAW
            out.append(node.data if raw else _escape(node.data))
        elif isinstance(node, CommentNode):
            if marks or not is_mark(node):
                out.append(f"<!--{node.data}-->")
        elif isinstance(node, Element):
            if node.tag:
                out.append(f"<{node.tag}{_attributes(node, marks)}>")
                if node.tag in VOID:
                    continue
                stack.append(f"</{node.tag}>")
            stack.extend(reversed(node.children))
    return "".join(out)


def _attributes(element: Element, marks: bool) -> str:
    return "".join(
        f' {name}="{_escape(value).replace(chr(34), "&quot;")}"'
        for name, value in element.attributes.items()
        if marks or name not in _MARKS
    )


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("\xa0", "&nbsp;").replace("<", "&lt;").replace(">", "&gt;")


_MARK = re.compile(r"(?:w\d+|/|\?)\Z")
_MARKS = frozenset({"data-w", "data-v", "data-on", "data-wh"})


def is_mark(node: Node) -> bool:
    """Whether a node is one of the comments by which the client finds its way."""
    return isinstance(node, CommentNode) and _MARK.match(node.data) is not None


def to_text(root: Node) -> str:
    """The text a visitor reads.

    >>> to_text(parse_html("<h1>Users</h1><p>John  <b>Doe</b></p><script>x</script>"))
    'Users\\nJohn Doe'
    """
    lines: list[str] = [""]
    stack: list[Node | None] = [root]
    while stack:
        node = stack.pop()
        if node is None:
            lines.append("")
        elif isinstance(node, TextNode):
            lines[-1] += node.data
        elif isinstance(node, Element):
            if node is not root and (node.tag in _HIDDEN or "hidden" in node.attributes):
                continue
            if node.tag in _BLOCKS:
                lines.append("")
                stack.append(None)
            stack.extend(reversed(node.children))
    collapsed = (_SPACE.sub(" ", line).strip(" ") for line in lines)
    return "\n".join(line for line in collapsed if line)


def find_all(
    root: Element, tag: str | None = None, *, text: str | None = None, **attributes: str | bool
) -> list[Element]:
    """The elements in `root` that fit, in document order.

    Args:
        root: where to look.
        tag: the name of the element; None for any.
        text: what a visitor reads in it. Elements with exactly this text are preferred; where there is none,
        those
            that contain it are given.
        attributes: values that attributes have; True for one that is there, False for one that is not. Names
            are written as in `wayfare.html`: `class_`, `data_id`.

    >>> page = parse_html("<ul><li class='on'>Ann</li><li>Anna</li></ul>")
    >>> find_all(page, "li", text="Ann"), find_all(page, "li", class_=False)
    ([<li class="on">Ann</li>], [<li>Anna</li>])
    """
    wanted = {name.strip("_").replace("_", "-"): value for name, value in attributes.items()}
    found = [
        node
        for node in walk(root)
        if isinstance(node, Element)
        and node is not root
        and (tag is None or node.tag == tag)
        and all(_has(node, name, value) for name, value in wanted.items())
    ]
    if text is None:
        return found
    text = _SPACE.sub(" ", text).strip(" ")
    read = [(node, to_text(node).replace("\n", " ")) for node in found]
    exact = [node for node, own in read if own == text]
    # An element around the one that has the text has it too; the innermost is meant.
    return _innermost(exact or [node for node, own in read if text in own])


def _has(element: Element, name: str, value: str | bool) -> bool:
    own = element.attributes.get(name)
    if isinstance(value, bool):
        return (own is not None) is value
    if name == "class" and own is not None:
        return set(value.split()) <= set(own.split())
    return own == value


def _innermost(elements: list[Element]) -> list[Element]:
    around: set[Element] = set()
    for element in elements:
        outer = element.parent
        while outer is not None and outer not in around:
            around.add(outer)
            outer = outer.parent
    return [element for element in elements if element not in around]
