"""A query that nobody waits for any more is gone from the database too: with a real server and driver."""

# ruff: noqa: ASYNC110 - what is waited for happens in another process

from __future__ import annotations

import asyncio
import os
import uuid
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import pytest

from wayfare.components import A, Route, Router
from wayfare.data import create_async, query
from wayfare.html import Node, main, p
from wayfare.reactive import create_root, create_signal
from wayfare.render import component
from wayfare.server import App
from wayfare.testing import open_page

if TYPE_CHECKING:
    from psycopg import AsyncConnection

pytestmark = [pytest.mark.anyio, pytest.mark.postgres]
SECRET = "a secret for tests only"
# Seconds. A query that nobody ends runs four times as long, so that one which is gone sooner has been ended.
PATIENCE = 30.0


def driver() -> Any:
    return pytest.importorskip("psycopg")


def server() -> str:
    return os.environ["WAYFARE_TEST_POSTGRES"]


class Watch:
    """Looks at what the server is doing for one query text, which is nobody else's."""

    def __init__(self, connection: AsyncConnection[Any]) -> None:
        self._connection = connection
        self._open = 0
        self.sleep = f"SELECT pg_sleep({4 * PATIENCE:g}), 'wayfare {uuid.uuid4()}'"

    async def rows(self, text: str) -> Any:
        """What a query gives, over a connection of its own."""
        self._open += 1
        try:
            async with await driver().AsyncConnection.connect(server()) as connection:
                return (await (await connection.execute(text)).fetchone())[0]
        finally:
            self._open -= 1

    async def closed(self) -> None:
        """A query that is cancelled is gone from the server before its connection has been closed here."""
        async with asyncio.timeout(PATIENCE):
            while self._open > 0:
                await asyncio.sleep(0)

    async def running(self) -> int:
        found = await self._connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query = %s", (self.sleep,)
        )
        return int((await found.fetchone())[0])  # type: ignore[index]

    async def begun(self) -> None:
        async with asyncio.timeout(PATIENCE):
            while await self.running() == 0:
                await asyncio.sleep(0)

    async def gone(self) -> None:
        async with asyncio.timeout(PATIENCE):
            while await self.running() > 0:
                await asyncio.sleep(0)

    async def cancel(self) -> None:
        await self._connection.execute(
            "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query = %s", (self.sleep,)
        )


@pytest.fixture
async def watch() -> AsyncIterator[Watch]:
    async with await driver().AsyncConnection.connect(server(), autocommit=True) as connection:
        watch = Watch(connection)
        yield watch
        await watch.closed()


async def test_a_fetch_whose_arguments_changed_leaves_the_database(watch: Watch) -> None:
    @query("slow report")
    async def report(year: int) -> Any:
        return await watch.rows(watch.sleep if year == 2025 else "SELECT 1")

    year, set_year = create_signal(2025)
    shown, dispose = create_root(lambda dispose: (create_async(lambda: report(year())), dispose))
    await watch.begun()
    set_year(2026)
    await watch.gone()
    async with asyncio.timeout(PATIENCE):
        while shown() != 1:
            await asyncio.sleep(0)
    dispose()


async def test_a_page_that_was_navigated_away_from_leaves_the_database(watch: Watch) -> None:
    @query("slow page")
    async def slow() -> Any:
        return await watch.rows(watch.sleep)

    @component
    def Slow() -> Node:
        value = create_async(slow)
        return p(id="slow")[lambda: str(value())]

    def layout(children: Node = None) -> Node:
        return main[A(href="/slow")["slow"], A(href="/other")["other"], children]

    routes = [
        Route(path="/", component=lambda: p["home"]),
        Route(path="/slow", component=Slow),
        Route(path="/other", component=lambda: p(id="other")["other"]),
    ]
    app = App(lambda: Router(root=component(layout))[routes], secret=SECRET)
    page = await open_page(app, "/")
    await page.click("a[href='/slow']", settle=False)
    await watch.begun()
    await page.click("a[href='/other']", settle=False)
    await watch.gone()
    await page.settled()
    assert page.get("#other").text == "other"
    page.close()


async def test_a_page_that_is_closed_leaves_the_database(watch: Watch) -> None:
    @query("slow at first")
    async def slow() -> Any:
        return await watch.rows(watch.sleep)

    @component
    def Slow() -> Node:
        value = create_async(slow)
        return p[lambda: str(value())]

    routes = [Route(path="/", component=lambda: p["home"]), Route(path="/slow", component=Slow)]
    app = App(lambda: Router[routes], secret=SECRET)
    page = await open_page(app, "/")
    await page.navigate("/slow", settle=False)
    await watch.begun()
    page.close()
    await watch.gone()


async def test_a_fetch_in_a_thread_is_let_go_of_and_its_query_runs_to_its_end(watch: Watch) -> None:
    ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    loop = asyncio.get_running_loop()

    @query("slow in a thread")
    def report(year: int) -> int:
        if year == 2026:
            return year
        try:
            with driver().connect(server()) as connection:
                connection.execute(watch.sleep)
        except driver().errors.QueryCanceled:
            loop.call_soon_threadsafe(ended.set_result, "cancelled by hand")
        return year

    year, set_year = create_signal(2025)
    shown, dispose = create_root(lambda dispose: (create_async(lambda: report(year())), dispose))
    await watch.begun()
    set_year(2026)
    async with asyncio.timeout(PATIENCE):
        while shown() != 2026:
            await asyncio.sleep(0)
    assert await watch.running() == 1, "nothing can stop a thread"
    await watch.cancel()
    async with asyncio.timeout(PATIENCE):
        assert await ended == "cancelled by hand"
    assert shown() == 2026, "what it comes to is nobody's"
    dispose()
