"""Writes `client/src/protocol.js`, the client's half of the message table.

::

    python -m wayfare.wire.generate          write it (in a checkout: an installed package has no client/)
    python -m wayfare.wire.generate --check  say whether it is current, and write nothing

`scripts/client build` calls this, and has the modules bundled into the one file that browsers get.
"""

from __future__ import annotations

import sys
from pathlib import Path

from ..render import Op
from .messages import CLIENT_MESSAGES, PAGE_OPS, VERSION, Close, opcode

ROOT = Path(__file__).resolve().parents[3]
PROTOCOL = ROOT / "client" / "src" / "protocol.js"


def protocol_js() -> str:
    """The opcodes and close codes for JavaScript.

    >>> "export const PUSH = 22;" in protocol_js()
    True
    """
    lines = [
        "// Written by `python -m wayfare.wire.generate` from wire/messages.py and render/patches.py.",
        "",
        f"export const VERSION = {VERSION};",
        "",
        "// Client to server.",
        *(f"export const {_constant(cls.__name__)} = {opcode(cls)};" for cls in CLIENT_MESSAGES),
        "",
        "// Server to client: patches, and the page's own operations.",
        *(f"export const {op.name} = {op.value};" for op in Op),
        *(f"export const {_constant(cls.__name__)} = {opcode(cls)};" for cls in PAGE_OPS),
        "",
        "// Why the server closes a socket.",
        *(f"export const CLOSE_{code.name} = {code.value};" for code in Close),
    ]
    return "\n".join(lines) + "\n"


def _constant(name: str) -> str:
    return name.removesuffix("Message").upper()


def main(arguments: list[str]) -> int:
    """Write the file, or with `--check` compare. Returns the exit status."""
    name = PROTOCOL.relative_to(ROOT)
    if not PROTOCOL.parent.is_dir():
        print(f"{name.parent}/ is not there: this needs a checkout of Wayfare.", file=sys.stderr)
        return 2
    if PROTOCOL.exists() and PROTOCOL.read_text("utf-8") == protocol_js():
        return 0
    if "--check" in arguments:
        print(f"{name} is not current: run scripts/client build")
        return 1
    PROTOCOL.write_text(protocol_js(), "utf-8")
    print(f"wrote {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
