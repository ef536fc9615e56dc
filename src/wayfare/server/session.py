"""The signed session: a few values that a browser carries for the site, which it can't change.

The cookie holds the values themselves, signed, so there is no store to run and every worker with the same
secret reads it. It is written only when something was put in, and it can only be written where there is an
answer to carry it: during the first response of a page, and in an action.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, MutableMapping
from typing import Any, cast

from itsdangerous import BadSignature, URLSafeTimedSerializer

from ..errors import LimitError, UsageError
from ..page import Limits

COOKIE = "wayfare_session"
_ID = "_id"


class Session(MutableMapping[str, Any]):
    """The values that this browser's signed cookie carries: a dict of what JSON can hold.

    The browser can read the values and can't change them; put no secrets in. `renew()` gives the session a
    new identity and belongs into every login. `clear()` ends it.

    >>> session = Session({}, None)
    >>> session["user"] = 7
    >>> session["user"], session.modified
    (7, True)
    """

    def __init__(self, values: dict[str, Any], identity: str | None) -> None:
        self._values = values
        self._identity = identity
        self._sealed: str | None = None
        self.modified = False

    @property
    def id(self) -> str | None:
        """What tells this session from others; None for one that nothing was ever put in."""
        return self._identity

    def renew(self) -> None:
        """Go on under a new id, so that an id somebody learned before a login is worth nothing after it."""
        self._write()
        self._identity = secrets.token_urlsafe(18)

    def seal(self, reason: str) -> None:
        """Refuse writes from now on, because no answer is left to carry them."""
        self._sealed = reason

    def _write(self) -> None:
        if self._sealed is not None:
            raise UsageError(
                f"The session can't be written here: {self._sealed} "
                "Write it in an action (its answer carries the cookie) or while the page is first rendered."
            )
        self.modified = True
        if self._identity is None:
            self._identity = secrets.token_urlsafe(18)

    def __getitem__(self, key: str) -> Any:
        return self._values[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self._write()
        self._values[key] = value

    def __delitem__(self, key: str) -> None:
        if key not in self._values:
            raise KeyError(key)
        self._write()
        del self._values[key]
        if not self._values:
            self._identity = None

    def clear(self) -> None:
        """End the session: the cookie is taken back with the answer."""
        if self._values or self._identity is not None:
            self._write()
            self._values.clear()
            self._identity = None

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"<Session {sorted(self._values)}>"


class Sessions:
    """Reads and writes the session cookie of one `App`.

    Args:
        secret: what cookies are signed with; the same on every worker.
        limits: `session_bytes` and `session_seconds`.
    """

    def __init__(self, secret: str, limits: Limits) -> None:
        self._signer = URLSafeTimedSerializer(secret, salt="wayfare.session")
        self._limits = limits

    def read(self, cookie: str | None) -> Session:
        """The session of a request; an empty one where the cookie is absent, foreign or too old."""
        if not cookie or len(cookie) > self._limits.session_bytes:
            return Session({}, None)
        try:
            found: object = self._signer.loads(cookie, max_age=int(self._limits.session_seconds))
        except BadSignature:
            return Session({}, None)
        if not isinstance(found, dict):
            return Session({}, None)
        values = cast("dict[str, Any]", found)
        identity = values.pop(_ID, None)
        if not isinstance(identity, str):
            return Session({}, None)
        return Session(values, identity)

    def cookie(self, session: Session, *, secure: bool, path: str) -> str | None:
        """The Set-Cookie header for a session that was written; None for one that was not.

        Raises:
            LimitError: the values don't fit a cookie.
            UsageError: a value is of a kind JSON can't hold.
        """
        if not session.modified:
            return None
        attributes = f"; Path={path or '/'}; HttpOnly; SameSite=Lax" + ("; Secure" if secure else "")
        if session.id is None:
            return f"{COOKIE}=; Max-Age=0{attributes}"
        try:
            value = self._signer.dumps({**session, _ID: session.id})
        except TypeError as error:
            raise UsageError(
                f"The session holds a value that JSON can't: {error}. "
                "Keep a key in the session, and what it stands for in a database."
            ) from error
        text = value.decode("ascii") if isinstance(value, bytes) else value
        if len(text) > self._limits.session_bytes:
            raise LimitError(
                f"The session is {len(text)} bytes signed, more than Limits.session_bytes = "
                f"{self._limits.session_bytes}, because browsers drop larger cookies. "
                "Keep a key in the session, and what it stands for in a database."
            )
        return f"{COOKIE}={text}; Max-Age={int(self._limits.session_seconds)}{attributes}"
