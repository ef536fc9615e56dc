"""A query that nobody waits for any more is gone from the database too.

Needs a PostgreSQL server, named by WAYFARE_TEST_POSTGRES (a connection string), and psycopg.
"""

# ruff: noqa: ASYNC110 - what is waited for happens in another process

from __future__ import annotations

import asyncio
import os
import time
from typing import Any

import pytest

from wayfare.data import create_async, query
from wayfare.reactive import create_root, create_signal

pytestmark = [pytest.mark.anyio, pytest.mark.postgres]
RUNNING = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query = %s"


async def test_a_fetch_that_was_navigated_away_from_leaves_the_database_within_a_second() -> None:
    psycopg: Any = pytest.importorskip("psycopg")
    server = os.environ["WAYFARE_TEST_POSTGRES"]
    sleep = "SELECT pg_sleep(30), 'wayfare cancellation'"

    @query("slow report")
    async def report(year: int) -> Any:
        async with await psycopg.AsyncConnection.connect(server) as connection:
            cursor = await connection.execute(sleep if year == 2025 else "SELECT 1")
            return (await cursor.fetchone())[0]

    year, set_year = create_signal(2025)
    shown, dispose = create_root(lambda dispose: (create_async(lambda: report(year())), dispose))
    async with await psycopg.AsyncConnection.connect(server, autocommit=True) as watching:

        async def running() -> int:
            found = await (await watching.execute(RUNNING, (sleep,))).fetchone()
            return int(found[0])

        async with asyncio.timeout(10):
            while await running() == 0:
                await asyncio.sleep(0)
        left = time.monotonic()
        set_year(2026)
        async with asyncio.timeout(10):
            while await running() > 0:
                await asyncio.sleep(0)
        assert time.monotonic() - left < 1
        async with asyncio.timeout(10):
            while shown() != 1:
                await asyncio.sleep(0)
    dispose()
