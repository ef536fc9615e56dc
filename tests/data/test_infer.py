from __future__ import annotations

import pytest

from . import infer

pytestmark = pytest.mark.anyio


async def test_what_is_typed_also_runs() -> None:
    await infer.run()
