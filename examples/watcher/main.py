"""A job without any page: it watches a folder, and speaks up when what it derives from it has changed.

Run it with `python main.py [folder]` and change a text file in it; stop it with Ctrl+C. `refresh_every` looks
at the folder every second, `create_async` follows it, and the effects run only where something that they read
is different: saving a file without a change says nothing.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path

from wayfare import create_async, create_effect, create_memo, create_root, query

Lines = dict[str, int]


@query("lines", refresh_every=1.0, reuse_for=0)
def count_lines(folder: Path) -> Lines:
    """Lines of each text file; a `def` query runs in a worker thread, so reading files holds up nobody."""
    found: Lines = {}
    for path in sorted(folder.glob("*.txt")):
        found[path.name] = path.read_bytes().count(b"\n")
    return found


def watch(folder: Path, say: Callable[[str], object]) -> Callable[[], None]:
    """Begin to watch; what is returned ends it."""

    def build(dispose: Callable[[], None]) -> Callable[[], None]:
        lines = create_async(lambda: count_lines(folder), initial_value=Lines())
        files = create_memo(lambda: tuple(lines()))
        total = create_memo(lambda: sum(lines().values()))
        create_effect(lambda: say(f"files: {', '.join(files()) or 'none'}"))
        create_effect(lambda: say(f"lines in all: {total()}"))
        return dispose

    return create_root(build)


async def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    dispose = watch(folder, print)
    try:
        await asyncio.Event().wait()
    finally:
        dispose()


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        sys.exit(130)
