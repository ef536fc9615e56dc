"""What the tests of the reactive core share."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

# Tests are imported by path (importlib mode): the helper module beside them is made importable once, by name.
_spec = importlib.util.spec_from_file_location("reactive_program", Path(__file__).with_name("program.py"))
assert _spec is not None
assert _spec.loader is not None
_module = importlib.util.module_from_spec(_spec)
sys.modules.setdefault("reactive_program", _module)
_spec.loader.exec_module(_module)


@pytest.fixture
def program() -> Iterator[_module.Program]:
    made = _module.Program()
    yield made
    made.close()


@pytest.fixture
def answers() -> _module.Answers:
    return _module.Answers()
