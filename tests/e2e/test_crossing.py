"""A visitor who goes back before the answer to a click is there: page and address bar stay together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.proxy import Proxy
from tests.e2e.serving import Server, serving
from tests.e2e.waiting import connected, wait_until

NETWORK = r"ERR_CONNECTION|ERR_EMPTY_RESPONSE|WebSocket connection to|ERR_NETWORK|Failed to fetch"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving("history:app") as running:
        yield running


@pytest.fixture
def between(server: Server, proxy: Callable[[Server], Proxy]) -> Proxy:
    return proxy(server)


def heading(page: Any, text: str) -> None:
    expect(page.locator("h1")).to_have_text(text)


def follow(page: Any, name: str) -> None:
    page.evaluate(
        "name => [...document.querySelectorAll('a')].find(a => a.textContent === name).click()", name
    )


def open_two(windows: Any, url: str) -> Any:
    """A page that has been at the start and is at the tea."""
    page = windows.open(url)
    connected(page)
    follow(page, "Tea")
    heading(page, "About tea")
    return page


def go_back_before_the_answer(page: Any, server: Server, between: Proxy, link: str) -> None:
    """Follows a link; the page there is on its way back through the network when the visitor presses back."""
    before = server.get("/arrivals")
    between.hold_answers()
    follow(page, link)
    assert any(server.get("/arrivals") != before for _ in range(2000))
    page.evaluate("new Promise(done => { addEventListener('popstate', done, {once: true}); history.back() })")


@pytest.mark.parametrize("path", ["/", "/hash/#/", "/scroll/", "/fade/"])
@pytest.mark.parametrize("breaks", [False, True], ids=["steady", "with a break"])
def test_the_guard_of_a_page_not_seen_yet_keeps_page_and_address_together(
    server: Server, windows: Any, between: Proxy, path: str, breaks: bool
) -> None:
    windows.allow_errors(NETWORK)
    page = open_two(windows, between.url + path)
    length = page.evaluate("history.length")
    go_back_before_the_answer(page, server, between, "Asking")
    if breaks:
        between.drop()
    between.resume()
    heading(page, "Asking")
    expect(page).to_have_url(between.url + path + "asking")
    connected(page)
    assert page.evaluate("history.length") == length + 1
    depth = page.evaluate("history.state.wayfare")
    # The entries are those of a visitor who went there: each move is stopped and undone.
    for delta in (-1, -2):
        page.evaluate(
            f"""window.moves = [];
            addEventListener('popstate', () => moves.push(history.state.wayfare));
            history.go({delta})"""
        )
        wait_until(page, f"moves.length >= 2 && history.state.wayfare === {depth}")
        page.click("#count")
        heading(page, "Asking")
        expect(page).to_have_url(between.url + path + "asking")


def test_without_a_guard_the_visitor_is_where_they_went(server: Server, windows: Any, between: Proxy) -> None:
    page = open_two(windows, between.url)
    go_back_before_the_answer(page, server, between, "Cake")
    between.resume()
    heading(page, "Start")
    expect(page).to_have_url(between.url + "/")
    expect(page.locator("[aria-live=polite]")).to_have_text("Start")
    page.go_forward()
    heading(page, "About tea")
    expect(page).to_have_url(between.url + "/shop/tea")
