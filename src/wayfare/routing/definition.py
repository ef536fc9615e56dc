"""Routes as they are written: a definition, its children, and the plain dicts that mean the same.

A definition is a value: nothing is ever written into it (upstream fills in a missing path there), so one
tree of definitions serves every page of a process. Its identity is the route's key: moving between two
paths of one definition keeps the component mounted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from .._types import Description
from ..errors import RouteError
from .filters import MatchFilter, check_filters

if TYPE_CHECKING:
    from .preloading import PreloadArgs

_OneRoute: TypeAlias = "RouteDefinition | Mapping[str, Any] | bool | None"
RouteChildren: TypeAlias = "_OneRoute | Iterable[RouteChildren] | Callable[[], RouteChildren]"
"""Routes as written: definitions, dicts, lists of these, and functions that give them."""

_FIELDS = frozenset({"path", "component", "preload", "match_filters", "info", "children", "name"})


@dataclass(frozen=True, slots=True, eq=False)
class RouteDefinition:
    """One route: where it is, what it shows, what it loads.

    Args:
        path: its path below its parent, or several; `:param`, `:param?` and a final `*rest` are special.
        component: called with those of `params`, `location`, `data`, `children` that it declares.
        preload: called with `PreloadArgs` when the route is entered or a link to it is hovered.
        match_filters: for each param, what it has to look like, or the type that it becomes.
        info: anything of yours, found again in `use_current_matches()`. `status` sets the page's.
        children: routes below this one.
        name: what `url_for` calls it.

    >>> users = RouteDefinition("/users")[RouteDefinition("/:id", match_filters={"id": int}, name="user")]
    >>> len(users.children)
    1

    Upstream: https://docs.solidjs.com/solid-router/reference/components/route
    """

    path: str | Sequence[str] = ""
    component: Any = None
    preload: Callable[[], object] | Callable[[PreloadArgs], object] | None = None
    match_filters: Mapping[str, MatchFilter] | None = None
    info: Mapping[str, Any] | None = None
    children: tuple[RouteDefinition, ...] = field(default=())
    name: str | None = None
    signature: tuple[Any, ...] = field(init=False, repr=False)
    """Equal for definitions that mean the same, so that a page needs no tree of its own."""

    def __new__(cls, *args: object, **options: object) -> RouteDefinition:
        if len(args) > len(_FIELDS) or not options.keys() <= _FIELDS:
            raise RouteError(_unknown(args, options))
        return object.__new__(cls)

    def __post_init__(self) -> None:
        if not all(isinstance(child, RouteDefinition) for child in self.children):  # pyright: ignore[reportUnnecessaryIsInstance]
            object.__setattr__(self, "children", tuple(read_definitions(self.children)))
        paths: object = self.path if isinstance(self.path, list | tuple) else [self.path]
        if not all(isinstance(path, str) for path in cast("list[object]", paths)):
            raise RouteError(f"A route's path is a str or a list of str, not {self.path!r}.")
        if self.component is not None and not callable(self.component):
            called = (
                ". Give the component itself, without (...) or [...]: the route calls it"
                if isinstance(self.component, Description)
                else ": not callable"
            )
            raise RouteError(f"The component of the route {self.path!r} is {self.component!r}{called}.")
        check_filters(self.match_filters, path=self.path)
        _check_status(self.info, self.path)
        object.__setattr__(self, "signature", self._sign())
        if self.preload is not None and not callable(self.preload):  # pyright: ignore[reportUnnecessaryComparison]
            raise RouteError(f"The preload of the route {self.path!r} is {self.preload!r}: not callable.")

    def _sign(self) -> tuple[Any, ...]:
        # By identity where a value can't be hashed: whoever keeps the signature keeps the definition.
        return (
            self.paths,
            id(self.component),
            id(self.preload),
            tuple((name, _sign(each)) for name, each in (self.match_filters or {}).items()),
            tuple((name, _sign(each)) for name, each in (self.info or {}).items())
            if isinstance(self.info, Mapping) or self.info is None
            else id(self.info),
            self.name,
            tuple(child.signature for child in self.children),
        )

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths, one or several, as a tuple."""
        return (self.path,) if isinstance(self.path, str) else tuple(self.path)

    def __getitem__(self, children: RouteChildren) -> RouteDefinition:
        """The same route with these children: `Route(path="/users")[Route(path="/:id")]`."""
        return replace(self, children=tuple(read_definitions(children)))

    __not_a_node__ = "A route stands in the brackets of a router: Router[Route(path=..., component=...)]."

    # Having __getitem__ alone would make `for x in route` an endless loop.
    __iter__ = None


_ELSEWHERE = {"element": "component", "matchFilters": "match_filters", "load": "preload"}
"""What other routers call it."""


def _unknown(args: tuple[object, ...], options: Mapping[str, object]) -> str:
    """What an error says of a route that was given what routes don't have."""
    where = f"the route {options.get('path', args[0] if args else '')!r}"
    unknown = sorted(options.keys() - _FIELDS)
    if not unknown:
        return f"{where} got {len(args)} values without a name: name them, Route(path=..., component=...)."
    name = unknown[0]
    close = [_ELSEWHERE[name]] if name in _ELSEWHERE else get_close_matches(name, _FIELDS, 1)
    hint = f"Did you mean {close[0]}=...?" if close else f"It has {', '.join(sorted(_FIELDS))}."
    return f"{where} has no {name!r}. {hint}"


def _check_status(info: Mapping[str, Any] | None, path: object) -> None:
    status: object = info.get("status", 200) if isinstance(info, Mapping) else 200
    if isinstance(status, bool) or not isinstance(status, int) or not 200 <= status <= 599:
        raise RouteError(
            f"The info of the route {path!r} has the status {status!r}. It is the page's HTTP status, a "
            "number from 200 to 599; another key is yours to use."
        )


def _sign(value: object) -> object:
    if isinstance(value, list):
        return ("list", *map(_sign, cast("list[object]", value)))
    try:
        hash(value)
    except TypeError:
        return id(value)
    return (type(value), value)


def read_definitions(children: RouteChildren) -> list[RouteDefinition]:
    """Everything that counts as a route in what was written, in order; None and booleans are nothing.

    >>> [d.path for d in read_definitions([{"path": "/a"}, None, [RouteDefinition("/b")]])]
    ['/a', '/b']
    """
    found: list[RouteDefinition] = []
    # An explicit stack, and dicts are built once their children are: nesting has no depth limit.
    pending: list[tuple[object, list[RouteDefinition]]] = [(children, found)]
    while pending:
        item, into = pending.pop()
        if isinstance(item, RouteDefinition):
            into.append(item)
        elif isinstance(item, _Unfinished):
            into.append(item.finish())
        elif isinstance(item, Mapping):
            unfinished = _Unfinished(cast("Mapping[str, Any]", item))
            pending.append((unfinished, into))
            pending.append((unfinished.values.get("children"), unfinished.children))
        elif item is None or isinstance(item, bool):
            continue
        elif isinstance(item, str | bytes):
            raise RouteError(
                f"Expected routes, got the text {item!r}. A route is written Route(path={item!r})."
            )
        elif isinstance(item, Description) or hasattr(type(item), "__html__"):
            raise RouteError(
                f"Expected routes, got {item!r}. What a route shows is its component: "
                'Route(path="/", component=Home). What stands around all routes is Router(root=Layout).'
            )
        elif callable(item):
            pending.append((item(), into))
        elif isinstance(item, Iterable):
            pending.extend((each, into) for each in reversed(list(cast("Iterable[object]", item))))
        else:
            raise RouteError(f"Expected routes, got {item!r}.")
    return found


class _Unfinished:
    """A dict whose children are still being read."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        if not values.keys() <= _FIELDS:
            raise RouteError(_unknown((), values))
        self.values = values
        self.children: list[RouteDefinition] = []

    def finish(self) -> RouteDefinition:
        values = {key: value for key, value in self.values.items() if key != "children"}
        return RouteDefinition(**values, children=tuple(self.children))
