"""Writing stores: along a path, with `produce` as if the data were changed in place, or with `reconcile`.

`reconcile` makes the data equal to a new value and touches only what differs; items of lists are matched by
a key, so a row that has moved stays the same row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from ..errors import UsageError
from .primitives import batch
from .store import show, wrap
from .store_data import ABSENT, data_of, entries, get, is_dict, is_list, is_wrappable, unwrap
from .store_draft import draft
from .store_property import set_property, truncate

T = TypeVar("T")

StoreSetter = Callable[..., None]


def create_store(value: T, *, name: str = "store") -> tuple[T, StoreSetter]:
    """A tree of dicts, lists and dataclasses that is read property by property.

    Parameters
    ----------
    value:
        The data. It is wrapped, not copied; change it through the setter only.

    Returns
    -------
    tuple
        The store, which reads like the data, and the setter. The setter takes a path and a value:

        - path parts: a key, index or field name; a list of these; a slice or range of a list; a
          function of (item, index) that picks items of a list;
        - the value: a value, a function of the previous one, `produce(...)` or `reconcile(...)`. A dict is
          merged into a dict or record, anything else replaces. Without a path, a dict is merged into the
          root.

    >>> store, set_store = create_store({"todos": [{"id": 1, "done": False}, {"id": 2, "done": False}]})
    >>> create_root(lambda: create_effect(lambda: print("first:", store["todos"][0]["done"])))
    first: False
    >>> set_store("todos", 1, "done", True)
    >>> set_store("todos", lambda todo: todo["id"] == 1, {"done": True})
    first: True

    Upstream: https://docs.solidjs.com/reference/store-utilities/create-store
    """
    raw = unwrap(value)
    if not is_wrappable(raw):
        raise UsageError(
            f"a store holds a dict, a list or a dataclass that can change, not {type(raw).__name__}. "
            "For a single value use create_signal."
        )
    store = wrap(raw)

    def set_store(*arguments: Any) -> None:
        if not arguments:
            raise UsageError(
                f"the setter of {name} takes a path and a value: set_store('user', 'name', 'Ann')"
            )
        batch(lambda: _update(raw, arguments))

    return store, set_store


def _update(root: Any, arguments: tuple[Any, ...]) -> None:
    """Walk every way that the path names, with a stack, and set the value at its end."""
    path, value = arguments[:-1], arguments[-1]
    stack: list[tuple[Any, tuple[Any, ...], tuple[Any, ...]]] = [(root, path, ())]
    while stack:
        raw, rest, walked = stack.pop()
        if not rest:
            _set_root(raw, value)
            continue
        part, after = rest[0], rest[1:]
        keys = _keys(raw, part)
        if keys is not None:
            stack.extend((raw, (key, *after), walked) for key in reversed(keys))
            continue
        if is_list(raw) and isinstance(part, int) and part < 0:
            part += len(raw)
        if not after:
            _set(raw, part, value, (part, *walked))
            continue
        inner = get(raw, part)
        if inner is ABSENT or not is_wrappable(inner):
            place = " -> ".join(repr(key) for key in (*reversed(walked), part))
            raise UsageError(
                f"the path {place} of a store leads to {_what_is_there(raw, inner)}, and {after[0]!r} should "
                f"be set inside it. Set {part!r} to a dict or list first, or correct the path."
            )
        stack.append((inner, after, (part, *walked)))


def _what_is_there(raw: Any, inner: Any) -> str:
    """What a path met that leads no further."""
    if inner is not ABSENT:
        return f"{inner!r:.60}"
    if is_list(raw):
        return f"nothing (the list has {len(raw)} items)"
    names = ", ".join(repr(name) for name, _ in entries(raw)[:10])
    return f"nothing ({f'there is {names}' if names else 'it is empty'})"


def _keys(raw: Any, part: Any) -> list[Any] | None:
    """The keys that a path part stands for, or None where it is one."""
    if isinstance(part, (list, tuple)) and not (isinstance(part, tuple) and get(raw, part) is not ABSENT):
        return list(part)
    if is_list(raw):
        items = raw
        if isinstance(part, slice):
            return list(range(*part.indices(len(items))))
        if isinstance(part, range):
            return [at for at in part if at < len(items)]
        if callable(part):
            return [at for at, item in enumerate(items) if show(item, part, at)]
    elif callable(part):
        return [key for key, item in entries(raw) if show(item, part, key)]
    return None


def _call(value: Any, before: Any, walked: tuple[Any, ...]) -> Any:
    if isinstance(value, _Change):
        return value.apply(before)
    return show(before, value, walked)


def _set(raw: Any, key: Any, value: Any, walked: tuple[Any, ...]) -> None:
    before = get(raw, key)
    if callable(value):
        value = _call(value, None if before is ABSENT else before, walked)
        if data_of(value) is before:
            return  # it has been changed in place, and need not be looked through
    value = unwrap(value)
    if is_dict(value) and is_wrappable(before) and not isinstance(before, list):
        _merge(before, value)
    else:
        set_property(raw, key, value)


def _set_root(raw: Any, value: Any) -> None:
    if callable(value):
        value = _call(value, raw, ())
    if data_of(value) is raw or value is None:
        return
    value = unwrap(value)
    if is_list(raw):
        if not is_list(value):
            raise UsageError(f"a store of a list takes a list, not {value!r}")
        replace_items(raw, value)
    elif is_dict(value):
        _merge(raw, value)
    elif type(value) is type(raw):
        _merge(raw, dict(entries(value)))
    else:
        raise UsageError(
            f"a store of a {type(raw).__name__} can't be replaced by {value!r}; give its fields in a dict"
        )


def _merge(raw: Any, value: dict[Any, Any]) -> None:
    for key, item in value.items():
        set_property(raw, key, item)


def replace_items(raw: list[Any], items: Iterable[Any]) -> None:
    """Give a list other items, telling only those who read a position that has changed."""
    new = list(items)
    for at, item in enumerate(new):
        set_property(raw, at, item)
    truncate(raw, len(new))


class _Change:
    """Something that changes data in place, to be given to a store's setter."""

    __slots__ = ("apply",)

    def __init__(self, apply: Callable[[Any], Any]) -> None:
        self.apply = apply

    def __call__(self, state: Any) -> Any:
        return self.apply(unwrap(state))


def produce(fn: Callable[[Any], object]) -> Callable[[Any], Any]:
    """For a store's setter: change the data as if in place; each change is tracked.

    Parameters
    ----------
    fn:
        Gets a part of the store, and changes it as if it were plain data.

    >>> store, set_store = create_store({"todos": ["write"]})
    >>> set_store(produce(lambda state: state["todos"].append("read")))
    >>> store["todos"] == ["write", "read"]
    True

    Upstream: https://docs.solidjs.com/reference/store-utilities/produce
    """

    def apply(state: Any) -> Any:
        if is_wrappable(state):
            batch(lambda: fn(draft(state)))
        return state

    return _Change(apply)


def reconcile(value: Any, *, key: str | None = "id", merge: bool = False) -> Callable[[Any], Any]:
    """For a store's setter: make the data equal to `value`, touching only what differs.

    Parameters
    ----------
    value:
        The new data.
    key:
        Items of lists are matched by this property; None matches them by identity or position.
    merge:
        Change lists position by position even where items have no key.

    >>> store, set_store = create_store({"rows": [{"id": 1, "n": 1}, {"id": 2, "n": 2}]})
    >>> second = store["rows"][1]
    >>> set_store("rows", reconcile([{"id": 2, "n": 20}, {"id": 1, "n": 1}]))
    >>> store["rows"][0] is second, second["n"]
    (True, 20)

    Upstream: https://docs.solidjs.com/reference/store-utilities/reconcile
    """
    new = unwrap(value)

    def apply(state: Any) -> Any:
        if not is_wrappable(state) or not is_wrappable(new) or type(state) is not type(new):
            return new
        batch(lambda: _Reconciler(key, merge).run(state, new))
        return state

    return _Change(apply)


class _Reconciler:
    """Makes old data equal to new data, property by property and depth first, with a stack of generators."""

    __slots__ = ("key", "merge")

    def __init__(self, key: str | None, merge: bool) -> None:
        self.key = key
        self.merge = merge

    def run(self, old: Any, new: Any) -> None:
        stack = [self.parts(old, new)]
        met = {(id(old), id(new))}  # data may refer to itself
        while stack:
            pair = next(stack[-1], None)
            if pair is None:
                stack.pop()
            elif pair[0] is not pair[1]:
                both = (id(pair[0]), id(pair[1]))
                if both not in met:
                    met.add(both)
                    stack.append(self.parts(*pair))

    def parts(self, old: Any, new: Any) -> Iterator[tuple[Any, Any]]:
        """Change `old` itself; gives the pairs of parts that are to be made equal on the way."""
        return self.items(old, new) if is_list(old) else self.properties(old, new)

    def properties(self, old: Any, new: Any) -> Iterator[tuple[Any, Any]]:
        keep = {name for name, _ in entries(new)}
        for name, value in entries(new):
            yield from self.property(old, name, value)
        if is_dict(old):
            for name in [n for n in old if n not in keep]:
                set_property(old, name, ABSENT)

    def property(self, owner: Any, name: Any, value: Any) -> Iterator[tuple[Any, Any]]:
        before = get(owner, name)
        if before is value:
            return
        if (
            is_wrappable(before)
            and type(before) is type(value)
            and (is_list(value) or self.key is None or self.key_of(before) == self.key_of(value))
        ):
            yield before, value
        else:
            set_property(owner, name, value)

    def key_of(self, item: Any) -> Any:
        return get(item, self.key) if self.key is not None and is_wrappable(item) else ABSENT

    def items(self, old: list[Any], new: list[Any]) -> Iterator[tuple[Any, Any]]:
        keyed = self.key is not None and bool(new) and self.key_of(new[0]) is not ABSENT
        if not new or not old or (self.merge and not keyed):
            for at, value in enumerate(new):
                yield from self.property(old, at, value)
        else:
            places: dict[Any, list[Any]] = {}
            for item in reversed(old):
                places.setdefault(self.identity(item), []).append(item)
            for at, value in enumerate(new):
                found = places.get(self.identity(value))
                same = found.pop() if found else ABSENT
                if is_wrappable(same) and type(same) is type(value):
                    set_property(old, at, same)
                    yield same, value
                else:
                    set_property(old, at, value)
        truncate(old, len(new))

    def identity(self, item: Any) -> Any:
        """What an item of a list is matched by: its key, or its value, or itself.

        Items that lack the key are matched in order, as upstream's are, whose keys are all undefined.
        """
        if is_wrappable(item):
            if self.key is None:
                return id(item)
            item = self.key_of(item)
        try:
            hash(item)
        except TypeError:
            return id(item)
        return (type(item), item)
