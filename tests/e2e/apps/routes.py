"""Nested routes under a layout with state of its own, slow data, a guard, and a handler that fails."""

from __future__ import annotations

from collections.abc import Callable

from wayfare import (
    A,
    App,
    ErrorBoundary,
    Route,
    Router,
    Title,
    component,
    create_async,
    create_signal,
    query,
    use_before_leave,
    use_is_routing,
    use_params,
    use_search_params,
)
from wayfare.html import Element, Node, button, div, h1, h2, input_, main, nav, output, p, pre
from wayfare.routing import BeforeLeaveEvent, PreloadArgs

fetched: list[str] = []
intents: dict[str, list[str]] = {}


@query("thing")
async def get_thing(name: str) -> str:
    fetched.append(name)
    if name == "broken":
        raise LookupError("there is no such thing")
    return f"{name.upper()} ({fetched.count(name)})"


@component
def Layout(children: Node = None) -> Element:
    count, set_count = create_signal(0)
    routing = use_is_routing()
    return main[
        nav[
            A(href="/", end=True)["Home"],
            A(href="/things/one")["One"],
            A(href="/things/two")["Two"],
            A(href="/things/broken")["Broken"],
            A(href="/things/hovered")["Hovered"],
            A(href="/edit")["Edit"],
            A(href="/search?q=a")["Search"],
            A(href="/nowhere")["Nowhere"],
        ],
        button(id="count", on_click=lambda: set_count(count() + 1))["Count ", count],
        output(id="routing")[lambda: "routing" if routing() else "still"],
        ErrorBoundary(fallback=lambda error: p(role="alert")["It failed: ", str(error)])[children],
    ]


@component
def Home() -> Element:
    return div[Title["Home"], h1["Home"]]


@component
def Things(children: Node = None) -> Element:
    return div[h1["Things"], input_(id="kept"), children]


@component
def Thing() -> Element:
    params = use_params()
    thing = create_async(lambda: get_thing(params["name"]))
    return div[Title[lambda: f"Thing {params['name']}"], h2[thing]]


def preload_thing(args: PreloadArgs) -> object:
    name = args.params["name"]
    intents.setdefault(name, []).append(args.intent)
    return get_thing(name)


@component
def Intents() -> Element:
    return pre["\n".join(f"{name}: {', '.join(seen)}" for name, seen in intents.items())]


@component
def Edit() -> Element:
    dirty, set_dirty = create_signal(False)
    asked, set_asked = create_signal("")
    retry: list[Callable[..., object]] = []

    @use_before_leave
    def ask(event: BeforeLeaveEvent) -> None:
        if dirty() and not event.default_prevented:
            event.prevent_default()
            retry.append(lambda: event.retry(force=True))
            set_asked("Leave without saving?")

    return div[
        h1["Edit"],
        input_(id="text", on_input=lambda: set_dirty(True)),
        p(id="asked")[asked],
        button(on_click=lambda: retry[-1]())["Leave"],
    ]


@component
def Search() -> Element:
    params, set_params = use_search_params()
    return div[
        h1["Search"],
        output(id="q")[lambda: str(params.get("q"))],
        button(id="more", on_click=lambda: set_params({"q": str(params.get("q")) + "a"}))["More"],
    ]


@component
def Missing() -> Element:
    return h1["Not found"]


app = App(
    lambda: Router(root=Layout)[
        Route(path="/", component=Home),
        Route(path="/things", component=Things)[
            Route(path="/:name", component=Thing, preload=preload_thing),
        ],
        Route(path="/edit", component=Edit),
        Route(path="/search", component=Search),
        Route(path="/intents", component=Intents),
        Route(path="*missing", component=Missing, info={"status": 404}),
    ]
)
