"""The cores that `reactive.py` compares, each behind the same few functions.

They differ in when effects run: at the write, at the end of a batch, or when their scheduler is told to.
`settle` is what a program has to call for the effects to have run, so it is called within what is timed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

Read = Callable[[], Any]
Write = Callable[[Any], object]
Do = Callable[[], object]


@dataclass(frozen=True)
class Core:
    """What the lines of the benchmark use of a core.

    Attributes
    ----------
    batch:
        Runs a function whose writes are one change.
    settle:
        Runs the effects that are due, where a write does not.
    map_array:
        Maps a list item by item: `map_array(read, fn)` gives the accessor of the mapped list.
    batching:
        The core as it is used where several writes are one change, where that is another way.
    """

    signal: Callable[[Any], tuple[Read, Write]]
    memo: Callable[[Read], Read]
    effect: Callable[[Do], object]
    root: Callable[[Do], object]
    batch: Callable[[Do], object]
    settle: Do | None = None
    map_array: Callable[[Read, Callable[[Any], Any]], Read] | None = None
    batching: Core | None = None


def wayfare() -> Core:
    from wayfare import reactive as w

    return Core(
        signal=w.create_signal,
        memo=w.create_memo,
        effect=w.create_effect,
        root=w.create_root,
        batch=w.batch,
        map_array=lambda read, fn: w.create_memo(w.map_array(read, fn)),
    )


def wybthon() -> Core:
    import wybthon as y

    return Core(
        signal=y.create_signal,
        memo=y.create_memo,
        effect=y.create_effect,
        root=lambda fn: y.create_root(lambda _dispose: fn()),
        batch=lambda fn: fn(),  # every write waits for the flush
        settle=y.flush,
        map_array=lambda read, fn: y.map_array(read, lambda item, _index: fn(item())),
    )


def reaktiv() -> Core:
    import reaktiv as k

    def signal(value: Any) -> tuple[Read, Write]:
        made = k.Signal(value)
        return made, made.set

    def batch(fn: Do) -> None:
        with k.batch():
            fn()

    return Core(signal=signal, memo=k.Computed, effect=k.Effect, root=lambda fn: fn(), batch=batch)


def observ() -> Core:
    import observ as o

    def signal(value: Any) -> tuple[Read, Write]:
        made = o.ref(value)

        def write(new: Any) -> None:
            made["value"] = new

        return (lambda: made["value"]), write

    at_once = Core(
        signal=signal,
        memo=o.computed,
        effect=lambda fn: o.watch_effect(fn, sync=True),
        root=lambda fn: fn(),
        batch=lambda fn: fn(),
    )
    o.scheduler.register_request_flush(lambda: None)
    return replace(at_once, batching=replace(at_once, effect=o.watch_effect, settle=o.scheduler.flush))


CORES: dict[str, Callable[[], Core]] = {
    "wayfare": wayfare,
    "reaktiv": reaktiv,
    "observ": observ,
    "wybthon": wybthon,
}
