"""The embedded sample: a small database of facts, built from `sample.sql` when the demo is given no file.

It is a file of its own in a temporary folder, so that it can be edited freely; the next start begins afresh.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from importlib.resources import files
from pathlib import Path


def build_sample(path: Path) -> Path:
    """Write the sample to `path`, which must not exist yet, and return it."""
    script = files("wayfare.demo").joinpath("sample.sql").read_text(encoding="utf-8")
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("BEGIN;" + script + "COMMIT;")
    return path
