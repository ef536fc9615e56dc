"""The head of a page that is navigated: it changes with what is shown, and not before."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from wayfare import A, App, Route, Router, Title, component, create_async, use_params
from wayfare.html import Node, h1, main, nav, p
from wayfare.testing import open_page

pytestmark = pytest.mark.anyio


class Gate:
    """Names that come when they are let through."""

    def __init__(self) -> None:
        self.open = asyncio.Event()

    async def name(self, key: str | None) -> str:
        await self.open.wait()
        return f"{key}".title()


def site(gate: Gate, title: Callable[[Callable[[], str]], Node], *, default: str = "") -> App:
    @component
    def Thing() -> Node:
        params = use_params()
        name = create_async(lambda: gate.name(params.key))
        return [title(name), h1[name]]

    @component
    def Untitled() -> Node:
        name = create_async(lambda: gate.name("untitled"))
        return p[name]

    @component
    def Layout(children: Node = None) -> Node:
        return main[nav[[A(href=f"/{name}")[name] for name in ("tea", "cake", "without/title")]], children]

    return App(
        lambda: Router(root=Layout)[
            Route(path="/", component=lambda: [Title["Start"], h1["Start"]]),
            Route(path="/:key", component=Thing),
            Route(path="/without/title", component=Untitled),
        ],
        title=default,
        secret="only for this test",
    )


@pytest.mark.parametrize(
    ("title", "tea", "cake"),
    [
        (lambda _: Title["A thing"], "A thing", "A thing"),
        (lambda name: Title[lambda: f"All about {name()}"], "All about Tea", "All about Cake"),
    ],
    ids=["written", "fetched"],
)
@pytest.mark.parametrize("default", ["", "Site"])
async def test_the_title_changes_with_the_page_and_not_before(
    title: Callable[[Callable[[], str]], Node], tea: str, cake: str, default: str
) -> None:
    gate = Gate()
    shown: list[tuple[str, str]] = []
    async with open_page(site(gate, title, default=default)) as page:
        for link in ("tea", "cake", "without/title"):
            gate.open.clear()
            await page.click(page.get("a", text=link), settle=False)
            for _ in range(10):
                await asyncio.sleep(0)
            shown.append((page.title, page.url))
            gate.open.set()
            await page.settled()
        shown.append((page.title, page.url))
    assert shown == [("Start", "/"), (tea, "/tea"), (cake, "/cake"), (default, "/without/title")]
