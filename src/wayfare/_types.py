"""The vocabulary that every layer shares: accessors, and the outside world as it is passed in.

The clock, the spawner and the id source are parameters (design decision 12), so that a test can move
time by hand and every run is the same.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Protocol, TypeVar

T_co = TypeVar("T_co", covariant=True)
T = TypeVar("T")


class Accessor(Protocol[T_co]):
    """A reactive read: calling it gives the value and subscribes whoever is running."""

    def __call__(self) -> T_co: ...


class Timer(Protocol):
    """A call that has been put off, and can be called off."""

    def cancel(self) -> None: ...


class Clock(Protocol):
    """Time in seconds from an arbitrary start, never going back, and calls that wait for it."""

    def now(self) -> float: ...
    def call_later(self, delay: float, fn: Callable[[], object]) -> Timer: ...
    def call_soon(self, fn: Callable[[], object]) -> Timer: ...


class Spawner(Protocol):
    """Starts coroutines. One begins executing at the call and runs up to its first suspension."""

    def spawn(self, coro: Coroutine[object, object, T], *, name: str) -> asyncio.Task[T]: ...


class World(Protocol):
    """What a program takes from outside: time, tasks and unguessable names."""

    @property
    def clock(self) -> Clock: ...
    @property
    def spawner(self) -> Spawner: ...
    @property
    def ids(self) -> Callable[[], str]: ...


class Description:
    """Base of everything that is described now and mounted later: component calls, control flow, providers.

    A description is plain data. It is cheap to build, may be built many times and be thrown away; only
    mounting it (the render layer's work) creates owners and effects (design decision 2).
    """

    __slots__ = ()

    # Brackets take children. Without this, Python would take them for an index, and iterate for ever.
    __iter__ = None
