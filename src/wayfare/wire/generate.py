"""Writes what is made from other files: `protocol.js` from the message table, `client.js` from the modules.

::

    python -m wayfare.wire.generate          write both (in a checkout: an installed package has no client/)
    python -m wayfare.wire.generate --check  say whether both are current, and write nothing

The browser gets one file: the modules one after another, in the order of their imports, without imports,
comments and spaces, and with constant numbers in place of their names. That is all the building there is. It
goes by rules that the sources keep and this module checks: imports, exports and comments stand on lines of
their own, strings end on the line they begin on, and no two modules use one name at their top level.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from ..errors import WayfareError
from ..render import Op
from .messages import CLIENT_MESSAGES, PAGE_OPS, VERSION, Close, opcode

ROOT = Path(__file__).resolve().parents[3]
SOURCES = ROOT / "client" / "src"
PROTOCOL = SOURCES / "protocol.js"
BUILT = Path(__file__).resolve().parents[1] / "server" / "static" / "client.js"
ENTRY = "boot"

_IMPORT = re.compile(r'^import (?:\* as (\w+)|\{ ([^}]*) \}) from "\./(\w+)\.js";$')
_TOP_LEVEL = re.compile(r"^(?:export )?(?:async )?(?:function|const|let|class) (\w+)")
_LITERAL = re.compile(
    r"""
    "(?:[^"\\]|\\.)*" | `(?:[^`\\]|\\.)*`           # strings
    | (?<=[(,=!&|] ) / (?![ /*]) (?:[^/\\]|\\.)+ /     # regular expressions: where an operand stands
    | (?<=[(,]) / (?![ /*]) (?:[^/\\]|\\.)+ /
    | (?<=return\ ) / (?![ /*]) (?:[^/\\]|\\.)+ /
    """,
    re.VERBOSE,
)
_NUMBER = re.compile(r"^(?:export )?const ([A-Z][A-Z_]*) = (\d[\d_]*);$", re.MULTILINE)
_SPACES = re.compile(r" ?([=<>!&|?:,;(){}\[\]*%]+) ?| ([+-]) (?![+-])")
_HEADER = "// Wayfare: client/src\n"


class ClientSourceError(WayfareError):
    """A module of the client is not written in the way that lets it be joined with the others."""


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


def join_modules(sources: dict[str, str], entry: str = ENTRY) -> str:
    """Join ES modules into one.

    Args:
        sources: the text of each module by its name, without `.js`.
        entry: the module that is begun with.

    Raises:
        ClientSourceError: a module breaks one of the rules; the text says which line and what to write.

    >>> print(join_modules({
    ...     "boot": 'import { hello } from "./words.js";\\n\\n// Says hello.\\nconsole.log(hello);\\n',
    ...     "words": 'export const hello = "hello";\\n',
    ... }))
    // Wayfare: client/src
    let hello="hello";console.log(hello);
    """
    out = [_HEADER]
    owners: dict[str, str] = {}
    order = _in_order(sources, entry)
    numbers: dict[str, str] = {}
    for name in order:
        numbers.update((found[1], found[2].replace("_", "")) for found in _NUMBER.finditer(sources[name]))
    for name in order:
        text, names = _module_body(name, sources[name], numbers)
        for found in names:
            if found in owners:
                raise ClientSourceError(
                    f"client/src/{name}.js and {owners[found]}.js both have a top-level `{found}`. They are "
                    f"joined into one file, so rename one."
                )
            owners[found] = name
        out.append(text)
    return "".join(out)


def _in_order(sources: dict[str, str], entry: str) -> list[str]:
    """The modules, each after those it imports. Imports in a circle are fine, as they are in a browser:
    functions are there before anything runs, and only the entry does anything at its top level."""
    order: list[str] = []
    seen: set[str] = set()
    stack = [(entry, False)]
    while stack:
        name, done = stack.pop()
        if done:
            order.append(name)
        elif name not in seen:
            if name not in sources:
                raise ClientSourceError(f"client/src/{name}.js is imported, but there is no such module.")
            seen.add(name)
            stack.append((name, True))
            stack.extend((found, False) for found in reversed(_imports(sources[name])))
    return order


def _imports(source: str) -> list[str]:
    return [found[3] for line in source.splitlines() if (found := _IMPORT.match(line))]


def _module_body(name: str, source: str, numbers: dict[str, str]) -> tuple[str, list[str]]:
    lines: list[str] = []
    names: list[str] = []
    namespaces: list[str] = []
    in_comment = False
    for number, line in enumerate(source.splitlines(), 1):
        where = f"client/src/{name}.js, line {number}"
        bare = line.strip()
        if in_comment or bare.startswith("/*"):
            in_comment = "*/" not in bare
            after = bare.partition("*/")[2].strip()
            if in_comment or not after:
                continue
            # A cast in JSDoc: the comment goes, the expression behind it stays.
            line = line[: len(line) - len(line.lstrip())] + after
            bare = after
        if not bare or bare.startswith("//"):
            continue
        found = _IMPORT.match(line)
        if found:
            if found[1]:
                namespaces.append(found[1])
            if found[2] and " as " in found[2]:
                raise ClientSourceError(f"{where}: import the name as it is; the modules become one file.")
            continue
        if line.startswith("import ") or re.match(r"export (?:\{|\*|default)", line):
            raise ClientSourceError(
                f'{where}: write imports as `import {{ a, b }} from "./module.js";` or '
                f"`import * as NAME from ...` on one line, and `export` before the declaration."
            )
        if top := _TOP_LEVEL.match(line):
            names.append(top[1])
        bare = re.sub(r"/\*\*.*?\*/ ?", "", bare.removeprefix("export "))
        for namespace in namespaces:
            bare = re.sub(rf"\b{namespace}\.(\w+)", r"\1", bare)
        if not _NUMBER.match(bare):
            lines.append(_squeeze(bare, where, numbers))
    text = "".join(f"{line}\n" for line in lines)
    text = re.sub(r"([{;,(])\n", r"\1", text.replace(";\n}", "\n}"))
    return re.sub(r"\n([})])", r"\1", text), names


def _squeeze(line: str, where: str, numbers: dict[str, str]) -> str:
    """A line of code with numbers for their names and no spaces around its punctuation. What is in quotes
    stays."""
    out: list[str] = []
    at = 0
    for literal in _LITERAL.finditer(line):
        out += _squeeze_code(line[at : literal.start()], numbers), literal[0]
        at = literal.end()
    out.append(_squeeze_code(line[at:], numbers))
    if any("`" in code or '"' in code for code in out[::2]):
        raise ClientSourceError(f"{where}: a string that does not end on this line, or one inside another.")
    for literal_text in out[1::2]:
        for inner in re.findall(r"\$\{([^}]*)\}", literal_text):
            if any(word in numbers for word in re.findall(r"\w+", inner)):
                raise ClientSourceError(f"{where}: a constant number in a template string; use it outside.")
    return "".join(out)


def _squeeze_code(code: str, numbers: dict[str, str]) -> str:
    named = re.sub(r"(?<![.\w])[A-Z][A-Z_]*\b", lambda found: numbers.get(found[0], found[0]), code)
    # One word for both compresses better, and tsc has seen to it that no constant is assigned to.
    squeezed = _SPACES.sub(r"\1\2", re.sub(r"\bconst\b", "let", named))
    return re.sub(r"\((\w+)\)=>", r"\1=>", squeezed)


def client_js() -> str:
    """The client as one file, from the sources in the checkout."""
    sources = {path.stem: path.read_text("utf-8") for path in sorted(SOURCES.glob("*.js"))}
    sources["protocol"] = protocol_js()
    return join_modules(sources)


def main(arguments: list[str]) -> int:
    """Write both files, or with `--check` compare. Returns the exit status."""
    if not SOURCES.is_dir():
        print(f"{SOURCES} is not there: the client is written from a checkout of Wayfare.", file=sys.stderr)
        return 2
    stale = [
        path
        for path, text in ((PROTOCOL, protocol_js()), (BUILT, client_js()))
        if not path.exists() or path.read_text("utf-8") != text
    ]
    if "--check" in arguments:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is not current: run python -m wayfare.wire.generate")
        return 1 if stale else 0
    PROTOCOL.write_text(protocol_js(), "utf-8")
    BUILT.parent.mkdir(parents=True, exist_ok=True)
    BUILT.write_text(client_js(), "utf-8")
    for path in stale:
        print(f"wrote {path.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
