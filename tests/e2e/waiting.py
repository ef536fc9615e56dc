"""Waits for what a page does. A page's policy forbids `eval`, which playwright's own way of it needs."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from tests.e2e.serving import PATIENCE

COMES_BACK_MS = 120_000
"""Longer than the longest pause between two tries of a client to connect: a server that took some seconds to
start again, as on a machine with much to do, is found only after a pause of as many."""


def connected(page: Any, state: str = "live") -> None:
    """Waits until the page says so of its connection."""
    expect(page.locator("html")).to_have_attribute("data-wayfare", state, timeout=COMES_BACK_MS)


def wait_until(page: Any, condition: str, *, seconds: float = PATIENCE) -> None:
    """Returns once `condition`, an expression of JavaScript, is true; looks at every frame."""
    page.evaluate(
        f"""() => new Promise((done, fail) => {{
            const end = performance.now() + {seconds * 1000};
            const look = () => {{
                if ({condition}) done();
                else if (performance.now() > end) fail(new Error({condition!r} + " did not come true"));
                else requestAnimationFrame(look);
            }};
            look();
        }})"""
    )
