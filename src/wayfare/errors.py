"""Every exception that Wayfare raises, in one tree.

::

    WayfareError
    ├── UsageError          a call that can't work as written (also a TypeError or ValueError where one fits)
    ├── LimitError          a bound was reached: says which one, its value, and where to change it
    └── InternalError       our bug, please report it
"""

from __future__ import annotations


class WayfareError(Exception):
    """The base of every exception that Wayfare raises on purpose."""


class UsageError(WayfareError):
    """A call that can't work as it is written. The message says what to write instead."""


class LimitError(WayfareError):
    """A bound was reached. The message names the limit, its value and where it is set."""


class InternalError(WayfareError):
    """Something that Wayfare promised itself did not hold. This is our bug: please report it."""
