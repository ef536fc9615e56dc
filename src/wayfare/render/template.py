"""Templates: the constant part of what one place in the code renders, worked out once per process.

An element is split into *statics* (constant strings) and *holes* (text, attribute, child, handler)::

    tr(class_="row")[td[row.id], td[lambda: row.name()]]

    shape      "<tr" "=class" "<td" "T" ">" "<td" "C" ">" ">"        what is where, without the values
    values     "row"          "7"          <function>
    template   <tr class="row"><td>(text)</td><td>(slot)</td></tr>

The shape is the key: elements of one shape share a template. Which of a shape's plain values are constants
can't be seen from one element, so each is taken for one until an element comes with another value there;
then it becomes a hole, once and for all, and the shape gets a new template. A shape settles after at most as
many templates as it has values, and in practice after two.
"""

from __future__ import annotations

from itertools import count
from typing import Any, cast

from .._types import Description
from ..errors import UsageError
from ..html import (
    RAW_TEXT,
    URL_ATTRIBUTES,
    VOID,
    Element,
    Fragment,
    Node,
    RenderedValue,
    attribute_text,
    escape_raw,
    escape_text,
    is_reactive,
    plain_text,
    render_value,
)
from .events import Handler
from .holes import ADDRESS, ATTR, HANDLER, LIVE, NODE, RAW, REF, SLOT, TEXT, Format, Hole, LiveText, writer

MAX_SHAPES = 10_000
"""Shapes remembered per process; the oldest is forgotten first. Only a program that makes tag or attribute
names at run time gets near it."""

_PLAIN_NAMES = frozenset({"class", "style"}) | URL_ATTRIBUTES
_MOUNTED = (Description, Fragment, list, tuple)
_numbers = count(1)


class Template:
    """Statics and holes of one shape, with one choice of what is constant."""

    __slots__ = (
        "addresses",
        "anchored",
        "client_html",
        "client_kinds",
        "format",
        "holes",
        "number",
        "parts",
        "wiring",
        "writers",
    )

    def __init__(self, build: _Build, anchored: bool) -> None:
        self.number = next(_numbers)
        self.anchored = anchored
        self.addresses = build.addresses
        self.holes: tuple[Hole, ...] = tuple(build.holes)
        self.wiring: tuple[Hole, ...] = tuple(build.wiring)
        self.parts: tuple[str | tuple[int, int], ...] = build.finished_parts()
        """The HTML: constant strings, and pairs of (kind, index of the hole or offset of the address)."""
        self.writers = tuple(writer(hole) for hole in self.holes)
        """How the value of each hole is written, where nothing is nested in it."""
        self.format: Format | None = Format(self.parts, self.writers) if all(self.writers) else None
        """The whole HTML as a string to be filled; None where something is nested in it."""
        self.client_html = "".join(build.client)
        self.client_kinds = build.kinds


class Shape:
    """What elements of one structure have in common, and the template that serves them now."""

    __slots__ = ("constants", "template", "tokens")

    def __init__(self, tokens: tuple[str, ...], constants: dict[int, object]) -> None:
        self.tokens = tokens
        self.constants = constants
        """The plain values that no hole is needed for, by their positions."""
        self.template: Template | None = None

    def template_for(self, values: list[Any]) -> Template:
        """The template in which every value that is not a hole is as in ``values``."""
        template = self.template
        varying = [at for at, constant in self.constants.items() if values[at] != constant]
        if template is None or varying:
            for at in varying:
                del self.constants[at]
            template = self.template = Template(_Build(self), self.tokens[0] == "anchored")
        return template


_shapes: dict[tuple[str, ...], Shape] = {}


def split(element: Element, anchored: bool) -> tuple[Template, list[Any]]:
    """The template of an element and the values of its shape, some of which fill the template's holes.

    Args:
        element: what is rendered.
        anchored: the root element must have an address, as the item of a list does.
    """
    tokens: list[str] = ["anchored"] if anchored else []
    values: list[Any] = []
    outline(element, tokens, values)
    key = tuple(tokens)
    shape = _shapes.get(key)
    if shape is None:
        if len(_shapes) >= MAX_SHAPES:
            del _shapes[next(iter(_shapes))]
        shape = _shapes[key] = Shape(key, _constants(key, values))
    return shape.template_for(values), values


def template_of(tokens: tuple[str, ...], constants: dict[int, object]) -> Template:
    """The template of a shape whose constants are known, and are no others."""
    return Template(_Build(Shape(tokens, constants)), tokens[0] == "anchored")


class Outlined(Element):
    """An element that may know its outline without being walked through."""

    __slots__ = ()

    def outline(self, tokens: list[str], values: list[Any]) -> bool:
        """Writes its shape and values as ``outline`` would, or does nothing and returns False."""
        raise NotImplementedError

    def compare(self, tokens: list[str]) -> None:
        """Called with what was found in it where it didn't know."""
        raise NotImplementedError


class _Comparison:
    """A step on the stack of ``outline``: the element that began at ``start`` is complete."""

    __slots__ = ("element", "start")

    def __init__(self, element: Outlined, start: int) -> None:
        self.element = element
        self.start = start


def outline(root: Element, tokens: list[str], values: list[Any]) -> None:
    """Writes the shape of ``root`` to ``tokens`` and what fills it to ``values``, without recursion."""
    stack: list[Any] = [root]
    while stack:
        node = stack.pop()
        kind: Any = type(node)  # pyright: ignore[reportUnknownVariableType]
        if kind is str:
            tokens.append("T")
            values.append(node)
        elif kind is Element or isinstance(node, Element):
            if isinstance(node, Outlined):
                if node.outline(tokens, values):
                    continue
                stack.append(_Comparison(node, len(tokens)))
            if "value" in node.attributes and node.tag in ("textarea", "select"):
                node = _with_value_inside(node)
            _outline_attributes(node, tokens, values)
            children = node.children
            if node.tag in RAW_TEXT:
                _outline_raw(node, tokens, values)
            elif len(children) == 1 and type(children[0]) is str:
                tokens.append("T")
                values.append(children[0])
                tokens.append(">")
            elif node.tag not in VOID:
                stack.append(_CLOSE)
                stack.extend(reversed(children))
        elif node is _CLOSE:
            tokens.append(">")
        elif kind is _Comparison:
            node.element.compare(tokens[node.start :])
        elif node is None or kind is bool:
            continue
        elif kind is int or kind is float:
            tokens.append("T")
            values.append(str(node))
        elif isinstance(node, _MOUNTED) or hasattr(kind, "__html__"):
            tokens.append("N")
            values.append(node)
        elif isinstance(node, str | int | float):
            tokens.append("T")
            values.append(str(node))
        elif callable(node):
            tokens.append("C")
            values.append(node)
        else:
            tokens.append("N")
            values.append(tuple(node))


def _with_value_inside(node: Element) -> Element:
    """``node`` with its value where HTML has it: as the text of a text area, on the option of a select."""
    attributes = dict(node.attributes)
    value = attributes["value"]
    if node.tag == "textarea":
        del attributes["value"]
        return Element(node.tag, attributes, (cast("Node", value),))
    if callable(value) or value is None:
        return node
    del attributes["value"]
    wanted = str(value)
    return Element(node.tag, attributes, tuple(_chosen(child, wanted) for child in node.children))


def _chosen(child: Node, wanted: str) -> Node:
    """An option, or the options of a group or list, with ``selected`` on the one that has the value."""
    if isinstance(child, list | tuple):
        return tuple(_chosen(each, wanted) for each in child)
    if not isinstance(child, Element):
        return child
    if child.tag == "optgroup":
        return Element(child.tag, child.attributes, tuple(_chosen(each, wanted) for each in child.children))
    if child.tag != "option" or any(callable(each) for each in child.children):
        return child
    own = child.attributes.get("value")
    is_it = str(own if own is not None else plain_text(child.children)) == wanted
    return Element(child.tag, {**child.attributes, "selected": is_it}, child.children)


def _outline_attributes(node: Element, tokens: list[str], values: list[Any]) -> None:
    tokens.append("<" + node.tag)
    for name, value in node.attributes.items():
        if type(value) is str and name not in _PLAIN_NAMES:
            tokens.append("=" + name)
        elif name.startswith("on:"):
            if value is None:
                continue
            value = Handler.of(value)
            tokens.append(f"!{name[3:]}{value.flags}")
        elif name == "ref":
            tokens.append("&")
        elif is_reactive(name, value):
            tokens.append("~" + name)
        else:
            if name == "action" and hasattr(value, "url"):
                _check_method(node)
            tokens.append("=" + name)
            value = render_value(name, value)
        values.append(value)


def _check_method(form: Element) -> None:
    """A form whose target is an action posts to it: anything else would ask for a page of that name."""
    method = form.attributes.get("method")
    if not callable(method) and str(method).lower() != "post":
        raise UsageError(
            f"a <{form.tag}> whose action is {form.attributes['action']!r} has "
            f"{'no method' if method is None else f'the method {method!r}'}, so the browser would not post "
            'it. Write form(action=..., method="post").'
        )


def _outline_raw(node: Element, tokens: list[str], values: list[Any]) -> None:
    children = node.children
    if any(callable(child) and not isinstance(child, Element) for child in children):
        tokens.append("S" + node.tag)
        values.append(lambda: plain_text(children))
    else:
        tokens.append("R" + node.tag)
        values.append(plain_text(children))
    tokens.append(">")


_CLOSE = object()


def _constants(tokens: tuple[str, ...], values: list[Any]) -> dict[int, object]:
    """The values of a shape that may be constant: plain attributes and texts, by their positions."""
    found: dict[int, object] = {}
    at = 0
    for token in tokens:
        sort = token[0]
        if sort in "=TR":
            found[at] = values[at]
        if sort in "=TRSNC!~&":
            at += 1
    return found


class _Build:
    """Turns a shape into the parts of a template: one pass over its tokens."""

    def __init__(self, shape: Shape) -> None:
        self.addresses = 0
        self.holes: list[Hole] = []
        self.wiring: list[Hole] = []
        self.kinds: list[object] = []
        self.parts: list[str | tuple[int, int]] = []
        self.client: list[str] = []
        self.unaddressed = 0
        self.constants = shape.constants
        self.at = 0
        tokens = [token for token in shape.tokens if token != "anchored"]
        anchor = shape.tokens[0] == "anchored"
        open_tags: list[str] = []
        index = 0
        while index < len(tokens):
            token = tokens[index]
            sort = token[0]
            if sort == "<":
                end = index + 1
                while end < len(tokens) and tokens[end][0] in "=~!&":
                    end += 1
                raw = tokens[end] if end < len(tokens) and tokens[end][0] == "S" else None
                self.open(token[1:], tokens[index + 1 : end], anchor and index == 0, raw is not None)
                index = end
                if token[1:] not in VOID:
                    open_tags.append(token[1:])
                continue
            if sort == ">":
                self.both(f"</{open_tags.pop()}>")
            elif sort in "TR":
                self.text(token[1:])
            elif sort == "S":
                self.live_text(token[1:])
            elif sort == "N":
                self.hole(NODE, -1, "", 0)
                self.client.append("<!--?-->")
            else:
                offset = self.take_address()
                self.hole(SLOT, offset, "", [1, offset])
                self.client.append("<!--?-->")
            index += 1

    def both(self, text: str) -> None:
        self.parts.append(text)
        self.client.append(text)

    def take_address(self) -> int:
        self.addresses += 1
        return self.addresses - 1

    def hole(self, kind: int, offset: int, name: str, client_kind: object) -> None:
        self.parts.append((kind, len(self.holes)))
        self.holes.append(Hole(kind, self.at, offset, name))
        self.kinds.append(client_kind)
        self.at += 1

    def text(self, tag: str) -> None:
        """Plain text, constant or not; ``tag`` is set for an element that holds one text."""
        constant = self.constants.get(self.at)
        if constant is None:
            if tag:
                self.hole(RAW, self.element_offset, tag, self.attribute_kind(":text"))
            else:
                self.hole(TEXT, -1, "", 0)
                self.client.append("<!--?-->")
            return
        self.both(escape_raw(tag, str(constant)) if tag else escape_text(str(constant)))
        self.at += 1

    def live_text(self, tag: str) -> None:
        self.hole(LIVE, self.element_offset, ":" + tag, self.attribute_kind(":text"))

    def open(self, tag: str, attributes: list[str], anchor: bool, live_text: bool) -> None:
        """An opening tag. An element that can change, or is listened to, has an address of its own."""
        sorts = {token[0] for token in attributes}
        addressed = anchor or live_text or bool(sorts & set("~!&"))
        self.element_offset = self.take_address() if addressed else -1
        self.both("<" + tag)
        if addressed:
            self.parts.append((ADDRESS, self.element_offset))
            self.client.append(f' data-w="{self.element_offset}"')
        self.element_number = -1
        events = " ".join(token[1:] for token in attributes if token[0] == "!")
        if events:
            listening = f' data-on="{escape_text(events)}"'
            self.parts.append(LiveText(listening))
            self.client.append(listening)
        # The client finds an element that has holes but no address by a number that it removes again.
        mark = len(self.client)
        self.client.append("")
        for token in attributes:
            self.attribute(token[0], token[1:])
        if self.element_number >= 0:
            self.client[mark] = f' data-v="{self.element_number}"'
        self.both(">")

    def attribute(self, sort: str, name: str) -> None:
        if sort == "=":
            if self.at in self.constants:
                self.both(attribute_text(name, cast("RenderedValue", self.constants[self.at])))
                self.at += 1
            else:
                self.hole(ATTR, self.element_offset, name, self.attribute_kind(name))
        elif sort == "~":
            self.hole(LIVE, self.element_offset, name, self.attribute_kind(name))
        else:
            kind = HANDLER if sort == "!" else REF
            self.wiring.append(Hole(kind, self.at, self.element_offset, name.split(":")[0]))
            self.at += 1

    def attribute_kind(self, name: str) -> list[object]:
        if self.element_offset >= 0:
            return [2, self.element_offset, name]
        if self.element_number < 0:
            self.element_number = self.unaddressed
            self.unaddressed += 1
        return [3, self.element_number, name]

    def finished_parts(self) -> tuple[str | tuple[int, int], ...]:
        """The parts with neighbouring strings joined."""
        joined: list[str | tuple[int, int]] = []
        for part in self.parts:
            if type(part) is str and joined and type(joined[-1]) is str:
                joined[-1] += part
            elif part != "":
                joined.append(part)
        return tuple(joined)
