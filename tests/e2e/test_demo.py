"""The demo's whole tour in a real browser: two windows, conflicts, leaving a form, a phone, no JavaScript."""

from __future__ import annotations

import re
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.listening import Said
from tests.e2e.serving import Server
from tests.e2e.waiting import connected
from wayfare.wire import Navigate, Preload

SHOP = """
CREATE TABLE maker (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE "select ""from"" / 50% ü" (
    "a b" TEXT PRIMARY KEY, title TEXT NOT NULL, price REAL, maker INTEGER REFERENCES maker, note TEXT
);
INSERT INTO maker VALUES (1, 'Anvil & Sons'), (2, 'Bolts');
INSERT INTO "select ""from"" / 50% ü" VALUES
    ('lamp/1', 'Lamp', 12.5, 1, 'two
lines'), ('50%', 'Chair', 40, 2, NULL), ('..', 'Bed <i>', 99, NULL, '');
"""
ODD = "/tables/select~20~22from~22~20~2F~2050~25~20ü"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "my shop.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(SHOP)
    return path


@pytest.fixture
def shop(serve: Callable[..., Server], database: Path) -> Server:
    return serve([sys.executable, "-m", "wayfare", "demo", str(database), "--write", "--port", "{port}"])


@pytest.fixture
def sample(serve: Callable[..., Server]) -> Server:
    return serve([sys.executable, "-m", "wayfare", "demo", "--port", "{port}"])


# Everything that happens to the document from now on: the kind, and where.
WATCH = """() => {
    window.seen = [];
    const name = node => node.nodeType === 1 ? node.localName : name(node.parentNode) + '/' + node.nodeName;
    new MutationObserver(records => {
        for (const {type, target, attributeName} of records)
            window.seen.push(`${type} ${name(target)} ${attributeName || ''}`.trim());
    }).observe(document, {subtree: true, childList: true, characterData: true, attributes: true});
}"""


def live(page: Any) -> Any:
    """The page, once its connection is there."""
    connected(page)
    return page


def test_the_tour(sample: Server, windows: Any) -> None:
    page = live(windows.open(sample.url))
    expect(page.locator(".front h1")).to_have_text("world.db")
    side = page.locator(".side").element_handle()
    page.click(".stops >> text=planet")
    expect(page.locator(".stops a.active")).to_have_text("planet8")
    expect(page).to_have_title("planet · world.db")
    head = page.locator(".table-head").element_handle()
    page.click('.rows .open >> text="Saturn"')
    expect(page.locator("main h2")).to_have_text("Saturn")
    page.click(".chips >> text=Titan")
    expect(page.locator("main h2")).to_have_text("Titan")
    page.go_back()
    expect(page.locator("main h2")).to_have_text("Saturn")
    page.go_back()
    expect(page.locator(".rows .open").first).to_have_text("Mercury")
    page.go_forward()
    expect(page.locator("main h2")).to_have_text("Saturn")
    assert page.evaluate("element => element.isConnected", side)
    assert not page.evaluate("element => element.isConnected", head), (
        "moons and planets have heads of their own"
    )
    page.click("text=4 more")
    expect(page.locator(".rows tbody tr")).to_have_count(12)
    expect(page.locator(".tag")).to_contain_text("Only rows whose planet is 6")


def test_a_filter_is_typed_while_the_rows_follow(sample: Server, windows: Any) -> None:
    page = live(windows.open(sample.url + "/tables/country?sort=-name"))
    field = page.locator("input[type=search]")
    field.press_sequentially("land", delay=20)
    expect(page.locator(".found")).to_contain_text("with “land”")
    expect(page.locator(".rows .open").first).to_have_text("Thailand")
    expect(field).to_be_focused()
    expect(field).to_have_value("land")
    page.click("th >> text=name")
    expect(page.locator(".rows .open").first).not_to_have_text("Thailand")
    page.reload()
    expect(page.locator("input[type=search]")).to_have_value("land")


def test_hovering_loads_so_that_a_click_shows_at_once(sample: Server, windows: Any) -> None:
    page = windows.open()
    said = Said(page)
    page.goto(sample.url)
    live(page)
    page.hover(".stops >> text=element kind")
    assert "element~20kind" in said.wait(Preload, 1)[0][0]
    page.click(".stops >> text=element kind")
    expect(page.locator(".rows .open").first).to_be_visible()
    assert "element~20kind" in said.of(Navigate)[0][0]


def test_an_edit_shows_in_the_other_window(shop: Server, windows: Any) -> None:
    watcher = live(windows.open(shop.url + ODD))
    watcher.evaluate(WATCH)
    editor = live(windows.open(shop.url + ODD))
    editor.click('.rows .open >> text="Lamp"')
    editor.click('.row-head >> text="Edit"')
    editor.fill("input[name=value-1]", "Torch")
    editor.click("form.edit button")
    expect(editor.locator("main h2")).to_have_text("Torch")
    expect(watcher.locator(".rows .open").first).to_have_text("Torch")
    changed = watcher.evaluate("window.seen")
    assert sorted(changed) == ["attributes tr class", "characterData a/#text"]
    assert "two\nlines" in editor.locator(".record").inner_text()


def test_a_conflict_shows_both_versions_and_loses_nothing(shop: Server, windows: Any) -> None:
    address = f"{shop.url}{ODD}/rows/50~25/edit"
    mine, theirs = live(windows.open(address)), live(windows.open(address))
    mine.fill("input[name=value-1]", "My chair")
    theirs.fill("input[name=value-1]", "Their chair")
    theirs.fill("input[name=value-2]", "1")
    theirs.click("form.edit button")
    expect(theirs.locator("main h2")).to_have_text("Their chair")
    expect(mine.locator(".note")).to_contain_text("just been changed in another window")
    expect(mine.locator("input[name=value-1]")).to_have_value("My chair")
    mine.click("form.edit button")
    expect(mine.locator(".versions tbody")).to_contain_text("Their chair")
    expect(mine.locator(".versions tbody")).to_contain_text("My chair")
    expect(mine.locator("input[name=value-1]")).to_have_value("My chair")
    mine.click("form.edit button")
    expect(mine.locator("main h2")).to_have_text("My chair")
    expect(mine.locator(".record")).to_contain_text("1.0")
    expect(theirs.locator("main h2")).to_have_text("My chair")


def test_a_row_is_deleted_after_a_second_click(shop: Server, windows: Any) -> None:
    watcher = live(windows.open(shop.url + ODD))
    page = live(windows.open(f"{shop.url}{ODD}/rows/~2E~2E"))
    expect(page.locator("main h2")).to_have_text("Bed <i>")
    page.click("text=Delete…")
    page.click("text=Delete it")
    expect(page.locator(".rows tbody tr")).to_have_count(2)
    expect(watcher.locator(".rows tbody tr")).to_have_count(2)
    expect(watcher.locator(".found")).to_have_text("2 rows")


def test_leaving_an_edited_form_asks(shop: Server, windows: Any) -> None:
    page = live(windows.open(f"{shop.url}/tables/maker/rows/1"))
    page.click('.row-head >> text="Edit"')
    page.fill("input[name=value-1]", "Changed")
    page.click("text=Cancel")
    expect(page.locator("dialog")).to_be_visible()
    expect(page.locator("dialog >> text=Keep editing")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_have_count(0)
    expect(page.locator("input[name=value-1]")).to_have_value("Changed")
    page.go_back()
    expect(page.locator("dialog")).to_be_visible()
    expect(page).to_have_url(re.compile("/edit$"))
    page.click("text=Keep editing")
    page.click(".stops >> text=maker")
    page.click('button >> text="Discard"')
    expect(page.locator(".rows")).to_be_visible()
    expect(page.locator(".rows .open").first).to_have_text("Anvil & Sons")


def test_what_was_typed_outlives_a_restart_of_the_server(shop: Server, windows: Any) -> None:
    windows.allow_errors("WebSocket|ERR_CONNECTION")
    page = live(windows.open(f"{shop.url}/tables/maker/rows/2/edit"))
    page.fill("input[name=value-1]", "Bolts & Nuts")
    shop.stop()
    expect(page.locator(".link .lost")).to_be_visible()
    shop.start()
    live(page)
    expect(page.locator("input[name=value-1]")).to_have_value("Bolts & Nuts")
    page.click("form.edit button")
    expect(page.locator("main h2")).to_have_text("Bolts & Nuts")


def test_everything_works_without_javascript(shop: Server, windows: Any) -> None:
    page = windows.open(shop.url, java_script_enabled=False)
    expect(page.locator(".link .still")).to_be_visible()
    page.click(".stops >> text=maker")
    page.fill("input[name=q]", "bolt")
    page.click(".plain")
    expect(page.locator(".rows tbody tr")).to_have_count(1)
    page.click('.rows .open >> text="Bolts"')
    page.click('.row-head >> text="Edit"')
    page.fill("input[name=value-0]", "two")
    page.click("form.edit button")
    expect(page.locator("#field-0-wrong")).to_contain_text("whole numbers")
    page.fill("input[name=value-0]", "2")
    page.fill("input[name=value-1]", "Nuts")
    page.click("form.edit button")
    expect(page.locator("main h2")).to_have_text("Nuts")
    page.click("text=Delete…")
    page.click("text=Delete it")
    expect(page.locator(".note")).to_contain_text("foreign key")


def test_an_edit_without_javascript_reaches_a_live_window(shop: Server, windows: Any) -> None:
    watcher = live(windows.open(shop.url + "/tables/maker"))
    page = windows.open(shop.url + "/tables/maker/rows/2/edit", java_script_enabled=False)
    page.fill("input[name=value-1]", "Nuts")
    page.click("form.edit button")
    expect(watcher.locator(".rows .open").nth(1)).to_have_text("Nuts")


def test_a_locked_file_is_told_in_words_and_tried_again(shop: Server, database: Path, windows: Any) -> None:
    windows.allow_errors("503")
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        page = live(windows.open(shop.url + "/tables/maker"))
        expect(page.locator("main .problem")).to_contain_text("holds its lock")
    page.click('main button >> text="Try again"')
    expect(page.locator(".rows tbody tr")).to_have_count(2)


def test_an_unknown_page_is_a_404_inside_the_layout(shop: Server, windows: Any) -> None:
    windows.allow_errors("404")
    page = windows.open()
    answer = page.goto(shop.url + "/tables/nobody")
    assert answer.status == 404
    expect(page.locator("main .problem")).to_contain_text("no table or view called “nobody”")
    live(page)
    page.click(".stops >> text=maker")
    expect(page.locator(".rows tbody tr")).to_have_count(2)


def test_a_phone_has_everything_within_its_width(sample: Server, windows: Any) -> None:
    page = live(windows.open(sample.url + "/tables/country", viewport={"width": 360, "height": 740}))
    for address in ("/", "/tables/country", "/tables/country/rows/FR", "/tables/country/rows/FR/edit"):
        page.goto(sample.url + address)
        live(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, address


def test_the_keyboard_reaches_table_row_and_form(sample: Server, windows: Any) -> None:
    page = live(windows.open(sample.url + "/tables/planet"))
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('open')"):
            break
    page.keyboard.press("Enter")
    expect(page.locator("main h2")).to_have_text("Mercury")


def test_no_page_needs_anything_that_a_strict_policy_refuses(sample: Server, windows: Any) -> None:
    page = windows.open()
    answer = page.goto(sample.url + "/tables/moon/rows/20/edit")
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert " style=" not in page.content()
    live(page)
