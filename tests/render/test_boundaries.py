"""Boundaries: what shows while something is awaited or after it failed, and what is held in a transition."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from wayfare.errors import UsageError
from wayfare.html import Node, b, button, div, p
from wayfare.reactive import create_resource, create_signal, start_transition
from wayfare.render import ErrorBoundary, Op, Show, Suspense, SuspenseList, component

from .shown import Shown


class Answers:
    """A fetcher whose answers the test gives."""

    def __init__(self) -> None:
        self.waiting: dict[Any, asyncio.Future[Any]] = {}

    async def fetch(self, key: Any) -> Any:
        self.waiting[key] = asyncio.get_running_loop().create_future()
        return await self.waiting[key]

    async def give(self, key: Any, value: Any) -> None:
        self.waiting[key].set_result(value)
        await settle()

    async def fail(self, key: Any, error: Exception) -> None:
        self.waiting[key].set_exception(error)
        await settle()


async def settle() -> None:
    """Lets the loop run what is due; nothing here waits for time."""
    for _ in range(10):
        await asyncio.sleep(0)


def user_page(answers: Answers, key: Callable[[], Any]) -> Callable[[], Node]:
    @component
    def User() -> Node:
        user, _ = create_resource(key, answers.fetch)
        return div[p[lambda: user().upper()]]

    return lambda: Suspense(fallback="loading")[User()]


@pytest.mark.anyio
async def test_the_fallback_shows_until_everything_is_there_and_then_all_at_once() -> None:
    answers = Answers()
    shown = Shown(user_page(answers, lambda: 1))
    assert shown.plain == "loading"
    assert shown.mount.waiting == 1
    ready: list[str] = []
    shown.mount.when_ready(lambda: ready.append("ready"))
    await answers.give(1, "ann")
    assert shown.plain == "<div><p>ANN</p></div>"
    assert [patch[0] for patch in shown.patches()] == [Op.CONTENT]
    assert ready == ["ready"]
    shown.mount.when_ready(lambda: ready.append("at once"))
    assert ready == ["ready", "at once"]


@pytest.mark.anyio
async def test_in_a_transition_the_old_content_stays_and_only_the_text_changes() -> None:
    answers = Answers()
    key, set_key = create_signal(1)
    shown = Shown(user_page(answers, key))
    await answers.give(1, "ann")
    shown.patches()
    start_transition(lambda: set_key(2))
    await settle()
    assert shown.patches() == []
    assert shown.plain == "<div><p>ANN</p></div>"
    await answers.give(2, "bob")
    assert [patch[0] for patch in shown.patches()] == [Op.TEXT]
    assert shown.plain == "<div><p>BOB</p></div>"


@pytest.mark.anyio
async def test_outside_a_transition_the_fallback_comes_back() -> None:
    answers = Answers()
    key, set_key = create_signal(1)
    shown = Shown(user_page(answers, key))
    await answers.give(1, "ann")
    set_key(2)
    assert shown.plain == "loading"
    await answers.give(2, "bob")
    assert shown.plain == "<div><p>BOB</p></div>"


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("child", "waits"),
    [
        (lambda on, slow: Show(when=on, fallback="none")[slow], True),
        (lambda on, slow: lambda: slow if on() else b["none"], True),
        # An effect until it gives more than text, and effects run when the transition is over, as upstream's.
        (lambda on, slow: lambda: slow if on() else "none", False),
    ],
    ids=["Show", "a function that has given an element", "a function that has given a text"],
)
async def test_what_a_transition_waits_for(child: Callable[..., Node], waits: bool) -> None:
    answers = Answers()
    on, set_on = create_signal(False)

    @component
    def Slow() -> Node:
        user, _ = create_resource(lambda: 1, answers.fetch)
        return b[lambda: user().upper()]

    shown = Shown(lambda: Suspense(fallback="loading")[p[child(on, Slow())]])
    assert shown.plain.replace("<b>", "").replace("</b>", "") == "<p>none</p>"
    start_transition(lambda: set_on(True))
    await settle()
    assert shown.plain.replace("<b>", "").replace("</b>", "") == ("<p>none</p>" if waits else "loading")
    await answers.give(1, "ann")
    assert shown.plain == "<p><b>ANN</b></p>"


@pytest.mark.anyio
async def test_a_component_that_reads_in_its_body_is_mounted_when_it_can_be_read() -> None:
    answers = Answers()
    bodies: list[str] = []

    @component
    def Name(user: Callable[[], str]) -> Node:
        bodies.append(user())
        return b[bodies[-1]]

    @component
    def Page() -> Node:
        user, _ = create_resource(lambda: 1, answers.fetch)
        return p["Hello ", Name(user)]

    shown = Shown(lambda: Suspense(fallback="loading")[Page()])
    assert shown.plain == "loading"
    await answers.give(1, "ann")
    assert shown.plain == "<p>Hello <b>ann</b></p>"
    assert bodies == ["ann"]


@pytest.mark.anyio
async def test_new_content_loads_what_it_needs_while_the_old_one_shows() -> None:
    answers = Answers()
    key, set_key = create_signal("")

    @component
    def Detail() -> Node:
        detail, _ = create_resource(key, answers.fetch)
        return p[lambda: detail()]

    shown = Shown(
        lambda: Suspense(fallback="loading")[div[Show(when=key, fallback="nothing chosen")[Detail()]]]
    )
    start_transition(lambda: set_key("x"))
    await settle()
    assert shown.plain == "<div>nothing chosen</div>"
    await answers.give("x", "the detail")
    assert shown.plain == "<div><p>the detail</p></div>"
    assert [patch[0] for patch in shown.patches()] == [Op.CONTENT]


@pytest.mark.anyio
async def test_an_inner_boundary_waits_alone() -> None:
    answers = Answers()

    @component
    def Slow() -> Node:
        slow, _ = create_resource(lambda: "slow", answers.fetch)
        return p[lambda: slow()]

    shown = Shown(lambda: Suspense(fallback="outer")[div["at once ", Suspense(fallback="inner")[Slow()]]])
    assert shown.plain == "<div>at once inner</div>"
    await answers.give("slow", "late")
    assert shown.plain == "<div>at once <p>late</p></div>"


@pytest.mark.anyio
async def test_a_failed_fetch_goes_to_the_nearest_error_boundary() -> None:
    answers = Answers()
    shown = Shown(
        lambda: ErrorBoundary(fallback=lambda error: p["sorry: ", str(error)])[
            user_page(answers, lambda: 1)()
        ]
    )
    await answers.fail(1, ValueError("no such user"))
    assert shown.plain == "<p>sorry: no such user</p>"


def test_a_boundary_without_a_fallback_says_what_is_missing() -> None:
    boundary: Any = ErrorBoundary
    with pytest.raises(UsageError, match=r"ErrorBoundary\(fallback="):
        boundary["x"]


def test_a_boundary_can_be_reset() -> None:
    broken, set_broken = create_signal(True)

    @component
    def Fragile() -> Node:
        if broken():
            raise ValueError("broken")
        return p["fine"]

    shown = Shown(
        lambda: ErrorBoundary(fallback=lambda error, reset: button(on_click=reset)[str(error)])[Fragile()]
    )
    assert shown.plain == "<button>broken</button>"
    set_broken(False)
    shown.fire(shown.listeners()[0])
    assert shown.plain == "<p>fine</p>"


def test_an_error_of_a_later_update_and_of_a_handler_reach_the_boundary() -> None:
    broken, set_broken = create_signal(False)

    def text() -> str:
        if broken():
            raise ValueError("text broke")
        return "fine"

    def fail() -> None:
        raise KeyError("handler")

    def page() -> Node:
        return ErrorBoundary(fallback=lambda error: p[repr(error)])[button(on_click=fail)[text]]

    shown = Shown(page)
    set_broken(True)
    assert "text broke" in shown.plain
    set_broken(False)
    second = Shown(page)
    second.fire(second.listeners()[0])
    assert "KeyError" in second.plain


def test_the_rest_of_the_page_lives_on_beside_a_broken_part() -> None:
    text, set_text = create_signal("a")

    @component
    def Broken() -> Node:
        raise ValueError("x")

    shown = Shown(lambda: div[ErrorBoundary(fallback="broken")[Broken()], p[text]])
    set_text("b")
    assert shown.plain == "<div>broken<p>b</p></div>"


@pytest.mark.anyio
async def test_a_list_of_boundaries_reveals_in_order() -> None:
    answers = Answers()

    @component
    def Part(name: str) -> Node:
        part, _ = create_resource(lambda: name, answers.fetch)
        return Suspense(fallback=f"({name})")[b[lambda: part()]]

    shown = Shown(lambda: div[SuspenseList(tail="collapsed")[Part("1"), Part("2"), Part("3")]])
    assert shown.plain == "<div>(1)</div>"
    await answers.give("2", "two")
    assert shown.plain == "<div>(1)</div>"
    await answers.give("1", "one")
    assert shown.plain == "<div><b>one</b><b>two</b>(3)</div>"
    await answers.give("3", "three")
    assert shown.plain == "<div><b>one</b><b>two</b><b>three</b></div>"
