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
from functools import partial
from pathlib import Path
from typing import Any

import adapter
import mirrors
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
def one_name_twice(req: Json, theirs: Json, ours: Json) -> Pair | None:
    if "has two params named" not in str(ours.get("error", "")):
        return theirs, ours
    # Nothing else is meant to differ: without the refusal, ours goes through the other rules.
    return theirs, json.loads(json.dumps(adapter.answer(req, refuse_names=False)))


@rule
def text_after_splat(req: Json, theirs: Json, ours: Json) -> Pair | None:
    if "goes on after its splat" in str(ours.get("error", "")):
        return None
    trailing = any(re.search(r"\*[^/]*/+$", path) for path in definitions(req))
    return None if trailing and as_the_model(req, ours) else (theirs, ours)


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
    if req.get("fn") == "resolvePath":
        base, to, start = req["args"]
        leaves = "\\" in (to or "") and model.resolve(base or "", to, start) is None
        return (theirs, ours) if not leaves else ({**theirs, "result": None}, ours)
    if req["op"] != "resolve":
        return theirs, ours

    def told(found: Json) -> Json:
        for each in found.get("results", []):
            if "\\" in each["to"] and model.resolve(base_of(req), each["to"], found.get("match")) is None:
                each["resolved"] = each["href"] = None
        return found

    return walk(theirs, told), ours


@rule
def base_without_slash(req: Json, theirs: Json, ours: Json) -> Pair | None:
    base = req.get("base") or ""
    if not base.strip("/") or not base.endswith("/") or "error" in ours:
        return theirs, ours
    # What upstream says where the base is written without its slash: each target once more, by the model.
    if req["op"] == "resolve":
        return walk(theirs, partial(resolved_again, req)), ours
    slashed, plain = f"/{base.strip('/')}/", f"/{base.strip('/')}"

    def told(found: Json) -> Json:
        if found.get("pathname") == slashed:
            found["pathname"] = plain
        if "href" in found and "link" in found:
            hash_, _, rest = found["href"].partition(slashed)
            if hash_ in ("", "#") and found["href"] != hash_:
                found["href"] = hash_ + plain + (rest if rest[:1] in ("", "/", "?", "#") else "/" + rest)
        return found

    return walk(theirs, told), ours


def resolved_again(req: Json, found: Json) -> Json:
    """A level's answers to `resolve` with every target resolved by the model."""
    for each in found.get("results", []):
        each["resolved"] = model.resolve(base_of(req), each["to"], found.get("match"))
        href = each["resolved"]
        each["href"] = href if href is None or req.get("router") != "hash" else "#" + href
    return found


@rule
def base_by_segments(req: Json, theirs: Json, ours: Json) -> Pair | None:
    base = req.get("base") or (req.get("args") or [""])[0] or ""
    if not isinstance(base, str) or not base.strip("/") or "error" in ours:
        return theirs, ours
    if req.get("fn") == "resolvePath":
        same = ours["result"] == model.resolve(base, req["args"][1] or "", req["args"][2])
        return None if same else (theirs, ours)
    return (walk(theirs, partial(resolved_again, req)), ours) if req["op"] == "resolve" else (theirs, ours)


@rule
def malformed_escape(_req: Json, theirs: Json, ours: Json) -> Pair | None:
    return None if "URI malformed" in str(theirs.get("error", "")) else (theirs, ours)


@rule
def links_decoded(req: Json, theirs: Json, ours: Json) -> Pair | None:
    if req["op"] != "anchor" or "error" in theirs or "error" in ours:
        return theirs, ours
    here = parse_url(source_of(req)).pathname
    links = []
    for asked, told in zip(req["links"], theirs["links"], strict=True):
        to = model.resolve(base_of(req), asked["href"], None)
        link = dict(told)
        if to is not None and "%" in to:
            active, same = model.link_state(to, here, bool(asked.get("end")))
            link["class"] = "active" if active else "inactive"
            link.pop("aria-current", None)
            link.update({"aria-current": "page"} if same else {})
        links.append(link)
    return {**theirs, "links": links}, ours


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


_WITHOUT_TEXT = ("$nan", "$inf", "$neginf", "$map", "$set", "$fn", "__proto__")


@rule
def keys_are_faithful(req: Json, theirs: Json, ours: Json) -> Pair | None:
    if req["op"] != "hash":
        return theirs, ours
    nameless = req.get("name", "q") == "" or "[" in req.get("name", "q")
    asked = json.dumps(req["args"])
    if nameless or any(f'"{each}"' in asked for each in _WITHOUT_TEXT):
        return None

    def parsed(found: Json) -> Json:
        name, bracket, arguments = found["key"].partition("[")
        return [name, json.loads(bracket + arguments)]

    return parsed(theirs), parsed(ours)


def load() -> list[Json]:
    """The entries of differences.toml: one for every rule and mirror, and none for others."""
    with (Path(__file__).parent / "differences.toml").open("rb") as file:
        listed: list[Json] = tomllib.load(file)["difference"]
    for kind, known in (("rule", RULES.keys()), ("mirror", set(mirrors.MIRRORS) - {mirrors.TOGETHER})):
        named = {each[kind] for each in listed if kind in each}
        if named != known:
            raise SystemExit(f"differences.toml has not every {kind}, or too many: {sorted(named ^ known)}")
    return listed


def agree(theirs: Json, ours: Json) -> bool:
    """Whether two answers say the same. Messages are lessons here: that both refuse is what has to agree."""
    return bool(theirs == ours) or ("error" in theirs and "error" in ours)


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
