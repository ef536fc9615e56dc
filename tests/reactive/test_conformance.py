"""The hand-picked programs give the traces that solid-js gives, apart from the listed differences."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from conformance.reactive.compare import Progress, Result
from conformance.reactive.engines import ours
from conformance.reactive.generate import PROFILES, program
from conformance.reactive.interpreter import Interpreter
from conformance.reactive.judge import differences, judge
from conformance.reactive.programs import picked

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "conformance" / "reactive"


def test_every_listed_difference_has_its_reason_and_a_program() -> None:
    entries = differences()
    assert len({entry["id"] for entry in entries}) == len(entries)
    shown = {one.get("difference") for one in picked()} - {None}
    assert shown == {entry["id"] for entry in entries}
    for entry in entries:
        assert set(entry) == {"id", "title", "upstream", "ours", "reason", "mirrored"}
        assert all(str(text).strip() for text in entry.values())


def test_the_page_of_differences_is_made_from_the_list() -> None:
    done = subprocess.run(
        [sys.executable, "scripts/differences.py", "--check"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_programs_from_one_seed_are_the_same_and_cover_every_statement() -> None:
    text = json.dumps([program(1, number) for number in range(2_000)])
    assert text == json.dumps([program(1, number) for number in range(2_000)])
    assert len(PROFILES) == len(set(PROFILES))
    words = {name.removeprefix("do_") for name in dir(Interpreter) if name.startswith("do_")}
    by_hand = {"note", "props", "split", "throw"}
    assert {word for word in words - by_hand if f'["{word}"' not in text} == set()
    assert {word for word in by_hand if f'["{word}"' not in json.dumps(picked())} == set()


TRACE = [["step", 0], ["run", "m"], ["ran", "m", 1]]
OTHER = [["step", 0], ["run", "m"], ["ran", "m", 2]]
GONE = ["gone"]
LOST = ["lost"]


@pytest.mark.parametrize(
    ("theirs", "mine", "difference"),
    [
        (OTHER, TRACE, None),
        ([*OTHER[:2], GONE, *OTHER[2:]], TRACE, "disposed-runs"),
        ([GONE, *OTHER], TRACE, None),
        ([TRACE[0], GONE, *TRACE[1:], *TRACE[1:], ["step", 1]], [*TRACE, ["step", 1]], "disposed-runs"),
        ([TRACE[0], GONE, *TRACE[1:], *TRACE[1:], ["step", 1]], [*TRACE, ["step", 2]], None),
        ([*OTHER, GONE], TRACE, None),
        ([*OTHER[:2], LOST, *OTHER[2:]], TRACE, "lost-list"),
        ([LOST, *OTHER], TRACE, None),
        ([*OTHER, LOST], TRACE, None),
        ([["threw", "Maximum call stack size exceeded"]], [["threw", "a -> b -> a"]], "endless"),
        ([["threw", "Maximum call stack size exceeded"]], [["threw", "no"]], None),
        ([*OTHER, ["threw", "Maximum call stack size exceeded"]], [*TRACE, ["threw", "a -> b -> a"]], None),
        (
            [*[["cleanup", "c"]] * 9, ["threw", "Maximum call stack size exceeded"]],
            [["cleanup", "c"]],
            "endless",
        ),
        ([*[["cleanup", "c"]] * 9, ["threw", "no"]], [["cleanup", "c"]], None),
        (
            [*[["cleanup", "c"]] * 9, OTHER[2], ["threw", "Maximum call stack size exceeded"]],
            [["cleanup", "c"]],
            None,
        ),
    ],
)
def test_a_difference_is_excused_only_where_it_begins(
    theirs: list[list[object]], mine: list[list[object]], difference: str | None
) -> None:
    parting = judge({"id": "1/0/graph", "steps": []}, theirs, mine)
    assert parting is not None
    assert parting.difference == difference


def test_what_upstream_notes_is_no_difference() -> None:
    assert judge({"id": "1/0/graph", "steps": []}, [LOST, *TRACE, GONE], TRACE) is None


def test_computations_of_one_name_are_told_apart() -> None:
    inner = ["render", "inner", [["return", ["r", "s"]]]]
    steps = [["signal", "s", 1], ["memo", "outer", [inner, inner, ["return", ["r", "s"]]]], ["set", "s", 2]]
    [trace] = ours([{"id": "told", "steps": steps}])
    assert [name for kind, name, *_ in trace if kind == "run"] == [
        "outer", "inner", "inner#2",
        "outer", "inner#3", "inner#4",
    ]  # fmt: skip


def test_a_long_run_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    path = tmp_path / "progress"
    first = Progress(path)
    first.note("1/0-499/graph", Result(500, Counter({"endless": 2}), ["1/7/graph"]))
    assert Progress(path).done == {"1/0-499/graph": Result(500, Counter({"endless": 2}), ["1/7/graph"])}
    assert Progress(None).done == {}


@pytest.mark.node
@pytest.mark.slow
@pytest.mark.skipif(
    not (FOLDER / "oracle" / "node_modules" / "solid-js").is_dir(),
    reason="solid-js is not installed: python -m conformance.reactive.compare installs it",
)
def test_hand_picked_and_some_random_programs_agree_with_solid() -> None:
    for arguments in ([], ["--random", "220"]):
        done = subprocess.run(
            [sys.executable, "-m", "conformance.reactive.compare", *arguments],
            cwd=ROOT, capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
        assert " compared, " in done.stdout.splitlines()[-1]
