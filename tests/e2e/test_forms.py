"""Forms in a real browser: the same action with JavaScript and without."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.serving import APPS, Server
from tests.e2e.waiting import connected


@pytest.fixture
def server(serve: Callable[..., Server], tmp_path: Path) -> Server:
    return serve("notes:app", cwd=APPS, env={"NOTES": str(tmp_path / "notes.txt")})


def test_a_form_works_without_javascript(server: Server, windows: Any) -> None:
    page = windows.open(server.url, java_script_enabled=False)
    page.fill("[name=text]", "milk")
    page.click("text=Send")
    expect(page.locator("li")).to_have_text(["form milk"])
    assert page.url == server.url + "/"


def test_a_form_without_javascript_shows_in_live_windows(server: Server, windows: Any) -> None:
    live = windows.open(server.url)
    connected(live)
    plain = windows.open(server.url, java_script_enabled=False)
    plain.fill("[name=text]", "milk")
    plain.click("text=Send")
    expect(live.locator("li")).to_have_text(["form milk"])


def test_a_form_with_javascript_stays_on_its_page(server: Server, windows: Any) -> None:
    page = windows.open(server.url)
    connected(page)
    page.evaluate("window.same = true")
    page.fill("[name=text]", "<b>milk</b>")
    page.click("text=Send")
    expect(page.locator("li")).to_have_text(["form <b>milk</b>"])
    assert page.evaluate("window.same")


def test_a_post_from_another_site_is_refused(server: Server, windows: Any) -> None:
    page = windows.open(server.url)
    connected(page)
    action = page.get_attribute("form", "action")
    answer = page.request.post(
        server.url + action, form={"text": "forged"}, headers={"Origin": "https://elsewhere.test"}
    )
    assert answer.status == 403
    assert "elsewhere.test" in answer.text()
    expect(page.locator("li")).to_have_count(0)
