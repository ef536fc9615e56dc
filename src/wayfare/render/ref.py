"""Refs: a handle to an element in the browser, for what only the browser can do."""

from __future__ import annotations

from collections.abc import Callable

from ..errors import UsageError
from .patches import CALLABLE, Op, Patch


class Ref:
    """What ``ref=fn`` is called with when its element is mounted.

    Each method is carried out in the browser, after the changes that were made before it.
    """

    __slots__ = ("_sink", "id")

    def __init__(self, id: int, sink: Callable[[Patch], None]) -> None:
        self.id = id
        self._sink = sink

    def call(self, method: str) -> None:
        """Calls one of the methods that a ref may call (``wayfare.render.CALLABLE``)."""
        if method not in CALLABLE:
            raise UsageError(f"a ref can't call {method!r}; it can call {', '.join(sorted(CALLABLE))}")
        self._sink((Op.CALL, self.id, method))

    def focus(self) -> None:
        """Puts the keyboard focus on the element."""
        self.call("focus")

    def scroll_into_view(self) -> None:
        """Scrolls until the element can be seen."""
        self.call("scroll_into_view")

    def show_modal(self) -> None:
        """Opens a ``<dialog>`` above everything else."""
        self.call("show_modal")

    def close(self) -> None:
        """Closes a ``<dialog>``."""
        self.call("close")
