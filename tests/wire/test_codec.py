from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayfare.errors import LimitError, UsageError, WayfareError
from wayfare.wire import (
    Ack,
    AnyClientMessage,
    ClientLimits,
    EventMessage,
    EventPayload,
    Fresh,
    Go,
    Head,
    Hello,
    Moved,
    Navigate,
    Notice,
    Ping,
    Pong,
    Preload,
    Push,
    ServerFrame,
    Visible,
    Welcome,
    WireError,
    WireLimitError,
    decode_client,
    decode_frame,
    encode_client,
    encode_frame,
    encode_ops,
    frame,
)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
counters = st.integers(0, 2**53 - 1)
plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
payloads = st.builds(
    EventPayload,
    name=st.none() | texts,
    value=st.none() | texts | st.lists(texts, max_size=3),
    checked=st.none() | st.booleans(),
    key=st.none() | texts,
    modifiers=st.lists(st.sampled_from(["alt", "ctrl"]), max_size=2),
    form=st.none() | st.lists(st.tuples(texts, texts), max_size=3),
    data=st.dictionaries(texts, texts, max_size=3),
    detail=plain,
)
messages: st.SearchStrategy[AnyClientMessage] = st.one_of(
    st.builds(Hello, counters, texts, counters, counters, texts, plain, st.booleans(), texts),
    st.builds(EventMessage, counters, names, payloads),
    st.builds(Navigate, texts, st.booleans(), st.booleans(), plain),
    st.builds(Moved, texts, plain, st.none() | st.integers(-1000, 1000)),
    st.builds(Preload, texts, st.booleans()),
    st.builds(Ack, counters),
    st.builds(Visible, st.booleans()),
    st.just(Ping()),
)


def read_or_reason(data: bytes | str) -> tuple[int, AnyClientMessage] | str:
    """The message, or why it was refused; any other exception is a failure."""
    try:
        return decode_client(data)
    except WireError as error:
        return str(error)


@given(counters, messages)
def test_a_message_comes_out_as_it_went_in(n: int, message: AnyClientMessage) -> None:
    assert decode_client(encode_client(n, message)) == (n, message)
    assert decode_client(encode_client(n, message).decode()) == (n, message)


@given(st.binary(max_size=200) | plain.map(lambda value: json.dumps(value).encode()))
def test_anything_else_is_refused_with_a_reason_and_nothing_but(data: bytes) -> None:
    taken = read_or_reason(data)
    if not isinstance(taken, str):
        assert decode_client(encode_client(*taken)) == taken


@given(st.lists(plain, max_size=8))
def test_arrays_that_look_like_messages_are_refused_or_read(fields: list[object]) -> None:
    for code in range(1, 10):
        assert read_or_reason(json.dumps([0, code, *fields]))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('[1, 6, "41"]', "message Ack, field seq: Expected `int`, got `str`."),
        ("[1, 6]", "message Ack: Expected `array` of at least length 2, got 1."),
        ("[1, 6, -1]", "message Ack, field seq: Expected `int` >= 0."),
        ('[1, 2, 5, "", {}]', "message EventMessage, field name: Expected `str` of length >= 1."),
        (
            '[1, 2, 5, "click", {"data": {"a": 1}}]',
            "message EventMessage, field payload.data[...]: Expected `str`, got `int`.",
        ),
        ("[1, 99]", "a message with an unknown opcode; known are 1, 2, 3, 4, 5, 6, 7, 8."),
        ("[1, true]", "a message with an unknown opcode; known are 1, 2, 3, 4, 5, 6, 7, 8."),
        ("[1, [1]]", "a message with an unknown opcode; known are 1, 2, 3, 4, 5, 6, 7, 8."),
        ("[true, 8]", "a message whose number is not a whole number from 0 to 2**53 - 1."),
        ("[-1, 8]", "a message whose number is not a whole number from 0 to 2**53 - 1."),
        (f"[{2**53}, 8]", "a message whose number is not a whole number from 0 to 2**53 - 1."),
        ("[]", "a message without a number and an opcode: expected `[n, opcode, ...]`."),
        ("{}", "a message that is not a JSON array: Expected `array`, got `object`."),
        ("", "a message that is not a JSON array: Input data was truncated."),
    ],
)
def test_the_reason_names_the_message_and_the_field(text: str, reason: str) -> None:
    with pytest.raises(WireError) as caught:
        decode_client(text)
    assert str(caught.value) == reason


def test_a_refusal_does_not_repeat_what_was_sent() -> None:
    with pytest.raises(WireError) as caught:
        decode_client('[1, 2, 5, "input", {"value": {"password": "hunter2"}}]')
    assert "hunter2" not in str(caught.value)


def test_a_url_has_a_longest_length() -> None:
    decode_client(json.dumps([0, 5, "/" * 8192, True]))
    with pytest.raises(WireError, match=r"field url: Expected `str` of length <= 8192"):
        decode_client(json.dumps([0, 5, "/" * 8193, True]))


@pytest.mark.parametrize("text", [True, False])
def test_a_message_has_a_largest_size(text: bool) -> None:
    data = encode_client(0, Preload("é" * 10, True))
    size = len(data)
    decode_client(data.decode() if text else data, max_bytes=size)
    with pytest.raises(WireLimitError, match=rf"a message of {size} bytes; the limit is {size - 1} bytes"):
        decode_client(data.decode() if text else data, max_bytes=size - 1)


def test_a_message_that_is_too_long_is_not_even_parsed() -> None:
    with pytest.raises(WireLimitError):
        decode_client("[" * 100_000)


@pytest.mark.parametrize("depth", [33, 200, 30_000])
def test_a_message_has_a_greatest_depth(depth: int) -> None:
    nested = "[" * depth + "]" * depth
    with pytest.raises(WireLimitError, match="nested more than 32 deep"):
        decode_client(f'[0, 3, "/", false, true, {nested}]')


def test_some_depth_is_fine() -> None:
    nested = '{"a":' * 25 + "1" + "}" * 25
    assert decode_client(f'[0, 3, "/", false, true, {nested}]')[0] == 0


def test_text_that_is_no_unicode_is_refused() -> None:
    for data in (b'[0, 5, "\xff", true]', '[0, 5, "\udc80", true]', '[0, 5, "\\ud800", true]'):
        with pytest.raises(WireError):
            decode_client(data)


def test_errors_are_wayfare_errors_and_limits_are_limits() -> None:
    assert issubclass(WireError, WayfareError)
    assert issubclass(WireLimitError, LimitError)


def test_a_frame_is_written_as_the_table_says() -> None:
    ops = [
        [1, 5, "Jane"],
        Welcome("p", ClientLimits(queue=1, message=2, url=4, heartbeat=3)),
        Fresh("<p>", "t", "p"),
        Push("/a", {"x": 1}, False, True),
        Go(-1),
        Head([("title", {}, "T"), ("meta", {"name": "a"}, None)]),
        Notice("code", "text"),
        Pong(),
    ]
    assert json.loads(encode_frame(3, 7, ops)) == [
        3,
        7,
        [
            [1, 5, "Jane"],
            [20, "p", {"queue": 1, "message": 2, "url": 4, "heartbeat": 3}],
            [21, "<p>", "t", "p"],
            [22, "/a", {"x": 1}, False, True],
            [23, -1],
            [25, [["title", {}, "T"], ["meta", {"name": "a"}, None]]],
            [27, "code", "text"],
            [29],
        ],
    ]


@given(counters, counters, st.lists(st.lists(plain, min_size=1, max_size=4), max_size=4))
def test_a_frame_comes_out_as_it_went_in(seq: int, ack: int, ops: list[list[object]]) -> None:
    assert decode_frame(encode_frame(seq, ack, ops)) == ServerFrame(seq, ack, ops)
    assert encode_frame(seq, ack, ops) == frame(seq, ack, encode_ops(ops))


def test_what_is_no_character_is_replaced_and_stops_nothing_beside_it() -> None:
    ops = [Push("/caf\udce9", {"a": ["\ud83d\ude00", 1.5, None]}, False, True), [1, 5, '"\udcff"']]
    assert decode_frame(encode_frame(1, 0, ops)).ops == [
        [22, "/caf\ufffd", {"a": ["\U0001f600", 1.5, None]}, False, True],
        [1, 5, '"\ufffd"'],
    ]


def test_what_is_no_json_is_a_usage_error_that_says_what_is() -> None:
    with pytest.raises(UsageError, match="must be plain data"):
        encode_ops([Push("/a", object(), False, True)])


def test_a_frame_that_is_none_is_refused() -> None:
    for data in (b"", b"{}", b"[1,2]", b'[1,2,[["a"],3]]', b"[1,2,[[]],4]"):
        with pytest.raises(WireError, match="a frame that is not"):
            decode_frame(data)
