"""One live page, with no server around it: messages in, frames out."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable

import msgspec
import pytest

from wayfare.components import Route, Router, Title
from wayfare.data import ResponseHead, Visibility, create_async, json, query, redirect
from wayfare.errors import UsageError
from wayfare.html import Node, button, div, input_, p
from wayfare.page import Limits, OutOfOrderError
from wayfare.reactive import create_effect, create_signal, current_scope, on_cleanup
from wayfare.render import Event, For, Show, component
from wayfare.routing import use_location, use_navigate
from wayfare.wire import EventMessage, EventPayload, Moved, Navigate, Preload, Visible

from .bench import Bench

pytestmark = pytest.mark.anyio


def counter() -> Node:
    count, set_count = create_signal(0)
    return button(on_click=lambda: set_count(lambda n: n + 1))["Clicked ", count, " times"]


# The first HTML.


async def test_the_first_html_is_that_of_the_live_tree() -> None:
    mounts: list[int] = []

    def body() -> Node:
        mounts.append(1)
        return p["Hello"]

    bench = Bench(body)
    assert "<p>Hello</p>" in await bench.open()
    assert await bench.frames() == []
    assert mounts == [1]


async def test_what_changes_before_the_first_html_is_in_it() -> None:
    def body() -> Node:
        text, set_text = create_signal("before")
        create_effect(lambda: set_text("after"))
        return p[text]

    bench = Bench(body)
    assert "after" in await bench.open()
    assert await bench.frames() == []


async def test_it_waits_for_what_suspends_and_no_longer_than_told() -> None:
    gate = asyncio.Event()

    @query("page-tests.gated")
    async def get_gated() -> str:
        await gate.wait()
        return "there"

    def body() -> Node:
        data = create_async(get_gated)
        return p[lambda: data()]

    bench = Bench(body, limits=Limits(first_render_seconds=5))
    opening = asyncio.ensure_future(bench.open())
    for _ in range(5):
        await asyncio.sleep(0)
    assert not opening.done()
    bench.clock.advance(5)
    assert "there" not in await opening
    assert not bench.page.idle
    gate.set()
    await bench.page.settled()
    frames = await bench.frames()
    assert len(frames) == 1
    assert "there" in str(frames)


@pytest.mark.parametrize("deferred", [True, False])
async def test_what_is_deferred_is_waited_for_although_nothing_reads_it(deferred: bool) -> None:
    gate = asyncio.Event()

    @query(f"page-tests.cookie-{deferred}")
    async def get_cookie() -> object:
        await gate.wait()
        return json("set", headers={"set-cookie": "seen=1"})

    def body() -> Node:
        create_async(get_cookie, defer_stream=deferred)
        return p["nothing waits here"]

    bench = Bench(body)
    head = ResponseHead()
    bench.page.scope.provide(ResponseHead, head)
    opening = asyncio.ensure_future(bench.open())
    for _ in range(5):
        await asyncio.sleep(0)
    assert opening.done() is not deferred
    gate.set()
    assert "nothing waits here" in await opening
    assert head.headers == ([("set-cookie", "seen=1")] if deferred else [])
    await bench.page.settled()
    bench.page.close()


async def test_what_is_deferred_is_not_waited_for_longer_than_told_nor_when_its_owner_has_gone() -> None:
    @query("page-tests.never-comes")
    async def never() -> str:
        await asyncio.Event().wait()
        return ""

    shown, set_shown = create_signal(True)

    def part() -> Node:
        create_async(never, defer_stream=True)
        return p["part"]

    def body() -> Node:
        return Show(when=shown)[component(part)]

    bench = Bench(body, limits=Limits(first_render_seconds=5))
    opening = asyncio.ensure_future(bench.open())
    for _ in range(5):
        await asyncio.sleep(0)
    assert not opening.done()
    bench.clock.advance(5)
    assert "part" in await opening
    bench.page.close()

    bench = Bench(body)
    opening = asyncio.ensure_future(bench.open())
    for _ in range(5):
        await asyncio.sleep(0)
    set_shown(False)
    assert "part" not in await opening
    bench.page.close()


async def test_after_the_first_response_nothing_is_deferred_any_more() -> None:
    arrived = asyncio.Event()

    @query("page-tests.later")
    async def later() -> str:
        await arrived.wait()
        return "there"

    shown, set_shown = create_signal(False)

    def part() -> Node:
        data = create_async(later, defer_stream=True, initial_value="not yet")
        return p[lambda: data.latest]

    bench = Bench(lambda: Show(when=shown)[component(part)])
    await bench.open()
    set_shown(True)
    assert "not yet" in str(await bench.frames())
    arrived.set()
    await bench.page.settled()
    assert "there" in str(await bench.frames())
    bench.page.close()


async def test_a_redirect_is_not_kept_waiting() -> None:
    @query("page-tests.never")
    async def get_never() -> str:
        await asyncio.Event().wait()
        return ""

    @query("page-tests.elsewhere")
    async def get_elsewhere() -> str:
        raise redirect("/two")

    @component
    def One() -> Node:
        never, elsewhere = create_async(get_never), create_async(get_elsewhere)
        return div[p[lambda: never()], p[lambda: elsewhere()]]

    bench = Bench(lambda: Router[Route(path="/", component=One)])
    await bench.page.ready()
    assert bench.page.browser.redirected == "/two"
    bench.page.close()
    await asyncio.sleep(0)


async def test_a_root_that_raises_raises_here_with_its_name() -> None:
    def broken() -> Node:
        raise RuntimeError("no")

    bench = Bench(broken)
    with pytest.raises(RuntimeError, match="no") as error:
        await bench.open()
    assert "broken" in str(error.value.__notes__)
    bench.page.close()


# Messages.


async def test_an_event_runs_its_handler_and_its_changes_are_one_frame() -> None:
    def body() -> Node:
        a, set_a = create_signal(0)
        b, set_b = create_signal(0)

        def both() -> None:
            set_a(1)
            set_b(2)

        return div[button(on_click=both)["Go"], p[a], p[b]]

    bench = Bench(body)
    html = await bench.open()
    bench.event(int(html.split('data-w="')[1].split('"')[0]))
    frames = await bench.frames()
    assert len(frames) == 1
    assert [op[2] for op in frames[0]] == ["1", "2"]
    assert bench.wakes == 1


async def test_a_number_is_handled_once_and_none_may_be_missing() -> None:
    bench = Bench(counter)
    html = await bench.open()
    id = int(html.split('data-w="')[1].split('"')[0])
    message = EventMessage(id, "click", EventPayload())
    for _ in range(3):
        bench.page.receive(1, message)
    assert str(await bench.frames()).count("'1'") == 1
    with pytest.raises(OutOfOrderError, match="missing"):
        bench.page.receive(3, message)
    assert bench.page.handled == 1


async def test_an_async_handler_does_not_hold_up_the_next_message() -> None:
    gate = asyncio.Event()

    def body() -> Node:
        told, tell = create_signal("")

        async def slow() -> None:
            await gate.wait()
            tell("slow")

        return div[button(on_click=slow)["Slow"], button(on_click=lambda: tell("quick"))["Quick"], p[told]]

    bench = Bench(body)
    html = await bench.open()
    ids = [int(part.split('"')[0]) for part in html.split('data-w="')[1:]]
    bench.event(ids[0])
    bench.event(ids[1])
    assert "quick" in str(await bench.frames())
    gate.set()
    await bench.page.settled()
    assert "slow" in str(await bench.frames())


async def test_more_handlers_than_the_limit_are_refused_in_words() -> None:
    gate = asyncio.Event()
    runs: list[int] = []

    def body() -> Node:
        async def slow() -> None:
            runs.append(1)
            await gate.wait()

        return button(on_click=slow)["Slow"]

    bench = Bench(body, limits=Limits(running_handlers=2))
    html = await bench.open()
    id = int(html.split('data-w="')[1].split('"')[0])
    for _ in range(4):
        bench.event(id)
    assert len(runs) == 2
    assert "Limits.running_handlers" in str(await bench.frames())
    gate.set()
    await bench.page.settled()
    bench.event(id)
    assert len(runs) == 3


async def test_what_a_handler_raises_goes_to_the_log_and_the_page_lives_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def body() -> Node:
        count, set_count = create_signal(0)

        def fail() -> None:
            raise RuntimeError("secret")

        return div[button(on_click=fail)["Fail"], button(on_click=lambda: set_count(1))["Go"], p[count]]

    bench = Bench(body)
    html = await bench.open()
    ids = [int(part.split('"')[0]) for part in html.split('data-w="')[1:]]
    with caplog.at_level(logging.ERROR):
        bench.event(ids[0])
    assert "secret" in caplog.text
    assert "in the click handler" in caplog.text
    bench.event(ids[1])
    frames = str(await bench.frames())
    assert "'1'" in frames
    assert "secret" not in frames


async def test_what_an_effect_raises_is_logged_with_its_place(caplog: pytest.LogCaptureFixture) -> None:
    @component
    def Inner(count: Callable[[], int]) -> Node:
        def watch() -> None:
            if count():
                raise RuntimeError("no")

        create_effect(watch)
        return p["inner"]

    def Outer() -> Node:
        count, set_count = create_signal(0)
        return div[button(on_click=lambda: set_count(1))["Go"], Inner(count=count)]

    bench = Bench(Outer)
    html = await bench.open()
    bench.event(int(html.split('data-w="')[1].split('"')[0]))
    assert "Outer > Inner > watch" in caplog.text


async def test_an_event_tells_what_the_browser_sent() -> None:
    seen: list[Event] = []

    def body() -> Node:
        return input_(name="q", on_input=seen.append)

    bench = Bench(body)
    html = await bench.open()
    id = int(html.split('data-w="')[1].split('"')[0])
    bench.event(id, "input", value="kiwi", data={"rowId": "7"}, form=[("a", "1"), ("a", "2")])
    [event] = seen
    assert (event.type, event.value, event.data, event.form) == ("input", "kiwi", {"rowId": "7"}, {"a": "2"})


# Navigation.


def two_pages() -> Node:
    @component
    def One() -> Node:
        location = use_location()
        navigate = use_navigate()
        return div[
            Title["One"], p["one ", lambda: location.search], button(on_click=lambda: navigate("/two"))["Go"]
        ]

    @component
    def Two() -> Node:
        return div[Title["Two"], p["two"]]

    return Router[Route(path="/", component=One), Route(path="/two", component=Two)]


async def test_a_link_is_followed_in_one_frame_with_its_address_and_title() -> None:
    bench = Bench(two_pages)
    await bench.open()
    bench.page.receive(1, Navigate("/two", False, True, None))
    await bench.page.settled()
    ops = [op for frame in await bench.frames() for op in frame]
    codes = [op[0] for op in ops]
    assert [op[1:] for op in ops if op[0] == 22] == [["/two", None, False, True]]
    assert [op[1] for op in ops if op[0] == 25] == [[["title", {}, "Two"]]]
    assert codes.count(3) == 1
    assert bench.page.browser.url == "/two"


async def test_back_and_forward_move_the_page() -> None:
    bench = Bench(two_pages, url="/two")
    await bench.open()
    bench.page.receive(1, Moved("/", None, -1))
    await bench.page.settled()
    frames = str(await bench.frames())
    assert "one " in frames
    assert bench.page.browser.url == "/"


async def test_what_can_not_be_gone_to_is_told_and_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    bench = Bench(two_pages)
    await bench.open()
    with caplog.at_level(logging.WARNING):
        bench.page.receive(1, Navigate("/a\nb", False, True, None))
        bench.page.receive(0, Preload("/a\nb", True))
    assert caplog.records == []
    assert "not-routable" in str(await bench.frames())


async def test_a_url_longer_than_the_limit_is_refused() -> None:
    bench = Bench(two_pages, limits=Limits(url_characters=20))
    await bench.open()
    bench.page.receive(1, Navigate("/" + "x" * 30, False, True, None))
    assert "url-too-long" in str(await bench.frames())


async def test_visibility_is_a_service_of_the_page() -> None:
    bench = Bench(counter)
    await bench.open()
    assert bench.page.scope.service(Visibility).visible
    bench.page.receive(0, Visible(False))
    assert not bench.page.scope.service(Visibility).visible


# Fresh renders.


async def test_a_fresh_render_holds_everything_that_was_not_sent() -> None:
    bench = Bench(two_pages)
    await bench.open()
    bench.page.receive(1, Navigate("/two", False, True, None))
    await bench.page.settled()
    seq, body = bench.page.fresh()
    ops = msgspec.json.decode(body)
    assert ops[0][0] == 21
    assert "<p>two</p>" in ops[0][1]
    assert ops[0][2:] == ["Two", bench.page.id]
    assert [op[1] for op in ops if op[0] == 22] == ["/two"]
    assert bench.page.frames_after(seq) == []
    again = msgspec.json.decode(bench.page.fresh()[1])
    assert [op for op in again if op[0] == 22] == []


async def test_after_a_fresh_render_templates_are_defined_again() -> None:
    def body() -> Node:
        items, set_items = create_signal([1])
        return div[
            button(on_click=lambda: set_items(lambda before: [*before, len(before) + 1]))["Add"],
            For(each=items)[lambda item: p["item ", item]],
        ]

    bench = Bench(body)
    html = await bench.open()
    id = int(html.split('data-w="')[1].split('"')[0])
    defined = []
    for _ in range(2):
        bench.event(id)
        ops = [op for frame in await bench.frames() for op in frame]
        defined.append([op[0] for op in ops].count(5))
        bench.seen, _ = bench.page.fresh()
    assert defined[0] == defined[1] > 0


async def test_a_state_that_can_not_be_sent_is_refused_where_it_is_given(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def body() -> Node:
        navigate = use_navigate()
        return button(on_click=lambda: navigate("/?x=1", state=object()))["Go"]

    bench = Bench(lambda: Router[Route(path="/", component=component(body))])
    html = await bench.open()
    bench.event(int(html.split('data-w="')[1].split('"')[0]))
    await bench.page.settled()
    ops = [op for frame in await bench.frames() for op in frame]
    assert [op for op in ops if op[0] == 22] == []
    assert "state is <object object" in caplog.text


async def test_a_frame_that_can_not_be_written_asks_for_a_fresh_render(
    caplog: pytest.LogCaptureFixture,
) -> None:
    bench = Bench(counter)
    await bench.open()
    bench.page._frames.push((1, 2, object()))  # pyright: ignore[reportPrivateUsage]
    await asyncio.sleep(0)
    assert bench.page.frames_after(0) is None
    assert "JSON" in caplog.text
    seq, body = bench.page.fresh()
    assert msgspec.json.decode(body)[0][0] == 21
    assert bench.page.frames_after(seq) == []


# Life.


async def test_closing_runs_every_cleanup_and_cancels_handlers() -> None:
    ended: list[str] = []

    def body() -> Node:
        on_cleanup(lambda: ended.append("cleanup"))

        async def wait() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                ended.append("handler")

        return button(on_click=wait)["Wait"]

    bench = Bench(body)
    html = await bench.open()
    bench.event(int(html.split('data-w="')[1].split('"')[0]))
    bench.page.close()
    bench.page.close()
    await asyncio.sleep(0)
    assert sorted(ended) == ["cleanup", "handler"]
    assert bench.page.closed
    bench.event(1)
    assert bench.clock.pending() == 0


async def test_another_thread_may_hand_over_a_call(caplog: pytest.LogCaptureFixture) -> None:
    setters: list[Callable[[str], object]] = []

    def body() -> Node:
        text, set_text = create_signal("")
        setters.append(set_text)
        return p[text]

    def fail() -> None:
        raise RuntimeError("from afar")

    bench = Bench(body)
    await bench.open()
    scopes: list[object] = []

    def call() -> None:
        scopes.append(current_scope())
        setters[0]("from afar")

    thread = threading.Thread(
        target=lambda: (bench.page.call_threadsafe(call), bench.page.call_threadsafe(fail))
    )
    thread.start()
    thread.join()
    assert "from afar" in str(await bench.frames())
    assert scopes == [bench.page.scope]
    assert "RuntimeError" in caplog.text


async def test_statistics_tell_what_it_is_doing() -> None:
    bench = Bench(counter)
    await bench.open()
    statistics = bench.page.statistics()
    assert statistics.url == "/"
    assert statistics.attached
    bench.page.disconnect(lambda: None)
    assert bench.page.attached
    bench.page.disconnect(bench.wake)
    assert not bench.page.attached


async def test_a_page_that_is_not_mounted_says_so() -> None:
    bench = Bench(counter)
    with pytest.raises(UsageError, match="not mounted"):
        bench.page.fresh()
    bench.page.close()
