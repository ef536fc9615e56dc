"""The reactive location: each part and each key on its own, values compared."""

from __future__ import annotations

import pytest

from wayfare.reactive import create_signal, untrack
from wayfare.routing import Location, ReactiveMapping
from wayfare.routing.location import KEPT_NAMES

from .conftest import Stage

pytestmark = pytest.mark.anyio


def make(stage: Stage, url: str) -> tuple[Location, object]:
    reference, set_reference = create_signal(url)
    return stage.root(lambda: Location(reference, lambda: None)), set_reference


async def test_only_what_changed_is_told(stage: Stage) -> None:
    location, set_url = make(stage, "/a?x=1&y=2&y=3#h")
    paths = stage.watch(lambda: location.pathname)
    xs = stage.watch(lambda: location.query.x)
    ys = stage.watch(lambda: location.query["y"])
    hashes = stage.watch(lambda: location.hash)
    set_url("/a?x=2&y=2&y=3#h")  # type: ignore[operator]
    assert (paths, xs, ys, hashes) == (["/a"], ["1", "2"], [["2", "3"]], ["#h"])
    set_url("/b?x=2&y=4")  # type: ignore[operator]
    assert (paths, xs, ys, hashes) == (["/a", "/b"], ["1", "2"], [["2", "3"], "4"], ["#h", ""])


async def test_the_parts_are_as_a_browser_shows_them(stage: Stage) -> None:
    location, _ = make(stage, "/foo bar?a b#é")
    assert (location.pathname, location.search, location.hash) == ("/foo%20bar", "?a%20b", "#%C3%A9")
    assert (location.state, location.key) == (None, "")
    assert repr(location) == "Location('/foo%20bar?a%20b#%C3%A9')"


async def test_a_location_that_is_no_url_is_told_and_changes_nothing(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    location, set_url = make(stage, "https://example.com/a?b=1")
    assert (location.pathname, location.search) == ("/a", "?b=1")
    set_url("https://")  # type: ignore[operator]
    assert (location.pathname, location.search) == ("/a", "?b=1")
    assert "the location 'https://' is no URL; the page stays at /a?b=1" in caplog.text


async def test_a_reactive_mapping_is_a_mapping(stage: Stage) -> None:
    mapping = stage.root(lambda: ReactiveMapping(lambda: {"a": 1, "b": "x"}))
    assert dict(mapping) == {"a": 1, "b": "x"}
    assert ("a" in mapping, "z" in mapping, len(mapping)) == (True, False, 2)
    assert (mapping.a, mapping["b"], mapping.get("z", 5)) == (1, "x", 5)
    assert mapping == {"a": 1, "b": "x"}
    assert repr(mapping) == "ReactiveMapping({'a': 1, 'b': 'x'})"


async def test_what_is_not_there_is_none_by_key_and_by_attribute(stage: Stage) -> None:
    mapping = stage.root(lambda: ReactiveMapping(dict))
    assert (mapping.id, mapping["id"]) == (None, None)
    with pytest.raises(AttributeError):
        mapping.__wrapped__  # noqa: B018


async def test_names_that_a_visitor_has_chosen_are_not_kept(stage: Stage) -> None:
    location, set_url = make(stage, "/?q=a")
    seen = stage.watch(lambda: location.query.q)
    every = stage.watch(lambda: dict(location.query))
    rows = stage.watch(lambda: [location.query[name] for name in untrack(lambda: list(location.query))])
    for number in range(3 * KEPT_NAMES):
        set_url(f"/?q=a&chosen{number}=1")  # type: ignore[operator]
    assert seen == ["a"]
    assert every[-1] == {"q": "a", "chosen191": "1"}
    assert rows == [["a"]]
    assert len(location.query._memos) <= KEPT_NAMES + 2
    set_url("/?q=b")  # type: ignore[operator]
    assert (seen, every[-1], rows) == (["a", "b"], {"q": "b"}, [["a"], ["b"]])


async def test_keys_that_come_and_go_are_told(stage: Stage) -> None:
    values, set_values = create_signal({"a": 1})
    mapping = stage.root(lambda: ReactiveMapping(values))
    there = stage.watch(lambda: "b" in mapping)
    seen = stage.watch(lambda: mapping.b)
    set_values({"a": 1, "b": 2})
    assert (there, seen) == ([False, True], [None, 2])
