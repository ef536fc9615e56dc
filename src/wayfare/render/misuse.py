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
from types import FunctionType
from typing import Final

from ..errors import UsageError
from ..html import Element
from ..reactive import required_arguments

_GETTER: Final = re.compile(r"bound method (?:Signal|Memo)\.read of &lt;(?:Signal|Memo) ([^&]*)&gt;&gt;")


class RenderWarning(UserWarning):
    """Something was rendered that nobody can have meant."""


def note_shown_getters(html: str) -> None:
    """Warns of a page that shows a getter, the function, in the place of its value."""
    if "bound method " in html and (found := _GETTER.search(html)) is not None:
        name = "" if found[1] == "unnamed" else f" of {found[1]!r}"
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
