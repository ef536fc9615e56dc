"""One property of a store's data, written: those who have read it hear of it.

Everything that changes a store ends here, see store_update.py and store_draft.py. The data is one for both
worlds of a transition, and is the newer one's. What the present world goes on seeing is in the values of
signals: inside a transition, one is made for each property that changes, whether or not somebody has read it.
"""

from __future__ import annotations

from typing import Any, cast

from . import graph
from .equality import same
from .now import now
from .protocols import Running
from .store import (
    HAS,
    KEPT,
    KEYS,
    Property,
    StoreDict,
    StoreList,
    Wrapper,
    keys_of,
    seen,
    size_of,
    wrap,
    wrappers,
)
from .store_data import ABSENT, get, is_dict, is_list, is_wrappable, put


def set_property(raw: Any, key: Any, value: Any) -> None:
    """Write or delete (ABSENT) one property of `raw` and tell those who read it."""
    before = get(raw, key)
    if _unchanged(before, value) and not (now.transitions and _shows_another(raw, key, value)):
        return
    wrapper = _who_tells(raw)
    turns = False
    if wrapper is not None:
        shown = seen(wrapper, key) if now.transitions else before
        turns = (value is ABSENT) is not (before is ABSENT) or (value is ABSENT) is not (shown is ABSENT)
        if turns and now.running is not None and is_dict(raw):
            _keep_key(cast(StoreDict, wrapper), key, now.running)
    size = len(raw) if is_list(raw) else 0
    gone: list[tuple[int, Any]] = []
    if value is ABSENT:
        if is_dict(raw):
            raw.pop(key, None)
        elif is_list(raw):
            gone = list(enumerate(raw[key + 1 :], key + 1))
            del raw[key:]
        elif before is not ABSENT:
            delattr(raw, key)
    elif is_list(raw) and key == size:
        raw.append(value)
    else:
        put(raw, key, value)
    if wrapper is None:
        return
    if turns:
        _stir(wrapper, (HAS, key))
    _tell(wrapper, key, before, value)
    for at, item in gone:
        _tell(wrapper, at, item, ABSENT)
    if value is ABSENT:
        _stir(wrapper, KEYS)  # an item is deleted before the list gets shorter
    if turns and is_list(raw):
        if now.transitions:
            _show_alike(cast(StoreList, wrapper), raw)
        _tell(wrapper, "len", size, len(raw))
    if value is not ABSENT:
        _stir(wrapper, KEYS)


def truncate(raw: list[Any], size: int) -> None:
    """Drop the items from `size` on. Who reads the length hears of it first, as upstream's do."""
    gone = raw[size:]
    del raw[size:]
    wrapper = _who_tells(raw) if gone or now.transitions else None
    if wrapper is None:
        return
    shown = size_of(cast(StoreList, wrapper))
    if not gone and shown == size:
        return
    _tell(wrapper, "len", size + len(gone), size)
    for at, item in enumerate(gone, size):
        _tell(wrapper, at, item, ABSENT)
    for at in range(size + len(gone), shown):
        _tell(wrapper, at, ABSENT, ABSENT)
    _stir(wrapper, KEYS)


def _unchanged(before: Any, value: Any) -> bool:
    return before is value or (not is_wrappable(value) and same(before, value))


def _shows_another(raw: Any, key: Any, value: Any) -> bool:
    """Whether this world sees something else than `value`, which the data has for a transition already."""
    wrapper = wrappers.get(id(raw))
    return wrapper is not None and not _unchanged(seen(wrapper, key), value)


def _show_alike(wrapper: StoreList, raw: list[Any]) -> None:
    """Beside a transition, a list whose length changes is the transition's: there is only one."""
    for at in range(len(raw)):
        if seen(wrapper, at) is ABSENT:
            _tell(wrapper, at, ABSENT, raw[at])
    for at in range(len(raw), size_of(wrapper)):
        _tell(wrapper, at, ABSENT, ABSENT)


def _who_tells(raw: Any) -> Wrapper | None:
    """The wrapper of `raw`, where somebody may have read it, or has to go on seeing what was before."""
    wrapper = wrappers.get(id(raw))
    if wrapper is None and now.running is not None:
        return cast(Wrapper, wrap(raw))  # the present world
    return wrapper


def _nodes_of(wrapper: Wrapper) -> dict[object, Property]:
    nodes = object.__getattribute__(wrapper, "_nodes")
    if nodes is None:
        nodes = {}
        object.__setattr__(wrapper, "_nodes", nodes)
    return cast("dict[object, Property]", nodes)


def _keep_key(wrapper: StoreDict, key: object, running: Running) -> None:
    """The transition is about to add or delete a key: the present world goes on seeing its own keys."""
    nodes = _nodes_of(wrapper)
    kept = nodes.get(KEPT)
    if kept is None:
        kept = nodes[KEPT] = Property(wrapper, KEPT, None)
    if kept.overlay is None:
        kept.value = dict.fromkeys(keys_of(wrapper))
        running.touch(kept)
        kept.value = None
    else:
        keys = kept.overlay.value if kept.value is None else kept.value
        keys[key] = None  # it may have come since


def _tell(wrapper: Wrapper, key: object, before: Any, value: Any) -> None:
    """A property has another value."""
    nodes = object.__getattribute__(wrapper, "_nodes")
    node = nodes.get(key) if nodes is not None else None
    if node is not None:
        if node.overlay is None:
            node.value = before  # of a transition that came to nothing, it may have another
        _write(node, key, value)
    elif now.running is not None:
        node = _nodes_of(wrapper)[key] = Property(wrapper, key, before)
        graph.write(node, value)


def _stir(wrapper: Wrapper, key: object) -> None:
    """Something that has no value of its own is another: the keys, or whether there is one."""
    nodes = object.__getattribute__(wrapper, "_nodes")
    node = nodes.get(key) if nodes is not None else None
    if node is not None:
        _write(node, key, None)


def _write(node: Property, key: object, value: Any) -> None:
    if not node.observers and now.running is None and node.overlay is None:
        # Nobody listens any more, and what it knows is in the data.
        del object.__getattribute__(node.wrapper, "_nodes")[key]
        return
    graph.write(node, value)
