"""What a test sees of a page: its text, its HTML, and the elements that fit a selector."""

from __future__ import annotations

from collections.abc import Iterator

from ..errors import UsageError
from .browser import HistoryEntry, Window
from .client import Screen
from .clock import VirtualClock
from .dom import Element
from .inprocess import Answer
from .selectors import select


class Shown:
    """The side of a page that is looked at.

    Args:
        clock: the app's time.
    """

    def __init__(self, clock: VirtualClock) -> None:
        self._window: Window | None = None
        self.clock = clock
        self.answer = Answer(0, (), b"")

    @property
    def window(self) -> Window:
        """The client: history, connection, frames."""
        if self._window is None:
            raise UsageError("The page was not loaded.")
        return self._window

    @property
    def screen(self) -> Screen:
        """What is shown."""
        return self.window.screen

    @property
    def status(self) -> int:
        """The HTTP status of the document."""
        return self.answer.status

    @property
    def url(self) -> str:
        """What the address bar shows: path, search and hash."""
        return self.window.url

    @property
    def title(self) -> str:
        """The document's title."""
        return self.screen.title

    @property
    def text(self) -> str:
        """What a visitor reads, a line for each block."""
        return self.screen.text

    @property
    def html(self) -> str:
        """The body as HTML, without the marks by which the client finds its way."""
        return self.screen.html

    @property
    def notices(self) -> list[tuple[str, str]]:
        """What the server told the client about the page itself: a code, and words."""
        return self.window.notices

    @property
    def history(self) -> list[HistoryEntry]:
        """The entries of the window's history, oldest first."""
        return self.window.entries

    def find_all(self, selector: str = "*", *, text: str | None = None) -> list[Element]:
        """The elements that fit, in document order.

        Args:
            selector: a CSS selector (see `testing.selectors`).
            text: what a visitor reads in them; exactly, or, where there is none such, as a part.
        """
        found = select(self.screen.body, selector)
        if text is None:
            return found
        text = " ".join(text.split())
        read = [(element, element.text.replace("\n", " ")) for element in found]
        fitting = [e for e, own in read if own == text] or [e for e, own in read if text in own]
        # An element around the one that has the text has it, too; the innermost is meant.
        around = {id(outer) for inner in fitting for outer in _outside(inner)}
        return [element for element in fitting if id(element) not in around]

    def get(self, selector: str = "*", *, text: str | None = None) -> Element:
        """The one element that fits.

        Raises:
            UsageError: none fits, or several do; the message shows what there is.
        """
        found = self.find_all(selector, text=text)
        if len(found) == 1:
            return found[0]
        what = selector + (f" with the text {text!r}" if text is not None else "")
        if found:
            several = "\n".join(f"  {element!r}" for element in found[:10])
            raise UsageError(
                f"{len(found)} elements fit {what}:\n{several}\nSay more, or take one of page.find_all()."
            )
        shown = self.html
        shown = shown if len(shown) <= 2000 else shown[:2000] + "..."
        raise UsageError(f"No element fits {what}. The page at {self.url} shows:\n{shown}")

    def _usable(self, element: Element | str) -> Element:
        target = self.get(element) if isinstance(element, str) else element
        root = target
        while root.parent is not None:
            root = root.parent
        if root is not self.screen.document:
            raise UsageError(f"{target!r} is not in the page any more: get it again.")
        if "disabled" in target.attributes:
            raise UsageError(f"{target!r} is disabled: a visitor can't use it.")
        return target


def _outside(element: Element) -> Iterator[Element]:
    outer = element.parent
    while outer is not None:
        yield outer
        outer = outer.parent
