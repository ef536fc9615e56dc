"""What runs, and in which order: the queues of a flush, the look upstream, and one run of a computation.

Each of `updates` (memos, computeds) runs before any of `effects`. What is pending looks upstream first, and
runs only where something that it reads has really changed. The hot path of the package.

**No recursion.** Marking, looking upstream and disposing keep their own stacks. Only a computation that reads
a stale memo nests, and beyond ``NESTING`` levels its sources are brought up to date in a loop first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from ..errors import LoopError
from . import threads
from .disposal import dispose_children, dispose_owned
from .equality import same
from .handling import handle_error
from .loops import SHOWN, attempt, cycle, endless_rounds, raise_failures
from .marking import enqueue, has_read, mark, mark_other
from .nodes import (
    AGAIN,
    CLEAN,
    FAILED,
    GONE,
    MEMO,
    NESTING,
    PENDING,
    PURE,
    RUNNING,
    STALE,
    USER,
    WAITING,
    Computation,
    NotReady,
    settled_state,
)
from .now import now
from .postponing import looking, ready
from .tracking import let_go, track

if TYPE_CHECKING:
    from .graph import Memo, Signal

MAX_ROUNDS = 10_000
"""How often effects may set off further effects before a flush is called a loop."""

clock = 1
"""Counts the flushes: what has been updated since one began need not be looked at again in it."""
nesting = 0
"""How many computations are running inside each other."""
asking: list[tuple[Computation, Computation]] = []
"""Who is waiting for which memo's run, innermost last: what a cycle's message is made from."""


def refresh(memo: Memo) -> None:
    """Bring a memo that is stale, pending or failed up to date."""
    global nesting
    if memo.state == PENDING:
        settle_pending(memo)
        return
    if nesting >= NESTING:
        settle_sources(memo)
        if memo.state != STALE and memo.state != FAILED:
            return
    nesting += 1
    try:
        update(memo)
    finally:
        nesting -= 1


def settle_pending(node: Computation, ignore: Computation | None = None) -> None:
    """Look upstream in a flush of its own, so that what changes there has arrived when this returns."""
    global clock
    saved = now.updates
    if now.effects is None:
        try:
            now.updates = None
            run_updates(lambda: look_upstream(node, ignore), False)
        finally:
            now.updates = saved
        return
    queue: list[Computation] = []
    now.updates = queue
    clock += 1
    failures: list[BaseException] = []
    way = {node}
    try:
        look_upstream(node, ignore, way)
    except BaseException as error:
        failures.append(error)
    if queue:
        run_queue(queue if saved is None else ready(queue, way, saved), failures)
    now.updates = saved
    if failures:
        raise_failures(failures)


def check_cycle(reader: Computation, memo: Computation) -> None:
    """`memo` is running and has been read: an error where its own run is what asked for it."""
    error = cycle(asking, reader, memo)
    if error is not None:
        raise error


def change(node: Signal | Computation, value: Any) -> None:
    """`node` has another value: mark what read it, and run it at the end of the outermost write or batch."""
    node.value = value
    if now.observer is not None:
        now.observer.wrote(node, now.listener)
    if node.observers:
        spread(node)


def spread(node: Signal | Computation) -> None:
    """Mark what has read `node`, and run it: at once, or at the end of the outermost write or batch.

    It is `run_updates` of the marking alone.
    """
    global clock
    if now.updates is not None:
        mark(node)
        return
    if not threads.ours():
        threads.check()
    outermost = now.effects is None
    now.updates = []
    if outermost:
        now.effects = []
    clock += 1
    failures: list[BaseException] = []
    try:
        mark(node)
    except LoopError as error:
        failures.append(error)
    run_queue(now.updates, failures)
    now.updates = None
    if outermost:
        run_effects(failures)
    if failures:
        raise_failures(failures)


def run_updates(fn: Callable[[], Any], init: bool) -> Any:
    """Run `fn`, then what it has set off. `init`: writes inside run at once, only effects wait (a root).

    Where this is the outermost call, effects run too, round after round until there are none. What a
    computation raises with no handler above it does not keep the others from running: it is raised at the
    end.
    """
    global clock
    if now.updates is not None:
        return fn()
    if not threads.ours():
        threads.check()
    outermost = now.effects is None
    if not init:
        now.updates = []
    if outermost:
        now.effects = []
    clock += 1
    failures: list[BaseException] = []
    result: Any = None
    failed: BaseException | None = None
    try:
        result = fn()
    except BaseException as error:
        failed = error
    if now.updates is not None:
        run_queue(now.updates, failures)
        now.updates = None
    if outermost:
        run_effects(failures)
    if failed is not None:
        if failures:
            failed.add_note(f"and {len(failures)} more from what it had set off: {failures!r}")
        raise failed
    if failures:
        raise_failures(failures)
    return result


def run_queue(queue: Iterable[Computation], failures: list[BaseException]) -> None:
    """Run a queue that may grow while it runs."""
    for node in queue:
        state = node.state
        if state == CLEAN:
            continue
        try:
            if state == STALE and node.up is None and node.boundary is None and node.cursor < 0:
                update(node)
            elif state == PENDING:
                look_upstream(node, None)
            else:
                run_top(node)
        except BaseException as error:
            failures.append(error)


def run_effects(failures: list[BaseException]) -> None:
    """The outermost flush: render effects, then effects, then what these have set off, until it is quiet."""
    global clock
    rounds, last = 0, list[Computation]()
    while True:
        try:
            if now.running is not None and not now.running.settle():
                now.effects = None
                return
        except BaseException as error:  # of a cleanup, at the commit
            failures.append(error)
        queue = now.effects
        if not queue:
            now.effects = None
            return
        now.effects = []
        now.updates = []
        clock += 1
        users = queue
        for node in queue:
            if node.kind != USER:
                run_queue([node for node in queue if node.kind != USER], failures)
                users = [node for node in queue if node.kind == USER]
                break
        run_queue(users, failures)
        if now.updates:
            run_queue(now.updates, failures)
        now.updates = None
        rounds += 1
        if rounds > MAX_ROUNDS - SHOWN:  # who is in the loop shows over several rounds
            last += queue
        if rounds > MAX_ROUNDS:
            for node in now.effects:
                node.state = CLEAN
            now.effects = None
            failures.append(endless_rounds(last, MAX_ROUNDS))
            return


def run_top(node: Computation) -> None:
    """Run `node` where it is stale, after the computations that own it: one of these may dispose of it."""
    state = node.state
    if state != STALE:
        if state == PENDING:
            look_upstream(node, None)
        return
    if node.boundary is not None and node.boundary.takes(node):
        return
    if node.cursor >= 0:
        node.state = AGAIN
        return
    up = node.up
    above: list[Computation] | None = None
    while up is not None and up.updated < clock:
        state = up.state
        if state in (STALE, PENDING):
            if above is None:
                above = [up]
            else:
                above.append(up)
        up = up.up
    if above is not None:
        for ancestor in reversed(above):
            if now.running is not None and ancestor.kind > PURE and now.running.holds(ancestor):
                # The effect that owns it is held back until the commit, and makes it anew then.
                if now.effects is not None:
                    now.effects.append(node)
                return
            state = ancestor.state
            if state == STALE:
                if ancestor.cursor < 0:
                    update(ancestor)
            elif state == PENDING:
                settle_pending(ancestor, node)
    if node.state == STALE:
        if nesting >= NESTING:
            settle_sources(node)
            if node.state != STALE:
                return
        update(node)


def look_upstream(node: Computation, ignore: Computation | None, way: set[Computation] | None = None) -> None:
    """`node` may have changed: bring its sources up to date. Whatever has changed marks it in doing so. Where
    that leads goes into `way`.

    Depth first through the pending sources, with a stack of (node, index of the next source).
    """
    stack: list[tuple[Computation, int]] = []
    at = 0
    sources = node.sources
    node.state = CLEAN if node.reason is None else settled_state(node.reason)
    looking.append(stack)
    try:
        while True:
            if at < len(sources):
                source = sources[at]
                at += 1
            elif stack:
                node, at = stack.pop()
                sources = node.sources
                continue
            else:
                return
            if not isinstance(source, Computation):
                continue
            state = source.state
            if state == CLEAN:
                continue
            if state == STALE:
                if source is not ignore and source.updated < clock:
                    stack.append((node, at))
                    if source.up is None and source.cursor < 0 and nesting < NESTING:
                        update(source)
                    else:
                        run_top(source)
                    stack.pop()
                    sources = node.sources  # where that has disposed of the node, there are none
            elif state == PENDING:
                stack.append((node, at))
                node = source
                if way is not None:
                    way.add(node)
                at = 0
                sources = node.sources
                node.state = CLEAN if node.reason is None else settled_state(node.reason)
            elif source.cursor >= 0 and asking:
                check_cycle(node, source)
    finally:
        looking.pop()


def settle_sources(node: Computation) -> None:
    """Run the stale memos above `node`, deepest first: in a loop what nesting does with the call stack."""
    stack: list[tuple[Computation, int]] = [(node, 0)]
    seen: set[Computation] = {node}
    while stack:
        current, at = stack.pop()
        sources = current.sources
        descended = False
        while at < len(sources):
            source = sources[at]
            at += 1
            if isinstance(source, Computation) and source.state in (STALE, PENDING) and source not in seen:
                seen.add(source)
                stack.append((current, at))
                stack.append((source, 0))
                descended = True
                break
        if descended:
            continue
        if current is not node:
            if current.state == STALE and current.cursor < 0:
                run_top(current)
            elif current.state == PENDING:
                settle_pending(current)


def update(node: Computation) -> None:
    """Run `node` once: clear what the last run made, call it with tracking on, keep its value."""
    node.cursor = 0
    node.state = RUNNING
    broken: BaseException | None = None
    if now.watched or node.owned is not None or node.cleanups is not None:
        broken = prepare(node)
    time = clock
    outer_listener = now.listener
    outer_owner = now.owner
    now.listener = now.owner = node
    try:
        value = node.fn(node.value) if node.takes_value else node.fn()
    except BaseException as error:
        if broken is None:
            failed(node, error, time)
            return
        failures = [broken]
        attempt(failures, failed, node, error, time)
        raise_failures(failures)
    finally:
        now.listener = outer_listener
        now.owner = outer_owner
        if node.cursor != len(node.sources) or node.put_aside is not None:
            let_go(node)
        node.cursor = -1
    if node.state != RUNNING or node.reason is not None or broken is not None or now.watched:
        finish(node, value, time, broken)
        return
    node.state = CLEAN
    if node.kind == MEMO and node.updated != 0:
        old = node.value
        equals = node.equals
        if equals is None or not ((equals is same and old is value) or equals(old, value)):
            if now.updates is None:
                change(node, value)
            else:
                # What change() does, in place.
                node.value = value
                for reader in node.observers or ():
                    state = reader.state
                    if state == PENDING:
                        reader.state = STALE
                    elif state != STALE and (state != RUNNING or has_read(reader, node)):
                        mark(node)
                        break
    else:
        node.value = value
    node.updated = time


def prepare(node: Computation) -> BaseException | None:
    """Before a run: what the last one made goes. What a cleanup raises is kept until the run has ended."""
    if now.observer is not None:
        now.observer.ran(node)
    try:
        if now.running is not None:
            now.running.clear(node)
        else:
            dispose_children(node)
    except BaseException as error:
        return error
    return None


def finish(node: Computation, value: Any, time: int, broken: BaseException | None) -> None:
    """After a run out of the ordinary: it waited, had failed, is due again, is gone, has two worlds."""
    if node.state == RUNNING:
        node.state = CLEAN
    if node.updated <= time:
        if node.kind <= PURE and now.running is not None:
            now.running.touch(node)
        if node.kind != MEMO or node.updated == 0:
            node.value = value
        elif node.equals is None or not node.equals(node.value, value):
            change(node, value)
        node.updated = time
    if node.reason is not None:
        node.reason = None
        if node.observers:
            mark_waiting(node)
    if node.state == AGAIN:
        run_again(node)
    elif node.state == GONE:
        node.cursor = 0
        let_go(node)
        node.cursor = -1
    if now.transitions and now.running is None:
        carry_over(node)
    if broken is not None:
        raise broken


def carry_over(node: Computation) -> None:
    """`node` has run in the present world while a transition is pending, which may have to run it too.

    That is so where it has run there already, and where it has now read something that is different there.
    """
    overlay = node.overlay
    if overlay is not None:
        if overlay.state == GONE:
            overlay.transition.leave_out(node)
        elif node.kind <= PURE:
            overlay.transition.again(node)
        return
    for source in node.sources:
        if source.overlay is not None:
            source.overlay.transition.again(node)
            return


def mark_waiting(memo: Computation) -> None:
    """`memo` has a value again: who waits for it runs, even if the value is the one it had before."""
    waiting = [node for node in memo.observers or () if node.state in (WAITING, FAILED)]
    if waiting:

        def queue() -> None:
            for node in waiting:
                mark_other(node)

        run_updates(queue, False)


def run_again(node: Computation) -> None:
    """`node` was due in a queue while it was still running: queue it now."""
    node.state = STALE
    run_updates(lambda: enqueue(node), False)


def failed(node: Computation, error: BaseException, time: int) -> None:
    """A run raised. Called while the exception is handled; `update` restores the engine's state."""
    if isinstance(error, NotReady):
        # What it waits for may have been read without tracking, deep inside: it has to run again anyway.
        if error.node is not None:
            track(node, error.node)
        node.reason = error
        if node.state == RUNNING:
            node.state = WAITING
        elif node.state == AGAIN:
            run_again(node)
        return
    node.reason = error if node.kind <= PURE else None
    if node.kind <= PURE:
        node.state = FAILED
        if node.owned is not None:
            dispose_owned(node)
    elif node.state == RUNNING:
        node.state = CLEAN
    elif node.state == AGAIN:
        run_again(node)
    node.updated = time + 1
    handle_error(node, error)
