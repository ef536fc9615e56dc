"""Runs of actions: each waiter for itself, and no error unheard."""

from __future__ import annotations

import asyncio
import gc

import pytest

from wayfare.data import Outcome
from wayfare.data.runs import Result, Run

pytestmark = pytest.mark.anyio


async def _of(run: Run[int]) -> int:
    return await run


async def test_each_waiter_waits_for_itself() -> None:
    run: Run[int] = Run("save")
    first, second = asyncio.ensure_future(_of(run)), asyncio.ensure_future(_of(run))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.sleep(0)
    run.finish(3)
    assert await second == 3
    assert first.cancelled()
    assert (run.done, await run) == (True, 3)


async def test_an_error_that_nobody_awaits_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    run: Run[int] = Run("save")
    run.fail(ValueError("unheard"))
    del run
    gc.collect()
    assert "The action save failed, and nobody awaited it" in caplog.text
    heard: Run[int] = Run("other")
    heard.fail(ValueError("heard"))
    with pytest.raises(ValueError, match="heard"):
        await heard
    del heard
    gc.collect()
    assert "other" not in caplog.text


async def test_a_result_is_the_data_or_the_error_raised() -> None:
    run: Run[Outcome] = Run("save")
    run.finish(Outcome(result=1))
    assert await Result(run) == 1
    failed: Run[Outcome] = Run("save")
    failed.finish(Outcome(error=ValueError("no")))
    with pytest.raises(ValueError, match="no"):
        await Result(failed)
    assert Outcome().empty
