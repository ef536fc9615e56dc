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

_DROPPED = re.compile(r"[\t\n\r]")
_ENDS = "".join(map(chr, range(0x21)))
_PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))
# What each part leaves as it is: the printable characters without those of its percent-encode set.
_PATH_SAFE = "".join(c for c in _PRINTABLE if c not in '"#<>?^`{}')
_SEARCH_SAFE = "".join(c for c in _PRINTABLE if c not in "\"#<>'")
_HASH_SAFE = "".join(c for c in _PRINTABLE if c not in '"<>`')
_FORM_SAFE = "*-._"
_SINGLE_DOTS = frozenset({".", "%2e"})
_DOUBLE_DOTS = frozenset({"..", ".%2e", "%2e.", "%2e%2e"})
_PLAIN = re.compile(r"/[A-Za-z0-9_\-/~@:]*\Z")


@dataclass(frozen=True, slots=True)
class Url:
    """A target's parts as `location` tells them: `search` with its `?` or empty, `hash` with its `#`."""

    pathname: str
    search: str
    hash: str

    def __str__(self) -> str:
        return self.pathname + self.search + self.hash


def parse_url(target: str) -> Url:
    """Reads a target as a browser would from the root of the site.

    >>> parse_url("/a/../caf\\u00e9 x?q=a b#top")
    Url(pathname='/caf%C3%A9%20x', search='?q=a%20b', hash='#top')
    >>> parse_url("//twice").pathname
    '//twice'
    """
    if _PLAIN.match(target) and "/." not in target:
        return Url(target, "", "")
    text = _DROPPED.sub("", target.strip(_ENDS) if target[:1] != "/" else target.rstrip(_ENDS))
    text, _, fragment = text.partition("#")
    path, _, query = text.partition("?")
    if path[:1] not in ("/", "\\"):
        path = "/" + path
    return Url(
        _path(path),
        "?" + _encode(query, _SEARCH_SAFE) if query else "",
        "#" + _encode(fragment, _HASH_SAFE) if fragment else "",
    )


def _path(path: str) -> str:
    parts = path.replace("\\", "/")[1:].split("/")
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
    return quote_from_bytes(_bytes(text), safe)


def _bytes(text: str) -> bytes:
    # A lone surrogate is no character: browsers send the replacement character for it. A pair that
    # came in as two (from JSON) is one character.
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()


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
    return text if "%" not in text else unquote_to_bytes(_bytes(text)).decode(errors="replace")


def format_search(pairs: Iterable[tuple[str, str]]) -> str:
    """The search string of pairs, with its `?`; empty without pairs.

    >>> format_search([("a", "x y"), ("b", "")])
    '?a=x+y&b='
    """
    text = "&".join(f"{_encode_form(name)}={_encode_form(value)}" for name, value in pairs)
    return "?" + text if text else ""


def _encode_form(text: str) -> str:
    return quote_from_bytes(_bytes(text), _FORM_SAFE + " ").replace("~", "%7E").replace(" ", "+")
