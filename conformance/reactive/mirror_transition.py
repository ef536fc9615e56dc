"""Makes transitions keep their books as upstream does: the mirror of what differences.json says of them.

Upstream has one list of what a transition has given a value and one of what it has disposed of. What follows
from these two lists, and is mirrored here:

- A transition commits at the end of any flush that finds nothing left to wait for, and at no other time
  (``stuck-transition``); a refetch outside of it stays outside (``refetch-outside``).
- What has run in both worlds runs again inside, each by itself, and subscribes a second time
  (``runs-again``). What was made inside runs outside too (``born-inside``).
- A node that loses its last reader loses the value it had in the transition (``stale-after-commit``).
- What is disposed of inside is unsubscribed at the commit, in the order of these lists
  (``order-after-transition``).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from wayfare.reactive import disposal, flush, graph, nodes
from wayfare.reactive.now import now
from wayfare.reactive.resource import Resource
from wayfare.reactive.suspense import SuspenseBoundary
from wayfare.reactive.transition import Completion, Transition

from .mirror_order import Observers, detach, read_by, release
from .patching import Patches


class Books:
    """What upstream notes of its one pending transition."""

    def __init__(self) -> None:
        self.transition: Transition | None = None
        self.valued: dict[Any, None] = {}
        """What has a value of its own in the transition, in the order in which it got it."""
        self.disposed: dict[Any, None] = {}
        """What is gone in the transition, and lives on outside until the commit."""
        self.unmoved: set[Any] = set()
        """What ran in a transition without having another value: what it made there stays apart, and goes at
        once when a transition runs it again."""
        self.cleared: set[Any] = set()
        """What has run outside since it ran in the transition: nothing that it made there is left."""
        self.undead: list[tuple[graph.Computation, Callable[..., Any]]] = []
        """Effects due inside that have been disposed of outside: they run at the commit all the same."""
        self.parked: set[graph.Computation] = set()
        """Effects that wait in a boundary and have been disposed of inside: they are due outside, unless the
        boundary resumes at a commit."""
        self.waiting: set[graph.Computation] = set()
        """Effects that a boundary keeps back: they are due outside, and inside only once something is written
        there that they read."""
        self.ran_inside: set[graph.Computation] = set()
        """Effects that a transition has made and run: their state in it, clean, is what they get at the next
        commit that finds them due."""
        self.dropped: object = None
        """The last promise that a resource has let go of."""

    def begin(self, transition: Transition) -> None:
        self.transition = transition
        self.valued.clear()
        self.disposed.clear()
        self.cleared.clear()
        self.undead.clear()

    @property
    def pending(self) -> Transition | None:
        return self.transition if self.transition is not None and self.transition.state == "pending" else None

    def value(self, node: Any) -> None:
        """`node` has been given a value; where that was inside the transition, note it."""
        if now.running is not None:
            self.valued[node] = None

    def forget_value(self, node: Any) -> None:
        """`node` has lost its last reader, or is disposed of: its value in the transition goes."""
        if self.pending is None or node not in self.valued:
            return
        del self.valued[node]
        if node.overlay is not None:
            if now.running is not None:
                node.value = node.overlay.value
            else:
                node.overlay.value = node.value

    def leave_behind(self, root: Any) -> None:
        """The subtree of `root` is gone in the transition."""
        self.disposed[root] = None
        self.forget_value(root)
        outside = root.overlay if getattr(root.overlay, "ran", False) else root
        for child in outside.owned or ():
            self.leave_behind(child)

    def unsubscribe(self) -> None:
        """At the commit, in upstream's order."""
        for node in self.disposed:
            self._unsubscribe_all(node)
        for node, overlay in (self.transition.nodes if self.transition is not None else {}).items():
            moved = node in self.valued or node in self.cleared
            if getattr(overlay, "ran", False) and nodes.MEMO <= node.kind <= nodes.PURE and not moved:
                self.unmoved.add(node)
        for node in self.valued:
            for child in getattr(node.overlay, "owned", None) or ():
                self._unsubscribe_all(child)

    def _unsubscribe_all(self, node: Any) -> None:
        detach(node)
        overlay = node.overlay
        if getattr(overlay, "ran", False):
            for child in reversed(overlay.owned or {}):
                self._unsubscribe_all(child)
        for child in reversed(node.owned or {}):
            self._unsubscribe_all(child)
        for side in (overlay, node) if getattr(overlay, "ran", False) else (node,):
            cleanups, side.cleanups = side.cleanups, None
            if cleanups:
                disposal.run_cleanups(node, cleanups)


books = Books()


def clear_inside(node: graph.Computation) -> None:
    """Before `node` runs outside: what its run inside made goes too, and its cleanups are the same ones."""
    overlay = node.overlay
    if books.pending is None or overlay is None or not overlay.ran:
        return
    if node.kind > nodes.PURE:
        share_everything(node)
        return
    inside, overlay.owned = overlay.owned, None
    disposal.dispose_all(reversed(inside or {}))
    share_cleanups(node)


def due_inside(
    transition: Transition | None, roots: Iterable[Any]
) -> Iterator[tuple[graph.Computation, Callable[..., Any]]]:
    """The effects in these subtrees that `transition` holds back."""
    held = set(transition.effects) if transition is not None else set()
    stack = list(roots)
    while stack and held:
        node = stack.pop()
        if node in held and node.overlay is not None and node.overlay.state == nodes.STALE:
            yield node, node.fn
        stack.extend(node.owned or ())
        stack.extend(getattr(node.overlay, "owned", None) or ())


def is_pure(node: Any) -> bool:
    """Whether upstream has a pure computation here: what is below a provider is owned by one there."""
    if node.kind != nodes.OWNER:
        return bool(node.kind <= nodes.PURE)
    return node.parent is not None and node.context is not node.parent.context


def is_parked(node: Any) -> bool:
    """Whether `node` is an effect that waits in a Suspense boundary. It is due outside, and not inside."""
    return getattr(node, "boundary", None) is not None and node in node.boundary.effects


def revive(node: graph.Computation, fn: Callable[..., Any]) -> None:
    """Where `node` has been disposed of, let it run all the same."""
    if node.state == nodes.GONE:
        node.state = nodes.CLEAN
        node.fn = fn


def keep_made_outside(node: Any, overlay: Any) -> None:
    """What a run outside has made stays, where the transition has no other value for `node`."""
    made = [child for child in overlay.owned or () if child not in books.disposed]
    for child in made:
        del overlay.owned[child]
    if made:
        node.owned = {**dict.fromkeys(made), **(node.owned or {})}


def share_everything(node: graph.Computation) -> None:
    """An effect has one list of what it has made, too."""
    share_cleanups(node)
    if node.overlay is not None and node.overlay.owned:
        node.owned = {**node.overlay.owned, **(node.owned or {})}
        node.overlay.owned = None


def share_cleanups(node: graph.Computation) -> None:
    """Both worlds' cleanups are one list."""
    overlay = node.overlay
    if overlay is not None and overlay.cleanups:
        node.cleanups = [*(node.cleanups or ()), *overlay.cleanups]
        overlay.cleanups = None


def rerun(node: graph.Computation, before: Any, time: int) -> None:
    """Run `node` in the transition's world as it is, on top of what its last run made and subscribed to.

    Its value counts only where it has not run since the run outside that this one repeats.
    """
    outer = now.listener, now.owner
    books.cleared.discard(node)
    node.sources = []
    node.cursor = 0
    now.listener = now.owner = node
    try:
        value = node.fn(before) if node.takes_value else node.fn()
    except Exception as error:
        flush.failed(node, error, time)
        return
    finally:
        now.listener, now.owner = outer
        node.cursor = -1
        node.sources = read_by(node)
    if node.updated <= time:
        if now.running is not None:
            now.running.touch(node)
        if node.kind != nodes.MEMO:
            books.value(node)
            node.value = value
        elif node.equals is None or not node.equals(node.value, value):
            flush.change(node, value)
        node.updated = time


@contextmanager
def mirrored_transitions() -> Iterator[None]:
    """Run transitions with all mirrors on."""
    carry_over = flush.carry_over
    change, run_effects, dispose_all, finish = (
        flush.change,
        flush.run_effects,
        disposal.dispose_all,
        Completion.finish,
    )
    kept = {
        name: getattr(Transition, name)
        for name in ("__init__", "enter", "born", "touch", "forget", "_leave_behind", "_commit")
    }
    load, end, takes = Resource._load, Resource._end, SuspenseBoundary.takes
    patches = Patches()

    def mirrored_change(node: Any, value: Any) -> None:
        books.value(node)
        change(node, value)

    def mirrored_carry_over(node: graph.Computation) -> None:
        if node.overlay is not None and node.overlay.state == nodes.GONE:
            carry_over(node)
            for child in node.owned or ():
                books.leave_behind(child)
            return
        if node not in books.valued:
            if node.overlay is not None:
                node.overlay.value = node.value
            return
        transition, time, fn = books.transition, node.updated, node.fn

        def again() -> None:
            revive(node, fn)
            if transition is not None and transition.state == "pending":
                transition.run(lambda: rerun(node, node.value if node in books.valued else None, time))
            else:
                flush.run_updates(lambda: rerun(node, None, time), False)

        if transition is not None:
            transition.scope.world.clock.call_soon(again)

    def mirrored_run_effects(failures: list[BaseException]) -> None:
        transition = books.pending
        if transition is None or transition.promises or now.running is not None:
            run_effects(failures)
            return
        transition.enter()
        run_effects(failures)
        transition.state = "done"
        transition.done.finish()

    def mirrored_takes(self: SuspenseBoundary, effect: graph.Computation) -> bool:
        taken = takes(self, effect)
        if taken:
            books.waiting.add(effect)
        return taken

    def mirrored_enter(self: Transition) -> None:
        kept["enter"](self)
        books.waiting = {
            effect for effect in books.waiting if is_parked(effect) or effect.overlay is not None
        }
        for effect in books.waiting:
            self.touch(effect)

    def mirrored_init(self: Transition, scope: Any) -> None:
        kept["__init__"](self, scope)
        books.begin(self)

    def mirrored_born(self: Transition, node: Any) -> None:
        kept["born"](self, node)
        node.overlay.state = nodes.CLEAN

    def mirrored_forget(self: Transition, node: Any) -> None:
        release(node)
        if getattr(node.overlay, "ran", False):
            share_cleanups(node)
        kept["forget"](self, node)

    def mirrored_leave_behind(self: Transition, root: Any) -> None:
        books.leave_behind(root)
        kept["_leave_behind"](self, root)

    def mirrored_commit(self: Transition) -> None:
        for effect in books.waiting:
            if effect.overlay is not None and effect.state == nodes.CLEAN and not effect.overlay.ran:
                effect.state = effect.overlay.state
        for node in self.nodes:
            if getattr(node, "kind", nodes.OWNER) >= nodes.MEMO:
                share_cleanups(node)  # type: ignore[arg-type]
        for node, overlay in self.nodes.items():
            if getattr(overlay, "ran", False) and node not in books.valued:
                keep_made_outside(node, overlay)
            elif getattr(overlay, "owned", None):
                overlay.born = False  # it has run outside as well: what it made there goes
        due = {*(now.effects or ()), *self.effects}
        for effect in due:
            if effect in books.parked or (effect in books.ran_inside and effect.overlay is None):
                effect.state = nodes.CLEAN
        books.ran_inside -= due
        books.parked -= due
        for node, overlay in self.nodes.items():
            if getattr(overlay, "born", False) and node.kind > nodes.PURE and node not in due:
                books.ran_inside.add(node)  # type: ignore[arg-type]
        now.enter(None)
        flush.run_updates(books.unsubscribe, False)
        kept["_commit"](self)
        for effect, fn in books.undead:
            revive(effect, fn)
            effect.state = nodes.STALE

    def mirrored_load(self: Any, refetching: Any = True) -> Any:
        self._held = None
        return load(self, refetching)

    def mirrored_stop_waiting(self: Any) -> None:
        waiting = list(self._waiting)
        self._waiting.clear()
        for boundary in waiting:
            boundary.decrement()

    def mirrored_let_go(self: Any) -> None:
        transition = books.pending
        books.dropped = None
        if transition is not None and self._promise in transition.promises:
            transition.promises.discard(self._promise)
            books.dropped = self._promise

    def mirrored_end(self: Any, promise: object, value: Any, error: Exception | None, asked: bool) -> None:
        transition = books.pending
        if not asked and transition is not None and promise is not None and books.dropped is promise:
            transition.promises.add(promise)
        if self._transition is not None and transition is not None:
            self._transition = transition
        end(self, promise, value, error, asked)

    def mirrored_dispose_all(disposed: Iterable[Any]) -> None:
        transition = books.pending
        if transition is None or now.running is not transition:
            disposed = list(disposed)
            books.undead.extend(due_inside(transition, disposed))
            dispose_all(disposed)
            return
        for node in list(disposed):
            clean(transition, node)

    def clean(transition: Transition, node: Any) -> None:
        """Dispose of `node` inside: what a pure computation made outside lives on until the commit."""
        if node.state == nodes.GONE:
            return
        release(node)
        ran = getattr(node.overlay, "ran", False)
        outside = node.overlay if ran else node
        if ran:
            inside, node.owned = node.owned, None
            for child in reversed(inside or {}):
                clean(transition, child)
        children, outside.owned = outside.owned, None
        if is_pure(node) and node not in books.unmoved:
            for child in children or ():
                transition._leave_behind(child)  # pyright: ignore[reportPrivateUsage]
                transition.to_dispose.append(child)
        else:
            books.unmoved.discard(node)
            for child in reversed(children or {}):
                clean(transition, child)
        parked = is_parked(node) and (node.overlay or node).state == nodes.STALE
        fn = getattr(node, "fn", None)
        dispose_all((node,))
        if parked:
            revive(node, fn)
            node.state = nodes.STALE
            books.parked.add(node)

    def mirrored_touch(self: Transition, node: Any) -> None:
        new = node.overlay is None
        kept["touch"](self, node)
        if new and is_parked(node):
            node.state = nodes.CLEAN

    def mirrored_finish(self: Completion, error: BaseException | None = None) -> None:
        # A promise that is given to another is told of two turns later.
        loop = asyncio.get_running_loop()
        loop.call_soon(lambda: loop.call_soon(lambda: finish(self, error)))

    patches.function(change, mirrored_change)
    patches.function(carry_over, mirrored_carry_over)
    patches.function(run_effects, mirrored_run_effects)
    patches.function(dispose_all, mirrored_dispose_all)
    patches.attribute(Observers, "on_last", books.forget_value)
    patches.attribute(SuspenseBoundary, "takes", mirrored_takes)
    patches.attribute(Completion, "finish", mirrored_finish)
    for name, mirror in {
        "__init__": mirrored_init,
        "enter": mirrored_enter,
        "born": mirrored_born,
        "touch": mirrored_touch,
        "forget": mirrored_forget,
        "_leave_behind": mirrored_leave_behind,
        "_commit": mirrored_commit,
        "_check_soon": lambda _self: None,
        "dispose": lambda _self, _node: False,
    }.items():
        patches.attribute(Transition, name, mirror)
    for name, mirror in {
        "_load": mirrored_load,
        "_let_go_of_promise": mirrored_let_go,
        "_end": mirrored_end,
        "_stop_waiting": mirrored_stop_waiting,
        "_elsewhere": lambda _self: None,
    }.items():
        patches.attribute(Resource, name, mirror)
    try:
        yield
    finally:
        patches.undo()
        books.__init__()
