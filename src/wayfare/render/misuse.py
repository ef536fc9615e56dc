"""Mistakes that can't be seen where they are made, and what is said of them where they show.

A getter that was not called, a component that forgot its return, a function that is read but wants arguments:
each renders something, or nothing, and no line of it is wrong by itself.
"""

from __future__ import annotations

import ast
import dis
import inspect
import re
import textwrap
import warnings
from collections.abc import Callable
from html import unescape
from types import FunctionType
from typing import Any, Final

from ..errors import UsageError
from ..html import Element, HandlerWarning
from ..reactive import Owner, OwnerWarning, required_arguments

_GETTER: Final = re.compile(
    r"bound method (?:Signal|Memo)\.read of &lt;(?:Signal|Memo) (?P<plain>[^&]*)&gt;&gt;"
    r"|&lt;(?:AsyncAccessor|Resource) (?P<loaded>(?:[^&<:]|&lt;\w+&gt;)+)(?:: \w+)?&gt;"
)
_SIGNS_OF_GETTERS: Final = ("bound method ", "&lt;AsyncAccessor ", "&lt;Resource ")


class RenderWarning(UserWarning):
    """Something was rendered that nobody can have meant."""


def note_shown_getters(html: str) -> None:
    """Warns of a page that shows a getter, the function, in the place of its value."""
    if any(sign in html for sign in _SIGNS_OF_GETTERS) and (found := _GETTER.search(html)) is not None:
        shown = unescape(found["plain"] or found["loaded"])
        name = "" if shown == "unnamed" else f" of {shown!r}"
        warnings.warn(
            f"the page shows a getter{name} itself, not its value. In a text, call it, and put the text in a "
            'function, which is read again when the value changes: p[lambda: f"{count()} clicks"], not '
            'p[f"{count} clicks"]. The index in For is a getter, too.',
            RenderWarning,
            stacklevel=3,
        )


def note_forgotten_return(function: Callable[..., object], name: str) -> None:
    """Warns of a component that makes an element in its last line, and returns nothing."""
    if type(function) is not FunctionType or not _returns_nothing(function):
        return
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError):
        return
    found = tree.body[0] if tree.body else None
    last = found.body[-1] if isinstance(found, ast.FunctionDef) else None
    if not isinstance(last, ast.Expr):
        return
    maker = last.value
    while isinstance(maker, ast.Subscript | ast.Call):
        maker = maker.value if isinstance(maker, ast.Subscript) else maker.func
    if isinstance(maker, ast.Name) and isinstance(function.__globals__.get(maker.id), Element):
        warnings.warn_explicit(
            f"the component {name} returns nothing: its last line makes a <{maker.id}> and drops it. Write "
            f"return {ast.unparse(last.value):.40}...",
            RenderWarning,
            function.__code__.co_filename,
            function.__code__.co_firstlineno,
        )


def _returns_nothing(function: FunctionType) -> bool:
    """Whether every way through a function ends without a value."""
    before: dis.Instruction | None = None
    for step in dis.get_instructions(function):
        if step.opname == "RETURN_VALUE" and not (
            before is not None and before.opname == "LOAD_CONST" and before.argval is None
        ):
            return False
        if step.opname == "RETURN_CONST" and step.argval is not None:
            return False
        if step.opname == "RETURN_GENERATOR":
            return False
        before = step
    return True


def note_dropped_answer(function: Callable[..., object], where: str, answer: object) -> None:
    """Warns of a response that a handler returns: what it returns goes nowhere."""
    if answer is not None and (hint := why_not_from_a_handler(answer)):
        text = f"the {where} returned {answer}, and nothing comes of what a handler returns. {hint}"
        _warn_of(function, text, HandlerWarning)


def why_not_from_a_handler(given: object) -> str | None:
    """What to write instead of `given` in a handler, where it is meant for elsewhere."""
    return getattr(type(given), "__not_from_a_handler__", None)


def note_made_by_a_handler(function: Callable[..., object], where: str, owner: Owner) -> None:
    """Warns of what a handler made under `owner`, its own: each event adds one, until the component goes."""
    made = next(iter(owner.owned or ()), None)
    if made is None:
        return
    _warn_of(
        function,
        f"the {where} made {made.name!r}, which runs until its component goes, and makes one more at each "
        "event. Call create_async, create_memo, create_effect and hooks such as use_submission in the "
        "component's body. In a handler, await what is wanted once: user = await get_user(1), in async def.",
        OwnerWarning,
    )


def _warn_of(function: Any, text: str, category: type[Warning]) -> None:
    """Warn where `function` is written, once for each text unless the program's filters want it otherwise."""
    code = getattr(function, "__code__", None)
    if code is None:
        warnings.warn(text, category, stacklevel=3)
    else:
        registry = function.__globals__.setdefault("__warningregistry__", {})
        warnings.warn_explicit(text, category, code.co_filename, code.co_firstlineno, registry=registry)


def check_takes_nothing(fn: Callable[..., object], what: str, error: TypeError) -> None:
    """Says what to write, where a function that is read was written to be called with something."""
    wanted = required_arguments(fn)
    if wanted:
        name = getattr(fn, "__qualname__", None) or repr(fn)
        hint = ". Is it an action? Then decorate it with @action" if "'action'" in what else ""
        raise UsageError(
            f"{what} is read, and so called with nothing, but {name} wants {wanted} arguments{hint}. Bind "
            "them: lambda: card(user)"
        ) from error


def why_not_in_a_body(component: str, source: str) -> str:
    """Why a component can't wait for what it loads itself."""
    return (
        f"the component {component} reads {source!r} in its body, which runs once, and "
        "before that can have arrived. Read it where it is shown, in a function: p[lambda: user().name]"
    )
