"""What a page's client and the server say to each other, heard on its sockets."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from tests.e2e.serving import PATIENCE
from wayfare.wire import ClientMessage, PageOp, opcode


class Said:
    """The messages of a page from now on, over all its sockets. Make it before the page is opened."""

    def __init__(self, page: Any) -> None:
        self._page = page
        self._messages: list[list[Any]] = []
        self._answers: list[list[Any]] = []
        page.on("websocket", self._listen)

    def of(self, kind: type[ClientMessage]) -> list[list[Any]]:
        """The fields of the messages of one kind."""
        return [message[2:] for message in self._messages if message[1] == opcode(kind)]

    def wait(self, kind: type[ClientMessage], count: int, *, seconds: float = PATIENCE) -> list[list[Any]]:
        """The same, as soon as there are so many."""
        self._until(lambda: len(self.of(kind)) >= count, f"{count} {kind.__name__}", seconds)
        return self.of(kind)

    def answered(self, kind: type[PageOp], *, seconds: float = PATIENCE) -> None:
        """Returns once the page has been told something of this kind, and has done it."""

        def came() -> bool:
            return any(op[0] == opcode(kind) for _, _, ops in self._answers for op in ops)

        self._until(came, kind.__name__, seconds)
        self._page.evaluate("0")

    def _until(self, done: Callable[[], bool], what: str, seconds: float) -> None:
        end = time.monotonic() + seconds
        while not done():
            assert time.monotonic() < end, f"{what} did not come: {self._messages} {self._answers}"
            # What was heard is given out while the browser is asked something.
            self._page.evaluate("0")

    def _listen(self, socket: Any) -> None:
        socket.on("framesent", lambda frame: self._messages.append(json.loads(frame)))
        socket.on("framereceived", lambda frame: self._answers.append(json.loads(frame)))
