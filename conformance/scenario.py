"""Runs one of the oracle's scenarios on Wayfare: a small app, steps at a clock, and a trace of what happened.

The app is made of real routers, routes, links, queries and actions; the window, its history and its clicks
are played here, because in Wayfare they are the client's. Times are those of a clock that only `wait` moves,
and everything that can run is let run after every step and every timer, as in oracle/oracle.mjs.
"""

from __future__ import annotations

import asyncio
import heapq
import html
import itertools
import json
import re
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any

from adapter import decode, filters_of, transform_of

from wayfare import data as wayfare_data
from wayfare._world import AsyncioSpawner
from wayfare.components import A, HashRouter, MemoryRouter, Navigate, Router, lazy
from wayfare.data import (
    Query,
    create_async,
    query,
    revalidate,
    use_action,
    use_submission,
    use_submissions,
)
from wayfare.html import element, fragment
from wayfare.reactive import (
    Scope,
    create_computed,
    create_root,
    create_signal,
    get_owner,
    on_cleanup,
    run_with_owner,
    untrack,
)
from wayfare.render import ErrorBoundary, For, Suspense, component, mount_root
from wayfare.routing import (
    Browser,
    Entry,
    Go,
    HistoryCommand,
    Load,
    MemoryHistory,
    Push,
    RouteDefinition,
    parse_url,
    use_before_leave,
    use_current_matches,
    use_is_routing,
    use_location,
    use_match,
    use_navigate,
    use_params,
    use_preload_route,
    use_search_params,
)

Json = Any
CELL = element("c")


class Clock:
    """Timers that `advance` runs one by one; what is due soon is the loop's, so that it keeps its context."""

    def __init__(self) -> None:
        self.time = 0.0
        self.timers: list[tuple[float, int, list[Any]]] = []
        self._count = itertools.count()

    def now(self) -> float:
        return self.time / 1000 + 1_700_000_000

    def call_later(self, delay: float, fn: Callable[[], object]) -> Any:
        cell = [fn]
        heapq.heappush(self.timers, (round(self.time + delay * 1000, 3), next(self._count), cell))
        return _Timer(cell)

    def call_soon(self, fn: Callable[[], object]) -> Any:
        return asyncio.get_running_loop().call_soon(fn)


class _Timer:
    def __init__(self, cell: list[Any]) -> None:
        self.cell = cell

    def cancel(self) -> None:
        self.cell.clear()


class World:
    """The world of a scenario: its clock, real tasks, ids that count up."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.spawner = AsyncioSpawner()
        count = itertools.count(1)
        self.ids = lambda: f"id{next(count)}"


def encode(value: Any) -> Json:
    """A value as traces write it."""
    if isinstance(value, BaseException):
        return {"$error": str(value)}
    if isinstance(value, wayfare_data.FormData):
        return {"$form": [list(pair) for pair in value.pairs]}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [encode(each) for each in value]
    if isinstance(value, Mapping):
        return {key: encode(each) for key, each in value.items()}
    if isinstance(value, float) and value == int(value):
        return int(value)
    if callable(value):
        return {"$fn": 1}
    if isinstance(value, wayfare_data.Outcome):
        return encode(value.result if value.error is None else value.error)
    return value if isinstance(value, str | int | float | None) else str(value)


def show(value: Any) -> str:
    """A value as it stands in the view."""
    if isinstance(value, BaseException):
        return f"Error:{value}"
    return json.dumps(encode(value), ensure_ascii=False, separators=(",", ":"))


class LoggedHistory(MemoryHistory):
    """A memory history that tells what is written to it."""

    def __init__(self, url: str, log: Callable[..., None]) -> None:
        super().__init__(url)
        self._log = log

    def set(self, entry: Entry, *, replace: bool = False, scroll: bool = False) -> None:
        event: Json = {"ev": "history.set", "value": entry.value, "replace": replace, "scroll": scroll}
        if entry.state is not None:
            event["state"] = encode(entry.state)
        self._log(event)
        super().set(entry, replace=replace, scroll=scroll)


class Window:
    """The browser's history and address bar, as far as a router can tell."""

    def __init__(self, url: str, clock: Clock, log: Callable[..., None]) -> None:
        self.entries: list[tuple[str, Any]] = [(url, None)]
        self.index = 0
        self.clock = clock
        self.log = log
        self.browser = Browser(url, None, send=self.send)
        self.browser.is_first_render = False

    @property
    def url(self) -> str:
        return self.entries[self.index][0]

    def send(self, command: HistoryCommand) -> None:
        if isinstance(command, Push):
            url = command.url
            if url.startswith("#"):
                shown = parse_url(self.url)
                url = shown.pathname + shown.search + url
            url = str(parse_url(url))
            kind = "replaceState" if command.replace else "pushState"
            self.log({"ev": f"history.{kind}", "value": command.url, "state": encode(command.state)})
            if not command.replace:
                del self.entries[self.index + 1 :]
                self.entries.append((url, command.state))
                self.index += 1
            self.entries[self.index] = (url, command.state)
            if command.scroll:
                self.log({"ev": "scroll", "to": "top"})
        elif isinstance(command, Go):
            self.go(command.delta)
        elif isinstance(command, Load):
            self.log({"ev": "jsdom", "msg": "Not implemented: navigation (except hash changes)"})

    def go(self, delta: int) -> None:
        self.clock.call_later(0.001, lambda: self._go(delta))

    def _go(self, delta: int) -> None:
        index = self.index + delta
        if 0 <= index < len(self.entries):
            self.index = index
            url, state = self.entries[index]
            self.browser.moved(url, state, delta)


class Runner:
    """One scenario being run."""

    def __init__(self, req: Json) -> None:
        self.req = req
        self.trace: list[Json] = []
        self.clock = Clock()
        self.scope = Scope(World(self.clock), "scenario")
        self.kind = req.get("router", "memory")
        start = req.get("url", "/")
        self.history: LoggedHistory | None = None
        self.window: Window | None = None
        if self.kind == "memory":
            self.history = LoggedHistory(start, self.log)
        else:
            url = "/#" + start if self.kind == "hash" else start
            self.window = Window(str(parse_url(url)), self.clock, self.log)
            self.scope.provide(Browser, self.window.browser)
        self.signals = {name: create_signal(decode(value)) for name, value in req.get("signals", {}).items()}
        self.instances: dict[str, Any] = {}
        self.app: dict[str, Any] = {}
        self.before: dict[str, str] = {}
        self.ended = False
        self.queries: dict[str, Query[..., Any]] = {}
        self.actions: dict[str, Any] = {}
        self._anchors: dict[str, Json] = {}
        self._hovered: Json = None
        self._hover_timer: Any = None
        self._make_queries()
        self._make_actions()

    def log(self, event: Json) -> None:
        if not self.ended:
            self.trace.append({"t": round(self.clock.time), **event})

    # what the app is made of ---------------------------------------------

    def signal(self, name: str) -> Any:
        if name not in self.signals:
            self.signals[name] = create_signal(None)
        return self.signals[name]

    def ref(self, value: Any, context: Any) -> Any:
        if isinstance(value, str) and value.startswith("$"):
            head, _, rest = value[1:].partition(".")
            match head:
                case "params":
                    return context["params"].get(rest)
                case "query":
                    return context["location"].query.get(rest)
                case "sig":
                    return self.signal(rest)[0]()
                case "location":
                    return getattr(context["location"], rest)
                case "prev":
                    return context.get("prev")
        if isinstance(value, list):
            return [self.ref(each, context) for each in value]
        if isinstance(value, dict):
            return {key: self.ref(each, context) for key, each in value.items()}
        return value

    def _response(self, outcome: Json) -> Any:
        options: dict[str, Any] = {}
        if "revalidate" in outcome:
            options["revalidate"] = self.keys(outcome["revalidate"])
        if "status" in outcome:
            options["status"] = outcome["status"]
        if "redirect" in outcome:
            url = outcome["redirect"]
            return wayfare_data.redirect(url, external=url.startswith("http"), **options)
        if "json" in outcome:
            return wayfare_data.json(decode(outcome["json"]), **options)
        return wayfare_data.reload(**options) if outcome.get("reload") else None

    def _settle(self, spec: Json, count: int, default: str, label: Json) -> Any:
        outcomes = spec.get("outcomes")
        outcome = {**spec, **outcomes[min(count, len(outcomes)) - 1]} if outcomes else spec

        def result() -> Any:
            response = self._response(outcome)
            if response is not None:
                if outcome.get("throw"):
                    raise response
                return response
            if "error" in outcome:
                raise RuntimeError(outcome["error"])
            return decode(outcome["value"]) if "value" in outcome else default

        if "syncThrow" in outcome:
            raise RuntimeError(outcome["syncThrow"])
        if outcome.get("sync"):
            return result()
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()
        delay = outcome.get("delayMs", 0)

        def go() -> None:
            try:
                value = result()
            except Exception as error:
                self.log({"ev": "settle", **label, "error": encode_result(error)})
                if not future.done():
                    future.set_exception(error)
            else:
                self.log({"ev": "settle", **label, "value": encode_result(value)})
                if not future.done():
                    future.set_result(value)

        if delay == "micro":
            loop.call_soon(go)
        elif delay is not None:
            self.clock.call_later(delay / 1000, go)
        return future

    def _make_queries(self) -> None:
        for name, spec in self.req.get("queries", {}).items():
            self.queries[name] = self._query(name, spec)

    def _query(self, name: str, spec: Json) -> Query[..., Any]:
        counts: dict[str, int] = {}
        total = itertools.count(1)

        def fetch(*args: Any) -> Any:
            number = next(total)
            key = made.key_for(*args)
            counts[key] = counts.get(key, 0) + 1
            self.log({"ev": "fetch", "q": name, "key": key, "n": number})
            count = counts[key] if spec.get("perKey") else number
            return self._settle(spec, count, f"{key}#{number}", {"q": name, "n": number})

        made = query(fetch, spec.get("name", name), thread=False)
        return made

    def _make_actions(self) -> None:
        for name, spec in self.req.get("actions", {}).items():
            self.actions[name] = self._action(name, spec)

    def _action(self, name: str, spec: Json) -> Any:
        total = itertools.count(1)
        retried = False

        def perform(*args: Any) -> Any:
            number = next(total)
            self.log({"ev": "action", "a": name, "n": number, "input": encode(list(args))})
            return self._settle(spec, number, f"{name}#{number}", {"a": name, "n": number})

        def completed(submission: Any) -> None:
            nonlocal retried
            event = {"ev": "complete", "a": name, "input": encode(submission.input), "pending": False}
            if submission.result is not None:
                event["result"] = encode(submission.result)
            if submission.error is not None:
                event["error"] = encode(submission.error)
            self.log(event)
            if spec["onComplete"] == "retryOnce" and not retried:
                retried = True
                submission.retry()
            if spec["onComplete"] == "clear":
                submission.clear()

        on_complete = completed if spec.get("onComplete") else None
        return wayfare_data.action(perform, spec.get("name", name), on_complete=on_complete, thread=False)

    def keys(self, spec: Any) -> Any:
        if isinstance(spec, list):
            return [self.keys(each) for each in spec]
        if isinstance(spec, dict):
            if "$key" in spec:
                name, *args = spec["$key"]
                return self.queries[name].key_for(*decode(args))
            return self.queries[spec["$name"]].key
        return spec

    def _async(self, spec: Json, context: Any) -> Any:
        async def nothing() -> None:
            return None

        def fetch(prev: Any) -> Any:
            inner = {**context, "prev": prev}
            if "enabled" in spec and not self.ref(spec["enabled"], inner):
                return nothing()
            return self.queries[spec["query"]](*self.ref(decode(spec.get("args", [])), inner))

        make = wayfare_data.create_async_store if spec.get("store") else create_async
        return make(fetch, initial_value=decode(spec["initial"])) if "initial" in spec else make(fetch)

    def _body(self, spec: Json, context: Any, inner: list[Any]) -> Any:
        asyncs = [(each, self._async(each, context)) for each in spec.get("async", [])]

        def content() -> Any:
            nodes: list[Any] = []
            for each, accessor in asyncs:
                nodes.append(f" {each.get('label', each['query'])}=")
                latest = each.get("latest")
                read = (lambda a=accessor: show(a.latest)) if latest is True else (lambda a=accessor: show(a()))
                nodes.append(read)
                if latest == "both":
                    nodes += ["/", lambda a=accessor: show(a.latest)]
            for text in spec.get("texts", []):
                nodes += [f" {text}=", lambda text=text: show(self.ref(text, context))]
            nodes += [self._link(link) for link in spec.get("links", [])]
            return CELL[(*nodes, *inner)] if nodes or inner else CELL

        node: Any = None
        if "suspense" in spec or "boundary" in spec:
            node = _Part()[content]
        else:
            node = content()
        if "suspense" in spec:
            node = Suspense(fallback=f"<{spec['suspense']}>")[node]
        if spec.get("boundary"):

            def failed(error: Exception, reset: Callable[[], None]) -> str:
                context["reset"] = reset
                return f"!{error}!"

            node = ErrorBoundary(fallback=failed)[node]
        return node

    def _link(self, spec: Json) -> Any:
        names = {
            "href": "href", "end": "end", "state": "state", "replace": "replace", "noScroll": "no_scroll",
            "activeClass": "active_class", "inactiveClass": "inactive_class", "class": "class_",
        }  # fmt: skip
        return A(**{names[key]: decode(value) for key, value in spec.items()})

    def _lifecycle(self, spec: Json, name: str) -> Any:
        self.log({"ev": "mount", "c": name})
        context: dict[str, Any] = {
            "id": name,
            "owner": get_owner(),
            "navigate": use_navigate(),
            "params": use_params(),
            "location": use_location(),
        }
        self.instances[name] = context

        def gone() -> None:
            self.log({"ev": "unmount", "c": name})
            if self.instances.get(name) is context:
                del self.instances[name]

        on_cleanup(gone)
        if spec.get("beforeLeave") is not None:
            self._guard(spec["beforeLeave"], name, context)
        if "navigateOnMount" in spec:
            context["navigate"](spec["navigateOnMount"], **options_of(spec.get("navigateOpts")))
        return context

    def _guard(self, spec: Json, name: str, context: Any) -> None:
        def listener(event: Any) -> None:
            logged: Json = {"ev": "beforeLeave", "c": name, "to": event.to}
            if event.options is not None:
                logged["options"] = encode(dict(event.options))
            self.log({**logged, "from": event.from_.pathname, "prevented": event.default_prevented})
            context["retry"] = event.retry
            if spec.get("prevent") and ("when" not in spec or self.ref(spec["when"], context)):
                event.prevent_default()
                if "retryAfter" in spec:
                    self.clock.call_later(
                        spec["retryAfter"] / 1000, lambda: event.retry(bool(spec.get("force")))
                    )

        use_before_leave(listener)

    def _preload(self, spec: Json, name: str) -> Any:
        def preload(args: Any) -> Any:
            params = {key: args.params[key] for key in args.params}
            location = args.location
            self.log(
                {
                    "ev": "preload", "c": name, "intent": args.intent, "params": params,
                    "path": location.pathname, "search": location.search,
                }
            )  # fmt: skip
            context = {"params": args.params, "location": location}
            for each in spec.get("preload") or []:
                self.queries[each["query"]](*self.ref(decode(each.get("args", [])), context))
            return decode(spec["preloadReturn"]) if "preloadReturn" in spec else None

        return preload

    def _route(self, spec: Json) -> RouteDefinition:
        children = tuple(self._route(child) for child in spec.get("children", ()))
        name = spec.get("id")
        made: Any = None
        if name is not None and spec.get("component") is not False:
            made = self._component(spec, name)
            if "lazy" in spec:
                made = self._lazy(spec, name, made)
        has_preload = name is not None and (spec.get("preload") is not None or "preloadReturn" in spec)
        return RouteDefinition(
            path=spec.get("path", ""),
            component=made,
            preload=self._preload(spec, name) if has_preload else None,
            match_filters=filters_of(spec.get("filters")),
            info=spec.get("info"),
            children=children,
        )

    def _lazy(self, spec: Json, name: str, made: Any) -> Any:
        def load() -> Any:
            self.log({"ev": "lazy", "c": name})
            future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
            self.clock.call_later(spec["lazy"]["delayMs"] / 1000, lambda: future.set_result(made))
            return future

        return lazy(load)

    def _component(self, spec: Json, name: str) -> Any:
        @component(name=name)
        def routed(data: Any = None, children: Any = None) -> Any:
            if "redirectTo" in spec:
                self.log({"ev": "mount", "c": name})
                return Navigate(href=spec["redirectTo"])
            context = self._lifecycle(spec, name)
            shown = "" if data is None else f"data={show(data)}"
            return CELL[f"{name}({shown}", self._body(spec, context, [" ", children]), ")"]

        return routed

    def _root(self) -> Any:
        spec = self.req.get("root", {})
        mounts, self.set_mounts = create_signal([])

        @component(name="Root")
        def root(children: Any = None) -> Any:
            context = self._lifecycle(spec, "Root")
            app = self.app
            app.update(
                context=context,
                location=context["location"],
                params=context["params"],
                routing=use_is_routing(),
                matches=use_current_matches(),
                preload=use_preload_route(),
                search=use_search_params(),
                use_match=[use_match(path) for path in self.req.get("useMatch", [])],
                act={name: use_action(each) for name, each in self.actions.items()},
                subs={name: use_submissions(each) for name, each in self.actions.items()},
                sub={name: use_submission(each) for name, each in self.actions.items()},
            )
            last = False

            def routing(_: Any = None) -> None:
                nonlocal last
                now = app["routing"]()
                if now != last:
                    last = now
                    self.log({"ev": "routing", "value": now})

            create_computed(routing)

            def mounted(each: Any) -> Any:
                @component(name=each["id"])
                def extra() -> Any:
                    inner = self._lifecycle(each, each["id"])
                    return CELL[f" {each['id']}[", self._body(each, inner, []), "]"]

                return extra()

            return CELL[self._body(spec, context, [children]), For(each=mounts)[lambda each: mounted(each)]]

        return root

    def _router(self) -> Any:
        req = self.req
        spec = req.get("root", {})
        settings: dict[str, Any] = {"root": self._root(), "not_found": lambda: None}
        for given, name in (("base", "base"), ("explicitLinks", "explicit_links"), ("nativePreload", "preload")):
            if given in req:
                settings[name] = req[given]
        if "transformUrl" in req:
            settings["transform_url"] = transform_of(req["transformUrl"])
        if spec.get("preload") is not None or "preloadReturn" in spec:
            settings["root_preload"] = self._preload(spec, "Root")
        routes = [self._route(each) for each in req.get("routes", [])]
        if self.history is not None:
            return MemoryRouter(history=self.history, **settings)[routes]
        return (HashRouter if self.kind == "hash" else Router)(**settings)[routes]

    # what is seen of it ---------------------------------------------------

    def snapshot(self) -> dict[str, Json]:
        page = self.mounted.plain_html() if self.app else ""
        now: dict[str, Json] = {"view": html.unescape(re.sub(r"<[^>]*>", "", page))}
        app = self.app
        if app:
            location = app["location"]
            seen = {
                "pathname": location.pathname,
                "search": location.search,
                "hash": location.hash,
                "query": dict(location.query),
            }
            if location.state is not None:
                seen["state"] = encode(location.state)
            now["location"] = seen
            now["params"] = {name: app["params"][name] for name in app["params"]}
            now["matches"] = [f"{each.route.pattern} @ {each.path}" for each in app["matches"]()]
        if self.history is not None:
            now["history"] = {
                "entries": [each.value for each in self.history.entries],
                "index": self.history.index,
            }
        elif self.window is not None:
            url, state = self.window.entries[self.window.index]
            now["history"] = {"length": len(self.window.entries), "url": url, "state": encode(state)}
        for name in app.get("subs", {}):
            now[f"submissions:{name}"] = self._submissions(name)
        if app.get("use_match"):
            found = [match() for match in app["use_match"]]
            now["useMatch"] = [None if m is None else {"path": m.path, "params": m.params} for m in found]
        links = [attributes_of(tag) for tag in re.findall(r"<a\b[^>]*>", page)]
        if links or "links" in self.before:
            now["links"] = links
        return now

    def _submissions(self, name: str) -> Json:
        out = []
        for each in self.app["subs"][name]:
            seen = {"input": encode(list(each.input)), "pending": each.pending}
            if each.result is not None:
                seen["result"] = encode(each.result)
            if each.error is not None:
                seen["error"] = encode(each.error)
            out.append(seen)
        return out

    def look(self) -> None:
        """Logs what has changed since the last look."""
        try:
            now = untrack(self.snapshot)
        except Exception as error:
            self.log({"ev": "throw", "in": "snapshot", "error": f"{type(error).__name__}: {error}"})
            return
        for name, value in now.items():
            text = json.dumps(value, ensure_ascii=False)
            if self.before.get(name) == text:
                continue
            known = name in self.before
            self.before[name] = text
            if not (name.startswith("submissions:") and text == "[]" and not known):
                self.log({"ev": name, "value": value})

    async def settle(self) -> None:
        for _ in range(30):
            await asyncio.sleep(0)
        self.look()

    async def advance(self, milliseconds: float) -> None:
        target = self.clock.time + milliseconds
        while self.clock.timers and self.clock.timers[0][0] <= target:
            when, _, cell = heapq.heappop(self.clock.timers)
            self.clock.time = max(self.clock.time, when)
            if cell:
                self.scope.run(cell[0])
                await self.settle()
        if self.clock.time < target:
            self.clock.time = target
            await self.settle()

    def track(self, awaitable: Any, name: str | None, what: str) -> None:
        extra = {"as": name} if name else {}

        async def follow() -> None:
            try:
                value = await awaitable
            except asyncio.CancelledError:
                raise
            except Exception as error:
                self.log({"ev": "rejected", "what": what, **extra, "error": encode_result(error)})
            else:
                logged = {} if value is None else {"value": encode_result(value)}
                self.log({"ev": "resolved", "what": what, **extra, **logged})

        self.tasks.append(asyncio.get_running_loop().create_task(follow()))

    # the steps --------------------------------------------------------------

    async def run(self) -> Json:
        self.tasks: list[asyncio.Task[Any]] = []
        self.log({"ev": "start"})
        router = self._router()

        def mount() -> Any:
            return create_root(lambda: mount_root(router, lambda patch: None), scope=self.scope)

        try:
            self.mounted = self.scope.run(mount)
        except Exception as error:
            self.log({"ev": "throw", "in": "render", "error": f"{type(error).__name__}: {error}"})
        await self.settle()
        for number, step in enumerate(self.req.get("steps", [])):
            self.log({"ev": "step", "i": number, "do": step["do"]})
            try:
                if step["do"] == "sync":
                    for each in step["steps"]:
                        self.scope.run(lambda each=each: self.step(each))
                elif step["do"] == "wait":
                    await self.advance(step["ms"])
                else:
                    self.scope.run(lambda step=step: self.step(step))
            except Exception as error:
                self.log({"ev": "throw", "error": f"{type(error).__name__}: {error}"})
            await self.settle()
        self.log({"ev": "end"})
        self.ended = True
        if getattr(self, "mounted", None) is not None:
            self.mounted.dispose()
        self.scope.close()
        for task in self.tasks:
            task.cancel()
        await asyncio.sleep(0)
        return {"id": self.req.get("id"), "trace": self.trace}

    def step(self, step: Json) -> None:
        handler = getattr(self, "do_" + step["do"].replace(".", "_"), None)
        if handler is None:
            raise ValueError(f"unknown step {step['do']}")
        handler(step)

    def instance(self, name: str | None) -> Any:
        return self.app["context"] if name in (None, "Root") else self.instances[name]

    def within(self, name: str | None, fn: Callable[[], Any]) -> Any:
        return fn() if name is None else run_with_owner(self.instance(name)["owner"], fn)

    def do_flush(self, step: Json) -> None:
        """Everything is let run after every step."""

    def do_navigate(self, step: Json) -> None:
        self.instance(step.get("in"))["navigate"](step["to"], **options_of(step.get("opts")))

    def do_go(self, step: Json) -> None:
        go = self.history.go if self.history is not None else self.window.go  # type: ignore[union-attr]
        go({"back": -1, "forward": 1}.get(step["do"], step.get("n", 0)))

    do_back = do_forward = do_go

    def do_preload(self, step: Json) -> None:
        self.app["preload"](step["url"], preload_data=bool(step.get("data")))

    def do_call(self, step: Json) -> None:
        made = self.within(step.get("in"), lambda: self.queries[step["query"]](*decode(step.get("args", []))))
        self.track(made, step.get("as"), step["query"])

    def do_mount(self, step: Json) -> None:
        self.set_mounts(lambda before: [*before, step])

    def do_unmount(self, step: Json) -> None:
        self.set_mounts(lambda before: [each for each in before if each["id"] != step["id"]])

    def do_signal(self, step: Json) -> None:
        self.signal(step["name"])[1](lambda _: decode(step.get("value")))

    def do_revalidate(self, step: Json) -> None:
        keys = self.keys(step["keys"]) if "keys" in step else None
        self.track(revalidate(keys, step.get("force", True)), step.get("as"), "revalidate")

    def do_action(self, step: Json) -> None:
        call = self.app["act"][step["name"]]
        if "with" in step:
            bound = self.actions[step["name"]].with_(*decode(step["with"]))
            self.log({"ev": "with", "url": bound.url, "str": str(bound)})
            call = run_with_owner(self.app["context"]["owner"], lambda: use_action(bound))
        self.track(call(*decode(step.get("args", []))), step.get("as"), step["name"])

    def _submission(self, step: Json) -> Any:
        if "index" not in step:
            return self.app["sub"][step["action"]]
        return self.app["subs"][step["action"]][step["index"]]

    def do_clear(self, step: Json) -> None:
        self._submission(step).clear()

    def do_retry(self, step: Json) -> None:
        self.track(self._submission(step).retry(), step.get("as"), "retry")

    def do_submissions(self, step: Json) -> None:
        one = self.app["sub"][step["action"]]
        listed = self._submissions(step["action"])
        single = {name: encode(getattr(one, name)) for name in ("pending", "result", "error", "input")}
        pending = self.app["subs"][step["action"]].pending
        logged = {"action": step["action"], "length": len(listed), "pending": pending}
        self.log({"ev": "read", **logged, "list": listed, "single": single})

    def do_actionUrl(self, step: Json) -> None:
        made = self.actions[step["name"]]
        made = made.with_(*decode(step["with"])) if "with" in step else made
        self.log({"ev": "url", "url": made.url, "str": str(made), "base": made.base})

    def do_setSearch(self, step: Json) -> None:
        self.app["search"][1](decode(step["params"]), **options_of(step.get("opts")))

    def do_query_set(self, step: Json) -> None:
        query.set(self.keys(step["key"]), decode(step["value"]))

    def do_query_get(self, step: Json) -> None:
        key = self.keys(step["key"])
        self.log({"ev": "got", "key": key, "value": encode(query.get(key))})

    def do_query_delete(self, step: Json) -> None:
        self.log({"ev": "deleted", "value": query.delete(self.keys(step["key"]))})

    def do_query_clear(self, step: Json) -> None:
        query.clear()

    def do_key(self, step: Json) -> None:
        self.log({"ev": "key", "value": self.keys(step["key"])})

    def do_leaveRetry(self, step: Json) -> None:
        found = self.instances.get(step["of"]) or self.app["context"]
        found["retry"](bool(step.get("force")))

    def do_resetBoundary(self, step: Json) -> None:
        self.instance(step.get("of"))["reset"]()

    def do_snapshot(self, step: Json) -> None:
        self.log({"ev": "snapshot", **self.snapshot()})

    def do_dispose(self, step: Json) -> None:
        self.mounted.dispose()
        self.app = {}

    # the client's part: which clicks and hovers a router hears of -------------

    def _anchor(self, step: Json) -> Json:
        if "name" not in step:
            return step
        return self._anchors.setdefault(step["name"], step)

    def _followed(self, anchor: Json, mods: Json) -> str | None:
        """The URL of an anchor that is the router's, by the client's rules (semantics 82)."""
        attributes = anchor.get("attrs", {})
        href = anchor.get("href")
        explicit = self.req.get("explicitLinks") and "link" not in attributes
        if explicit or any(mods.values()) or attributes.get("target") or href is None:
            return None
        if "download" in attributes or "external" in attributes.get("rel", "").split():
            return None
        if re.match(r"[a-z][a-z0-9+.-]*:|//", href, re.I):
            return None
        shown = parse_url(self.window.url if self.window is not None else "/")
        if href.startswith("#"):
            return shown.pathname + shown.search + href
        if href.startswith("?"):
            return shown.pathname + href
        joined = href if href.startswith("/") else shown.pathname.rpartition("/")[0] + "/" + href
        return str(parse_url(joined))

    def do_click(self, step: Json) -> None:
        anchor = self._anchor(step)
        url = self._followed(anchor, step.get("mods", {}))
        browser = self.window.browser if self.window is not None else None
        prevented = False
        if url is not None and browser is not None:
            attributes = anchor.get("attrs", {})
            state = json.loads(attributes["state"]) if attributes.get("state") else None
            loads = len(self.trace)
            browser.link(url, "replace" in attributes, "noscroll" not in attributes, state)
            prevented = not any(each["ev"] == "jsdom" for each in self.trace[loads:])
        elif not step.get("mods"):
            self.log({"ev": "jsdom", "msg": "Not implemented: navigation (except hash changes)"})
        self.log({"ev": "clicked", "prevented": prevented})

    def do_hover(self, step: Json) -> None:
        anchor = self._anchor(step)
        if self._hover_timer is not None:
            self._hover_timer.cancel()
        if self._hovered is anchor:
            return

        def preload() -> None:
            self._hovered = anchor
            self.do_focus(anchor)

        self._hover_timer = self.clock.call_later(0.02, preload)

    def do_hoverNothing(self, step: Json) -> None:
        if self._hover_timer is not None:
            self._hover_timer.cancel()
        self._hovered = None

    def do_focus(self, step: Json) -> None:
        anchor = self._anchor(step)
        url = self._followed(anchor, {})
        if url is not None and self.window is not None:
            self.window.browser.preload(url, anchor.get("attrs", {}).get("preload") != "false")


@component
def _Part(children: Any = None) -> Any:
    """Content that is made where a boundary around it is in force."""
    return children() if callable(children) else fragment[children]


def encode_result(value: Any) -> Json:
    """What was settled with, a response included."""
    if isinstance(value, wayfare_data.Response):
        return {"$response": 1}
    return encode(value)


def options_of(options: Json) -> dict[str, Any]:
    return {name: decode(value) for name, value in (options or {}).items()}


def attributes_of(tag: str) -> Json:
    found = re.findall(r'\s([a-zA-Z-]+)(?:="([^"]*)")?', tag)
    return {name: html.unescape(value) for name, value in found if not name.startswith("data-w")}


def run_scenario(req: Json) -> Json:
    """The trace of a scenario."""

    async def main() -> Json:
        return await Runner(req).run()

    return run(main())


def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(coroutine)
