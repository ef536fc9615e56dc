"""Navigating: what commits, what is overtaken, what the history is told, and what is refused."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from wayfare.data import Navigator
from wayfare.errors import NotRoutableError, RedirectLoopError, RouteError
from wayfare.reactive import create_resource, create_suspense, start_transition
from wayfare.routing import Browser, Entry, Go, Load, MemoryHistory, Push, RouterModel

from .conftest import Stage

pytestmark = pytest.mark.anyio
ROUTES = [
    {"path": "/"},
    {"path": "/users", "children": [{"path": "/"}, {"path": "/:id"}]},
    {"path": "/other"},
]


def entries(model: RouterModel) -> list[str]:
    assert isinstance(model.history, MemoryHistory)
    return [entry.value for entry in model.history.entries]


def suspended(stage: Stage, model: RouterModel) -> dict[str, asyncio.Future[Any]]:
    """Something on the page that waits for a value of each pathname: navigations take time."""
    waits: dict[str, asyncio.Future[Any]] = {}

    def fetch(path: str) -> Any:
        if path == "/":
            return path
        return waits.setdefault(path, asyncio.get_running_loop().create_future())

    def build() -> None:
        resource, _ = create_resource(lambda: model.location.pathname, fetch)
        stage.seen.append(create_suspense(resource, lambda: "..."))

    stage.root(build)
    return waits


async def test_the_location_changes_a_turn_later_and_is_routing_is_told_at_once(stage: Stage) -> None:
    model = stage.model("/", ROUTES)
    stage.go(model, "/users/1")
    assert (model.is_routing(), model.location.pathname, model.pending_target) == (True, "/", "/users/1")
    await stage.settle()
    assert (model.is_routing(), model.location.pathname, model.pending_target) == (False, "/users/1", None)
    assert dict(model.params) == {"id": "1"}
    assert entries(model) == ["/", "/users/1"]


async def test_the_history_is_written_when_the_page_is_ready(stage: Stage) -> None:
    model = stage.model("/", ROUTES)
    waits = suspended(stage, model)
    await stage.settle()
    stage.go(model, "/other")
    await stage.settle()
    assert (entries(model), model.location.pathname, model.is_routing()) == (["/"], "/", True)
    waits["/other"].set_result("there")
    await stage.settle()
    assert (entries(model), model.location.pathname, model.is_routing()) == (["/", "/other"], "/other", False)


async def test_the_last_navigation_wins(stage: Stage) -> None:
    model = stage.model("/", ROUTES)
    waits = suspended(stage, model)
    routing = stage.watch(model.is_routing)
    await stage.settle()
    stage.go(model, "/other")
    await stage.settle()
    stage.go(model, "/users/2")
    await stage.settle()
    waits["/users/2"].set_result("two")
    waits["/other"].set_result("late")
    await stage.settle()
    assert entries(model) == ["/", "/users/2"]
    assert routing == [False, True, False]


async def test_two_in_one_turn_make_one_entry_and_run_the_last_only(stage: Stage) -> None:
    model = stage.model("/", ROUTES)
    paths = stage.watch(lambda: model.location.pathname)
    stage.go(model, "/other")
    stage.go(model, "/users/3")
    await stage.settle()
    assert (entries(model), paths) == (["/", "/users/3"], ["/", "/users/3"])


async def test_navigating_to_here_gives_up_what_is_on_its_way(stage: Stage) -> None:
    model = stage.model("/", ROUTES)
    waits = suspended(stage, model)
    await stage.settle()
    stage.go(model, "/other")
    await stage.settle()
    stage.go(model, "/")
    await stage.settle()
    assert (model.is_routing(), model.location.pathname, entries(model)) == (False, "/", ["/"])
    waits["/other"].set_result("late")
    await stage.settle()
    assert (model.location.pathname, entries(model)) == ("/", ["/"])


async def test_going_back_that_is_given_up_leaves_page_and_address_together(stage: Stage) -> None:
    browser, model = stage.browser_model("/", ROUTES)
    suspended(stage, model)
    await stage.settle()
    browser.moved("/other", None, -1)
    await stage.settle()
    stage.go(model, "/")
    await stage.settle()
    assert (model.is_routing(), model.location.pathname) == (False, "/")
    assert (stage.sent, browser.url) == ([Push("/", None, False, True)], "/")


async def test_a_memory_history_that_is_going_back_comes_along_with_the_page(stage: Stage) -> None:
    history = MemoryHistory("/other")
    history.set(Entry("/"))
    model = stage.model(history, ROUTES)
    suspended(stage, model)
    await stage.settle()
    stage.go(model, -1)
    await stage.settle()
    stage.go(model, "/", replace=True)
    await stage.settle()
    assert (model.is_routing(), model.location.pathname) == (False, "/")
    assert [entry.value for entry in history.entries] == ["/", "/"]


async def test_the_same_target_and_state_is_nothing_at_all(stage: Stage) -> None:
    model = stage.model("/", ROUTES)
    asked: list[Any] = []
    model.before_leave.subscribe(asked.append, model.location, lambda *_: None)
    stage.go(model, "/", state=None)
    assert not model.is_routing()
    stage.go(model, "/", state={"a": [1]})
    await stage.settle()
    assert model.location.state == {"a": [1]}
    stage.go(model, "/", state={"a": [1]})
    assert not model.is_routing()
    assert len(asked) == 1


async def test_states_that_can_not_be_compared_count_as_different(stage: Stage) -> None:
    class Odd:
        def __eq__(self, other: object) -> bool:
            raise RuntimeError

        __hash__ = None  # type: ignore[assignment]

    model = stage.model("/", ROUTES)
    stage.go(model, "/", state=Odd())
    await stage.settle()
    stage.go(model, "/", state=Odd())
    await stage.settle()
    assert len(entries(model)) == 3


@pytest.mark.parametrize(
    ("to", "options", "expected"),
    [
        ("/other", {}, "/app/other"),
        ("other", {}, "/app/other"),
        ("", {}, "/app/users/1"),
        ("?a=1", {}, "/app/users/1?a=1"),
        ("#h", {}, "/app/users/1?q=1#h"),
        ("/app/other", {"resolve": False}, "/app/other"),
        ("../x", {}, "/app/../x"),
    ],
)
async def test_targets(stage: Stage, to: str, options: dict[str, Any], expected: str) -> None:
    model = stage.model("/app/users/1?q=1", ROUTES, base="/app")
    stage.go(model, to, **options)
    assert model.pending_target == expected


async def test_a_chain_has_the_options_of_its_first_link(stage: Stage) -> None:
    browser, model = stage.browser_model("/", ROUTES)
    stage.go(model, "/other", replace=True)
    stage.go(model, "/users/1", scroll=False, state="s")
    await stage.settle()
    assert stage.sent == [Push("/users/1", "s", True, True)]
    stage.go(model, "/other")
    stage.go(model, "/", replace=True)
    await stage.settle()
    assert stage.sent[1:] == [Push("/", None, False, True)]
    assert (browser.url, browser.state) == ("/", None)


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("//example.com", "not a routable path"),
        ("http://example.com/", "not a routable path"),
        ("javascript:alert(1)", "a script"),
        ("java\tscript:alert(1)", "control characters"),
        ("/a\r\nSet-Cookie: x", "control characters"),
        ("/\\example.com", "not a routable path"),
        ("mailto:a@b.example", "not a routable path"),
        ("/" + "a" * 9000, "the limit is"),
    ],
)
async def test_what_is_never_navigated_to(stage: Stage, target: str, says: str) -> None:
    model = stage.model("/", ROUTES)
    with pytest.raises(NotRoutableError, match=says):
        stage.go(model, target)
    assert not model.is_routing()


@pytest.mark.parametrize("target", [None, True, 1.5, b"/x", ["/x"]])
async def test_what_is_no_target_at_all(stage: Stage, target: Any) -> None:
    model = stage.model("/", ROUTES)
    with pytest.raises(NotRoutableError, match="navigate takes a path"):
        stage.go(model, target)


async def test_a_transform_that_gives_no_path_is_told(stage: Stage) -> None:
    with pytest.raises(RouteError, match="transform_url gave None for '/a'"):
        stage.model("/a", ROUTES, transform_url=lambda _path: None).matches()


async def test_from_a_doubled_slash_no_target_leads_to_another_host(stage: Stage) -> None:
    model = stage.model("//example.com", [{"path": "/*"}])
    assert model.location.pathname == "//example.com"
    with pytest.raises(NotRoutableError):
        stage.go(model, "#h")
    stage.go(model, "?a=1")
    assert model.pending_target == "/example.com?a=1"


async def test_malformed_escapes_are_just_a_path(stage: Stage) -> None:
    model = stage.model("/", ROUTES)
    stage.go(model, "/users/%zz")
    await stage.settle()
    assert model.params.id == "%zz"


async def test_a_redirect_loop_ends_at_the_hundredth(stage: Stage) -> None:
    model = stage.model("/", ROUTES)
    for number in range(100):
        stage.go(model, f"/users/{number}")
    with pytest.raises(RedirectLoopError, match="or, where it was the visitor who went on"):
        stage.go(model, "/users/100")
    await stage.settle()
    assert entries(model) == ["/", "/users/99"]
    stage.go(model, "/other")
    await stage.settle()
    assert model.location.pathname == "/other"


async def test_a_target_in_an_effect_is_not_tracked(stage: Stage) -> None:
    model = stage.model("/", ROUTES)
    ran: list[int] = []

    def effect() -> None:
        ran.append(1)
        stage.go(model, "/other")

    stage.watch(effect)
    await stage.settle()
    stage.go(model, "/users/1")
    await stage.settle()
    assert (len(ran), model.location.pathname) == (1, "/users/1")


async def test_a_failing_transition_ends_the_navigation(stage: Stage) -> None:
    model = stage.model("/", ROUTES)

    def fail() -> None:
        if model.location.pathname == "/other":
            raise ValueError("broken")

    stage.watch(fail)
    stage.go(model, "/other")
    await stage.settle()
    assert not model.is_routing()


async def test_deltas_are_the_historys(stage: Stage) -> None:
    browser, model = stage.browser_model("/", ROUTES)
    stage.go(model, 0)
    stage.go(model, -2)
    assert stage.sent == [Go(-2)]
    assert isinstance(browser, Browser)


async def test_going_back_is_native(stage: Stage) -> None:
    browser, model = stage.browser_model("/users/1", ROUTES)
    stage.go(model, "/other", state={"k": 1})
    await stage.settle()
    browser.moved("/users/1", None, -1)
    await stage.settle()
    assert (model.location.pathname, len(stage.sent)) == ("/users/1", 1)
    browser.moved("/other", {"k": 1}, 1)
    await stage.settle()
    assert (model.location.pathname, model.location.state) == ("/other", {"k": 1})


async def test_a_move_overtakes_a_navigation_and_its_options(stage: Stage) -> None:
    browser, model = stage.browser_model("/", ROUTES)
    waits = suspended(stage, model)
    await stage.settle()
    stage.go(model, "/other", replace=True)
    await stage.settle()
    browser.moved("/users/1", None, -1)
    await stage.settle()
    waits["/users/1"].set_result(1)
    await stage.settle()
    assert (model.location.pathname, stage.sent) == ("/users/1", [])
    stage.go(model, "/")
    await stage.settle()
    assert stage.sent == [Push("/", None, False, True)]


async def test_the_first_render_answers_with_the_redirect(stage: Stage) -> None:
    browser, model = stage.browser_model("/", ROUTES, first=True)
    asked: list[Any] = []
    model.before_leave.subscribe(asked.append, model.location, lambda *_: None)
    stage.go(model, "/")
    assert browser.redirected is None
    stage.go(model, "/other")
    assert (browser.redirected, model.is_routing(), asked, stage.sent) == ("/other", False, [], [])


async def test_the_status_is_of_what_is_shown(stage: Stage) -> None:
    routes = [{"path": "/"}, {"path": "/gone", "info": {"status": 410}}]
    browser, model = stage.browser_model("/", routes)
    assert browser.status == 200
    for target, status in (("/gone", 410), ("/nowhere", 404), ("/", 200)):
        stage.go(model, target)
        await stage.settle()
        assert browser.status == status


async def test_links_are_followed_inside_the_base_by_whole_segments(stage: Stage) -> None:
    browser, _ = stage.browser_model("/app", [{"path": "/*"}], base="/app")
    browser.link("/app/x", replace=True, scroll=False, state=1)
    await stage.settle()
    assert stage.sent == [Push("/app/x", 1, True, False)]
    browser.link("/apple")
    browser.link("//example.com/x")
    assert stage.sent[1:] == [Load("/apple"), Load("/.//example.com/x")]
    with pytest.raises(NotRoutableError):
        browser.link("/app/\n")


async def test_redirects_of_the_data_layer(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    browser, model = stage.browser_model("/app", [{"path": "/*"}], base="/app")
    navigator: Any = stage.scope.services[Navigator]
    navigator.redirect("/x", replace=True)
    await stage.settle()
    navigator.redirect("https://example.com/", replace=False)
    assert stage.sent == [Push("/app/x", None, True, True), Load("https://example.com/")]
    with pytest.raises(NotRoutableError):
        navigator.redirect("javascript:alert(1)", replace=False)
    browser.is_first_render = True
    navigator.redirect("https://example.com/", replace=False)
    assert browser.redirected == "https://example.com/"
    other = stage.model("/", ROUTES)
    other.redirect("https://example.com/", replace=False)
    assert "no browser" in caplog.text
    assert stage.scope.services[Navigator] is navigator
    assert model.base.path() == "/app"


async def test_the_browser_hears_of_routing_and_guards(stage: Stage) -> None:
    _, model = stage.browser_model("/", ROUTES)
    stop = model.before_leave.subscribe(lambda _: None, model.location, lambda *_: None)
    stage.go(model, "/other")
    await stage.settle()
    stop()
    stop()
    assert stage.told == [("guarded", True), ("routing", True), ("routing", False), ("guarded", False)]


@pytest.mark.parametrize("base", ["https://example.com", "/app?x", "/app#x"])
async def test_an_invalid_base_is_refused(stage: Stage, base: str) -> None:
    with pytest.raises(RouteError, match="no path on this site"):
        stage.model("/", ROUTES, base=base)


async def test_an_empty_source_becomes_the_base(stage: Stage) -> None:
    model = stage.model("", ROUTES, base="/app")
    assert entries(model) == ["/app"]


async def test_transform_url_changes_matching_only(stage: Stage) -> None:
    model = stage.model("/en/users/1", ROUTES, transform_url=lambda url: url.removeprefix("/en"))
    assert (model.params.id, model.location.pathname) == ("1", "/en/users/1")


async def test_a_router_that_is_gone_writes_nothing(stage: Stage) -> None:
    model = stage.model("/", ROUTES)
    stage.go(model, "/other")
    await stage.close()
    assert entries(model) == ["/"]


async def test_a_navigation_joins_a_transition_that_is_pending(stage: Stage) -> None:
    model = stage.model("/", ROUTES)
    start_transition(lambda: None, scope=stage.scope)
    stage.go(model, "/other")
    await stage.settle()
    assert entries(model) == ["/", "/other"]


async def test_two_routers_share_a_memory_history(stage: Stage) -> None:
    history = MemoryHistory("/")
    one, two = stage.model(history, ROUTES), stage.model(history, ROUTES)
    stage.go(one, "/other")
    await stage.settle()
    assert two.location.pathname == "/other"
    assert [entry.value for entry in history.entries] == ["/", "/other"]
    history.set(Entry("/users/1"))
    await stage.settle()
    assert one.location.pathname == two.location.pathname == "/users/1"
