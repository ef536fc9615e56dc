"""Frames to bytes and back. Nothing from a socket gets past here unchecked.

A refusal is a `WireError` that names the message, the field and what was expected, and never quotes what was
received at length: it may be hostile, or somebody's password.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec

from .._text import utf8
from ..errors import LimitError, UsageError, WayfareError
from .messages import CLIENT_MESSAGES, AnyClientMessage, ClientMessage, PageOp, opcode

MAX_MESSAGE_BYTES = 64 * 1024
"""Default for the largest message taken from a client, in bytes."""
MAX_DEPTH = 32
"""How deep lists and objects may be nested in a message."""

_MESSAGES = {opcode(message): message for message in CLIENT_MESSAGES}
_HIGHEST = 2**53 - 1
_encoder = msgspec.json.Encoder()
_PATH = re.compile(r" - at `\$(?:\[(\d+)\])?([^`]*)`$")


class WireError(WayfareError):
    """A message from the other side that can't be taken. The text says which part, and why."""


class WireLimitError(WireError, LimitError):
    """A message from the other side that is larger or deeper than the bounds allow."""


@dataclass(frozen=True, slots=True)
class ServerFrame:
    """What a client reads from one socket message; the test kit's half of the wire.

    Fields: `seq` of the frame (0 where it is not kept), `ack`, the highest message number handled, and `ops`,
    each a list that starts with its opcode.
    """

    seq: int
    ack: int
    ops: list[list[object]]


def decode_client(data: bytes | str, *, max_bytes: int = MAX_MESSAGE_BYTES) -> tuple[int, AnyClientMessage]:
    """Read one message from a client.

    Args:
        data: the socket message, text or bytes.
        max_bytes: the largest taken, in bytes of UTF-8.

    Returns:
        The message's number (0 where it is not numbered), and the message.

    Raises:
        WireLimitError: it is larger than `max_bytes`, or nested too deep.
        WireError: it is not JSON, not one of the messages, or a field is not what it has to be.

    >>> decode_client('[7, 6, 41]')
    (7, Ack(seq=41))
    >>> decode_client('[7, 6, "41"]')
    Traceback (most recent call last):
    ...
    wayfare.wire.codec.WireError: message Ack, field seq: Expected `int`, got `str`.
    """
    # A str has at least as many bytes as characters, so a long one need not be encoded to be refused.
    size = len(data)
    if isinstance(data, str) and size <= max_bytes:
        data = data.encode("utf-8", "surrogatepass")
        size = len(data)
    if size > max_bytes:
        raise WireLimitError(
            f"a message of {size} bytes; the limit is {max_bytes} bytes (Limits.message_bytes)."
        )
    try:
        raw = msgspec.json.decode(data, type=list[object])
    except RecursionError:
        raise _too_deep() from None
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise WireError(f"a message that is not a JSON array: {error}.") from None
    if len(raw) < 2:
        raise WireError("a message without a number and an opcode: expected `[n, opcode, ...]`.")
    n, code = raw[0], raw[1]
    if type(n) is not int or not 0 <= n <= _HIGHEST:
        raise WireError("a message whose number is not a whole number from 0 to 2**53 - 1.")
    cls = _MESSAGES.get(code) if type(code) is int else None
    if cls is None:
        raise WireError(
            f"a message with an unknown opcode; known are {', '.join(str(known) for known in _MESSAGES)}."
        )
    _check_depth(raw)
    try:
        message = msgspec.convert(raw[1:], cls)
    except msgspec.ValidationError as error:
        raise WireError(_with_field(cls, str(error))) from None
    return n, message  # type: ignore[return-value]


def encode_client(n: int, message: ClientMessage) -> bytes:
    """Write a message as a client does. The test kit speaks with it.

    >>> from wayfare.wire.messages import Ack
    >>> encode_client(0, Ack(41))
    b'[0,6,41]'
    """
    return b"[%d,%b" % (n, _encoder.encode(message)[1:])


def encode_ops(ops: Iterable[PageOp | Sequence[object]]) -> bytes:
    """Write a frame's operations, once, however often the frame is sent. Lone surrogates are replaced.

    Raises:
        UsageError: something in them is no JSON (a navigation's state, for example).
    """
    listed = list(ops)
    try:
        try:
            return _encoder.encode(listed)
        except UnicodeEncodeError:
            return utf8(json.dumps(msgspec.to_builtins(listed), ensure_ascii=False, allow_nan=False))
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise UsageError(
            f"a frame holds something that can't be written as JSON: {error}. States of history entries, "
            "titles and attribute values must be plain data: str, int, float, bool, None, lists and dicts."
        ) from error


def frame(seq: int, ack: int, ops: bytes) -> bytes:
    """Put operations that were written by `encode_ops` in a frame.

    >>> frame(3, 7, encode_ops([[1, 5, "John"]]))
    b'[3,7,[[1,5,"John"]]]'
    """
    return b"[%d,%d,%b]" % (seq, ack, ops)


def encode_frame(seq: int, ack: int, ops: Iterable[PageOp | Sequence[object]]) -> bytes:
    """`encode_ops` and `frame` in one."""
    return frame(seq, ack, encode_ops(ops))


def decode_frame(data: bytes | str) -> ServerFrame:
    """Read a frame as a client does.

    Raises:
        WireError: it is not a frame.

    >>> decode_frame(b'[3,7,[[1,5,"John"]]]')
    ServerFrame(seq=3, ack=7, ops=[[1, 5, 'John']])
    """
    try:
        seq, ack, ops = msgspec.json.decode(data, type=tuple[int, int, list[list[object]]])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise WireError(f"a frame that is not `[seq, ack, [op, ...]]`: {error}.") from None
    return ServerFrame(seq, ack, ops)


def _check_depth(value: object) -> None:
    """Refuse what is nested deeper than `MAX_DEPTH`, without recursion."""
    level: list[object] = [value]
    for _ in range(MAX_DEPTH):
        below: list[object] = []
        for item in level:
            if isinstance(item, list):
                below.extend(item)  # pyright: ignore[reportUnknownArgumentType]
            elif isinstance(item, dict):
                below.extend(item.values())  # pyright: ignore[reportUnknownArgumentType,reportUnknownMemberType]
        if not below:
            return
        level = below
    raise _too_deep()


def _too_deep() -> WireLimitError:
    return WireLimitError(f"a message nested more than {MAX_DEPTH} deep.")


def _with_field(cls: type[ClientMessage], text: str) -> str:
    """Put the field's name where msgspec says its place: `$[2]` is the second field after the opcode."""
    found = _PATH.search(text)
    if found is None or found[1] is None:
        return f"message {cls.__name__}: {text}."
    fields = cls.__struct_fields__
    index = int(found[1]) - 1
    name = fields[index] if 0 <= index < len(fields) else found[1]
    return f"message {cls.__name__}, field {name}{found[2]}: {text[: found.start()]}."
