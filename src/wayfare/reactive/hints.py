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
_HINTS: Final = tuple(
    (re.compile(pattern), hint)
    for pattern, hint in (
        (r"between instances of .*'(method|function|AsyncAccessor)'", _GETTER),
        (r"unsupported operand .*'(method|function|AsyncAccessor)'", _GETTER),
        (r"can only concatenate str \(not \"(method|function|AsyncAccessor)\"\)", _GETTER),
        (r"^'(method|function|AsyncAccessor)' object (has no attribute|is not)", _GETTER),
        (r"^object of type '(method|function|AsyncAccessor)' has no len", _GETTER),
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
