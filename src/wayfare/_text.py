"""Text as it goes out: what is no character can't be written, and must not stop what stands beside it."""

from __future__ import annotations


def utf8(text: str) -> bytes:
    """`text` in UTF-8. A lone surrogate is no character, and becomes what browsers show for it.

    Such a text comes from the names of files (`os.listdir`), or cut in two by another program. A pair that
    came in as two (from JSON) is one character.

    >>> utf8("caf\\u00e9"), utf8("caf\\udce9") == "caf\\ufffd".encode()
    (b'caf\\xc3\\xa9', True)
    """
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()
