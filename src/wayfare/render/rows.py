"""For each of what: the rows of a list, kept by their item (`For`) or by their place (`Index`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from inspect import isawaitable
from typing import TYPE_CHECKING, Any, Generic, Self, TypeAlias, TypeVar

from ..errors import UsageError
from ..html import Node
from ..reactive import accepted_arguments, create_memo, index_array, map_array, required_arguments
from .component import Component
from .content import Content, Item, Items
from .flow import Bracketed, is_function, name_of, read
from .lower import lower
from .mount import Mounter

T = TypeVar("T")

Each: TypeAlias = "Callable[[], Iterable[T] | None] | Iterable[T] | None"
"""A list, or an accessor of one."""

Row: TypeAlias = "Callable[[], Node] | Callable[[T], Node] | Callable[[T, Callable[[], int]], Node]"
"""What `For` makes of an item: it gets the item, and an accessor of its place."""

Place: TypeAlias = (
    "Callable[[], Node] | Callable[[Callable[[], T]], Node] | Callable[[Callable[[], T], int], Node]"
)
"""What `Index` makes of a place: it gets an accessor of the item there, and the number of the place."""


class For(Bracketed, Generic[T]):
    """The items of a list, each with what the function makes of it; rows are told apart by their items'
    identity.

    A row is made once for each item and moves with it. Equal strings and numbers are the same item, and so
    are equal frozen dataclasses and tuples; what a query returns anew each time stays the same where it is
    equal.

    Args:
        each: a list, or an accessor of one; None counts as empty.
        fallback: what is shown where there are none.
        children: the function, in place of the brackets: written so, pyright knows what a lambda gets.

    Raises:
        UsageError: there is no function, or one that wants more than the item and its place; ``each`` is no
            list.

    >>> from wayfare.html import li, ul
    >>> ul[For(each=["a", "b"])[lambda name, index: li[index, ": ", name]]]
    <Element ul with 0 attributes and 1 children>

    Upstream: https://docs.solidjs.com/reference/components/for
    """

    __slots__ = ("each", "fallback")

    def __init__(self, *, each: Each[T], fallback: Node = None, children: Row[T] | None = None) -> None:
        self.each = each
        self.fallback = fallback
        self.children = _checked_row(children, "For", "item, index")

    if TYPE_CHECKING:

        def __getitem__(self, children: Row[T] | Component[...]) -> Self: ...

    def _with(self, children: Any) -> For[T]:
        return For(each=self.each, fallback=self.fallback, children=children)

    def mount(self, mounter: Mounter) -> Content:
        return _rows(mounter, self, map_array)


class Index(Bracketed, Generic[T]):
    """The items of a list by their places: a row stays where it is, and its item, an accessor, changes.

    Args:
        each: a list, or an accessor of one.
        fallback: what is shown where there are none.
        children: the function, in place of the brackets.

    >>> from wayfare.html import li, ul
    >>> ul[Index(each=["a", "b"])[lambda name, at: li[at, ": ", name]]]
    <Element ul with 0 attributes and 1 children>

    Upstream: https://docs.solidjs.com/reference/components/index-component
    """

    __slots__ = ("each", "fallback")

    def __init__(self, *, each: Each[T], fallback: Node = None, children: Place[T] | None = None) -> None:
        self.each = each
        self.fallback = fallback
        self.children = _checked_row(children, "Index", "item, at")

    if TYPE_CHECKING:

        def __getitem__(self, children: Place[T] | Component[...]) -> Self: ...

    def _with(self, children: Any) -> Index[T]:
        return Index(each=self.each, fallback=self.fallback, children=children)

    def mount(self, mounter: Mounter) -> Content:
        return _rows(mounter, self, index_array)


def _checked_row(function: Any, name: str, parameters: str) -> Any:
    """The function of a list, which it calls for each row."""
    if function is None or isinstance(function, Component):
        return function  # pyright: ignore[reportUnknownVariableType]
    if not is_function(function):
        raise UsageError(
            f"{name} takes one function in brackets, {name}(each=...)[lambda item: ...], not {function!r:.60}"
        )
    wanted = required_arguments(function)
    if wanted > 2:
        raise UsageError(
            f"{name} calls its function with one or two arguments, lambda {parameters}: ..., and "
            f"{name_of(function)} wants {wanted}. Bind what else it needs: lambda item, more=more: ..."
        )
    return function


def _items(view: For[Any] | Index[Any]) -> Iterable[Any]:
    """What the list of a view is now."""
    found = read(view.each)
    if not found:
        return ()
    kind: Any = type(found)
    if isinstance(found, Iterable) and not isinstance(found, Mapping | set | frozenset | str | bytes):
        return found
    name = type(view).__name__
    if isinstance(found, Mapping):
        hint = f"Write {name}(each=lambda: list(names.items()))[lambda item: ...] for pairs of key and value."
    elif isinstance(found, set | frozenset):
        hint = "A set has no order: give sorted(names)."
    elif isawaitable(found):
        hint = "A page doesn't await: write names = create_async(get_names) and give each=names."
    else:
        hint = f"Give a list, or an accessor of one: {name}(each=names)[lambda name: ...]."
    raise UsageError(f"{name} takes a list as each, and got {found!r:.60}, of type {kind.__name__}. {hint}")


def _rows(mounter: Mounter, view: For[Any] | Index[Any], mapping: Callable[..., Any]) -> Content:
    function, fallback = view.children, view.fallback
    if function is None:
        name = type(view).__name__
        raise UsageError(
            f"{name}(each=...) has no function: say what a row is, {name}(each=...)[lambda item: ...]"
        )
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

    rows = create_memo(
        mapping(lambda: _items(view), row, fallback=empty if fallback is not None else None), name="For"
    )
    # The list of a memo is a new one each time; its rows are what stays.
    return mounter.show_accessor(create_memo(lambda _=None: Items(list(rows() or ())), name="rows"))
