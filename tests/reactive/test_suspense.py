"""Suspense boundaries: the content stays alive behind the fallback, and its effects wait."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from reactive_program import Answers, Program, settle

from wayfare.reactive import (
    create_effect,
    create_memo,
    create_render_effect,
    create_resource,
    create_signal,
    create_suspense,
    create_suspense_list,
    on_cleanup,
    start_transition,
    suspense_context,
    use_context,
)

pytestmark = pytest.mark.anyio


async def test_the_content_is_made_once_and_the_fallback_each_time(
    program: Program, answers: Answers
) -> None:
    log: list[str] = []

    def build() -> Any:
        resource, actions = create_resource(lambda: "a", answers.fetch)

        def content() -> Any:
            log.append("content")
            create_effect(lambda: log.append("effect") or resource())
            return create_memo(lambda: f"<{resource()}>")

        def fallback() -> Any:
            log.append("fallback")
            on_cleanup(lambda: log.append("fallback gone"))
            return lambda: "..."

        view = create_suspense(content, fallback)
        create_render_effect(lambda: log.append(view()()))
        return actions

    actions = program.root(build)
    assert log == ["content", "fallback", "..."]
    await answers.give("a", 1)
    actions.refetch()
    await answers.give("a", 2)
    assert log == [
        *("content", "fallback", "..."),
        *("fallback gone", "<1>", "effect"),
        *("fallback", "..."),
        *("fallback gone", "<2>", "effect"),
    ]


async def test_two_that_wait_are_both_waited_for(program: Program, answers: Answers) -> None:
    def build() -> Any:
        one, _ = create_resource(lambda: "a", answers.fetch)
        two, _ = create_resource(lambda: "b", answers.fetch)
        return create_suspense(lambda: create_memo(lambda: one() + two()), lambda: lambda: "...")

    view = program.root(build)
    await answers.give("a", 1)
    assert view()() == "..."
    await answers.give("b", 2)
    assert view()() == 3


async def test_an_inner_boundary_keeps_the_outer_ones_content(program: Program, answers: Answers) -> None:
    def build() -> Any:
        inside, _ = create_resource(lambda: "in", answers.fetch)

        def outer() -> Any:
            return create_suspense(lambda: create_memo(inside), lambda: lambda: "inner waits")

        return create_suspense(outer, lambda: lambda: lambda: "outer waits")

    view = program.root(build)
    assert view()()() == "inner waits"
    await answers.give("in", "here")
    assert view()()() == "here"


async def test_a_reader_that_goes_is_waited_for_no_more(program: Program, answers: Answers) -> None:
    on, turn = create_signal(True)

    def build() -> Any:
        def content() -> Any:
            def part() -> Any:
                if not on():
                    return "nothing"
                resource, _ = create_resource(lambda: "a", answers.fetch)
                return create_memo(resource)

            return create_memo(part)

        return create_suspense(content, lambda: lambda: "...")

    view = program.root(build)
    assert view()() == "..."
    turn(False)
    assert view()() == "nothing"


async def test_a_component_that_reads_in_its_body_is_made_again(program: Program, answers: Answers) -> None:
    made: list[object] = []

    def build() -> Any:
        resource, _ = create_resource(lambda: "a", answers.fetch)

        def content() -> str:
            made.append("begin")
            text = f"<{resource()}>"
            made.append(text)
            return text

        return create_suspense(content, lambda: "...")

    view = program.root(build)
    assert view() == "..."
    await answers.give("a", 1)
    assert view() == "<1>"
    assert made == ["begin", "begin", "<1>"]


async def test_the_fallback_stays_for_what_a_transition_holds(program: Program, answers: Answers) -> None:
    """One of two values is fetched anew in a transition, which waits for something else; the other comes."""

    def build() -> Any:
        which, set_which = create_signal("a")
        slow, set_slow = create_signal("s1")
        first, _ = create_resource(which, answers.fetch)
        second, _ = create_resource(lambda: "b", answers.fetch)
        third, _ = create_resource(slow, answers.fetch)
        around = create_suspense(lambda: create_memo(third), lambda: lambda: "...")
        view = create_suspense(lambda: create_memo(lambda: f"<{first()} {second()}>"), lambda: lambda: "...")
        shown: list[object] = []
        create_render_effect(lambda: shown.append(view()()))

        def change() -> None:
            set_which("a2")
            set_slow("s2")

        return around, change, shown

    _, change, shown = program.root(build)
    await answers.give("s1", 1)
    done = start_transition(change, scope=program.scope)
    await settle()
    await answers.give("a2", 2)
    await answers.give("b", 3)
    assert shown == ["..."]
    await answers.give("s2", 4)
    assert (done.done, shown) == (True, ["...", "<2 3>"])


def build_list(answers: Answers, order: Any, tail: Any, views: list[Callable[[], Any]]) -> None:
    def member(name: str) -> None:
        resource, _ = create_resource(lambda: name, answers.fetch, name=name)
        shown = create_suspense(lambda: create_memo(resource), lambda: lambda: f"{name}...")
        views.append(lambda: (lambda got: got() if callable(got) else got)(shown()))

    create_suspense_list(lambda: [member(name) for name in "abc"], reveal_order=order, tail=tail)


@pytest.mark.parametrize(
    ("order", "tail", "before", "between"),
    [
        ("forwards", None, ["a...", "b...", "c..."], ["a...", "b...", "c..."]),
        ("forwards", "collapsed", ["a...", None, None], ["a...", None, None]),
        ("forwards", "hidden", [None, None, None], [None, None, None]),
        ("backwards", None, ["a...", "b...", "c..."], ["a...", "b...", "C"]),
        ("together", None, ["a...", "b...", "c..."], ["a...", "b...", "c..."]),
    ],
)
async def test_lists_reveal_in_order(
    program: Program, answers: Answers, order: Any, tail: Any, before: list[Any], between: list[Any]
) -> None:
    views: list[Callable[[], Any]] = []
    program.root(lambda: build_list(answers, order, tail, views))
    assert [view() for view in views] == before
    await answers.give("c", "C")
    assert [view() for view in views] == between
    await answers.give("a", "A")
    await answers.give("b", "B")
    assert [view() for view in views] == ["A", "B", "C"]


async def test_the_boundary_is_in_the_context(program: Program) -> None:
    found: list[Any] = []
    program.root(
        lambda: create_suspense(
            lambda: found.append(use_context(suspense_context)), lambda: None, name="main"
        )
    )
    assert repr(found[0]) == "<SuspenseBoundary main: 0 waiting>"
    assert found[0].resolved
