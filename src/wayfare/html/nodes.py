"""What a page is described with: elements, fragments and everything else that may stand between tags.

``Node`` is the specification of what may be a child. Elements are immutable: attributes go in the call,
children in the brackets, and each of both gives a new element::

    div(class_="card")[h1["Title"], p[lambda: text()]]

Children are checked here, where the line that is wrong is still on the stack, and not when they render.
``serialize`` gives the HTML of elements without any reactivity, for e-mail, tests and plain pages. It walks
with a stack of its own: the depth of a tree is bounded by memory and not by Python's frames.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, time
from typing import TYPE_CHECKING, Any, TypeAlias, Union, cast

from .._types import Description
from ..errors import UsageError
from .attributes import attribute_name, checked_name, event_name, is_reactive, render_value
from .escape import HasHtml, escape_text
from .events import Listener
from .names import note_called_handler

Node: TypeAlias = Union[
    str,
    int,
    float,
    bool,
    HasHtml,
    "Element",
    "Fragment",
    Description,
    Callable[[], "Node"],
    Iterable["Node"],
    None,
]

Attributes: TypeAlias = dict[str, object]
"""HTML names to values; the handler of an event stands under ``"on:NAME"``, a ref under ``"ref"``."""

VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
"""Elements that have no content and no closing tag."""

RAW_TEXT = frozenset({"script", "style", "textarea", "title"})
"""Elements whose content is one text: no comment and no tag is recognised inside them."""


class Element:
    """A tag with its attributes and children.

    >>> from wayfare.html import a
    >>> str(a(href="/x", class_={"on": True})["Go"])
    '<a href="/x" class="on">Go</a>'
    """

    __slots__ = ("attributes", "children", "tag")

    # Brackets take children. Without this, Python would take them for an index, and iterate for ever.
    __iter__ = None

    def __init__(
        self, tag: str, attributes: Attributes | None = None, children: tuple[Node, ...] = ()
    ) -> None:
        self.tag = tag
        self.attributes: Attributes = attributes or {}
        self.children = children

    def _call(self, *mappings: Mapping[str, object], **attributes: object) -> Element:
        """A copy with these attributes as well.

        Args:
            mappings: attributes under the names that HTML has for them, for what Python can't spell.
            attributes: attributes as keywords; ``on_click=handler`` listens, a callable value is
                reactive.
        """
        merged = dict(self.attributes)
        for mapping in mappings:
            if not isinstance(mapping, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]
                raise UsageError(
                    f"<{self.tag}> got {mapping!r:.60} between its parentheses. Attributes go there, as "
                    f"keywords or in a dict; children go in brackets: {self.tag}(...)[{mapping!r:.20}]."
                )
            for name, value in mapping.items():
                merged[checked_name(name)] = value
        for keyword, value in attributes.items():
            event = event_name(keyword)
            if event is not None:
                if value is None:
                    note_called_handler(keyword)
                elif not callable(value):
                    raise UsageError(
                        f"{keyword} of <{self.tag}> takes a function, not {value!r:.60}. Give the "
                        f"function itself, {keyword}=save or {keyword}=lambda: save(1), not what a call "
                        "of it gave"
                    )
                merged[f"on:{event}"] = value
            else:
                merged["ref" if keyword == "ref" else attribute_name(keyword)] = value
        return Element(self.tag, merged, self.children)

    if TYPE_CHECKING:
        # Named one by one, so that type checkers know what the lambda of on_input=lambda event: ... gets.
        def __call__(
            self,
            *mappings: Mapping[str, object],
            on_click: Listener | None = None,
            on_dbl_click: Listener | None = None,
            on_input: Listener | None = None,
            on_change: Listener | None = None,
            on_submit: Listener | None = None,
            on_reset: Listener | None = None,
            on_before_input: Listener | None = None,
            on_invalid: Listener | None = None,
            on_select: Listener | None = None,
            on_focus: Listener | None = None,
            on_blur: Listener | None = None,
            on_focus_in: Listener | None = None,
            on_focus_out: Listener | None = None,
            on_key_down: Listener | None = None,
            on_key_up: Listener | None = None,
            on_key_press: Listener | None = None,
            on_mouse_down: Listener | None = None,
            on_mouse_up: Listener | None = None,
            on_mouse_enter: Listener | None = None,
            on_mouse_leave: Listener | None = None,
            on_mouse_move: Listener | None = None,
            on_mouse_over: Listener | None = None,
            on_mouse_out: Listener | None = None,
            on_context_menu: Listener | None = None,
            on_pointer_down: Listener | None = None,
            on_pointer_up: Listener | None = None,
            on_pointer_enter: Listener | None = None,
            on_pointer_leave: Listener | None = None,
            on_pointer_move: Listener | None = None,
            on_pointer_over: Listener | None = None,
            on_pointer_out: Listener | None = None,
            on_pointer_cancel: Listener | None = None,
            on_touch_start: Listener | None = None,
            on_touch_end: Listener | None = None,
            on_touch_move: Listener | None = None,
            on_touch_cancel: Listener | None = None,
            on_wheel: Listener | None = None,
            on_scroll: Listener | None = None,
            on_scroll_end: Listener | None = None,
            on_drag: Listener | None = None,
            on_drag_start: Listener | None = None,
            on_drag_end: Listener | None = None,
            on_drag_enter: Listener | None = None,
            on_drag_leave: Listener | None = None,
            on_drag_over: Listener | None = None,
            on_drop: Listener | None = None,
            on_copy: Listener | None = None,
            on_cut: Listener | None = None,
            on_paste: Listener | None = None,
            on_toggle: Listener | None = None,
            on_before_toggle: Listener | None = None,
            on_close: Listener | None = None,
            on_cancel: Listener | None = None,
            on_load: Listener | None = None,
            on_error: Listener | None = None,
            on_play: Listener | None = None,
            on_pause: Listener | None = None,
            on_ended: Listener | None = None,
            on_resize: Listener | None = None,
            on_animation_start: Listener | None = None,
            on_animation_end: Listener | None = None,
            on_transition_end: Listener | None = None,
            **attributes: object,
        ) -> Element: ...

    else:
        __call__ = _call

    def __getitem__(self, children: Node | tuple[Node, ...]) -> Element:
        """A copy with these children (one, or several with commas between)."""
        if self.tag in VOID:
            raise UsageError(f"<{self.tag}> has no content: it can't take {children!r:.60}")
        if self.children:
            raise UsageError(f"<{self.tag}> has its children already; brackets are written once")
        return Element(self.tag, self.attributes, checked_children(children, self.tag))

    def __str__(self) -> str:
        return serialize(self)

    def __html__(self) -> str:
        return str(self)

    def __repr__(self) -> str:
        return (
            f"<Element {self.tag} with {len(self.attributes)} attributes and {len(self.children)} children>"
        )


class Fragment:
    """Several nodes where one is expected: ``fragment[h1["Title"], p["Text"]]``."""

    __slots__ = ("children",)
    __iter__ = None

    def __init__(self, children: tuple[Node, ...] = ()) -> None:
        self.children = children

    def __getitem__(self, children: Node | tuple[Node, ...]) -> Fragment:
        return Fragment(checked_children(children, "fragment"))

    def __repr__(self) -> str:
        return f"<Fragment of {len(self.children)}>"


def checked_children(children: Node | tuple[Node, ...], parent: str) -> tuple[Node, ...]:
    """What stood between the brackets of ``parent`` as a tuple of nodes that can be rendered.

    Raises:
        UsageError: a child is of a kind that can't be rendered; the message says which and what to write.
    """
    given: tuple[Node, ...] = children if isinstance(children, tuple) else (children,)  # pyright: ignore
    for child in given:
        kind = type(child)
        if kind is str or kind is Element or child is None:
            continue
        if not _is_simple(child):
            break
    else:
        return given
    return tuple(_checked(child, parent) for child in given)


_SIMPLE = (Element, str, Description, int, float, Fragment)


def _is_simple(child: object) -> bool:
    return isinstance(child, _SIMPLE)


def _checked(child: Node, parent: str) -> Node:
    """``child``, with what can be iterated only once put into a tuple."""
    if child is None or isinstance(child, _SIMPLE) or hasattr(type(child), "__html__") or callable(child):
        return child
    if isinstance(child, Iterator):
        child = tuple(child)
    if isinstance(child, list | tuple):
        return tuple([each if isinstance(each, _SIMPLE) else _checked(each, parent) for each in child])
    raise UsageError(why_not_a_child(child, f"a child of {parent}"))


def why_not_a_child(child: object, place: str) -> str:
    """What an error says of something that can't be rendered: what it is, and what to write instead."""
    what = f"{place} is {child!r:.60}, of type {type(child).__name__}, which can't be rendered. "
    if hint := getattr(type(child), "__not_a_node__", None):
        return f"{what}{hint}"
    if inspect.isawaitable(child):
        if inspect.iscoroutine(child):
            child.close()
        return (
            what
            + "A page doesn't await: write value = create_async(fetch) and read value() where it is shown."
        )
    if isinstance(child, bytes):
        return what + "Decode it first: data.decode()."
    if isinstance(child, Mapping | set | frozenset):
        return what + "Its order or meaning is not clear: write a list of nodes, or str(value)."
    if isinstance(child, date | time):
        form = "%H:%M" if isinstance(child, time) else "%d.%m.%Y"
        return f'{what}How it is written is up to you: f"{{value:{form}}}", or str(value).'
    return (
        what
        + "Give text, numbers, elements, components, a function that returns one, or a list of these. Of "
        "anything else, such as a Decimal or a UUID, write its text, str(value)."
    )


def element(tag: str) -> Element:
    """An element of any name, such as a custom element.

    >>> str(element("my-clock")(zone="UTC"))
    '<my-clock zone="UTC"></my-clock>'
    """
    return Element(checked_name(tag))


fragment = Fragment()


def serialize(node: Node) -> str:
    """The HTML of ``node``.

    Raises:
        UsageError: there is a component or control flow inside, which only the render layer can mount.

    >>> from wayfare.html import p
    >>> serialize([p["a & b"], None, 3])
    '<p>a &amp; b</p>3'
    """
    out: list[str] = []
    stack: list[Any] = [node]
    while stack:
        current = stack.pop()
        if isinstance(current, _Literal):
            out.append(current)
        elif isinstance(current, Element):
            out.append(open_tag(current))
            if current.tag not in VOID:
                stack.append(_Literal(f"</{current.tag}>"))
                if current.tag in RAW_TEXT:
                    out.append(raw_text(current))
                else:
                    stack.extend(reversed(current.children))
        elif current is None or isinstance(current, bool):
            continue
        elif isinstance(current, Fragment):
            stack.extend(reversed(current.children))
        elif isinstance(current, HasHtml):
            out.append(current.__html__())
        elif isinstance(current, str):
            out.append(escape_text(current))
        elif isinstance(current, int | float):
            out.append(str(current))
        elif isinstance(current, Description):
            raise UsageError(
                f"{current!r} is a component or control flow: str() renders plain elements only. "
                "Use wayfare.render_to_string."
            )
        elif callable(current):
            stack.append(current())
        else:
            stack.extend(reversed(list(cast("Iterable[Node]", current))))
    return "".join(out)


class _Literal(str):
    """Text that is HTML already, such as a closing tag that waits on the stack."""

    __slots__ = ()


def open_tag(current: Element) -> str:
    """The opening tag of an element, with its attributes as they are now; handlers are left out."""
    parts = [f"<{current.tag}"]
    for name, value in current.attributes.items():
        if name.startswith("on:") or name == "ref":
            continue
        now = value() if callable(value) and is_reactive(name, value) else value
        parts.append(attribute_text(name, render_value(name, now)))
    parts.append(">")
    return "".join(parts)


def attribute_text(name: str, value: str | bool | None) -> str:
    """One rendered attribute with the space before it, or nothing."""
    if value is None or value is False:
        return ""
    return f" {name}" if value is True else f' {name}="{escape_text(value)}"'


def raw_text(current: Element) -> str:
    """The content of an element that holds one text, such as ``<title>``, safe to stand inside it."""
    return escape_raw(current.tag, plain_text(current.children))


def plain_text(children: Iterable[Node]) -> str:
    """The text of children that may be strings, numbers and functions that return these."""
    out: list[str] = []
    stack: list[Any] = list(reversed(list(children)))
    while stack:
        current = stack.pop()
        if current is None or isinstance(current, bool):
            continue
        if isinstance(current, str):
            out.append(current)
        elif isinstance(current, int | float):
            out.append(str(current))
        elif isinstance(current, Element | Description):
            raise UsageError(
                f"{current!r} can't stand in an element that holds one text (title, textarea, style)"
            )
        elif callable(current):
            stack.append(current())
        elif isinstance(current, Fragment):
            stack.extend(reversed(current.children))
        else:
            stack.extend(reversed(list(current)))
    return "".join(out)


def escape_raw(tag: str, text: str) -> str:
    """``text`` as the whole content of ``tag``, one of RAW_TEXT."""
    if tag in ("script", "style"):
        if f"</{tag}" in text.lower() or "<!--" in text:
            raise UsageError(f"the text of <{tag}> contains '</{tag}' or '<!--', which would end it early")
        return text
    escaped = escape_text(text)
    # The parser drops one newline right after <textarea>.
    return "\n" + escaped if tag == "textarea" and escaped.startswith("\n") else escaped
