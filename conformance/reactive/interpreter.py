"""Runs a program in Wayfare and gives its trace, as oracle/run.mjs does in solid-js."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from typing import Any

from wayfare import reactive as w
from wayfare._world import AsyncioWorld

from .interpreter_store import Env, StoreStatements, is_inside, walk
from .mirror import identical


class _Return:
    def __init__(self, value: Any) -> None:
        self.value = value


def _wrap(number: int) -> int:
    return number % 997


_NOT_PLAIN = ("prev", "item", "index", "u", "sel", "ctx", "get", "len", "keys", "has")


def _is_plain(body: list[Any]) -> bool:
    """Whether what statements return follows from what they read alone."""
    text = json.dumps(body)
    return not any(f'"{word}"' in text for word in _NOT_PLAIN)


def _number(value: Any) -> int:
    return int(value) if isinstance(value, (bool, int)) else 0


def _parity(a: Any, b: Any) -> bool:
    return _wrap(_number(a)) % 2 == _wrap(_number(b)) % 2


class Interpreter(StoreStatements):
    """One run of one program.

    Parameters
    ----------
    data:
        The program.
    mirror:
        Compare values and read unresolved resources as upstream does (the other mirrors are in mirror.py).
    """

    def __init__(self, data: dict[str, Any], *, mirror: bool) -> None:
        super().__init__()
        self.data = data
        self.mirror = mirror
        self.trace: list[list[Any]] = []
        self.nodes: dict[str, Callable[[], Any]] = {}
        self.setters: dict[str, Callable[[Any], Any]] = {}
        self.disposers: dict[str, Callable[[], None]] = {}
        self.owners: dict[str, w.Owner | None] = {}
        self.contexts: dict[str, w.Context[Any]] = {}
        self.selectors: dict[str, Callable[[Any], bool]] = {}
        self.resources: dict[str, tuple[w.Resource[Any], w.ResourceActions]] = {}
        self.calls: dict[str, list[asyncio.Future[Any]]] = {}
        self.plain: dict[str, list[Any]] = {}
        self.resets: dict[str, Callable[[], None]] = {}
        self.made: Counter[str] = Counter()
        self.scope = w.Scope(AsyncioWorld(), "program")

    def log(self, *event: Any) -> None:
        self.trace.append(list(event))

    def read(self, name: str) -> Any:
        get = self.nodes.get(name)
        return get() if get is not None else 0

    def context(self, name: str) -> w.Context[Any]:
        return self.contexts.setdefault(name, w.create_context(0, name=name))

    def eval(self, e: Any, env: Env) -> Any:
        if not isinstance(e, list):
            return e
        kind = e[0]
        if kind == "r":
            return self.read(e[1])
        if kind == "u":
            return w.untrack(lambda: self.read(e[1]))
        if kind in ("+", "-", "*", "<"):
            a, b = _number(self.eval(e[1], env)), _number(self.eval(e[2], env))
            if kind == "<":
                return a < b
            return _wrap(a + b if kind == "+" else a - b if kind == "-" else a * b)
        if kind == "mod":
            return _wrap(_number(self.eval(e[1], env))) % e[2]
        if kind == "if":
            return self.eval(e[2] if _number(self.eval(e[1], env)) else e[3], env)
        if kind in ("prev", "input", "before"):
            return env.get(kind)
        if kind in ("item", "index"):
            value = env.get(kind)
            return value() if callable(value) else value
        if kind == "list":
            return e[1]
        if kind == "ctx":
            return w.use_context(self.context(e[1]))
        if kind == "sel":
            selector = self.selectors.get(e[1])
            return selector(_number(self.eval(e[2], env))) if selector is not None else False
        if kind in ("state", "loading", "latest", "failure"):
            return self.of_resource(kind, e[1])
        if kind == "pending":
            return w.use_transition(self.scope)[0]()
        if kind in ("get", "len", "keys", "has"):
            return self.of_store(e)
        if kind == "of":
            value = self.eval(e[1], env)
            return walk(value, [e[2]])
        if kind in ("prop", "names"):
            return self.of_props(e)
        if kind == "message":
            return str(env["error"]) if "error" in env else None
        raise TypeError(f"unknown expression {kind}")

    def of_resource(self, kind: str, name: str) -> Any:
        pair = self.resources.get(name)
        if pair is None:
            return {"state": "none", "loading": False}.get(kind)
        if kind == "failure":
            return str(pair[0].error) if pair[0].error is not None else None
        return getattr(pair[0], kind)

    def run(self, body: list[Any], env: Env) -> Any:
        found = self.run_inner(body, env)
        return found.value if found is not None else None

    def run_inner(self, body: list[Any], env: Env) -> _Return | None:
        for statement in body:
            found = self.step(statement, env)
            if found is not None:
                return found
        return None

    def told(self, name: str) -> str:
        """What the trace calls the computation that is made now: `name`, and which one of this name it is."""
        self.made[name] += 1
        return name if self.made[name] == 1 else f"{name}#{self.made[name]}"

    def fn(self, name: str, body: list[Any], env: Env) -> Callable[[Any], Any]:
        told = self.told(name)

        def call(prev: Any) -> Any:
            self.log("run", told)
            value = self.run(body, {**env, "prev": prev})
            self.log("ran", told, value)
            return value

        return call

    def step(self, s: list[Any], env: Env) -> _Return | None:
        if s[0] == "return":
            return _Return(self.eval(s[1], env))
        if s[0] == "when":
            if _number(self.eval(s[1], env)):
                return self.run_inner(s[2], env)
            return self.run_inner(s[3] if len(s) > 3 else [], env)
        getattr(self, "do_" + s[0])(s, env)
        return None

    def do_log(self, s: list[Any], env: Env) -> None:
        self.log("log", self.eval(s[1], env))

    def do_note(self, s: list[Any], _env: Env) -> None:
        self.log("note", s[1])

    def do_final(self, _s: list[Any], _env: Env) -> None:
        self.log("final")
        for name, body in self.plain.items():
            value, now = (
                w.untrack(lambda name=name: self.read(name)),
                w.untrack(lambda b=body: self.run(b, {})),
            )
            if value != now:
                self.log("stale", name, value, now)

    def do_signal(self, s: list[Any], _env: Env) -> None:
        self.nodes[s[1]], self.setters[s[1]] = w.create_signal(s[2], name=s[1], **self.equals(s))

    def do_set(self, s: list[Any], env: Env) -> None:
        value = self.eval(s[2], env)
        if s[1] in self.setters:
            self.setters[s[1]](lambda _: value)

    def do_setf(self, s: list[Any], env: Env) -> None:
        if s[1] in self.setters:
            self.setters[s[1]](lambda prev: self.eval(s[2], {**env, "prev": prev}))

    def equals(self, s: list[Any]) -> dict[str, Any]:
        if len(s) > 3 and s[3] is not None:
            return {"equals": False if s[3] is False else _parity}
        return {"equals": identical} if self.mirror else {}

    def do_memo(self, s: list[Any], env: Env) -> None:
        self.nodes[s[1]] = w.create_memo(self.fn(s[1], s[2], env), name=s[1], **self.equals(s))
        if len(s) < 4 and _is_plain(s[2]):
            self.plain[s[1]] = [statement for statement in s[2] if statement[0] in ("return", "when")]
        else:
            self.plain.pop(s[1], None)

    def do_computed(self, s: list[Any], env: Env) -> None:
        w.create_computed(self.fn(s[1], s[2], env), name=s[1])

    def do_render(self, s: list[Any], env: Env) -> None:
        w.create_render_effect(self.fn(s[1], s[2], env), name=s[1])

    def do_effect(self, s: list[Any], env: Env) -> None:
        w.create_effect(self.fn(s[1], s[2], env), name=s[1])

    def do_reaction(self, s: list[Any], env: Env) -> None:
        def invalidated() -> None:
            self.log("invalidated", s[1])
            self.run(s[3], env)

        w.create_reaction(invalidated)(lambda: self.run(s[2], env))

    def do_on(self, s: list[Any], env: Env) -> None:
        deps = [lambda name=name: self.read(name) for name in s[3]]
        told = self.told(s[2])

        def body(value: Any, before: Any, prev: Any) -> Any:
            self.log("run", told)
            result = self.run(s[5], {**env, "input": value, "before": before, "prev": prev})
            self.log("ran", told, result)
            return result

        wrapped = w.on(deps[0] if len(deps) == 1 else deps, body, defer=s[4])
        if s[1] == "memo":
            self.nodes[s[2]] = w.create_memo(wrapped)
        else:
            {"effect": w.create_effect, "render": w.create_render_effect}[s[1]](wrapped)

    def do_mount(self, s: list[Any], _env: Env) -> None:
        w.on_mount(lambda: self.log("mounted", s[1]))

    def do_cleanup(self, s: list[Any], env: Env) -> None:
        def clean() -> None:
            self.log("cleanup", s[1])
            if len(s) > 2:
                self.run(s[2], env)

        w.on_cleanup(clean)

    def do_batch(self, s: list[Any], env: Env) -> None:
        w.batch(lambda: self.run(s[1], env))

    def do_untrack(self, s: list[Any], env: Env) -> None:
        w.untrack(lambda: self.run(s[1], env))

    def do_root(self, s: list[Any], env: Env) -> None:
        def build(dispose: Callable[[], None]) -> None:
            self.disposers[s[1]] = dispose
            self.run(s[2], env)

        w.create_root(build, scope=self.scope)

    def do_dispose(self, s: list[Any], _env: Env) -> None:
        if s[1] in self.disposers:
            self.disposers[s[1]]()

    def do_owner(self, s: list[Any], _env: Env) -> None:
        self.owners[s[1]] = w.get_owner()

    def do_within(self, s: list[Any], env: Env) -> None:
        if self.owners.get(s[1]) is not None:
            w.run_with_owner(self.owners[s[1]], lambda: self.run(s[2], env))

    def do_catch(self, s: list[Any], env: Env) -> None:
        def caught(error: Exception) -> None:
            self.log("caught", s[1], str(error))
            self.run(s[3], {**env, "error": error})

        w.catch_error(lambda: self.run(s[2], env), caught)

    def do_throw(self, s: list[Any], _env: Env) -> None:
        raise ValueError(s[1])

    def do_provide(self, s: list[Any], env: Env) -> None:
        value = _number(self.eval(s[2], env))
        w.provide_context(self.context(s[1]), value, lambda: self.run(s[3], env))

    def do_selector(self, s: list[Any], _env: Env) -> None:
        self.selectors[s[1]] = w.create_selector(lambda: _number(self.read(s[2])))

    def do_map(self, s: list[Any], env: Env) -> None:
        def row(item: Any, index: Callable[[], int]) -> Any:
            shown = w.untrack(lambda: walk(item, ["id"]) if is_inside(item) else item)
            self.log("row", s[1], shown)
            w.on_cleanup(lambda: self.log("row gone", s[1], shown))
            return self.run(s[3], {**env, "item": item, "index": index})

        self.nodes[s[1]] = w.create_memo(
            w.map_array(self.list_of(s[2]), row, self.fallback(s, env)), **self.equals(s[:1])
        )

    def do_index(self, s: list[Any], env: Env) -> None:
        def row(item: Callable[[], Any], index: int) -> Any:
            self.log("row", s[1], index)
            w.on_cleanup(lambda: self.log("row gone", s[1], index))
            return self.run(s[3], {**env, "item": item, "index": index})

        self.nodes[s[1]] = w.create_memo(
            w.index_array(self.list_of(s[2]), row, self.fallback(s, env)), **self.equals(s[:1])
        )

    def list_of(self, name: str) -> Callable[[], list[Any]]:
        def read() -> list[Any]:
            value = self.read(name)
            return value if isinstance(value, (list, w.store.StoreList)) else []

        return read

    def fallback(self, s: list[Any], env: Env) -> Callable[[], Any] | None:
        if len(s) <= 4 or s[4] is None:
            return None

        def make() -> Any:
            self.log("fallback", s[1])
            return self.run(s[4], env)

        return make

    def do_resource(self, s: list[Any], env: Env) -> None:
        options = s[3] if len(s) > 3 and s[3] else {}
        calls: list[asyncio.Future[Any]] = []

        def fetch(source: Any, info: w.ResourceInfo) -> Any:
            self.log("fetch", s[1], source, info.value, info.refetching)
            if options.get("sync"):
                return _number(source)
            future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
            calls.append(future)
            return future

        initial: dict[str, Any] = {"initial_value": options["initial"]} if "initial" in options else {}
        if options.get("storage"):
            initial["storage"] = lambda first: self.storage(s[1], first)
        self.calls[s[1]] = calls
        if s[2] is None:
            pair = w.create_resource(fetch, **initial)
        else:
            pair = w.create_resource(lambda: self.eval(s[2], env), fetch, **initial)
        if self.mirror:
            pair[0]._has_value = True  # pyright: ignore[reportPrivateUsage]
        self.resources[s[1]] = pair
        self.nodes[s[1]] = pair[0]

    def storage(self, name: str, first: Any) -> tuple[Callable[[], Any], Callable[[Any], Any]]:
        get, write = w.create_signal(first, **self.equals([]))

        def store(value: Any) -> Any:
            now = write(value)
            self.log("stored", name, now)
            return now

        return get, store

    def settle(self, s: list[Any], how: Callable[[asyncio.Future[Any]], None]) -> None:
        calls = self.calls.get(s[1], [])
        if s[2] < len(calls) and not calls[s[2]].done():
            how(calls[s[2]])

    def do_resolve(self, s: list[Any], _env: Env) -> None:
        self.settle(s, lambda future: future.set_result(s[3]))

    def do_reject(self, s: list[Any], _env: Env) -> None:
        self.settle(s, lambda future: future.set_exception(ValueError(s[3])))

    def do_refetch(self, s: list[Any], _env: Env) -> None:
        if s[1] in self.resources:
            self.resources[s[1]][1].refetch(*s[2:])

    def do_mutate(self, s: list[Any], env: Env) -> None:
        value = self.eval(s[2], env)
        if s[1] in self.resources:
            self.resources[s[1]][1].mutate(lambda _: value)

    def do_suspense(self, s: list[Any], env: Env) -> None:
        def content() -> Any:
            self.log("content", s[1])
            return self.run(s[2], env)

        def fallback() -> Any:
            self.log("fallback", s[1])
            w.on_cleanup(lambda: self.log("fallback gone", s[1]))
            return self.run(s[3], env)

        self.nodes[s[1]] = w.create_suspense(content, fallback)

    def do_list(self, s: list[Any], env: Env) -> None:
        w.create_suspense_list(lambda: self.run(s[3], env), reveal_order=s[1], tail=s[2])

    def do_boundary(self, s: list[Any], env: Env) -> None:
        def content() -> Any:
            self.log("content", s[1])
            return self.run(s[2], env)

        def fallback(error: Exception, reset: Callable[[], None]) -> Any:
            self.log("fallback", s[1], str(error))
            self.resets[s[1]] = reset
            return self.run(s[3], {**env, "error": error})

        self.nodes[s[1]] = w.create_error_boundary(content, fallback)

    def do_reset(self, s: list[Any], _env: Env) -> None:
        if s[1] in self.resets:
            self.resets[s[1]]()

    def do_transition(self, s: list[Any], env: Env) -> None:
        def change() -> None:
            self.run(s[1], env)

        used = len(s) > 2  # the setter of `use_transition`
        done = (
            w.use_transition(self.scope)[1](change) if used else w.start_transition(change, scope=self.scope)
        )
        done.when_done(lambda: self.log("committed"))

    async def play(self) -> list[list[Any]]:
        for at, statement in enumerate(self.data["steps"]):
            self.log("step", at)
            try:
                if statement[0] == "tick":
                    for _ in range(8):
                        await asyncio.sleep(0)
                else:
                    self.scope.run(lambda s=statement: self.step(s, {}))
            except Exception as error:
                self.log("threw", str(error))
        trace, self.trace = self.trace, []
        for dispose in reversed(self.disposers.values()):
            dispose()
        self.scope.close()
        return trace
