"""Following an async function's value."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from wayfare.data import create_async, create_async_store, query, revalidate
from wayfare.errors import UsageError
from wayfare.reactive import create_effect, create_memo, create_signal, create_suspense, start_transition

from .conftest import Page
from .test_query import Source

pytestmark = pytest.mark.anyio


async def test_it_follows_what_the_function_reads_before_it_waits(page: Page) -> None:
    source = Source()
    id, set_id = page.run(lambda: create_signal(1))
    shown, _ = page.mount(lambda: create_async(lambda: source.query(id())))
    assert shown() == "user[1]#1"
    set_id(2)
    await page.settle()
    assert shown() == "user[2]#2"


async def test_what_has_begun_already_is_no_function(page: Page) -> None:
    source = Source()

    async def fetch() -> int:
        return 1

    for begun in (page.run(source.query), fetch()):
        with pytest.raises(UsageError, match="takes a function that fetches"):
            create_async(begun)


async def test_a_kept_answer_is_there_at_once(page: Page) -> None:
    source = Source(hold=True)
    page.run(source.query)
    source.held[0].set_result("kept")
    await page.settle()
    shown, _ = page.mount(lambda: create_async(source.query))
    assert shown() == "kept"


async def test_a_value_stays_readable_while_it_is_fetched_again(page: Page) -> None:
    source = Source(hold=True)
    shown, _ = page.mount(lambda: create_async(source.query))
    source.held[0].set_result("old")
    await page.settle()
    page.run(revalidate)
    await page.settle()
    assert (shown(), shown.latest) == ("old", "old")


@pytest.mark.parametrize("nothing", [None, False])
async def test_none_and_false_mean_that_there_is_nothing_to_wait_for(page: Page, nothing: Any) -> None:
    source = Source()
    on, set_on = page.run(lambda: create_signal(True))
    shown, _ = page.mount(lambda: create_async(lambda: source.query() if on() else nothing))
    await page.settle()
    set_on(False)
    await page.settle()
    assert shown() == "user[]#1"


@pytest.mark.parametrize("value", [0, "", [], {}])
async def test_other_values_are_values(page: Page, value: Any) -> None:
    shown, _ = page.mount(lambda: create_async(lambda: value))
    assert shown() == value


async def test_the_function_may_take_the_value_so_far(page: Page) -> None:
    before: list[Any] = []
    source = Source(hold=True)

    def fetch(previous: Any) -> Any:
        before.append(previous)
        return source.query()

    shown, _ = page.mount(lambda: create_async(fetch, initial_value="first"))
    assert shown() == "first"
    source.held[0].set_result("one")
    await page.settle()
    page.run(revalidate)
    await page.settle()
    source.held[1].set_exception(ValueError("no"))
    await page.settle()
    with pytest.raises(ValueError, match="no"):
        shown()
    page.run(revalidate)
    await page.settle()
    assert before == [None, "one", None]


async def test_a_query_given_as_it_is_gets_no_previous_value(page: Page) -> None:
    @query("one")
    async def one(id: int = 3) -> int:
        return id

    shown, _ = page.mount(lambda: create_async(one))
    assert shown() == 3
    assert shown.__name__ == "one"


async def test_a_coroutine_function_needs_no_query(page: Page) -> None:
    gate: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def fetch() -> str:
        return await gate

    shown, _ = page.mount(lambda: create_async(fetch, name="gate"))
    assert shown() is None
    gate.set_result("open")
    await page.settle()
    assert shown() == "open"
    assert repr(shown) == "<AsyncAccessor gate>"


async def test_under_suspense_readers_wait_and_need_no_guard(page: Page) -> None:
    source = Source(hold=True)
    views: list[str] = []

    def build() -> None:
        shown = create_async(source.query)
        view = create_suspense(lambda: create_memo(lambda: shown().upper()), lambda: lambda: "waiting")
        create_effect(lambda: views.append((view() or str)()))

    page.mount(build)
    assert views == ["waiting"]
    source.held[0].set_result("here")
    await page.settle()
    assert views == ["waiting", "HERE"]


async def test_what_a_transition_has_left_fetches_nothing_in_it(page: Page) -> None:
    source = Source("user", hold=True)
    which, set_which = create_signal(1)
    views: list[str] = []

    def build() -> None:
        shown = create_async(lambda: source.query(which()))
        view = create_suspense(lambda: create_memo(lambda: str(shown())), lambda: lambda: "waiting")
        create_effect(lambda: views.append((view() or str)()))

    page.mount(build)
    source.held[0].set_result("one")
    await page.settle()
    page.run(lambda: start_transition(lambda: set_which(2)))
    await page.advance(6)
    page.run(lambda: revalidate(source.query.key_for(1)))
    await page.settle()
    assert source.calls == [(1,), (2,)]
    source.held[1].set_result("two")
    await page.settle()
    assert views == ["waiting", "one", "two"]


async def test_one_async_may_need_another(page: Page) -> None:
    first, second = Source("first", hold=True), Source("second", hold=True)
    views: list[str] = []

    def build() -> None:
        def content() -> Callable[[], str]:
            one = create_async(first.query)
            two = create_async(lambda: second.query(one()["id"]))
            return create_memo(lambda: f"{one()['id']} {two()}")

        view = create_suspense(content, lambda: lambda: "waiting")
        create_effect(lambda: views.append((view() or str)()))

    page.mount(build)
    first.held[0].set_result({"id": 7})
    await page.settle()
    assert second.calls == [(7,)]
    second.held[0].set_result("two")
    await page.settle()
    assert views == ["waiting", "7 two"]


async def test_a_store_keeps_its_rows_and_updates_only_what_differs(page: Page) -> None:
    source = Source("rows", hold=True)
    first_runs: list[Any] = []
    second_runs: list[Any] = []

    def build() -> Any:
        rows = create_async_store(source.query, initial_value=[])
        create_effect(lambda: rows() and first_runs.append(rows()[0]["n"]))
        create_effect(lambda: rows() and second_runs.append(rows()[1]["n"]))
        return rows

    rows, _ = page.mount(build)
    data = [{"id": 1, "n": 1}, {"id": 2, "n": 2}]
    source.held[0].set_result(data)
    await page.settle()
    row = rows()[0]
    page.run(revalidate)
    await page.settle()
    source.held[1].set_result([{"id": 1, "n": 10}, {"id": 2, "n": 2}])
    await page.settle()
    assert rows()[0] is row
    assert (first_runs, second_runs) == ([1, 10], [2])
    assert data[0]["n"] == 1


async def test_rows_of_a_store_may_have_another_key(page: Page) -> None:
    source = Source("books", hold=True)
    books, _ = page.mount(
        lambda: create_async_store(source.query, initial_value=[], reconcile={"key": "isbn"})
    )
    source.held[0].set_result([{"isbn": "a"}, {"isbn": "b"}])
    await page.settle()
    second = books()[1]
    page.run(revalidate)
    await page.settle()
    source.held[1].set_result([{"isbn": "b"}])
    await page.settle()
    assert books()[0] is second


async def test_ten_thousand_subscribers_of_one_key_are_one_fetch_and_one_flush(page: Page) -> None:
    source = Source(hold=True)
    total = 2_000
    accessors, _ = page.mount(lambda: [create_async(source.query) for _ in range(total)])
    flushes: list[int] = []

    def count() -> None:
        flushes.append(sum(1 for accessor in accessors if accessor() == "new"))

    page.mount(lambda: create_effect(count))
    source.held[0].set_result("old")
    await page.settle()
    flushes.clear()
    page.run(revalidate)
    await page.settle()
    source.held[1].set_result("new")
    await page.settle()
    assert source.count == 2
    assert flushes == [total]
