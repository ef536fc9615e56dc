"""The test kit follows links and writes addresses as the client and the browser do."""

from __future__ import annotations

import pytest

from wayfare.components import A, HashRouter, Route, Router
from wayfare.data import action, use_submission
from wayfare.html import Node, a, button, div, form, input_, p
from wayfare.reactive import create_signal
from wayfare.render import component
from wayfare.routing import use_location
from wayfare.server import App, use_request
from wayfare.testing import Page, open_page
from wayfare.testing.dom import Element
from wayfare.testing.links import Links, absolute

pytestmark = pytest.mark.anyio
SECRET = "a secret for tests only"


def showing(*links: Node, **settings: object) -> App:
    """An app whose every page says where it is, and has these links."""

    @component
    def Where() -> Node:
        location = use_location()
        here = p(id="here")[lambda: f"{location.pathname}{location.search} {location.state}"]
        return div[here, div[list(links)]]

    router = Router(**settings)[Route(path="/*", component=Where)]  # type: ignore[arg-type]
    return App(lambda: router, secret=SECRET)


async def loaded_by_click(page: Page) -> bool:
    """Whether clicking the page's only link loaded a document."""
    before = page.answer
    await page.click("a")
    return page.answer is not before


@pytest.mark.parametrize(
    ("target", "at", "made"),
    [
        ("/é", "http://s.test/", "http://s.test/%C3%A9"),
        ("/a?q=é b'#ü <", "http://s.test/", "http://s.test/a?q=%C3%A9%20b%27#%C3%BC%20%3C"),
        (" /\ta\n ", "http://s.test/", "http://s.test/a"),
        ("/a\\b", "http://s.test/", "http://s.test/a/b"),
        ("", "http://s.test/a/b?x=1#y", "http://s.test/a/b?x=1"),
        ("#z", "http://s.test/a/b?x=1#y", "http://s.test/a/b?x=1#z"),
        ("?z", "http://s.test/a/b?x=1#y", "http://s.test/a/b?z"),
        ("c", "http://s.test/a//b/d?x=1#y", "http://s.test/a//b/c"),
        ("./../c", "http://s.test/a/b", "http://s.test/c"),
        ("http:c", "http://s.test/a/b", "http://s.test/a/c"),
        ("https://S.test:443", "http://s.test/a", "https://s.test/"),
        ("//o.test/x", "http://s.test/a", "http://o.test/x"),
        ("\\\\o.test/x", "http://s.test/a", "http://o.test/x"),
        ("MAILTO:x@y", "http://s.test/a", "MAILTO:x@y"),
    ],
)
def test_an_address_is_what_a_browser_makes_of_it(target: str, at: str, made: str) -> None:
    assert absolute(target, at) == made


async def test_a_page_is_asked_for_as_a_browser_asks() -> None:
    @component
    def Asked() -> Node:
        request = use_request()
        return p[request.path]

    app = App(lambda: Router[Route(path="/é", component=Asked)], secret=SECRET)
    async with open_page(app, "/é?q=ü b") as page:
        assert (page.status, page.text) == (200, "/%C3%A9?q=%C3%BC%20b")
        assert page.url == "/%C3%A9?q=%C3%BC%20b"


@pytest.mark.parametrize("href", ["mailto:x@y", "tel:12", "sms:1", "git+ssh://host/x", "https://testserver/"])
@pytest.mark.parametrize("make", [a, A], ids=["a", "A"])
async def test_a_link_with_another_scheme_leaves_the_app(href: str, make: type) -> None:
    async with open_page(showing(make(href=href)["Go"])) as page:
        assert not await loaded_by_click(page)
        assert (page.left, page.url) == (href, "/")


async def test_a_page_stays_live_when_a_link_opens_the_mail_program() -> None:
    async with open_page(showing(a(href="mailto:x@y")["Mail"], A(href="/next", id="next")["Next"])) as page:
        await page.click(page.get("a", text="Mail"))
        await page.click("#next")
        assert page.get("#here").text == "/next None"


@pytest.mark.parametrize(
    ("link", "loads"),
    [
        (a(href="/b"), True),
        (A(href="/b"), False),
        (a(href="/b", link=True), False),
    ],
    ids=["plain", "A", "with link"],
)
async def test_explicit_links_are_the_only_ones_that_are_followed(link: Node, loads: bool) -> None:
    async with open_page(showing(link, explicit_links=True)) as page:
        assert await loaded_by_click(page) is loads
        assert page.get("#here").text == "/b None"


@pytest.mark.parametrize(
    ("attributes", "followed"),
    [
        ({"href": "/b"}, "/b"),
        ({"href": "/b", "target": ""}, "/b"),
        ({"href": "/b", "target": "_self"}, None),
        ({"href": "/b", "download": ""}, None),
        ({"href": "/b", "rel": "nofollow external"}, None),
        ({"href": "/b", "rel": "nofollow"}, "/b"),
        ({"xlink:href": "/b"}, "/b"),
        ({}, None),
        ({"state": "1"}, "/here?x"),
        ({"href": "//other.test/b"}, None),
        ({"href": "/" + "b" * 100}, None),
    ],
)
def test_the_attributes_of_a_link_say_whose_it_is(attributes: dict[str, str], followed: str | None) -> None:
    links = Links("http://site.test", longest=100)
    assert links.followed(Element("a", attributes), "http://site.test/here?x") == followed


@pytest.mark.parametrize(
    ("href", "followed"),
    [("/Shop", "/Shop"), ("/shop/a", "/shop/a"), ("/shopping", None), ("/", None)],
)
def test_a_link_outside_of_the_base_is_the_browsers(href: str, followed: str | None) -> None:
    links = Links("http://site.test", longest=100, base="/shop")
    assert links.followed(Element("a", {"href": href}), "http://site.test/shop") == followed


async def test_a_state_that_is_no_json_is_left_out() -> None:
    async with open_page(showing(a(href="/b", state="{")["b"])) as page:
        await page.click("a")
        assert page.get("#here").text == "/b None"
        assert [code for code, _ in page.notices] == ["link-state"]


async def test_a_hash_router_leaves_the_path_as_it_is() -> None:
    @component
    def Where() -> Node:
        location = use_location()
        return div[p(id="here")[lambda: location.pathname], A(href="/b?x=1", id="b")["b"], A(href="/c")["c"]]

    app = App(lambda: HashRouter[Route(path="/*", component=Where)], secret=SECRET)
    async with open_page(app, "/page?q=1") as page:
        document = page.answer
        await page.click("#b")
        assert (page.url, page.get("#here").text) == ("/page?q=1#/b?x=1", "/b")
        await page.click(page.get("a", text="c"))
        assert (page.url, page.get("#here").text) == ("/page?q=1#/c", "/c")
        await page.back()
        assert (page.url, page.get("#here").text) == ("/page?q=1#/b?x=1", "/b")
        assert page.answer is document


async def test_hovering_preloads_only_where_the_router_does() -> None:
    for preload in (True, False):
        called: list[str] = []
        routes = [
            Route(path="/", component=lambda: A(href="/b")["b"]),
            Route(path="/b", preload=lambda called=called: called.append("b")),
        ]
        app = App(lambda routes=routes, preload=preload: Router(preload=preload)[routes], secret=SECRET)
        async with open_page(app) as page:
            await page.hover("a")
            assert called == (["b"] if preload else [])


async def test_a_form_that_gets_loads_a_document() -> None:
    """The client leaves it to the browser: what the page had in its signals is gone."""

    @component
    def Counting() -> Node:
        count, set_count = create_signal(0)
        more = button(type="button", on_click=lambda: set_count(count() + 1))["Clicked ", count]
        return div[more, form(action="/")[input_(name="q", value="é")]]

    app = App(lambda: Router[Route(path="/", component=Counting)], secret=SECRET)
    async with open_page(app) as page:
        await page.click("button")
        await page.submit("form")
        assert (page.url, page.get("button").text) == ("/?q=%C3%A9", "Clicked 0")


async def test_a_form_for_another_site_leaves() -> None:
    async with open_page(showing(form(action="https://other.test/", method="post")[button["Go"]])) as page:
        await page.submit("form")
        assert page.left == "https://other.test/"


async def test_a_form_says_where_it_was_posted_from_as_browsers_do() -> None:
    @action(name="links-tests.from")
    async def told() -> str:
        return use_request().headers["referer"]

    @component
    def Telling() -> Node:
        submission = use_submission(told)
        return form(action=told, method="post")[button["Go"], p[lambda: submission.result]]

    app = App(lambda: Router[Route(path="/a", component=Telling)], secret=SECRET)
    async with open_page(app, "/a?b=1#part") as page:
        await page.submit("form")
        assert page.get("p").text == "http://testserver/a?b=1"
