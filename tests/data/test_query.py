"""What a call of a query comes to: the kept answer, or a fetch."""

from __future__ import annotations

import asyncio
import functools
import gc
import threading
from collections.abc import Callable
from typing import Any

import pytest

from wayfare.data import (
    Answer,
    create_async,
    current_intent,
    json,
    query,
    query_keys,
    redirect,
    reload,
    revalidate,
)
from wayfare.data.intent import Intent
from wayfare.errors import NameTakenError, NotFollowedError, ThreadError, UsageError, WayfareError
from wayfare.reactive import create_effect

from .conftest import Page, TestWorld

pytestmark = pytest.mark.anyio


class Source:
    """A query whose fetches are counted, and end when the test says so."""

    def __init__(self, name: str = "user", *, hold: bool = False, **options: Any) -> None:
        self.calls: list[tuple[Any, ...]] = []
        self.held: list[asyncio.Future[Any]] = []
        self.cancelled: list[tuple[Any, ...]] = []

        async def fetch(*args: Any) -> Any:
            self.calls.append(args)
            number = len(self.calls)
            if not hold:
                return f"{name}{list(args)}#{number}"
            future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
            self.held.append(future)
            try:
                return await future
            except asyncio.CancelledError:
                self.cancelled.append(args)
                raise

        self.query = query(fetch, name, **options)

    @property
    def count(self) -> int:
        return len(self.calls)


def with_intent(intent: Intent, fn: Callable[[], Any]) -> Any:
    token = current_intent.set(intent)
    try:
        return fn()
    finally:
        current_intent.reset(token)


async def test_a_call_begins_to_fetch_before_it_is_awaited(page: Page) -> None:
    source = Source(hold=True)
    answer = page.run(lambda: source.query(1))
    assert source.calls == [(1,)]
    assert not answer.done
    source.held[0].set_result("Ann")
    assert await answer == "Ann"
    assert await answer == "Ann"


async def test_calls_with_equal_arguments_share_a_fetch_and_others_do_not(page: Page) -> None:
    source = Source(hold=True)
    first, second, other = page.run(lambda: (source.query(1), source.query(1), source.query(2)))
    assert first is second
    assert other is not first
    assert source.calls == [(1,), (2,)]


@pytest.mark.parametrize(("age", "fetches"), [(4.999, 1), (5.0, 2), (6.0, 2)])
async def test_an_answer_is_used_again_for_five_seconds(page: Page, age: float, fetches: int) -> None:
    source = Source()
    await page.run(lambda: source.query(1))
    await page.advance(age)
    await page.run(lambda: source.query(1))
    assert source.count == fetches


async def test_reuse_for_takes_the_place_of_the_five_seconds(page: Page) -> None:
    source = Source(reuse_for=60)
    await page.run(lambda: source.query(1))
    await page.advance(59)
    await page.run(lambda: source.query(1))
    assert source.count == 1
    never = Source("never", reuse_for=0)
    await page.run(lambda: never.query())
    await page.run(lambda: never.query())
    assert never.count == 2


async def test_the_age_counts_from_the_start_of_the_fetch(page: Page) -> None:
    source = Source(hold=True)
    page.run(lambda: source.query(1))
    await page.advance(4)
    source.held[0].set_result("slow")
    await page.advance(1)
    page.run(lambda: source.query(1))
    assert source.count == 2


async def test_an_entry_with_subscribers_is_fresh_at_any_age(page: Page) -> None:
    source = Source()
    page.mount(lambda: create_async(lambda: source.query(1)))
    await page.advance(100)
    await page.run(lambda: source.query(1))
    assert source.count == 1


async def test_going_back_uses_an_answer_of_any_age_unless_it_was_invalidated(page: Page) -> None:
    source = Source()
    await page.run(lambda: source.query(1))
    await page.advance(100)
    await page.run(lambda: with_intent("native", lambda: source.query(1)))
    assert source.count == 1
    page.run(revalidate)
    await page.run(lambda: with_intent("native", lambda: source.query(1)))
    assert source.count == 2


async def test_a_preloaded_answer_is_fresh_from_its_first_use_and_only_once(page: Page) -> None:
    source = Source()
    page.run(lambda: with_intent("preload", lambda: source.query(1)))
    await page.advance(4)
    page.run(lambda: source.query(1))
    await page.advance(4)
    page.run(lambda: source.query(1))
    assert source.count == 1
    await page.advance(1)
    page.run(lambda: source.query(1))
    assert source.count == 2


async def test_unused_entries_are_let_go_of_after_keep_for(page: Page) -> None:
    kept, gone = Source("kept", keep_for=1000), Source("gone")
    shown = Source("shown")
    page.run(lambda: (kept.query(), gone.query()))
    page.mount(lambda: create_async(shown.query))
    await page.advance(301)
    assert page.run(query_keys) == ["kept[]", "shown[]"]
    await page.advance(900)
    assert page.run(query_keys) == ["shown[]"]


async def test_an_error_is_an_answer_like_any_other(page: Page) -> None:
    calls = 0

    @query("broken")
    async def broken() -> str:
        nonlocal calls
        calls += 1
        raise ValueError("boom")

    for _ in range(3):
        with pytest.raises(ValueError, match="boom"):
            await page.run(broken)
    assert calls == 1


async def test_raising_a_kept_error_again_and_again_does_not_lengthen_its_traceback(page: Page) -> None:
    @query("broken")
    async def broken() -> str:
        raise ValueError("boom")

    answer = page.run(broken)
    lengths = set[int]()
    for _ in range(5):
        try:
            await answer
        except ValueError as error:
            trace, length = error.__traceback__, 0
            while trace is not None:
                trace, length = trace.tb_next, length + 1
            lengths.add(length)
    assert len(lengths) == 1


async def test_a_function_that_is_not_async_runs_in_a_thread(page: Page) -> None:
    @query("where")
    def where() -> int:
        return threading.get_ident()

    @query("here", thread=False)
    def here() -> int:
        return threading.get_ident()

    assert await page.run(where) != threading.get_ident()
    assert await page.run(here) == threading.get_ident()


async def test_a_function_may_return_an_awaitable_and_that_another(page: Page) -> None:
    async def inner() -> str:
        return "value"

    async def outer() -> Any:
        return inner()

    assert await page.run(query(outer, "nested")) == "value"
    assert await page.run(query(lambda: inner(), "lambda", thread=False)) == "value"


async def test_an_endless_chain_of_awaitables_is_an_error(page: Page) -> None:
    async def endless() -> Any:
        return endless()

    with pytest.raises(UsageError, match="query 'endless' gave an awaitable of an awaitable"):
        await page.run(query(endless, "endless"))
    await page.settle()


async def test_a_fetch_that_waits_for_itself_is_told_so(page: Page) -> None:
    @query("loop")
    async def loop(n: int) -> Any:
        return await loop(1 - n)

    told = r"The fetch of loop\[1\] waits for itself: loop\[0\] -> loop\[1\] -> loop"
    with pytest.raises(UsageError, match=told):
        await page.run(lambda: loop(0))


@pytest.mark.parametrize("both", [False, True])
async def test_waiting_for_several_at_once_hides_no_circle(page: Page, both: bool) -> None:
    @query("first")
    async def first() -> Any:
        return await asyncio.gather(second(), asyncio.sleep(0))

    @query("second")
    async def second() -> Any:
        return await asyncio.gather(first()) if both else await first()

    with pytest.raises(UsageError, match=r"waits for itself: .*first.* -> .*second"):
        await page.run(first)
    await page.settle()


async def test_a_fetch_may_start_what_waits_for_it_later(page: Page) -> None:
    later: list[asyncio.Task[Any]] = []

    @query("own")
    async def own() -> str:
        async def use() -> str:
            return await own()

        later.append(asyncio.ensure_future(use()))
        await asyncio.sleep(0)
        return "value"

    assert await page.run(own) == "value"
    assert await later[0] == "value"


async def test_a_query_that_runs_in_a_thread_is_told_how_to_call_another(page: Page) -> None:
    source = Source("inner")

    @query("outer")
    def outer() -> Any:
        return source.query(1)

    with pytest.raises(ThreadError, match=r"query 'inner' is called in a worker thread.*`async def`"):
        await page.run(outer)
    assert await page.run(lambda: source.query(1)) == "inner[1]#1"


async def test_two_different_queries_with_one_name_are_refused_where_they_meet(page: Page) -> None:
    first, second = Source("user"), query(lambda: "another", "user")
    page.run(lambda: first.query())
    with pytest.raises(
        NameTakenError, match=r"Two queries are called 'user': the ones at .*test_query.py:\d+"
    ):
        page.run(lambda: second())


async def test_the_same_query_made_anew_is_not_another_one(page: Page) -> None:
    def make() -> Source:
        return Source("user")

    first, second = make(), make()
    page.run(lambda: first.query(1))
    page.run(lambda: second.query(1))
    assert (first.count, second.count) == (1, 0)


async def test_set_get_delete_and_clear(page: Page) -> None:
    source = Source(hold=True)
    with pytest.raises(KeyError):
        page.run(lambda: query.get("user[1]"))
    page.run(lambda: source.query(1))
    assert page.run(lambda: query.get("user[1]")) is None
    source.held[0].set_result("Ann")
    await page.settle()
    assert page.run(lambda: query.get("user[1]")) == "Ann"
    page.run(lambda: query.set("user[2]", "Bob"))
    assert await page.run(lambda: source.query(2)) == "Bob"
    assert page.run(lambda: (query.delete("user[1]"), query.delete("user[1]"))) == (True, False)
    page.run(query.clear)
    assert page.run(query_keys) == []


async def test_get_keeps_the_last_good_value_when_a_fetch_fails(page: Page) -> None:
    source = Source(hold=True)
    page.run(lambda: source.query(1))
    source.held[0].set_result("good")
    await page.settle()
    page.run(revalidate)
    answer = page.run(lambda: source.query(1))
    source.held[1].set_exception(ValueError("boom"))
    await page.settle()
    assert answer.exception() is not None
    assert page.run(lambda: query.get("user[1]")) == "good"


async def test_what_only_a_preload_has_asked_for_is_not_got(page: Page) -> None:
    source = Source()
    await page.run(lambda: with_intent("preload", lambda: source.query(1)))
    assert page.run(lambda: query.get("user[1]")) is None
    page.run(lambda: source.query(1))
    assert page.run(lambda: query.get("user[1]")) == "user[1]#1"


async def test_a_redirect_is_followed_at_each_use_but_never_for_a_preload(page: Page) -> None:
    @query("guarded")
    async def guarded() -> Any:
        return redirect("/login")

    page.run(lambda: with_intent("preload", guarded))
    await page.settle()
    assert page.trail.went == []
    assert await page.run(guarded) is None
    page.run(guarded)
    await page.settle()
    assert page.trail.went == [("/login", True), ("/login", True)]


async def test_a_redirect_with_nobody_to_follow_it_is_an_error(world: TestWorld) -> None:
    from wayfare.reactive import Scope

    scope = Scope(world, "job")

    @query("guarded")
    async def guarded() -> Any:
        return redirect("/login")

    with pytest.raises(NotFollowedError, match=r"guarded\[\].* redirect to /login"):
        await scope.run(lambda: asyncio.ensure_future(_await(guarded())))
    scope.close()


async def _await(answer: Any) -> Any:
    return await answer


async def test_responses_returned_and_raised(page: Page) -> None:
    @query("kinds")
    async def kinds(kind: str) -> Any:
        match kind:
            case "json":
                return json({"a": 1})
            case "raise json":
                raise json(ValueError("inside"))
            case "reload":
                return reload(status=204)
            case _:
                raise reload(status=500)

    assert await page.run(lambda: kinds("json")) == {"a": 1}
    with pytest.raises(ValueError, match="inside"):
        await page.run(lambda: kinds("raise json"))
    assert (await page.run(lambda: kinds("reload"))).status == 204
    with pytest.raises(Exception, match="a response with status 500"):
        await page.run(lambda: kinds("raise reload"))


async def test_retries_wait_longer_each_time(page: Page) -> None:
    times: list[float] = []

    @query("shaky", retries=2)
    async def shaky() -> str:
        times.append(page.world.clock.now())
        if len(times) < 3:
            raise OSError("not yet")
        return "there"

    answer = page.run(shaky)
    await page.advance(0.1)
    await page.advance(0.2)
    assert times == pytest.approx([0, 0.1, 0.3])
    assert await answer == "there"


async def test_the_calls_of_one_tick_are_one_call_of_a_batching_query(page: Page) -> None:
    asked: list[list[tuple[Any, ...]]] = []

    @query("users", batch=True)
    async def users(calls: list[tuple[Any, ...]]) -> list[Any]:
        asked.append(calls)
        return [ValueError("none") if id == 3 else f"user {id}" for (id,) in calls]

    answers = page.run(lambda: [users(1), users(2), users(1), users(3)])
    await page.settle()
    assert asked == [[(1,), (2,), (3,)]]
    assert [await answers[0], await answers[1]] == ["user 1", "user 2"]
    with pytest.raises(ValueError, match="none"):
        await answers[3]


async def test_a_batching_query_has_to_answer_every_call(page: Page) -> None:
    @query("users", batch=True)
    async def users(calls: list[tuple[Any, ...]]) -> list[Any]:
        return [len(calls)]

    first, _ = page.run(lambda: (users(1), users(2)))
    await page.settle()
    with pytest.raises(UsageError, match=r"was asked 2 calls at once.*returned a list of 1"):
        await first


async def test_a_query_is_refreshed_while_it_is_shown_and_seen(page: Page) -> None:
    from wayfare.data import Visibility

    source = Source("prices", refresh_every=10)
    shown, dispose = page.mount(lambda: create_async(source.query))
    await page.advance(10)
    assert (source.count, shown()) == (2, "prices[]#2")
    visibility = page.scope.service(Visibility, Visibility)
    visibility.set(False)
    await page.advance(35)
    assert source.count == 2
    visibility.set(True)
    await page.settle()
    await page.advance(0.01)
    assert source.count == 3
    dispose()
    await page.advance(100)
    assert source.count == 3


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"reuse_for": -1}, "reuse_for is in seconds, at least 0"),
        ({"keep_for": "long"}, "keep_for is in seconds"),
        ({"refresh_every": 0}, "refresh_every is in seconds, at least 0.01"),
        ({"retries": -1}, "retries is a number from 0 to 100"),
        ({"scope": "world"}, "scope is one of 'page', 'session', 'app'"),
    ],
)
def test_options_are_checked_where_they_are_written(options: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=f"query 'user': {message}"):
        query(lambda: 1, "user", **options)


def test_a_lambda_needs_a_name_and_a_query_a_function() -> None:
    with pytest.raises(UsageError, match="lambda needs a name"):
        query(lambda: 1)
    with pytest.raises(UsageError, match="takes a function, and got 3"):
        query(3)  # type: ignore[call-overload]


def test_the_name_is_the_qualified_name_of_the_function() -> None:
    async def fetch(id: int) -> int:
        return id

    assert query(fetch).key.endswith("<locals>.fetch")
    assert query(functools.partial(fetch, 1)).key.endswith("<locals>.fetch")


async def test_a_fetch_that_is_cancelled_from_outside_is_an_error_that_is_not_kept(page: Page) -> None:
    calls = 0

    @query("odd")
    async def odd() -> str:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise asyncio.CancelledError
        return "fine"

    with pytest.raises(WayfareError, match="was cancelled, and not by Wayfare"):
        await page.run(odd)
    assert await page.run(odd) == "fine"


async def test_an_effect_that_reads_a_query_runs_again_when_it_is_revalidated(page: Page) -> None:
    source = Source()
    seen: list[Answer[Any]] = []
    page.mount(lambda: create_effect(lambda: seen.append(source.query(1))))
    await page.wait(page.run(lambda: revalidate("user"))) if False else None
    page.run(lambda: revalidate("user"))
    await page.settle()
    assert [await answer for answer in seen] == ["user[1]#1", "user[1]#2"]


async def test_cache_is_the_older_name_of_query_and_says_so_once() -> None:
    from wayfare.data import cache

    with pytest.warns(DeprecationWarning, match="called `query` now"):
        old = cache(lambda: 1, "old")
    assert old.key == "old"
    assert cache(lambda: 1, "older").key == "older"


async def test_a_revalidation_in_another_thread_says_so_and_makes_nothing_stale(page: Page) -> None:
    source = Source()
    page.mount(lambda: create_async(source.query))
    await page.settle()

    def elsewhere() -> None:
        with pytest.raises(ThreadError, match="revalidate_threadsafe"):
            page.scope.run(lambda: revalidate("user"))

    await asyncio.to_thread(elsewhere)
    page.run(lambda: revalidate("user", force=False))
    await page.settle()
    assert source.count == 1


async def test_what_a_reader_raises_is_no_failure_of_the_fetch(page: Page) -> None:
    source = Source(hold=True, retries=1)
    shown, _ = page.mount(lambda: create_async(source.query, initial_value=""))
    raised: list[BaseException] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: raised.append(context["exception"]))

    def read() -> None:
        if shown() == "odd":
            raise KeyError("missing")

    page.mount(lambda: create_effect(read))
    source.held[0].set_result("odd")
    await page.settle()
    page.world.clock.advance(60)
    await page.settle()
    gc.collect()
    loop.set_exception_handler(None)
    assert source.count == 1
    assert [type(error) for error in raised] == [KeyError]
