"""When a write counts as no change."""

from __future__ import annotations

from typing import Any

from .now import now


class ByIdentity:
    """Base of values that stand for something which can change: two are the same only if they are one.

    Their `==` compares what they stand for, and has to say so (`note_compared`): two lists of them that are
    equal are not the same.
    """

    __slots__ = ()


class _Compared:
    __slots__ = ("times",)

    def __init__(self) -> None:
        self.times = 0


_compared = _Compared()


def note_compared() -> None:
    """Two that go by their identity, and are not one, have been compared by what they stand for."""
    _compared.times += 1


def same(old: Any, new: Any) -> bool:
    """The default `equals`: the same object, or one of the same type that says it is equal.

    A comparison that raises, or answers something other than a bool (an array's), counts as a change. What it
    reads is nobody's dependency.
    """
    if old is new:
        return True
    kind = type(old)
    if kind is not type(new):
        return False
    if kind is int or kind is str or kind is float or kind is bool:
        return bool(old == new)
    if issubclass(kind, ByIdentity):
        return False
    listener = now.listener
    if listener is not None:
        now.listener = None
    compared = _compared.times
    try:
        return (old == new) is True and compared == _compared.times
    except Exception:
        return False
    finally:
        if listener is not None:
            now.listener = listener
