"""Runs programs in solid-js, under Node, and in Wayfare, at the same time."""

from __future__ import annotations

import asyncio
import json
import subprocess
import tempfile
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from .interpreter import Interpreter
from .mirror import mirrored

Program = dict[str, Any]
Trace = list[list[Any]]

ORACLE = Path(__file__).parent / "oracle"
SECONDS = 600
"""How long Node may take for the programs of one run."""


def install() -> None:
    """Fetch solid-js by the lock file, where it is not there yet."""
    if not (ORACLE / "node_modules" / "solid-js").is_dir():
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--silent"], cwd=ORACLE, check=True)


def ours(programs: list[Program], *, mirrors: bool = True) -> list[Trace]:
    """The traces that Wayfare gives, with the listed differences mirrored or as they are."""

    async def play() -> list[Trace]:
        # What nobody catches shows in the trace, by what does not run after it.
        asyncio.get_running_loop().set_exception_handler(lambda *_: None)
        return [json.loads(json.dumps(await Interpreter(p, mirror=mirrors).play())) for p in programs]

    with mirrored() if mirrors else nullcontext():
        return asyncio.run(play())


def both(programs: list[Program], *, mirrors: bool = True) -> list[tuple[Trace, Trace]]:
    """The traces of solid-js and of Wayfare for each program."""
    with tempfile.TemporaryFile("w+") as asked, tempfile.TemporaryFile("w+") as answered:
        asked.writelines(json.dumps(p) + "\n" for p in programs)
        asked.seek(0)
        with subprocess.Popen(
            ["node", "--conditions=browser", "run.mjs"],
            cwd=ORACLE, stdin=asked, stdout=answered, stderr=subprocess.PIPE, text=True,
        ) as node:  # fmt: skip
            mine = ours(programs, mirrors=mirrors)
            _, complaints = node.communicate(timeout=SECONDS)
        if node.returncode:
            raise SystemExit(f"the oracle failed: {complaints[-2000:]}")
        answered.seek(0)
        theirs = [json.loads(line) for line in answered]
    return list(zip(theirs, mine, strict=True))
