"""Looking at the graph: what there is, what depends on what, and why something ran.

Nothing here costs anything while nobody asks: the graph tells an observer of writes and runs only while one
is set.

`snapshot` and `statistics` say what is there now; `watch` (watching.py) says what happens, and why.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..errors import UsageError
from . import nodes
from .graph import Computation, Signal
from .naming import label_of, where_of
from .nodes import GONE, MEMO, OWNER, PURE, RENDER, USER, Owner
from .now import now
from .watching import MAX_EVENTS, Event, History, watch

__all__ = [
    "MAX_EVENTS",
    "MAX_NODES",
    "Event",
    "History",
    "NodeInfo",
    "Snapshot",
    "Statistics",
    "label_of",
    "snapshot",
    "statistics",
    "watch",
]

MAX_NODES = 10_000
"""How many nodes a snapshot holds at most; `Snapshot.complete` says whether that was enough."""

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
    where:
        The file and line of the function it runs, `main.py:12`; empty where it runs none.
    """

    id: int
    name: str
    kind: str
    state: str
    value: str
    sources: tuple[int, ...]
    readers: int
    owner: int | None
    where: str = ""


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

    Parameters
    ----------
    owner:
        Under whom to look; the current one where it is left out.
    limit:
        How many nodes it takes at most.

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
            label_of(node),
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
    return NodeInfo(
        ids[node], label_of(node), kind, state, value, sources, readers, ids.get(node.parent), where_of(node)
    )


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
    root = owner if owner is not None else now.owner
    if root is None:
        raise UsageError(
            "there is no owner here to look under: give one, for instance what get_owner() gave in the root"
        )
    return root
