from __future__ import annotations

from tests.typing import infer


def test_what_is_typed_also_runs() -> None:
    infer.run()
