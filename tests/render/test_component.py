"""Components: calls are descriptions, and a wrong call is an error where it is written."""

from __future__ import annotations

from typing import Any

import pytest

from wayfare.errors import UsageError
from wayfare.html import Node, h1, p
from wayfare.render import Component, as_component, component


@component
def Card(title: str, tone: str = "plain", *, children: Node = None) -> Node:
    return [h1(class_=tone)[title], children]


@component
def Bare() -> Node:
    return p["bare"]


def test_a_call_runs_nothing() -> None:
    ran: list[str] = []

    @component
    def Loud() -> Node:
        ran.append("ran")
        return None

    Loud()
    assert ran == []


def test_children_come_by_name() -> None:
    assert Card(title="t")["a", "b"].kwargs["children"] == ("a", "b")
    assert Card("t")["a"].kwargs["children"] == "a"


@pytest.mark.parametrize(
    ("build", "says"),
    [
        (lambda: Card(), "Card needs title"),
        (lambda: Card(titel="x"), "did you mean 'title'"),
        (lambda: Card("a", "b", "c"), "takes 2 props by position"),
        (lambda: Bare["x"], "Bare takes no children"),
        (lambda: Bare()["x"], "Bare takes no children"),
        (lambda: Card(title="t")["a"]["b"], "children already"),
        (lambda: Card(title="t")[{1: 2}], "child of Card"),
        (lambda: as_component("x", "App(root)"), "App\\(root\\) takes a component"),
        (lambda: as_component(Bare(), "Route(component=...)"), "write Bare"),
    ],
)
def test_a_wrong_call_says_what_to_write(build: Any, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        build()


def test_an_async_component_is_refused_with_the_way_to_load_data() -> None:
    with pytest.raises(UsageError, match="create_async"):

        @component
        async def Late() -> Node:
            return None


def test_a_method_is_refused_with_what_to_write() -> None:
    with pytest.raises(UsageError, match="is a method"):

        class Views:
            @component
            def page(self) -> Node:
                return p["x"]


def test_a_component_is_offered_only_what_it_names() -> None:
    @component
    def Page(params: Any) -> Node:
        return params

    assert Page.offer({"params": 1, "location": 2}).kwargs == {"params": 1}
    with pytest.raises(UsageError, match="which nothing gives it here"):
        Card.offer({"params": 1})


def test_any_function_can_be_one() -> None:
    made = as_component(lambda: p["x"], "here")
    assert isinstance(made, Component)
    assert isinstance(as_component(Bare, "here"), Component)
