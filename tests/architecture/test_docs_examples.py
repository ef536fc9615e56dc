"""The documentation's Python runs: every ```python block of README.md and docs/, as it is printed.

The blocks of one page are one program, read from top to bottom. It may await at its top level, as the
asyncio prompt does. Blocks that are no Python are marked text, console, toml, html and so on.
"""

from __future__ import annotations

import ast
import asyncio
import importlib
import inspect
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, ModuleType

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(r"^(?P<indent> *)(?P<marks>`{3,})(?P<language>[\w+-]*)")
OTHER = {"text", "console", "toml", "html", "javascript", "json", "sql", "ini", "nginx", "yaml", "css"}


def blocks(page: Path) -> Iterator[tuple[str, int, str]]:
    """The language, first line and text of each fenced block."""
    opened: tuple[str, str, int, list[str]] | None = None
    for number, line in enumerate(page.read_text().splitlines(), 1):
        fence = FENCE.match(line)
        if opened is None:
            if fence:
                opened = (fence["marks"], fence["language"], number + 1, [])
        elif fence and fence["marks"] == opened[0] and not fence["language"]:
            yield opened[1], opened[2], "\n".join(opened[3])
            opened = None
        else:
            opened[3].append(line)
    assert opened is None, f"{page.name}: the block that begins in line {opened[2]} has no end"


def compiled(page: Path) -> Iterator[CodeType]:
    for language, first, text in blocks(page):
        if language == "python":
            # The empty lines in front make a traceback name the page's own line.
            source = "\n" * (first - 1) + text + "\n"
            yield compile(source, str(page), "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)


async def run(page: Path) -> None:
    module = ModuleType("page_" + re.sub(r"\W", "_", page.stem))
    # Dataclasses and the lowering of components look their module up by its name.
    sys.modules[module.__name__] = module
    for code in compiled(page):
        if code.co_flags & inspect.CO_COROUTINE:
            await eval(code, module.__dict__)
        else:
            exec(code, module.__dict__)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_examples_of_a_page_run(page: Path) -> None:
    # In a process of its own: the queries and actions of a page are those of one program.
    command = [sys.executable, "-W", "error", __file__, page]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_blocks_name_a_language(page: Path) -> None:
    odd = [(first, language) for language, first, _ in blocks(page) if language not in {"python", *OTHER}]
    assert not odd, f"{page.name}: blocks (line, language) that are neither Python nor known text: {odd}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_inside_the_repository_lead_somewhere(page: Path) -> None:
    targets: list[str] = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text())
    inside = [target for target in targets if not re.match(r"[a-z]+:", target)]
    broken = [target for target in inside if not (page.parent / target).exists()]
    assert not broken, f"{page.name}: {broken}"


def test_the_api_pages_name_what_exists() -> None:
    """A dotted name in code marks, `wayfare.x.y`, is importable."""
    wrong = []
    for page in PAGES:
        for dotted in set(re.findall(r"`(wayfare(?:\.\w+)+)(?:\([^`]*\))?`", page.read_text())):
            module, _, name = dotted.rpartition(".")
            try:
                found = hasattr(importlib.import_module(module), name) or importlib.import_module(dotted)
            except ImportError:
                found = False
            if not found:
                wrong.append(f"{page.name}: {dotted}")
    assert not wrong, wrong


def test_the_page_of_defaults_is_current() -> None:
    check = [sys.executable, ROOT / "scripts" / "defaults.py", "--check"]
    done = subprocess.run(check, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


if __name__ == "__main__":
    asyncio.run(run(Path(sys.argv[1])))
