"""What a query or an action may answer with instead of plain data: a `Response`, returned or raised.

`json`, `redirect` and `reload` make one. It is a value: nothing happens when it is made, only when the layer
above gets it. Being raisable, it is an exception, and like every answer it is checked where it is written: a
header with a line break in it, or a redirect that would lead off the site by accident, is refused at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol, TypeAlias, cast
from urllib.parse import quote, urlsplit

import msgspec

from ..errors import UnsafeResponseError, UsageError


class KeyPattern(Protocol):
    """Anything that stands for a set of keys: a `Query` stands for its own entries and no others."""

    @property
    def pattern(self) -> str: ...


Keys: TypeAlias = "str | KeyPattern | Iterable[str | KeyPattern]"
"""Which entries to revalidate: a key or the beginning of keys, a query, or several of these."""

Headers: TypeAlias = "Mapping[str, str] | Iterable[tuple[str, str]]"

_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+\Z")
_UNSAFE_IN_VALUE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_UNSAFE_IN_LOCATION = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_KEPT_IN_LOCATION = "/?#[]@!$&'()*+,;=:%~\\|^`{}<>\""
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.\-]*):")
_MAX_LOCATION = 8192


def patterns_of(keys: Keys | None) -> tuple[str, ...] | None:
    """The beginnings of keys that are meant: `None` for every key, nothing for an empty text or list.

    >>> patterns_of("user"), patterns_of(["user[1]", "posts"]), patterns_of([]), patterns_of(None)
    (('user',), ('user[1]', 'posts'), (), None)
    """
    if keys is None:
        return None
    if isinstance(keys, str):
        return (keys,) if keys else ()
    pattern = getattr(keys, "pattern", None)
    if isinstance(pattern, str):
        return (pattern,)
    if not isinstance(keys, Iterable):
        raise UsageError(
            f"Keys to revalidate are a text, a query, or a list of these, and not {keys!r:.80} of type "
            f"{type(keys).__qualname__}. Leave the argument out to mean all of them."
        )
    found: list[str] = []
    for key in keys:
        if isinstance(key, str):
            if key:
                found.append(key)
        elif isinstance(pattern := getattr(key, "pattern", None), str):
            found.append(pattern)
        else:
            raise UsageError(
                f"{key!r:.80} of type {type(key).__qualname__} is among the keys to revalidate. Each one has "
                "to be "
                "a text (get_user.key, get_user.key_for(1)) or a query (get_user)."
            )
    return tuple(found)


class Response(Exception):  # noqa: N818 - it is an answer that can be raised, not an error
    """An answer with a status, headers, and perhaps a location or data. Made by `json`, `redirect`, `reload`.

    `data` is what `json` was given; `has_data` tells it from an answer that carries none; `revalidate` holds
    the beginnings of the keys that an action makes stale, `None` for all of them.
    """

    __not_from_a_handler__ = (
        "Only queries and actions answer with a response. To go elsewhere, write navigate = use_navigate() "
        'in the component, and navigate("/users") in the handler; to fetch again, await '
        "revalidate(get_users). Or write an @action that returns it, save = use_action(save_user) in the "
        "component, and call save."
    )

    def __init__(
        self,
        data: object = None,
        *,
        status: int = 200,
        headers: Headers | None = None,
        location: str | None = None,
        revalidate: Keys | None = None,
        has_data: bool = False,
    ) -> None:
        super().__init__(status)
        if not 100 <= status <= 599:
            raise UnsafeResponseError(f"A response has a status from 100 to 599, and not {status!r}.")
        self.status = status
        self.data = data
        self.has_data = has_data
        self.location = location
        self.revalidate = patterns_of(revalidate)
        self.headers = _checked_headers(headers)

    def header(self, name: str) -> str | None:
        """The first header of this name, in any case of letters, or `None`."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)

    @property
    def body(self) -> bytes:
        """What a client without a live page gets: the data as JSON, or nothing."""
        return msgspec.json.encode(self.data) if self.has_data else b""

    def __str__(self) -> str:
        to = f" to {self.location}" if self.location is not None else ""
        return f"a response with status {self.status}{to}"


def json(
    data: object, *, status: int = 200, headers: Headers | None = None, revalidate: Keys | None = None
) -> Response:
    """`data`, with a status, headers, or the keys that an action makes stale.

    Returned from a query or an action it is that data; raised in an action too, while a query that raises it
    fails with it.

    >>> answer = json({"saved": True}, revalidate="user")
    >>> answer.status, answer.body
    (200, b'{"saved":true}')

    Source: https://docs.solidjs.com/solid-router/reference/response-helpers/json
    """
    response = Response(data, status=status, headers=headers, revalidate=revalidate, has_data=True)
    others = [pair for pair in response.headers if pair[0].lower() != "content-type"]
    response.headers = (*others, ("content-type", "application/json"))
    return response


def redirect(
    url: str,
    status: int = 302,
    *,
    headers: Headers | None = None,
    revalidate: Keys | None = None,
    external: bool = False,
) -> Response:
    """Go to `url` instead. The page that is asked for never shows, nor enters the browser's history.

    `status` is from 300 to 399; `headers` go with a plain HTTP answer; `revalidate` names the queries that an
    action has made stale, all where it is left out.

    `url` stays on this site; another site has to be marked by `external=True`, so that text from a visitor
    can't send anybody there. Raises `UnsafeResponseError` for any other address, and for one that is a
    script.

    >>> redirect("/login").location
    '/login'

    Source: https://docs.solidjs.com/solid-router/reference/response-helpers/redirect
    """
    if not 300 <= status <= 399:
        raise UnsafeResponseError(f"redirect({url!r}) has a status from 300 to 399, and not {status!r}.")
    return Response(
        status=status, headers=headers, revalidate=revalidate, location=_checked_location(url, external)
    )


def reload(*, status: int = 200, headers: Headers | None = None, revalidate: Keys | None = None) -> Response:
    """Nothing new, but `revalidate` says which queries an action has made stale: all where it is left out.

    `status` and `headers` are those of a plain HTTP answer.

    >>> reload(revalidate=["posts", "user[1]"]).revalidate
    ('posts', 'user[1]')

    Source: https://docs.solidjs.com/solid-router/reference/response-helpers/reload
    """
    return Response(status=status, headers=headers, revalidate=revalidate)


class ResponseHead:
    """The head of the HTTP answer that a page begins with, for as long as it can still be changed.

    A service of the page's scope; a query's `Response` adds its headers to it: cookies pile up, others
    replace. What they say of the response's own body, its type and length, is not said of the page.
    """

    __slots__ = ("headers", "status")

    def __init__(self) -> None:
        self.status: int | None = None
        self.headers: list[tuple[str, str]] = []

    def add(self, response: Response) -> None:
        """Take over what `response` says about the HTTP answer."""
        for name, value in response.headers:
            lower = name.lower()
            if lower in ("content-type", "content-length", "content-encoding"):
                continue
            if lower != "set-cookie":
                self.headers = [pair for pair in self.headers if pair[0].lower() != lower]
            self.headers.append((name, value))


def _pairs(headers: Headers | None) -> Iterator[tuple[str, str]]:
    if headers is None:
        return iter(())
    if isinstance(headers, Mapping):
        return iter(cast("Mapping[str, str]", headers).items())
    return iter(headers)


def _checked_headers(headers: Headers | None) -> tuple[tuple[str, str], ...]:
    checked: list[tuple[str, str]] = []
    for name, value in _pairs(headers):
        if not isinstance(name, str) or not _TOKEN.match(name):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise UnsafeResponseError(
                f"{name!r:.80} is no name for a header. Use letters, digits and '-', as in 'Cache-Control'."
            )
        if not isinstance(value, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise UnsafeResponseError(
                f"The header {name} has to be text, and is {value!r:.80}. Use str(...)."
            )
        if _UNSAFE_IN_VALUE.search(value):
            raise UnsafeResponseError(
                f"The header {name} has a line break or control character in its value {value!r:.80}. With "
                "it a "
                "visitor could add headers of their own: remove it, or encode the value."
            )
        if name.lower() == "location":
            raise UnsafeResponseError(
                "The location of a response is checked, so it can't be given as a header. Write "
                "redirect(url)."
            )
        checked.append((name, value))
    return tuple(checked)


def _checked_location(url: str, external: bool) -> str:
    if not isinstance(url, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise UnsafeResponseError(
            f"redirect takes a text, and got {url!r:.80} of type {type(url).__qualname__}."
        )
    if len(url) > _MAX_LOCATION:
        raise UnsafeResponseError(
            f"redirect got an address of {len(url)} characters; the limit is {_MAX_LOCATION}."
        )
    if url != url.strip() or _UNSAFE_IN_LOCATION.search(url):
        raise UnsafeResponseError(
            f"redirect({url!r:.120}): line breaks, control characters and blanks around it can't be in an "
            "address. "
            "Quote what comes from a visitor with urllib.parse.quote."
        )
    # browsers read a backslash as a slash, so /\evil.example leads off the site
    flat = url.replace("\\", "/")
    scheme = _SCHEME.match(flat)
    if scheme is None and not flat.startswith("//"):
        return url if url.isascii() and " " not in url else quote(url, safe=_KEPT_IN_LOCATION)
    if scheme is not None and scheme[1].lower() not in ("http", "https"):
        raise UnsafeResponseError(
            f"redirect({url!r:.120}) leads to the scheme {scheme[1]!r}. A redirect goes to a path, http or "
            "https."
        )
    if not external:
        raise UnsafeResponseError(
            f"redirect({url!r:.120}) leads to another site. If that is meant, and the address isn't a "
            "visitor's "
            "choice, write redirect(url, external=True)."
        )
    if scheme is not None and not urlsplit(flat).netloc:
        raise UnsafeResponseError(
            f"redirect({url!r:.120}) names no site after {scheme[1]}:. Write out the address."
        )
    return url
