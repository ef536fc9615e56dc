"""What a page has to tell its browser: what comes together in one synchronous burst is made one frame.

    push, tell ──► collected ──► _flush, when the burst is over ──► a frame in the outbox ──► the carrier
                                   └─ not while an answer is held back that belongs to it

Operations say that something happens, or how something is (ops.STATES). The last of each kind is remembered,
for a browser that gets a fresh render in place of the frames.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..data import Delivery
from ..errors import UsageError
from ..reactive import Scope
from ..render import Head as PageHead
from ..render import Patch
from ..routing import Push as Entry
from ..wire import Fresh, Guard, Head, Notice, PageOp, Push, encode_ops
from .entries import Entries
from .limits import Limits
from .ops import STATES, head_op
from .outbox import Kept, Outbox


class Frames:
    """A page's operations on their way to its browser.

    Args:
        scope: the page's scope: its clock says when a burst is over.
        limits: the bounds of the outbox.
        head: the page's head, told whole where it has changed.
        handled: the number of the client's message that was handled last.
        report: what an operation that can't be written is told to, and where that was.
    """

    def __init__(
        self,
        scope: Scope,
        limits: Limits,
        head: PageHead,
        *,
        handled: Callable[[], int],
        report: Callable[[Exception, str], None],
    ) -> None:
        self.outbox = Outbox(max_frames=limits.outbox_frames, max_bytes=limits.outbox_bytes)
        self.shown = False
        """Whether the browser has the first HTML, or will have it."""
        self._clock = scope.world.clock
        self._delivery = Delivery()
        scope.provide(Delivery, self._delivery)
        self._head = head
        self._handled = handled
        self._report = report
        self._closed = False
        self._ops: list[Patch | PageOp] = []
        self._flush_due = False
        self._head_due = False
        self._wake: Callable[[], None] | None = None
        # The last of each kind, with the number of the frame it went out in.
        self._told: dict[type[PageOp], tuple[int, PageOp]] = {}
        self._entries = Entries()

    @property
    def waiting(self) -> bool:
        """Whether something has been collected that is in no frame yet."""
        return bool(self._ops)

    def push(self, op: Patch | PageOp) -> None:
        """Something for the next frame."""
        if self._closed:
            return
        self._ops.append(op)
        self._schedule()

    def tell(self, op: PageOp) -> None:
        """A page-level operation. Before the first HTML only what the document can't say is kept."""
        if self.shown or isinstance(op, Guard):
            self._told[type(op)] = (self.outbox.last + 1, op)
            self.push(op)

    def tell_entry(self, entry: Entry, op: Push) -> None:
        """A history entry that the browser is to make."""
        if self.shown:
            self._entries.add(self.outbox.last + 1, entry)
        self.tell(op)

    def passed_over(self, seen: int | None) -> tuple[Entry, ...]:
        """The entries that a browser which had applied the frame `seen` has not made, and is not to make."""
        unseen = self._entries.take_after(seen)
        if unseen:
            self._told.pop(Push, None)
            self._ops = [op for op in self._ops if not isinstance(op, Push)]
        return unseen

    def head_changed(self) -> None:
        """The head is another: several tags change in one burst, so it is sent whole when that is over."""
        self._head_due = True
        self._schedule()

    def _schedule(self) -> None:
        if not self._flush_due and not self._closed:
            self._flush_due = True
            self._clock.call_soon(self._flush)

    def _flush(self) -> None:
        """Make one frame of what has come together since the last."""
        self._flush_due = False
        if self._delivery.held:
            self._delivery.when_free(self._schedule)
            return
        if self._head_due:
            self._head_due = False
            self.tell(head_op(self._head))
        if self._closed or not self._ops:
            return
        ops, self._ops = self._ops, []
        try:
            body = encode_ops(ops)
        except UsageError as error:
            self._report(error, "writing a frame")
            self.outbox.lose()
        else:
            self.outbox.append(body, self._handled())
        if self._wake is not None:
            self._wake()

    def connect(self, wake: Callable[[], None]) -> None:
        """A carrier takes over. It is called whenever there is something to send."""
        self._wake = wake

    def disconnect(self, wake: Callable[[], None]) -> None:
        """The carrier is gone; nothing happens where another has taken over."""
        if self._wake == wake:
            self._wake = None

    @property
    def attached(self) -> bool:
        """Whether a carrier is there."""
        return self._wake is not None

    def after(self, seq: int) -> list[Kept] | None:
        """The frames after number `seq`, or None where they were dropped and `fresh` is due."""
        # Whoever asks need not be woken: a carrier that sends when it is woken would ask again in between.
        wake, self._wake = self._wake, None
        try:
            self._flush()
        finally:
            self._wake = wake
        return self.outbox.after(seq)

    def fresh(self, html: str, page_id: str, first: Sequence[PageOp]) -> tuple[int, bytes]:
        """Everything as it is now, after `first`: the page's HTML, its head, and what was told last."""
        acknowledged = self.outbox.statistics().acknowledged
        ops: list[Patch | PageOp] = [*first, Fresh(html, self._head.title(), page_id), head_op(self._head)]
        for kind, (seq, op) in list(self._told.items()):
            if kind is Head:
                continue
            if kind in STATES:
                ops.append(op)
            else:
                # What happens once is told again only where the browser may not have heard it.
                del self._told[kind]
                if seq > acknowledged:
                    ops.append(op)
        ops.extend(op for op in self._ops if isinstance(op, Notice))
        self._ops.clear()
        self._head_due = False
        return self.outbox.restart(), encode_ops(ops)

    def close(self) -> None:
        """Nothing is sent any more."""
        self._closed = True
        self._wake = None
        self._ops.clear()
