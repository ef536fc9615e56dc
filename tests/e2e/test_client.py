"""What the client does that only a real browser can show."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.listening import Said
from tests.e2e.proxy import NETWORK, Proxy
from tests.e2e.serving import APPS, Server, serving
from tests.e2e.waiting import connected, wait_until
from wayfare.wire import Guard


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving("client:app") as running:
        yield running


def page_id(page: Any) -> str:
    return str(page.get_attribute("meta[name=wayfare]", "content"))


def focused(page: Any) -> str:
    """The tag and id of the element with the focus."""
    return str(page.evaluate("document.activeElement.localName + '#' + document.activeElement.id"))


def scrolled(page: Any) -> int:
    return int(page.evaluate("Math.round(window.scrollY)"))


def test_a_navigation_goes_to_the_top_and_back_returns_to_where_it_was(server: Server, windows: Any) -> None:
    page = windows.open(server.url + "/long")
    connected(page)
    page.evaluate("window.scrollTo(0, 5000)")
    wait_until(page, "window.scrollY === 5000")
    page.click("text=Back to the start")
    expect(page.locator("h1")).to_have_text("Home")
    assert scrolled(page) == 0
    page.click("text=Far down")
    expect(page.locator("h1")).to_have_text("Long")
    assert scrolled(page) == 0
    page.go_back()
    expect(page.locator("h1")).to_have_text("Home")
    page.go_back()
    expect(page.locator("h1")).to_have_text("Long")
    # To click, playwright has scrolled the link at the bottom into view.
    wait_until(page, "window.scrollY > 5000")
    page.click("text=Stay here")
    expect(page).to_have_url(server.url + "/long?again")
    assert scrolled(page) > 5000


def test_a_hash_is_scrolled_to_also_within_a_page(server: Server, windows: Any) -> None:
    page = windows.open(server.url)
    connected(page)
    page.click("text=Middle")
    expect(page.locator("#middle")).to_be_in_viewport()
    assert scrolled(page) > 1000
    page.click("text=Long")
    expect(page).to_have_url(server.url + "/long")
    wait_until(page, "window.scrollY === 0")
    page.click("text=Middle")
    wait_until(page, "window.scrollY > 1000")


def test_a_new_page_is_announced_and_its_heading_has_the_focus(server: Server, windows: Any) -> None:
    page = windows.open(server.url)
    connected(page)
    page.focus("nav a >> nth=2")
    page.keyboard.press("Enter")
    expect(page.locator("[aria-live=polite]")).to_have_text("A long page")
    assert focused(page) == "h1#"
    expect(page).to_have_title("A long page")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Back to the start"


def test_typing_faster_than_the_server_answers_loses_nothing(
    server: Server, windows: Any, proxy: Callable[[Server], Proxy]
) -> None:
    between = proxy(server)
    page = windows.open(between.url + "/typing")
    connected(page)
    page.focus("#echo")
    between.hold_answers()
    page.keyboard.type("abc")
    between.resume()
    page.keyboard.type("defghijklmnopqrstuvwxyz", delay=1)
    expect(page.locator("#shown")).to_have_text("abcdefghijklmnopqrstuvwxyz")
    assert page.input_value("#echo") == "abcdefghijklmnopqrstuvwxyz"
    assert page.input_value("#upper") == "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def test_a_value_that_the_server_changes_keeps_the_caret(server: Server, windows: Any) -> None:
    page = windows.open(server.url + "/typing")
    connected(page)
    page.focus("#upper")
    page.keyboard.type("hello")
    expect(page.locator("#upper")).to_have_value("HELLO")
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    page.keyboard.type("x")
    expect(page.locator("#upper")).to_have_value("HEXLLO")
    page.keyboard.type("y")
    expect(page.locator("#upper")).to_have_value("HEXYLLO")
    page.click("#clear")
    expect(page.locator("#upper")).to_have_value("")
    expect(page.locator("#area")).to_have_value("")


def test_what_is_debounced_arrives_before_the_click_that_follows(server: Server, windows: Any) -> None:
    page = windows.open(server.url + "/typing")
    connected(page)
    page.focus("#slow")
    page.keyboard.type("a")
    page.click("#click")
    expect(page.locator("#log")).to_have_text("kic")


def test_a_select_shows_its_value(server: Server, windows: Any) -> None:
    page = windows.open(server.url + "/typing")
    connected(page)
    expect(page.locator("#choice")).to_have_value("b")
    page.select_option("#choice", "a")
    expect(page.locator("#chosen")).to_have_text("a")
    page.click("#choose")
    expect(page.locator("#choice")).to_have_value("c")


def test_rows_that_move_keep_focus_selection_and_scroll_positions(server: Server, windows: Any) -> None:
    page = windows.open(server.url + "/rows")
    connected(page)
    page.evaluate("for (const row of [1, 2, 5]) document.querySelector(`#box-${row}`).scrollTop = 10 + row")
    page.fill("#row-2", "hello")
    page.evaluate("document.querySelector('#row-2').setSelectionRange(1, 3)")
    page.keyboard.press("Shift")
    expect(page.locator("tr >> nth=0")).to_contain_text("5")
    assert focused(page) == "input#row-2"
    assert page.evaluate("[document.activeElement.selectionStart, document.activeElement.selectionEnd]") == [
        1,
        3,
    ]
    assert page.evaluate("[...document.querySelectorAll('.box')].map(box => box.scrollTop)") == [
        15,
        0,
        0,
        12,
        11,
    ]
    assert page.locator("td:first-child").all_inner_texts() == ["5", "4", "3", "2", "1"]
    assert page.locator("td:nth-child(2)").all_inner_texts() == ["0", "1", "2", "3", "4"]
    assert page.locator("li").all_inner_texts()[:4] == ["a5", "b5", "a4", "b4"]


def test_a_thousand_rows_come_and_go(server: Server, windows: Any) -> None:
    page = windows.open(server.url + "/rows")
    connected(page)
    page.click("#grow")
    expect(page.locator("tr")).to_have_count(1000)
    page.click("#turn")
    expect(page.locator("td >> nth=0")).to_have_text("1009")
    page.click("#none")
    expect(page.locator("tr")).to_have_count(1)
    expect(page.locator("td")).to_have_text("nothing")


def test_svg_is_drawn(server: Server, windows: Any) -> None:
    page = windows.open(server.url + "/rows")
    connected(page)
    page.click("#grow")
    expect(page.locator("circle")).to_have_count(1000)
    names = "[...document.querySelectorAll('circle')].every(one => one instanceof SVGCircleElement)"
    assert page.evaluate(names)


def test_a_restarted_server_changes_nothing_that_the_visitor_has_done(
    serve: Callable[..., Server], windows: Any
) -> None:
    windows.allow_errors(NETWORK)
    server = serve("client:app", cwd=APPS)
    page = windows.open(server.url + "/keep")
    connected(page)
    page.click("text=Count 0")
    expect(page.locator("#counted")).to_be_visible()
    page.click("summary")
    page.check("[name=tick]")
    page.select_option("[name=choice]", "y")
    page.fill("[name=area]", "a thought")
    page.fill("[name=typed]", "half a thought")
    page.evaluate("document.querySelector('[name=typed]').setSelectionRange(2, 4)")
    page.evaluate("document.querySelector('#scrolls').scrollTop = 100")
    page.evaluate("window.node = document.querySelector('[name=typed]')")
    server.stop()
    connected(page, "reconnecting")
    server.start()
    connected(page)
    expect(page.locator("button")).to_have_text("Count 0")
    expect(page.locator("#counted")).to_have_count(0)
    kept = page.evaluate(
        """[document.querySelector('details').open, document.querySelector('[name=tick]').checked,
            document.querySelector('[name=choice]').value, document.querySelector('[name=area]').value,
            document.activeElement === window.node, window.node.value, window.node.selectionStart,
            document.querySelector('#scrolls').scrollTop]"""
    )
    assert kept == [True, True, "y", "a thought", True, "half a thought", 2, 100]


def test_without_a_server_a_link_is_followed_by_the_browser(
    serve: Callable[..., Server], windows: Any
) -> None:
    windows.allow_errors(NETWORK)
    server = serve("client:app", cwd=APPS)
    page = windows.open(server.url)
    connected(page)
    server.stop()
    connected(page, "reconnecting")
    with page.expect_event("requestfailed", lambda request: request.url == server.url + "/long"):
        page.click("text=Long")
    # The browser's own page about it: a load that came before it would be interrupted.
    expect(page).to_have_url("chrome-error://chromewebdata/")
    server.start()
    page.reload()
    expect(page.locator("h1")).to_have_text("Long")


def test_where_sockets_are_blocked_links_and_forms_work(server: Server, windows: Any) -> None:
    page = windows.open()
    page.add_init_script("window.WebSocket = class { constructor() { throw new Error('blocked') } }")
    page.goto(server.url)
    connected(page, "offline")
    page.click("text=Long")
    expect(page.locator("h1")).to_have_text("Long")
    page.goto(server.url + "/forms")
    before = int(page.inner_text("output"))
    page.click("text=Send")
    expect(page.locator("output")).to_have_text(str(before + 1))


def test_going_back_to_a_page_from_the_browsers_cache_makes_it_live_again(
    server: Server, windows: Any
) -> None:
    page = windows.open(server.url + "/typing")
    connected(page)
    page.goto("about:blank")
    page.go_back()
    connected(page)
    page.fill("#echo", "again")
    expect(page.locator("#shown")).to_have_text("again")


def test_a_reloaded_page_goes_on_in_its_history(server: Server, windows: Any) -> None:
    page = windows.open(server.url + "/moves")
    connected(page)
    page.click("#state")
    expect(page).to_have_url(server.url + "/moves?with=state")
    depth = page.evaluate("history.state.wayfare")
    assert page.evaluate("history.state") == {"wayfare": depth, "state": {"a": [1]}}
    page.reload()
    connected(page)
    assert page.evaluate("history.state.wayfare") == depth
    page.click("#back")
    expect(page).to_have_url(server.url + "/moves")
    page.go_forward()
    expect(page).to_have_url(server.url + "/moves?with=state")
    page.click("#replace")
    expect(page).to_have_url(server.url + "/keep")
    page.go_back()
    expect(page).to_have_url(server.url + "/moves")
    expect(page.locator("h1")).to_have_text("Moves")


@pytest.mark.parametrize("times", [1, 2, 3])
def test_a_guard_undoes_back_and_keeps_the_address(
    server: Server, windows: Any, proxy: Callable[[Server], Proxy], times: int
) -> None:
    between = proxy(server)
    page = windows.open(between.url)
    connected(page)
    for name, title in (("Long", "Long"), ("Typing", "Typing"), ("To the guard", "Guarded")):
        page.click(f"text={name}")
        expect(page.locator("h1")).to_have_text(title)
    # The visitor presses back again before the first answer comes.
    between.hold_answers()
    back = "new Promise(done => { addEventListener('popstate', done, {once: true}); history.back() })"
    for _ in range(times):
        page.evaluate(back)
    between.resume()
    expect(page).to_have_url(between.url + "/guarded")
    expect(page.locator("h1")).to_have_text("Guarded")
    page.click("text=Home")
    page.click("text=Long")
    expect(page).to_have_url(between.url + "/guarded")
    expect(page.locator("h1")).to_have_text("Guarded")


def test_closing_a_window_with_something_typed_asks_while_there_is_a_guard(
    server: Server, windows: Any
) -> None:
    page = windows.open()
    said = Said(page)
    page.goto(server.url + "/guarded")
    said.answered(Guard)
    asked: list[str] = []

    def answer(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", answer)
    page.type("#edited", "x")
    page.goto("about:blank")
    assert asked == ["beforeunload"]


def test_a_double_click_sends_a_form_once(
    server: Server, windows: Any, proxy: Callable[[Server], Proxy]
) -> None:
    between = proxy(server)
    page = windows.open(between.url + "/forms")
    connected(page)
    before = int(page.inner_text("output"))
    # Both clicks come before the answer to the first.
    between.hold_answers()
    page.dblclick("text=Send")
    between.resume()
    wait_until(page, "!document.querySelector('form').hasAttribute('data-wayfare-pending')")
    page.reload()
    assert int(page.inner_text("output")) == before + 1


def test_a_file_is_sent_with_the_button_that_sent_it(server: Server, windows: Any) -> None:
    page = windows.open(server.url + "/forms")
    connected(page)
    page.set_input_files(
        "[name=file]", {"name": "notes é.txt", "mimeType": "text/plain", "buffer": b"x" * 100_000}
    )
    page.evaluate("window.same = true")
    page.click("text=Check")
    expect(page.locator("#sent")).to_have_text("notes é.txt: 100000 bytes, check")
    assert page.evaluate("window.same")
    # Nothing is reset: the form is as the visitor left it.
    assert page.evaluate("document.querySelector('[name=file]').files.length") == 1


def test_a_copied_tab_gets_a_page_of_its_own(server: Server, windows: Any) -> None:
    one = windows.open(server.url + "/typing")
    connected(one)
    # A copied tab is a document that was loaded with another one's page id.
    two = windows.tab(one)
    two.add_init_script(
        """new MutationObserver(() => {
            const meta = document.querySelector('meta[name=wayfare]');
            if (meta) meta.content = PAGE;
        }).observe(document, {childList: true, subtree: true})""".replace("PAGE", repr(page_id(one)))
    )
    two.goto(server.url + "/typing")
    connected(two)
    one.fill("#echo", "one")
    two.fill("#echo", "two")
    expect(one.locator("#shown")).to_have_text("one")
    expect(two.locator("#shown")).to_have_text("two")
    assert page_id(two) == page_id(one)


def test_a_page_three_hundred_deep_is_taken_over(server: Server, windows: Any) -> None:
    page = windows.open(server.url + "/deep")
    connected(page)
    expect(page.locator("p")).to_have_text("The bottom")
    page.click("text=Home")
    expect(page.locator("h1")).to_have_text("Home")
    page.go_back()
    expect(page.locator("p")).to_have_text("The bottom")
