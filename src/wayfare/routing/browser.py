"""What a router knows of the window that shows its page, and how it speaks to it.

The page makes one `Browser` for itself and puts it into its scope before anything is mounted; routers
listen to it and send commands through it. So routing knows no socket, and a test can play the browser.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from .paths import check_target
from .urls import parse_url


@dataclass(frozen=True, slots=True)
class Push:
    """Write an entry to the browser's history, and scroll: to the hash's element, else to the top."""

    url: str
    state: Any
    replace: bool
    scroll: bool


@dataclass(frozen=True, slots=True)
class Go:
    """Go back (negative) or forward in the browser's history."""

    delta: int


@dataclass(frozen=True, slots=True)
class Scroll:
    """Scroll to the element that a hash names, without its `#`; to the top where there is none."""

    part: str


@dataclass(frozen=True, slots=True)
class Load:
    """Leave the page for this URL, as a plain link would."""

    url: str


HistoryCommand: TypeAlias = Push | Go | Scroll | Load

_Link: TypeAlias = Callable[[str, bool, bool, Any], bool]
_Moved: TypeAlias = Callable[[str, object, int | None, "tuple[Push, ...]"], None]
_Preload: TypeAlias = Callable[[str, bool], None]


class Browser:
    """The window of one page, seen from its routers.

    Args:
        url: where the page is: path, search, hash.
        state: the history entry's state.
        send: carries a command to the browser.
        routing: hears whether a navigation is going on.
        guarded: hears whether leaving the page has to be asked about (listeners of before-leave).
        root_path: the path that the app is mounted under: every address of the page begins with it.

    `status` is the HTTP status that the shown routes ask for (404 where none matched), `redirected` the
    URL that the first render was redirected to, `is_first_render` true until the page turns it off,
    `client` what the router wants the client in the browser to know, by the names of its settings.
    """

    def __init__(
        self,
        url: str,
        state: object = None,
        *,
        send: Callable[[HistoryCommand], None],
        routing: Callable[[bool], None] | None = None,
        guarded: Callable[[bool], None] | None = None,
        root_path: str = "",
    ) -> None:
        self.url = url
        self.root_path = parse_url(root_path).pathname.rstrip("/")
        self.state = state
        self.send = send
        self.routing = routing
        self.guarded = guarded
        self.status = 200
        self.redirected: str | None = None
        self.on_redirect: Callable[[], None] | None = None
        self.is_first_render = True
        self.client: dict[str, str] = {}
        self._links: list[_Link] = []
        self._moves: list[_Moved] = []
        self._preloads: list[_Preload] = []

    def link(self, url: str, replace: bool = False, scroll: bool = True, state: object = None) -> None:
        """The visitor followed a link of this site. A URL that no router has is loaded as a page.

        Raises `NotRoutableError` for a URL that is too long or has control characters in it.
        """
        check_target(url)
        for follow in tuple(self._links):
            if follow(url, replace, scroll, state):
                return
        # A path that begins with two slashes would be read as another site's name.
        self.send(Load("/." + url if url.startswith(("//", "/\\")) else url))

    def moved(self, url: str, state: object, delta: int | None, unseen: tuple[Push, ...] = ()) -> None:
        """The browser went back or forward, by `delta` entries where that is known.

        `unseen` are the entries that were still on their way to it then: it has not made them.
        """
        check_target(url)
        if not self._moves:
            self.went(url, state)
        for move in tuple(self._moves):
            move(url, state, delta, unseen)

    def preload(self, url: str, data: bool = True) -> None:
        """The visitor may be about to follow a link: load its code, and with `data` what it shows."""
        check_target(url)
        for preload in tuple(self._preloads):
            preload(url, data)

    def redirect(self, url: str) -> None:
        """The first render leads elsewhere: whoever waits for it (`on_redirect`) need not wait any longer."""
        self.redirected = url
        if self.on_redirect is not None:
            self.on_redirect()

    def push(self, command: Push) -> None:
        """Sends a new entry to the browser and counts as being there."""
        self.note(command)
        self.send(command)

    def note(self, command: Push) -> None:
        """Counts as being at an entry that is yet to be sent."""
        page = self.url.partition("#")[0]
        self.url = page + command.url if command.url.startswith("#") else command.url
        self.state = command.state

    def went(self, url: str, state: object) -> None:
        """Takes note of where the browser is."""
        self.url = url
        self.state = state

    def on_link(self, follow: _Link) -> Callable[[], None]:
        """Adds a router's way of following links; it answers whether the URL was its own."""
        return _add(self._links, follow)

    def on_moved(self, move: _Moved) -> Callable[[], None]:
        """Adds a listener for moves of the browser."""
        return _add(self._moves, move)

    def on_preload(self, preload: _Preload) -> Callable[[], None]:
        """Adds a router's way of preloading."""
        return _add(self._preloads, preload)


def _add(listeners: list[Any], listener: Any) -> Callable[[], None]:
    listeners.append(listener)
    return lambda: listeners.remove(listener) if listener in listeners else None
