"""The signed session: what is written, when, and what a visitor can't do to it."""

from __future__ import annotations

import secrets

import pytest

from tests.server import apps
from wayfare.components import Route, Router
from wayfare.data import create_async, query
from wayfare.errors import LimitError, UsageError
from wayfare.html import Node, button, p
from wayfare.page import Limits
from wayfare.render import component
from wayfare.server import App, Session, use_request
from wayfare.server.session import COOKIE, Sessions
from wayfare.testing import Cookies, open_page

SECRET = "a secret that is long enough"


def sessions(**limits: float) -> Sessions:
    return Sessions(SECRET, Limits(**limits))  # type: ignore[arg-type]


def cookie_value(header: str | None) -> str:
    assert header is not None
    return header.split(";")[0].partition("=")[2]


def test_a_session_survives_the_way_to_the_browser_and_back() -> None:
    session = Session({}, None)
    session["user"] = {"id": 7}
    back = sessions().read(cookie_value(sessions().cookie(session, secure=True, path="")))
    assert dict(back) == {"user": {"id": 7}}
    assert back.id == session.id
    assert not back.modified


def test_a_session_that_was_not_written_sends_no_cookie() -> None:
    assert sessions().cookie(Session({"a": 1}, "x"), secure=True, path="") is None


def test_the_cookie_is_kept_from_scripts_and_other_sites() -> None:
    session = Session({}, None)
    session["a"] = 1
    header = sessions().cookie(session, secure=True, path="/shop") or ""
    attributes = {part.strip().lower() for part in header.split(";")[1:]}
    assert {"httponly", "samesite=lax", "secure", "path=/shop"} <= attributes
    assert "Secure" not in (sessions().cookie(session, secure=False, path="") or "")


@pytest.mark.parametrize("value", ["", "x", "a.b.c", "x" * 10_000, "é", "\x00"])
def test_a_cookie_that_is_not_ours_is_an_empty_session(value: str) -> None:
    assert dict(sessions().read(value)) == {}


def test_a_cookie_that_was_changed_or_signed_by_another_secret_is_an_empty_session() -> None:
    session = Session({}, None)
    session["admin"] = False
    value = cookie_value(sessions().cookie(session, secure=True, path=""))
    assert dict(sessions().read(value[1:])) == {}
    assert dict(sessions().read("A" + value[1:] if value[0] != "A" else "B" + value[1:])) == {}
    assert dict(Sessions("another secret, as long", Limits()).read(value)) == {}


def test_more_than_fits_a_cookie_is_an_error_that_says_so() -> None:
    session = Session({}, None)
    session["big"] = secrets.token_hex(5000)
    with pytest.raises(LimitError, match="session_bytes"):
        sessions().cookie(session, secure=True, path="")


def test_what_json_can_not_hold_is_an_error_that_says_so() -> None:
    session = Session({}, None)
    session["when"] = object()
    with pytest.raises(UsageError, match="JSON"):
        sessions().cookie(session, secure=True, path="")


def test_renewing_changes_the_id_and_keeps_the_values() -> None:
    session = Session({"a": 1}, "old")
    session.renew()
    assert session.id not in (None, "old")
    assert session["a"] == 1
    assert session.modified


def test_clearing_takes_the_cookie_back() -> None:
    session = Session({"a": 1}, "old")
    session.clear()
    assert session.id is None
    assert "Max-Age=0" in (sessions().cookie(session, secure=False, path="") or "")


def test_removing_the_last_value_ends_the_session() -> None:
    session = Session({"a": 1}, "old")
    del session["a"]
    assert session.id is None
    with pytest.raises(KeyError):
        del session["a"]


def test_a_sealed_session_says_where_it_can_be_written() -> None:
    session = Session({"a": 1}, "old")
    session.seal("the answer has been sent.")
    for write in (lambda: session.update(b=1), session.clear, session.renew, lambda: session.pop("a")):
        with pytest.raises(UsageError, match="in an action"):
            write()
    assert session["a"] == 1


@pytest.mark.anyio
async def test_the_first_render_may_write_the_session(app: App) -> None:
    page = await open_page(app, "/counted")
    assert page.text == "visit 1"
    assert COOKIE in page.cookies
    await page.load()
    assert page.text == "visit 2"
    assert page.answer.header("set-cookie") is not None


@pytest.mark.anyio
async def test_a_page_that_does_not_use_the_session_sets_no_cookie(app: App) -> None:
    page = await open_page(app, "/who")
    assert page.answer.header("set-cookie") is None


@pytest.mark.anyio
@pytest.mark.parametrize("javascript", [True, False])
async def test_an_action_logs_in_and_out(app: App, javascript: bool) -> None:
    page = await open_page(app, "/who", javascript=javascript)
    assert page.get("#who").text == "nobody"
    await page.fill("#login input", "Ann")
    await page.submit("#login")
    await page.load("/who")
    assert page.get("#who").text == "Ann"
    await page.submit("#logout")
    await page.load("/who")
    assert page.get("#who").text == "nobody"
    assert COOKIE not in page.cookies


@pytest.mark.anyio
async def test_what_an_action_writes_is_seen_by_the_page_that_it_leads_to(app: App) -> None:
    page = await open_page(app, "/")
    await page.navigate("/who")
    first = page.window.page
    await page.fill("#login input", "Ann")
    await page.submit("#login")
    await page.navigate("/")
    await page.navigate("/who")
    assert page.get("#who").text == "Ann"
    assert page.window.page == first


@pytest.mark.anyio
async def test_a_login_over_another_session_loads_the_document_again(app: App) -> None:
    page = await open_page(app, "/counted")
    await page.load("/who")
    first = page.window.page
    await page.fill("#login input", "Ann")
    await page.submit("#login")
    assert page.window.page != first
    assert page.get("#who").text == "Ann"


@pytest.mark.anyio
async def test_a_query_of_the_session_sees_the_session_and_no_request() -> None:
    seen: list[str] = []

    @query("session-tests.name", scope="session")
    async def get_name() -> str:
        seen.append("fetched")
        return use_request().session.get("name", "nobody")  # type: ignore[no-any-return]

    @query("session-tests.path", scope="session")
    async def get_path() -> str:
        return use_request().path

    @component
    def Named() -> Node:
        name = create_async(get_name)
        return p[lambda: name()]

    @component
    def Leaking() -> Node:
        path = create_async(get_path)
        return p[lambda: path()]

    named = App(
        lambda: Router[
            Route(path="/", component=Named),
            Route(path="/leak", component=Leaking),
            Route(path="/who", component=apps.Who),
        ],
        secret=SECRET,
    )
    page = await open_page(named, "/who")
    assert (await open_page(named, "/")).text == "nobody"
    await page.fill("#login input", "Ann")
    await page.submit("#login")
    for _ in range(2):
        assert (await open_page(named, "/", cookies=page.cookies)).text == "Ann"
    assert seen == ["fetched"] * 2
    assert (await open_page(named, "/leak", cookies=page.cookies)).status == 500


@pytest.mark.anyio
async def test_logging_out_ends_the_other_pages_of_the_browser(app: App) -> None:
    cookies = Cookies()
    page = await open_page(app, "/who", cookies=cookies)
    await page.fill("#login input", "Ann")
    await page.submit("#login")
    other = await open_page(app, "/who", cookies=cookies)
    assert other.get("#who").text == "Ann"
    await page.submit("#logout")
    assert not other.window.connected
    await other.reconnect()
    assert other.get("#who").text == "nobody"


@pytest.mark.anyio
async def test_a_page_of_a_session_is_not_found_without_it(app: App) -> None:
    page = await open_page(app, "/counted")
    await page.load("/who")
    first = page.window.page
    await page.disconnect()
    kept = dict(page.cookies)
    page.cookies.clear()
    await page.reconnect()
    assert page.window.page != first
    page.cookies.update(kept)


@pytest.mark.anyio
async def test_a_page_that_writes_the_session_while_it_renders_is_loaded_again_by_a_client_that_comes_back(
    app: App,
) -> None:
    page = await open_page(app, "/counted")
    await page.disconnect()
    app.parts.registry.remove(page.window.page)
    await page.reconnect()
    assert page.text == "visit 2"
    assert page.window.connected


@pytest.mark.anyio
async def test_a_handler_can_not_write_the_session(caplog: pytest.LogCaptureFixture) -> None:
    @component
    def Rude() -> Node:
        request = use_request()
        return button(on_click=lambda: request.session.update(a=1))["Write"]

    page = await open_page(App(Rude, secret=SECRET))
    await page.click("button")
    assert "can't be written here" in caplog.text
    assert page.notices
