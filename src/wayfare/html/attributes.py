"""Attributes: from the Python way of writing them to names and values that HTML takes.

``class_`` is ``class``, ``aria_current`` is ``aria-current``, ``on_click`` listens to ``click``. What a
name turns into is worked out once per name in the process; what a value turns into depends on the
attribute: a class may be a mapping, a boolean attribute is there or not, a URL is checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TypeAlias

from ..errors import UsageError
from .escape import URL_ATTRIBUTES, HasHtml, safe_url
from .names import ATTRIBUTES, EVENTS, note_misspelt

AttributeValue: TypeAlias = object
"""str, number, bool, None; a mapping or list for class and style; a callable for a reactive one."""

RenderedValue: TypeAlias = "str | bool | None"
"""An attribute as it stands in the page: its text, True for a bare one, None for none."""

_NAME = re.compile(r"[^\s\"'<>/=\x00-\x1f\x7f]+")
_FROM_SCRIPT = {
    "className": "class_",
    "classname": "class_",
    "htmlFor": "for_",
    "htmlfor": "for_",
    "tabIndex": "tabindex",
    "readOnly": "readonly",
}
"""Names that scripts have for attributes, and what they are called here."""
_TRUE_FALSE = frozenset({"contenteditable", "draggable", "spellcheck", "autocapitalize"})


@lru_cache(maxsize=4096)
def attribute_name(name: str) -> str:
    """The HTML name of a keyword: one trailing underscore goes, inner ones become dashes.

    >>> attribute_name("class_"), attribute_name("aria_current"), attribute_name("for_")
    ('class', 'aria-current', 'for')
    """
    html_name = checked_name(name.removesuffix("_").replace("_", "-"))
    note_misspelt(html_name, ATTRIBUTES, "{}=...")
    return html_name


@lru_cache(maxsize=4096)
def checked_name(name: str) -> str:
    """``name`` as it is, if it can stand in a tag; a UsageError if it could break out of one."""
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"{name!r} can't be the name of an attribute: it has a space, quote, '=', '<', '>' or '/'"
        )
    if name == "children":
        raise UsageError("children are no attribute. They go in brackets: p(class_='x')['text'].")
    if name in _FROM_SCRIPT:
        raise UsageError(f"HTML has no attribute {name!r}: write {_FROM_SCRIPT[name]}=... instead.")
    if name.lower().startswith("on"):
        raise UsageError(
            f"the attribute {name!r} would run script text in the browser. "
            f"Write on_{name.lower()[2:].lstrip('-')}=handler with a Python function instead."
        )
    return name


@lru_cache(maxsize=1024)
def event_name(keyword: str) -> str | None:
    """The DOM event that ``on_...`` listens to, or None for any other keyword.

    >>> event_name("on_click"), event_name("on_key_down"), event_name("one")
    ('click', 'keydown', None)
    """
    if not keyword.startswith("on_"):
        return None
    name = keyword[3:].replace("_", "").lower()
    if not name.isalnum():
        raise UsageError(
            f"{keyword!r} names no event. Events are written on_click, on_input, on_key_down, ..."
        )
    note_misspelt(name, EVENTS, "on_{}=...")
    return name


def class_names(value: object) -> str | None:
    """A class attribute from a string, a mapping of names to conditions, or a list of these.

    >>> class_names({"active": True, "old": False}), class_names(["a", None, {"b": 1}])
    ('active', 'a b')
    """
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return " ".join(str(name) for name, wanted in value.items() if _now(wanted)) or None  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if isinstance(value, Iterable):
        names = [name for name in map(class_names, value) if name]  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
        return " ".join(names) or None
    if value is None or isinstance(value, bool):
        return None
    return str(value)


def style_text(value: object) -> str | None:
    """A style attribute from a string or a mapping of properties to values.

    >>> style_text({"font_size": "2em", "color": None, "--gap": 3})
    'font-size: 2em; --gap: 3'
    """
    if isinstance(value, Mapping):
        parts: list[str] = []
        for name, part in value.items():  # pyright: ignore[reportUnknownVariableType]
            current = _now(part)  # pyright: ignore[reportUnknownArgumentType]
            if current is not None and current is not False:
                key = str(name)  # pyright: ignore[reportUnknownArgumentType]
                parts.append(f"{key if key.startswith('--') else key.replace('_', '-')}: {current}")
        return "; ".join(parts) or None
    if value is None or isinstance(value, bool):
        return None
    return str(value)


def render_value(name: str, value: object) -> RenderedValue:
    """``value`` of the attribute ``name`` as it stands in the page (not yet escaped).

    >>> render_value("disabled", True), render_value("aria-busy", True), render_value("href", "javascript:x")
    (True, 'true', 'about:invalid#refused')
    """
    if name == "class":
        return class_names(value)
    if name == "style":
        return style_text(value)
    if value is None:
        return None
    if isinstance(value, bool):
        if name.startswith("aria-") or name in _TRUE_FALSE:
            return "true" if value else "false"
        return True if value else None
    text = value if isinstance(value, str) else _text_of(name, value)
    return safe_url(text, name) if name in URL_ATTRIBUTES else text


def is_reactive(name: str, value: object) -> bool:
    """Whether an attribute's value is read again when something changes.

    A callable is, but for an action where a form's address is expected: that stands for its url.
    """
    return callable(value) and not (name in ("action", "formaction") and hasattr(value, "url"))


def _text_of(name: str, value: object) -> str:
    kind = type(value).__name__
    if isinstance(value, HasHtml) or not isinstance(value, bytes | dict | list | set | tuple):
        return str(value)
    raise UsageError(
        f"the attribute {name!r} got a {kind}: {value!r:.60}. "
        "Give text, a number, True, False or None (class and style take mappings too)."
    )


def _now(value: object) -> object:
    """The current value of what may be an accessor."""
    return value() if callable(value) else value
