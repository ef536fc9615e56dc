"""What a page's client says to the server, heard on its sockets."""

from __future__ import annotations

import json
import time
from typing import Any

from wayfare.wire import ClientMessage, opcode


class Said:
    """The messages of a page from now on, over all its sockets. Make it before the page is opened."""

    def __init__(self, page: Any) -> None:
        self._page = page
        self._messages: list[list[Any]] = []
        page.on("websocket", lambda socket: socket.on("framesent", self._hear))

    def of(self, kind: type[ClientMessage]) -> list[list[Any]]:
        """The fields of the messages of one kind."""
        return [message[2:] for message in self._messages if message[1] == opcode(kind)]

    def wait(self, kind: type[ClientMessage], count: int, *, seconds: float = 10) -> list[list[Any]]:
        """The same, as soon as there are so many."""
        end = time.monotonic() + seconds
        while len(self.of(kind)) < count:
            assert time.monotonic() < end, f"{self.of(kind)} are fewer than {count} {kind.__name__}"
            # What was heard is given out while the browser is asked something.
            self._page.evaluate("0")
        return self.of(kind)

    def _hear(self, frame: str | bytes) -> None:
        self._messages.append(json.loads(frame))
