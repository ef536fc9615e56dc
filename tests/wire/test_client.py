"""Runs the browser client's own tests, which play a server to it in jsdom."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

CLIENT = Path(__file__).resolve().parents[2] / "client"
NODE = shutil.which("node")
NPM = shutil.which("npm")

pytestmark = [
    pytest.mark.skipif(NODE is None, reason="node is not on PATH"),
    pytest.mark.skipif(
        not (CLIENT / "node_modules").is_dir(),
        reason="the client's tools are not installed: run scripts/client",
    ),
]


def run(*command: str) -> None:
    done = subprocess.run(command, cwd=CLIENT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]


def test_the_client_passes_its_tests() -> None:
    assert NODE is not None
    run(NODE, "--test", *(str(path) for path in sorted((CLIENT / "test").glob("*.test.js"))))


def test_the_types_in_the_comments_hold() -> None:
    assert NODE is not None
    run(NODE, "node_modules/typescript/bin/tsc")


def test_the_file_that_browsers_get_is_built_from_these_sources() -> None:
    assert NPM is not None
    run(NPM, "run", "--silent", "current")
