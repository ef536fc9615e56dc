"""History entries on their way to a browser, for as long as it may not have made them.

A visitor may go back before the answer to a click is there. The browser, which has moved, passes over the
entry that the answer brings; the page has to know which those are when it hears of the move.
"""

from __future__ import annotations

from collections import deque

from ..routing import Push

MAX_ENTRIES = 100
"""How many entries are known; a browser that is further behind is asked to make the newest only."""


class Entries:
    """The entries that went out, each with the number of its frame.

    >>> entries = Entries()
    >>> entries.add(4, Push("/a", None, False, True))
    >>> entries.add(5, Push("/b", None, False, True))
    >>> [entry.url for entry in entries.take_after(4)]
    ['/b']
    >>> entries.take_after(0)
    ()
    """

    def __init__(self) -> None:
        self._sent: deque[tuple[int, Push]] = deque(maxlen=MAX_ENTRIES)

    def add(self, seq: int, entry: Push) -> None:
        """An entry goes out in the frame of this number."""
        self._sent.append((seq, entry))

    def take_after(self, seen: int | None) -> tuple[Push, ...]:
        """The entries that a browser has passed over which moved when it had applied the frame `seen`.

        None: it does not say, and has passed over nothing. A later move has nothing to do with them.
        """
        taken = () if seen is None else tuple(entry for seq, entry in self._sent if seq > seen)
        self._sent.clear()
        return taken
