"""Resources: five states, the latest fetch wins, and fetches that nobody waits for stop."""

from __future__ import annotations

import asyncio
import traceback
from typing import Any

import pytest
from reactive_program import Answers, Program, settle

from wayfare.reactive import (
    NotReady,
    ResourceInfo,
    catch_error,
    create_effect,
    create_memo,
    create_resource,
    create_signal,
    create_store,
    create_suspense,
    is_tracking,
    reconcile,
    start_transition,
    untrack,
)

pytestmark = pytest.mark.anyio


async def test_the_states_in_turn(program: Program, answers: Answers) -> None:
    name, set_name = create_signal("a")
    seen: list[object] = []

    def build() -> Any:
        resource, actions = create_resource(name, answers.fetch)
        create_effect(lambda: seen.append((resource.state, resource.loading, resource(), resource.latest)))
        return actions

    actions = program.root(build)
    await answers.give("a", 1)
    actions.refetch()
    await answers.give("a", 2)
    set_name("b")
    await answers.give("b", 3)
    actions.mutate(9)
    assert seen == [
        ("pending", True, None, None),
        ("ready", False, 1, 1),
        ("refreshing", True, 1, 1),
        ("ready", False, 2, 2),
        ("refreshing", True, 2, 2),
        ("ready", False, 3, 3),
        ("ready", False, 9, 9),
    ]


async def test_an_error_is_raised_to_readers_until_the_next_fetch(program: Program, answers: Answers) -> None:
    seen: list[object] = []

    def build() -> Any:
        resource, actions = create_resource(lambda: "a", answers.fetch)
        catch_error(
            lambda: create_effect(lambda: seen.append(resource())),
            lambda error: seen.append(f"caught {error}"),
        )
        create_effect(lambda: seen.append((resource.state, str(resource.error))))
        return resource, actions

    resource, actions = program.root(build)
    await answers.give("a", ValueError("no"))
    with pytest.raises(ValueError, match="no"):
        resource()
    with pytest.raises(ValueError, match="no"):
        _ = resource.latest
    actions.refetch()
    assert resource() is None
    await answers.give("a", 5)
    assert seen[0] is None
    assert "caught no" in seen
    assert seen[-2:] in ([5, ("ready", "None")], [("ready", "None"), 5])


async def test_a_newer_fetch_wins_and_the_older_is_cancelled(program: Program, answers: Answers) -> None:
    name, set_name = create_signal("a")
    resource, _ = program.root(lambda: create_resource(name, answers.fetch))
    set_name("b")
    await settle()
    assert answers.cancelled == ["a"]
    await answers.give("b", 2)
    assert resource() == 2
    assert resource.future is None


async def test_a_fetch_may_be_left_running_or_handed_over(program: Program, answers: Answers) -> None:
    name, set_name = create_signal("a")
    handed: list[object] = []

    def build() -> Any:
        return create_resource(name, answers.fetch, cancel=False), create_resource(
            name, answers.fetch, cancel=handed.append
        )

    (left, _), (other, _) = program.root(build)
    set_name("b")
    await settle()
    assert answers.cancelled == []
    assert len(handed) == 1
    for source, future in answers.calls:
        future.set_result(source)
    await settle()
    assert (left(), other()) == ("b", "b")


async def test_disposal_cancels_and_what_arrives_later_is_ignored(answers: Answers) -> None:
    program = Program()
    resource, _ = program.root(lambda: create_resource(lambda: "a", answers.fetch))
    program.close()
    await settle()
    assert answers.cancelled == ["a"]
    assert untrack(lambda: resource.state) == "pending"


async def test_nothing_is_fetched_while_the_source_says_so(program: Program, answers: Answers) -> None:
    name, set_name = create_signal(None)
    resource, _ = program.root(lambda: create_resource(name, answers.fetch))
    assert resource.state == "unresolved"
    assert resource() is None
    set_name("a")
    await answers.give("a", 1)
    set_name(False)
    assert (resource.state, resource()) == ("ready", 1)
    assert [source for source, _ in answers.calls] == ["a"]


async def test_a_source_that_gives_nothing_any_more_calls_the_fetch_off(
    program: Program, answers: Answers
) -> None:
    name, set_name = create_signal("a")
    resource, _ = program.root(lambda: create_resource(name, answers.fetch))
    set_name(None)
    assert (resource.state, resource(), resource.latest, resource.future) == ("unresolved", None, None, None)
    await settle()
    assert answers.cancelled == ["a"]
    set_name("a")
    assert resource.state == "pending"
    await answers.give("a", 1)
    set_name("b")
    assert (resource.state, resource.latest) == ("refreshing", 1)
    set_name(False)
    assert (resource.state, resource(), resource.latest, resource.future) == ("ready", 1, 1, None)
    await settle()
    assert answers.cancelled == ["a", "b"]
    assert (resource.state, resource(), resource.error) == ("ready", 1, None)


async def test_called_off_a_fetch_may_run_on_or_be_handed_over(program: Program, answers: Answers) -> None:
    name, set_name = create_signal("a")
    handed: list[Any] = []

    def build() -> Any:
        return create_resource(name, answers.fetch, cancel=False), create_resource(
            name, answers.fetch, cancel=handed.append
        )

    (left, _), (other, _) = program.root(build)
    set_name(None)
    assert len(handed) == 1
    for _, future in answers.calls:
        future.set_result(1)
    await settle()
    assert answers.cancelled == []
    assert (left(), left.state, other(), other.state) == (None, "unresolved", None, "unresolved")


async def test_who_waits_for_a_fetch_that_is_called_off_goes_on(program: Program, answers: Answers) -> None:
    name, set_name = create_signal("a")

    def build() -> Any:
        resource, _ = create_resource(name, answers.fetch)
        return create_suspense(lambda: create_memo(lambda: f"has {resource()}"), lambda: lambda: "...")

    view = program.root(build)
    assert view()() == "..."
    set_name(None)
    assert view()() == "has None"
    await settle()
    set_name("b")
    assert view()() == "..."
    await answers.give("b", 2)
    assert view()() == "has 2"
    assert answers.cancelled == ["a"]


@pytest.mark.parametrize("urgent", [False, True])
async def test_a_transition_does_not_wait_for_a_fetch_that_is_called_off(
    program: Program, answers: Answers, urgent: bool
) -> None:
    name, set_name = create_signal("a")

    def build() -> Any:
        resource, _ = create_resource(name, answers.fetch)
        view = create_suspense(lambda: create_memo(lambda: f"{name()}: {resource()}"), lambda: lambda: "...")
        return resource, view

    resource, view = program.root(build)
    await answers.give("a", 1)
    done = start_transition(lambda: set_name("b"), scope=program.scope)
    await settle()
    assert (view()(), resource.state) == ("a: 1", "ready")
    if urgent:
        set_name(None)
    else:
        start_transition(lambda: set_name(None), scope=program.scope)
    await settle()
    assert done.done
    assert answers.cancelled == ["b"]
    assert (view()(), resource.state, resource.latest) == ("None: 1", "ready", 1)


async def test_def_fetchers_give_values_and_may_raise(program: Program) -> None:
    name, set_name = create_signal(1)
    resource, _ = program.root(lambda: create_resource(name, lambda n: 10 // n))
    assert (resource(), resource.state) == (10, "ready")
    set_name(0)
    assert resource.state == "errored"
    set_name(5)
    assert resource() == 2


async def test_def_fetchers_may_give_futures_and_awaitables(program: Program) -> None:
    future: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    class Later:
        def __await__(self) -> Any:
            yield from asyncio.sleep(0).__await__()
            return 7

    def build() -> Any:
        return create_resource(lambda: future)[0], create_resource(lambda: Later())[0]

    first, second = program.root(build)
    future.set_result(3)
    await settle()
    assert (first(), second()) == (3, 7)
    assert not future.cancelled()


async def test_the_fetcher_hears_of_the_value_so_far_and_why(program: Program) -> None:
    name, set_name = create_signal(1)
    seen: list[object] = []

    def fetch(source: int, info: ResourceInfo) -> int:
        seen.append((source, info.value, info.refetching, is_tracking()))
        return source * 10

    resource, actions = program.root(lambda: create_resource(name, fetch))
    set_name(2)
    actions.refetch("by hand")
    await settle()
    assert seen == [(1, None, False, False), (2, 10, False, False), (2, 20, "by hand", False)]
    assert resource() == 20


async def test_a_fetcher_begins_at_once_and_two_refetches_in_a_turn_are_one(program: Program) -> None:
    begun: list[int] = []

    async def fetch() -> int:
        begun.append(len(begun))
        await asyncio.sleep(0)
        return 1

    _, actions = program.root(lambda: create_resource(fetch))
    assert begun == [0]
    await settle()
    actions.refetch()
    actions.refetch()
    await settle()
    assert begun == [0, 1]


async def test_an_initial_value_is_there_from_the_start(program: Program, answers: Answers) -> None:
    resource, _ = program.root(lambda: create_resource(lambda: "a", answers.fetch, initial_value=0))
    assert (resource(), resource.state) == (0, "refreshing")
    await answers.give("a", 1)
    assert resource() == 1


async def test_storage_may_be_a_store(program: Program) -> None:
    rows = [{"id": 1, "n": 1}, {"id": 2, "n": 2}]

    def storage(first: Any) -> Any:
        store, set_store = create_store({"value": first})

        def write(value: Any) -> None:
            set_store("value", reconcile(value(None) if callable(value) else value))

        return (lambda: store["value"]), write

    resource, actions = program.root(
        lambda: create_resource(lambda: [dict(row) for row in rows], storage=storage)
    )
    first = resource()[0]
    rows[0]["n"] = 5
    actions.refetch()
    assert resource()[0] is first
    assert first["n"] == 5


async def test_under_a_boundary_a_read_of_what_is_not_there_waits(program: Program, answers: Answers) -> None:
    runs: list[object] = []

    def build() -> Any:
        resource, _ = create_resource(lambda: "a", answers.fetch)

        def content() -> Any:
            name = create_memo(lambda: runs.append("memo") or resource().upper())
            create_effect(lambda: runs.append(name()))
            return lambda: name()

        return create_suspense(content, lambda: lambda: "waiting"), resource

    view, resource = program.root(build)
    assert view()() == "waiting"
    with pytest.raises(NotReady, match="fetch is not ready"):
        untrack(lambda: program.root(lambda: _read_under(resource)))
    await answers.give("a", "ann")
    assert view()() == "ANN"
    assert runs == ["memo", "memo", "ANN"]


def _read_under(resource: Any) -> Any:
    from wayfare.reactive import SuspenseBoundary, provide_context, suspense_context

    return provide_context(suspense_context, SuspenseBoundary(), resource)


async def test_an_answer_of_none_wakes_who_waits(program: Program, answers: Answers) -> None:
    seen: list[object] = []

    def build() -> Any:
        resource, _ = create_resource(lambda: "a", answers.fetch)
        return create_suspense(
            lambda: create_memo(lambda: seen.append(resource()) or "shown"), lambda: lambda: "waiting"
        )

    view = program.root(build)
    await answers.give("a", None)
    assert seen == [None]
    assert view()() == "shown"


async def test_a_cancelled_fetch_is_an_error_that_says_so(program: Program, answers: Answers) -> None:
    resource, _ = program.root(lambda: create_resource(lambda: "a", answers.fetch))
    assert resource.future is not None
    resource.future.cancel()
    await settle()
    with pytest.raises(RuntimeError, match="the fetch of fetch was cancelled"):
        resource()


async def test_a_source_that_is_a_plain_value(program: Program, answers: Answers) -> None:
    resource, _ = program.root(lambda: create_resource(5, answers.fetch))
    await answers.give(5, "five")
    assert resource() == "five"
    assert repr(resource) == "<Resource fetch: ready>"


def frames(error: BaseException | None) -> int:
    return len(traceback.extract_tb(error.__traceback__)) if error is not None else 0


async def test_an_error_does_not_grow_with_its_reads(program: Program, answers: Answers) -> None:
    resource, _ = program.root(lambda: create_resource(lambda: "a", answers.fetch))
    await answers.give("a", ValueError("no"))
    seen: list[int] = []
    for read in (resource, resource, resource, lambda: resource.latest, lambda: resource.latest):
        with pytest.raises(ValueError, match="no") as caught:
            read()
        seen.append(frames(caught.value))
    assert len(set(seen[:3])) == len(set(seen[3:])) == 1
    assert "fetch" in [frame.name for frame in traceback.extract_tb(caught.value.__traceback__)]


async def test_what_waits_does_not_grow_with_its_reads(program: Program, answers: Answers) -> None:
    count, set_count = create_signal(0)
    seen: list[int] = []

    def content() -> str:
        resource, _ = create_resource(lambda: "a", answers.fetch)
        waiting = create_memo(lambda: resource())

        def read() -> None:
            count()
            try:
                waiting()
            except NotReady as reason:
                seen.append(frames(reason))

        create_memo(read)
        return "content"

    program.root(lambda: create_suspense(content, lambda: "fallback")())
    for number in range(1, 5):
        set_count(number)
    assert len(set(seen[1:])) == 1
    await answers.give("a", 1)


async def test_each_who_awaits_a_refetch_hears_what_the_newest_comes_to(
    program: Program, answers: Answers
) -> None:
    resource, actions = program.root(lambda: create_resource(lambda: "a", answers.fetch))
    await answers.give("a", 1)

    async def refetch() -> Any:
        return await actions.refetch()

    first, second, given_up = (asyncio.ensure_future(refetch()) for _ in range(3))
    await settle()
    given_up.cancel()
    await settle()
    assert (resource.state, given_up.cancelled()) == ("refreshing", True)
    actions.refetch()
    await answers.give("a", 2)
    assert [await first, await second, resource()] == [2, 2, 2]

    failing = actions.refetch()
    await answers.give("a", ValueError("no"))
    for _ in range(2):
        with pytest.raises(ValueError, match="no"):
            await failing

    unheard = actions.refetch()
    waiting = asyncio.ensure_future(refetch())
    await settle()
    program.dispose()
    await settle()
    assert waiting.cancelled()
    with pytest.raises(asyncio.CancelledError):
        await unheard
