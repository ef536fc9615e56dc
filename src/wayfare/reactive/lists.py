"""Lists mapped row by row: `map_array` follows items as they move, `index_array` follows positions.

Each row is a root of its own, made once. What a mapping remembers of its last run lives in a signal's value,
so that a transition has its own copy and what is on the page keeps the present one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar, overload

from .._types import Accessor
from . import graph
from .arity import accepted_arguments
from .equality import same
from .graph import Signal
from .loops import raise_failures
from .nodes import GONE, Owner
from .now import now
from .owner import get_owner, on_cleanup
from .primitives import untrack
from .store import items_of

T = TypeVar("T")
U = TypeVar("U")


class _Row:
    """One mapped item: its root, what it was mapped to, and the signal that its function reads."""

    __slots__ = ("mapped", "owner", "signal")

    def __init__(self, owner: Owner, signal: Signal | None) -> None:
        self.owner = owner
        self.signal = signal
        self.mapped: Any = None


_FALLBACK = object()
"""Stands among the items for the fallback's row."""
_NO_ITEM = object()
"""Stands among the items where there is no row: nothing is the same as it."""
_NO_ROW = _Row(Owner(None, "row"), None)
_NO_ROW.owner.state = GONE


class _Mapping(Generic[T]):
    """The parts that both mappings share.

    Its memory holds the items of its last run, and their rows. Where a row could not be made, because its
    function raised, those that are there are remembered all the same: the next run goes on from them.
    """

    __slots__ = ("disposed", "fallback", "memory", "source")

    def __init__(self, source: Callable[[], Sequence[Any] | None], fallback: Callable[[], T] | None) -> None:
        self.source = source
        self.fallback = fallback
        self.memory = Signal(([], []), None, "rows")
        self.disposed = False
        if get_owner() is not None:
            on_cleanup(self.dispose)

    def remembered(self) -> tuple[list[Any], list[_Row]]:
        items, rows = self.memory.value
        if now.running is not None:
            items = _with_rows(items, rows)  # the present world may have disposed of some since
        return items, rows

    def remember(self, items: list[Any], rows: list[_Row]) -> None:
        if self.disposed:
            self.drop(rows)  # a row's function has ended what it belongs to
            return
        if now.running is not None:
            now.running.touch(self.memory)
        self.memory.value = items, rows

    def items(self) -> list[Any]:
        found = self.source()
        return items_of(found) if found is not None else []

    def make(self, signal: Signal | None, fn: Callable[[], T]) -> _Row:
        """A row: `fn` run under a root of its own."""
        owner = Owner(now.owner, "row")
        if now.running is not None:
            now.running.born(owner)
        row = _Row(owner, signal)
        outer = now.owner
        now.owner = owner
        try:
            row.mapped = graph.run_updates(fn, True)
        except BaseException as error:
            try:
                graph.handle_error(owner, error)
            except BaseException:
                graph.dispose(owner)
                raise
        finally:
            now.owner = outer
        return row

    def show_fallback(self) -> list[Any]:
        self.forget()
        if self.fallback is None:
            return []
        row = self.make(None, self.fallback)
        self.remember([_FALLBACK], [row])
        return [row.mapped]

    def forget(self) -> None:
        """Have no rows any more."""
        _, rows = self.memory.value
        self.remember([], [])
        self.drop(rows)

    def drop(self, rows: list[_Row]) -> None:
        """Dispose of rows. One whose cleanup raises does not keep the others."""
        failures: list[BaseException] = []
        for row in rows:
            try:
                graph.dispose(row.owner)
            except BaseException as error:
                failures.append(error)
        if failures:
            raise_failures(failures)

    def dispose(self) -> None:
        """The rows of both worlds go: a transition that is pending has some of its own."""
        self.disposed = True
        _, rows = self.memory.value
        self.memory.value = [], []
        overlay = self.memory.overlay
        if overlay is not None:
            rows = [*rows, *overlay.value[1]]
            overlay.value = [], []
        self.drop(rows)


def _with_rows(items: list[Any], rows: list[_Row]) -> list[Any]:
    """The items that have a row, and in the others' places what is the same as nothing."""
    return [item if row.owner.state != GONE else _NO_ITEM for item, row in zip(items, rows, strict=True)]


def _places(old: list[Any], new: list[Any]) -> list[int | None]:
    """Where each of the old items is among the new ones. Of several that are the same, each has its own.

    Items are looked up by value together with type, and by identity where they can't be hashed or compared.
    """
    first: dict[Any, int] = {}
    after: dict[int, int] = {}
    key: Any
    for at in range(len(new) - 1, -1, -1):
        item = new[at]
        key = (type(item), item)
        try:
            following = first.setdefault(key, at)
        except Exception:
            key = id(item)
            following = first.setdefault(key, at)
        if following != at:
            after[at] = following
            first[key] = at
    places: list[int | None] = []
    for item in old:
        key = (type(item), item)
        try:
            place = first.pop(key, None)
        except Exception:
            place = None
        if place is None:
            key = id(item)
            place = first.pop(key, None)
        places.append(place)
        if place in after:
            first[key] = after[place]
    return places


@overload
def map_array(
    source: Accessor[Sequence[T] | None], fn: Callable[[T], U], fallback: Callable[[], U] | None = ...
) -> Callable[[], list[U]]: ...
@overload
def map_array(
    source: Accessor[Sequence[T] | None],
    fn: Callable[[T, Callable[[], int]], U],
    fallback: Callable[[], U] | None = ...,
) -> Callable[[], list[U]]: ...
@overload
def map_array(
    source: Accessor[Sequence[T] | None], fn: Callable[[], U], fallback: Callable[[], U] | None = ...
) -> Callable[[], list[U]]: ...
def map_array(
    source: Callable[[], Sequence[T] | None],
    fn: Callable[..., U],
    fallback: Callable[[], U] | None = None,
) -> Callable[[], list[U]]:
    """Map a list item by item: a row is made once for each item, moves with it, and goes with it.

    Items are the same where they are the same object, or equal values of the same hashable type.

    Parameters
    ----------
    source:
        Accessor of the list; None counts as empty.
    fn:
        Called with the item, and with an accessor of its index where it takes two.
    fallback:
        Made while the list is empty.

    Returns
    -------
    Accessor
        To be read in a memo or effect; each call maps the list as it is then.

    >>> names, set_names = create_signal(["Ann", "Bob"])
    >>> def build():
    ...     return create_memo(map_array(names, lambda name: print("made", name) or name.upper()))
    >>> rows = create_root(build)
    made Ann
    made Bob
    >>> _ = set_names(["Bob", "Ann", "Cid"])
    made Cid
    >>> rows()
    ['BOB', 'ANN', 'CID']

    Upstream: https://docs.solidjs.com/reference/reactive-utilities/map-array
    """
    mapping: _Mapping[U] = _Mapping(source, fallback)
    call, wanted = _row_function(fn)

    def make(item: T, at: int) -> _Row:
        if wanted < 2:
            return mapping.make(None, (lambda: call(item)) if wanted else call)
        index = Signal(at, same, "index")
        return mapping.make(index, lambda: call(item, index.read))

    def run() -> list[U]:
        items = mapping.items()
        return untrack(lambda: follow(items))

    def follow(items: list[Any]) -> list[U]:
        old_items, old_rows = mapping.remembered()
        if not items:
            return mapping.show_fallback()
        old_size, size = len(old_items), len(items)
        # What is the same at both ends stays where it is; most changes touch little in between.
        start = 0
        end = min(old_size, size)
        while start < end and _same(old_items[start], items[start]):
            start += 1
        tail = 0
        end -= start
        while tail < end and _same(old_items[old_size - 1 - tail], items[size - 1 - tail]):
            tail += 1
        rows = [_NO_ROW] * size
        rows[:start] = old_rows[:start]
        if tail:
            rows[size - tail :] = old_rows[old_size - tail :]
        gone: list[_Row] = []
        moved = old_rows[start : old_size - tail]
        if moved:
            places = _places(old_items[start : old_size - tail], items[start : size - tail])
            for row, place in zip(moved, places, strict=True):
                if place is None:
                    gone.append(row)
                else:
                    rows[start + place] = row
        try:
            mapping.drop(gone)
            for at in range(start, size):
                row = rows[at]
                if row is _NO_ROW:
                    rows[at] = make(items[at], at)
                elif row.signal is not None:
                    graph.write(row.signal, at)
        except BaseException:
            items = _with_rows(items, rows)
            raise
        finally:
            mapping.remember(items, rows)
        return [row.mapped for row in rows]

    run.__name__ = "map_array"
    return run


def _row_function(fn: Callable[..., U]) -> tuple[Callable[..., U], int]:
    """The function of a mapping, and how many arguments it gets of the item and its index."""
    return fn, accepted_arguments(fn, 2)


def _same(old: Any, new: Any) -> bool:
    if old is new:
        return True
    if type(old) is not type(new) or not _hashable(old):
        return False
    return same(old, new)


def _hashable(value: Any) -> bool:
    try:
        hash(value)
    except Exception:
        return False
    return True


@overload
def index_array(
    source: Accessor[Sequence[T] | None],
    fn: Callable[[Callable[[], T]], U],
    fallback: Callable[[], U] | None = ...,
) -> Callable[[], list[U]]: ...
@overload
def index_array(
    source: Accessor[Sequence[T] | None],
    fn: Callable[[Callable[[], T], int], U],
    fallback: Callable[[], U] | None = ...,
) -> Callable[[], list[U]]: ...
@overload
def index_array(
    source: Accessor[Sequence[T] | None], fn: Callable[[], U], fallback: Callable[[], U] | None = ...
) -> Callable[[], list[U]]: ...
def index_array(
    source: Callable[[], Sequence[T] | None],
    fn: Callable[..., U],
    fallback: Callable[[], U] | None = None,
) -> Callable[[], list[U]]:
    """Map a list position by position: a row is made once for each position and reads the item there.

    Parameters
    ----------
    source:
        Accessor of the list; None counts as empty.
    fn:
        Called with an accessor of the item, and with the index where it takes two.
    fallback:
        Made while the list is empty.

    Upstream: https://docs.solidjs.com/reference/reactive-utilities/index-array
    """
    mapping: _Mapping[U] = _Mapping(source, fallback)
    call, wanted = _row_function(fn)

    def make(item: T, at: int) -> _Row:
        signal = Signal(item, same, f"[{at}]")
        arguments = (signal.read, at)[:wanted]
        return mapping.make(signal, lambda: call(*arguments))

    def run() -> list[U]:
        items = mapping.items()
        return untrack(lambda: follow(items))

    def follow(items: list[Any]) -> list[U]:
        old_items, old_rows = mapping.remembered()
        if not items:
            return mapping.show_fallback()
        if old_items and old_items[0] is _FALLBACK:
            mapping.forget()
            old_rows = []
        rows = old_rows[: len(items)]
        try:
            for at, item in enumerate(items):
                if at == len(rows):
                    rows.append(make(item, at))
                    continue
                signal, owner = rows[at].signal, rows[at].owner
                if signal is None or owner.state == GONE:
                    rows[at] = make(item, at)
                else:
                    graph.write(signal, item)
        finally:
            mapping.remember(items[: len(rows)], rows)
            mapping.drop(old_rows[len(items) :])
        return [row.mapped for row in rows]

    run.__name__ = "index_array"
    return run
