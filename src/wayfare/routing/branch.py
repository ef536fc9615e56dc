"""A branch: one way through the routes from the root to a leaf, and the definitions along it, compiled.

A definition has one `CompiledRoute` for each of its paths, optional params expanded; a leaf has one `Branch`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from .definition import RouteDefinition
from .filters import MISS, Test
from .pattern import Segment, decode_segment, parse_pattern, show_pattern

# Rank = score, then order of declaration. One int, so that the search compares ints only.
RANKS_PER_SCORE = 1 << 40


class CompiledRoute:
    """One definition at one full path: what `match.route` is.

    `pattern` is the full path with its parents', `original_path` what was written, `definition` the
    route as written (its identity decides whether the component stays mounted).
    """

    __slots__ = ("definition", "filters", "names", "original_path", "pattern", "score", "segments", "splat")

    def __init__(
        self, definition: RouteDefinition, original_path: str, full_path: str, filters: dict[str, Test]
    ) -> None:
        leaf = not definition.children
        self.definition = definition
        self.original_path = original_path
        self.pattern = show_pattern(full_path if leaf else full_path.split("/*", 1)[0])
        parsed = parse_pattern(self.pattern, whole=leaf)
        self.segments: tuple[Segment, ...] = parsed.segments
        self.splat: str | None = parsed.splat
        self.filters = filters
        self.score = parsed.score
        self.names: tuple[tuple[str, int], ...] = tuple(_names(parsed.segments, parsed.splat).items())

    @property
    def component(self) -> Any:
        """The component as written, or None."""
        return self.definition.component

    @property
    def preload(self) -> Any:
        """The preload function as written, or None."""
        return self.definition.preload

    @property
    def info(self) -> Any:
        """The `info` as written, or None."""
        return self.definition.info

    @property
    def name(self) -> str | None:
        """The name that `url_for` knows it by, or None."""
        return self.definition.name

    def __repr__(self) -> str:
        return f"CompiledRoute({self.pattern!r})"


def _names(segments: Iterable[Segment], splat: str | None) -> dict[str, int]:
    names = {segment.text: at for at, segment in enumerate(segments) if segment.dynamic}
    if splat:
        names[splat] = -1
    return names


class Branch:
    """A way from the root to a leaf: what a location matches as a whole."""

    __slots__ = ("checks", "length", "names", "parts", "rank", "routes", "segments", "splat")

    def __init__(self, routes: tuple[CompiledRoute, ...], index: int, score: int) -> None:
        leaf = routes[-1]
        self.routes = routes
        self.segments = leaf.segments
        self.length = len(leaf.segments)
        # What a location's segments are, where none of them is a param.
        self.parts: tuple[str, ...] = tuple(":" if s.dynamic else s.text for s in leaf.segments)
        self.splat = leaf.splat
        self.rank = score * RANKS_PER_SCORE - index
        names: dict[str, int] = {}
        for route in routes:
            names.update(route.names)
        self.names: tuple[tuple[str, int], ...] = tuple(names.items())
        # In the order in which they are asked. The innermost definition that filters a param types it.
        self.checks: tuple[tuple[int, Test], ...] = tuple(
            (at, route.filters[name])
            for route in reversed(routes)
            if route.filters
            for name, at in positions(route)
            if name in route.filters
        )

    def accept(self, segments: Sequence[str]) -> dict[int, object] | None:
        """The filtered values where every filter takes its segment, else None."""
        values: dict[int, object] = {}
        for at, test in self.checks:
            if at >= 0:
                text = decode_segment(segments[at])
            else:
                text = "/".join(map(decode_segment, segments[self.length :]))
            value = test(text)
            if value is MISS:
                return None
            if at not in values or (values[at] == text and isinstance(values[at], str)):
                values[at] = value
        return values


def positions(route: CompiledRoute) -> Iterator[tuple[str, int]]:
    """Every param of a route with its place; unlike `names`, one name may come more than once."""
    for at, segment in enumerate(route.segments):
        if segment.dynamic:
            yield segment.text, at
    if route.splat:
        yield route.splat, -1


def same_filters(one: Branch, other: Branch) -> bool:
    def filters(branch: Branch) -> list[tuple[int, object]]:
        return [
            (at, (route.definition.match_filters or {}).get(name))
            for route in reversed(branch.routes)
            for name, at in positions(route)
            if name in route.filters
        ]

    return filters(one) == filters(other)
