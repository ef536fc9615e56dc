"""What Python says of a few mistakes that everybody makes at first, in this package's words.

A getter is a plain function, so `count > 3` in place of `count() > 3` is an error of Python's, which knows
nothing of signals. Where such an error is handled by nobody, it gets a note that says what is likely meant.
"""

from __future__ import annotations

import re
from typing import Final

_GETTER: Final = (
    "hint: a function stands where its value is meant. What create_signal, create_memo and create_async "
    "give, and the index in For, is read by calling it: count(), not count"
)
_ANSWER: Final = (
    "hint: if that is what a query gave, its value has not been waited for. In an async def, write users = "
    "await get_users(); where it is shown, users = create_async(get_users), and read users()"
)


def _used_as_a_value(kinds: str) -> str:
    """What Python says where an object of one of `kinds` is compared, added, looked into or counted."""
    return (
        rf"between instances of .*'({kinds})'|unsupported operand .*'({kinds})'"
        rf"|can only concatenate \w+ \(not \"({kinds})\"\)"
        rf"|^'({kinds})' object (has no attribute|is not)|^object of type '({kinds})' has no len"
    )


_HINTS: Final = tuple(
    (re.compile(pattern), hint)
    for pattern, hint in (
        (_used_as_a_value("method|function|AsyncAccessor"), _GETTER),
        (_used_as_a_value("Answer|coroutine"), _ANSWER),
        (
            r"Signal\.read\(\) takes 1 positional argument",
            "hint: a getter takes nothing; a signal is written by its setter: set_count(5), not count(5)",
        ),
        (
            r"'AsyncAccessor' can't be used in 'await'|AsyncAccessor can't be used in 'await'",
            "hint: what create_async gives is read, not awaited: user().name, in a function that is shown. "
            "To await an answer once, await the query itself: await get_user(1)",
        ),
        (
            r"__(init|call)__\(\) takes 1 positional argument but",
            "hint: options are given by name, For(each=...), and children in brackets",
        ),
        (
            r"'Context' object is not callable",
            "hint: a context is provided by Theme.Provider(value=...)[...], and read by use_context(Theme)",
        ),
        (
            r"'(int|str|bool|float|list|dict|tuple|NoneType)' object is not callable",
            "hint: a value stands where a function is meant, perhaps one that was called too early: "
            "untrack(count), not untrack(count())",
        ),
    )
)


def hint_for(error: BaseException) -> str | None:
    """What `error` is likely to come from, where it is one of those that everybody makes.

    >>> hint_for(TypeError("'method' object is not subscriptable"))[:50]
    'hint: a function stands where its value is meant. '
    >>> hint_for(ValueError("boom")) is None
    True
    """
    if isinstance(error, (TypeError, AttributeError)):
        text = str(error)
        for pattern, hint in _HINTS:
            if pattern.search(text):
                return hint
    return None
