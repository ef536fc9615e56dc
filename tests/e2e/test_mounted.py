"""An app mounted in Starlette without a word about where, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.serving import Server, serving
from tests.e2e.waiting import connected


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving("mounted:app") as running:
        yield running


def test_links_redirects_and_handlers_stay_below_the_mounted_path(server: Server, windows: Any) -> None:
    page = windows.open(server.url + "/shop/")
    connected(page)
    page.evaluate("window.same = true")
    page.click("text=Old")
    expect(page.locator("h1")).to_have_text("New")
    expect(page).to_have_url(server.url + "/shop/new")
    page.click("text=Start")
    expect(page.locator("h1")).to_have_text("Start")
    expect(page).to_have_url(server.url + "/shop/")
    page.click("text=Go")
    expect(page).to_have_url(server.url + "/shop/new")
    page.go_back()
    expect(page.locator("h1")).to_have_text("Start")
    assert page.evaluate("window.same")
    page.click("text=Outside")
    expect(page.locator("h1")).to_have_text("Outside")
    expect(page).to_have_url(server.url + "/elsewhere")


def test_a_form_is_answered_below_the_mounted_path(server: Server, windows: Any) -> None:
    page = windows.open(server.url + "/shop/")
    connected(page)
    page.evaluate("window.same = true")
    page.click("text=Save")
    expect(page.locator("h1")).to_have_text("New")
    expect(page).to_have_url(server.url + "/shop/new")
    assert page.evaluate("window.same")


def test_a_memory_router_scrolls_the_window_unless_told_not_to(server: Server, windows: Any) -> None:
    page = windows.open(server.url + "/shop/long")
    connected(page)
    page.locator("text=Stay").scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    assert before > 0
    page.click("text=Stay")
    expect(page.locator("p")).to_have_text("next")
    assert page.evaluate("scrollY") == before
    page.click("text=Next")
    page.wait_for_function("scrollY === 0")
    expect(page).to_have_url(server.url + "/shop/long")
