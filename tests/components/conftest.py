"""A page for the tests of components."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from .router_page import Page


@pytest.fixture
async def open_page() -> AsyncIterator[Callable[[str], Page]]:
    """Pages that are closed when the test ends."""
    pages: list[Page] = []

    def make(url: str = "/") -> Page:
        pages.append(Page(url))
        return pages[-1]

    yield make
    for page in pages:
        await page.close()
