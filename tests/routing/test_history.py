"""Histories: entries in memory, the address bar, its hash."""

from __future__ import annotations

from datetime import date

import pytest

from wayfare.errors import UsageError
from wayfare.routing import (
    BeforeLeaveEvent,
    Entry,
    Go,
    History,
    Load,
    Push,
    StaticHistory,
    create_memory_history,
    use_navigate,
)
from wayfare.routing.history import MAX_ENTRIES

from .conftest import Stage

pytestmark = pytest.mark.anyio
ROUTES = [{"path": "/*"}]


async def test_a_new_entry_takes_the_place_of_those_ahead() -> None:
    history = create_memory_history()
    for url in ("/a", "/b", "/c"):
        history.set(Entry(url))
    history.back()
    history.back()
    history.set(Entry("/d"))
    assert ([each.value for each in history.entries], history.index) == (["/", "/a", "/d"], 2)
    history.set(Entry("/e", "state"), replace=True)
    assert (history.get(), history.current().state) == ("/e", "state")


async def test_going_stops_at_the_ends() -> None:
    history = create_memory_history("/a")
    history.set(Entry("/b"))
    assert history.go(-9)
    assert history.get() == "/a"
    history.forward()
    history.forward()
    assert history.index == 1


async def test_the_oldest_entries_go() -> None:
    history = create_memory_history()
    for number in range(MAX_ENTRIES + 5):
        history.set(Entry(f"/{number}"))
    assert len(history.entries) == MAX_ENTRIES
    assert history.get() == f"/{MAX_ENTRIES + 4}"


async def test_state_is_kept_when_going_back(stage: Stage) -> None:
    model = stage.model("/", ROUTES)
    stage.go(model, "/a", state={"n": 1})
    await stage.settle()
    stage.go(model, "/b")
    await stage.settle()
    stage.go(model, -1)
    await stage.settle()
    assert model.location.state == {"n": 1}


@pytest.mark.parametrize("hash", [False, True])
async def test_a_browser_is_given_no_state_that_it_would_not_give_back(stage: Stage, hash: bool) -> None:
    _, model = stage.browser_model("/a#/a", ROUTES, hash=hash)
    navigate = stage.inside(model, use_navigate)
    with pytest.raises(UsageError, match=r"state\['when'\] is datetime.date\(2024, 1, 2\), of type date"):
        navigate("/b", state={"when": date(2024, 1, 2)})
    await stage.settle()
    assert (model.location.pathname, stage.sent) == ("/a", [])
    navigate("/b", state={"when": "2024-01-02"})
    await stage.settle()
    assert model.location.state == {"when": "2024-01-02"}


async def test_a_memory_history_is_one_pages(stage: Stage) -> None:
    history = create_memory_history()
    model = stage.model(history, ROUTES)
    other = Stage()
    with pytest.raises(UsageError, match=r"another page's already.*call create_memory_history\(\) in the"):
        other.model(history, ROUTES)
    await other.close()
    stage.go(model, "/a")
    await stage.settle()
    await stage.close()
    later = Stage()
    assert later.model(history, ROUTES).location.pathname == "/a"
    await later.close()


async def test_what_is_no_entry_changes_nothing() -> None:
    history = create_memory_history("/a")
    with pytest.raises(UsageError, match=r"history.set\(Entry\('/b'\)\)"):
        history.set("/b")  # type: ignore[arg-type]
    assert (history.get(), len(history.entries)) == ("/a", 1)


async def test_memory_keeps_any_state(stage: Stage) -> None:
    model = stage.model("/", ROUTES)
    state = (date(2024, 1, 2), {1, 2}, object())
    stage.inside(model, use_navigate)("/b", state=state)
    await stage.settle()
    assert model.location.state is state


async def test_a_static_history_goes_nowhere_by_itself(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    history = StaticHistory("/a")
    model = stage.model(history, ROUTES)
    stage.go(model, -1)
    assert "can't go back and forth" in caplog.text
    stage.go(model, "/b")
    await stage.settle()
    assert history.current() == Entry("/b")


async def test_the_hash_is_the_location(stage: Stage) -> None:
    browser, model = stage.browser_model("/page#/users/1?x=1", ROUTES, hash=True)
    assert (model.location.pathname, model.location.search) == ("/users/1", "?x=1")
    assert model.render_path("/a") == "#/a"
    stage.go(model, "/other#sec", state=1)
    await stage.settle()
    assert stage.sent == [Push("#/other#sec", 1, False, True)]
    assert (model.location.pathname, model.location.hash) == ("/other", "#sec")
    browser.link("/page#/users/2")
    await stage.settle()
    assert model.location.pathname == "/users/2"
    browser.link("/page#top")
    await stage.settle()
    assert (model.location.pathname, model.location.hash) == ("/users/2", "#top")
    browser.moved("/page#/other#sec", 1, -1)
    await stage.settle()
    assert (model.location.pathname, model.location.state) == ("/other", 1)


async def test_an_integration_of_ones_own(stage: Stage) -> None:
    class Mine(History):
        def __init__(self) -> None:
            self.entry = Entry("/")

        def current(self) -> Entry:
            return self.entry

        def set(self, entry: Entry, *, replace: bool, scroll: bool) -> None:
            stage.seen.append((entry.value, replace, scroll))
            self.entry = entry

    mine = Mine()
    model = stage.model(mine, ROUTES)
    stage.go(model, "/a", scroll=False)
    await stage.settle()
    assert stage.seen == [("/a", False, False)]
    assert (mine.go(1), mine.render_path("/x"), mine.parse_path("/x"), mine.browser) == (
        False,
        "/x",
        "/x",
        None,
    )


async def test_a_move_that_is_stopped_is_undone_and_not_noted(stage: Stage) -> None:
    browser, model = stage.browser_model("/a", ROUTES)
    model.before_leave.subscribe(lambda event: event.prevent_default(), model.location, lambda *_: None)
    browser.moved("/b", None, -1)
    assert (stage.sent, browser.url) == ([Go(1)], "/a")
    browser.moved("/a", None, 1)
    assert (browser.url, model.is_routing()) == ("/a", False)


async def test_a_move_to_what_is_shown_has_arrived_at_once(stage: Stage) -> None:
    browser, _ = stage.browser_model("/a", ROUTES)
    browser.moved("/a", None, -2)
    assert stage.told == [("routing", False)]


async def test_a_listener_that_raises_stops_a_move_and_the_address_bar_stays_with_the_page(
    stage: Stage,
) -> None:
    browser, model = stage.browser_model("/a", ROUTES)

    def broken(_event: BeforeLeaveEvent) -> None:
        raise ValueError("boom")

    end = model.before_leave.subscribe(broken, model.location, lambda *_: None)
    with pytest.raises(ValueError, match="boom"):
        browser.moved("/b", None, -1)
    assert (stage.sent, browser.url) == ([Go(1)], "/a")
    browser.moved("/a", None, 1)
    end()
    browser.moved("/b", None, -1)
    await stage.settle()
    assert (browser.url, model.location.pathname, stage.sent) == ("/b", "/b", [Go(1)])


@pytest.mark.parametrize(
    ("moves", "sent"),
    [
        # The browser's entries are "/0" to "/9", the page is at "/5". The visitor's moves come in this
        # order, with those of the browser, which goes on until it is at the entry that it was sent to.
        ([-1, 1], [1]),
        ([-1, -1, 2], [1]),
        ([-1, -1, 1, 1], [1]),
        ([-1, -1, -1, 3], [1]),
        ([-2, 2, -1, 1], [2, 1]),
        ([-1, 1, 1, -1], [1, -1]),
        ([2, -1, -2, 1], [-2]),
        ([-1, 3, -2], [1]),
    ],
)
async def test_going_back_again_while_it_is_undone_is_undone_too(
    stage: Stage, moves: list[int], sent: list[int]
) -> None:
    browser, model = stage.browser_model("/5", ROUTES)
    model.before_leave.subscribe(lambda event: event.prevent_default(), model.location, lambda *_: None)
    at = 5
    for delta in moves:
        at += delta
        browser.moved(f"/{at}", None, delta)
    assert (at, browser.url, model.is_routing()) == (5, "/5", False)
    assert stage.sent == [Go(delta) for delta in sent]
    browser.moved("/4", None, -1)
    assert len(stage.sent) == len(sent) + 1


async def test_where_the_browser_can_not_be_brought_back_the_page_follows_it(stage: Stage) -> None:
    browser, model = stage.browser_model("/5", ROUTES)
    end = model.before_leave.subscribe(lambda event: event.prevent_default(), model.location, lambda *_: None)
    browser.moved("/4", None, -1)
    browser.moved("/3", None, -1)
    browser.moved("/3", None, 0)
    await stage.settle()
    assert (model.location.pathname, browser.url) == ("/3", "/3")
    end()
    stage.go(model, "/6")
    await stage.settle()
    assert stage.sent == [Go(1), Push("/6", None, False, True)]


async def test_a_forced_move_behind_a_prevented_one_is_made_when_that_is_undone(stage: Stage) -> None:
    browser, model = stage.browser_model("/5", ROUTES)
    events: list[BeforeLeaveEvent] = []

    def retry(to: str | int, _options: object, force: bool) -> None:
        model.navigate(model.base, to, force=force)

    def stop(event: BeforeLeaveEvent) -> None:
        event.prevent_default()
        events.append(event)

    model.before_leave.subscribe(stop, model.location, retry)
    browser.moved("/4", None, -1)
    events[0].retry(force=True)
    assert stage.sent == [Go(1)]
    browser.moved("/5", None, 1)
    assert stage.sent == [Go(1), Go(-1)]
    browser.moved("/4", None, -1)
    await stage.settle()
    assert (model.location.pathname, len(events)) == ("/4", 1)


async def test_a_listener_may_force_the_move_that_it_prevents_at_once(stage: Stage) -> None:
    browser, model = stage.browser_model("/5", ROUTES)

    def stop(event: BeforeLeaveEvent) -> None:
        event.prevent_default()
        event.retry(force=True)

    model.before_leave.subscribe(
        stop, model.location, lambda to, _options, force: model.navigate(model.base, to, force=force)
    )
    browser.moved("/4", None, -1)
    browser.moved("/5", None, 1)
    browser.moved("/4", None, -1)
    await stage.settle()
    assert stage.sent == [Go(1), Go(-1)]
    assert model.location.pathname == "/4"


async def test_a_forced_move_that_the_browser_can_not_make_forces_no_later_one(stage: Stage) -> None:
    browser, model = stage.browser_model("/5", ROUTES)
    asked: list[str | int] = []

    def stop(event: BeforeLeaveEvent) -> None:
        event.prevent_default()
        asked.append(event.to)

    model.before_leave.subscribe(stop, model.location, lambda *_: None)
    model.navigate(model.base, -1, force=True)
    on_its_way = Push("/6", None, False, True)
    browser.moved("/5", None, 0, (on_its_way,))
    browser.moved("/4", None, -1)
    # What the browser has passed over, as it does with a move that is yet to be heard of, is sent once more.
    assert (asked, stage.sent) == ([-1], [Go(-1), on_its_way, Go(1)])
    assert browser.url == "/5"


def stop_moves(event: BeforeLeaveEvent) -> None:
    if isinstance(event.to, int):
        event.prevent_default()


async def test_what_is_committed_while_a_move_is_undone_is_written_where_it_belongs(stage: Stage) -> None:
    browser, model = stage.browser_model("/5", ROUTES)
    end = model.before_leave.subscribe(stop_moves, model.location, lambda *_: None)
    stage.go(model, "/6")
    browser.moved("/4", None, -1)
    await stage.settle()
    assert (model.location.pathname, browser.url) == ("/6", "/6")
    stage.go(model, "/7", replace=True, state=1)
    await stage.settle()
    # The browser is at "/4", on its way back to "/5", which both are behind.
    assert stage.sent == [Go(1)]
    end()
    stage.go(model, -2)
    assert stage.sent == [Go(1)]
    browser.moved("/5", None, 1)
    entries = [Push("/6", None, False, True), Push("/7", 1, True, True)]
    assert stage.sent == [Go(1), *entries, Go(-2)]
    assert (model.location.pathname, browser.url) == ("/7", "/7")
    browser.moved("/4", None, -2)
    await stage.settle()
    assert (model.location.pathname, browser.url) == ("/4", "/4")


async def test_an_entry_of_the_browsers_own_ends_what_waits_for_a_move(stage: Stage) -> None:
    browser, model = stage.browser_model("/5", ROUTES)
    model.before_leave.subscribe(stop_moves, model.location, lambda *_: None)
    browser.moved("/4", None, -1)
    stage.go(model, "/6")
    await stage.settle()
    browser.moved("/4#typed", None, None)
    await stage.settle()
    assert (model.location.hash, browser.url) == ("#typed", "/4#typed")
    stage.go(model, "/8")
    await stage.settle()
    assert stage.sent == [Go(1), Push("/8", None, False, True)]


async def test_a_move_of_unknown_length_ends_what_was_being_undone(stage: Stage) -> None:
    browser, model = stage.browser_model("/a", ROUTES)
    model.before_leave.subscribe(lambda event: event.prevent_default(), model.location, lambda *_: None)
    browser.moved("/b", None, -1)
    browser.moved("/c", None, None)
    await stage.settle()
    assert (browser.url, model.location.pathname) == ("/c", "/c")
    browser.moved("/b", None, -1)
    assert stage.sent == [Go(1), Go(1)]


async def test_the_first_render_does_not_overwrite_a_hash_that_it_can_not_know(stage: Stage) -> None:
    browser, model = stage.browser_model("/page", ROUTES, hash=True, first=True)
    assert (model.location.pathname, stage.sent) == ("/", [])
    browser.is_first_render = False
    browser.moved("/page#/users/1", None, None)
    await stage.settle()
    assert (model.location.pathname, stage.sent) == ("/users/1", [])


async def test_an_empty_hash_becomes_the_base(stage: Stage) -> None:
    _, model = stage.browser_model("/page", ROUTES, hash=True, base="/app")
    assert stage.sent == [Push("#/app", None, True, False)]
    assert model.location.pathname == "/app"


async def test_a_link_to_another_page_is_not_the_hash_routers(stage: Stage) -> None:
    browser, model = stage.browser_model("/page#/app/a", ROUTES, hash=True, base="/app")
    stage.go(model, "b")
    await stage.settle()
    assert browser.url == "/page#/app/b"
    browser.link("/page#/app/c")
    await stage.settle()
    browser.link("/page#/other")
    browser.link("/elsewhere#/app/d")
    assert stage.sent[1:] == [
        Push("#/app/c", None, False, True),
        Load("/page#/other"),
        Load("/elsewhere#/app/d"),
    ]
