"""URLs as browsers read them, and search strings as `URLSearchParams` does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayfare.routing.urls import Url, format_search, parse_search, parse_url, read_url


@pytest.mark.parametrize(
    ("target", "pathname", "search", "hash"),
    [
        ("/foo bar+baz", "/foo%20bar+baz", "", ""),
        ("/x#bar baz", "/x", "", "#bar%20baz"),
        ("/x?a b+c", "/x", "?a%20b+c", ""),
        ("//dash", "//dash", "", ""),
        ("/a/./b/../c", "/a/c", "", ""),
        ("/a/%2e%2E/b", "/b", "", ""),
        ("/a/..", "/", "", ""),
        ("/a/b/.", "/a/b/", "", ""),
        ("/../../a", "/a", "", ""),
        ("/a\\b", "/a/b", "", ""),
        ("/a\tb\nc", "/abc", "", ""),
        ("/é/日本", "/%C3%A9/%E6%97%A5%E6%9C%AC", "", ""),
        ("/x?é='\"", "/x", "?%C3%A9=%27%22", ""),
        ("/x?", "/x", "", ""),
        ("/x#", "/x", "", ""),
        ("/x?#h?y", "/x", "", "#h?y"),
        ("x", "/x", "", ""),
        ("", "/", "", ""),
        ("?a=1", "/", "?a=1", ""),
        ("/[x]|{y}`", "/[x]|%7By%7D%60", "", ""),
        ("/%zz", "/%zz", "", ""),
        ("/\ud800", "/%EF%BF%BD", "", ""),
        ("/a^b?^", "/a%5Eb", "?^", ""),
        (" users ", "/users", "", ""),
        ("https://example.com:8000/a b?q#h", "/a%20b", "?q", "#h"),
        ("HTTPS:\\\\example.com", "/", "", ""),
        ("http:users", "/users", "", ""),
        ("\\\\example.com\\a", "/a", "", ""),
        ("file:///a/../b", "/b", "", ""),
        ("x:y/1?'", "y/1", "?'", ""),
        ("x://host/a", "/a", "", ""),
        ("x:/a/./b", "/a/b", "", ""),
        ("https://", "/", "", ""),
    ],
)
def test_parse_url(target: str, pathname: str, search: str, hash: str) -> None:
    assert parse_url(target) == Url(pathname, search, hash)


@given(st.text(max_size=30))
def test_what_has_been_parsed_parses_to_itself(text: str) -> None:
    once = parse_url("/" + text)
    assert parse_url(str(once)) == once


@given(st.lists(st.tuples(st.text(), st.text())))
def test_search_strings_there_and_back(pairs: list[tuple[str, str]]) -> None:
    whole = [(k, v) for k, v in pairs if not any(0xD800 <= ord(c) < 0xE000 for c in k + v)]
    assert parse_search(format_search(whole)) == whole


@pytest.mark.parametrize(
    "target", ["https://", "http://a:99999/", "http://[x/", "x://a b/", "https://a:b@:1/"]
)
def test_what_is_no_url(target: str) -> None:
    assert read_url(target) is None


def test_search_is_decoded_with_replacement() -> None:
    assert parse_search("?a=%ff&&b=%&c+d=%20") == [("a", "�"), ("b", "%"), ("c d", " ")]
