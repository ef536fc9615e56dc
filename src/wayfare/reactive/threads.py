"""Which thread the graph runs in. It is one at a time; `scope.py` says when another one may take it over."""

from __future__ import annotations

from _thread import RLock, get_ident
from collections.abc import Callable

from ..errors import ThreadError

ident = 0
"""The graph's thread, 0 before it has run at all."""
ours: Callable[[], bool] = bool
"""Whether this is that thread. Every read that nobody tracks asks: a lock's answer costs least."""
on_wrong: Callable[[], None] | None = None
"""Set by scope.py: raises where the graph's thread still needs it."""


def check() -> None:
    """Another thread than the graph's is here: let it take over where that is safe, or raise."""
    if on_wrong is not None:
        on_wrong()
    elif ident != 0:
        raise ThreadError("the reactive graph belongs to another thread")
    take()


def take() -> None:
    """From now on, the graph runs in this thread."""
    global ident, ours
    lock = RLock()
    lock.acquire()
    ident = get_ident()
    ours = lock._is_owned  # type: ignore[attr-defined]  # threading.Condition asks a lock for it, too
