"""Form posts: for both kinds of client, at most once, and refused in words."""

from __future__ import annotations

import asyncio
import logging

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.server.apps import Site
from tests.server.conftest import MakeApp, in_test_world
from wayfare.data import FormData, Response, action, redirect, use_submission, use_submissions
from wayfare.html import Node, button, div, form, input_, p
from wayfare.page import Limits
from wayfare.render import component
from wayfare.server import App
from wayfare.testing import open_page
from wayfare.testing.inprocess import Answer, encode_form, request

pytestmark = pytest.mark.anyio
BASE = "http://testserver"
SAVE = "/_server/server-tests.save"


async def post(
    app: App, body: bytes = b"name=x", path: str = SAVE, *, drop: tuple[str, ...] = (), **headers: str
) -> Answer:
    given = {
        "host": "testserver",
        "origin": BASE,
        "content-type": "application/x-www-form-urlencoded",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    return await request(
        app, "POST", BASE + path, {name: given[name] for name in given if name not in drop}, body
    )


async def by_client(app: App, body: bytes = b"name=x", submission: str = "s1", **headers: str) -> Answer:
    return await post(app, body, x_wayfare_submission=submission, **headers)


# What a visitor gets.


async def test_a_live_page_hears_of_its_submission(app: App, site: Site) -> None:
    page = await open_page(app, "/")
    await page.fill("input[name=name]", "Ann")
    await page.submit("form")
    assert site.runs == ["Ann"]
    assert page.get("#result").text == "saved Ann"
    assert page.url == "/"


async def test_a_live_page_shows_what_the_action_refuses(app: App) -> None:
    page = await open_page(app, "/")
    await page.fill("input[name=name]", "bad")
    await page.submit("form")
    assert page.get("#error").text == "That name will not do."


async def test_a_live_page_goes_where_the_action_redirects(app: App) -> None:
    page = await open_page(app, "/")
    await page.fill("input[name=name]", "away")
    await page.submit("form")
    assert page.url == "/other"
    assert page.get("h1").text == "Other"


async def test_without_javascript_the_outcome_shows_on_the_next_page_once(app: App, site: Site) -> None:
    page = await open_page(app, "/", javascript=False)
    await page.fill("input[name=name]", "Ann")
    await page.submit("form")
    assert site.runs == ["Ann"]
    assert page.url == "/"
    assert page.get("#result").text == "saved Ann"
    await page.load()
    assert page.find_all("#result") == []


async def test_without_javascript_a_refusal_shows_where_the_form_was(app: App) -> None:
    page = await open_page(app, "/", javascript=False)
    await page.fill("input[name=name]", "bad")
    await page.submit("form")
    assert page.get("#error").text == "That name will not do."


async def test_without_javascript_a_redirect_is_followed(app: App) -> None:
    page = await open_page(app, "/", javascript=False)
    await page.fill("input[name=name]", "away")
    await page.submit("form")
    assert page.url == "/other"


async def test_what_was_posted_without_javascript_can_be_tried_again_with_it() -> None:
    @action(name="server-tests.flaky")
    async def flaky(form: FormData) -> str:
        ran.append(form.text("name"))
        if len(ran) < 3:
            raise ValueError(f"failed {len(ran)}")
        return "worked"

    @component
    def Home() -> Node:
        last, every = use_submission(flaky), use_submissions(flaky)
        return div[
            p(id="last")[lambda: f"{len(every)} {every.pending} {last.result} {last.error}"],
            button(on_click=lambda: last.retry())["Again"],
        ]

    ran: list[str] = []
    app = App(Home, secret="a secret for tests only")
    before = await open_page(app, "/", javascript=False)
    before.cookies.take(
        await post(app, path="/_server/server-tests.flaky", referer=f"{BASE}/", **before.cookies.header())
    )
    page = await open_page(app, "/", cookies=before.cookies)
    told = [page.get("#last").text]
    for _ in range(2):
        await page.click("button")
        told.append(page.get("#last").text)
    assert told == ["1 False None failed 1", "1 False None failed 2", "1 False worked None"]
    assert ran == ["x", "x", "x"]


@pytest.mark.parametrize("javascript", [True, False])
async def test_an_action_that_gives_nothing_leaves_no_submission(javascript: bool) -> None:
    @action(name="server-tests.nothing")
    async def nothing(form: FormData) -> None:
        ran.append(form.text("name"))

    @component
    def Home() -> Node:
        last = use_submission(nothing)
        return div[
            form(action=nothing, method="post")[input_(name="name"), button["Go"]],
            p(id="last")[lambda: f"{last.pending} {last.result} {last.error} {last.input}"],
        ]

    ran: list[str] = []
    page = await open_page(App(Home, secret="a secret for tests only"), "/", javascript=javascript)
    await page.fill("input[name=name]", "Ann")
    await page.submit("form")
    assert ran == ["Ann"]
    assert page.get("#last").text == "None None None None"


async def test_a_redirect_to_another_site_that_is_meant_is_answered(app: App) -> None:
    in_test_world(app)
    answer = await post(app, b"name=outside")
    assert answer.status == 303
    assert answer.header("location") == "https://elsewhere.test/x"


async def test_the_client_is_told_whether_its_page_heard(app: App) -> None:
    page = await open_page(app, "/")
    live = await by_client(app, x_wayfare_page=page.window.page)
    gone = await by_client(app, submission="s2", x_wayfare_page="nobody")
    away = await by_client(app, b"name=away", submission="s3")
    answers = [msgspec.json.decode(each.body) for each in (live, gone, away)]
    assert answers == [
        {"location": None, "reload": False, "live": True},
        {"location": None, "reload": True, "live": False},
        {"location": "/other", "reload": False, "live": False},
    ]


async def test_an_action_that_fails_is_logged_with_its_traceback_and_told_without(
    app: App, caplog: pytest.LogCaptureFixture
) -> None:
    in_test_world(app)
    with caplog.at_level(logging.INFO):
        answer = await by_client(app, b"name=broken")
        refused = await by_client(app, b"name=bad", submission="s2")
    assert b"secrets" not in answer.body
    assert refused.status == 200
    errors = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert len(errors) == 1
    assert errors[0].exc_info
    assert "server-tests.save" in errors[0].getMessage()


# At most once.


async def test_a_repeated_post_is_told_the_outcome_and_not_run_again(app: App, site: Site) -> None:
    page = await open_page(app, "/")
    for _ in range(3):
        answer = await by_client(app, x_wayfare_page=page.window.page)
        assert answer.status == 200
    assert site.runs == ["x"]
    await page.settled()
    assert page.get("#result").text == "saved x"


async def test_posts_that_come_at_the_same_time_share_one_run(app: App, site: Site) -> None:
    in_test_world(app)
    posts = [asyncio.ensure_future(by_client(app, b"name=slow")) for _ in range(5)]
    await asyncio.sleep(0)
    site.gate.set()
    answers = await asyncio.gather(*posts)
    assert site.runs == ["slow"]
    assert len({answer.body for answer in answers}) == 1


async def test_an_action_goes_on_when_whoever_posted_has_gone(app: App, site: Site) -> None:
    in_test_world(app)
    gone = asyncio.ensure_future(by_client(app, b"name=slow"))
    for _ in range(5):
        await asyncio.sleep(0)
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)
    again = asyncio.ensure_future(by_client(app, b"name=slow"))
    for _ in range(5):
        await asyncio.sleep(0)
    site.gate.set()
    assert (await again).status == 200
    assert site.runs == ["slow"]


async def test_a_submission_id_of_something_else_is_refused(app: App, site: Site) -> None:
    in_test_world(app)
    await by_client(app)
    other = await post(app, path="/_server/server-tests.login", x_wayfare_submission="s1")
    foreign = await by_client(app, cookie="wayfare_session=forged")
    assert other.status == 409
    assert foreign.status == 200  # a forged session is none, and so is the first one's
    assert site.runs == ["x"]


# What is refused.


@pytest.mark.parametrize(
    ("headers", "drop"),
    [
        ({"origin": "http://evil.test"}, ()),
        ({"origin": "null"}, ()),
        ({"sec_fetch_site": "cross-site"}, ("origin",)),
        ({"cookie": "a=b"}, ("origin",)),
    ],
)
async def test_a_post_from_another_site_is_refused(
    app: App, site: Site, headers: dict[str, str], drop: tuple[str, ...]
) -> None:
    answer = await post(app, drop=drop, **headers)
    assert answer.status == 403
    assert b"posted" in answer.body
    assert site.runs == []


async def test_an_action_that_there_is_not_is_404_in_words(app: App) -> None:
    answer = await post(app, path="/_server/nothing")
    assert answer.status == 404
    assert b"There is no action at /_server/nothing" in answer.body
    told = await post(app, path="/_server/%3Cscript%3E", x_wayfare_submission="s")
    assert told.status == 404
    assert "error" in msgspec.json.decode(told.body)


async def test_bound_arguments_that_are_none_are_refused(app: App) -> None:
    answer = await post(app, path=SAVE + "?args=%7Bbroken")
    assert answer.status == 400


async def test_an_id_that_is_too_long_is_refused(app: App, site: Site) -> None:
    assert (await by_client(app, submission="x" * 1000)).status == 400
    assert site.runs == []


async def test_a_body_larger_than_the_limit_is_refused(make_app: MakeApp, site: Site) -> None:
    app = make_app(limits=Limits(form_bytes=100))
    in_test_world(app)
    said = await post(app, b"name=" + b"x" * 200, content_length="205")
    unsaid = await post(app, b"name=" + b"x" * 200)
    lied = await post(app, b"name=" + b"x" * 200, content_length="5")
    absurd = await post(app, b"name=x", content_length="9" * 400)
    assert [each.status for each in (said, unsaid, lied, absurd)] == [413, 413, 413, 413]
    assert b"Limits.form_bytes" in said.body
    assert site.runs == []


async def test_more_fields_than_the_limit_are_refused(make_app: MakeApp, site: Site) -> None:
    app = make_app(limits=Limits(form_fields=3, form_files=1, field_bytes=10))
    in_test_world(app)
    assert (await post(app, b"&".join([b"a=1"] * 4))).status == 413
    four = encode_form([("a", "1")] * 4, {}, "multipart/form-data")
    long = encode_form([("a", "x" * 20)], {}, "multipart/form-data")
    for body, kind in (four, long):
        assert (await post(app, body, content_type=kind)).status == 413
    assert site.runs == []


async def test_ten_thousand_fields_and_a_huge_file_are_refused_by_default(
    make_app: MakeApp, site: Site
) -> None:
    app = make_app()
    in_test_world(app)
    limits = Limits()
    many = b"&".join(b"field%d=1" % n for n in range(10_000))
    answers = [await post(app, many)]
    body, kind = encode_form([(f"field{n}", "1") for n in range(10_000)], {}, "multipart/form-data")
    answers.append(await post(app, body, content_type=kind))
    huge = {"file": ("huge.bin", b"x" * limits.form_bytes, "application/octet-stream")}
    body, kind = encode_form([("name", "x"), ("file", "")], huge, "multipart/form-data")
    answers.append(await post(app, body, content_type=kind))
    assert [answer.status for answer in answers] == [413, 413, 413]
    assert site.runs == []


async def test_a_replay_with_another_content_is_told_the_first_outcome(app: App, site: Site) -> None:
    in_test_world(app)
    first = await by_client(app, b"name=Ann", submission="replayed")
    again = await by_client(app, b"name=Eve", submission="replayed")
    assert first.body == again.body
    assert site.runs == ["Ann"]


async def test_more_files_than_the_limit_are_refused(make_app: MakeApp) -> None:
    app = make_app(limits=Limits(form_files=1))
    in_test_world(app)
    files = {name: (f"{name}.txt", b"x", "text/plain") for name in "ab"}
    body, kind = encode_form([("a", ""), ("b", "")], files, "multipart/form-data")
    assert (await post(app, body, content_type=kind)).status == 413


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "nonsense", "image/png"])
async def test_what_is_no_form_is_refused(app: App, kind: str) -> None:
    answer = await post(app, b"{}", content_type=kind)
    assert answer.status == 415


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=", b"x"),
        ("multipart/form-data; boundary=b", b""),
        ("multipart/form-data; boundary=b", b"--b\r\ngarbage"),
        ("multipart/form-data; boundary=b", b"--b\r\ncontent-disposition: form-data\r\n\r\nx\r\n--b--\r\n"),
        ("multipart/form-data; boundary=b", b"--b\r\n\r\nx\r\n--b--\r\n"),
        ("multipart/form-data; boundary=b; charset=none", b"--b--\r\n"),
    ],
)
async def test_a_malformed_upload_is_refused_or_empty_and_never_an_exception(
    app: App, kind: str, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    in_test_world(app)
    answer = await post(app, body, content_type=kind)
    assert answer.status in (303, 400)
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(body=st.binary(max_size=300), multipart=st.booleans())
def test_any_body_gets_an_answer(app: App, body: bytes, multipart: bool) -> None:
    kind = "multipart/form-data; boundary=b" if multipart else "application/x-www-form-urlencoded"
    framed = b"--b\r\n" + body if multipart else body

    async def run() -> int:
        return (await post(app, framed, content_type=kind)).status

    assert asyncio.run(run()) in (303, 400, 413)


async def test_too_many_posts_at_once_are_told_to_come_later(make_app: MakeApp, site: Site) -> None:
    app = make_app(limits=Limits(running_submissions=1))
    in_test_world(app)
    first = asyncio.ensure_future(by_client(app, b"name=slow"))
    for _ in range(5):
        await asyncio.sleep(0)
    second = await by_client(app, submission="s2")
    assert second.status == 503
    assert second.header("retry-after")
    site.gate.set()
    assert (await first).status == 200


async def test_a_session_that_fits_no_cookie_is_told_without_details_and_logged(
    app: App, caplog: pytest.LogCaptureFixture
) -> None:
    in_test_world(app)
    answer = await post(app, b"name=too+much", path="/_server/server-tests.login", x_wayfare_submission="s")
    assert answer.status == 500
    assert "logged" in msgspec.json.decode(answer.body)["error"]
    assert "Limits.session_bytes" in caplog.text


# Back to where the form was.


@pytest.mark.parametrize(
    ("referer", "location"),
    [
        (BASE + "/other?x=1#y", "/other?x=1"),
        ("http://evil.test/steal", "/"),
        (BASE + "//evil.test", "/"),
        (BASE + "/\\evil.test", "/\\evil.test"),
        ("http://[::1", "/"),
        ("", "/"),
    ],
)
async def test_the_way_back_stays_on_the_site(app: App, referer: str, location: str) -> None:
    in_test_world(app)
    answer = await post(app, referer=referer)
    assert answer.status == 303
    found = answer.header("location") or ""
    assert found == location or (found == "/" and "\\" in referer)


@pytest.mark.parametrize(
    ("target", "location"), [("?x=1", "/list?x=1"), ("#top", "/list?q=1#top"), ("other", "/other")]
)
async def test_a_relative_redirect_leads_from_the_page_and_not_from_the_action(
    app: App, target: str, location: str
) -> None:
    @action(name="server-tests.relative")
    async def go(_form: FormData) -> Response:
        return redirect(target)

    in_test_world(app)
    answer = await post(app, path=go.url, referer=BASE + "/list?q=1")
    assert (answer.status, answer.header("location")) == (303, location)


# Files.


async def test_a_file_arrives_with_its_form(app: App) -> None:
    for javascript in (True, False):
        page = await open_page(app, "/upload", javascript=javascript)
        await page.attach("input", "a b.txt", b"content", content_type="text/plain")
        await page.submit("form")
        assert page.get("p").text == "a b.txt text/plain content"
