"""Who may speak to a page: same-origin checks, allowed hosts, rates, and the headers of every answer.

A browser sends cookies with requests that other sites make it send. So a form post and a socket are taken
only where the browser itself says that a page of this very site made them; the checks are functions from
headers to a refusal in words, so that each can be read, and tested, alone.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from .._types import Clock
from ..errors import UsageError

_DEFAULT_PORTS = {"http": "80", "https": "443", "ws": "80", "wss": "443"}

DEFAULT_POLICY: Mapping[str, str] = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'self'",
}
"""The Content-Security-Policy of a page: its own files and nothing inline. `style-src` is joined by the
page's nonce, which `Style` elements carry."""


def cross_site_post(
    headers: Mapping[str, str], trusted: Iterable[str] = (), *, secure: bool = False
) -> str | None:
    """Why a form post may not be taken, or None where it comes from a page of this site.

    `Origin` decides where the browser sent it, else `Sec-Fetch-Site`, else `Referer`. A request with none of
    the three is no current browser's: it is taken where it carries no cookies that somebody could ride on.
    A site that is `secure` itself takes nothing from its own name over plain http, which anybody between can
    speak for.

    >>> cross_site_post({"host": "shop.test", "origin": "https://shop.test"}) is None
    True
    >>> cross_site_post({"host": "shop.test", "origin": "https://evil.test"})
    "this form was posted from 'https://evil.test', and this site is 'shop.test'"
    """
    host = headers.get("host", "")
    origin = headers.get("origin")
    site = headers.get("sec-fetch-site")
    if origin == "null" and site == "same-origin":
        # A page whose referrer policy is "no-referrer" hides its origin; the browser vouches for it.
        return None
    if origin is not None:
        return _foreign("this form was posted from", origin, host, trusted, secure)
    if site is not None:
        if site in ("same-origin", "none"):
            return None
        return f"this form was posted from another site (Sec-Fetch-Site: {site})"
    referer = headers.get("referer")
    if referer:
        return _foreign("this form was posted from", referer, host, trusted, secure)
    if headers.get("cookie"):
        return "this form was posted with cookies but without Origin, Sec-Fetch-Site or Referer"
    return None


def cross_site_socket(
    headers: Mapping[str, str], trusted: Iterable[str] = (), *, secure: bool = False
) -> str | None:
    """Why a socket may not be opened, or None where a page of this site opens it.

    Every browser sends `Origin` here, so one is required: a program that is no browser can say the origin
    it speaks for.

    >>> cross_site_socket({"host": "shop.test:8000"})
    'a socket has to say its Origin, and this one does not'
    >>> cross_site_socket({"host": "shop.test:8000", "origin": "http://shop.test:8000"}) is None
    True
    """
    origin = headers.get("origin")
    if origin is None:
        return "a socket has to say its Origin, and this one does not"
    return _foreign("this socket was opened from", origin, headers.get("host", ""), trusted, secure)


def _foreign(what: str, origin: str, host: str, trusted: Iterable[str], secure: bool) -> str | None:
    try:
        parts = urlsplit(origin)
        scheme, theirs = parts.scheme.lower(), _authority(parts.netloc, parts.scheme.lower())
        own = _authority(host, scheme)
    except ValueError:
        return f"{what} an origin that can't be read: {origin[:200]!r}"
    if scheme in ("http", "https") and theirs:
        if theirs == own and not (secure and scheme == "http"):
            return None
        if f"{scheme}://{theirs}" in {_normal_origin(each) for each in trusted}:
            return None
    return f"{what} {origin[:200]!r}, and this site is {host[:200]!r}"


def _authority(netloc: str, scheme: str) -> str:
    """Host and port, lower case, with the scheme's own port left out."""
    netloc = netloc.rsplit("@", 1)[-1].lower()
    port = _DEFAULT_PORTS.get(scheme)
    if port is not None and netloc.endswith(":" + port):
        netloc = netloc[: -len(port) - 1]
    return netloc


def _normal_origin(origin: str) -> str:
    parts = urlsplit(origin)
    return f"{parts.scheme.lower()}://{_authority(parts.netloc, parts.scheme.lower())}"


def check_origins(origins: Iterable[str]) -> tuple[str, ...]:
    """The trusted origins of an `App`, normalised; a UsageError for one that is none."""
    checked: list[str] = []
    for origin in origins:
        parts = urlsplit(origin)
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.path.strip("/"):
            raise UsageError(
                f"App(trusted_origins=...): {origin!r} is no origin. "
                "Write scheme and host, as in 'https://www.example.org'."
            )
        checked.append(_normal_origin(origin))
    return tuple(checked)


def host_refused(host: str, allowed: tuple[str, ...] | None) -> bool:
    """Whether a request for `host` is for a name this app does not answer to.

    A site on a loopback or private address should name its hosts: else a foreign page whose name is made to
    lead to that address (DNS rebinding) counts as the same origin.

    >>> host_refused("evil.test:8000", ("127.0.0.1", "localhost"))
    True
    >>> host_refused("api.shop.test", ("*.shop.test",))
    False
    """
    if allowed is None:
        return False
    name = host.lower()
    name = name.partition("]")[0] + "]" if name.startswith("[") else name.partition(":")[0]
    for pattern in allowed:
        if pattern == "*" or name == pattern:
            return False
        if pattern.startswith("*.") and name.endswith(pattern[1:]):
            return False
    return True


def safe_path(url: str) -> str | None:
    """`url` as a path of this site, or None where a browser could take it to another.

    Browsers drop tabs and line breaks in a URL and read a backslash as a slash, so that `/\\t/evil.test`
    leads away; what is not plainly a path is none.

    >>> safe_path("/users/1?tab=a#top")
    '/users/1?tab=a#top'
    >>> safe_path("//evil.test/"), safe_path("https://evil.test"), safe_path("/\\t/evil.test")
    (None, None, None)
    """
    if not url.startswith("/") or url.startswith(("//", "/\\")):
        return None
    if any(character <= " " or character == "\x7f" for character in url):
        return None
    return url


def content_security_policy(policy: Mapping[str, str], nonce: str | None) -> str:
    """The header's text; `style-src` gets the page's nonce where there is one.

    >>> content_security_policy({"style-src": "'self'", "object-src": "'none'"}, "abc")
    "style-src 'self' 'nonce-abc'; object-src 'none'"
    """
    parts: list[str] = []
    for directive, value in policy.items():
        if nonce is not None and directive == "style-src" and "'unsafe-inline'" not in value:
            value = f"{value} 'nonce-{nonce}'"
        parts.append(f"{directive} {value}".rstrip())
    return "; ".join(parts)


def common_headers() -> dict[str, str]:
    """The headers of every answer, page or not."""
    return {
        "x-content-type-options": "nosniff",
        "referrer-policy": "strict-origin-when-cross-origin",
    }


def digest(data: bytes, characters: int = 16) -> str:
    """A short URL-safe name for some bytes: equal bytes, equal name."""
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest())[:characters].decode("ascii")


class TokenBucket:
    """A rate: `burst` at once, `rate` a second lastingly.

    >>> from types import SimpleNamespace
    >>> clock = SimpleNamespace(now=lambda: 0.0)
    >>> bucket = TokenBucket(rate=1.0, burst=2, clock=clock)
    >>> bucket.take(), bucket.take(), bucket.take()
    (True, True, False)
    """

    def __init__(self, *, rate: float, burst: int, clock: Clock) -> None:
        self._rate = rate
        self._burst = float(burst)
        self._clock = clock
        self._level = float(burst)
        self._at = clock.now()

    def take(self) -> bool:
        """Use one unit; False where there is none left."""
        now = self._clock.now()
        self._level = min(self._burst, self._level + (now - self._at) * self._rate)
        self._at = now
        if self._level < 1.0:
            return False
        self._level -= 1.0
        return True
