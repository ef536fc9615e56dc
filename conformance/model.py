"""Matching written the slow and plain way: every branch tried in the order of its score.

It is upstream's algorithm with the two differences that are meant (segments compared decoded, params decoded
before filters see them) and nothing of Wayfare's tree. Where those two make answers differ, ours has to be
the model's, so a fault in the tree can't hide behind a difference that is listed.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote, unquote

Json = Any


def decoded(text: str) -> str:
    if re.search(r"%(?![0-9a-fA-F]{2})", text):
        return text
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        return text


def same_segment(one: str, other: str) -> bool:
    lower = {code: code + 32 for code in range(65, 91)}
    return decoded(one).translate(lower) == decoded(other).translate(lower)


def normal(path: str) -> str:
    path = re.sub(r"^/+", "", path)
    path = re.sub(r"/+$", "/", path)
    return ("" if path == "/" else path) and (path if path[0] in "?#" else "/" + path)


def join(base: str, path: str) -> str:
    start = normal(base)
    star = start.find("*")
    return (start if star < 0 else start[:star]).rstrip("/") + normal(path)


def expansions(path: str) -> list[str]:
    found = re.search(r"(/?:[^/]+)\?", path)
    if not found:
        return [path]
    prefix, rest = path[: found.start()], path[found.end() :]
    prefixes = [prefix, prefix + found[1]]
    while following := re.match(r"(/:[^/]+)\?", rest):
        prefixes.append(prefixes[-1] + following[1])
        rest = rest[following.end() :]
    return [start + end for end in expansions(rest) for start in prefixes]


def shown(path: str) -> str:
    return "/".join(
        part if part[:1] in (":", "*") else quote(decoded(part), safe="+@:$&,;=!'()*-._~")
        for part in path.split("/")
    )


def passes(filters: Json, name: str, text: str) -> bool:
    spec = (filters or {}).get(name)
    if spec is None:
        return True
    if "regex" in spec:
        flags = re.ASCII | (re.I if "i" in spec.get("flags", "") else 0)
        return re.search(spec["regex"].replace("$", r"\Z"), text, flags) is not None
    if "in" in spec:
        return text in spec["in"]
    if "eq" in spec:
        return text == spec["eq"]
    return len(text.encode("utf-16-le")) // 2 >= spec["minLength"]


def pieces(pattern: str) -> tuple[list[str], str | None]:
    head, star, splat = pattern.partition("/*")
    return [part for part in head.split("/") if part], splat.rstrip("/") if star else None


def match_one(pattern: str, partial: bool, filters: Json, location: str) -> Json:
    segments, splat = pieces(pattern)
    parts = location.split("/")
    if parts[0] == "":
        parts.pop(0)
    if parts and parts[-1] == "":
        parts.pop()
    more = len(parts) - len(segments)
    if "" in parts or more < 0 or (more > 0 and splat is None and not partial):
        return None
    path, params = "" if segments else "/", {}
    for segment, part in zip(segments, parts, strict=False):
        if segment[0] == ":":
            if not passes(filters, segment[1:], decoded(part)):
                return None
            params[segment[1:]] = decoded(part)
        elif not same_segment(segment, part):
            return None
        path += "/" + (part if segment[0] == ":" else part.lower())
    if splat:
        rest = "/".join(map(decoded, parts[len(segments) :]))
        if not passes(filters, splat, rest):
            return None
        params[splat] = rest
    return {"path": path, "params": params}


def matches(routes: Json, base: str, location: str) -> list[Json]:
    branches: list[tuple[int, list[Json]]] = []

    def visit(definitions: Json, start: str, above: list[Json]) -> None:
        for definition in definitions or []:
            written = definition.get("path", "")
            children = definition.get("children")
            for original in written if isinstance(written, list) else [written]:
                for expanded in expansions(original):
                    full = join(start, expanded)
                    pattern = shown(full.split("/*", 1)[0] if children else full)
                    way = [*above, {"definition": definition, "path": original, "pattern": pattern}]
                    if children:
                        visit(children, pattern, way)
                    else:
                        segments, splat = pieces(pattern)
                        score = sum(3 if s[0] == ":" else 4 for s in segments) - (splat is not None)
                        branches.append((score, way))

    visit(routes, base, [])
    for _, way in sorted(branches, key=lambda branch: -branch[0]):
        found = []
        for route in reversed(way):
            filters = route["definition"].get("filters")
            one = match_one(route["pattern"], route is not way[-1], filters, location)
            if one is None:
                break
            found.insert(
                0,
                {
                    "path": route["path"],
                    "pattern": route["pattern"],
                    "match": one["path"],
                    "params": one["params"],
                },
            )
        else:
            return found
    return []


def use_match(spec: Json, location: str) -> Json:
    path, filters = (spec, None) if isinstance(spec, str) else (spec["path"], spec.get("filters"))
    for pattern in expansions(path):
        found = match_one(pattern, False, filters, location)
        if found is not None:
            return found
    return None


def resolve(base: str, path: str, start: str | None) -> str | None:
    """A target from a route, by whole segments of the base; None for what leaves the site."""
    seen = re.sub(r"[\t\n\r]", "", path).strip("".join(map(chr, range(33)))).replace("\\", "/")
    if re.match(r"([a-z0-9]+:)?//|[a-z][a-z0-9+.-]*:", seen, re.I):
        return None
    first, from_ = normal(base), normal(start) if start else start
    if not from_ or path.startswith("/"):
        result = first
    else:
        inside = f"{from_}/".lower().startswith(f"{first.rstrip('/')}/".lower())
        result = from_ if inside else first + from_
    rest = normal(path)
    full = (result or "/") + (rest if result else rest.removeprefix("/"))
    return None if re.match(r"/[/\\]", full) else full


def readable(segment: str) -> str:
    """A segment as `decodeURI` shows it, which leaves the escapes of `# $ & + , / : ; = ? @`."""
    return decoded(re.sub(r"%(2[346bcf]|3[abdf]|40)", r"%25\1", segment, flags=re.I))


def link_state(resolved: str, pathname: str, end: bool) -> tuple[bool, bool]:
    """Whether a link is active, and to this very page: segment by segment, both sides decoded."""
    path, here = (
        [readable(part).lower() for part in normal(each).rstrip("/").split("/")]
        for each in (re.sub(r"[?#].*", "", resolved, flags=re.S), pathname)
    )
    return path == here or (not end and here[: len(path)] == path), path == here
