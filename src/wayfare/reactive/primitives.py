"""Signals, memos and effects, and the small functions around them: the names a Solid developer knows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from inspect import iscoroutine
from typing import Any, Literal, Protocol, TypeAlias, TypeVar, cast, overload

from ..errors import UsageError
from . import graph, nodes
from .arity import accepted_arguments, name_of, refuse_async, takes_value
from .equality import same
from .graph import Computation, Memo, Signal
from .nodes import MEMO, PURE, RENDER, USER
from .now import now
from .owner import Context, context_of, note_unowned
from .protocols import Boundary

T = TypeVar("T")
U = TypeVar("U")
Equals = Callable[[Any, Any], object]

suspense_context: Context[Boundary | None] = Context(None, "Suspense")
"""The nearest Suspense boundary."""


class Setter(Protocol[T]):
    """Writes a signal: a value, or a function of the previous one. Gives back what was written.

    >>> _, set_items = create_signal([1])
    >>> set_items([2]), set_items(lambda items: [*items, 3])
    ([2], [2, 3])
    """

    def __call__(self, value: T | Callable[[T], T] | Callable[[], T], /) -> T: ...


def create_signal(
    value: T, *, equals: Equals | Literal[False] = same, name: str | None = None
) -> tuple[Callable[[], T], Setter[T]]:
    """A value that can be read and written: reading subscribes who is running, writing runs the subscribers.

    Parameters
    ----------
    value:
        The first value.
    equals:
        When a write counts as no change. By default where the new value is the old one, or of the same type
        and equal to it; `False` makes every write count.
    name:
        For messages and `inspect`.

    Returns
    -------
    tuple
        The getter, and the setter, which takes a value or a function of the previous one.

    >>> count, set_count = create_signal(1)
    >>> set_count(2), set_count(lambda previous: previous + 1), count()
    (2, 3, 3)

    Upstream: https://docs.solidjs.com/reference/basic-reactivity/create-signal
    """
    signal = Signal(value, same if equals is same else _own_equals(equals, "create_signal"), name)
    return signal.read, signal.set


def _own_equals(equals: object, taker: str) -> Equals | None:
    """What `equals=` was given, checked: None where every write counts."""
    if equals is False:
        return None
    if callable(equals):
        return equals
    raise UsageError(
        f"{taker} takes equals=False, so that every write counts, or a function of the old and new value, "
        f"and got {equals!r:.60}. Left out, a value that is equal to the old one counts as no change."
    )


def create_memo(
    fn: Callable[[], T] | Callable[[Any], T],
    value: Any = None,
    *,
    equals: Equals | Literal[False] = same,
    name: str | None = None,
) -> Callable[[], T]:
    """A value computed from others: computed again when these change, at most once for each change.

    Parameters
    ----------
    fn:
        Takes nothing, or its previous value.
    value:
        The previous value at the first run.
    equals:
        As for `create_signal`: who reads the memo runs only when it says that the value has changed.
    name:
        For messages and `inspect`; the function's by default.

    >>> count, set_count = create_signal(2)
    >>> doubled = create_memo(lambda: count() * 2)
    >>> set_count(5) and doubled()
    10

    Upstream: https://docs.solidjs.com/reference/basic-reactivity/create-memo
    """
    memo = Memo(
        fn,
        takes_value(fn, "create_memo"),
        value,
        MEMO,
        name_of(fn, name),
        same if equals is same else _own_equals(equals, "create_memo"),
    )
    graph.update(memo)
    return memo.read


def create_computed(fn: Callable[..., Any], value: Any = None, *, name: str | None = None) -> None:
    """Run `fn` now, and before anything is shown whenever what it read has changed. For writing signals.

    Parameters
    ----------
    fn:
        Takes nothing, or what it returned the last time.
    value:
        What it is given at the first run, where it takes something.
    name:
        For messages and `inspect`; the function's by default.

    >>> price, set_price = create_signal(10)
    >>> total, set_total = create_signal(0)
    >>> create_root(lambda: create_computed(lambda: set_total(price() * 2)))
    >>> _ = set_price(15)
    >>> total()
    30

    Upstream: https://docs.solidjs.com/reference/secondary-primitives/create-computed
    """
    if now.owner is None:
        note_unowned("create_computed", "runs for as long as what it reads is there, and nothing can end it")
    graph.update(Computation(fn, takes_value(fn, "create_computed"), value, PURE, name_of(fn, name)))


def create_render_effect(fn: Callable[..., Any], value: Any = None, *, name: str | None = None) -> None:
    """Run `fn` now, and after each change of what it read, before the effects: for values on the page.

    Parameters
    ----------
    fn:
        Takes nothing, or what it returned the last time.
    value:
        What it is given at the first run, where it takes something.
    name:
        For messages and `inspect`; the function's by default.

    >>> def build():
    ...     create_effect(lambda: print("effect"))
    ...     create_render_effect(lambda: print("render effect"))
    ...     print("body")
    >>> create_root(build)
    render effect
    body
    effect

    Upstream: https://docs.solidjs.com/reference/secondary-primitives/create-render-effect
    """
    if now.owner is None:
        note_unowned(
            "create_render_effect", "runs for as long as what it reads is there, and nothing can end it"
        )
    graph.update(Computation(fn, takes_value(fn, "create_render_effect"), value, RENDER, name_of(fn, name)))


def create_effect(fn: Callable[..., Any], value: Any = None, *, name: str | None = None) -> None:
    """Run `fn` when everything is mounted, and after each change of what it read, after the render effects.

    Inside a Suspense boundary it waits for the content.

    Parameters
    ----------
    fn:
        Takes nothing, or what it returned the last time.
    value:
        What it is given at the first run, where it takes something.
    name:
        For messages and `inspect`; the function's by default.

    >>> def build():
    ...     count, set_count = create_signal(1)
    ...     create_effect(lambda: print("count is", count()))
    ...     return set_count
    >>> set_count = create_root(build)
    count is 1
    >>> _ = set_count(2)
    count is 2

    Upstream: https://docs.solidjs.com/reference/basic-reactivity/create-effect
    """
    if now.owner is None:
        note_unowned("create_effect", "runs for as long as what it reads is there, and nothing can end it")
    node = Computation(fn, takes_value(fn, "create_effect"), value, USER, name_of(fn, name))
    if node.context is not None:
        node.boundary = node.context.get(suspense_context)
    if now.effects is not None:
        now.effects.append(node)
    else:
        graph.update(node)


def create_reaction(
    on_invalidate: Callable[[], object], *, name: str | None = None
) -> Callable[[Callable[[], object]], None]:
    """Separate tracking from reacting: the returned function tracks once, `on_invalidate` runs at the change.

    >>> count, set_count = create_signal(1)
    >>> track = create_root(lambda: create_reaction(lambda: print("changed")))
    >>> track(count)
    >>> set_count(2), set_count(3)
    changed
    (2, 3)

    Upstream: https://docs.solidjs.com/reference/secondary-primitives/create-reaction
    """
    refuse_async(on_invalidate, "create_reaction")
    tracking: Callable[[], object] | None = None

    def run() -> None:
        nonlocal tracking
        if tracking is not None:
            tracking()
        else:
            untrack(on_invalidate)
        tracking = None

    node = Computation(run, False, None, USER, name_of(on_invalidate, name))
    node.state = nodes.CLEAN
    node.boundary = context_of(now.owner, suspense_context)

    def track(fn: Callable[[], object]) -> None:
        nonlocal tracking
        tracking = fn
        graph.update(node)

    return track


def batch(fn: Callable[[], T]) -> T:
    """Run `fn`; what its writes set off runs once, at the end.

    >>> a, set_a = create_signal(1)
    >>> b, set_b = create_signal(2)
    >>> create_root(lambda: create_effect(lambda: print(a() + b())))
    3
    >>> _ = batch(lambda: (set_a(10), set_b(20)))
    30

    Upstream: https://docs.solidjs.com/reference/reactive-utilities/batch
    """
    result = cast(T, graph.run_updates(fn, False))
    if iscoroutine(result):
        result.close()
        raise UsageError(
            f"batch takes an ordinary function, and {name_of(fn, None)} is 'async def': a batch ends when "
            "its function returns, which is before an await. Batch the writes after the await."
        )
    return result


def untrack(fn: Callable[[], T]) -> T:
    """Run `fn` without subscribing to what it reads.

    >>> name, set_name = create_signal("Ann")
    >>> create_root(lambda: create_effect(lambda: print("hello", untrack(name))))
    hello Ann
    >>> set_name("Bob")
    'Bob'

    Upstream: https://docs.solidjs.com/reference/reactive-utilities/untrack
    """
    outer = now.listener
    if outer is None:
        return fn()
    now.listener = None
    try:
        return fn()
    finally:
        now.listener = outer


Follower: TypeAlias = (
    "Callable[[], U] | Callable[[T], U] | Callable[[T, T | None], U] | Callable[[T, T | None, U | None], U]"
)
"""Gets the value, the one before, and its own last result; or fewer."""


@overload
def on(deps: Callable[[], T], fn: Follower[U, T], *, defer: bool = ...) -> Callable[[Any], U]: ...
@overload
def on(
    deps: Sequence[Callable[[], Any]], fn: Follower[U, list[Any]], *, defer: bool = ...
) -> Callable[[Any], U]: ...
def on(deps: Any, fn: Callable[..., Any], *, defer: bool = False) -> Callable[[Any], Any]:
    """For an effect or memo that depends on exactly `deps`, whatever else `fn` reads.

    Parameters
    ----------
    deps:
        An accessor, or several.
    fn:
        Called untracked with their value (a list of values for several), the previous one, and its own last
        result; it may take fewer.
    defer:
        Don't call `fn` at the first run, only at changes.

    >>> name, set_name = create_signal("Ann")
    >>> greet = on(name, lambda value, before: print(before, "->", value), defer=True)
    >>> create_root(lambda: create_effect(greet))
    >>> _ = set_name("Bob")
    None -> Bob

    Upstream: https://docs.solidjs.com/reference/reactive-utilities/on-util
    """
    several = not callable(deps)
    if several and not _are_accessors(deps):
        raise UsageError(
            f"on takes an accessor, or a list of accessors, and got {deps!r:.60}. Give the accessor itself, "
            "on(count, ...), not its value, on(count(), ...)"
        )
    refuse_async(fn, "on")
    offered = accepted_arguments(fn, 3)
    before: Any = None
    waiting = defer

    def run(last: Any) -> Any:
        nonlocal before, waiting
        value: Any = [dep() for dep in deps] if several else deps()
        if waiting:
            waiting = False
            return last
        arguments = (value, before, last)[:offered]
        result = untrack(lambda: fn(*arguments))
        before = value
        return result

    run.__name__ = name_of(fn, None)
    return run


def _are_accessors(deps: object) -> bool:
    return isinstance(deps, Sequence) and all(callable(dep) for dep in cast("Sequence[object]", deps))


def on_mount(fn: Callable[[], object]) -> None:
    """Run `fn` once, untracked, when everything around it is mounted.

    >>> create_root(lambda: (on_mount(lambda: print("mounted")), print("body")) and None)
    body
    mounted

    Upstream: https://docs.solidjs.com/reference/lifecycle/on-mount
    """
    refuse_async(fn, "on_mount")
    create_effect(lambda: untrack(fn), name=name_of(fn, None))


def get_listener() -> Computation | None:
    """The computation that is tracking at this moment, or None.

    >>> create_root(lambda: create_effect(lambda: print(get_listener()), name="show"))
    <Computation show>
    """
    return now.listener


def is_tracking() -> bool:
    """Whether a read at this moment subscribes somebody.

    >>> is_tracking(), create_root(lambda: create_memo(is_tracking))()
    (False, True)
    """
    return now.listener is not None


def create_selector(
    source: Callable[[], T], equals: Callable[[Any, T], bool] | None = None, *, name: str | None = None
) -> Callable[[Any], bool]:
    """Whether a key is the selected one, for many keys: a change runs only those that it is about.

    Parameters
    ----------
    source:
        The selected key.
    equals:
        `(key, value)`: whether the key counts as selected. By default where they are equal.
    name:
        For messages and `inspect`.

    >>> selected, select = create_signal(1)
    >>> is_selected = create_root(lambda: create_selector(selected))
    >>> is_selected(1), is_selected(2)
    (True, False)

    Upstream: https://docs.solidjs.com/reference/secondary-primitives/create-selector
    """
    return Selector(source, equals if equals is not None else same, name_of(source, name))


class _Askers(dict[Computation, None]):
    """Who has asked a selector about one key. When the last one goes, the key is forgotten."""

    __slots__ = ("_keys", "_place")

    def __init__(self, keys: dict[object, Signal], place: object) -> None:
        super().__init__()
        self._keys = keys
        self._place = place

    def pop(self, *asker: Any) -> None:
        super().pop(*asker)
        node = self._keys.get(self._place) if not self else None
        if node is not None and node.observers is self:
            del self._keys[self._place]


class Selector:
    """What `create_selector` gives. It has a signal for each key that somebody asks about.

    Each has its key as its value. It is found by that, by its type too where another key is equal to it, and
    by its identity where it has no hash.
    """

    __slots__ = ("_fits", "_keys", "_memo", "_source")

    def __init__(self, source: Callable[[], Any], fits: Callable[[Any, Any], object], name: str) -> None:
        self._source = source
        self._fits = fits
        self._keys: dict[object, Signal] = {}
        self._memo = Memo(self._follow, True, None, MEMO, name)
        graph.update(self._memo)

    def __call__(self, key: Any) -> bool:
        if now.listener is not None:
            place: object = key
            try:
                node = self._keys.get(key)
                if node is not None and type(node.value) is not type(key):
                    place = (type(key), key)
                    node = self._keys.get(place)
            except TypeError:
                place = (type(key), id(key))
                node = self._keys.get(place)
            if node is None:
                node = self._keys[place] = Signal(key, None, f"{self._memo.name}[{key!r:.60}]")
                node.observers = _Askers(self._keys, place)
            node.read()
        return bool(self._fits(key, self.selected()))

    def selected(self) -> Any:
        """The selected key, up to date."""
        return untrack(self._memo.read)

    def _follow(self, before: Any) -> Any:
        value = self._source()
        for node in list(self._keys.values()):
            if bool(self._fits(node.value, value)) != bool(self._fits(node.value, before)):
                graph.write(node, node.value)
        return value
