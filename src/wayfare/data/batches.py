"""Many calls of one tick as one call: what `batch=True` does.

The calls that share a scope, and so the data they may see, are collected until the end of the tick and given
to the function as a list of argument tuples; it answers with a list of the same length and order.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Final, cast

from ..errors import UsageError

if TYPE_CHECKING:
    from ..reactive import Scope

MAX_BATCH: Final = 1000

_Call = Callable[[list[tuple[object, ...]]], object]


class Batches:
    """The calls of one query that wait for the end of the tick, by the scope they run in."""

    def __init__(self, name: str, call: _Call) -> None:
        self._name = name
        self._call = call
        self._open: dict[Scope, _Batch] = {}

    async def ask(self, scope: Scope, args: tuple[object, ...]) -> object:
        """Join the next call, and give this one's part of its answer."""
        batch = self._open.get(scope)
        if batch is None or len(batch.asked) >= MAX_BATCH:
            batch = self._open[scope] = _Batch(self._name, self._call)
            scope.world.clock.call_soon(lambda: self._send(scope, batch))
        future: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        batch.asked.append((args, future))
        try:
            return await future
        except asyncio.CancelledError:
            batch.left()
            raise

    def _send(self, scope: Scope, batch: _Batch) -> None:
        if self._open.get(scope) is batch:
            del self._open[scope]
        asked = [pair for pair in batch.asked if not pair[1].cancelled()]
        if asked:
            batch.asked = asked
            scope.run(
                lambda: setattr(
                    batch, "task", scope.world.spawner.spawn(batch.run(), name=f"query {self._name}, batch")
                )
            )


class _Batch:
    """One call for many."""

    def __init__(self, name: str, call: _Call) -> None:
        self._name = name
        self._call = call
        self.asked: list[tuple[tuple[object, ...], asyncio.Future[object]]] = []
        self.task: asyncio.Task[None] | None = None

    def left(self) -> None:
        """One of those who asked waits no longer; the call is called off with the last of them."""
        if self.task is not None and all(future.done() for _, future in self.asked):
            self.task.cancel()

    async def run(self) -> None:
        try:
            answers = self._call([args for args, _ in self.asked])
            if hasattr(type(answers), "__await__"):
                answers = await cast("Awaitable[object]", answers)
            parts = self._parts(answers)
        except Exception as error:
            for _, future in self.asked:
                if not future.done():
                    future.set_exception(error)
            return
        for (_, future), part in zip(self.asked, parts, strict=True):
            if future.done():
                continue
            if isinstance(part, BaseException):
                future.set_exception(part)
            else:
                future.set_result(part)

    def _parts(self, answers: object) -> Sequence[object]:
        if isinstance(answers, Sequence) and not isinstance(answers, (str, bytes)):
            parts = cast("Sequence[object]", answers)
            if len(parts) == len(self.asked):
                return parts
            got = f"a list of {len(parts)}"
        else:
            got = f"a {type(answers).__qualname__}"
        raise UsageError(
            f"query {self._name!r} has batch=True and was asked {len(self.asked)} calls at once: it has to "
            "return a list with "
            f"an answer for each, in the same order (an exception for one that failed), and returned {got}."
        )
