"""How a router gets from one location to another, and everything that waits for it.

A navigation is decided at once (where to, may the page be left, is it a redirect loop) and carried out in a
transition: the location changes in the next page's world, what that page needs is fetched, and only then
are the history entry written and the new page shown. The last navigation wins; those it overtook leave no
trace but their options: a chain of redirects writes one entry, with the target of its last and the
`replace` and `scroll` of its first link.

Source of the behaviour: https://docs.solidjs.com/solid-router/concepts/navigation
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from ..data import ACTION_BASE, ActionBase, Intent, Navigator, submissions_of
from ..errors import NotRoutableError, RedirectLoopError, RouteError, exc_info_of
from ..reactive import (
    Owner,
    batch,
    create_computed,
    create_memo,
    create_selector,
    create_signal,
    current_scope,
    get_owner,
    on,
    on_cleanup,
    reset_error_boundaries,
    start_transition,
    untrack,
)
from .browser import Browser, Load, Scroll
from .events import Direction, EventKind, NavigationEvent, NavigationEvents
from .history import Entry, History
from .leave import BeforeLeave, NavigateOptions
from .location import Location, ReactiveMapping
from .match import Matches
from .paths import check_target, is_external, is_script_url, is_within, mounted_base, resolve_path
from .preloading import Preloader, intent_of
from .redirects import MAX_REDIRECTS, Redirects
from .tree import RouteTree
from .urls import parse_url

if TYPE_CHECKING:
    from .outlets import RouteContext

logger = logging.getLogger("wayfare.routing")
_NOWHERE: str | None = None


@dataclass(frozen=True, slots=True)
class RouterOptions:
    """What a router is told: the options of `Router`, under the same names."""

    base: str = ""
    transform_url: Callable[[str], str] | None = None
    single_flight: bool = True
    action_base: str = "/_server"
    explicit_links: bool = False
    preload: bool = True
    scroll_restoration: bool = False
    view_transitions: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class _Target:
    """Where a navigation goes. Compared by identity: the last one that was begun is the one that counts."""

    value: str
    state: Any = None


class BaseRoute:
    """What targets resolve against outside of every route: the router's base.

    Args:
        path: the full path of the base.
        root_path: the path that the app is mounted under, if any. What is mounted there answers to it with a
            slash at its end only, so that is how a target that is this path is written.
    """

    __slots__ = ("path_text", "root_path")

    def __init__(self, path: str, root_path: str = "") -> None:
        self.path_text = path
        self.root_path = root_path

    def path(self) -> str:
        """The base path."""
        return self.path_text

    def resolve_path(self, to: str) -> str | None:
        """The full path that a target means from the base."""
        return self.resolve_from(None, to)

    def resolve_from(self, start: str | None, to: str) -> str | None:
        """The full path that a target means from the route at `start`."""
        resolved = resolve_path(self.path_text, to, start)
        root = self.root_path
        if not root or resolved is None or not resolved.startswith(root):
            return resolved
        behind = resolved[len(root) :]
        return f"{root}/{behind}" if behind[:1] in ("", "?", "#") else resolved


class RouterModel:
    """One router: its location, matches and params, and the way to change them.

    Made under an owner, in a page's scope or the program's; components reach it by context.
    """

    def __init__(
        self, history: History, tree: Callable[[], RouteTree], options: RouterOptions | None = None
    ) -> None:
        self.options = options or RouterOptions()
        self.history = history
        self.scope = current_scope()
        self.owner: Owner | None = get_owner()
        base = resolve_path("", mounted_base(self.options.base, history.root_path))
        if base is None or "?" in base or "#" in base:
            raise RouteError(f"base={self.options.base!r} is no path on this site. Write it like '/app'.")
        self.base = BaseRoute(base, history.root_path)
        entry = history.current()
        if not entry.value:
            entry = Entry(base)
            browser = history.browser
            if browser is None or not browser.is_first_render:
                history.set(entry, replace=True, scroll=False)
            # Else the browser has not told yet what follows its #.
        self._reference, self._set_reference = create_signal(entry.value)
        self._state, self._set_state = create_signal(entry.state)
        self._routing, self._set_routing = create_signal(False)
        self._pending, self._set_pending = create_signal(_NOWHERE)
        self._target: _Target | None = None
        self._referrers: list[tuple[bool, bool]] = []
        self._direction: int | None = None
        self._from = ""
        self._closed = False
        # Asked by links, with what a browser makes of their target.
        self.is_pending: Callable[[str | None], bool] = create_selector(self._pending)
        self.location = Location(self._reference, self._state)
        self.tree = tree
        self.matches: Callable[[], Matches] = create_memo(self._match)
        self.params = ReactiveMapping(create_memo(lambda: self.matches().params))
        self.events = NavigationEvents()
        self.before_leave = BeforeLeave(self._guarded)
        self.preloader = Preloader(self)
        self.redirects = Redirects(self)
        self._connect()

    @property
    def closed(self) -> bool:
        """Whether it is gone from its page."""
        return self._closed

    @property
    def is_routing(self) -> Callable[[], bool]:
        """Whether a navigation is going on."""
        return self._routing

    @property
    def pending_target(self) -> str | None:
        """Where the navigation that is going on leads to; None without one."""
        return None if self._target is None else self._target.value

    def render_path(self, path: str) -> str:
        """A path as it stands in an `href`."""
        return self.history.render_path(path)

    def match(self, pathname: str) -> Matches:
        """What a path of this router's matches, `transform_url` applied."""
        transform = self.options.transform_url
        matched = pathname if transform is None else transform(pathname)
        if not isinstance(matched, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise RouteError(
                f"transform_url gave {matched!r:.80} for {pathname!r:.200}. It takes a path and gives the "
                "one that is matched in its place."
            )
        return self.tree().match(matched)

    def _match(self) -> Matches:
        return self.match(self.location.pathname)

    def navigate(
        self,
        route: BaseRoute | RouteContext,
        to: str | int,
        options: NavigateOptions | None = None,
        *,
        force: bool = False,
    ) -> None:
        """Goes to a target as seen from a route, or back and forth by a number of entries.

        Raises `NotRoutableError` for a target that no router can go to, `RedirectLoopError` after 100
        navigations of which none has finished.
        """
        if self._target is None:
            self.redirects.begin()
        untrack(lambda: self._navigate(route, to, options or {}, options, force))

    def _navigate(
        self,
        route: BaseRoute | RouteContext,
        to: str | int,
        options: NavigateOptions,
        given: NavigateOptions | None,
        force: bool,
    ) -> None:
        if isinstance(to, bool) or not isinstance(to, int | str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise NotRoutableError(
                f"navigate takes a path, or how many entries to go back or forward, and was given {to!r:.80}."
            )
        if isinstance(to, int):
            if to and not self.history.go(to, force=force):
                logger.warning("navigate(%d) does nothing: this router's history can't go back and forth", to)
            return
        check_target(to)
        target = self._resolve(route, to, options)
        if target is None:
            raise NotRoutableError(self._why_not(to))
        if len(self._referrers) >= MAX_REDIRECTS:
            raise RedirectLoopError(
                f"Too many redirects: {MAX_REDIRECTS} navigations were begun and none of them has finished, "
                f"so that to {target!r} was not begun. Look for routes, guards or queries that send to each "
                "other, or, where it was the visitor who went on, for a page that does not load."
            )
        state = options.get("state")
        if target == self._reference() and _same(state, self._state()):
            self._stay(_Target(target, state), options)
            return
        browser = self.history.browser
        if browser is not None and browser.is_first_render:
            # Nobody sees this page: the answer to its request is the redirect.
            browser.redirect(self.history.render_path(target))
        elif force or self.before_leave.confirm(target, given):
            self._referrers.append(_referrer(options))
            self._transition("navigate", _Target(target, state))

    def _stay(self, here: _Target, options: NavigateOptions) -> None:
        """There is nothing to do, except to give up what is on its way elsewhere."""
        if self._target is not None and self._target.value != here.value:
            # A move that is given up has left the history elsewhere: this page is a new entry there.
            moved = str(parse_url(self.history.current().value)) != str(parse_url(here.value))
            self._referrers = [_referrer(options)] if moved else []
            self._transition("navigate", here)

    def _resolve(self, route: BaseRoute | RouteContext, to: str, options: NavigateOptions) -> str | None:
        if to.startswith("#") and options.get("resolve", True):
            url = self.location.url()
            return resolve_path("", url.pathname + url.search + to)
        query_only = not to or to[0] == "?"
        if options.get("resolve", not query_only):
            return route.resolve_path(to)
        return resolve_path(self.location.pathname if query_only else "", to)

    def _why_not(self, to: str) -> str:
        if is_script_url(to):
            return f"The target {to[:80]!r} is a script and is never navigated to."
        return (
            f"Path {to[:200]!r} is not a routable path: it names another site, or a browser would read "
            "it so. Link to other sites with a plain a(href=...), or redirect to them from an action."
        )

    def moved(self, entry: Entry, delta: int | None) -> None:
        """The history is at another entry: follows it there."""
        self._referrers.clear()
        self._direction = delta
        self._transition("native", _Target(entry.value, entry.state))

    def scroll_to(self, part: str) -> None:
        """A navigation in a memory history is over: the page's window scrolls, as it would for its own."""
        browser = self.scope.services.get(Browser)
        if isinstance(browser, Browser) and not browser.is_first_render:
            browser.send(Scroll(part))

    def may_leave(self, to: str | int, state: object = None) -> bool:
        """Whether every listener of before-leave lets the history go there."""
        return untrack(lambda: self.before_leave.confirm(to, None if state is None else {"state": state}))

    def follow(self, url: str, replace: bool, scroll: bool, state: object) -> bool:
        """The visitor clicked a link. False where it is not this router's."""
        target = self.target_of(url)
        if target is None:
            return False
        options: NavigateOptions = {"resolve": False, "replace": replace, "scroll": scroll, "state": state}
        self.redirects.begin()
        self.navigate(self.base, target, options)
        return True

    def target_of(self, url: str) -> str | None:
        """What a clicked or hovered link's URL means to this router; None where it is not its own."""
        if is_external(url) or not self.history.owns(url):
            return None
        target = self.history.parse_path(url)
        return target if is_within(parse_url(target).pathname, self.base.path_text) else None

    def redirect(self, url: str, *, replace: bool) -> None:
        """Carries out a redirect that a query or an action answered with, also to another site."""
        if is_script_url(url):
            raise NotRoutableError(self._why_not(url))
        browser = self.history.browser
        if is_external(url):
            check_target(url)
            if browser is None:
                logger.warning("a redirect to %s was not followed: this router has no browser", url)
            elif browser.is_first_render:
                browser.redirect(url)
            else:
                browser.send(Load(url))
            return
        options: NavigateOptions = {"replace": replace}
        untrack(lambda: self._navigate(self.base, url, options, options, False))

    def _transition(self, intent: Intent, target: _Target) -> None:
        if untrack(lambda: self._is_here(target)) and self._target is None:
            browser = self.history.browser
            if intent == "native" and browser is not None and browser.routing is not None:
                # A browser that has moved waits for what is there to be shown, which it is.
                browser.routing(False)
            return
        if intent == "native":
            self.redirects.begin()
        started = self._target is None
        self._target = target

        def announce() -> None:
            if started:
                self._set_routing(True)
            self._set_pending(str(parse_url(target.value)))

        batch(announce)
        if started:
            self._from = untrack(lambda: str(self.location.url()))
        self._emit("start" if started else "redirect", target, intent)

        def change() -> None:
            if self._target is not target:
                return
            self._set_reference(target.value)
            self._set_state(lambda _before: target.state)
            reset_error_boundaries(self.scope)
            submissions_of(self.scope).forget_completed()

        def ended() -> None:
            if done.error is not None:
                logger.error("the navigation to %s failed", target.value, exc_info=exc_info_of(done.error))
            if self._target is target and not self._closed:
                batch(lambda: self._end(target, intent))

        # What the transition computes runs in the context of this call: queries see the intent.
        with intent_of(intent):
            done = start_transition(change, scope=self.scope)
        done.when_done(ended)

    def _is_here(self, target: _Target) -> bool:
        return target.value == self._reference() and _same(target.state, self._state())

    def _end(self, target: _Target, intent: Intent) -> None:
        self._target = None
        self._emit("end", target, intent)
        self._direction = None
        if intent == "navigate" and self._referrers:
            replace, scroll = self._referrers[0]
            self._referrers.clear()
            self.history.set(Entry(target.value, target.state), replace=replace, scroll=scroll)
        self._set_routing(False)
        self._set_pending(None)

    def _emit(self, kind: EventKind, target: _Target, intent: Intent) -> None:
        if not self.events:
            return
        delta = self._direction
        direction: Direction
        if intent == "native":
            direction = "unknown" if delta is None else "back" if delta < 0 else "forward"
        else:
            direction = "replace" if self._referrers and self._referrers[0][0] else "push"
        self.events.emit(NavigationEvent(kind, self._from, target.value, direction))

    def _guarded(self, guarded: bool) -> None:
        browser = self.history.browser
        if browser is not None and browser.guarded is not None:
            browser.guarded(guarded)

    def _connect(self) -> None:
        on_cleanup(self._close)
        on_cleanup(self.history.listen(self))
        browser = self.history.browser
        services = self.scope.services
        if browser is not None or Navigator not in services:
            # Redirects of queries and actions go to the page's own router, not to a memory router in it.
            redirects = services[Navigator] = self.redirects
            on_cleanup(lambda: services.pop(Navigator) if services.get(Navigator) is redirects else None)
        if browser is None:
            return
        if self.options.action_base != ACTION_BASE:
            path = mounted_base(self.options.action_base, browser.root_path)
            self.scope.provide(ActionBase, ActionBase(path))
        browser.client = {
            # The address bar's paths are a hash router's whatever its base is.
            "base": self.base.path_text if self.history.render_path("/") == "/" else "",
            "links": "explicit" if self.options.explicit_links else "all",
            "preload": "all" if self.options.preload else "none",
        }
        if self.options.scroll_restoration and self.history.keeps_scroll:
            browser.client["scroll"] = "restore"
        if self.options.view_transitions:
            browser.client["transitions"] = "view"
        services[RouterModel] = self
        on_cleanup(lambda: services.pop(RouterModel) if services.get(RouterModel) is self else None)
        on_cleanup(browser.on_link(self.follow))
        on_cleanup(browser.on_preload(self.preloader.preload_link))
        create_computed(self._tell_status)
        if browser.routing is not None:
            tell = browser.routing
            create_computed(on(self._routing, tell, defer=True))

    def _close(self) -> None:
        self._closed = True
        self.preloader.cancel()

    def _tell_status(self) -> None:
        browser = self.history.browser
        assert browser is not None
        infos: list[object] = [match.route.info for match in self.matches()]
        known = [cast("Mapping[str, Any]", info) for info in infos if isinstance(info, Mapping)]
        statuses = [info["status"] for info in known if "status" in info]
        browser.status = statuses[-1] if statuses else 200 if self.matches() else 404


def _referrer(options: NavigateOptions) -> tuple[bool, bool]:
    """How the entry of a navigation is written: in the place of the present one, and with scrolling."""
    return options.get("replace", False), options.get("scroll", True)


def _same(one: object, other: object) -> bool:
    """Equality of two states, which may be anything."""
    if one is other:
        return True
    try:
        return (one == other) is True
    except Exception:
        return False
