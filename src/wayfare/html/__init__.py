"""Elements as plain immutable descriptions, and their escaping. Works without reactivity."""

from __future__ import annotations

from . import elements
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
from .events import Event, Listener
from .names import ATTRIBUTES, EVENTS, HandlerWarning, NameWarning
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
    why_not_a_child,
)

__all__ = [
    "ATTRIBUTES",
    "EVENTS",
    "RAW_TEXT",
    "REFUSED_URL",
    "URL_ATTRIBUTES",
    "VOID",
    "AttributeValue",
    "Attributes",
    "Element",
    "Event",
    "Fragment",
    "HandlerWarning",
    "HasHtml",
    "Listener",
    "Markup",
    "NameWarning",
    "Node",
    "RenderedValue",
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
    "why_not_a_child",
]
__all__ += elements.__all__
