from __future__ import annotations

import asyncio

import pytest

from wayfare.reactive import create_memo, create_render_effect, create_resource, create_root, create_suspense


@pytest.mark.anyio
async def test_the_comparison_of_a_memo_never_sees_a_value_it_did_not_have() -> None:
    arrived = asyncio.Event()
    seen: list[object] = []

    async def fetch() -> str:
        await arrived.wait()
        return "Ann"

    def content() -> str:
        user, _ = create_resource(fetch)
        pair = create_memo(lambda: (user(), 1), equals=lambda a, b: a[0] == b[0])
        create_render_effect(lambda: seen.append(pair()))
        return "content"

    dispose = create_root(lambda dispose: (create_suspense(content, lambda: "fallback"), dispose)[1])
    assert seen == []
    arrived.set()
    for _ in range(5):
        await asyncio.sleep(0)
    assert seen == [("Ann", 1)]
    dispose()
