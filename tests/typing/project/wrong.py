"""Mistakes that a type checker finds before anything runs: each line marked `# wrong` is one.

Where several kinds of function are taken, mypy gives a lambda's parameters up; pyright tries each.
"""

from __future__ import annotations

from dataclasses import dataclass

from wayfare import (
    For,
    Show,
    action,
    component,
    create_async,
    create_signal,
    query,
    use_action,
    use_params,
)
from wayfare.html import Node, button, input_, li


@dataclass
class Params:
    id: int


@query("wrong-name")
async def get_name(id: int) -> str:
    return str(id)


@action
async def save(id: int) -> int:
    return id


@component
def Card(title: str) -> Node:
    return li[title]


def number_row(item: int) -> Node:
    return li[item]


@component
def Page() -> Node:
    name = create_async(lambda: get_name("1"))  # wrong
    count, set_count = create_signal(0)
    run = use_action(save)
    set_count("many")  # wrong
    count(5)  # wrong
    print(count + 1)  # wrong
    print(name().title.upper())  # wrong
    print(name.title)  # wrong
    print(use_params(Params).number)  # wrong
    run("x")  # wrong
    _ = Card(titel="x")  # wrong
    _ = For(each=["a"])[number_row]  # wrong
    _ = For(each=["a"], children=lambda item: li[item.nothing])  # wrong for pyright
    _ = Show(when=name, keyed=True, children=lambda text: li[text.nothing])  # wrong for pyright
    _ = input_(on_input=lambda event: set_count(event.value))  # wrong for pyright
    _ = button(on_click=lambda event: event.vlaue)  # wrong for pyright
    _ = button(on_click="save()")  # wrong
    return Card(title="x")
