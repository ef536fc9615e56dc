"""The clock that tests move by hand."""

from __future__ import annotations

from contextvars import ContextVar
from functools import partial

import pytest

from wayfare.errors import LimitError
from wayfare.testing import clock as module
from wayfare.testing.clock import VirtualClock


def test_timers_run_in_order_of_time_each_at_its_own() -> None:
    clock = VirtualClock(100.0)
    log: list[tuple[str, float]] = []
    clock.call_later(2, lambda: log.append(("b", clock.now())))
    clock.call_later(1, lambda: log.append(("a", clock.now())))
    clock.call_later(2, lambda: log.append(("c", clock.now())))
    clock.call_later(9, lambda: log.append(("d", clock.now())))
    clock.call_later(1, lambda: log.append(("never", 0))).cancel()
    clock.advance(5)
    assert log == [("a", 101.0), ("b", 102.0), ("c", 102.0)]
    assert clock.now() == 105.0
    assert clock.pending() == 1


def test_what_is_put_off_on_the_way_runs_too() -> None:
    clock = VirtualClock()
    log: list[str] = []

    def first() -> None:
        clock.call_soon(lambda: log.append("soon"))
        clock.call_later(1, lambda: log.append("later"))

    clock.call_later(1, first)
    clock.call_soon(lambda: log.append("at once"))
    assert log == []
    clock.advance()
    assert log == ["at once"]
    clock.advance(2)
    assert log == ["at once", "soon", "later"]


def test_what_is_put_off_knows_what_was_current() -> None:
    clock = VirtualClock()
    current: ContextVar[str] = ContextVar("current")
    seen: list[str] = []
    for name in ("soon", "later"):
        token = current.set(name)
        call = clock.call_soon if name == "soon" else partial(clock.call_later, 1)
        call(lambda: seen.append(current.get()))
        current.reset(token)
    clock.advance(1)
    assert seen == ["soon", "later"]


def test_calls_that_never_end_are_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_CALLS", 20)
    clock = VirtualClock()

    def again() -> None:
        clock.call_soon(again)

    again()
    with pytest.raises(LimitError, match="MAX_CALLS"):
        clock.advance()
