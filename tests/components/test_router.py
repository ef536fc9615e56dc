"""The routers as views: layouts, outlets, what is kept, what is shown where nothing matches."""

from __future__ import annotations

import asyncio
import re
import warnings
from collections.abc import Callable
from dataclasses import fields
from typing import Any

import pytest

from wayfare.components import (
    A,
    HashRouter,
    MemoryRouter,
    Navigate,
    Route,
    Router,
    StaticRouter,
    create_router,
)
from wayfare.components.router import KEPT_TREES, RouterSettings, _Settings, compiled
from wayfare.data import Navigator, create_async, query, redirect
from wayfare.errors import UsageError
from wayfare.html import div, p
from wayfare.reactive import create_context, create_resource, create_signal, on_cleanup, use_context
from wayfare.render import Suspense, component
from wayfare.routing import (
    Load,
    MemoryHistory,
    Push,
    RouteDefinition,
    RouteWarning,
    StaticHistory,
    create_memory_history,
    url_for,
    use_before_leave,
    use_location,
    use_navigate,
    use_params,
    use_search_params,
)

from .router_page import Page

pytestmark = pytest.mark.anyio
Open = Callable[[str], Page]


def life(name: str, log: list[str]) -> Any:
    """A component that notes when it comes and goes, and shows its children."""

    @component(name=name)
    def made(children: Any = None) -> Any:
        log.append(f"+{name}")
        on_cleanup(lambda: log.append(f"-{name}"))
        return div(id=name)[children]

    return made


async def test_a_layout_keeps_its_state_and_its_place(open_page: Open) -> None:
    log: list[str] = []
    page = open_page("/a/1")
    first = page.show(
        Router(root=life("root", log))[
            Route(path="/a", component=life("layout", log))[
                Route(path="/1", component=life("one", log)), Route(path="/2", component=life("two", log))
            ],
            Route(path="/b", component=life("other", log)),
        ]
    )
    assert first == '<div id="root"><div id="layout"><div id="one"></div></div></div>'
    assert await page.follow("/a/2") == '<div id="root"><div id="layout"><div id="two"></div></div></div>'
    assert await page.follow("/b") == '<div id="root"><div id="other"></div></div>'
    assert log == ["+root", "+layout", "+one", "+two", "-one", "+other", "-two", "-layout"]


async def test_a_route_without_a_component_shows_what_is_below(open_page: Open) -> None:
    routes = Route(path="/a")[Route(path="/b")[Route(path="/c", component=lambda: p["deep"])]]
    assert open_page("/a/b/c").show(Router[routes]) == "<p>deep</p>"


async def test_a_component_gets_what_it_declares(open_page: Open) -> None:
    @component
    def Everything(params: Any, location: Any, data: Any, children: Any) -> Any:
        return [params.id, " ", location.pathname, " ", data, " ", children]

    def nothing() -> str:
        return "inner"

    routes = Route(path="/:id", component=Everything, preload=lambda: "loaded")[
        Route(path="/x", component=nothing)
    ]
    assert open_page("/7/x").show(Router[routes]) == "7 /7/x loaded inner"


async def test_params_change_without_a_remount(open_page: Open) -> None:
    log: list[str] = []

    @component
    def User() -> Any:
        log.append("up")
        params, location = use_params(), use_location()
        search, _ = use_search_params()
        return p[lambda: params.id, " ", lambda: location.hash, " ", lambda: search.q]

    page = open_page("/users/1")
    page.show(Router[Route(path="/users/:id", component=User)])
    assert await page.follow("/users/2?q=a#h") == "<p>2 #h a</p>"
    assert log == ["up"]


async def test_nothing_matched_shows_a_page_inside_the_root(open_page: Open) -> None:
    page = open_page("/nowhere")
    html = page.show(Router(root=life("root", []))[Route(path="/", component=lambda: p["home"])])
    assert html.startswith('<div id="root"><section><h1>Page not found</h1>')
    assert "<main" not in html, "a page has one, and the layout may be it"
    assert page.browser.status == 404
    assert await page.follow("/") == '<div id="root"><p>home</p></div>'
    assert page.browser.status == 200


async def test_a_page_of_ones_own_where_nothing_matched(open_page: Open) -> None:
    page = open_page("/x/y")
    missing = component(lambda location: p["no ", location.pathname])
    assert page.show(Router(not_found=missing)[Route(path="/")]) == "<p>no /x/y</p>"
    assert open_page("/x").show(Router(root=life("root", []))) == '<div id="root"></div>'


async def test_a_catch_all_inside_a_layout(open_page: Open) -> None:
    page = open_page("/a/zzz")
    routes = Route(path="/a", component=life("layout", []))[
        Route(path="/"), Route(path="*rest", component=lambda: p["not here"], info={"status": 404})
    ]
    assert page.show(Router[routes]) == '<div id="layout"><p>not here</p></div>'
    assert page.browser.status == 404


async def test_navigate_redirects_in_one_step(open_page: Open) -> None:
    page = open_page("/")
    page.show(
        Router[
            Route(path="/", component=lambda: p["home"]),
            Route(path="/old", component=lambda: Navigate(href="/new", state=1)),
            Route(path="/new", component=lambda: p["new"]),
        ]
    )
    assert await page.follow("/old") == "<p>new</p>"
    assert page.sent == [Push("/new", 1, False, True)]


@pytest.mark.parametrize("bounded", [False, True])
async def test_a_redirect_that_is_known_already_is_taken_without_a_trace(
    open_page: Open, bounded: bool
) -> None:
    asked: list[object] = []

    @query("guarded")
    async def guarded(id: str) -> Any:
        asked.append(id)
        return redirect("/login")

    @component
    def guarded_page() -> Any:
        params = use_params()
        found = create_async(lambda: guarded(params["id"]))
        content = p[lambda: f"secret {found()}"]
        return Suspense(fallback=p["wait"])[content] if bounded else content

    page = open_page("/")
    page.show(
        Router[
            Route(path="/", component=lambda: p["home"]),
            Route(path="/secret/:id", component=guarded_page),
            Route(path="/login", component=lambda: p["log in"]),
        ]
    )
    page.scope.run(lambda: guarded("7"))
    assert await page.settle() == "<p>log in</p>"
    await page.follow("/")
    page.sent.clear()
    page.patches.clear()
    assert await page.follow("/secret/7") == "<p>log in</p>"
    assert asked == ["7"]
    assert page.sent == [Push("/login", None, False, True)]
    assert "wait" not in str(page.patches)


async def test_navigate_on_the_first_render_is_the_answer(open_page: Open) -> None:
    page = open_page("/old")
    page.browser.is_first_render = True
    page.show(
        Router[
            Route(path="/old", component=lambda: Navigate(href=lambda args: args.location.pathname + "er"))
        ]
    )
    assert (page.browser.redirected, page.sent) == ("/older", [])


async def test_contexts_and_the_roots_data_reach_routes_and_preloads(open_page: Open) -> None:
    theme = create_context("light")
    seen: list[Any] = []

    @component
    def Root(data: Any, children: Any) -> Any:
        seen.append(data)
        return theme.Provider(value="dark")[children]

    page = open_page("/")
    shown = page.show(
        Router(root=Root, root_preload=lambda args: f"root {args.intent}")[
            Route(path="/", component=lambda: use_context(theme)),
            Route(path="/x", preload=lambda: seen.append(use_context(theme))),
        ]
    )
    page.browser.preload("/x")
    assert (shown, seen) == ("dark", ["root initial", "dark"])


async def test_relative_links_resolve_from_their_route(open_page: Open) -> None:
    @component
    def Users(children: Any) -> Any:
        return [A(href="new")["n"], children]

    page = open_page("/Users/1")
    html = page.show(
        Router[
            Route(path="/users", component=Users)[Route(path="/:id", component=lambda: A(href="edit")["e"])]
        ]
    )
    assert 'href="/users/new"' in html
    assert 'href="/users/1/edit"' in html


async def test_guards_hold_links_and_moves(open_page: Open) -> None:
    @component
    def Form() -> Any:
        use_before_leave(lambda event: event.prevent_default())
        return p["form"]

    page = open_page("/form")
    page.show(Router[Route(path="/form", component=Form), Route(path="/x")])
    assert await page.follow("/x") == "<p>form</p>"
    page.browser.moved("/x", None, -1)
    assert await page.settle() == "<p>form</p>"


async def test_a_memory_router_beside_the_pages_own(open_page: Open) -> None:
    history = create_memory_history("/b")
    routes = [Route(path="/a", component=lambda: p["A"]), Route(path="/b", component=lambda: p["B"])]
    page = open_page("/a")
    page.show([Router[routes], MemoryRouter(history=history)[routes]])
    assert page.html == "<p>A</p><p>B</p>"
    history.go(-1)
    assert await page.follow("/b") == "<p>B</p><p>B</p>"
    assert page.browser.status == 200
    assert isinstance(history, MemoryHistory)


async def test_a_redirect_from_inside_a_memory_router_leads_the_page(open_page: Open) -> None:
    @query("memory-router.guard")
    async def guard() -> object:
        return redirect("/login")

    @component
    def Guarded() -> Any:
        return p[create_async(guard)]

    history = create_memory_history("/step")
    page = open_page("/in")
    page.show(
        Router[
            Route(
                path="/in",
                component=lambda: MemoryRouter(history=history)[Route(path="/*", component=Guarded)],
            ),
            Route(path="/login", component=lambda: p["Log in"]),
        ]
    )
    assert await page.settle() == "<p>Log in</p>"
    assert (page.sent, history.get()) == ([Push("/login", None, True, True)], "/step")


def test_type_checkers_know_every_setting() -> None:
    assert set(RouterSettings.__annotations__) == {each.name for each in fields(_Settings)}


async def test_a_memory_router_starts_at_the_root(open_page: Open) -> None:
    assert open_page("/zzz").show(MemoryRouter[Route(path="/", component=lambda: p["home"])]) == "<p>home</p>"


async def test_a_memory_router_starts_where_it_is_told(open_page: Open) -> None:
    routes = Route(path="/x", component=lambda: p["x"])
    assert open_page("/").show(MemoryRouter(url="/x")[routes]) == "<p>x</p>"


async def test_a_hash_router(open_page: Open) -> None:
    page = open_page("/page#/users/1")

    @component
    def User() -> Any:
        params = use_params()
        return A(href="/users/2")[lambda: params.id]

    html = page.show(HashRouter[Route(path="/users/:id", component=User)])
    assert 'href="#/users/2"' in html
    assert ">1<" in html
    assert ">2<" in await page.follow("/page#/users/2")


async def test_a_static_router_has_the_url_it_is_given(open_page: Open) -> None:
    @component
    def Where() -> Any:
        location = use_location()
        return [location.pathname, location.search, location.hash]

    assert open_page("/x?a=1#h").show(StaticRouter[Route(path="/*", component=Where)]) == "/x?a=1"
    assert open_page("/x").show(StaticRouter(url="/y?b=2")[Route(path="/*", component=Where)]) == "/y?b=2"
    assert open_page("/x").show(Router(url="/z")[Route(path="/*", component=Where)]) == "/z"


async def test_an_integration_of_ones_own(open_page: Open) -> None:
    mine = create_router(lambda: StaticHistory("/a"), name="MyRouter")
    assert open_page("/").show(mine[Route(path="/a", component=lambda: p["mine"])]) == "<p>mine</p>"
    fixed = create_router(StaticHistory("/b"))
    assert open_page("/").show(fixed[Route(path="/b", component=lambda: p["fixed"])]) == "<p>fixed</p>"
    assert repr(mine) == "MyRouter(...)"


async def test_routes_may_be_dicts_lists_and_reactive(open_page: Open) -> None:
    more, set_more = create_signal(False)
    page = open_page("/b")
    page.show(
        Router[
            lambda: [
                {"path": "/a", "component": lambda: p["A"]},
                [Route(path="/b", component=lambda: p["B"])] if more() else None,
            ]
        ]
    )
    assert "Page not found" in page.html
    set_more(True)
    assert await page.settle() == "<p>B</p>"


@pytest.mark.parametrize(
    ("root_path", "base", "full"),
    [
        ("/shop", "", "/shop"),
        ("/shop", "/admin", "/shop/admin"),
        ("/shop", "admin/", "/shop/admin"),
        ("/shop", "/shop/admin", "/shop/admin"),
        ("/shop", "/Shop", "/Shop"),
        ("/shop", "/shopping", "/shop/shopping"),
        ("/ä", "", "/%C3%A4"),
        ("", "/admin", "/admin"),
    ],
)
async def test_the_path_that_an_app_is_mounted_under_is_part_of_the_base(
    open_mounted: Callable[[str, str], Page], root_path: str, base: str, full: str
) -> None:
    @component
    def User() -> Any:
        params = use_params()
        return [A(href="/users/2")["next"], lambda: params.id, url_for("user", id=3)]

    page = open_mounted(f"{full}/users/1", root_path)
    html = page.show(Router(base=base)[Route(path="/users/:id", component=User, name="user")])
    assert html == f'<a link href="{full}/users/2" class="inactive">next</a>1/users/3'
    assert page.browser.client["base"] == full
    assert ">next</a>2" in await page.follow(f"{full}/users/2")
    assert "active" in page.html
    await page.follow("/elsewhere/users/2")
    assert page.sent[-1] == Load("/elsewhere/users/2")


async def test_only_what_is_in_the_address_bar_begins_with_the_mounted_path(
    open_mounted: Callable[[str, str], Page],
) -> None:
    routes = Route(path="/x", component=lambda: A(href="/y")["in"])
    page = open_mounted("/shop/#/x", "/shop")
    assert 'href="#/y"' in page.show(HashRouter[routes])
    assert page.browser.client["base"] == ""
    history = create_memory_history("/x")
    assert 'href="/y"' in open_mounted("/shop/", "/shop").show(MemoryRouter(history=history)[routes])
    assert 'href="/y"' in open_mounted("/shop/", "/shop").show(StaticRouter(url="/x")[routes])
    assert 'href="/shop/y"' in open_mounted("/shop/x", "/shop").show(StaticRouter[routes])


async def test_the_mounted_path_itself_is_written_with_a_slash(
    open_mounted: Callable[[str, str], Page],
) -> None:
    @component
    def Home() -> Any:
        return [A(href=to, end=True)["x"] for to in ("/", "", "?a=1", "/#h")]

    page = open_mounted("/shop/", "/shop")
    html = page.show(Router[Route(path="/", component=Home)])
    assert re.findall(r'href="([^"]*)"', html) == ["/shop/", "/shop/", "/shop/?a=1", "/shop/#h"]
    assert html.count('aria-current="page"') == 4


async def test_a_query_redirects_below_the_mounted_path(open_mounted: Callable[[str, str], Page]) -> None:
    page = open_mounted("/shop/a", "/shop")
    page.show(Router(base="/in")[Route(path="/*")])
    page.scope.services[Navigator].redirect("/login", replace=True)  # type: ignore[attr-defined]
    await page.settle()
    assert page.sent == [Push("/shop/in/login", None, True, True)]


async def test_routers_nest(open_page: Open) -> None:
    @component
    def Inner() -> Any:
        return Router(base="/app")[Route(path="/x", component=lambda: A(href="/x")["in"])]

    assert 'href="/app/x"' in open_page("/app/x").show(Router[Route(path="/app/*", component=Inner)])


async def test_no_navigation_from_a_page_that_is_gone(open_page: Open) -> None:
    page = open_page("/")
    kept: list[Any] = []
    page.show(Router[Route(path="/", component=lambda: kept.append(use_navigate())), Route(path="/x")])
    await page.close()
    kept[0]("/x")
    await page.settle()
    assert page.sent == []


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Router(rot=1), "has no setting 'rot'"),
        (lambda: Router[Route()][Route()], "has its routes already"),
        (lambda: Router["/users"], "Expected routes"),
        (lambda: Router(base=None), r"Router\(base=...\) takes a path, such as '/app', and was given None"),
        (lambda: MemoryRouter(history="/x"), "takes a history from create_memory_history"),
        (lambda: Router(transform_url="/x"), "takes a function, or None"),
        (lambda: Router(preload="no"), "takes True or False"),
    ],
)
def test_mistakes_are_told_when_the_router_is_written(make: Any, says: str) -> None:
    with pytest.raises((UsageError, ValueError), match=says):
        make()


def test_the_same_routes_are_compiled_once() -> None:
    def home() -> None: ...

    def make() -> tuple[RouteDefinition, ...]:
        return (Route(path="/", component=home)[Route(path="/a")],)

    assert compiled(make(), "") is compiled(make(), "")
    assert compiled(make(), "/app") is not compiled(make(), "")
    first = compiled(make(), "")
    for number in range(KEPT_TREES):
        compiled((Route(path=f"/{number}"),), "")
    assert compiled(make(), "") is not first


def test_problems_are_told_once() -> None:
    def build() -> None:
        compiled((Route(path="/told/:a"), Route(path="/told/:b")), "")

    with pytest.warns(RouteWarning, match="can't be told apart"):
        build()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        build()


async def test_a_page_that_closes_in_the_middle_of_a_navigation_leaves_nothing(open_page: Open) -> None:
    gate: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    log: list[str] = []

    @component
    def Slow() -> Any:
        log.append("+slow")
        on_cleanup(lambda: log.append("-slow"))
        value, _ = create_resource(lambda: gate)
        return p[value]

    page = open_page("/")
    page.show(
        Suspense[Router[Route(path="/", component=lambda: p["home"]), Route(path="/slow", component=Slow)]]
    )
    assert await page.follow("/slow") == "<p>home</p>"
    await page.close()
    assert log == ["+slow", "-slow"]
    gate.set_result("late")
    await page.settle()
