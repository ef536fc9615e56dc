"""Running actions: submissions, what a form is answered with, what a result sets off.

A run goes through the same steps whoever begins it (code, a form of a live page, a form without one). What
settles when is upstream's order:

    a redirect is handed to the router; what is stale now is fetched again, and waited for
    on_complete is called, the submission still pending in the list
    the result shows in the submission, or the submission goes where there is none
    whoever awaits the run goes on
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, cast

from ..errors import LimitError, UsageError, WayfareError
from ..reactive import Scope, create_signal, run_with_owner, untrack
from .action import Action
from .flight import Flight
from .intent import current_intent, provided
from .page_cache import PageCache, cache_of
from .responses import Response
from .runs import Outcome, Result, Run
from .shared import AppCache

logger = logging.getLogger("wayfare.data")

MAX_SUBMISSIONS: Final = 500
MAX_REMEMBERED: Final = 1000


class Submission:
    """One call of an action, while it runs and after. Its `result`, `error` and `pending` are reactive.

    `input` is the arguments it was called with, bound ones first; `url` the action's, without them; `id` its
    name.
    """

    __slots__ = ("_list", "_outcome", "_run", "_set", "id", "input", "tells_error", "url")

    def __init__(
        self,
        action: Action[..., Any],
        args: tuple[object, ...],
        id: str,
        into: SubmissionList,
        run: Callable[[Submission], Run[Outcome]],
        *,
        tells_error: bool,
    ) -> None:
        self.id = id
        self.url = action.base
        self.input = args
        self._list = into
        self._run = run
        self.tells_error = tells_error
        """Whether who awaits it is given its error: not for a form's, which nobody's code has called."""
        self._outcome, self._set = create_signal(cast("Outcome | None", None), equals=False)

    @property
    def result(self) -> Any:
        """What the action returned, once it has; `None` before, and after an error."""
        outcome = self._outcome()
        return None if outcome is None else outcome.result

    @property
    def error(self) -> BaseException | None:
        """What the action raised, if it has."""
        outcome = self._outcome()
        return None if outcome is None else outcome.error

    @property
    def pending(self) -> bool:
        """Whether it is running."""
        return self._outcome() is None

    def clear(self) -> None:
        """Take it out of the list. The action goes on, if it has not ended."""
        self._list.remove(self)

    def retry(self) -> Awaitable[Any]:
        """Run the action again with the same arguments, as this same submission. Awaited, it is like the
        first call; a form's gives `None` where the action raises, and shows the error.
        """
        return Result(self.run_again(), tells_error=self.tells_error)

    def run(self) -> Run[Outcome]:
        """Run the action, visibly here."""
        return self._run(self)

    def run_again(self) -> Run[Outcome]:
        """What `retry` does."""
        self._set(lambda _: None)
        return self.run()

    def settle(self, outcome: Outcome) -> None:
        """The run has come to this."""
        self._set(lambda _: outcome)

    def __repr__(self) -> str:
        return f"<Submission of {self.url}, {'pending' if self.pending else 'done'}>"


class Completed:
    """What `on_complete` is given: how a run ended. `retry()` in it makes the outcome that of another run."""

    __slots__ = ("_submission", "error", "input", "pending", "result", "retried", "url")

    def __init__(
        self, submission: Submission | None, outcome: Outcome, args: tuple[object, ...], url: str
    ) -> None:
        self._submission = submission
        self.input = args
        self.url = url
        self.result: Any = outcome.result
        self.error = outcome.error
        self.pending = False
        self.retried: Run[Outcome] | None = None

    def clear(self) -> None:
        """Take the submission out of the list."""
        if self._submission is not None:
            self._submission.clear()

    def retry(self) -> Awaitable[Any]:
        """Run the action again; what that comes to replaces this outcome."""
        if self._submission is None:
            raise UsageError(
                "A form that was sent without a live page can't be retried: its visitor waits for the answer."
            )
        self.retried = self._submission.run_again()
        return Result(self.retried, tells_error=self._submission.tells_error)


class SubmissionList:
    """The submissions of one page, in the order they began: a service of its scope."""

    def __init__(self) -> None:
        self.read, self._write = create_signal(cast("tuple[Submission, ...]", ()))
        self._remembered: dict[str, tuple[str, Run[Outcome]]] = {}

    def make_room(self) -> None:
        """Before another one begins: where the list is full, drop the oldest that is over."""
        current = untrack(self.read)
        if len(current) < MAX_SUBMISSIONS:
            return
        oldest = untrack(lambda: next((s for s in current if not s.pending), None))
        if oldest is None:
            raise LimitError(
                f"{len(current)} actions of this page are running at once, which is the limit "
                "(wayfare.data.submissions.MAX_SUBMISSIONS). Wait for some of them before you start more."
            )
        self.remove(oldest)

    def add(self, submission: Submission) -> None:
        self._write(lambda current: (*current, submission))

    def remove(self, submission: Submission) -> None:
        self._write(lambda current: tuple(s for s in current if s is not submission))

    def forget_completed(self) -> None:
        """Drop what is over. Called by the router when a navigation begins."""
        current = untrack(self.read)
        left = untrack(lambda: tuple(s for s in current if s.pending))
        if len(left) != len(current):
            self._write(lambda _: left)

    def once(self, id: str, action: Action[..., Any], begin: Callable[[], Run[Outcome]]) -> Run[Outcome]:
        """The run of this id: begun by the first call, and told again by later ones."""
        known = self._remembered.get(id)
        if known is not None:
            if known[0] != action.url:
                raise UsageError(
                    f"The submission id {id!r} has been used for {known[0]} already, and now comes with "
                    f"{action.url}."
                )
            return known[1]
        if len(self._remembered) >= MAX_REMEMBERED:
            over = next((key for key, (_, run) in self._remembered.items() if run.done), None)
            if over is None:
                raise LimitError(
                    f"{MAX_REMEMBERED} submissions of this page are running at once, which is the limit "
                    "(wayfare.data.submissions.MAX_REMEMBERED)."
                )
            del self._remembered[over]
        run = begin()
        self._remembered[id] = (action.url, run)
        return run


def submissions_of(scope: Scope) -> SubmissionList:
    """The submissions of a page, made at the first use."""
    return scope.service(SubmissionList, SubmissionList)


# running ---------------------------------------------------------------------


def begin(
    scope: Scope,
    action: Action[..., Any],
    args: tuple[object, ...],
    kwargs: dict[str, object],
    *,
    form: str | None = None,
) -> Run[Outcome]:
    """Run an action for a page, visibly in its submissions; `form` is the name of the submission of one."""
    submissions = submissions_of(scope)
    submissions.make_room()
    submission = _submission(scope, action, args, kwargs, form=form)
    # The function runs up to its first wait before the submission is in the list, as upstream's does.
    run = submission.run()
    submissions.add(submission)
    return run


def show_outcome(scope: Scope, action: Action[..., Any], args: tuple[object, ...], outcome: Outcome) -> None:
    """Show in a new page what a form came to that its visitor sent before there was one."""
    if outcome.empty:  # as in a live page, where such a submission goes
        return
    submission = _submission(scope, action, args, {}, form=scope.world.ids())
    scope.run(lambda: submission.settle(outcome))
    scope.run(lambda: submissions_of(scope).add(submission))


def _submission(
    scope: Scope,
    action: Action[..., Any],
    args: tuple[object, ...],
    kwargs: dict[str, object],
    *,
    form: str | None,
) -> Submission:
    cache = cache_of(scope)

    def run(submission: Submission) -> Run[Outcome]:
        return _spawn(scope, cache, action, args, kwargs, submission)

    all_args = (*action.bound, *args, *kwargs.values())
    id = form or scope.world.ids()
    return Submission(action, all_args, id, submissions_of(scope), run, tells_error=form is None)


def _spawn(
    scope: Scope,
    cache: PageCache,
    action: Action[..., Any],
    args: tuple[object, ...],
    kwargs: dict[str, object],
    submission: Submission | None,
) -> Run[Outcome]:
    run: Run[Outcome] = Run(action.name)

    async def work() -> None:
        current_intent.set(None)
        try:
            run.finish(await _work(scope, cache, cache.app, action, args, kwargs, submission))
        except Exception as error:
            run.fail(error)
        except BaseException as error:
            run.fail(error)
            raise

    scope.run(
        lambda: run_with_owner(None, lambda: scope.world.spawner.spawn(work(), name=f"action {action.name}"))
    )
    return run


async def _work(
    scope: Scope,
    cache: PageCache,
    app: AppCache,
    action: Action[..., Any],
    args: tuple[object, ...],
    kwargs: dict[str, object],
    submission: Submission | None,
) -> Outcome:
    outcome = await _outcome_of(action, args, kwargs)
    if outcome.error is not None:  # an error makes nothing stale
        retried = _settle(action, args, submission, outcome)
    elif scope.closed:  # the page has gone while the action ran: others may show what it changed
        await app.revalidate(outcome.response.revalidate if outcome.response is not None else None)
        retried = _settle(action, args, submission, outcome)
    else:
        with Flight(scope, cache, outcome) as flight:
            await flight.landed
            retried = _settle(action, args, submission, outcome)
    return outcome if retried is None else await retried


def _settle(
    action: Action[..., Any],
    args: tuple[object, ...],
    submission: Submission | None,
    outcome: Outcome,
) -> Run[Outcome] | None:
    """Call `on_complete`, then show the outcome; where that has been retried, the other run shows its own."""
    retried = _complete(action, submission, outcome, args)
    if retried is None and submission is not None:
        if outcome.empty:
            submission.clear()
        else:
            submission.settle(outcome)
    return retried


async def _outcome_of(
    action: Action[..., Any], args: tuple[object, ...], kwargs: dict[str, object]
) -> Outcome:
    try:
        value = await action.perform(args, kwargs)
    except Response as response:
        response.__traceback__ = None
        value = response
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        # something that it awaited was cancelled: an outcome, or whoever waits for one would wait for ever
        cancelled = WayfareError(f"The action {action.name!r} was cancelled, and not by Wayfare.")
        cancelled.__cause__ = error
        return Outcome(error=cancelled)
    except Exception as error:
        return Outcome(error=error)
    if isinstance(value, Response):
        return Outcome(result=value.data if value.has_data else None, response=value)
    return Outcome(result=value)


def _complete(
    action: Action[..., Any], submission: Submission | None, outcome: Outcome, args: tuple[object, ...]
) -> Run[Outcome] | None:
    if action.on_complete is None:
        return None
    given = submission.input if submission is not None else (*action.bound, *args)
    completed = Completed(submission, outcome, given, action.base)
    try:
        action.call_on_complete(completed)
    except Exception:
        logger.exception("on_complete of the action %s raised an exception", action.name)
    return completed.retried


def submit(scope: Scope, action: Action[..., Any], args: Sequence[object], *, id: str) -> Awaitable[Outcome]:
    """Run a form's action for a live page, at most once for each `id`: a repeated one is told the same
    outcome.

    `args` are what the form brings, usually one `FormData`. An exception of the action is in the outcome.
    """
    return submissions_of(scope).once(id, action, lambda: begin(scope, action, tuple(args), {}, form=id))


def run_without_page(action: Action[..., Any], args: Sequence[object], scope: Scope) -> Awaitable[Outcome]:
    """Run a form's action where no page is live. Nothing is tracked; what it makes stale in other pages is
    fetched there.

    `scope` is that of the request. Redirects are left to whoever answers it: see the outcome's `response`.
    """
    run: Run[Outcome] = Run(action.name)
    app = scope.service(AppCache, lambda: AppCache(scope.world))

    async def work() -> None:
        outcome = await _outcome_of(action, tuple(args), {})
        if outcome.error is None:
            keys = outcome.response.revalidate if outcome.response is not None else None
            if (cache := provided(scope, PageCache)) is not None:
                cache.invalidate(keys)
            app.revalidate(keys)
        _complete(action, None, outcome, tuple(args))
        run.finish(outcome)

    scope.run(
        lambda: run_with_owner(None, lambda: scope.world.spawner.spawn(work(), name=f"action {action.name}"))
    )
    return run
