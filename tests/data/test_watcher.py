"""The example that has no page: examples/watcher."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from .conftest import Page

pytestmark = pytest.mark.anyio


@pytest.fixture
def watcher(example: Callable[[str], ModuleType]) -> ModuleType:
    return example("watcher")


async def test_it_says_what_has_changed_and_nothing_else(page: Page, watcher: Any, tmp_path: Path) -> None:
    said: list[str] = []

    async def look() -> None:
        await page.advance(1.0)
        await page.run(lambda: watcher.count_lines(tmp_path))
        await page.settle()

    stop = page.run(lambda: watcher.watch(tmp_path, said.append))
    await look()
    assert said == ["files: none", "lines in all: 0"]
    (tmp_path / "a.txt").write_text("one\ntwo\n")
    await look()
    assert said[2:] == ["files: a.txt", "lines in all: 2"]
    (tmp_path / "a.txt").write_text("three\nfour\n")
    await look()
    assert len(said) == 4
    (tmp_path / "a.txt").write_text("one\n")
    await look()
    assert said[4:] == ["lines in all: 1"]
    stop()
    await page.settle()
