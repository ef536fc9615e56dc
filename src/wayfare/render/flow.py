"""Control flow: what is shown when (rows.py: for each of what).

Each of these makes a memo that mounts and an effect that shows, as a reactive child does, so all of them
hold in a transition. A function as their child is called, not read: ``For`` calls it for each item, ``Show``
and ``Match`` give it what was asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import is_
from types import FunctionType
from typing import TYPE_CHECKING, Any, Generic, Literal, Self, TypeVar, overload

from .._types import Description
from ..errors import UsageError
from ..html import Element, Node, checked_children, element
from ..reactive import create_memo, required_arguments, untrack
from .component import Component, ComponentCall, as_component
from .content import Content
from .mount import Mounter, View

T = TypeVar("T")
G = TypeVar("G")
"""What a function in the brackets of ``Show`` and ``Match`` gets: an accessor, or the value where keyed."""


def read(value: Any) -> Any:
    """The current value of what may be an accessor."""
    return value() if callable(value) else value


class Bracketed(View):
    """A view whose brackets take nodes, or one function that is called."""

    __slots__ = ("children",)
    children: Any

    if not TYPE_CHECKING:

        def __class_getitem__(cls, item: Any) -> Any:
            # For[str] is a type, and For[lambda name: ...] lacks its options.
            if isinstance(item, FunctionType | Element | Description | Component | tuple | list):
                option = cls.__slots__[0]
                raise UsageError(
                    f"{cls.__name__} needs {option}, in parentheses before the brackets: "
                    f"{cls.__name__}({option}=...)[...]"
                )
            return super().__class_getitem__(item)

    def _with(self, children: Any) -> Any:
        raise UsageError(f"{type(self).__name__} takes nothing in brackets: {children!r:.60}")

    def __getitem__(self, children: Any) -> Self:
        name = type(self).__name__
        if self.children is not None:
            raise UsageError(f"{name} has its children already; brackets are written once")
        checked = checked_children(children, name)
        described: Self = self._with(checked[0] if len(checked) == 1 else checked)
        return described


def name_of(function: Any) -> str:
    """What messages call a function."""
    return getattr(function, "__qualname__", None) or repr(function)


def is_function(children: object) -> bool:
    """Whether what stands in the brackets is a function to call, not a node that can be called."""
    return callable(children) and not isinstance(children, Element | Component)


class Show(Bracketed, Generic[G]):
    """Its children while ``when`` is true, else ``fallback``.

    Args:
        when: a value or an accessor.
        fallback: what is shown while it is false.
        keyed: make the children anew for each new value, and give a function the value itself; otherwise they
            are made once for each time it becomes true, and a function gets an accessor.
        children: the same as in brackets: written so, pyright knows what a lambda gets.

    >>> from wayfare.html import p
    >>> print(render_to_string(lambda: Show(when="Ann")[lambda name: p["Hello, ", name]]))
    <p>Hello, Ann</p>

    Upstream: https://docs.solidjs.com/reference/components/show
    """

    __slots__ = ("when", "fallback", "keyed")  # noqa: RUF023 - what it is about comes first

    @overload
    def __init__(
        self: Show[Callable[[], T]],
        *,
        when: Callable[[], T | None],
        fallback: Node = None,
        keyed: Literal[False] = False,
        children: Node | Callable[[Callable[[], T]], Node] = None,
    ) -> None: ...
    @overload
    def __init__(
        self: Show[T],
        *,
        when: Callable[[], T | None],
        fallback: Node = None,
        keyed: bool,
        children: Node | Callable[[T], Node] = None,
    ) -> None: ...
    @overload
    def __init__(
        self: Show[Callable[[], T]],
        *,
        when: T | None,
        fallback: Node = None,
        keyed: Literal[False] = False,
        children: Node | Callable[[Callable[[], T]], Node] = None,
    ) -> None: ...
    @overload
    def __init__(
        self: Show[T],
        *,
        when: T | None,
        fallback: Node = None,
        keyed: bool,
        children: Node | Callable[[T], Node] = None,
    ) -> None: ...
    def __init__(
        self, *, when: Any, fallback: Node = None, keyed: bool = False, children: Any = None
    ) -> None:
        self.when = when
        self.fallback = fallback
        self.keyed = keyed
        self.children = _checked_given(children, "Show")

    if TYPE_CHECKING:

        def __getitem__(self, children: Node | tuple[Node, ...] | Callable[[G], Node]) -> Self: ...

    def _with(self, children: Any) -> Show[Any]:
        return Show(when=self.when, fallback=self.fallback, keyed=self.keyed, children=children)

    def mount(self, mounter: Mounter) -> Content:
        return _first_true(mounter, ((self.when, self.keyed, self.children),), self.fallback)


class Match(Bracketed, Generic[G]):
    """One case of a ``Switch``.

    Args:
        when: a value or an accessor; the first true one of the switch is shown.
        keyed: as of ``Show``.
        children: the same as in brackets.

    >>> from wayfare.html import p
    >>> print(render_to_string(lambda: Switch[Match(when=0)[p["none"]], Match(when=2)[p["some"]]]))
    <p>some</p>

    Upstream: https://docs.solidjs.com/reference/components/switch-and-match
    """

    __slots__ = ("when", "keyed")  # noqa: RUF023 - what it is about comes first

    @overload
    def __init__(
        self: Match[Callable[[], T]],
        *,
        when: Callable[[], T | None],
        keyed: Literal[False] = False,
        children: Node | Callable[[Callable[[], T]], Node] = None,
    ) -> None: ...
    @overload
    def __init__(
        self: Match[T],
        *,
        when: Callable[[], T | None],
        keyed: bool,
        children: Node | Callable[[T], Node] = None,
    ) -> None: ...
    @overload
    def __init__(
        self: Match[Callable[[], T]],
        *,
        when: T | None,
        keyed: Literal[False] = False,
        children: Node | Callable[[Callable[[], T]], Node] = None,
    ) -> None: ...
    @overload
    def __init__(
        self: Match[T],
        *,
        when: T | None,
        keyed: bool,
        children: Node | Callable[[T], Node] = None,
    ) -> None: ...
    def __init__(self, *, when: Any, keyed: bool = False, children: Any = None) -> None:
        self.when = when
        self.keyed = keyed
        self.children = _checked_given(children, "Match")

    if TYPE_CHECKING:

        def __getitem__(self, children: Node | tuple[Node, ...] | Callable[[G], Node]) -> Self: ...

    def _with(self, children: Any) -> Match[Any]:
        return Match(when=self.when, keyed=self.keyed, children=children)

    def mount(self, mounter: Mounter) -> Content:  # noqa: ARG002 - the signature of every view
        raise UsageError(
            "Match stands directly in the brackets of a Switch: Switch[Match(when=...)[...], ...]"
        )


def _checked_given(children: Any, name: str) -> Any:
    """The children of a condition: a function is given what the condition was, or nothing."""
    if type(children) is FunctionType and (wanted := required_arguments(children)) > 1:
        raise UsageError(
            f"{name} calls a function in its brackets with one argument, what its condition gave, or with "
            f"none, and {name_of(children)} wants {wanted}"
        )
    return children


class _Switch(View):
    """The first of its cases that is true, else ``fallback``.

    Upstream: https://docs.solidjs.com/reference/components/switch-and-match
    """

    __slots__ = ("cases", "fallback")

    def __init__(self, fallback: Node = None, cases: tuple[Match[Any], ...] = ()) -> None:
        self.fallback = fallback
        self.cases = cases

    def __call__(self, *, fallback: Node = None) -> _Switch:
        return _Switch(fallback, self.cases)

    def __getitem__(self, cases: Match[Any] | Sequence[Match[Any]]) -> _Switch:
        given: tuple[Any, ...] = tuple(cases) if isinstance(cases, tuple | list) else (cases,)
        for case in given:
            if not isinstance(case, Match):
                raise UsageError(
                    "Switch takes Match(when=...)[...] in its brackets, several with commas between, not "
                    f"{case!r:.60}"
                )
        return _Switch(self.fallback, given)

    def mount(self, mounter: Mounter) -> Content:
        return _first_true(
            mounter, [(case.when, case.keyed, case.children) for case in self.cases], self.fallback
        )


Switch = _Switch()
"""``Switch[Match(when=a)[...], Match(when=b)[...]]``, with ``Switch(fallback=...)[...]`` for none of them."""


def _first_true(mounter: Mounter, cases: Sequence[tuple[Any, bool, Any]], fallback: Node) -> Content:
    """The children of the first case whose condition holds.

    Each condition has a memo of its own: one that comes later is not asked while an earlier one is true.
    """
    values = [create_memo(lambda _=None, when=when: read(when), equals=is_) for when, _, _ in cases]
    conditions = [
        (value if keyed else create_memo(lambda _=None, value=value: bool(value())), value, keyed, children)
        for value, (_, keyed, children) in zip(values, cases, strict=True)
    ]

    def choose(_: object = None) -> tuple[int, Any]:
        for at, (condition, _value, keyed, _children) in enumerate(conditions):
            value = condition()
            if value:
                return at, value if keyed else True
        return -1, None

    chosen = create_memo(choose, equals=lambda a, b: a[0] == b[0] and a[1] is b[1])

    def build(_: object = None) -> Content:
        at, value = chosen()
        return untrack(lambda: mounter.build(fallback if at < 0 else child(at, value)))

    def child(at: int, value: Any) -> Node:
        _, accessor, keyed, children = conditions[at]
        if is_function(children) and required_arguments(children):
            children = children(value if keyed else accessor)
        node: Node = children
        return node

    return mounter.show_accessor(create_memo(build, equals=is_))


class Dynamic(View):
    """A component, or the name of an element, that may change.

    Args:
        component: a component, a function, a tag name, or an accessor of one of these (a function that is no
            component and takes no argument counts as an accessor); None shows nothing.
        props: what it gets, by name.

    Upstream: https://docs.solidjs.com/reference/components/dynamic
    """

    __slots__ = ("component", "props")

    def __init__(self, *, component: Any, **props: Any) -> None:
        self.component = component
        self.props = props

    def __getitem__(self, children: Any) -> Dynamic:
        checked = checked_children(children, "Dynamic")
        return Dynamic(component=self.component, **{**self.props, "children": checked})

    def mount(self, mounter: Mounter) -> Content:
        given = self.component
        accessor = given if callable(given) and not isinstance(given, Component) else None
        current = create_memo(lambda _=None: accessor() if accessor else given, equals=is_)
        return mounter.reactive(lambda: self._call(current()))

    def _call(self, component: Any) -> Node:
        if component is None:
            return None
        if isinstance(component, str):
            from_tag = element(component)
            props = dict(self.props)
            children = props.pop("children", ())
            return from_tag(**props)[children] if children else from_tag(**props)
        call: ComponentCall = as_component(component, "Dynamic(component=...)")(**self.props)
        return call
