"""Every public name has an example that runs, a page that names it, and a docstring that says it all.

The examples themselves are run by test_docs_examples.py (the pages) and test_doctests.py (the docstrings).
"""

from __future__ import annotations

import ast
import doctest
import importlib
import inspect
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import wayfare
from wayfare.render import Component

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
MORE = {
    "wayfare.routing": ["build_url", "describe_routes", "routes", "url_for", "use_navigation_events"],
    "wayfare.reactive.inspect": ["snapshot", "statistics", "watch"],
    "wayfare.testing": ["open_page"],
}
PUBLIC: dict[str, Any] = {
    **{name: getattr(wayfare, name) for name in wayfare.__all__ if name != "__version__"},
    **{
        name: getattr(importlib.import_module(module), name)
        for module, names in MORE.items()
        for name in names
    },
}
OURS = """
    App UsageError WayfareError LimitError InternalError Event Markup Response cache compile_routes component
    create_router debounce throttle prevent_default stop_propagation query_keys use_request use_head build_url
    describe_routes routes url_for use_navigation_events snapshot statistics watch open_page
""".split()  # noqa: SIM905
"""Names that upstream has not, or of which it has no page."""


@cache
def names_in(source: str) -> frozenset[str]:
    """What a program reads: its names, and the attributes that it asks for."""
    nodes = list(ast.walk(ast.parse(source)))
    return frozenset(
        [node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)]
        + [node.attr for node in nodes if isinstance(node, ast.Attribute)]
    )


@cache
def used_in_pages() -> frozenset[str]:
    blocks = [
        block
        for page in REFERENCE.glob("*.md")
        for block in re.findall(r"^```python\n(.*?)^```", page.read_text(), re.DOTALL | re.MULTILINE)
    ]
    return frozenset().union(*map(names_in, blocks))


def docstring(value: Any) -> str:
    """What there is to read of a name: its own docstring, or that of the function that its call is."""
    if isinstance(value, Component):
        return inspect.getdoc(value.function) or ""
    own = inspect.getdoc(value) or ""
    if not inspect.isclass(value) and not inspect.isroutine(value):
        own += "\n" + (inspect.getdoc(type(value).__call__) or "")
    return own


def documented_parameters(value: Any) -> Iterator[str]:
    if isinstance(value, Component):
        value = value.function
    if not inspect.isroutine(value):
        return
    for parameter in inspect.signature(value).parameters.values():
        if parameter.name != "children":
            yield parameter.name


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_a_name_has_an_example_that_runs(name: str) -> None:
    examples = doctest.DocTestParser().get_examples(docstring(PUBLIC[name]))
    in_docstring = any(name in names_in(example.source) for example in examples)
    assert in_docstring or name in used_in_pages(), (
        f"no example uses {name}: write one in its docstring, or in a page of docs/reference"
    )


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_a_page_of_the_reference_names_it(name: str) -> None:
    pages = "\n".join(page.read_text() for page in REFERENCE.glob("*.md"))
    assert re.search(rf"\b{name}\b", pages), f"no page of docs/reference names {name}"


@pytest.mark.parametrize("name", sorted(set(PUBLIC) - set(OURS)))
def test_a_docstring_leads_to_upstreams_page(name: str) -> None:
    source = docstring(PUBLIC[name]) or ""
    module = inspect.getmodule(PUBLIC[name]) or inspect.getmodule(type(PUBLIC[name]))
    # Of an object, its own docstring stands below it in its module.
    text = source + (
        inspect.getsource(module) if module is not None and not inspect.isroutine(PUBLIC[name]) else ""
    )
    assert "https://docs.solidjs.com/" in (source if inspect.isroutine(PUBLIC[name]) else text)


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_a_docstring_speaks_of_each_parameter(name: str) -> None:
    text = docstring(PUBLIC[name])
    silent = [
        parameter
        for parameter in documented_parameters(PUBLIC[name])
        if not re.search(rf"\b{parameter}\b", text)
    ]
    assert not silent, f"the docstring of {name} says nothing of {silent}"
