"""Answers the oracle's JSON lines from Wayfare: one request a line in, one answer a line out, in order.

`python conformance/adapter.py < requests.jsonl > answers.jsonl`. The requests and answers are described in
oracle/README.md; the same lines go through oracle/oracle.mjs, which asks the published Solid Router.
compare.py runs both and compares.
"""

from __future__ import annotations

import json
import re
import sys
import warnings
from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).parent))

from wayfare import routing
from wayfare.data import query
from wayfare.routing import (
    RouteDefinition,
    compile_routes,
    link_state,
    merge_search,
    parse_url,
    resolve_path,
    tree,
)
from wayfare.routing.pattern import expand_optionals, join_paths, normalize_path, parse_pattern
from wayfare.routing.search import search_params

Json = Any


def filter_of(spec: dict[str, Json]) -> Any:
    """A filter as the requests write it."""
    if "regex" in spec:
        # JavaScript's classes are ASCII, and its `$` is the very end.
        flags = re.ASCII | (re.IGNORECASE if "i" in spec.get("flags", "") else 0)
        return re.compile(spec["regex"].replace("$", r"\Z"), flags)
    if "in" in spec:
        return spec["in"]
    if "eq" in spec:
        return spec["eq"]
    least = spec["minLength"]
    return lambda text: len(text.encode("utf-16-le")) // 2 >= least


def filters_of(specs: dict[str, Json] | None) -> dict[str, Any] | None:
    return {name: filter_of(spec) for name, spec in specs.items()} if specs else None


def definitions_of(routes: list[Json] | None) -> tuple[RouteDefinition, ...]:
    return tuple(
        RouteDefinition(
            path=route.get("path", ""),
            match_filters=filters_of(route.get("filters")),
            info=route.get("info"),
            children=definitions_of(route.get("children")),
        )
        for route in routes or ()
    )


def transform_of(spec: Json) -> Callable[[str], str]:
    if not spec:
        return lambda url: url
    if "stripPrefix" in spec:
        prefix = spec["stripPrefix"]
        return lambda url: (url[len(prefix) :] or "/") if url.startswith(prefix) else url
    return str.lower


def decode(value: Json) -> Json:
    """A value as the requests write it, as Python has it."""
    if isinstance(value, list):
        return [decode(each) for each in value]
    if isinstance(value, dict):
        if len(value) == 1:
            (key,) = value
            known = {"$undefined": None, "$nan": float("nan"), "$inf": float("inf"), "$neginf": float("-inf")}
            if key in known:
                return known[key]
            if key == "$negzero":
                return -0.0
        return {key: decode(inner) for key, inner in value.items()}
    return value


def base_of(req: Json) -> str:
    base = resolve_path("", routing.mounted_base(req.get("base") or "", ""))
    if base is None:
        raise ValueError("the base is no path")
    return base


def source_of(req: Json) -> str:
    url = req.get("url") if req.get("url") is not None else "/"
    kind = req.get("router", "memory")
    if kind == "hash":
        url = parse_url("/#" + url).hash[1:]
    elif kind == "browser":
        url = str(parse_url(url))
    return url or base_of(req)


def location_of(url: routing.Url) -> Json:
    query = search_params(url.search)
    return {"pathname": url.pathname, "search": url.search, "hash": url.hash, "query": query}


def op_match(req: Json) -> Json:
    base_of(req)
    tree = compile_routes(definitions_of(req.get("routes")), base=req.get("base") or "", warn=False)
    url = parse_url(source_of(req))
    found = tree.match(transform_of(req.get("transformUrl"))(url.pathname))
    answer: Json = {
        "matches": [
            {
                "path": each.route.original_path,
                "pattern": each.route.pattern,
                "match": each.path,
                "params": each.params,
            }
            for each in found
        ],
        "params": found.params,
        "location": location_of(url),
    }
    if req.get("useMatch"):
        answer["useMatch"] = [use_match(each, url.pathname) for each in req["useMatch"]]
    return answer


def use_match(spec: Json, pathname: str) -> Json:
    path, filters = (spec, None) if isinstance(spec, str) else (spec["path"], filters_of(spec.get("filters")))
    found = routing.match_path(path, pathname, filters)
    return None if found is None else {"path": found.path, "params": found.params}


def op_resolve(req: Json) -> Json:
    tos = req["to"] if isinstance(req["to"], list) else [req["to"]]
    routes = req.get("routes") or [{"path": req.get("from", "*")}]
    tree = compile_routes(definitions_of(routes), base=req.get("base") or "", warn=False)
    asked = {**req, "url": req["url"] if req.get("url") is not None else req.get("from")}
    found = tree.match(parse_url(source_of(asked)).pathname)
    base = base_of(req)
    prefix = "#" if req.get("router") == "hash" else ""

    def results(start: str | None) -> Json:
        out = []
        for to in tos:
            resolved = resolve_path(base, to, start)
            out.append(
                {"to": to, "resolved": resolved, "href": None if resolved is None else prefix + resolved}
            )
        return out

    contexts: list[Json] = [{"context": "base", "results": results(None)}]
    contexts += [
        {"context": each.route.original_path, "results": results(each.path), "match": each.path}
        for each in found
    ]
    return {"contexts": contexts}


def op_anchor(req: Json) -> Json:
    pathname = parse_url(source_of(req)).pathname
    prefix = "#" if req.get("router") == "hash" else ""
    links = []
    for link in req["links"]:
        resolved = resolve_path(base_of(req), link["href"])
        active, same = link_state(resolved, pathname, end=bool(link.get("end")))
        attributes = {
            "href": link["href"] if resolved is None else prefix + resolved,
            "link": "",
            "class": "active" if active else "inactive",
        }
        if same:
            attributes["aria-current"] = "page"
        links.append(attributes)
    return {"links": links}


def op_search(req: Json) -> Json:
    before = parse_url((req.get("path") or "/") + (req.get("search") or "") + (req.get("hash") or ""))
    sets = req["set"] if isinstance(req["set"], list) else [req["set"]]
    url = before
    for changes in sets:
        url = parse_url(url.pathname + merge_search(url.search, decode(changes)) + url.hash)
    after = location_of(url)
    answer: Json = {
        "before": location_of(before),
        **{k: after[k] for k in ("search", "query", "pathname", "hash")},
    }
    if len(sets) == 1:
        answer["merged"] = merge_search(before.search, decode(sets[0]))
    return answer


def op_util(req: Json) -> Json:
    args = req["args"]
    match req["fn"]:
        case "resolvePath":
            return {"result": resolve_path(args[0] or "", args[1] or "", args[2])}
        case "normalizePath":
            return {"result": normalize_path(*args)}
        case "joinPaths":
            return {"result": join_paths(*args)}
        case "expandOptionals":
            return {"result": expand_optionals(args[0])}
        case "scoreRoute":
            return {"result": parse_pattern(args[0]).score}
        case "extractSearchParams":
            return {"result": search_params(parse_url(args[0]).search)}
        case "mergeSearchString":
            return {"result": merge_search(args[0], decode(args[1]))}
        case "createMatcher":
            found = routing.match_path(
                args[0], req["location"], filters_of(args[2]), partial=args[1], expand=False
            )
            return {"result": None if found is None else {"path": found.path, "params": found.params}}
        case other:
            return {"error": f"unknown function {other}"}


def op_hash(req: Json) -> Json:
    made = query(lambda *_args: None, req.get("name", "q"))
    return {"key": made.key_for(*map(argument, req["args"]))}


def argument(value: Json) -> Any:
    """An argument of a query as Python has it; a member that is undefined is one that is not there."""
    if isinstance(value, list):
        return [argument(each) for each in value]
    if not isinstance(value, dict):
        return value
    if "$date" in value:
        return datetime.fromisoformat(value["$date"].replace("Z", "+00:00"))
    if "$obj" in value or "$nullproto" in value:
        value = dict(value["$obj"]) if "$obj" in value else value["$nullproto"]
    elif "$set" in value:
        return set(value["$set"])
    elif "$map" in value:
        return dict(value["$map"])
    elif "$fn" in value:
        return lambda: 0
    elif any(name.startswith("$") for name in value):
        return decode(value)
    return {name: argument(each) for name, each in value.items() if each != {"$undefined": 1}}


def op_scenario(req: Json) -> Json:
    from scenario import run_scenario

    return run_scenario(req)


OPS: dict[str, Callable[[Json], Json]] = {
    "match": op_match,
    "resolve": op_resolve,
    "anchor": op_anchor,
    "search": op_search,
    "hash": op_hash,
    "util": op_util,
    "scenario": op_scenario,
}


def answer(req: Json, *, refuse_names: bool = True) -> Json:
    """The answer to one request; an exception is an answer too.

    With `refuse_names=False` a path that gives one name to two of its params is taken, as upstream takes it.
    """
    op = OPS.get(req["op"])
    if op is None:
        return {"error": f"unknown op {req['op']}"}
    try:
        with nullcontext() if refuse_names else patch.object(tree, "check_names", lambda _path: None):
            return op(req)
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


def main() -> None:
    """Answers standard input, line by line."""
    warnings.simplefilter("ignore")
    for line in sys.stdin:
        if line.strip():
            sys.stdout.write(json.dumps(answer(json.loads(line))) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
