"""Hand-picked programs, at least one for each primitive, and one for each listed difference.

A program is a list of steps; `async` says that it may wait. Statements::

    signal NAME VALUE [EQUALS]      set NAME EXPR      setf NAME EXPR (of ["prev"])     log EXPR     return EXPR
    memo|computed|render|effect NAME BODY      on KIND NAME [DEPS] DEFER BODY      reaction NAME TRACKED BODY
    batch|untrack BODY      root NAME BODY      dispose NAME      owner NAME      within OWNER BODY
    cleanup LABEL [BODY]    mount LABEL      catch NAME BODY HANDLER      boundary NAME CONTENT FALLBACK      reset NAME
    throw TEXT      when EXPR BODY [BODY]      provide CONTEXT EXPR BODY      selector NAME SOURCE
    map|index NAME SOURCE ROW [FALLBACK]      resource NAME SOURCE OPTIONS      resolve|reject NAME CALL VALUE
    refetch|mutate NAME [EXPR]      suspense NAME CONTENT FALLBACK      list ORDER TAIL BODY      transition BODY
    tick (let everything that waits run)      final (name memos that are not what computing them again gives)

Expressions are numbers, ``["r", name]`` (a tracked read), ``["u", name]`` (untracked), ``["+", a, b]`` and so on. Every
run of a computation is logged when it begins and when it ends, with its value.
"""

from __future__ import annotations

from typing import Any

Body = list[Any]


def r(name: str) -> Body:
    return ["r", name]


def reads(*names: str) -> Body:
    """A body that returns the sum of what it reads."""
    total: Any = r(names[0])
    for name in names[1:]:
        total = ["+", total, r(name)]
    return [["return", total]]


def top(*body: Body) -> Body:
    return ["root", "top", list(body)]


TICK = ["tick"]

SYNC: dict[str, list[Body]] = {
    "signal/equal": [["signal", "s", 1], top(["effect", "e", reads("s")]), ["set", "s", 1], ["set", "s", 2]],
    "signal/equals-false": [["signal", "s", 1, False], top(["effect", "e", reads("s")]), ["set", "s", 1]],
    "signal/equals-function": [
        ["signal", "s", 1, "parity"], top(["effect", "e", reads("s")]), ["set", "s", 3], ["log", r("s")], ["set", "s", 4],
    ],
    "signal/function": [["signal", "s", 1], ["setf", "s", ["+", ["prev"], 5]], ["log", r("s")]],
    "memo/diamond": [
        ["signal", "s", 1],
        top(
            ["memo", "a", [["return", ["+", r("s"), 1]]]],
            ["memo", "b", [["return", ["*", r("s"), 2]]]],
            ["memo", "sum", reads("a", "b")],
            ["effect", "e", reads("sum")],
        ),
        ["set", "s", 2],
    ],
    "memo/cut-off": [
        ["signal", "s", 1],
        top(["memo", "odd", [["return", ["mod", r("s"), 2]]]], ["memo", "m", reads("odd")], ["effect", "e", reads("m")]),
        ["set", "s", 3], ["set", "s", 4],
    ],
    "memo/previous": [
        ["signal", "s", 1], top(["memo", "m", [["return", ["+", ["prev"], r("s")]]]]), ["set", "s", 2], ["log", r("m")],
    ],
    "memo/switches": [
        ["signal", "which", 0], ["signal", "a", 1], ["signal", "b", 2],
        top(["memo", "m", [["return", ["if", r("which"), r("a"), r("b")]]]], ["effect", "e", reads("m")]),
        ["set", "a", 10], ["set", "which", 1], ["set", "b", 20], ["set", "a", 11],
    ],
    "memo/read-in-batch": [
        ["signal", "s", 1], top(["memo", "a", reads("s")], ["memo", "b", reads("a")]),
        ["batch", [["set", "s", 5], ["log", r("b")], ["set", "s", 6]]], ["log", r("b")],
    ],
    "effects/order": [
        ["signal", "s", 1],
        top(
            ["effect", "e1", reads("s")], ["render", "r1", reads("s")], ["computed", "c1", reads("s")],
            ["effect", "e2", reads("s")], ["render", "r2", reads("s")], ["mount", "m"],
        ),
    ],
    "effects/write": [
        ["signal", "s", 1], ["signal", "t", 0],
        top(["effect", "e", [["set", "t", ["+", r("s"), 1]]]], ["effect", "f", reads("t")]), ["set", "s", 2],
    ],
    "effects/nested": [
        ["signal", "s", 1], ["signal", "t", 1],
        top(["effect", "outer", [["cleanup", "o"], ["effect", "inner", [["cleanup", "i"], *reads("t")]], *reads("s")]]),
        ["set", "t", 2], ["set", "s", 2], ["batch", [["set", "t", 3], ["set", "s", 3]]], ["dispose", "top"],
    ],
    "computed/writes": [
        ["signal", "s", 1], ["signal", "t", 0],
        top(["computed", "c", [["set", "t", ["*", r("s"), 2]]]], ["memo", "m", reads("t")], ["effect", "e", reads("m")]),
        ["set", "s", 2],
    ],
    "reaction": [
        ["signal", "s", 1], top(["reaction", "x", reads("s"), [["log", r("s")]]]), ["set", "s", 2], ["set", "s", 3],
    ],
    "on/one": [
        ["signal", "s", 1], ["signal", "t", 1],
        top(["on", "effect", "e", ["s"], False, [["log", ["input"]], ["log", ["before"]], ["return", r("t")]]]),
        ["set", "t", 2], ["set", "s", 2],
    ],
    "on/defer": [
        ["signal", "s", 1], ["signal", "t", 1],
        top(["on", "memo", "m", ["s", "t"], True, [["log", ["input"]], ["return", 1]]], ["effect", "e", reads("m")]),
        ["set", "t", 2],
    ],
    "batch": [
        ["signal", "a", 1], ["signal", "b", 2], top(["effect", "e", reads("a", "b")]),
        ["batch", [["set", "a", 10], ["batch", [["set", "b", 20]]], ["note", "still inside"]]],
    ],
    "untrack": [["signal", "s", 1], top(["effect", "e", [["untrack", [["log", r("s")]]]]]), ["set", "s", 2]],
    "root/writes-inside": [
        ["signal", "s", 1], top(["memo", "m", reads("s")], ["effect", "e", reads("m")], ["set", "s", 2], ["note", "end"]),
    ],
    "root/dispose": [
        ["signal", "s", 1],
        top(
            ["cleanup", "one"], ["memo", "m", [["cleanup", "in m"], *reads("s")]], ["effect", "e", [["cleanup", "in e"]]],
            ["cleanup", "two"],
        ),
        ["dispose", "top"], ["set", "s", 2], ["log", r("m")],
    ],
    "root/nested": [
        ["signal", "s", 1], top(["root", "inner", [["effect", "e", reads("s")]]]), ["dispose", "top"], ["set", "s", 2],
        ["dispose", "inner"], ["set", "s", 3],
    ],
    "owner": [
        ["signal", "s", 1], top(["provide", "ctx", 7, [["owner", "o"]]]),
        ["within", "o", [["log", ["ctx", "ctx"]], ["effect", "e", reads("s")], ["cleanup", "late"]]], ["set", "s", 2],
        ["dispose", "top"], ["set", "s", 3],
    ],
    "context": [
        ["signal", "s", 1],
        top(
            ["log", ["ctx", "ctx"]],
            ["provide", "ctx", 1, [
                ["effect", "e", [["log", ["ctx", "ctx"]]]],
                ["provide", "ctx", 2, [["memo", "m", [["log", ["ctx", "ctx"]], *reads("s")]]]],
            ]],
        ),
        ["set", "s", 2],
    ],
    "catch/effect": [
        ["signal", "s", 1],
        top(["catch", "h", [["effect", "e", [["when", r("s"), [], [["throw", "zero"]]]]]], [["log", ["message"]]]]),
        ["set", "s", 0], ["set", "s", 1], ["set", "s", 0],
    ],
    "catch/in-body": [top(["catch", "h", [["note", "before"], ["throw", "x"], ["note", "never"]], []])],
    "boundary": [
        ["signal", "s", 1],
        top(
            ["boundary", "b", [["memo", "m", [["when", r("s"), [], [["throw", "zero"]]], ["return", 1]]], ["return", r("m")]],
             [["return", -1]]],
            ["render", "show", reads("b")],
        ),
        ["set", "s", 0], ["set", "s", 2], ["reset", "b"], ["log", r("b")],
    ],
    "selector": [
        ["signal", "s", 1],
        top(["selector", "sel", "s"], *(["effect", f"e{n}", [["log", ["sel", "sel", n]]]] for n in range(3))),
        ["set", "s", 2], ["set", "s", 5], ["set", "s", 0],
    ],
    "map": [
        ["signal", "l", [1, 2, 3]],
        top(["map", "rows", "l", [["effect", "e", [["log", ["index"]]]], ["return", ["item"]]], [["return", -1]]]),
        ["set", "l", ["list", [3, 1, 2]]], ["set", "l", ["list", [3, 4, 2, 2]]], ["set", "l", ["list", []]],
        ["set", "l", ["list", [9]]], ["dispose", "top"],
    ],
    "index": [
        ["signal", "l", [1, 2]],
        top(["index", "rows", "l", [["render", "e", [["log", ["item"]]]], ["return", ["index"]]], [["return", -1]]]),
        ["set", "l", ["list", [5, 2, 7]]], ["set", "l", ["list", [5]]], ["set", "l", ["list", []]], ["dispose", "top"],
    ],
}  # fmt: skip

_SHOW = ["render", "show", [["return", ["r", "view"]]]]

ASYNC: dict[str, list[Body]] = {
    "resource/states": [
        ["signal", "id", 1],
        top(["resource", "q", r("id"), {}], ["effect", "st", [["log", ["state", "q"]]]], ["effect", "v", reads("q")]),
        TICK, ["resolve", "q", 0, 10], TICK, ["refetch", "q"], TICK, ["resolve", "q", 1, 11], TICK, ["mutate", "q", 5],
    ],
    "resource/error": [
        top(["catch", "h", [["resource", "q", None, {}], ["effect", "v", reads("q")]], []],
            ["effect", "f", [["log", ["failure", "q"]]]]),
        TICK, ["reject", "q", 0, "no"], TICK, ["refetch", "q"], TICK, ["resolve", "q", 1, 1], TICK,
    ],
    "resource/latest-wins": [
        ["signal", "id", 1], top(["resource", "q", r("id"), {}], ["effect", "v", reads("q")]), TICK,
        ["set", "id", 2], TICK, ["resolve", "q", 1, 2], TICK, ["resolve", "q", 0, 1], TICK,
    ],
    "resource/no-source": [
        ["signal", "id", 0], top(["resource", "q", ["if", r("id"), r("id"), False], {}], ["effect", "s", [["log", ["state", "q"]]]]),
        TICK, ["set", "id", 1], TICK, ["resolve", "q", 0, 3], TICK, ["set", "id", 0], TICK, ["log", r("q")],
    ],
    "resource/initial": [
        top(["resource", "q", None, {"initial": 7}], ["effect", "v", reads("q")], ["effect", "s", [["log", ["state", "q"]]]]),
        TICK, ["resolve", "q", 0, 8], TICK,
    ],
    "resource/sync": [
        ["signal", "id", 1], top(["resource", "q", r("id"), {"sync": True}], ["effect", "v", reads("q")]), ["set", "id", 2], TICK,
    ],
    "suspense/refetch": [
        top(["resource", "q", None, {"initial": 1}],
            ["suspense", "view", [["render", "in", reads("q")], ["effect", "waits", reads("q")], ["return", 1]], [["return", -1]]],
            _SHOW),
        TICK, ["resolve", "q", 0, 5], TICK, ["refetch", "q"], TICK, ["resolve", "q", 1, 6], TICK,
    ],
    "suspense/nested": [
        top(["resource", "q", None, {"initial": 1}],
            ["suspense", "outer", [["suspense", "view", [["render", "in", reads("q")], ["return", 1]], [["return", -1]]], _SHOW,
                                   ["return", 2]], [["return", -2]]],
            ["render", "o", reads("outer")]),
        TICK, ["resolve", "q", 0, 5], TICK,
    ],
    "suspense/list": [
        top(["resource", "a", None, {"initial": 1}], ["resource", "b", None, {"initial": 1}],
            ["list", "forwards", "collapsed", [
                ["suspense", "one", [["render", "in a", reads("a")], ["return", 1]], [["return", -1]]],
                ["suspense", "two", [["render", "in b", reads("b")], ["return", 2]], [["return", -2]]],
                ["render", "r1", reads("one")], ["render", "r2", reads("two")],
            ]]),
        TICK, ["resolve", "b", 0, 5], TICK, ["resolve", "a", 0, 5], TICK,
    ],
    "suspense/list-together": [
        top(["resource", "a", None, {"initial": 1}], ["resource", "b", None, {"initial": 1}],
            ["list", "together", None, [
                ["suspense", "one", [["render", "in a", reads("a")], ["return", 1]], [["return", -1]]],
                ["suspense", "two", [["render", "in b", reads("b")], ["return", 2]], [["return", -2]]],
                ["render", "r1", reads("one")], ["render", "r2", reads("two")],
            ]]),
        TICK, ["resolve", "b", 0, 5], TICK, ["resolve", "a", 0, 5], TICK,
    ],
    "transition/holds": [
        ["signal", "id", 1],
        top(["resource", "q", r("id"), {"initial": 0}], ["suspense", "view", [["render", "in", reads("q")], ["return", r("id")]],
                                           [["return", -1]]], _SHOW, ["effect", "p", [["log", ["pending"]]]]),
        TICK, ["resolve", "q", 0, 5], TICK, ["transition", [["set", "id", 2]]], TICK, ["log", r("id")],
        ["resolve", "q", 1, 6], TICK, ["log", r("id")],
    ],
    "transition/nothing-to-wait-for": [
        ["signal", "s", 1],
        top(["suspense", "view", [["return", r("s")]], [["return", -1]]], _SHOW, ["memo", "m", reads("s")], ["effect", "e", reads("m")]),
        ["transition", [["set", "s", 2], ["note", "inside"]]], ["note", "after the call"], TICK,
    ],
    "transition/urgent-write": [
        ["signal", "id", 1], ["signal", "n", 0],
        top(["resource", "q", r("id"), {"initial": 0}], ["suspense", "view", [["render", "in", reads("q")], ["return", r("id")]],
                                           [["return", -1]]], _SHOW, ["effect", "e", reads("n")]),
        TICK, ["resolve", "q", 0, 5], TICK, ["transition", [["set", "id", 2]]], TICK, ["set", "n", 1],
        ["resolve", "q", 1, 6], TICK,
    ],
    "transition/joined": [
        ["signal", "a", 1], ["signal", "b", 1],
        top(["resource", "q", r("a"), {"initial": 0}], ["suspense", "view", [["render", "in", reads("q")], ["return", ["+", r("a"), r("b")]]],
                                          [["return", -1]]], _SHOW),
        TICK, ["resolve", "q", 0, 5], TICK, ["transition", [["set", "a", 2]]], TICK, ["transition", [["set", "b", 2]]], TICK,
        ["resolve", "q", 1, 6], TICK,
    ],
    "transition/new-boundary": [
        ["signal", "on", 0],
        top(["suspense", "view", [
            ["memo", "page", [["when", r("on"), [
                ["resource", "q", None, {"initial": 0}],
                ["suspense", "inner", [["render", "in", reads("q")], ["return", 1]], [["return", -1]]],
                ["render", "shown", reads("inner")], ["return", 1]]], ["return", 0]]],
            ["return", r("page")]], [["return", -2]]], _SHOW),
        TICK, ["transition", [["set", "on", 1]]], TICK, ["resolve", "q", 0, 5], TICK,
    ],
}  # fmt: skip

LISTED: dict[str, tuple[str, bool, list[Body]]] = {
    "equality/lists": ("equality", False, [
        ["signal", "l", [1, 2]], top(["effect", "e", [["log", r("l")]]]), ["set", "l", ["list", [1, 2]]],
    ]),
    "observer-order/three": ("observer-order", False, [
        ["signal", "s", 1], top(*(["effect", f"e{n}", reads("s")] for n in (1, 2, 3))), ["set", "s", 2], ["set", "s", 3],
    ]),
    "observer-order/diamond": ("observer-order", False, [
        ["signal", "s", 1],
        top(
            ["memo", "a", [["return", ["+", r("s"), 1]]]],
            ["memo", "b", [["return", ["*", r("s"), 2]]]],
            ["memo", "sum", reads("a", "b")],
            ["effect", "e", reads("sum", "s")],
        ),
        ["set", "s", 2], ["set", "s", 3],
    ]),
    "handler-once/nested": ("handler-once", False, [
        ["signal", "s", 1],
        top(["catch", "outer", [["catch", "inner", [["effect", "e", [["throw", "first"]]]], [["throw", "second"]]]], []]),
    ]),
    "not-ready/first-read": ("not-ready", True, [
        top(["resource", "q", None, {}], ["suspense", "view", [["memo", "m", reads("q")], ["return", r("m")]], [["return", -1]]], _SHOW),
        TICK, ["resolve", "q", 0, 5], TICK,
    ]),
    "failed-memo/recovers": ("failed-memo", False, [
        ["signal", "s", 1],
        top(["catch", "h", [["memo", "m", [["when", r("s"), [], [["throw", "zero"]]], ["return", r("s")]]]], []]),
        ["set", "s", 0], ["set", "s", 2], ["log", r("m")],
    ]),
    "uncaught/others-run": ("uncaught", False, [
        ["signal", "s", 1],
        top(["effect", "bad", [["when", r("s"), [], [["throw", "zero"]]]]], ["effect", "good", reads("s")]),
        ["set", "s", 0], ["set", "s", 2],
    ]),
    "first-error/two": ("first-error", False, [
        top(["boundary", "b", [["effect", "e1", [["throw", "first"]]], ["effect", "e2", [["throw", "second"]]], ["return", 1]], [["return", -1]]]),
    ]),
    "selector/in-a-batch": ("selector", False, [
        ["signal", "s", 1], top(["selector", "sel", "s"]), ["batch", [["set", "s", 2], ["log", ["sel", "sel", 2]]]],
    ]),
    "held-cleanups/memo": ("held-cleanups", True, [
        ["signal", "s", 1],
        top(["suspense", "view", [["return", 1]], [["return", -1]]], ["memo", "m", [["cleanup", "c"], *reads("s")]], ["effect", "e", reads("m")]),
        ["transition", [["set", "s", 2]]], TICK,
    ]),
    "held-effects/owner": ("held-effects", True, [
        ["signal", "s", 1], ["signal", "id", 1],
        top(["resource", "q", r("id"), {"initial": 0}], ["suspense", "view", [["render", "in", reads("q")], ["return", 1]], [["return", -1]]], _SHOW,
            ["effect", "outer", [["memo", "inner", reads("s")], *reads("s")]]),
        TICK, ["resolve", "q", 0, 5], TICK, ["transition", [["set", "id", 2], ["set", "s", 2]]], TICK, ["note", "held"],
        ["resolve", "q", 1, 6], TICK,
    ]),
    "stale-after-commit/effect": ("stale-after-commit", True, [
        ["signal", "s", 4],
        top(["suspense", "view", [["return", r("s")]], [["return", -1]]], _SHOW, ["memo", "m", reads("s")],
            ["effect", "e", [["memo", "a", reads("m")], ["return", r("a")]]]),
        TICK, ["transition", [["setf", "s", ["+", ["prev"], 1]]]], TICK, ["final"], ["log", r("s")], ["log", r("m")],
    ]),
    "stuck-transition/refetch-outside": ("stuck-transition", True, [
        ["signal", "id", 1],
        top(["resource", "q", r("id"), {"initial": 0}], ["suspense", "view", [["render", "in", reads("q")], ["return", r("id")]], [["return", -1]]], _SHOW),
        TICK, ["resolve", "q", 0, 5], TICK, ["transition", [["set", "id", 2]]], TICK, ["refetch", "q"], TICK,
        ["resolve", "q", 2, 7], TICK, ["log", r("id")],
    ]),
}  # fmt: skip


def picked() -> list[dict[str, Any]]:
    """All of them; `difference` names the listed difference that a program shows."""
    return [
        *({"id": name, "steps": steps, "async": False} for name, steps in SYNC.items()),
        *({"id": name, "steps": steps, "async": True} for name, steps in ASYNC.items()),
        *(
            {"id": name, "steps": steps, "async": waits, "difference": difference}
            for name, (difference, waits, steps) in LISTED.items()
        ),
    ]
