"""Nested routes whose data comes when the test lets it, with things to scroll in, and pages that fade."""

from __future__ import annotations

import asyncio

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount
from starlette.routing import Route as Path

from wayfare import (
    A,
    App,
    HashRouter,
    Route,
    Router,
    Style,
    Suspense,
    Title,
    component,
    create_async,
    create_signal,
    use_before_leave,
    use_location,
    use_navigate,
    use_params,
)
from wayfare.html import Element, Node, button, div, h1, h2, h3, input_, main, nav, output, p
from wayfare.routing import BeforeLeaveEvent, NavigationEvent, use_navigation_events

gate = asyncio.Event()
gate.set()
arrivals = 0


# No query: what it gives is kept nowhere, so that going back waits for it, too.
async def get_text(name: str) -> str:
    await gate.wait()
    return f"About {name}"


@component
def Shop(children: Node = None) -> Element:
    count, set_count = create_signal(0)
    told, set_told = create_signal("")
    navigate = use_navigate()

    @use_navigation_events
    def tell(event: NavigationEvent) -> None:
        global arrivals
        if event.kind == "end":
            arrivals += 1
            set_told(f"{event.direction} from {event.from_} to {event.to}")

    return div[
        Style["nav, .box { height: 60px; overflow: auto }  p { height: 40px }"],
        nav(id="side")[
            A(href="/")["Start"],
            A(href="/shop/tea", pending_class="waiting")["Tea"],
            A(href="/shop/tea/reviews")["Reviews of tea"],
            A(href="/shop/cake", state={"from": "side"})["Cake"],
            A(href="/shop/cake#last")["Last of cake"],
            A(href="/shop/cake", no_scroll=True)["Cake from here"],
            A(href="/asking")["Asking"],
            A(href="/saving")["Saving"],
            A(href="/later")["Later"],
            [p[n] for n in range(20)],
        ],
        input_(id="kept"),
        button(id="count", on_click=lambda: set_count(count() + 1))["Count ", count],
        button(id="back", on_click=lambda: navigate(-1))["Back"],
        output(id="told")[told],
        main[children],
    ]


@component
def Start() -> Element:
    return div[Title["Start"], h1["Start"], long()]


@component
def Product(children: Node = None) -> Element:
    params, location = use_params(), use_location()
    about = create_async(lambda: get_text(params["name"]))
    return div[
        Title[lambda: f"All about {params['name']}"],
        h1[lambda: about()],
        output(id="state")[lambda: repr(location.state)],
        input_(id="note"),
        children,
    ]


@component
def Details() -> Element:
    return div[h2["Details"], div(id="list", class_="box")[[p[n] for n in range(30)]], long()]


@component
def Reviews() -> Element:
    return div[h2["Reviews"], p["None yet"]]


@component
def Later() -> Element:
    text = create_async(lambda: get_text("later"))
    return div[
        h1["Later"],
        Suspense(fallback=p(id="wait")["..."])[h2[text], long(), div(id="list", class_="box")[long()]],
    ]


def long() -> Node:
    return [[p[f"Line {n}"] for n in range(100)], h3(id="last")["The last"]]


@component
def Asking() -> Element:
    @use_before_leave
    def stay(event: BeforeLeaveEvent) -> None:
        event.prevent_default()

    return div[h1["Asking"], long()]


@component
def Saving() -> Element:
    kept: list[str | int] = []
    saved, set_saved = create_signal(0)

    @use_before_leave
    def save(event: BeforeLeaveEvent) -> None:
        event.prevent_default()
        kept.append(event.to)
        set_saved(len(kept))
        asyncio.get_running_loop().call_soon(lambda: event.retry(force=True))

    return div[h1["Saving"], output(id="saved")[saved]]


def site(router: Router = Router, **settings: object) -> App:
    return App(
        lambda: router(root=Shop, **settings)[
            Route(path="/", component=Start),
            Route(path="/shop/:name", component=Product)[
                Route(path="/", component=Details), Route(path="/reviews", component=Reviews)
            ],
            Route(path="/asking", component=Asking),
            Route(path="/saving", component=Saving),
            Route(path="/later", component=Later),
        ]
    )


async def turn_gate(request: Request) -> Response:
    """Holds back what is fetched from now on, or lets it through."""
    if request.path_params["way"] == "open":
        gate.set()
    else:
        gate.clear()
    return PlainTextResponse("")


async def count_arrivals(request: Request) -> Response:
    """How many navigations have ended, in all pages."""
    del request
    return PlainTextResponse(str(arrivals))


app = Starlette(
    routes=[
        Path("/arrivals", count_arrivals),
        Path("/gate/{way}", turn_gate),
        Mount("/scroll", site(base="/scroll", scroll_restoration=True)),
        Mount("/fade", site(base="/fade", view_transitions=True)),
        Mount("/hash", site(HashRouter)),
        Mount("/", site()),
    ]
)
