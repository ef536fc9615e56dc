from __future__ import annotations

import typing

import msgspec
import pytest

from wayfare.render import Op
from wayfare.wire import messages
from wayfare.wire.messages import CLIENT_MESSAGES, PAGE_OPS, Close, opcode


def test_every_opcode_of_one_direction_is_its_own() -> None:
    from_client = [opcode(cls) for cls in CLIENT_MESSAGES]
    assert from_client == sorted(set(from_client))
    from_server = [*(op.value for op in Op), *(opcode(cls) for cls in PAGE_OPS)]
    assert from_server == sorted(set(from_server))


def test_patches_are_below_20_and_page_operations_from_there_on() -> None:
    assert all(op.value < 20 for op in Op)
    assert all(opcode(cls) >= 20 for cls in PAGE_OPS)


def test_the_tables_hold_every_message_that_the_module_defines() -> None:
    assert set(typing.get_args(messages.AnyClientMessage)) == set(CLIENT_MESSAGES)
    assert set(typing.get_args(messages.AnyPageOp)) == set(PAGE_OPS)


@pytest.mark.parametrize("cls", [*CLIENT_MESSAGES, *PAGE_OPS, messages.EventPayload, messages.ClientLimits])
def test_every_message_says_what_it_is_for(cls: type[msgspec.Struct]) -> None:
    assert cls.__doc__
    assert "Struct(" not in cls.__doc__


def test_what_must_arrive_is_numbered() -> None:
    numbered = {cls.__name__ for cls in CLIENT_MESSAGES if cls.numbered}
    assert numbered == {"EventMessage", "Navigate", "Moved"}


def test_close_codes_are_in_the_range_for_applications() -> None:
    assert all(4000 <= code < 5000 for code in Close)
