"""What is typed also runs; that the types are so is for mypy and pyright to say."""

from __future__ import annotations

from . import infer


def test_what_is_typed_also_runs() -> None:
    infer.run()
