"""Addresses as a browser makes them out of what is written, and which links are the router's.

The rules are the client's (`client/src/navigate.js`); whatever is not the router's, the browser follows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..routing import parse_url
from .dom import Element

_DROPPED = re.compile(r"[\t\n\r]")
_ENDS = "".join(map(chr, range(0x21)))
_SCHEME = re.compile(r"[a-z][a-z0-9+.\-]*:", re.I)
_HOST = re.compile(r"[\\/]{2,}([^\\/?#]*)")
_DEFAULT_PORTS = {"http:": ":80", "https:": ":443"}


def absolute(target: str, at: str) -> str:
    """What a browser makes of a target in the document at the absolute URL `at`.

    >>> absolute("/é?q=a b", "http://site.test/"), absolute("../c#é", "http://site.test/a/b?x=1")
    ('http://site.test/%C3%A9?q=a%20b', 'http://site.test/c#%C3%A9')
    >>> absolute("#part", "http://site.test/a?x=1#old"), absolute("//OTHER.test:80", "http://site.test/")
    ('http://site.test/a?x=1#part', 'http://other.test/')
    >>> absolute("mailto:ann@site.test", "http://site.test/")
    'mailto:ann@site.test'
    """
    text = _DROPPED.sub("", target.strip(_ENDS))
    own_scheme, _, rest = at.partition("//")
    host, slash, here = rest.partition("/")
    found = _SCHEME.match(text)
    scheme = found[0].lower() if found else own_scheme
    if scheme not in _DEFAULT_PORTS:
        return text
    text = text[found.end() :] if found else text
    other = _HOST.match(text)
    if other is not None:
        host = other[1].lower().removesuffix(_DEFAULT_PORTS[scheme])
        text = text[other.end() :] or "/"
    return f"{scheme}//{host}{_inside(text, slash + here)}"


def _inside(text: str, here: str) -> str:
    """A target without scheme and host, seen from the path, search and hash of a document."""
    if text[:1] in ("/", "\\"):
        return str(parse_url("/" + text[1:]))
    url = parse_url(here or "/")
    if text[:1] in ("", "#"):
        return str(parse_url(url.pathname + url.search + text))
    if text[0] == "?":
        return str(parse_url(url.pathname + text))
    return str(parse_url(url.pathname[: url.pathname.rindex("/") + 1] + text))


def is_below(path: str, base: str) -> bool:
    """Whether a path is the base or below it, by whole segments and whatever the case.

    >>> is_below("/Shop/cart", "/shop/"), is_below("/shopping", "/shop"), is_below("/a", "")
    (True, False, True)
    """
    wanted = base.lower().rstrip("/")
    return path.lower() == wanted or path.lower().startswith(wanted + "/")


@dataclass(frozen=True, slots=True)
class Links:
    """Which links a page takes for its router, as the document says it to the client.

    Args:
        origin: scheme and host of the page.
        longest: the longest path, in characters, that a page takes.
        base: the path that the page lives under; empty for all of the site.
        explicit: whether only links with a `link` attribute are the router's.
        preload: whether hovering a link preloads.
    """

    origin: str
    longest: int
    base: str = ""
    explicit: bool = False
    preload: bool = True

    def own(self, url: str) -> str | None:
        """Path, search and hash of an absolute URL of the page's site; None for another's."""
        path = url.removeprefix(self.origin)
        return path if path != url and path.startswith("/") else None

    def followed(self, link: Element, at: str) -> str | None:
        """Where the router goes when this link is clicked; None where that is left to the browser.

        Args:
            link: the `a`.
            at: the absolute URL of the page.
        """
        href = href_of(link)
        if self.explicit and "link" not in link.attributes:
            return None
        if link.get("target") or "download" in link.attributes:
            return None
        if href is None and "state" not in link.attributes:
            return None
        if "external" in (link.get("rel") or "").split():
            return None
        path = self.own(absolute(href or "", at))
        if path is None or len(path) > self.longest or not is_below(parse_url(path).pathname, self.base):
            return None
        return path


def href_of(link: Element) -> str | None:
    """The target of a link, in SVG too."""
    return link.get("href", link.get("xlink:href"))
