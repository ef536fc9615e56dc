"""Links of every kind, what they preload, and pages that ask before they are left."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount
from starlette.routing import Route as Path

from wayfare import (
    A,
    App,
    Route,
    Router,
    Title,
    component,
    create_signal,
    use_before_leave,
    use_location,
    use_navigate,
    use_params,
)
from wayfare.html import Element, Node, a, button, div, h1, input_, label, main, nav, output, p, svg, text
from wayfare.routing import BeforeLeaveEvent, PreloadArgs

preloaded: list[str] = []
asked: list[str] = []


@component
def Layout(children: Node = None) -> Element:
    navigate = use_navigate()
    return div[
        nav[
            A(href="/", end=True)["Start"],
            A(href="/page/plain")["Plain"],
            A(href="/page/other")["Other"],
            A(href="/page/replaced", replace=True)["Replaced"],
            A(href="/page/stated", state={"a": [1, None, "é"]})["Stated"],
            A(href="/page/kept", no_scroll=True)["No scroll"],
            A(href="/page/hash#far")["Hash of another"],
            A(href="/page/tab", target="_blank")["New tab"],
            A(href="/page/self", target="_self")["Target self"],
            A(href="/file.txt", download="named.txt")["Download"],
            A(href="/page/external", rel="external")["External"],
            A(href="https://elsewhere.invalid/x")["Elsewhere"],
            A(href="mailto:a@b.invalid")["Mail"],
            A(href="/page/quiet", preload=False)["Quiet"],
            a(href="/page/raw")["Raw"],
            svg(width="80", height="20")[a(href="/page/drawn")[text(x="0", y="15")["Drawn"]]],
            A(href="/guarded")["Guarded"],
        ],
        button(on_click=lambda: navigate("/page/button"))["By button"],
        main[children],
    ]


@component
def Start() -> Element:
    return div[Title["Start"], h1["Start"]]


@component
def Page() -> Element:
    params, location = use_params(), use_location()
    return div[
        Title[lambda: f"Page {params['name']}"],
        h1[lambda: f"Page {params['name']}"],
        output(id="state")[lambda: repr(location.state)],
        output(id="hash")[lambda: location.hash],
        A(href="#far")["Hash of this"],
        [p["..."] for _ in range(100)],
        p(id="far")["Far down"],
    ]


def preload_page(args: PreloadArgs) -> None:
    if args.intent == "preload":
        preloaded.append(args.params["name"])


@component
def Guarded() -> Element:
    on, set_on = create_signal(False)

    @use_before_leave
    def stay(event: BeforeLeaveEvent) -> None:
        asked.append(str(event.to))
        if on():
            event.prevent_default()

    return div[
        h1["Guarded"],
        label[input_(type="checkbox", id="on", on_change=lambda: set_on(not on())), "Stay"],
        output[lambda: "staying" if on() else "free"],
        input_(id="text"),
    ]


def site(**settings: object) -> App:
    return App(
        lambda: Router(root=Layout, **settings)[
            Route(path="/", component=Start),
            Route(path="/page/:name", component=Page, preload=preload_page),
            Route(path="/guarded", component=Guarded),
        ]
    )


async def file(_request: Request) -> Response:
    return PlainTextResponse("a file")


async def seen(request: Request) -> Response:
    """What was preloaded and which guards were asked, since the last time."""
    heard = {"preloaded": preloaded, "asked": asked}[request.path_params["what"]]
    answer = " ".join(heard)
    heard.clear()
    return PlainTextResponse(answer)


app = Starlette(
    routes=[
        Path("/file.txt", file),
        Path("/seen/{what}", seen),
        Mount("/lazy", site(base="/lazy", preload=False)),
        Mount("/explicit", site(base="/explicit", explicit_links=True)),
        Mount("/", site()),
    ]
)
