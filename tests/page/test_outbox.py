"""The outbox: numbers, acknowledgements, replay, and what happens at its bounds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayfare.page import Outbox


def seqs(box: Outbox, after: int) -> list[int] | None:
    kept = box.after(after)
    return None if kept is None else [each.seq for each in kept]


def test_frames_are_numbered_from_one_and_kept_in_order() -> None:
    box = Outbox(max_frames=10, max_bytes=1000)
    assert box.last == 0
    assert [box.append(b"[]") for _ in range(3)] == [1, 2, 3]
    assert seqs(box, 0) == [1, 2, 3]
    assert seqs(box, 2) == [3]
    assert seqs(box, 3) == []


def test_what_is_acknowledged_is_forgotten_and_can_not_be_replayed() -> None:
    box = Outbox(max_frames=10, max_bytes=1000)
    for _ in range(3):
        box.append(b"[]")
    assert box.acknowledge(2)
    assert seqs(box, 2) == [3]
    assert seqs(box, 1) is None


def test_acknowledging_twice_or_out_of_order_is_harmless() -> None:
    box = Outbox(max_frames=10, max_bytes=1000)
    for _ in range(3):
        box.append(b"[]")
    assert box.acknowledge(2)
    assert box.acknowledge(1)
    assert box.acknowledge(2)
    assert seqs(box, 2) == [3]


@pytest.mark.parametrize("seq", [-1, 4, 2**53])
def test_a_number_that_was_never_given_is_not_acknowledged(seq: int) -> None:
    box = Outbox(max_frames=10, max_bytes=1000)
    for _ in range(3):
        box.append(b"[]")
    assert not box.acknowledge(seq)
    assert seqs(box, 0) == [1, 2, 3]


def test_beyond_its_frames_nothing_is_kept_and_a_fresh_render_is_due() -> None:
    box = Outbox(max_frames=2, max_bytes=1000)
    for _ in range(3):
        box.append(b"[]")
    assert box.lost
    assert box.after(0) is None
    assert box.after(3) is None
    assert box.statistics().kept_frames == 0


def test_beyond_its_bytes_too() -> None:
    box = Outbox(max_frames=100, max_bytes=10)
    box.append(b"x" * 10)
    assert not box.lost
    box.append(b"x")
    assert box.lost
    assert box.statistics().kept_bytes == 0


def test_a_restart_begins_after_the_newest_frame() -> None:
    box = Outbox(max_frames=1, max_bytes=1000)
    box.append(b"[]")
    box.append(b"[]")
    assert box.restart() == 2
    assert not box.lost
    assert seqs(box, 2) == []
    assert seqs(box, 1) is None
    assert box.append(b"[]") == 3
    assert seqs(box, 2) == [3]


def test_losing_a_frame_asks_for_a_fresh_render() -> None:
    box = Outbox(max_frames=10, max_bytes=1000)
    box.append(b"[]")
    box.lose()
    assert box.after(1) is None
    assert box.restart() == 2


@given(st.lists(st.tuples(st.sampled_from(["append", "ack", "restart"]), st.integers(0, 30))))
def test_a_client_that_applies_what_it_gets_misses_nothing(steps: list[tuple[str, int]]) -> None:
    """Whatever happens, a client at n either gets exactly the frames after n, or is told to start afresh."""
    box = Outbox(max_frames=4, max_bytes=1000)
    applied = 0
    for step, number in steps:
        if step == "append":
            box.append(b"[]")
        elif step == "ack" and number <= applied:
            assert box.acknowledge(number)
        elif step == "restart":
            applied = box.restart()
        kept = box.after(applied)
        if kept is None:
            assert box.lost
        else:
            assert [each.seq for each in kept] == list(range(applied + 1, box.last + 1))
            if number % 2:
                applied = box.last
        assert box.statistics().kept_frames <= 4
