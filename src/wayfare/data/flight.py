"""What follows from the outcome of an action: where it leads, and what it has made stale.

    single flight      the redirect and the refetching share one transition, whose commit leaves the page in
                       one message with the answer to the action (what its submission shows)
    no single flight   each for itself: the new page, what was fetched again, the answer

Solid Router's single flight saves the requests by which a browser would fetch the data of the next page. Here
that page is on the server already, so what is left to save are messages, and the states in between.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import TYPE_CHECKING

from ..reactive import Scope, Transition, running_transition, start_transition
from .intent import Delivery, Navigator, provided
from .page_cache import PageCache
from .responses import ResponseHead

if TYPE_CHECKING:
    from .runs import Outcome


class Flight:
    """What one outcome has set off in its page.

    As a context manager it keeps what the commit shows from being sent alone: what is shown inside the block,
    after `landed`, is sent with it.
    """

    def __init__(self, scope: Scope, cache: PageCache, outcome: Outcome) -> None:
        navigator = provided(scope, Navigator)
        self._delivery = provided(scope, Delivery)
        self._release: Callable[[], None] | None = None
        self._over = False
        single = navigator is None or navigator.single_flight
        response = outcome.response
        if response is not None and (head := provided(scope, ResponseHead)) is not None:
            head.add(response)
        joint = _Joint(scope, self._hold) if single else None
        try:
            if response is not None and response.location is not None and navigator is not None:
                navigator.redirect(response.location, replace=False)
            keys = response.revalidate if response is not None else None
            self.landed: Awaitable[None] = cache.revalidate(keys, force=True)
        finally:
            if joint is not None:
                joint.complete()

    def _hold(self) -> None:
        if self._delivery is not None and not self._over:
            self._release = self._delivery.hold()

    def __enter__(self) -> Flight:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over = True
        if self._release is not None:
            self._release()


class _Joint:
    """Keeps one transition open until all that belongs into it has begun, so that it commits as one.

    Transitions begin in the order in which they are asked for, in the loop's next turn. Without this, one in
    which nothing has to be fetched would be over before the next one begins.
    """

    def __init__(self, scope: Scope, committed: Callable[[], None]) -> None:
        self._scope = scope
        self._transition: Transition | None = None
        start_transition(self._open, scope=scope).when_done(committed)

    def _open(self) -> None:
        self._transition = running_transition()
        if self._transition is not None:
            self._transition.add_promise(self)

    def complete(self) -> None:
        """All has been asked for."""
        start_transition(self._close, scope=self._scope)

    def _close(self) -> None:
        if self._transition is not None:
            self._transition.discard_promise(self)
