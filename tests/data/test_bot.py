"""The example that takes orders: examples/bot."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from .conftest import Page

pytestmark = pytest.mark.anyio


@pytest.fixture
def bot(example: Callable[[str], ModuleType]) -> ModuleType:
    return example("bot")


async def test_an_order_is_answered_and_what_runs_out_is_said_once(page: Page, bot: Any) -> None:
    said: list[str] = []
    fetched: list[str] = []
    count = bot.warehouse.count

    async def counted(item: str) -> int:
        fetched.append(item)
        return int(await count(item))

    bot.warehouse.count = counted

    async def ask(line: str) -> str:
        return str(await page.wait(bot.answer(line)))

    stop = page.run(lambda: bot.watch(said.append))
    await page.settle()
    assert said == ["there is enough tea", "there is enough rice"]
    assert await ask("stock") == "4 tea, 9 rice"
    assert fetched == ["tea", "rice"]
    assert await ask("buy 3 tea") == "buy 3 tea: done"
    assert (said[2:], fetched[2:]) == (["tea runs out"], ["tea"])
    assert await ask("buy 1 tea") == "buy 1 tea: done"
    assert await ask("buy 1 tea") == "there is not so much tea"
    assert len(said) == 3
    assert await ask("deliver 5 tea") == "deliver 5 tea: done"
    assert said[3:] == ["there is enough tea"]
    assert await ask("stock") == "5 tea, 9 rice"
    assert await ask("buy tea") == await ask("buy 3 gold") == "buy 3 tea, deliver 5 tea, stock"
    stop()
    assert await ask("buy 1 tea") == "buy 1 tea: done"
    assert (len(said), page.cache.lines['stock["tea"]'].count) == (4, 0)
