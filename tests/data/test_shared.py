"""What pages share, what they can't, and how a revalidation reaches all of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from wayfare.data import (
    AppCache,
    Invalidation,
    Response,
    ResponseHead,
    SessionCache,
    Visibility,
    create_async,
    json,
    query,
    revalidate,
)
from wayfare.errors import NameTakenError, SharedReadError
from wayfare.reactive import Scope, current_scope

from .conftest import Page, TestWorld
from .test_query import Source

pytestmark = pytest.mark.anyio
OpenPage = Callable[[], Page]


async def test_an_app_query_is_fetched_once_however_many_pages_show_it(open_page: OpenPage) -> None:
    source = Source("prices", scope="app", hold=True)
    pages = [open_page() for _ in range(5)]
    shown = [page.mount(lambda: create_async(source.query))[0] for page in pages]
    await pages[0].settle()
    assert source.count == 1
    source.held[0].set_result("cheap")
    await pages[0].settle()
    assert [accessor() for accessor in shown] == ["cheap"] * 5


async def test_the_calls_of_all_pages_in_one_tick_are_one_call_of_a_shared_batching_query(
    open_page: OpenPage,
) -> None:
    asked: list[list[tuple[int]]] = []

    @query("shared users", scope="app", batch=True)
    async def users(calls: list[tuple[int]]) -> list[str]:
        asked.append(calls)
        return [f"user {id}" for (id,) in calls]

    @query("own users", batch=True)
    async def own(calls: list[tuple[int]]) -> list[str]:
        asked.append(calls)
        return [f"user {id}" for (id,) in calls]

    pages = [open_page() for _ in range(3)]
    shown = [
        page.mount(lambda number=number: create_async(lambda: users(number % 2)))[0]
        for number, page in enumerate(pages)
    ]
    await pages[0].settle()
    assert asked == [[(0,), (1,)]]
    assert [accessor() for accessor in shown] == ["user 0", "user 1", "user 0"]
    asked.clear()
    for page in pages:
        page.run(lambda: own(7))
    await pages[0].settle()
    assert asked == [[(7,)]] * 3, "what a page has for itself is asked for by itself"


async def test_a_shared_query_is_refreshed_once_a_period_while_any_page_that_shows_it_is_seen(
    open_page: OpenPage,
) -> None:
    source = Source("prices", scope="app", refresh_every=10)
    pages = [open_page() for _ in range(2)]
    shown = [page.mount(lambda: create_async(source.query))[0] for page in pages]
    await pages[0].settle()
    assert source.count == 1
    await pages[0].advance(10)
    await pages[0].advance(10)
    assert source.count == 3
    assert [accessor() for accessor in shown] == ["prices[]#3"] * 2
    pages[0].scope.service(Visibility, Visibility).set(False)
    await pages[0].advance(10)
    assert source.count == 4, "the other one is still looked at"
    pages[1].scope.service(Visibility, Visibility).set(False)
    await pages[0].advance(100)
    assert source.count == 4


async def test_a_page_query_is_each_pages_own(open_page: OpenPage) -> None:
    source = Source()
    first, second = open_page(), open_page()
    first.run(source.query)
    second.run(source.query)
    assert source.count == 2


async def test_revalidating_an_app_query_reaches_every_page_and_fetches_once(open_page: OpenPage) -> None:
    source = Source("prices", scope="app")
    pages = [open_page() for _ in range(3)]
    shown = [page.mount(lambda: create_async(source.query))[0] for page in pages]
    await pages[0].settle()
    pages[0].run(lambda: revalidate("prices"))
    await pages[0].settle()
    assert source.count == 2
    assert [accessor() for accessor in shown] == ["prices[]#2"] * 3
    pages[1].run(revalidate)
    await pages[0].settle()
    assert [accessor() for accessor in shown] == ["prices[]#3"] * 3


async def test_a_page_that_does_not_use_an_app_query_leaves_it_alone_when_it_revalidates_all(
    open_page: OpenPage,
) -> None:
    source = Source("prices", scope="app")
    shows, other = open_page(), open_page()
    shows.mount(lambda: create_async(source.query))
    await shows.settle()
    other.run(revalidate)
    await shows.settle()
    assert source.count == 1


async def test_everywhere_reaches_the_own_entries_of_every_page(open_page: OpenPage) -> None:
    source = Source()
    pages = [open_page() for _ in range(3)]
    for page in pages:
        page.mount(lambda: create_async(source.query))
    await pages[0].settle()
    pages[0].run(lambda: revalidate("user"))
    await pages[0].settle()
    assert source.count == 4
    pages[0].run(lambda: revalidate("user", everywhere=True))
    await pages[0].settle()
    assert source.count == 7


async def test_everywhere_reaches_a_session_query_of_pages_with_and_without_a_session(
    open_page: OpenPage,
) -> None:
    source = Source("basket", scope="session")
    pages = [open_page() for _ in range(3)]
    app = pages[0].scope.service(AppCache)
    pages[0].scope.provide(SessionCache, app.session("a"))
    pages[1].scope.provide(SessionCache, SessionCache(app.scope.world, ""))
    shown = [page.mount(lambda: create_async(source.query))[0] for page in pages]
    await pages[0].settle()
    app.revalidate("basket", everywhere=True)
    await pages[0].settle()
    assert sorted(accessor() for accessor in shown) == ["basket[]#4", "basket[]#5", "basket[]#6"]


async def test_a_session_query_is_shared_by_the_pages_of_a_session(open_page: OpenPage) -> None:
    source = Source("basket", scope="session")
    pages = [open_page() for _ in range(4)]
    for page, session in zip(pages, "aabb", strict=True):
        app = page.scope.service(AppCache)
        page.scope.provide(SessionCache, app.session(session))
    for page in pages:
        page.mount(lambda: create_async(source.query))
    await pages[0].settle()
    assert source.count == 2
    pages[0].run(lambda: revalidate("basket"))
    await pages[0].settle()
    assert source.count == 3


async def test_a_page_without_a_session_shares_its_session_queries_with_nobody(open_page: OpenPage) -> None:
    source = Source("basket", scope="session")
    for page in (open_page(), open_page()):
        page.mount(lambda: create_async(source.query))
    assert source.count == 2


class Request:
    """What belongs to one page."""


async def test_an_app_query_that_reads_the_request_is_told_which_read_and_where(open_page: OpenPage) -> None:
    page = open_page()
    page.scope.provide(Request, Request())

    @query("leak", scope="app")
    async def leak() -> Any:
        return current_scope().service(Request)

    with pytest.raises(
        SharedReadError, match=r"scope='app' reads Request \(.*test_shared.py:\d+\).*to all visitors"
    ):
        await page.run(leak)


@pytest.mark.parametrize(("outer", "inner"), [("app", "page"), ("app", "session"), ("session", "page")])
async def test_a_shared_query_may_not_call_one_that_fewer_share(
    open_page: OpenPage, outer: Any, inner: Any
) -> None:
    mine = Source("mine", scope=inner)

    @query("outer", scope=outer)
    async def out() -> Any:
        return await mine.query()

    page = open_page()
    with pytest.raises(SharedReadError, match=f"scope='{outer}' calls 'mine', which has scope='{inner}'"):
        await page.run(out)


async def test_a_shared_query_may_call_one_that_as_many_share(open_page: OpenPage) -> None:
    inner = Source("inner", scope="app")

    @query("outer", scope="app")
    async def out() -> Any:
        return await inner.query()

    first, second = open_page(), open_page()
    assert await first.run(out) == "inner[]#1"
    assert await second.run(inner.query) == "inner[]#1"


async def test_nothing_of_a_pages_context_reaches_a_shared_fetch(open_page: OpenPage) -> None:
    from contextvars import ContextVar

    user: ContextVar[str] = ContextVar("user", default="nobody")

    @query("who", scope="app")
    async def who() -> str:
        return user.get()

    page = open_page()
    user.set("Ann")
    assert await page.run(who) == "nobody"


async def test_a_shared_fetch_is_called_off_only_when_no_page_waits(open_page: OpenPage) -> None:
    source = Source("prices", scope="app", hold=True)
    first, second = open_page(), open_page()
    _, leave_first = first.mount(lambda: create_async(source.query))
    _, leave_second = second.mount(lambda: create_async(source.query))
    leave_first()
    await first.settle()
    assert source.cancelled == []
    leave_second()
    await first.settle()
    assert source.cancelled == [()]


async def test_a_closed_page_leaves_the_shared_entry_to_the_others(open_page: OpenPage) -> None:
    source = Source("prices", scope="app")
    first, second = open_page(), open_page()
    for page in (first, second):
        page.mount(lambda: create_async(source.query))
    first.close()
    second.run(lambda: revalidate("prices"))
    await second.settle()
    assert source.count == 2
    entry = second.cache.lines["prices[]"].entry
    assert (entry.count, len(entry.lines)) == (1, 1)


async def test_other_workers_are_told_and_tell(world: TestWorld) -> None:
    told: list[Invalidation] = []
    here, there = AppCache(world, tell=told.append), AppCache(world)
    source = Source("prices", scope="app")
    mine, theirs = Page(world, here), Page(world, there)
    shown, _ = theirs.mount(lambda: create_async(source.query))
    await theirs.settle()
    mine.run(lambda: revalidate("prices"))
    assert told == [Invalidation(("prices",))]
    there.receive(told[0])
    await theirs.settle()
    assert shown() == "prices[]#2"
    there.missed()
    await theirs.settle()
    assert shown() == "prices[]#3"
    mine.run(lambda: revalidate("prices", everywhere=True))
    assert told[1:] == [Invalidation(("prices",), everywhere=True)]
    for closing in (mine, theirs, here, there):
        closing.close()


async def test_without_force_nobody_else_is_told(world: TestWorld) -> None:
    told: list[Invalidation] = []
    app = AppCache(world, tell=told.append)
    page = Page(world, app)
    source = Source("prices", scope="app")
    page.run(lambda: revalidate(source.query, False))
    assert told == []
    page.run(lambda: revalidate(source.query))
    assert told == [Invalidation(("prices[",))]
    page.close()
    app.close()


async def test_the_app_revalidates_without_any_page_current(open_page: OpenPage) -> None:
    source = Source("prices", scope="app")
    page = open_page()
    app = page.scope.service(AppCache)
    shown, _ = page.mount(lambda: create_async(source.query))
    await page.settle()
    done = asyncio.ensure_future(_await(app.revalidate(source.query)))
    await page.settle()
    await done
    assert shown() == "prices[]#2"


async def _await(awaitable: Any) -> Any:
    return await awaitable


async def test_headers_of_a_querys_response_go_into_the_first_answer(page: Page) -> None:
    head = ResponseHead()
    page.scope.provide(ResponseHead, head)

    @query("headed")
    async def headed() -> Response:
        return json(1, headers=[("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("X-Kind", "new")])

    head.headers.append(("x-kind", "old"))
    assert await page.run(headed) == 1
    assert head.headers == [
        ("Set-Cookie", "a=1"),
        ("Set-Cookie", "b=2"),
        ("X-Kind", "new"),
    ]  # and not the type of its own body


async def test_the_same_scope_object_is_current_in_every_shared_fetch(open_page: OpenPage) -> None:
    scopes: list[Scope] = []

    @query("scope", scope="app", reuse_for=0)
    async def scope() -> None:
        scopes.append(current_scope())

    for _ in range(2):
        await open_page().run(scope)
    assert scopes[0] is scopes[1]


async def test_two_pages_with_two_shared_queries_of_one_name_are_told(open_page: OpenPage) -> None:
    first = Source("prices", scope="app")
    second = query(lambda: "other", "prices", scope="app")
    open_page().run(first.query)
    with pytest.raises(NameTakenError, match="Two queries are called 'prices'"):
        open_page().run(second)


async def test_a_page_lets_go_of_shared_entries_that_it_has_long_not_shown(open_page: OpenPage) -> None:
    source = Source("prices", scope="app")
    shows, looked = open_page(), open_page()
    shows.mount(lambda: create_async(source.query))
    looked.run(source.query)
    await shows.advance(301)
    assert list(shows.cache.lines) == ["prices[]"]
    assert list(looked.cache.lines) == []
    looked.run(revalidate)
    await shows.settle()
    assert source.count == 1
