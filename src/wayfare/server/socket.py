"""A page's conversation over one socket: the opening, both pumps, and what ends it.

    HELLO ──► which page? ──► WELCOME, then what the client has missed; or WELCOME with FRESH
                    │
       messages ──► page.receive                    page wakes ──► frames ──► client

`Conversation` is the protocol alone: it takes messages and hands out frames, and is driven by the socket
below, and by the test kit. What a client does wrong ends the conversation with a code and a reason; only
what we do wrong is logged as an error.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from starlette.websockets import WebSocket, WebSocketDisconnect

from .._types import Clock
from ..errors import LimitError, UsageError, exc_info_of
from ..page import Limits, OutOfOrderError, Page, notes_of
from ..wire import (
    MAX_URL,
    VERSION,
    Ack,
    AnyClientMessage,
    ClientLimits,
    Close,
    Hello,
    Load,
    Moved,
    PageOp,
    Ping,
    Pong,
    Welcome,
    WireError,
    decode_client,
    encode_frame,
    frame,
)
from .registry import Entry, FullError, Registry
from .security import TokenBucket

T = TypeVar("T")

log = logging.getLogger("wayfare.server")

POLICY = 1008
TOO_BIG = 1009
TRY_LATER = 1013
_CLOSE_SECONDS = 1.0


class Ended(Exception):  # noqa: N818 - an end is not always an error
    """The conversation is over. Raised by `Conversation`, for what carries it.

    Args:
        code: what the socket is closed with (`wayfare.wire.Close`, or one of WebSocket's own).
        reason: why, in words.

    >>> end = Ended(4403, "the site does not answer to that name")
    >>> end.code, end.reason
    (4403, 'the site does not answer to that name')
    """

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = int(code)
        self.reason = reason


class FreshPages(Protocol):
    """Makes the page of a client whose own is gone."""

    def __call__(self, url: str, state: object) -> Awaitable[Entry]: ...


class Conversation:
    """What one client and one page say to each other, whatever carries it: a socket, or the calls of a test.

    `App.conversation` begins one; `open` takes the first message, `receive` those after it, and `take` gives
    the frames that are to be sent.

    Args:
        registry: where the page is found.
        fresh_page: makes one where it is not.
        limits: sizes and rates.
        clock: what the rate is measured with.
        session: the id of the session that the client proved with its cookie.
        wake: called when there is something to send, or when the conversation was ended from this side.
    """

    def __init__(
        self,
        *,
        registry: Registry,
        fresh_page: FreshPages,
        limits: Limits,
        clock: Clock,
        session: str | None,
        wake: Callable[[], None],
    ) -> None:
        self._registry = registry
        self._fresh_page = fresh_page
        self._limits = limits
        self._session = session
        self._wake = wake
        self._rate = TokenBucket(rate=limits.messages_per_second, burst=limits.message_burst, clock=clock)
        self._entry: Entry | None = None
        self._sent = 0
        self._ack_sent = 0
        self._extra: list[bytes] = []
        self._fresh_due = False
        self._before_fresh: list[PageOp] = []
        self._ended: Ended | None = None
        # One object for its whole life: the registry and the page compare by it.
        self._drop_me = self._dropped

    @property
    def page(self) -> Page | None:
        """The page, once the client has said hello."""
        return None if self._entry is None else self._entry.page

    @property
    def ended(self) -> Ended | None:
        """Why the conversation was ended from this side; None while it goes on."""
        return self._ended

    async def open(self, data: bytes | str) -> None:
        """Take the first message, which is HELLO.

        Raises:
            Ended: it is not one, or there can be no page for it.
        """
        _, message = self._decode(data)
        if not isinstance(message, Hello):
            raise Ended(POLICY, f"the first message is HELLO, and this was {type(message).__name__}")
        if message.version != VERSION:
            raise Ended(Close.VERSION, f"this server speaks version {VERSION}, the client {message.version}")
        entry = self._registry.find(message.page, self._session)
        if entry is not None and entry.client is not None and entry.client != message.client:
            # A copied tab has the id of the page that it was copied from, and gets a page of its own.
            entry = None
        missed = None
        if entry is None:
            entry = await self._fresh(message)
        elif not message.fresh and entry.page.outbox.acknowledge(message.ack):
            if entry.client is None:
                self._arrive(entry.page, message)
            missed = entry.page.frames_after(message.ack)
        entry.client = message.client
        self._entry = entry
        self._registry.attach(entry, self._drop_me)
        entry.page.connect(self._wake)
        self._sent = message.ack
        self._fresh_due = missed is None
        # WELCOME tells it early, so that nothing is sent again; what it settles is told after the replay.
        self._ack_sent = 0
        limits = ClientLimits(
            message=self._limits.message_bytes, url=min(MAX_URL, self._limits.url_characters)
        )
        opening: list[PageOp] = [Welcome(entry.page.id, limits)]
        redirected = entry.page.browser.redirected
        if redirected is not None:
            self._fresh_due = False
            opening.append(Load(redirected))
        if self._fresh_due:
            # In one frame: what a visitor does in between would go to a page that is not shown yet, and whose
            # elements have other ids.
            self._before_fresh = opening
        else:
            self._extra.append(encode_frame(0, entry.page.handled, opening))
        self._wake()

    def _arrive(self, page: Page, message: Hello) -> None:
        """The first hello of the browser that got the page: it alone knows the hash and the entry's state."""
        shown = page.browser
        same = message.url.partition("#")[0] == shown.url.partition("#")[0]
        if same and (message.url, message.state) != (shown.url, shown.state):
            page.receive(0, Moved(message.url, message.state, None))

    async def _fresh(self, message: Hello) -> Entry:
        try:
            return await self._fresh_page(message.url, message.state)
        except FullError as error:
            raise Ended(TRY_LATER, str(error)) from None
        except Exception as error:
            log.error(
                "a fresh page at %r could not be made%s",
                message.url,
                notes_of(error),
                exc_info=exc_info_of(error),
            )
            if isinstance(error, UsageError):
                # It would raise every time. As a document the page may work, if it writes the session, say.
                raise Ended(Close.VERSION, "this page can't come back: load the document") from None
            # Anything else may be over soon, as while a database starts, and loading loses what was typed.
            raise Ended(Close.FAILED, "the page could not be made: come back") from None

    def receive(self, data: bytes | str) -> None:
        """Take a message after the first.

        Raises:
            Ended: it can't be taken.
        """
        page = self.page
        if self._ended is not None:
            raise self._ended
        if page is None or page.closed:
            raise Ended(TRY_LATER, "the page has ended")
        if not self._rate.take():
            raise Ended(POLICY, "more messages than Limits.messages_per_second allows")
        n, message = self._decode(data)
        if isinstance(message, Hello):
            raise Ended(POLICY, "HELLO is said once, at the beginning")
        if bool(n) != message.numbered:
            word = "has a number" if message.numbered else "has no number"
            raise Ended(POLICY, f"a message {type(message).__name__} {word}, and this one came with {n}")
        if isinstance(message, Ack):
            if not page.outbox.acknowledge(message.seq):
                raise Ended(POLICY, f"frame {message.seq} was acknowledged and has never been sent")
        elif isinstance(message, Ping):
            self._extra.append(encode_frame(0, page.handled, [Pong()]))
        else:
            try:
                page.receive(n, message)
            except OutOfOrderError as error:
                raise Ended(POLICY, str(error)) from None
        self._wake()

    def _decode(self, data: bytes | str) -> tuple[int, AnyClientMessage]:
        try:
            return decode_client(data, max_bytes=self._limits.message_bytes)
        except LimitError as error:
            raise Ended(TOO_BIG, str(error)) from None
        except WireError as error:
            raise Ended(POLICY, str(error)) from None

    def take(self) -> bytes | None:
        """The next frame to send, or None where there is none now.

        Raises:
            Ended: the conversation was ended from this side.
        """
        if self._extra:
            return self._extra.pop(0)
        if self._ended is not None:
            raise self._ended
        page = self.page
        if page is None:
            return None
        kept = None if self._fresh_due else page.frames_after(self._sent)
        if kept is None:
            self._fresh_due = False
            self._sent, body = page.fresh(self._before_fresh)
            self._before_fresh = []
        elif kept:
            self._sent, body = kept[0].seq, kept[0].body
            self._ack_sent = kept[0].handled
            return frame(self._sent, self._ack_sent, body)
        elif page.handled > self._ack_sent:
            self._ack_sent = page.handled
            return frame(0, self._ack_sent, b"[]")
        else:
            return None
        self._ack_sent = page.handled
        return frame(self._sent, self._ack_sent, body)

    def _dropped(self, code: int, reason: str) -> None:
        self._ended = self._ended or Ended(code, reason)
        self._wake()

    def close(self) -> None:
        """The client is gone. Its page waits for it."""
        entry, self._entry = self._entry, None
        if entry is not None:
            entry.page.disconnect(self._wake)
            self._registry.detach(entry, self._drop_me)


async def serve_socket(
    websocket: WebSocket, conversation_for: Callable[[Callable[[], None]], Conversation], limits: Limits
) -> None:
    """Carry a conversation over an accepted socket until one side ends it.

    Args:
        websocket: the socket, accepted.
        conversation_for: makes the conversation, given what wakes the sending side.
        limits: `hello_seconds`, `heartbeat_seconds`, `send_seconds`.
    """
    awake = asyncio.Event()
    conversation = conversation_for(awake.set)
    sender: asyncio.Task[None] | None = None
    try:
        first = await _within(limits.hello_seconds, _read(websocket), "no HELLO came")
        await conversation.open(first)
        sender = asyncio.create_task(_send_all(websocket, conversation, awake, limits))
        receiver = asyncio.create_task(_receive_all(websocket, conversation, limits))
        try:
            await asyncio.wait({sender, receiver}, return_when=asyncio.FIRST_COMPLETED)
            for task in (receiver, sender):
                if task.done():
                    task.result()
        finally:
            for task in (receiver, sender):
                task.cancel()
            await asyncio.gather(receiver, sender, return_exceptions=True)
    except Ended as end:
        log.info("socket closed (%d): %s", end.code, end.reason)
        await _close(websocket, end.code, end.reason)
    except WebSocketDisconnect:
        pass
    except Exception:
        log.exception("a socket's conversation failed; the page goes on")
        await _close(websocket, 1011, "the server failed")
    finally:
        conversation.close()


async def _close(websocket: WebSocket, code: int, reason: str) -> None:
    # The reason is told in at most 123 bytes; and a client that takes nothing doesn't take the end, either.
    told = reason.encode("utf-8")[:123].decode("utf-8", "ignore")
    with contextlib.suppress(Exception):
        async with asyncio.timeout(_CLOSE_SECONDS):
            await websocket.close(code, told)


async def _receive_all(websocket: WebSocket, conversation: Conversation, limits: Limits) -> None:
    while True:
        data = await _within(limits.heartbeat_seconds, _read(websocket), "nothing was heard")
        conversation.receive(data)
        # Messages that have come together would else be handled in one go, and every other page would wait.
        await asyncio.sleep(0)


async def _send_all(
    websocket: WebSocket, conversation: Conversation, awake: asyncio.Event, limits: Limits
) -> None:
    while True:
        awake.clear()
        while (data := conversation.take()) is not None:
            sending = websocket.send_text(data.decode("utf-8"))
            await _within(limits.send_seconds, sending, "the client does not take its frames")
        await awake.wait()


async def _read(websocket: WebSocket) -> bytes | str:
    message = await websocket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1006))
    text = message.get("text")
    return text if text is not None else message.get("bytes") or b""


async def _within(seconds: float, work: Awaitable[T], what: str) -> T:
    try:
        async with asyncio.timeout(seconds):
            return await work
    except TimeoutError:
        raise Ended(POLICY, f"{what} for {seconds:g} seconds") from None
