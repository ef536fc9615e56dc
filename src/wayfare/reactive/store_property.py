"""One property of a store's data, written: those who have read it hear of it.

Everything that changes a store ends here, see store_update.py and store_draft.py.
"""

from __future__ import annotations

from typing import Any, cast

from . import graph
from .equality import same
from .now import now
from .store import (
    KEYS,
    MISSING,
    Property,
    Wrapper,
    get,
    is_dict,
    is_list,
    is_wrappable,
    put,
    wrap,
    wrappers,
)


def set_property(raw: Any, key: Any, value: Any) -> None:
    """Write or delete (MISSING) one property of `raw` and tell those who read it."""
    before = get(raw, key)
    if before is value or (not is_wrappable(value) and same(before, value)):
        return
    size = len(raw) if is_list(raw) else 0
    gone: list[tuple[int, Any]] = []
    if value is MISSING:
        if is_dict(raw):
            del raw[key]
        elif is_list(raw):
            gone = list(enumerate(raw[key + 1 :], key + 1))
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
        _tell(wrapper, KEYS, None, None)  # an item is deleted before the list gets shorter
    if is_list(raw) and len(raw) != size:
        _tell(wrapper, "len", size, len(raw))
    if value is not MISSING:
        _tell(wrapper, KEYS, None, None)


def truncate(raw: list[Any], size: int) -> None:
    """Drop the items from `size` on. Who reads the length hears of it first, as upstream's do."""
    gone = raw[size:]
    del raw[size:]
    wrapper = _who_tells(raw) if gone else None
    if wrapper is not None:
        _tell(wrapper, "len", size + len(gone), size)
        for at, item in enumerate(gone, size):
            _tell(wrapper, at, item, MISSING)
        _tell(wrapper, KEYS, None, None)


def _who_tells(raw: Any) -> Wrapper | None:
    """The wrapper of `raw`, where somebody may have read it, or has to go on seeing what was before."""
    wrapper = wrappers.get(id(raw))
    if wrapper is None and now.running is not None:
        return cast(Wrapper, wrap(raw))  # the present world
    return wrapper


def _tell(wrapper: Wrapper, key: object, before: Any, value: Any) -> None:
    nodes = object.__getattribute__(wrapper, "_nodes")
    node = nodes.get(key) if nodes is not None else None
    if node is None:
        if now.running is None or key is KEYS:
            return
        node = Property(wrapper, key, before)
        if nodes is None:
            nodes = {}
            object.__setattr__(wrapper, "_nodes", nodes)
        nodes[key] = node
    elif not node.observers and now.running is None and node.overlay is None:
        # Nobody listens any more, and what it knows is in the data.
        del nodes[key]  # pyright: ignore[reportOptionalSubscript]
        return
    graph.write(node, value)
