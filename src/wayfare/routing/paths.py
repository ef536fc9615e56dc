"""Targets of navigations and links: what a path means from here, and which ones stay in the app.

Strings that a browser would read as another site are told apart here, once, for links, `navigate` and
redirects alike: browsers drop tabs and line ends inside a URL and read `\\` as `/`, so `/\\t/evil.com`
and `/\\evil.com` leave the site although they start with one slash.

Source of the behaviour: https://docs.solidjs.com/solid-router/concepts/path-parameters.
"""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from ..errors import NotRoutableError
from .pattern import normalize_path

MAX_URL_LENGTH = 8192
"""The longest target, in characters, that is navigated to. Browsers and proxies stop near there."""

_DROPPED_BY_BROWSERS = re.compile(r"[\t\n\r]")
_ENDS = "".join(map(chr, range(0x21)))
_SCHEME = re.compile(r"[a-z][a-z0-9+.\-]*:", re.I)
_NETWORK_PATH = re.compile(r"(?:[a-z0-9]+:)?//", re.I)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SCRIPT_SCHEMES = frozenset({"javascript:", "vbscript:", "data:"})
_ESCAPES = re.compile(r"(?:%[0-9a-f]{2})+", re.I)
_BROKEN_ESCAPE = re.compile(r"%(?![0-9a-f]{2})", re.I)
# Escapes that mean something else than their character does in a URL: they are compared as they are.
_RESERVED_ESCAPE = re.compile(r"%(?:2[346bcf]|3[abdf]|40)", re.I)


def as_browsers_read(target: str) -> str:
    """The target without what browsers ignore in it, backslashes read as slashes."""
    return _DROPPED_BY_BROWSERS.sub("", target).strip(_ENDS).replace("\\", "/")


def scheme_of(target: str) -> str | None:
    """The scheme of a target, lower case with its colon, as a browser finds it; None without one.

    >>> scheme_of("mailto:a@b.example"), scheme_of(" java\\tscript:alert(1)"), scheme_of("/a:b")
    ('mailto:', 'javascript:', None)
    """
    found = _SCHEME.match(as_browsers_read(target))
    return found[0].lower() if found else None


def is_script_url(target: str) -> bool:
    """Whether following the target would run or show what is written in it.

    >>> is_script_url("JaVaScRiPt:alert(1)"), is_script_url("/javascript:")
    (True, False)
    """
    return scheme_of(target) in _SCRIPT_SCHEMES


def is_external(target: str) -> bool:
    """Whether the target is another site's, or no path at all: it is never a route's.

    >>> is_external("https://example.com/"), is_external("/\\\\example.com"), is_external("/users")
    (True, True, False)
    """
    read = as_browsers_read(target)
    return _NETWORK_PATH.match(read) is not None or _SCHEME.match(read) is not None


def resolve_path(base: str, path: str, start: str | None = None) -> str | None:
    """The full path that `path` means under `base` for the route at `start`; None for no route's.

    A rooted `path` starts at `base`, another one at `start`, an empty one is `start` itself.

    >>> resolve_path("/app", "/users"), resolve_path("/app", "edit", "/app/users/1")
    ('/app/users', '/app/users/1/edit')
    >>> resolve_path("/app", "https://example.com/")
    """
    if is_external(path):
        return None
    base_path = normalize_path(base)
    start_path = normalize_path(start) if start else start
    if not start_path or path.startswith("/"):
        result = base_path
    elif not is_within(start_path, base_path):
        result = base_path + start_path
    else:
        result = start_path
    resolved = (result or "/") + normalize_path(path, not result)
    # "/" + "\\evil.com" would be another host to a browser, though neither part was.
    return None if as_browsers_read(resolved[:64]).startswith("//") else resolved


def mounted_base(base: str, root_path: str) -> str:
    """A router's base in an app that is mounted under a path: below it, however much of it was written.

    A trailing slash is taken off, which would come twice in front of every target.

    >>> mounted_base("", "/shop"), mounted_base("/admin/", "/shop"), mounted_base("/shop/admin", "/shop")
    ('/shop', '/shop/admin', '/shop/admin')
    """
    if is_external(base):
        return base
    written = normalize_path(base).rstrip("/")
    return written if is_within(written, root_path) else root_path + written


def is_within(path: str, base: str) -> bool:
    """Whether a path is the base or below it, by whole segments and without regard to case.

    >>> is_within("/Base/x", "/base"), is_within("/basement", "/base")
    (True, False)
    """
    base = base.rstrip("/").lower()
    path = path.lower()
    return path.startswith(base) and path[len(base) : len(base) + 1] in ("", "/", "?", "#")


def check_target(target: str) -> None:
    """Refuses a target that can't be navigated to safely: control characters, or far too long.

    Raises `NotRoutableError`.
    """
    if len(target) > MAX_URL_LENGTH:
        raise NotRoutableError(
            f"The target {target[:40]!r}... has {len(target)} characters; the limit is {MAX_URL_LENGTH}. "
            "Keep long values out of the URL, in `state` for example."
        )
    if _CONTROL.search(target):
        raise NotRoutableError(
            f"The target {target!r} has control characters in it, which browsers drop or read in their own "
            "way. Percent-encode the value that was put into the path, with `urllib.parse.quote(value, '')`."
        )


def link_state(resolved: str | None, pathname: str, *, end: bool = False) -> tuple[bool, bool]:
    """Whether a link is active, and whether it is to this very page, where the page is at `pathname`.

    Active is the page itself and everything below it (with `end`, the page alone), segment by segment; case,
    query, hash, a trailing slash and how a character is written don't count. A target that is no route's
    never is.

    >>> link_state("/users", "/users/1"), link_state("/users/", "/users"), link_state("/us", "/users")
    ((True, False), (True, True), (False, False))
    """
    if resolved is None:
        return False, False
    path = _compared(re.split(r"[?#]", resolved, maxsplit=1)[0])
    here = _compared(pathname)
    same = path == here
    return (same if end else same or here.startswith(path + "/")), same


def _compared(path: str) -> str:
    # Each segment by itself: a malformed one is compared as it is, and the others are not.
    decoded = "/".join(map(decode_readable, path.split("/"))) if "%" in path else path
    return normalize_path(decoded).lower().removesuffix("/")


def decode_readable(path: str) -> str:
    """The path without the escapes that only spell characters; one that is malformed stays as it is.

    >>> decode_readable("/caf%c3%a9/a%2fb"), decode_readable("/100%")
    ('/café/a%2fb', '/100%')
    """
    if "%" not in path:
        return path
    if _BROKEN_ESCAPE.search(path):
        return path
    try:
        return _ESCAPES.sub(lambda found: _decode_run(found[0]), path)
    except UnicodeDecodeError:
        return path


def _decode_run(escapes: str) -> str:
    out: list[str] = []
    start = 0
    for kept in _RESERVED_ESCAPE.finditer(escapes):
        if kept.start() % 3 == 0:
            out.append(unquote_to_bytes(escapes[start : kept.start()]).decode())
            out.append(kept[0])
            start = kept.end()
    out.append(unquote_to_bytes(escapes[start:]).decode())
    return "".join(out)
