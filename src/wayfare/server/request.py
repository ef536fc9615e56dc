"""The request that a page began with, as components and actions see it.

`use_request()` finds it in the scope of the current page. An action that came by a form post sees that
post's request instead: its cookies are the newer ones, and its answer can carry a session.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection

from ..errors import SharedReadError, UsageError
from ..reactive import current_scope_or_none, get_owner
from .session import COOKIE, Session, Sessions

posted_request: ContextVar[Request | None] = ContextVar("posted_request", default=None)


class Request:
    """What a page knows of the request it began with.

    Args:
        method: "GET", "HEAD" or "POST".
        url: the whole URL as the client asked for it.
        path: the URL without scheme and host, query included.
        headers: the request's headers; names are found in any case.
        cookies: the cookies by name.
        session: the signed session, empty where the browser has none.
        client: the peer's address, or None where the server does not know it.
        user: what an authentication middleware in front of the app put into the ASGI scope, else None.
        state: the ASGI scope's `state`, where a lifespan or a middleware puts what all requests share.
        root_path: the prefix that the app is mounted under, empty or starting with a slash.

    >>> request = Request(method="GET", url="http://shop.test/a?b=1", path="/a?b=1")
    >>> request.path, request.headers.get("accept"), dict(request.session)
    ('/a?b=1', None, {})
    """

    def __init__(
        self,
        *,
        method: str,
        url: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        cookies: Mapping[str, str] | None = None,
        session: Session | None = None,
        client: str | None = None,
        user: Any = None,
        state: Mapping[str, Any] | None = None,
        root_path: str = "",
    ) -> None:
        self.method = method
        self.url = url
        self.path = path
        self.headers: Mapping[str, str] = Headers({}) if headers is None else headers
        self.cookies: Mapping[str, str] = {} if cookies is None else cookies
        self.session = Session({}, None) if session is None else session
        self.client = client
        self.user = user
        self.state: Mapping[str, Any] = {} if state is None else state
        self.root_path = root_path

    def __repr__(self) -> str:
        return f"<Request {self.method} {self.path}>"


class SessionRequest(Request):
    """What a query with ``scope="session"`` sees: the session and its user, which are the same for all pages
    that share the answer, and nothing of the request of one of them."""

    def __init__(self, session: Session, user: Any) -> None:
        super().__init__(method="", url="", path="", session=session, user=user)

    def __getattribute__(self, name: str) -> Any:
        if name in _OF_ONE_PAGE:
            raise SharedReadError(
                f"A query with scope='session' reads use_request().{name}, which belongs to one page, and "
                "its answer is shown to all pages of the session. Read it where the query is called and pass "
                "it as an argument, or give the query scope='page'."
            )
        return super().__getattribute__(name)

    def __repr__(self) -> str:
        return "<SessionRequest>"


_OF_ONE_PAGE = frozenset({"url", "path", "headers", "cookies", "client", "state", "method"})


def root_path(connection: HTTPConnection) -> str:
    """The prefix that the app is mounted under, empty or starting with a slash."""
    path: str = connection.scope.get("root_path", "")
    return path.rstrip("/")


def is_secure(connection: HTTPConnection) -> bool:
    """Whether the request came by TLS, as far as the server can tell."""
    # Not by connection.url, which does not take every query that a client may send.
    return connection.scope.get("scheme") in ("https", "wss")


def asked_for(scope: Mapping[str, Any]) -> str:
    """Path and query as the browser wrote them: percent-encoded, with the prefix the app is mounted under."""
    raw = scope.get("raw_path")
    path = raw.decode("latin-1").partition("?")[0] if raw else quote(scope["path"])
    query = scope.get("query_string", b"").decode("latin-1")
    return f"{path}?{query}" if query else path


def read_request(connection: HTTPConnection, sessions: Sessions, *, path: str | None = None) -> Request:
    """The request of an HTTP request or a socket's handshake.

    Args:
        connection: what Starlette made of the ASGI scope.
        sessions: reads the session cookie.
        path: what the page is at, where that is not the address asked for (a socket's is the socket's own).
    """
    scope = connection.scope
    address = asked_for(scope)
    base = str(connection.base_url)
    origin = "/".join(base.split("/", 3)[:3])
    at = address if path is None else path
    return Request(
        method=scope.get("method", "GET"),
        url=origin + at,
        path=at,
        headers=connection.headers,
        cookies=connection.cookies,
        session=sessions.read(connection.cookies.get(COOKIE)),
        client=connection.client.host if connection.client else None,
        user=scope.get("user"),
        state=scope.get("state"),
        root_path=root_path(connection),
    )


def use_request() -> Request:
    """The request that the current page began with, or, in an action, the one that posted the form.

    Returns:
        The `Request`: `url`, `headers`, `cookies`, signed `session`, `user`.

    Raises:
        UsageError: no page is current, as in a plain program or a job.

    >>> use_request()
    Traceback (most recent call last):
    ...
    wayfare.errors.UsageError: use_request() was called where no page is current, so there is no request. \
Call it in a component, a query or an action of a page, and pass on what you need of it.

    Upstream: https://docs.solidjs.com/solid-start/reference/server/get-request-event
    """
    posted = posted_request.get()
    if posted is not None and get_owner() is None:
        # In the action itself. What it sets off in the page, such as mounting another route, has an owner.
        return posted
    scope = current_scope_or_none()
    try:
        if scope is not None:
            # In a query that several visitors share this raises, and says where it was read.
            return scope.service(Request)
    except SharedReadError:
        raise
    except LookupError:
        pass
    raise UsageError(
        "use_request() was called where no page is current, so there is no request. "
        "Call it in a component, a query or an action of a page, and pass on what you need of it."
    )
