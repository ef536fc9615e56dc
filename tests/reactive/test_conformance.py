"""The hand-picked programs give the traces that solid-js gives, apart from the listed differences."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "conformance" / "reactive"


def test_every_listed_difference_has_its_reason() -> None:
    entries = json.loads((FOLDER / "differences.json").read_text())
    assert len({entry["id"] for entry in entries}) == len(entries)
    for entry in entries:
        assert set(entry) == {"id", "title", "upstream", "ours", "reason"}
        assert all(text.strip() for text in entry.values())
    page = (ROOT / "docs" / "reference" / "reactive.md").read_text()
    for entry in entries:
        told = "**{title}.** SolidJS: {upstream} Wayfare: {ours} Why: {reason}".format(**entry)
        assert told in page, f"docs/reference/reactive.md tells {entry['id']!r} in other words"


@pytest.mark.node
@pytest.mark.slow
@pytest.mark.skipif(
    not (FOLDER / "oracle" / "node_modules" / "solid-js").is_dir(),
    reason="solid-js is not installed: python -m conformance.reactive.compare installs it",
)
def test_hand_picked_and_some_random_programs_agree_with_solid() -> None:
    for arguments in ([], ["--random", "160"]):
        done = subprocess.run(
            [sys.executable, "-m", "conformance.reactive.compare", *arguments],
            cwd=ROOT, capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
        assert " compared, " in done.stdout.splitlines()[-1]
