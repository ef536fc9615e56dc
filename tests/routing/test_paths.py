"""Targets: resolving, staying on the site, active links."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wayfare.errors import NotRoutableError
from wayfare.routing.paths import (
    MAX_URL_LENGTH,
    as_browsers_read,
    check_target,
    decode_readable,
    is_external,
    is_script_url,
    is_within,
    link_state,
    resolve_path,
)


@pytest.mark.parametrize(
    ("base", "path", "start", "expected"),
    [
        ("", "", None, "/"),
        ("/base", "", None, "/base"),
        ("/base", "/", None, "/base"),
        ("/base", "", "/base/from", "/base/from"),
        ("/base", "/x", "/base/from", "/base/x"),
        ("/base", "/base/x", None, "/base/base/x"),
        ("/base", "x/", None, "/base/x/"),
        ("/base", "x", "/from", "/base/from/x"),
        ("/base", "x", "/basement/from", "/base/basement/from/x"),
        ("/base", "x", "/BASE/from", "/BASE/from/x"),
        ("/base", "/?foo=bar", None, "/base?foo=bar"),
        ("", "a/../b", "/c", "/c/a/../b"),
        ("", "?a=1", "/c", "/c?a=1"),
    ],
)
def test_resolve_path(base: str, path: str, start: str | None, expected: str) -> None:
    assert resolve_path(base, path, start) == expected


OTHER_SITES = [
    "http://example.com",
    "HTTP://example.com",
    "//example.com",
    "///example.com",
    "mailto:a@b.example",
    "tel:123",
    "git+ssh://example.com",
    "javascript:alert(1)",
    " java\tscript:alert(1)",
    "/\t/example.com",
    "/\n/example.com",
    "/\\example.com",
    "\\\\example.com",
]


@pytest.mark.parametrize("target", OTHER_SITES)
def test_what_leaves_the_site_is_no_path(target: str) -> None:
    assert is_external(target)
    assert resolve_path("", target) is None
    assert resolve_path("/base", target, "/base/x") is None


def test_two_harmless_parts_do_not_make_another_host() -> None:
    assert resolve_path("", "\\example.com") is None


@pytest.mark.parametrize("target", ["/users", "users", "", "?a=1:2", "#a:b", "/a:b", "./a:b"])
def test_what_stays_on_the_site(target: str) -> None:
    assert not is_external(target)


@pytest.mark.parametrize(
    "target", ["javascript:x", "JAVASCRIPT:x", "\x01javascript:x", "vbscript:x", "data:x"]
)
def test_scripts_are_recognised(target: str) -> None:
    assert is_script_url(target)


@pytest.mark.parametrize("target", ["/a\r\nb", "/a\tb", "/\x00", "/a\x7f"])
def test_control_characters_are_refused(target: str) -> None:
    with pytest.raises(NotRoutableError, match="control characters"):
        check_target(target)


def test_an_over_long_target_is_refused() -> None:
    check_target("/" + "a" * (MAX_URL_LENGTH - 1))
    with pytest.raises(NotRoutableError, match="the limit is"):
        check_target("/" + "a" * MAX_URL_LENGTH)


@pytest.mark.parametrize(
    ("path", "base", "inside"),
    [
        ("/app/x", "/app", True),
        ("/APP", "/app", True),
        ("/apple", "/app", False),
        ("/x", "/", True),
        ("/app?q", "/app", True),
    ],
)
def test_inside_a_base_by_whole_segments(path: str, base: str, inside: bool) -> None:
    assert is_within(path, base) is inside


@pytest.mark.parametrize(
    ("to", "here", "end", "expected"),
    [
        ("/a", "/a/b", False, (True, False)),
        ("/a", "/a/b", True, (False, False)),
        ("/A/B/", "/a/b", False, (True, True)),
        ("/", "/a", False, (True, False)),
        ("/", "/a", True, (False, False)),
        ("/us", "/users", False, (False, False)),
        ("/a?x=1", "/a", False, (True, True)),
        ("/é", "/%C3%A9", False, (True, True)),
        ("/%C3%A9", "/%C3%A9", False, (True, True)),
        ("/%c3%a9/x", "/%C3%A9", False, (False, False)),
        ("/my%20shop", "/my%20shop/b", False, (True, False)),
        ("/É", "/%C3%89", False, (True, True)),
        ("/a%2Fb", "/a%2fb", False, (True, True)),
        ("/a%2Fb", "/a/b", False, (False, False)),
        ("/%C3%A9", "/%C3%A9/%zz", False, (True, False)),
        ("/%zz", "/%zz/b", False, (True, False)),
        (None, "/a", False, (False, False)),
        ("/a", "/a/%zz", False, (True, False)),
    ],
)
def test_link_state(to: str | None, here: str, end: bool, expected: tuple[bool, bool]) -> None:
    assert link_state(to, here, end=end) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/a%20b", "/a b"),
        ("/a%2Fb%20c", "/a%2Fb c"),
        ("/%E9", "/%E9"),
        ("/%C3%A9%2F%C3%A9", "/é%2Fé"),
        ("/%zz", "/%zz"),
    ],
)
def test_decode_readable(path: str, expected: str) -> None:
    assert decode_readable(path) == expected


NASTY = st.text(alphabet="/\\:?#.@ax\t\n\r \x00\x1f%2fjavscriptmlo", max_size=12)
BASES = st.sampled_from(["", "/", "/base", "/base/"])
STARTS = st.sampled_from([None, "/", "/base/a", "//a", "/\\a"])


@settings(max_examples=1000)
@given(
    NASTY,
    st.sampled_from(["", "/", "/base", "/base/"]),
    st.sampled_from([None, "/", "/base/a", "//a", "/\\a"]),
)
def test_no_target_that_resolves_leaves_the_site(target: str, base: str, start: str | None) -> None:
    resolved = resolve_path(base, target, start)
    if resolved is None:
        return
    assert not is_external(resolved)
    read = as_browsers_read(resolved)
    assert read[:1] == "/"
    assert read[1:2] != "/"
