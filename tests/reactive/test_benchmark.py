"""The benchmark measures work that was done: a core that skips it has no number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from benchmarks.reactive_cores import Core, Read, wayfare
from benchmarks.reactive_lines import (
    NotDone,
    Work,
    cellx,
    chain,
    diamond,
    fan_out,
    moving,
    reading_tracked,
    switching,
)

WITH_EFFECTS: dict[str, Callable[[Core], Work]] = {
    "tracked": reading_tracked,
    "fan out": fan_out(10),
    "diamond": diamond,
    "switching": switching,
    "cellx": cellx(3),
}
LINES = {**WITH_EFFECTS, "chain": chain(10), "moving": moving}


@pytest.mark.parametrize("line", LINES)
def test_what_wayfare_is_measured_by_is_done(line: str) -> None:
    work = LINES[line](wayfare())
    work.do()
    work.do()
    work.check(2)


@pytest.mark.parametrize("line", WITH_EFFECTS)
def test_a_core_whose_effects_do_not_run_is_refused(line: str) -> None:
    work = WITH_EFFECTS[line](replace(wayfare(), effect=lambda _fn: None))
    work.do()
    with pytest.raises(NotDone, match="runs: 0 instead of"):
        work.check(1)


def test_a_core_whose_memos_do_not_follow_is_refused() -> None:
    def frozen(fn: Read) -> Read:
        value = fn()
        return lambda: value

    work = chain(10)(replace(wayfare(), memo=frozen))
    work.do()
    with pytest.raises(NotDone, match="the last value"):
        work.check(1)
