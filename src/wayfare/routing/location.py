"""Where the page is, as something to subscribe to: each part and each search parameter on its own.

A navigation that changes one search parameter re-runs only what reads that one. Values are compared, so a
repeated key gives the same list until one of its values changes.

Source of the behaviour: https://docs.solidjs.com/solid-router/reference/primitives/use-location
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..reactive import Owner, create_memo, create_root, get_listener, get_owner
from .search import search_params
from .urls import Url, parse_url, read_url

KEPT_NAMES = 64
"""How many names a mapping keeps that nobody reads any more: a visitor may choose them, by the search."""

logger = logging.getLogger("wayfare.routing")


class ReactiveMapping(Mapping[str, Any]):
    """A mapping whose keys are read one by one: a reader runs again when its key changes.

    What is not there is None, by attribute and by key, as it is undefined upstream: a component that is
    about to leave may still be reading a param that the next page does not have. `in`, `len` and iteration
    tell what is there.
    """

    __slots__ = ("_memos", "_owner", "_values")

    def __init__(self, values: Callable[[], Mapping[str, Any]]) -> None:
        self._values = values
        self._owner: Owner | None = get_owner()
        self._memos: dict[str, Callable[[], Any]] = {}

    def __getitem__(self, name: str) -> Any:
        if get_listener() is None:
            return self._values().get(name)
        memo = self._memos.get(name)
        if memo is None:
            # Made by whoever reads first, and no part of that reader: it outlives it.
            memo = self._memos[name] = create_root(lambda: self._follow(name), owner=self._owner)
        return memo()

    def _follow(self, name: str) -> Callable[[], Any]:
        def value() -> Any:
            memo: Any = get_owner()
            if len(self._memos) > KEPT_NAMES and name in self._memos and not memo.observers:
                del self._memos[name]
                return None
            return self._values().get(name)

        return create_memo(value)

    def __getattr__(self, name: str) -> Any:
        if name[:2] == "__":
            raise AttributeError(name)
        return self[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values())

    def __len__(self) -> int:
        return len(self._values())

    def __contains__(self, name: object) -> bool:
        # By its own key, so that whoever asks is told of that one only; no value is None.
        return isinstance(name, str) and self[name] is not None

    def get(self, key: str, default: Any = None) -> Any:
        """The value, or `default` where there is none."""
        value = self[key]
        return default if value is None else value

    def __repr__(self) -> str:
        return f"{type(self).__name__}({dict(self._values())!r})"


class Location:
    """The reactive location of a router: `pathname`, `search`, `hash`, `query`, `state`, `key`.

    `pathname`, `search` and `hash` are as a browser shows them (percent-encoded, `search` with its `?`);
    `query` maps search parameters to texts, or lists of texts where a key is repeated; `state` is exactly
    what the navigation was given, None without.
    """

    __slots__ = ("_hash", "_pathname", "_search", "_state", "query", "url")

    def __init__(self, reference: Callable[[], str], state: Callable[[], object]) -> None:
        self.url: Callable[[], Url] = create_memo(lambda before: _read(reference(), before), parse_url("/"))
        self._pathname: Callable[[], str] = create_memo(lambda: self.url().pathname)
        self._search: Callable[[], str] = create_memo(lambda: self.url().search)
        self._hash: Callable[[], str] = create_memo(lambda: self.url().hash)
        self._state = state
        self.query = ReactiveMapping(self._searched())

    def _searched(self) -> Callable[[], Mapping[str, Any]]:
        """The search parameters, read once for all that ask for one of them."""
        return create_memo(lambda: search_params(self._search()))

    @property
    def pathname(self) -> str:
        """The path, percent-encoded: `/caf%C3%A9`."""
        return self._pathname()

    @property
    def search(self) -> str:
        """The search string with its `?`, or empty."""
        return self._search()

    @property
    def hash(self) -> str:
        """The fragment with its `#`, or empty."""
        return self._hash()

    @property
    def state(self) -> Any:
        """What the navigation to here was given as `state`."""
        return self._state()

    @property
    def key(self) -> str:
        """Always empty, as upstream."""
        return ""

    def __repr__(self) -> str:
        return f"Location({str(self.url())!r})"


def _read(reference: str, before: Url) -> Url:
    url = read_url(reference)
    if url is None:
        logger.error("the location %.200r is no URL; the page stays at %s", reference, before)
    return url or before


class PlainLocation:
    """A location that never changes: what a preload function gets for a page that is not shown yet."""

    __slots__ = ("hash", "key", "pathname", "query", "search", "state")

    def __init__(self, url: Url) -> None:
        self.pathname = url.pathname
        self.search = url.search
        self.hash = url.hash
        self.query: Mapping[str, Any] = search_params(url.search)
        self.state: Any = None
        self.key = ""

    def __repr__(self) -> str:
        return f"PlainLocation({self.pathname + self.search + self.hash!r})"
