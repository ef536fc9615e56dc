"""What components hold on to of actions; the runs themselves are in test_submissions.py."""

from __future__ import annotations

import pytest

from wayfare.data import action, use_submission, use_submissions

from .conftest import Page

pytestmark = pytest.mark.anyio


async def test_with_no_submission_everything_is_none_and_nothing_happens(page: Page) -> None:
    @action(name="unused")
    async def unused() -> None: ...

    latest, _ = page.mount(lambda: use_submission(unused))
    every, _ = page.mount(lambda: use_submissions(unused))
    assert (latest.input, latest.result, latest.error, latest.pending, latest.url) == (None,) * 5
    assert latest.retry() is None
    latest.clear()
    assert (len(every), list(every), every.pending) == (0, [], False)
