"""What `produce` gives to its function: data that can be changed as if in place. Each change is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping, MutableSequence
from typing import Any, overload

from .store import dressed, member_of
from .store_data import ABSENT, Part, data_of, is_record, unwrap
from .store_property import set_property


def draft(value: Any) -> Any:
    """`value` as it can be changed inside `produce`."""
    raw = data_of(value)
    kind = type(raw)
    if kind is dict:
        return DraftDict(raw)
    if kind is list:
        return DraftList(raw)
    if is_record(kind):
        return dressed(DraftRecord, kind)(raw)
    return raw


class DraftDict(Part, MutableMapping[Any, Any]):
    """A dict that is being changed."""

    __slots__ = ()

    def __init__(self, raw: dict[Any, Any]) -> None:
        self._raw = raw

    def __getitem__(self, key: Any) -> Any:
        return draft(self._raw[key])

    def __setitem__(self, key: Any, value: Any) -> None:
        set_property(self._raw, key, unwrap(value))

    def __delitem__(self, key: Any) -> None:
        if key not in self._raw:
            raise KeyError(key)
        set_property(self._raw, key, ABSENT)

    def __iter__(self) -> Iterator[Any]:
        return iter(list(self._raw))

    def __len__(self) -> int:
        return len(self._raw)

    def __or__(self, other: Any) -> Any:
        return {**self, **other} if isinstance(other, (dict, DraftDict)) else NotImplemented

    def __ror__(self, other: object) -> dict[Any, Any]:
        return {**other, **self} if isinstance(other, dict) else NotImplemented

    def __ior__(self, other: Any) -> Any:
        self.update(other)
        return self

    def __repr__(self) -> str:
        return repr(self._raw)

    def copy(self) -> dict[Any, Any]:
        return dict(self)

    def setdefault(self, key: Any, default: Any = None) -> Any:
        if key not in self:
            self[key] = default
        return self[key]

    def popitem(self) -> tuple[Any, Any]:
        key = next(reversed(self._raw), ABSENT)
        if key is ABSENT:
            raise KeyError("popitem(): the dict is empty")
        return key, self.pop(key)

    def clear(self) -> None:
        for key in self:
            del self[key]


class DraftList(Part, MutableSequence[Any]):
    """A list that is being changed."""

    __slots__ = ()

    def __init__(self, raw: list[Any]) -> None:
        self._raw = raw

    @overload
    def __getitem__(self, index: int) -> Any: ...
    @overload
    def __getitem__(self, index: slice) -> list[Any]: ...
    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return [draft(item) for item in self._raw[index]]
        return draft(self._raw[index])

    def __setitem__(self, index: Any, value: Any) -> None:
        if not isinstance(index, slice):
            set_property(self._raw, self._place(index), unwrap(value))
            return
        items = list(self._raw)
        items[index] = [unwrap(item) for item in value]
        self._become(items)

    def __delitem__(self, index: Any) -> None:
        if not isinstance(index, slice):
            at = self._place(index)
            self._become(self._raw[at + 1 :], at)
            return
        items = list(self._raw)
        del items[index]
        self._become(items)

    def __len__(self) -> int:
        return len(self._raw)

    def _place(self, index: int) -> int:
        size = len(self._raw)
        at = index + size if index < 0 else index
        if not 0 <= at < size:
            raise IndexError(f"index {index} of a list in a store with {size} items")
        return at

    def _become(self, items: list[Any], start: int = 0) -> None:
        """From `start` on, have these items and no others."""
        for at, item in enumerate(items, start):
            set_property(self._raw, at, item)
        size = start + len(items)
        if len(self._raw) > size:
            set_property(self._raw, size, ABSENT)

    def insert(self, index: int, value: Any) -> None:
        at = slice(index, None).indices(len(self._raw))[0]
        self._become([unwrap(value), *self._raw[at:]], at)

    def sort(self, *, key: Callable[[Any], Any] | None = None, reverse: bool = False) -> None:
        self._become(sorted(self._raw, key=key, reverse=reverse))

    def reverse(self) -> None:
        self._become(self._raw[::-1])

    def clear(self) -> None:
        self._become([])

    def copy(self) -> list[Any]:
        return list(self)

    def __add__(self, other: object) -> list[Any]:
        return [*self, *other] if isinstance(other, (list, DraftList)) else NotImplemented

    def __radd__(self, other: object) -> list[Any]:
        return [*other, *self] if isinstance(other, list) else NotImplemented

    def __imul__(self, times: int) -> DraftList:
        self._become(self._raw * times)
        return self

    def __eq__(self, other: object) -> bool:
        return isinstance(other, (list, DraftList)) and bool(self._raw == data_of(other))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr(self._raw)


class DraftRecord(Part):
    """A dataclass instance that is being changed; so are what its methods and properties see of it."""

    __slots__ = ()

    def __init__(self, raw: Any) -> None:
        object.__setattr__(self, "_raw", raw)

    @property  # type: ignore[misc]
    def __class__(self) -> type:  # pyright: ignore[reportIncompatibleMethodOverride, reportIncompatibleVariableOverride]
        return type(self._raw)

    def __getattr__(self, name: str) -> Any:
        raw = self._raw
        member = ABSENT if name.startswith("__") else member_of(raw, name)
        return draft(getattr(raw, name)) if member is ABSENT else member.__get__(self, type(raw))

    def __setattr__(self, name: str, value: Any) -> None:
        member = member_of(self._raw, name)
        if isinstance(member, property):
            member.__set__(self, value)
        else:
            set_property(self._raw, name, unwrap(value))

    def __delattr__(self, name: str) -> None:
        set_property(self._raw, name, ABSENT)

    def __eq__(self, other: object) -> bool:
        return bool(self._raw == data_of(other))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr(self._raw)
