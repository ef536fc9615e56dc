"""The display: what the browser has been sent, and the patches that bring it up to date.

Only what is live is patched. What is not will be written as it is then, once it shows (see content.py).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from .content import Content, Item, Items, Slot, forget, write_tokens
from .keyed import plan
from .patches import Op, Patch
from .template import Template

Sink: TypeAlias = Callable[[Patch], None]
"""Gets each operation as it comes up."""


class Display:
    """What one browser shows of a mounted tree.

    Args:
        send: gets each patch.
    """

    def __init__(self, send: Sink) -> None:
        self.send = send
        self._defined: set[int] = set()

    def show(self, slot: Slot, content: Content) -> None:
        """Puts ``content`` into ``slot``, and tells the browser if it has the slot."""
        old = slot.content
        if old is content or (type(old) is str and old == content):
            return
        slot.content = content
        if not slot.live:
            return
        if type(content) is str and type(old) is str:
            self.send((Op.TEXT, slot.id, content))
            return
        if isinstance(old, Items) and isinstance(content, Items):
            self._rearrange(slot, old, content)
            return
        forget(old)
        self.send((Op.CONTENT, slot.id, self.tokens(content)))

    def _rearrange(self, slot: Slot, old: Items, new: Items) -> None:
        removed, steps = plan(old.items, new.items)
        if not removed and not steps:
            return
        gone = [old.items[at] for at in removed]
        for item in gone:
            forget(item.cell[0])
        if len(gone) == len(old.items):
            # Nothing is kept: one operation empties the slot at once.
            self.send((Op.CONTENT, slot.id, self.tokens(new)))
            return
        gone_ids = [item.id for item in gone]
        items = new.items
        moves: list[list[object]] = []
        for at, is_new in steps:
            item = items[at]
            before = items[at + 1].id if at + 1 < len(items) else 0
            moves.append([item.id, before, self._item_tokens(item)] if is_new else [item.id, before])
        self.send((Op.LIST, slot.id, gone_ids, moves))

    def _item_tokens(self, item: Item) -> list[object]:
        anchor = item.anchor
        return self.tokens(item.cell[0] if anchor is None else anchor)

    def tokens(self, content: Content) -> list[object]:
        """The tokens of ``content``; templates that the browser doesn't know yet are defined first."""
        return write_tokens(content, self._define)

    def _define(self, template: Template) -> None:
        if template.number not in self._defined:
            self._defined.add(template.number)
            self.send(
                (Op.TEMPLATE, template.number, template.client_html, template.client_kinds, template.anchored)
            )

    def forget_templates(self) -> None:
        """Called when a new client takes over, which knows no template."""
        self._defined.clear()
