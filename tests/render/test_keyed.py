"""Keyed lists: the plan leads from one order to the other, and with the fewest moves."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from wayfare.render.keyed import longest_increasing, plan


class Row:
    def __init__(self, name: int) -> None:
        self.name = name

    def __repr__(self) -> str:
        return str(self.name)


@st.composite
def two_orders(draw: st.DrawFn) -> tuple[list[Row], list[Row]]:
    rows = [Row(at) for at in range(draw(st.integers(0, 12)))]
    old = draw(st.permutations(rows).map(lambda order: order[: draw(st.integers(0, len(order)))]))
    new = draw(st.permutations(rows).map(lambda order: order[: draw(st.integers(0, len(order)))]))
    return list(old), list(new)


def carry_out(old: list[Row], new: list[Row]) -> tuple[list[Row], int]:
    """The order that the plan leads to, and how many rows it moves."""
    removed, steps = plan(old, new)
    gone = {id(old[at]) for at in removed}
    shown = [row for row in old if id(row) not in gone]
    moves = 0
    for at, is_new in steps:
        row = new[at]
        if is_new:
            assert row not in shown
        else:
            shown.remove(row)
            moves += 1
        following = new[at + 1] if at + 1 < len(new) else None
        shown.insert(len(shown) if following is None else shown.index(following), row)
    return shown, moves


@given(two_orders())
def test_the_plan_leads_to_the_new_order(orders: tuple[list[Row], list[Row]]) -> None:
    old, new = orders
    assert carry_out(old, new)[0] == new


@given(st.permutations(range(7)))
def test_no_order_needs_more_moves_than_what_is_outside_a_longest_run(order: list[int]) -> None:
    rows = [Row(at) for at in range(7)]
    _, moves = carry_out(rows, [rows[at] for at in order])
    longest = max(
        size
        for size in range(1, 8)
        for chosen in itertools.combinations(order, size)
        if list(chosen) == sorted(chosen)
    )
    assert moves == 7 - longest


@given(st.lists(st.integers(), unique=True))
def test_the_run_is_increasing(numbers: list[int]) -> None:
    run = [numbers[at] for at in longest_increasing(numbers)]
    assert run == sorted(run)


def test_a_row_that_is_swapped_costs_two_moves_at_most() -> None:
    rows = [Row(at) for at in range(1000)]
    swapped = rows.copy()
    swapped[1], swapped[998] = swapped[998], swapped[1]
    removed, steps = plan(rows, swapped)
    assert removed == []
    assert len(steps) == 2


def test_appending_touches_no_old_row() -> None:
    rows = [Row(at) for at in range(10)]
    assert plan(rows[:8], rows) == ([], [(9, True), (8, True)])


def test_removing_touches_no_other_row() -> None:
    rows = [Row(at) for at in range(10)]
    assert plan(rows, [*rows[:4], *rows[5:]]) == ([4], [])
