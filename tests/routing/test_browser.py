"""The browser as routers see it: links, moves and preloads go to whoever is there."""

from __future__ import annotations

import pytest

from wayfare.errors import NotRoutableError
from wayfare.routing import Browser, HistoryCommand, Load, Push


def browser(sent: list[HistoryCommand] | None = None) -> Browser:
    return Browser("/", send=(sent if sent is not None else []).append)


def test_without_a_router_links_are_loaded() -> None:
    sent: list[HistoryCommand] = []
    page = browser(sent)
    page.link("/a")
    page.link("/\\b")
    assert sent == [Load("/a"), Load("/./\\b")]


def test_the_first_router_that_takes_a_link_has_it() -> None:
    page = browser()
    followed: list[str] = []
    page.on_link(lambda url, *_: url.startswith("/a"))
    stop = page.on_link(lambda url, *_: followed.append(url) or True)
    page.link("/a")
    page.link("/b")
    stop()
    stop()
    page.link("/c")
    assert followed == ["/b"]


def test_without_a_router_moves_are_noted() -> None:
    page = browser()
    page.moved("/a", {"n": 1}, -1)
    assert (page.url, page.state) == ("/a", {"n": 1})


def test_a_push_is_where_the_browser_is() -> None:
    sent: list[HistoryCommand] = []
    page = browser(sent)
    page.push(Push("/x", 1, False, True))
    assert (page.url, page.state, sent) == ("/x", 1, [Push("/x", 1, False, True)])


@pytest.mark.parametrize("url", ["/a\n", "/" + "a" * 9000])
def test_what_no_browser_sends_is_refused(url: str) -> None:
    page = browser()
    with pytest.raises(NotRoutableError):
        page.link(url)
    with pytest.raises(NotRoutableError):
        page.moved(url, None, None)
    with pytest.raises(NotRoutableError):
        page.preload(url)
