"""A page's conversation: opening, resuming, and what a client may not do."""

from __future__ import annotations

import asyncio
import logging

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.server.conftest import MakeApp
from wayfare.page import Limits
from wayfare.server import App, Conversation, Ended
from wayfare.testing import Page, open_page
from wayfare.testing.inprocess import asgi_scope
from wayfare.wire import VERSION, Close, EventMessage, EventPayload, ServerFrame, decode_frame

pytestmark = pytest.mark.anyio

WELCOME, FRESH, PONG = 20, 21, 29


class Client:
    """A client that says what it likes."""

    def __init__(self, app: App, cookie: str = "") -> None:
        headers = {"host": "testserver", **({"cookie": cookie} if cookie else {})}
        scope = asgi_scope("websocket", "GET", "http://testserver/_wayfare/socket", headers)
        self.conversation: Conversation = app.conversation(scope, lambda: None)
        self.seen: list[ServerFrame] = []

    async def hello(
        self,
        page: str,
        *,
        ack: int = 0,
        sent: int = 0,
        url: str = "/",
        fresh: bool = False,
        client: str = "c",
    ) -> list[ServerFrame]:
        message = [0, 1, VERSION, page, ack, sent, url, None, fresh, client]
        await self.conversation.open(msgspec.json.encode(message))
        return self.frames()

    def say(self, *message: object) -> list[ServerFrame]:
        self.conversation.receive(msgspec.json.encode(message))
        return self.frames()

    def frames(self) -> list[ServerFrame]:
        found: list[ServerFrame] = []
        while (data := self.conversation.take()) is not None:
            found.append(decode_frame(data))
        self.seen += found
        return found

    def numbers(self) -> list[int]:
        """The numbers of all frames so far that have one."""
        self.frames()
        return [frame.seq for frame in self.seen if frame.seq]


def ops_of(frames: list[ServerFrame], code: int) -> list[list[object]]:
    return [op for frame in frames for op in frame.ops if op[0] == code]


async def rendered(app: App, path: str = "/") -> Page:
    """A page whose own client has gone, so that the test can be the client."""
    page = await open_page(app, path)
    page.window.disconnect()
    entry = app.parts.registry.find_any(page.window.page)
    assert entry is not None
    entry.client = None
    return page


def click_of(page: Page) -> list[object]:
    """The message of a click on the counting button, without its number."""
    element = page.get("#count").id
    return [2, element, "click", {}]


# Opening and resuming.


async def test_a_rendered_page_is_attached_without_a_second_mount(app: App) -> None:
    page = await rendered(app)
    frames = await Client(app).hello(page.window.page)
    assert [op[1] for op in ops_of(frames, WELCOME)] == [page.window.page]
    assert frames[0].seq == 0
    assert ops_of(frames, FRESH) == []
    assert app.statistics().pages.opened == 1


async def test_what_was_missed_is_sent_again_and_no_more(app: App) -> None:
    page = await rendered(app)
    client = Client(app)
    await client.hello(page.window.page)
    for n in (1, 2, 3):
        client.say(n, *click_of(page))
        await page.settled()
    assert client.numbers() == [1, 2, 3]
    client.conversation.close()
    again = await Client(app).hello(page.window.page, ack=2, sent=3)
    assert [frame.seq for frame in again] == [0, 3]
    assert again[0].ack == 3
    assert ops_of(again, FRESH) == []


async def test_a_message_that_comes_again_runs_once(app: App) -> None:
    page = await rendered(app)
    client = Client(app)
    await client.hello(page.window.page)
    for _ in range(5):
        client.say(1, *click_of(page))
    await page.settled()
    client.conversation.close()
    second = Client(app)
    await second.hello(page.window.page)
    second.say(1, *click_of(page))
    await page.settled()
    third = await Client(app).hello(page.window.page, fresh=True)
    assert "Clicked <!--w" in str(ops_of(third, FRESH)[0][1])
    assert ">1<!--/-->" in str(ops_of(third, FRESH)[0][1])


async def test_what_changes_nothing_is_acknowledged_too(app: App) -> None:
    page = await rendered(app)
    client = Client(app)
    await client.hello(page.window.page)
    frames = client.say(1, 2, 999_999, "click", {})
    assert [(frame.seq, frame.ack, frame.ops) for frame in frames] == [(0, 1, [])]


@pytest.mark.parametrize("page_id", ["", "nobody", "x" * 200])
async def test_a_client_whose_page_is_gone_gets_a_fresh_one_at_its_url(app: App, page_id: str) -> None:
    await open_page(app, "/")
    frames = await Client(app).hello(page_id, url="/other", ack=7, sent=9)
    [fresh] = ops_of(frames, FRESH)
    assert "<h1>Other</h1>" in str(fresh[1])
    assert fresh[2] == "Other"
    assert frames[0].ack == 0
    # Were they two, a click in between would reach an element of the new page that the visitor has not seen.
    assert [op[0] for op in frames[0].ops][:2] == [WELCOME, FRESH]


async def test_a_client_that_can_not_go_on_asks_for_a_fresh_render_of_the_same_page(app: App) -> None:
    page = await rendered(app)
    frames = await Client(app).hello(page.window.page, fresh=True)
    [fresh] = ops_of(frames, FRESH)
    assert fresh[3] == page.window.page


async def test_an_acknowledgement_from_the_future_gets_a_fresh_render(app: App) -> None:
    page = await rendered(app)
    frames = await Client(app).hello(page.window.page, ack=1000)
    assert ops_of(frames, FRESH)


async def test_a_client_that_missed_more_than_is_kept_gets_a_fresh_render(make_app: MakeApp) -> None:
    app = make_app(limits=Limits(outbox_frames=2))
    page = await open_page(app, "/")
    await page.disconnect()
    entry = app.parts.registry.find_any(page.window.page)
    assert entry is not None
    for _ in range(4):
        entry.page.receive(0, _click(page))
        await page.settled()
    await page.reconnect()
    assert page.get("#count").text == "Clicked 4"
    await page.click("#count")
    assert page.get("#count").text == "Clicked 5"


async def test_what_is_done_without_a_connection_is_done_when_it_is_back(app: App) -> None:
    page = await open_page(app, "/")
    await page.disconnect()
    await page.click("#count", settle=False)
    await page.click("#count", settle=False)
    assert page.get("#count").text == "Clicked 0"
    await page.reconnect()
    assert page.get("#count").text == "Clicked 2"
    assert page.window.waiting == 0


async def test_a_restarted_server_goes_on_where_the_visitor_is(make_app: MakeApp) -> None:
    app = make_app()
    page = await open_page(app, "/")
    await page.navigate("/other")
    await page.fill("input[name=q]", "typed")
    app.parts.registry.close()
    assert not page.window.connected
    await page.reconnect()
    assert page.url == "/other"
    assert page.get("h1").text == "Other"
    await page.click("a")
    assert page.get("h1").text == "Home"


async def test_a_copied_tab_gets_a_page_of_its_own(app: App) -> None:
    page = await open_page(app, "/")
    copy = Client(app)
    frames = await copy.hello(page.window.page, client="copy")
    assert ops_of(frames, FRESH)[0][3] != page.window.page
    await page.click("#count")
    assert page.get("#count").text == "Clicked 1"
    assert page.window.connected


async def test_a_second_socket_of_the_same_client_takes_over(app: App) -> None:
    page = await rendered(app)
    first, second = Client(app), Client(app)
    await first.hello(page.window.page)
    await second.hello(page.window.page)
    with pytest.raises(Ended) as end:
        first.conversation.take()
    assert end.value.code == Close.REPLACED
    first.conversation.close()
    second.say(1, *click_of(page))
    await page.settled()
    assert second.numbers() == [1]


async def test_a_page_that_is_pushed_out_ends_its_conversation(app: App) -> None:
    page = await open_page(app, "/")
    app.parts.registry.remove(page.window.page)
    ended = page.window.closed_by_server
    assert ended is not None
    assert ended.code == 1001


# What is refused.


async def refused(client: Client, data: bytes | str) -> Ended:
    with pytest.raises(Ended) as end:
        client.conversation.receive(data)
    return end.value


@pytest.mark.parametrize("url", ["/broken", "/endless"])
async def test_a_client_whose_page_can_not_be_made_may_come_back(
    app: App, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    client = Client(app)
    with pytest.raises(Ended) as end:
        await client.hello("gone", url=url)
    assert end.value.code == Close.FAILED
    assert "could not be made" in caplog.text
    assert app.statistics().pages.pages == 0
    assert ops_of(await client.hello("gone", url="/"), FRESH)


@pytest.mark.parametrize(
    "data",
    [b"", b"x", b"{}", b"[]", b"[0]", b"[0,6,1]", b"[0,8]", b"[0,1,2]", b"\xff\xfe", b"[0,1" + b"[" * 1000],
)
async def test_a_first_message_that_is_no_hello_ends_the_conversation(app: App, data: bytes) -> None:
    await open_page(app, "/")
    client = Client(app)
    with pytest.raises(Ended):
        await client.conversation.open(data)
    assert app.statistics().pages.opened == 1


async def test_a_client_of_another_version_is_told_to_load_again(app: App) -> None:
    await open_page(app, "/")
    with pytest.raises(Ended) as end:
        await Client(app).conversation.open(msgspec.json.encode([0, 1, 999, "", 0, 0, "/", None, False, "c"]))
    assert end.value.code == Close.VERSION


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"x", "JSON"),
        (b"[1,99]", "opcode"),
        (b"[0,1,1,%b,0,0,%b,null,false]" % (b'"p"', b'"/"'), "HELLO"),
        (b'[2,2,1,"click",{}]', "missing"),
        (b'[0,2,1,"click",{}]', "number"),
        (b'[1,5,"/",true]', "number"),
        (b"[0,6,41]", "never been sent"),
        (b'[1,2,-1,"click",{}]', "id"),
        (b'[1,2,1,"",{}]', "name"),
        (b'[1,2,1,"click",{"form":5}]', "form"),
        (b"[1,3,5,false,true,null]", "url"),
        (b'[1,2,1,"click",{"detail":' + b"[" * 100 + b"]" * 100 + b"}]", "nested"),
    ],
)
async def test_a_malformed_message_ends_the_conversation_with_its_reason(
    app: App, data: bytes, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    page = await rendered(app)
    client = Client(app)
    await client.hello(page.window.page)
    end = await refused(client, data)
    assert words in end.reason
    assert len(end.reason) < 500
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []
    client.conversation.close()
    await Client(app).hello(page.window.page)


async def test_a_message_larger_than_the_limit_ends_the_conversation(make_app: MakeApp) -> None:
    app = make_app(limits=Limits(message_bytes=1000))
    page = await rendered(app)
    client = Client(app)
    frames = await client.hello(page.window.page)
    assert msgspec.to_builtins(ops_of(frames, WELCOME)[0][2])["message"] == 1000
    end = await refused(client, b'[1,2,1,"click",{"value":"' + b"x" * 1000 + b'"}]')
    assert end.code == 1009
    assert "Limits.message_bytes" in end.reason


async def test_more_messages_than_the_rate_end_the_conversation(make_app: MakeApp) -> None:
    app = make_app(limits=Limits(messages_per_second=1, message_burst=3))
    page = await rendered(app)
    client = Client(app)
    await client.hello(page.window.page)
    for _ in range(3):
        assert ops_of(client.say(0, 8), PONG)
    end = await refused(client, b"[0,8]")
    assert "Limits.messages_per_second" in end.reason


async def test_a_url_that_leads_off_the_site_is_refused_in_words(app: App) -> None:
    page = await rendered(app)
    client = Client(app)
    await client.hello(page.window.page)
    for n, url in enumerate(["//evil.test/", "javascript:alert(1)", "/a\nb", "https://evil.test"], 1):
        client.say(n, 3, url, False, True, None)
        await page.settled()
    codes = {op[0] for frame in client.frames() for op in frame.ops}
    assert 22 not in codes  # nothing was pushed to the history
    client.say(5, *click_of(page))


async def test_events_of_other_elements_and_names_are_passed_over(app: App) -> None:
    page = await rendered(app)
    client = Client(app)
    await client.hello(page.window.page)
    button = page.get("#count").id
    for n, (id, name) in enumerate([(0, "click"), (1, "click"), (2**53 - 1, "click"), (button, "submit")], 1):
        client.say(n, 2, id, name, {})
    await page.settled()
    assert [op for frame in client.frames() for op in frame.ops] == []


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    messages=st.lists(
        st.one_of(
            st.binary(max_size=60),
            st.builds(
                lambda *parts: msgspec.json.encode(parts),
                st.integers(0, 4),
                st.integers(0, 9),
                st.one_of(st.integers(), st.text(max_size=5), st.none()),
                st.one_of(st.booleans(), st.text(max_size=5), st.sampled_from(["click", "submit"])),
                st.one_of(st.booleans(), st.dictionaries(st.text(max_size=3), st.integers(), max_size=2)),
            ),
        ),
        max_size=6,
    )
)
def test_whatever_a_client_says_the_page_lives_on(app: App, messages: list[bytes]) -> None:
    async def run() -> None:
        page = await rendered(app)
        client = Client(app)
        await client.hello(page.window.page)
        for data in messages:
            try:
                client.conversation.receive(data)
                client.frames()
            except Ended:
                client.conversation.close()
                client = Client(app)
                await client.hello(page.window.page, fresh=True)
        await page.settled()
        client.conversation.close()
        final = await Client(app).hello(page.window.page, fresh=True)
        assert "<h1>" in str(ops_of(final, FRESH)[0][1])
        page.close()

    asyncio.run(run())


async def test_an_async_handler_that_raises_is_logged_and_told_without_details(
    app: App, caplog: pytest.LogCaptureFixture
) -> None:
    page = await open_page(app, "/")
    await page.click("#fail")
    assert "a handler with secrets" in caplog.text
    assert "Home" in caplog.text
    assert [code for code, _ in page.notices] == ["error"]
    assert "secrets" not in str(page.notices)
    await page.click("#count")
    assert page.get("#count").text == "Clicked 1"


def _click(page: Page) -> EventMessage:
    id = page.get("#count").id
    assert id is not None
    return EventMessage(id, "click", EventPayload())


HOSTILE_ADDRESSES = [
    "x",
    "//evil.test/a",
    "/\\evil.test",
    "https://evil.test/",
    "javascript:alert(1)",
    "/?",
    "#",
    "/%",
    "/%zz?%",
    "/é/ü?ö=ä#ß",
    "/[::1",
    "//[",
    "http://[::1",
]


@pytest.mark.parametrize("url", [*HOSTILE_ADDRESSES, "", "/a\nb", "/\0", "/" + "a/" * 2000, "/" + "?" * 50])
async def test_a_fresh_page_at_any_address_stays_on_the_site(
    app: App, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    await open_page(app, "/")
    client = Client(app)
    try:
        frames = await client.hello("nobody", url=url)
    except Ended as end:
        assert end.reason  # noqa: PT017 - either is right
        frames = []
    ops = [op for frame in frames for op in frame.ops]
    loads = [op[1] for op in ops if op[0] in (22, 24)]
    assert all(str(each).startswith("/") and not str(each).startswith(("//", "/\\")) for each in loads)
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []
