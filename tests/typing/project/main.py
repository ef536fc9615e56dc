"""A small project of somebody else, under the strictest settings of both checkers (test_project.py)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import assert_type, cast

from wayfare import (
    A,
    App,
    ErrorBoundary,
    Event,
    For,
    Index,
    Match,
    Response,
    Route,
    Router,
    Show,
    Suspense,
    Switch,
    action,
    component,
    create_async,
    create_context,
    create_memo,
    create_resource,
    create_signal,
    create_store,
    debounce,
    query,
    redirect,
    revalidate,
    use_action,
    use_context,
    use_current_matches,
    use_is_routing,
    use_location,
    use_navigate,
    use_params,
    use_search_params,
    use_submission,
)
from wayfare.data import FormData
from wayfare.html import Element, Node, button, div, form, h1, input_, label, li, p, ul
from wayfare.routing import RouteMatch, url_for


@dataclass(frozen=True)
class Todo:
    id: int
    title: str
    done: bool = False


@dataclass
class TodoParams:
    id: int


@dataclass
class Filters:
    page: int = 1
    q: str = ""


Theme = create_context("light", name="Theme")


@query("todos")
async def get_todos(done: bool | None = None) -> list[Todo]:
    return [Todo(1, "Tea", bool(done))]


@query("todo", scope="app")
def get_todo(id: int) -> Todo:
    return Todo(id, "Tea")


@action
async def rename(id: int, title: str) -> Todo:
    return Todo(id, title)


@action(name="add")
async def add(data: FormData) -> Response:
    return redirect(url_for("todo", id=len(data.text("title"))))


@component
def Item(todo: Todo, marked: bool = False) -> Element:
    return li(class_={"marked": marked})[A(href=url_for("todo", id=todo.id))[todo.title]]


@component
def Card(title: str, children: Node = None) -> Element:
    return div[h1[title], children]


@component
def Todos() -> Node:
    todos = create_async(get_todos)
    text, set_text = create_signal("")
    chosen, choose = create_signal(cast("Todo | None", None))
    count = create_memo(lambda: len(todos()))
    store, set_store = create_store({"open": True})
    adding = use_submission(add)
    filters, set_filters = use_search_params(Filters)
    routing = use_is_routing()

    assert_type(todos(), list[Todo])
    assert_type(todos.latest, list[Todo])
    assert_type(text(), str)
    assert_type(chosen(), Todo | None)
    assert_type(count(), int)
    assert_type(store["open"], bool)
    assert_type(filters.page, int)
    assert_type(routing(), bool)
    assert_type(use_context(Theme), str)
    assert_type(adding.pending, bool | None)

    def row(todo: Todo, index: Callable[[], int]) -> Node:
        return li[lambda: f"{index()}: {todo.title}"]

    def key(event: Event) -> None:
        assert_type(event.key, str)
        assert_type(event.form, dict[str, str])
        set_store("open", event.key != "Escape")

    async def refresh() -> None:
        await revalidate(get_todos)
        set_filters(page=2)

    return Suspense(fallback=p["Loading"])[
        Card(title="Things to do")[
            p[count, " things, ", lambda: "routing" if routing() else "here"],
            # A function with annotations fits in brackets for both checkers; a lambda's parameters pyright
            # infers only where it stands as an argument.
            ul[For(each=todos)[row]],
            ul[For(each=todos, children=lambda todo: Item(todo=todo))],
            ul[For(each=todos, children=lambda todo, index: li[index, ": ", todo.title.upper()])],
            ul[Index(each=todos, children=lambda todo, at: li[at + 1, lambda: todo().title.upper()])],
            Show(when=chosen, children=lambda todo: p[lambda: todo().title.upper()]),
            Show(when=chosen, keyed=True, children=lambda todo: p[todo.title.upper()]),
            Show(when=lambda: count() > 3, fallback=p["few"])[p["many"]],
            Switch(fallback="none")[Match(when=chosen)["one"], Match(when=text)["text"]],
            ErrorBoundary(
                fallback=lambda error, reset: p[str(error.args), button(on_click=reset)["Again"]],
            )[p[lambda: todos()[0].title]],
            form(action=add, method="post")[
                label["Title ", input_(name="title", on_input=lambda event: set_text(event.value.strip()))],
                input_(type="checkbox", on_change=lambda event: set_store("open", event.checked)),
                input_(on_key_down=key, on_input=debounce(lambda event: set_text(event.value), 200)),
                button(disabled=lambda: adding.pending)["Add"],
            ],
            button(on_click=refresh)["Refresh"],
            button(on_click=lambda: choose(todos()[0]))["Choose"],
        ]
    ]


@component
def TodoPage() -> Node:
    params = use_params(TodoParams)
    todo = create_async(lambda: get_todo(params.id))
    run = use_action(rename)
    navigate = use_navigate()
    location = use_location()
    matches = use_current_matches()
    other, _actions = create_resource(lambda: params.id, fetch)

    assert_type(params.id, int)
    assert_type(todo().title, str)
    assert_type(location.pathname, str)
    assert_type(matches(), list[RouteMatch])

    async def save() -> None:
        renamed = run(todo().id, "Milk")
        assert_type(renamed, Awaitable[Todo])
        assert_type(await renamed, Todo)
        navigate("/", replace=True)

    return [h1[lambda: todo().title], p[lambda: str(other())], button(on_click=save)["Save"]]


async def fetch(id: int) -> str:
    return str(id)


@component
def Layout(children: Node = None) -> Node:
    return div[children]


app = App(
    lambda: Router(root=Layout, base="/app")[
        Route(path="/", component=Todos, preload=lambda: get_todos()),
        Route(
            path="/todos/:id",
            name="todo",
            component=TodoPage,
            match_filters={"id": int},
            preload=lambda args: get_todo(int(args.params["id"])),
        ),
    ]
)
