"""Waits for what a page does. A page's policy forbids `eval`, which playwright's own way of it needs."""

from __future__ import annotations

from typing import Any


def wait_until(page: Any, condition: str, *, seconds: float = 10) -> None:
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
