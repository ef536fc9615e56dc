"""Single flight: the answer to an action and the data of the page it leads to, counted in messages."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, field

import pytest

from wayfare.components import Route, Router
from wayfare.data import FormData, action, create_async, query, redirect, use_action, use_submission
from wayfare.html import Node, button, div, form, input_, li, main, p, ul
from wayfare.reactive import create_signal
from wayfare.render import For, component
from wayfare.server import App
from wayfare.testing import Page, open_page

pytestmark = pytest.mark.anyio
SECRET = "a secret for tests only"


@dataclass
class Shop:
    """What the site knows, and what was asked of it."""

    items: list[str] = field(default_factory=lambda: ["tea"])
    fetches: list[str] = field(default_factory=list[str])
    gate: asyncio.Event | None = None


shop = Shop()


@pytest.fixture(autouse=True)
def _new_shop() -> None:
    shop.items, shop.fetches, shop.gate = ["tea"], [], None


async def fetched(what: str) -> None:
    shop.fetches.append(what)
    if shop.gate is not None:
        await shop.gate.wait()
    await asyncio.sleep(0)


@query("flight.items")
async def get_items() -> list[str]:
    await fetched("items")
    return list(shop.items)


@query("flight.user")
async def get_user() -> str:
    await fetched("user")
    return f"Ann has {len(shop.items)}"


@action(name="flight.add")
async def add(form: FormData) -> object:
    await asyncio.sleep(0)
    shop.items.append(form.text("name"))
    return redirect(form.text("to")) if form.text("to") else "added"


@action(name="flight.look")
async def look(form: FormData) -> object:
    """Reads, and makes something else stale."""
    await get_items()
    return redirect(form.text("to"), revalidate=get_user)


@component
def Layout(children: Node = None) -> Node:
    user = create_async(get_user)
    return main[p(id="user")[lambda: user()], children]


def _item(name: str) -> Node:
    return li[name]


@component
def Items() -> Node:
    items = create_async(get_items)
    return ul[For(each=items)[_item]]


@component
def New() -> Node:
    sent = use_submission(add)
    run = use_action(add)
    count, set_count = create_signal(0)
    return div[
        form(action=add, method="post", id="add")[input_(name="name"), input_(name="to"), button["Add"]],
        form(action=look, method="post", id="look")[input_(name="to"), button["Look"]],
        button(id="run", on_click=lambda: run(FormData([("name", "milk"), ("to", "/items")])))["Run"],
        button(id="count", on_click=lambda: set_count(count() + 1))[count],
        p(id="sent")[lambda: f"{sent.pending} {sent.result}"],
        Items(),
    ]


@component
def Static() -> Node:
    return p(id="static")["Nothing is fetched here"]


def make_app(*, single_flight: bool = True) -> App:
    routes = [
        Route(path="/", component=New),
        Route(path="/items", component=Items),
        Route(path="/static", component=Static),
    ]
    return App(lambda: Router(root=Layout, single_flight=single_flight)[routes], secret=SECRET)


class Messages:
    """How many messages each way between two moments."""

    def __init__(self, app: App) -> None:
        (self.page,) = app.parts.registry
        self._before = (self.page.outbox.statistics().last, self.page.handled)

    def counted(self) -> tuple[int, int]:
        """(from the page, from the browser)"""
        sent, heard = self.page.outbox.statistics().last, self.page.handled
        return sent - self._before[0], heard - self._before[1]


async def fetching(app: App, act: Awaitable[None]) -> Messages:
    """Do something that ends in a fetch, and wait until only that is missing."""
    shop.fetches.clear()
    shop.gate = asyncio.Event()
    await act
    await turns()
    return Messages(app)


async def arrived(page: Page) -> None:
    """Let what is fetched come."""
    assert shop.gate is not None
    shop.gate.set()
    await page.settled()


async def test_a_redirect_its_data_and_what_stays_are_one_message() -> None:
    app = make_app()
    page = await open_page(app, "/")
    await page.fill("#add [name=name]", "milk")
    await page.fill("#add [name=to]", "/items")
    messages = await fetching(app, page.submit("#add", settle=False))
    assert page.url == "/"
    await arrived(page)
    assert page.url == "/items"
    assert page.get("#user").text == "Ann has 2"
    assert [item.text for item in page.find_all("li")] == ["tea", "milk"]
    assert sorted(shop.fetches) == ["items", "user"], "each once"
    assert messages.counted() == (1, 0)


@pytest.mark.parametrize("single_flight", [True, False])
async def test_a_page_without_data_waits_for_what_stays_or_shows_before_it(single_flight: bool) -> None:
    app = make_app(single_flight=single_flight)
    page = await open_page(app, "/")
    await page.fill("#add [name=to]", "/static")
    messages = await fetching(app, page.submit("#add", settle=False))
    assert page.url == ("/" if single_flight else "/static")
    assert bool(page.find_all("#static")) is not single_flight
    assert page.get("#user").text == "Ann has 1", "what is on screen stays until the new is there"
    await arrived(page)
    assert (page.url, page.get("#user").text) == ("/static", "Ann has 2")
    assert messages.counted() == (1, 0), "all of it, or what stays"


@pytest.mark.parametrize(("single_flight", "sent"), [(True, 1), (False, 2)])
async def test_the_answer_of_an_action_comes_with_the_data_or_after_it(
    single_flight: bool, sent: int
) -> None:
    app = make_app(single_flight=single_flight)
    page = await open_page(app, "/")
    await page.fill("#add [name=name]", "milk")
    messages = await fetching(app, page.submit("#add", settle=False))
    assert page.get("#sent").text == "True None"
    await arrived(page)
    assert page.get("#sent").text == "False added"
    assert [item.text for item in page.find_all("li")] == ["tea", "milk"]
    assert sorted(shop.fetches) == ["items", "user"]
    assert messages.counted() == (sent, 0)


async def test_an_action_called_from_a_handler_flies_as_one_too() -> None:
    app = make_app()
    page = await open_page(app, "/")
    messages = await fetching(app, page.click("#run", settle=False))
    await arrived(page)
    assert page.url == "/items"
    assert [item.text for item in page.find_all("li")] == ["tea", "milk"]
    assert sorted(shop.fetches) == ["items", "user"]
    assert messages.counted() == (1, 0)


async def test_a_page_that_waits_for_its_flight_answers_meanwhile() -> None:
    app = make_app()
    page = await open_page(app, "/")
    await page.fill("#add [name=to]", "/static")
    shop.gate = asyncio.Event()
    await page.submit("#add", settle=False)
    await turns()
    await page.click("#count", settle=False)
    await turns()
    assert page.get("#count").text == "1"
    assert page.get("#sent").text == "True None"
    shop.gate.set()
    await page.settled()
    assert page.url == "/static"


async def test_a_redirect_that_leads_nowhere_leaves_nothing_open() -> None:
    app = make_app()
    page = await open_page(app, "/")
    await page.fill("#add [name=name]", "milk")
    await page.fill("#add [name=to]", "/")
    await page.submit("#add")
    assert page.url == "/"
    assert page.get("#user").text == "Ann has 2"
    (live,) = app.parts.registry
    assert live.idle


async def test_without_javascript_the_next_page_reuses_what_the_action_fetched() -> None:
    page = await open_page(make_app(), "/", javascript=False)
    await page.fill("#look [name=to]", "/items")
    shop.fetches.clear()
    await page.submit("#look")
    assert page.url == "/items"
    assert [item.text for item in page.find_all("li")] == ["tea"]
    assert shop.fetches == ["items", "user"], "the items in the post, and in the next page what was stale"


async def test_without_javascript_what_is_stale_is_fetched_by_the_next_page_once() -> None:
    page = await open_page(make_app(), "/", javascript=False)
    await page.fill("#add [name=name]", "milk")
    await page.fill("#add [name=to]", "/items")
    shop.fetches.clear()
    await page.submit("#add")
    assert page.url == "/items"
    assert [item.text for item in page.find_all("li")] == ["tea", "milk"]
    assert sorted(shop.fetches) == ["items", "user"]


async def turns(count: int = 30) -> None:
    """Let what is ready run."""
    for _ in range(count):
        await asyncio.sleep(0)
