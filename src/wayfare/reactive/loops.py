"""How failures are told: dependence on oneself, endless loops, and several errors at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NoReturn, ParamSpec

from ..errors import CycleError, LoopError
from .naming import label_of

P = ParamSpec("P")

SHOWN = 10
"""How many names a message gives at most, and how many rounds of effects it gathers them from."""


def cycle(asking: list[tuple[Any, Any]], reader: Any, memo: Any) -> CycleError | None:
    """Whether `memo`, which is running, is read by what its own run has asked for.

    `asking` says who is waiting for which memo's run, innermost last. From the reader back to the memo is the
    way.
    """
    way = [memo]
    node = reader
    for waiting, asked in reversed(asking):
        if node is memo:
            break
        if asked is node:
            way.append(node)
            node = waiting
    if node is not memo:
        return None
    names = " -> ".join(_name(step) for step in (memo, *reversed(way)))
    return CycleError(
        f"a cycle: {names}. A memo can't depend on itself, neither directly nor through others. Read the "
        "previous value from the function's parameter, or use untrack() for the one read that is not meant "
        "as a dependency."
    )


def endless_writes(nodes: Iterable[Any]) -> LoopError:
    """Pure computations write what they read."""
    names = _names(nodes)
    each, they = ("each other", "they read") if len(names) > 1 else ("itself", "it reads")
    return LoopError(
        f"an endless loop: {', '.join(names)} went on setting off {each} by writing what {they}. "
        "Read with untrack() what is only written back, or compute the value with create_memo instead of "
        "writing it."
    )


def endless_rounds(nodes: Iterable[Any], rounds: int) -> LoopError:
    """Effects write what effects read, round after round."""
    names = _names(nodes)
    who = (
        f"effects {', '.join(names)} still set each other"
        if len(names) > 1
        else f"effect {names[0]} still sets itself"
    )
    return LoopError(
        f"an endless loop: after {rounds} rounds the {who} off. An effect that writes what it reads should "
        "read it with untrack(), or be a create_memo."
    )


def _names(nodes: Iterable[Any]) -> list[str]:
    return list(dict.fromkeys(_name(node) for node in nodes))[:SHOWN]


def _name(node: Any) -> str:
    """A node's name, or where it is."""
    return node.name if node.name and node.name != "<lambda>" else label_of(node)


def attempt(
    failures: list[BaseException], fn: Callable[P, object], *args: P.args, **kwargs: P.kwargs
) -> None:
    """Call `fn`; what it raises is put with the other failures, so that what is due after it happens."""
    try:
        fn(*args, **kwargs)
    except BaseException as error:
        failures.append(error)


def raise_failures(failures: list[BaseException]) -> NoReturn:
    """Raise what a flush has gathered: one error as it is, several as a group."""
    if len(failures) == 1:
        raise failures[0]
    raise BaseExceptionGroup("several computations failed, with no catch_error above them", failures)
