"""Patterns: normalising, joining, expanding, scoring; what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayfare.errors import RouteError
from wayfare.routing.pattern import (
    MAX_PATTERN_LENGTH,
    check_names,
    decode_segment,
    encode_segment,
    expand_optionals,
    fold,
    join_paths,
    normalize_path,
    parse_pattern,
    show_pattern,
)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("", ""),
        ("/", ""),
        ("//", ""),
        ("a", "/a"),
        ("///a//b//", "/a//b/"),
        ("?page=2", "?page=2"),
        ("#top", "#top"),
        ("a/", "/a/"),
    ],
)
def test_normalize_path(path: str, expected: str) -> None:
    assert normalize_path(path) == expected


@given(st.text(alphabet="/a?#b"))
def test_normalizing_twice_changes_nothing(path: str) -> None:
    assert normalize_path(normalize_path(path)) == normalize_path(path)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("/foo", "bar", "/foo/bar"),
        ("/foo/*", "bar", "/foo/bar"),
        ("/foo/*rest", "/bar/", "/foo/bar/"),
        ("", "", ""),
        ("/foo//", "bar", "/foo/bar"),
    ],
)
def test_join_paths(start: str, end: str, expected: str) -> None:
    assert join_paths(start, end) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/a", ["/a"]),
        ("/:a?/:b?/:c?", ["", "/:a", "/:a/:b", "/:a/:b/:c"]),
        ("/bar/:x?/", ["/bar/", "/bar/:x/"]),
        ("/a?", ["/a?"]),
        ("/:a?/b/:c?", ["/b", "/:a/b", "/b/:c", "/:a/b/:c"]),
    ],
)
def test_expand_optionals(path: str, expected: list[str]) -> None:
    assert expand_optionals(path) == expected


def test_too_many_optionals_are_refused() -> None:
    path = "/".join(f":p{n}?/x{n}" for n in range(20))
    with pytest.raises(RouteError, match="too many optional params"):
        expand_optionals(path)


@pytest.mark.parametrize(
    ("pattern", "score"), [("/", 0), ("/*", -1), ("/a/b/*x", 7), ("/:a/:b", 6), ("/a/*", 3), ("/a/b", 8)]
)
def test_score(pattern: str, score: int) -> None:
    assert parse_pattern(pattern).score == score


def test_text_after_a_splat_is_refused() -> None:
    with pytest.raises(RouteError, match="goes on after its splat '\\*rest'"):
        parse_pattern("/x/*rest/y")


def test_a_trailing_slash_after_a_splat_means_nothing() -> None:
    assert parse_pattern("/x/*rest/").splat == "rest"


def test_params_may_have_any_name_up_to_the_next_slash() -> None:
    assert [s.text for s in parse_pattern("/:id.html/a:b").segments] == ["id.html", "a:b"]
    assert [s.dynamic for s in parse_pattern("/:id.html/a:b").segments] == [True, False]


def test_an_over_long_pattern_is_refused() -> None:
    with pytest.raises(RouteError, match="the limit is"):
        parse_pattern("/" + "a" * MAX_PATTERN_LENGTH)


@pytest.mark.parametrize("path", ["/:id/:id", "/:id?/x/:id", "/:a/*a"])
def test_one_name_twice_is_refused(path: str) -> None:
    with pytest.raises(RouteError, match="two params named"):
        check_names(path)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a%20b", "a b"), ("100%", "100%"), ("%zz", "%zz"), ("%E9", "%E9"), ("%C3%A9", "é"), ("%2F", "/")],
)
def test_decode_segment(text: str, expected: str) -> None:
    assert decode_segment(text) == expected


@given(st.text())
def test_decoding_undoes_encoding(text: str) -> None:
    assert decode_segment(encode_segment(text)) == text


def test_statics_are_compared_decoded_and_without_ascii_case() -> None:
    assert fold("CAF%C3%A9") == fold("caf%c3%a9") == fold("café") == "café"
    assert fold("É") != fold("é")  # a browser percent-encodes these, and upstream compares what it reports


def test_patterns_are_shown_encoded_once() -> None:
    assert show_pattern("/a b/c%20d/:é/*résté") == "/a%20b/c%20d/:é/*résté"
