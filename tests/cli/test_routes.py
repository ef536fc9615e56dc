"""`wayfare routes`: the tree of an app's routes, without serving it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from wayfare.cli.main import main

SITE = """
from wayfare import App, Route, Router
from wayfare.html import p

def load(args): ...

def Home():
    return p["home"]

app = App(lambda: Router[
    Route(path="/", component=Home),
    Route(path="/users")[Route(path="/:id", match_filters={"id": int}, preload=load, name="user")],
])
bare = App(lambda: p["no router"])
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "site_with_routes.py").write_text(SITE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    return "site_with_routes"


def test_the_tree_is_printed(site: str) -> None:
    result = CliRunner().invoke(main, ["routes", f"{site}:app"])
    assert result.exit_code == 0, result.output
    assert result.output.splitlines() == [
        "/  Home",
        "/users",
        "  /users/:id  id:int  preload=load  name=user",
    ]


@pytest.mark.parametrize(
    ("name", "says"),
    [("bare", "shows no Router"), ("nothing", "is no wayfare.App"), ("", "expected module:app")],
)
def test_what_has_no_routes_says_so(site: str, name: str, says: str) -> None:
    result = CliRunner().invoke(main, ["routes", f"{site}:{name}"])
    assert result.exit_code != 0
    assert says in result.output
