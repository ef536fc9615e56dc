"""Which clicks are the page's and which the browser's; what hovering does; guards on every way out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.listening import Said
from tests.e2e.serving import Server, serving
from tests.e2e.waiting import connected, wait_until
from wayfare.wire import Guard, Navigate, Preload


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving("links:app") as running:
        yield running


def opened(server: Server, windows: Any, path: str = "/", **options: Any) -> tuple[Any, Said]:
    """A live page in a document that is marked, and what it says."""
    page = windows.open(**options)
    said = Said(page)
    page.goto(server.url + path)
    connected(page)
    page.evaluate("window.same = true")
    return page, said


def is_same(page: Any) -> bool:
    """Whether the document has not been loaded again."""
    return bool(page.evaluate("window.same === true"))


def heading(page: Any, text: str) -> None:
    expect(page.locator("h1")).to_have_text(text)


# Clicks.


@pytest.mark.parametrize(
    ("link", "shown"), [("Plain", "Page plain"), ("Raw", "Page raw"), ("Drawn", "Page drawn")]
)
def test_a_click_changes_the_page_and_not_the_document(
    server: Server, windows: Any, link: str, shown: str
) -> None:
    page, said = opened(server, windows)
    before = page.evaluate("history.length")
    page.click(f"text={link}")
    heading(page, shown)
    expect(page).to_have_url(f"{server.url}/page/{link.lower()}")
    assert page.evaluate("history.length") == before + 1
    assert is_same(page)
    assert len(said.of(Navigate)) == 1


def test_what_a_link_says_of_its_entry(server: Server, windows: Any) -> None:
    page, _ = opened(server, windows)
    before = page.evaluate("history.length")
    page.click("text=Stated")
    expect(page.locator("#state")).to_have_text("{'a': [1, None, 'é']}")
    assert page.evaluate("history.state.state") == {"a": [1, None, "é"]}
    page.click("text=Replaced")
    heading(page, "Page replaced")
    assert page.evaluate("history.length") == before + 1
    assert page.evaluate("history.state.state") is None
    page.go_back()
    heading(page, "Start")
    assert is_same(page)


def test_a_link_without_scrolling_leaves_the_window_where_it_is(server: Server, windows: Any) -> None:
    page, _ = opened(server, windows, "/page/long")
    page.evaluate("scrollTo(0, 300)")
    # As a key does: a click would scroll the link into view first.
    page.evaluate("document.querySelector('[noscroll]').click()")
    heading(page, "Page kept")
    assert page.evaluate("scrollY") == 300
    page.evaluate("document.querySelector('[href=\"/page/plain\"]').click()")
    heading(page, "Page plain")
    wait_until(page, "scrollY === 0")


def test_a_hash_leads_to_its_element(server: Server, windows: Any) -> None:
    page, said = opened(server, windows)
    page.click("text=Hash of another")
    heading(page, "Page hash")
    expect(page.locator("#far")).to_be_in_viewport()
    expect(page.locator("#hash")).to_have_text("#far")
    page.click("text=Plain")
    heading(page, "Page plain")
    wait_until(page, "scrollY === 0")
    page.click("text=Hash of this")
    expect(page).to_have_url(server.url + "/page/plain#far")
    expect(page.locator("#far")).to_be_in_viewport()
    page.go_back()
    expect(page).to_have_url(server.url + "/page/plain")
    expect(page.locator("#hash")).to_have_text("")
    assert len(said.of(Navigate)) == 3
    assert is_same(page)


@pytest.mark.parametrize(
    ("how", "link"),
    [
        ({"modifiers": ["Control"]}, "Plain"),
        ({"modifiers": ["Shift"]}, "Plain"),
        ({"button": "middle"}, "Plain"),
        ({}, "New tab"),
    ],
)
def test_a_click_for_another_window_opens_one(
    server: Server, windows: Any, how: dict[str, Any], link: str
) -> None:
    page, said = opened(server, windows)
    with page.context.expect_page() as other:
        page.click(f"text={link}", **how)
    expect(other.value.locator("h1")).to_contain_text("Page")
    heading(page, "Start")
    assert not said.of(Navigate)
    assert is_same(page)


@pytest.mark.parametrize(
    ("how", "link", "shown"),
    [
        # On this system the browser follows it as a plain click, which is its own affair.
        ({"modifiers": ["Meta"]}, "Plain", "Page plain"),
        ({}, "Target self", "Page self"),
        ({}, "External", "Page external"),
    ],
)
def test_a_click_that_is_the_browsers_loads_a_document(
    server: Server, windows: Any, how: dict[str, Any], link: str, shown: str
) -> None:
    page, said = opened(server, windows)
    page.click(f"text={link}", **how)
    heading(page, shown)
    assert not is_same(page)
    assert not said.of(Navigate)


def test_a_download_is_one(server: Server, windows: Any) -> None:
    page, said = opened(server, windows)
    with page.expect_download() as download:
        page.click("text=Download")
    assert download.value.suggested_filename == "named.txt"
    assert Path(download.value.path()).read_text() == "a file"
    with page.expect_download():
        page.click("text=Plain", modifiers=["Alt"])
    heading(page, "Start")
    assert not said.of(Navigate)
    assert is_same(page)


def test_another_site_is_left_for(server: Server, windows: Any) -> None:
    page, said = opened(server, windows)
    page.route("https://elsewhere.invalid/**", lambda route: route.fulfill(body="<h1>Elsewhere</h1>"))
    page.click("text=Elsewhere")
    expect(page).to_have_url("https://elsewhere.invalid/x")
    assert not said.of(Navigate)
    page.go_back()
    heading(page, "Start")
    connected(page)


def test_a_mail_address_is_the_browsers(server: Server, windows: Any) -> None:
    page, said = opened(server, windows)
    page.evaluate(
        """addEventListener('click', event => {
            window.left = !event.defaultPrevented;
            event.preventDefault();
        })"""
    )
    page.click("text=Mail")
    assert page.evaluate("window.left")
    heading(page, "Start")
    assert not said.of(Navigate)


def test_what_is_outside_the_base_is_another_document(server: Server, windows: Any) -> None:
    page, said = opened(server, windows, "/lazy/")
    page.click("text=Plain")
    heading(page, "Page plain")
    expect(page).to_have_url(server.url + "/lazy/page/plain")
    assert is_same(page)
    page.click("text=Raw")
    heading(page, "Page raw")
    expect(page).to_have_url(server.url + "/page/raw")
    assert not is_same(page)
    assert len(said.of(Navigate)) == 1


def test_where_links_are_explicit_others_load_a_document(server: Server, windows: Any) -> None:
    page, said = opened(server, windows, "/explicit/")
    page.click("text=Plain")
    heading(page, "Page plain")
    assert is_same(page)
    page.evaluate("document.querySelector('[href=\"/explicit/page/other\"]').removeAttribute('link')")
    page.click("text=Other")
    heading(page, "Page other")
    assert not is_same(page)
    assert len(said.of(Navigate)) == 1


def test_a_link_that_is_too_long_is_answered_by_the_server(server: Server, windows: Any) -> None:
    windows.allow_errors("414")
    page, said = opened(server, windows)
    link = "document.querySelector('[href=\"/page/plain\"]')"
    page.evaluate(f"{link}.setAttribute('href', '/page/' + 'x'.repeat(9000))")
    page.click("text=Plain")
    heading(page, "URL too long")
    assert not said.of(Navigate)
    page.go_back()
    heading(page, "Start")


# Preloading.


def with_a_clock(page: Any, server: Server) -> Said:
    """Opens a page whose time stands until the test moves it, and says what it says."""
    page.clock.install(time=0)
    page.clock.pause_at(1)
    said = Said(page)
    page.goto(server.url)
    connected(page)
    return said


def test_a_pointer_that_rests_preloads_and_one_that_passes_does_not(server: Server, windows: Any) -> None:
    page = windows.open()
    said = with_a_clock(page, server)
    page.hover("text=Plain")
    page.clock.run_for(19)
    page.hover("text=Other")
    page.clock.run_for(19)
    assert not said.of(Preload)
    page.clock.run_for(1)
    assert said.wait(Preload, 1) == [["/page/other", True]]
    # The same link again is nothing new, until the pointer has been elsewhere.
    page.hover("text=Other", position={"x": 2, "y": 2})
    page.clock.run_for(50)
    page.hover("h1")
    page.hover("text=Drawn")
    page.clock.run_for(20)
    assert said.wait(Preload, 2)[1:] == [["/page/drawn", True]]


def test_focus_and_touch_preload_at_once(server: Server, windows: Any) -> None:
    page = windows.open(has_touch=True)
    said = with_a_clock(page, server)
    page.focus("text=Plain")
    assert said.wait(Preload, 1) == [["/page/plain", True]]
    page.clock.run_for(20)
    page.dispatch_event("text=Other", "touchstart")
    assert said.wait(Preload, 2)[1:] == [["/page/other", True]]


def test_a_flood_of_focus_preloads_where_it_rests_and_ends_no_connection(
    server: Server, windows: Any
) -> None:
    page, said = opened(server, windows)
    page.evaluate(
        """() => {
            const links = [...document.querySelectorAll("nav a[href^='/page']")];
            for (let round = 0; round < 500; round++) {
                for (const link of links) link.dispatchEvent(new FocusEvent("focusin", { bubbles: true }));
            }
        }"""
    )
    page.click("text=Start")
    page.hover("text=Plain")
    assert said.wait(Preload, 1)[0][0].startswith("/page/")
    page.click("text=Plain")
    heading(page, "Page plain")
    # Of thousands; the rest is as many as there are pauses between them in the time it took.
    assert len(said.of(Preload)) < 500
    assert is_same(page)
    expect(page.locator("html")).to_have_attribute("data-wayfare", "live")


def test_links_and_routers_that_opt_out_preload_no_data(server: Server, windows: Any) -> None:
    page, said = opened(server, windows)
    server.get("/seen/preloaded")
    page.hover("text=Quiet")
    assert said.wait(Preload, 1) == [["/page/quiet", False]]
    page.hover("text=Plain")
    assert said.wait(Preload, 2)[1:] == [["/page/plain", True]]
    # A click comes after them, so both have been handled when it has.
    page.click("text=Start")
    page.click("text=By button")
    heading(page, "Page button")
    assert server.get("/seen/preloaded") == "plain"

    page, said = opened(server, windows, "/lazy/")
    page.hover("text=Plain")
    page.focus("text=Other")
    page.click("text=Stated")
    heading(page, "Page stated")
    assert not said.of(Preload)


# Guards.


def through_history(way: str) -> str:
    """A script that is done when the history has moved: what the test does next would overtake it."""
    return f"new Promise(done => {{ addEventListener('popstate', done, {{once: true}}); history.{way}() }})"


def guarded(server: Server, windows: Any) -> Any:
    """The guarded page, between two others in the history, with its guard on."""
    page, _ = opened(server, windows)
    page.click("text=Guarded")
    heading(page, "Guarded")
    page.click("text=Plain")
    heading(page, "Page plain")
    page.go_back()
    heading(page, "Guarded")
    page.check("#on")
    expect(page.locator("output")).to_have_text("staying")
    server.get("/seen/asked")
    return page


@pytest.mark.parametrize(
    ("way", "to"),
    [
        ("document.querySelector('[href=\"/page/plain\"]').click()", "/page/plain"),
        ("document.querySelector('button').click()", "/page/button"),
        (through_history("back"), "-1"),
        (through_history("forward"), "1"),
    ],
    ids=["a link", "a button", "back", "forward"],
)
def test_a_guard_is_asked_on_every_way_out(server: Server, windows: Any, way: str, to: str) -> None:
    page = guarded(server, windows)
    length = page.evaluate("history.length")
    depth = page.evaluate("history.state.wayfare")
    page.evaluate(way)
    # The way back is free, so it is only taken once the page has answered.
    page.uncheck("#on")
    expect(page.locator("output")).to_have_text("free")
    wait_until(page, f"history.state.wayfare === {depth}")
    heading(page, "Guarded")
    expect(page).to_have_url(server.url + "/guarded")
    assert server.get("/seen/asked") == to
    assert page.evaluate("history.length") == length
    page.evaluate(way)
    expect(page.locator("h1")).not_to_have_text("Guarded")
    assert is_same(page)


def test_hovering_asks_no_guard(server: Server, windows: Any) -> None:
    page, said = opened(server, windows, "/guarded")
    page.check("#on")
    expect(page.locator("output")).to_have_text("staying")
    server.get("/seen/asked")
    server.get("/seen/preloaded")
    page.hover("text=Plain")
    said.wait(Preload, 1)
    page.focus("text=Other")
    said.wait(Preload, 2)
    page.uncheck("#on")
    expect(page.locator("output")).to_have_text("free")
    assert server.get("/seen/asked") == ""
    assert "plain" in server.get("/seen/preloaded")


@pytest.mark.parametrize("way", ["reload", "close", "leave"])
def test_the_window_asks_before_what_was_typed_is_lost(server: Server, windows: Any, way: str) -> None:
    page, said = opened(server, windows, "/guarded")
    said.answered(Guard)
    page.type("#text", "x")
    dialogs: list[str] = []

    def stay(dialog: Any) -> None:
        dialogs.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    with page.expect_event("dialog"):
        if way == "close":
            page.close(run_before_unload=True)
        elif way == "reload":
            page.evaluate("setTimeout(() => location.reload())")
        else:
            page.evaluate("setTimeout(() => location.assign('/file.txt'))")
    assert dialogs == ["beforeunload"]
    assert page.input_value("#text") == "x"
    assert is_same(page)


def test_a_window_without_a_guard_or_an_edit_closes_without_a_question(server: Server, windows: Any) -> None:
    page, _ = opened(server, windows, "/guarded")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.reload()
    connected(page)
    page.type("#text", "x")
    page.click("text=Plain")
    heading(page, "Page plain")
    page.reload()
    heading(page, "Page plain")
    assert asked == []
