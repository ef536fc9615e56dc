"""A page with no server around it, and what it sends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import msgspec

from wayfare.html import Node
from wayfare.page import Limits, Page
from wayfare.reactive import Scope
from wayfare.render import component
from wayfare.testing import TestWorld, VirtualClock
from wayfare.wire import EventMessage, EventPayload


class Bench:
    """A page, its clock, and the frames that it sends."""

    def __init__(self, body: Callable[[], Node], *, url: str = "/", limits: Limits | None = None) -> None:
        self.clock = VirtualClock()
        self.world = TestWorld(self.clock)
        self.page = Page(component(body), scope=Scope(self.world, name="test"), url=url, limits=limits)
        self.wakes = 0
        self.seen = 0
        self.n = 0

    def wake(self) -> None:
        self.wakes += 1

    async def open(self) -> str:
        html = await self.page.first_html()
        self.page.connect(self.wake)
        return html

    def event(self, id: int, name: str = "click", **payload: object) -> None:
        self.n += 1
        message = EventMessage(id, name, EventPayload(**payload))  # type: ignore[arg-type]
        self.page.receive(self.n, message)

    async def frames(self) -> list[list[list[object]]]:
        """What is sent from the last call on, one list of operations for each frame."""
        for _ in range(5):
            await asyncio.sleep(0)
        kept = self.page.frames_after(self.seen)
        assert kept is not None
        self.seen = self.page.outbox.last
        return [msgspec.json.decode(each.body) for each in kept]
