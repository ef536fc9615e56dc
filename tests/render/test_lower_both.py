"""Everything that is rendered both ways, lowered and as it is written, is the same: the first HTML with its
addresses, what listens, the patches of every change, and what they make of the browser's document."""

from __future__ import annotations

import importlib.util
import linecache
import logging
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from wayfare.html import (
    Element,
    Markup,
    Node,
    a,
    br,
    button,
    div,
    form,
    fragment,
    h1,
    input_,
    li,
    option,
    p,
    section,
    select,
    span,
    table,
    tbody,
    td,
    textarea,
    tr,
    ul,
)
from wayfare.reactive import create_context, create_root, create_signal, use_context
from wayfare.render import (
    Component,
    Event,
    For,
    Index,
    Match,
    Op,
    Patch,
    Show,
    Switch,
    component,
    mount_root,
    prevent_default,
)
from wayfare.render.case import Lowered
from wayfare.testing import open_page
from wayfare.testing.client import Screen

lowering = sys.modules["wayfare.render.lower"]

Signals = list[tuple[Callable[[], Any], Callable[[Any], Any]]]
Example = Callable[[Signals], Node]


@contextmanager
def lowered(wanted: bool) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lowering, "ENABLED", wanted)
        yield


@pytest.fixture(autouse=True, scope="module")
def _doubts_are_errors() -> Iterator[None]:
    """A place that finds itself wrong renders as it is written, and says so. Here that is a failure."""

    def refuse(message: str, *args: object, **_options: object) -> None:
        raise AssertionError(message % args)

    with pytest.MonkeyPatch.context() as patch:
        for module in ("case", "lower"):
            patch.setattr(logging.getLogger("wayfare.render"), "warning", refuse)
            assert sys.modules[f"wayfare.render.{module}"].logger.name == "wayfare.render"
        yield


class Run:
    """One rendering of an example, and everything that can be seen of it."""

    def __init__(self, example: Callable[..., Node], values: list[Any]) -> None:
        self.sent: list[Patch] = []
        self.signals: Signals = [create_signal(value, equals=False) for value in values]
        self.mount = mount_root(lambda: Component(example)(self.signals), self.sent.append)
        self.html = self.mount.html()
        self.screen = Screen(self.html)

    def flush(self) -> list[Patch]:
        """The patches since the last call, without what only says how something is built."""
        self.screen.apply(self.sent)
        told = [outline(patch) for patch in self.sent if patch[0] is not Op.TEMPLATE]
        self.sent.clear()
        return told

    @property
    def listening(self) -> list[tuple[int, list[str]]]:
        wired = self.mount._mounter.wired  # pyright: ignore[reportPrivateUsage]
        return sorted((address, sorted(handlers)) for address, (_, handlers) in wired.items())


def outline(patch: Patch) -> Patch:
    """A patch without tokens: a place's template and a shape's are two, and make the same of them."""
    if patch[0] is Op.CONTENT:
        return patch[:2]
    if patch[0] is Op.LIST:
        steps: Any = patch[3]
        return (*patch[:3], [step[:2] for step in steps])
    return patch


def both(example: Callable[..., Node], values: list[Any], changes: list[tuple[int, Any]]) -> None:
    """Renders lowered, and as it is written; checks that nothing tells the two apart.

    Twice each: the first element of a place is walked through, the second is what is worked out before.
    """

    def compare(_dispose: object = None) -> None:
        for _ in range(2):
            with lowered(False):
                plain = Run(example, values)
            with lowered(True):
                quick = Run(example, values)
            assert quick.html == plain.html
            assert quick.mount.plain_html() == plain.mount.plain_html()
            for which, value in changes:
                for run, wanted in ((plain, False), (quick, True)):
                    with lowered(wanted):
                        run.signals[which][1](value)
                assert quick.flush() == plain.flush()
                assert quick.screen.html == plain.screen.html
                assert quick.mount.html() == plain.mount.html()
                assert quick.listening == plain.listening
            for address, names in plain.listening:
                for name in names:
                    if not plain.mount.handles(address, name):
                        continue  # an event before it has taken its element away
                    for run in (plain, quick):
                        run.mount.dispatch(address, name, Event(name, {"value": "typed"}))
                    assert quick.flush() == plain.flush()
            plain.mount.dispose()
            quick.mount.dispose()

    create_root(compare)


theme = create_context("light")


def texts(signals: Signals) -> Node:
    (word, set_word), (flag, _), *_ = signals
    return div(class_="texts", data_size=2, hidden=False)[
        h1["Title & more"],
        p["It is ", lambda: word(), "."],
        p[word()],
        p[1, 2.5, None, True, "", str(flag())],
        span(class_=lambda: f"c-{word()}", title='"')[br, Markup("<i>&amp;</i>")],
        button(on_click=lambda: set_word("clicked"), disabled=lambda: bool(flag()))["Go"],
        a(href="/x?a=1&b=2")["link"],
        a(href=f"/{word()}", title=Markup("&amp;"))["link"],
    ]


def conditions(signals: Signals) -> Node:
    (word, _), (flag, _), *_ = signals
    return section[
        p["yes"] if flag() else p(class_="no")["no", span["!"]],
        flag() and "text",
        flag() and div(on_click=prevent_default(lambda: None))["listens"],
        lambda: p["now yes"] if flag() else None,
        lambda: word() if flag() else span[word()],
        [p["in a list"], None, "text", [span[word()]]],
        Show(when=flag, fallback=p["nothing"])[div["shown ", lambda: str(word())]],
        Switch(fallback="none")[Match(when=lambda: word() == "a")[p["A"]], Match(when=flag)[p["flag"]]],
    ]


def lists(signals: Signals) -> Node:
    (word, _), (_flag, _), (items, set_items) = signals
    return div[
        table[tbody[[tr[td[str(at)], td[name]] for at, name in enumerate(items())]]],
        ul[For(each=items, fallback=li["empty"])[lambda item: li(class_="row")[span[item], " ", word]]],
        ul[For(each=items)[lambda item, index: li[lambda: f"{index()}: {item}"]]],
        ul[For(each=items)[lambda item: [li[item], li["second"]]]],
        ul[For(each=items)[lambda item: item if item == "a" else li(on_click=lambda: set_items([]))[item]]],
        ul[Index(each=items)[lambda item, at: li[str(at), item]]],
        ul[*[li[item] for item in items()]],
        ul[(li[item] for item in items())],
    ]


def forms(signals: Signals) -> Node:
    (word, set_word), (flag, _), *_ = signals
    return form(action="/save", method="post")[
        input_(name="a", value=word(), on_input=lambda event: set_word(event.value)),
        input_(type="checkbox", checked=bool(flag())),
        input_(value=word, type="text", class_={"on": flag, "off": False}, style={"color": word()}),
        textarea(name="t")[word()],
        textarea(name="t", value=word),
        textarea(value="constant"),
        textarea[lambda: word()],
        select(name="s", value=word())[option(value="a")["A"], option["b"], [option["c"]]],
        select(value=lambda: word())[option(value="a")["A"], option[word()]],
        button(disabled=flag() is None, aria_pressed=bool(flag()))["Save"],
    ]


@component
def Card(title: str, children: Node = None) -> Node:
    return section(class_="card")[h1[title], div[children], span[lambda: use_context(theme)]]


@component
def Plain(children: Node) -> Node:
    return div[children]


def components(signals: Signals) -> Node:
    (word, _), (flag, _), (items, _) = signals

    @component
    def Inner(name: str) -> Node:
        got: list[object] = []
        return p(ref=got.append)[name, lambda: f"{word()} {len(got)}"]

    return fragment[
        Card(title="one")[p["child"]],
        Card(title=word())[p["child"], "text", Inner(name="x")],
        theme.Provider(value="dark")[Card(title="two")[Plain[Inner(name="y")]]],
        For(each=items)[lambda item: Inner(name=item)],
        Plain[lambda: Inner(name="z") if flag() else None],
        Plain[div(class_="a")[div(class_="b")[Inner(name="deep")]]],
    ]


def kept(signals: Signals) -> Node:
    (word, _), (flag, _), *_ = signals
    head = h1["made before"]
    attributes: dict[str, object] = {"id": "dynamic", "title": word()}
    opened = div(class_="opened")
    return div[
        head,
        head,
        div(**attributes)[p["under ", span["a star"]]],
        opened[p["filled later"]],
        div({"data-x:y": word()}, lang="en")["dict"],
        [head, opened],
        (head, opened),
        section[(p["a"], p["b"])],
        div[flag() or None],
    ]


EXAMPLES: list[Example] = [texts, conditions, lists, forms, components, kept]
CHANGES: list[tuple[int, Any]] = [
    (0, "b"),
    (1, True),
    (2, ["c", "a", "d"]),
    (0, "a"),
    (2, []),
    (1, None),
    (0, "<&>"),
    (2, ["a"]),
    (1, "yes"),
]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.__name__)
@pytest.mark.parametrize("flag", [False, "on", 3])
def test_examples(example: Example, flag: object) -> None:
    both(example, ["a", flag, ["a", "b"]], CHANGES)
    assert lowering.lower(example) is not example


def test_lowered_elements_are_what_is_mounted() -> None:
    """The comparison compares something: the row of a table is lowered, and stays so inside of a list."""
    found: list[object] = []

    def rows(_signals: Signals) -> Node:
        found[:] = [tr[td[str(at)]] for at in range(2)]
        return table[tbody[found]]

    both(rows, [], [])
    assert type(found[0]) is Lowered


# Sources that nobody would write ------------------------------------------------------------------------

_files = count()
_TAGS = ["div", "p", "span", "ul", "h.section", "h.b"]
_ATTRIBUTES = ["class_", "id", "title", "href", "hidden", "aria_label", "style", "data_x", "value"]
_VALUES = [
    "'text'",
    "'<&>'",
    "5",
    "2.5",
    "None",
    "True",
    "False",
    "word()",
    "word",
    "flag()",
    "(lambda: flag())",
    "f'{word()}!'",
    "(word() if flag() else None)",
    "items()",
    "(lambda: items())",
    "Shown(text=str(word()))",
    "Markup('<u>x</u>')",
    "(kept := word())",
    "str(flag())",
]
_HANDLERS = ["None", "(lambda: set_word('h'))", "prevent_default(lambda: set_word('p'))", "handler"]


@st.composite
def attribute_lists(draw: st.DrawFn) -> str:
    names = draw(st.lists(st.sampled_from(_ATTRIBUTES), max_size=3, unique=True))
    values = [v for v in _VALUES if v not in ("items()", "(lambda: items())", "Shown(text=str(word()))")]
    parts = [f"{name}={draw(st.sampled_from(values))}" for name in names]
    if draw(st.integers(0, 4)) == 0:
        parts.append(f"on_click={draw(st.sampled_from(_HANDLERS))}")
    if draw(st.integers(0, 9)) == 0:
        parts.append("**{'lang': 'en'}")
    return f"({', '.join(parts)})" if parts else ""


def bracketed(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    shapes = [
        "{0}{1}[{2}]",
        "{0}{1}[{2}, {3}]",
        "{0}{1}[{2},]",
        "{0}{1}[{2}, 'between', {3}, br]",
        "{0}{1}[[{2}, {3}]]",
        "{0}{1}[*[{2}, {3}]]",
        "({2} if flag() else {3})",
        "(lambda: {2})",
        "(lambda: {2} if flag() else {3})",
        "[{2} for each in items()]",
        "For(each=items)[lambda item: {2}]",
        "For(each=items)[lambda item: {0}{1}[item, {2}]]",
        "Show(when=flag, fallback={2})[{3}]",
        "Wrap[{2}]",
        "Wrap[{2}, {3}]",
        "fragment[{2}, {3}]",
        "{0}{1}",
        "(each for each in [{2}, {3}])",
        "{0}[({2}, {3})]",
    ]
    return st.builds(
        lambda shape, tag, attributes, first, second: shape.format(tag, attributes, first, second),
        st.sampled_from(shapes),
        st.sampled_from(_TAGS),
        attribute_lists(),
        inner,
        inner,
    )


sources = st.recursive(st.sampled_from([*_VALUES, "br", "p", "textarea[word()]"]), bracketed, max_leaves=12)


def compiled(source: str) -> Callable[..., Node]:
    """A component function that returns what ``source`` evaluates to, with its source where Python looks."""
    text = (
        "def page(signals):\n"
        "    (word, set_word), (flag, _set), (items, _set) = signals\n"
        "    handler = lambda event: set_word('e')\n"
        f"    return [{source}]\n"
    )
    name = f"<test_lower_both {next(_files)}>"
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    namespace = dict(NAMES)
    exec(compile(text, name, "exec"), namespace)
    function: Callable[..., Node] = namespace["page"]
    return function


@component
def Shown(text: str) -> Node:
    return span(class_="shown")[text]


NAMES: dict[str, Any] = {
    name: globals()[name]
    for name in (
        "For",
        "Show",
        "Markup",
        "Shown",
        "br",
        "div",
        "fragment",
        "p",
        "prevent_default",
        "span",
        "ul",
    )
}
NAMES |= {"Wrap": Plain, "h": sys.modules["wayfare.html"], "textarea": textarea}


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(sources, st.sampled_from([None, True, "on", 0]), st.sampled_from(["a", "", "<"]))
def test_any_source(source: str, flag: object, word: str) -> None:
    try:
        page = compiled(source)
    except SyntaxError:
        reject()  # a walrus where none may stand
    try:
        both(page, [word, flag, ["a", "b"]], [(0, "z"), (1, not flag), (2, ["b", "c"]), (0, ""), (2, [])])
    finally:
        linecache.cache.pop(page.__code__.co_filename, None)


PATHS = [
    path
    for path in sorted(Path(__file__).parents[2].glob("examples/*/main.py"))
    if "App(" in path.read_text()
]


@contextmanager
def loaded(path: Path) -> Iterator[ModuleType]:
    """An example as a module of its own, made anew."""
    spec = importlib.util.spec_from_file_location(f"lowered_{path.parent.name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, spec.name, module)
        spec.loader.exec_module(module)
        yield module


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.parent.name)
def test_the_examples_components_are_lowered(path: Path) -> None:
    """Each example's components can be lowered: none of them is left as it is for a reason unknown."""
    with loaded(path) as module:
        components = [value for value in vars(module).values() if isinstance(value, Component)]
        own = [each for each in components if each.function.__module__ == module.__name__]
        assert own
        assert all(lowering.lower(each.function) is not each.function for each in own)


async def visit(path: Path) -> list[str]:
    """What an example shows, at first and after whatever there is to click and to fill in."""
    shown: list[str] = []
    with loaded(path) as module:
        async with open_page(module.app, "/") as page:
            for turn in range(4):
                shown.append(ordered(page.html))
                for element in page.find_all("input"):
                    if element.get("type", "text") == "text":
                        await page.fill(element, f"<written> {turn}")
                buttons = [each for each in page.find_all("button") if each.get("disabled") is None]
                if buttons:
                    await page.click(buttons[turn % len(buttons)])
            shown.append(ordered(page.html))
    return shown


def ordered(html: str) -> str:
    """``html`` with each tag's attributes in order: one that fills a hole is set after those that do not."""
    return re.sub(
        r'(?<=<)([\w-]+)((?: [^\s="<>]+(?:="[^"]*")?)+)',
        lambda tag: tag[1] + "".join(sorted(re.findall(r' [^\s="<>]+(?:="[^"]*")?', tag[2]))),
        html,
    )


@pytest.mark.anyio
@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.parent.name)
async def test_the_examples_do_the_same_both_ways(path: Path) -> None:
    with lowered(False):
        plain = await visit(path)
    with lowered(True):
        assert await visit(path) == plain


def test_an_element_of_the_html_package_is_found_by_any_path() -> None:
    def page(_signals: Signals) -> Node:
        made: Element = div[p["x"]]
        return made

    both(page, [], [])
