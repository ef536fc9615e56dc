"""Connections that break: what the browser shows is what the server knows, and nothing runs twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.proxy import NETWORK, Proxy
from tests.e2e.serving import APPS, Server
from tests.e2e.waiting import COMES_BACK_MS, connected, wait_until


@pytest.fixture
def server(serve: Callable[..., Server], tmp_path: Path) -> Server:
    return serve("notes:app", cwd=APPS, env={"NOTES": str(tmp_path / "notes.txt")})


def test_the_page_goes_on_after_the_server_was_restarted(server: Server, windows: Any) -> None:
    windows.allow_errors(NETWORK)
    page = windows.open(server.url)
    connected(page)
    page.click("text=Add")
    expect(page.locator("li")).to_have_text(["click 1"])
    page.fill("#draft", "half a thought")

    server.stop()
    connected(page, "reconnecting")
    server.start()
    # A new process knows nothing of this page: it is mounted afresh and merged in.
    connected(page)
    page.click("text=Add")
    expect(page.locator("li")).to_have_count(2)
    assert page.input_value("#draft") == "half a thought"
    assert page.url == server.url + "/"


def test_a_link_that_was_being_followed_when_the_server_was_restarted_is_followed(
    serve: Callable[..., Server], windows: Any
) -> None:
    windows.allow_errors(NETWORK)
    server = serve("history:app", cwd=APPS)
    page = windows.open(server.url)
    connected(page)
    server.get("/gate/close")
    page.click("text=Tea >> nth=0")
    expect(page.locator("html")).to_have_attribute("data-wayfare-routing", "")
    server.stop(kill=True)
    connected(page, "reconnecting")
    server.start()
    connected(page)
    expect(page.locator("h1")).to_have_text("About tea")
    expect(page).to_have_url(server.url + "/shop/tea")
    expect(page.locator("html")).not_to_have_attribute("data-wayfare-routing", "")


def test_what_was_typed_stays_while_a_restarted_server_can_not_make_the_page(
    server: Server, windows: Any, tmp_path: Path
) -> None:
    windows.allow_errors(NETWORK)
    page = windows.open(server.url)
    connected(page)
    page.fill("#draft", "half a thought")
    server.stop()
    connected(page, "reconnecting")
    notes = tmp_path / "notes.txt"
    notes.mkdir()  # so that it can't be read
    with page.expect_websocket(lambda _: "could not be made" in server.log, timeout=COMES_BACK_MS):
        server.start()
    notes.rmdir()
    connected(page)
    assert page.input_value("#draft") == "half a thought"
    page.click("text=Add")
    expect(page.locator("li")).to_have_text(["click 1"])


def test_a_click_that_a_restarted_server_never_heard_of_is_told(server: Server, windows: Any) -> None:
    windows.allow_errors(NETWORK)
    page = windows.open(server.url)
    connected(page)
    page.click("text=Add")
    expect(page.locator("li")).to_have_count(1)
    page.evaluate(
        """window.notices = [];
        document.addEventListener('wayfare:notice', ({ detail }) => notices.push(detail))"""
    )
    server.stop()
    connected(page, "reconnecting")
    page.click("text=Add")
    page.fill("#draft", "half a thought")
    server.start()
    connected(page)
    wait_until(page, "notices.length === 1")
    notice = page.evaluate("notices[0]")
    assert (notice["source"], notice["code"]) == ("network", "lost")
    expect(page.locator("output")).to_have_text("0")
    page.click("text=Add")
    expect(page.locator("li")).to_have_count(2)


def test_the_page_goes_on_after_the_server_crashed(server: Server, windows: Any) -> None:
    windows.allow_errors(NETWORK)
    page = windows.open(server.url)
    connected(page)
    page.click("text=Add")
    expect(page.locator("li")).to_have_count(1)
    server.stop(kill=True)
    connected(page, "reconnecting")
    server.start()
    connected(page)
    page.click("text=Add")
    expect(page.locator("li")).to_have_count(2)


def test_a_dropped_socket_resumes_the_same_page(
    server: Server, proxy: Callable[[Server], Proxy], windows: Any
) -> None:
    windows.allow_errors(NETWORK)
    between = proxy(server)
    page = windows.open(between.url)
    connected(page)
    page.click("text=Add")
    expect(page.locator("output")).to_have_text("1")
    between.drop()
    # The signal's value lives in the page on the server: a fresh mount would begin at nought.
    page.click("text=Add")
    expect(page.locator("output")).to_have_text("2")
    expect(page.locator("li")).to_have_text(["click 1", "click 2"])


def test_what_happens_while_the_socket_is_gone_arrives_afterwards(
    server: Server, proxy: Callable[[Server], Proxy], windows: Any
) -> None:
    windows.allow_errors(NETWORK)
    between = proxy(server)
    page = windows.open(between.url)
    connected(page)
    other = windows.open(server.url)
    connected(other)
    expect(page.locator("li")).to_have_count(0)
    between.refuse()
    connected(page, "reconnecting")
    other.click("text=Add")
    expect(other.locator("li")).to_have_count(1)
    expect(page.locator("li")).to_have_count(0)
    between.accept()
    connected(page)
    expect(page.locator("li")).to_have_text(["click 1"])


def test_a_click_in_flight_when_the_socket_drops_runs_once(
    server: Server, proxy: Callable[[Server], Proxy], windows: Any
) -> None:
    windows.allow_errors(NETWORK)
    between = proxy(server)
    page = windows.open(between.url)
    connected(page)
    page.click("text=Add")
    expect(page.locator("li")).to_have_count(1)
    other = windows.open(server.url)
    connected(other)

    between.hold_answers()
    page.click("text=Add")
    # The server has run it, which another window tells, but this one has not heard so.
    expect(other.locator("li")).to_have_count(2)
    expect(page.locator("li")).to_have_count(1)
    between.drop()
    between.resume()

    expect(page.locator("li")).to_have_text(["click 1", "click 2"])
    expect(page.locator("output")).to_have_text("2")
    page.click("text=Add")
    expect(other.locator("li")).to_have_text(["click 1", "click 2", "click 3"])


def test_a_form_in_flight_when_the_connection_drops_is_submitted_once(
    server: Server, proxy: Callable[[Server], Proxy], windows: Any
) -> None:
    windows.allow_errors(NETWORK)
    between = proxy(server)
    page = windows.open(between.url)
    connected(page)
    page.click("text=Add")
    expect(page.locator("li")).to_have_count(1)
    other = windows.open(server.url)
    connected(other)

    between.hold_answers()
    page.fill("[name=text]", "milk")
    page.click("text=Send")
    expect(other.locator("li")).to_have_text(["click 1", "form milk"])
    between.drop()
    between.resume()

    expect(page.locator("li")).to_have_text(["click 1", "form milk"])
    page.click("text=Add")
    expect(other.locator("li")).to_have_text(["click 1", "form milk", "click 2"])
