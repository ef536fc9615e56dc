"""Links: what stands in their attributes, when they are active, what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from wayfare.components import A, MemoryRouter, Navigate, NavigateArgs, Route, Router
from wayfare.errors import NoRouterError, UsageError
from wayfare.reactive import create_signal
from wayfare.render import Event, component
from wayfare.routing import BaseRoute, RouterModel, Scroll

from .router_page import Page

pytestmark = pytest.mark.anyio
Open = Callable[[str], Page]


def linked(page: Page, *links: Any) -> str:
    return page.show(Router(root=component(lambda: [*links]))[Route(path="/*")])


async def test_the_attributes_that_the_client_reads(open_page: Open) -> None:
    html = linked(
        open_page("/"), A(href="/x", replace=True, no_scroll=True, state={"a": [1, "é"]}, preload=False)["X"]
    )
    for attribute in (
        "link",
        "replace",
        "noscroll",
        'preload="false"',
        'href="/x"',
        'state="{&#34;a&#34;:[1,&#34;é&#34;]}"',
    ):
        assert attribute in html


async def test_active_and_current_follow_the_location(open_page: Open) -> None:
    page = open_page("/a/b")
    linked(
        page,
        A(href="/a")["1"],
        A(href="/a", end=True)["2"],
        A(href="/a/b/", active_class="on", inactive_class="off", class_="k")["3"],
    )
    assert page.html == (
        '<a link href="/a" class="active">1</a>'
        '<a link href="/a" class="inactive">2</a>'
        '<a link href="/a/b/" class="k on" aria-current="page">3</a>'
    )
    await page.follow("/a")
    assert page.html == (
        '<a link href="/a" class="active" aria-current="page">1</a>'
        '<a link href="/a" class="active" aria-current="page">2</a>'
        '<a link href="/a/b/" class="k off">3</a>'
    )


@pytest.mark.parametrize("href", ["https://example.com/", "mailto:a@b.example", "//example.com/x"])
async def test_other_sites_are_rendered_as_they_are(open_page: Open, href: str) -> None:
    html = linked(open_page("/"), A(href=href)["x"])
    assert f'href="{href}"' in html
    assert "inactive" in html


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", " JavaScript:alert(1)", "java\tscript:alert(1)", "data:text/html,x"]
)
async def test_scripts_are_refused(open_page: Open, href: str) -> None:
    assert "alert" not in (html := linked(open_page("/"), A(href=href)["x"]))
    assert "refused" in html


async def test_a_target_may_change(open_page: Open) -> None:
    page = open_page("/")
    href, set_href = create_signal("/a")
    linked(page, A(href=href, title="t")["x"])
    assert 'href="/a"' in page.html
    set_href("https://example.com/")
    assert 'href="https://example.com/"' in page.html
    set_href("")
    assert 'href="/"' in page.html
    assert "active" in page.html


async def test_a_malformed_escape_in_the_address_breaks_no_link(open_page: Open) -> None:
    assert 'class="active"' in linked(open_page("/a/%zz"), A(href="/a")["x"])


async def test_the_link_that_is_being_followed_is_busy(open_page: Open) -> None:
    page = open_page("/")
    linked(page, A(href="/é", pending_class="wait")["x"], A(href="/y")["y"])
    page.browser.link("/%C3%A9")
    assert 'aria-busy="true"' in page.html
    assert "inactive wait" in page.html
    assert page.html.count("busy") == 1
    assert "busy" not in await page.settle()
    page.scope.services[RouterModel].navigate(BaseRoute("/"), "/y")  # type: ignore[attr-defined]
    await page.settle()
    page.scope.services[RouterModel].navigate(BaseRoute("/"), "/é")  # type: ignore[attr-defined]
    assert page.html.count("busy") == 1


async def test_state_that_the_browser_would_not_give_back_is_refused(open_page: Open) -> None:
    with pytest.raises(UsageError, match=r"as JSON.* state\['at'\] is \(1, 2\), of type tuple"):
        linked(open_page("/"), A(href="/", state={"at": (1, 2)})["x"])


@pytest.mark.parametrize("href", [None, 5, lambda: None])
async def test_a_target_that_is_no_path_is_told(open_page: Open, href: Any) -> None:
    with pytest.raises(UsageError, match="takes a path, or a function that gives one"):
        linked(open_page("/"), A(href=href)["x"])


async def test_outside_of_a_router_a_link_says_so(open_page: Open) -> None:
    with pytest.raises(NoRouterError, match="A was used where no router"):
        open_page("/").show(A(href="/")["x"])
    with pytest.raises(NoRouterError):
        open_page("/").show(Navigate(href="/"))


async def test_navigate_takes_functions_of_both_kinds(open_page: Open) -> None:
    class Targets:
        def there(self) -> str:
            return "/there"

        def given(self, args: NavigateArgs) -> str:
            return "/there" + args.location.search

    hrefs: list[Any] = [lambda: "/there", lambda _args: "/there", lambda to="/there": to]
    for href in (*hrefs, Targets().there, Targets().given):
        page = open_page("/")
        page.show(
            Router[Route(path="/", component=lambda href=href: Navigate(href=href)), Route(path="/there")]
        )
        await page.settle()
        assert page.browser.url == "/there"


async def test_links_of_a_memory_router_are_its_own(open_page: Open) -> None:
    page = open_page("/")
    clicked: list[str] = []
    links = component(
        lambda children: [
            A(href="/x#part", on_click=lambda: clicked.append("own"))["x"],
            A(href="https://example.com/")["out"],
            A(href="/x", target="_blank")["tab"],
            A(href="/x", download="x.txt")["file"],
            A(href="/x", rel="nofollow external")["document"],
            children,
        ]
    )
    page.show(MemoryRouter(root=links)[Route(path="/x", component=lambda: "there"), Route(path="/")])
    assert page.mounted is not None
    handled = [address for address in range(50) if page.mounted.handles(address, "click")]
    assert len(handled) == 1
    page.mounted.dispatch(handled[0], "click", Event("click", {}))
    assert (await page.settle()).endswith("there")
    assert clicked == ["own"]
    # The address bar stays as it is, and the window goes where a navigation of its own would have gone.
    assert page.sent == [Scroll("part")]


async def test_a_link_of_a_memory_router_may_leave_the_scroll_position(open_page: Open) -> None:
    page = open_page("/")
    links = component(lambda children: [A(href="/x", no_scroll=True)["x"], children])
    page.show(MemoryRouter(root=links)[Route(path="/x", component=lambda: "there"), Route(path="/")])
    assert page.mounted is not None
    (address,) = [address for address in range(50) if page.mounted.handles(address, "click")]
    page.mounted.dispatch(address, "click", Event("click", {}))
    assert (await page.settle()).endswith("there")
    assert page.sent == []
