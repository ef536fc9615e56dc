"""When a write counts as no change."""

from __future__ import annotations

from typing import Any


class ByIdentity:
    """Base of values that stand for something which can change: two are the same only if they are one."""

    __slots__ = ()


def same(old: Any, new: Any) -> bool:
    """The default `equals`: the same object, or one of the same type that says it is equal.

    A comparison that raises, or answers something other than a bool (an array's), counts as a change.
    """
    if old is new:
        return True
    if type(old) is not type(new):
        return False
    try:
        answer = old == new
    except Exception:
        return False
    return answer is True and not isinstance(old, ByIdentity)
