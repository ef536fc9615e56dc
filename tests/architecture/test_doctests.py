"""Every example in a docstring of the package runs, and every public name has a docstring."""

from __future__ import annotations

import doctest
import gc
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from functools import cache
from types import ModuleType

import pytest

import wayfare
from wayfare.render import Component

OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE | doctest.IGNORE_EXCEPTION_DETAIL
FACES = ["reactive", "data", "routing", "html", "render", "components", "page", "server", "testing"]


def module_names() -> list[str]:
    found = [module.name for module in pkgutil.walk_packages(wayfare.__path__, "wayfare.")]
    # Importing a __main__ runs the program.
    return ["wayfare", *(name for name in found if not name.endswith("__main__"))]


@pytest.fixture(scope="module", autouse=True)
def _names_are_free_afterwards() -> Iterator[None]:
    """Queries and actions of the examples are gone before other tests use their names."""
    yield
    gc.collect()


@cache
def public_names(name: str) -> dict[str, object]:
    module = importlib.import_module(name)
    return {each: getattr(module, each) for each in module.__all__}


@pytest.mark.parametrize("name", module_names())
def test_docstring_examples_run(name: str) -> None:
    module = importlib.import_module(name)
    # An example may use any public name, as after `from wayfare import *` and `from wayfare.html import *`.
    known = {**public_names("wayfare.html"), **public_names("wayfare"), **vars(module)}
    failures: list[str] = []
    runner = doctest.DocTestRunner(optionflags=OPTIONS, verbose=False)
    finder = doctest.DocTestFinder(exclude_empty=True)
    found = finder.find(module, name, globs=known)
    for value in vars(module).values():
        # A component is an object: what its author wrote stands in its function.
        if isinstance(value, Component) and value.function.__module__ == name:
            found.extend(finder.find(value.function, f"{name}.{value.name}", module, globs=known))
    for example in found:
        if example.examples:
            runner.run(example, out=failures.append)
    assert not failures, "\n".join(failures)


def test_modules_say_why_they_exist() -> None:
    silent = [name for name in module_names() if not (importlib.import_module(name).__doc__ or "").strip()]
    assert not silent, f"these modules have no docstring: {silent}"


def _own(module: ModuleType) -> list[tuple[str, object]]:
    names: list[str] = list(getattr(module, "__all__", []))
    return [(name, getattr(module, name)) for name in names]


@pytest.mark.parametrize("face", FACES)
def test_public_names_are_documented(face: str) -> None:
    module = importlib.import_module(f"wayfare.{face}")
    silent = [
        name
        for name, value in _own(module)
        if (inspect.isclass(value) or inspect.isfunction(value)) and not (inspect.getdoc(value) or "").strip()
    ]
    assert not silent, f"these names of wayfare.{face} have no docstring: {silent}"
