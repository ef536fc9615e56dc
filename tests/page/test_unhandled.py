"""What fails after the first render, with no boundary around it, is told, and hurts nobody else."""

from __future__ import annotations

import logging

import pytest

from wayfare import App, Route, Router, component, create_async, create_signal, query
from wayfare.html import Node, button, div, p
from wayfare.testing import open_page


@pytest.mark.anyio
async def test_a_fetch_that_fails_after_a_navigation_is_logged_with_its_component_and_told(
    caplog: pytest.LogCaptureFixture,
) -> None:
    @query("fails-later")
    async def fails() -> str:
        raise ValueError("the database is gone")

    @component
    def Detail() -> Node:
        data = create_async(fails)
        return p[lambda: data()]

    app = App(
        lambda: Router[Route(path="/", component=lambda: p["home"]), Route(path="/b", component=Detail)],
        secret="s" * 40,
    )
    async with open_page(app) as page:
        with caplog.at_level(logging.ERROR, "wayfare"):
            await page.navigate("/b")
        assert any("the database is gone" in record.getMessage() for record in caplog.records)
        assert "Detail" in caplog.text
        assert [code for code, _ in page.notices] == ["error"]
        await page.navigate("/")
        assert page.text == "home"


@pytest.mark.anyio
async def test_a_reader_that_raises_in_one_page_reaches_neither_the_others_nor_who_revalidates(
    caplog: pytest.LogCaptureFixture,
) -> None:
    numbers = iter(range(10))

    @query("shared-number", scope="app")
    async def number() -> int:
        return next(numbers)

    @component
    def Numbers() -> Node:
        value = create_async(number)
        picky, set_picky = create_signal(False)

        def shown() -> str:
            if picky() and value() > 0:
                raise RuntimeError("too large for me")
            return str(value())

        return div[button(on_click=lambda: set_picky(True))["picky"], p[shown]]

    app = App(lambda: Router[Route(path="/", component=Numbers)], secret="s" * 40)
    async with open_page(app) as first, open_page(app) as second:
        await first.click("button")
        with caplog.at_level(logging.ERROR, "wayfare"):
            await app.revalidate(number.key)
            await first.settled()
            await second.settled()
        assert second.get("p").text == "1"
        assert [code for code, _ in first.notices] == ["error"]
        assert second.notices == []
        assert "Numbers" in caplog.text
