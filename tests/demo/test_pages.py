from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from wayfare.demo.app import app_of, make_app
from wayfare.demo.database import Database
from wayfare.demo.pages.rows import FILTER_WAIT
from wayfare.demo.problems import DatabaseProblem
from wayfare.demo.site import LOOK_EVERY, Site
from wayfare.server import App
from wayfare.testing import open_page

pytestmark = pytest.mark.anyio

Make = Callable[..., Database]

SHOP = """
CREATE TABLE maker (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE "order details" (
    id INTEGER PRIMARY KEY, title TEXT NOT NULL, price REAL, maker INTEGER REFERENCES maker,
    note TEXT, pic BLOB
);
INSERT INTO maker VALUES (1, 'Anvil & Sons'), (2, 'Bolts');
INSERT INTO "order details" VALUES
    (1, 'Lamp', 12.5, 1, NULL, x'89504E470D0A'), (2, 'Chair', 40, 2, '', NULL),
    (3, '<b>Bed</b>', NULL, NULL, 'x', NULL);
CREATE VIEW "dear things" AS SELECT title, price FROM "order details" WHERE price > 20;
"""
DETAILS = "/tables/order~20details"


@pytest.fixture
def shop(make: Make) -> App:
    return make_app(make(SHOP, name="shop.db").path, write=True)


def rows(page: Any) -> list[list[str]]:
    """The shown rows, cell by cell."""
    found = page.find_all(".rows tbody tr")
    return [[cell.text for cell in row.children if getattr(cell, "tag", "") == "td"] for row in found]


def change(path: Path, sql: str) -> None:
    """Another program changes the file."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(sql)
        connection.commit()


# Reading


async def test_the_first_page_lists_every_table_with_its_rows(shop: App) -> None:
    async with open_page(shop, "/") as page:
        assert page.status == 200
        assert page.title == "shop.db"
        assert [link.text for link in page.find_all(".stops .name")] == [
            "maker",
            "order details",
            "dear things",
        ]
        assert [count.text for count in page.find_all(".stops .count")] == ["2", "3", "1"]
        assert "2 tables and 1 view" in page.text


async def test_a_table_is_shown_with_columns_keys_count_and_rows(shop: App) -> None:
    async with open_page(shop, DETAILS) as page:
        assert page.title == "order details · shop.db"
        assert page.get(".facts").text == "6 columns, key: id"
        assert page.get(".found").text == "3 rows"
        assert rows(page) == [
            ["1", "Lamp", "12.5", "Anvil & Sons1", "NULL", "89 50 4e 47 0d 0a PNG image, 6 bytes"],
            ["2", "Chair", "40.0", "Bolts2", "", "NULL"],
            ["3", "<b>Bed</b>", "NULL", "NULL", "x", "NULL"],
        ]
        assert "refers to maker" in page.get(".schema").text


async def test_following_links_keeps_the_layout_and_the_tables_head(shop: App) -> None:
    async with open_page(shop, "/") as page:
        side = page.get(".side")
        await page.click(page.get(".stops a", text="order details"))
        head = page.get(".table-head")
        await page.click(page.get(".open", text="Chair"))
        assert page.url.endswith(f"{DETAILS}/rows/2")
        assert page.title == "Chair · order details"
        assert page.get(".side") is side
        assert page.get(".table-head") is head
        await page.click(page.get(".other a", text="Bolts"))
        assert page.get("main h2", text="Bolts")
        assert "1 row refers to this one by maker" in page.text
        await page.back()
        assert page.get("main h2", text="Chair")
        assert page.get(".side") is side


@pytest.mark.parametrize(
    ("search", "titles"),
    [
        ("?sort=title", ["<b>Bed</b>", "Chair", "Lamp"]),
        ("?sort=-price", ["Chair", "Lamp", "<b>Bed</b>"]),
        ("?q=a", ["Lamp", "Chair"]),
        ("?q=%3Cb", ["<b>Bed</b>"]),
        ("?by=maker&is=2", ["Chair"]),
        ("?by=maker", ["<b>Bed</b>"]),
        ("?page=2", []),
        ("?page=-1&sort=nope&by=nope&is=~x", ["Lamp", "Chair", "<b>Bed</b>"]),
        ("?sort=title&sort=price", ["<b>Bed</b>", "Chair", "Lamp"]),
    ],
)
async def test_sort_filter_and_page_are_in_the_address(shop: App, search: str, titles: list[str]) -> None:
    async with open_page(shop, DETAILS + search) as page:
        assert [row[1] for row in rows(page)] == titles


async def test_typing_a_filter_changes_address_and_rows_once_typing_pauses(shop: App) -> None:
    async with open_page(shop, DETAILS + "?page=1&sort=title") as page:
        field = page.get("input[name=q]")
        await page.fill(field, "lam")
        page.clock.advance(FILTER_WAIT / 1000)
        await page.settled()
        assert page.get("input[name=q]") is field
        assert [row[1] for row in rows(page)] == ["Lamp"]
        assert page.get(".found").text == "1 row with “lam”"
        assert "q=lam" in page.url
        assert "sort=title" in page.url


async def test_clicking_a_heading_sorts_up_then_down_then_not(shop: App) -> None:
    async with open_page(shop, DETAILS) as page:
        for expected in (
            ["<b>Bed</b>", "Chair", "Lamp"],
            ["Lamp", "Chair", "<b>Bed</b>"],
            ["Lamp", "Chair", "<b>Bed</b>"],
        ):
            await page.click(page.get("th a", text="title"))
            assert [row[1] for row in rows(page)] == expected
        assert "sort" not in page.url


async def test_a_row_without_an_id_is_shown_and_not_linked(shop: App) -> None:
    async with open_page(shop, "/tables/dear~20things") as page:
        assert rows(page) == [["Chair", "40.0"]]
        assert page.find_all(".open") == []


async def test_hovering_a_link_loads_what_it_leads_to(shop: App) -> None:
    async with open_page(shop, "/") as page:
        await page.hover(page.get(".stops a", text="maker"))
        asked = page_queries(shop)
        assert 'table["maker"]' in asked
        assert any(key.startswith('rows["maker"') for key in asked)


def page_queries(app: App) -> set[str]:
    """The keys of what the app has fetched for all of its pages."""
    return set(app.parts.cache.store.entries)


# What is not there, or can't be read


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("/nowhere", "nothing at this address"),
        ("/tables/nobody", "no table or view called “nobody”"),
        (f"{DETAILS}/rows/99", "no row with the id 99"),
        (f"{DETAILS}/rows/99/edit", "no row with the id 99"),
        (f"{DETAILS}/rows/~xZZ", "no row"),
        ("/tables/dear~20things/rows/1", "not one of a row of"),
        (f"{DETAILS}/nothing", "nothing at this address"),
    ],
)
async def test_what_is_not_there_is_a_404_in_words_inside_the_layout(shop: App, url: str, words: str) -> None:
    async with open_page(shop, url) as page:
        assert page.status == 404
        assert words in page.text
        assert page.find_all(".stops a")


async def test_a_problem_in_one_table_goes_away_on_the_next(shop: App) -> None:
    async with open_page(shop, "/tables/nobody") as page:
        await page.click(page.get(".stops a", text="maker"))
        assert [row[1] for row in rows(page)] == ["Anvil & Sons", "Bolts"]


async def test_a_locked_file_is_told_in_words_and_tried_again(make: Make) -> None:
    database = make(SHOP, busy_timeout=0.01)
    app = app_of(Site(database, name="shop.db"))
    with closing(sqlite3.connect(database.path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        async with open_page(app, "/tables/maker") as page:
            assert page.status == 503
            assert "holds its lock" in page.text
            other.execute("ROLLBACK")
            await page.click(page.find_all("button", text="Try again")[0])
            assert [row[1] for row in rows(page)] == ["Anvil & Sons", "Bolts"]


async def test_an_empty_file_says_so(tmp_path: Path) -> None:
    path = tmp_path / "empty.db"
    path.touch()
    async with open_page(make_app(path), "/") as page:
        assert "no tables yet" in page.text


def test_a_file_that_is_no_database_starts_no_site(tmp_path: Path) -> None:
    path = tmp_path / "cat.jpg"
    path.write_bytes(b"\xff\xd8\xff and more")
    with pytest.raises(DatabaseProblem, match="not an SQLite database"):
        make_app(path)


async def test_a_read_only_site_has_no_edit_page(make: Make) -> None:
    app = make_app(make(SHOP).path)
    async with open_page(app, f"{DETAILS}/rows/1") as page:
        assert page.find_all("form[method=post]") == []
        assert "Read-only" in page.text
    async with open_page(app, f"{DETAILS}/rows/1/edit") as page:
        assert page.status == 404


# Changing


@pytest.mark.parametrize("javascript", [True, False])
async def test_an_edit_is_saved_and_leads_to_the_row(shop: App, javascript: bool) -> None:
    async with open_page(shop, f"{DETAILS}/rows/1/edit", javascript=javascript) as page:
        await page.fill(page.get("input[name=value-1]"), "Torch")
        await page.fill(page.get("input[name=value-4]"), "new note")
        await page.submit(page.get("form.edit"))
        assert page.url.endswith(f"{DETAILS}/rows/1")
        assert page.get("main h2").text == "Torch"
        assert "new note" in page.get(".record").text
        assert "PNG image" in page.get(".record").text


async def test_an_edit_shows_in_every_window_that_shows_the_row_or_its_table(shop: App) -> None:
    async with (
        open_page(shop, f"{DETAILS}/rows/1") as row,
        open_page(shop, DETAILS) as table,
        open_page(shop, "/tables/maker/rows/1") as maker,
        open_page(shop, f"{DETAILS}/rows/1/edit") as editor,
    ):
        line = table.find_all(".rows tbody tr")[0]
        await editor.fill(editor.get("input[name=value-1]"), "Torch")
        await editor.submit(editor.get("form.edit"))
        for page in (row, table, maker):
            await page.settled()
        assert row.get("main h2").text == "Torch"
        assert [found[1] for found in rows(table)] == ["Torch", "Chair", "<b>Bed</b>"]
        assert table.find_all(".rows tbody tr")[0] is line
        assert maker.get(".chips").text == "Torch"


@pytest.mark.parametrize("javascript", [True, False])
async def test_an_edit_of_a_row_that_changed_is_refused_with_both_versions(
    shop: App, javascript: bool
) -> None:
    async with (
        open_page(shop, f"{DETAILS}/rows/1/edit") as first,
        open_page(shop, f"{DETAILS}/rows/1/edit", javascript=javascript) as second,
    ):
        await second.fill(second.get("input[name=value-1]"), "Mine")
        await first.fill(first.get("input[name=value-1]"), "Theirs")
        await first.fill(first.get("input[name=value-2]"), "99")
        await first.submit(first.get("form.edit"))
        await second.submit(second.get("form.edit"))
        assert "Somebody changed this row" in second.get(".note").text
        compared = [row.text for row in second.find_all(".versions tbody tr")]
        assert len(compared) == 2
        assert "Theirs" in compared[0]
        assert "Mine" in compared[0]
        assert "99.0" in compared[1]
        assert second.get("input[name=value-1]")["value"] == "Mine"
        assert second.get("input[name=value-2]")["value"] == "99.0"
        await second.submit(second.get("form.edit"))
        assert second.get("main h2").text == "Mine"
        assert "99.0" in second.get(".record").text


async def test_of_several_edits_at_once_one_is_saved_and_the_others_are_told(shop: App) -> None:
    pages = [await open_page(shop, f"{DETAILS}/rows/1/edit") for _ in range(4)]
    try:
        for number, page in enumerate(pages):
            await page.fill(page.get("input[name=value-1]"), f"Lamp {number}")
        await asyncio.gather(*(page.submit(page.get("form.edit")) for page in pages))
        for page in pages:
            await page.settled()
        told = [page for page in pages if "Somebody changed this row" in page.text]
        assert len(told) == 3
        assert all(page.get("input[name=value-1]")["value"].startswith("Lamp ") for page in told)
    finally:
        for page in pages:
            page.close()


@pytest.mark.parametrize("javascript", [True, False])
async def test_a_value_that_does_not_fit_is_told_at_its_field_and_kept(shop: App, javascript: bool) -> None:
    async with open_page(shop, f"{DETAILS}/rows/1/edit", javascript=javascript) as page:
        await page.fill(page.get("input[name=value-2]"), "cheap")
        await page.fill(page.get("input[name=value-1]"), "Torch")
        await page.submit(page.get("form.edit"))
        assert "holds numbers" in page.get("#field-2-wrong").text
        assert page.get("input[name=value-2]")["value"] == "cheap"
        assert page.get("input[name=value-1]")["value"] == "Torch"
        await page.fill(page.get("input[name=value-2]"), "7")
        await page.submit(page.get("form.edit"))
        assert page.get("main h2").text == "Torch"


async def test_null_is_a_box_to_tick(shop: App) -> None:
    async with open_page(shop, f"{DETAILS}/rows/1/edit") as page:
        assert "checked" in page.get("input[name=null-4]").attributes
        await page.click(page.get("input[name=null-4]"))
        await page.click(page.get("input[name=null-2]"))
        await page.submit(page.get("form.edit"))
    async with open_page(shop, DETAILS) as page:
        assert rows(page)[0][2:5] == ["NULL", "Anvil & Sons1", ""]


@pytest.mark.parametrize("javascript", [True, False])
async def test_a_row_is_deleted_and_gone_everywhere(shop: App, javascript: bool) -> None:
    async with (
        open_page(shop, f"{DETAILS}/rows/2") as other,
        open_page(shop, DETAILS) as table,
        open_page(shop, f"{DETAILS}/rows/2", javascript=javascript) as page,
    ):
        await page.submit(page.get(".confirm form"))
        assert page.url.endswith(DETAILS)
        assert [row[1] for row in rows(page)] == ["Lamp", "<b>Bed</b>"]
        await table.settled()
        assert [row[1] for row in rows(table)] == ["Lamp", "<b>Bed</b>"]
        assert [count.text for count in table.find_all(".stops .count")] == ["2", "2", "0"]
        await other.settled()
        assert "no row with the id 2" in other.text


async def test_a_row_that_changed_is_not_deleted(make: Make) -> None:
    database = make(SHOP)
    app = make_app(database.path, write=True)
    async with open_page(app, f"{DETAILS}/rows/2") as page:
        change(database.path, 'UPDATE "order details" SET price = 1 WHERE id = 2')
        await page.submit(page.get(".confirm form"))
        assert "nothing was deleted" in page.get(".note").text
        assert "1.0" in page.get(".record").text


async def test_a_row_that_others_refer_to_is_kept_in_words(shop: App) -> None:
    async with open_page(shop, "/tables/maker/rows/1") as page:
        await page.submit(page.get(".confirm form"))
        assert "foreign key" in page.get(".note").text
        assert page.get("main h2").text == "Anvil & Sons"


async def test_leaving_an_edited_form_asks_first(shop: App) -> None:
    async with open_page(shop, f"{DETAILS}/rows/1/edit") as page:
        await page.fill(page.get("input[name=value-1]"), "Torch")
        page.clock.advance(1)
        await page.click(page.get("a", text="Cancel"))
        assert "Discard changes?" in page.text
        assert page.url.endswith("/edit")
        await page.click(page.get("button", text="Keep editing"))
        assert "Discard changes?" not in page.text
        await page.click(page.get(".stops a", text="maker"))
        await page.click(page.get("button", text="Discard"))
        assert page.url.endswith("/tables/maker")


async def test_an_untouched_form_is_left_without_a_question(shop: App) -> None:
    async with open_page(shop, f"{DETAILS}/rows/1/edit") as page:
        await page.fill(page.get("input[name=value-1]"), "Torch")
        await page.fill(page.get("input[name=value-1]"), "Lamp")
        page.clock.advance(1)
        await page.click(page.get("a", text="Cancel"))
        assert page.url.endswith("/rows/1")


async def test_what_another_program_writes_shows_within_seconds(make: Make) -> None:
    database = make(SHOP)
    async with open_page(make_app(database.path), DETAILS) as page:
        change(database.path, "INSERT INTO \"order details\" (title) VALUES ('Desk')")
        page.clock.advance(LOOK_EVERY)
        await page.settled()
        assert [row[1] for row in rows(page)] == ["Lamp", "Chair", "<b>Bed</b>", "Desk"]
        assert page.find_all(".stops .count")[1].text == "4"


async def test_a_changed_key_leads_to_the_rows_new_address(shop: App) -> None:
    async with open_page(shop, f"{DETAILS}/rows/3/edit") as page:
        await page.fill(page.get("input[name=value-0]"), "30")
        await page.submit(page.get("form.edit"))
        assert page.url.endswith(f"{DETAILS}/rows/30")


async def test_the_sample_can_be_edited() -> None:
    async with open_page(make_app(), "/tables/moon/rows/20/edit") as page:
        await page.fill(page.get("input[name=value-1]"), "Titan!")
        await page.submit(page.get("form.edit"))
        assert page.get("main h2").text == "Titan!"
