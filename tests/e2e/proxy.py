"""A TCP proxy between the browser and the server, for networks that fail at the worst moment.

It runs in a thread with an event loop of its own; the calls below may come from any thread and return when
what they ask for has happened.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from contextlib import suppress
from typing import TypeVar

from tests.e2e.serving import PATIENCE

NETWORK = r"net::ERR_|WebSocket connection to|Failed to fetch"
"""What Chromium itself prints about a connection that it could not make."""

T = TypeVar("T")
CHUNK = 65536


class _Link:
    """One connection through the proxy: a gate for each direction, which holds bytes back while closed."""

    def __init__(self, client: asyncio.StreamWriter, server: asyncio.StreamWriter) -> None:
        self.client = client
        self.server = server

    def abort(self) -> None:
        for writer in (self.client, self.server):
            writer.transport.abort()


class Proxy:
    """Forwards a loopback port to another, and loses connections when told to.

    `url` is what the browser opens. `drop` cuts every connection, and new ones are taken as before;
    between `refuse` and `accept` new ones are cut at once. `hold_answers` lets requests through and keeps
    what the server sends, until `resume`: what is held when `drop` comes is lost.
    """

    def __init__(self, target_port: int) -> None:
        self._target = target_port
        self._links: set[_Link] = set()
        self._refusing = False
        self._answers = asyncio.Event()
        self._answers.set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)
        self._thread.start()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server = self._call(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = int(self._server.sockets[0].getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"

    def drop(self) -> None:
        """Cuts every open connection, on both sides, without a closing handshake."""
        self._call(self._drop())

    def refuse(self) -> None:
        """Cuts every open connection, and each new one at once, until `accept`."""
        self._refusing = True
        self.drop()

    def accept(self) -> None:
        """Takes connections again."""
        self._refusing = False

    def hold_answers(self) -> None:
        """Keeps back what the server sends from now on; what the browser sends still arrives."""
        self._call(self._gate(open_=False))

    def resume(self) -> None:
        """Lets what was held, and all that follows, through."""
        self._call(self._gate(open_=True))

    def close(self) -> None:
        """Cuts everything and ends the thread."""
        self._call(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)
        self._loop.close()

    def _call(self, coro: Coroutine[object, object, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coro, self._loop).result(PATIENCE)

    async def _drop(self) -> None:
        for link in list(self._links):
            link.abort()

    async def _gate(self, *, open_: bool) -> None:
        if open_:
            self._answers.set()
        else:
            self._answers.clear()

    async def _close(self) -> None:
        self._refusing = True
        self._answers.set()
        self._server.close()
        for link in list(self._links):
            link.abort()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, from_client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await self._connect(from_client, to_client)
        except asyncio.CancelledError:
            # Only `close` cancels. Swallowed, so that the stream server has nothing to report.
            pass
        finally:
            to_client.transport.abort()
            self._tasks.discard(task)

    async def _connect(self, from_client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        if self._refusing:
            return
        try:
            from_server, to_server = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            return
        link = _Link(to_client, to_server)
        self._links.add(link)
        try:
            await asyncio.gather(
                self._pump(from_client, to_server, None), self._pump(from_server, to_client, self._answers)
            )
        finally:
            self._links.discard(link)
            link.abort()

    async def _pump(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, gate: asyncio.Event | None
    ) -> None:
        with suppress(OSError):
            while chunk := await source.read(CHUNK):
                if gate is not None:
                    await gate.wait()
                sink.write(chunk)
                await sink.drain()
        with suppress(OSError, RuntimeError):
            # One side has finished: the other may still have something to say, as HTTP allows. Told at once,
            # while answers are held, too: a browser that does not hear that the server has closed an idle
            # connection sends its next request into it, and nobody answers that.
            sink.write_eof()
