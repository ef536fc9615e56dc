"""Scenarios that show one difference each, for those that chance shows too seldom (differences.json)."""

from __future__ import annotations

from typing import Any

Json = Any


def _made(name: str, *steps: Json, **parts: Json) -> Json:
    return {
        "op": "scenario",
        "id": name,
        "url": "/",
        "root": {"suspense": "L"},
        "routes": [{"id": "H", "path": "/"}],
        "queries": {"user": {"delayMs": 53}, "users": {"delayMs": 200}, "me": {"delayMs": 71}},
        "actions": {},
        "signals": {"id": "1"},
        "steps": [*steps],
        **parts,
    }


def _mount(name: str, *reads: Json) -> Json:
    return {"do": "mount", "id": name, "suspense": "m", "boundary": True, "async": [*reads]}


def _wait(milliseconds: float) -> Json:
    return {"do": "wait", "ms": milliseconds}


_LIST = {"id": "L", "path": "/list", "async": [{"query": "users"}], "boundary": True}
_USER = {"id": "U", "path": "/users/:id", "async": [{"query": "user", "args": ["$params.id"]}]}
_ME = {"query": "me", "label": "me"}
_USERS = {"query": "users", "label": "users"}
_ONE = {"query": "user", "args": ["1"], "label": "one"}
_TWO = {"query": "user", "args": ["2"], "label": "two"}
_CHOSEN = {"query": "user", "args": ["$sig.id"], "label": "chosen"}
_CALL = {"do": "call", "query": "user", "args": ["1"], "as": "c", "in": "Root"}
_GET = {"do": "query.get", "key": {"$key": ["user", "1"]}}
_ROOT = {"suspense": "L", "async": [_USERS], "boundary": True}

POINTED: dict[str, Json] = {
    each["id"]: each
    for each in (
        _made(
            "half-there",
            _wait(1000),
            _mount("w", _ME, _TWO),
            _wait(1),
            {"do": "revalidate", "as": "r", "keys": ["us"]},
            _wait(1000),
            root=_ROOT,
        ),
        _made(
            "arguments",
            _mount("w", _CHOSEN, _USERS),
            _wait(1000),
            {"do": "revalidate", "as": "r", "keys": {"$key": ["user", "1"]}},
            _wait(10),
            {"do": "signal", "name": "id", "value": "3"},
            _wait(1000),
        ),
        _made(
            "disposed-runs",
            _mount("w", _CHOSEN),
            _wait(6000),
            {"do": "revalidate", "as": "r", "keys": {"$key": ["user", "1"]}},
            _wait(10),
            {
                "do": "sync",
                "steps": [{"do": "signal", "name": "id", "value": "2"}, {"do": "unmount", "id": "w"}],
            },
            _wait(6000),
            {"do": "revalidate", "as": "s"},
            _wait(1000),
        ),
        _made(
            "intent",
            _wait(1000),
            {"do": "call", "query": "me", "as": "c", "in": "Root"},
            _wait(6000),
            {"do": "navigate", "to": "/list"},
            _wait(10),
            _mount("w", _ME),
            _wait(1000),
            routes=[{"id": "H", "path": "/"}, _LIST],
        ),
        _made(
            "first-error",
            _mount("w", _ONE, _TWO),
            _wait(1000),
            {"do": "revalidate", "as": "r"},
            _wait(1000),
            queries={
                "user": {
                    "delayMs": 53,
                    "outcomes": [{}, {}, {"error": "boom1"}, {"error": "boom2"}],
                }
            },
        ),
        _made(
            "newest-answer",
            _CALL,
            _wait(5),
            {"do": "revalidate", "as": "r"},
            _wait(5),
            _CALL,
            _wait(400),
            _GET,
            _wait(5),
            _CALL,
            _wait(5),
            _GET,
            queries={"user": {"delayMs": 53, "outcomes": [{"delayMs": 301}, {}], "perKey": True}},
        ),
        _made(
            "own-transition",
            _mount("w", {**_TWO, "latest": True}),
            _wait(6000),
            {"do": "revalidate", "as": "r"},
            _wait(10),
            {"do": "navigate", "to": "/users/1"},
            _wait(6000),
            {"do": "revalidate", "as": "s"},
            _wait(2),
            {"do": "revalidate", "as": "t", "keys": {"$name": "users"}, "force": True},
            _wait(1000),
            routes=[{"id": "H", "path": "/"}, {**_USER, "boundary": True}],
        ),
        _made(
            "sweeping",
            _wait(1000),
            {"do": "navigate", "to": "/users/1"},
            _wait(1000),
            {"do": "navigate", "to": "/"},
            _wait(298_500),
            {"do": "go", "n": -1},
            _wait(1000),
            routes=[{"id": "H", "path": "/"}, _USER],
        ),
    )
}
