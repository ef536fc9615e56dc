"""What a component sees of its request."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.requests import HTTPConnection

from wayfare.errors import SharedReadError, UsageError
from wayfare.page import Limits
from wayfare.reactive import Scope
from wayfare.server import Request, Session, use_request
from wayfare.server.request import SessionRequest, asked_for, read_request, root_path
from wayfare.server.session import Sessions
from wayfare.testing import TestWorld, VirtualClock
from wayfare.testing.inprocess import asgi_scope

SESSIONS = Sessions("a secret for tests only", Limits())


def scope(url: str = "http://shop.test/a%20b?q=%2F", kind: str = "http", **more: Any) -> dict[str, Any]:
    return {**asgi_scope(kind, "GET", url, {"host": "shop.test", "cookie": "a=b"}), **more}


def test_the_address_is_as_the_browser_wrote_it() -> None:
    assert asked_for(scope()) == "/a%20b?q=%2F"
    without_raw = scope()
    del without_raw["raw_path"]
    assert asked_for(without_raw) == "/a%20b?q=%2F"
    assert asked_for(scope("http://shop.test/")) == "/"


def test_a_request_is_read_from_its_connection() -> None:
    request = read_request(HTTPConnection(scope(user="ann", state={"db": 1}, root_path="/a%20b/")), SESSIONS)
    assert request.url == "http://shop.test/a%20b?q=%2F"
    assert request.path == "/a%20b?q=%2F"
    assert (request.cookies["a"], request.client, request.user, request.state["db"]) == (
        "b",
        "127.0.0.1",
        "ann",
        1,
    )
    assert dict(request.session) == {}


def test_a_page_that_comes_by_a_socket_is_at_the_address_it_says() -> None:
    connection = HTTPConnection(scope("http://shop.test/_wayfare/socket", kind="websocket"))
    request = read_request(connection, SESSIONS, path="/other?x=1#y")
    assert request.path == "/other?x=1#y"
    assert request.url.endswith("shop.test/other?x=1#y")


def test_a_server_that_does_not_know_the_peer_is_no_problem() -> None:
    assert read_request(HTTPConnection(scope(client=None)), SESSIONS).client is None


def test_the_prefix_has_no_slash_at_its_end() -> None:
    assert root_path(HTTPConnection(scope(root_path="/shop/"))) == "/shop"
    assert root_path(HTTPConnection(scope())) == ""


def test_what_all_pages_of_a_session_share_sees_the_session_alone() -> None:
    request = SessionRequest(Session({"a": 1}, "id"), "ann")
    assert (request.session["a"], request.user) == (1, "ann")
    for name in ("url", "path", "headers", "cookies", "client", "state", "method"):
        with pytest.raises(SharedReadError, match=f"reads use_request\\(\\).{name}"):
            getattr(request, name)


@pytest.mark.anyio
async def test_use_request_finds_the_request_of_the_page() -> None:
    page = Scope(TestWorld(VirtualClock()), "page")
    request = Request(method="GET", url="http://x/", path="/")
    with pytest.raises(UsageError, match="no page is current"):
        page.run(use_request)
    page.provide(Request, request)
    assert page.run(use_request) is request
    page.close()
