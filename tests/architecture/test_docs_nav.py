"""The site's index has every page, and no page links to what is no part of the site."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))


def test_the_index_has_every_page_once() -> None:
    listed = re.findall(r"^\s+- .*: (\S+\.md)$", (ROOT / "mkdocs.yml").read_text(), re.MULTILINE)
    assert sorted(listed) == [str(page.relative_to(DOCS)) for page in PAGES]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(DOCS)))
def test_a_page_links_inside_the_site(page: Path) -> None:
    targets: list[str] = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text())
    outside = [
        target
        for target in targets
        if not re.match(r"[a-z]+:", target) and not (page.parent / target).resolve().is_relative_to(DOCS)
    ]
    assert not outside, f"a reader of the site has no {outside}: name the file in code marks instead"
