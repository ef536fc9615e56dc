"""Components: functions whose calls are descriptions.

``Card(title="x")[children]`` runs nothing. It says which function is to run, with what, once it is mounted,
so that a provider, a boundary or a route around it is in force then (design decision 2).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any, Generic, ParamSpec, cast, overload

from .._types import Description
from ..errors import UsageError
from ..html import Element, Node, checked_children
from .lower import lower
from .misuse import note_forgotten_return

P = ParamSpec("P")

_Parameter = inspect.Parameter


class ComponentCall(Description):
    """One use of a component: the function and what it gets."""

    __slots__ = ("args", "component", "kwargs")

    def __init__(self, component: Component[...], args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self.component = component
        self.args = args
        self.kwargs = kwargs

    def __getitem__(self, children: Node | tuple[Node, ...]) -> ComponentCall:
        """The same with these children, which the function gets as ``children``."""
        component = self.component
        if not component.takes_children:
            raise UsageError(
                f"{component.name} takes no children. Give its function a parameter named 'children', "
                f"or write {component.name}(...) without brackets."
            )
        if "children" in self.kwargs:
            raise UsageError(f"{component.name} has its children already; brackets are written once")
        checked = checked_children(children, component.name)
        return ComponentCall(
            component, self.args, {**self.kwargs, "children": checked[0] if len(checked) == 1 else checked}
        )

    def run(self) -> Node:
        """Calls the function. What it returns is what stands in the page."""
        component = self.component
        body = component.body or component.lowered()
        if component.needs_children and "children" not in self.kwargs:
            return body(*self.args, **self.kwargs, children=None)
        return body(*self.args, **self.kwargs)

    def __repr__(self) -> str:
        return f"{self.component.name}(...)"


class Component(Generic[P]):
    """What ``@component`` makes of a function."""

    __slots__ = (
        "__wrapped__",
        "accepts_any",
        "body",
        "function",
        "name",
        "names",
        "needs_children",
        "positional",
        "required",
        "takes_children",
    )
    __iter__ = None

    def __init__(self, function: Callable[P, Node], name: str | None = None) -> None:
        self.function: Callable[..., Node] = function
        self.body: Callable[..., Node] | None = None
        """What runs: the function, lowered. Made when the component is mounted for the first time, because by
        then the names in its module have their values."""
        self.__wrapped__ = function
        self.name: str = name or getattr(function, "__name__", None) or type(function).__name__
        if inspect.iscoroutinefunction(function):
            raise UsageError(
                f"the component {self.name} is 'async def'; components are plain functions. "
                "Load data with create_async(fetch) inside it and read it where it is shown."
            )
        parameters = list(inspect.signature(function).parameters.values())
        if parameters and parameters[0].name == "self":
            raise UsageError(
                f"the component {self.name} is a method. A component is a function: define it outside of the "
                "class, or inside of a method, where it sees self."
            )
        self.accepts_any = any(each.kind is _Parameter.VAR_KEYWORD for each in parameters)
        named = [
            each
            for each in parameters
            if each.kind not in (_Parameter.VAR_KEYWORD, _Parameter.VAR_POSITIONAL)
        ]
        self.names = frozenset(each.name for each in named)
        self.positional: tuple[str, ...] = tuple(
            each.name for each in named if each.kind is not _Parameter.KEYWORD_ONLY
        )
        if any(each.kind is _Parameter.VAR_POSITIONAL for each in parameters):
            self.positional += ("",) * 1000
        required = frozenset(each.name for each in named if each.default is _Parameter.empty)
        self.required = required - {"children"}
        self.needs_children = "children" in required
        self.takes_children = "children" in self.names or self.accepts_any

    def lowered(self) -> Callable[..., Node]:
        """The function with its element expressions lowered to templates where that is possible."""
        note_forgotten_return(self.function, self.name)
        self.body = lower(self.function)
        return self.body

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> ComponentCall:
        """Describes a use of the component with these props.

        Raises:
            UsageError: a prop is missing or unknown.
        """
        if not (kwargs.keys() <= self.names or self.accepts_any) or len(args) > len(self.positional):
            raise UsageError(self._unknown(args, kwargs))
        missing = self.required.difference(kwargs, self.positional[: len(args)])
        if missing:
            raise UsageError(
                f"{self.name} needs {', '.join(sorted(missing))}: {self.name}({min(missing)}=...)"
            )
        return ComponentCall(self, args, kwargs)

    def __getitem__(self, children: Node | tuple[Node, ...]) -> ComponentCall:
        """Describes a use of the component without props, with these children."""
        return self.offer({})[children]

    def offer(self, props: Mapping[str, object]) -> ComponentCall:
        """Describes a use of the component with those of ``props`` that its function names.

        This is how routes hand ``params``, ``location``, ``data`` and ``children`` to components that may
        want none.
        """
        chosen = (
            dict(props) if self.accepts_any else {name: props[name] for name in props if name in self.names}
        )
        missing = self.required.difference(chosen)
        if missing:
            raise UsageError(
                f"{self.name} needs {', '.join(sorted(missing))}, which nothing gives it here"
                + (f"; it is offered {', '.join(props)}" if props else "")
            )
        return ComponentCall(self, (), chosen)

    def _unknown(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> str:
        if len(args) > len(self.positional):
            return (
                f"{self.name} takes {len(self.positional)} props by position and got {len(args)}. "
                "Children go in brackets."
            )
        name = next(name for name in kwargs if name not in self.names)
        close = get_close_matches(name, self.names, 1)
        hint = (
            f"did you mean {close[0]!r}?" if close else f"it has {', '.join(sorted(self.names)) or 'none'}."
        )
        return f"{self.name} has no prop {name!r}: {hint}"

    def __repr__(self) -> str:
        return f"<component {self.name}>"


@overload
def component(function: Callable[P, Node], /) -> Component[P]: ...
@overload
def component(*, name: str) -> Callable[[Callable[P, Node]], Component[P]]: ...
def component(function: Callable[P, Node] | None = None, /, *, name: str | None = None) -> Any:
    """Makes a function a component.

    Its body runs once for each place where it is mounted, under an owner of its own, and is not tracked: what
    is to change later is written as a function, ``p[lambda: user().name]``.

    Args:
        function: gets the props it is called with; children in brackets come as ``children``.
        name: what errors and logs call it; the function's name by default.

    Returns:
        The component. Calling it describes a use of it.

    >>> from wayfare.html import h1
    >>> @component
    ... def Greeting(name: str):
    ...     return h1["Hello ", name]
    >>> Greeting(name="Ann")
    Greeting(...)

    Upstream: https://docs.solidjs.com/concepts/components/basics
    """
    if function is None:
        return lambda function: Component(function, name)  # pyright: ignore[reportUnknownLambdaType, reportUnknownVariableType]
    return Component(function, name)


def as_component(value: object, place: str) -> Component[...]:
    """``value`` as a component: one as it is, any other function wrapped in one.

    Raises:
        UsageError: it is neither; ``place`` says where it was given.
    """
    if isinstance(value, Component):
        return value  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, ComponentCall):
        raise UsageError(
            f"{place} takes the component itself: write {value.component.name}, without (...) or [...]"
        )
    if isinstance(value, Element) or not callable(value):
        cure = ": write lambda: ... before it, or give it a name by def" if isinstance(value, Element) else ""
        raise UsageError(f"{place} takes a component or a function that returns one, not {value!r:.60}{cure}")
    return Component(cast("Callable[..., Node]", value))
