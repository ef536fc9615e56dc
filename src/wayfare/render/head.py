"""The document's head: a list of tags that components add to while they are mounted.

The newest title wins; when its component goes, the one before it shows again. Other tags stand in the order
in which they were added, one of each kind where a page can have only one (a description, a canonical link).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from ..html import RenderedValue, attribute_text, escape_raw

Entry: TypeAlias = tuple[str, tuple[tuple[str, RenderedValue], ...], str]
"""(tag, attributes, text) of one tag of the head."""

_ONE_OF_EACH = {"meta": ("name", "property", "http-equiv", "charset"), "link": ("rel",)}
_ONCE_LINKS = frozenset({"canonical", "icon", "manifest"})


class HeadTag:
    """One tag that a component added. It may change, and goes with its component. Made by `Head.add`.

    Attributes:
        entry: the tag's name, its attributes and its text.
    """

    __slots__ = ("_head", "entry")

    def __init__(self, head: Head, entry: Entry) -> None:
        self._head = head
        self.entry = entry

    def set(self, entry: Entry) -> None:
        """Replaces the tag."""
        if entry != self.entry:
            self.entry = entry
            self._head.changed()

    def remove(self) -> None:
        """Takes the tag out again."""
        self._head.remove(self)


class Head:
    """The head of one page: the tags of the components that are mounted now.

    Args:
        title: the title where no component sets one.

    >>> head = Head("Shop")
    >>> tag = head.add("title", (), "Cart")
    >>> head.html()
    '<title>Cart</title>'
    >>> tag.remove()
    >>> head.title()
    'Shop'
    """

    def __init__(self, title: str = "") -> None:
        self.default_title = title
        self._tags: list[HeadTag] = []
        self.on_change: Callable[[], None] | None = None
        """Called after a tag was added, changed or removed."""

    def add(self, tag: str, attributes: tuple[tuple[str, RenderedValue], ...], text: str = "") -> HeadTag:
        """Adds a tag at the end.

        Args:
            tag: its name.
            attributes: names as HTML has them, and values: text, or True for one that is just there.
            text: the content of a ``title`` or ``style``.

        Returns:
            The tag, to change it and to take it out again.
        """
        added = HeadTag(self, (tag, attributes, text))
        self._tags.append(added)
        self.changed()
        return added

    def remove(self, tag: HeadTag) -> None:
        """Takes a tag out; does nothing where it is gone already."""
        if tag in self._tags:
            self._tags.remove(tag)
            self.changed()

    def changed(self) -> None:
        """Tells `on_change` that the head is another."""
        if self.on_change is not None:
            self.on_change()

    def title(self) -> str:
        """The title that shows now."""
        titles = [tag.entry[2] for tag in self._tags if tag.entry[0] == "title"]
        return titles[-1] if titles else self.default_title

    def entries(self) -> list[Entry]:
        """The tags as they stand in the document now, the title first."""
        kept: dict[object, Entry] = {}
        for tag in self._tags:
            entry = tag.entry
            if entry[0] != "title":
                kept[_identity(entry)] = entry
        title = self.title()
        return [*([("title", (), title)] if title else []), *kept.values()]

    def html(self, nonce: str | None = None, *, marked: bool = False) -> str:
        """The tags as HTML.

        Args:
            nonce: put on each ``<style>``, for a Content-Security-Policy that asks for it.
            marked: mark each by ``data-wh``, for the client that keeps them current.
        """
        return "".join(_tag_html(entry, nonce, marked) for entry in self.entries())


def _identity(entry: Entry) -> object:
    """What two entries must share for the later one to replace the earlier."""
    tag, attributes, _ = entry
    known = dict(attributes)
    for name in _ONE_OF_EACH.get(tag, ()):
        value = known.get(name)
        if value is not None and (tag != "link" or value in _ONCE_LINKS):
            return tag, name, value
    return entry if tag != "base" else "base"


def _tag_html(entry: Entry, nonce: str | None, marked: bool) -> str:
    tag, attributes, text = entry
    written = "".join(attribute_text(name, value) for name, value in attributes)
    if tag == "style" and nonce:
        written += attribute_text("nonce", nonce)
    if marked:
        written += " data-wh"
    if tag in ("title", "style"):
        return f"<{tag}{written}>{escape_raw(tag, text)}</{tag}>"
    return f"<{tag}{written}>"
