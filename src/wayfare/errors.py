"""Every exception that Wayfare raises, in one tree.

::

    WayfareError
    ├── UsageError          a call that can't work as written (also a TypeError or ValueError where one fits)
    │   ├── CycleError        a memo that depends on itself: names its members
    │   ├── ThreadError       signals used from a thread that is not the graph's
    │   ├── RouteError        a route, path or filter that can't work, found when routes are built
    │   ├── NotRoutableError  a target that no router can navigate to, or must not
    │   ├── NoRouterError     a router primitive that was used outside of a router
    │   ├── KeyArgumentError  an argument of a query that can't be part of a key
    │   ├── ReadOnlyError     a store that was changed where it is read, and not by its setter
    │   ├── NameTakenError    two queries or two actions with one name
    │   ├── SharedReadError   a query shared by several visitors that reads what belongs to one of them
    │   └── UnsafeResponseError  a redirect or header that would lead a visitor astray
    ├── FormError           a form that doesn't fit what the action takes: what is wrong with which fields
    ├── NotFollowedError    a query that answered with a redirect where there is no router to follow it
    ├── LimitError          a bound was reached: says which one, its value, and where to change it
    │   ├── LoopError         computations that go on setting each other off
    │   └── RedirectLoopError  more navigations in one transition than the limit
    └── InternalError       our bug, please report it
"""

from __future__ import annotations

import logging
from pathlib import Path
from types import TracebackType

_HERE = str(Path(__file__).parent)


class WayfareError(Exception):
    """The base of every exception that Wayfare raises on purpose."""


class UsageError(WayfareError):
    """A call that can't work as it is written. The message says what to write instead."""


class LimitError(WayfareError):
    """A bound was reached. The message names the limit, its value and where it is set."""


class InternalError(WayfareError):
    """Something that Wayfare promised itself did not hold. This is our bug: please report it."""


class RouteError(UsageError, ValueError):
    """A route, path or match filter that can't work. Raised when routes are built, never while matching."""


class NotRoutableError(UsageError, ValueError):
    """A target that no router can navigate to: another site, a script, control characters, far too long."""


class NoRouterError(UsageError, LookupError):
    """A router primitive was used where no router is above it."""


class RedirectLoopError(LimitError):
    """More navigations were begun before one of them finished than the limit allows."""


class KeyArgumentError(UsageError, TypeError):
    """An argument of a query that can't be part of a key, because no text stands for it alone."""


class ReadOnlyError(UsageError, AttributeError, TypeError):
    """A store was changed where it is read. The message says how it is written."""


class NameTakenError(UsageError, ValueError):
    """Two different queries, or two different actions, with one name. The message says where both are."""


class SharedReadError(UsageError, LookupError):
    """A query that visitors share reads what belongs to one of them. The message says what and where."""


class UnsafeResponseError(UsageError, ValueError):
    """A redirect or a header that could lead a visitor astray: another site, a script, a line break."""


class FormError(WayfareError, ValueError):
    """A form that doesn't fit what its action takes. `fields` maps a field's name to what is wrong there."""

    def __init__(self, message: str, fields: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.fields = fields or {}


class NotFollowedError(WayfareError):
    """A query answered with a redirect, and there is no router that could follow it."""


class CycleError(UsageError, RuntimeError):
    """A memo that depends on itself, directly or through others. The message names them in order."""


class ThreadError(UsageError, RuntimeError):
    """A signal was read or written from a thread that is not the graph's. The message names the safe call."""


class LoopError(LimitError, RuntimeError):
    """Computations that go on setting each other off. The message names them."""


def exc_info_of(error: BaseException) -> tuple[type[BaseException], BaseException, TracebackType | None]:
    """What a log shows of an error: the steps in the program's own code, where it has some.

    Between two of them there are dozens of ours, and what is wrong is in none of those. They stay where they
    come last and the error is not one that we raise on purpose, and everywhere if the logger `wayfare` is set
    to DEBUG.
    """
    steps: list[TracebackType] = []
    step = error.__traceback__
    while step is not None:
        steps.append(step)
        step = step.tb_next
    theirs = [at for at, step in enumerate(steps) if not _is_ours(step)]
    if (
        not theirs
        or isinstance(error, InternalError)
        or logging.getLogger("wayfare").isEnabledFor(logging.DEBUG)
    ):
        return type(error), error, error.__traceback__
    last = [] if isinstance(error, WayfareError) else steps[theirs[-1] + 1 :]
    shown: TracebackType | None = None
    for each in reversed([*(steps[at] for at in theirs), *last]):
        shown = TracebackType(shown, each.tb_frame, each.tb_lasti, each.tb_lineno)
    return type(error), error, shown


def _is_ours(step: TracebackType) -> bool:
    return step.tb_frame.f_code.co_filename.startswith(_HERE)
