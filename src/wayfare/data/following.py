"""What components hold on to: a function that runs an action, and the submissions it has made."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any, ParamSpec, TypeVar, cast, overload

from ..errors import UsageError
from ..reactive import create_memo, current_scope
from .action import Action
from .runs import Result
from .submissions import Submission, begin, submissions_of

P = ParamSpec("P")
R = TypeVar("R")


def use_action(action: Action[P, R]) -> Callable[P, Awaitable[R]]:
    """A function that runs the action for the current page, at once; what it returns can be awaited for the
    result.

    An exception of the action is raised there; the run is over when what it made stale has been fetched
    again.

    Source: https://docs.solidjs.com/solid-router/reference/data-apis/use-action
    """
    _check("use_action", action)
    scope = current_scope()
    known = cast("Action[..., Any]", action)

    def run(*args: P.args, **kwargs: P.kwargs) -> Awaitable[R]:
        return cast("Awaitable[R]", Result(begin(scope, known, args, cast("dict[str, object]", kwargs))))

    return run


class Submissions(Sequence[Submission]):
    """The submissions of one action: a reactive sequence, in the order they began. Made by
    `use_submissions`.
    """

    __slots__ = ("_read",)

    def __init__(self, read: Callable[[], tuple[Submission, ...]]) -> None:
        self._read = read

    @overload
    def __getitem__(self, index: int) -> Submission: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Submission, ...]: ...
    def __getitem__(self, index: int | slice) -> Submission | tuple[Submission, ...]:
        return self._read()[index]

    def __len__(self) -> int:
        return len(self._read())

    def __iter__(self) -> Iterator[Submission]:
        return iter(self._read())

    @property
    def pending(self) -> bool:
        """Whether one of them is running."""
        return any(submission.pending for submission in self._read())


class LatestSubmission:
    """The submission that began last. Where there is none, everything is `None` and nothing happens."""

    __slots__ = ("_read",)

    def __init__(self, read: Callable[[], tuple[Submission, ...]]) -> None:
        self._read = read

    @property
    def _last(self) -> Submission | None:
        found = self._read()
        return found[-1] if found else None

    @property
    def input(self) -> tuple[Any, ...] | None:
        """The arguments it was called with."""
        return None if (last := self._last) is None else last.input

    @property
    def result(self) -> Any:
        """What the action returned."""
        return None if (last := self._last) is None else last.result

    @property
    def error(self) -> BaseException | None:
        """What the action raised."""
        return None if (last := self._last) is None else last.error

    @property
    def pending(self) -> bool | None:
        """Whether it is running."""
        return None if (last := self._last) is None else last.pending

    @property
    def url(self) -> str | None:
        """The action's url, without bound arguments."""
        return None if (last := self._last) is None else last.url

    def clear(self) -> None:
        """Take it out of the list."""
        if (last := self._last) is not None:
            last.clear()

    def retry(self) -> Awaitable[Any] | None:
        """Run it again."""
        return None if (last := self._last) is None else last.retry()


def use_submissions(
    action: Action[..., Any], filter: Callable[[tuple[Any, ...]], object] | None = None
) -> Submissions:
    """The submissions of an action in this page, all its bindings included; `filter` takes a submission's
    input.

    Source: https://docs.solidjs.com/solid-router/reference/data-apis/use-submissions
    """
    _check("use_submissions", action)
    return Submissions(_matching(action, filter))


def use_submission(
    action: Action[..., Any], filter: Callable[[tuple[Any, ...]], object] | None = None
) -> LatestSubmission:
    """The newest submission of an action in this page.

    `filter` is given the input of each, and chooses.

    Source: https://docs.solidjs.com/solid-router/reference/data-apis/use-submission
    """
    _check("use_submission", action)
    return LatestSubmission(_matching(action, filter))


def _check(what: str, action: object) -> None:
    if not isinstance(action, Action):
        raise UsageError(
            f"{what} takes an action, and got {action!r:.80}. Decorate the function with @action."
        )


def _matching(
    action: Action[..., Any], filter: Callable[[tuple[Any, ...]], object] | None
) -> Callable[[], tuple[Submission, ...]]:
    everything = submissions_of(current_scope()).read
    base = action.base
    return create_memo(
        lambda: tuple(s for s in everything() if s.url == base and (filter is None or filter(s.input)))
    )
