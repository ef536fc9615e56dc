"""What holds for every graph: random graphs, random writes, checked against computing everything anew."""

from __future__ import annotations

import asyncio
import gc
import random
import weakref
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from reactive_program import Program, settle

from wayfare.reactive import (
    batch,
    catch_error,
    create_effect,
    create_memo,
    create_render_effect,
    create_resource,
    create_root,
    create_signal,
    create_suspense,
    start_transition,
    untrack,
)

pytestmark = pytest.mark.slow

Read = Callable[[], int]


class Graph:
    """A random graph of memos over signals. `model` computes them anew, from the signals alone."""

    def __init__(
        self, rng: random.Random, *, signals: int = 3, memos: int = 8, failing: bool = False
    ) -> None:
        self.rng = rng
        self.reads: list[Read] = []
        self.writes: list[Callable[[int], int]] = []
        self.bodies: list[Callable[[Callable[[int], int]], int]] = []
        self.failing: set[int] = set()
        self.runs: Counter[int] = Counter()
        self.seen: list[tuple[int, ...]] = []
        for _ in range(signals):
            read, write = create_signal(rng.randrange(5))
            self.reads.append(read)
            self.writes.append(write)
        for _ in range(memos):
            self.bodies.append(self.body(len(self.reads), failing))
            self.reads.append(self.memo(len(self.reads)))

    def body(self, size: int, failing: bool) -> Callable[[Callable[[int], int]], int]:
        chosen = [self.rng.randrange(size) for _ in range(self.rng.randrange(1, 4))]
        kind = self.rng.randrange(4)
        fails = failing and self.rng.random() < 0.4

        def body(read: Callable[[int], int]) -> int:
            first = read(chosen[0])
            if fails and first % 3 == 1:
                raise ValueError("one")
            if kind == 0:
                return sum(read(n) for n in chosen) % 7
            if kind == 1 and first % 2:
                return first
            if kind == 2:
                return first // 2
            return max(read(n) for n in chosen[::-1])

        return body

    def memo(self, number: int) -> Read:
        body = self.bodies[number - len(self.writes)]

        def run() -> int:
            self.runs[number] += 1
            return body(lambda n: self.reads[n]())

        return create_memo(run, name=f"m{number}")

    def model(self, values: list[int]) -> list[int | None]:
        """The values of all nodes, by plain recursion; `failing` are those that raise by themselves."""
        known: list[int | None] = list(values)
        self.failing.clear()

        def read(n: int) -> int:
            value = known[n]
            if value is None:
                raise LookupError(n)
            return value

        for body in self.bodies:
            try:
                known.append(body(read))
            except LookupError:
                known.append(None)
            except ValueError:
                self.failing.add(len(known))
                known.append(None)
        return known

    def values(self) -> list[int]:
        return [untrack(read) for read in self.reads[: len(self.writes)]]


WRITES = st.lists(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 6)), min_size=1, max_size=3), max_size=8
)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), WRITES)
@example(8846, [[(0, 0)]])
def test_no_effect_ever_sees_half_of_a_change(seed: int, changes: list[list[tuple[int, int]]]) -> None:
    made: list[Graph] = []

    def build() -> None:
        graph = Graph(random.Random(seed))
        made.append(graph)

        def look() -> None:
            seen = [read() for read in graph.reads]
            assert seen == graph.model(seen[: len(graph.writes)])
            graph.seen.append(tuple(seen))

        create_effect(look)
        create_render_effect(lambda: [read() for read in graph.reads])

    create_root(build)
    graph = made[0]
    for change in changes:
        graph.runs.clear()
        before, looks = graph.values(), len(graph.seen)
        batch(lambda change=change: [graph.writes[n](value) for n, value in change])
        after = graph.values()
        # A memo runs at most once for each change, and a batch is one change.
        assert all(count == 1 for count in graph.runs.values())
        assert before == after or len(graph.seen) == looks + 1
        assert len(graph.seen) <= looks + 1
        assert [untrack(read) for read in graph.reads] == graph.model(after)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), WRITES)
def test_reads_inside_a_batch_are_up_to_date(seed: int, changes: list[list[tuple[int, int]]]) -> None:
    graph = create_root(lambda: Graph(random.Random(seed)))
    rng = random.Random(seed)

    def change(writes: list[tuple[int, int]]) -> None:
        for n, value in writes:
            graph.writes[n](value)
            if rng.random() < 0.7:
                at = rng.randrange(len(graph.reads))
                assert graph.reads[at]() == graph.model(graph.values())[at]

    for writes in changes:
        batch(lambda writes=writes: change(writes))
        assert [read() for read in graph.reads] == graph.model(graph.values())


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), WRITES)
def test_errors_leave_the_graph_usable(seed: int, changes: list[list[tuple[int, int]]]) -> None:
    errors: list[Exception] = []
    made: list[Graph] = []

    def build() -> None:
        graph = Graph(random.Random(seed), failing=True)
        made.append(graph)

    create_root(lambda: catch_error(build, errors.append))
    if not made:
        return
    graph = made[0]
    for change in changes:
        batch(lambda change=change: [graph.writes[n](value) for n, value in change])
    values = graph.values()
    model = graph.model(values)
    for read, expected in zip(graph.reads, model, strict=True):
        if expected is not None:
            assert untrack(read) == expected
    # Who reads what has failed makes it try again, and its error is told again.
    for number in sorted(graph.failing):
        graph.runs.clear()
        errors.clear()
        untrack(graph.reads[number])
        assert graph.runs[number] == 1
        assert [str(error) for error in errors] == ["one"]
    # Whatever failed is well again as soon as what it reads is.
    for good in range(50):
        batch(lambda good=good: [write(good * 3) for write in graph.writes])
        if None not in graph.model(graph.values()):
            assert [untrack(read) for read in graph.reads] == graph.model(graph.values())


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), WRITES)
def test_nothing_runs_after_it_is_disposed_of_and_nothing_is_kept(
    seed: int, changes: list[list[tuple[int, int]]]
) -> None:
    class Token:
        """Something that every computation holds on to."""

    outside: list[tuple[Callable[[], int], Callable[[int], int]]] = [create_signal(n) for n in range(3)]
    refs: list[weakref.ref[Token]] = []
    runs = [0]

    def build(dispose: Callable[[], None]) -> Callable[[], None]:
        graph = Graph(random.Random(seed), memos=5)
        token = Token()
        refs.append(weakref.ref(token))

        def effect() -> None:
            runs[0] += 1
            for read, _ in outside:
                read()
            create_memo(lambda: (token, graph.reads[-1](), outside[0][0]()))

        create_effect(effect)
        return dispose

    dispose = create_root(build)
    for change in changes:
        for n, value in change:
            outside[n][1](value)
    dispose()
    before = runs[0]
    for _, write in outside:
        write(100)
    assert runs[0] == before
    assert not any(read.__self__.observers for read, _ in outside)  # type: ignore[attr-defined]
    del dispose
    gc.collect()
    assert [ref() for ref in refs] == [None]


async def _play(seed: int) -> None:
    """Random writes, some in transitions, while a resource is on its way; in the end all is up to date."""
    rng = random.Random(seed)
    program = Program()
    pending: list[asyncio.Future[int]] = []
    shown: list[Any] = []

    async def fetch(source: int) -> int:
        future: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        pending.append(future)
        return source * 10 + await future

    def build() -> tuple[Graph, Callable[[], int], Callable[[], Any], Any]:
        graph = Graph(rng)
        source = graph.reads[-1]
        resource, actions = create_resource(source, fetch)
        view = create_suspense(lambda: create_memo(lambda: (source(), resource())), lambda: lambda: "...")
        create_render_effect(lambda: shown.append(view()()))

        def look() -> None:
            seen = [read() for read in graph.reads]
            assert seen == graph.model(seen[: len(graph.writes)])

        create_effect(look)
        return graph, source, resource, actions

    graph, source, resource, actions = program.root(build)
    for _ in range(rng.randrange(4, 14)):
        kind = rng.randrange(6)
        n, value = rng.randrange(len(graph.writes)), rng.randrange(7)
        if kind < 2:
            graph.writes[n](value)
        elif kind < 4:
            start_transition(lambda n=n, value=value: graph.writes[n](value), scope=program.scope)
        elif kind == 4:
            actions.refetch()
        elif pending:
            future = pending.pop(rng.randrange(len(pending)))
            if not future.done():
                future.set_result(0)
        if rng.random() < 0.6:
            await settle()
    await settle()
    while pending:
        future = pending.pop(0)
        if not future.done():
            future.set_result(0)
        await settle()
    assert program.scope.transition is None
    assert [read() for read in graph.reads] == graph.model(graph.values())
    assert resource() == source() * 10
    assert shown[-1] == (source(), source() * 10)
    program.close()


@pytest.mark.anyio
@pytest.mark.parametrize("first", range(0, 200, 50))
async def test_transitions_end_with_everything_up_to_date(first: int) -> None:
    for seed in range(first, first + 50):
        await _play(seed)
