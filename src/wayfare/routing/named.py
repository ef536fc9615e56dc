"""From a route back to a URL, and all routes of a router as a list to look at.

A link that is written by its route's name goes on working when the path changes, and a param that its
filter would refuse is an error where the link is made instead of a page that is not found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, cast

from .._text import utf8
from ..errors import RouteError
from .branch import CompiledRoute
from .definition import RouteDefinition
from .filters import MISS, describe_filter
from .pattern import encode_segment
from .search import typed_text
from .tree import RouteTree


def build_url(tree: RouteTree, route: str | RouteDefinition, params: Mapping[str, Any]) -> str:
    """The path of a named route (or a definition) with these params.

    Optional params may be left out, or be None; a splat takes a text with slashes, or a list of segments.

    >>> from wayfare.routing import compile_routes
    >>> tree = compile_routes([{"path": "/users/:id/:tab?", "name": "user", "match_filters": {"id": int}}])
    >>> build_url(tree, "user", {"id": 7}), build_url(tree, "user", {"id": 7, "tab": "a b"})
    ('/users/7', '/users/7/a%20b')

    Raises `RouteError` for a name there is not, a param too few or too many, and a value that the route's
    filters refuse.
    """
    if not isinstance(route, str | RouteDefinition):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise RouteError(f"url_for takes a route's name, or the route itself, and was given {route!r:.80}.")
    candidates = [each for each in _compiled(tree) if _is(each, route)]
    if not candidates:
        raise RouteError(_unknown(tree, route))
    given = {name for name, value in params.items() if value is not None}
    fitting = [each for each in candidates if {name for name, _ in each.names} == given]
    if not fitting:
        raise RouteError(_wrong_params(route, candidates, given))
    return _fill(fitting[0], params)


def _is(compiled: CompiledRoute, route: str | RouteDefinition) -> bool:
    if isinstance(route, str):
        return compiled.name == route
    return compiled.definition is route or compiled.definition.signature == route.signature


def _compiled(tree: RouteTree) -> Iterator[CompiledRoute]:
    """Every route of the tree once, parents before children."""
    seen: set[int] = set()
    for branch in tree.branches:
        for route in branch.routes:
            if id(route) not in seen:
                seen.add(id(route))
                yield route


def _unknown(tree: RouteTree, route: str | RouteDefinition) -> str:
    names = sorted({each.name for each in _compiled(tree) if each.name})
    if not isinstance(route, str):
        return f"The route {route.path!r} is none of this router's."
    close = get_close_matches(route, names, 1)
    hint = f"Did you mean {close[0]!r}?" if close else f"There are {', '.join(names) or 'none with a name'}."
    return f"No route is named {route!r}. {hint} A route gets its name by Route(..., name={route!r})."


def _wrong_params(route: str | RouteDefinition, candidates: list[CompiledRoute], given: set[str]) -> str:
    wanted = " or ".join(each.pattern for each in candidates)
    known = [{name for name, _ in each.names} for each in candidates]
    unknown = given.difference(*known)
    missing = min((names - given for names in known if names > given), key=len, default=set[str]())
    got = ", ".join(sorted(given)) or "nothing"
    what = f"needs {', '.join(sorted(missing))}" if missing else f"has no path with all of {got}"
    if unknown:
        what = f"has no {', '.join(sorted(unknown))}"
    name = route if isinstance(route, str) else route.path
    return f"url_for({name!r}) {what}: its path is {wanted}, and it was given {got}."


def _fill(route: CompiledRoute, params: Mapping[str, Any]) -> str:
    parts: list[str] = []
    for part in route.pattern.split("/"):
        if part[:1] == ":":
            text = _text(route, part[1:], params[part[1:]])
            parts.append(encode_segment(_checked(route, part[1:], text)))
        elif part[:1] == "*":
            parts.extend(_splat(route, part[1:], params) if part[1:] else [])
        elif part:
            parts.append(part)
    return "/" + "/".join(parts)


def _splat(route: CompiledRoute, name: str, params: Mapping[str, Any]) -> list[str]:
    value = params[name]
    several = isinstance(value, list | tuple)
    each = cast("list[Any]", value) if several else [value]
    segments = [_text(route, name, one) for one in each]
    if not several:
        segments = segments[0].split("/")
    _check(route, name, "/".join(segments))
    for segment in segments:
        if segments != [""]:
            _refuse_dots(route, name, segment)
    return [encode_segment(segment) for segment in segments if segment]


def _checked(route: CompiledRoute, name: str, text: str) -> str:
    _refuse_dots(route, name, text)
    _check(route, name, text)
    return text


def _refuse_dots(route: CompiledRoute, name: str, text: str) -> None:
    if text in ("", ".", ".."):
        raise RouteError(
            f"The param {name!r} of {route.pattern!r} can't be {text!r}: "
            "a browser would make another path of it."
        )


def _check(route: CompiledRoute, name: str, text: str) -> None:
    test = route.filters.get(name)
    if test is not None and test(text) is MISS:
        wanted = describe_filter((route.definition.match_filters or {})[name])
        raise RouteError(
            f"The param {name!r} of {route.pattern!r} is {text!r}, which its filter {wanted} refuses."
        )


def _text(route: CompiledRoute, name: str, value: Any) -> str:
    # What would become "<User object at 0x...>", or a list's brackets and commas.
    nameless = cast("type[object]", type(value)).__str__ is object.__str__
    if isinstance(value, bytes) or (nameless and not isinstance(value, bool | int | float)):
        raise RouteError(
            f"The param {name!r} of {route.pattern!r} is {value!r:.80}, which is no text of a URL: give what "
            "stands for it there, such as its id."
        )
    text = typed_text(value)
    if utf8(text).decode() != text:
        raise RouteError(
            f"The param {name!r} of {route.pattern!r} is {value!r:.80}. A part of it is no character (a lone "
            "surrogate) and would not come back from a URL: give what stands for it, such as its id."
        )
    return text


def describe_routes(tree: RouteTree) -> str:
    """All routes as lines: path, filters, component, and whether there is a preload and a name.

    Args:
        tree: compiled routes, as `compile_routes` gives them.

    >>> from wayfare.routing import compile_routes
    >>> print(describe_routes(compile_routes([{"path": "/a", "children": [{"path": "/:n", "name": "one"}]}])))
    /a
      /a/:n  name=one
    """
    lines: list[str] = []
    seen: set[int] = set()
    for branch in tree.branches:
        for depth, route in enumerate(branch.routes):
            if id(route) not in seen:
                seen.add(id(route))
                lines.append("  " * depth + _line(route))
    return "\n".join(lines)


def _line(route: CompiledRoute) -> str:
    filters = route.definition.match_filters or {}
    facts = [f"{name}:{describe_filter(each)}" for name, each in filters.items()]
    component = route.component
    if component is not None:
        named = getattr(component, "func", component)  # of a functools.partial
        name = getattr(named, "name", None) or getattr(named, "__name__", None)
        facts.append(str(name or type(named).__name__))
    if route.preload is not None:
        facts.append(f"preload={getattr(route.preload, '__name__', 'function')}")
    if route.name is not None:
        facts.append(f"name={route.name}")
    return "  ".join([route.pattern or "/", *facts])
