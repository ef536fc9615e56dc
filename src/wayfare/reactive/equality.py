"""When a write counts as no change."""

from __future__ import annotations

from typing import Any

from .now import now


class ByIdentity:
    """Base of values that stand for something which can change: two are the same only if they are one.

    Their `==` may compare what they stand for, but has to ask `comparing()` first: inside a list that is
    compared to another, it is asked in the place of `same`.
    """

    __slots__ = ()


class _Comparing:
    __slots__ = ("on",)

    def __init__(self) -> None:
        self.on = False


_comparing = _Comparing()


def comparing() -> bool:
    """Whether `same` is asking: then what goes by its identity is equal to nothing but itself."""
    return _comparing.on


def same(old: Any, new: Any) -> bool:
    """The default `equals`: the same object, or one of the same type that says it is equal.

    A comparison that raises, or answers something other than a bool (an array's), counts as a change. What it
    reads is nobody's dependency.
    """
    if old is new:
        return True
    if type(old) is not type(new) or isinstance(old, ByIdentity):
        return False
    listener, now.listener = now.listener, None
    outer, _comparing.on = _comparing.on, True
    try:
        return (old == new) is True
    except Exception:
        return False
    finally:
        _comparing.on = outer
        now.listener = listener
