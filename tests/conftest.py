"""What every test may use: the event loop's kind, and the rule for services that a machine may lack."""

from __future__ import annotations

import os
import shutil

import pytest

# A marker of a test, what it needs, and how to tell that it is there.
NEEDS = {
    "node": ("Node (node on PATH)", lambda: shutil.which("node") is not None),
    "redis": ("a Redis server (WAYFARE_TEST_REDIS)", lambda: bool(os.environ.get("WAYFARE_TEST_REDIS"))),
    "postgres": (
        "a PostgreSQL server (WAYFARE_TEST_POSTGRES)",
        lambda: bool(os.environ.get("WAYFARE_TEST_POSTGRES")),
    ),
    "nats": ("a NATS server (WAYFARE_TEST_NATS)", lambda: bool(os.environ.get("WAYFARE_TEST_NATS"))),
}
# These are part of what CI installs, so that a test which can't find them there has found a fault.
EXPECTED_IN_CI = {"node"}


@pytest.fixture
def anyio_backend() -> str:
    """Wayfare runs on asyncio: its tasks, timers and context are those of the standard library."""
    return "asyncio"


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker, (what, present) in NEEDS.items():
        if item.get_closest_marker(marker) is None or present():
            continue
        if marker in EXPECTED_IN_CI and os.environ.get("CI") == "true":
            pytest.fail(f"This test needs {what}, which CI promises and this machine lacks.", pytrace=False)
        pytest.skip(f"needs {what}")
