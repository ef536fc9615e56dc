"""A page for the tests of components."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from .router_page import Page


@pytest.fixture
async def open_mounted() -> AsyncIterator[Callable[[str, str], Page]]:
    """Pages of an app that is mounted under a path; they are closed when the test ends."""
    pages: list[Page] = []

    def make(url: str, root_path: str) -> Page:
        pages.append(Page(url, root_path))
        return pages[-1]

    yield make
    for page in pages:
        await page.close()


@pytest.fixture
def open_page(open_mounted: Callable[[str, str], Page]) -> Callable[[str], Page]:
    """Pages that are closed when the test ends."""

    def make(url: str = "/") -> Page:
        return open_mounted(url, "")

    return make
