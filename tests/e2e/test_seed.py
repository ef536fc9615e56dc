"""The seed example in a real browser: finished without JavaScript, and live to the single text node."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.serving import Server
from tests.e2e.waiting import connected

SEED = Path(__file__).parents[2] / "examples" / "seed" / "main.py"
FETCH = '    return User(name="John")\n'

# Everything that happens to the document from now on, in words: the kind, and where.
WATCH = """() => {
    window.seen = [];
    const name = node => node.nodeType === 1 ? node.localName : name(node.parentNode) + '/' + node.nodeName;
    new MutationObserver(records => {
        for (const {type, target, attributeName} of records)
            window.seen.push(`${type} ${name(target)} ${attributeName || ''}`.trim());
    }).observe(document, {subtree: true, childList: true, characterData: true, attributes: true});
}"""


@pytest.fixture
def server(serve: Callable[..., Server], tmp_path: Path) -> Server:
    """The example as it stands, with a fetcher that tells how often it ran."""
    source = SEED.read_text()
    assert FETCH in source
    counting = "    global calls\n    calls += 1\n" + FETCH.replace('"John"', 'f"John {calls}"')
    (tmp_path / "main.py").write_text("calls = 0\n" + source.replace(FETCH, counting))
    return serve("main:app", cwd=tmp_path)


def test_the_first_response_is_finished(server: Server, windows: Any) -> None:
    page = windows.open(server.url, java_script_enabled=False)
    assert page.inner_text("p") == "John 1"
    assert page.inner_text("button") == "Refresh"


def test_a_click_changes_the_text_and_nothing_else(server: Server, windows: Any) -> None:
    page = windows.open(server.url)
    expect(page.locator("p")).to_have_text("John 1")
    # Being connected shows on the root element; from then on nothing but the text may change.
    connected(page)
    page.evaluate(WATCH)
    page.click("text=Refresh")
    expect(page.locator("p")).to_have_text("John 2")
    page.click("text=Refresh")
    expect(page.locator("p")).to_have_text("John 3")
    assert page.evaluate("window.seen") == ["characterData p/#text"] * 2


def test_the_first_html_is_the_page_that_goes_live(server: Server, windows: Any) -> None:
    """The tree that made the response is attached to: no second fetch, no second mount, no change."""
    page = windows.open()
    page.add_init_script(
        "document.addEventListener('DOMContentLoaded', () => { window.first = document.querySelector('p') })"
    )
    page.goto(server.url)
    page.click("text=Refresh")
    expect(page.locator("p")).to_have_text("John 2")
    assert page.evaluate("window.first === document.querySelector('p')")


def test_each_window_has_a_page_of_its_own(server: Server, windows: Any) -> None:
    one, two = windows.open(server.url), windows.open(server.url)
    expect(two.locator("p")).to_have_text("John 2")
    one.click("text=Refresh")
    expect(one.locator("p")).to_have_text("John 3")
    # A page-scoped query is one window's: the other one keeps what it has, also after its own work.
    expect(two.locator("p")).to_have_text("John 2")
