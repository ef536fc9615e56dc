"""Fixtures of the browser tests: a real server, a real Chromium, and a network that can fail.

A page that reports an error, by an uncaught exception or in its console, fails the test that opened it;
a test that provokes one says so by `allow_errors`.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.proxy import Proxy
from tests.e2e.serving import PATIENCE, Server, uvicorn

playwright_api = pytest.importorskip(
    "playwright.sync_api", reason="needs playwright: pip install -e '.[dev]'"
)
playwright_api.expect.set_options(timeout=PATIENCE * 1000)

ROOT = Path(__file__).parents[2]
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    # One hiccup of a machine with much to do refuses no change; a fault fails twice.
    again = os.environ.get("CI") == "true"
    if again:
        config.option.rerun_show_tracebacks = True
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if again:
                item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The Chromium that scripts/browser.py finds."""
    found = subprocess.run(
        [sys.executable, ROOT / "scripts" / "browser.py", "--find"],
        capture_output=True,
        text=True,
        check=False,
    )
    path = found.stdout.strip()
    if path:
        return path
    why = f"needs a Chromium: run `python scripts/browser.py`, or name one by WAYFARE_CHROMIUM {found.stderr}"
    if os.environ.get("CI") == "true":
        pytest.fail(why, pytrace=False)
    pytest.skip(why)


# Of a module, not of the session: while playwright's synchronous API runs, its event loop counts as
# running in this thread, and the asyncio tests of other modules could not start theirs.
@pytest.fixture(scope="module")
def chromium(chromium_path: str) -> Iterator[Any]:
    """A running Chromium."""
    with playwright_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


class Windows:
    """Opens windows, each a visitor of its own, and collects what their pages complain of.

    `open(url)` gives a playwright page; options go to the browser context (`java_script_enabled=False`,
    `viewport=...`, `color_scheme=...`). `tab(page)` opens another tab of the same visitor.
    `allow_errors(pattern)` takes the errors that match it as expected.
    """

    def __init__(self, browser: Any) -> None:
        self._browser = browser
        self._contexts: list[Any] = []
        self._allowed: list[re.Pattern[str]] = []
        self.errors: list[str] = []

    def open(self, url: str | None = None, **options: Any) -> Any:
        context = self._browser.new_context(**options)
        context.set_default_timeout(PATIENCE * 1000)
        self._contexts.append(context)
        return self._page(context, url)

    def tab(self, page: Any, url: str | None = None) -> Any:
        return self._page(page.context, url)

    def allow_errors(self, pattern: str) -> None:
        self._allowed.append(re.compile(pattern))

    def unexpected(self) -> list[str]:
        return [text for text in self.errors if not any(known.search(text) for known in self._allowed)]

    def close(self) -> None:
        for context in self._contexts:
            context.close()

    def _page(self, context: Any, url: str | None) -> Any:
        page = context.new_page()
        page.on("pageerror", lambda error: self.errors.append(f"uncaught: {error}"))
        page.on("console", self._heard)
        if url is not None:
            page.goto(url)
        return page

    def _heard(self, message: Any) -> None:
        where = message.location.get("url", "")
        # Chromium asks for an icon on its own; an example that has none is no fault.
        if message.type == "error" and not where.endswith("/favicon.ico"):
            self.errors.append(f"console: {message.text} ({where})")


@pytest.fixture
def windows(chromium: Any) -> Iterator[Windows]:
    """A factory of browser windows; fails the test on errors that their pages report."""
    opened = Windows(chromium)
    try:
        yield opened
    finally:
        opened.close()
    unexpected = opened.unexpected()
    assert not unexpected, "the browser reported errors:\n" + "\n".join(unexpected)


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    """Starts servers: `serve("main:app", cwd=folder)`, or `serve([program, ..., "{port}"])`."""
    servers: list[Server] = []

    def start(
        what: str | Sequence[str], *, cwd: Path | None = None, env: dict[str, str] | None = None
    ) -> Server:
        server = Server(uvicorn(what) if isinstance(what, str) else what, cwd=cwd, env=env)
        servers.append(server)
        server.start()
        return server

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def proxy() -> Iterator[Callable[[Server], Proxy]]:
    """Puts a proxy in front of a server: `proxy(server).url` is what the browser opens."""
    proxies: list[Proxy] = []

    def start(server: Server) -> Proxy:
        proxies.append(Proxy(server.port))
        return proxies[-1]

    yield start
    for each in proxies:
        each.close()
