"""Transitions: the next state is computed while the present one stays, and takes its place all at once."""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable
from typing import Any

import pytest
from reactive_program import Answers, Program, settle

from wayfare._world import AsyncioWorld
from wayfare.reactive import (
    Scope,
    create_effect,
    create_memo,
    create_owner,
    create_render_effect,
    create_resource,
    create_root,
    create_signal,
    create_store,
    create_suspense,
    dispose,
    map_array,
    on_cleanup,
    reconcile,
    run_with_owner,
    start_transition,
    transition_running,
    untrack,
    use_transition,
)

pytestmark = pytest.mark.anyio


def page(answers: Answers, log: list[object]) -> tuple[Callable[[], Any], Any]:
    """A page with one boundary that shows a resource: gives its view, and the setter of what it shows."""
    name, set_name = create_signal("a")

    def content() -> Any:
        resource, _ = create_resource(name, answers.fetch)
        return create_memo(lambda: f"{name()}:{resource()}")

    view = create_suspense(content, lambda: lambda: "...")
    create_render_effect(lambda: log.append(view()()))
    return view, set_name


async def test_what_is_shown_stays_until_everything_is_there(program: Program, answers: Answers) -> None:
    log: list[object] = []
    _, set_name = program.root(lambda: page(answers, log))
    await answers.give("a", 1)
    done = start_transition(lambda: set_name("b"), scope=program.scope)
    await settle()
    assert log == ["...", "a:1"]
    assert not done.done
    await answers.give("b", 2)
    assert log == ["...", "a:1", "b:2"]
    await done


async def test_with_nothing_to_wait_for_it_commits_in_the_next_turn(program: Program) -> None:
    count, set_count = create_signal(0)
    seen: list[int] = []
    program.root(lambda: create_effect(lambda: seen.append(count())))
    done = start_transition(lambda: set_count(1), scope=program.scope)
    assert seen == [0]
    await done
    assert seen == [0, 1]


async def test_pure_computations_run_inside_and_effects_at_the_commit(
    program: Program, answers: Answers
) -> None:
    log: list[object] = []
    _, set_name = program.root(lambda: page(answers, []))
    count, set_count = create_signal(0)

    def build() -> Any:
        double = create_memo(lambda: log.append(("memo", count(), transition_running())) or count() * 2)
        create_effect(lambda: log.append(("effect", double(), transition_running())))
        return double

    double = create_root(build, scope=program.scope)
    await answers.give("a", 1)
    log.clear()
    start_transition(lambda: (set_name("b"), set_count(1)), scope=program.scope)
    await settle()
    assert log == [("memo", 1, True)]
    assert (count(), double()) == (0, 0)
    await answers.give("b", 2)
    assert log == [("memo", 1, True), ("effect", 2, False)]
    assert (count(), double()) == (1, 2)


async def test_an_urgent_write_shows_at_once_and_is_kept(program: Program, answers: Answers) -> None:
    _, set_name = program.root(lambda: page(answers, []))
    count, set_count = create_signal(0)
    seen: list[int] = []
    create_root(lambda: create_effect(lambda: seen.append(count())), scope=program.scope)
    await answers.give("a", 1)
    start_transition(lambda: (set_name("b"), set_count(lambda n: n + 10)), scope=program.scope)
    await settle()
    set_count(5)
    assert seen == [0, 5]
    await answers.give("b", 2)
    assert seen[-1] == 5


async def test_an_urgent_write_reaches_what_was_made_inside(program: Program, answers: Answers) -> None:
    log: list[object] = []
    count, set_count = create_signal(0)
    shown, show = create_signal(False)

    def build() -> Any:
        def content() -> Any:
            def part() -> Any:
                if not shown():
                    return lambda: "old"
                resource, _ = create_resource(lambda: "new", answers.fetch)
                return create_memo(lambda: f"{count()} {resource()}")

            return create_memo(part)

        view = create_suspense(content, lambda: lambda: lambda: "...")
        create_render_effect(lambda: log.append(view()()()))

    program.root(build)
    start_transition(lambda: show(True), scope=program.scope)
    await settle()
    set_count(7)
    assert log == ["old"]
    await answers.give("new", "new")
    assert log == ["old", "7 new"]


async def test_what_an_urgent_run_made_does_not_run_inside(program: Program, answers: Answers) -> None:
    runs: list[str] = []

    def build() -> tuple[Any, Any, Any]:
        _, set_name = page(answers, [])
        first, set_first = create_signal(0)
        second, set_second = create_signal(0)

        def owner() -> int:
            create_memo(lambda: runs.append(f"{first()}{second()}"))
            return first()

        create_memo(owner)
        return set_name, set_first, set_second

    set_name, set_first, set_second = program.root(build)
    await answers.give("a", 1)
    start_transition(lambda: (set_name("b"), set_first(1)), scope=program.scope)
    await settle()
    set_first(2)
    await settle()
    runs.clear()
    start_transition(lambda: set_second(3), scope=program.scope)
    await settle()
    assert runs == ["23"]
    await answers.give("b", 2)
    assert runs == ["23"]


async def test_nor_does_what_it_made_under_something_that_is_gone_inside(
    program: Program, answers: Answers
) -> None:
    runs: list[str] = []

    def build() -> tuple[Any, Any, Any, Any]:
        _, set_name = page(answers, [])
        first, set_first = create_signal(0)
        second, set_second = create_signal(0)
        third, set_third = create_signal(0)

        def part() -> int:
            create_memo(lambda: runs.append(f"{first()}{second()}{third()}"))
            return third()

        create_memo(lambda: (first(), create_memo(part)))
        return set_name, set_first, set_second, set_third

    set_name, set_first, set_second, set_third = program.root(build)
    await answers.give("a", 1)
    start_transition(lambda: (set_name("b"), set_first(1)), scope=program.scope)
    await settle()
    set_third(2)
    await settle()
    runs.clear()
    start_transition(lambda: set_second(3), scope=program.scope)
    await settle()
    assert runs == ["132"]
    await answers.give("b", 2)
    assert runs == ["132"]


async def test_items_that_a_transition_drops_can_be_read_until_the_commit(
    program: Program, answers: Answers
) -> None:
    store, set_store = create_store({"rows": [1, 2, 3, 4]})
    _, set_name = program.root(lambda: page(answers, []))
    await answers.give("a", 1)
    start_transition(lambda: (set_name("b"), set_store("rows", reconcile([1]))), scope=program.scope)
    await settle()
    assert list(store["rows"]) == [1, 2, 3, 4]
    assert store["rows"][3] == 4
    await answers.give("b", 2)
    assert list(store["rows"]) == [1]


async def test_cleanups_of_what_is_shown_wait_for_the_commit(program: Program, answers: Answers) -> None:
    log: list[str] = []
    _, set_name = program.root(lambda: page(answers, []))
    count, set_count = create_signal(0)

    def memo() -> int:
        value = count()
        on_cleanup(lambda: log.append(f"clean {value}"))
        create_memo(lambda: on_cleanup(lambda: log.append(f"clean inner {value}")))
        return value

    create_root(lambda: create_memo(memo), scope=program.scope)
    await answers.give("a", 1)
    start_transition(lambda: (set_name("b"), set_count(1)), scope=program.scope)
    await settle()
    assert log == []
    await answers.give("b", 2)
    assert log == ["clean inner 0", "clean 0"]


async def test_rows_that_go_stay_alive_until_the_commit(program: Program, answers: Answers) -> None:
    log: list[str] = []
    _, set_name = program.root(lambda: page(answers, []))
    items, set_items = create_signal([1, 2])
    tick, set_tick = create_signal(0)

    def row(item: int) -> int:
        on_cleanup(lambda: log.append(f"gone {item}"))
        create_effect(lambda: log.append(f"{item} at {tick()}"))
        return item

    rows = create_root(lambda: create_memo(map_array(items, row)), scope=program.scope)
    await answers.give("a", 1)
    log.clear()
    start_transition(lambda: (set_name("b"), set_items([2, 3])), scope=program.scope)
    await settle()
    assert rows() == [1, 2]
    set_tick(1)
    assert log == ["1 at 1", "2 at 1"]
    await answers.give("b", 2)
    assert rows() == [2, 3]
    assert log == ["1 at 1", "2 at 1", "gone 1", "3 at 1"]
    set_tick(2)
    assert log[-2:] == ["2 at 2", "3 at 2"]


async def test_an_owner_disposed_of_inside_goes_at_the_commit(program: Program, answers: Answers) -> None:
    log: list[str] = []
    _, set_name = program.root(lambda: page(answers, []))
    owner = create_root(lambda: create_owner(name="card"), scope=program.scope)
    run_with_owner(owner, lambda: on_cleanup(lambda: log.append("gone")))
    await answers.give("a", 1)
    start_transition(lambda: (set_name("b"), dispose(owner)), scope=program.scope)
    await settle()
    assert log == []
    await answers.give("b", 1)
    assert log == ["gone"]
    assert owner.disposed


async def test_later_ones_join_and_end_together(program: Program, answers: Answers) -> None:
    log: list[object] = []
    _, set_name = program.root(lambda: page(answers, log))
    await answers.give("a", 1)
    first = start_transition(lambda: set_name("b"), scope=program.scope)
    await settle()
    second = start_transition(lambda: set_name("c"), scope=program.scope)
    await settle()
    assert answers.cancelled == ["b"]
    assert not first.done
    await answers.give("c", 3)
    assert log == ["...", "a:1", "c:3"]
    await first
    await second


async def test_what_only_the_present_state_reads_runs_nothing_inside(
    program: Program, answers: Answers
) -> None:
    choice, set_choice = create_signal("first")
    first, set_first = create_signal(1)
    runs: list[tuple[bool, int]] = []

    def build() -> tuple[Any, Callable[[], int]]:
        _, set_name = page(answers, [])
        doubled = create_memo(lambda: 2 * first())

        def chosen() -> int:
            found = first() + doubled() if choice() == "first" else 0
            runs.append((transition_running(), found))
            return found

        return set_name, create_memo(chosen)

    set_name, memo = program.root(build)
    await answers.give("a", 1)
    start_transition(lambda: (set_choice("none"), set_name("b")), scope=program.scope)
    await settle()
    assert runs == [(False, 3), (True, 0)]
    start_transition(lambda: set_first(5), scope=program.scope)
    await settle()
    assert runs == [(False, 3), (True, 0)]
    set_first(10)
    await settle()
    assert (False, 30) in runs
    assert memo() == 30
    await answers.give("b", 2)
    assert memo() == 0


async def test_scopes_do_not_wait_for_each_other(program: Program, answers: Answers) -> None:
    other_answers = Answers()
    other = Scope(AsyncioWorld(), "other")
    log: list[object] = []
    other_log: list[object] = []
    _, set_name = program.root(lambda: page(answers, log))
    _, set_other = create_root(lambda: page(other_answers, other_log), scope=other)
    await answers.give("a", 1)
    await other_answers.give("a", 1)
    start_transition(lambda: set_name("b"), scope=program.scope)
    start_transition(lambda: set_other("b"), scope=other)
    await settle()
    await other_answers.give("b", 2)
    assert other_log[-1] == "b:2"
    assert log[-1] == "a:1"
    await answers.give("b", 2)
    assert log[-1] == "b:2"
    other.close()


async def test_a_new_boundary_does_not_hold_it_up(program: Program, answers: Answers) -> None:
    log: list[object] = []
    shown, show = create_signal(False)

    def inner() -> Any:
        resource, _ = create_resource(lambda: "x", answers.fetch)
        return create_suspense(lambda: create_memo(resource), lambda: lambda: "inner waits")

    def build() -> None:
        view = create_suspense(
            lambda: create_memo(lambda: inner() if shown() else (lambda: lambda: "old")),
            lambda: lambda: lambda: lambda: "...",
        )
        create_render_effect(lambda: log.append(view()()()()))

    program.root(build)
    start_transition(lambda: show(True), scope=program.scope)
    await settle()
    await answers.give("x", "new")
    assert log == ["old", "inner waits", "new"]


async def test_pending_is_true_while_it_lasts(program: Program, answers: Answers) -> None:
    seen: list[bool] = []

    def build() -> Any:
        _, set_name = page(answers, [])
        pending, start = use_transition()
        create_effect(lambda: seen.append(pending()))
        return set_name, start

    set_name, start = program.root(build)
    await answers.give("a", 1)
    start(lambda: set_name("b"))
    await settle()
    await answers.give("b", 2)
    assert seen == [False, True, False]


async def test_an_effect_that_owns_computations_is_held_back(program: Program, answers: Answers) -> None:
    log: list[str] = []
    _, set_name = program.root(lambda: page(answers, []))
    count, set_count = create_signal(0)

    def effect() -> None:
        log.append(f"effect {count()}")
        create_memo(lambda: log.append(f"memo {count()}"))

    create_root(lambda: create_effect(effect), scope=program.scope)
    await answers.give("a", 1)
    log.clear()
    start_transition(lambda: (set_name("b"), set_count(1)), scope=program.scope)
    await settle()
    assert log == []
    await answers.give("b", 2)
    assert log == ["effect 1", "memo 1"]


async def test_an_error_in_the_function_is_raised_to_who_awaits(program: Program) -> None:
    def fails() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await start_transition(fails, scope=program.scope)
    count, set_count = create_signal(0)
    await start_transition(lambda: set_count(1), scope=program.scope)
    assert count() == 1


async def test_an_error_that_nobody_awaits_is_logged(
    program: Program, caplog: pytest.LogCaptureFixture
) -> None:
    def fails() -> None:
        raise ValueError("no")

    with caplog.at_level(logging.ERROR, "wayfare.reactive"):
        start_transition(fails, scope=program.scope)
        await settle()
        gc.collect()
    assert "nobody awaited" in caplog.text


async def test_inside_a_transition_another_one_runs_at_once(program: Program) -> None:
    log: list[str] = []

    def outer() -> None:
        start_transition(lambda: log.append("inner"), scope=program.scope)
        log.append("outer")

    await start_transition(outer, scope=program.scope)
    assert log == ["inner", "outer"]


async def test_closing_the_scope_ends_it(program: Program, answers: Answers) -> None:
    log: list[object] = []
    _, set_name = program.root(lambda: page(answers, log))
    await answers.give("a", 1)
    done = start_transition(lambda: set_name("b"), scope=program.scope)
    await settle()
    program.scope.close()
    await done
    assert log == ["...", "a:1"]


async def test_who_goes_while_it_is_waited_for_lets_it_end(program: Program, answers: Answers) -> None:
    log: list[object] = []
    disposers: list[Callable[[], None]] = []
    name, set_name = create_signal("a")

    def build() -> None:
        def content() -> Any:
            def part(dispose: Callable[[], None]) -> None:
                disposers.append(dispose)
                resource, _ = create_resource(name, answers.fetch)
                create_memo(resource)

            create_root(part)
            return name

        view = create_suspense(content, lambda: lambda: "...")
        create_render_effect(lambda: log.append(view()()))

    program.root(build)
    await answers.give("a", 1)
    done = start_transition(lambda: set_name("b"), scope=program.scope)
    await settle()
    assert not done.done
    disposers[0]()
    await settle()
    assert done.done
    assert log == ["...", "a", "b"]
    assert untrack(name) == "b"
