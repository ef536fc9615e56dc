"""The answer to GET: the document, its status and headers, redirects, failures in words."""

from __future__ import annotations

import logging
import re
from typing import Any

import pytest

from tests.server.apps import Site
from tests.server.conftest import MakeApp, in_test_world
from wayfare import component, create_async, create_signal, json, query
from wayfare.html import Node, button, p
from wayfare.page import Limits
from wayfare.server import App
from wayfare.testing import open_page
from wayfare.testing.inprocess import Answer, request

pytestmark = pytest.mark.anyio
BASE = "http://testserver"


async def get(app: App, path: str, method: str = "GET", **headers: str) -> Answer:
    given = {"host": "testserver", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return await request(app, method, BASE + path, given)


async def test_the_first_answer_is_finished_html(app: App) -> None:
    in_test_world(app)
    answer = await get(app, "/")
    text = answer.body.decode()
    assert answer.status == 200
    assert answer.header("content-type") == "text/html; charset=utf-8"
    assert text.startswith("<!DOCTYPE html>")
    assert "<title data-wh>Home</title>" in text
    assert re.search(r"<h1[^>]*>Home</h1>", text)
    assert '<meta name="wayfare" content="test-' in text


async def test_a_page_is_html_whatever_its_queries_answer_with() -> None:
    @query("pages-tests.told")
    async def get_told() -> Any:
        return json("told", headers={"x-kind": "new", "content-type": "text/csv", "content-length": "1"})

    @component
    def Told() -> Node:
        told = create_async(get_told)
        return p[lambda: told()]

    app = App(Told, secret="a secret of this test")
    in_test_world(app)
    answer = await get(app, "/")
    assert answer.header("content-type") == "text/html; charset=utf-8"
    assert answer.header("x-kind") == "new"
    assert answer.header("content-length") == str(len(answer.body))
    assert "told" in answer.body.decode()


async def test_what_is_no_character_is_shown_as_such() -> None:
    @component
    def Listing() -> Node:
        name, set_name = create_signal("caf\udce9")
        return [p(title=name)[name], button(on_click=lambda: set_name("\ud83d"))["Next"]]

    app = App(Listing, secret="a secret of this test")
    page = await open_page(app)
    assert (page.get("p").text, page.get("p").attributes["title"]) == ("caf\ufffd", "caf\ufffd")
    await page.click("button")
    assert page.get("p").text == "\ufffd"


async def test_the_document_has_no_inline_script_or_style(app: App) -> None:
    in_test_world(app)
    text = (await get(app, "/styled")).body.decode()
    assert re.findall(r"<script(?![^>]* src=)", text) == []
    assert re.search(r"\son\w+=", text) is None
    nonces = set(re.findall(r'nonce="([^"]+)"', text))
    assert len(nonces) == 1
    assert len(re.findall(r"<style[^>]* nonce=", text)) == 1


async def test_the_policy_names_the_nonce_of_this_answer_alone(app: App) -> None:
    in_test_world(app)
    policies = [(await get(app, "/")).header("content-security-policy") or "" for _ in range(2)]
    assert all("script-src 'self';" in policy and "unsafe" not in policy for policy in policies)
    assert policies[0] != policies[1]


async def test_directives_of_the_policy_can_be_replaced_added_and_left_out(make_app: MakeApp) -> None:
    app = make_app(content_security_policy={"img-src": "*", "frame-ancestors": None, "media-src": "'none'"})
    in_test_world(app)
    policy = (await get(app, "/")).header("content-security-policy") or ""
    assert "img-src *;" in policy
    assert "frame-ancestors" not in policy
    assert policy.endswith("media-src 'none'")


async def test_every_answer_keeps_browsers_from_guessing(app: App) -> None:
    in_test_world(app)
    for path in ("/", "/nowhere", "/broken", "/_wayfare/client.js", "/_wayfare/none.js"):
        answer = await get(app, path)
        assert answer.header("x-content-type-options") == "nosniff", path
        assert answer.header("referrer-policy"), path


async def test_a_page_is_not_kept_by_caches(app: App) -> None:
    in_test_world(app)
    assert (await get(app, "/")).header("cache-control") == "no-store"


async def test_where_no_route_matches_the_status_is_404_inside_the_site(app: App) -> None:
    page = await open_page(app, "/nowhere")
    assert page.status == 404
    assert "Page not found" in page.text
    await page.navigate("/")
    assert page.get("h1").text == "Home"


async def test_a_route_may_set_the_status(app: App) -> None:
    in_test_world(app)
    assert (await get(app, "/teapot")).status == 418


async def test_head_has_the_headers_and_leaves_no_page_behind(app: App) -> None:
    in_test_world(app)
    answer = await get(app, "/", "HEAD")
    assert answer.status == 200
    assert app.statistics().pages.pages == 0
    await get(app, "/")
    assert app.statistics().pages.pages == 1


async def test_what_is_no_page_is_not_mounted(app: App) -> None:
    in_test_world(app)
    assert (await get(app, "/logo.png", sec_fetch_dest="image")).status == 404
    assert (await get(app, "/favicon.ico", sec_fetch_dest="image")).status == 204
    assert app.statistics().pages.opened == 0


async def test_a_component_that_raises_is_answered_500_in_words(
    app: App, caplog: pytest.LogCaptureFixture
) -> None:
    in_test_world(app)
    with caplog.at_level(logging.ERROR):
        answer = await get(app, "/broken")
    assert answer.status == 500
    assert b"secrets" not in answer.body
    assert b"Something went wrong" in answer.body
    assert "Broken" in caplog.text
    assert "a component with secrets" in caplog.text
    assert app.statistics().pages.pages == 0
    assert (await get(app, "/")).status == 200


async def test_in_debug_mode_the_traceback_shows_escaped(make_app: MakeApp) -> None:
    app = make_app(debug=True)
    in_test_world(app)
    answer = await get(app, "/broken")
    assert b"a component with secrets" in answer.body
    assert b"&gt;" in answer.body


async def test_the_first_answer_waits_for_data(app: App, site: Site) -> None:
    site.gate.set()
    page = await open_page(app, "/slow")
    assert b"arrived" in page.answer.body


async def test_beyond_the_limit_the_rest_comes_over_the_socket(app: App, site: Site) -> None:
    page = await open_page(app, "/slow", wait=False)
    assert page.status == 200
    assert b"arrived" not in page.answer.body
    site.gate.set()
    await page.settled()
    assert page.get("p").text == "arrived"


async def test_a_url_longer_than_the_limit_is_refused(make_app: MakeApp) -> None:
    app = make_app(limits=Limits(url_characters=100))
    in_test_world(app)
    assert (await get(app, "/" + "x" * 200)).status == 414


async def test_a_worker_that_is_full_of_attached_pages_says_to_come_later(make_app: MakeApp) -> None:
    app = make_app(limits=Limits(pages_per_worker=1))
    async with open_page(app, "/") as page:
        answer = await get(app, "/")
        assert answer.status == 503
        assert answer.header("retry-after") == "10"
        await page.click("#count")
        assert page.get("#count").text == "Clicked 1"


async def test_a_page_without_its_browser_makes_way(make_app: MakeApp) -> None:
    app = make_app(limits=Limits(pages_per_worker=1))
    in_test_world(app)
    assert [(await get(app, "/")).status for _ in range(3)] == [200, 200, 200]
    assert app.statistics().pages.pushed_out == 2


async def test_a_name_that_the_site_does_not_answer_to_is_refused(make_app: MakeApp) -> None:
    app = make_app(hosts=["localhost"])
    assert (await get(app, "/")).status == 400
    assert (await open_page(app, "/")).status == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH"])
async def test_other_methods_are_told_what_there_is(app: App, method: str) -> None:
    answer = await get(app, "/", method)
    assert answer.status == 405
    assert answer.header("allow") == "GET, HEAD, POST"


async def test_the_app_lives_under_the_prefix_it_is_mounted_at(app: App) -> None:
    in_test_world(app)

    async def mounted(scope: dict[str, object], receive: object, send: object) -> None:
        await app({**scope, "root_path": "/shop"}, receive, send)  # type: ignore[arg-type]

    answer = await request(mounted, "GET", BASE + "/shop/nowhere", {"host": "testserver"})  # type: ignore[arg-type]
    text = answer.body.decode()
    assert 'data-socket="/shop/_wayfare/socket"' in text
    script = re.search(r'src="(/shop/_wayfare/[^"]+)"', text)
    assert script is not None
    found = await request(mounted, "GET", BASE + script[1], {"host": "testserver"})  # type: ignore[arg-type]
    assert found.status == 200


async def test_text_from_the_visitor_is_escaped(app: App) -> None:
    in_test_world(app)
    answer = await get(app, "/%22%3E%3Cscript%3Ealert(1)%3C/script%3E?<script>")
    assert answer.status == 404
    assert b"<script>" not in answer.body


@pytest.mark.parametrize(
    "target",
    [
        "//evil.test/",
        "/%ff%fe",
        "/a%0d%0ab",
        "/%00",
        "/..%2f..%2fetc",
        "/?" + "a=b&" * 1000,
        "/?a=%ff&=&%",
        "/%",
    ],
)
async def test_any_address_gets_an_answer(app: App, target: str, caplog: pytest.LogCaptureFixture) -> None:
    in_test_world(app)
    answer = await get(app, target)
    assert answer.status in (200, 404)
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


async def test_bytes_that_are_no_text_get_an_answer(app: App) -> None:
    in_test_world(app)

    async def odd(scope: dict[str, object], receive: object, send: object) -> None:
        await app({**scope, "query_string": b"a=\xff", "raw_path": b"/\xff"}, receive, send)  # type: ignore[arg-type]

    headers = {"host": "test\xff", "cookie": "\xff=\xfe; wayfare_session=\xff; wayfare_flash=\xff"}
    assert (await request(odd, "GET", BASE + "/", headers)).status == 404  # type: ignore[arg-type]
    assert (await request(odd, "POST", BASE + "/", headers)).status in (403, 404)  # type: ignore[arg-type]


async def test_a_shared_query_that_has_failed_once_is_asked_again() -> None:
    down = True

    @query("pages-tests.shared", scope="app")
    async def get_shared() -> str:
        if down:
            raise RuntimeError("the database is away")
        return "back"

    @component
    def Shared() -> Node:
        shared = create_async(get_shared)
        return p[lambda: shared()]

    app = App(Shared, secret="0123456789abcdef")
    clock = in_test_world(app)
    assert (await get(app, "/")).status == 500
    down = False
    clock.advance(6)  # longer than an answer is used again
    answer = await get(app, "/")
    assert (answer.status, b"back" in answer.body) == (200, True)
