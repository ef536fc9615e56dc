"""Component options as they travel: merged with defaults, split, and children resolved once.

Options in Python are read by name. `merge_props` and `split_props` keep that reactive: a source may be a
function, and nothing is read before it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from .arity import required_arguments
from .primitives import create_memo

Source = Mapping[str, Any] | Callable[[], Mapping[str, Any] | None] | None


class Props(Mapping[str, Any]):
    """Options that are looked up when they are read: ``props["name"]`` or ``props.name``."""

    __slots__ = ("_keys", "_read")

    def __init__(self, read: Callable[[str], Any], keys: Callable[[], Iterable[str]]) -> None:
        self._read = read
        self._keys = keys

    def __getitem__(self, name: str) -> Any:
        value = self._read(name)
        if value is None and name not in self._keys():
            raise KeyError(name)
        return value

    def get(self, name: str, default: Any = None) -> Any:
        """The option, or `default` where it is not given or None. Who reads it depends on nothing else."""
        value = self._read(name)
        return default if value is None else value

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self._read(name)

    def __contains__(self, name: object) -> bool:
        return any(name == key for key in self._keys())

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(self._keys()))

    def __len__(self) -> int:
        return len(dict.fromkeys(self._keys()))

    def __repr__(self) -> str:
        return f"<Props {', '.join(self)}>"


def merge_props(*sources: Source) -> Props:
    """One set of options out of several: of two that give a name, the later one counts, unless it gives None.

    Parameters
    ----------
    sources:
        Mappings, or functions that give one and are read anew whenever an option is.

    >>> props = merge_props({"size": "m", "color": "red"}, {"size": None, "color": "blue"})
    >>> props["size"], props.color, sorted(props)
    ('m', 'blue', ['color', 'size'])

    Upstream: https://docs.solidjs.com/reference/reactive-utilities/merge-props
    """
    readers: list[Callable[[], Mapping[str, Any]]] = []
    for source in sources:
        if source is None:
            continue
        if isinstance(source, Mapping):
            readers.append(_constant(source))
        else:
            readers.append(_or_nothing(create_memo(source, name="merge_props")))

    def read(name: str) -> Any:
        for reader in reversed(readers):
            value = reader().get(name)
            if value is not None:
                return value
        return None

    return Props(read, lambda: [name for reader in readers for name in reader()])


def _constant(source: Mapping[str, Any]) -> Callable[[], Mapping[str, Any]]:
    return lambda: source


def _or_nothing(read: Callable[[], Mapping[str, Any] | None]) -> Callable[[], Mapping[str, Any]]:
    return lambda: read() or {}


def split_props(props: Mapping[str, Any], *groups: Iterable[str]) -> tuple[Props, ...]:
    """Options in groups: one for each list of names, and one with the rest. Each stays as reactive as it was.

    >>> local, others = split_props({"name": "Ann", "class_": "big"}, ["name"])
    >>> local["name"], list(others)
    ('Ann', ['class_'])

    Upstream: https://docs.solidjs.com/reference/reactive-utilities/split-props
    """
    claimed: set[str] = set()
    parts: list[Props] = []
    for group in groups:
        names = [name for name in group if name not in claimed]
        claimed.update(names)
        parts.append(_part(props, frozenset(names), names))
    blocked = frozenset(claimed)

    def rest(name: str) -> Any:
        return None if name in blocked else props.get(name)

    parts.append(Props(rest, lambda: [name for name in props if name not in blocked]))
    return tuple(parts)


def _part(props: Mapping[str, Any], names: frozenset[str], order: list[str]) -> Props:
    def read(name: str) -> Any:
        return props.get(name) if name in names else None

    return Props(read, lambda: [name for name in order if name in props])


class Children:
    """What `children` gives: call it for the resolved children, `to_list()` for a list of them."""

    __slots__ = ("_read",)

    def __init__(self, read: Callable[[], Any]) -> None:
        self._read = read

    def __call__(self) -> Any:
        return self._read()

    def to_list(self) -> list[Any]:
        """The resolved children as a list, however many there are."""
        found = self._read()
        if isinstance(found, list):
            return found
        return [] if found is None else [found]


def children(fn: Callable[[], Any]) -> Children:
    """Resolve a component's children once: functions are called, lists made flat; anew when one has changed.

    Parameters
    ----------
    fn:
        Gives the children, as they were handed over.

    >>> resolved = children(lambda: ["a", lambda: ["b", lambda: "c"]])
    >>> resolved()
    ['a', 'b', 'c']

    Upstream: https://docs.solidjs.com/reference/component-apis/children
    """
    found = create_memo(fn, name="children")
    return Children(create_memo(lambda: resolve(found()), name="resolved children"))


def resolve(value: Any) -> Any:
    """Call functions and flatten lists, all the way down, without recursion."""
    while callable(value) and not required_arguments(value):
        value = value()
    if not isinstance(value, (list, tuple)):
        return value
    result: list[Any] = []
    stack: list[Any] = list(reversed(value))
    while stack:
        item = stack.pop()
        while callable(item) and not required_arguments(item):
            item = item()
        if isinstance(item, (list, tuple)):
            stack.extend(reversed(item))
        else:
            result.append(item)
    return result
