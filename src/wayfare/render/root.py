"""A page's body: mounted under a root, written as HTML, and called when something happens in it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from inspect import isawaitable

from ..html import Element, Event, Node
from ..reactive import (
    Owner,
    await_for,
    create_owner,
    create_root,
    current_scope_or_none,
    dispose,
    get_owner,
    handle_error,
    run_with_owner,
)
from .component import Component, ComponentCall
from .content import Slot, write_html
from .display import Sink
from .events import Handler
from .misuse import (
    note_dropped_answer,
    note_made_by_a_handler,
    note_shown_getters,
    why_not_from_a_handler,
)
from .mount import Mounter


class Mount:
    """A mounted page body: its HTML, its handlers, and the end of it.

    Made by ``mount_root``.
    """

    def __init__(self, mounter: Mounter, slot: Slot, owner: Owner, end: Callable[[], None]) -> None:
        self._mounter = mounter
        self._slot = slot
        self.owner = owner
        """The owner of all that is mounted."""
        self._end = end

    @property
    def waiting(self) -> int:
        """How many Suspense boundaries show their fallback."""
        return self._mounter.waiting

    def when_ready(self, call: Callable[[], None]) -> None:
        """Calls once no boundary shows its fallback; at once where none does."""
        if self._mounter.waiting:
            self._mounter.on_ready.append(call)
        else:
            call()

    def html(self) -> str:
        """The body as it is now. From here on its changes are sent to the sink."""
        self._mounter.display.forget_templates()
        html = write_html(self._slot)
        note_shown_getters(html)
        return html

    def plain_html(self) -> str:
        """The body as it is now, without addresses: nothing in it can be followed."""
        html = write_html(self._slot, markers=False)
        note_shown_getters(html)
        return html

    def handles(self, address: int, event: str) -> bool:
        """Whether the element listens to the event."""
        entry = self._mounter.wired.get(address)
        return entry is not None and event in entry[1]

    def dispatch(self, address: int, name: str, event: Event) -> Coroutine[object, object, None] | None:
        """Calls the handler of an event. What it raises goes to the error boundary around its element.

        Returns:
            A coroutine to run where the handler is ``async def``, else None.

        Raises:
            LookupError: there is no such element any more, or it doesn't listen to that.
        """
        entry = self._mounter.wired.get(address)
        if entry is None or name not in entry[1]:
            raise LookupError(f"no element {address} that listens to {name!r}")
        owner, handlers = entry
        handler = handlers[name]
        own = create_owner(owner)  # the element's may run again while the handler writes
        try:
            result = run_with_owner(own, lambda: _call(own, handler, name, event))
        finally:
            if not own.owned and not own.cleanups:
                dispose(own)
        return _guarded(owner, handler, name, result) if isawaitable(result) else None

    def dispose(self) -> None:
        """Ends it: every cleanup runs, nothing is sent any more."""
        self._end()


def _call(own: Owner, handler: Handler, name: str, event: Event) -> object:
    """Calls a handler; what it raises says whose it was."""
    try:
        result = handler(event)
    except Exception as error:
        _explain(error, handler, name)
        raise
    note_made_by_a_handler(handler.function, _place(handler, name), own)
    note_dropped_answer(handler.function, _place(handler, name), result)
    return result


async def _guarded(owner: Owner | None, handler: Handler, name: str, result: Awaitable[object]) -> None:
    try:
        answer = await (result if owner is None else await_for(owner, result))
        note_dropped_answer(handler.function, _place(handler, name), answer)
    except Exception as error:
        _explain(error, handler, name)
        handle_error(owner, error)


def _explain(error: Exception, handler: Handler, name: str) -> None:
    """Notes on what a handler raised whose it was, and where it belongs if it is no error."""
    error.add_note(f"in the {_place(handler, name)}")
    if hint := why_not_from_a_handler(error):
        error.add_note(hint)


def _place(handler: Handler, name: str) -> str:
    return f"{name} handler {getattr(handler.function, '__qualname__', repr(handler.function))}"


def mount_root(node: Node | Callable[[], Node], sink: Sink, *, name: str = "root") -> Mount:
    """Mounts the body of a page under a new root of the current owner.

    Args:
        node: the body; a function is called once, as a component is.
        sink: gets every change after ``Mount.html`` has been called.
        name: what errors call it.
    """
    mounter = Mounter(sink)
    slot = Slot(1)

    ends: list[Callable[[], None]] = []

    def start(end: Callable[[], None]) -> Mount:
        ends.append(end)
        owner = get_owner()
        assert owner is not None
        if callable(node) and not isinstance(node, Element | Component):
            slot.content = mounter.build(ComponentCall(Component(node, name), (), {}))
        else:
            slot.content = mounter.build(node)
        return Mount(mounter, slot, owner, end)

    # The scope is the tree's, whoever wakes it later: a fetch that pages share arrives in a scope of its own.
    try:
        return create_root(start, name=name, scope=current_scope_or_none())
    except BaseException:
        # What was made before it failed would live on, and stay subscribed to what pages share.
        for end in ends:
            end()
        raise
