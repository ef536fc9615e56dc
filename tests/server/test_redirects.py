"""Redirects that come out of queries and preload functions: none is lost, and none hijacks."""

from __future__ import annotations

import asyncio
from typing import Any, Literal

import pytest

from wayfare import A, App, Route, Router, component, create_async, query, redirect, use_location
from wayfare.html import Node, h1, main, nav, output, p
from wayfare.routing import PreloadArgs
from wayfare.testing import open_page

pytestmark = pytest.mark.anyio


class Site:
    """Pages that send to the login, each in its way, when `answer` is set; "/slow" waits for `data`, too."""

    def __init__(self, kept: Literal["page", "session"] = "page", *, signed_in: bool = False) -> None:
        self.answer = asyncio.Event()
        self.answer.set()
        self.data = asyncio.Event()
        self.data.set()
        self.asked: list[str] = []
        ask_query = query(self.ask, "redirects.ask", scope=kept)
        data_query = query(self.fetch, "redirects.data")

        @query("redirects.signed-in")
        async def ask_login() -> Any:
            await asyncio.sleep(0)
            return redirect("/other") if signed_in else "Log in"

        @component
        def Login() -> Node:
            text = create_async(ask_login)
            return h1[lambda: text()]

        @component
        def Query() -> Node:
            user = create_async(ask_query)
            return p["secret of ", lambda: user()]

        @component
        def Slow() -> Node:
            user, data = create_async(ask_query), create_async(data_query)
            return p[lambda: data(), lambda: user()]

        def preload_at_once(args: PreloadArgs) -> object:
            self.asked.append(args.intent)
            return ask_query()

        async def preload_later() -> object:
            await asyncio.sleep(0)
            return await ask_query()

        @component
        def Layout(children: Node = None) -> Node:
            location = use_location()
            links = ("query", "preload", "later", "slow", "other", "nested/deep")
            return main[
                nav[[A(href=f"/{name}")[name] for name in links]],
                output[lambda: location.pathname],
                children,
            ]

        secret = lambda: p["secret"]  # noqa: E731
        self.app = App(
            lambda: Router(root=Layout)[
                Route(path="/", component=lambda: h1["Start"]),
                Route(path="/login", component=Login),
                Route(path="/other", component=lambda: h1["Other"]),
                Route(path="/query", component=Query),
                Route(path="/preload", component=secret, preload=preload_at_once),
                Route(path="/later", component=secret, preload=preload_later),
                Route(path="/slow", component=Slow),
                Route(path="/nested", component=lambda children: children, preload=preload_at_once)[
                    Route(path="/deep", component=secret)
                ],
            ],
            secret="only for this test",
        )

    async def ask(self) -> Any:
        await self.answer.wait()
        return redirect("/login")

    async def fetch(self) -> str:
        await self.data.wait()
        return "data "


async def turns() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


WAYS = ["query", "preload", "later", "slow", "nested/deep"]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("javascript", [True, False])
async def test_a_document_is_answered_with_the_redirect(way: str, javascript: bool) -> None:
    async with open_page(Site().app, f"/{way}", javascript=javascript) as page:
        assert (page.get("h1").text, page.url) == ("Log in", "/login")
        assert "secret" not in page.text


@pytest.mark.parametrize("way", WAYS)
async def test_a_document_waits_for_a_redirect_that_is_late(way: str) -> None:
    site = Site()
    site.answer.clear()
    asyncio.get_running_loop().call_soon(lambda: asyncio.get_running_loop().call_soon(site.answer.set))
    async with open_page(site.app, f"/{way}", javascript=False) as page:
        assert (page.get("h1").text, page.url) == ("Log in", "/login")


@pytest.mark.parametrize("way", WAYS)
async def test_a_redirect_that_is_kept_is_the_answer_too(way: str) -> None:
    site = Site(kept="session")
    async with open_page(site.app, f"/{way}", javascript=False) as page:
        assert page.url == "/login"
        for _ in range(2):
            await page.load(f"/{way}")
            assert (page.get("h1").text, page.url) == ("Log in", "/login")


@pytest.mark.parametrize("way", WAYS)
async def test_a_link_leads_on_and_what_is_guarded_is_never_in_the_history(way: str) -> None:
    async with open_page(Site().app) as page:
        await page.click(page.get("a", text=way))
        assert (page.get("h1").text, page.url) == ("Log in", "/login")
        await page.back()
        assert (page.get("h1").text, page.url) == ("Start", "/")


@pytest.mark.parametrize("way", WAYS)
async def test_a_hovered_link_sends_nobody_anywhere(way: str) -> None:
    site = Site()
    async with open_page(site.app) as page:
        await page.hover(page.get("a", text=way))
        page.clock.advance(1)
        await page.settled()
        assert (page.get("h1").text, page.url) == ("Start", "/")
        assert site.asked == (["preload"] if way in ("preload", "nested/deep") else [])
        await page.click(page.get("a", text=way))
        assert page.url == "/login"


@pytest.mark.parametrize("way", WAYS)
async def test_a_redirect_that_is_late_is_followed(way: str) -> None:
    site = Site()
    site.answer.clear()
    async with open_page(site.app) as page:
        await page.click(page.get("a", text=way), settle=False)
        await turns()
        assert "secret of" not in page.text
        site.answer.set()
        await page.settled()
        assert (page.get("h1").text, page.url) == ("Log in", "/login")


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("way", WAYS)
async def test_where_it_leads_may_lead_on(way: str, late: bool) -> None:
    site = Site(signed_in=True)
    if late:
        site.answer.clear()
    async with open_page(site.app) as page:
        await page.click(page.get("a", text=way), settle=False)
        await turns()
        site.answer.set()
        await page.settled()
        assert (page.get("h1").text, page.url) == ("Other", "/other")
    async with open_page(site.app, f"/{way}", javascript=False) as page:
        assert (page.get("h1").text, page.url) == ("Other", "/other")


async def test_a_redirect_waits_for_no_other_data() -> None:
    site = Site()
    site.data.clear()
    async with open_page(site.app) as page:
        await page.click(page.get("a", text="slow"), settle=False)
        await turns()
        assert (page.get("h1").text, page.url) == ("Log in", "/login")
        site.data.set()


@pytest.mark.parametrize("way", WAYS)
async def test_a_redirect_of_a_page_that_was_given_up_leads_nowhere(way: str) -> None:
    site = Site()
    site.answer.clear()
    async with open_page(site.app) as page:
        await page.click(page.get("a", text=way), settle=False)
        await turns()
        await page.click(page.get("a", text="other"), settle=False)
        await turns()
        site.answer.set()
        await page.settled()
        assert (page.get("h1").text, page.url) == ("Other", "/other")


@pytest.mark.parametrize("way", WAYS)
async def test_a_redirect_that_comes_after_the_first_response_is_followed(way: str) -> None:
    site = Site()
    site.answer.clear()
    async with open_page(site.app, f"/{way}", wait=False) as page:
        assert page.url == f"/{way}"
        site.answer.set()
        await page.settled()
        assert (page.get("h1").text, page.url) == ("Log in", "/login")
