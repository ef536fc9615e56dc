"""Revalidation: what becomes stale, who runs again, and when it is over."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from wayfare.data import create_async, query, query_keys, revalidate
from wayfare.data.page_cache import cache_of
from wayfare.errors import LimitError, UsageError
from wayfare.reactive import create_effect, create_memo, create_root, create_suspense

from .conftest import Page
from .test_query import Source

pytestmark = pytest.mark.anyio


async def test_revalidation_fetches_what_is_shown_and_only_marks_the_rest(page: Page) -> None:
    source = Source()
    shown, _ = page.mount(lambda: create_async(lambda: source.query(1)))
    page.run(lambda: source.query(2))
    await page.settle()
    page.run(lambda: revalidate("user"))
    assert source.calls == [(1,), (2,)]
    await page.settle()
    assert source.calls == [(1,), (2,), (1,)]
    assert shown() == "user[1]#3"
    page.run(lambda: source.query(2))
    assert source.calls[3:] == [(2,)]


async def test_who_reads_in_the_same_tick_gets_the_new_fetch_and_they_are_one(page: Page) -> None:
    source = Source()
    page.mount(lambda: (create_async(source.query), create_async(source.query)))
    await page.settle()
    page.run(revalidate)
    page.run(lambda: source.query())
    await page.settle()
    assert source.count == 2


@pytest.mark.parametrize(
    ("keys", "fetched"),
    [
        (None, {"user[1]", "user[12]", "users[]", "me[]"}),
        ("user", {"user[1]", "user[12]", "users[]"}),
        ("user[", {"user[1]", "user[12]"}),
        ("user[1", {"user[1]", "user[12]"}),
        ("user[1]", {"user[1]"}),
        (["me", "user[12]", ""], {"me[]", "user[12]"}),
        ("", set[str]()),
        ([], set[str]()),
    ],
)
async def test_keys_are_matched_by_their_beginning(page: Page, keys: Any, fetched: set[str]) -> None:
    asked: list[str] = []

    def make(name: str) -> Any:
        async def fetch(*args: Any) -> str:
            asked.append(f"{name}{list(args)}")
            return name

        return query(fetch, name)

    user, users, me = make("user"), make("users"), make("me")
    page.mount(
        lambda: [
            create_async(fn) for fn in (lambda: user(1), lambda: user(12), lambda: users(), lambda: me())
        ]
    )
    await page.settle()
    asked.clear()
    page.run(lambda: revalidate(keys))
    await page.settle()
    assert set(asked) == fetched
    assert len(asked) == len(fetched)


async def test_a_query_object_means_its_own_entries_and_no_others(page: Page) -> None:
    user, users = Source("user"), Source("users")
    page.mount(lambda: (create_async(user.query), create_async(users.query)))
    await page.settle()
    page.run(lambda: revalidate(user.query))
    await page.settle()
    assert (user.count, users.count) == (2, 1)
    page.run(lambda: revalidate([users.query, user.query.key_for()]))
    await page.settle()
    assert (user.count, users.count) == (3, 2)


async def test_query_revalidate_is_short_for_its_exact_key(page: Page) -> None:
    source = Source()
    page.mount(lambda: (create_async(lambda: source.query(1)), create_async(lambda: source.query(12))))
    await page.settle()
    page.run(lambda: source.query.revalidate(1))
    await page.settle()
    assert source.calls[2:] == [(1,)]


@pytest.mark.parametrize("keys", [1, [1], object(), [["user"]]])
async def test_keys_of_another_kind_are_refused(page: Page, keys: Any) -> None:
    with pytest.raises(UsageError, match=r"Keys to revalidate|among the keys to revalidate"):
        page.run(lambda: revalidate(keys))


async def test_without_force_nothing_is_fetched_but_what_was_set_shows(page: Page) -> None:
    source = Source()
    shown, _ = page.mount(lambda: create_async(lambda: source.query(1)))
    await page.advance(60)
    page.run(lambda: query.set("user[1]", "set"))
    assert shown() == "user[1]#1"
    page.run(lambda: revalidate("user", force=False))
    await page.settle()
    assert (source.count, shown()) == (1, "set")
    await page.advance(60)
    page.run(lambda: revalidate("user", False))
    await page.settle()
    assert source.count == 1


async def test_two_revalidations_at_one_time_are_both_told(page: Page) -> None:
    source = Source()
    runs: list[Any] = []
    page.mount(lambda: create_effect(lambda: runs.append(source.query(1))))
    page.run(revalidate)
    await page.settle()
    page.run(revalidate)
    await page.settle()
    assert source.count == 3


async def test_what_is_on_screen_stays_until_all_of_it_is_there(page: Page) -> None:
    first, second = Source("first", hold=True), Source("second", hold=True)
    views: list[str] = []

    def build() -> None:
        one, other = create_async(first.query), create_async(second.query)
        view = create_suspense(lambda: create_memo(lambda: f"{one()} {other()}"), lambda: lambda: "waiting")
        create_effect(lambda: views.append((view() or str)()))

    page.mount(build)
    first.held[0].set_result("a")
    second.held[0].set_result("b")
    await page.settle()
    done = page.wait(page.run(revalidate))
    await page.settle()
    first.held[1].set_result("A")
    await page.settle()
    assert (views, done.done()) == (["waiting", "a b"], False)
    second.held[1].set_result("B")
    await page.settle()
    assert (views, done.done()) == (["waiting", "a b", "A B"], True)


async def test_with_no_suspense_it_is_over_when_the_data_is_there(page: Page) -> None:
    source = Source(hold=True)
    shown, _ = page.mount(lambda: create_async(source.query))
    source.held[0].set_result("old")
    await page.settle()
    done = page.wait(page.run(revalidate))
    await page.settle()
    assert not done.done()
    source.held[1].set_result("new")
    await page.settle()
    assert done.done()
    assert shown() == "new"


async def test_a_failing_fetch_ends_the_revalidation_all_the_same(page: Page) -> None:
    source = Source(hold=True)
    shown, _ = page.mount(lambda: create_async(source.query))
    source.held[0].set_result("old")
    await page.settle()
    done = page.wait(page.run(revalidate))
    await page.settle()
    source.held[1].set_exception(ValueError("down"))
    await page.settle()
    assert await done is None
    with pytest.raises(ValueError, match="down"):
        shown()


async def test_who_shows_a_deleted_entry_goes_on_and_is_reached_by_the_next_revalidation(page: Page) -> None:
    source = Source()
    shown, _ = page.mount(lambda: create_async(lambda: source.query(1)))
    await page.settle()
    page.run(lambda: query.delete("user[1]"))
    await page.settle()
    assert (shown(), source.count) == ("user[1]#1", 1)
    with pytest.raises(KeyError):
        page.run(lambda: query.get("user[1]"))
    page.run(revalidate)
    await page.settle()
    assert (shown(), source.count) == ("user[1]#2", 2)
    page.run(query.clear)
    page.run(lambda: revalidate("user[1]"))
    await page.settle()
    assert (shown(), source.count) == ("user[1]#3", 3)


async def test_a_cache_that_is_full_forgets_what_has_gone_unused_longest(page: Page) -> None:
    source = Source()
    page.cache.store.limit = 20
    page.mount(lambda: create_async(lambda: source.query(0)))
    for number in range(1, 20):
        await page.run(lambda number=number: source.query(number))
        await page.advance(1)
    await page.run(lambda: source.query(100))
    keys = page.run(query_keys)
    assert len(keys) == 19
    assert "user[0]" in keys
    assert "user[1]" not in keys
    assert "user[3]" in keys


async def test_a_cache_full_of_what_is_shown_says_so(page: Page) -> None:
    source = Source()
    page.cache.store.limit = 3
    page.mount(lambda: [create_async(lambda n=n: source.query(n)) for n in range(3)])
    with pytest.raises(LimitError, match="holds 3 entries, its limit, and all of them are subscribed to"):
        page.run(lambda: source.query(3))


async def test_revalidating_visits_only_what_is_subscribed(page: Page) -> None:
    source = Source()
    for number in range(500):
        page.run(lambda number=number: source.query(number))
    page.mount(lambda: create_async(lambda: source.query(7)))
    await page.settle()
    store = page.cache.store
    visited: list[str] = []
    found = store.subscribed
    store.subscribed = lambda patterns: [visited.append(e.key) or e for e in found(patterns)]  # type: ignore[method-assign,func-returns-value,misc]
    page.run(lambda: revalidate("user"))
    assert visited == ["user[7]"]
    assert not any(entry.valid for entry in store.entries.values())


async def test_closing_a_page_calls_off_what_it_fetches(page: Page) -> None:
    source = Source(hold=True)
    page.run(lambda: source.query(1))
    page.mount(lambda: create_async(lambda: source.query(2)))
    page.close()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert sorted(source.cancelled) == [(1,), (2,)]


async def test_it_works_in_a_program_without_pages() -> None:
    source = Source(hold=True)
    seen: list[Any] = []

    def build(dispose: Callable[[], None]) -> Callable[[], None]:
        value = create_async(source.query)
        create_effect(lambda: seen.append(value()))
        return dispose

    dispose = create_root(build)
    source.held[0].set_result(1)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    done = asyncio.ensure_future(_await(revalidate(source.query)))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    source.held[1].set_result(2)
    await done
    assert seen == [None, 1, 2]
    dispose()
    query.clear()


async def _await(awaitable: Any) -> Any:
    return await awaitable


async def test_a_page_has_one_cache(page: Page) -> None:
    assert cache_of(page.scope) is page.cache


async def test_leaving_during_a_revalidation_leaves_no_subscription_behind(page: Page) -> None:
    source, other = Source(hold=True), Source("other", hold=True)

    def build() -> None:
        shown, slow = create_async(source.query), create_async(other.query)
        view = create_suspense(lambda: create_memo(lambda: f"{shown()} {slow()}"), lambda: lambda: "waiting")
        create_effect(lambda: (view() or str)())

    _, dispose = page.mount(build)
    source.held[0].set_result("a")
    other.held[0].set_result("b")
    await page.settle()
    page.run(revalidate)
    await page.settle()
    source.held[1].set_result("A")
    await page.settle()
    dispose()
    await page.settle()
    assert [(line.count, line.entry.count) for line in page.cache.lines.values()] == [(0, 0), (0, 0)]
