"""Navigation in a real browser: links, history, layouts that stay, guards, preloading, errors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.serving import Server, serving
from tests.e2e.waiting import connected


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving("routes:app") as running:
        yield running


def test_links_change_what_is_inside_and_the_layout_stays(server: Server, windows: Any) -> None:
    page = windows.open(server.url)
    connected(page)
    page.evaluate("window.same = true")
    page.click("#count")
    expect(page.locator("#count")).to_have_text("Count 1")
    page.click("text=One")
    expect(page.locator("h2")).to_contain_text("ONE")
    expect(page).to_have_url(server.url + "/things/one")
    expect(page).to_have_title("Thing one")
    page.fill("#kept", "typed")
    page.click("text=Two")
    expect(page.locator("h2")).to_contain_text("TWO")
    assert page.input_value("#kept") == "typed"
    assert page.inner_text("#count") == "Count 1"
    assert page.evaluate("window.same")


def test_back_and_forward(server: Server, windows: Any) -> None:
    page = windows.open(server.url)
    connected(page)
    page.click("text=One")
    expect(page.locator("h2")).to_contain_text("ONE")
    page.click("text=Home")
    expect(page.locator("h1")).to_have_text("Home")
    page.go_back()
    expect(page.locator("h2")).to_contain_text("ONE")
    expect(page).to_have_url(server.url + "/things/one")
    page.go_back()
    expect(page.locator("h1")).to_have_text("Home")
    page.go_forward()
    expect(page.locator("h2")).to_contain_text("ONE")


def test_links_say_which_one_is_current(server: Server, windows: Any) -> None:
    page = windows.open(server.url + "/things/one")
    connected(page)
    expect(page.locator("a[aria-current=page]")).to_have_text(["One"])
    page.click("text=Two")
    expect(page.locator("a[aria-current=page]")).to_have_text(["Two"])
    expect(page.locator("a.active")).to_have_text(["Two"])


def test_search_parameters(server: Server, windows: Any) -> None:
    page = windows.open(server.url + "/search?q=b")
    connected(page)
    expect(page.locator("#q")).to_have_text("b")
    page.click("#more")
    expect(page.locator("#q")).to_have_text("ba")
    expect(page).to_have_url(re.compile(r"\?q=ba$"))
    page.go_back()
    expect(page.locator("#q")).to_have_text("b")


def test_an_edited_form_asks_before_it_is_left(server: Server, windows: Any) -> None:
    page = windows.open(server.url + "/edit")
    connected(page)
    page.type("#text", "x")
    page.click("text=Home")
    expect(page.locator("#asked")).to_have_text("Leave without saving?")
    expect(page).to_have_url(server.url + "/edit")
    page.click("text=Leave >> nth=-1")
    expect(page.locator("h1")).to_have_text("Home")
    expect(page).to_have_url(server.url + "/")


def test_back_out_of_an_edited_form_asks_too(server: Server, windows: Any) -> None:
    page = windows.open(server.url)
    connected(page)
    page.click("text=Edit")
    expect(page.locator("h1")).to_have_text("Edit")
    page.type("#text", "x")
    page.go_back()
    expect(page.locator("#asked")).to_have_text("Leave without saving?")
    expect(page).to_have_url(server.url + "/edit")


def test_hovering_fetches_what_the_click_then_finds(server: Server, windows: Any) -> None:
    page = windows.open()
    with page.expect_websocket() as opened:
        page.goto(server.url)
    # A page without a connection preloads nothing.
    connected(page)
    expect(page.locator("#routing")).to_have_text("still")
    with opened.value.expect_event("framesent", lambda frame: "/things/hovered" in str(frame)):
        page.hover("text=Hovered")
    page.click("text=Hovered")
    expect(page.locator("h2")).to_have_text("HOVERED (1)")
    assert "hovered: preload, navigate" in server.get("/intents")


def test_an_unknown_address_is_a_404_inside_the_layout(server: Server, windows: Any) -> None:
    windows.allow_errors("404")
    page = windows.open()
    assert page.goto(server.url + "/nowhere").status == 404
    expect(page.locator("h1")).to_have_text("Not found")
    expect(page.locator("nav")).to_be_visible()
    page.click("text=Home")
    expect(page.locator("h1")).to_have_text("Home")


def test_a_failing_fetcher_shows_in_its_boundary_and_the_page_lives_on(server: Server, windows: Any) -> None:
    page = windows.open(server.url)
    connected(page)
    page.click("text=Broken")
    expect(page.locator("[role=alert]")).to_have_text("It failed: there is no such thing")
    page.click("text=One")
    expect(page.locator("h2")).to_contain_text("ONE")


def test_every_address_is_finished_without_javascript(server: Server, windows: Any) -> None:
    page = windows.open(server.url + "/things/one", java_script_enabled=False)
    assert "ONE" in page.inner_text("h2")
    page.click("text=Home")
    expect(page.locator("h1")).to_have_text("Home")
