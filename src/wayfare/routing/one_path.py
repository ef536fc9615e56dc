"""Whether a location fits one path, whatever the routes of a router are: what `use_match` asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .filters import MISS, Test, compile_filters
from .match import PathMatch
from .pattern import Pattern, decode_segment, expand_optionals, fold, parse_pattern


def match_path(
    path: str,
    pathname: str,
    match_filters: Mapping[str, object] | None = None,
    *,
    partial: bool = False,
    expand: bool = True,
) -> PathMatch | None:
    """Whether a location fits one path, whatever the routes are: what `use_match` answers.

    The whole location has to fit (write `/*` for the rest), or its beginning with `partial=True`. The
    expansions of optional params are tried shortest first; `expand=False` takes the path literally.

    >>> match_path("/users/:id", "/users/7")
    PathMatch(path='/users/7', params={'id': '7'})
    """
    return path_matcher(path, match_filters, partial=partial, expand=expand)(pathname)


def path_matcher(
    path: str,
    match_filters: Mapping[str, object] | None = None,
    *,
    partial: bool = False,
    expand: bool = True,
) -> Callable[[str], PathMatch | None]:
    """`match_path` for one path and many locations: the path is taken apart once."""
    tests = compile_filters(match_filters, path=path)
    patterns = [parse_pattern(each) for each in (expand_optionals(path) if expand else [path])]

    def match(pathname: str) -> PathMatch | None:
        segments = split_path(pathname)
        if segments is None:
            return None
        for pattern in patterns:
            found = _match_pattern(pattern, tests, segments, partial)
            if found is not None:
                return found
        return None

    return match


def _match_pattern(
    pattern: Pattern, tests: Mapping[str, Test], segments: Sequence[str], partial: bool
) -> PathMatch | None:
    length = len(pattern.segments)
    if len(segments) < length or (len(segments) > length and pattern.splat is None and not partial):
        return None
    params: dict[str, Any] = {}
    parts: list[str] = []
    for segment, text in zip(pattern.segments, segments, strict=False):
        if not segment.dynamic:
            if fold(text) != segment.text:
                return None
            parts.append(text.lower())
            continue
        value = tests.get(segment.text, _as_is)(decode_segment(text))
        if value is MISS:
            return None
        params[segment.text] = value
        parts.append(text)
    if pattern.splat:
        value = tests.get(pattern.splat, _as_is)("/".join(map(decode_segment, segments[length:])))
        if value is MISS:
            return None
        params[pattern.splat] = value
    return PathMatch("/" + "/".join(parts), params)


def _as_is(text: str) -> object:
    return text


def split_path(pathname: str) -> list[str] | None:
    """The segments of a location, one slash at either end allowed; None where one of them is empty."""
    start = 1 if pathname[:1] == "/" else 0
    end = -1 if len(pathname) > start and pathname[-1] == "/" else None
    inner = pathname[start:end]
    if not inner:
        return [] if len(pathname) < 2 else None
    segments = inner.split("/")
    return None if "" in segments else segments
