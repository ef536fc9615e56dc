"""Lowering: the rewritten function is the one that was written, with its elements made in another way."""

from __future__ import annotations

import importlib
import linecache
import sys
import traceback
from collections.abc import Callable
from types import FunctionType
from typing import Any

import pytest

import wayfare.html as h
from wayfare.errors import UsageError
from wayfare.html import Element, Node, br, div, fragment, li, p, serialize, span, textarea, ul
from wayfare.render.case import Lowered
from wayfare.render.lower import lower


def is_lowered(node: object) -> bool:
    return type(node) is Lowered


def test_what_the_function_gives_is_what_it_gave() -> None:
    def card(name: str, *, note: object = None) -> Element:
        return div(class_="card")[h.h1[name], p["!", note], br]

    made = lower(card)
    assert made is not card
    for arguments in [("a", None), ("<b>", 3), ("x", "y"), ("x", [p["z"], None])]:
        element = made(arguments[0], note=arguments[1])
        assert is_lowered(element)
        assert str(element) == str(card(arguments[0], note=arguments[1]))


def test_names_defaults_and_documentation_stay() -> None:
    def Documented(a: int, b: str = "b", *rest: int, c: float = 1.0, **others: object) -> Element:
        """What it is."""
        return p[str(a), b, str(rest), str(c), str(others)]

    Documented.marked = True  # type: ignore[attr-defined]
    made = lower(Documented)
    assert isinstance(made, FunctionType)
    for name in ("__name__", "__qualname__", "__module__", "__doc__", "__defaults__", "__kwdefaults__"):
        assert getattr(made, name) == getattr(Documented, name)
    assert made.__annotations__ == Documented.__annotations__
    assert made.__dict__ == {"marked": True}
    assert made.__globals__ is globals()
    assert str(made(1, "x", 2, c=3.5, d=4)) == "<p>1x(2,)3.5{&#39;d&#39;: 4}</p>"


def test_closures_are_shared() -> None:
    count = 0

    def counted() -> Element:
        nonlocal count
        count += 1
        return p[str(count), lambda: str(count)]

    made = lower(counted)
    made()
    element = made()
    assert count == 2
    count = 7
    read: Any = element.children[1]
    assert (element.children[0], read()) == ("2", "7")


def test_one_code_serves_every_closure() -> None:
    def maker(word: str) -> Callable[[], Element]:
        def inner() -> Element:
            return p[word, span[word]]

        return lower(inner)

    assert str(maker("a")()) == "<p>a<span>a</span></p>"
    assert str(maker("b")()) == "<p>b<span>b</span></p>"
    assert maker("a").__code__ is maker("b").__code__


def test_elements_that_come_from_a_closure() -> None:
    from wayfare.html import em

    def local() -> Element:
        return em["x"]

    assert is_lowered(lower(local)())


some_element = h.i


def test_a_global_that_changes_later_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def uses() -> Element:
        return some_element(class_="x")["text"]

    made = lower(uses)
    assert is_lowered(made())
    monkeypatch.setitem(globals(), "some_element", h.b)
    assert not is_lowered(made())
    assert str(made()) == '<b class="x">text</b>'
    monkeypatch.delitem(globals(), "some_element")
    with pytest.raises(NameError, match="some_element"):
        made()


def test_a_closure_variable_that_changes_later_is_seen() -> None:
    tag = h.i

    def uses() -> Element:
        return tag["text"]

    made = lower(uses)
    assert str(made()) == "<i>text</i>"
    tag = h.b
    assert str(made()) == "<b>text</b>"


def test_a_local_name_is_no_element() -> None:
    def people(p: dict[str, str]) -> list[object]:
        span = ["s"]
        return [p["x"], span[0], [li[0] for li in [["l"]]], (lambda ul: ul[0])(["u"])]

    assert lower(people)({"x": "y"}) == ["y", "s", ["l"], "u"]
    assert lower(people) is people


def test_a_name_is_an_element_outside_of_the_scope_that_binds_it() -> None:
    def mixed(people: list[str]) -> list[object]:
        texts = [p.upper() for p in people]
        return [p["an element"], *texts]

    made = lower(mixed)(["a"])
    assert is_lowered(made[0])
    assert made[1:] == ["A"]


def test_nested_functions_are_lowered_with_the_outer_one() -> None:
    def outer(rows: list[str]) -> Node:
        def row(text: str) -> Element:
            return li[text]

        return ul[[row(text) for text in rows], lambda: span["later"]]

    element = lower(outer)(["a"])
    assert is_lowered(element)
    rows, later = element.children  # type: ignore[union-attr]
    assert is_lowered(rows[0])
    assert is_lowered(later())
    inner = next(code for code in lower(outer).__code__.co_consts if getattr(code, "co_name", "") == "row")
    assert inner.co_qualname == outer.__qualname__ + ".<locals>.row"


def test_a_lambda_is_lowered_and_told_from_its_neighbour() -> None:
    first, second = (lambda x: p[x]), (lambda x: p[x, "!"])
    assert is_lowered(lower(first)("a"))
    assert is_lowered(lower(second)("a"))
    assert str(lower(first)("a")) == "<p>a</p>"
    assert str(lower(second)("a")) == "<p>a!</p>"


def raised_by(
    function: Callable[..., object], *arguments: object
) -> tuple[str, list[tuple[int | None, str]]]:
    """What a call raises, and the lines of this file that its traceback names."""
    try:
        function(*arguments)
    except Exception as error:
        frames = traceback.extract_tb(error.__traceback__)
        here = [(frame.lineno, frame.name) for frame in frames if frame.filename == __file__]
        return f"{type(error).__name__}: {error}", here[1:]
    raise AssertionError("nothing was raised")


@pytest.mark.parametrize("bad", [b"bytes", {"a": 1}, object(), [p["x"], {1}], ([b"x"],)])
def test_a_bad_child_is_refused_at_its_line(bad: object) -> None:
    def wrong(child: Any) -> Element:
        return div[
            p["fine"],
            p[
                "first",
                child,
            ],
        ]

    message, lines = raised_by(wrong, bad)
    lowered_message, lowered_lines = raised_by(lower(wrong), bad)
    assert lowered_message.partition(" object at ")[0] == message.partition(" object at ")[0]
    # The frame of the function, and one more for the line inside the expression.
    assert lowered_lines[-1] == lines[-1]
    assert {name for _, name in lowered_lines} == {"wrong"}


def test_what_a_child_raises_comes_from_its_line() -> None:
    def fails() -> Element:
        return div[
            p["fine"],
            p[str(1 // 0)],
        ]

    assert raised_by(lower(fails)) == raised_by(fails)


def test_refused_attributes_and_brackets() -> None:
    def handler(value: Any) -> Element:
        return div(on_click=value)["x"]

    def twice() -> Element:
        return div["a"]["b"]

    def void() -> Element:
        return br["a"]

    def unknown(name: Any) -> Element:
        return div(name)["a"]

    for function, arguments in [(handler, (3,)), (twice, ()), (void, ()), (unknown, ("text",))]:
        assert raised_by(lower(function), *arguments)[0] == raised_by(function, *arguments)[0]
        with pytest.raises(UsageError):
            lower(function)(*arguments)


def test_evaluation_is_in_the_order_of_the_source() -> None:
    seen: list[str] = []

    def note(value: str) -> str:
        seen.append(value)
        return value

    def ordered() -> Element:
        return div(id=note("1"), title=note("2"))[
            note("3"),
            span(class_=note("4"))[note("5"), [note("6") for _ in "a"]],
            (last := note("7")),
            p[last, note("8")](lang=note("9")),
        ]

    plain = str(ordered())
    expected, seen[:] = list(seen), []
    assert str(lower(ordered)()) == plain
    assert seen == expected == list("123456789")


def test_what_is_iterated_over_once_runs_where_it_ran() -> None:
    def ordered() -> tuple[Element, list[int]]:
        seen: list[int] = []

        def note(value: int) -> str:
            seen.append(value)
            return str(value)

        element = div[
            ul[(li[note(at)] for at in range(2)), note(2)],
            ul[map(note, [3, 4])],
            p[note(5)],
        ]
        return element, seen

    element, seen = lower(ordered)()
    plain, expected = ordered()
    assert (str(element), seen) == (str(plain), expected)


def test_conditions_walrus_and_formats() -> None:
    def page(name: str, admin: bool) -> Element:
        return div(class_=f"page {name}")[
            admin and p["admin"],
            span["a"] if admin else None,
            (size := len(name)) > 1 and p[f"{size} letters"],
            name or br,
        ]

    for arguments in [("", True), ("x", False), ("xyz", True), ("xyz", False)]:
        assert str(lower(page)(*arguments)) == str(page(*arguments))


def test_generators_and_classes_inside() -> None:
    def source() -> Node:
        def rows() -> Any:
            for at in range(2):
                got = yield li[str(at)]
                assert got is None

        class Local:
            p = ("not an element",)
            element = span["x"]
            text = p[0]

        return [list(rows()), Local.element, Local.text]

    rows, element, text = lower(source)()  # type: ignore[misc]
    assert [str(row) for row in rows] == ["<li>0</li>", "<li>1</li>"]
    assert (str(element), text) == ("<span>x</span>", "not an element")


def test_what_is_not_understood_stays_and_its_inside_is_lowered() -> None:
    def page(rows: list[Element], more: dict[str, Any]) -> Element:
        return div(**more)[ul[*rows], p["x"], fragment[span["y"], "z"]]

    element = lower(page)([li["1"], li["2"]], {"id": "d"})
    assert not is_lowered(element)
    assert [is_lowered(child) for child in element.children] == [False, True, False]
    assert str(element) == '<div id="d"><ul><li>1</li><li>2</li></ul><p>x</p><span>y</span>z</div>'


def test_an_element_can_be_given_more_later() -> None:
    def card() -> Element:
        opened = div(class_="card")
        return opened(id="x")[p["a"]]

    assert str(lower(card)()) == '<div class="card" id="x"><p>a</p></div>'


def test_a_function_that_looks_at_its_variables_stays() -> None:
    def looks() -> Node:
        return p[str(sorted(locals()))]

    assert lower(looks) is looks


def test_without_a_source_a_function_stays() -> None:
    namespace: dict[str, Any] = {"p": p}
    exec("def made():\n    return p['x']", namespace)
    assert lower(namespace["made"]) is namespace["made"]
    assert lower(len) is len
    component: Any = Element("x")
    assert lower(component) is component


def test_another_source_than_what_runs_is_not_used(tmp_path: Any) -> None:
    file = tmp_path / "edited.py"
    file.write_text("from wayfare.html import p\n\ndef made():\n    return p['old']\n")
    namespace: dict[str, Any] = {}
    exec(compile(file.read_text(), str(file), "exec"), namespace)
    file.write_text("from wayfare.html import p\n\ndef made():\n    return p['new']\n")
    linecache.checkcache(str(file))
    assert lower(namespace["made"]) is namespace["made"]
    assert str(namespace["made"]()) == "<p>old</p>"


def test_a_source_that_is_offered_without_a_file_is_used() -> None:
    source = "from wayfare.html import *\ndef made():\n    return p['cell']\n"
    name = "<cell of test_lower>"
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    try:
        namespace: dict[str, Any] = {}
        exec(compile(source, name, "exec"), namespace)
        assert is_lowered(lower(namespace["made"])())
    finally:
        del linecache.cache[name]


def test_it_can_be_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    def page() -> Element:
        return p["x"]

    monkeypatch.setattr(sys.modules["wayfare.render.lower"], "ENABLED", False)
    assert lower(page) is page


def test_private_names_in_classes() -> None:
    class Outer:
        __secret = "s"

        @staticmethod
        def page() -> Element:
            return p[Outer.__secret]

    assert str(lower(Outer.page)()) == "<p>s</p>"


def test_what_is_bad_in_a_generator_is_refused_once_it_has_run() -> None:
    def page(rows: Any) -> Element:
        return div[ul[rows], "end"]

    for make in (lambda: (each for each in ["a", b"b"]), lambda: [(each for each in [b"b"])]):
        for function in (page, lower(page)):
            with pytest.raises(UsageError, match="bytes"):
                function(make())


def test_what_a_generator_raises_passes_through() -> None:
    def page(rows: Any) -> Element:
        return div[ul[rows], "end"]

    for function in (page, lower(page)):
        with pytest.raises(ZeroDivisionError):
            function(1 // at for at in [1, 0])


def test_children_that_come_as_a_tuple_are_part_of_the_template() -> None:
    def card(children: Any) -> Element:
        return div[children]

    made = lower(card)((p["a"], "text", None, [p["b"]], lower(lambda x: span[x])("c")))
    assert not is_lowered(made), "an element of another kind is built as it is written"
    made = lower(card)(("a", None, lower(lambda x: span[x])("c"), 3))
    assert is_lowered(made)
    assert made.case.tokens == ("<div", "T", "<span", "T", ">", "T", ">")  # type: ignore[attr-defined]
    assert str(made) == "<div>a<span>c</span>3</div>"


def test_methods_of_imported_names() -> None:
    """A compiler writes ``module.name()`` in its own way where the module has imported it."""

    def page(names: list[str]) -> Element:
        return h.div(class_="page")[h.p[linecache.getlines("no such file")], p[",".join(names)]]

    assert is_lowered(lower(page)(["a"]))
    assert str(lower(page)(["a", "b"])) == '<div class="page"><p></p><p>a,b</p></div>'


def nested(depth: int) -> Element:
    return div[str(depth), nested(depth - 1) if depth else None]


def test_a_function_that_calls_itself() -> None:
    def local(depth: int) -> Element:
        return div[str(depth), local(depth - 1) if depth else None]

    for function in (nested, local):
        assert is_lowered(lower(function)(0))
        assert str(lower(function)(2)) == "<div>2<div>1<div>0</div></div></div>"


def test_the_source_of_nearly_every_function_is_found() -> None:
    """A page is slower, not wrong, where the search fails: nothing else would tell."""
    module = sys.modules["wayfare.render.lower"]
    found, lost = 0, []
    for name in ("wayfare.render.mount", "wayfare.routing.tree", "dataclasses", "argparse", "inspect", "ast"):
        for value in vars(importlib.import_module(name)).values():
            if isinstance(value, FunctionType) and value.__module__ == name:
                file = module._file_of(value)
                if file is not None and module._source_of(value.__code__, file) is not None:
                    found += 1
                elif value.__closure__ is None and not hasattr(value, "__wrapped__"):
                    lost.append(value.__qualname__)
    assert found > 150
    assert len(lost) < 5, lost


def test_a_function_is_looked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    module = sys.modules["wayfare.render.lower"]
    searched: list[str] = []
    search = module._file_of

    def counted(function: FunctionType) -> Any:
        searched.append(function.__name__)
        return search(function)

    monkeypatch.setattr(module, "_file_of", counted)
    functions = [lambda: p["a"], lambda: p["b"], lambda: len("no element")]
    for _ in range(3):
        assert [is_lowered(lower(function)()) for function in functions] == [True, True, False]
    assert searched == ["<lambda>", "<lambda>"]


def test_every_way_to_bind_a_name_hides_an_element() -> None:
    def binds(value: Any, *li: str, **ul: str) -> list[object]:
        seen: list[object] = [li[0], ul["x"]]

        def catches() -> object:
            try:
                raise KeyError("k")
            except KeyError as p:
                return p.args[0]

        def matches() -> object:
            match value:
                case {"a": [p, *span], **div}:
                    return [p[0], span[0], div["b"]]
                case str() as br:
                    return br[0]
            return None

        def imports() -> object:
            from sys import version_info as p

            return p[0] >= 3

        def defines() -> object:
            class p(dict[str, str]):  # noqa: N801
                pass

            def span() -> list[str]:
                return ["s"]

            return [p(a="b")["a"], span()[0]]

        def changes() -> object:
            global some_global
            some_global = ["g"]
            return some_global[0]

        def walrus() -> object:
            found = [p for each in [["w"]] if (p := each)]
            return [p[0], found[0][0], [br[0] for br in ["b"]], {p[0]: 1 for p in ["d"]}]

        seen += [catches(), matches(), imports(), defines(), changes(), walrus(), (lambda *p: p[0])("l")]
        return seen

    expected = binds({"a": ["p", "s"], "b": "d"}, "li", x="ul")
    assert lower(binds)({"a": ["p", "s"], "b": "d"}, "li", x="ul") == expected
    assert lower(binds)("text", "li", x="ul") == binds("text", "li", x="ul")
    assert not any(isinstance(value, Element) for value in expected)


some_global: Any = h.i


def test_expressions_of_other_kinds_stay() -> None:
    preset = div(class_="preset", on_click=print)

    def page(more: Any) -> Node:
        return [
            div({"data-x:y": 1, "lang": more}, title="t")["dict"],
            div({more: "1"})["computed name"],
            div({"on click": "1"} and {"lang": "x"})["no literal"],
            div(class_="a")["b"](class_="c"),
            preset["made before"],
            h.Markup("<u>")[0],
            p[...] if more is None else p["..."],
            textarea(name="t", value="v"),
            textarea["a", span] if more is None else textarea["a"],
        ]

    assert serialize(lower(page)("en")) == serialize(page("en"))
