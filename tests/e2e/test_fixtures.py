"""The browser tests' own tools, tried on a server of ten lines: a failure elsewhere is then not theirs."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.proxy import Proxy
from tests.e2e.serving import PATIENCE, Server, uvicorn

APP = """
async def app(scope, receive, send):
    assert scope["type"] == "http"
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]})
    await send({"type": "http.response.body", "body": b"<title>hello</title><p>here</p>"})
"""


@pytest.fixture
def server(serve: Callable[..., Server], tmp_path: Path) -> Server:
    (tmp_path / "main.py").write_text(APP)
    return serve([*uvicorn("main:app"), "--lifespan", "off"], cwd=tmp_path)


def test_a_window_shows_what_the_server_sends(server: Server, windows: Any) -> None:
    page = windows.open(server.url)
    assert page.title() == "hello"


def test_a_server_comes_back_on_its_port(server: Server, windows: Any) -> None:
    page = windows.open(server.url)
    server.stop()
    with pytest.raises(Exception, match="ERR_CONNECTION_REFUSED"):
        page.reload()
    server.start()
    assert page.goto(server.url).status == 200
    windows.allow_errors("ERR_CONNECTION_REFUSED")


def test_a_server_that_does_not_start_says_why(serve: Callable[..., Server]) -> None:
    with pytest.raises(AssertionError, match=r"ended with 3:\nthis is why"):
        serve([sys.executable, "-c", "print('this is why'); raise SystemExit(3)"])


def test_errors_of_a_page_are_heard(server: Server, windows: Any) -> None:
    page = windows.open(server.url)
    page.evaluate("console.error('one'); setTimeout(() => { throw new Error('two') })")
    page.evaluate("new Promise(done => setTimeout(done))")
    assert len(windows.unexpected()) == 2
    windows.allow_errors("one|two")


def test_the_proxy_forwards_drops_and_holds(
    server: Server, proxy: Callable[[Server], Proxy], windows: Any
) -> None:
    between = proxy(server)
    page = windows.open(between.url)
    assert page.inner_text("p") == "here"

    between.refuse()
    with pytest.raises(Exception, match="ERR_"):
        page.reload()
    between.accept()
    page = windows.tab(page, between.url)
    assert page.inner_text("p") == "here"

    between.hold_answers()
    answer = page.evaluate_handle("({text: null})")
    page.evaluate("box => { fetch('/').then(r => r.text()).then(t => { box.text = t }) }", answer)
    assert page.evaluate("box => box.text", answer) is None
    between.resume()
    page.wait_for_function("box => box.text !== null", arg=answer)
    windows.allow_errors("ERR_")


def test_the_end_of_an_idle_connection_is_told_while_answers_are_held(
    serve: Callable[..., Server], proxy: Callable[[Server], Proxy], tmp_path: Path
) -> None:
    (tmp_path / "main.py").write_text(APP)
    server = serve([*uvicorn("main:app"), "--lifespan", "off", "--timeout-keep-alive", "1"], cwd=tmp_path)
    between = proxy(server)
    with socket.create_connection(("127.0.0.1", between.port), PATIENCE) as browser:
        browser.sendall(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
        answer = b""
        while not answer.endswith(b"0\r\n\r\n"):
            answer += browser.recv(1000)
        between.hold_answers()
        assert browser.recv(1) == b""
