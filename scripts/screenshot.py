"""Makes the pictures of the demo in docs/images: its table of moons, light and dark, as a row changes.

Run it after a change of the demo's looks: `python scripts/screenshot.py`. It starts the demo on a free
loopback port, edits a row in one window, and takes the picture in another while the changed row glows.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Literal

from browser import find
from playwright.sync_api import sync_playwright

IMAGES = Path(__file__).parents[1] / "docs" / "images"
FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
PAGE = "/tables/moon?sort=-radius_km"
ROW = "/tables/moon/rows/20/edit"
LIVE = 'html[data-wayfare="live"]'


def main() -> None:
    """Starts the demo and a browser, and takes both pictures."""
    path = find()
    if path is None:
        sys.exit("There is no Chromium: run `python scripts/browser.py`.")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen([sys.executable, "-m", "wayfare", "demo", "--port", str(port)])
    try:
        _wait_for(port)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
            take(browser, f"http://127.0.0.1:{port}", "light", "demo.png")
            take(browser, f"http://127.0.0.1:{port}", "dark", "demo-dark.png")
            browser.close()
    finally:
        server.terminate()
        server.wait(10)


def take(browser: Any, url: str, scheme: Literal["light", "dark"], name: str) -> None:
    """One picture, of a window in which a row has just been changed by another."""
    watcher = browser.new_page(
        viewport={"width": 1200, "height": 720}, device_scale_factor=2, color_scheme=scheme
    )
    watcher.goto(url + PAGE)
    watcher.wait_for_selector(LIVE)
    editor = browser.new_page()
    editor.goto(url + ROW)
    editor.wait_for_selector(LIVE)
    editor.fill("input[name=value-5]", "Huygens" if scheme == "dark" else "C. Huygens")
    editor.click("form.edit button")
    watcher.wait_for_selector("tr[class^=changed]")
    watcher.screenshot(path=IMAGES / name)
    watcher.close()
    editor.close()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    sys.exit("The demo did not start within 20 s.")


if __name__ == "__main__":
    main()
