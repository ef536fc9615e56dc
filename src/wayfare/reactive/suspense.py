"""Suspense: what is shown while something below is not ready, without giving up what is there already.

A boundary counts who waits below it. While it is not zero the fallback shows; the content stays alive and
goes on computing out of sight, and its effects wait. `SuspenseList` decides in which order several
boundaries reveal. Rendering uses these as they are: `create_suspense` gives an accessor of what to show.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, NamedTuple, TypeVar

from . import graph
from .equality import same
from .graph import Computation, Signal
from .nodes import GONE
from .now import now
from .owner import (
    Context,
    create_context,
    create_owner,
    create_root,
    get_owner,
    on_cleanup,
    run_with_owner,
    use_context,
)
from .primitives import create_memo, create_signal, suspense_context, untrack

T = TypeVar("T")

ENOUGH = 100
"""How many effects a boundary keeps back before it looks which of them are gone."""


class SuspenseBoundary:
    """One boundary: how many below it wait, and the effects that wait with them.

    Attributes
    ----------
    in_fallback:
        Accessor: whether something below is not ready.
    resolved:
        Whether its content has shown once; then a transition holds for it.
    """

    __slots__ = ("_count", "_enough", "_fallback", "effects", "in_fallback", "name", "resolved")

    def __init__(self, name: str = "Suspense") -> None:
        self.name = name
        self._count = 0
        self._fallback = Signal(False, same, f"{name} in fallback")
        self.in_fallback: Callable[[], bool] = self._fallback.read
        self.resolved = False
        self.effects: list[Computation] = []
        self._enough = ENOUGH

    def increment(self) -> None:
        """One more below waits."""
        self._count += 1
        if self._count == 1:
            graph.write(self._fallback, True)

    def decrement(self) -> None:
        """One of those below waits no more."""
        self._count -= 1
        if self._count == 0:
            graph.write(self._fallback, False)

    def takes(self, effect: Computation) -> bool:
        """Called by the graph before an effect runs: keep it back while the fallback shows."""
        if not self._fallback.value:
            return False
        if len(self.effects) > self._enough:
            self.effects = [each for each in self.effects if each.state != GONE]
            self._enough = max(ENOUGH, 2 * len(self.effects))
        self.effects.append(effect)
        return True

    def resume(self) -> None:
        """The content shows: its effects run."""
        effects, self.effects = self.effects, []
        if effects:

            def queue() -> None:
                if now.effects is not None:
                    now.effects.extend(effects)

            graph.run_updates(queue, True)

    def __repr__(self) -> str:
        return f"<SuspenseBoundary {self.name}: {self._count} waiting>"


class Reveal(NamedTuple):
    """What a SuspenseList lets one of its boundaries show."""

    content: bool = True
    fallback: bool = True


class _ListState(NamedTuple):
    in_fallback: bool
    reveals: tuple[Reveal, ...]


class SuspenseListRegistry:
    """A SuspenseList: the boundaries inside it, in order, and what each may show."""

    __slots__ = ("_members", "_set_members", "name")

    def __init__(self) -> None:
        self._members, self._set_members = create_signal(
            list[Callable[[], bool]](), name="SuspenseList members"
        )
        self.name = "SuspenseList"

    def register(
        self, in_fallback: Callable[[], bool], resolved: Callable[[], _ListState]
    ) -> Callable[[], Reveal]:
        index = len(untrack(self._members))
        self._set_members(lambda members: [*members, in_fallback])

        def reveal() -> Reveal:
            reveals = resolved().reveals
            return reveals[index] if index < len(reveals) else Reveal()

        return create_memo(reveal, name="reveal")

    def members(self) -> list[Callable[[], bool]]:
        return self._members()


_Register = Callable[[Callable[[], bool]], Callable[[], Reveal]]
suspense_list_context: Context[_Register | None] = create_context(None, name="SuspenseList")


def create_suspense(
    children: Callable[[], T], fallback: Callable[[], T], *, name: str = "Suspense"
) -> Callable[[], T | None]:
    """What to show of a boundary: `children()` when everything it reads is ready, else `fallback()`.

    The children are made once and stay alive while the fallback shows; the fallback is made each time it is
    needed. Inside a transition, a boundary that has shown its content holds on to it.

    Returns
    -------
    Accessor
        Gives what to show: None where a SuspenseList lets neither show.

    Upstream: https://docs.solidjs.com/reference/components/suspense
    """
    boundary = SuspenseBoundary(name)
    outside = get_owner()
    register = use_context(suspense_list_context)
    show = register(boundary.in_fallback) if register is not None else None
    dispose_fallback: Callable[[], None] | None = None

    def drop_fallback() -> None:
        nonlocal dispose_fallback
        if dispose_fallback is not None:
            dispose, dispose_fallback = dispose_fallback, None
            dispose()

    def leave() -> None:
        if dispose_fallback is not None:
            dispose_fallback()  # and keep it: what is gone makes no other fallback

    on_cleanup(leave)

    def build() -> Callable[[], T | None]:
        rendered = create_memo(children, name=f"{name} content")

        def view(before: T | None) -> T | None:
            nonlocal dispose_fallback
            waiting = boundary.in_fallback()
            reveal = show() if show is not None else Reveal()
            if not waiting and reveal.content:
                boundary.resolved = True
                drop_fallback()
                boundary.resume()
                return rendered()
            if not reveal.fallback:
                return None
            if dispose_fallback is not None:
                return before

            def make(dispose: Callable[[], None]) -> T:
                nonlocal dispose_fallback
                dispose_fallback = dispose
                try:
                    return fallback()
                except BaseException:
                    drop_fallback()
                    raise

            return create_root(make, owner=outside, name=f"{name} fallback")

        return create_memo(view, name=name)

    holder = create_owner(name=name)
    holder.context = {**(holder.context or {}), suspense_context: boundary}
    return run_with_owner(holder, build)


def create_suspense_list(
    children: Callable[[], T],
    *,
    reveal_order: Literal["forwards", "backwards", "together"] | Callable[[], str] = "forwards",
    tail: Literal["collapsed", "hidden"] | Callable[[], str | None] | None = None,
) -> T:
    """Run `children` so that the Suspense boundaries in it reveal in the given order.

    Upstream: https://docs.solidjs.com/reference/components/suspense-list
    """
    registry = SuspenseListRegistry()
    outer = use_context(suspense_list_context)
    own: list[Callable[[], _ListState]] = []

    def own_fallback() -> bool:
        return bool(own) and own[0]().in_fallback

    ready, set_ready = create_signal(False, name="SuspenseList ready")
    show = (
        outer(create_memo(lambda: ready() and own_fallback(), name="SuspenseList in fallback"))
        if outer
        else None
    )

    def compute(before: _ListState) -> _ListState:
        order = reveal_order() if callable(reveal_order) else reveal_order
        ending = tail() if callable(tail) else tail
        allowed = show() if show is not None else Reveal()
        members = registry.members()
        size = len(members)
        if order == "together":
            everything = not any(in_fallback() for in_fallback in members)
            return _ListState(
                not everything, (Reveal(everything and allowed.content, allowed.fallback),) * size
            )
        reveals = [Reveal()] * size
        stopped = False
        in_fallback = before.in_fallback
        for position in range(size):
            at = size - position - 1 if order == "backwards" else position
            waiting = members[at]()
            if not stopped and not waiting:
                reveals[at] = allowed
                continue
            first = not stopped
            if first:
                in_fallback = True
            shows = allowed.fallback if not ending or (first and ending == "collapsed") else False
            reveals[at] = Reveal(first, shows)
            stopped = True
        return _ListState(in_fallback if stopped else False, tuple(reveals))

    resolved = create_memo(compute, _ListState(False, ()), name="SuspenseList")
    own.append(resolved)
    set_ready(True)
    holder = create_owner(name="SuspenseList")
    register: _Register = lambda in_fallback: registry.register(in_fallback, resolved)  # noqa: E731
    context: dict[object, Any] = {**(holder.context or {}), suspense_list_context: register}
    holder.context = context
    return run_with_owner(holder, children)
