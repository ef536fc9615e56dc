"""The stage of a scenario: a clock that only `wait` moves, a window with its history, values as traced.

The window's part is the client's in Wayfare: it is played here, after the rules of the client.
"""

from __future__ import annotations

import asyncio
import heapq
import html
import itertools
import json
import re
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from adapter import decode

from wayfare import data as wayfare_data
from wayfare._world import AsyncioSpawner
from wayfare.routing import Browser, Entry, Go, HistoryCommand, Load, MemoryHistory, Push, parse_url

Json = Any


class Clock:
    """Timers that `advance` runs one by one; what is due soon is the loop's, so that it keeps its context."""

    def __init__(self) -> None:
        self.time = 0.0
        self.timers: list[tuple[float, int, list[Any]]] = []
        self._count = itertools.count()

    def now(self) -> Any:
        """Seconds, exactly: five seconds after a fetch are five, and not a rounding less."""
        return Fraction(self.time) / 1000 + 1_700_000_000

    def call_later(self, delay: float, fn: Callable[[], object]) -> Any:
        cell = [fn]
        heapq.heappush(self.timers, (round(self.time + delay * 1000, 3), next(self._count), cell))
        return _Timer(cell)

    def call_soon(self, fn: Callable[[], object]) -> Any:
        return asyncio.get_running_loop().call_soon(fn)


class _Timer:
    def __init__(self, cell: list[Any]) -> None:
        self.cell = cell

    def cancel(self) -> None:
        self.cell.clear()


class World:
    """The world of a scenario: its clock, real tasks, ids that count up."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.spawner = AsyncioSpawner()
        count = itertools.count(1)
        self.ids = lambda: f"id{next(count)}"


def encode(value: Any) -> Json:
    """A value as traces write it."""
    if isinstance(value, BaseException):
        return {"$error": str(value)}
    if isinstance(value, wayfare_data.FormData):
        return {"$form": [list(pair) for pair in value.pairs]}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [encode(each) for each in value]
    if isinstance(value, Mapping):
        return {key: encode(each) for key, each in value.items()}
    if isinstance(value, float) and value == int(value):
        return int(value)
    if callable(value):
        return {"$fn": 1}
    if isinstance(value, wayfare_data.Outcome):
        return encode(value.result if value.error is None else value.error)
    return value if isinstance(value, str | int | float | None) else str(value)


def show(value: Any) -> str:
    """A value as it stands in the view."""
    if isinstance(value, BaseException):
        return f"Error:{value}"
    return json.dumps(encode(value), ensure_ascii=False, separators=(",", ":"))


class LoggedHistory(MemoryHistory):
    """A memory history that tells what is written to it."""

    def __init__(self, url: str, log: Callable[..., None]) -> None:
        super().__init__(url)
        self._log = log

    def set(self, entry: Entry, *, replace: bool = False, scroll: bool = False) -> None:
        event: Json = {"ev": "history.set", "value": entry.value, "replace": replace, "scroll": scroll}
        if entry.state is not None:
            event["state"] = encode(entry.state)
        self._log(event)
        super().set(entry, replace=replace, scroll=scroll)


class Window:
    """The browser's history and address bar, as far as a router can tell."""

    def __init__(self, url: str, clock: Clock, log: Callable[..., None]) -> None:
        self.entries: list[tuple[str, Any]] = [(url, None)]
        self.index = 0
        self.clock = clock
        self.log = log
        self.browser = Browser(url, None, send=self.send)
        self.browser.is_first_render = False

    @property
    def url(self) -> str:
        return self.entries[self.index][0]

    def send(self, command: HistoryCommand) -> None:
        if isinstance(command, Push):
            url = command.url
            if url.startswith("#"):
                shown = parse_url(self.url)
                url = shown.pathname + shown.search + url
            url = str(parse_url(url))
            kind = "replaceState" if command.replace else "pushState"
            self.log({"ev": f"history.{kind}", "value": command.url, "state": encode(command.state)})
            if not command.replace:
                del self.entries[self.index + 1 :]
                self.entries.append((url, command.state))
                self.index += 1
            self.entries[self.index] = (url, command.state)
            if command.scroll:
                self.log({"ev": "scroll", "to": "top"})
        elif isinstance(command, Go):
            self.go(command.delta)
        elif isinstance(command, Load):
            self.log({"ev": "jsdom", "msg": "Not implemented: navigation (except hash changes)"})

    def go(self, delta: int) -> None:
        self.clock.call_later(0.001, lambda: self._go(delta))

    def _go(self, delta: int) -> None:
        index = self.index + delta
        if 0 <= index < len(self.entries):
            self.index = index
            url, state = self.entries[index]
            self.browser.moved(url, state, delta)


def encode_result(value: Any) -> Json:
    """What was settled with, a response included."""
    if isinstance(value, wayfare_data.Response):
        return {"$response": 1}
    return encode(value)


def options_of(options: Json) -> dict[str, Any]:
    return {name: decode(value) for name, value in (options or {}).items()}


def attributes_of(tag: str) -> Json:
    found = re.findall(r'\s([a-zA-Z-]+)(?:="([^"]*)")?', tag)
    return {name: html.unescape(value) for name, value in found if not name.startswith("data-w")}
