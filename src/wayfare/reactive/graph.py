"""The graph: what is read, what is written, what runs and in which order. The hot path, in one file.

A write marks what read it ``STALE`` and everything further down ``PENDING``, and puts each of them in a
queue: pure computations (memos, computeds) in ``updates``, the others in ``effects``. At the end of the
outermost write or batch the queues run: updates first, so that effects see a settled graph::

      count ──► doubled ──► label ──► effect          set_count(2)
     (write)    STALE      PENDING    PENDING         updates: doubled, label   effects: effect

A ``PENDING`` node looks upstream first: it runs only where something it reads has really changed.

**Re-reading is cheap.** A computation keeps the list of what it read the last time and a cursor into it. As
long as a run reads the same things in the same order, tracking is one comparison and one addition. At the
first difference the rest of the list is put aside, and what has not been read again by the end of the run is
let go.

**Two worlds.** A transition computes the next state while the present one stays. Every node it touches
gets an ``Overlay`` that holds the other world's value and state; entering and leaving the transition swaps
them, so everything in this file works on ``node.value`` and ``node.state`` and knows one world only.
The hooks are ``running`` (the transition whose world is swapped in) and ``Overlay``.

**No recursion.** Marking, looking upstream and disposing keep their own stacks. Only a computation that
reads a stale memo nests, and beyond ``NESTING`` levels its sources are brought up to date in a loop first.

Names of this module without an underscore are for its siblings in this package, not for users.
"""

from __future__ import annotations

from _thread import get_ident
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ..errors import ThreadError
from .loops import cycle, endless_rounds, endless_writes, raise_failures
from .nodes import (
    AGAIN,
    CLEAN,
    FAILED,
    GONE,
    HELD,
    MEMO,
    OWNER,
    PENDING,
    PURE,
    RENDER,
    RUNNING,
    STALE,
    USER,
    WAITING,
    NotReady,
    Owner,
    settled_state,
)
from .protocols import Boundary, Observer, Running

NESTING = 40
"""How many computations may be running inside each other before sources are settled in a loop instead."""
SEARCHED = 16
"""Up to this place in the list, a repeated read is looked for; further on, the rest is put aside."""
MAX_ROUNDS = 10_000
"""How often effects may set off further effects before a flush is called a loop."""
MAX_QUEUE = 100_000
"""From this length on, the queue of pure computations is examined for the same ones coming back."""


class Now:
    """Who is running: the computation that tracks, and the owner of what is made.

    An object rather than globals of the module: both change at each run, and storing a slot is many times
    cheaper.
    """

    __slots__ = ("listener", "owner")

    listener: Computation | None
    owner: Owner | None


now = Now()
now.listener = None
now.owner = None
transitions = 0
"""How many transitions are pending, of all scopes."""
watched = False
"""Whether a transition is pending or somebody observes: whether a run has to look at more than itself."""
updates: list[Computation] | None = None
effects: list[Computation] | None = None
running: Running | None = None
clock = 1
nesting = 0
thread = 0
disposals: list[list[Owner | tuple[Owner, list[Callable[[], object]]]]] = []
"""The stacks of the disposals that are going on inside each other."""
asking: list[tuple[Computation, Memo]] = []
"""Who is waiting for which memo's run, innermost last: what a cycle's message is made from."""
on_wrong_thread: Callable[[], None] | None = None
"""Set by scope.py: decides whether another thread may take the graph over, or raises."""
observer: Observer | None = None
"""Set by inspect.py while somebody wants to know why things run."""


def enter(transition: Running | None) -> None:
    """Say whose world is swapped in."""
    global running, watched
    running = transition
    watched = transitions > 0 or observer is not None


def observe(who: Observer | None) -> None:
    """Let `who` hear of each write and each run, or nobody."""
    global observer, watched
    observer = who
    watched = transitions > 0 or observer is not None


def count_transitions(change: int) -> None:
    """One more transition is pending, or one less."""
    global transitions, watched
    transitions += change
    watched = transitions > 0 or observer is not None


def check_thread() -> None:
    """Another thread than the graph's is here: let it take over where that is safe, or raise."""
    global thread
    if on_wrong_thread is not None:
        on_wrong_thread()
    elif thread != 0:
        raise ThreadError("the reactive graph belongs to another thread")
    thread = get_ident()


class Signal:
    """A value that can be written; `read` and `set` are what `create_signal` hands out."""

    __slots__ = ("equals", "name", "observers", "overlay", "value")

    def __init__(
        self, value: Any, equals: Callable[[Any, Any], object] | None, name: str | None = None
    ) -> None:
        self.value: Any = value
        self.observers: dict[Computation, None] | None = None
        self.equals = equals
        self.name = name
        self.overlay: Any = None

    def read(self) -> Any:
        reader = now.listener
        if reader is not None:
            at = reader.cursor
            sources = reader.sources
            if at < len(sources) and sources[at] is self:
                reader.cursor = at + 1
            else:
                track(reader, self)
        elif get_ident() != thread:
            check_thread()
        return self.value

    def set(self, value: Any = None) -> Any:
        if get_ident() != thread:
            check_thread()
        if callable(value):
            value = value(self.value)
        write(self, value)
        return value

    def __repr__(self) -> str:
        return f"<Signal {self.name or 'unnamed'}>"


class Computation(Owner):
    """A function that runs again when what it read has changed. It owns what is made while it runs."""

    __slots__ = (
        "boundary", "cursor", "equals", "fn", "observers", "put_aside", "reason", "sources", "takes_value",
        "updated", "value",
    )  # fmt: skip

    def __init__(
        self,
        fn: Callable[..., Any],
        takes_value: bool,
        value: Any,
        kind: int,
        name: str,
        equals: Callable[[Any, Any], object] | None = None,
    ) -> None:
        parent = now.owner
        self.parent = parent
        self.owned = None
        self.cleanups = None
        self.name = name
        self.overlay = None
        self.state = STALE
        self.observers: dict[Computation, None] | None = None
        self.equals = equals
        self.fn = fn
        self.takes_value = takes_value
        self.kind = kind
        self.value: Any = value
        self.sources: list[Signal | Memo] = []
        self.cursor = -1
        self.put_aside: dict[Signal | Memo, None] | None = None
        self.updated = 0
        self.reason: BaseException | None = None
        self.boundary: Boundary | None = None
        if parent is None:
            self.up = None
            self.context = None
            self.scope = None
        else:
            self.up = parent.up if parent.kind == OWNER else parent  # type: ignore[assignment]
            self.context = parent.context
            self.scope = parent.scope
            if parent.state != GONE:
                owned = parent.owned
                if owned is None:
                    parent.owned = {self: None}
                else:
                    owned[self] = None
        if running is not None:
            running.born(self)
        elif get_ident() != thread:
            check_thread()


class Memo(Computation):
    """A computation whose value can be read, and whose readers run only when it has changed."""

    __slots__ = ()

    def read(self) -> Any:
        if self.state:
            return self.read_unsettled()
        reader = now.listener
        if reader is not None:
            at = reader.cursor
            sources = reader.sources
            if at < len(sources) and sources[at] is self:
                reader.cursor = at + 1
            else:
                track(reader, self)
        elif get_ident() != thread:
            check_thread()
        return self.value

    def read_unsettled(self) -> Any:
        """Read while something upstream has changed, or the last run did not give a value."""
        if get_ident() != thread:
            check_thread()
        reader = now.listener
        state = self.state
        if self.cursor >= 0:
            if reader is not None:
                check_cycle(reader, self)
        elif state in (STALE, FAILED, PENDING):
            if reader is None:
                refresh(self)
            else:
                # Who waits for whom: what a cycle's message is made from.
                asking.append((reader, self))
                try:
                    refresh(self)
                finally:
                    asking.pop()
        if reader is not None:
            at = reader.cursor
            sources = reader.sources
            if 0 <= at < len(sources) and sources[at] is self:
                reader.cursor = at + 1
            else:
                track(reader, self)
        if self.state == WAITING and self.reason is not None:
            raise self.reason
        return self.value


# Reading ----------------------------------------------------------------------------------------------


def track(reader: Computation, source: Signal | Memo) -> None:
    """Note that `reader` has read `source`, where the cursor's comparison did not settle it already.

    Three cases: it is new (it is added); it has been read before in this run (nothing to do); or the run has
    taken another turn than the last one (the rest of the list is put aside, and what is read again comes
    back).
    """
    if get_ident() != thread:
        check_thread()
    sources = reader.sources
    at = reader.cursor
    if at < 0 or (at and sources[at - 1] is source):
        return
    observers = source.observers
    if observers is None:
        source.observers = {reader: None}
    elif reader not in observers:
        observers[reader] = None
    else:
        if at < len(sources):
            if sources[at] is source:
                reader.cursor = at + 1
                return
            if at <= SEARCHED:
                for known in sources[:at]:
                    if known is source:
                        return
            put_aside(reader)
        aside = reader.put_aside
        if aside is not None and source in aside:
            del aside[source]
        elif reader.overlay is None or source in sources:
            return  # with two worlds, it may have been subscribed for the other one
    if at < len(sources):
        put_aside(reader)
    sources.append(source)
    reader.cursor = at + 1


def put_aside(reader: Computation) -> None:
    """The run goes another way than the last one: what that one read from here on may not be read again."""
    sources = reader.sources
    at = reader.cursor
    rest = dict.fromkeys(sources[at:])
    del sources[at:]
    if reader.put_aside is None:
        reader.put_aside = rest
    else:
        reader.put_aside.update(rest)


def let_go(node: Computation) -> None:
    """After a run: unsubscribe from what the last one read and this one did not."""
    if node.cursor < len(node.sources):
        put_aside(node)
    rest = node.put_aside
    node.put_aside = None
    if rest is not None:
        if running is not None and running.keeps(node, rest):
            return
        for source in rest:
            if source.observers is not None:
                source.observers.pop(node, None)


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
    global updates
    saved = updates
    updates = None
    try:
        run_updates(lambda: look_upstream(node, ignore), False)
    finally:
        updates = saved


def check_cycle(reader: Computation, memo: Computation) -> None:
    """`memo` is running and has been read: an error where its own run is what asked for it."""
    error = cycle(asking, reader, memo)
    if error is not None:
        raise error


# Writing ----------------------------------------------------------------------------------------------


def write(node: Signal, value: Any) -> None:
    """Give `node` a value from outside, and run what depends on it where that is a change."""
    equals = node.equals
    if equals is not None and (node.value is value or equals(node.value, value)):
        return
    if running is not None:
        running.touch(node)
    elif node.overlay is not None:
        # An urgent write while a transition is pending goes to both worlds.
        node.overlay.value = value
    change(node, value)


def change(node: Signal | Computation, value: Any) -> None:
    """`node` has another value: mark what read it, and run it at the end of the outermost write or batch."""
    node.value = value
    if observer is not None:
        observer.wrote(node, now.listener)
    if node.observers:
        if updates is not None:
            mark(node)
        else:
            run_updates(lambda: mark(node), False)


def mark(source: Signal | Computation) -> None:
    """Queue what read `source` as STALE, and what depends on that as PENDING, depth first."""
    observers = source.observers
    pures = updates
    others = effects
    if observers is None or pures is None or others is None:
        return
    if running is not None:
        for node in observers:
            running.touch(node)
    for node in observers:
        state = node.state
        if state == CLEAN:
            node.state = STALE
            if node.kind <= PURE:
                pures.append(node)
                if node.observers:
                    mark_downstream(node)
            else:
                others.append(node)
        elif state == PENDING:
            node.state = STALE
        elif state != STALE:
            mark_other(node, source)
    if len(pures) > MAX_QUEUE:
        check_loop(pures)


def mark_other(node: Computation, source: Signal | Computation) -> None:
    """Mark a node that is neither clean nor marked already."""
    state = node.state
    if state in (GONE, AGAIN):
        return
    if state == HELD:
        node.overlay.transition.again(node)
        return
    if state == RUNNING and not has_read(node, source):
        return
    node.state = STALE
    enqueue(node)
    if node.observers:
        mark_downstream(node)


def has_read(node: Computation, source: Signal | Computation) -> bool:
    """Whether `node`, which is running, has read `source` in this run: that lies before its cursor."""
    at = node.cursor
    sources = node.sources
    if at < len(sources) and sources[at] is source:
        return False  # the ordinary case: it is just being read
    return source in sources[:at]


def mark_downstream(memo: Computation) -> None:
    """Everything below `memo` is PENDING: it may have changed. In depth-first order, without recursion."""
    pures = updates
    others = effects
    if pures is None or others is None or memo.observers is None:
        return
    stack: list[tuple[Computation, Iterator[Computation]]] = [(memo, iter(memo.observers))]
    while stack:
        deeper = False
        source, nodes = stack[-1]
        for node in nodes:
            if running is not None:
                running.touch(node)
            state = node.state
            if state != CLEAN and state != FAILED and state != WAITING:
                if state == HELD:
                    node.overlay.transition.again(node)
                if state != RUNNING or not has_read(node, source):
                    continue
            node.state = PENDING
            if node.kind <= PURE:
                pures.append(node)
                if node.observers:
                    stack.append((node, iter(node.observers)))
                    deeper = True
                    break
            else:
                others.append(node)
        if not deeper:
            stack.pop()


def check_loop(queue: list[Computation]) -> None:
    """A very long queue: is it a big graph, or the same few computations setting each other off?"""
    distinct = set(queue)
    if len(queue) < 50 * len(distinct):
        return
    recent = queue[-1000:]
    queue.clear()
    for node in distinct:
        node.state = CLEAN
    raise endless_writes(recent)


# Running ----------------------------------------------------------------------------------------------


def run_updates(fn: Callable[[], Any], init: bool) -> Any:
    """Run `fn`, then what it has set off. `init`: writes inside run at once, only effects wait (a root).

    Where this is the outermost call, effects run too, round after round until there are none. What a
    computation raises with no handler above it does not keep the others from running: it is raised at the
    end.
    """
    global updates, effects, clock
    if updates is not None:
        return fn()
    if get_ident() != thread:
        check_thread()
    outermost = effects is None
    if not init:
        updates = []
    if outermost:
        effects = []
    clock += 1
    failures: list[BaseException] = []
    result: Any = None
    failed: BaseException | None = None
    try:
        result = fn()
    except BaseException as error:
        failed = error
    if updates is not None:
        run_queue(updates, failures)
        updates = None
    if outermost:
        run_effects(failures)
    if failed is not None:
        if failures:
            failed.add_note(f"and {len(failures)} more from what it had set off: {failures!r}")
        raise failed
    if failures:
        raise_failures(failures)
    return result


def run_queue(queue: list[Computation], failures: list[BaseException]) -> None:
    """Run a queue that may grow while it runs."""
    for node in queue:
        state = node.state
        if state == CLEAN:
            continue
        try:
            if state == STALE and node.up is None and node.boundary is None and node.cursor < 0:
                update(node)
            else:
                run_top(node)
        except BaseException as error:
            failures.append(error)


def run_effects(failures: list[BaseException]) -> None:
    """The outermost flush: render effects, then effects, then what these have set off, until it is quiet."""
    global updates, effects, clock
    rounds = 0
    while True:
        if running is not None and not running.settle():
            effects = None
            return
        queue = effects
        if not queue:
            effects = None
            return
        effects = []
        updates = []
        clock += 1
        users = [node for node in queue if node.kind == USER]
        if len(users) != len(queue):
            run_queue([node for node in queue if node.kind != USER], failures)
        if users:
            run_queue(users, failures)
        if updates:
            run_queue(updates, failures)
        updates = None
        rounds += 1
        if rounds > MAX_ROUNDS:
            for node in effects:
                node.state = CLEAN
            effects = None
            failures.append(endless_rounds(queue, MAX_ROUNDS))
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
            if running is not None and ancestor.kind > PURE and running.holds(ancestor):
                # The effect that owns it is held back until the commit, and makes it anew then.
                if effects is not None:
                    effects.append(node)
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


def look_upstream(node: Computation, ignore: Computation | None) -> None:
    """`node` may have changed: bring its sources up to date. Whatever has changed marks it in doing so.

    Depth first through the pending sources, with a stack of (node, index of the next source).
    """
    stack: list[tuple[Computation, int]] = []
    at = 0
    node.state = settled_state(node.reason)
    while True:
        sources = node.sources
        if at >= len(sources):
            if not stack:
                return
            node, at = stack.pop()
            continue
        source = sources[at]
        at += 1
        if not isinstance(source, Memo):
            continue
        state = source.state
        if state == STALE:
            if source is not ignore and source.updated < clock:
                run_top(source)
        elif state == PENDING:
            stack.append((node, at))
            node = source
            at = 0
            node.state = settled_state(node.reason)
        elif source.cursor >= 0 and asking:
            check_cycle(node, source)


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
            if isinstance(source, Memo) and source.state in (STALE, PENDING) and source not in seen:
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
    if watched or node.owned is not None or node.cleanups is not None:
        broken = prepare(node)
    time = clock
    outer_listener = now.listener
    outer_owner = now.owner
    now.listener = now.owner = node
    try:
        value = node.fn(node.value) if node.takes_value else node.fn()
    except BaseException as error:
        failed(node, error, time)
        return
    finally:
        now.listener = outer_listener
        now.owner = outer_owner
        if node.cursor != len(node.sources) or node.put_aside is not None:
            let_go(node)
        node.cursor = -1
    if node.state == RUNNING:
        node.state = CLEAN
    if node.updated <= time:
        if watched and node.kind <= PURE and running is not None:
            running.touch(node)
        if node.kind == MEMO and node.updated != 0:
            equals = node.equals
            if equals is None or (node.value is not value and not equals(node.value, value)):
                change(node, value)
        else:
            node.value = value
        node.updated = time
    if watched or node.state != CLEAN or node.reason is not None or broken is not None:
        finish(node, broken)


def prepare(node: Computation) -> BaseException | None:
    """Before a run: what the last one made goes. What a cleanup raises is kept until the run has ended."""
    if observer is not None:
        observer.ran(node)
    try:
        if running is not None:
            running.clear(node)
        else:
            dispose_children(node)
    except BaseException as error:
        return error
    return None


def finish(node: Computation, broken: BaseException | None) -> None:
    """After a run out of the ordinary: it waited, had failed, is due again, is gone, has two worlds."""
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
    if transitions and running is None:
        carry_over(node)
    if broken is not None:
        raise broken


def carry_over(node: Computation) -> None:
    """`node` has run in the present world while a transition is pending, which may have to run it too.

    That is so where it has run there already, and where it has now read something that is different there.
    """
    if node.overlay is not None:
        if node.kind <= PURE:
            node.overlay.transition.again(node)
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
                mark_other(node, memo)

        run_updates(queue, False)


def run_again(node: Computation) -> None:
    """`node` was due in a queue while it was still running: queue it now."""
    node.state = STALE
    run_updates(lambda: enqueue(node), False)


def enqueue(node: Computation) -> None:
    """Put a node that is stale into its queue."""
    queue = updates if node.kind <= PURE else effects
    if queue is not None:
        queue.append(node)


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


# Owning -----------------------------------------------------------------------------------------------


def dispose_children(node: Owner) -> None:
    """Before a node runs again: what the last run made goes, newest first, then its own cleanups run."""
    if node.owned is not None:
        dispose_owned(node)
    cleanups = node.cleanups
    if cleanups is not None:
        node.cleanups = None
        run_cleanups(node, cleanups)


def dispose_owned(node: Owner) -> None:
    owned = node.owned
    node.owned = None
    if owned is not None:
        dispose_all(reversed(owned))


def dispose(node: Owner) -> None:
    """Dispose of `node` and everything under it; inside a transition, of what is older, at its commit."""
    if node.state == GONE:
        return
    if running is not None and running.dispose(node):
        return
    parent = node.parent
    if parent is not None and parent.owned is not None:
        parent.owned.pop(node, None)
    dispose_all((node,))


def dispose_all(nodes: Iterable[Owner]) -> None:
    """Take whole subtrees down: each node's sources, then its children newest first, then its cleanups.

    `stack` holds what is still to be entered, and, as a tuple, what is to be left after its children. A
    cleanup that disposes of something else (a mapped list, of its rows) nests; from NESTING levels on, what
    it disposes of joins the stack of the disposal around it.
    """
    stack: list[Owner | tuple[Owner, list[Callable[[], object]]]] = list(nodes)
    stack.reverse()
    if len(disposals) >= NESTING:
        disposals[-1].extend(stack)
        return
    disposals.append(stack)
    outer_listener = now.listener
    now.listener = None
    failures: list[BaseException] = []
    try:
        while stack:
            entry = stack.pop()
            if isinstance(entry, tuple):
                try:
                    run_cleanups(entry[0], entry[1])
                except BaseException as error:
                    failures.append(error)
                continue
            if entry.state == GONE:
                continue
            entry.state = GONE
            if entry.overlay is not None:
                entry.overlay.transition.forget(entry)
            if isinstance(entry, Computation):
                entry.fn = nothing
                for source in entry.sources:
                    if source.observers is not None:
                        source.observers.pop(entry, None)
                if entry.cursor < 0:
                    entry.sources = []
            cleanups = entry.cleanups
            if cleanups is not None:
                entry.cleanups = None
                stack.append((entry, cleanups))
            owned = entry.owned
            if owned is not None:
                entry.owned = None
                stack.extend(owned)
    finally:
        now.listener = outer_listener
        disposals.pop()
    if failures:
        raise_failures(failures)


def run_cleanups(node: Owner, cleanups: list[Callable[[], object]]) -> None:
    """Run cleanups, newest first, untracked. One that raises does not keep the others from running."""
    outer = now.listener
    now.listener = None
    failures: list[BaseException] = []
    try:
        for cleanup in reversed(cleanups):
            try:
                cleanup()
            except BaseException as error:
                try:
                    handle_error(node, error)
                except BaseException as unhandled:
                    failures.append(unhandled)
    finally:
        now.listener = outer
    if failures:
        raise_failures(failures)


def nothing(*_: object) -> None:
    """What a disposed computation runs."""


ERRORS = object()
"""The key of the error handlers in a context: a list, nearest provider only."""


class Report(Computation):
    """An error on its way to its handlers, queued among the effects so that the flush ends first."""

    __slots__ = ()


def handle_error(node: Owner | None, error: BaseException) -> None:
    """Give `error` to the nearest `catch_error` above `node`, else to its scope's `on_error`; raise it where
    there is neither.

    During a flush the handlers run with the effects, when the graph is settled.
    """
    context = node.context if node is not None else None
    handlers = context.get(ERRORS) if context is not None else None
    if handlers is None or isinstance(error, NotReady) or not isinstance(error, Exception):
        if handlers is None and not isinstance(error, NotReady):
            note_place(node, error)
            scope = node.scope if node is not None else None
            if scope is not None and scope.on_error is not None and isinstance(error, Exception):
                scope.on_error(error)
                return
        raise error
    if effects is None:
        run_handlers(node, handlers, error)
        return
    outer = now.owner
    now.owner = None
    try:
        report = Report(lambda: run_handlers(node, handlers, error), False, None, RENDER, "error handler")
    finally:
        now.owner = outer
    effects.append(report)


def note_place(node: Owner | None, error: BaseException) -> None:
    """Note on an error that nobody handles where it came from: the names from the outermost owner inwards."""
    if node is None or any(note.startswith("at ") for note in getattr(error, "__notes__", ())):
        return
    names: list[str] = []
    while node is not None and len(names) < 10:
        if node.name and node.name not in names[-1:]:
            names.append(node.name)
        node = node.parent
    if names:
        error.add_note("at " + " > ".join(reversed(names)))


def run_handlers(node: Owner | None, handlers: list[Callable[[Exception], object]], error: Exception) -> None:
    try:
        for handler in handlers:
            handler(error)
    except Exception as second:
        # A handler's own error goes to the handlers above the owner that failed.
        above = node.parent if node is not None else None
        while above is not None and above.context is not None and above.context.get(ERRORS) is handlers:
            above = above.parent
        handle_error(above, second)
