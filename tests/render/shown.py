"""A page body that is mounted, and the patches that its changes make."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wayfare.html import Node
from wayfare.render import Component, Event, Mount, Op, Patch, mount_root


class Shown:
    """A mounted root whose HTML has been sent."""

    def __init__(self, root: Callable[[], Node] | Component[...]) -> None:
        self.all: list[Patch] = []
        self.mount: Mount = mount_root(root, self.all.append)
        self.html = self.mount.html()

    def patches(self) -> list[Patch]:
        """What was sent since the last call, apart from the definitions of templates."""
        sent = [patch for patch in self.all if patch[0] is not Op.TEMPLATE]
        self.all.clear()
        return sent

    @property
    def plain(self) -> str:
        """The HTML as it is now, without addresses."""
        return self.mount.plain_html()

    def listeners(self, event: str = "click") -> list[int]:
        """The addresses of the elements that listen to the event, in the order in which they were mounted."""
        return [address for address in range(1000) if self.mount.handles(address, event)]

    def fire(self, address: int, event: str = "click", **payload: Any) -> Any:
        """Calls a handler as the browser would."""
        return self.mount.dispatch(address, event, Event(event, payload))
