"""Waiting for a fetch, leaving it, and what a fetch does when nobody is left."""

from __future__ import annotations

import asyncio
import gc
import weakref
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wayfare.data import action, create_async, query, revalidate, use_action
from wayfare.reactive import create_signal

from .conftest import Page, TestWorld
from .test_query import Source, with_intent

pytestmark = pytest.mark.anyio


async def test_a_fetch_is_called_off_when_its_last_waiter_leaves(page: Page) -> None:
    source = Source(hold=True)
    first, second = page.wait(page.run(lambda: source.query(1))), page.wait(page.run(lambda: source.query(1)))
    await page.settle()
    first.cancel()
    await page.settle()
    assert source.cancelled == []
    second.cancel()
    await page.settle()
    assert source.cancelled == [(1,)]


async def test_changed_arguments_call_off_the_fetch_of_the_old_ones(page: Page) -> None:
    source = Source(hold=True)
    id, set_id = page.run(lambda: create_signal(1))
    shown, _ = page.mount(lambda: create_async(lambda: source.query(id())))
    await page.settle()
    set_id(2)
    await page.settle()
    assert source.cancelled == [(1,)]
    source.held[1].set_result("two")
    await page.settle()
    assert shown() == "two"


async def test_what_goes_and_comes_back_in_one_tick_keeps_its_fetch(page: Page) -> None:
    source = Source(hold=True)
    again, set_again = page.run(lambda: create_signal(0))
    page.mount(lambda: create_async(lambda: (again(), source.query(1))[1]))
    await page.settle()
    set_again(1)
    await page.settle()
    assert (source.count, source.cancelled) == (1, [])


async def test_a_preload_that_nobody_waits_for_runs_to_its_end(page: Page) -> None:
    source = Source(hold=True)
    answer = page.run(lambda: with_intent("preload", lambda: source.query(1)))
    await page.settle()
    gc.collect()
    source.held[0].set_result("there")
    await page.settle()
    assert answer.done
    assert source.cancelled == []


async def test_a_superseded_fetch_that_somebody_still_awaits_goes_on_and_overwrites_nothing(
    page: Page,
) -> None:
    source = Source(hold=True)
    shown, _ = page.mount(lambda: create_async(lambda: source.query(1)))
    old = page.wait(page.run(lambda: source.query(1)))
    await page.settle()
    page.run(revalidate)
    await page.settle()
    source.held[1].set_result("new")
    await page.settle()
    source.held[0].set_result("old")
    assert await old == "old"
    await page.settle()
    assert shown() == "new"
    assert page.run(lambda: query.get("user[1]")) == "new"


async def test_awaiting_an_answer_that_was_called_off_fetches_anew(page: Page) -> None:
    source = Source(hold=True)
    answer = page.run(lambda: source.query(1))
    other = page.wait(answer)
    await page.settle()
    other.cancel()
    await page.settle()
    later = page.wait(answer)
    await page.settle()
    source.held[1].set_result("again")
    assert await later == "again"


async def test_deleting_during_a_fetch_leaves_the_waiters_their_answer(page: Page) -> None:
    source = Source(hold=True)
    waiter = page.wait(page.run(lambda: source.query(1)))
    await page.settle()
    assert page.run(lambda: query.delete("user[1]"))
    source.held[0].set_result("late")
    assert await waiter == "late"
    with pytest.raises(KeyError):
        page.run(lambda: query.get("user[1]"))


async def test_a_thousand_waiters_share_a_fetch_and_none_is_kept_alive(page: Page) -> None:
    source = Source(hold=True)
    kept: list[weakref.ref[Any]] = []

    class Heavy:
        pass

    async def wait() -> None:
        heavy = Heavy()
        kept.append(weakref.ref(heavy))
        await source.query(1)

    tasks = [page.scope.run(lambda: asyncio.ensure_future(wait())) for _ in range(1000)]
    keeper = page.wait(page.run(lambda: source.query(1)))
    await page.settle()
    assert source.count == 1
    for task in tasks[::2]:
        task.cancel()
    await asyncio.wait(tasks[::2])
    del task, tasks[::2]
    gc.collect()
    assert sum(ref() is not None for ref in kept) == 500
    source.held[0].set_result("done")
    assert await keeper == "done"
    await asyncio.wait(tasks)
    tasks.clear()
    gc.collect()
    assert not any(ref() for ref in kept)


async def test_cancellation_at_each_await_leaves_nothing_behind() -> None:
    """A job that reads, reads two things at once, changes and revalidates, cancelled in each turn of the loop
    that it takes."""
    came: list[int] = []
    while not came or came[-1] < 4:
        came.append(await cancelled_after(len(came)))
        assert len(came) < 100
    assert set(came) == {0, 1, 2, 3, 4}


async def cancelled_after(turns: int) -> int:
    """How many of the job's four steps are done after so many turns, where it is cancelled."""
    page = Page(TestWorld())
    begun: list[int] = []
    running: set[int] = set()

    @query("slow")
    async def slow(key: int) -> str:
        begun.append(key)
        number = len(begun)
        running.add(number)
        try:
            for _ in range(3):
                await asyncio.sleep(0)
            return f"{key}#{number}"
        finally:
            running.discard(number)

    @action(name="job-step")
    async def change() -> str:
        await asyncio.sleep(0)
        return "changed"

    steps = 0

    async def job() -> None:
        nonlocal steps
        await slow(1)
        steps += 1
        await asyncio.gather(slow(3), slow(4))
        steps += 1
        await use_action(change)()
        steps += 1
        await revalidate()
        steps += 1

    shown, _ = page.mount(lambda: create_async(lambda: slow(2)))
    await page.settle()
    other = page.wait(page.run(lambda: slow(1)))
    task = page.scope.run(lambda: asyncio.ensure_future(job()))
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()
    await page.settle()
    assert task.done()
    assert (steps == 4) == (not task.cancelled())
    assert await other == "1#2"
    await page.run(revalidate)
    await page.settle()
    # what shows is subscribed once, and the newest; no fetch is left
    assert shown() == f"2#{len(begun)}"
    assert [line.count for line in page.cache.lines.values() if line.count] == [1]
    assert running == set()
    page.close()
    await asyncio.sleep(0)
    return steps


async def test_an_exception_in_one_waiters_callback_leaves_the_others_theirs(
    page: Page, caplog: pytest.LogCaptureFixture
) -> None:
    source = Source(hold=True)
    told: list[int] = []

    def bad(_: Any) -> None:
        raise RuntimeError("bad waiter")

    answer = page.run(lambda: source.query(1))
    answer.join(lambda _: told.append(1))
    answer.join(bad)
    answer.join(lambda _: told.append(2))
    source.held[0].set_result("x")
    await page.settle()
    assert told == [1, 2]
    assert "A waiter for <Answer of user[1], value> raised an exception" in caplog.text


async def test_a_fetch_that_never_ends_holds_up_nobody_else(page: Page) -> None:
    never, soon = Source("never", hold=True), Source("soon")
    stuck, _ = page.mount(lambda: create_async(never.query))
    shown, _ = page.mount(lambda: create_async(soon.query))
    await page.settle()
    assert (stuck(), shown()) == (None, "soon[]#1")
    page.run(lambda: revalidate("soon"))
    await page.settle()
    assert shown() == "soon[]#2"


class Race:
    """One key, fetched, awaited, revalidated and left in an order that hypothesis makes up."""

    def __init__(self) -> None:
        self.page = Page(TestWorld())
        self.started: list[asyncio.Future[str]] = []
        self.running: set[int] = set()
        self.waiters: list[asyncio.Task[Any]] = []
        self.disposers: list[Any] = []
        self.shown: list[Any] = []

        async def fetch() -> str:
            number = len(self.started)
            future: asyncio.Future[str] = asyncio.get_running_loop().create_future()
            self.started.append(future)
            self.running.add(number)
            try:
                return await future
            finally:
                self.running.discard(number)

        self.query = query(fetch, "raced")

    async def do(self, action: str, which: int) -> None:
        page = self.page
        if action == "wait":
            self.waiters.append(page.wait(page.run(self.query)))
        elif action == "cancel" and self.waiters:
            self.waiters.pop(which % len(self.waiters)).cancel()
        elif action == "mount":
            shown, dispose = page.mount(lambda: create_async(self.query))
            self.shown.append(shown)
            self.disposers.append(dispose)
        elif action == "unmount" and self.disposers:
            self.shown.pop()
            self.disposers.pop()()
        elif action == "revalidate":
            page.run(revalidate)
        elif action == "delete":
            page.run(lambda: query.delete("raced[]"))
        elif action in ("finish", "fail"):
            open_ = [n for n, future in enumerate(self.started) if not future.done()]
            if open_:
                number = open_[which % len(open_)]
                if action == "finish":
                    self.started[number].set_result(f"#{number}")
                else:
                    self.started[number].set_exception(ValueError(f"#{number}"))
        elif action == "time":
            await page.advance(which)
        elif action == "settle":
            await page.settle()

    async def end(self) -> None:
        page = self.page
        await page.settle()
        page.run(revalidate)
        for _ in range(50):
            await page.settle()
            open_ = [future for future in self.started if not future.done()]
            if not open_:
                break
            for future in open_:
                future.set_result(f"#{self.started.index(future)}")
        # Whoever still waits has an answer, what is shown is the newest, and no fetch is left running.
        assert all(waiter.done() for waiter in self.waiters)
        assert self.running == set()
        values = {read(shown) for shown in self.shown}
        assert values <= {f"#{len(self.started) - 1}"}
        entry = page.cache.lines.get("raced[]")
        if entry is not None:
            assert entry.count == len(self.shown) == entry.entry.count
        for dispose in self.disposers:
            dispose()
        if entry is not None:
            assert entry.count == entry.entry.count == 0
        for waiter in self.waiters:
            waiter.cancelled() or waiter.exception()
        page.close()
        await asyncio.sleep(0)


def read(shown: Any) -> str:
    try:
        return str(shown())
    except ValueError as error:
        return str(error)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "wait",
                "wait",
                "cancel",
                "mount",
                "unmount",
                "revalidate",
                "delete",
                "finish",
                "finish",
                "fail",
                "time",
                "settle",
            ]
        ),
        st.integers(0, 6),
    ),
    max_size=25,
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
async def test_no_interleaving_loses_a_waiter_or_shows_an_older_answer(steps: list[tuple[str, int]]) -> None:
    race = Race()
    for step, which in steps:
        await race.do(step, which)
    await race.end()
