"""`wayfare routes`: the tree of an app's routes, without serving it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from wayfare.cli.main import main

SITE = """
from wayfare import (
    App, Navigate, Route, Router, Show, component, create_async, use_request
)
from wayfare.html import p

def load(args): ...

def Home():
    return p["home"]

app = App(lambda: Router[
    Route(path="/", component=Home),
    Route(path="/users")[Route(path="/:id", match_filters={"id": int}, preload=load, name="user")],
])
bare = App(lambda: p["no router"])

@component
def Late():
    ready = create_async(soon)
    use_request()
    return Show(when=lambda: ready())[lambda: Router(root=Guard)[Route(path="/late")]]

def Guard(children):
    return [Navigate(href="/late"), children]

async def soon():
    return True

async def broken():
    raise LookupError("the database is down")

late = App(Late)
empty = App(lambda: Router[[]])

@component
def Failing(shows=False):
    data = create_async(broken)
    return [lambda: data(), Router[Route(path="/failing")] if shows else None]

failing = App(lambda: Failing(shows=True))
failed = App(Failing)
wrong = App(lambda: Router[Route(path="/*rest/more")])
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
    ("name", "printed"),
    [("late", "/late"), ("empty", "The router has no routes."), ("failing", "/failing")],
)
def test_the_root_is_shown_as_to_a_visitor(site: str, name: str, printed: str) -> None:
    result = CliRunner().invoke(main, ["routes", f"{site}:{name}"])
    assert (result.exit_code, result.output.strip()) == (0, printed)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("bare", "shows no Router"),
        ("failed", "no Router at '/': LookupError: the database is down (at page > "),
        ("wrong", "goes on after its splat"),
        ("nothing", "site_with_routes has no 'nothing'. There is site_with_routes:app, "),
        ("Late", "is no wayfare.App, but <component Late>. There is site_with_routes:app, "),
        ("", "expected module:app"),
    ],
)
def test_what_has_no_routes_says_so(site: str, name: str, says: str) -> None:
    result = CliRunner().invoke(main, ["routes", f"{site}:{name}"])
    assert result.exit_code != 0
    assert says in result.output


def test_a_module_that_is_not_there_or_fails_is_told_in_short(site: str, tmp_path: Path) -> None:
    (tmp_path / "a_site_that_fails.py").write_text("import json\n\njson.loads('{')\n")
    (tmp_path / "a_site_that_misses.py").write_text("import no_such_library\n")
    said = {
        name: CliRunner().invoke(main, ["routes", f"{name}:app"]).output
        for name in ("no_such_site", "a_site_that_fails", "a_site_that_misses")
    }
    assert said["no_such_site"].startswith("Error: There is no module 'no_such_site', in ")
    for name, line in (("a_site_that_fails", 3), ("a_site_that_misses", 1)):
        text = said[name]
        assert text.startswith(f"Error: {name} can't be imported:")
        assert f'{name}.py", line {line}' in text
        assert "importlib" not in text
    assert "JSONDecodeError" in said["a_site_that_fails"]
    assert "No module named 'no_such_library'" in said["a_site_that_misses"]
    assert site
