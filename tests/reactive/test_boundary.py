"""Error boundaries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from reactive_program import Answers, Program

from wayfare.reactive import (
    create_effect,
    create_error_boundary,
    create_memo,
    create_render_effect,
    create_resource,
    create_root,
    create_signal,
    create_suspense,
    reset_error_boundaries,
)


def test_the_fallback_shows_the_error_until_a_reset() -> None:
    count, set_count = create_signal(1)
    log: list[object] = []
    resets: list[Callable[[], None]] = []

    def fallback(error: Exception, reset: Callable[[], None]) -> Any:
        resets.append(reset)
        return lambda: f"sorry: {error}"

    def build() -> None:
        view = create_error_boundary(lambda: create_memo(lambda: 10 // count()), fallback)
        create_render_effect(lambda: log.append(view()()))

    create_root(build)
    set_count(0)
    set_count(2)
    resets[0]()
    assert log == [10, "sorry: integer division or modulo by zero", 5]


def test_a_fallback_may_take_less() -> None:
    for fallback in (lambda: "a", lambda error: "a", lambda error, reset: "a"):  # noqa: ARG005
        assert create_root(lambda f=fallback: create_error_boundary(lambda: 1 // 0, f))() == "a"


def test_an_error_in_the_fallback_goes_to_the_boundary_above() -> None:
    def inner() -> Any:
        return create_error_boundary(lambda: 1 // 0, lambda: [][0])

    view = create_root(lambda: create_error_boundary(inner, lambda error: f"outer: {error}"))
    assert view() == "outer: list index out of range"


def test_errors_of_effects_inside_show_too() -> None:
    def content() -> str:
        create_effect(lambda: 1 // 0)
        return "content"

    view = create_root(lambda: create_error_boundary(content, lambda error: type(error).__name__))
    assert view() == "ZeroDivisionError"


@pytest.mark.anyio
async def test_async_errors_and_resetting_all(program: Program, answers: Answers) -> None:
    def build() -> Any:
        resource, actions = create_resource(lambda: "a", answers.fetch)
        view = create_error_boundary(
            lambda: create_suspense(lambda: create_memo(resource), lambda: lambda: "..."),
            lambda error: lambda: lambda: f"sorry: {error}",
        )
        return view, actions

    view, actions = program.root(build)
    assert view()()() == "..."
    await answers.give("a", ValueError("no"))
    assert view()()() == "sorry: no"
    actions.refetch()
    reset_error_boundaries(program.scope)
    await answers.give("a", 5)
    assert view()()() == 5
