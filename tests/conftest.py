"""What every test may use: the event loop's kind, and the rule for services that a machine may lack."""

from __future__ import annotations

import gc
import importlib.util
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import settings

from tests import services

EXAMPLES = Path(__file__).parents[1] / "examples"

# How long an example takes says how busy the machine is.
settings.register_profile("wayfare", deadline=None)
settings.load_profile("wayfare")

# A marker of a test, and why it can't run here, or None.
NEEDS: dict[str, Callable[[], str | None]] = {
    "node": lambda: None if shutil.which("node") is not None else "node is not on PATH",
    "redis": services.redis,
    "postgres": services.postgres,
    "nats": services.nats,
}
# These are part of what CI installs, so that a test which can't find them there has found a fault.
EXPECTED_IN_CI = {"node"}


@pytest.fixture
def anyio_backend() -> str:
    """Wayfare runs on asyncio: its tasks, timers and context are those of the standard library."""
    return "asyncio"


@pytest.fixture
def example(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], ModuleType]]:
    """Loads an example afresh, under a name of its own: several are called main."""

    def load(name: str) -> ModuleType:
        path = EXAMPLES / name / "main.py"
        spec = importlib.util.spec_from_file_location(f"example_{name}", path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, spec.name, module)
        spec.loader.exec_module(module)
        return module

    yield load
    # The names of queries and actions are free again once nobody holds them.
    monkeypatch.undo()
    gc.collect()


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker, missing in NEEDS.items():
        if item.get_closest_marker(marker) is None or (why := missing()) is None:
            continue
        if marker in EXPECTED_IN_CI and os.environ.get("CI") == "true":
            pytest.fail(f"This test needs what CI promises and this machine lacks: {why}.", pytrace=False)
        pytest.skip(why)
