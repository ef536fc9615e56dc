"""`App`: the ASGI application around a root component.

    http       /_wayfare/<hash>/...   the client's modules          /static/...   files of the site
               POST                   an action                     GET, HEAD     a page
    websocket  /_wayfare/socket       a page's conversation

Plain ASGI: it runs under any server, and under a path of another application. Everything is made at the first
request, because an application that is mounted in another one hears of no lifespan; one that does hear of it
checks its routes before anybody asks for a page.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from starlette.requests import HTTPConnection
from starlette.requests import Request as HttpRequest
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Send
from starlette.types import Scope as AsgiScope
from starlette.websockets import WebSocket

from .._types import Description, World
from .._world import AsyncioWorld
from ..data import AppCache, Keys
from ..errors import UsageError
from ..html import Element, Node
from ..page import Limits, notes_of
from ..render import Component, as_component
from ..wire import Close
from .assets import BASE, ClientAssets, StaticFolders
from .forms import Forms
from .pages import Pages
from .registry import Entry, Registry, RegistryStatistics
from .request import is_secure, read_request, root_path
from .routes import check_routes
from .security import DEFAULT_POLICY, check_origins, common_headers, cross_site_socket, host_refused
from .session import Sessions
from .socket import Conversation, serve_socket

log = logging.getLogger("wayfare.server")

SOCKET = f"{BASE}socket"


@dataclass(frozen=True, slots=True)
class AppStatistics:
    """A snapshot of one app on one worker. `app.statistics()` takes it.

    Attributes:
        pages: of its live pages.
        running_submissions: form posts that are at work.
        remembered_submissions: form posts whose outcome is known still, should they be sent once more.
        waiting_flashes: outcomes of posts made without JavaScript that wait for the browser's next page.
        sockets: open connections.

    >>> import asyncio
    >>> from wayfare.testing import open_page
    >>> async def visit():
    ...     app = App(lambda: p["Hello"], secret="only for this page")
    ...     async with open_page(app):
    ...         return app.statistics().pages.attached
    >>> asyncio.run(visit())
    1
    """

    pages: RegistryStatistics
    running_submissions: int
    remembered_submissions: int
    waiting_flashes: int
    sockets: int


class App:
    """A live site as an ASGI application: `uvicorn main:app`, or mounted in Starlette or FastAPI.

    Args:
        root: the component that every page shows, usually one that returns a `Router`; a function without
            parameters will do.
        static: a folder of files to serve under `/static`, or a mapping from path to folder.
        title: the document's title where no component sets one.
        lang: the document's language.
        secret: what session cookies are signed with: the same on every worker, kept out of the code. Without
            one, each process makes its own, and sessions end with it.
        limits: the bounds; see `Limits`.
        fanout: how workers tell each other of changes: `"memory://"`, one worker.
        hosts: the host names that the site answers to, without port; `"*.example.org"` means any below. By
            default all. Name them where the site is on a loopback or private address.
        trusted_origins: further origins whose pages may post forms and open sockets here, such as
            `"https://www.example.org"` where a proxy changes the host.
        content_security_policy: directives that replace or join the default policy's, by name; one that is
            None is left out.
        debug: show tracebacks in the browser.
        world: clock, tasks and ids; for tests.

    Raises:
        UsageError: an argument can't be what it has to be.

    >>> from wayfare.html import p
    >>> App(lambda: p["Hello"])
    <App <lambda>>
    >>> App("x")
    Traceback (most recent call last):
    ...
    wayfare.errors.UsageError: App(root) takes a component or a function that returns one, not 'x'
    """

    def __init__(
        self,
        root: Component[...] | Callable[[], Node] | Description,
        *,
        static: str | os.PathLike[str] | Mapping[str, str | os.PathLike[str]] | None = None,
        title: str | None = None,
        lang: str = "en",
        secret: str | None = None,
        limits: Limits | None = None,
        fanout: str = "memory://",
        hosts: Sequence[str] | None = None,
        trusted_origins: Sequence[str] = (),
        content_security_policy: Mapping[str, str | None] | None = None,
        debug: bool = False,
        world: World | None = None,
    ) -> None:
        self._root = _root_component(root)
        self._static = StaticFolders(static)
        self._title = title or ""
        self._lang = lang
        self._secret = _checked_secret(secret)
        self.limits = limits if limits is not None else Limits()
        if fanout != "memory://":
            raise UsageError(
                f"App(fanout={fanout!r}): this version tells changes to the pages of one process only: "
                "leave fanout out, or write 'memory://', and run one worker."
            )
        self._hosts = _checked_hosts(hosts)
        self._trusted = check_origins(trusted_origins)
        policy = {**DEFAULT_POLICY, **(content_security_policy or {})}
        self._policy = {name: value for name, value in policy.items() if value is not None}
        self._debug = debug
        self._assets = ClientAssets()
        self._world = world
        self._parts: _Parts | None = None
        self._sockets: set[asyncio.Task[object]] = set()

    def __repr__(self) -> str:
        return f"<App {self._root.name}>"

    # What is made at the first request.

    @property
    def parts(self) -> _Parts:
        """The working parts, made where the loop runs. For the test kit and devtools."""
        # A program that runs one loop after another, as tests do, starts afresh in each.
        if self._parts is None or self._parts.loop.is_closed():
            self._parts = self._start()
        return self._parts

    @property
    def root(self) -> Component[...]:
        """The component that every page shows."""
        return self._root

    @property
    def hosts(self) -> tuple[str, ...]:
        """The host names that the site answers to; none where it answers to all."""
        return self._hosts or ()

    def running_world(self) -> World | None:
        """The world that the app serves in, once it does."""
        return None if self._parts is None or self._parts.loop.is_closed() else self._parts.world

    def use_world(self, world: World) -> None:
        """Take clock, tasks and ids from another world, as tests do. Before anything is served.

        Raises:
            UsageError: the app is serving.
        """
        if self.running_world() is not None:
            raise UsageError("app.use_world(world) was called while the app is serving. Call it before.")
        self._world = world

    def _start(self) -> _Parts:
        loop = asyncio.get_running_loop()
        world = self._world if self._world is not None else AsyncioWorld()
        secret = self._secret
        if secret is None:
            secret = secrets.token_urlsafe(32)
            log.warning(
                "App has no secret, so this process made one: sessions end when it does, and no other worker "
                "knows them. Give App(secret=...) a long random text that is kept out of the code."
            )
        cache = AppCache(world)
        registry = Registry(self.limits, world.clock)
        pages = Pages(
            root=self._root,
            world=world,
            limits=self.limits,
            registry=registry,
            sessions=Sessions(secret, self.limits),
            cache=cache,
            assets=self._assets,
            title=self._title,
            lang=self._lang,
            policy=self._policy,
            debug=self._debug,
        )
        forms = Forms(pages, self._trusted)
        pages.on_page.append(forms.flash_into)
        return _Parts(loop, world, cache, registry, pages, forms)

    # ASGI.

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        """One ASGI conversation."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "websocket":
            await self._websocket(WebSocket(scope, receive, send))
        elif scope["type"] == "http":
            answer = await self._respond(HttpRequest(scope, receive))
            await answer(scope, receive, send)

    async def _respond(self, http: HttpRequest) -> ASGIApp:
        if host_refused(http.headers.get("host", ""), self._hosts):
            return PlainTextResponse("This site does not answer to that name.", 400, common_headers())
        path: str = http.scope["path"].removeprefix(root_path(http)) or "/"
        if http.method in ("GET", "HEAD"):
            if path.startswith(BASE):
                return self._assets.respond(path.removeprefix(BASE), http.headers)
            if self._static.has(path):
                return await self._static.respond(http.scope, path)
            return await self.parts.pages.respond(http)
        if http.method == "POST":
            return await self.parts.forms.respond(http)
        headers = {**common_headers(), "allow": "GET, HEAD, POST"}
        return PlainTextResponse("Pages are read by GET, and forms are posted.", 405, headers)

    async def _websocket(self, websocket: WebSocket) -> None:
        headers = websocket.headers
        path: str = websocket.scope["path"].removeprefix(root_path(websocket))
        reason = None
        if path != SOCKET:
            reason = f"there is no socket at {path[:200]!r}"
        elif host_refused(headers.get("host", ""), self._hosts):
            reason = "the site does not answer to that name"
        else:
            reason = cross_site_socket(headers, self._trusted, secure=is_secure(websocket))
        if reason is not None:
            log.info("a socket was refused: %s", reason)
            # Accepted first: a browser is told a code only once the socket is open.
            await websocket.accept()
            await websocket.close(Close.REFUSED, reason.encode()[:123].decode("utf-8", "ignore"))
            return
        task = asyncio.current_task()
        if task is not None:
            self._sockets.add(task)
        try:
            await websocket.accept()
            await serve_socket(websocket, lambda wake: self.conversation(websocket.scope, wake), self.limits)
        finally:
            if task is not None:
                self._sockets.discard(task)

    def conversation(self, scope: AsgiScope, wake: Callable[[], None]) -> Conversation:
        """The conversation of one socket, whose handshake has been checked.

        Args:
            scope: the ASGI scope of the handshake.
            wake: called when there is something to send.
        """
        parts = self.parts
        handshake = HTTPConnection(scope)
        session = read_request(handshake, parts.pages.sessions).session.id

        async def fresh(url: str, state: object) -> Entry:
            request = read_request(handshake, parts.pages.sessions, path=url)
            return await parts.pages.fresh(request, state)

        return Conversation(
            registry=parts.registry,
            fresh_page=fresh,
            limits=self.limits,
            clock=parts.world.clock,
            session=session,
            wake=wake,
        )

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            await check_routes(self.parts.pages)
        except Exception as error:
            await send({"type": "lifespan.startup.failed", "message": f"{error}{notes_of(error)}"})
            raise
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def close(self) -> None:
        """Stop: let form posts in flight finish for `Limits.shutdown_seconds`, then close every page."""
        parts, self._parts = self._parts, None
        if parts is None:
            return
        try:
            async with asyncio.timeout(self.limits.shutdown_seconds):
                await parts.forms.submissions.drained()
        except TimeoutError:
            log.warning(
                "%d form posts were still at work after Limits.shutdown_seconds = %g s",
                parts.forms.submissions.running,
                self.limits.shutdown_seconds,
            )
        parts.registry.close()
        parts.cache.close()

    # From the program around it.

    def revalidate(
        self, key: Keys | None = None, force: bool = True, *, everywhere: bool = False
    ) -> Awaitable[None]:
        """`revalidate` from outside of any page: a webhook, a job, a task of the same event loop.

        Args:
            key: a key, a query, or a list of these; None for every app-scoped query.
            force: fetch again what is fresh, too.
            everywhere: the entries that pages have for themselves, too.

        Returns:
            An awaitable, done when the transitions of the pages of this worker are.

        Raises:
            UsageError: it is called in another thread than the app's, or outside of an event loop.
        """
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            loop = None
        serving = None if self._parts is None or self._parts.loop.is_closed() else self._parts.loop
        if loop is None or serving not in (loop, None):
            raise UsageError(
                "app.revalidate() belongs into the event loop that serves the app, and this is "
                + ("none" if loop is None else "another one")
                + ". From here, call app.revalidate_threadsafe(...)."
            )
        return self.parts.cache.revalidate(key, force, everywhere=everywhere)

    def revalidate_threadsafe(
        self, key: Keys | None = None, force: bool = True, *, everywhere: bool = False
    ) -> Future[None]:
        """The same from another thread.

        Returns:
            A `concurrent.futures.Future`; `.result(timeout)` waits for it.

        Raises:
            UsageError: the app has not served anything yet, so there is no loop to hand the call to.
        """
        parts = self._parts
        if parts is None:
            raise UsageError(
                "app.revalidate_threadsafe() was called before the app has begun to serve, or after it has "
                "ended: there is no page that it could reach."
            )

        async def run() -> None:
            await self.revalidate(key, force, everywhere=everywhere)

        return asyncio.run_coroutine_threadsafe(run(), parts.loop)

    def statistics(self) -> AppStatistics:
        """How many pages, sockets and posts there are. In the loop that serves the app."""
        parts = self.parts
        return AppStatistics(
            pages=parts.registry.statistics(),
            running_submissions=parts.forms.submissions.running,
            remembered_submissions=len(parts.forms.submissions),
            waiting_flashes=len(parts.forms.flashes),
            sockets=len(self._sockets),
        )


@dataclass(frozen=True, slots=True)
class _Parts:
    loop: asyncio.AbstractEventLoop
    world: World
    cache: AppCache
    registry: Registry
    pages: Pages
    forms: Forms


def _root_component(root: object) -> Component[...]:
    if isinstance(root, Description | Element) and not isinstance(root, Component):
        node: Node = root  # a description is plain data, and may be mounted as often as one likes
        return Component(lambda: node, type(root).__name__)
    return as_component(root, "App(root)")


def _checked_secret(secret: str | None) -> str | None:
    if secret is not None and (not isinstance(secret, str) or len(secret) < 16):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise UsageError(
            "App(secret=...) takes a text of at least 16 characters. Make one with "
            "`python -c 'import secrets; print(secrets.token_urlsafe(32))'`."
        )
    return secret


def _checked_hosts(hosts: Sequence[str] | None) -> tuple[str, ...] | None:
    if hosts is None:
        return None
    if isinstance(hosts, str):
        raise UsageError(f"App(hosts={hosts!r}) takes a list: write hosts=[{hosts!r}].")
    for host in hosts:
        if not host or "/" in host or (":" in host and not host.startswith("[")):
            raise UsageError(f"App(hosts=...): {host!r} is no host name. Write it without scheme and port.")
    return tuple(host.lower() for host in hosts)
