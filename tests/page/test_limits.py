"""The bounds: checked when they are made."""

from __future__ import annotations

from dataclasses import fields

import pytest

from wayfare.errors import UsageError
from wayfare.page import Limits

NAMES = [field.name for field in fields(Limits)]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", [0, -1, None, "5", True, float("nan")])
def test_a_limit_is_a_positive_number(name: str, value: object) -> None:
    with pytest.raises(UsageError, match=name):
        Limits(**{name: value})  # type: ignore[arg-type]


def test_a_limit_that_counts_is_a_whole_number() -> None:
    with pytest.raises(UsageError, match="whole number"):
        Limits(pages_per_worker=1.5)  # type: ignore[arg-type]


def test_times_may_be_fractions() -> None:
    assert Limits(first_render_seconds=0.25).first_render_seconds == 0.25


def test_limits_do_not_change_once_made() -> None:
    with pytest.raises(AttributeError):
        Limits().form_bytes = 1  # type: ignore[misc]
