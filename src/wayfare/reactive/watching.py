"""Why did this run: what was written and what ran, in order, and the chain from each run to its write.

>>> from wayfare.reactive import create_effect, create_memo, create_root, create_signal
>>> price, set_price = create_signal(10, name="price")
>>> def build():
...     taxed = create_memo(lambda: price() * 1.2, name="taxed")
...     create_effect(lambda: taxed(), name="show")
>>> create_root(build)
>>> with watch() as history:
...     _ = set_price(20)
>>> print(history.why("show"))
show ran because taxed changed, because price was written
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Self

from ..errors import UsageError
from .graph import Signal
from .naming import calling_place, label_of, where_of
from .now import now
from .primitives import untrack

_log = logging.getLogger("wayfare.reactive")

MAX_EVENTS = 1_000
"""How many writes and runs `watch` remembers; older ones are forgotten."""


@dataclass(frozen=True, slots=True)
class Event:
    """A write of a signal, a change of a memo, or a run.

    Attributes
    ----------
    number:
        Counted from 0 since the watching began.
    what:
        ``"written"``, ``"changed"`` or ``"ran"``.
    name:
        Of the node: as it was named, its function's, or its place in the source.
    where:
        For a run, the file and line of the function; for a write, those of the line that wrote, and the
        function it is in.
    by:
        The computation that wrote, where one did.
    because:
        For a run: the number of the event that set it off, or None for a first run.
    """

    number: int
    what: str
    name: str
    where: str
    by: str | None
    because: int | None

    def __str__(self) -> str:
        if self.what == "written":
            return f"{self.name} was written{self.writer}"
        return f"{self.name} {self.what}"

    @property
    def writer(self) -> str:
        """Who wrote, and where, in words; empty where neither is known."""
        by = f" by {self.by}" if self.by else ""
        return f"{by} at {self.where}" if self.where else by


class History:
    """What is written and what runs, newest last, since `watch()` was called. The oldest are forgotten.

    As a context manager it stops at the end of the block; elsewhere `stop()` does.
    """

    def __init__(self, limit: int = MAX_EVENTS, on_event: Callable[[Event], object] | None = None) -> None:
        if limit < 1:
            raise UsageError(f"watch keeps at least one event, and was given limit={limit!r}")
        self._events: deque[Event] = deque(maxlen=limit)
        self._on_event = on_event
        self._count = 0
        self._changes: dict[int, int] = {}
        self._runs: dict[int, int] = {}
        self._outer = now.observer
        now.observe(self)

    def stop(self) -> None:
        """Watch no longer. What has been seen stays."""
        if now.observer is self:
            now.observe(self._outer)
            return
        inner = now.observer
        while isinstance(inner, History):
            if inner._outer is self:
                inner._outer = self._outer
                return
            inner = inner._outer

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()

    @property
    def events(self) -> tuple[Event, ...]:
        """What was seen, oldest first."""
        return tuple(self._events)

    def wrote(self, node: Any, by: Any) -> None:
        """Called by the graph at each write of a signal and change of a memo."""
        self._hear(self._write if isinstance(node, Signal) else self._change, node, by)

    def ran(self, node: Any) -> None:
        """Called by the graph at each run."""
        self._hear(self._run, node, None)

    def _hear(self, add: Callable[[Any, Any], Event], node: Any, by: Any) -> None:
        """Note what happens. Who watches does the graph no harm: what fails here is logged, and over."""
        try:
            event = add(node, by)
            self._events.append(event)
            self._count += 1
            self._forget()
            if self._on_event is not None:
                on_event = self._on_event
                untrack(lambda: on_event(event))
        except Exception:
            _log.exception("watching failed at something that was written or ran, which went on")

    def _write(self, node: Any, by: Any) -> Event:
        self._changes[id(node)] = self._count
        writer = label_of(by) if by is not None else None
        return Event(self._count, "written", label_of(node), calling_place(), writer, None)

    def _change(self, node: Any, _: Any) -> Event:
        self._changes[id(node)] = self._count
        return Event(self._count, "changed", label_of(node), "", None, self._runs.get(id(node)))

    def _run(self, node: Any, _: Any) -> Event:
        # Only what has changed sets off a run: a memo that came to the same value does not.
        newest = max((self._changes.get(id(source), -1) for source in node.sources), default=-1)
        self._runs[id(node)] = self._count
        return Event(
            self._count, "ran", label_of(node), where_of(node), None, newest if newest >= 0 else None
        )

    def _forget(self) -> None:
        oldest = self._events[0].number
        for numbers in (self._changes, self._runs):
            if len(numbers) > 4 * len(self._events):
                for key in [key for key, number in numbers.items() if number < oldest]:
                    del numbers[key]

    def why(self, name: str | None = None) -> str:
        """Why something ran the last time, back to the write that began it.

        Parameters
        ----------
        name:
            What it is called here, or where it is (`main.py:12`); left out, whatever ran last.

        Returns
        -------
        str
            One sentence. Where nothing fits, it says so, and what has run.
        """
        ran = [event for event in self._events if event.what == "ran"]
        found = [event for event in ran if name is None or name in (event.name, event.where)]
        if not found:
            names = ", ".join(list(self.run_counts())[:10])
            what = "nothing" if name is None else name
            return f"{what} has not run while it was watched" + (f"; what ran: {names}" if names else "")
        return self._sentence(found[-1])

    def _sentence(self, event: Event) -> str:
        by_number = {each.number: each for each in self._events}
        parts = [f"{event.name} ran"]
        at: Event | None = event
        while at is not None and at.because is not None:
            at = by_number.get(at.because)
            if at is None:
                parts.append("because of something that is forgotten")
            elif at.what != "ran":
                parts.append(f"because {at}")
        if len(parts) == 1:
            parts.append("for the first time, or because it was asked to")
        return f"{parts[0]} {', '.join(parts[1:])}"

    def run_counts(self) -> dict[str, int]:
        """How often each computation ran, most often first."""
        counts: dict[str, int] = {}
        for event in self._events:
            if event.what == "ran":
                counts[event.name] = counts.get(event.name, 0) + 1
        return dict(sorted(counts.items(), key=lambda item: -item[1]))

    def report(self, most: int = 10) -> str:
        """What ran most often, a line each: how often, what, and why the last time.

        This is where to begin when a page does too much.
        """
        last = {event.name: event for event in self._events if event.what == "ran"}
        lines = [
            f"{count:>5} × {self._sentence(last[name])}"
            for name, count in list(self.run_counts().items())[:most]
        ]
        return "\n".join(lines) or "nothing has run"

    def to_text(self) -> str:
        """Everything that was seen, in order, a line each; what followed from a write stands below it."""
        lines: list[str] = []
        texts = (str(each) if each.what == "written" else f"  {each}" for each in self._events)
        for text, same in groupby(texts):
            times = sum(1 for _ in same)
            lines.append(text if times == 1 else f"{text}, {times} times")
        return "\n".join(lines)


def watch(limit: int = MAX_EVENTS, *, on_event: Callable[[Event], object] | None = None) -> History:
    """Remember what is written and what runs: in a `with` block, or from now until `stop()`.

    Watching costs something at each run; while nobody does, there is nothing to pay. Watchers nest: the
    innermost hears of what happens. What `on_event` raises is logged, as `wayfare.reactive`.

    Parameters
    ----------
    limit:
        How many events are kept, at least one.
    on_event:
        Called with each as it happens; `on_event=print` follows a running page.

    Returns
    -------
    History
        What has been seen so far.

    >>> from wayfare.reactive import create_effect, create_root, create_signal
    >>> level, set_level = create_signal(1, name="level")
    >>> create_root(lambda: create_effect(lambda: level(), name="show"))
    >>> history = watch(on_event=print)
    >>> _ = set_level(2)
    level was written
    show ran
    >>> history.stop()
    """
    return History(limit, on_event)
