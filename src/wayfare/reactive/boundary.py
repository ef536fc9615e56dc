"""Error boundaries: something else to show in place of what failed, and a way to try again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, overload

from .arity import accepted_arguments
from .owner import catch_error, on_cleanup
from .primitives import create_memo, create_signal, untrack
from .scope import Scope, current_scope

T = TypeVar("T")


@overload
def create_error_boundary(
    children: Callable[[], T], fallback: Callable[[Exception], T], *, name: str = ...
) -> Callable[[], T | None]: ...
@overload
def create_error_boundary(
    children: Callable[[], T], fallback: Callable[[Exception, Callable[[], None]], T], *, name: str = ...
) -> Callable[[], T | None]: ...
@overload
def create_error_boundary(
    children: Callable[[], T], fallback: Callable[[], T], *, name: str = ...
) -> Callable[[], T | None]: ...
def create_error_boundary(
    children: Callable[[], T], fallback: Callable[..., T], *, name: str = "ErrorBoundary"
) -> Callable[[], T | None]:
    """What to show of a boundary: `children()`, or after an error in it `fallback(error, reset)`.

    Parameters
    ----------
    children:
        Made again when the boundary is reset.
    fallback:
        Called untracked with the error and a function that tries again; it may take fewer.

    >>> def build():
    ...     return create_error_boundary(lambda: 1 / 0, lambda error: f"sorry: {error}")
    >>> create_root(build)()
    'sorry: division by zero'

    Upstream: https://docs.solidjs.com/reference/components/error-boundary
    """
    error, set_error = create_signal(_NONE, name=f"{name} error")
    offered = accepted_arguments(fallback, 2)
    scope = current_scope()

    def reset() -> None:
        set_error(_NONE)

    scope.boundaries[reset] = None
    on_cleanup(lambda: scope.boundaries.pop(reset, None))

    def view() -> T | None:
        found = error()
        if found is not _NONE:
            return untrack(lambda: fallback(*(found, reset)[:offered]))
        return catch_error(children, lambda raised: set_error(lambda kept: shown(kept, raised)))

    return create_memo(view, name=name)


def shown(kept: Any, raised: Exception) -> Any:
    """Which of two errors a boundary shows: the first. A later one may only miss the value that it cost."""
    return raised if kept is _NONE else kept


class _None:
    """No error."""


_NONE: Any = _None()


def reset_error_boundaries(scope: Scope | None = None) -> None:
    """Let every error boundary of the scope (default: the current one) try again, as a navigation does.

    >>> divisor, set_divisor = create_signal(0)
    >>> view = create_root(lambda: create_error_boundary(lambda: 6 // untrack(divisor), lambda: "sorry"))
    >>> view(), set_divisor(2), view(), reset_error_boundaries(), view()
    ('sorry', 2, 'sorry', None, 3)
    """
    for reset in list((scope or current_scope()).boundaries):
        reset()
