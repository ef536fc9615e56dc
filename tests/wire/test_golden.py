"""The cases in golden/ are run by the test kit's client here, and by the browser's in client/test."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from wayfare.testing.client import Screen

CASES = sorted((Path(__file__).parent / "golden").glob("*.json"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case_ends_in_the_html_it_says(path: Path) -> None:
    case = json.loads(path.read_text("utf-8"))
    screen = Screen(case["html"])
    for frame in case["frames"]:
        assert screen.apply(frame["ops"]) == []
        assert screen.html == frame["html"]


def test_there_are_cases() -> None:
    assert len(CASES) >= 12
