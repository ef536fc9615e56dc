"""Looking at the graph: what there is, what depends on what, and why something ran.

Nothing here costs anything while nobody asks: the graph tells an observer of writes and runs only while one
is set.

>>> from wayfare.reactive import create_effect, create_memo, create_root, create_signal
>>> price, set_price = create_signal(10, name="price")
>>> def build():
...     taxed = create_memo(lambda: price() * 1.2, name="taxed")
...     create_effect(lambda: taxed(), name="show")
>>> create_root(build)
>>> with watch() as history:
...     _ = set_price(20)
>>> print(history.why("show"))
show ran because taxed changed, because price was written
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from ..errors import UsageError
from . import graph, nodes
from .graph import Computation, Signal
from .nodes import GONE, MEMO, OWNER, PURE, RENDER, USER, Owner

MAX_NODES = 10_000
"""How many nodes a snapshot holds at most; `Snapshot.complete` says whether that was enough."""
MAX_EVENTS = 1_000
"""How many writes and runs `watch` remembers; older ones are forgotten."""

_KINDS = {OWNER: "owner", MEMO: "memo", PURE: "computed", RENDER: "render effect", USER: "effect"}
_STATES = {
    nodes.CLEAN: "clean",
    nodes.STALE: "stale",
    nodes.PENDING: "pending",
    nodes.RUNNING: "running",
    nodes.FAILED: "failed",
    nodes.WAITING: "waiting",
    nodes.HELD: "held",
    nodes.GONE: "disposed",
    nodes.AGAIN: "running",
}


def name_of_node(node: Any) -> str:
    """What a node is called: the name it was given, or its function's."""
    return node.name or "unnamed"


@dataclass(frozen=True, slots=True)
class NodeInfo:
    """One node of a snapshot.

    Attributes
    ----------
    id:
        Its number in the snapshot; `sources` and `owner` refer to it.
    kind:
        ``"signal"``, ``"memo"``, ``"computed"``, ``"render effect"``, ``"effect"`` or ``"owner"``.
    state:
        ``"clean"``, ``"stale"``, ``"waiting"``, ``"failed"`` and so on; signals are always clean.
    value:
        The value in a short form; empty for effects and owners.
    """

    id: int
    name: str
    kind: str
    state: str
    value: str
    sources: tuple[int, ...]
    readers: int
    owner: int | None


@dataclass(frozen=True, slots=True)
class Statistics:
    """How many nodes of each kind there are under an owner, and how they hang together."""

    owners: int
    memos: int
    computeds: int
    render_effects: int
    effects: int
    signals: int
    links: int
    waiting: int
    failed: int
    depth: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The nodes under an owner at one moment, owners before what they own, and the signals these read."""

    nodes: tuple[NodeInfo, ...]
    complete: bool

    def by_name(self, name: str) -> list[NodeInfo]:
        """The nodes called `name`."""
        return [node for node in self.nodes if node.name == name]

    def to_text(self) -> str:
        """The ownership tree, a line for each node, with what it reads."""
        names = {node.id: node.name for node in self.nodes}
        depths: dict[int | None, int] = {None: -1}
        lines: list[str] = []
        for node in self.nodes:
            if node.kind == "signal":
                continue
            depth = depths[node.id] = depths.get(node.owner, -1) + 1
            reads = f" reads {', '.join(names.get(s, '?') for s in node.sources)}" if node.sources else ""
            value = f" = {node.value}" if node.value else ""
            lines.append(f"{'  ' * depth}{node.kind} {node.name}{value} ({node.state}){reads}")
        return "\n".join(lines)


def _walk(root: Owner) -> Iterator[tuple[Owner, int]]:
    """Everything under `root` in order of making, with its depth."""
    stack = [(root, 0)]
    while stack:
        node, depth = stack.pop()
        if node.state == GONE:
            continue
        yield node, depth
        stack.extend((child, depth + 1) for child in reversed(node.owned or ()))


def snapshot(owner: Owner | None = None, *, limit: int = MAX_NODES) -> Snapshot:
    """What is under `owner` (default: the current one) now. Taking it reads nothing and runs nothing.

    >>> from wayfare.reactive import create_memo, create_root, create_signal
    >>> n, _ = create_signal(3, name="n")
    >>> def build():
    ...     create_memo(lambda: n() + 1, name="next")
    ...     return snapshot()
    >>> print(create_root(build, name="page").to_text())
    owner page (clean)
      memo next = 4 (clean) reads n
    """
    root = _root(owner)
    ids: dict[Any, int] = {}
    found: list[Any] = []
    complete = True
    for node, _ in _walk(root):
        if len(found) >= limit:
            complete = False
            break
        ids[node] = len(found)
        found.append(node)
    for node in list(found):
        for source in node.sources if isinstance(node, Computation) else ():
            if source not in ids and len(found) < limit:
                ids[source] = len(found)
                found.append(source)
    return Snapshot(tuple(_info(node, ids) for node in found), complete)


def _info(node: Any, ids: dict[Any, int]) -> NodeInfo:
    if isinstance(node, Signal):
        return NodeInfo(
            ids[node],
            name_of_node(node),
            "signal",
            "clean",
            _short(node.value),
            (),
            len(node.observers or ()),
            None,
        )
    sources: tuple[int, ...] = ()
    value = ""
    readers = 0
    if isinstance(node, Computation):
        sources = tuple(ids[source] for source in node.sources if source in ids)
        if node.kind == MEMO:
            value = _short(node.value)
            readers = len(node.observers or ())
    kind, state = _KINDS[node.kind], _STATES[node.state]
    return NodeInfo(ids[node], name_of_node(node), kind, state, value, sources, readers, ids.get(node.parent))


def _short(value: Any) -> str:
    try:
        text = repr(value)
    except Exception as error:
        return f"<repr raised {type(error).__name__}>"
    return text if len(text) <= 60 else f"{text[:57]}..."


def statistics(owner: Owner | None = None) -> Statistics:
    """How many nodes of each kind are under `owner` (default: the current one).

    >>> from wayfare.reactive import create_effect, create_root
    >>> create_root(lambda: (create_effect(lambda: None), statistics())[1].effects)
    1
    """
    counts = dict.fromkeys(_KINDS, 0)
    signals: set[Signal] = set()
    links = waiting = failed = deepest = 0
    for node, depth in _walk(_root(owner)):
        counts[node.kind] += 1
        deepest = max(deepest, depth)
        waiting += node.state == nodes.WAITING
        failed += node.state == nodes.FAILED
        if isinstance(node, Computation):
            links += len(node.sources)
            signals.update(source for source in node.sources if isinstance(source, Signal))
    return Statistics(
        owners=counts[OWNER],
        memos=counts[MEMO],
        computeds=counts[PURE],
        render_effects=counts[RENDER],
        effects=counts[USER],
        signals=len(signals),
        links=links,
        waiting=waiting,
        failed=failed,
        depth=deepest,
    )


def _root(owner: Owner | None) -> Owner:
    root = owner if owner is not None else graph.now.owner
    if root is None:
        raise UsageError(
            "there is no owner here to look under: give one, for instance what get_owner() gave in the root"
        )
    return root


@dataclass(frozen=True, slots=True)
class Event:
    """A write of a signal, a change of a memo, or a run.

    Attributes
    ----------
    what:
        ``"written"``, ``"changed"`` or ``"ran"``.
    name:
        Of the node.
    by:
        The computation that wrote, where one did.
    because:
        For a run: the number of the event that set it off, or None for a first run.
    """

    number: int
    what: str
    name: str
    by: str | None
    because: int | None


class History:
    """What `watch` has seen, newest last; the oldest are forgotten beyond `MAX_EVENTS`."""

    def __init__(self, limit: int = MAX_EVENTS) -> None:
        self._events: deque[Event] = deque(maxlen=limit)
        self._count = 0
        self._last: dict[int, int] = {}

    @property
    def events(self) -> tuple[Event, ...]:
        return tuple(self._events)

    def wrote(self, node: Any, by: Any) -> None:
        what = "written" if isinstance(node, Signal) else "changed"
        because = self._last.get(id(node)) if what == "changed" else None
        self._add(node, what, name_of_node(by) if by is not None and by is not node else None, because)

    def ran(self, node: Any) -> None:
        newest = max((self._last.get(id(source), -1) for source in node.sources), default=-1)
        self._add(node, "ran", None, newest if newest >= 0 else None)

    def _add(self, node: Any, what: str, by: str | None, because: int | None) -> None:
        self._events.append(Event(self._count, what, name_of_node(node), by, because))
        self._last[id(node)] = self._count
        self._count += 1
        oldest = self._events[0].number
        if len(self._last) > 4 * len(self._events):
            self._last = {key: number for key, number in self._last.items() if number >= oldest}

    def why(self, name: str) -> str:
        """Why the computation called `name` ran the last time, back to the write that began it."""
        by_number = {event.number: event for event in self._events}
        event = next((e for e in reversed(self._events) if e.what == "ran" and e.name == name), None)
        if event is None:
            return f"{name} has not run while it was watched"
        parts = [f"{name} ran"]
        at: Event | None = event
        while at is not None and at.because is not None:
            at = by_number.get(at.because)
            if at is None:
                parts.append("because of something that is forgotten")
            elif at.what == "written":
                parts.append(f"because {at.name} was written" + (f" by {at.by}" if at.by else ""))
            elif at.what == "changed":
                parts.append(f"because {at.name} changed")
        if len(parts) == 1:
            parts.append("for the first time, or because it was asked to")
        return f"{parts[0]} {', '.join(parts[1:])}"

    def run_counts(self) -> dict[str, int]:
        """How often each computation ran, most often first."""
        counts: dict[str, int] = {}
        for event in self._events:
            if event.what == "ran":
                counts[event.name] = counts.get(event.name, 0) + 1
        return dict(sorted(counts.items(), key=lambda item: -item[1]))


@contextmanager
def watch(
    limit: int = MAX_EVENTS, *, on_event: Callable[[Event], object] | None = None
) -> Generator[History]:
    """Remember what is written and what runs, for the time of a `with` block.

    Parameters
    ----------
    limit:
        How many events are kept.
    on_event:
        Called with each as it happens.
    """
    history = History(limit)
    watcher = history if on_event is None else _Telling(history, on_event)
    before = graph.observer
    graph.observe(watcher)
    try:
        yield history
    finally:
        graph.observe(before)


class _Telling:
    def __init__(self, history: History, tell: Callable[[Event], object]) -> None:
        self._history = history
        self._tell = tell

    def wrote(self, node: Any, by: Any) -> None:
        self._history.wrote(node, by)
        self._tell(self._history.events[-1])

    def ran(self, node: Any) -> None:
        self._history.ran(node)
        self._tell(self._history.events[-1])
