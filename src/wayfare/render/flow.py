"""Control flow: what is shown when, and for each of what.

Each of these makes a memo that mounts and an effect that shows, as a reactive child does, so all of them
hold in a transition. A function as their child is called, not read: ``For`` calls it for each item, ``Show``
and ``Match`` give it what was asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from operator import is_
from typing import Any, Self, TypeAlias

from ..errors import UsageError
from ..html import Element, Node, checked_children, element
from ..reactive import (
    accepted_arguments,
    create_memo,
    index_array,
    map_array,
    required_arguments,
    untrack,
)
from .component import Component, ComponentCall, as_component
from .content import Content, Item, Items
from .lower import lower
from .mount import Mounter, View

Value: TypeAlias = "Callable[[], Any] | Any"
"""A value, or an accessor of one."""


def read(value: Value) -> Any:
    """The current value of what may be an accessor."""
    return value() if callable(value) else value


class _Children(View):
    """A view whose brackets take nodes, or one function that is called."""

    __slots__ = ("children",)
    children: Any

    def _with(self, children: Any) -> Any:
        raise UsageError(f"{type(self).__name__} takes nothing in brackets: {children!r:.60}")

    def __getitem__(self, children: Any) -> Self:
        name = type(self).__name__
        if self.children is not None:
            raise UsageError(f"{name} has its children already; brackets are written once")
        checked = checked_children(children, name)
        described: Self = self._with(checked[0] if len(checked) == 1 else checked)
        return described


class For(_Children):
    """The items of a list, each with what the function makes of it; rows are told apart by their items'
    identity.

    A row is made once for each item and moves with it. Equal strings and numbers are the same item, and so
    are equal frozen dataclasses and tuples; what a query returns anew each time stays the same where it is
    equal.

    Args:
        each: a list, or an accessor of one; None counts as empty.
        fallback: what is shown where there are none.

    >>> from wayfare.html import li, ul
    >>> ul[For(each=["a", "b"])[lambda name, index: li[index, ": ", name]]]
    <Element ul with 0 attributes and 1 children>

    Upstream: https://docs.solidjs.com/reference/components/for
    """

    __slots__ = ("each", "fallback")

    def __init__(self, *, each: Value, fallback: Node = None) -> None:
        self.each = each
        self.fallback = fallback
        self.children = None

    def _with(self, children: Any) -> For:
        if not is_function(children) and not isinstance(children, Component):
            raise UsageError(
                f"For takes one function in brackets, For(each=...)[lambda item: ...], not {children!r:.60}"
            )
        made = For(each=self.each, fallback=self.fallback)
        made.children = children
        return made

    def mount(self, mounter: Mounter) -> Content:
        return _rows(mounter, self.each, self.children, self.fallback, map_array)


class Index(_Children):
    """The items of a list by their places: a row stays where it is, and its item, an accessor, changes.

    Args:
        each: a list, or an accessor of one.
        fallback: what is shown where there are none.

    Upstream: https://docs.solidjs.com/reference/components/index-component
    """

    __slots__ = ("each", "fallback")

    def __init__(self, *, each: Value, fallback: Node = None) -> None:
        self.each = each
        self.fallback = fallback
        self.children = None

    def _with(self, children: Any) -> Index:
        if not is_function(children) and not isinstance(children, Component):
            raise UsageError(f"Index takes one function in its brackets, not {children!r:.60}")
        made = Index(each=self.each, fallback=self.fallback)
        made.children = children
        return made

    def mount(self, mounter: Mounter) -> Content:
        return _rows(mounter, self.each, self.children, self.fallback, index_array)


def _rows(
    mounter: Mounter,
    each: Value,
    function: Callable[..., Node] | None,
    fallback: Node,
    mapping: Callable[..., Any],
) -> Content:
    if function is None:
        return None
    wanted = accepted_arguments(function, 2)
    function = lower(function)

    made = mounter.row

    def numbered(item: Any, index: Any) -> Item:
        return made(function(item, index))

    def plain(item: Any) -> Item:
        return made(function(item) if wanted else function())

    # A row that takes no index is not given one: each one costs a signal.
    row = numbered if wanted == 2 else plain

    def empty() -> Item:
        made = Item(mounter.take_addresses(1))
        made.cell[0] = mounter.build(fallback)
        return made

    def items() -> Iterable[Any]:
        found = read(each) or ()
        if not isinstance(found, Iterable):
            raise UsageError(f"For and Index take a list, or an accessor of one, as each, not {found!r:.60}")
        return found

    rows = create_memo(mapping(items, row, fallback=empty if fallback is not None else None), name="For")
    # The list of a memo is a new one each time; its rows are what stays.
    return mounter.show_accessor(create_memo(lambda _=None: Items(list(rows() or ()))))


def is_function(children: object) -> bool:
    """Whether what stands in the brackets is a function to call, not a node that can be called."""
    return callable(children) and not isinstance(children, Element | Component)


class Show(_Children):
    """Its children while ``when`` is true, else ``fallback``.

    Args:
        when: a value or an accessor.
        fallback: what is shown while it is false.
        keyed: make the children anew for each new value, and give a function the value itself; otherwise they
            are made once for each time it becomes true, and a function gets an accessor.

    Upstream: https://docs.solidjs.com/reference/components/show
    """

    __slots__ = ("fallback", "keyed", "when")

    def __init__(self, *, when: Value, fallback: Node = None, keyed: bool = False) -> None:
        self.when = when
        self.fallback = fallback
        self.keyed = keyed
        self.children = None

    def _with(self, children: Any) -> Show:
        made = Show(when=self.when, fallback=self.fallback, keyed=self.keyed)
        made.children = children
        return made

    def mount(self, mounter: Mounter) -> Content:
        return _first_true(mounter, ((self.when, self.keyed, self.children),), self.fallback)


class Match(_Children):
    """One case of a ``Switch``.

    Args:
        when: a value or an accessor; the first true one of the switch is shown.
        keyed: as of ``Show``.
    """

    __slots__ = ("keyed", "when")

    def __init__(self, *, when: Value, keyed: bool = False) -> None:
        self.when = when
        self.keyed = keyed
        self.children = None

    def _with(self, children: Any) -> Match:
        made = Match(when=self.when, keyed=self.keyed)
        made.children = children
        return made

    def mount(self, mounter: Mounter) -> Content:  # noqa: ARG002 - the signature of every view
        raise UsageError(
            "Match stands directly in the brackets of a Switch: Switch[Match(when=...)[...], ...]"
        )


class _Switch(View):
    """The first of its cases that is true, else ``fallback``.

    Upstream: https://docs.solidjs.com/reference/components/switch-and-match
    """

    __slots__ = ("cases", "fallback")

    def __init__(self, fallback: Node = None, cases: tuple[Match, ...] = ()) -> None:
        self.fallback = fallback
        self.cases = cases

    def __call__(self, *, fallback: Node = None) -> _Switch:
        return _Switch(fallback, self.cases)

    def __getitem__(self, cases: Match | Sequence[Match]) -> _Switch:
        given: tuple[Any, ...] = tuple(cases) if isinstance(cases, tuple | list) else (cases,)
        for case in given:
            if not isinstance(case, Match):
                raise UsageError(f"Switch takes Match(...)[...] in its brackets, not {case!r:.60}")
        return _Switch(self.fallback, given)

    def mount(self, mounter: Mounter) -> Content:
        return _first_true(
            mounter, [(case.when, case.keyed, case.children) for case in self.cases], self.fallback
        )


Switch = _Switch()
"""``Switch[Match(when=a)[...], Match(when=b)[...]]``, with ``Switch(fallback=...)[...]`` for none of them."""


def _first_true(mounter: Mounter, cases: Sequence[tuple[Value, bool, Any]], fallback: Node) -> Content:
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
