"""Whatever changes, in whatever order: the patches turn what the browser shows into what would be rendered
anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from wayfare.html import Node, b, div, input_, li, p, span, textarea, ul
from wayfare.reactive import batch, create_root, create_signal
from wayfare.render import Dynamic, For, Index, Match, Patch, Show, Switch, component, mount_root
from wayfare.testing.client import Screen

SIGNALS = 4
words = st.sampled_from(["", "a", "b", "<i>", "é"])
values = st.one_of(words, st.integers(0, 3), st.none(), st.lists(st.sampled_from("abcdef"), unique=True))


def text_of(value: Any) -> str:
    return "" if value is None else str(value)


def list_of(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] * bool(value)


@component
def Card(read: Callable[[], Any], children: Node = None) -> Node:
    return [b[lambda: text_of(read())], children]


Maker = Callable[[list[Callable[[], Any]]], Node]


def leaf(which: int, kind: str) -> Maker:
    def make(signals: list[Callable[[], Any]]) -> Node:
        read = signals[which]
        if kind == "text":
            return lambda: text_of(read())
        if kind == "attribute":
            return input_(value=lambda: text_of(read()), disabled=lambda: bool(read()))
        if kind == "raw":
            return textarea["<", lambda: text_of(read())]
        return span["static"]

    return make


def wrap(which: int, kind: str, inner: list[Maker]) -> Maker:
    def make(signals: list[Callable[[], Any]]) -> Node:
        read = signals[which]

        def body() -> Node:
            return [made(signals) for made in inner]

        if kind == "element":
            return div(class_=lambda: text_of(read()))[body()]
        if kind == "show":
            return Show(when=read, fallback="none")[p[body()]]
        if kind == "switch":
            return Switch(fallback=body())[Match(when=lambda: read() == "a")["A"], Match(when=read)[body()]]
        if kind == "for":
            return ul[
                For(each=lambda: list_of(read()), fallback=li["empty"])[
                    lambda item: li[text_of(item), body()]
                ]
            ]
        if kind == "mixed rows":
            return For(each=lambda: list_of(read()))[
                lambda item: [text_of(item), body()] if item == "a" else p[body()]
            ]
        if kind == "index":
            return Index(each=lambda: list_of(read()))[lambda item: p[lambda: text_of(item()), body()]]
        if kind == "function":
            return lambda: p[body()] if read() else text_of(read())
        if kind == "dynamic":
            return Dynamic(component=lambda: "b" if read() else None)[body()]
        return Card(read)[body()]

    return make


wrapping = ["element", "show", "switch", "for", "mixed rows", "index", "function", "dynamic", "component"]
which = st.integers(0, SIGNALS - 1)
makers = st.recursive(
    st.builds(leaf, which, st.sampled_from(["text", "attribute", "raw", "static"])),
    lambda inner: st.builds(wrap, which, st.sampled_from(wrapping), st.lists(inner, min_size=1, max_size=3)),
    max_leaves=8,
)
writes = st.lists(st.lists(st.tuples(which, values), min_size=1, max_size=3), max_size=6)


@settings(max_examples=200, deadline=None)
@given(makers, st.lists(values, min_size=SIGNALS, max_size=SIGNALS), writes)
def test_the_patches_lead_to_what_would_be_rendered_anew(
    maker: Maker, first: list[Any], steps: list[list[tuple[int, Any]]]
) -> None:
    def run(dispose: Callable[[], None]) -> None:
        pairs = [create_signal(value) for value in first]
        patches: list[Patch] = []
        mount = mount_root(lambda: maker([read for read, _ in pairs]), patches.append)
        screen = Screen(f"<body>{mount.html()}</body>")
        assert screen.html == Screen(f"<body>{mount.plain_html()}</body>").html
        for step in steps:

            def write(step: list[tuple[int, Any]] = step) -> None:
                for at, value in step:
                    pairs[at][1](value)

            batch(write)
            # As they travel: through JSON, which knows no tuples and no enums.
            screen.apply(msgspec.json.decode(msgspec.json.encode(patches)))
            patches.clear()
            assert screen.html == Screen(f"<body>{mount.plain_html()}</body>").html
        places = screen.places
        assert places == Screen(f"<body>{mount.html()}</body>").places
        dispose()

    create_root(run)
