"""Boundaries: what is shown while something is awaited, and when something failed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeAlias

from ..errors import UsageError
from ..html import Node, checked_children
from ..reactive import (
    SuspenseBoundary,
    accepted_arguments,
    create_error_boundary,
    create_render_effect,
    create_suspense,
    create_suspense_list,
    on_cleanup,
    required_arguments,
    suspense_context,
    untrack,
    use_context,
)
from .component import Component
from .content import Content
from .flow import is_function, name_of
from .mount import Mounter, View


class _Suspense(View):
    """Shows ``fallback`` while something inside reads an async value that is not there yet.

    What is inside stays mounted behind the fallback. A boundary that shows its content already keeps it
    during a transition (a navigation, a revalidation), until the new one is complete.

    Upstream: https://docs.solidjs.com/reference/components/suspense
    """

    __slots__ = ("children", "fallback")

    def __init__(self, fallback: Node = None, children: Node = None) -> None:
        self.fallback = fallback
        self.children = children

    def __call__(self, *, fallback: Node = None) -> _Suspense:
        return _Suspense(fallback, self.children)

    def __getitem__(self, children: Node | tuple[Node, ...]) -> _Suspense:
        checked = checked_children(children, "Suspense")
        return _Suspense(self.fallback, checked[0] if len(checked) == 1 else checked)

    def mount(self, mounter: Mounter) -> Content:
        def children() -> Content:
            _watch(mounter)
            return untrack(lambda: _fill(mounter, self.children))

        return mounter.show_accessor(create_suspense(children, lambda: mounter.build(self.fallback)))


Suspense = _Suspense()
"""``Suspense(fallback=p["Loading"])[...]``; ``Suspense[...]`` shows nothing while it waits."""


class _Then(View):
    """A step between the tasks of a mounter."""

    __slots__ = ("call",)

    def __init__(self, call: Callable[[], None]) -> None:
        self.call = call

    def mount(self, mounter: Mounter) -> Content:  # noqa: ARG002 - the signature of every view
        self.call()
        return None


def _fill(mounter: Mounter, children: Node) -> Content:
    """Builds what is inside a boundary.

    Inside another build that only puts it on the list: the boundary looks settled before anything in it
    could have waited. It counts as having shown something only after its content is mounted; otherwise a
    transition that brings a new boundary would be held up by it.
    """
    found = use_context(suspense_context)
    boundary = found if isinstance(found, SuspenseBoundary) else None
    begun = False

    def begin() -> None:
        nonlocal begun
        begun = True
        if boundary is not None:
            boundary.resolved = False

    def end() -> None:
        if begun and boundary is not None:
            boundary.resolved = not untrack(boundary.in_fallback)

    # Worked off in this order, each with all it brings.
    mounter.build(_Then(begin))
    content = mounter.build(children)
    mounter.build(_Then(end))
    return content


def _watch(mounter: Mounter) -> None:
    """Tells the mounter while the boundary that is being filled shows its fallback."""
    boundary = use_context(suspense_context)
    if not isinstance(boundary, SuspenseBoundary):
        return
    counted = False

    def update(_: object = None) -> None:
        nonlocal counted
        waits = boundary.in_fallback()
        if waits is not counted:
            counted = waits
            mounter.note_waiting(1 if waits else -1)

    def leave() -> None:
        nonlocal counted
        if counted:
            counted = False
            mounter.note_waiting(-1)

    create_render_effect(update)
    on_cleanup(leave)


class SuspenseList(View):
    """Reveals the Suspense boundaries inside it in an order, whichever is ready first.

    Args:
        reveal_order: ``"forwards"`` (each once those before it are shown), ``"backwards"``, or
            ``"together"``.
        tail: which fallbacks show: all by default, ``"collapsed"`` the next one only, ``"hidden"`` none.

    >>> from wayfare.html import p
    >>> SuspenseList(reveal_order="together")[Suspense[p["a"]], Suspense[p["b"]]]
    SuspenseList(...)

    Upstream: https://docs.solidjs.com/reference/components/suspense-list
    """

    __slots__ = ("children", "reveal_order", "tail")

    def __init__(
        self,
        *,
        reveal_order: Literal["forwards", "backwards", "together"] = "forwards",
        tail: Literal["collapsed", "hidden"] | None = None,
        children: Node = None,
    ) -> None:
        if reveal_order not in ("forwards", "backwards", "together"):
            raise UsageError(
                f"SuspenseList(reveal_order={reveal_order!r}): it is 'forwards', 'backwards' or 'together'"
            )
        if tail not in (None, "collapsed", "hidden"):
            raise UsageError(f"SuspenseList(tail={tail!r}): it is 'collapsed', 'hidden' or None")
        self.reveal_order: Literal["forwards", "backwards", "together"] = reveal_order
        self.tail: Literal["collapsed", "hidden"] | None = tail
        self.children = children

    def __getitem__(self, children: Node | tuple[Node, ...]) -> SuspenseList:
        checked = checked_children(children, "SuspenseList")
        return SuspenseList(reveal_order=self.reveal_order, tail=self.tail, children=checked)

    def __repr__(self) -> str:
        return "SuspenseList(...)"

    def mount(self, mounter: Mounter) -> Content:
        return create_suspense_list(
            lambda: mounter.build(self.children), reveal_order=self.reveal_order, tail=self.tail
        )


Fallback: TypeAlias = (
    "Node | Component[...] | Callable[[Exception], Node] | Callable[[Exception, Callable[[], None]], Node]"
)
"""What an error boundary shows: nodes, or a function of the error, and of what tries again."""


class ErrorBoundary(View):
    """Shows ``fallback`` in place of its children when one of them fails: while it mounts, in an effect, in a
    fetch that it reads, or in a handler.

    Args:
        fallback: what is shown, or a function of the error, or of the error and a function that tries again.

    >>> from wayfare.html import p
    >>> ErrorBoundary(fallback=lambda error, reset: p[str(error)])[p["..."]]
    ErrorBoundary(...)

    Upstream: https://docs.solidjs.com/reference/components/error-boundary
    """

    __slots__ = ("children", "fallback")

    def __init__(self, *, fallback: Fallback = None, children: Node = None) -> None:
        if callable(fallback) and is_function(fallback) and (wanted := required_arguments(fallback)) > 2:
            raise UsageError(
                "ErrorBoundary calls its fallback with the error, and with a function that tries again: "
                f"fallback=lambda error, reset: ..., and {name_of(fallback)} wants {wanted}"
            )
        self.fallback: Any = fallback
        self.children = children

    def __class_getitem__(cls, children: object) -> ErrorBoundary:
        raise UsageError("ErrorBoundary says what to show instead: ErrorBoundary(fallback=...)[...]")

    def __getitem__(self, children: Node | tuple[Node, ...]) -> ErrorBoundary:
        checked = checked_children(children, "ErrorBoundary")
        return ErrorBoundary(fallback=self.fallback, children=checked[0] if len(checked) == 1 else checked)

    def __repr__(self) -> str:
        return "ErrorBoundary(...)"

    def mount(self, mounter: Mounter) -> Content:
        fallback = self.fallback

        def failed(error: Exception, reset: Callable[[], None]) -> Content:
            return untrack(lambda: mounter.build(_fallback_node(fallback, error, reset)))

        return mounter.show_accessor(
            create_error_boundary(lambda: untrack(lambda: mounter.build(self.children)), failed)
        )


def _fallback_node(fallback: Any, error: Exception, reset: Callable[[], None]) -> Node:
    if isinstance(fallback, Component):
        return fallback.offer({"error": error, "reset": reset})  # pyright: ignore[reportUnknownMemberType]
    if not is_function(fallback):
        node: Node = fallback
        return node
    offered: tuple[object, ...] = (error, reset)
    made: Node = fallback(*offered[: accepted_arguments(fallback, 2)])
    return made
