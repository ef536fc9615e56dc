"""What fails keeps nothing else from happening: cleanups, callbacks, and scopes that close meanwhile."""

from __future__ import annotations

import asyncio
import gc
import weakref
from typing import Any

import pytest
from reactive_program import Answers, Program, settle

from wayfare.reactive import (
    create_effect,
    create_memo,
    create_render_effect,
    create_resource,
    create_root,
    create_selector,
    create_signal,
    create_suspense,
    now,
    on_cleanup,
    start_transition,
)

pytestmark = pytest.mark.anyio


def fail(words: str) -> Any:
    raise ValueError(words)


async def test_a_cleanup_that_fails_at_a_commit_stops_nothing_else(program: Program) -> None:
    """In a scope without `on_error`, as a job's is."""
    name, set_name = create_signal("a")
    other, set_other = create_signal(0)
    log: list[object] = []

    def build() -> None:
        def leaving() -> str:
            here = name()
            on_cleanup(lambda: log.append(f"gone {here}"))
            on_cleanup(lambda: fail("leaving") if here == "a" else None)
            return here

        create_memo(leaving)
        create_memo(leaving)
        create_effect(lambda: log.append(other()))

    program.root(build)
    with pytest.raises(ExceptionGroup, match="several computations failed"):
        await start_transition(lambda: set_name("b"), scope=program.scope)
    assert log == [0, "gone a", "gone a"]
    assert not program.scope.pending.read()
    set_other(1)
    assert log[-1] == 1


async def test_the_error_of_a_cleanup_is_told_beside_that_of_the_run() -> None:
    count, set_count = create_signal(0)

    def run() -> None:
        if count():
            fail("the run")
        on_cleanup(lambda: fail("the cleanup"))

    create_root(lambda: create_effect(run))
    with pytest.raises(ExceptionGroup) as caught:
        set_count(1)
    assert sorted(str(error) for error in caught.value.exceptions) == ["the cleanup", "the run"]


async def test_an_owners_own_cleanups_run_where_those_of_its_children_fail() -> None:
    count, set_count = create_signal(0)
    log: list[str] = []

    def run() -> int:
        on_cleanup(lambda: log.append("own"))
        create_memo(lambda: on_cleanup(lambda: fail("child")))
        return count()

    create_root(lambda: create_memo(run))
    with pytest.raises(ValueError, match="child"):
        set_count(1)
    assert log == ["own"]


async def test_everybody_hears_of_the_end_of_a_transition(
    program: Program, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[int] = []
    done = start_transition(lambda: None, scope=program.scope)
    done.when_done(lambda: fail("first"))
    done.when_done(lambda: heard.append(2))
    await done
    assert heard == [2]
    assert "ValueError: first" in caplog.text


@pytest.mark.parametrize("error", [asyncio.CancelledError("x"), ValueError("x")])
async def test_a_transition_whose_function_raises_anything_ends(
    program: Program, error: BaseException
) -> None:
    def change() -> None:
        raise error

    with pytest.raises(type(error)):
        await start_transition(change, scope=program.scope)


async def test_everybody_hears_of_the_end_of_a_scope(program: Program) -> None:
    heard: list[int] = []
    program.scope.provide(list, heard)
    program.scope.on_close += [lambda: fail("first"), lambda: heard.append(2)]
    with pytest.raises(ValueError, match="first"):
        program.scope.close()
    assert heard == [2]
    assert list not in program.scope.services


async def test_a_scope_that_closes_inside_its_own_transition_leaves_nothing_pending(program: Program) -> None:
    before = now.transitions
    name, set_name = create_signal("a")
    seen: list[str] = []
    program.root(lambda: create_effect(lambda: seen.append(name())))

    def change() -> None:
        set_name("b")
        program.scope.close()

    await start_transition(change, scope=program.scope)
    assert (now.transitions, now.running, now.effects) == (before, None, None)
    assert (seen, name()) == (["a"], "a")


@pytest.mark.parametrize("first", ["scope", "root"])
async def test_what_a_transition_has_made_goes_with_its_scope(
    program: Program, answers: Answers, first: str
) -> None:
    name, set_name = create_signal("a")
    log: list[str] = []

    def build(dispose: Any) -> Any:
        resource, _ = create_resource(name, answers.fetch)

        def made() -> None:
            here = name()
            log.append(f"run {here}")
            on_cleanup(lambda: log.append(f"gone {here}"))
            create_memo(lambda: on_cleanup(lambda: log.append(f"gone child of {here}")))

        create_memo(made)
        view = create_suspense(lambda: create_memo(resource), lambda: lambda: "...")
        create_render_effect(lambda: view())
        return dispose

    dispose = create_root(build, scope=program.scope)
    await answers.give("a", 1)
    start_transition(lambda: set_name("b"), scope=program.scope)
    await settle()
    assert log == ["run a", "run b"]
    for end in (program.scope.close, dispose) if first == "scope" else (dispose, program.scope.close):
        end()
    assert sorted(log[2:]) == ["gone a", "gone b", "gone child of a", "gone child of b"]


async def test_an_effect_that_starts_a_transition_goes_on_running(program: Program) -> None:
    """And it runs for what the transition's function reads, as upstream's does."""
    a, set_a = create_signal(1)
    b, set_b = create_signal(0)
    c, set_c = create_signal(10)
    runs: list[int] = []

    def effect() -> None:
        runs.append(a())
        start_transition(lambda: set_b(a() + c()), scope=program.scope)

    program.root(lambda: create_effect(effect))
    for write in (lambda: set_a(2), lambda: set_a(3), lambda: set_c(20)):
        await settle()
        write()
    await settle()
    assert (runs, b()) == ([1, 2, 3, 3], 23)


async def test_an_effect_that_is_gone_when_its_transition_begins_reads_nothing(program: Program) -> None:
    c, set_c = create_signal(10)
    runs: list[int] = []

    def effect() -> None:
        runs.append(1)
        start_transition(c, scope=program.scope)

    create_root(lambda dispose: (create_effect(effect), dispose)[1], scope=program.scope)()
    await settle()
    set_c(11)
    assert runs == [1]


async def test_a_memo_made_in_a_pending_transition_can_be_read_outside(
    program: Program, answers: Answers
) -> None:
    name, set_name = create_signal("a")
    made: list[Any] = []

    def build() -> None:
        resource, _ = create_resource(name, answers.fetch)
        view = create_suspense(lambda: create_memo(resource), lambda: lambda: "...")
        create_render_effect(lambda: view())
        create_memo(lambda: made.append(create_memo(lambda: name().upper())) if name() == "b" else None)

    program.root(build)
    await answers.give("a", 1)
    start_transition(lambda: set_name("b"), scope=program.scope)
    await settle()
    assert [made[0](), name()] == ["A", "a"]
    seen: list[str] = []
    program.root(lambda: create_effect(lambda: seen.append(made[0]())))
    await answers.give("b", 2)
    assert seen == ["A", "B"]


def test_a_selectors_key_goes_with_who_asked_about_it() -> None:
    class Key:
        pass

    key: Key | None = Key()
    chosen, choose = create_signal(key)
    is_chosen = create_root(lambda: create_selector(chosen))
    seen: list[bool] = []
    stops = [
        create_root(lambda dispose, key=key: (create_effect(lambda: seen.append(is_chosen(key))), dispose)[1])
        for _ in range(2)
    ]
    stops[0]()
    choose(None)
    assert seen == [True, True, False]
    stops[1]()
    gone = weakref.ref(key)
    del key, stops
    gc.collect()
    assert gone() is None


async def test_a_waiting_boundary_keeps_no_effects_that_are_gone(program: Program, answers: Answers) -> None:
    tick, set_tick = create_signal(0)
    gone: list[weakref.ref[Any]] = []

    class Kept:
        pass

    def build() -> None:
        resource, _ = create_resource(lambda: "a", answers.fetch)

        def content() -> Any:
            def again() -> None:
                kept = Kept()
                gone.append(weakref.ref(kept))
                tick()
                create_effect(lambda: kept and None)

            create_memo(again)
            return create_memo(resource)

        view = create_suspense(content, lambda: lambda: "...")
        create_render_effect(lambda: view())

    program.root(build)
    for at in range(1_000):
        set_tick(at + 1)
    gc.collect()
    assert sum(ref() is not None for ref in gone) < 250
