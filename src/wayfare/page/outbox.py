"""Numbered frames on their way to a browser, kept until it says that it has applied them.

    append ──► kept: 7 8 9 10            the browser acknowledges 8 ──► kept: 9 10
                     │                   it comes back having applied 9 ──► 10 is sent again
                     └─ more than the bounds allow: everything is dropped, `lost` is set, and the next
                        connection gets a fresh render instead of a replay.

The frames are kept encoded: they are encoded once, however often they are sent.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OutboxStatistics:
    """A snapshot of an outbox."""

    kept_frames: int
    kept_bytes: int
    last: int
    acknowledged: int
    lost: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """One frame: its number, its operations, encoded, and the client's message that was handled last when it
    was made. A later one must not be acknowledged with it: what came of that is in a later frame."""

    seq: int
    body: bytes
    handled: int = 0


class Outbox:
    """Frames of one page in order, numbered from 1, bounded in number and in bytes.

    Args:
        max_frames: how many unacknowledged frames are kept.
        max_bytes: how many bytes of them.

    >>> box = Outbox(max_frames=2, max_bytes=1000)
    >>> box.append(b"[]"), box.append(b"[]")
    (1, 2)
    >>> box.acknowledge(1)
    True
    >>> [kept.seq for kept in box.after(1) or ()]
    [2]
    >>> box.append(b"[]"), box.append(b"[]"), box.lost
    (3, 4, True)
    >>> box.after(1) is None
    True
    """

    def __init__(self, *, max_frames: int, max_bytes: int) -> None:
        self._max_frames = max_frames
        self._max_bytes = max_bytes
        self._kept: deque[Kept] = deque()
        self._bytes = 0
        self._last = 0
        self._acknowledged = 0
        self._lost = False

    @property
    def last(self) -> int:
        """The number of the newest frame; 0 before the first."""
        return self._last

    @property
    def lost(self) -> bool:
        """Whether frames were dropped that the browser has not acknowledged."""
        return self._lost

    def append(self, body: bytes, handled: int = 0) -> int:
        """Keep one frame's operations and return the frame's number."""
        self._last += 1
        if self._lost:
            return self._last
        self._kept.append(Kept(self._last, body, handled))
        self._bytes += len(body)
        if len(self._kept) > self._max_frames or self._bytes > self._max_bytes:
            # A part of a replay is of no use, so nothing is kept once one frame can't be.
            self._clear()
            self._lost = True
        return self._last

    def acknowledge(self, seq: int) -> bool:
        """Forget the frames up to `seq`. Returns whether the number can be true: one of ours, not from the
        future. Acknowledging twice, or out of order, is harmless."""
        if not 0 <= seq <= self._last:
            return False
        while self._kept and self._kept[0].seq <= seq:
            self._bytes -= len(self._kept.popleft().body)
        self._acknowledged = max(self._acknowledged, seq)
        return True

    def after(self, seq: int) -> list[Kept] | None:
        """The frames after `seq`, or None where they are not all there and a fresh render is due."""
        if self._lost or seq > self._last or seq < self._acknowledged:
            return None
        return [kept for kept in self._kept if kept.seq > seq]

    def lose(self) -> None:
        """Give up on replaying: a frame could not be made, and what comes after it makes no sense alone."""
        self._last += 1
        self._clear()
        self._lost = True

    def restart(self) -> int:
        """Forget every frame, because a fresh render that contains them is sent. Returns the newest number:
        it is what the browser has applied once it shows that render."""
        self._clear()
        self._lost = False
        self._acknowledged = self._last
        return self._last

    def statistics(self) -> OutboxStatistics:
        """How full the outbox is."""
        return OutboxStatistics(len(self._kept), self._bytes, self._last, self._acknowledged, self._lost)

    def _clear(self) -> None:
        self._kept.clear()
        self._bytes = 0
