"""Moves of the browser that cross what the page sends: page and address bar stay together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import msgspec
import pytest

from wayfare.components import Route, Router
from wayfare.data import Delivery
from wayfare.html import Node, p
from wayfare.render import component
from wayfare.routing import BeforeLeaveEvent, use_before_leave, use_location
from wayfare.wire import Moved, Navigate

from .bench import Bench

pytestmark = pytest.mark.anyio


def guarded(asked: list[str | int], *, stays: bool = True) -> Callable[[], Node]:
    @component
    def Two() -> Node:
        location = use_location()

        @use_before_leave
        def stay(event: BeforeLeaveEvent) -> None:
            asked.append(event.to)
            if stays:
                event.prevent_default()

        return p["two ", lambda: location.search]

    return lambda: Router[
        Route(path="/", component=lambda: p["one"]),
        Route(path="/two", component=Two),
        Route(path="/start", component=lambda: p["start"]),
    ]


async def commands(bench: Bench) -> list[list[object]]:
    """What the page has told the browser's history to do."""
    return [op for frame in await bench.frames() for op in frame if op[0] in (22, 23)]


PUSH_TWO = [22, "/two", None, False, True]


async def test_a_guard_that_stops_a_move_made_before_its_page_was_seen_has_its_entry_written_again() -> None:
    asked: list[str | int] = []
    bench = Bench(guarded(asked))
    await bench.open()
    bench.page.receive(1, Navigate("/two", False, True, None))
    await bench.page.settled()
    assert await commands(bench) == [PUSH_TWO]
    # The visitor has gone back to "/start", and the browser passes over the entry.
    bench.page.receive(2, Moved("/start", None, -1, seen=0))
    # From the page's own entry, which is to be behind the one that was left, it is two steps back.
    assert asked == [-2]
    assert await commands(bench) == [[23, 1]]
    bench.page.receive(3, Moved("/", None, 1, seen=bench.seen))
    assert await commands(bench) == [PUSH_TWO]
    assert bench.page.browser.url == "/two"
    # From here on it is a move as any other.
    bench.page.receive(4, Moved("/", None, -1, seen=bench.seen))
    assert asked == [-2, -1]
    assert await commands(bench) == [[23, 1]]


async def test_the_entry_is_written_again_however_often_a_move_crosses_it() -> None:
    bench = Bench(guarded([]))
    await bench.open()
    bench.page.receive(1, Navigate("/two", True, False, None))
    await bench.page.settled()
    entry = [22, "/two", None, True, False]
    assert await commands(bench) == [entry]
    n = 1
    for _ in range(3):
        before = bench.seen
        bench.page.receive(n := n + 1, Moved("/start", None, -1, seen=before - 1))
        assert await commands(bench) == [[23, 1]]
        bench.page.receive(n := n + 1, Moved("/", None, 1, seen=bench.seen))
        assert await commands(bench) == [entry]


async def test_a_move_that_nothing_stops_is_followed_and_what_it_crossed_is_not_written() -> None:
    asked: list[str | int] = []
    bench = Bench(guarded(asked, stays=False))
    await bench.open()
    bench.page.receive(1, Navigate("/two", False, True, None))
    await bench.page.settled()
    await bench.frames()
    bench.page.receive(2, Moved("/start", None, -1, seen=0))
    await bench.page.settled()
    assert await commands(bench) == []
    assert (asked, bench.page.browser.url) == ([-2], "/start")
    # Nor is it told to a browser that gets everything anew.
    _, body = bench.page.fresh()
    ops = msgspec.json.decode(body)
    assert "<p>start</p>" in str(ops)
    assert 22 not in [op[0] for op in ops]


async def test_an_entry_that_has_not_been_sent_yet_is_not_sent_after_a_move() -> None:
    bench = Bench(guarded([], stays=False))
    await bench.open()
    release = bench.page.scope.service(Delivery).hold()
    bench.page.receive(1, Navigate("/two", False, True, None))
    for _ in range(10):
        await asyncio.sleep(0)
    assert bench.page.browser.url == "/two"
    bench.page.receive(2, Moved("/start", None, -1, seen=0))
    release()
    await bench.page.settled()
    assert await commands(bench) == []
    assert bench.page.browser.url == "/start"


async def test_forward_across_an_entry_is_told_as_a_path_since_the_entry_ends_what_is_ahead() -> None:
    asked: list[str | int] = []
    bench = Bench(guarded(asked))
    await bench.open()
    bench.page.receive(1, Navigate("/two", False, True, None))
    await bench.page.settled()
    bench.page.receive(2, Moved("/start", None, 1, seen=0))
    assert asked == ["/start"]


async def test_a_client_that_does_not_say_what_it_has_seen_has_seen_everything() -> None:
    asked: list[str | int] = []
    bench = Bench(guarded(asked))
    await bench.open()
    bench.page.receive(1, Navigate("/two", False, True, None))
    await bench.page.settled()
    bench.page.receive(2, Moved("/", None, -1))
    bench.page.receive(3, Moved("/two", None, 1))
    assert asked == [-1]
    assert await commands(bench) == [PUSH_TWO, [23, 1]]
