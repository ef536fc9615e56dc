"""The public names: where each is promised to be found, that it is there, and that nothing else is."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import wayfare

FACADE = Path(wayfare.__file__)

# What the package promises, by the layer that a name belongs to. Each is importable from `wayfare`, too.
PROMISED: dict[str, str] = {
    "reactive": """
        create_signal create_memo create_effect create_render_effect create_computed create_root
        create_resource create_selector create_context use_context create_unique_id on on_mount
        on_cleanup on_error catch_error batch untrack get_owner run_with_owner start_transition
        use_transition map_array index_array merge_props split_props children create_store produce
        reconcile unwrap
    """,
    "data": """
        query cache create_async create_async_store action use_action use_submission use_submissions
        revalidate json redirect reload Response query_keys
    """,
    "routing": """
        compile_routes use_navigate use_location use_params use_search_params use_match
        use_current_matches use_is_routing use_before_leave use_preload_route use_resolved_path
        use_href create_memory_history
    """,
    "render": """
        component For Index Show Switch Match Suspense SuspenseList ErrorBoundary Dynamic
        debounce throttle prevent_default stop_propagation
    """,
    "components": """
        Router HashRouter MemoryRouter StaticRouter Route A Navigate Title Meta Link Style Base use_head lazy
        render_to_string render_to_string_async create_router
        render_to_string render_to_string_async
    """,
    "server": "App use_request",
    "errors": "WayfareError UsageError LimitError InternalError",
}

ELEMENTS = """
    a article aside b body br button canvas caption code col dd details dialog div dl dt em fieldset
    figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hr html i iframe img input_ kbd
    label legend li  main mark  nav ol optgroup option output p picture pre progress q s
    samp  section select small source span strong  sub summary sup svg table tbody td
    template textarea tfoot th thead time  tr track u ul var video wbr
"""


@pytest.mark.parametrize(
    ("layer", "name"), [(layer, n) for layer, names in PROMISED.items() for n in names.split()]
)
def test_a_promised_name_is_importable_from_its_layer_and_from_the_root(layer: str, name: str) -> None:
    face = importlib.import_module(f"wayfare.{layer}")
    assert hasattr(face, name), f"wayfare.{layer} has no {name}"
    assert getattr(wayfare, name) is getattr(face, name)


@pytest.mark.parametrize("name", ELEMENTS.split())
def test_an_element_is_importable(name: str) -> None:
    assert hasattr(importlib.import_module("wayfare.html"), name)


def test_the_test_kit_has_its_entry() -> None:
    assert callable(importlib.import_module("wayfare.testing").open_page)


def test_the_root_exports_nothing_that_is_not_there() -> None:
    for name in wayfare.__all__:
        assert getattr(wayfare, name) is not None
    assert len(set(wayfare.__all__)) == len(wayfare.__all__)
    assert set(wayfare.__all__) <= set(dir(wayfare))


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'creat_signal'"):
        wayfare.creat_signal  # noqa: B018 - the access is the test


def test_type_checkers_see_the_names_that_are_loaded_lazily() -> None:
    """The imports for type checkers and `__all__` list the same names, from the same layers."""
    seen: dict[str, str] = {}
    for node in ast.walk(ast.parse(FACADE.read_text())):
        if isinstance(node, ast.ImportFrom) and node.level == 1:
            seen.update({alias.name: str(node.module) for alias in node.names})
    assert sorted({*seen, "__version__"}) == sorted(wayfare.__all__)
    for name, layer in seen.items():
        assert getattr(importlib.import_module(f"wayfare.{layer}"), name) is getattr(wayfare, name)


@pytest.mark.parametrize(
    "layer", ["reactive", "data", "routing", "html", "render", "components", "page", "server", "testing"]
)
def test_the_face_of_a_layer_lists_what_it_has(layer: str) -> None:
    face = importlib.import_module(f"wayfare.{layer}")
    names: list[str] = face.__all__
    assert len(set(names)) == len(names), "a name is listed twice"
    missing = [name for name in names if not hasattr(face, name)]
    assert not missing, f"wayfare.{layer}.__all__ names what is not there: {missing}"


def test_star_imports_bring_no_submodules() -> None:
    program = "from wayfare import *; print(sorted({'data', 'html', 'server'} & set(dir())))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
