"""What can happen to a page that is shown: the operations of the render layer, as they are sent.

Each is a tuple that begins with its code. Addresses are those of ``data-w`` and of the markers in the HTML;
tokens are what ``content.write_tokens`` makes. docs/internals/wire.md describes both with examples.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TypeAlias


class Op(IntEnum):
    """The codes of the render layer's operations; the page's own begin at 20 (wire.messages)."""

    TEXT = 1
    """(TEXT, slot, text): the slot holds text and nothing else; its text is now this."""
    ATTR = 2
    """(ATTR, element, name, text | true | null): set or remove an attribute; ``:text`` is the text inside."""
    CONTENT = 3
    """(CONTENT, slot, tokens): the slot holds this now."""
    LIST = 4
    """(LIST, slot, removed items, steps): a keyed list changes. A step is [item, before, tokens] for a new
    item or [item, before] for a move, in order; ``before`` is the item it goes in front of, 0 the end."""
    TEMPLATE = 5
    """(TEMPLATE, number, html, kinds, anchored): defines a template for the tokens that follow."""
    CALL = 6
    """(CALL, element, method): calls one of the DOM methods in CALLABLE."""


CALLABLE = frozenset({"focus", "blur", "click", "select", "scroll_into_view", "show_modal", "close", "reset"})
"""What a ref may ask of its element."""

Patch: TypeAlias = tuple[object, ...]
"""One operation: an Op and its arguments, of kinds that JSON has."""
