"""Lists mapped row by row: `map_array` follows items as they move, `index_array` follows positions.

Each row is a root of its own, made once. What a mapping remembers of its last run lives in a signal's value,
so that a transition has its own copy and what is on the page keeps the present one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar, cast

from . import graph
from .arity import required_arguments
from .equality import same
from .graph import Signal
from .nodes import Owner
from .owner import on_cleanup
from .primitives import untrack

T = TypeVar("T")
U = TypeVar("U")


class _Row:
    """One mapped item: its root, what it was mapped to, and the signal that its function reads."""

    __slots__ = ("mapped", "owner", "signal")

    def __init__(self, owner: Owner, signal: Signal | None) -> None:
        self.owner = owner
        self.signal = signal
        self.mapped: Any = None


class _Rows:
    """What a mapping remembers: the items of its last run, and their rows."""

    __slots__ = ("items", "rows")

    def __init__(self, items: list[Any], rows: list[_Row]) -> None:
        self.items = items
        self.rows = rows


class _Mapping(Generic[T]):
    """The parts that both mappings share."""

    __slots__ = ("fallback", "memory", "source")

    def __init__(self, source: Callable[[], Sequence[Any] | None], fallback: Callable[[], T] | None) -> None:
        self.source = source
        self.fallback = fallback
        self.memory = Signal(None, None, "rows")
        on_cleanup(self.dispose)

    def remember(self, rows: _Rows | None) -> None:
        if graph.running is not None:
            graph.running.touch(self.memory)
        self.memory.value = rows

    def items(self) -> list[Any]:
        found = self.source()
        return list(found) if found else []

    def make(self, signal: Signal | None, fn: Callable[[], T]) -> _Row:
        """A row: `fn` run under a root of its own."""
        owner = Owner(graph.now.owner, "row")
        if graph.running is not None:
            graph.running.born(owner)
        row = _Row(owner, signal)
        outer = graph.now.owner
        graph.now.owner = owner
        try:
            row.mapped = graph.run_updates(fn, True)
        except Exception as error:
            graph.handle_error(owner, error)
        finally:
            graph.now.owner = outer
        return row

    def show_fallback(self) -> list[Any]:
        if self.fallback is None:
            self.remember(None)
            return []
        row = self.make(None, self.fallback)
        self.remember(_Rows([_FALLBACK], [row]))
        return [row.mapped]

    def drop(self, rows: list[_Row]) -> None:
        for row in rows:
            graph.dispose(row.owner)

    def dispose(self) -> None:
        memory: _Rows | None = self.memory.value
        if memory is not None:
            self.memory.value = None
            self.drop(memory.rows)


_FALLBACK = object()


class _Keys(dict[Any, list[int]]):
    """Where each item is, by identity where it cannot be hashed."""

    def add(self, item: Any, position: int) -> None:
        try:
            self.setdefault((type(item), item), []).append(position)
        except TypeError:
            self.setdefault(id(item), []).append(position)

    def take(self, item: Any) -> int | None:
        try:
            found = self.get((type(item), item))
        except TypeError:
            found = self.get(id(item))
        return found.pop() if found else None


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
    wants_index = required_arguments(fn) > 1

    def make(item: T, at: int) -> _Row:
        if not wants_index:
            return mapping.make(None, lambda: fn(item))
        index = Signal(at, same, "index")
        return mapping.make(index, lambda: fn(item, index.read))

    def run() -> list[U]:
        items = mapping.items()
        return untrack(lambda: follow(items))

    def follow(items: list[Any]) -> list[U]:
        memory: _Rows | None = mapping.memory.value
        old_items = memory.items if memory is not None else []
        old_rows = memory.rows if memory is not None else []
        if not items:
            mapping.drop(old_rows)
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
        rows: list[_Row | None] = [None] * size
        rows[:start] = old_rows[:start]
        if tail:
            rows[size - tail :] = old_rows[old_size - tail :]
        places = _Keys()
        for at in range(size - tail - 1, start - 1, -1):
            places.add(items[at], at)
        for at in range(start, old_size - tail):
            place = places.take(old_items[at])
            if place is None:
                graph.dispose(old_rows[at].owner)
            else:
                rows[place] = old_rows[at]
        for at in range(start, size):
            row = rows[at]
            if row is None:
                rows[at] = make(items[at], at)
            elif row.signal is not None:
                graph.write(row.signal, at)
        done = cast("list[_Row]", rows)
        mapping.remember(_Rows(items, done))
        return [row.mapped for row in done]

    run.__name__ = "map_array"
    return run


def _same(old: Any, new: Any) -> bool:
    if old is new:
        return True
    if type(old) is not type(new) or not _hashable(old):
        return False
    return same(old, new)


def _hashable(value: Any) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True


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
    wants_index = required_arguments(fn) > 1

    def make(item: T, at: int) -> _Row:
        signal = Signal(item, same, f"[{at}]")
        return mapping.make(
            signal, (lambda: fn(signal.read, at)) if wants_index else (lambda: fn(signal.read))
        )

    def run() -> list[U]:
        items = mapping.items()
        return untrack(lambda: follow(items))

    def follow(items: list[Any]) -> list[U]:
        memory: _Rows | None = mapping.memory.value
        old_rows = memory.rows if memory is not None else []
        if not items or (memory is not None and memory.items[:1] == [_FALLBACK]):
            mapping.drop(old_rows)
            if not items:
                return mapping.show_fallback()
            old_rows = []
        rows: list[_Row] = []
        for at, item in enumerate(items):
            if at < len(old_rows):
                row = old_rows[at]
                if row.signal is not None:
                    graph.write(row.signal, item)
            else:
                row = make(item, at)
            rows.append(row)
        mapping.drop(old_rows[len(items) :])
        mapping.remember(_Rows(items, rows))
        return [row.mapped for row in rows]

    run.__name__ = "index_array"
    return run
