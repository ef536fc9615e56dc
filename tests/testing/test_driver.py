"""The page driver: what a visitor sees and does, with the real messages."""

from __future__ import annotations

import asyncio

import pytest

from wayfare.components import A, Route, Router
from wayfare.data import create_async, query, redirect, revalidate
from wayfare.errors import UsageError
from wayfare.html import (
    Node,
    a,
    button,
    div,
    form,
    h1,
    input_,
    label,
    option,
    p,
    select,
    span,
    textarea,
)
from wayfare.reactive import create_signal
from wayfare.render import Event, Suspense, component, debounce, prevent_default, stop_propagation, throttle
from wayfare.routing import use_before_leave, use_search_params
from wayfare.server import App
from wayfare.testing import VirtualClock, open_page

pytestmark = pytest.mark.anyio
SECRET = "a secret for tests only"


def app_of(body: object) -> App:
    return App(body, secret=SECRET)  # type: ignore[arg-type]


def fields() -> Node:
    log, set_log = create_signal("")

    def note(event: Event) -> None:
        set_log(lambda before: f"{before} {event.type}:{event.payload.get('name', '')}={event.value}".strip())

    def checked(event: Event) -> None:
        set_log(
            lambda before: f"{before} {event.type}:{event.payload.get('name', '')}={event.checked}".strip()
        )

    return form(on_submit=prevent_default(lambda event: set_log(str(event.fields))))[
        input_(name="text", on_input=note, on_change=note),
        textarea(name="area", on_input=note)["given"],
        select(name="pick", on_change=note)[option(value="1")["One"], option(value="2")["Two"]],
        input_(type="checkbox", name="box", value="yes", on_change=checked),
        input_(type="radio", name="kind", value="a", checked=True),
        input_(type="radio", name="kind", value="b", on_change=checked),
        button(name="send", value="now")["Send"],
        button(type="button", disabled=True)["Never"],
        p[log],
    ]


# Looking.


async def test_what_is_shown_is_text_html_and_title() -> None:
    async with open_page(app_of(lambda: div[h1["Title"], p["Text ", span["inside"]]])) as page:
        assert page.text == "Title\nText inside"
        assert page.html == "<div><h1>Title</h1><p>Text <span>inside</span></p></div>"
        assert page.status == 200
        assert page.url == "/"


async def test_get_finds_the_one_that_is_meant() -> None:
    async with open_page(app_of(lambda: div[p["Ann"], p["Anna"], div[p["Bob"]]])) as page:
        assert page.get("p", text="Ann").text == "Ann"
        assert page.get("p", text="nna").text == "Anna"
        assert page.get(text="Bob").tag == "p"
        assert [element.text for element in page.find_all("p")] == ["Ann", "Anna", "Bob"]
        with pytest.raises(UsageError, match="3 elements fit p"):
            page.get("p")
        with pytest.raises(UsageError, match=r"(?s)No element fits p with the text 'Carl'.*<p>Ann</p>"):
            page.get("p", text="Carl")


# Doing.


async def test_fields_are_filled_as_a_visitor_fills_them() -> None:
    async with open_page(app_of(fields)) as page:
        await page.fill("input[name=text]", "kiwi")
        await page.fill("textarea", "long")
        await page.fill("select", "Two")
        assert page.get("p").text == "input:text=kiwi change:text=kiwi input:area=long change:pick=2"
        await page.submit("form")
        assert page.get("p").text == (
            "[('text', 'kiwi'), ('area', 'long'), ('pick', '2'), ('kind', 'a'), ('send', 'now')]"
        )


async def test_boxes_are_ticked_by_clicking() -> None:
    async with open_page(app_of(fields)) as page:
        await page.click("input[name=box]")
        await page.click("input[value=b]")
        assert page.get("p").text == "change:box=True change:kind=True"
        await page.click(page.get("button", text="Send"))
        assert "('box', 'yes'), ('kind', 'b')" in page.get("p").text


async def test_enter_sends_the_form() -> None:
    async with open_page(app_of(fields)) as page:
        await page.press("input[name=text]", "Enter")
        assert "('text', '')" in page.get("p").text


async def test_what_a_visitor_can_not_do_is_an_error() -> None:
    async with open_page(app_of(fields)) as page:
        with pytest.raises(UsageError, match="disabled"):
            await page.click(page.get("button", text="Never"))
        with pytest.raises(UsageError, match="takes no text"):
            await page.fill("input[name=box]", "x")
        with pytest.raises(UsageError, match="has no option"):
            await page.fill("select", "Three")
        with pytest.raises(UsageError, match="no form"):
            await page.submit("p")


async def test_what_has_gone_can_not_be_used() -> None:
    def body() -> Node:
        shown, show = create_signal(True)
        return div[lambda: button(on_click=lambda: show(False))["Go"] if shown() else p["gone"]]

    async with open_page(app_of(body)) as page:
        gone = page.get("button")
        await page.click(gone)
        with pytest.raises(UsageError, match="not in the page any more"):
            await page.click(gone)


async def test_events_go_outwards_until_they_are_stopped() -> None:
    def body() -> Node:
        log, set_log = create_signal("")

        def note(what: str) -> None:
            set_log(lambda before: before + what)

        return div(on_click=lambda: note("outer "))[
            button(on_click=lambda: note("one "))["One"],
            button(on_click=stop_propagation(lambda: note("two ")))["Two"],
            span["plain"],
            p[log],
        ]

    async with open_page(app_of(body)) as page:
        await page.click(page.get("button", text="One"))
        await page.click(page.get("button", text="Two"))
        await page.click("span")
        assert page.get("p").text == "one outer two outer"


async def test_debounced_and_throttled_handlers_wait_for_the_clock() -> None:
    def body() -> Node:
        late, set_late = create_signal("")
        often, set_often = create_signal("")
        return div[
            input_(name="late", on_input=debounce(lambda event: set_late(event.value), 300)),
            input_(name="often", on_input=throttle(lambda event: set_often(event.value), 300)),
            p(id="late")[late],
            p(id="often")[often],
        ]

    async with open_page(app_of(body)) as page:
        for text in ("a", "ab"):
            await page.fill("input[name=late]", text)
            await page.fill("input[name=often]", text)
        assert (page.get("#late").text, page.get("#often").text) == ("", "a")
        page.clock.advance(0.3)
        await page.settled()
        assert (page.get("#late").text, page.get("#often").text) == ("ab", "ab")


# Navigating.


def site() -> App:
    @component
    def Home() -> Node:
        params, set_params = use_search_params()
        return div[
            h1["Home"],
            A(href="/other")["Other"],
            a(href="https://elsewhere.test/")["Away"],
            a(href="/plain", rel="external")["Plain"],
            form(method="get", action="/")[input_(name="q"), button["Search"]],
            p[lambda: params.get("q", "")],
            button(on_click=lambda: set_params({"q": "set"}))["Set"],
        ]

    @component
    def Other() -> Node:
        asked, ask = create_signal("")

        def leaving(event: object) -> None:
            event.prevent_default()  # type: ignore[attr-defined]
            ask("Stay?")

        guard, set_guard = create_signal(False)
        use_before_leave(lambda event: leaving(event) if guard() else None)
        return div[
            h1["Other"],
            label["Guard ", input_(type="checkbox", on_change=lambda e: set_guard(e.checked))],
            A(href="/")["Home"],
            p[asked],
        ]

    @query("driver-tests.guarded")
    async def guarded() -> str:
        raise redirect("/other")

    @component
    def Guarded() -> Node:
        data = create_async(guarded)
        return p[lambda: data()]

    return app_of(
        lambda: Router[
            Route(path="/", component=Home),
            Route(path="/other", component=Other),
            Route(path="/guarded", component=Guarded),
            Route(path="/plain", component=Home),
        ]
    )


async def test_links_are_followed_and_come_back() -> None:
    async with open_page(site()) as page:
        await page.click(page.get("a", text="Other"))
        assert (page.url, page.get("h1").text) == ("/other", "Other")
        await page.back()
        assert (page.url, page.get("h1").text) == ("/", "Home")
        await page.forward()
        assert (page.url, page.get("h1").text) == ("/other", "Other")
        assert [entry.url for entry in page.history] == ["/", "/other"]


async def test_a_link_to_another_site_leaves() -> None:
    async with open_page(site()) as page:
        await page.click(page.get("a", text="Away"))
        assert page.left == "https://elsewhere.test/"


async def test_an_external_link_loads_the_page() -> None:
    async with open_page(site()) as page:
        first = page.window.page
        await page.click(page.get("a", text="Plain"))
        assert page.url == "/plain"
        assert page.window.page != first


async def test_navigate_goes_as_a_link_does() -> None:
    async with open_page(site()) as page:
        await page.navigate("/other")
        assert page.get("h1").text == "Other"
        await page.navigate("/", replace=True)
        assert [entry.url for entry in page.history] == ["/"] or page.history[-1].url == "/"


async def test_a_form_that_gets_goes_to_its_address() -> None:
    async with open_page(site()) as page:
        await page.fill("input[name=q]", "a b&c")
        await page.click(page.get("button", text="Search"))
        assert page.url == "/?q=a+b%26c"
        assert page.get("p").text == "a b&c"


async def test_a_guard_may_keep_the_visitor() -> None:
    async with open_page(site(), "/other") as page:
        await page.click("input")
        await page.click(page.get("a", text="Home"))
        assert (page.url, page.get("p").text) == ("/other", "Stay?")
        assert page.window.guarded
        await page.click("input")
        await page.click(page.get("a", text="Home"))
        assert page.url == "/"


async def test_a_redirect_of_the_first_render_is_followed() -> None:
    async with open_page(site(), "/guarded") as page:
        assert page.url == "/other"
        assert page.get("h1").text == "Other"


async def test_a_redirect_of_a_navigation_is_followed() -> None:
    async with open_page(site()) as page:
        await page.navigate("/guarded")
        assert page.url == "/other"


async def test_without_javascript_links_and_forms_load_documents() -> None:
    async with open_page(site(), javascript=False) as page:
        await page.click(page.get("a", text="Other"))
        assert page.get("h1").text == "Other"
        await page.load("/")
        await page.fill("input[name=q]", "x")
        await page.submit("form")
        assert page.get("p").text == "x"


# Time and waiting.


def loading() -> tuple[App, asyncio.Event]:
    gate = asyncio.Event()

    @query("driver-tests.loading")
    async def get_loading() -> str:
        await gate.wait()
        return "loaded"

    @component
    def Loading() -> Node:
        data = create_async(get_loading)

        async def again() -> None:
            await revalidate(get_loading.key)

        return div[button(on_click=again)["Again"], Suspense(fallback=p["Loading"])[p[lambda: data()]]]

    return app_of(Loading), gate


async def test_a_page_can_be_seen_before_its_data_is_there() -> None:
    app, gate = loading()
    async with open_page(app, wait=False) as page:
        assert page.get("p").text == "Loading"
        gate.set()
        await page.settled()
        assert page.get("p").text == "loaded"


async def test_a_click_need_not_be_waited_for() -> None:
    app, gate = loading()
    gate.set()
    async with open_page(app) as page:
        gate.clear()
        await page.click("button", settle=False)
        assert page.get("p").text == "loaded"
        gate.set()
        await page.settled()


async def test_what_never_ends_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wayfare.testing.driver.PATIENCE", 0.01)
    app, _ = loading()
    async with open_page(app, wait=False) as page:
        with pytest.raises(UsageError, match=r"has not settled: .*driver-tests\.loading"):
            await page.settled()


async def test_work_in_threads_is_waited_for() -> None:
    @query("driver-tests.thread")
    def get_thread() -> str:
        return "from a thread"

    @component
    def Threaded() -> Node:
        data = create_async(get_thread)
        return p[lambda: data()]

    async with open_page(app_of(Threaded)) as page:
        assert page.text == "from a thread"


async def test_all_pages_of_an_app_share_its_clock() -> None:
    app = app_of(lambda: p["x"])
    async with open_page(app) as one, open_page(app) as two:
        assert one.clock is two.clock
        with pytest.raises(UsageError, match="another clock"):
            await open_page(app, clock=VirtualClock())


async def test_a_page_that_nobody_comes_back_to_ends_with_time() -> None:
    app = app_of(lambda: p["x"])
    page = await open_page(app)
    await page.disconnect()
    page.clock.advance(app.limits.detached_seconds)
    assert app.statistics().pages.pages == 0
    await page.reconnect()
    assert page.text == "x"
    page.close()


async def test_a_hovered_link_is_preloaded() -> None:
    preloaded: list[str] = []

    @component
    def Start() -> Node:
        return div[A(href="/next")["Next"], A(href="/never", preload="false")["Never"]]

    app = app_of(
        lambda: Router[
            Route(path="/", component=Start),
            Route(path="/next", preload=lambda args: preloaded.append(args.intent), component=Start),
        ]
    )
    async with open_page(app) as page:
        await page.hover(page.get("a", text="Next"))
        assert preloaded == ["preload"]
