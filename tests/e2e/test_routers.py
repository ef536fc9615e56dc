"""Routers of every kind in a real browser: the address bar, the history, links that are the browser's own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.serving import Server, serving
from tests.e2e.waiting import connected


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving("routers:app") as running:
        yield running


def test_a_base_under_a_mounted_path(server: Server, windows: Any) -> None:
    page = windows.open(server.url + "/site/")
    connected(page)
    expect(page.locator("h1")).to_have_text("Start")
    page.evaluate("window.same = true")
    before = page.evaluate("history.length")
    page.click("text=One")
    expect(page.locator("h1")).to_have_text("Page one")
    expect(page.locator("#state")).to_have_text("{'from': 'link'}")
    expect(page).to_have_url(server.url + "/site/one")
    assert page.evaluate("history.length") == before + 1
    page.click("text=Two")
    expect(page.locator("h1")).to_have_text("Page two")
    assert page.evaluate("history.length") == before + 1
    page.click("button")
    expect(page.locator("h1")).to_have_text("Start")
    page.go_forward()
    expect(page.locator("h1")).to_have_text("Page two")
    assert page.evaluate("window.same")


def test_state_comes_back_with_its_entry(server: Server, windows: Any) -> None:
    page = windows.open(server.url + "/site/")
    connected(page)
    page.click("text=One")
    expect(page.locator("#state")).to_have_text("{'from': 'link'}")
    page.go_back()
    expect(page.locator("h1")).to_have_text("Start")
    page.go_forward()
    expect(page.locator("#state")).to_have_text("{'from': 'link'}")


@pytest.mark.parametrize("modifier", ["Control", "Shift"])
def test_a_click_with_a_modifier_is_the_browsers(server: Server, windows: Any, modifier: str) -> None:
    page = windows.open(server.url + "/site/")
    connected(page)
    with page.context.expect_page() as opened:
        page.click("text=One", modifiers=[modifier])
    expect(opened.value.locator("h1")).to_have_text("Page one")
    expect(page.locator("h1")).to_have_text("Start")


def test_a_link_with_a_target_opens_a_window(server: Server, windows: Any) -> None:
    page = windows.open(server.url + "/site/")
    connected(page)
    with page.context.expect_page() as opened:
        page.click("text=New tab")
    expect(opened.value.locator("h1")).to_have_text("Page one")


def test_other_sites_and_mail_are_rendered_as_they_are(server: Server, windows: Any) -> None:
    page = windows.open(server.url + "/site/")
    connected(page)
    assert page.get_attribute("text=Elsewhere", "href") == "https://example.invalid/"
    assert page.get_attribute("text=Mail", "href") == "mailto:a@b.example"


def test_the_hash_is_the_address_of_a_hash_router(server: Server, windows: Any) -> None:
    page = windows.open(server.url + "/hashed/#/one")
    connected(page)
    expect(page.locator("h1")).to_have_text("Page one")
    page.click("text=Two")
    expect(page.locator("h1")).to_have_text("Page two")
    expect(page).to_have_url(server.url + "/hashed/#/two")
    page.click("text=One")
    expect(page.locator("h1")).to_have_text("Page one")
    page.go_back()
    expect(page.locator("h1")).to_have_text("Page two")


def test_a_hash_router_outlasts_its_document_and_opens_in_other_windows(server: Server, windows: Any) -> None:
    page = windows.open(server.url + "/hashed/")
    connected(page)
    page.click("text=One")
    expect(page.locator("#state")).to_have_text("{'from': 'link'}")
    length = page.evaluate("history.length")
    page.reload()
    connected(page)
    expect(page.locator("h1")).to_have_text("Page one")
    expect(page.locator("#state")).to_have_text("{'from': 'link'}")
    expect(page).to_have_url(server.url + "/hashed/#/one")
    expect(page.locator("nav >> text=One")).to_have_attribute("aria-current", "page")
    assert page.evaluate("history.length") == length
    page.go_back()
    expect(page.locator("h1")).to_have_text("Start")
    expect(page.locator("nav >> text=One")).not_to_have_attribute("aria-current", "page")
    with page.context.expect_page() as opened:
        page.click("text=Two", modifiers=["Control"])
    expect(opened.value.locator("h1")).to_have_text("Page two")


def test_two_memory_routers_leave_the_address_alone(server: Server, windows: Any) -> None:
    page = windows.open(server.url + "/two/")
    connected(page)
    left, right = page.locator("#left"), page.locator("#right")
    expect(left.locator("p")).to_have_text("start")
    left.locator("text=a").first.click()
    expect(left.locator("h1")).to_have_text("Page a")
    expect(right.locator("p")).to_have_text("start")
    right.locator("text=b").first.click()
    expect(right.locator("h1")).to_have_text("Page b")
    expect(left.locator("h1")).to_have_text("Page a")
    expect(page).to_have_url(server.url + "/two/")


def test_a_click_for_another_window_is_the_browsers_in_a_memory_router_too(
    server: Server, windows: Any
) -> None:
    page = windows.open(server.url + "/two/")
    connected(page)
    left = page.locator("#left")
    with page.context.expect_page() as opened:
        left.locator("text=a").first.click(modifiers=["Control"])
    expect(opened.value).to_have_url(server.url + "/a")
    expect(left.locator("p")).to_have_text("start")
    left.locator("text=b").first.click()
    expect(left.locator("h1")).to_have_text("Page b")
