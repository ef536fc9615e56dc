"""The part of a browser that talks: one page's connection, its numbered messages, its history.

It keeps the client's side of the rules in `wire.messages`: messages are kept until they are acknowledged, and
sent again after a break; frames are applied once and in order; another page than before starts the numbers
again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..server import Conversation, Ended
from ..wire import (
    VERSION,
    Ack,
    ClientMessage,
    Close,
    Go,
    Guard,
    Hello,
    Load,
    Moved,
    Navigate,
    Notice,
    Push,
    Reload,
    Routing,
    Welcome,
    decode_frame,
    encode_client,
    opcode,
)
from ..wire import Fresh as FreshOp
from .client import PatchError, Screen
from .links import absolute

_FRESH = opcode(FreshOp)
_WELCOME = opcode(Welcome)
MAX_KEPT = 200
_SITE = "http://site"


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One entry of the window's history: path, search and hash, and the state it was given.

    >>> HistoryEntry("/users?page=2")
    HistoryEntry(url='/users?page=2', state=None)
    """

    url: str
    state: object = None


class Window:
    """The client of one document: `page.window`, where a test looks behind what `Page` shows.

    Args:
        screen: what it shows.
        page: the id of the page in the document.
        url: path, search and hash of the address bar.
        client: what the document calls itself, told to the server.
        load: called with the URL of a page that is to be loaded; None for the one that is shown.

    Attributes:
        entries: the entries of the history, oldest first; `index` says which is shown.
        notices: what the server told about the page itself: a code, and words.
        routing: whether a navigation is going on.
        guarded: whether the page has listeners of before-leave.
        frames: the operations of each frame that came.
        closed_by_server: why the server ended the last connection, if it has.

    >>> import asyncio
    >>> from wayfare.testing import open_page
    >>> async def visit():
    ...     async with open_page(App(lambda: p["Hello"], secret="only for this page")) as page:
    ...         return page.window.connected, page.window.waiting
    >>> asyncio.run(visit())
    (True, 0)
    """

    def __init__(
        self, screen: Screen, *, page: str, url: str, client: str, load: Callable[[str | None], None]
    ) -> None:
        self.screen = screen
        self.page = page
        self.entries: list[HistoryEntry] = [HistoryEntry(url)]
        self.index = 0
        self.notices: list[tuple[str, str]] = []
        self.routing = False
        self.guarded = False
        self.frames: list[list[list[object]]] = []
        self._client = client
        self._load = load
        self._conversation: Conversation | None = None
        self._n = 0
        self._seq = 0
        # The last message that the page had heard when it made what is shown; the moves by their numbers.
        self._heard = 0
        self._moves: list[tuple[int, Moved]] = []
        self._kept: list[tuple[int, ClientMessage]] = []
        # The link that was followed last, until the page that it leads to is shown.
        self._following: tuple[int, ClientMessage] | None = None
        self._fresh_wanted = False
        self.closed_by_server: Ended | None = None
        self.failure: PatchError | None = None

    @property
    def url(self) -> str:
        """What the address bar shows."""
        return self.entries[self.index].url

    @property
    def connected(self) -> bool:
        """Whether there is a connection."""
        return self._conversation is not None

    @property
    def waiting(self) -> int:
        """How many messages the page has not acknowledged."""
        return len(self._kept)

    async def connect(self, make: Callable[[Callable[[], None]], Conversation]) -> None:
        """Open a connection, and catch up."""
        conversation = make(lambda: self._drain(conversation))
        entry = self.entries[self.index]
        hello = Hello(
            VERSION, self.page, self._seq, self._n, entry.url, entry.state, self._fresh_wanted, self._client
        )
        self.closed_by_server = None
        try:
            await conversation.open(encode_client(0, hello))
        except Ended as end:
            conversation.close()
            self._ended(end)
            return
        self._conversation = conversation
        self._drain(conversation)

    def disconnect(self) -> None:
        """Lose the connection, as when a train enters a tunnel. What was on its way from the page is lost."""
        conversation, self._conversation = self._conversation, None
        if conversation is not None:
            conversation.close()

    def send(self, message: ClientMessage) -> None:
        """Send a message, or keep it for the next connection."""
        if message.numbered:
            if len(self._kept) >= MAX_KEPT:
                self.notices.append(("queue-full", f"{MAX_KEPT} messages wait for the page"))
                return
            self._n += 1
            if isinstance(message, Moved):
                self._moves = [each for each in self._moves if each[0] > self._heard]
                self._moves.append((self._n, message))
            if isinstance(message, Moved | Navigate):
                self._following = None if isinstance(message, Moved) else (self._n, message)
            self._kept.append((self._n, message))
            self._write(self._n, message)
        else:
            self._write(0, message)

    def _write(self, n: int, message: ClientMessage) -> None:
        conversation = self._conversation
        if conversation is None:
            return
        try:
            conversation.receive(encode_client(n, message))
        except Ended as end:
            self._ended(end)

    def _ended(self, end: Ended) -> None:
        self.closed_by_server = end
        self.disconnect()
        if end.code == Close.VERSION:
            self._load(None)

    def _drain(self, conversation: Conversation) -> None:
        """Take what there is. The connection may change while frames are applied."""
        while self._conversation is conversation:
            try:
                data = conversation.take()
            except Ended as end:
                self._ended(end)
                return
            if data is None:
                return
            frame = decode_frame(data)
            try:
                self._take(frame.seq, frame.ack, frame.ops)
            except PatchError as error:
                # A browser would ask for a fresh render; a test is to hear of it.
                self.failure = error
                self.disconnect()

    def _take(self, seq: int, ack: int, ops: list[list[object]]) -> None:
        self._kept = [(n, message) for n, message in self._kept if n > ack]
        fresh = next((op for op in ops if op[0] == _FRESH), None)
        if fresh is not None:
            self._restart(str(fresh[3]))
        elif seq and seq <= self._seq:
            return
        elif seq > self._seq + 1:
            raise PatchError(f"frame {seq} came after frame {self._seq}")
        if seq or fresh is not None:
            self._seq = seq
            self._fresh_wanted = False
        self.frames.append(ops)
        if seq or not ops:
            self._heard = max(self._heard, ack)
        for op in self.screen.apply(ops):
            self._page_op(op)
        if seq:
            self.send(Ack(seq))
        if any(op[0] == _WELCOME for op in ops):
            # Last: what the page answers may come at once, and what this frame has brought comes before it.
            for n, message in list(self._kept):
                self._write(n, message)

    def _restart(self, page: str) -> None:
        if page == self.page:
            return
        self.page = page
        self._seq = self._n = self._heard = 0
        self._moves = []
        followed, self._following = self._following, None
        # Handled, but not carried out, where a navigation is still under way.
        again = followed is not None and (self.routing or followed in self._kept)
        self._kept = []
        self.routing = self.guarded = False
        if followed is not None and again:
            self._n = 1
            self._following = (1, followed[1])
            self._kept.append(self._following)

    def _page_op(self, op: Sequence[object]) -> None:
        handler = _PAGE_OPS.get(op[0])  # type: ignore[call-overload]
        if handler is not None:
            handler(self, *op[1:])

    def _welcome(self, page: str, _limits: object) -> None:
        self._restart(page)

    def _push(self, url: str, state: object, replace: bool, _scroll: bool) -> None:
        if self._moves and self._moves[-1][0] > self._heard:
            return  # the page is about to hear of the move, and knows what was passed over
        entry = HistoryEntry(absolute(url, _SITE + self.url).removeprefix(_SITE), state)
        if replace:
            self.entries[self.index] = entry
        else:
            del self.entries[self.index + 1 :]
            self.entries.append(entry)
            self.index += 1

    def go(self, delta: int, quiet: bool = False) -> None:
        """Go back (negative) or forward; the page is told, unless it has asked for it quietly."""
        index = self.index + delta
        if not 0 <= index < len(self.entries):
            return
        self.index = index
        if not quiet:
            entry = self.entries[index]
            self.send(Moved(entry.url, entry.state, delta, self._seq))

    def _go(self, delta: int) -> None:
        """The page says so, by so many entries from where it knew the window to be."""
        unheard = [each.delta for n, each in self._moves if n > self._heard]
        if None in unheard:
            return
        goal = self.index + delta - sum(each or 0 for each in unheard)
        if 0 <= goal < len(self.entries):
            if goal != self.index:
                self.go(goal - self.index)
        elif delta:
            entry = self.entries[self.index]
            self.send(Moved(entry.url, entry.state, 0, self._seq))

    def _notice(self, code: str, text: str) -> None:
        self.notices.append((code, text))

    def _set_routing(self, routing: bool) -> None:
        self.routing = routing
        if self._following is not None and not routing and self._following[0] <= self._heard:
            self._following = None

    def _set_guarded(self, guarded: bool) -> None:
        self.guarded = guarded

    def _load_page(self, url: str) -> None:
        self._load(url)

    def _reload(self) -> None:
        self._load(None)


_PAGE_OPS: dict[int, Callable[..., None]] = {
    opcode(Welcome): Window._welcome,  # pyright: ignore[reportPrivateUsage]
    opcode(Push): Window._push,  # pyright: ignore[reportPrivateUsage]
    opcode(Go): Window._go,  # pyright: ignore[reportPrivateUsage]
    opcode(Load): Window._load_page,  # pyright: ignore[reportPrivateUsage]
    opcode(Routing): Window._set_routing,  # pyright: ignore[reportPrivateUsage]
    opcode(Notice): Window._notice,  # pyright: ignore[reportPrivateUsage]
    opcode(Reload): Window._reload,  # pyright: ignore[reportPrivateUsage]
    opcode(Guard): Window._set_guarded,  # pyright: ignore[reportPrivateUsage]
}
