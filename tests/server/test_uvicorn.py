"""Over loopback, with a real server and a real socket: what only these show."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import re
import secrets
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import httpx
import pytest
import uvicorn
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.server.apps import Site
from tests.server.conftest import MakeApp
from wayfare.page import Limits
from wayfare.server import App
from wayfare.wire import VERSION, Close

pytestmark = pytest.mark.anyio
# What has to happen does so sooner on any machine, however much else that has to do.
SECONDS = 60.0
BUFFER = 16 * 1024


class Server(uvicorn.Server):
    """A server that leaves the signals of the test process alone, and says when it is up."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def serving(app: App) -> AsyncIterator[str]:
    """Serve an app on loopback; gives host and port."""
    listening = socket.create_server(("127.0.0.1", 0))
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)
    config = uvicorn.Config(app, log_level="error", lifespan="on", timeout_graceful_shutdown=2)
    server = Server(config)
    task = asyncio.ensure_future(server.serve([listening]))
    try:
        async with asyncio.timeout(SECONDS):
            await server.up.wait()
            yield f"127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        async with asyncio.timeout(SECONDS):
            await task


async def fetch(host: str, path: str = "/") -> httpx.Response:
    async with httpx.AsyncClient(base_url=f"http://{host}") as client:
        return await client.get(path)


def page_in(answer: httpx.Response) -> str:
    found = re.search(r'name="wayfare" content="([^"]+)"', answer.text)
    assert found is not None
    return found[1]


@asynccontextmanager
async def opened(host: str, page: str, sock: socket.socket | None = None) -> AsyncIterator[ClientConnection]:
    address, origin = f"ws://{host}/_wayfare/socket", f"http://{host}"
    async with connect(address, origin=origin, sock=sock) as client:  # type: ignore[arg-type]
        await client.send(json.dumps([0, 1, VERSION, page, 0, 0, "/", None, False, "c"]))
        yield client


async def _read_on(client: ClientConnection) -> None:
    while True:
        await client.recv()


async def closed(client: ClientConnection) -> tuple[int, str]:
    """Read until the server closes; its code and reason."""
    with pytest.raises(ConnectionClosed) as end:
        await _read_on(client)
    received = end.value.rcvd
    assert received is not None
    return received.code, received.reason


async def test_a_page_is_read_then_live_then_resumed(app: App) -> None:
    async with serving(app) as host:
        answer = await fetch(host)
        assert answer.status_code == 200
        page = page_in(answer)
        assert len(page) >= 22
        button = re.search(r'<button(?=[^>]* id="count")[^>]* data-w="(\d+)"', answer.text)
        assert button is not None
        async with opened(host, page) as client:
            welcome = json.loads(await client.recv())
            assert welcome[0] == 0
            assert welcome[2][0][:2] == [20, page]
            await client.send(json.dumps([1, 2, int(button[1]), "click", {}]))
            frame = json.loads(await client.recv())
            assert frame[:2] == [1, 1]
            assert frame[2][0][2] == "1"
        async with opened(host, page) as client:
            await client.recv()
            assert json.loads(await client.recv()) == frame
        assert app.statistics().pages.opened == 1


async def test_a_socket_from_another_site_is_closed_with_its_reason(app: App) -> None:
    async with serving(app) as host:
        for origin in ("http://evil.test", None):
            async with connect(f"ws://{host}/_wayfare/socket", origin=origin) as client:  # type: ignore[arg-type]
                code, reason = await closed(client)
                assert code == Close.REFUSED
                assert "socket" in reason
        assert app.statistics().sockets == 0


async def test_a_socket_elsewhere_is_refused(app: App) -> None:
    async with (
        serving(app) as host,
        connect(f"ws://{host}/other", origin=f"http://{host}") as client,  # type: ignore[arg-type]
    ):
        assert (await closed(client))[0] == Close.REFUSED


async def test_a_message_beyond_the_limit_closes_the_socket_and_not_the_page(
    make_app: MakeApp, caplog: pytest.LogCaptureFixture
) -> None:
    app = make_app(limits=Limits(message_bytes=2000))
    async with serving(app) as host:
        page = page_in(await fetch(host))
        async with opened(host, page) as client:
            await client.recv()
            await client.send("x" * 5000)
            code, reason = await closed(client)
            assert code == 1009
            assert "Limits.message_bytes" in reason
        async with opened(host, page) as client:
            assert json.loads(await client.recv())[2][0][:2] == [20, page]
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


async def test_a_socket_that_says_nothing_is_closed(make_app: MakeApp) -> None:
    app = make_app(limits=Limits(hello_seconds=0.05))
    async with (
        serving(app) as host,
        connect(f"ws://{host}/_wayfare/socket", origin=f"http://{host}") as client,  # type: ignore[arg-type]
    ):
        code, reason = await closed(client)
        assert code == 1008
        assert "HELLO" in reason


async def test_a_client_that_falls_silent_is_let_go(make_app: MakeApp) -> None:
    app = make_app(limits=Limits(heartbeat_seconds=0.05))
    async with serving(app) as host:
        page = page_in(await fetch(host))
        async with opened(host, page) as client:
            code, reason = await closed(client)
            assert code == 1008
            assert "nothing was heard" in reason
        assert app.statistics().pages.waiting == 1


async def test_a_server_that_stops_closes_its_sockets_and_lets_posts_finish(app: App, site: Site) -> None:
    async with serving(app) as host:
        page = page_in(await fetch(host))
        async with httpx.AsyncClient(base_url=f"http://{host}") as visitor, opened(host, page) as client:
            await client.recv()
            headers = {"origin": f"http://{host}", "x-wayfare-submission": "s", "x-wayfare-page": page}
            posting = asyncio.ensure_future(
                visitor.post("/_server/server-tests.save", data={"name": "slow"}, headers=headers)
            )
            await site.begun.wait()
            site.gate.set()
            answer = await posting
            assert answer.json()["live"] is True
    assert site.runs == ["slow"]
    with pytest.raises((ConnectionClosed, OSError)):
        await client.send("x")


async def test_a_client_that_does_not_keep_up_gets_a_fresh_render_and_is_not_buffered_for(
    make_app: MakeApp,
) -> None:
    app = make_app(limits=Limits(outbox_frames=20, outbox_bytes=200_000))
    async with serving(app) as host:
        answer = await fetch(host, "/other")
        page = page_in(answer)
        field = re.search(r'<input(?=[^>]* name="q")[^>]* data-w="(\d+)"', answer.text)
        assert field is not None
        async with opened(host, page) as client:
            await client.recv()
            for n in range(1, 101):
                text = f"{n} " + "x" * 50_000
                await client.send(json.dumps([n, 2, int(field[1]), "input", {"value": text}]))
            # Nothing is acknowledged: the frames kept are bounded, and what was dropped is in a fresh render.
            seen: list[str] = []
            while not (seen and "100 xxx" in seen[-1]):
                seen.append(str(await client.recv()))
            live = app.parts.registry.find_any(page)
            assert live is not None
            assert live.page.outbox.statistics().kept_frames <= 20
            assert live.page.outbox.statistics().kept_bytes <= 200_000
            assert any(op[0] == 21 for data in seen for op in json.loads(data)[2])


async def test_a_client_that_takes_nothing_is_dropped(
    make_app: MakeApp, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.INFO, "wayfare.server")
    app = make_app(limits=Limits(send_seconds=0.05, outbox_bytes=100_000_000))
    async with serving(app) as host:
        answer = await fetch(host, "/other")
        page = page_in(answer)
        field = re.search(r'<input(?=[^>]* name="q")[^>]* data-w="(\d+)"', answer.text)
        assert field is not None
        narrow = socket.socket()
        narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        narrow.connect(("127.0.0.1", int(host.partition(":")[2])))
        async with opened(host, page, sock=narrow) as client:
            await client.recv()
            live = app.parts.registry.find_any(page)
            assert live is not None
            detach, detached = app.parts.registry.detach, asyncio.Event()
            monkeypatch.setattr(app.parts.registry, "detach", lambda *given: (detach(*given), detached.set()))
            # The client stops reading: its queue fills, then the buffers of both sides do.
            # On a slow machine the server has dropped it before all is sent.
            with contextlib.suppress(ConnectionClosed):
                for n in range(1, 100):
                    text = f"{n} {secrets.token_hex(30_000)}"  # what can't be compressed
                    await client.send(json.dumps([n, 2, int(field[1]), "input", {"value": text}]))
            await detached.wait()
            client.transport.abort()
        assert "does not take its frames" in caplog.text
        assert app.statistics().pages.waiting == 1


async def test_the_warning_about_a_missing_secret_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    from wayfare.html import p

    app = App(lambda: p["Hello"])
    with caplog.at_level(logging.WARNING):
        async with serving(app) as host:
            await fetch(host)
            await fetch(host)
    assert [record.levelname for record in caplog.records if "secret" in record.getMessage()] == ["WARNING"]


async def test_another_thread_revalidates(app: App) -> None:
    async with serving(app) as host:
        await fetch(host)
        done = await asyncio.to_thread(lambda: app.revalidate_threadsafe(everywhere=True).result(SECONDS))
        assert done is None
