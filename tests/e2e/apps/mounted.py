"""An app that knows nothing of the path it is mounted under: links, redirects, forms, a memory router."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.routing import Mount

from wayfare import (
    A,
    App,
    MemoryRouter,
    Navigate,
    Route,
    Router,
    Style,
    action,
    component,
    redirect,
    use_navigate,
)
from wayfare.data import FormData, Response
from wayfare.html import Element, Node, a, button, div, form, h1, main, nav, p


@action(name="mounted.save")
async def save(_form: FormData) -> Response:
    return redirect("/new")


@component
def Frame(children: Node = None) -> Element:
    navigate = use_navigate()
    return main[
        nav[
            A(href="/")["Start"],
            A(href="/old")["Old"],
            A(href="/long")["Long"],
            a(href="/elsewhere")["Outside"],
            button(on_click=lambda: navigate("/new"))["Go"],
        ],
        form(action=save, method="post")[button(type="submit")["Save"]],
        children,
    ]


@component
def Long() -> Element:
    inside = [Route(path="/", component=lambda: p["first"]), Route(path="/next", component=lambda: p["next"])]

    @component
    def Links(children: Node = None) -> Element:
        return div[
            children,
            Style["#high { height: 3000px }"],
            div(id="high")["high"],
            A(href="/next")["Next"],
            A(href="/next#middle", no_scroll=True, state=1)["Stay"],
        ]

    return div[h1["Long"], MemoryRouter(root=Links)[inside]]


shop = App(
    lambda: Router(root=Frame)[
        Route(path="/", component=lambda: h1["Start"]),
        Route(path="/old", component=lambda: Navigate(href="/new")),
        Route(path="/new", component=lambda: h1["New"]),
        Route(path="/long", component=Long),
    ]
)
outside = App(lambda: Router[Route(path="/elsewhere", component=lambda: h1["Outside"])])

app = Starlette(routes=[Mount("/shop", shop), Mount("/", outside)])
