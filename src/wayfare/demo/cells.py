"""One value of a table: how it is shown, how it is put into a form field, and how a field is read back.

SQLite types values, not columns: any column may hold a null, a whole number, a float, a text or bytes. What
a visitor typed is read by the column's *affinity* (https://www.sqlite.org/datatype3.html), and a value that
can't be a text field (bytes, text that is no UTF-8) is shown but not offered for editing.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Value = None | int | float | str | bytes
Kind = Literal["null", "integer", "real", "text", "blob"]
Affinity = Literal["INTEGER", "REAL", "NUMERIC", "TEXT", "BLOB"]

BLOB_SHOWN = 24
"""Bytes of a blob that are written out in hex."""

_WHOLE = re.compile(r"[+-]?[0-9]{1,40}\Z")
_DECIMAL = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,4})?\Z")
_INFINITE = re.compile(r"([+-]?)inf(inity)?\Z", re.IGNORECASE)
_NOT_SHOWN = {c: 0x2400 + c for c in range(32) if c not in (9, 10, 13)} | {0x7F: 0x2421}
# The first bytes of files that people keep in databases, so that "blob" can say a little more.
_KNOWN_BYTES = {
    b"\x89PNG\r\n": "PNG image",
    b"\xff\xd8\xff": "JPEG image",
    b"GIF8": "GIF image",
    b"RIFF": "RIFF (WebP, WAV)",
    b"%PDF": "PDF",
    b"PK\x03\x04": "ZIP",
    b"\x1f\x8b": "gzip",
    b"SQLite format 3": "SQLite database",
}


class FieldError(ValueError):
    """What a visitor typed can't be stored in that column. The message is shown next to the field."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One value as it was read. `size`: bytes in the database; `cut`: only the beginning was read.

    Bytes of a text that are no UTF-8 are kept as lone surrogates (`surrogateescape`), so that two different
    values never look the same to a comparison; `text` replaces them for the eye.
    """

    kind: Kind
    value: Value = None
    size: int = 0
    cut: bool = False

    @property
    def text(self) -> str:
        """What a page shows.

        >>> Cell("real", 2.5).text, Cell("null").text, Cell("blob", bytes([202, 254]), 2).text
        ('2.5', 'NULL', 'ca fe')
        """
        value = self.value
        if value is None:
            return "NULL"
        if isinstance(value, bytes):
            return value[:BLOB_SHOWN].hex(" ") + (" …" if self.size > BLOB_SHOWN else "")
        if isinstance(value, float):
            return real_text(value)
        if isinstance(value, int):
            return str(value)
        shown = value.encode("utf-8", "surrogateescape").decode("utf-8", "replace").translate(_NOT_SHOWN)
        return shown + " …" if self.cut else shown

    @property
    def remark(self) -> str:
        """Words about what `text` does not show: the size of bytes or of a long text, or nothing.

        >>> Cell("blob", b"%PDF-1.7", 20_480, cut=True).remark
        'PDF, 20 kB'
        """
        if isinstance(self.value, bytes):
            known = next((name for head, name in _KNOWN_BYTES.items() if self.value.startswith(head)), "blob")
            return f"{known}, {size_words(self.size)}"
        if self.cut:
            return f"the beginning of {size_words(self.size)} of text"
        if self.kind == "text" and not self.is_clean:
            return "has bytes that are no UTF-8"
        return ""

    @property
    def is_clean(self) -> bool:
        """Whether a text is valid Unicode without characters that a form field would lose."""
        return not isinstance(self.value, str) or not (
            "\0" in self.value or any("\ud800" <= c <= "\udfff" for c in self.value)
        )

    @property
    def why_not_editable(self) -> str:
        """Words, or nothing where the value can be edited as text."""
        if self.kind == "blob":
            return "Bytes can't be edited as text."
        if self.cut:
            return f"Too long to be edited here ({size_words(self.size)})."
        if not self.is_clean:
            return "Has bytes that are no text, so editing would change them."
        return ""

    @property
    def field_text(self) -> str:
        """What a form field begins with. A null begins empty (its NULL box is ticked)."""
        return "" if self.value is None else self.text if isinstance(self.value, float) else str(self.value)


def real_text(value: float) -> str:
    """A float, so that reading the text back gives the same float.

    >>> real_text(math.inf), real_text(0.1), real_text(1e300)
    ('Infinity', '0.1', '1e+300')
    """
    return ("Infinity" if value > 0 else "-Infinity") if math.isinf(value) else repr(value)


def size_words(size: int) -> str:
    """Bytes, rounded for people.

    >>> size_words(1), size_words(999), size_words(20_480), size_words(5_300_000)
    ('1 byte', '999 bytes', '20 kB', '5.3 MB')
    """
    if size < 1000:
        return "1 byte" if size == 1 else f"{size} bytes"
    number, unit = size / 1000, "kB"
    for larger in ("MB", "GB"):
        if number >= 999.5:
            number, unit = number / 1000, larger
    return f"{number:.1f} {unit}" if number < 9.95 else f"{number:.0f} {unit}"


def affinity_of(declared: str) -> Affinity:
    """What SQLite makes of a column's declared type (its five rules, in their order).

    >>> [affinity_of(t) for t in ("BIGINT", "varchar(30)", "", "double precision", "DATE", "FLOATING POINT")]
    ['INTEGER', 'TEXT', 'BLOB', 'REAL', 'NUMERIC', 'INTEGER']
    """
    upper = declared.upper()
    if "INT" in upper:
        return "INTEGER"
    if any(word in upper for word in ("CHAR", "CLOB", "TEXT")):
        return "TEXT"
    if not upper or "BLOB" in upper:
        return "BLOB"
    if any(word in upper for word in ("REAL", "FLOA", "DOUB")):
        return "REAL"
    return "NUMERIC"


def same_field(typed: str, cell: Cell) -> bool:
    """Whether a form field came back as it was sent out.

    Browsers send line ends as CR LF whatever the value had, and drop a line end right after `<textarea>`.
    """
    sent = _line_ends(cell.field_text)
    return _line_ends(typed) in (sent, sent.removeprefix("\n"))


def field_digest(typed: str, is_null: bool) -> str:
    """A short digest of what a form field holds. Sent along with the field, it tells whether it was touched.

    >>> field_digest("a\\r\\nb", False) == field_digest("a\\nb", False) != field_digest("a\\nb", True)
    True
    """
    text = _line_ends(typed).removeprefix("\n")
    return hashlib.sha256(f"{is_null:d}{text}".encode("utf-8", "surrogatepass")).hexdigest()[:12]


def read_field(typed: str, is_null: bool, affinity: Affinity, cell: Cell) -> Value:
    """The value that a visitor means by a form field.

    `typed`: the text; `is_null`: its NULL box is ticked; `cell`: what the field began with. A text typed
    into a field that was NULL counts although the box is still ticked: typing was the later wish. Untouched
    fields keep their value, of whatever type.

    Raises `FieldError`, in words, where the column's type can't take it.

    >>> read_field("12", False, "INTEGER", Cell("null")), read_field("", False, "TEXT", Cell("null"))
    (12, '')
    """
    if is_null and (cell.value is not None or not typed):
        return None
    if cell.value is not None and same_field(typed, cell):
        return cell.value
    match affinity:
        case "INTEGER":
            return _read_whole(typed)
        case "REAL":
            return _read_number(typed)
        case "NUMERIC" if _looks_like_number(typed):
            return _read_number(typed)
        case "BLOB" if isinstance(cell.value, int | float) and _looks_like_number(typed):
            return _read_number(typed)
        case _:
            return _with_line_ends_of(typed, cell)


def version_of(names: Sequence[str], cells: Sequence[Cell]) -> str:
    """A row's version: a digest of its columns' names and values, 32 hex digits.

    Equal versions mean that nothing that was shown has changed. Of a value too long to be read whole, its
    beginning and its size count.

    >>> one = version_of(["a"], [Cell("integer", 1)])
    >>> one == version_of(["a"], [Cell("integer", 1)]), one == version_of(["a"], [Cell("text", "1", 1)])
    (True, False)
    """
    digest = hashlib.sha256()
    for name, cell in zip(names, cells, strict=True):
        digest.update(repr((name, cell.kind, cell.value, cell.size)).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:32]


def _looks_like_number(typed: str) -> bool:
    return bool(_DECIMAL.match(typed.strip()))


def _read_whole(typed: str) -> int:
    text = typed.strip().replace("\N{MINUS SIGN}", "-")
    if not _WHOLE.match(text):
        raise FieldError("This column holds whole numbers. " + _instead(typed))
    number = int(text)
    if not -(2**63) <= number < 2**63:
        raise FieldError("Too large: SQLite's whole numbers have 64 bits (up to 9223372036854775807).")
    return number


def _read_number(typed: str) -> int | float:
    text = typed.strip().replace("\N{MINUS SIGN}", "-")
    if _WHOLE.match(text) and -(2**63) <= int(text) < 2**63:
        return int(text)
    if found := _INFINITE.match(text):
        return -math.inf if found[1] == "-" else math.inf
    if not _DECIMAL.match(text):
        raise FieldError("This column holds numbers. " + _instead(typed))
    number = float(text)
    if math.isinf(number):
        raise FieldError("Too large for a floating-point number. Write Infinity if that is meant.")
    return number


def _instead(typed: str) -> str:
    if not typed.strip():
        return "Write one, or tick NULL."
    return f"{typed.strip()[:40]!r} is none."


def _line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _with_line_ends_of(typed: str, cell: Cell) -> str:
    text = _line_ends(typed)
    before = cell.value if isinstance(cell.value, str) else ""
    return text.replace("\n", "\r\n") if "\r\n" in before else text
