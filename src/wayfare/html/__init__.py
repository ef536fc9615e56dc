"""Elements as plain immutable descriptions, and their escaping. Works without reactivity."""

from __future__ import annotations

from .attributes import (
    AttributeValue,
    RenderedValue,
    attribute_name,
    checked_name,
    event_name,
    is_reactive,
    render_value,
)
from .elements import *  # noqa: F403
from .elements import __all__ as _elements
from .escape import (
    REFUSED_URL,
    URL_ATTRIBUTES,
    HasHtml,
    Markup,
    escape_str,
    escape_text,
    is_script_url,
    safe_url,
)
from .nodes import (
    RAW_TEXT,
    VOID,
    Attributes,
    Element,
    Fragment,
    Node,
    attribute_text,
    checked_children,
    element,
    escape_raw,
    fragment,
    plain_text,
    serialize,
)

__all__ = [
    *_elements,
    "Attributes",
    "AttributeValue",
    "Element",
    "Fragment",
    "HasHtml",
    "Markup",
    "Node",
    "REFUSED_URL",
    "RAW_TEXT",
    "RenderedValue",
    "URL_ATTRIBUTES",
    "VOID",
    "attribute_name",
    "attribute_text",
    "checked_children",
    "checked_name",
    "element",
    "escape_raw",
    "escape_str",
    "escape_text",
    "event_name",
    "fragment",
    "is_reactive",
    "is_script_url",
    "plain_text",
    "render_value",
    "safe_url",
    "serialize",
]
