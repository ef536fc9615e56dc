"""The HTML around a page, and the plain page that says why there is none."""

from __future__ import annotations

from wayfare.server.document import document, plain_page
from wayfare.testing import find_all, parse_html


def made(page_id: str | None = "p1") -> str:
    return document(
        body="<!--w1--><p>x</p><!--/-->",
        head="<title>T</title>",
        lang='e"n',
        page_id=page_id,
        nonce="n",
        script="/_wayfare/h/client.js",
        meta={"socket": '/"><script>', "action-base": "/_server"},
    )


def test_it_tells_the_client_where_everything_is() -> None:
    page = parse_html(made())
    [meta] = find_all(page, "meta", name="wayfare")
    assert meta["content"] == "p1"
    assert meta["data-socket"] == '/"><script>'
    assert meta["data-action-base"] == "/_server"
    [script] = find_all(page, "script")
    assert (script["type"], script["src"], script["nonce"]) == ("module", "/_wayfare/h/client.js", "n")
    assert find_all(page, "html")[0]["lang"] == 'e"n'


def test_a_document_that_stays_as_it_is_has_no_client() -> None:
    page = parse_html(made(None))
    assert find_all(page, "script") == find_all(page, "meta", name="wayfare") == []


def test_a_plain_page_escapes_what_it_says() -> None:
    page = plain_page("<b>", "<i>", "<u>")
    assert not {"<b>", "<i>", "<u>"} & set(page.split())
    assert "&lt;b&gt;" in page
    assert "<pre>" not in plain_page("a", "b")
