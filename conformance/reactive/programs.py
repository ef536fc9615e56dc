"""The hand-picked programs of programs.json: one for each primitive, and one for each listed difference.

A program is a list of steps; `async` says that it may wait, `difference` which listed difference it shows.
Statements::

    signal NAME VALUE [EQUALS]     set NAME EXPR     setf NAME EXPR (of ["prev"])     log EXPR     return EXPR
    memo|computed|render|effect NAME BODY     on KIND NAME [DEPS] DEFER BODY     reaction NAME TRACKED BODY
    batch|untrack BODY     root NAME BODY     dispose NAME     owner NAME     within OWNER BODY
    cleanup LABEL [BODY]     mount LABEL     catch NAME BODY HANDLER     reset NAME     throw TEXT
    boundary NAME CONTENT FALLBACK     when EXPR BODY [BODY]     provide CONTEXT EXPR BODY
    selector NAME SOURCE     map|index NAME SOURCE ROW [FALLBACK]     resource NAME SOURCE OPTIONS
    resolve|reject NAME CALL VALUE     refetch|mutate NAME [EXPR]     suspense NAME CONTENT FALLBACK
    list ORDER TAIL BODY     transition BODY ["use"] (with the setter of use_transition)
    tick (let everything that waits run)
    store NAME VALUE ["records"] (of dataclasses, here)     view NAME STORE PATH
    put|putf NAME PATH VALUE|EXPR     produce NAME PATH CHANGES
    reconcile NAME PATH VALUE OPTIONS     (part of a path: a key, keys, {from, to, by}, {where: [key, value]})
    props NAME SOURCES     split NAME GROUPS NAMES     children NAME EXPRS
    final (name memos that are not what computing them again gives)

Expressions are numbers, ``["r", name]`` (a tracked read), ``["u", name]`` (untracked), ``["+", a, b]``,
``["get", store, path]`` (also ``len``, ``keys``, ``has``) and so on. Every run of a computation is logged
when it begins and when it ends, with its value; the second one that a statement makes is ``NAME#2``, so that
no run is taken for another's.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def picked() -> list[dict[str, Any]]:
    """All of them, in the order of the file."""
    return json.loads(Path(__file__).with_name("programs.json").read_text())
