"""What a match is: the routes that a location went through, outermost first, with their params.

A match is made for every navigation and every hover, so it computes nothing that nobody reads: the
winning branch, the location's segments and the filtered values are kept, and each level's path and
params are worked out when they are asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, overload

from .pattern import decode_segment

if TYPE_CHECKING:
    from .branch import Branch, CompiledRoute


@dataclass(frozen=True, slots=True)
class PathMatch:
    """A pattern's match: the part of the location it covers, and the params in it."""

    path: str
    params: dict[str, Any]


@dataclass(frozen=True, slots=True)
class RouteMatch(PathMatch):
    """One level of a match: what a pattern's match has, and the `route` that made it."""

    route: CompiledRoute


class Matches(Sequence[RouteMatch]):
    """The levels of a match, outermost first; empty, and so false, where no route matched.

    `.params` is the params of all levels in one dict, an inner level's over an outer one's.
    """

    __slots__ = ("_branch", "_levels", "_segments", "_values")

    def __init__(
        self, branch: Branch | None, segments: Sequence[str], values: dict[int, object] | None
    ) -> None:
        self._branch = branch
        self._segments = segments
        # What filters have turned segments into, by position; -1 is the splat.
        self._values = values
        self._levels: tuple[RouteMatch, ...] | None = None

    @property
    def params(self) -> dict[str, Any]:
        """The params of every level in one dict."""
        branch = self._branch
        if branch is None:
            return {}
        if not branch.names:
            return {}
        segments, values = self._segments, self._values
        if values is None and not branch.splat:
            return {
                name: text if "%" not in (text := segments[at]) else decode_segment(text)
                for name, at in branch.names
            }
        return {name: self._value(at) for name, at in branch.names}

    @property
    def levels(self) -> tuple[RouteMatch, ...]:
        """The levels as a tuple."""
        if self._levels is None:
            self._levels = self._work_out()
        return self._levels

    def _value(self, at: int) -> object:
        values = self._values
        if values is not None and at in values:
            return values[at]
        if at >= 0:
            return decode_segment(self._segments[at])
        branch = self._branch
        assert branch is not None
        return "/".join(map(decode_segment, self._segments[branch.length :]))

    def _work_out(self) -> tuple[RouteMatch, ...]:
        branch = self._branch
        if branch is None:
            return ()
        # Static segments are told in lower case, as upstream does: relative links resolve from them.
        parts = [
            text if segment.dynamic else text.lower()
            for text, segment in zip(self._segments, branch.segments, strict=False)
        ]
        return tuple(
            RouteMatch(
                "/" + "/".join(parts[: len(route.segments)]),
                {name: self._value(at) for name, at in route.names},
                route,
            )
            for route in branch.routes
        )

    @overload
    def __getitem__(self, index: int) -> RouteMatch: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[RouteMatch, ...]: ...
    def __getitem__(self, index: int | slice) -> RouteMatch | tuple[RouteMatch, ...]:
        return self.levels[index]

    def __len__(self) -> int:
        return 0 if self._branch is None else len(self._branch.routes)

    def __iter__(self) -> Iterator[RouteMatch]:
        return iter(self.levels)

    def __eq__(self, other: object) -> bool:
        return self.levels == (other.levels if isinstance(other, Matches) else other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Matches({', '.join(f'{m.route.pattern}: {m.path} {m.params}' for m in self)})"


NO_MATCHES = Matches(None, (), None)
