"""Asks a real Chromium how it reads locations, and counts where Wayfare reads one in another way.

    python conformance/chromium.py --seed 1 --count 20000

The oracle runs the published router under jsdom; this holds that what jsdom says about locations is what a
browser says. The locations are those of the random vectors; one in ten has something put in that parsers
disagree about. A `|` in a path is left as it is by the URL standard (and so by jsdom, Firefox and Wayfare)
and percent-encoded by Chromium; it counts as the same. URLs of other sites are not compared. The last line
says how many were compared and how many differ. Needs Chromium (`WAYFARE_CHROMIUM`, else the one of
Playwright).
"""

from __future__ import annotations

import argparse
import os
import random
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).parent))

import compare

from wayfare.routing import is_external
from wayfare.routing.urls import read_url

ODD = ("^", "`", "{", "|", "'", '"', "<", " ", "\\", "%zz", "..", "%2e", "\t", "é", "?", "#")
READ = """locations => locations.map(location => {
    try {
        const url = new URL(location[0] === "/" ? "http://sr" + location : location, "http://sr");
        return [url.pathname, url.search, url.hash];
    } catch { return null; }
})"""


def locations(seed: int, count: int) -> list[str]:
    """Locations of random vectors; with every tenth, something odd has been put in."""
    rng = random.Random(seed)
    found: list[str] = []
    for req in compare.requests(seed, count):
        location = req.get("url") or (req.get("path") or "/") + (req.get("search") or "")
        if rng.random() < 0.1:
            at = rng.randrange(len(location) + 1)
            location = location[:at] + rng.choice(ODD) + location[at:]
        found.append(location)
    return [location for location in found if location[:1] == "/" or not is_external(location)]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=20_000)
    options = parser.parse_args()
    compare.install()
    asked = locations(options.seed, options.count)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("WAYFARE_CHROMIUM"), args=["--no-sandbox"]
        )
        answers: list[Any] = browser.new_page().evaluate(READ, asked)
        version = browser.version
        browser.close()
    different = 0
    for location, theirs in zip(asked, answers, strict=True):
        url = read_url(location)
        ours = None if url is None else [url.pathname, url.search, url.hash]
        if ours is not None:
            ours[0] = ours[0].replace("|", "%7C")
        if ours != theirs:
            different += 1
            if different <= 10:
                print(f"{location!r}: Chromium {theirs}, Wayfare {ours}")
    print(f"{len(asked)} locations compared with Chromium {version}, {different} differences")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
