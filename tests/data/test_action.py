"""Names, urls and bound arguments of actions."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest

from wayfare.data import Action, action, find_action, use_action
from wayfare.errors import FormError, KeyArgumentError, NameTakenError, UsageError

from .conftest import Page

pytestmark = pytest.mark.anyio


@action
async def top(value: int) -> int:
    return value


async def save(id: int, when: datetime.date, *rest: Any) -> tuple[Any, ...]:
    return (id, when, *rest)


def test_the_url_ends_in_the_name() -> None:
    assert top.name == f"{__name__}.top"
    assert top.url == str(top) == top.base == f"/_server/{__name__}.top"
    odd = action(save, "what / ever?")
    assert odd.url == "/_server/what%20%2F%20ever%3F"
    assert find_action(odd.url) is odd


def test_every_way_to_write_it() -> None:
    named = action("one")(save)
    options = action(name="two", on_complete=lambda: None)(save)
    assert [a.name for a in (named, options, action(save, "three"))] == ["one", "two", "three"]
    assert named.__doc__ == save.__doc__
    assert "one" in repr(named)


def test_bound_arguments_travel_in_the_url_all_of_them() -> None:
    made = action(save, "save")
    bound = made.with_(1).with_(datetime.date(2026, 1, 2), {"b": 1, "a": "é &?"})
    assert bound.base == made.url
    assert bound.url == (
        "/_server/save?args=%5B1%2C%222026-01-02%22%2C%7B%22a%22%3A%22%C3%A9+%26%3F%22%2C%22b%22%3A1%7D%5D"
    )
    found = find_action("https://example.org" + bound.url)
    assert found is not None
    assert found.bound == (1, datetime.date(2026, 1, 2), {"a": "é &?", "b": 1})


async def test_they_come_before_the_arguments_of_the_call(page: Page) -> None:
    made = action(save, "save")
    run = page.run(lambda: use_action(made.with_(1)))
    assert await page.wait(run("x", 2)) == (1, "x", 2)


@pytest.mark.parametrize(
    "text",
    ["", "x", "{}", "[", '["one"]', "[1,2,", '[1,"not a date"]', "[" * 2000, "%ff"],
)
def test_bound_arguments_that_are_not_the_actions_are_refused(text: str) -> None:
    made = action(save, "save")
    with pytest.raises(FormError, match="bound arguments in the url of the action 'save'"):
        find_action(f"{made.base}?args={text}")


def test_more_bound_arguments_than_it_takes_are_refused() -> None:
    async def one(id: int) -> int:
        return id

    made = action(one, "one")
    with pytest.raises(FormError):
        find_action(f"{made.base}?args=[1,2]")


def test_an_endless_url_is_nobodys_and_too_much_to_bind_is_refused() -> None:
    made = action(save, "save")
    assert find_action(made.base + "?args=" + "1" * 10_000) is None
    assert find_action("http://[broken/save") is None
    with pytest.raises(UsageError, match="make a url of"):
        made.with_("x" * 9000)
    with pytest.raises(KeyArgumentError, match="query 'save'"):
        _ = made.with_(object()).url


def test_two_actions_of_one_name_at_module_level_are_refused() -> None:
    def module_level(name: str) -> Callable[..., Any]:
        scope: dict[str, Any] = {}
        exec(compile(f"def {name}(): pass", f"{name}.py", "exec"), scope)
        return scope[name]  # type: ignore[no-any-return]

    first = action(module_level("first"), "taken")
    with pytest.raises(NameTakenError, match=r"first.py:1 and at second.py:1"):
        action(module_level("second"), "taken")
    assert find_action("/_server/taken") is first


async def test_an_action_of_a_page_is_found_with_its_page_and_goes_with_it(page: Page) -> None:
    def build() -> Action[..., Any]:
        return action(save, "local")

    first, leave_first = page.mount(build)
    assert find_action("/_server/local") is None
    assert find_action("/_server/local", page.scope) is first
    second, leave_second = page.mount(build)
    leave_first()
    assert find_action("/_server/local", page.scope) is second
    leave_second()
    assert find_action("/_server/local", page.scope) is None


def test_what_can_not_be_an_action_is_refused() -> None:
    with pytest.raises(UsageError, match="action takes a function, and got 3"):
        action(3)  # type: ignore[call-overload]
    with pytest.raises(UsageError, match="lambda needs a name"):
        action(lambda: 1)
