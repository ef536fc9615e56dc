"""What a beginner writes, and what is said of it: what happened, to what, and what to write instead.

Each mistake is one that somebody new makes in the first week. Those that Python finds by itself get a note
beside its message; those that would show nothing, or nonsense, are errors or warnings where they are made.
"""

from __future__ import annotations

import asyncio
import logging
import re
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from wayfare import (
    A,
    App,
    ErrorBoundary,
    For,
    Index,
    Match,
    Navigate,
    Response,
    Route,
    Router,
    Show,
    Suspense,
    Switch,
    action,
    batch,
    catch_error,
    component,
    create_async,
    create_computed,
    create_context,
    create_effect,
    create_memo,
    create_render_effect,
    create_resource,
    create_root,
    create_signal,
    create_store,
    debounce,
    json,
    lazy,
    on,
    on_cleanup,
    on_error,
    on_mount,
    query,
    redirect,
    reload,
    render_to_string,
    render_to_string_async,
    revalidate,
    use_action,
    use_before_leave,
    use_context,
    use_match,
    use_navigate,
    use_params,
    use_search_params,
    use_submission,
)
from wayfare.errors import UsageError, WayfareError
from wayfare.html import HandlerWarning, button, div, element, form, input_, li, p, ul
from wayfare.reactive import OwnerWarning, create_reaction
from wayfare.render import RenderWarning
from wayfare.routing import RouteWarning, url_for
from wayfare.testing import open_page

pytestmark = pytest.mark.anyio
anything: Any = None  # typed so that the mistakes below, which type checkers would find, can be written
BROKEN: Any = {
    "For": For,
    "Show": Show,
    "Index": Index,
    "Route": Route,
    "Router": Router,
    "create_effect": create_effect,
    "create_memo": create_memo,
    "create_render_effect": create_render_effect,
    "create_computed": create_computed,
    "create_async": create_async,
    "query": query,
    "action": action,
    "debounce": debounce,
}


class Names:
    """The same functions, unknown to type checkers."""

    def __getattr__(self, name: str) -> Any:
        return BROKEN[name]

    def view(self) -> Any:
        return p["x"]


w = Names()


async def fetch() -> str:
    return "Ann"


class Loader:
    async def load(self) -> str:
        return "Ann"

    async def __call__(self) -> str:
        return "Ann"


@component
def Home() -> Any:
    return p["home"]


def render(view: Callable[[], Any]) -> str:
    return render_to_string(view)


def routes(*definitions: Any) -> str:
    return render_to_string(lambda: Router[definitions], url="/")


def in_root(fn: Callable[[], Any]) -> Any:
    return create_root(fn)


@dataclass
class Person:
    name: str


def write_to_a_store() -> None:
    store, _ = create_store({"names": ["Ann"]})
    anything_store: Any = store
    anything_store["names"].append("Bob")


def write_to_a_record() -> None:
    store, _ = create_store(Person("Ann"))
    store.name = "Bob"


def write_along_a_wrong_path() -> None:
    _, set_store = create_store({"todos": [{"done": False}]})
    set_store("todo", 0, "done", True)


def make_method_a_query() -> None:
    class Repository:
        @query
        async def find(self, id: int) -> int:
            return id


def make_method_an_action() -> None:
    class Repository:
        @action
        async def save(self, id: int) -> int:
            return id


def two_queries_with_one_name() -> None:
    @query("mistakes-same")
    async def one() -> int:
        return 1

    @query("mistakes-same")
    async def other() -> int:
        return 2

    create_root(lambda: (create_async(one), create_async(other)))


@query("mistakes-user")
async def get_user(id: int) -> str:
    return f"user {id}"


@action(name="mistakes-save")
async def save(title: str) -> None: ...


async def plain_save(data: object) -> None: ...


def three(a: object, b: object, c: object) -> None: ...


def generate() -> Iterator[int]:
    yield 1


MISTAKES: dict[str, tuple[Callable[[], Any], str]] = {
    # components and elements
    "an async component": (lambda: component(fetch), "fetch is 'async def'.*create_async"),
    "a method as component": (lambda: component(Names.view), "is a method"),
    "a prop misspelt": (
        lambda: component(
            lambda title: p[title],
        )(titel="x"),
        "did you mean 'title'",
    ),
    "a prop missing": (lambda: component(lambda title: p[title])(), "needs title"),
    "children for one that takes none": (lambda: Home["x"], "Home takes no children.*'children'"),
    "children in parentheses": (lambda: p("text"), "children go in brackets"),
    "children by name": (lambda: p(children="text"), "go in brackets"),
    "brackets twice": (lambda: p["a"]["b"], "children already"),
    "children of a void element": (lambda: input_["x"], "<input> has no content"),
    "a coroutine as child": (lambda: p[anything_of(fetch())], "doesn't await.*create_async"),
    "an async function as child": (
        lambda: render(lambda: p[anything_of(fetch)]),
        "doesn't await.*create_async",
    ),
    "a query's call as child": (lambda: p[anything_of(get_user(1))], "doesn't await.*create_async"),
    "a Decimal as child": (lambda: p[anything_of(Decimal("9.50"))], r"write its text, str\(value\)"),
    "a UUID that a function gives": (
        lambda: render(lambda: p[lambda: anything_of(UUID(int=1))]),
        r"write its text, str\(value\)",
    ),
    "a date as child": (lambda: p[anything_of(date(2026, 1, 31))], r'f"\{value:%d\.%m\.%Y\}"'),
    "a datetime as child": (
        lambda: p[anything_of([datetime(2026, 1, 31, tzinfo=UTC)])],
        r'f"\{value:%d\.%m\.%Y\}"',
    ),
    "a time as child": (lambda: p[anything_of(time(12, 30))], r'f"\{value:%H:%M\}"'),
    "a dict as child": (lambda: p[anything_of({"a": 1})], "write a list of nodes"),
    "an object as child": (lambda: p[anything_of(Person("Ann"))], "of type Person, which can't be rendered"),
    "a child that wants an argument": (
        lambda: render(lambda: p[anything_of(lambda user: user)]),
        "is read, and so called with nothing, but .* wants 1",
    ),
    "an attribute of scripts": (lambda: p(className="x"), "write class_="),
    "an attribute that is a list": (lambda: str(p(title=["a"])), "'title' got a list"),
    "a handler as text": (lambda: button(on_click=anything_of("save()")), "takes a function, not 'save"),
    "a handler in the browser's spelling": (lambda: button(onclick=three), "Write on_click=handler"),
    "a handler with three arguments": (
        lambda: render(lambda: button(on_click=anything_of(three))),
        "handler three wants 3 arguments.*with nothing",
    ),
    "a handler that yields": (lambda: render(lambda: button(on_click=generate)), "generate has a yield"),
    "arguments of debounce turned around": (lambda: w.debounce(300, three), "takes a handler first"),
    "a route among elements": (lambda: div[Route(path="/")], "in the brackets of a router"),
    # control flow
    "For without each": (lambda: w.For[lambda item: li[item]], r"For needs each.*For\(each=...\)"),
    "For with an element": (lambda: w.For(each=[1])[li["x"]], "takes one function in brackets"),
    "For without brackets": (lambda: render(lambda: ul[For(each=[1])]), "has no function"),
    "For over a dict": (lambda: render(lambda: w.For(each={"a": 1})[lambda item: li[item]]), r"items\(\)"),
    "For over a set": (lambda: render(lambda: w.For(each={"a"})[lambda item: li[item]]), r"sorted\("),
    "For over a text": (lambda: render(lambda: w.For(each="abc")[lambda item: li[item]]), "Give a list"),
    "For over a number": (lambda: render(lambda: w.For(each=3)[lambda item: li[item]]), "Give a list"),
    "For over a query": (
        lambda: render(lambda: w.For(each=lambda: get_user(1))[lambda item: li[item]]),
        "create_async",
    ),
    "For with three arguments": (lambda: w.For(each=[1])[three], "three wants 3"),
    "Index with three arguments": (lambda: w.Index(each=[1])[three], "three wants 3"),
    "Show without when": (lambda: w.Show[p["x"]], r"Show needs when.*Show\(when=...\)"),
    "Show with two arguments": (lambda: w.Show(when=True)[lambda a, b: p[a, b]], "wants 2"),
    "Match by itself": (lambda: render(lambda: Match(when=True)["x"]), "brackets of a Switch"),
    "Switch with Show": (lambda: Switch[anything_of(Show(when=True)["x"])], "takes Match"),
    "ErrorBoundary without a fallback": (lambda: ErrorBoundary[anything_of("x")], "fallback="),
    "ErrorBoundary with three arguments": (
        lambda: ErrorBoundary(fallback=anything_of(three)),
        "three wants 3",
    ),
    # the graph
    "an effect that is no function": (
        lambda: in_root(lambda: w.create_effect(None)),
        "create_effect.*got None",
    ),
    "a memo of a value": (lambda: in_root(lambda: w.create_memo(3)), "create_memo.*got 3, of type int"),
    "an async effect": (
        lambda: in_root(lambda: w.create_effect(fetch)),
        "fetch is 'async def'.*create_async",
    ),
    "an async memo": (lambda: in_root(lambda: w.create_memo(fetch)), "fetch is 'async def'"),
    "an async method as an effect": (
        lambda: in_root(lambda: w.create_effect(Loader().load)),
        "create_effect.*Loader.load is 'async def'.*create_async",
    ),
    "an async object as an effect": (
        lambda: in_root(lambda: w.create_effect(Loader())),
        "Loader.__call__ is 'async def'",
    ),
    "an async method as a memo": (lambda: in_root(lambda: w.create_memo(Loader().load)), "'async def'"),
    "a partial of an async function as an effect": (
        lambda: in_root(lambda: w.create_effect(partial(Loader().load))),
        "Loader.load is 'async def'",
    ),
    "an async function that follows": (
        lambda: in_root(lambda: w.create_effect(on(lambda: 1, fetch))),
        "on takes an ordinary function, and fetch is 'async def'",
    ),
    "an async on_mount": (lambda: in_root(lambda: on_mount(fetch)), "on_mount.*fetch is 'async def'"),
    "an async on_cleanup": (
        lambda: in_root(lambda: on_cleanup(Loader().load)),
        "on_cleanup.*Loader.load is 'async def'.*Cancel a task",
    ),
    "an async reaction": (
        lambda: in_root(lambda: create_reaction(fetch)),
        "create_reaction.*fetch is 'async def'",
    ),
    "an async error handler": (
        lambda: in_root(lambda: catch_error(lambda: 1, anything_of(fetch))),
        "catch_error.*fetch is 'async def'",
    ),
    "an async error handler of the older form": (
        lambda: in_root(lambda: on_error(anything_of(fetch))),
        "on_error.*fetch is 'async def'",
    ),
    "a signal that compares": (
        lambda: create_signal(1, equals=anything_of(True)),
        "create_signal takes equals=False.*got True",
    ),
    "a memo that compares": (
        lambda: in_root(lambda: create_memo(lambda: 1, equals=anything_of("id"))),
        "create_memo takes equals=False.*got 'id'",
    ),
    "on with a value": (lambda: on(anything_of(3), lambda value: value), r"on\(count, ...\), not its value"),
    "an async batch": (lambda: batch(fetch), "fetch is 'async def'"),
    "on_cleanup of a call": (
        lambda: in_root(lambda: on_cleanup(anything_of(None))),
        "not what a call of it gave",
    ),
    "a context by name": (lambda: use_context(anything_of("theme")), "takes what create_context gave"),
    "a store changed in place": (write_to_a_store, r"read-only.*produce\(lambda part: part.append"),
    "a record changed in place": (write_to_a_record, "read-only.*set_store"),
    "a store's path misspelt": (write_along_a_wrong_path, "leads to nothing .there is 'todos'"),
    "a store of a number": (lambda: create_store(3), "use create_signal"),
    "an effect that sets itself off": (
        lambda: in_root(lambda: endless()),
        "endless loop",
    ),
    # data
    "a method as query": (make_method_a_query, "find is a method"),
    "a method as action": (make_method_an_action, "save is a method"),
    "a query of a coroutine": (lambda: w.query(fetch()), "not what a call of it gave"),
    "a query with a number for a name": (lambda: w.query(fetch, 3), "name of a query is a text"),
    "a query's arguments turned around": (lambda: w.query("user", fetch), "takes the function first"),
    "a query's scope misspelt": (lambda: w.query(fetch, scope="application"), "'page', 'session', 'app'"),
    "two queries with one name": (two_queries_with_one_name, "Two queries are called 'mistakes-same'"),
    "an object in a key": (lambda: get_user(anything_of(object())), "argument id of query 'mistakes-user'"),
    "create_async of a call": (lambda: w.create_async(get_user(1)), "has begun already"),
    "create_async without an argument": (lambda: w.create_async(get_user), "needs id.*create_async.lambda"),
    "an action that is called": (lambda: save("x"), "use_action"),
    "use_action of a function": (
        lambda: use_action(anything_of(fetch)),
        "Decorate the function with @action",
    ),
    "use_submission of a name": (lambda: use_submission(anything_of("save")), "@action"),
    "a form that would not post": (lambda: render(lambda: form(action=save)["x"]), 'method="post"'),
    "a form with a plain function": (
        lambda: render(lambda: form(action=plain_save, method="post")["x"]),
        "decorate it with @action",
    ),
    "revalidating a function": (lambda: revalidate(anything_of(fetch)), "a text, a query, or a list"),
    # routes
    "a component for a router": (lambda: routes(Home), "Expected routes, got Home.*component=Home"),
    "an element for a router": (lambda: routes(div["x"]), "Expected routes"),
    "routes in parentheses": (lambda: w.Router(Route(path="/")), "Routes go in brackets"),
    "a router's setting misspelt": (lambda: w.Router(rot=Home), "did you mean 'root'"),
    "a route's option misspelt": (lambda: w.Route(path="/", compnent=Home), "Did you mean component="),
    "a route's option of another router": (
        lambda: w.Route(path="/", element=Home),
        "Did you mean component=",
    ),
    "a route's path that is a number": (lambda: w.Route(path=3), "a str or a list of str"),
    "a route's component that is called": (
        lambda: w.Route(path="/", component=Home()),
        "the component itself",
    ),
    "text after a splat": (lambda: routes(Route(path="/*rest/more", component=Home)), "rest"),
    "a link outside of a router": (lambda: render(lambda: A(href="/")["x"]), "no router is above"),
    "a navigation outside of a router": (use_navigate, "no router is above"),
    "a link without a target": (lambda: render(lambda: anything_of(A)(to="/")["x"]), "A needs href"),
    "a route's name misspelt": (
        lambda: routes(Route(path="/", name="home", component=lambda: p[url_for("hme")])),
        "Did you mean 'home'",
    ),
    "params of a plain class": (
        lambda: routes(Route(path="/", component=lambda: use_params(object) and None)),
        "no dataclass and no TypedDict",
    ),
    "set_params with two values": (
        lambda: routes(Route(path="/", component=lambda: anything_of(use_search_params()[1])("page", 2))),
        "in a dict or by name",
    ),
    "set_params with an object": (
        lambda: routes(Route(path="/", component=lambda: use_search_params()[1](q={"a": 1}))),
        "can't be written into a URL",
    ),
    "an element as a route's component": (
        lambda: routes(Route(path="/", component=anything_of(div["x"]))),
        "takes a component.*write lambda: ... before it",
    ),
    "a path that is None": (
        lambda: routes(Route(path="/", component=lambda: p[anything_of(use_match)(None)])),
        "use_match takes a path, or a function that gives one, and got None",
    ),
    "a guard that is called": (
        lambda: routes(Route(path="/", component=lambda: anything_of(use_before_leave)(None))),
        "use_before_leave takes a function that is called with the event, and got None",
    ),
    "lazy without a name": (lambda: lazy("pages"), "package.module:Name"),
}


def anything_of(value: object) -> Any:
    return value


def endless() -> None:
    count, set_count = create_signal(0)
    create_effect(lambda: set_count(count() + 1))


@pytest.mark.parametrize("mistake", MISTAKES)
async def test_a_mistake_is_an_error_that_says_what_to_write(mistake: str) -> None:
    make, says = MISTAKES[mistake]
    with pytest.raises(WayfareError) as caught:
        make()
    assert re.search(says, str(caught.value), re.DOTALL), str(caught.value)


WARNED: dict[str, tuple[Callable[[], Any], type[Warning], str]] = {}


def warned(category: type[Warning], says: str) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    def note(fn: Callable[[], Any]) -> Callable[[], Any]:
        WARNED[fn.__name__] = (fn, category, says)
        return fn

    return note


@warned(RenderWarning, r"getter of 'count' itself.*p\[lambda:")
def a_getter_in_a_text() -> None:
    count, _ = create_signal(1, name="count")
    render(lambda: p[f"{count} clicks"])


@warned(RenderWarning, r"getter of 'index' itself")
def an_index_in_a_text() -> None:
    render(lambda: ul[For(each=["a"], children=lambda item, index: li[f"{index} {item}"])])


@warned(RenderWarning, r"getter of 'mistakes-user' itself.*p\[lambda:")
def an_async_getter_in_a_text() -> None:
    render(lambda: p[f"{create_async(lambda: get_user(1), name='mistakes-user')} is here"])


@warned(RenderWarning, r"getter of 'Names.__getattr__.<locals>.<lambda>' itself")
def a_resource_in_a_text() -> None:
    user, _ = create_resource(fetch, name="Names.__getattr__.<locals>.<lambda>")
    render(lambda: p[f"{user} is here"])


@warned(RenderWarning, "Forgetful returns nothing.*drops it. Write return div")
def a_component_without_a_return() -> None:
    @component
    def Forgetful() -> Any:
        div["I am never seen"]  # pyright: ignore[reportUnusedExpression]

    render(lambda: Forgetful())


@warned(HandlerWarning, r"on_click got None, what remove\(...\) gave.*on_click=lambda: remove")
def a_handler_that_is_called() -> None:
    def remove() -> Any: ...

    button(on_click=remove())


@warned(OwnerWarning, r"create_effect was called outside of a root.*create_root")
def an_effect_outside_of_a_root() -> None:
    create_effect(lambda: None)


@warned(OwnerWarning, "on_cleanup was called outside of a root.*never called")
def a_cleanup_outside_of_a_root() -> None:
    on_cleanup(lambda: None)


@warned(UserWarning, "revalidate.'mistakes-usre'. reaches nothing.*Did you mean 'mistakes-user'")
def a_key_misspelt() -> None:
    revalidate("mistakes-usre")


@warned(RouteWarning, "A param is written with a colon")
def a_param_in_braces() -> None:
    routes(Route(path="/users/{id}", component=Home))


@warned(RouteWarning, "can't be told apart")
def two_routes_without_a_path() -> None:
    routes(Route(component=Home), Route(component=Home))


@pytest.mark.parametrize("mistake", list(WARNED))
async def test_a_mistake_that_would_show_nothing_is_warned_of(mistake: str) -> None:
    make, category, says = WARNED[mistake]
    with pytest.warns(category) as caught:
        make()
    texts = [str(warning.message) for warning in caught]
    assert any(re.search(says, text, re.DOTALL) for text in texts), texts


async def test_what_is_meant_is_not_warned_of() -> None:
    """The nearest right ways of writing the same."""

    @component
    def Quiet() -> Any:
        create_effect(lambda: None)

    @component
    def Early(ready: bool) -> Any:
        if ready:
            return div["ready"]
        return None

    handler = None
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        render(lambda: [Quiet(), Early(ready=True), button(on_click=handler)["x"]])
        in_root(lambda: (create_effect(lambda: None), on_cleanup(lambda: None)))
        await revalidate("mistakes-us")
        render(lambda: element("my-card")(some_name="x"))


NOTED: dict[str, tuple[Callable[[], Any], str]] = {}


def noted(says: str) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    def note(fn: Callable[[], Any]) -> Callable[[], Any]:
        NOTED[fn.__name__] = (fn, says)
        return fn

    return note


@noted(r"count\(\), not count")
def a_getter_that_is_compared() -> Any:
    count, _ = create_signal(1)
    return p[lambda: "many" if anything_of(count) > 3 else "few"]


@noted(r"count\(\), not count")
def a_getter_that_is_added_to() -> Any:
    count, _ = create_signal(1)
    return p[lambda: anything_of(count) + 1]


@noted(r"count\(\), not count")
def a_getter_whose_attribute_is_read() -> Any:
    user = create_async(lambda: get_user(1))
    return p[lambda: anything_of(user).name]


@noted(r"count\(\), not count")
def an_index_that_is_added_to() -> Any:
    return For(each=["a"], children=lambda _item, index: li[anything_of(index) + 1])


@noted(r"set_count\(5\), not count\(5\)")
def a_getter_that_is_written() -> Any:
    count, _ = create_signal(1)
    return p[lambda: anything_of(count)(5)]


@noted("options are given by name")
def options_by_position() -> Any:
    return component(lambda: anything_of(Suspense)(p["wait"])[p["x"]])()


@noted(r"Provider\(value=...\)")
def a_context_that_is_called() -> Any:
    theme = create_context("light", name="Theme")
    return component(lambda: anything_of(theme)(value="dark")[p["x"]])()


@noted(r"users = await get_users\(\).*create_async")
def an_answer_that_is_counted() -> Any:
    return p[len(anything_of(get_user(1)))]


@noted(r"users = await get_users\(\)")
def an_answer_that_is_iterated_over() -> Any:
    return p[list(anything_of(get_user(1)))]


@noted(r"users = await get_users\(\)")
def an_answer_that_is_subscripted() -> Any:
    return p[anything_of(get_user(1))[0]]


@noted(r"users = await get_users\(\)")
def an_answer_whose_attribute_is_read() -> Any:
    return p[anything_of(get_user(1)).name]


@noted(r"users = await get_users\(\)")
def an_answer_that_is_added_to() -> Any:
    return p[anything_of(get_user(1)) + 1]


@noted(r"users = await get_users\(\)")
def an_answer_that_is_added_to_a_text() -> Any:
    return p["user " + anything_of(get_user(1))]


@noted(r"users = await get_users\(\)")
def an_answer_that_is_compared() -> Any:
    return p[anything_of(get_user(1)) > 1]


@pytest.mark.parametrize("mistake", list(NOTED))
async def test_a_mistake_that_python_finds_gets_a_note(mistake: str) -> None:
    make, says = NOTED[mistake]
    with pytest.raises((TypeError, AttributeError)) as caught:
        render(component(make))
    assert re.search(says, "\n".join(caught.value.__notes__)), caught.value.__notes__


# What shows in a running page only.


async def logged(root: Any, caplog: pytest.LogCaptureFixture, act: str | None = None) -> str:
    with caplog.at_level(logging.ERROR, "wayfare"):
        async with open_page(App(root, secret="s" * 40), "/") as page:
            if act is not None:
                await getattr(page, act)(page.get("button"))
            await page.settled()
    return caplog.text


async def test_a_body_that_reads_what_it_loads_is_told_to_read_where_it_is_shown(
    caplog: pytest.LogCaptureFixture,
) -> None:
    @query("mistakes-slow")
    async def slow() -> str:
        await asyncio.sleep(0)
        return "Ann"

    @component
    def Greeting() -> Any:
        name = create_async(slow)
        return p["Hello " + name()]

    text = await logged(Greeting, caplog)
    assert "the component Greeting reads 'mistakes-slow' in its body" in text
    assert "p[lambda:" in text


async def test_a_body_may_wait_for_what_others_load() -> None:
    @query("mistakes-given")
    async def given(number: int) -> str:
        await asyncio.sleep(0)
        return str(number)

    @component
    def Sum(one: Any, other: Any) -> Any:
        return p[one() + other()]

    @component
    def Page() -> Any:
        one, other = create_async(lambda: given(1)), create_async(lambda: given(2))
        return Suspense(fallback="wait")[Sum(one, other)]

    async with open_page(App(Page, secret="s" * 40), "/") as page:
        await page.settled()
        assert page.text == "12"


@pytest.mark.parametrize("kind", ["query", "resource", "lazy"])
async def test_what_fails_on_its_way_into_the_first_page_is_an_error_of_that_page(
    kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def fails() -> str:
        await asyncio.sleep(0)
        raise ValueError("the database is gone")

    failing = query(fails, "mistakes-fails")
    missing = lazy("wayfare.nowhere:Home")

    @component
    def Page() -> Any:
        if kind == "lazy":
            return missing()
        value = create_async(failing) if kind == "query" else create_resource(fails)[0]
        return p[value]

    text = await logged(Page, caplog)
    assert "the first render of '/' failed" in text
    assert ("the database is gone" if kind != "lazy" else "wayfare.nowhere") in text


async def test_what_fails_is_not_waited_for_when_a_string_is_rendered() -> None:
    async def fails() -> str:
        await asyncio.sleep(0)
        raise ValueError("the database is gone")

    @component
    def Page() -> Any:
        value = create_async(fails)
        return p[value]

    with pytest.raises(ValueError, match="the database is gone"):
        await render_to_string_async(Page)


async def test_a_property_of_scripts_is_told_with_what_events_have(caplog: pytest.LogCaptureFixture) -> None:
    @component
    def Page() -> Any:
        return button(on_click=lambda event: anything_of(event).target.value)["x"]

    text = await logged(Page, caplog, "click")
    assert "the click event has no 'target'" in text
    assert "event.value" in text


async def test_a_handler_that_raises_is_named_with_its_component(caplog: pytest.LogCaptureFixture) -> None:
    @component
    def Page() -> Any:
        def broken() -> None:
            raise ValueError("boom")

        return button(on_click=broken)["x"]

    text = await logged(Page, caplog, "click")
    assert re.search(r"in the click handler .*broken", text)
    assert "> Page" in text


async def warnings_of_a_click(handler: Any) -> list[warnings.WarningMessage]:
    """What is said while a page whose button has the handler is clicked twice."""

    @component
    def Page() -> Any:
        return button(on_click=handler)["x"]

    async with open_page(App(Page, secret="s" * 40), "/") as page:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            for _ in range(2):
                await page.click(page.get("button"))
                await page.settled()
    return caught


@pytest.mark.parametrize(
    "answer", [redirect("/users"), json(1), reload()], ids=["redirect", "json", "reload"]
)
@pytest.mark.parametrize("kind", ["def", "async def"])
async def test_a_response_that_a_handler_returns_is_warned_of(kind: str, answer: Response) -> None:
    def now() -> Response:
        return answer

    async def later() -> Response:
        await asyncio.sleep(0)
        return answer

    handler = now if kind == "def" else later
    caught = await warnings_of_a_click(handler)
    assert {warning.category for warning in caught} == {HandlerWarning}
    said = str(caught[0].message)
    assert f"click handler {handler.__qualname__}" in said
    assert str(answer) in said
    assert "navigate = use_navigate()" in said
    assert "use_action" in said
    assert caught[0].filename == __file__


async def test_a_response_that_a_handler_raises_is_told_where_it_belongs(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def leave() -> None:
        raise redirect("/users")

    text = await logged(component(lambda: button(on_click=leave)["x"]), caplog, "click")
    assert "navigate = use_navigate()" in text


async def test_a_handler_may_give_what_a_query_or_an_action_gives() -> None:
    assert not await warnings_of_a_click(lambda: get_user(1))
    assert not await warnings_of_a_click(lambda: "ready")


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda: create_async(lambda: get_user(1), name="mistakes-clicked"), "mistakes-clicked"),
        (lambda: create_memo(lambda: 1, name="sum"), "sum"),
        (lambda: create_effect(lambda: None, name="seen"), "seen"),
    ],
    ids=["create_async", "create_memo", "create_effect"],
)
async def test_what_a_handler_makes_anew_at_each_event_is_warned_of(make: Any, name: str) -> None:
    first, *_ = await warnings_of_a_click(make)
    assert first.category is OwnerWarning
    said = str(first.message)
    assert re.search(rf"click handler .*<lambda> made '{name}", said)
    assert "component's body" in said
    assert "await" in said


async def test_an_answer_that_a_handler_does_not_await_is_told_so(caplog: pytest.LogCaptureFixture) -> None:
    async def count() -> None:
        len(anything_of(get_user(1)))

    text = await logged(component(lambda: button(on_click=count)["x"]), caplog, "click")
    assert "users = await get_users()" in text


async def test_what_a_handler_makes_others_make_is_not_warned_of() -> None:
    """The handler's own surroundings run again while it writes."""
    shown, set_shown = create_signal(0)

    @component
    def Page() -> Any:
        return div[
            lambda: [
                button(on_click=lambda: set_shown(shown() + 1))["more"],
                For(each=list(range(shown())), children=lambda item: li[lambda: item]),
            ]
        ]

    async with open_page(App(Page, secret="s" * 40), "/") as page:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            for _ in range(2):
                await page.click(page.get("button"))
        assert page.text.split() == ["more", "0", "1"]


async def test_what_a_handler_gives_an_end_is_not_warned_of() -> None:
    def handler() -> None:
        create_root(lambda dispose: (create_effect(lambda: None), dispose()))
        use_action(save)

    assert not await warnings_of_a_click(handler)


def steps_in(text: str) -> list[str]:
    """The files that the tracebacks in a log go through."""
    return re.findall(r'File ".*/(\w+\.py)"', text)


@pytest.mark.parametrize("act", [None, "click"])
async def test_a_traceback_shows_the_code_that_is_wrong_and_nothing_else(
    act: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    def wrong() -> Any:
        return p[undefined_name]  # type: ignore[name-defined] # noqa: F821 # pyright: ignore

    @component
    def Page() -> Any:
        return wrong() if act is None else button(on_click=wrong)["x"]

    text = await logged(lambda: div[Page()], caplog, act)
    assert "undefined_name" in text
    assert set(steps_in(text)) == {"test_mistakes.py"}


async def test_a_mistake_that_we_tell_has_no_steps_of_ours(caplog: pytest.LogCaptureFixture) -> None:
    text = await logged(lambda: div[anything_of({"a": 1})], caplog)
    assert "write a list of nodes" in text
    assert set(steps_in(text)) == {"test_mistakes.py"}


async def test_a_traceback_goes_on_where_an_error_that_nobody_meant_was_raised(
    caplog: pytest.LogCaptureFixture,
) -> None:
    text = await logged(lambda: batch(anything_of(None)), caplog)
    first, *rest = steps_in(text)
    assert first == "test_mistakes.py"
    assert rest
    assert "test_mistakes.py" not in rest


async def test_all_of_a_traceback_is_there_for_who_looks_into_wayfare(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.DEBUG, "wayfare"):
        async with open_page(App(lambda: p[undefined_name], secret="s" * 40), "/"):  # type: ignore[name-defined] # noqa: F821 # pyright: ignore
            pass
    assert {"pages.py", "mount.py", "test_mistakes.py"} <= set(steps_in(caplog.text))


async def test_pages_that_send_each_other_in_a_circle_are_told() -> None:
    there: Any = component(lambda: Navigate(href="/there"))
    back: Any = component(lambda: Navigate(href="/"))
    app = App(
        lambda: Router[Route(path="/", component=there), Route(path="/there", component=back)],
        secret="s" * 40,
    )
    with pytest.raises(UsageError, match="in a circle"):
        async with open_page(app, "/"):
            pass


async def test_the_graph_of_another_thread_names_the_safe_call() -> None:
    count, set_count = create_signal(0)
    in_root(lambda: create_effect(lambda: count()))
    with pytest.raises(UsageError, match="call_threadsafe"):
        await asyncio.to_thread(set_count, 1)
