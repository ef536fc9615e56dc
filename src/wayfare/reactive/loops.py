"""How failures are told: dependence on oneself, endless loops, and several errors at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NoReturn, ParamSpec

from ..errors import CycleError, LoopError

P = ParamSpec("P")

SHOWN = 10
"""How many names a message gives at most."""


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
    names = " -> ".join(step.name or "unnamed" for step in (memo, *reversed(way)))
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
    return LoopError(
        f"an endless loop: after {rounds} rounds the effects {', '.join(_names(nodes))} still set each other "
        "off. An effect that writes what it reads should read it with untrack(), or be a create_memo."
    )


def _names(nodes: Iterable[Any]) -> list[str]:
    return list(dict.fromkeys(node.name or "unnamed" for node in nodes))[:SHOWN]


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
