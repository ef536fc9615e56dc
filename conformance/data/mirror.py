"""Makes queries act as upstream's do where a listed difference says that they do not.

Each listed difference that would show in many scenarios has a mirror here. Random scenarios are compared with
all of them on, so that everything else can be compared event by event; differences.json names a scenario in
which each shows with its mirror off.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from typing import Any, NamedTuple
from unittest.mock import patch

from wayfare.data.answer import Answer
from wayfare.data.cache import SWEEP_EVERY, Entry, Line, Store
from wayfare.data.following import Submissions
from wayfare.data.intent import Intent, current_intent
from wayfare.data.page_cache import PageCache
from wayfare.data.query import Query
from wayfare.data.shared import _Bump, lines_of
from wayfare.reactive import (
    Arrival,
    Resource,
    Transition,
    boundary,
    flush,
    graph,
    running_transition,
    start_transition,
)
from wayfare.reactive.graph import Computation
from wayfare.reactive.nodes import GONE, PURE, STALE, NotReady, Owner
from wayfare.routing import navigation
from wayfare.routing.navigation import RouterModel

QUERY = import_module("wayfare.data.query")


@contextmanager
def mirrored(*, without: str | None = None, told_later: bool = False) -> Iterator[None]:
    """Everything in here acts as upstream does, except for one of the differences.

    With `told_later`, who hears of a newer answer that a navigation has used runs after the new page is made,
    and not before. Upstream does either, by how the memos of its router are nested, and what it fetches
    depends on it: who runs again is not subscribed meanwhile (item 109).
    """
    _versions.clear()
    _Intent.navigating = None
    with ExitStack() as stack:
        for name, patches in MIRRORS.items():
            if name != without:
                for owner, attribute, made in patches:
                    new = made.of(getattr(owner, attribute)) if isinstance(made, _Around) else made
                    stack.enter_context(patch.object(owner, attribute, new))
        if told_later:
            stack.enter_context(patch.object(QUERY, "_tell_others", _tell_others_later))
        yield


class _Around(NamedTuple):
    """What is put in the place of something that it calls, which may be another mirror."""

    of: Callable[[Any], Any]


def _leave(answer: Answer[Any], waiter: Callable[..., None], /) -> None:
    """A fetch that nobody waits for goes on (decision 13)."""
    answer._waiters.pop(waiter, None)


def _call(made: Query[..., Any], *args: Any, **kwargs: Any) -> Any:
    return _Promise(_plain_call(made, *args, **kwargs))


def _in_turns(turns: int, fn: Callable[[], None]) -> None:
    """Call `fn` in the loop's turn after so many others."""
    loop = asyncio.get_running_loop()
    if turns == 0:
        loop.call_soon(fn)
    else:
        loop.call_soon(_in_turns, turns - 1, fn)


class _Promise(Arrival):
    """A call's own promise: another one each time, and never there at once."""

    def __init__(self, answer: Answer[Any]) -> None:
        self.answer = answer
        self._joined: dict[Callable[..., None], Callable[..., None]] = {}

    def join(self, waiter: Callable[[Any], None], transition: Transition | None = None, /) -> None:
        def told(_: object = None) -> None:
            if self._joined.pop(waiter, None) is not None:
                waiter(self)

        self._joined[waiter] = told
        if not self.answer.done:
            self.answer.join(told, transition)
            return

        def soon() -> None:
            if transition is not None and transition.state == "pending":
                transition.run(told)
            else:
                told()

        _in_turns(3, soon)  # as many promises as upstream's has to go through

    def leave(self, waiter: Callable[[Any], None], /) -> None:
        told = self._joined.pop(waiter, None)
        if told is not None:
            self.answer.leave(told)

    def cancelled(self) -> bool:
        return self.answer.cancelled()

    def exception(self) -> BaseException | None:
        return self.answer.exception()

    def result(self) -> Any:
        return self.answer.result()

    def __await__(self) -> Any:
        if self.answer.done:
            for _ in range(4):
                yield
        return (yield from self.answer.__await__())


def _spend(entry: Entry, now: float) -> None:
    """The mark of a preload is never spent (item 104)."""
    entry.stamp = now
    if entry.answer is not None and entry.answer.good:
        entry.value = entry.answer.value


def _settle(entry: Entry, answer: Answer[object], value: object) -> None:
    """`query.get` gives what has come last of what anybody but a preload has asked for (items 115, 116)."""
    if answer.followers:
        entry.value = value


def _noting_use(call: Any) -> Any:
    """`query.get` gives what has been used last, too."""

    def noted(made: Query[..., Any], *args: Any, **kwargs: Any) -> Any:
        given = call(made, *args, **kwargs)
        answer = given.answer if isinstance(given, _Promise) else given
        if answer.good and answer.entry is not None and QUERY.current_intent.get() != "preload":
            answer.entry.value = answer.value
        return given

    return noted


def _keep_swept(store: Store, clock: Any) -> None:
    """Swept at the same moments for all pages, by the program's clock."""
    if store._timer is None and not store._closed:
        wait = SWEEP_EVERY - float(clock.now() - 1_700_000_000) % SWEEP_EVERY
        store._timer = clock.call_later(wait, lambda: store._swept(clock))


def _carry_over(node: Computation) -> None:
    """What has run in the present world alone does not run in the transition, whatever it has read."""
    if node.overlay is not None and node.kind <= PURE:
        node.overlay.transition.again(node)


_plain_forget = Transition.forget


def _forget(transition: Transition, node: Any) -> None:
    """What is to run again in the transition, and is disposed of before, runs all the same, and stays."""
    if node in transition.requeued and node.kind <= PURE:
        fn = node.fn

        def run_again() -> None:
            node.fn, node.state = fn, STALE
            flush.run_updates(lambda: graph.enqueue(node), False)

        def again() -> None:
            if transition.state == "pending":
                transition.run(run_again)
            else:
                run_again()

        transition.scope.world.clock.call_soon(again)
    _plain_forget(transition, node)


_plain_transition: Any = vars(Resource)["_transition"]


def _transition_of(resource: Resource[Any]) -> Transition | None:
    """What was begun in a transition that is over belongs to whichever is pending now."""
    begun: Transition | None = _plain_transition.__get__(resource)
    if begun is not None and begun.state != "pending" and begun.scope.transition is not None:
        return begun.scope.transition
    return begun


_plain_born = Transition.born


def _born(transition: Transition, node: Owner) -> None:
    """What an effect of the present world makes while it runs inside a transition is in both worlds."""
    maker = node.parent
    if isinstance(maker, Computation) and maker.kind > PURE and not getattr(maker.overlay, "born", False):
        return
    _plain_born(transition, node)


_plain_clear = Transition.clear


def _clear(transition: Transition, node: Computation) -> None:
    """What runs again inside a transition has its cleanups run at once: what it shows still is not held."""
    if node.kind > PURE:
        graph.dispose_children(node)
        return
    cleanups = None if getattr(node.overlay, "ran", False) else node.cleanups
    if cleanups:
        node.cleanups = None
    _plain_clear(transition, node)
    if cleanups:
        graph.run_cleanups(node, cleanups)


_plain_check = Transition._check


def _check(transition: Transition) -> None:
    """A transition that waits for nothing any more is over, although something in it is to run again."""
    again = [] if transition.promises else list(transition.requeued)
    if transition.promises or transition.state != "pending":
        _plain_check(transition)
        return
    transition.requeued.clear()
    _plain_check(transition)

    def run_again() -> None:
        for node in again:
            if node.state != GONE:
                node.state = STALE
                graph.enqueue(node)
                if node.observers:
                    graph.mark_downstream(node)

    graph.run_updates(run_again, False)


_plain_read = Resource.__call__


def _read(resource: Resource[Any]) -> Any:
    """What is not there yet is nothing, and who reads it goes on with that."""
    try:
        return _plain_read(resource)
    except NotReady:
        return None


def _stop_waiting(resource: Resource[Any]) -> None:
    """A boundary shows its content when all has come, in whichever world."""
    waiting = tuple(resource._waiting)
    resource._waiting.clear()
    for each in waiting:
        each.decrement()


class _Intent:
    """One intent for everybody, for as long as a navigation is under way (item 90)."""

    navigating: Intent | None = None

    @classmethod
    def get(cls) -> Intent | None:
        found = current_intent.get()
        return found if found == "preload" else cls.navigating


_plain_transition_to = RouterModel._transition
_plain_end = RouterModel._end


def _begin_navigation(router: RouterModel, intent: Intent, target: Any) -> None:
    _plain_transition_to(router, intent, target)
    if router._target is target:
        _Intent.navigating = intent


def _end_navigation(router: RouterModel, target: Any, intent: Intent) -> None:
    _Intent.navigating = None
    _plain_end(router, target, intent)


_plain_navigate = RouterModel._navigate


def _navigate(router: RouterModel, route: Any, to: str | int, options: Any, *others: Any) -> None:
    """A navigation to where one is changes nothing about the one under way (item 61)."""
    if router.pending_target is not None and isinstance(to, str):
        target = router._resolve(route, to, options)
        if target == router._reference() and options.get("state") == router._state():
            return
    _plain_navigate(router, route, to, options, *others)


_plain_redirect = RouterModel.redirect


def _redirect(router: RouterModel, url: str, *, replace: bool) -> None:
    """A query's redirect to where one is, while on the way elsewhere, is one more navigation (item 61)."""
    here = router.location.url()
    if replace and router.pending_target is not None and url == str(here.pathname + here.search + here.hash):
        router._referrers.append((replace, True))
        router._transition("navigate", navigation._Target(url))
    else:
        _plain_redirect(router, url, replace=replace)


_versions: dict[Line, int] = {}
_plain_call = Query.__call__
_plain_bump = Line.bump
_plain_line = Line.__init__


def _milliseconds(cache: PageCache) -> int:
    return round(cache.scope.world.clock.now() * 1000)


def _revalidate(cache: PageCache, patterns: Any, *, force: bool, **_everywhere: bool) -> Any:
    """What has one subscriber, and is old, is fetched again without `force` (item 109). Who has subscribed in
    the tick of the call hears of it too; all hear of it in the order in which the keys were first used.
    """
    if force:
        cache.invalidate(patterns)

    def retrigger() -> None:
        places = {key: place for place, key in enumerate(cache.store.entries)}
        lines = sorted(lines_of(cache.store, patterns), key=lambda line: places[line.entry.key])
        _Bump(lines, True)()  # who runs again lets go of its subscription first

    return start_transition(retrigger, scope=cache.scope)


def _make_line(line: Line, entry: Entry, cache: PageCache, home: Any, source: Any) -> None:
    _plain_line(line, entry, cache, home, source)
    _versions[line] = _milliseconds(cache)


def _bump(line: Line) -> None:
    """Versions are times: what is told twice in a millisecond is told once (item 112)."""
    now = _milliseconds(line.cache)
    if _versions.get(line) != now:
        _versions[line] = now
        _plain_bump(line)


def _tell_others(line: Line) -> None:
    """A navigation makes the time of the answer that it uses the version, for whoever it is (item 107)."""

    def tell() -> None:
        stamp = round(line.entry.stamp * 1000) if line.entry.valid else 0
        if _versions.get(line) != stamp:
            _versions[line] = stamp
            _plain_bump(line)

    if line.count:
        start_transition(tell, scope=line.cache.scope)


def _tell_others_later(line: Line) -> None:
    """The same, but who hears of it runs when the page that is navigated to has been made."""
    inside = running_transition()
    if inside is None or not line.count:
        _tell_others(line)
        return

    def afterwards() -> None:
        inside.run(lambda: _tell_others(line))
        inside.discard_promise(afterwards)

    inside.add_promise(afterwards)
    line.cache.scope.world.clock.call_soon(afterwards)


MIRRORS: dict[str, list[tuple[Any, str, Any]]] = {
    "called-off": [(Answer, "leave", _leave)],
    "there-at-once": [(Query, "__call__", _call)],
    "preload-mark": [(Entry, "spend", _spend)],
    "newest-answer": [(Entry, "settle", _settle), (Query, "__call__", _Around(_noting_use))],
    "sweeping": [(Store, "keep_swept", _keep_swept)],
    "orphans": [(Store, "_forget", lambda store, entry: store.remove(entry))],
    "pending": [(Submissions, "pending", property(lambda found: any(not each.result for each in found)))],
    "one-subscriber": [(PageCache, "revalidate", _revalidate)],
    "versions": [
        (Line, "__init__", _make_line),
        (Line, "bump", _bump),
        (QUERY, "_tell_others", _tell_others),
    ],
    "intent": [
        (QUERY, "current_intent", _Intent),
        (RouterModel, "_transition", _begin_navigation),
        (RouterModel, "_end", _end_navigation),
    ],
    "same-place": [(RouterModel, "redirect", _redirect), (RouterModel, "_navigate", _navigate)],
    "held-effects": [(Transition, "holds", lambda _transition, _effect: False)],
    "held-cleanups": [(Transition, "clear", _clear), (Transition, "born", _born)],
    "arguments": [(Transition, "_check", _check)],
    "first-error": [(boundary, "shown", lambda _kept, raised: raised)],
    "carried-over": [(flush, "carry_over", _carry_over)],
    "disposed-runs": [(Transition, "forget", _forget)],
    "not-ready": [(Resource, "__call__", _read)],
    "own-transition": [
        (Resource, "_transition", property(_transition_of, _plain_transition.__set__)),
    ],
    "half-there": [(Resource, "_stop_waiting", _stop_waiting)],
}
"""What is put in the place of what, by the difference of differences.json that it is for."""
