"""Who may speak to a page."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayfare.errors import UsageError
from wayfare.server.security import (
    TokenBucket,
    check_origins,
    content_security_policy,
    cross_site_post,
    cross_site_socket,
    host_refused,
    safe_path,
)

HOST = {"host": "shop.test:8000"}


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://shop.test:8000"},
        {"origin": "https://shop.test:8000"},
        {"origin": "HTTP://SHOP.test:8000"},
        {"origin": "http://shop.test:8000", "sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-origin", "cookie": "a=b"},
        {"origin": "null", "sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "none", "cookie": "a=b"},
        {"referer": "http://shop.test:8000/form?x=1", "cookie": "a=b"},
        {},
    ],
)
def test_a_post_of_this_site_is_taken(headers: dict[str, str]) -> None:
    assert cross_site_post({**HOST, **headers}) is None


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.test"},
        {"origin": "http://shop.test"},
        {"origin": "http://shop.test:8001"},
        {"origin": "http://shop.test:8000.evil.test"},
        {"origin": "http://evil.test/shop.test:8000"},
        {"origin": "null"},
        {"origin": "null", "sec-fetch-site": "cross-site"},
        {"origin": ""},
        {"origin": "file://shop.test:8000"},
        {"origin": "http://[::1"},
        {"origin": "javascript:alert(1)"},
        {"origin": "http://evil.test", "sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"referer": "http://evil.test/"},
        {"cookie": "wayfare_session=x"},
    ],
)
def test_a_post_of_another_site_is_refused(headers: dict[str, str]) -> None:
    assert cross_site_post({**HOST, **headers}) is not None


def test_the_default_port_may_be_left_out_on_either_side() -> None:
    assert cross_site_post({"host": "shop.test:443", "origin": "https://shop.test"}) is None
    assert cross_site_post({"host": "shop.test", "origin": "https://shop.test:443"}) is None
    assert cross_site_post({"host": "shop.test:80", "origin": "https://shop.test"}) is not None


def test_a_post_without_a_host_is_refused() -> None:
    assert cross_site_post({"origin": "http://evil.test"}) is not None
    assert cross_site_post({"origin": "http://"}) is not None


def test_a_secure_site_takes_nothing_from_its_name_over_plain_http() -> None:
    headers = {"host": "shop.test", "origin": "http://shop.test"}
    assert cross_site_post(headers) is None
    assert cross_site_post(headers, secure=True) is not None
    assert cross_site_socket(headers, secure=True) is not None
    assert cross_site_post({**headers, "origin": "https://shop.test"}, secure=True) is None


def test_a_trusted_origin_is_taken() -> None:
    trusted = check_origins(["https://www.shop.test:443/"])
    assert cross_site_post({**HOST, "origin": "https://www.shop.test"}, trusted) is None
    assert cross_site_post({**HOST, "origin": "http://www.shop.test"}, trusted) is not None
    assert cross_site_socket({**HOST, "origin": "https://www.shop.test"}, trusted) is None


@pytest.mark.parametrize("origin", ["www.shop.test", "ftp://shop.test", "https://", "https://shop.test/path"])
def test_a_trusted_origin_that_is_none_is_refused_at_construction(origin: str) -> None:
    with pytest.raises(UsageError, match="no origin"):
        check_origins([origin])


def test_a_socket_has_to_say_its_origin() -> None:
    assert cross_site_socket(HOST) is not None
    assert cross_site_socket({**HOST, "origin": "http://evil.test"}) is not None
    assert cross_site_socket({**HOST, "origin": "http://shop.test:8000"}) is None


@given(st.text(), st.text())
def test_any_origin_and_host_get_an_answer(origin: str, host: str) -> None:
    reason = cross_site_post({"host": host, "origin": origin})
    assert reason is None or len(reason) < 1000


@pytest.mark.parametrize(
    ("host", "refused"),
    [
        ("localhost", False),
        ("LOCALHOST:8000", False),
        ("[::1]:8000", False),
        ("a.shop.test", False),
        ("shop.test", True),
        ("evil.test:8000", True),
        ("localhost.evil.test", True),
        ("evilshop.test", True),
        ("", True),
    ],
)
def test_only_named_hosts_are_answered(host: str, refused: bool) -> None:
    assert host_refused(host, ("localhost", "[::1]", "*.shop.test")) is refused


def test_without_names_every_host_is_answered() -> None:
    assert not host_refused("anything", None)


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.test",
        "//evil.test",
        "/\\evil.test",
        "\\\\evil.test",
        "/\t/evil.test",
        "/a\r\nb",
        "a",
        "",
        "/ x",
    ],
)
def test_what_may_lead_off_the_site_is_no_path(url: str) -> None:
    assert safe_path(url) is None


def test_a_path_of_the_site_stays_as_it_is() -> None:
    assert safe_path("/a%20b?x=//evil.test#y") == "/a%20b?x=//evil.test#y"


def test_the_nonce_is_left_out_where_everything_inline_is_allowed() -> None:
    # A nonce makes browsers ignore 'unsafe-inline', which somebody asked for.
    assert (
        content_security_policy({"style-src": "'self' 'unsafe-inline'"}, "x")
        == "style-src 'self' 'unsafe-inline'"
    )
    assert content_security_policy({"upgrade-insecure-requests": ""}, "x") == "upgrade-insecure-requests"


def test_a_rate_lets_a_burst_through_and_then_as_much_as_time_allows() -> None:
    clock = SimpleNamespace(time=0.0, now=lambda: clock.time)
    bucket = TokenBucket(rate=2.0, burst=3, clock=clock)
    assert [bucket.take() for _ in range(4)] == [True, True, True, False]
    clock.time = 0.5
    assert [bucket.take() for _ in range(2)] == [True, False]
    clock.time = 100.0
    assert [bucket.take() for _ in range(4)] == [True, True, True, False]
