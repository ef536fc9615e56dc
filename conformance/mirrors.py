"""Makes the router act as upstream does where a listed difference shows in random scenarios.

A scenario whose traces differ is played again with these mirrors, and the traces have to be the same then,
event by event. All but the first are the reactive core's differences, and what it takes for them to show as
they do in upstream's router.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from conformance.reactive.mirror import mirrored as core
from conformance.reactive.mirror_transition import Books
from wayfare.components.routes import Lazy, _Loading  # pyright: ignore[reportPrivateUsage]
from wayfare.reactive import create_memo, create_resource, graph, on_cleanup, untrack
from wayfare.reactive.suspense import SuspenseBoundary
from wayfare.routing.location import Location
from wayfare.routing.navigation import RouterModel
from wayfare.routing.search import search_params


@contextmanager
def here_cancels() -> Iterator[None]:
    """Navigating to the current URL does nothing at all."""
    with patch.object(RouterModel, "_stay", lambda *_: None):
        yield


@contextmanager
def search_stays_behind() -> Iterator[None]:
    """What reads a search parameter alone reads `search`, so that this memo may lose its last reader."""

    def searched(self: Any) -> Callable[[], Any]:
        def values() -> Any:
            self._search()
            return untrack(lambda: search_params(self.url().search))

        return values

    with patch.object(Location, "_searched", searched):
        yield


@contextmanager
def left_boundary_stays() -> Iterator[None]:
    """A lazy component is loaded by whoever shows it first, for everyone, and goes with that one.

    At the commit, the boundaries that wait for it are told before what the transition has given them counts.
    """
    shared: dict[Lazy, Any] = {}
    committing = False
    unsubscribe = Books.unsubscribe

    def mirrored_unsubscribe(self: Books) -> None:
        nonlocal committing
        committing = True
        unsubscribe(self)
        committing = False

    def decrement(self: Any) -> None:
        self._count -= 1
        outside = self._fallback.overlay
        if self._count == 0 and not (committing and outside is not None and not outside.value):
            graph.write(self._fallback, False)

    def mount(self: Any, mounter: Any) -> Any:
        lazy = self._lazy
        if lazy not in shared:
            resource, _ = create_resource(lazy.load, name=f"lazy {lazy.name}")
            shared[lazy] = resource

            def leave() -> None:
                if shared.get(lazy) is resource:
                    del shared[lazy]

            on_cleanup(leave)

        def content() -> Any:
            loaded = lazy._loaded
            found = loaded if loaded is not None else shared[lazy]() if lazy in shared else None
            return None if found is None else untrack(lambda: mounter.build(found.offer(self._props)))

        return mounter.show_accessor(create_memo(content, equals=False))

    with (
        patch.object(_Loading, "mount", mount),
        patch.object(Books, "unsubscribe", mirrored_unsubscribe),
        patch.object(SuspenseBoundary, "decrement", decrement),
    ):
        yield


TOGETHER = "several mirrors"
MIRRORS: dict[str, Sequence[Callable[[], Any]]] = {
    "here_cancels": (here_cancels,),
    "left_page_goes_on": (core,),
    "search_stays_behind": (core, search_stays_behind),
    "left_boundary_stays": (core, left_boundary_stays),
    TOGETHER: (here_cancels, core, search_stays_behind, left_boundary_stays),
}
"""What a scenario is played with, by the entries of differences.toml."""


@contextmanager
def mirrored(name: str) -> Iterator[None]:
    """Play with these mirrors."""
    with ExitStack() as stack:
        for mirror in MIRRORS[name]:
            stack.enter_context(mirror())
        yield


def explain(agrees: Callable[[], bool]) -> str | None:
    """The first mirrors with which a scenario agrees with upstream's trace; None where none of them help."""
    for name in MIRRORS:
        with mirrored(name):
            if agrees():
                return name
    return None
