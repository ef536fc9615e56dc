"""The real world: coroutines begin at the call, in a task of their own, on every Python."""

from __future__ import annotations

import asyncio
from contextvars import ContextVar

import anyio
import anyio.lowlevel
import pytest

from wayfare._world import AsyncioWorld
from wayfare.errors import UsageError

pytestmark = pytest.mark.anyio

VALUE: ContextVar[str] = ContextVar("value", default="outside")


async def test_a_coroutine_begins_at_the_call() -> None:
    log: list[str] = []

    async def work() -> int:
        log.append("begun")
        await asyncio.sleep(0)
        log.append("ended")
        return 5

    task = AsyncioWorld().spawner.spawn(work(), name="work")
    assert log == ["begun"]
    assert task.get_name() == "work"
    assert await task == 5
    assert log == ["begun", "ended"]


async def test_the_first_step_is_in_the_task_and_in_a_context_of_its_own() -> None:
    caller = asyncio.current_task()
    seen: list[object] = []

    async def work() -> None:
        seen.append(asyncio.current_task())
        VALUE.set("inside")
        async with asyncio.timeout(5):
            await asyncio.sleep(0)
        with anyio.move_on_after(5):
            await anyio.lowlevel.checkpoint()
        seen.append((asyncio.current_task(), VALUE.get()))

    VALUE.set("before")
    task = AsyncioWorld().spawner.spawn(work(), name="work")
    assert asyncio.current_task() is caller
    assert VALUE.get() == "before"
    await task
    assert seen == [task, (task, "inside")]


async def test_a_timeout_entered_in_the_first_step_works() -> None:
    async def work() -> str:
        try:
            async with asyncio.timeout(0):
                await asyncio.Event().wait()
        except TimeoutError:
            return "late"
        return "never"

    assert await AsyncioWorld().spawner.spawn(work(), name="work") == "late"


async def test_one_that_ends_or_fails_in_its_first_step() -> None:
    async def quick() -> int:
        return 3

    async def fails() -> int:
        raise ValueError("no")

    spawn = AsyncioWorld().spawner.spawn
    assert await spawn(quick(), name="quick") == 3
    with pytest.raises(ValueError, match="no"):
        await spawn(fails(), name="fails")


async def test_cancelling_before_the_second_step_reaches_the_coroutine() -> None:
    log: list[str] = []
    inner: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def work() -> None:
        try:
            await inner
        except asyncio.CancelledError:
            log.append("cancelled")
            raise
        finally:
            log.append("finally")

    task = AsyncioWorld().spawner.spawn(work(), name="work")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert log == ["cancelled", "finally"]
    assert inner.cancelled()


async def test_cancelling_later_and_answering_a_cancellation() -> None:
    async def stubborn() -> str:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            return "stayed"
        return "never"

    task = AsyncioWorld().spawner.spawn(stubborn(), name="stubborn")
    await asyncio.sleep(0)
    task.cancel()
    assert await task == "stayed"


async def test_time_and_timers_are_the_loops() -> None:
    clock = AsyncioWorld().clock
    log: list[str] = []
    clock.call_soon(lambda: log.append("soon"))
    clock.call_later(0, lambda: log.append("later"))
    clock.call_later(0, lambda: log.append("never")).cancel()
    begin = clock.now()
    for _ in range(100):
        await asyncio.sleep(0)
    assert sorted(log) == ["later", "soon"]
    assert clock.now() >= begin


def test_without_a_loop_the_message_says_what_to_do() -> None:
    world = AsyncioWorld()

    async def work() -> None:
        """Never begun."""

    with pytest.raises(UsageError, match="starting a coroutine needs a running event loop"):
        world.spawner.spawn(work(), name="work")
    with pytest.raises(UsageError, match="a timer needs"):
        world.clock.call_later(1, print)


def test_ids_cannot_be_guessed() -> None:
    ids = AsyncioWorld().ids
    assert len({ids() for _ in range(100)}) == 100
    assert all(len(ids()) == 22 for _ in range(10))
