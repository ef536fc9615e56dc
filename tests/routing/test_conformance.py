"""Some of the published router's answers, held without Node: conformance/golden.

`python conformance/compare.py` asks the router itself, as many questions as one likes.
"""

from __future__ import annotations

import ast
import json
import logging
import re
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

CONFORMANCE = Path(__file__).parents[2] / "conformance"


def golden(name: str) -> list[Any]:
    lines = (CONFORMANCE / "golden" / name).read_text().split("\n")
    return [json.loads(line) for line in lines if line]


@pytest.fixture(scope="module", autouse=True)
def beside_it() -> Iterator[None]:
    """The conformance suite's modules lie beside each other and are found by their names."""
    before = set(sys.modules)
    sys.path.insert(0, str(CONFORMANCE))
    level = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
    logging.disable(level)
    sys.path.remove(str(CONFORMANCE))
    for name in set(sys.modules) - before:
        file = getattr(sys.modules[name], "__file__", None) or ""
        if Path(file).parent == CONFORMANCE:
            del sys.modules[name]


@pytest.mark.filterwarnings("ignore")
def test_vectors_differ_only_where_it_is_listed() -> None:
    import adapter
    import differences

    left: list[Any] = []
    for each in golden("vectors.jsonl"):
        ours = json.loads(json.dumps(adapter.answer(each["req"])))
        same = differences.agree(each["ans"], ours)
        if not same and differences.explain(each["req"], each["ans"], ours) is None:
            left.append(each["req"])
    assert left == []


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("each", golden("scenarios.jsonl"), ids=lambda each: each["req"]["id"])
def test_scenarios_leave_the_same_trace(each: Any) -> None:
    import differences
    import scenario
    import traces

    req = each["req"]
    kind = req.get("router", "memory")
    expected = traces.canonical(each["ans"]["trace"], kind)
    found = traces.canonical(scenario.run_scenario(req)["trace"], kind)
    listed = {name for entry in differences.load() for name in entry.get("scenarios", ())}
    assert (found == expected) is (req["id"] not in listed)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("each", golden("mirrored.jsonl"), ids=lambda each: each["req"]["id"])
def test_what_differs_in_random_scenarios_goes_away_with_the_mirror_that_is_named(each: Any) -> None:
    import compare
    import differences
    import mirrors
    import traces

    req = each["req"]
    [entry] = [
        one for one in differences.load() if req["id"] == f"router-{one.get('random')}".replace("/", "-")
    ]
    expected = traces.canonical(each["ans"]["trace"], req.get("router", "memory"))
    assert compare.played(req) != expected
    assert mirrors.explain(lambda: compare.played(req) == expected) == entry["mirror"]


def test_a_difference_of_the_core_is_on_its_list() -> None:
    import differences

    core = json.loads((CONFORMANCE / "reactive" / "differences.json").read_text())
    named = {name for entry in differences.load() for name in entry.get("core", ())}
    assert named
    assert named <= {entry["id"] for entry in core}


def test_every_listed_difference_has_a_reason() -> None:
    import differences

    assert all(entry["reason"] for entry in differences.load())


def test_each_scenario_written_by_hand_is_run_by_one_comparison() -> None:
    import compare

    text = (CONFORMANCE / "oracle" / "scenarios.src.mjs").read_text()
    named = re.findall(r'^add\("([\w-]+)"', text, re.M)
    assert len(named) == 85
    of_data = re.search(r"^KINDS = (.*)$", (CONFORMANCE / "data" / "compare.py").read_text(), re.M)
    assert of_data is not None
    assert ast.literal_eval(of_data[1]) == compare.DATA_LAYER
    held = {each["req"]["id"] for each in golden("scenarios.jsonl")}
    assert held == {name for name in named if not name.startswith(compare.DATA_LAYER)}
