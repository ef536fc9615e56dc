"""Who reads what: a computation keeps the list of what it read the last time, and a cursor into it.

As long as a run reads the same things in the same order, tracking is one comparison and one addition, in
the read itself. At the first difference the rest of the list is put aside, and what has not been read again
by the end of the run is let go.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from . import threads
from .nodes import GONE, Computation
from .now import now

if TYPE_CHECKING:
    from .graph import Memo, Signal

SEARCHED = 16
"""Up to this place in the list, a repeated read is looked for; further on, the rest is put aside."""


def track(reader: Computation, source: Signal | Memo) -> None:
    """Note that `reader` has read `source`, where the cursor's comparison did not settle it already.

    Three cases: it is new (it is added); it has been read before in this run (nothing to do); or the run has
    taken another turn than the last one (the rest of the list is put aside, and what is read again comes
    back).
    """
    if not threads.ours():
        threads.check()
    sources = reader.sources
    at = reader.cursor
    if at < 0 or (at and sources[at - 1] is source):
        return
    observers = source.observers
    if observers is None:
        source.observers = {reader: None}
    elif reader not in observers:
        observers[reader] = None
    else:
        if at < len(sources):
            if sources[at] is source:
                reader.cursor = at + 1
                return
            if at <= SEARCHED:
                for known in sources[:at]:
                    if known is source:
                        return
            put_aside(reader, at)
        aside = reader.put_aside
        if aside is not None and source in aside:
            del aside[source]
        elif reader.overlay is None or source in sources:
            return  # with two worlds, it may have been subscribed for the other one
    reader.cursor = at + 1
    rest = len(sources) - at
    if rest == 1 and reader.put_aside is None:
        reader.put_aside = {sources[at]: None}
        sources[at] = source
        return
    if rest:
        put_aside(reader, at)
    sources.append(source)


def listen_again(reader: Computation | None, fn: Callable[[], object]) -> None:
    """Call `fn`, and let `reader`, whose run is over, subscribe to what it reads as well."""
    outer = now.listener
    if reader is None or reader.cursor >= 0 or reader.state == GONE:
        now.listener = None
        try:
            fn()
        finally:
            now.listener = outer
        return
    now.listener = reader
    reader.cursor = len(reader.sources)
    try:
        fn()
    finally:
        now.listener = outer
        if reader.state == GONE:
            reader.cursor = 0
            let_go(reader)
        reader.cursor = -1


def put_aside(reader: Computation, at: int) -> None:
    """The run goes another way than the last one: what that one read from `at` on may not be read again."""
    sources = reader.sources
    rest = dict.fromkeys(sources[at:])
    del sources[at:]
    if reader.put_aside is None:
        reader.put_aside = rest
    else:
        reader.put_aside.update(rest)


def let_go(node: Computation) -> None:
    """After a run: unsubscribe from what the last one read and this one did not."""
    if node.cursor < len(node.sources):
        put_aside(node, node.cursor)
    rest = node.put_aside
    node.put_aside = None
    if rest is not None:
        if now.running is not None and now.running.keeps(node, rest):
            return
        for source in rest:
            if source.observers is not None:
                source.observers.pop(node, None)
