"""Imports go down only. Read off the syntax trees, so that imports for type checkers count as well.

The layers, each with those directly beneath it; what is beneath those may be imported, too:

    errors, _types, _text, _world  <-  reactive  <-  data  <-  routing
    errors, _types                 <-  html
    reactive, html          <-  render    <-  wire
    data, routing, html, render  <-  components
    wire, components        <-  page      <-  server, testing
    all                     <-  devtools  <-  cli, demo
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "src" / "wayfare"

BENEATH: dict[str, set[str]] = {
    "errors": set(),
    "_types": set(),
    "_text": set(),
    "_world": {"errors", "_types", "_text"},
    "reactive": {"errors", "_types", "_world"},
    "data": {"reactive"},
    "routing": {"data"},
    "html": {"errors", "_types"},
    "render": {"reactive", "html"},
    "wire": {"render"},
    "components": {"data", "routing", "html", "render"},
    "page": {"wire", "components"},
    "server": {"page"},
    "testing": {"page", "server"},  # open_page takes an App, and drives it by its own parts
    "devtools": {"server", "testing"},
    "demo": {"devtools"},
    "cli": {"demo"},
    "__main__": {"cli"},
}

# What each layer may take from outside of the standard library. Where a layer is missing, nothing.
OUTSIDE: dict[str, set[str]] = {
    "_world": {"anyio"},
    "data": {"anyio", "msgspec", "pydantic"},
    "html": {"markupsafe"},
    "render": {"markupsafe"},
    "wire": {"msgspec"},
    "components": {"anyio", "markupsafe"},
    "page": {"anyio", "msgspec"},
    "server": {"anyio", "itsdangerous", "markupsafe", "msgspec", "python_multipart", "starlette", "uvicorn"},
    "testing": {"anyio", "msgspec"},
    "demo": {"uvicorn", "starlette"},
    "cli": {"click", "rich", "uvicorn", "watchfiles"},
}

# Below the server nobody opens a connection: a page is carried by calls, a socket or a worker alike.
NETWORK = {"http", "socket", "socketserver", "ssl", "uvicorn", "starlette", "websockets"}
WITHOUT_NETWORK = {
    "errors",
    "_types",
    "_text",
    "_world",
    "reactive",
    "data",
    "routing",
    "html",
    "render",
    "wire",
    "components",
    "page",
}


@dataclass(frozen=True)
class Import:
    """One import statement's target. `target` is the dotted path of a module, seen from the root."""

    source: str
    target: str
    line: int
    in_function: bool
    for_types: bool

    @property
    def where(self) -> str:
        return f"{self.source.replace('.', '/')}, line {self.line}"


def modules() -> dict[str, Path]:
    """The dotted name of every module below the root facade, with its file."""
    found: dict[str, Path] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = list(path.relative_to(PACKAGE).with_suffix("").parts)
        if parts[-1] == "__init__":
            parts.pop()
        if parts:
            found[".".join(parts)] = path
    return found


MODULES = modules()


def imports_of(name: str) -> Iterator[Import]:
    """Every import of a module, relative ones resolved: those of the package start with `wayfare.`."""
    path = MODULES[name]
    is_package = path.name == "__init__.py"
    todo: list[tuple[ast.AST, bool, bool]] = [(ast.parse(path.read_text(), str(path)), False, False)]
    while todo:
        node, in_function, for_types = todo.pop()
        in_function = in_function or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            todo.extend((child, in_function, True) for child in node.body)
            todo.extend((child, in_function, for_types) for child in node.orelse)
            continue
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(name, alias.name, node.lineno, in_function, for_types)
        elif isinstance(node, ast.ImportFrom):
            base = _resolve(name, is_package, node)
            for alias in node.names:
                full = f"{base}.{alias.name}"
                module = full.removeprefix("wayfare.") in MODULES and alias.name not in names_of_face(base)
                yield Import(name, full if module else base, node.lineno, in_function, for_types)
        todo.extend((child, in_function, for_types) for child in ast.iter_child_nodes(node))


@cache
def names_of_face(package: str) -> set[str]:
    """What a package's face takes from its modules; a module may have the name of its main function."""
    face = MODULES.get(package.removeprefix("wayfare."))
    if face is None or face.name != "__init__.py":
        return set()
    nodes = ast.walk(ast.parse(face.read_text()))
    return {
        alias.name
        for node in nodes
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    }


def _resolve(name: str, is_package: bool, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    package = ["wayfare", *name.split(".")]
    if not is_package:
        package.pop()
    package = package[: len(package) - node.level + 1]
    return ".".join([*package, node.module] if node.module else package)


IMPORTS = [each for name in MODULES for each in imports_of(name)]
OWN = [each for each in IMPORTS if each.target.split(".")[0] == "wayfare"]
FOREIGN = [each for each in IMPORTS if each.target.split(".")[0] != "wayfare"]


def layer(name: str) -> str:
    return name.removeprefix("wayfare.").split(".")[0]


def reachable(name: str) -> set[str]:
    """Every layer beneath a layer."""
    seen: set[str] = set()
    todo = [name]
    while todo:
        new = BENEATH[todo.pop()] - seen
        seen |= new
        todo.extend(new)
    return seen


def test_every_module_belongs_to_a_layer() -> None:
    unknown = {layer(name) for name in MODULES} - set(BENEATH)
    assert not unknown, f"say in BENEATH where these stand: {sorted(unknown)}"


def test_imports_go_down_only() -> None:
    wrong = [
        f"{each.where}: {layer(each.source)} may not import {each.target}"
        for each in OWN
        if each.target != "wayfare"
        and layer(each.target) != layer(each.source)
        and layer(each.target) not in reachable(layer(each.source))
    ]
    assert not wrong, "\n".join(wrong)


def test_nothing_imports_the_root_facade() -> None:
    # The demo and the command line are written as a user would write them, and may.
    wrong = [each.where for each in OWN if each.target == "wayfare" and layer(each.source) != "demo"]
    assert not wrong, "\n".join(wrong)


def test_other_layers_are_imported_by_their_face() -> None:
    wrong = [
        f"{each.where}: import from wayfare.{layer(each.target)}, not from {each.target}"
        for each in OWN
        if each.target != "wayfare"
        and layer(each.target) != layer(each.source)
        and each.target.count(".") > 1
        # The commands start demo and server modules, which are programs and no faces.
        and layer(each.source) not in {"cli", "demo", "__main__"}
    ]
    assert not wrong, "\n".join(wrong)


def test_imports_inside_functions_are_for_commands_only() -> None:
    wrong = [
        f"{each.where}: {each.target} is imported inside a function"
        for each in OWN
        if each.in_function and layer(each.source) != "cli"
    ]
    assert not wrong, "\n".join(wrong)


def test_modules_of_a_layer_form_no_cycle() -> None:
    edges: dict[str, set[str]] = {name: set() for name in MODULES}
    for each in OWN:
        target = each.target.removeprefix("wayfare.")
        if not each.for_types and target in MODULES and target != each.source:
            edges[each.source].add(target)
    # What is imported by nobody that is left can be in no cycle: take such modules away until none is left.
    left = dict(edges)
    while True:
        imported = {target for targets in left.values() for target in targets}
        free = [name for name, targets in left.items() if not targets & set(left) or name not in imported]
        if not free:
            break
        for name in free:
            del left[name]
    knot = {name: sorted(targets & set(left)) for name, targets in left.items()}
    assert not knot, f"these import each other: {knot}"


def test_layers_take_from_outside_what_they_are_allowed_to() -> None:
    wrong = [
        f"{each.where}: {layer(each.source)} imports {each.target}"
        for each in FOREIGN
        if (top := each.target.split(".")[0]) not in sys.stdlib_module_names
        and top not in OUTSIDE.get(layer(each.source), set())
    ]
    assert not wrong, "\n".join(wrong)


def test_nothing_below_the_server_knows_a_network() -> None:
    wrong = [
        f"{each.where}: {each.target}"
        for each in FOREIGN
        if layer(each.source) in WITHOUT_NETWORK and each.target.split(".")[0] in NETWORK
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", ["reactive", "html", "data", "routing"])
def test_lower_layers_load_without_the_server(name: str) -> None:
    """`import wayfare.data` in a bot does not load a web server."""
    if name not in MODULES:
        pytest.fail(f"there is no wayfare.{name}")
    servers = {"starlette", "uvicorn", "click"}
    program = f"import sys, wayfare.{name}; print(sorted({servers} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_files_keep_to_one_subject() -> None:
    """Past 700 lines a file is split."""
    lengths = {name: len(path.read_text().splitlines()) for name, path in MODULES.items()}
    long = {name: n for name, n in lengths.items() if n > 700}
    assert not long, f"find the seam of these: {long}"
