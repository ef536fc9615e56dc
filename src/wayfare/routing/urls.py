"""URLs as a browser reads and writes them: path, search and hash of a target inside the site.

`urllib.parse` follows the RFCs, browsers follow the URL standard, and what a page's address bar shows is
what the location has to say. This is the standard's parser for everything behind the host: what is
dropped, how dots are resolved, which characters are percent-encoded where.

Source of the behaviour: https://url.spec.whatwg.org/#path-state
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote_from_bytes, unquote_to_bytes

from .._text import utf8

_DROPPED = re.compile(r"[\t\n\r]")
_ENDS = "".join(map(chr, range(0x21)))
_PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))
# What each part leaves as it is: the printable characters without those of its percent-encode set.
_PATH_SAFE = "".join(c for c in _PRINTABLE if c not in '"#<>?^`{}')
_SEARCH_SAFE = "".join(c for c in _PRINTABLE if c not in "\"#<>'")
_HASH_SAFE = "".join(c for c in _PRINTABLE if c not in '"<>`')
_OPAQUE_SAFE = _PRINTABLE + " "
_FORM_SAFE = "*-._"
_SINGLE_DOTS = frozenset({".", "%2e"})
_DOUBLE_DOTS = frozenset({"..", ".%2e", "%2e.", "%2e%2e"})
_PLAIN = re.compile(r"/[A-Za-z0-9_\-/~@:]*\Z")
_SCHEME = re.compile(r"([a-z][a-z0-9+.\-]*):", re.I)
# The schemes of which the standard knows that a host follows, however many slashes are written.
_SPECIAL = frozenset({"http", "https", "ws", "wss", "ftp", "file"})
# Two slashes, perhaps a user, a host, perhaps a port.
_HOST = re.compile(
    r"//(?:[^/?#]*@)?(\[[0-9a-f:.]+\]|(?:[^/?#:@\x00-\x20<>\[\]\\^|%\x7f]|%[2-7][0-9a-f])*)"
    r"(?::([0-9]{0,5}))?(?=[/?#]|\Z)",
    re.I,
)
_MAX_PORT = 65535


@dataclass(frozen=True, slots=True)
class Url:
    """A target's parts as `location` tells them: `search` with its `?` or empty, `hash` with its `#`."""

    pathname: str
    search: str
    hash: str

    def __str__(self) -> str:
        return self.pathname + self.search + self.hash


_ROOT = Url("/", "", "")


def parse_url(target: str) -> Url:
    """Reads a target as a browser would from the root of the site; what is no URL is read as the root.

    >>> parse_url("/a/../caf\\u00e9 x?q=a b#top")
    Url(pathname='/caf%C3%A9%20x', search='?q=a%20b', hash='#top')
    >>> parse_url("//twice").pathname
    '//twice'
    >>> parse_url("https://example.com/users?page=2")
    Url(pathname='/users', search='?page=2', hash='')
    """
    return read_url(target) or _ROOT


def read_url(target: str) -> Url | None:
    """`parse_url`, but None for what is no URL, such as `"https://"`.

    What begins with a slash always is one, of this site: upstream puts the site's origin before it.
    """
    if target[:1] == "/":
        if _PLAIN.match(target) and "/." not in target:
            return Url(target, "", "")
        return _inside(_DROPPED.sub("", target.rstrip(_ENDS)))
    text = _DROPPED.sub("", target.strip(_ENDS))
    found = _SCHEME.match(text)
    scheme = found[1].lower() if found else "http"
    rest = text[found.end() :] if found else text
    if scheme not in _SPECIAL:
        return _foreign(rest)
    path = re.split(r"[?#]", rest, maxsplit=1)[0]
    rest = path.replace("\\", "/") + rest[len(path) :]
    if scheme in ("http", "file") and not rest.startswith("//"):
        # A scheme without a host is as good as none: "http:users" is relative to the site.
        return _inside(rest)
    host = _HOST.match(rest if scheme == "file" else "//" + rest.lstrip("/"))
    if host is None or not (host[1] or scheme == "file") or int(host[2] or 0) > _MAX_PORT:
        return None
    return _inside(host.string[host.end() :])


def _inside(text: str) -> Url:
    text, _, fragment = text.partition("#")
    path, _, query = text.partition("?")
    path = path.replace("\\", "/")
    return _url(_path(path if path[:1] == "/" else "/" + path), query, fragment)


def _foreign(rest: str) -> Url | None:
    """What follows a scheme that the standard does not know: a host perhaps, and perhaps no path at all."""
    host = _HOST.match(rest)
    if rest.startswith("//") and (host is None or int(host[2] or 0) > _MAX_PORT):
        return None
    rest, _, fragment = rest[host.end() if host is not None else 0 :].partition("#")
    path, _, query = rest.partition("?")
    opaque = host is None and not path.startswith("/")
    return _url(_encode(path, _OPAQUE_SAFE) if opaque else path and _path(path), query, fragment, "'")


def _url(pathname: str, query: str, fragment: str, also_safe: str = "") -> Url:
    return Url(
        pathname,
        "?" + _encode(query, _SEARCH_SAFE + also_safe) if query else "",
        "#" + _encode(fragment, _HASH_SAFE) if fragment else "",
    )


def _path(path: str) -> str:
    parts = path[1:].split("/")
    kept: list[str] = []
    last = len(parts) - 1
    for at, part in enumerate(parts):
        lowered = part.lower()
        if lowered in _DOUBLE_DOTS:
            if kept:
                kept.pop()
            if at == last:
                kept.append("")
        elif lowered in _SINGLE_DOTS:
            if at == last:
                kept.append("")
        else:
            kept.append(_encode(part, _PATH_SAFE))
    return "/" + "/".join(kept)


def _encode(text: str, safe: str) -> str:
    return quote_from_bytes(utf8(text), safe)


def parse_search(search: str) -> list[tuple[str, str]]:
    """The pairs of a search string in order, decoded as a browser's `URLSearchParams` does.

    >>> parse_search("?a=1&b=x+y&a=%C3%A9&flag")
    [('a', '1'), ('b', 'x y'), ('a', 'é'), ('flag', '')]
    """
    pairs: list[tuple[str, str]] = []
    for part in search.removeprefix("?").split("&"):
        if part:
            name, _, value = part.partition("=")
            pairs.append((_decode_form(name), _decode_form(value)))
    return pairs


def _decode_form(text: str) -> str:
    if "+" in text:
        text = text.replace("+", " ")
    return text if "%" not in text else unquote_to_bytes(utf8(text)).decode(errors="replace")


def format_search(pairs: Iterable[tuple[str, str]]) -> str:
    """The search string of pairs, with its `?`; empty without pairs.

    >>> format_search([("a", "x y"), ("b", "")])
    '?a=x+y&b='
    """
    text = "&".join(f"{_encode_form(name)}={_encode_form(value)}" for name, value in pairs)
    return "?" + text if text else ""


def _encode_form(text: str) -> str:
    return quote_from_bytes(utf8(text), _FORM_SAFE + " ").replace("~", "%7E").replace(" ", "+")
