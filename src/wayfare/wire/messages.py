"""Every message between a page and its client: the one table that both languages are written from.

Client to server, one JSON array for each socket message::

    [n, OPCODE, field, ...]     n counts the client's numbered messages from 1; 0 for one without a number

Server to client, one JSON array for each socket message::

    [seq, ack, [op, op, ...]]   seq counts the page's frames from 1; 0 for a frame that is not replayed
                                ack is the highest n that the page has handled
                                op = [OPCODE, field, ...], applied in order

Opcodes below 20 in a frame are the patches of `wayfare.render.patches`; those from 20 on are the page-level
operations here. `client/src/protocol.js` is written from both by `python -m wayfare.wire.generate`.

A numbered message is kept by the client until a frame's `ack` covers it, and is sent again after a reconnect;
the page drops an n that it has handled, so that a handler runs once. A numbered frame is kept by the page
until an ACK or a HELLO covers it; the client drops a seq that it has applied.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Annotated, ClassVar, TypeAlias

from msgspec import Meta, Struct

VERSION = 1
"""Raised by one with every change that an old client could misunderstand: such a client reloads."""

MAX_URL = 8192
"""Longest URL in a message, in characters."""

Counter: TypeAlias = Annotated[int, Meta(ge=0, le=2**53 - 1)]
"""A number that counts up and that JavaScript holds exactly."""
Url: TypeAlias = Annotated[str, Meta(max_length=MAX_URL)]
Name: TypeAlias = Annotated[str, Meta(min_length=1, max_length=100)]


class Close(IntEnum):
    """Codes with which the server closes a socket, where the client should do more than come back.

    After any other code (1001, 1006, 1009, 1011, 1012, ...) the client reconnects with growing pauses.
    """

    REFUSED = 4403
    """Not welcome (foreign origin, ended session): the client stays away and works as plain HTML."""
    REPLACED = 4409
    """Another socket of the same client has taken over: this one is not reopened."""
    VERSION = 4426
    """The client's code is of another version, or only a document can help: it loads the document again."""
    FAILED = 4500
    """The page can't be made, perhaps only for now: it comes back some times before it loads the document."""


class ClientMessage(Struct, frozen=True, array_like=True):
    """What every message from the client is."""

    numbered: ClassVar[bool] = False
    """Whether it carries a number, is acknowledged, and is sent again after a reconnect."""


class Hello(ClientMessage, frozen=True, array_like=True, tag=1):
    """The first message of every socket: attach to a rendered page, or resume after a break.

    Fields:
        version: `VERSION` of the client's code.
        page: the page id of the document, or of the last WELCOME or FRESH.
        ack: the highest seq that the client has applied.
        sent: the highest n that the client has given to a message.
        url: path, search and hash of what the address bar shows; what a fresh mount is made for.
        state: the history entry's state, exactly as it was given.
        fresh: the client can't go on from what it shows (a patch did not fit): send FRESH.
        client: random, per loaded document: tells a socket that comes back from a copied tab, which has the
            same page id and needs a page of its own.
    """

    version: Counter
    page: Annotated[str, Meta(max_length=200)]
    ack: Counter
    sent: Counter
    url: Url
    state: object
    fresh: bool
    client: Annotated[str, Meta(max_length=100)] = ""


class EventPayload(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What a handler is told about an event. Only what applies is present.

    Fields:
        name: the `name` of the field that the event happened in (a form's `on_input` hears all its fields).
        value: the value of that field; a list for a `select` with `multiple`.
        checked: whether the checkbox or radio button is checked; for `toggle`, whether the details are open.
        key: the key of a keyboard event, as the browser names it (`"Enter"`, `"a"`).
        modifiers: those held down, of `"alt" "ctrl" "meta" "shift"`.
        form: the fields of the form with the handler, in document order; a file is given by its name.
        data: the `data-*` attributes of the element with the handler, names in camel case.
        button: the mouse button of a pointer event; 0 is the main one.
        x, y: the pointer's place in the window, in CSS pixels.
        detail: the `detail` of a CustomEvent.
    """

    name: str | None = None
    value: str | list[str] | None = None
    checked: bool | None = None
    key: str | None = None
    modifiers: list[str] = []
    form: list[tuple[str, str]] | None = None
    data: dict[str, str] = {}
    button: int | None = None
    x: float | None = None
    y: float | None = None
    detail: object = None


class EventMessage(ClientMessage, frozen=True, array_like=True, tag=2):
    """A handler of the element `id` is to run: event `name`."""

    numbered: ClassVar[bool] = True

    id: Counter
    name: Name
    payload: EventPayload


class Navigate(ClientMessage, frozen=True, array_like=True, tag=3):
    """A link was followed. The address bar does not change until PUSH."""

    numbered: ClassVar[bool] = True

    url: Url
    replace: bool
    scroll: bool
    state: object


class Moved(ClientMessage, frozen=True, array_like=True, tag=4):
    """Back or forward: the address bar shows `url` already. `delta` counts entries; None where the entry is
    one that was not there before; 0 where the browser could not be brought to where a GO leads.

    `seen` is the highest seq that the client had applied. It passes over each PUSH that comes after the move
    from a page that had not heard of it. None, from a client that does not say: it has seen everything.
    """

    numbered: ClassVar[bool] = True

    url: Url
    state: object
    delta: Annotated[int, Meta(ge=-100_000, le=100_000)] | None
    seen: Counter | None = None


class Preload(ClientMessage, frozen=True, array_like=True, tag=5):
    """A link is about to be followed, perhaps. `data` is false for `preload="false"`: code only."""

    url: Url
    data: bool


class Ack(ClientMessage, frozen=True, array_like=True, tag=6):
    """Every frame up to `seq` has been applied."""

    seq: Counter


class Visible(ClientMessage, frozen=True, array_like=True, tag=7):
    """Whether the page can be seen: false for a background tab. A client that says nothing is visible."""

    visible: bool


class Ping(ClientMessage, frozen=True, array_like=True, tag=8):
    """Answered by a frame with PONG."""


AnyClientMessage: TypeAlias = Hello | EventMessage | Navigate | Moved | Preload | Ack | Visible | Ping


class PageOp(Struct, frozen=True, array_like=True):
    """What every page-level operation of a frame is."""


class ClientLimits(Struct, frozen=True):
    """Bounds that the client keeps, told to it by the server. Times in milliseconds, sizes in bytes."""

    queue: int = 200
    """Numbered messages that wait to be acknowledged; beyond, the visitor is told and links load plainly."""
    message: int = 65_536
    """Largest message the server takes."""
    url: int = MAX_URL
    """Longest URL it takes, in characters. A link to a longer one is left to the browser."""
    heartbeat: int = 25_000
    """Silence after which the client pings. The server may give up on a client that was silent much longer;
    browsers slow the timers of background tabs down to one a minute."""


class Welcome(PageOp, frozen=True, array_like=True, tag=20):
    """Answers HELLO, in a frame of its own with seq 0, before anything else. The frame's `ack` says what the
    client need not send again. Frames after the HELLO's `ack` follow, or a FRESH."""

    page: str
    limits: ClientLimits


class Fresh(PageOp, frozen=True, array_like=True, tag=21):
    """Merge this into what is shown; typed input, focus, selection, scroll and open details stay.

    The frame's seq becomes what the client has applied. With a page id other than before, the client's own
    numbers start again at 1 and events for the old page are dropped; a link that was followed is sent
    again, where that was not handled or its navigation was under way.

    Fields:
        html: what stands between (and with) the markers of slot 1.
        title: the document's title.
        page: the page id from now on.
    """

    html: str
    title: str
    page: str


class Push(PageOp, frozen=True, array_like=True, tag=22):
    """A navigation has been committed: show `url`, as a new history entry or in place of the current one.
    With `scroll`, the window goes to the hash's element or to the top once the frame has been applied;
    without, only to a hash's element. Passed over where the client has sent a MOVED that the frame's `ack`
    does not cover."""

    url: str
    state: object
    replace: bool
    scroll: bool


class Go(PageOp, frozen=True, array_like=True, tag=23):
    """Go through the history, by so many entries from where the page knew the browser to be when it made
    this frame (by `ack`): to a place, for which the client tries until the browser is there. Each move is
    answered by MOVED as any other is, and a place that can't be reached by one of 0. Passed over where the
    client has sent a MOVED of None that the `ack` does not cover."""

    delta: int


class Load(PageOp, frozen=True, array_like=True, tag=24):
    """Leave for this URL by a full page load. Only http and https are followed."""

    url: str


class Head(PageOp, frozen=True, array_like=True, tag=25):
    """The whole list of head tags that the page manages, each `(tag, attributes, text)`. Tags already there,
    marked with `data-wh`, stay if they are in the list, and go if not. `title` sets the document's title.
    Taken: title, meta, link, style, base."""

    tags: list[tuple[str, dict[str, str], str | None]]


class Routing(PageOp, frozen=True, array_like=True, tag=26):
    """Whether a navigation is under way; shows as `data-wayfare-routing` on the root element."""

    routing: bool


class Notice(PageOp, frozen=True, array_like=True, tag=27):
    """Something the page wants known: to the console, and as a `wayfare:notice` event on the document."""

    code: str
    text: str


class Reload(PageOp, frozen=True, array_like=True, tag=28):
    """Load the document again."""


class Pong(PageOp, frozen=True, array_like=True, tag=29):
    """Answers PING, in a frame with seq 0."""


class Guard(PageOp, frozen=True, array_like=True, tag=30):
    """Whether the page has before-leave listeners. While it has, closing a window in which something was
    typed and not yet sent asks first."""

    guarded: bool


class Scroll(PageOp, frozen=True, array_like=True, tag=31):
    """Scroll to the element with the id `part`, to the top where there is none. The address bar stays."""

    part: str


AnyPageOp: TypeAlias = (
    Welcome | Fresh | Push | Go | Load | Head | Routing | Notice | Reload | Pong | Guard | Scroll
)

CLIENT_MESSAGES: tuple[type[ClientMessage], ...] = (
    Hello,
    EventMessage,
    Navigate,
    Moved,
    Preload,
    Ack,
    Visible,
    Ping,
)
"""The table's first half, in opcode order."""

PAGE_OPS: tuple[type[PageOp], ...] = (
    Welcome,
    Fresh,
    Push,
    Go,
    Load,
    Head,
    Routing,
    Notice,
    Reload,
    Pong,
    Guard,
    Scroll,
)
"""The table's second half, in opcode order."""


def opcode(message: type[Struct]) -> int:
    """The opcode of a message or page-level operation.

    >>> opcode(Hello), opcode(Guard)
    (1, 30)
    """
    tag = message.__struct_config__.tag
    assert isinstance(tag, int), message
    return tag
