"""What a scenario's app is made of: routers, routes, links, guards, queries, actions, as the request says."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from typing import Any

from adapter import decode, filters_of, transform_of
from stage import Clock, Json, LoggedHistory, Window, World, encode, encode_result, options_of, show

from wayfare import data as wayfare_data
from wayfare.components import A, HashRouter, MemoryRouter, Navigate, Router, lazy
from wayfare.data import Query, create_async, query, use_action, use_submission, use_submissions
from wayfare.html import element, fragment
from wayfare.reactive import Scope, create_computed, create_signal, get_owner, on_cleanup
from wayfare.render import ErrorBoundary, For, Suspense, component
from wayfare.routing import (
    Browser,
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

CELL = element("c")


@component
def part(children: Any = None) -> Any:
    """Content that is made where a boundary around it is in force."""
    return children() if callable(children) else fragment[children]


class Cast:
    """The app of one scenario."""

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
                read = (
                    (lambda a=accessor: show(a.latest)) if latest is True else (lambda a=accessor: show(a()))
                )
                nodes.append(read)
                if latest == "both":
                    nodes += ["/", lambda a=accessor: show(a.latest)]
            for text in spec.get("texts", []):
                nodes += [f" {text}=", lambda text=text: show(self.ref(text, context))]
            nodes += [self._link(link) for link in spec.get("links", [])]
            return CELL[(*nodes, *inner)] if nodes or inner else CELL

        bounded = "suspense" in spec or "boundary" in spec
        node: Any = part()[content] if bounded else content()
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
        # Upstream's single flight is for server functions, which the oracle has none of.
        settings["single_flight"] = False
        for given, name in (
            ("base", "base"),
            ("explicitLinks", "explicit_links"),
            ("nativePreload", "preload"),
        ):
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
