"""Mounting: what is described becomes live, and a change touches what depends on it and nothing else."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import Callable
from typing import Any

import pytest

from wayfare.errors import UsageError
from wayfare.html import Node, b, button, div, h1, input_, li, option, p, select, span, textarea, ul
from wayfare.reactive import create_context, create_signal, on_cleanup, use_context
from wayfare.render import ErrorBoundary, For, Op, Show, Suspense, component, mount_root

from .shown import Shown


def test_a_text_that_changes_is_one_patch() -> None:
    name, set_name = create_signal("Ann")
    shown = Shown(lambda: div[h1["Hello ", lambda: name(), "!"], p["still"]])
    assert shown.html == "<!--w1--><div><h1>Hello <!--w2-->Ann<!--/-->!</h1><p>still</p></div><!--/-->"
    set_name("Bob")
    assert shown.patches() == [(Op.TEXT, 2, "Bob")]


def test_an_equal_text_is_no_patch() -> None:
    count, set_count = create_signal(1)
    shown = Shown(lambda: p[lambda: "odd" if count() % 2 else "even"])
    set_count(3)
    assert shown.patches() == []


@pytest.mark.parametrize(
    ("value", "html"), [(None, ""), (True, ""), (False, ""), (0, "0"), (1.5, "1.5"), ("<", "&lt;")]
)
def test_plain_values_as_reactive_children(value: Any, html: str) -> None:
    assert Shown(lambda: p[lambda: value]).plain == f"<p>{html}</p>"


def test_an_attribute_that_changes_is_one_patch() -> None:
    busy, set_busy = create_signal(False)
    shown = Shown(lambda: button(disabled=busy, aria_busy=busy, class_=lambda: {"busy": busy()})["Go"])
    assert shown.plain == '<button aria-busy="false">Go</button>'
    set_busy(True)
    assert shown.patches() == [
        (Op.ATTR, 2, "disabled", True),
        (Op.ATTR, 2, "aria-busy", "true"),
        (Op.ATTR, 2, "class", "busy"),
    ]
    set_busy(False)
    assert shown.patches() == [
        (Op.ATTR, 2, "disabled", None),
        (Op.ATTR, 2, "aria-busy", "false"),
        (Op.ATTR, 2, "class", None),
    ]


def test_a_reactive_child_may_become_an_element_and_text_again() -> None:
    kind, set_kind = create_signal("text")
    shown = Shown(lambda: div[lambda: b["bold"] if kind() == "bold" else kind()])
    set_kind("bold")
    assert shown.plain == "<div><b>bold</b></div>"
    assert [patch[:2] for patch in shown.patches()] == [(Op.CONTENT, 2)]
    set_kind("plain")
    assert shown.patches() == [(Op.CONTENT, 2, ["plain"])]
    set_kind("other")
    assert shown.patches() == [(Op.TEXT, 2, "other")]


def test_a_component_body_runs_once_and_is_not_tracked() -> None:
    count, set_count = create_signal(0)
    runs: list[int] = []

    @component
    def Counter() -> Node:
        runs.append(count())
        return p[lambda: count()]

    shown = Shown(lambda: div[lambda: Counter()])
    set_count(1)
    assert runs == [0]
    assert shown.plain == "<div><p>1</p></div>"


def test_what_is_replaced_is_disposed_of_and_sends_nothing_more() -> None:
    text, set_text = create_signal("a")
    there, set_there = create_signal(True)
    ended: list[str] = []

    @component
    def Part() -> Node:
        on_cleanup(lambda: ended.append("ended"))
        return p[lambda: text()]

    shown = Shown(lambda: div[lambda: Part() if there() else None])
    set_there(False)
    shown.patches()
    assert ended == ["ended"]
    set_text("b")
    assert shown.patches() == []


def test_a_handler_is_called_with_the_event_or_without() -> None:
    heard: list[Any] = []
    shown = Shown(
        lambda: div[
            button(on_click=lambda: heard.append("none"))["a"],
            input_(on_input=lambda event: heard.append(event.value)),
        ]
    )
    shown.fire(shown.listeners()[0])
    shown.fire(shown.listeners("input")[0], "input", value="typed")
    assert heard == ["none", "typed"]


def test_handlers_go_with_their_elements() -> None:
    there, set_there = create_signal(True)
    shown = Shown(lambda: div[Show(when=there)[button(on_click=lambda: None)["x"]]])
    (address,) = shown.listeners()
    set_there(False)
    with pytest.raises(LookupError, match=f"no element {address} that listens to 'click'"):
        shown.fire(address)


@pytest.mark.anyio
async def test_an_async_handler_is_a_coroutine_whose_error_goes_to_the_boundary() -> None:
    async def fails() -> None:
        raise ValueError("late")

    shown = Shown(
        lambda: ErrorBoundary(fallback=lambda error: p["failed: ", str(error)])[button(on_click=fails)["x"]]
    )
    await shown.fire(shown.listeners()[0])
    assert shown.plain == "<p>failed: late</p>"


@pytest.mark.anyio
async def test_an_async_handler_sees_the_contexts_of_its_element_before_and_after_an_await() -> None:
    theme = create_context("light", name="theme")
    seen: list[str] = []

    async def handler() -> None:
        seen.append(use_context(theme))
        await asyncio.sleep(0)
        seen.append(use_context(theme))
        seen.append(await asyncio.to_thread(use_context, theme))
        seen.append(await asyncio.ensure_future(elsewhere()))

    async def elsewhere() -> str:
        await asyncio.sleep(0)
        return use_context(theme)

    shown = Shown(lambda: theme.Provider(value="dark")[button(on_click=handler)["x"]])
    await shown.fire(shown.listeners()[0])
    assert seen == ["dark", "dark", "light", "light"], "a thread, and another task, are not the handler"
    assert use_context(theme) == "light"


@pytest.mark.anyio
async def test_handlers_that_wait_for_each_other_keep_their_contexts_apart() -> None:
    theme = create_context("light", name="theme")
    met, seen = asyncio.Event(), dict[str, str]()

    async def first() -> None:
        await met.wait()
        seen["first"] = use_context(theme)

    async def second() -> None:
        met.set()
        await asyncio.sleep(0)
        seen["second"] = use_context(theme)

    shown = Shown(
        lambda: div[
            theme.Provider(value="dark")[button(on_click=first)["x"]],
            theme.Provider(value="dim")[button(on_click=second)["x"]],
        ]
    )
    one, two = shown.listeners()
    await asyncio.gather(shown.fire(one), shown.fire(two))
    assert seen == {"first": "dark", "second": "dim"}


def test_a_context_reaches_what_is_written_inside_its_brackets() -> None:
    theme = create_context("light", name="theme")

    @component
    def Shows() -> Node:
        return span[use_context(theme)]

    shown = Shown(lambda: div[Shows(), theme.Provider(value="dark")[Shows(), p[Shows()]], Shows()])
    assert shown.plain == (
        "<div><span>light</span><span>dark</span><p><span>dark</span></p><span>light</span></div>"
    )


def test_an_error_without_a_boundary_names_the_component() -> None:
    @component
    def Broken() -> Node:
        raise ValueError("boom")

    with pytest.raises(ValueError, match="boom") as raised:
        mount_root(lambda: div[Broken()], print)
    assert "in the component Broken" in raised.value.__notes__


def test_what_a_function_returns_is_checked_too() -> None:
    wrong: Any = lambda: {"not": "a node"}  # noqa: E731
    with pytest.raises(UsageError, match="of type dict, which can't be rendered"):
        Shown(lambda: div[wrong])


def test_an_awaitable_that_a_function_gives_is_refused_with_the_way_to_load_data() -> None:
    async def fetch() -> str:
        return "x"

    late: Any = lambda: fetch()  # noqa: E731
    with pytest.raises(UsageError, match="create_async"):
        Shown(lambda: p[late])


def test_a_ref_calls_its_element_in_the_browser() -> None:
    refs: list[Any] = []
    shown = Shown(lambda: div[input_(ref=refs.append)])
    refs[0].focus()
    assert shown.patches() == [(Op.CALL, refs[0].id, "focus")]
    with pytest.raises(UsageError, match="can't call 'remove'"):
        refs[0].call("remove")


def test_the_value_of_a_text_area_and_of_a_select_stand_where_html_has_them() -> None:
    shown = Shown(
        lambda: div[
            textarea(value="a < b"), select(value="2")[option(value="1")["one"], option(value="2")["two"]]
        ]
    )
    assert "<textarea>a &lt; b</textarea>" in shown.plain
    assert '<option value="2" selected>two</option>' in shown.plain


def test_nothing_is_kept_of_what_was_disposed_of() -> None:
    class Data:
        pass

    data = Data()
    there = weakref.ref(data)

    def root(data: Data) -> Callable[[], Node]:
        return lambda: ul[For(each=[1, 2])[lambda item: li[item, lambda: str(id(data))]]]

    shown = Shown(root(data))
    shown.mount.dispose()
    del data, shown
    gc.collect()
    assert there() is None


@pytest.mark.parametrize("kind", ["component", "function", "show", "suspense", "boundary", "for"])
def test_a_page_nested_2000_deep_mounts_updates_and_ends(kind: str) -> None:
    text, set_text = create_signal("a")

    @component
    def Level(depth: int) -> Node:
        if depth == 0:
            return p[lambda: text()]
        inner = Level(depth - 1)
        wrapped: dict[str, Callable[[], Node]] = {
            "component": lambda: div[inner],
            "function": lambda: div[lambda: inner],
            "show": lambda: Show(when=True)[div[inner]],
            "suspense": lambda: Suspense[div[inner]],
            "boundary": lambda: ErrorBoundary(fallback="failed")[div[inner]],
            "for": lambda: For(each=[1])[lambda _: div[inner]],
        }
        return wrapped[kind]()

    shown = Shown(lambda: Level(2000))
    assert shown.plain == "<div>" * 2000 + "<p>a</p>" + "</div>" * 2000
    set_text("b")
    assert [patch[0] for patch in shown.patches()] == [Op.TEXT]
    shown.mount.dispose()


def test_what_is_mounted_is_mounted_in_the_order_of_the_page() -> None:
    seen: list[str] = []

    @component
    def Note(name: str, children: Node = None) -> Node:
        seen.append(name)
        return [children, p[name]]

    def page() -> Node:
        return div[
            Note(name="a")[Note(name="b"), [Note(name="c"), Note(name="d")]],
            For(each=["e", "f"])[lambda name: Note(name=name)[Note(name=f"{name}1")]],
            For(each=["g", "h"])[lambda name: p[Note(name=name)]],
            Note(name="i"),
        ]

    Shown(page)
    assert seen == ["a", "b", "c", "d", "e", "e1", "f", "f1", "g", "h", "i"]


def test_a_body_that_fails_leaves_nothing_behind() -> None:
    gone: list[str] = []

    @component
    def Fails() -> Node:
        on_cleanup(lambda: gone.append("cleaned up"))
        raise ValueError("no such thing")

    with pytest.raises(ValueError, match="no such thing"):
        mount_root(lambda: div[Fails()], lambda _: None)
    assert gone == ["cleaned up"]
