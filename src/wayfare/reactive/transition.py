"""Transitions: the next state is computed while the present one stays, and takes its place all at once.

While a transition is pending, each node it has touched has an `overlay` with the other world's value, state
and children. Entering the transition swaps them in, leaving swaps them out: the graph itself knows one world
only. Pure computations run in the transition at once. Effects wait for the commit, which comes when nothing
that the transition reads is on its way any more; it is one synchronous flush.

- An urgent write (outside, to a signal that is pending inside) goes to both worlds, and what ran in both
  runs again inside.
- What a pure computation made in the present world stays alive until the commit, with its cleanups; the
  transition's run makes its own.
- What is made inside a transition is not seen by the present world: a change there is carried inside.

Each `Scope` has at most one pending transition; later ones join it, and no scope waits for another's.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Generator
from typing import Any, cast

from . import graph
from .arity import refuse_async
from .graph import Computation, Signal
from .loops import attempt, raise_failures
from .nodes import CLEAN, GONE, HELD, PURE, STALE, Owner
from .now import now
from .scope import Scope, check_thread, current_scope
from .tracking import listen_again

_log = logging.getLogger("wayfare.reactive")


class Completion:
    """The end of a transition, to be awaited or heard of. Only awaiting needs a running loop."""

    __slots__ = ("_callbacks", "done", "error", "told")

    def __init__(self) -> None:
        self.done = False
        self.error: BaseException | None = None
        self.told = False
        self._callbacks: list[Callable[[], object]] = []

    def when_done(self, fn: Callable[[], object]) -> None:
        """Call `fn` at the end, or now where it has come already."""
        self.told = True
        if self.done:
            fn()
        else:
            self._callbacks.append(fn)

    def finish(self, error: BaseException | None = None) -> None:
        if self.done:
            return
        self.done = True
        self.error = error
        callbacks, self._callbacks = self._callbacks, []
        for fn in callbacks:
            try:
                fn()
            except Exception:  # nobody is there to be told: this is the end of what they all waited for
                _log.exception("what waited for the end of a transition raised an exception")

    def __await__(self) -> Generator[Any, None, None]:
        self.told = True
        if not self.done:
            future: asyncio.Future[None] = asyncio.get_running_loop().create_future()

            def wake() -> None:
                if not future.done():
                    future.set_result(None)

            self._callbacks.append(wake)
            yield from future
        if self.error is not None:
            raise self.error

    def __del__(self) -> None:
        if self.error is not None and not self.told:
            _log.error("a transition's function raised, and nobody awaited it", exc_info=self.error)


class _SignalOverlay:
    __slots__ = ("node", "transition", "value")

    def __init__(self, transition: Transition, node: Signal) -> None:
        self.transition = transition
        self.node = node
        self.value = node.value

    def swap(self) -> None:
        node = self.node
        node.value, self.value = self.value, node.value


class _OwnerOverlay:
    """The other world's side of an owner: `born` where the present world has none at all."""

    __slots__ = ("born", "cleanups", "kept", "node", "owned", "ran", "reason", "state", "transition", "value")

    def __init__(self, transition: Transition, node: Owner) -> None:
        self.transition = transition
        self.node = node
        self.state = node.state
        self.ran = False
        self.born = False
        self.kept: dict[Any, None] | None = None
        self.owned: dict[Owner, None] | None = None
        self.cleanups: list[Callable[[], object]] | None = None
        self.value: Any = None
        self.reason: BaseException | None = None
        if isinstance(node, Computation):
            self.value = node.value
            self.reason = node.reason

    def swap(self) -> None:
        node = self.node
        node.state, self.state = self.state, node.state
        if isinstance(node, Computation):
            node.value, self.value = self.value, node.value
            node.reason, self.reason = self.reason, node.reason
        if self.ran:
            node.owned, self.owned = self.owned, node.owned
            node.cleanups, self.cleanups = self.cleanups, node.cleanups

    def release(self) -> None:
        """Unsubscribe from what only the present world's last run has read."""
        kept, node = self.kept, self.node
        self.kept = None
        if kept and isinstance(node, Computation):
            for source in kept.keys() - set(node.sources):
                if source.observers is not None:
                    source.observers.pop(node, None)

    def clear_away(self, failures: list[BaseException]) -> None:
        """What the other world has made goes."""
        if self.ran:
            attempt(failures, graph.dispose_all, list(self.owned or ()))
            attempt(failures, graph.run_cleanups, self.node, self.cleanups or [])


class Transition:
    """One pending transition of a scope.

    Attributes
    ----------
    promises:
        What it waits for: whatever objects `add_promise` was given and `discard_promise` not yet.
    done:
        Finished at the commit, after the effects have run.
    """

    __slots__ = (
        "done",
        "effects",
        "nodes",
        "promises",
        "requeued",
        "scheduled",
        "scope",
        "state",
        "to_dispose",
    )

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.nodes: dict[Signal | Owner, _SignalOverlay | _OwnerOverlay] = {}
        self.effects: list[Computation] = []
        self.promises: set[object] = set()
        self.to_dispose: list[Owner] = []
        self.requeued: dict[Computation, None] = {}
        self.scheduled = False
        self.state = "pending"
        self.done = Completion()
        now.count_transitions(1)

    def run(self, fn: Callable[[], object]) -> None:
        """Run `fn` in this transition's world, then commit, or hold until what it waits for is there."""
        if now.running is self:
            fn()
            return
        if self.state != "pending":
            graph.run_updates(fn, False)
            return
        if now.updates is not None or now.effects is not None or now.running is not None:
            self.soon(fn)
            return

        def inside() -> None:
            self._queue_again()
            fn()

        self.enter()
        try:
            graph.run_updates(inside, False)
        finally:
            if now.running is self:  # pyright: ignore[reportUnnecessaryComparison]
                self.leave()
            if self.state == "committed":  # pyright: ignore[reportUnnecessaryComparison]
                self.state = "done"
                self.done.finish()
            elif self.state == "pending":
                graph.write(self.scope.pending, True)

    def soon(self, fn: Callable[[], object]) -> None:
        """Run `fn` in this transition, when the present flush is over."""
        self.scope.world.clock.call_soon(lambda: self.run(fn))

    def enter(self) -> None:
        for overlay in self.nodes.values():
            overlay.swap()
        now.enter(self)

    def leave(self) -> None:
        now.enter(None)
        for overlay in self.nodes.values():
            overlay.swap()

    def add_promise(self, promise: object) -> None:
        """Hold the commit until `promise` is discarded."""
        if self.state == "pending":
            self.promises.add(promise)

    def discard_promise(self, promise: object) -> None:
        """`promise` is not waited for any longer."""
        self.promises.discard(promise)
        if not self.promises and self.state == "pending" and now.running is not self:
            self._check_soon()

    def _check_soon(self) -> None:
        if not self.scheduled:
            self.scheduled = True
            self.scope.world.clock.call_soon(self._check)

    def _check(self) -> None:
        self.scheduled = False
        if self.state == "pending":
            self.run(lambda: None)

    def _queue_again(self) -> None:
        requeued, self.requeued = self.requeued, {}
        for node in requeued:
            if node.state == GONE:
                continue
            self.touch(node)
            node.state = STALE
            graph.enqueue(node)
            if node.observers:
                graph.mark_downstream(node)

    # What the graph calls while this transition's world is swapped in.

    def touch(self, node: Any) -> None:
        """`node` is about to change in this world: remember the present one's side."""
        if node.overlay is None:
            overlay = _SignalOverlay(self, node) if isinstance(node, Signal) else _OwnerOverlay(self, node)
            node.overlay = self.nodes[node] = overlay

    def born(self, node: Owner) -> None:
        """`node` is made in this world: the present one does not know it."""
        overlay = _OwnerOverlay(self, node)
        overlay.born = True
        overlay.ran = True
        overlay.state = HELD if isinstance(node, Computation) else CLEAN
        node.overlay = self.nodes[node] = overlay

    def clear(self, node: Computation) -> None:
        """`node` is about to run here. What the present world's runs made is gone here and lives on there."""
        overlay = node.overlay
        if overlay is None and node.kind <= PURE:
            self.touch(node)
            overlay = node.overlay
            overlay.state = CLEAN
        if not isinstance(overlay, _OwnerOverlay) or overlay.transition is not self:
            graph.dispose_children(node)
            return
        if overlay.ran:
            graph.dispose_children(node)
        else:
            overlay.ran = True
            overlay.owned = node.owned
            overlay.cleanups = node.cleanups
            node.owned = None
            node.cleanups = None
        for child in overlay.owned or ():
            if child.state != GONE:  # else it is left behind already, by an earlier run here
                self._leave_behind(child)

    def _leave_behind(self, root: Owner) -> None:
        """In this world, the subtree of `root` is gone. In the present one it lives until the commit."""
        stack = [root]
        while stack:
            node = stack.pop()
            self.touch(node)
            node.state = GONE
            overlay = node.overlay
            stack.extend(node.owned or ())
            if isinstance(overlay, _OwnerOverlay) and overlay.ran and overlay.owned:
                stack.extend(overlay.owned)

    def leave_out(self, node: Owner) -> None:
        """`node` is gone here and has run in the present world: what that made is gone here as well."""
        stack = list(node.owned or ())
        while stack:
            child = stack.pop()
            self.touch(child)
            child.overlay.state = GONE
            stack.extend(child.owned or ())

    def dispose(self, node: Owner) -> bool:
        """Dispose of `node` at the commit, where it is older than this transition. Else say no."""
        overlay = node.overlay
        if isinstance(overlay, _OwnerOverlay) and (overlay.born or overlay.transition is not self):
            return False
        self._leave_behind(node)
        self.to_dispose.append(node)
        return True

    def holds(self, effect: Computation) -> bool:
        """Whether `effect` belongs to the present world, and so waits for the commit."""
        overlay = effect.overlay
        return not (isinstance(overlay, _OwnerOverlay) and overlay.born)

    def keeps(self, node: Computation, sources: dict[Any, None]) -> bool:
        """What a run here no longer reads, the present world still does: it stays subscribed until then."""
        overlay = node.overlay
        if not isinstance(overlay, _OwnerOverlay) or overlay.born or overlay.transition is not self:
            return False
        if overlay.kept is None:
            overlay.kept = dict(sources)
        else:
            overlay.kept.update(sources)
        return True

    def readers(self, source: Signal | Computation) -> list[Computation]:
        """Who has read `source` in this world: not those that only the present world keeps subscribed."""
        found: list[Computation] = []
        for node in source.observers or ():
            self.touch(node)
            overlay = node.overlay
            kept = overlay.kept if overlay.transition is self else None
            if kept is None or source not in kept or source in node.sources:
                found.append(node)
        return found

    def forget(self, node: Any) -> None:
        """`node` has been disposed of."""
        overlay = self.nodes.pop(node, None)
        node.overlay = None
        if isinstance(overlay, _OwnerOverlay):
            overlay.release()
        self.requeued.pop(node, None)
        if isinstance(overlay, _OwnerOverlay) and overlay.ran:
            # What the other world's run made. Of what was born in a transition, that is everything.
            if overlay.owned:
                graph.dispose_all(reversed(overlay.owned))
            if overlay.cleanups:
                graph.run_cleanups(node, overlay.cleanups)

    def again(self, node: Computation) -> None:
        """The present world has changed something under `node`: it runs again in this one."""
        self.requeued[node] = None
        self._check_soon()

    def settle(self) -> bool:
        """The graph has settled in this world: commit (True), or hold back the effects (False)."""
        if self.promises:
            self.effects.extend(now.effects or ())
            now.effects = []
            self.leave()
            return False
        self._commit()
        return True

    def _commit(self) -> None:
        """What is swapped in stays. The present world's side goes: values, children and their cleanups."""
        self.state = "committed"
        now.enter(None)
        now.count_transitions(-1)
        self.scope.transition = None
        if now.effects is not None:
            now.effects.extend(self.effects)
        nodes, self.nodes = self.nodes, {}
        left: list[_OwnerOverlay] = []
        for node, overlay in nodes.items():
            node.overlay = None
            if isinstance(overlay, _OwnerOverlay):
                overlay.release()
                if overlay.node.state == GONE:
                    overlay.node.state = CLEAN  # gone here; now it really goes, and its cleanups run
                if overlay.ran and not overlay.born:
                    left.append(overlay)

        def clear_away() -> None:
            for node in self.to_dispose:
                attempt(failures, graph.dispose, node)
            for overlay in left:
                overlay.clear_away(failures)
            graph.write(self.scope.pending, False)

        failures: list[BaseException] = []
        attempt(failures, graph.run_updates, clear_away, False)
        if failures:
            raise_failures(failures)

    def abandon(self) -> None:
        """The scope has closed: nothing will be committed."""
        if self.state != "pending":
            return
        self.state = "abandoned"
        if now.running is self:
            self.leave()
        now.count_transitions(-1)
        self.scope.transition = None
        self.effects.clear()
        self.requeued.clear()
        failures: list[BaseException] = []
        born = [
            overlay.node
            for overlay in self.nodes.values()
            if isinstance(overlay, _OwnerOverlay) and overlay.born
        ]
        attempt(failures, graph.dispose_all, born)
        nodes, self.nodes = self.nodes, {}
        for node, overlay in nodes.items():
            node.overlay = None
            if isinstance(overlay, _OwnerOverlay):
                overlay.release()
                overlay.clear_away(failures)
        for node in self.to_dispose:
            attempt(failures, graph.dispose, node)
        self.done.finish()
        if failures:
            raise_failures(failures)


def start_transition(fn: Callable[[], object], *, scope: Scope | None = None) -> Completion:
    """Run `fn` soon, and show what it changes only when everything it reads is there, all at once.

    Until then what is on screen stays. A transition begun while another of the same scope is pending joins
    it.

    Parameters
    ----------
    fn:
        Writes signals. It is called in the current owner and under the current listener.
    scope:
        Whose transition; the current scope's by default.

    Returns
    -------
    Completion
        Awaitable: done when the change has been committed and its effects have run. Raises what `fn` raised.

    Upstream: https://docs.solidjs.com/reference/reactive-utilities/start-transition
    """
    check_thread()
    refuse_async(
        fn,
        "start_transition",
        "Await first, and write in the transition: data = await load(), then "
        "start_transition(lambda: set_data(data)).",
    )
    where = scope if scope is not None else current_scope()
    inside = running_transition()
    if inside is not None and inside.scope is where:
        fn()
        return inside.done
    owner, listener = now.owner, now.listener
    result = Completion()

    def begin() -> None:
        transition = where.transition
        if transition is None:
            transition = Transition(where)
            where.transition = transition
        if now.running is not None or now.updates is not None or now.effects is not None:
            where.world.clock.call_soon(begin)
            return
        done = transition.done
        error: BaseException | None = None

        def call() -> None:
            nonlocal error
            outer = now.owner
            now.owner = owner
            try:
                listen_again(listener, fn)
            except BaseException as raised:
                error = raised
            finally:
                now.owner = outer

        try:
            transition.run(call)
        except BaseException as raised:
            error = error or raised
        if error is not None and owner is not None:
            try:
                graph.handle_error(owner, error)
                error = None
            except BaseException as raised:
                error = raised
        done.when_done(lambda: result.finish(error))
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise error

    where.world.clock.call_soon(begin)
    return result


def use_transition(
    scope: Scope | None = None,
) -> tuple[Callable[[], bool], Callable[[Callable[[], object]], Completion]]:
    """Whether a transition of the current scope is pending, as an accessor, and `start_transition` for it.

    Upstream: https://docs.solidjs.com/reference/reactive-utilities/use-transition
    """
    where = scope if scope is not None else current_scope()
    return where.pending.read, lambda fn: start_transition(fn, scope=where)


def transition_running() -> bool:
    """Whether this code runs inside a transition's world."""
    return now.running is not None


def running_transition() -> Transition | None:
    """The transition whose world this code runs in."""
    return cast("Transition | None", now.running)
