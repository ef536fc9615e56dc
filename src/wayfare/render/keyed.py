"""Keyed lists: the fewest moves from one order to another.

Rows that stay keep their elements. Of those, a longest run that is in order already (a longest increasing
subsequence of the old positions) is left alone, and each other row is moved once: no plan needs fewer moves.
Patience sorting, O(n log n): Fredman, "On computing the length of longest increasing subsequences", 1975.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence


def longest_increasing(numbers: Sequence[int]) -> list[int]:
    """The indices of one longest increasing subsequence of ``numbers`` (all different).

    >>> longest_increasing([3, 1, 2, 0])
    [1, 2]
    """
    tails: list[int] = []  # the smallest last number of an increasing run of each length
    tail_at: list[int] = []
    before: list[int] = []
    for at, number in enumerate(numbers):
        length = bisect_left(tails, number)
        before.append(tail_at[length - 1] if length else -1)
        if length == len(tails):
            tails.append(number)
            tail_at.append(at)
        else:
            tails[length] = number
            tail_at[length] = at
    found: list[int] = []
    at = tail_at[-1] if tail_at else -1
    while at >= 0:
        found.append(at)
        at = before[at]
    found.reverse()
    return found


def plan(old: Sequence[object], new: Sequence[object]) -> tuple[list[int], list[tuple[int, bool]]]:
    """How to get from ``old`` to ``new``, whose members are told apart by identity.

    Returns:
        The indices in ``old`` of what goes, and the steps for what comes or moves: (index in ``new``, whether
        it is new), to be carried out in order, each putting its member right before the one that follows it
        in ``new``, which is in place by then. What is in neither stays untouched.

    >>> a, b, c, d = object(), object(), object(), object()
    >>> plan([a, b, c], [c, a, d])
    ([1], [(2, True), (0, False)])
    """
    # Rows are mostly added or removed at one place: what is the same at both ends needs no work.
    start = 0
    shorter = min(len(old), len(new))
    while start < shorter and old[start] is new[start]:
        start += 1
    end = 0
    while end < shorter - start and old[-1 - end] is new[-1 - end]:
        end += 1
    old_end = len(old) - end
    new_end = len(new) - end
    if start == old_end:
        return [], [(at, True) for at in range(new_end - 1, start - 1, -1)]
    if start == new_end:
        return list(range(start, old_end)), []
    where = {id(old[at]): at for at in range(start, old_end)}
    positions: list[int] = []
    kept: list[int] = []
    for at in range(start, new_end):
        position = where.pop(id(new[at]), None)
        if position is not None:
            positions.append(position)
            kept.append(at)
    removed = sorted(where.values())
    settled = {kept[index] for index in longest_increasing(positions)}
    known = set(kept)
    steps = [(at, at not in known) for at in range(new_end - 1, start - 1, -1) if at not in settled]
    return removed, steps
