"""A clock that a test moves by hand, so that tests never sleep.

>>> clock = VirtualClock()
>>> _ = clock.call_later(5.0, lambda: print("five seconds"))
>>> clock.advance(4.0)
>>> clock.advance(1.0)
five seconds
"""

from __future__ import annotations

import heapq
import itertools
from collections import deque
from collections.abc import Callable
from contextvars import Context, copy_context

from ..errors import LimitError

MAX_CALLS = 100_000
"""How many timers one `advance` may run before it is called endless."""


class VirtualTimer:
    """A call that has been put off, with the context of then. `when` is in the clock's seconds."""

    __slots__ = ("cancelled", "context", "fn", "when")

    def __init__(self, when: float, fn: Callable[[], object]) -> None:
        self.when = when
        self.fn = fn
        # As a loop's calls do: what was current, such as the intent of a navigation, is current again.
        self.context = copy_context()
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True
        # As the loop's own timers do: what is called off keeps nothing alive.
        self.fn = _nothing
        self.context = Context()


def _nothing() -> None:
    """What a timer that was called off would call."""


class VirtualClock:
    """Time that stands still until `advance` moves it. Timers run in order of time, then of making.

    Calls put off with `call_soon` run at the next `advance`, also by 0 seconds, before any timer.

    Args:
        start: what `now()` gives at first, in seconds.

    >>> clock = VirtualClock()
    >>> timer = clock.call_later(5.0, lambda: print("five seconds"))
    >>> clock.advance(4.0)
    >>> clock.now(), clock.pending()
    (4.0, 1)
    >>> clock.advance(1.0)
    five seconds
    """

    def __init__(self, start: float = 0.0) -> None:
        self._now = start
        self._count = itertools.count()
        self._timers: list[tuple[float, int, VirtualTimer]] = []
        self._soon: deque[VirtualTimer] = deque()

    def now(self) -> float:
        """The time, in seconds."""
        return self._now

    def call_later(self, delay: float, fn: Callable[[], object]) -> VirtualTimer:
        """Call `fn` once time has moved on by `delay` seconds; the timer's `cancel()` calls that off."""
        timer = VirtualTimer(self._now + max(0.0, delay), fn)
        heapq.heappush(self._timers, (timer.when, next(self._count), timer))
        return timer

    def call_soon(self, fn: Callable[[], object]) -> VirtualTimer:
        """Call `fn` at the next `advance`, whatever it moves."""
        timer = VirtualTimer(self._now, fn)
        self._soon.append(timer)
        return timer

    def pending(self) -> int:
        """How many calls are still to come."""
        return sum(not t.cancelled for t in self._soon) + sum(not t[2].cancelled for t in self._timers)

    def advance(self, seconds: float = 0.0) -> None:
        """Move time forward and run what is due on the way, each call at its own time.

        Args:
            seconds: how far; 0 runs what is due now.

        Raises:
            LimitError: more than `MAX_CALLS` calls ran: they go on putting off new ones.
        """
        target = self._now + seconds
        for _ in range(MAX_CALLS):
            if self._soon:
                timer = self._soon.popleft()
            elif self._timers and self._timers[0][0] <= target:
                timer = heapq.heappop(self._timers)[2]
                self._now = max(self._now, timer.when)
            else:
                self._now = target
                return
            if not timer.cancelled:
                timer.context.run(timer.fn)
        raise LimitError(
            f"advance({seconds}) ran {MAX_CALLS} calls (wayfare.testing.clock.MAX_CALLS), one is still due: "
            "something puts off a new call each time it runs"
        )
