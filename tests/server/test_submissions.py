"""At most once, and told again: the table of submissions, and the flashes."""

from __future__ import annotations

import asyncio
import gc
import weakref

import pytest

from wayfare.errors import LimitError
from wayfare.page import Limits
from wayfare.server.submissions import Flashes, ForeignSubmissionError, Submissions
from wayfare.testing import TestWorld, VirtualClock

pytestmark = pytest.mark.anyio
ME = ("ann", "/_server/save")


class Work:
    """Something to run, which counts how often, and waits for its gate."""

    def __init__(self, result: object = "done") -> None:
        self.runs = 0
        self.gate = asyncio.Event()
        self.result = result

    async def __call__(self) -> object:
        self.runs += 1
        await self.gate.wait()
        if isinstance(self.result, Exception):
            raise self.result
        return self.result


def make(**limits: float) -> tuple[Submissions[object], VirtualClock]:
    clock = VirtualClock()
    return Submissions(Limits(**limits), TestWorld(clock)), clock  # type: ignore[arg-type]


async def turns() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_it_runs_once_and_everybody_is_told() -> None:
    submissions, _ = make()
    work = Work()
    asking = [asyncio.ensure_future(submissions.run("a", ME, work)) for _ in range(3)]
    await turns()
    work.gate.set()
    assert await asyncio.gather(*asking) == ["done"] * 3
    assert await submissions.run("a", ME, work) == "done"
    assert work.runs == 1


async def test_an_error_is_told_again_too() -> None:
    submissions, _ = make()
    work = Work(RuntimeError("no"))
    work.gate.set()
    for _ in range(2):
        with pytest.raises(RuntimeError, match="no"):
            await submissions.run("a", ME, work)
    assert work.runs == 1


async def test_whoever_leaves_takes_nothing_along() -> None:
    submissions, _ = make()
    work = Work()
    asking = asyncio.ensure_future(submissions.run("a", ME, work))
    await turns()
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    again = asyncio.ensure_future(submissions.run("a", ME, work))
    await turns()
    work.gate.set()
    assert await again == "done"
    assert work.runs == 1


async def test_an_id_belongs_to_one_session_and_one_action() -> None:
    submissions, _ = make()
    work = Work()
    work.gate.set()
    await submissions.run("a", ME, work)
    for owner in (("bob", ME[1]), (None, ME[1]), ("ann", "/_server/other")):
        with pytest.raises(ForeignSubmissionError):
            await submissions.run("a", owner, work)
    assert work.runs == 1


async def test_an_id_is_remembered_for_a_while() -> None:
    submissions, clock = make(submission_seconds=10)
    work = Work()
    work.gate.set()
    await submissions.run("a", ME, work)
    clock.advance(9)
    await submissions.run("a", ME, work)
    assert work.runs == 1
    clock.advance(2)
    await submissions.run("a", ME, work)
    assert work.runs == 2


async def test_no_more_are_remembered_than_the_limit() -> None:
    submissions, _ = make(submissions_kept=3)
    work = Work()
    work.gate.set()
    for number in range(10):
        await submissions.run(f"s{number}", ME, work)
        assert len(submissions) <= 3
    await submissions.run("s9", ME, work)
    assert work.runs == 10


async def test_one_that_is_at_work_is_not_forgotten() -> None:
    submissions, clock = make(submissions_kept=2, submission_seconds=1)
    slow, quick = Work("slow"), Work("quick")
    quick.gate.set()
    asking = asyncio.ensure_future(submissions.run("slow", ME, slow))
    await turns()
    for number in range(5):
        clock.advance(5)
        await submissions.run(f"s{number}", ME, quick)
    again = asyncio.ensure_future(submissions.run("slow", ME, slow))
    await turns()
    slow.gate.set()
    assert await asking == await again == "slow"
    assert slow.runs == 1


async def test_more_at_once_than_the_limit_are_refused() -> None:
    submissions, _ = make(running_submissions=1)
    work = Work()
    asking = asyncio.ensure_future(submissions.run("a", ME, work))
    await turns()
    with pytest.raises(LimitError, match="running_submissions"):
        await submissions.run("b", ME, work)
    drained = asyncio.ensure_future(submissions.drained())
    await turns()
    assert not drained.done()
    work.gate.set()
    await asking
    await drained
    assert submissions.running == 0
    await submissions.run("b", ME, work)


async def test_waiters_that_have_gone_are_not_kept_alive() -> None:
    submissions, _ = make()
    work = Work()
    first = asyncio.ensure_future(submissions.run("a", ME, work))
    await turns()
    leaving = asyncio.ensure_future(submissions.run("a", ME, work))
    await turns()
    gone = weakref.ref(leaving)
    leaving.cancel()
    await asyncio.gather(leaving, return_exceptions=True)
    del leaving
    await turns()
    gc.collect()
    assert gone() is None
    work.gate.set()
    await first


async def test_a_flash_is_taken_once_in_time() -> None:
    clock = VirtualClock()
    flashes: Flashes[str] = Flashes(Limits(flash_seconds=10, flashes_kept=2), TestWorld(clock))
    key = flashes.put("a")
    assert flashes.take(key) == "a"
    assert flashes.take(key) is None
    old = flashes.put("b")
    clock.advance(11)
    assert flashes.take(old) is None
    keys = [flashes.put(text) for text in "xyz"]
    assert [flashes.take(each) for each in keys] == [None, "y", "z"]
    assert flashes.take("guessed") is None
