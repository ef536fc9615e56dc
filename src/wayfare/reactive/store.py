"""Stores: nested dicts, lists and dataclasses whose reads are tracked property by property.

`create_store` wraps the data it is given; it does not copy it. Reading through the wrapper subscribes to
exactly what was read; nested data is wrapped when it is reached. Writing goes through the setter only, along
a path, or by `produce` and `reconcile` (see store_update.py).

The signals of a piece of data are made when somebody subscribes. They hang on its wrapper, of which there
is one as long as anybody needs it: `wrappers` finds it by the data's identity, weakly. A signal keeps its
wrapper alive, and the wrapper its data, so an identity found there is never that of something else.
"""

from __future__ import annotations

import copy
import dataclasses
import weakref
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from types import FunctionType, MemberDescriptorType
from typing import TYPE_CHECKING, Any, TypeVar, cast, overload

from ..errors import ReadOnlyError
from . import threads
from .arity import accepted_arguments
from .equality import ByIdentity, note_compared
from .graph import Computation, Signal
from .now import now
from .primitives import untrack
from .store_data import ABSENT, Part, data_of, fields_of, get, is_record, raw_of, unwrap

T = TypeVar("T")
R = TypeVar("R")


class _Marker:
    """A key that no data has, for what is read of a dict or list beside its properties."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name


KEYS = _Marker("keys")
"""The keys of a dict, or a list as one."""
HAS = _Marker("has")
"""`(HAS, key)`: whether a dict has the key."""
KEPT = _Marker("kept")
"""The keys that a dict had before a transition changed them, for the present world. None inside: there, and
wherever no transition has touched it, the data tells."""


class Property(Signal):
    """The signal of one property. It keeps the wrapper it hangs on alive while somebody subscribes."""

    __slots__ = ("wrapper",)

    def __init__(self, wrapper: Wrapper, key: object, value: Any) -> None:
        Signal.__init__(self, value, None, f"store[{key!r}]")
        self.wrapper = wrapper


class Wrapper(Part, ByIdentity):
    """What dicts, lists and records have in common when they are read through a store."""

    __slots__ = ("__weakref__", "_nodes")

    _nodes: dict[object, Property] | None

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

        def __iadd__(self, other: object) -> Any:
            raise ReadOnlyError(_read_only("+=", "produce(lambda part: part.extend(...))"))

        def __ior__(self, other: object) -> Any:
            raise ReadOnlyError(_read_only("|=", "produce(lambda part: part.update(...))"))

        def __reduce_ex__(self, protocol: object) -> Any:
            return unwrap, (raw_of(self),)


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


wrappers: weakref.WeakValueDictionary[int, Wrapper] = weakref.WeakValueDictionary()


class StoreDict(Wrapper, Mapping[Any, Any]):
    """A dict, read through a store."""

    __slots__ = ()

    def __getitem__(self, key: Any) -> Any:
        value = read(self, key, self._raw.get(key, ABSENT))
        if value is ABSENT:
            raise KeyError(key)
        return value

    def __contains__(self, key: object) -> bool:
        track(self, (HAS, key), None)
        node = self._nodes.get(key) if self._nodes is not None else None
        return key in self._raw if node is None or node.overlay is None else node.value is not ABSENT

    def __iter__(self) -> Iterator[Any]:
        track(self, KEYS, None)
        return iter(list(keys_of(self)))

    def __len__(self) -> int:
        track(self, KEYS, None)
        return len(keys_of(self))

    def __eq__(self, other: object) -> bool:
        note_compared()
        return isinstance(other, (dict, StoreDict)) and dict(self) == other

    def __or__(self, other: object) -> dict[Any, Any]:
        return {**self, **other} if isinstance(other, (dict, StoreDict)) else NotImplemented

    def __ror__(self, other: object) -> dict[Any, Any]:
        return {**other, **self} if isinstance(other, dict) else NotImplemented

    def copy(self) -> dict[Any, Any]:
        return dict(self)

    __copy__ = copy
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
        value = read(self, at, raw[at] if 0 <= at < len(raw) else ABSENT)
        if value is ABSENT:
            raise IndexError(f"index {key} of a list in a store with {len(raw)} items")
        return value

    def __iter__(self) -> Iterator[Any]:
        len(self)
        at = 0
        while at < size_of(self):
            yield self[at]
            at += 1

    def __len__(self) -> int:
        node = track(self, "len", len(self._raw))
        return len(self._raw) if node is None or node.overlay is None else cast(int, node.value)

    def __eq__(self, other: object) -> bool:
        note_compared()
        return isinstance(other, (list, StoreList)) and list(self) == other

    def __add__(self, other: object) -> list[Any]:
        return [*self, *other] if isinstance(other, (list, StoreList)) else NotImplemented

    def __radd__(self, other: object) -> list[Any]:
        return [*other, *self] if isinstance(other, list) else NotImplemented

    def copy(self) -> list[Any]:
        return list(self)

    __copy__ = copy
    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"store({self._raw!r})"


class StoreRecord(Wrapper):
    """A dataclass instance, read through a store. It counts as an instance of the dataclass.

    Methods and properties get the wrapper as their `self`, so that what they read is tracked too.
    """

    __slots__ = ()

    @property  # type: ignore[misc]
    def __class__(self) -> type:  # pyright: ignore[reportIncompatibleMethodOverride, reportIncompatibleVariableOverride]
        return type(object.__getattribute__(self, "_raw"))

    def __getattribute__(self, name: str) -> Any:
        if name in ("_raw", "_nodes", "__class__", "__weakref__"):
            return object.__getattribute__(self, name)
        raw = object.__getattribute__(self, "_raw")
        if name.startswith("__"):
            return getattr(raw, name)
        member = member_of(raw, name)
        if member is not ABSENT:
            return member.__get__(self, type(raw))
        value = read(self, name, getattr(raw, name, ABSENT))
        if value is ABSENT:
            raise AttributeError(f"a {type(raw).__name__} has no {name!r}")
        return value

    def __setattr__(self, name: str, value: Any) -> None:
        raise ReadOnlyError(_read_only(f".{name} = ...", f"set_store(..., {name!r}, value)"))

    def __eq__(self, other: object) -> bool:
        note_compared()
        for name in fields_of(raw_of(self)):
            getattr(self, name)
        return bool(raw_of(self) == data_of(other))

    def __copy__(self) -> Any:
        return copy.copy(raw_of(self))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"store({object.__getattribute__(self, '_raw')!r})"


def member_of(raw: Any, name: str) -> Any:
    """What the class of `raw` has for `name` (a method, a property), or ABSENT where it is a value."""
    if name in getattr(raw, "__dict__", ()):
        return ABSENT
    for cls in type(raw).__mro__:
        member = cls.__dict__.get(name, ABSENT)
        if member is not ABSENT:
            is_value = isinstance(member, MemberDescriptorType) or not hasattr(type(member), "__get__")
            return ABSENT if is_value else member
    return ABSENT


_TAKEN_OVER = {"__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__str__", "__format__"}
"""Special methods that every object has, and that a dataclass's own take the place of."""
_dressed: weakref.WeakKeyDictionary[type, dict[type, type]] = weakref.WeakKeyDictionary()


def dressed(base: type[R], kind: type) -> type[R]:
    """`base` with the special methods of the dataclass `kind`: Python looks these up on the type alone."""
    known = _dressed.setdefault(kind, {})
    found = known.get(base)
    if found is None:
        namespace: dict[str, Any] = {"__slots__": ()}
        for cls in reversed(kind.__mro__):
            for name, member in vars(cls).items():
                special = name.startswith("__") and isinstance(member, FunctionType)
                if special and (name in _TAKEN_OVER or not hasattr(base, name)):
                    namespace[name] = member
        namespace.pop("__del__", None)
        if "__eq__" in namespace:
            namespace["__eq__"] = _noted(namespace["__eq__"])
            namespace["__hash__"] = None
        if dataclasses.is_dataclass(kind):
            namespace["__dataclass_fields__"] = kind.__dataclass_fields__
        found = known[base] = type(base.__name__, (base,), namespace)
    return cast("type[R]", found)


def _noted(compare: Callable[[Any, object], Any]) -> Callable[[Any, object], Any]:
    """A dataclass's own `==`, which also says that it has been asked."""

    def compare_noted(self: Any, other: object) -> Any:
        note_compared()
        return compare(self, other)

    return compare_noted


def wrap(value: Any) -> Any:
    """The wrapper of `value` where a store tracks its inside, else `value` itself."""
    kind = type(value)
    if kind is not dict and kind is not list and (not is_record(kind) or issubclass(kind, Wrapper)):
        return value
    found = wrappers.get(id(value))
    if found is None:
        cls = StoreDict if kind is dict else StoreList if kind is list else dressed(StoreRecord, kind)
        found = object.__new__(cls)
        object.__setattr__(found, "_raw", value)
        object.__setattr__(found, "_nodes", None)
        wrappers[id(value)] = found
    return found


def track(wrapper: Wrapper, key: object, value: Any) -> Property | None:
    """The signal of a property, read; made where somebody is listening."""
    nodes = object.__getattribute__(wrapper, "_nodes")
    node = nodes.get(key) if nodes is not None else None
    if _shown is not None and now.listener is _shown[0] and id(wrapper) in _shown[1]:
        return cast("Property | None", node)
    if node is None:
        if now.listener is None:
            if not threads.ours():
                threads.check()
            return None
        node = Property(wrapper, key, value)
        if nodes is None:
            nodes = {}
            object.__setattr__(wrapper, "_nodes", nodes)
        nodes[key] = node
    node.read()
    return cast("Property", node)


def seen(wrapper: Wrapper, key: object) -> Any:
    """A property in this world, or ABSENT; untracked."""
    nodes = object.__getattribute__(wrapper, "_nodes")
    node = nodes.get(key) if nodes is not None else None
    return get(raw_of(wrapper), key) if node is None or node.overlay is None else node.value


def read(wrapper: Wrapper, key: object, value: Any) -> Any:
    """A property, tracked and wrapped. Where it has two worlds, its signal's value counts."""
    node = track(wrapper, key, value)
    found = wrap(value if node is None or node.overlay is None else node.value)
    if _shown is not None and id(wrapper) in _shown[1] and isinstance(found, Wrapper):
        _shown[1][id(found)] = found
    return found


_shown: tuple[Computation, dict[int, Wrapper]] | None = None
"""Who is calling a setter, and the parts of the store that a function sees which the setter was given."""


def show(value: Any, fn: Callable[..., T], *others: Any) -> T:
    """Call `fn`, which a setter was given, with a part of the store.

    Who calls the setter does not subscribe to that part, as upstream's don't: it is about to change.
    """
    global _shown
    shown = wrap(value)
    offered = (shown, *others)[: accepted_arguments(fn, 1 + len(others), least=1)]
    if now.listener is None or shown is value:
        return fn(*offered)
    outer = _shown
    _shown = (now.listener, {id(shown): shown})
    try:
        return fn(*offered)
    finally:
        _shown = outer


def keys_of(properties: StoreDict) -> Collection[Any]:
    """The keys, untracked. Which of them this world has, beside a transition, is told by their values."""
    raw: dict[Any, Any] = raw_of(properties)
    nodes = object.__getattribute__(properties, "_nodes")
    kept = nodes.get(KEPT) if nodes is not None else None
    if kept is None or kept.overlay is None or kept.value is None:
        return raw
    return [key for key in dict.fromkeys((*kept.value, *raw)) if seen(properties, key) is not ABSENT]


def size_of(items: StoreList) -> int:
    """How many items there are in this world, untracked."""
    nodes = object.__getattribute__(items, "_nodes")
    node = nodes.get("len") if nodes is not None else None
    return len(raw_of(items)) if node is None or node.overlay is None else cast(int, node.value)


def items_of(value: Sequence[T]) -> list[T]:
    """The items of a list. Who reads those of a store's list subscribes to its length and to the list as one,
    as upstream does, and not to each item.
    """
    if not isinstance(value, StoreList):
        return list(value)
    len(value)
    track(value, KEYS, None)
    return untrack(lambda: list(value))
