"""Escaping: what may go where in a page, decided in one place.

Text and attribute values are escaped with markupsafe's C kernel. URLs get one check more: a script URL in
``href`` or its like runs code when it is clicked, whatever was escaped in it.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import Protocol, runtime_checkable

from markupsafe import Markup, escape

logger = logging.getLogger("wayfare.html")

REFUSED_URL = "about:invalid#refused"
"""What stands in place of a refused URL: it leads nowhere and says why."""

URL_ATTRIBUTES = frozenset(
    {"href", "src", "action", "formaction", "poster", "data", "cite", "background", "xlink:href", "ping"}
)

_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.\-]*):")
_IGNORED_IN_URLS = re.compile("[\x00-\x20\x7f-\xa0\u2028\u2029]")
_NO_SCHEME = frozenset({"", "/", "#", "?", "."})
_SCRIPT_SCHEMES = frozenset({"javascript", "vbscript", "livescript"})
_DATA_IMAGE = re.compile(r"data:image/(?:png|gif|jpeg|webp|avif|bmp|x-icon)[;,]", re.IGNORECASE)


@runtime_checkable
class HasHtml(Protocol):
    """Anything that renders itself as trusted HTML, such as ``markupsafe.Markup``."""

    def __html__(self) -> str: ...


def _escape_str(text: str) -> str:
    return str(escape(text))


escape_str: Callable[[str], str] = _escape_str
"""As ``escape_text``, of what is a ``str`` and of no type derived from it."""

# markupsafe's kernel takes a tenth of the time where its result needs no wrapping. It is no part of the
# public interface: where it isn't there, or gives something else, it isn't used.
with suppress(ImportError):
    _kernel = getattr(import_module("markupsafe._speedups"), "_escape_inner", None)
    if _kernel is not None and _kernel('<b> & "c"\'s') == _escape_str('<b> & "c"\'s'):
        escape_str = _kernel


def escape_text(text: str) -> str:
    """``text`` as it may stand between tags or inside a double-quoted attribute.

    >>> escape_text('<b> & "c"')
    '&lt;b&gt; &amp; &#34;c&#34;'
    """
    return escape_str(text) if type(text) is str else str(escape(text))


def is_script_url(url: str) -> bool:
    """Whether following ``url`` would run code.

    Browsers drop control characters and leading space before they look at the scheme, so this does too.

    >>> is_script_url("java\\tscript:alert(1)"), is_script_url("/javascript:")
    (True, False)
    """
    if url[:1] in _NO_SCHEME:
        return False
    bare = _IGNORED_IN_URLS.sub("", url)
    scheme = _SCHEME.match(bare)
    if scheme is None:
        return False
    name = scheme[1].lower()
    if name == "data":
        return _DATA_IMAGE.match(bare) is None
    return name in _SCRIPT_SCHEMES


def safe_url(url: str, attribute: str) -> str:
    """``url``, or a dead link where it would run code; the refusal is logged with its place."""
    if not is_script_url(url):
        return url
    logger.warning(
        "refused a script URL in %s=%r: it would run code when it is followed", attribute, url[:80]
    )
    return REFUSED_URL


__all__ = [
    "REFUSED_URL",
    "URL_ATTRIBUTES",
    "HasHtml",
    "Markup",
    "escape_str",
    "escape_text",
    "is_script_url",
    "safe_url",
]
