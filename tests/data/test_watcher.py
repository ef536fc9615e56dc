"""The example that has no page: examples/watcher."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from .conftest import Page

pytestmark = pytest.mark.anyio
MAIN = Path(__file__).parents[2] / "examples" / "watcher" / "main.py"


@pytest.fixture
def watcher(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("watcher_example", MAIN)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "watcher_example", module)
    spec.loader.exec_module(module)
    return module


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
