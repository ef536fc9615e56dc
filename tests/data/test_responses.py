"""Responses: what they say, and what they may not."""

from __future__ import annotations

from typing import Any

import pytest

from wayfare.data import Response, json, query, redirect, reload
from wayfare.data.responses import patterns_of
from wayfare.errors import UnsafeResponseError, UsageError


def test_json_carries_data_and_says_its_type() -> None:
    made = json({"a": 1}, status=201, headers={"Content-Type": "text/plain", "X-A": "1"})
    assert (made.status, made.data, made.body) == (201, {"a": 1}, b'{"a":1}')
    assert made.headers == (("X-A", "1"), ("content-type", "application/json"))
    assert made.header("CONTENT-TYPE") == "application/json"
    assert made.header("x-b") is None


def test_redirect_and_reload() -> None:
    made = redirect("/login?next=/a#b", 303, headers=[("Set-Cookie", "a=1")], revalidate="user")
    assert (made.status, made.location, made.revalidate) == (303, "/login?next=/a#b", ("user",))
    assert str(made) == "a response with status 303 to /login?next=/a#b"
    assert (reload().status, reload().revalidate, reload(revalidate=[]).revalidate) == (200, None, ())
    assert reload().body == b""


def test_they_can_be_raised() -> None:
    with pytest.raises(Response) as caught:
        raise redirect("/login")
    assert caught.value.location == "/login"


@pytest.mark.parametrize(
    "headers",
    [
        {"X-A": "1\r\nSet-Cookie: a=1"},
        {"X-A": "\x00"},
        {"": "1"},
        {"X A": "1"},
        {"X-A\n": "1"},
        {"X-A": 1},
        {3: "x"},
        {"Location": "/elsewhere"},
    ],
)
def test_headers_that_would_lead_astray_are_refused(headers: Any) -> None:
    with pytest.raises(UnsafeResponseError):
        json(1, headers=headers)


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "\\\\evil.example",
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "data:text/html,x",
        " /login",
        "/a\nb",
        "/a\x00",
        "\tjavascript:alert(1)",
        "/" + "a" * 9000,
        "/\ud800",
        3,
        None,
    ],
)
def test_locations_that_would_lead_astray_are_refused(url: Any) -> None:
    with pytest.raises(UnsafeResponseError):
        redirect(url)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://a/", "mailto:a@b", "https:"])
def test_not_even_marked_external_may_a_location_be_anything(url: str) -> None:
    with pytest.raises(UnsafeResponseError):
        redirect(url, external=True)


@pytest.mark.parametrize(
    ("url", "location"),
    [
        ("/", "/"),
        ("", ""),
        ("x/../y", "x/../y"),
        ("?page=2", "?page=2"),
        ("/a b", "/a%20b"),
        ("/käse?x=ü", "/k%C3%A4se?x=%C3%BC"),
        ("/a%20b", "/a%20b"),
    ],
)
def test_locations_of_this_site(url: str, location: str) -> None:
    assert redirect(url).location == location


def test_another_site_has_to_be_marked() -> None:
    assert redirect("https://example.org/x", external=True).location == "https://example.org/x"
    with pytest.raises(UnsafeResponseError, match=r"leads to another site.*external=True"):
        redirect("https://example.org/x")


@pytest.mark.parametrize("status", [200, 404, 299, 400])
def test_a_redirect_has_the_status_of_one(status: int) -> None:
    with pytest.raises(UnsafeResponseError, match="a status from 300 to 399"):
        redirect("/", status)
    with pytest.raises(UnsafeResponseError, match="a status from 100 to 599"):
        json(1, status=status * 10)


def test_patterns() -> None:
    users = query(lambda: 1, "users")
    assert patterns_of([users, "a", "", users.key]) == ("users[", "a", "users")
    with pytest.raises(UsageError, match="3 of type int"):
        patterns_of(3)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="3 of type int is among"):
        patterns_of(["a", 3])  # type: ignore[list-item]
