"""What both type checkers make of a user's project, under their strictest settings and nothing of ours."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = Path(__file__).parent / "project"
LINES = list(enumerate((PROJECT / "wrong.py").read_text().splitlines(), 1))

pytestmark = pytest.mark.slow


Check: TypeAlias = Callable[[Path, str], dict[int, str]]


def mypy(folder: Path, file: str) -> dict[int, str]:
    """The errors of mypy, by their lines. It keeps its cache where the settings of ours are not."""
    pytest.importorskip("mypy")
    options = ["--strict", "--no-error-summary", "--config-file=", f"--cache-dir={folder / 'cache'}"]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *options, str(PROJECT / file)],
        env={**os.environ, "MYPYPATH": str(ROOT / "src")},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    found = re.findall(rf"{file}:(\d+): error: (.*)", done.stdout)
    return {int(line): text for line, text in found}


def pyright(folder: Path, file: str) -> dict[int, str]:
    """The errors of pyright, by their lines."""
    pytest.importorskip("pyright")
    settings = folder / "pyrightconfig.json"
    paths = [path for path in sys.path if "site-packages" in path]
    shutil.copy(PROJECT / file, folder)
    settings.write_text(
        json.dumps(
            {
                "typeCheckingMode": "strict",
                "pythonVersion": "3.11",
                "extraPaths": [str(ROOT / "src"), *paths],
            }
        )
    )
    done = subprocess.run(
        [sys.executable, "-m", "pyright", "--outputjson", "--project", str(settings)],
        env={**os.environ, "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    report = json.loads(done.stdout)
    assert report["summary"]["filesAnalyzed"] == 1
    return {
        each["range"]["start"]["line"] + 1: each["message"]
        for each in report["generalDiagnostics"]
        if each["severity"] == "error"
    }


CHECKERS = [
    pytest.param(mypy, id="mypy"),
    pytest.param(pyright, id="pyright", marks=pytest.mark.node),
]


@pytest.mark.parametrize("check", CHECKERS)
def test_a_project_in_strict_mode_has_nothing_to_silence(check: Check, tmp_path: Path) -> None:
    assert check(tmp_path, "main.py") == {}


@pytest.mark.parametrize("check", CHECKERS)
def test_mistakes_are_found_before_anything_runs(check: Check, tmp_path: Path) -> None:
    found = check(tmp_path, "wrong.py")
    marks = ("# wrong", f"# wrong for {check.__name__}")
    assert set(found) == {number for number, line in LINES if line.endswith(marks)}, found
