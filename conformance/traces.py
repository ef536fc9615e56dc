"""Two traces of one scenario, made comparable.

Order within one moment is compared where it means something (what a visitor sees, what the history does), and
not where it is an engine's own affair: which of several components mounts first, which fetch is logged first.
Python has one `None` where JavaScript has two, and times of a browser's popstate are the browser's.
"""

from __future__ import annotations

import json
from typing import Any

Json = Any

LOOSE = frozenset({"mount", "unmount", "fetch", "settle", "preload", "lazy"})
"""Events whose order within one moment is not compared."""

LEFT_OUT = frozenset({"scroll", "console", "jsdom", "unhandled"})
"""What only one side has: jsdom's notes, a console, and scrolling, which is the client's here."""


def plain(value: Json) -> Json:
    """A value without what JavaScript alone can tell apart, and without upstream's own marks in the state."""
    if isinstance(value, dict):
        if value == {"$undefined": 1}:
            return None
        if "$response" in value:
            return {"$response": 1}
        return {name: plain(each) for name, each in value.items() if name != "_depth"}
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, str):
        return value.replace("undefined", "null")
    return value


def canonical(trace: list[Json], kind: str) -> list[str]:
    """The lines of a trace to be compared. `kind` is the router's: memory, hash, browser."""
    lines: list[str] = []
    strict: list[str] = []
    loose: list[str] = []
    moment: object = None
    last: dict[str, Json] = {}

    def end_of_moment() -> None:
        lines.extend(sorted(loose))
        lines.extend(strict)
        loose.clear()
        strict.clear()

    for event in trace:
        rest = {name: value for name, value in event.items() if name not in ("t", "ev")}
        name = event["ev"]
        if name in LEFT_OUT:
            continue
        if name == "throw":
            # Messages are lessons here; that there is an error is what both have to agree on.
            rest = {"error": True}
        rest = _without_empty_state(plain(rest))
        if name in ("location", "history"):
            # Logged on change; a change of upstream's own marks alone is none.
            if last.get(name) == rest:
                continue
            last[name] = rest
        time = event["t"] if kind == "memory" else 0
        if name == "step" or time != moment:
            end_of_moment()
            moment = time
        line = f"{time} {name} {json.dumps(rest, ensure_ascii=False, sort_keys=True)}"
        (loose if name in LOOSE else strict).append(line)
    end_of_moment()
    return lines


def _without_empty_state(rest: Json) -> Json:
    """Upstream's `_depth` leaves an empty object where no state was given."""
    for holder in (rest, rest.get("value"), rest.get("options")):
        if isinstance(holder, dict) and holder.get("state", 0) in ({}, None):
            holder.pop("state", None)
    return rest
