"""Stores: nested dicts, lists and dataclasses whose reads are tracked property by property.

`create_store` wraps the data it is given; it does not copy it. Reading through the wrapper subscribes to
exactly what was read; nested data is wrapped when it is reached. Writing goes through the setter only, along
a path, or by `produce` and `reconcile` (see store_update.py).

The signals of a piece of data are made when somebody subscribes. They hang on its wrapper, of which there
is one as long as anybody needs it: `_wrappers` finds it by the data's identity, weakly. A signal keeps its
wrapper alive, and the wrapper its data, so an identity found there is never that of something else.
"""

from __future__ import annotations

import dataclasses
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import FunctionType
from typing import TYPE_CHECKING, Any, TypeGuard, TypeVar, cast, overload

from ..errors import ReadOnlyError
from . import graph
from .equality import ByIdentity
from .graph import Signal
from .now import now
from .primitives import untrack

T = TypeVar("T")

MISSING: Any = type("Missing", (), {"__repr__": lambda _: "MISSING"})()
"""What a key without a value has."""
_KEYS = type("Keys", (), {"__repr__": lambda _: "keys"})()


class _Property(Signal):
    """The signal of one property. It keeps the wrapper it hangs on alive while somebody subscribes."""

    __slots__ = ("wrapper",)

    def __init__(self, wrapper: Wrapper, key: object, value: Any) -> None:
        Signal.__init__(self, value, None, f"store[{key!r}]")
        self.wrapper = wrapper


class Wrapper(ByIdentity):
    """What dicts, lists and records have in common when they are read through a store."""

    __slots__ = ("__weakref__", "_nodes", "_raw")

    _raw: Any
    _nodes: dict[object, _Property] | None

    if not TYPE_CHECKING:
        # Type checkers say so already.

        def __setitem__(self, key: object, value: object) -> None:
            raise ReadOnlyError(_read_only(f"[{key!r}] = ...", f"set_store(..., {key!r}, value)"))

        def __delitem__(self, key: object) -> None:
            raise ReadOnlyError(_read_only(f"del [{key!r}]", "produce(lambda part: part.pop(...))"))

        def __getattr__(self, name: str) -> Any:
            if name in _CHANGING:
                raise ReadOnlyError(_read_only(f".{name}(...)", f"produce(lambda part: part.{name}(...))"))
            raise AttributeError(f"a {type(self).__name__} has no {name!r}")


_CHANGING = frozenset(
    (
        "append",
        "extend",
        "insert",
        "remove",
        "pop",
        "popitem",
        "clear",
        "sort",
        "reverse",
        "update",
        "setdefault",
    )
)
"""What dicts and lists change themselves by."""


def _read_only(tried: str, instead: str) -> str:
    return (
        f"a store is read-only where it is read, and {tried} would change it unseen. It is written by its "
        f"setter: set_store(path..., value), here {instead}"
    )


_wrappers: weakref.WeakValueDictionary[int, Wrapper] = weakref.WeakValueDictionary()


class StoreDict(Wrapper, Mapping[Any, Any]):
    """A dict, read through a store."""

    __slots__ = ()

    def __getitem__(self, key: Any) -> Any:
        value = read(self, key, self._raw.get(key, MISSING))
        if value is MISSING:
            raise KeyError(key)
        return value

    def __contains__(self, key: object) -> bool:
        track(self, ("has", key), key in self._raw)
        return key in self._raw

    def __iter__(self) -> Iterator[Any]:
        track(self, _KEYS, None)
        return iter(list(self._raw))

    def __len__(self) -> int:
        track(self, _KEYS, None)
        return len(self._raw)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, (dict, StoreDict)) and dict(self) == other

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"store({self._raw!r})"


class StoreList(Wrapper, Sequence[Any]):
    """A list, read through a store."""

    __slots__ = ()

    @overload
    def __getitem__(self, key: int) -> Any: ...
    @overload
    def __getitem__(self, key: slice) -> list[Any]: ...
    def __getitem__(self, key: int | slice) -> Any:
        raw = self._raw
        if isinstance(key, slice):
            return [self[at] for at in range(*key.indices(len(self)))]
        at = key + len(self) if key < 0 else key
        value = read(self, at, raw[at] if 0 <= at < len(raw) else MISSING)
        if value is MISSING:
            raise IndexError(f"index {key} of a list in a store with {len(raw)} items")
        return value

    def __iter__(self) -> Iterator[Any]:
        track(self, _KEYS, None)
        at = 0
        while at < size_of(self):
            yield self[at]
            at += 1

    def __len__(self) -> int:
        node = track(self, "len", len(self._raw))
        return len(self._raw) if node is None else cast(int, node.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, (list, StoreList)) and list(self) == other

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"store({self._raw!r})"


class StoreRecord(Wrapper):
    """A dataclass instance, read through a store. It counts as an instance of the dataclass."""

    __slots__ = ()

    @property  # type: ignore[misc]
    def __class__(self) -> type:  # pyright: ignore[reportIncompatibleMethodOverride, reportIncompatibleVariableOverride]
        return type(object.__getattribute__(self, "_raw"))

    def __getattribute__(self, name: str) -> Any:
        if name in ("_raw", "_nodes", "__class__", "__weakref__"):
            return object.__getattribute__(self, name)
        raw = object.__getattribute__(self, "_raw")
        kind = type(raw)
        found = getattr(kind, name, None)
        if isinstance(found, FunctionType):
            return found.__get__(self, kind)
        if isinstance(found, property) and found.fget is not None:
            return found.fget(self)
        if name.startswith("__"):
            return getattr(raw, name)
        return read(self, name, getattr(raw, name))

    def __setattr__(self, name: str, value: Any) -> None:
        raise ReadOnlyError(_read_only(f".{name} = ...", f"set_store(..., {name!r}, value)"))

    def __eq__(self, other: object) -> bool:
        return bool(unwrap(self) == unwrap(other))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"store({object.__getattribute__(self, '_raw')!r})"


def is_list(value: object) -> TypeGuard[list[Any]]:
    return isinstance(value, list)


def is_dict(value: object) -> TypeGuard[dict[Any, Any]]:
    return isinstance(value, dict)


def is_wrappable(value: object) -> bool:
    """Whether a store tracks the inside of `value`: plain dicts, lists, and dataclasses that can change."""
    kind = type(value)
    return kind is dict or kind is list or is_record(kind) or isinstance(value, Wrapper)


def is_record(kind: type) -> bool:
    """Whether `kind` is a dataclass or struct whose instances can change."""
    parameters = getattr(kind, "__dataclass_params__", None)
    if parameters is not None:
        return not parameters.frozen
    config = getattr(kind, "__struct_config__", None)
    return config is not None and not config.frozen


def fields_of(raw: Any) -> list[str]:
    """The field names of a record."""
    names = getattr(raw, "__struct_fields__", None)
    return list(names) if names is not None else [field.name for field in dataclasses.fields(raw)]


def wrap(value: Any) -> Any:
    """The wrapper of `value` where a store tracks its inside, else `value` itself."""
    kind = type(value)
    if kind is dict:
        cls: type[Wrapper] = StoreDict
    elif kind is list:
        cls = StoreList
    elif is_record(kind) and not issubclass(kind, Wrapper):
        cls = StoreRecord
    else:
        return value
    found = _wrappers.get(id(value))
    if found is None:
        found = object.__new__(cls)
        object.__setattr__(found, "_raw", value)
        object.__setattr__(found, "_nodes", None)
        _wrappers[id(value)] = found
    return found


def unwrap(value: T) -> T:
    """The plain data behind a store or a part of one, with nothing inside it wrapped.

    Parameters
    ----------
    value:
        A store, a part of one, or anything else, which comes back as it is.

    >>> store, _ = create_store({"user": {"name": "Ann"}})
    >>> unwrap(store["user"])
    {'name': 'Ann'}

    Upstream: https://docs.solidjs.com/reference/store-utilities/unwrap
    """
    if isinstance(value, Wrapper):
        return cast(T, raw_of(value))
    if not is_wrappable(value):
        return value
    stack: list[Any] = [value]
    seen: set[int] = set()
    while stack:
        raw = stack.pop()
        if id(raw) in seen:
            continue
        seen.add(id(raw))
        for key, inner in entries(raw):
            if isinstance(inner, Wrapper):
                put(raw, key, raw_of(inner))
            elif is_wrappable(inner):
                stack.append(inner)
    return value


def raw_of(wrapper: Wrapper) -> Any:
    return object.__getattribute__(wrapper, "_raw")


def entries(raw: Any) -> list[tuple[Any, Any]]:
    """The properties of a dict, list or record."""
    if is_dict(raw):
        return list(raw.items())
    if is_list(raw):
        return list(enumerate(raw))
    return [(name, getattr(raw, name, MISSING)) for name in fields_of(raw)]


def get(raw: Any, key: Any) -> Any:
    """A property of a dict, list or record, or MISSING."""
    if is_dict(raw):
        return raw.get(key, MISSING)
    if is_list(raw):
        items = raw
        return items[key] if isinstance(key, int) and 0 <= key < len(items) else MISSING
    return getattr(raw, key, MISSING)


def put(raw: Any, key: Any, value: Any) -> None:
    if isinstance(raw, (dict, list)):
        raw[key] = value
    else:
        setattr(raw, key, value)


def track(wrapper: Wrapper, key: object, value: Any) -> _Property | None:
    """The signal of a property, read; made where somebody is listening."""
    nodes = object.__getattribute__(wrapper, "_nodes")
    node = nodes.get(key) if nodes is not None else None
    if node is None:
        if now.listener is None:
            return None
        node = _Property(wrapper, key, value)
        if nodes is None:
            nodes = {}
            object.__setattr__(wrapper, "_nodes", nodes)
        nodes[key] = node
    node.read()
    return cast("_Property", node)


def read(wrapper: Wrapper, key: object, value: Any) -> Any:
    """A property, tracked and wrapped. Where it has a signal, that one's value counts: it has two worlds."""
    node = track(wrapper, key, value)
    return wrap(value if node is None else node.value)


def size_of(items: StoreList) -> int:
    """How many items there are, untracked. Where the length has a signal, that one's value counts."""
    nodes = object.__getattribute__(items, "_nodes")
    node = nodes.get("len") if nodes is not None else None
    return len(raw_of(items)) if node is None else cast(int, node.value)


def items_of(value: Sequence[T]) -> list[T]:
    """The items of a list. Who reads those of a store's list subscribes to its length and to the list as one,
    as upstream does, and not to each item.
    """
    if not isinstance(value, StoreList):
        return list(value)
    len(value)
    track(value, _KEYS, None)
    return untrack(lambda: list(value))


def set_property(raw: Any, key: Any, value: Any) -> None:
    """Write or delete (MISSING) one property of `raw` and tell those who read it."""
    before = get(raw, key)
    if before is value or (before == value and type(before) is type(value) and not is_wrappable(value)):
        return
    size = len(raw) if is_list(raw) else 0
    gone: list[tuple[int, Any]] = []
    if value is MISSING:
        if is_dict(raw):
            del raw[key]
        elif is_list(raw):
            gone = list(enumerate(raw))[key + 1 :]
            del raw[key:]
        else:
            delattr(raw, key)
    elif is_list(raw) and key == size:
        raw.append(value)
    else:
        put(raw, key, value)
    wrapper = _who_tells(raw)
    if wrapper is None:
        return
    if (before is MISSING) is not (value is MISSING):
        _tell(wrapper, ("has", key), before is not MISSING, value is not MISSING)
    _tell(wrapper, key, before, value)
    for at, item in gone:
        _tell(wrapper, at, item, MISSING)
    if value is MISSING:
        _tell(wrapper, _KEYS, None, None)  # an item is deleted before the list gets shorter
    if is_list(raw) and len(raw) != size:
        _tell(wrapper, "len", size, len(raw))
    if value is not MISSING:
        _tell(wrapper, _KEYS, None, None)


def truncate(raw: list[Any], size: int) -> None:
    """Drop the items from `size` on. Who reads the length hears of it first, as upstream's do."""
    gone = raw[size:]
    del raw[size:]
    wrapper = _who_tells(raw) if gone else None
    if wrapper is not None:
        _tell(wrapper, "len", size + len(gone), size)
        for at, item in enumerate(gone, size):
            _tell(wrapper, at, item, MISSING)
        _tell(wrapper, _KEYS, None, None)


def _who_tells(raw: Any) -> Wrapper | None:
    """The wrapper of `raw`, where somebody may have read it, or has to go on seeing what was before."""
    wrapper = _wrappers.get(id(raw))
    if wrapper is None and now.running is not None:
        return cast(Wrapper, wrap(raw))  # the present world
    return wrapper


def _tell(wrapper: Wrapper, key: object, before: Any, value: Any) -> None:
    nodes = object.__getattribute__(wrapper, "_nodes")
    node = nodes.get(key) if nodes is not None else None
    if node is None:
        if now.running is None or key is _KEYS:
            return
        node = _Property(wrapper, key, before)
        if nodes is None:
            nodes = {}
            object.__setattr__(wrapper, "_nodes", nodes)
        nodes[key] = node
    elif not node.observers and now.running is None and node.overlay is None:
        # Nobody listens any more, and what it knows is in the data.
        del nodes[key]  # pyright: ignore[reportOptionalSubscript]
        return
    graph.write(node, value)


StoreSetter = Callable[..., None]
