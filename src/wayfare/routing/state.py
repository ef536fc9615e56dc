"""What the state of a history entry may be where a browser keeps it: what JSON brings back unchanged.

The state goes to the browser and comes back from it, on the way back and forward and when the page is loaded
again. A tuple would be a list then, a date a text, a key 1 the key "1", a large number another one: refused
where it is given, because nobody would look for the difference there.
"""

from __future__ import annotations

import json
from math import isfinite
from typing import cast

from .._text import utf8
from ..errors import UsageError

MAX_STATE_BYTES = 48 * 1024
"""The largest state, as JSON. It travels in one message with its URL, and messages are limited, too."""

MAX_STATE_DEPTH = 100
"""How deep lists and dicts may be nested in a state."""

_LARGEST_INT = 2**53 - 1  # what a browser's numbers hold exactly
_PLAIN = frozenset({str, int, float, bool, type(None), list, dict})


def state_text(state: object) -> str:
    """The state as JSON.

    >>> state_text({"from": "/cart", "ids": [1, 2]})
    '{"from":"/cart","ids":[1,2]}'

    Raises `UsageError` for a part that would come back as something else, and for what is too large.
    """
    # An explicit stack, for as long as what has been seen may fit: one that contains itself ends, too.
    pending: list[tuple[str, object, int]] = [("state", state, 0)]
    seen = 0
    while pending:
        path, value, depth = pending.pop()
        if wrong := _what_is_wrong(value):
            raise _not_kept(path, wrong)
        if not isinstance(value, list | dict):
            continue
        parts = cast("list[object] | dict[object, object]", value)
        seen += len(parts)
        if seen > MAX_STATE_BYTES:
            raise _too_large(f"more than {MAX_STATE_BYTES}")
        if depth == MAX_STATE_DEPTH:
            raise _not_kept(path, f"is the {depth + 1}st level; there may be {MAX_STATE_DEPTH}")
        for key, part in parts.items() if isinstance(parts, dict) else enumerate(parts):
            if isinstance(parts, dict) and (type(key) is not str or _is_broken(key)):
                raise _not_kept(path, f"has the key {key!r:.60}, of type {type(key).__name__}")
            pending.append((f"{path}[{key!r:.60}]", part, depth + 1))
    text = json.dumps(state, ensure_ascii=False, separators=(",", ":"))
    size = len(text.encode())
    if size > MAX_STATE_BYTES:
        raise _too_large(str(size))
    return text


def _what_is_wrong(value: object) -> str:
    kind = type(value)
    if kind not in _PLAIN:
        return f"is {value!r:.60}, of type {kind.__name__}"
    if isinstance(value, str) and _is_broken(value):
        return f"is {value!r:.60}, a part of which is no character (a lone surrogate)"
    if isinstance(value, int) and abs(value) > _LARGEST_INT:
        return f"is a larger number than browsers hold exactly ({_LARGEST_INT}): give it as a text"
    if isinstance(value, float) and not isfinite(value):
        return f"is {value!r}"
    return ""


def _is_broken(text: str) -> bool:
    return utf8(text).decode() != text


def _not_kept(path: str, wrong: str) -> UsageError:
    return UsageError(
        f"The browser keeps the state of a navigation as JSON, and would not give this back as it is: {path} "
        f"{wrong}. Give it texts, numbers, booleans, None, and lists and dicts of these, with texts as keys."
    )


def _too_large(size: str) -> UsageError:
    return UsageError(
        f"The state of a navigation has {size} bytes as JSON; the limit is {MAX_STATE_BYTES}. Keep what is "
        "large on the server, in a signal, the session or a database, and put what it is found by into the "
        "state."
    )
