"""One live page: an owner tree that speaks messages, whatever carries them (design decisions 1, 8, 9, 14).

    messages, numbered by the client ──► receive ──► handlers, router ──► what changes
                                                                               │
    frames, numbered by the page     ◄── Frames (frames.py) ◄──────────────────┘

The page is an actor: `receive` handles one message at a time, in order and each number once. An `async`
handler is spawned and holds up nothing. A carrier attaches with `connect`, is told by its `wake` that there
is something to send, and takes it with `frames_after`. Several carriers may come one after another; the page
does not know what they are.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass

from ..data import FirstResponse, Visibility
from ..errors import NotRoutableError, UsageError, WayfareError, exc_info_of
from ..reactive import Scope
from ..render import Component, Mount, Suspense, mount_root
from ..render import Head as PageHead
from ..routing import Browser, HistoryCommand
from ..routing import Push as Entry
from ..wire import (
    AnyClientMessage,
    EventMessage,
    Guard,
    Moved,
    Navigate,
    Notice,
    PageOp,
    Preload,
    Push,
    Routing,
    Visible,
)
from .events import read_event
from .frames import Frames
from .limits import Limits
from .ops import notes_of, window_op
from .outbox import Kept, OutboxStatistics

log = logging.getLogger("wayfare.page")


class OutOfOrderError(WayfareError):
    """A client skipped a number: a message is lost, and what comes after it can't be trusted."""


@dataclass(frozen=True, slots=True)
class PageStatistics:
    """A snapshot of one page."""

    id: str
    url: str
    handled: int
    running_handlers: int
    attached: bool
    outbox: OutboxStatistics


class Page:
    """One live page.

    Args:
        root: the component that it shows.
        scope: what the page is to the layers below. The page closes it.
        url: path, query and hash that the page is at.
        state: the state of its history entry.
        title: the document's title where no component sets one.
        root_path: the path that the app is mounted under.
        limits: the bounds that it keeps.
    """

    def __init__(
        self,
        root: Component[...],
        *,
        scope: Scope,
        url: str,
        state: object = None,
        title: str = "",
        root_path: str = "",
        limits: Limits | None = None,
    ) -> None:
        self._root = root
        self._limits = limits if limits is not None else Limits()
        self.scope = scope
        self.id = scope.world.ids()
        self.browser = Browser(
            url,
            state,
            send=self._command,
            routing=lambda routing: self._frames.tell(Routing(routing)),
            guarded=lambda guarded: self._frames.tell(Guard(guarded)),
            root_path=root_path,
        )
        self.visibility = Visibility()
        scope.provide(Browser, self.browser)
        scope.provide(Visibility, self.visibility)
        self._first_response = FirstResponse()
        scope.provide(FirstResponse, self._first_response)
        self.head = PageHead(title)
        scope.provide(PageHead, self.head)
        self._handled = 0
        self._frames = Frames(
            scope, self._limits, self.head, handled=lambda: self._handled, report=self._report
        )
        self.outbox = self._frames.outbox
        self._mount: Mount | None = None
        self._closed = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._early: Callable[[], None] | None = None
        self._loop = asyncio.get_running_loop()

    # First render.

    def mount(self) -> None:
        """Mount the root. What it raises with no boundary around it comes out here."""
        # A page has a boundary at its root, so that a read of what is not there yet needs no guard anywhere.
        body = Suspense(fallback=None)[self._root.offer({})]
        self._mount = self.scope.run(lambda: mount_root(body, self._frames.push, name="page"))
        self.head.on_change = self._frames.head_changed

    async def ready(self, seconds: float | None = None) -> None:
        """Mount, and wait until nothing suspends or is deferred, the first render is redirected, or the time
        is up.

        Args:
            seconds: how long to wait at most; None for `Limits.first_render_seconds`.

        What fails meanwhile with no boundary around it comes out here, as what fails in mounting does.
        """
        if self._mount is None:
            self.mount()
        mount = self._require_mount()
        clock = self.scope.world.clock
        over = clock.now() + (self._limits.first_render_seconds if seconds is None else seconds)
        # What is deferred may show something that suspends, and the other way round.
        while self.browser.redirected is None and not self._closed and clock.now() < over:
            if mount.waiting:
                await self._first_of(mount.when_ready, over)
            elif self._first_response.held:
                await self._first_of(self._first_response.when_free, over)
            else:
                break

    async def _first_of(self, when: Callable[[Callable[[], None]], object], over: float) -> None:
        """Wait for one thing, a redirect, an error, the end of the page, or until the time is over."""
        ready: asyncio.Future[None] = self._loop.create_future()
        when(lambda: _resolve(ready))
        self._early = lambda: _resolve(ready)
        self.browser.on_redirect = self._early
        clock = self.scope.world.clock
        timer = clock.call_later(over - clock.now(), self._early)
        self.scope.on_error = lambda error: _fail(ready, error)
        try:
            await ready
        finally:
            timer.cancel()
            self._early = self.browser.on_redirect = self.scope.on_error = None

    async def first_html(self, seconds: float | None = None) -> str:
        """The body for the first response; what is not there in time comes in frames.

        Args:
            seconds: how long to wait at most; None for `Limits.first_render_seconds`.

        Returns:
            The HTML of slot 1, with its markers.
        """
        await self.ready(seconds)
        html = self._require_mount().html()
        self._show()
        return html

    def _show(self) -> None:
        self._frames.shown = True
        self.scope.services.pop(FirstResponse, None)
        self.browser.is_first_render = False
        # What fails from here on ends neither the page nor whoever set it off: a message, another visitor's
        # revalidation, an answer that arrives.
        self.scope.on_error = self._unhandled

    def _require_mount(self) -> Mount:
        if self._mount is None:
            raise UsageError(
                f"The page at {self.browser.url!r} is not mounted: await page.first_html() first."
            )
        return self._mount

    # Messages in.

    @property
    def handled(self) -> int:
        """The highest number of the client's messages that was handled."""
        return self._handled

    @property
    def closed(self) -> bool:
        """Whether the page has ended."""
        return self._closed

    def receive(self, n: int, message: AnyClientMessage) -> None:
        """Handle one message. A number that was handled before is passed over; 0 is no number.

        Raises:
            OutOfOrderError: a number is missing before this one.
        """
        if self._closed:
            return
        if n:
            if n <= self._handled:
                return
            if n != self._handled + 1:
                raise OutOfOrderError(
                    f"Message {n} came after message {self._handled}: one in between is missing."
                )
            self._handled = n
        try:
            self.scope.run(lambda: self._handle(message))
        except NotRoutableError as error:
            self._notice("not-routable", str(error))
        except Exception as error:
            self._report(error, f"the message {type(message).__name__}")

    def _handle(self, message: AnyClientMessage) -> None:
        browser = self.browser
        if isinstance(message, EventMessage):
            self._dispatch(message)
        elif isinstance(message, Navigate):
            if self._url_fits(message.url):
                browser.link(message.url, replace=message.replace, scroll=message.scroll, state=message.state)
        elif isinstance(message, Moved):
            if self._url_fits(message.url):
                self._moved(message)
        elif isinstance(message, Preload):
            if self._url_fits(message.url):
                browser.preload(message.url, message.data)
        elif isinstance(message, Visible):
            self.visibility.set(message.visible)

    def _moved(self, message: Moved) -> None:
        unseen = self._frames.passed_over(message.seen)
        self.browser.moved(message.url, message.state, message.delta, unseen)

    def _url_fits(self, url: str) -> bool:
        if len(url) <= self._limits.url_characters:
            return True
        self._notice("url-too-long", f"A URL of {len(url)} characters is longer than Limits.url_characters.")
        return False

    def _dispatch(self, message: EventMessage) -> None:
        mount = self._require_mount()
        if not mount.handles(message.id, message.name):
            # Ordinary, not an error: the element was replaced while the event was on its way.
            log.debug("page %s: no element %d listens to %r any more", self.id, message.id, message.name)
            return
        if len(self._tasks) >= self._limits.running_handlers:
            self._notice(
                "busy",
                f"The event was not handled: {len(self._tasks)} handlers are at work, as many as "
                "Limits.running_handlers allows.",
            )
            return
        coroutine = mount.dispatch(message.id, message.name, read_event(message))
        if coroutine is not None:
            self._spawn(coroutine, f"{message.name} handler of page {self.id}")

    def _spawn(self, coroutine: Coroutine[object, object, None], name: str) -> None:
        task = self.scope.world.spawner.spawn(self._watched(coroutine, name), name=name)
        if not task.done():
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _watched(self, coroutine: Coroutine[object, object, None], name: str) -> None:
        try:
            await coroutine
        except Exception as error:
            self._report(error, f"the {name}")

    def _report(self, error: Exception, where: str) -> None:
        """An error that no boundary took: to the log with the component's name, and to the visitor in
        words that give nothing away."""
        log.error(
            "page at %r: %s raised %s: %s%s",
            self.browser.url,
            where,
            type(error).__name__,
            error,
            notes_of(error),
            exc_info=exc_info_of(error),
        )
        self._notice("error", "Something went wrong on the server. It has been logged.")

    def _unhandled(self, error: Exception) -> None:
        self._report(error, "what it shows")

    # Frames out.

    def _notice(self, code: str, text: str) -> None:
        self._frames.push(Notice(code, text))

    def _command(self, command: HistoryCommand) -> None:
        """What the router tells the window to do."""
        op = window_op(command)
        if isinstance(op, Push) and isinstance(command, Entry):
            self._frames.tell_entry(command, op)
        else:
            self._frames.tell(op)

    # Carriers.

    def connect(self, wake: Callable[[], None]) -> None:
        """A carrier takes over. It is called whenever there is something to send."""
        self._frames.connect(wake)

    def disconnect(self, wake: Callable[[], None]) -> None:
        """The carrier is gone; nothing happens where another has taken over."""
        self._frames.disconnect(wake)

    @property
    def attached(self) -> bool:
        """Whether a carrier is there."""
        return self._frames.attached

    def frames_after(self, seq: int) -> list[Kept] | None:
        """The frames after number `seq`, or None where they were dropped and `fresh` is due."""
        return self._frames.after(seq)

    def fresh(self, first: Sequence[PageOp] = ()) -> tuple[int, bytes]:
        """Everything as it is now, for a browser that can't be brought up to date by a replay.

        Args:
            first: what is told in the same frame, before it.

        Returns:
            The number that the browser has applied with it, and the encoded operations.
        """
        html = self._require_mount().html()
        self._show()
        return self._frames.fresh(html, self.id, first)

    # Life.

    def call_threadsafe(self, fn: Callable[[], object]) -> None:
        """Call `fn` in the page's scope soon, from any thread. What it raises is logged."""

        def call() -> None:
            if not self._closed:
                try:
                    self.scope.run(fn)
                except Exception as error:
                    self._report(error, f"a call from another thread ({getattr(fn, '__qualname__', fn)})")

        self._loop.call_soon_threadsafe(call)

    @property
    def idle(self) -> bool:
        """Whether nothing is under way: no handler, no transition, nothing to send, nothing suspended."""
        return not (
            self._tasks
            or self._frames.waiting
            or self.scope.transition is not None
            or (self._mount is not None and self._mount.waiting)
        )

    async def settled(self) -> None:
        """Wait until nothing is under way any more. What waits for the clock goes on waiting."""
        while not self.idle and not self._closed:
            moved: asyncio.Future[None] = self._loop.create_future()

            def wake(_: object = None, moved: asyncio.Future[None] = moved) -> None:
                _resolve(moved)

            tasks = list(self._tasks)
            for task in tasks:
                task.add_done_callback(wake)
            if self.scope.transition is not None:
                self.scope.transition.done.when_done(wake)
            if self._mount is not None and self._mount.waiting:
                self._mount.when_ready(wake)
            if self._frames.waiting:
                self.scope.world.clock.call_soon(wake)
            try:
                await moved
            finally:
                for task in tasks:
                    task.remove_done_callback(wake)

    def close(self) -> None:
        """End the page: every cleanup runs, its handlers are cancelled, nothing is sent any more."""
        if self._closed:
            return
        self._closed = True
        self._frames.close()
        for task in list(self._tasks):
            task.cancel()
        if self._early is not None:
            self._early()
        for end in (self._dispose, self.scope.close):
            try:
                end()
            except Exception as error:
                notes = notes_of(error)
                log.error("page at %r: closing it raised%s", self.browser.url, notes, exc_info=error)

    def _dispose(self) -> None:
        if self._mount is not None:
            self.scope.run(self._mount.dispose)

    def statistics(self) -> PageStatistics:
        """What the page is doing."""
        return PageStatistics(
            id=self.id,
            url=self.browser.url,
            handled=self._handled,
            running_handlers=len(self._tasks),
            attached=self.attached,
            outbox=self.outbox.statistics(),
        )

    def __repr__(self) -> str:
        return f"<Page {self.browser.url}>"


def _resolve(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


def _fail(future: asyncio.Future[None], error: Exception) -> None:
    if not future.done():
        future.set_exception(error)
    elif future.cancelled() or future.exception() is not error:
        log.error("another failure of the same first render: %s%s", error, notes_of(error), exc_info=error)
