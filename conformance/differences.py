"""Which differences from upstream are meant: each rule of differences.toml, as code.

A rule gets the request and both answers and gives them back with the difference it knows taken out, or gives
None where the whole answer is of another kind on purpose (an error in place of a silent mismatch). What is
still different after all rules is a difference that nobody meant.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import model
from adapter import base_of, decode, source_of, transform_of

from wayfare.routing import merge_search, parse_url
from wayfare.routing.pattern import decode_segment, encode_segment

Json = Any
Pair = tuple[Json, Json]
Rule = Callable[[Json, Json, Json], "Pair | None"]

RULES: dict[str, Rule] = {}


def rule(function: Rule) -> Rule:
    RULES[function.__name__] = function
    return function


def walk(value: Json, change: Callable[[Json], Json]) -> Json:
    """A copy with every dict in it changed."""
    if isinstance(value, dict):
        return change({name: walk(each, change) for name, each in value.items()})
    if isinstance(value, list):
        return [walk(each, change) for each in value]
    return value


def definitions(req: Json) -> list[str]:
    """Every path that a request defines."""
    found = [req.get("base") or ""]
    pending = [*(req.get("routes") or []), {"path": req.get("from", "")}]
    pending += [{"path": each if isinstance(each, str) else each["path"]} for each in req.get("useMatch", [])]
    if req.get("fn") in ("createMatcher", "scoreRoute"):
        pending.append({"path": req["args"][0]})
    while pending:
        route = pending.pop()
        path = route.get("path", "")
        found += path if isinstance(path, list) else [path]
        pending += route.get("children") or []
    return found


def static_segments(req: Json) -> list[str]:
    return [
        part
        for path in definitions(req)
        for part in re.sub(r"\?", "", path).split("/")
        if part and part[0] not in ":*"
    ]


def has_filters(value: Json) -> bool:
    if isinstance(value, dict):
        return any(name in ("filters", "in", "regex", "eq", "minLength") for name in value) or any(
            map(has_filters, value.values())
        )
    return isinstance(value, list) and any(map(has_filters, value))


@rule
def text_after_splat(req: Json, theirs: Json, ours: Json) -> Pair | None:
    refused = "goes on after its splat" in str(ours.get("error", ""))
    odd = any(re.search(r"\*[^/]*/", path) for path in definitions(req))
    return None if odd and (refused or "error" not in ours) else (theirs, ours)


@rule
def one_name_twice(_req: Json, theirs: Json, ours: Json) -> Pair | None:
    return None if "has two params named" in str(ours.get("error", "")) else (theirs, ours)


def as_the_model(req: Json, ours: Json) -> bool:
    """Whether our answer is what the plain model says: the tree has added no difference of its own."""
    if "error" in ours:
        return False
    base = req.get("base") or ""
    if req["op"] == "match":
        pathname = ours["location"]["pathname"]
        matched = transform_of(req.get("transformUrl"))(pathname)
        if ours["matches"] != model.matches(req.get("routes"), base, matched):
            return False
        return ours.get("useMatch") == (
            [model.use_match(each, pathname) for each in req["useMatch"]] if req.get("useMatch") else None
        )
    if req["op"] == "resolve":
        routes = req.get("routes") or [{"path": req.get("from", "*")}]
        url = req["url"] if req.get("url") is not None else req.get("from")
        found = model.matches(routes, base, parse_url(source_of({**req, "url": url})).pathname)
        return [each["match"] for each in found] == [each["match"] for each in ours["contexts"][1:]]
    if req.get("fn") == "createMatcher":
        path, partial, filters = req["args"]
        return bool(ours.get("result") == model.match_one(path, partial, filters, req["location"]))
    return False


@rule
def params_decoded(req: Json, theirs: Json, ours: Json) -> Pair | None:
    if "%" in json.dumps([ours, theirs]) and has_filters(req) and as_the_model(req, ours):
        return None  # filters see the decoded text: another branch may win

    def decode(found: Json) -> Json:
        if isinstance(found.get("params"), dict):
            decoded = {
                name: "/".join(map(decode_segment, text.split("/"))) for name, text in found["params"].items()
            }
            found["params"] = decoded
        return found

    return walk(theirs, decode), ours


@rule
def statics_encoded_once(req: Json, theirs: Json, ours: Json) -> Pair | None:
    plain = all(encode_segment(part) == part and "%" not in part for part in static_segments(req))
    escaped = "%" in str(req.get("url") or req.get("location") or "")
    if req["op"] in ("match", "resolve", "util") and (not plain or escaped) and as_the_model(req, ours):
        return None
    return theirs, ours


@rule
def no_prototype(req: Json, theirs: Json, ours: Json) -> Pair | None:
    # A value under "__proto__" that is a list makes "0" a member as well.
    names = {"constructor", "__proto__"} | ({"0"} if "__proto__" in json.dumps(req) else set())

    def clean(found: Json) -> Json:
        query = found.get("query")
        if isinstance(query, dict):
            found["query"] = {k: v for k, v in query.items() if k not in names}
        return found

    return walk(theirs, clean), walk(ours, clean)


_SCHEME = re.compile(r"[a-z][a-z0-9+.\-]*:", re.I)


@rule
def schemes_are_external(req: Json, theirs: Json, ours: Json) -> Pair | None:
    def told(found: Json) -> Json:
        if "to" in found and _SCHEME.match(found["to"].strip()):
            found["resolved"] = found["href"] = None
        return found

    if req.get("fn") == "resolvePath" and _SCHEME.match((req["args"][1] or "").strip()):
        return None
    if any(_SCHEME.match(str(link.get("href", ""))) for link in req.get("links", [])):
        return None
    return walk(theirs, told), walk(ours, told)


@rule
def backslash_is_a_slash(req: Json, theirs: Json, ours: Json) -> Pair | None:
    def told(found: Json) -> Json:
        if "to" in found and re.match(r"\s*/?\s*[\\/]", found["to"]):
            found["resolved"] = found["href"] = None
        return found

    if req["op"] == "util" and req["fn"] == "resolvePath" and "\\" in json.dumps(req["args"]):
        return None
    if "\\" not in json.dumps(req):
        return theirs, ours
    return walk(theirs, told), walk(ours, told)


@rule
def base_by_segments(req: Json, theirs: Json, ours: Json) -> Pair | None:
    base = req.get("base") or (req.get("args") or [""])[0] or ""
    if not isinstance(base, str) or not base.strip("/") or "error" in ours:
        return theirs, ours
    if req.get("fn") == "resolvePath":
        same = ours["result"] == model.resolve(base, req["args"][1] or "", req["args"][2])
        return None if same else (theirs, ours)

    def told(found: Json) -> Json:
        for each in found.get("results", []):
            each["resolved"] = model.resolve(base_of(req), each["to"], found.get("match"))
            href = each["resolved"]
            each["href"] = href if href is None or req.get("router") != "hash" else "#" + href
        return found

    return (walk(theirs, told), ours) if req["op"] == "resolve" else (theirs, ours)


@rule
def malformed_escape(_req: Json, theirs: Json, ours: Json) -> Pair | None:
    return None if "URI malformed" in str(theirs.get("error", "")) else (theirs, ours)


@rule
def caret_encoded(req: Json, theirs: Json, ours: Json) -> Pair | None:
    if "^" not in json.dumps(req):
        return theirs, ours
    texts = [json.dumps(each).replace("%5E", "^").replace("%5e", "^") for each in (theirs, ours)]
    return json.loads(texts[0]), json.loads(texts[1])


@rule
def here_cancels(req: Json, theirs: Json, ours: Json) -> Pair | None:
    if req["op"] != "search" or not isinstance(req["set"], list) or "error" in theirs:
        return theirs, ours
    # Upstream, step by step: a change that leads back to where the page is does nothing at all.
    start = before = theirs["before"]["search"]
    pending = None
    for changes in req["set"]:
        target = merge_search(before if pending is None else pending, decode(changes))
        if target != start:
            pending = target
    return None if theirs["search"] == (start if pending is None else pending) else (theirs, ours)


@rule
def location_is_a_path(req: Json, theirs: Json, ours: Json) -> Pair | None:
    url = req.get("url")
    return None if isinstance(url, str) and url and url[0] not in "/?#" else (theirs, ours)


@rule
def messages(_req: Json, theirs: Json, ours: Json) -> Pair | None:
    return None if "error" in theirs and "error" in ours else (theirs, ours)


def load() -> list[Json]:
    """The entries of differences.toml. Every rule has its entry there, and no entry lacks its rule."""
    with (Path(__file__).parent / "differences.toml").open("rb") as file:
        listed: list[Json] = tomllib.load(file)["difference"]
    named = {each["rule"] for each in listed if "rule" in each}
    if named != set(RULES):
        raise SystemExit(f"differences.toml and differences.py disagree: {sorted(named ^ set(RULES))}")
    return listed


def explain(req: Json, theirs: Json, ours: Json) -> str | None:
    """The rules that explain the difference between two answers; None where something is left over."""
    used: list[str] = []
    for name, apply in RULES.items():
        result = apply(req, theirs, ours)
        if result is None:
            return "+".join([*used, name])
        if result != (theirs, ours):
            used.append(name)
            theirs, ours = result
        if theirs == ours:
            return "+".join(used)
    return None
