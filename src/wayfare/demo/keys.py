"""Names and row ids as parts of a URL path, and back.

A table may be called `a/b`, `50%` or `..`, a primary key may be a text, a blob or several columns. Servers
and proxies decode `%2F` early, so percent-encoding is not enough: what could be misread is written as `~`
and two hex digits instead, which nothing on the way touches.

::

    42          the integer 42                     ~r1~2E5     the number 1.5
    DE          the text "DE"                      ~xCAFE      the bytes CA FE
    ~t42        the text "42"                      ~w7         the row with rowid 7 (no usable primary key)
    DE.2020     a key of two columns
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from .cells import Value

LONGEST_ID = 1500
"""Characters. A row whose id would be longer is shown without a link: URLs have limits on their way."""

_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)\Z")
_ESCAPE = re.compile(r"~([0-9A-F]{2})")


@dataclass(frozen=True, slots=True)
class RowKey:
    """Which row: the values of the primary key, or a rowid where there is no key to use."""

    values: tuple[Value, ...]
    by_rowid: bool = False


def encode_name(name: str) -> str:
    """A table's name as one path segment. Letters and digits of every script stay readable.

    >>> encode_name("order details"), encode_name("a/b"), encode_name("..")
    ('order~20details', 'a~2Fb', '~2E~2E')
    """
    return "".join(c if c.isalnum() or c in "_-" else _escaped(c) for c in name) or "~t"


def decode_name(segment: str) -> str:
    """The name that `encode_name` wrote.

    >>> decode_name("order~20details")
    'order details'
    """
    segment = unquote(segment).removeprefix("~t")
    raw = b"".join(
        bytes.fromhex(piece) if odd else piece.encode("utf-8", "surrogatepass")
        for odd, piece in _alternate(_ESCAPE.split(segment))
    )
    return raw.decode("utf-8", "surrogateescape")


def encode_key(key: RowKey) -> str | None:
    """A row's id as one path segment, or `None` where it can't be one (a null, or too long).

    >>> encode_key(RowKey((42,))), encode_key(RowKey(("DE", 2020))), encode_key(RowKey(("42",)))
    ('42', 'DE.2020', '~t42')
    """
    if any(value is None for value in key.values) or not key.values:
        return None
    encoded = ".".join(_encode_value(value) for value in key.values)
    if key.by_rowid:
        encoded = "~w" + encoded
    return encoded if len(encoded) <= LONGEST_ID else None


def decode_key(segment: str) -> RowKey | None:
    """The key that `encode_key` wrote, or `None` where the segment is not one.

    >>> decode_key("DE.2020")
    RowKey(values=('DE', 2020), by_rowid=False)
    >>> decode_key("~rnonsense") is None
    True
    """
    segment = unquote(segment)
    if not segment or len(segment) > LONGEST_ID:
        return None
    try:
        if segment.startswith("~w"):
            return RowKey((_small(segment[2:]),), by_rowid=True)
        return RowKey(tuple(_decode_value(part) for part in segment.split(".")))
    except (ValueError, OverflowError):
        return None


def _encode_value(value: Value) -> str:
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return "~r" + encode_name(repr(value))
    if isinstance(value, bytes):
        return "~x" + value.hex().upper()
    text = encode_name(value or "")
    return "~t" + text if text[0] in "-0123456789" and value else text


def _decode_value(part: str) -> Value:
    if _INTEGER.match(part):
        return _small(part)
    if part.startswith("~r"):
        return float(decode_name(part[2:]))
    if part.startswith("~x"):
        return bytes.fromhex(part[2:])
    if not part:
        raise ValueError("an empty part")
    return decode_name(part)


def _small(digits: str) -> int:
    number = int(digits)
    if not -(2**63) <= number < 2**63:
        raise OverflowError(digits)
    return number


def _escaped(character: str) -> str:
    return "".join(f"~{byte:02X}" for byte in character.encode("utf-8", "surrogateescape"))


def _alternate(pieces: Sequence[str]) -> list[tuple[int, str]]:
    return [(i % 2, piece) for i, piece in enumerate(pieces)]
