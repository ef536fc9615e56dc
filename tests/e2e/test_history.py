"""The address bar and the history; what comes back with an entry: page, position, focus; pages that fade."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.proxy import NETWORK, Proxy
from tests.e2e.serving import Server, serving
from tests.e2e.waiting import connected, wait_until


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    with serving("history:app") as running:
        yield running


@pytest.fixture
def server(running: Server) -> Iterator[Server]:
    yield running
    running.get("/gate/open")


def live(page: Any) -> None:
    connected(page)
    page.evaluate("window.same = true")


def is_same(page: Any) -> bool:
    return bool(page.evaluate("window.same === true"))


def heading(page: Any, text: str) -> None:
    expect(page.locator("h1")).to_have_text(text)


def follow(page: Any, name: str) -> None:
    """Follows a link as the keyboard does: a click of the mouse would scroll it into view first."""
    page.evaluate(
        "name => [...document.querySelectorAll('a')].find(a => a.textContent === name).click()", name
    )


def scroll(page: Any, y: int, what: str = "window") -> None:
    """Scrolls, and returns when that has been heard of."""
    page.evaluate(
        f"""new Promise(done => {{
            ({what} === window ? document : {what}).addEventListener('scroll', done, {{once: true}});
            const scrolls = {what} === window ? document.scrollingElement : {what};
            scrolls.scrollTop = {y};
        }})"""
    )


def top(page: Any) -> int:
    return int(page.evaluate("Math.round(scrollY)"))


def move(page: Any, delta: int) -> None:
    """Goes through the history, and returns when the address bar has."""
    page.evaluate(
        f"new Promise(done => {{ addEventListener('popstate', done, {{once: true}}); history.go({delta}) }})"
    )


# The address bar and the history.


def test_back_and_forward_through_nested_routes(server: Server, windows: Any) -> None:
    page = windows.open(server.url)
    live(page)
    length, depth = page.evaluate("[history.length, history.state.wayfare]")
    page.fill("#kept", "layout")
    entries = [
        ("Tea", "/shop/tea", "About tea", "Details", "None"),
        ("Reviews of tea", "/shop/tea/reviews", "About tea", "Reviews", "None"),
        ("Cake", "/shop/cake", "About cake", "Details", "{'from': 'side'}"),
    ]
    for number, (link, path, title, below, state) in enumerate(entries, 1):
        follow(page, link)
        expect(page).to_have_url(server.url + path)
        heading(page, title)
        expect(page.locator("h2")).to_have_text(below)
        expect(page.locator("#state")).to_have_text(state)
        assert page.evaluate("[history.length, history.state.wayfare]") == [length + number, depth + number]
    for _, path, title, below, state in entries[1::-1]:
        page.go_back()
        expect(page).to_have_url(server.url + path)
        heading(page, title)
        expect(page.locator("h2")).to_have_text(below)
        expect(page.locator("#state")).to_have_text(state)
    page.go_back()
    heading(page, "Start")
    move(page, 3)
    heading(page, "About cake")
    expect(page.locator("#state")).to_have_text("{'from': 'side'}")
    assert page.evaluate("history.length") == length + 3
    assert page.input_value("#kept") == "layout"
    assert is_same(page)


def test_what_a_layout_shows_stays_while_what_is_inside_changes(server: Server, windows: Any) -> None:
    page = windows.open(server.url + "/shop/tea")
    live(page)
    page.fill("#note", "of the product")
    follow(page, "Reviews of tea")
    expect(page.locator("h2")).to_have_text("Reviews")
    page.go_back()
    expect(page.locator("h2")).to_have_text("Details")
    follow(page, "Cake")
    heading(page, "About cake")
    # Params that change are no reason to build the route anew.
    assert page.input_value("#note") == "of the product"


def test_the_address_changes_with_the_page_and_not_before(server: Server, windows: Any) -> None:
    page = windows.open(server.url)
    live(page)
    server.get("/gate/close")
    link = page.locator("a >> text='Tea'")
    follow(page, "Tea")
    expect(link).to_have_attribute("aria-busy", "true")
    expect(link).to_have_class("inactive waiting")
    expect(page.locator("html")).to_have_attribute("data-wayfare-routing", "")
    expect(page).to_have_url(server.url + "/")
    heading(page, "Start")
    server.get("/gate/open")
    heading(page, "About tea")
    expect(page).to_have_url(server.url + "/shop/tea")
    expect(link).not_to_have_attribute("aria-busy", "true")
    expect(link).to_have_class("active")
    expect(page.locator("html")).not_to_have_attribute("data-wayfare-routing", "")


def test_the_page_is_told_of_navigations_and_their_direction(server: Server, windows: Any) -> None:
    page = windows.open(server.url)
    live(page)
    told = page.locator("#told")
    follow(page, "Tea")
    expect(told).to_have_text("push from / to /shop/tea")
    page.go_back()
    expect(told).to_have_text("back from /shop/tea to /")
    page.go_forward()
    expect(told).to_have_text("forward from / to /shop/tea")
    page.click("#back")
    expect(told).to_have_text("back from /shop/tea to /")


def test_the_last_navigation_wins(server: Server, windows: Any) -> None:
    page = windows.open(server.url)
    live(page)
    length = page.evaluate("history.length")
    server.get("/gate/close")
    follow(page, "Tea")
    expect(page.locator("html")).to_have_attribute("data-wayfare-routing", "")
    follow(page, "Cake")
    expect(page.locator("[aria-busy=true]")).to_have_text(["Cake", "Cake from here"])
    server.get("/gate/open")
    heading(page, "About cake")
    expect(page).to_have_url(server.url + "/shop/cake")
    assert page.evaluate("history.length") == length + 1


def test_going_back_before_the_answer_to_a_click_goes_back(
    server: Server, windows: Any, proxy: Callable[[Server], Proxy]
) -> None:
    between = proxy(server)
    page = windows.open(between.url)
    live(page)
    follow(page, "Tea")
    heading(page, "About tea")
    between.hold_answers()
    follow(page, "Cake")
    move(page, -1)
    between.resume()
    heading(page, "Start")
    expect(page).to_have_url(between.url + "/")
    # What the address bar and the page show goes on being the same.
    page.click("#count")
    expect(page.locator("#count")).to_have_text("Count 1")
    expect(page).to_have_url(between.url + "/")
    page.go_forward()
    heading(page, "About tea")


def test_a_navigation_during_which_the_connection_drops_arrives_once(
    server: Server, windows: Any, proxy: Callable[[Server], Proxy]
) -> None:
    windows.allow_errors(NETWORK)
    between = proxy(server)
    page = windows.open(between.url)
    live(page)
    length = page.evaluate("history.length")
    between.hold_answers()
    follow(page, "Tea")
    between.drop()
    between.resume()
    heading(page, "About tea")
    expect(page).to_have_url(between.url + "/shop/tea")
    assert page.evaluate("history.length") == length + 1
    assert is_same(page)


BACK_TWICE = "addEventListener('popstate', () => history.back(), {once: true})"

# The first move that the page asks for comes while the visitor's own next one is under way.
BACK_AGAIN = """
    const go = history.go.bind(history);
    history.go = delta => {
        history.go = go;
        go(-1);
        go(delta);
    };
    null
"""


@pytest.mark.parametrize("again", [BACK_TWICE, BACK_AGAIN], ids=["before", "meanwhile"])
def test_going_back_once_more_while_a_guard_undoes_it_is_undone_too(
    server: Server, windows: Any, again: str
) -> None:
    page = windows.open(server.url)
    live(page)
    for name, title in [
        ("Tea", "About tea"),
        ("Cake", "About cake"),
        ("Tea", "About tea"),
        ("Asking", "Asking"),
    ]:
        follow(page, name)
        heading(page, title)
    depth = page.evaluate("history.state.wayfare")
    page.evaluate("addEventListener('popstate', () => { window.moves = (window.moves || 0) + 1 })")
    page.evaluate(again)
    move(page, -1)
    wait_until(page, f"moves > {2 if again == BACK_TWICE else 1} && history.state.wayfare === {depth}")
    heading(page, "Asking")
    # The page and the address bar go on together.
    page.click("#count")
    expect(page.locator("#count")).to_have_text("Count 1")
    expect(page).to_have_url(server.url + "/asking")
    assert page.evaluate("history.state.wayfare") == depth


def test_a_guard_that_lets_the_visitor_go_on_is_heard_and_asked_again_the_next_time(
    server: Server, windows: Any
) -> None:
    page = windows.open(server.url)
    live(page)
    for name, title in [("Tea", "About tea"), ("Saving", "Saving")]:
        follow(page, name)
        heading(page, title)
    move(page, -1)
    heading(page, "About tea")
    expect(page).to_have_url(server.url + "/shop/tea")
    move(page, 1)
    heading(page, "Saving")
    expect(page.locator("#saved")).to_have_text("0")
    # Forward and back, there is an entry on both sides.
    page.evaluate("history.back()")
    heading(page, "About tea")
    page.evaluate("history.back()")
    heading(page, "Start")
    expect(page).to_have_url(server.url + "/")


def test_an_entry_that_a_script_replaces_stays_where_it_is(server: Server, windows: Any) -> None:
    page = windows.open(server.url)
    live(page)
    follow(page, "Asking")
    heading(page, "Asking")
    depth = page.evaluate("history.state.wayfare")
    page.evaluate("location.replace('#last')")
    wait_until(page, f"history.state?.wayfare === {depth} && location.hash === '#last'")
    page.evaluate("addEventListener('popstate', () => { window.moves = (window.moves || 0) + 1 })")
    page.evaluate("history.back()")
    wait_until(page, "moves === 2")
    assert page.evaluate("history.state.wayfare") == depth
    heading(page, "Asking")
    expect(page).to_have_url(server.url + "/asking#last")
    page.evaluate("location.hash = 'more'")
    wait_until(page, f"history.state?.wayfare === {depth + 1}")


@pytest.mark.parametrize("blocked", [False, True], ids=["the server is away", "sockets are blocked"])
def test_a_place_in_the_page_is_gone_to_without_a_connection(
    server: Server, windows: Any, proxy: Callable[[Server], Proxy], blocked: bool
) -> None:
    windows.allow_errors(NETWORK)
    between = proxy(server)
    page = windows.open()
    if blocked:
        page.add_init_script("window.WebSocket = class { constructor() { throw new Error('blocked') } }")
    page.goto(between.url + "/shop/cake")
    connected(page, "offline" if blocked else "live")
    page.evaluate("window.same = true")
    page.fill("#note", "half a thought")
    between.refuse()
    if not blocked:
        connected(page, "reconnecting")
    page.evaluate("const now = Date.now; Date.now = () => now() + 5000; null")
    follow(page, "Last of cake")
    expect(page.locator("#last")).to_be_in_viewport()
    move(page, -1)
    wait_until(page, "location.hash === ''")
    between.accept()
    if not blocked:
        connected(page)
    # A document that is loaded again would answer nothing, or as another one.
    page.evaluate("fetch('/arrivals').then(answer => answer.text())")
    assert is_same(page)
    assert page.input_value("#note") == "half a thought"


# Focus and announcements.


def test_a_page_that_is_gone_back_to_is_announced_and_its_heading_has_the_focus(
    server: Server, windows: Any
) -> None:
    page = windows.open(server.url)
    live(page)
    follow(page, "Tea")
    expect(page.locator("[aria-live=polite]")).to_have_text("All about tea")
    assert page.evaluate("document.activeElement.textContent") == "About tea"
    page.go_back()
    expect(page.locator("[aria-live=polite]")).to_have_text("Start")
    assert page.evaluate("document.activeElement.textContent") == "Start"
    assert page.evaluate("document.activeElement.localName") == "h1"


def test_the_focus_stays_in_a_field_that_is_written_in(server: Server, windows: Any) -> None:
    page = windows.open(server.url)
    live(page)
    page.focus("#kept")
    follow(page, "Tea")
    expect(page.locator("[aria-live=polite]")).to_have_text("All about tea")
    assert page.evaluate("document.activeElement.id") == "kept"


def test_a_hash_router_is_a_router(server: Server, windows: Any) -> None:
    page = windows.open(server.url + "/hash/")
    live(page)
    length = page.evaluate("history.length")
    follow(page, "Cake")
    heading(page, "About cake")
    expect(page).to_have_url(server.url + "/hash/#/shop/cake")
    expect(page.locator("#state")).to_have_text("{'from': 'side'}")
    expect(page.locator("[aria-live=polite]")).to_have_text("All about cake")
    assert page.evaluate("document.activeElement.textContent") == "About cake"
    assert page.evaluate("history.length") == length + 1
    follow(page, "Last of cake")
    expect(page).to_have_url(server.url + "/hash/#/shop/cake#last")
    expect(page.locator("#last")).to_be_in_viewport()
    page.go_back()
    expect(page.locator("#state")).to_have_text("{'from': 'side'}")
    page.go_back()
    heading(page, "Start")
    page.evaluate("location.hash = '/shop/tea'")
    heading(page, "About tea")
    assert is_same(page)


@pytest.mark.parametrize("delta", [-1, 1])
def test_a_guard_in_a_hash_router_keeps_the_visitor(server: Server, windows: Any, delta: int) -> None:
    page = windows.open(server.url + "/hash/#/shop/tea")
    live(page)
    heading(page, "About tea")
    follow(page, "Asking")
    heading(page, "Asking")
    depth = page.evaluate("history.state.wayfare")
    if delta > 0:
        # An entry to go forward to, made past the guard.
        entry = {"wayfare": depth + 1, "state": None}
        page.evaluate("entry => history.pushState(entry, '', '#/shop/cake')", entry)
        move(page, -1)
    page.evaluate(
        """window.seen = [];
        addEventListener('popstate', () => seen.push(location.hash))"""
    )
    move(page, delta)
    wait_until(page, "seen.length === 2")
    assert page.evaluate("seen") == ["#/shop/tea" if delta < 0 else "#/shop/cake", "#/asking"]
    assert page.evaluate("history.state.wayfare") == depth
    page.click("#count")
    expect(page.locator("#count")).to_have_text("Count 1")
    heading(page, "Asking")


# Scroll positions.

# Counts how often the client scrolls the window.
CALLS = """
    const original = scrollTo;
    window.calls = 0;
    window.scrollTo = (...all) => { calls++; original(...all) };
"""


def test_positions_come_back_when_the_page_is_there(server: Server, windows: Any) -> None:
    page = windows.open(server.url + "/scroll/")
    live(page)
    scroll(page, 1500)
    follow(page, "Tea")
    heading(page, "About tea")
    assert top(page) == 0
    scroll(page, 700)
    scroll(page, 300, "document.querySelector('#list')")
    scroll(page, 100, "document.querySelector('#side')")
    follow(page, "Reviews of tea")
    expect(page.locator("h2")).to_have_text("Reviews")
    assert page.evaluate("document.querySelector('#side').scrollTop") == 100
    scroll(page, 50, "document.querySelector('#side')")
    follow(page, "Cake")
    heading(page, "About cake")

    move(page, -2)
    heading(page, "About tea")
    assert top(page) == 700
    # The list was built anew and is where it was; the layout stayed, and so did what was done in it since.
    assert page.evaluate("document.querySelector('#list').scrollTop") == 300
    assert page.evaluate("document.querySelector('#side').scrollTop") == 50

    server.get("/gate/close")
    move(page, -1)
    heading(page, "Start")
    assert top(page) == 1500
    move(page, 1)
    expect(page.locator("html")).to_have_attribute("data-wayfare-routing", "")
    heading(page, "Start")
    assert top(page) == 1500
    server.get("/gate/open")
    heading(page, "About tea")
    assert top(page) == 700


def test_a_visitor_who_scrolls_while_a_page_comes_back_is_left_alone(server: Server, windows: Any) -> None:
    page = windows.open()
    page.add_init_script(CALLS)
    page.goto(server.url + "/scroll/shop/tea")
    live(page)
    scroll(page, 700)
    follow(page, "Start")
    heading(page, "Start")
    before = page.evaluate("calls")
    server.get("/gate/close")
    move(page, -1)
    expect(page.locator("html")).to_have_attribute("data-wayfare-routing", "")
    page.mouse.move(300, 300)
    page.mouse.wheel(0, 200)
    wait_until(page, "scrollY === 200")
    server.get("/gate/open")
    heading(page, "About tea")
    assert top(page) == 200
    # Not even to where they are: that would stop a scroll that is still going on.
    assert page.evaluate("calls") == before


def scrolled_in_what_comes_later(server: Server, windows: Any) -> Any:
    """A page that was scrolled, left and gone back to, while most of it is still to come."""
    page = windows.open(server.url + "/scroll/")
    live(page)
    follow(page, "Later")
    expect(page.locator("h2")).to_have_text("About later")
    scroll(page, 900)
    scroll(page, 300, "document.querySelector('#list')")
    follow(page, "Start")
    heading(page, "Start")
    server.get("/gate/close")
    move(page, -1)
    expect(page.locator("#wait")).to_be_visible()
    return page


def test_positions_come_back_in_what_a_boundary_shows_later(server: Server, windows: Any) -> None:
    page = scrolled_in_what_comes_later(server, windows)
    assert top(page) == 0
    server.get("/gate/open")
    wait_until(page, "scrollY === 900")
    assert page.evaluate("document.querySelector('#list').scrollTop") == 300
    # Also where the visitor goes on before it has come.
    server.get("/gate/close")
    move(page, 1)
    heading(page, "Start")
    move(page, -1)
    expect(page.locator("#wait")).to_be_visible()
    move(page, 1)
    heading(page, "Start")
    server.get("/gate/open")
    move(page, -1)
    wait_until(page, "scrollY === 900")


def test_what_comes_after_the_visitor_has_gone_on_moves_nothing(server: Server, windows: Any) -> None:
    page = scrolled_in_what_comes_later(server, windows)
    page.mouse.click(300, 300)
    server.get("/gate/open")
    expect(page.locator("h2")).to_have_text("About later")
    assert top(page) == 0


def test_positions_outlast_the_document(server: Server, windows: Any) -> None:
    page = windows.open(server.url + "/scroll/")
    live(page)
    follow(page, "Tea")
    heading(page, "About tea")
    scroll(page, 800)
    page.reload()
    live(page)
    assert top(page) == 800
    page.goto(server.url + "/gate/open")
    page.go_back()
    live(page)
    assert top(page) == 800
    page.go_back()
    heading(page, "Start")
    assert top(page) == 0
    page.goto(server.url + "/scroll/shop/cake")
    live(page)
    assert top(page) == 0


def test_an_entry_that_is_never_scrolled_in_has_where_it_began(server: Server, windows: Any) -> None:
    page = windows.open(server.url + "/scroll/")
    live(page)
    scroll(page, 500)
    follow(page, "Cake from here")
    heading(page, "About cake")
    assert top(page) == 500
    follow(page, "Tea")
    heading(page, "About tea")
    assert top(page) == 0
    follow(page, "Start")
    heading(page, "Start")
    scroll(page, 900)
    move(page, -1)
    heading(page, "About tea")
    assert top(page) == 0
    move(page, -1)
    heading(page, "About cake")
    assert top(page) == 500


def test_a_position_comes_back_with_an_entry_of_the_same_page(server: Server, windows: Any) -> None:
    page = windows.open(server.url + "/scroll/")
    live(page)
    for name, title, y in [("Tea", "About tea", 700), ("Start", "Start", 50), ("Tea", "About tea", 1500)]:
        follow(page, name)
        heading(page, title)
        scroll(page, y)
    move(page, -2)
    wait_until(page, "scrollY === 700")
    heading(page, "About tea")
    move(page, 2)
    wait_until(page, "scrollY === 1500")


def test_a_guard_that_keeps_the_visitor_moves_nothing(server: Server, windows: Any) -> None:
    page = windows.open(server.url + "/scroll/")
    live(page)
    scroll(page, 900)
    follow(page, "Asking")
    heading(page, "Asking")
    scroll(page, 600)
    depth = page.evaluate("history.state.wayfare")
    move(page, -1)
    wait_until(page, f"history.state.wayfare === {depth}")
    page.evaluate("document.querySelector('#count').click()")
    expect(page.locator("#count")).to_have_text("Count 1")
    heading(page, "Asking")
    assert top(page) == 600


def test_without_the_option_scrolling_back_is_the_browsers(server: Server, windows: Any) -> None:
    page = windows.open()
    page.add_init_script(CALLS)
    page.goto(server.url)
    live(page)
    assert page.evaluate("history.scrollRestoration") == "auto"
    follow(page, "Tea")
    heading(page, "About tea")
    assert page.evaluate("calls") == 1
    move(page, -1)
    heading(page, "Start")
    move(page, 1)
    heading(page, "About tea")
    assert page.evaluate("calls") == 1
    assert page.evaluate("sessionStorage.length") == 0


# View transitions.

# Counts the pictures that are taken and the transitions that end; `hold()` puts them off until `release()`.
PICTURES = """
    window.pictures = [];
    window.fades = 0;
    let held = Promise.resolve();
    window.hold = () => { held = new Promise(done => { window.release = done }) };
    const start = document.startViewTransition.bind(document);
    document.startViewTransition = update => {
        pictures.push(document.querySelector('h1').textContent);
        const begun = held.then(() => start(update));
        begun.then(one => one.finished).then(() => fades++);
        return { ready: begun.then(one => one.ready) };
    };
"""


def test_pages_fade_where_the_router_says_so(server: Server, windows: Any) -> None:
    page = windows.open()
    page.add_init_script(PICTURES)
    page.goto(server.url + "/fade/")
    live(page)
    page.click("#count")
    expect(page.locator("#count")).to_have_text("Count 1")
    assert page.evaluate("pictures") == []
    follow(page, "Tea")
    heading(page, "About tea")
    wait_until(page, "fades === 1")
    page.go_back()
    heading(page, "Start")
    wait_until(page, "fades === 2")
    assert page.evaluate("pictures") == ["Start", "About tea"]
    expect(page.locator("[aria-live=polite]")).to_have_text("Start")
    assert page.evaluate("document.activeElement.textContent") == "Start"


def test_what_comes_while_the_picture_is_taken_follows_in_order(
    server: Server, windows: Any, proxy: Callable[[Server], Proxy]
) -> None:
    windows.allow_errors(NETWORK)
    between = proxy(server)
    page = windows.open()
    page.add_init_script(PICTURES)
    with page.expect_websocket() as opened:
        page.goto(between.url + "/fade/")
    live(page)
    length = page.evaluate("history.length")
    page.evaluate("hold()")
    follow(page, "Tea")
    wait_until(page, "pictures.length === 1")
    with opened.value.expect_event("framereceived", lambda frame: ',"1"]' in str(frame)):
        page.evaluate("document.querySelector('#count').click()")
    assert page.evaluate("[location.pathname, count.textContent]") == ["/fade/", "Count 0"]
    heading(page, "Start")
    # Another page follows, which needs a picture of the one that is not shown yet.
    with opened.value.expect_event("framereceived", lambda frame: "/shop/cake" in str(frame)):
        follow(page, "Cake")
    # The connection breaks, too: what waited is sent again, and shown once.
    between.drop()
    connected(page, "reconnecting")
    page.evaluate("document.querySelector('#count').click()")
    page.evaluate("release()")
    heading(page, "About cake")
    expect(page.locator("#count")).to_have_text("Count 2")
    expect(page).to_have_url(between.url + "/fade/shop/cake")
    assert page.evaluate("history.length") == length + 2
    wait_until(page, "fades === pictures.length")
    assert is_same(page)


@pytest.mark.parametrize(
    ("path", "options", "script"),
    [
        ("/", {}, ""),
        ("/fade/", {"reduced_motion": "reduce"}, ""),
        ("/fade/", {}, "delete document.startViewTransition; delete Document.prototype.startViewTransition"),
    ],
    ids=["not asked for", "less motion", "an older browser"],
)
def test_pages_change_at_once(
    server: Server, windows: Any, path: str, options: dict[str, Any], script: str
) -> None:
    page = windows.open(**options)
    page.add_init_script(PICTURES + script)
    page.goto(server.url + path)
    live(page)
    follow(page, "Tea")
    heading(page, "About tea")
    assert page.evaluate("pictures") == []
    assert is_same(page)
