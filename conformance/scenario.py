# ruff: noqa: N802, ARG002 - steps are named as the requests name them, and all take one
"""Runs one of the oracle's scenarios on Wayfare: a small app, steps at a clock, and a trace of what happened.

The app is real (cast.py), the window and its clicks are played (stage.py). Everything that can run is let run
after every step and every timer, as in oracle/oracle.mjs, and what has changed since is logged.
"""

from __future__ import annotations

import asyncio
import heapq
import html
import json
import re
from collections.abc import Callable, Coroutine
from typing import Any

from adapter import decode
from cast import Cast
from stage import Json, attributes_of, encode, encode_result, options_of

from wayfare.data import query, revalidate, use_action
from wayfare.reactive import create_root, run_with_owner, untrack
from wayfare.render import mount_root
from wayfare.routing import parse_url


class Runner(Cast):
    """One scenario being run."""

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

        # begun at once, as `then` is: who has asked first hears of it first
        self.tasks.append(self.scope.world.spawner.spawn(follow(), name=what))

    async def run(self) -> Json:
        self.tasks: list[asyncio.Task[Any]] = []
        self.log({"ev": "start"})
        router = self._router()

        def mount() -> Any:
            return create_root(lambda: mount_root(router, lambda _patch: None), scope=self.scope)

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


def run_scenario(req: Json) -> Json:
    """The trace of a scenario."""

    async def main() -> Json:
        return await Runner(req).run()

    return run(main())


def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(coroutine)
