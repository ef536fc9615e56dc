"""A server, a network and a world in the process of the test: requests are calls, and time stands still."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from itertools import count
from typing import Any, TypeVar
from urllib.parse import unquote, urlencode, urlsplit

from .._types import Timer
from .._world import AsyncioClock, AsyncioSpawner
from .clock import VirtualClock

T = TypeVar("T")


class TestClock:
    """Timers wait for `advance`; what is only put off to the next turn runs in the loop, as it does live.

    The clock of a `TestWorld`.
    """

    __test__ = False  # for pytest: no test case

    def __init__(self, virtual: VirtualClock) -> None:
        self.virtual = virtual
        self._real = AsyncioClock()

    def now(self) -> float:
        return self.virtual.now()

    def call_later(self, delay: float, fn: Callable[[], object]) -> Timer:
        return self.virtual.call_later(delay, fn)

    def call_soon(self, fn: Callable[[], object]) -> Timer:
        return self._real.call_soon(fn)


class TestSpawner:
    """Starts tasks and knows which are still running."""

    __test__ = False

    def __init__(self) -> None:
        self._real = AsyncioSpawner()
        self.running: set[asyncio.Task[Any]] = set()

    def spawn(self, coro: Coroutine[object, object, T], *, name: str) -> asyncio.Task[T]:
        task = self._real.spawn(coro, name=name)
        if not task.done():
            self.running.add(task)
            task.add_done_callback(self.running.discard)
        return task


class TestWorld:
    """The world of an app under test: virtual time, tasks to be counted, ids that repeat in each run.

    `open_page` makes one. By itself it serves where an app is spoken to without a page.

    Args:
        virtual: the clock.

    >>> import asyncio
    >>> async def statistics():
    ...     app = App(lambda: p["Hello"], secret="only for this page")
    ...     app.use_world(TestWorld(VirtualClock()))
    ...     return app.statistics().pages.pages
    >>> asyncio.run(statistics())
    0
    """

    __test__ = False

    def __init__(self, virtual: VirtualClock) -> None:
        self.clock = TestClock(virtual)
        self.spawner = TestSpawner()
        self._numbers = count(1)
        self._loop = asyncio.get_running_loop()

    @property
    def ids(self) -> Callable[[], str]:
        """Gives one id after the other: `test-1`, `test-2`."""
        return lambda: f"test-{next(self._numbers)}"

    def call_threadsafe(self, fn: Callable[[], object]) -> None:
        """Call `fn` soon in the test's loop, from any thread."""
        self._loop.call_soon_threadsafe(fn)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request was answered.

    Attributes:
        status: the HTTP status.
        headers: names in lower case, and values, in the order of the answer.
        body: as it was sent.

    >>> Answer(200, (("content-type", "text/html"),), b"<p>Hello</p>").header("content-type")
    'text/html'
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        """The first header of this name, which is written in lower case; None where there is none."""
        return next((value for key, value in self.headers if key == name), None)


def asgi_scope(kind: str, method: str, url: str, headers: Mapping[str, str]) -> dict[str, Any]:
    """The ASGI scope of a request for an absolute URL."""
    parts = urlsplit(url)
    return {
        "type": kind,
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": parts.scheme if kind == "http" else parts.scheme.replace("http", "ws"),
        "path": unquote(parts.path or "/"),
        "raw_path": (parts.path or "/").encode("ascii"),
        "query_string": parts.query.encode("ascii"),
        "root_path": "",
        "headers": [
            (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()
        ],
        "client": ("127.0.0.1", 50000),
        "server": (parts.hostname or "testserver", parts.port or 80),
    }


async def request(
    app: Callable[..., Coroutine[Any, Any, None]],
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes = b"",
) -> Answer:
    """Make a request of an ASGI application by calling it."""
    sent: list[dict[str, Any]] = []
    asked = False

    async def receive() -> dict[str, Any]:
        nonlocal asked
        if asked:
            # The visitor stays until the answer is there.
            await asyncio.get_running_loop().create_future()
        asked = True
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(asgi_scope("http", method, url, headers), receive, send)
    start = next(message for message in sent if message["type"] == "http.response.start")
    answered = tuple(
        (name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in start["headers"]
    )
    content = b"".join(
        message.get("body", b"") for message in sent if message["type"] == "http.response.body"
    )
    return Answer(start["status"], answered, content)


def encode_form(
    fields: list[tuple[str, str]], files: Mapping[str, tuple[str, bytes, str]], kind: str
) -> tuple[bytes, str]:
    """A form as a browser sends it.

    Args:
        fields: names and values.
        files: of file fields, by name: filename, content and content type.
        kind: the form's `enctype`.

    Returns:
        The body, and its content type.
    """
    if kind != "multipart/form-data":
        return urlencode(fields).encode("ascii"), "application/x-www-form-urlencoded"
    boundary = "wayfare-test-boundary"
    body = b""
    for name, value in fields:
        body += f'--{boundary}\r\ncontent-disposition: form-data; name="{name}"'.encode()
        if name in files:
            filename, content, content_type = files[name]
            body += f'; filename="{filename}"\r\ncontent-type: {content_type}\r\n\r\n'.encode() + content
        else:
            body += b"\r\n\r\n" + value.encode()
        body += b"\r\n"
    return body + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


class Cookies(dict[str, str]):
    """What a browser keeps of an app's cookies: names and values, without their attributes.

    >>> cookies = Cookies(theme="dark")
    >>> cookies.take(Answer(200, (("set-cookie", "lang=en"), ("set-cookie", "theme=; Max-Age=0")), b""))
    >>> cookies.header()
    {'cookie': 'lang=en'}
    """

    def take(self, answer: Answer) -> None:
        """Keep the cookies that an answer sets, and drop those that it takes back."""
        for name, value in answer.headers:
            if name != "set-cookie":
                continue
            try:
                parsed = SimpleCookie(value)
            except CookieError:
                continue
            for key, morsel in parsed.items():
                if morsel["max-age"] == "0":
                    self.pop(key, None)
                else:
                    self[key] = morsel.value

    def header(self) -> dict[str, str]:
        """The request header that sends them."""
        return {"cookie": "; ".join(f"{name}={value}" for name, value in self.items())} if self else {}
