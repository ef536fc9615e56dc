"""All routes of a router in one tree of segments, and the search for the one that wins.

Upstream tries every branch in the order of its score until one matches. Here a location walks down the
tree, one dict lookup for each segment, and the branches that it ends at are compared by the same score:

    /users/:id/edit          root --users--> * --:--> * --edit--> [end]
    /users/new                               * --new--> [end]
    /*rest                   [splat end at root]

The walk goes back to a place it has passed only where a param or a splat there could still give a
better score than what was found, so time depends on the location's length and not on how many routes
there are. Filters are asked last, the leaf's before its parents', best branch first.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence

from ..errors import RouteError
from .branch import RANKS_PER_SCORE, Branch, CompiledRoute, same_filters
from .definition import RouteChildren, RouteDefinition, read_definitions
from .filters import Test, compile_filters
from .match import NO_MATCHES, Matches
from .pattern import (
    Segment,
    check_names,
    check_splat,
    expand_optionals,
    fold,
    join_paths,
    odd_segment,
    parse_pattern,
)

MAX_BRANCHES = 200_000
"""How many full paths, optional params expanded, one router may have."""

# Static segments that a location has in one spelling only (apart from case).
_PLAIN = re.compile(r"[a-z0-9._~-]+\Z")


class RouteWarning(UserWarning):
    """Routes that work, but not as they were meant: one can never be reached, a filter filters nothing."""


class _Node:
    __slots__ = ("best", "ends", "forks", "param", "score", "splats", "static")

    def __init__(self, score: int) -> None:
        self.static: dict[str, _Node] = {}
        self.param: _Node | None = None
        # Branches that end here, best first; those that end with a splat here.
        self.ends: list[Branch] = []
        self.splats: list[Branch] = []
        # What the way down to here counts, and the best rank of any branch below.
        self.score = score
        self.best = 0
        # Whether a location that comes here may go on, or end, in more than one way.
        self.forks = False


class RouteTree:
    """Compiled routes. `match` finds the branch that a path belongs to.

    Make one with `compile_routes`. It never changes, and may be shared by pages and threads.
    """

    def __init__(self, definitions: Sequence[RouteDefinition], base: str = "") -> None:
        self.definitions = tuple(definitions)
        self.base = base
        self.problems: list[str] = []
        self.branches: list[Branch] = []
        self._root = _Node(0)
        self._below_base = sum(1 for part in base.split("/") if part)
        # Paths without params: nothing can score more than all segments being static.
        self._fixed: dict[str, Branch] = {}
        self._build()

    def match(self, pathname: str) -> Matches:
        """The routes that a path goes through, outermost first; empty where there is none.

        >>> tree = compile_routes([{"path": "/users", "children": [{"path": "/:id"}]}])
        >>> [level.path for level in tree.match("/users/7")], tree.match("/users/7").params
        (['/users', '/users/7'], {'id': '7'})
        >>> bool(tree.match("/users"))
        False
        """
        fixed = self._fixed.get(pathname)
        if fixed is not None:
            return Matches(fixed, fixed.parts, None)
        if "//" in pathname:
            return NO_MATCHES
        inner = pathname[1:] if pathname[:1] == "/" else pathname
        if inner[-1:] == "/":
            inner = inner[:-1]
        segments = keys = inner.split("/") if inner else []
        if "%" in inner or not inner.isascii():
            keys = [fold(segment) for segment in segments]
        elif not inner.islower():
            keys = inner.lower().split("/") if inner else []
        # Down to the first place where there is a choice, or to the end: most locations meet none.
        node = self._root
        at = 0
        for key in keys:
            if node.forks:
                return self._search(keys, segments, node, at)
            after = node.static.get(key) or node.param
            if after is None:
                return NO_MATCHES
            node = after
            at += 1
        ends = node.ends
        if node.forks or (ends and ends[0].checks):
            return self._search(keys, segments, node, at)
        return Matches(ends[0], segments, None) if ends else NO_MATCHES

    def _search(self, keys: Sequence[str], segments: Sequence[str], node: _Node, at: int) -> Matches:
        length = len(keys)
        found: Branch | None = None
        values: dict[int, object] | None = None
        rank = -RANKS_PER_SCORE * 2
        waiting: list[tuple[_Node, int]] = []
        while True:
            ends = node.splats
            if at == length and node.ends:
                ends = node.ends + ends if ends else node.ends
            for branch in ends:
                if branch.rank > rank:
                    if not branch.checks:
                        found, values, rank = branch, None, branch.rank
                    elif (accepted := branch.accept(segments)) is not None:
                        found, values, rank = branch, accepted, branch.rank
            if at < length:
                after = node.static.get(keys[at])
                param = node.param
                if after is not None:
                    if param is not None:
                        waiting.append((param, at + 1))
                    node = after
                    at += 1
                    continue
                if param is not None:
                    node = param
                    at += 1
                    continue
            while waiting:
                node, at = waiting.pop()
                # Below here nothing outranks what was found: not by what is there, and not even if
                # every segment that is left were static.
                if node.best > rank and (node.score + 4 * (length - at)) * RANKS_PER_SCORE >= rank:
                    break
            else:
                return NO_MATCHES if found is None else Matches(found, segments, values)

    def _build(self) -> None:
        filters: dict[int, dict[str, Test]] = {}
        # Depth first, in the order of declaration: (definition, base path, the routes above it).
        pending: list[tuple[RouteDefinition, str, tuple[CompiledRoute, ...]]] = [
            (definition, self.base, ()) for definition in reversed(self.definitions)
        ]
        while pending:
            definition, base, above = pending.pop()
            if id(definition) not in filters:
                filters[id(definition)] = self._prepare(definition)
            below: list[tuple[RouteDefinition, str, tuple[CompiledRoute, ...]]] = []
            for original in definition.paths:
                for expanded in expand_optionals(original):
                    route = CompiledRoute(
                        definition, original, join_paths(base, expanded), filters[id(definition)]
                    )
                    way = (*above, route)
                    if definition.children:
                        below.extend((child, route.pattern, way) for child in definition.children)
                    else:
                        self._add(way)
            pending.extend(reversed(below))
        self._rank(self._root)
        self._check_definitions()

    def _check_definitions(self) -> None:
        """What is wrong with a definition as a whole, seen in all its paths."""
        params: dict[RouteDefinition, set[str]] = {}
        named: dict[str, CompiledRoute] = {}
        for route in {id(route): route for branch in self.branches for route in branch.routes}.values():
            definition = route.definition
            params.setdefault(definition, set()).update(name for name, _ in route.names)
            if route.name is None:
                continue
            first = named.setdefault(route.name, route)
            if first.definition.signature != definition.signature:
                raise RouteError(
                    f"Two routes are named {route.name!r}: {first.pattern!r} and {route.pattern!r}. url_for "
                    "could not tell them apart: give each its own name, or write one route with both paths."
                )
        for definition, names in params.items():
            for name, match_filter in (definition.match_filters or {}).items():
                if isinstance(match_filter, (list, tuple, set, frozenset)) and not match_filter:
                    self.problems.append(
                        f"The route {definition.path!r} can never match: its filter for {name!r} is empty."
                    )
                if name not in names:
                    self.problems.append(
                        f"The route {definition.path!r} has a filter for {name!r} and no such param, so it "
                        f"filters nothing. Its params are {', '.join(sorted(names)) or 'none'}."
                    )

    def _prepare(self, definition: RouteDefinition) -> dict[str, Test]:
        if not definition.paths:
            self.problems.append("A route with an empty list of paths can never match.")
        for path in definition.paths:
            check_names(path)
            if "*" in path:
                for expanded in expand_optionals(path):
                    parse_pattern("/" + expanded.lstrip("/"))
                if definition.children:
                    # Their paths take the place of everything from the first * on, also inside a segment.
                    check_splat(path, path.partition("*")[2])
        return compile_filters(definition.match_filters, path=str(definition.path))

    def _add(self, routes: tuple[CompiledRoute, ...]) -> None:
        if len(self.branches) >= MAX_BRANCHES:
            raise RouteError(
                f"These routes stand for more than {MAX_BRANCHES:,} paths. Replace lists of paths by params."
            )
        leaf = routes[-1]
        branch = Branch(routes, len(self.branches), leaf.score)
        self.branches.append(branch)
        for route in routes:
            if not leaf.pattern.startswith(route.pattern) and not _covers(route.segments, leaf.segments):
                self.problems.append(
                    f"The route {leaf.pattern!r} can never match: "
                    f"its parent {route.pattern!r} does not cover it."
                )
                return
        node = self._root
        for at, segment in enumerate(leaf.segments):
            if not segment.dynamic:
                if segment.text not in node.static:
                    problem = odd_segment(segment.text)
                    if problem is not None and at >= self._below_base:
                        self.problems.append(f"The route {leaf.pattern!r} {problem}")
                    node.static[segment.text] = _Node(node.score + 4)
                node = node.static[segment.text]
            else:
                node.param = node.param or _Node(node.score + 3)
                node = node.param
        ends = node.ends if leaf.splat is None else node.splats
        for other in ends:
            if not other.checks or same_filters(other, branch):
                if other.routes[-1].definition is not leaf.definition:
                    self.problems.append(
                        f"The routes {other.routes[-1].pattern!r} and {leaf.pattern!r} can't be told apart: "
                        "the later one is never reached. Remove one, or give the first a filter."
                    )
                break
        ends.append(branch)
        if leaf.splat is None and all(_PLAIN.match(part) for part in branch.parts):
            self._fixed.setdefault("/" + "/".join(branch.parts), branch)

    def _rank(self, root: _Node) -> None:
        """Fills in the best rank below every node, children before their parents."""
        order = [root]
        for node in order:
            order.extend(node.static.values())
            if node.param is not None:
                order.append(node.param)
        for node in reversed(order):
            below = [branch.rank for branch in (*node.ends, *node.splats)]
            below.extend(child.best for child in node.static.values())
            if node.param is not None:
                below.append(node.param.best)
            node.best = max(below, default=-RANKS_PER_SCORE * 2)
            node.forks = bool(node.splats or (node.static and node.param))


def _covers(above: Sequence[Segment], below: Sequence[Segment]) -> bool:
    """Whether a parent's path is the beginning of its leaf's, which a `*` inside the parent's cuts short."""
    return len(above) <= len(below) and all(
        own.dynamic == full.dynamic and (own.dynamic or own.text == full.text)
        for own, full in zip(above, below, strict=False)
    )


def compile_routes(definitions: RouteChildren, *, base: str = "", warn: bool = True) -> RouteTree:
    """Compiles routes for matching, without any page or reactivity.

    Args:
        definitions: routes as given to a router: `Route(...)`, dicts, lists of these.
        base: a path that is put before all of them.
        warn: whether to warn (`RouteWarning`) of routes that can never be reached.

    Returns: a `RouteTree`; ask it with `.match(pathname)`.

    Raises `RouteError` for paths and filters that can't work.

    >>> tree = compile_routes([{"path": "/a/:n", "match_filters": {"n": int}}, {"path": "*rest"}])
    >>> tree.match("/a/12").params, tree.match("/a/b").params
    ({'n': 12}, {'rest': 'a/b'})
    """
    tree = RouteTree(read_definitions(definitions), base)
    if warn:
        for problem in tree.problems:
            warnings.warn(problem, RouteWarning, stacklevel=2)
    return tree
