"""A list of things to do: a query, actions behind forms, and pending submissions shown at once.

Run it in this folder with `wayfare dev main:app`, and open 127.0.0.1:8000, with JavaScript on or off: the
forms post to the same URLs either way. The list is shared by everybody who opens it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count

from wayfare import (
    App,
    For,
    Route,
    Router,
    Show,
    Title,
    action,
    component,
    create_async,
    json,
    query,
    reload,
    use_submission,
    use_submissions,
)
from wayfare.data import FormData, Response
from wayfare.html import Element, button, form, h1, input_, label, li, main, p, ul


@dataclass(frozen=True)
class Todo:
    id: int
    title: str
    done: bool = False


todos: dict[int, Todo] = {}
numbers = count(1)


@query("todos")
async def get_todos() -> list[Todo]:
    return list(todos.values())


@action(name="add-todo")
async def add_todo(data: FormData) -> Response:
    title = str(data.get("title", "")).strip()
    if not title:
        raise ValueError("Say what there is to do.")
    todo = Todo(next(numbers), title)
    todos[todo.id] = todo
    return json(todo.id, revalidate=get_todos.key)


@action(name="toggle-todo")
async def toggle_todo(number: int) -> Response:
    todos[number] = replace(todos[number], done=not todos[number].done)
    return reload(revalidate=get_todos.key)


@action(name="remove-todo")
async def remove_todo(number: int) -> Response:
    todos.pop(number, None)
    return reload(revalidate=get_todos.key)


@component
def Item(todo: Todo) -> Element:
    return li(class_="done" if todo.done else None)[
        form(action=toggle_todo.with_(todo.id), method="post")[
            button(aria_pressed="true" if todo.done else "false")[todo.title]
        ],
        form(action=remove_todo.with_(todo.id), method="post")[
            button(aria_label=f"Remove {todo.title}")["×"]
        ],
    ]


@component
def Todos() -> Element:
    items = create_async(get_todos)
    adding = use_submission(add_todo)
    submissions = use_submissions(add_todo)

    return main[
        Title["To do"],
        h1["To do"],
        form(action=add_todo, method="post")[
            label["What? ", input_(name="title", required=True, autocomplete="off")],
            button(disabled=lambda: adding.pending)["Add"],
        ],
        Show(when=lambda: adding.error)[p(role="alert")[lambda: str(adding.error)]],
        ul[
            For(each=items)[lambda todo: Item(todo=todo)],
            For(each=lambda: [each for each in submissions if each.pending])[
                lambda submission: li(class_="pending")[submission.input[0]["title"]]
            ],
        ],
        Show(when=lambda: not items())[p["Nothing to do."]],
    ]


app = App(lambda: Router[Route(path="/", component=Todos)])
