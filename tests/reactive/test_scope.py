"""Scopes, their services, and the one thread that a graph has."""

from __future__ import annotations

import asyncio
import threading
import weakref
from collections.abc import Callable
from typing import Any

import pytest

from wayfare._world import AsyncioWorld
from wayfare.errors import ThreadError, UsageError
from wayfare.reactive import (
    Owner,
    Scope,
    batch,
    catch_error,
    claim_thread,
    create_effect,
    create_memo,
    create_owner,
    create_resource,
    create_root,
    create_signal,
    create_store,
    create_suspense,
    current_scope,
    current_scope_or_none,
    get_owner,
    run_with_owner,
    start_transition,
    use_transition,
)


@pytest.fixture(autouse=True)
def _no_other_scopes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The scopes that other tests have left to the garbage collector do not keep the graph in this thread."""
    monkeypatch.setattr("wayfare.reactive.scope._open", weakref.WeakSet())


def in_thread(fn: Callable[[], Any]) -> Any:
    """What `fn` gives or raises in another thread."""
    result: list[Any] = []

    def run() -> None:
        try:
            result.append(fn())
        except Exception as error:
            result.append(error)

    thread = threading.Thread(target=run, name="worker")
    thread.start()
    thread.join()
    return result[0]


def test_services_are_found_by_their_class() -> None:
    scope = Scope(AsyncioWorld(), "page")
    with pytest.raises(LookupError, match=r"the scope 'page' has no dict.*scope\.provide\(dict"):
        scope.service(dict)
    made = scope.service(dict, dict)
    assert scope.service(dict) is made
    scope.provide(list, [1])
    assert scope.service(list) == [1]
    scope.close()
    scope.close()
    with pytest.raises(LookupError):
        scope.service(list)
    assert "closed" in repr(scope)


def test_the_scope_in_force() -> None:
    assert current_scope_or_none() is None
    default = current_scope()
    assert default is current_scope()
    one, two = Scope(AsyncioWorld(), "one"), Scope(AsyncioWorld(), "two")
    assert one.run(current_scope) is one
    assert one.run(lambda: create_root(current_scope, scope=two)) is two
    seen: list[Scope] = []
    create_root(lambda: create_effect(lambda: seen.append(current_scope())), scope=two)
    assert seen == [two]
    one.close()
    two.close()


def test_another_thread_may_not_read_or_write() -> None:
    count, set_count = create_signal(1)
    doubled = create_root(lambda: create_memo(lambda: count() * 2))
    store, set_store = create_store({"rows": [1]})
    rows = store["rows"]
    for use in (
        count,
        lambda: set_count(2),
        doubled,
        lambda: create_signal(1)[1](2),
        lambda: create_memo(count),
        lambda: store["rows"],
        lambda: "rows" in store,
        lambda: list(rows),
        lambda: len(rows),
        lambda: set_store("rows", 0, 2),
    ):
        error = in_thread(use)
        assert isinstance(error, ThreadError)
        assert "'MainThread'" in str(error)
        assert "'worker'" in str(error)
        assert "call_threadsafe" in str(error)
    assert count() == 1


def test_another_thread_is_told_itself_and_not_the_handlers_of_the_page() -> None:
    caught: list[Exception] = []
    count, set_count = create_signal(1)

    def build() -> Owner | None:
        return get_owner()

    owner = create_root(lambda: catch_error(build, caught.append))
    for use in (
        lambda: run_with_owner(owner, lambda: set_count(2)),
        lambda: create_root(lambda: set_count(2), owner=owner),
        lambda: create_owner(owner),
        lambda: catch_error(lambda: set_count(2), caught.append),
        lambda: start_transition(lambda: set_count(2)),
    ):
        assert "call_threadsafe" in str(in_thread(use))
    # nor while the graph is at work in its own thread
    error = batch(lambda: in_thread(lambda: run_with_owner(owner, lambda: set_count(2))))
    assert isinstance(error, ThreadError)
    assert (caught, count()) == ([], 1)


def test_another_thread_may_not_open_a_scope_while_one_is_open_here() -> None:
    scope = Scope(AsyncioWorld(), "page")
    error = in_thread(lambda: Scope(AsyncioWorld(), "elsewhere"))
    assert isinstance(error, ThreadError)
    assert "open scope(s) are there" in str(error)
    scope.close()


def test_a_new_scope_takes_the_graph_to_its_thread_and_back() -> None:
    count, set_count = create_signal(1)

    def there() -> int:
        scope = Scope(AsyncioWorld(), "there")
        set_count(5)
        scope.close()
        return count()

    assert in_thread(there) == 5
    # That thread has ended, so this one may go on.
    assert count() == 5
    claim_thread()


async def _from_another_thread() -> list[int]:
    scope = Scope(AsyncioWorld(), "page")
    count, set_count = create_signal(0)
    seen: list[int] = []
    create_root(lambda: create_effect(lambda: seen.append(count())), scope=scope)
    heard = asyncio.Event()

    def write() -> None:
        set_count(7)
        assert current_scope() is scope
        heard.set()

    await asyncio.to_thread(lambda: scope.call_threadsafe(write))
    await asyncio.wait_for(heard.wait(), 5)
    scope.close()
    return seen


def test_a_call_from_another_thread_is_handed_over() -> None:
    assert asyncio.run(_from_another_thread()) == [0, 7]


async def _through_the_programs_scope(write: Callable[[], object]) -> None:
    scope = current_scope()
    heard = asyncio.Event()

    def call() -> None:
        write()
        heard.set()

    await asyncio.to_thread(lambda: scope.call_threadsafe(call))
    await asyncio.wait_for(heard.wait(), 5)


def test_the_programs_scope_hands_over_in_each_loop_and_where_it_was_made_before_any() -> None:
    count, set_count = create_signal(0)
    scope = current_scope()
    asyncio.run(_through_the_programs_scope(lambda: set_count(1)))
    assert count() == 1
    asyncio.run(_through_the_programs_scope(lambda: set_count(2)))
    assert count() == 2
    with pytest.raises(UsageError, match="no running event loop"):
        scope.call_threadsafe(lambda: set_count(3))


def test_a_loop_that_runs_is_not_left_for_one_in_another_thread() -> None:
    async def main() -> None:
        world = AsyncioWorld()
        here = asyncio.get_running_loop()

        async def elsewhere() -> None:
            world.clock.now()

        await asyncio.to_thread(lambda: asyncio.run(elsewhere()))
        called: asyncio.Future[object] = here.create_future()
        world.call_threadsafe(lambda: called.set_result(asyncio.get_running_loop()))
        assert await asyncio.wait_for(called, 5) is here

    asyncio.run(main())


def test_a_transition_that_waited_in_a_closed_loop_holds_up_nobody() -> None:
    page, set_page = create_signal(0)
    other, set_other = create_signal(0)
    pending, start = use_transition()

    async def first() -> None:
        never = asyncio.get_running_loop().create_future()

        def build() -> None:
            answer, _ = create_resource(page, lambda at: never if at else None)
            create_suspense(lambda: create_memo(answer), lambda: None)

        create_root(build)
        start(lambda: set_page(1))
        for _ in range(5):
            await asyncio.sleep(0)

    async def second() -> None:
        async with asyncio.timeout(5):
            await start(lambda: set_other(1))

    asyncio.run(first())
    assert (page(), pending()) == (0, True)
    asyncio.run(second())
    assert (page(), other(), pending()) == (1, 1, False)


def test_a_world_without_a_loop_takes_no_calls() -> None:
    scope = Scope(AsyncioWorld(), "page")
    with pytest.raises(UsageError, match=r"no running event loop.*current_scope\(\)"):
        scope.call_threadsafe(lambda: None)
    scope.close()

    class Bare:
        clock: Any = None
        spawner: Any = None
        ids: Any = None

    bare = Scope(Bare(), "bare")
    with pytest.raises(ThreadError, match="'bare' takes no calls"):
        bare.call_threadsafe(lambda: None)
    bare.close()
