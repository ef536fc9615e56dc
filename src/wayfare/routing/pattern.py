"""One path pattern: `/users/:id/:tab?/*rest` taken apart, expanded, scored, compared.

Why its own file: the same few rules decide which route wins (tree.py), what `use_match` answers and
how `url_for` builds a path, and they are subtle. A segment is static, `:param`, or a splat at the end.
Statics are compared decoded and without regard to ASCII case, so `/caf%C3%A9`, `/café` and what a
browser reports all mean the same place; params keep their case and are decoded as well.

Source of the behaviour: https://docs.solidjs.com/solid-router/concepts/dynamic-routes and the fine
print in docs/compatibility.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, unquote

from ..errors import RouteError

MAX_EXPANSIONS = 256
"""How many plain patterns the optional params of one path may stand for."""

MAX_PATTERN_LENGTH = 2048
"""The longest path (in characters) that a route may have, its parents included."""

_TRIM = re.compile(r"^/+|(/)/+$")
_PLAIN = re.compile(r"[A-Za-z0-9/:*._~-]*\Z")
_OPTIONAL = re.compile(r"(/?:[^/]+)\?")
_NEXT_OPTIONAL = re.compile(r"(/:[^/]+)\?")
_SPLAT_TAIL = re.compile(r"/*(\*.*)?$", re.S)
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_UPPER_TO_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
# What a browser leaves as it is inside a path segment, and what `encodeURIComponent` leaves.
_SEGMENT_SAFE = "+@:$&,;=!'()*-._~"


@dataclass(frozen=True, slots=True)
class Segment:
    """One part between slashes: `text` is the folded static text, or the name of the param."""

    text: str
    dynamic: bool


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern without optional params. `splat` is its name, `""` where unnamed, None without one."""

    text: str
    segments: tuple[Segment, ...]
    splat: str | None
    score: int


def normalize_path(path: str, omit_slash: bool = False) -> str:
    """Exactly one leading slash, at most one trailing one; doubled slashes inside are kept.

    >>> normalize_path("///a//b//")
    '/a//b/'
    >>> normalize_path("?page=2")
    '?page=2'
    """
    trimmed = _TRIM.sub(lambda m: m[1] or "", path)
    if not trimmed:
        return ""
    return trimmed if omit_slash or trimmed[0] in "?#" else "/" + trimmed


def join_paths(start: str, end: str) -> str:
    """A child's path under its parent's, whose trailing slash and splat give way.

    >>> join_paths("/files/*rest", "new")
    '/files/new'
    """
    # One substitution only: the pattern also matches the empty rest after what it has removed.
    return _SPLAT_TAIL.sub("", normalize_path(start), count=1) + normalize_path(end)


def expand_optionals(path: str) -> list[str]:
    """The plain patterns that a path with optional params stands for, shortest first.

    Neighbours are filled from the left: `/:a?/:b?` is `/`, `/:a`, `/:a/:b`, never `/:b`.

    >>> expand_optionals("/bar/:x?/")
    ['/bar/', '/bar/:x/']

    Raises `RouteError` where that would be more than 256.
    """
    groups: list[list[str]] = []
    rest = path
    total = 1
    while "?" in rest and (found := _OPTIONAL.search(rest)):
        prefix = rest[: found.start()]
        group = [prefix, prefix := prefix + found[1]]
        rest = rest[found.end() :]
        while following := _NEXT_OPTIONAL.match(rest):
            group.append(prefix := prefix + following[1])
            rest = rest[following.end() :]
        groups.append(group)
        total *= len(group)
        if total > MAX_EXPANSIONS:
            raise RouteError(
                f"The path {path!r} has too many optional params: it stands for more than "
                f"{MAX_EXPANSIONS} patterns. Make some of them required, or nest routes instead."
            )
    expanded = [rest]
    for group in reversed(groups):
        expanded = [start + end for end in expanded for start in group]
    return expanded


def decode_segment(text: str) -> str:
    """Percent-decodes one segment as UTF-8; text whose escapes are not valid stays as it is.

    >>> decode_segment("caf%C3%A9"), decode_segment("100%"), decode_segment("%E9")
    ('café', '100%', '%E9')
    """
    if "%" not in text or _BROKEN_ESCAPE.search(text):
        return text
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        return text


def encode_segment(text: str) -> str:
    """Percent-encodes one segment the way patterns are shown: `+ @ : $ & , ; =` stay readable.

    >>> encode_segment("a b@c")
    'a%20b@c'
    """
    return quote(text, safe=_SEGMENT_SAFE, errors="replace")


def fold(text: str) -> str:
    """What static segments are compared by: decoded, ASCII letters in lower case."""
    if "%" in text:
        text = decode_segment(text)
    return text.lower() if text.isascii() else text.translate(_UPPER_TO_LOWER)


def show_pattern(path: str) -> str:
    """The pattern as `route.pattern` tells it: static segments encoded exactly once."""
    if _PLAIN.match(path):
        return path
    return "/".join(
        part if part[:1] in (":", "*") else encode_segment(decode_segment(part)) for part in path.split("/")
    )


@lru_cache(maxsize=4096)  # routes have most of their segments in common
def _segment(part: str) -> Segment:
    return Segment(part[1:], True) if part[0] == ":" else Segment(fold(part), False)


def parse_pattern(path: str, *, whole: bool = True) -> Pattern:
    """Takes a path without optional params apart.

    With `whole=False` the splat is dropped, as it is for a route that has children.

    >>> parse_pattern("/users/:id/*rest").score
    6

    Raises `RouteError` for text after a splat and for a path of more than 2,048 characters.
    """
    if len(path) > MAX_PATTERN_LENGTH:
        raise RouteError(
            f"The path {path[:60]!r}... has {len(path)} characters; the limit is {MAX_PATTERN_LENGTH}."
        )
    head, star, splat_name = path.partition("/*")
    splat_name = splat_name.rstrip("/")
    check_splat(path, splat_name)
    segments = tuple(_segment(part) for part in head.split("/") if part)
    splat = splat_name if star and whole else None
    score = sum(3 if s.dynamic else 4 for s in segments) - (1 if splat is not None else 0)
    return Pattern(path if whole else head, segments, splat, score)


def check_splat(path: str, after: str) -> None:
    """Refuses a path that goes on after its `*`, given what comes `after` that."""
    name, slash, rest = after.partition("/")
    if slash and rest.strip("/"):
        raise RouteError(
            f"The path {path!r} goes on after its splat '*{name}'. A splat takes everything that is left, so "
            "it has to be the last segment: write the rest before it, or nest a route."
        )


def check_names(path: str) -> None:
    """Refuses a path that gives one name to two of its params: only one value could be read."""
    if path.count(":") + path.count("*") < 2:
        return
    names = [part[1:].removesuffix("?") for part in path.split("/") if part[:1] in (":", "*") and part[1:]]
    for name in names:
        if names.count(name) > 1:
            raise RouteError(
                f"The path {path!r} has two params named {name!r}, and only one of the values could be "
                f"read. Give each a name of its own, such as ':{name}' and ':other_{name}'."
            )


def odd_segment(text: str) -> str | None:
    """What is wrong with a static segment that means something else than its author may think."""
    if text in (".", ".."):
        return f"can never match: it has the segment {text!r}, and no location that a browser asks for does."
    if text in ("http:", "https:"):
        return "names another site. A route's path is what follows the host: '/users/:id'."
    if text.lower().startswith(("{", "<", "%7b", "%3c")):
        return "has a segment in brackets: they mean nothing. A param is written with a colon: '/users/:id'."
    if "?" in text or "#" in text:
        return (
            f"has the segment {text!r}, whose {'?' if '?' in text else '#'!r} stands for itself. A path ends "
            "before the search and the hash (use_search_params, use_location), and only params are "
            "optional: '/:name?'."
        )
    return None
