"""Where redirects of queries, actions and preload functions arrive, and where those end that go in circles.

A redirect that is known while the page is still on its way joins that navigation, whose own limit ends a
loop. What a preload function asks for is answered later, when the page may be there: each redirect is a
navigation by itself then, and only counting those that follow one another tells a loop. Nobody has to stay
in one: a step of the visitor's, or of the program's own, begins anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..data import Navigator
from ..errors import RedirectLoopError

if TYPE_CHECKING:
    from .navigation import RouterModel

MAX_REDIRECTS = 100
"""How many navigations may be begun before one of them finishes, and how many redirects may follow one
another."""

CHAIN_SECONDS = 5.0
"""Redirects that are further apart don't follow from one another: a live query may show one page after the
other for hours."""


class Redirects(Navigator):
    """What the data layer hands the redirects of a page to."""

    def __init__(self, model: RouterModel) -> None:
        self._model = model
        self.single_flight = model.options.single_flight
        self._last: tuple[str | None, float] = None, 0.0
        self._count = 0

    def begin(self) -> None:
        """The page goes somewhere by itself: what follows from that is counted anew."""
        self._count = 0

    def redirect(self, url: str, *, replace: bool) -> None:
        if replace:
            self._follow(url)
        else:
            self.begin()  # an action's: it was the visitor's step
        self._model.redirect(url, replace=replace)

    def _follow(self, url: str) -> None:
        now = self._model.scope.world.clock.now()
        last, then = self._last
        self._last = url, now
        if now - then > CHAIN_SECONDS:
            self.begin()
        if self._count >= MAX_REDIRECTS:
            raise RedirectLoopError(
                f"Too many redirects: {MAX_REDIRECTS} followed one another, the last to {url!r}. Look for "
                "queries, preload functions or routes that send to each other."
            )
        # Several queries of one page may lead to the same place.
        self._count += url != last
