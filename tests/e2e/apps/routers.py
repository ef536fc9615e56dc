"""Routers of every kind: the page's own under a mounted path, one in the hash, two in memory on one page."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.routing import Mount

from wayfare import (
    A,
    App,
    HashRouter,
    MemoryRouter,
    Route,
    Router,
    component,
    use_location,
    use_navigate,
    use_params,
)
from wayfare.html import Element, Node, button, div, h1, main, nav, p, section


@component
def Frame(children: Node = None) -> Element:
    navigate = use_navigate()
    return main[
        nav[
            A(href="/one", state={"from": "link"})["One"],
            A(href="/two", replace=True)["Two"],
            A(href="https://example.invalid/")["Elsewhere"],
            A(href="mailto:a@b.example")["Mail"],
            A(href="/one", target="_blank")["New tab"],
            A(href="/file.txt", download="file.txt")["Download"],
            button(on_click=lambda: navigate(-1))["Back"],
        ],
        children,
    ]


@component
def Named() -> Element:
    params, location = use_params(), use_location()
    return div[
        h1[lambda: f"Page {params.name}"],
        p(id="state")[lambda: str(location.state)],
        p(id="path")[lambda: location.pathname + location.hash],
    ]


mounted = App(
    lambda: Router(root=Frame, base="/site")[
        Route(path="/", component=lambda: h1["Start"]), Route(path="/:name", component=Named)
    ]
)
hashed = App(
    lambda: HashRouter(root=Frame)[
        Route(path="/", component=lambda: h1["Start"]), Route(path="/:name", component=Named)
    ]
)


@component
def Box(children: Node = None) -> Element:
    return section[A(href="/a")["a"], A(href="/b")["b"], children]


def small() -> Node:
    return MemoryRouter(root=Box)[
        Route(path="/", component=lambda: p["start"]), Route(path="/:name", component=Named)
    ]


two = App(
    lambda: Router[
        Route(path="/*", component=lambda: main[div(id="left")[small()], div(id="right")[small()]])
    ]
)

app = Starlette(routes=[Mount("/site", mounted), Mount("/hashed", hashed), Mount("/two", two)])
