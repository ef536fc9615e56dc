"""Each example, driven in process as a visitor would use it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from wayfare.testing import open_page

pytestmark = pytest.mark.anyio

Example = Callable[[str], ModuleType]
API_EXAMPLE = Path(__file__).parents[2] / "README.md"


async def test_the_seed_example_refreshes(example: Example) -> None:
    seed = example("seed")
    async with open_page(seed.app, "/") as page:
        assert page.get("p").text == "John"
        await page.click(page.get("button", text="Refresh"))
        assert page.get("p").text == "John"


def test_the_readme_prints_the_seed_example() -> None:
    source = (Path(__file__).parents[2] / "examples" / "seed" / "main.py").read_text()
    assert source in API_EXAMPLE.read_text()


async def test_the_counter_counts(example: Example) -> None:
    async with open_page(example("counter").app, "/") as page:
        assert page.get("output").text == "0"
        assert page.get("button", text="One less").attributes.get("disabled") is not None
        await page.click(page.get("button", text="One more"))
        await page.click(page.get("button", text="One more"))
        assert page.get("output").text == "2"
        assert "Twice that is 4." in page.text
        await page.click(page.get("button", text="One less"))
        assert page.get("output").text == "1"


async def test_a_todo_is_added_ticked_and_removed(example: Example) -> None:
    async with open_page(example("todo").app, "/") as page:
        assert "Nothing to do." in page.text
        await page.fill(page.get("input"), "Water the plants")
        await page.submit(page.get("form"))
        assert "Nothing to do." not in page.text
        done = page.get("button", text="Water the plants")
        assert done.attributes["aria-pressed"] == "false"
        await page.click(done)
        assert page.get("button", text="Water the plants").attributes["aria-pressed"] == "true"
        await page.click(page.get("button", text="×"))
        assert "Nothing to do." in page.text


async def test_an_empty_todo_is_refused_in_words(example: Example) -> None:
    async with open_page(example("todo").app, "/") as page:
        await page.fill(page.get("input"), "  ")
        await page.submit(page.get("form"))
        assert "Say what there is to do." in page.text
        assert "Nothing to do." in page.text
        await page.fill(page.get("input"), "Water the plants")
        await page.submit(page.get("form"))
        assert "Say what there is to do." not in page.text
        assert "Water the plants" in page.text


async def test_a_chat_message_reaches_every_window(example: Example) -> None:
    app = example("chat").app
    async with open_page(app, "/") as ann, open_page(app, "/") as bob:
        await ann.fill(ann.get("input[name=name]"), "Ann")
        await ann.fill(ann.get("input[name=text]"), "<b>hello</b>")
        await ann.submit(ann.get("form"))
        await bob.settled()
        for page in (ann, bob):
            assert page.get("li").text == "Ann: <b>hello</b>"


async def test_layouts_stay_while_what_is_inside_them_changes(example: Example) -> None:
    async with open_page(example("library").app, "/") as page:
        await page.click(page.get("a", text="Books"))
        assert "A book, perhaps?" in page.text
        await page.fill(page.get("input"), "mid")
        assert "Invisible Cities" not in page.text
        field = page.get("input")
        await page.click(page.get("a", text="Middlemarch"))
        assert (page.url, page.title) == ("/books/1", "Middlemarch")
        await page.click(page.get("a", text="Chapters"))
        await page.click(page.get("a", text="Old and Young"))
        assert page.url == "/books/1/chapters?chapter=2"
        assert page.get("li.open").text == "Old and Young"
        await page.navigate("/books/2")
        assert "Italo Calvino" in page.text
        assert page.get("input") == field
        await page.navigate("/books/9")
        assert page.get("[role=alert]").text == "There is no such book."


async def test_an_address_that_has_moved_leads_on(example: Example) -> None:
    async with open_page(example("library").app, "/shelf") as page:
        assert page.url == "/books"


async def test_a_board_changes_card_by_card(example: Example) -> None:
    async with open_page(example("board").app, "/") as page:
        await page.click(page.get("button", text="Add to To do"))
        assert page.get("output").text == "3"
        await page.click(page.get("button[aria-label='Move card 1']"))
        assert "To do (2)" in page.text
        assert "Done (1)" in page.text
        await page.fill(page.get("input[name=card-1]"), "Read")
        assert page.get("input[name=card-1]").attributes["value"] == "Read"
        assert page.get("input[name=card-2]").attributes["value"] == "Test"
        await page.click(page.get("button", text="Start again"))
        assert "To do (2)" in page.text
        assert "Done (0)" in page.text
        assert page.get("input[name=card-1]").attributes["value"] == "Write"
