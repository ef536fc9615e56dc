"""Prints the path of a Chromium for the browser tests, installing one where there is none.

In this order: the one that WAYFARE_CHROMIUM names, what is on PATH, what playwright installed before. With
none of these it is installed: by playwright, else, as root on a machine with apt-get, from the distribution.
`--find` only looks, prints nothing where there is none, and installs nothing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def find() -> str | None:
    """The path of a Chromium that is there already."""
    named = os.environ.get("WAYFARE_CHROMIUM")
    if named:
        if not shutil.which(named):
            sys.exit(f"WAYFARE_CHROMIUM is {named!r}, which is no program that can be run.")
        return shutil.which(named)
    for name in NAMES:
        path = shutil.which(name)
        if path and _starts(path):
            return path
    return _from_playwright()


def _starts(path: str) -> bool:
    """Whether it is a browser, and not a script that tells how to install one."""
    try:
        done = subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _from_playwright() -> str | None:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def install() -> str:
    """Installs one, by the first way that works, and gives its path; ends the program where none does. What
    the installers print goes to stderr."""
    playwright = [sys.executable, "-m", "playwright"]
    ways = [[[*playwright, "install", "chromium"]]]
    why_not = []
    if os.geteuid() != 0:
        why_not.append("installing one from the distribution needs root")
    else:
        # The libraries come second: where the download fails they would be installed for nothing. Without
        # root they can't be installed, and on most desktops they are there.
        ways[0].append([*playwright, "install-deps", "chromium"])
        if shutil.which("apt-get"):
            package = ["apt-get", "install", "-y", "--no-install-recommends", "chromium"]
            ways.append([["apt-get", "update"], package])
        else:
            why_not.append("there is no apt-get")
    for commands in ways:
        failed = next((command for command in commands if not _run(command)), None)
        path = find() if failed is None else None
        if path:
            return path
        done = " ".join(failed or commands[-1])
        why_not.append(f"`{done}` failed" if failed else f"after `{done}` there is none either")
    sys.exit(
        f"No Chromium was found, and none could be installed: {'; '.join(why_not)}. "
        "Install one, or name it by WAYFARE_CHROMIUM."
    )


def _run(command: list[str]) -> bool:
    print("+", " ".join(command), file=sys.stderr, flush=True)
    # A question that nobody answers would wait for ever.
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=sys.stderr, timeout=600, check=False, env=quiet
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        print(f"{command[0]}: {error}", file=sys.stderr)
        return False
    return done.returncode == 0


def main() -> None:
    path = find()
    if path is None and "--find" not in sys.argv[1:]:
        path = install()
    if path:
        print(path)


if __name__ == "__main__":
    main()
