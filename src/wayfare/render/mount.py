"""Mounting: descriptions become a live tree, with owners for components and effects for what can change.

A description may nest as deep as it likes, and so may components, so nothing here recurses. ``Mounter.build``
puts what is to be mounted on a list of tasks and works it off. A task that comes up while the list is being
worked off (a memo inside a component builds its own content) only joins the list, and what it will become
is a ``Group`` that is filled before the outermost ``build`` returns::

    build(App()) ─ tasks: [App] ─> runs App's body ─> [Layout] ─> [div: 1 slot, 2 components] ─> ...

A text that depends on signals is one render effect. A child that turns out to be more than text is a memo,
which mounts it, and a render effect, which shows it: so in a transition the new content is mounted, and may
load what it needs, while the old one is still on the screen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from inspect import iscoroutine
from operator import is_
from typing import Any, TypeAlias

from .._types import Description
from ..errors import UsageError
from ..html import Element, Fragment, Node, render_value, why_not_a_child
from ..reactive import (
    NotReady,
    Owner,
    Provided,
    create_memo,
    create_owner,
    create_render_effect,
    dispose,
    get_owner,
    handle_error,
    on_cleanup,
    provide_context,
    run_with_owner,
    transition_running,
    untrack,
)
from .case import Lowered
from .component import Component, ComponentCall
from .content import Content, Group, Instance, Item, Raw, Slot
from .display import Display, Sink
from .events import Handler
from .holes import ATTR, HANDLER, LIVE, NODE, RAW, SLOT, TEXT, Hole
from .misuse import check_takes_nothing, why_not_in_a_body
from .patches import Op
from .ref import Ref
from .template import Template, split


class View(Description):
    """A description that knows how to mount itself: control flow and boundaries."""

    __slots__ = ()

    def mount(self, mounter: Mounter) -> Content:
        """Creates what it needs under the current owner and returns what stands in its place."""
        raise UsageError(f"{type(self).__name__} is a View without a mount method: {mounter!r} can't show it")


_Task: TypeAlias = tuple[Any, "Owner | None", list[Content], int, bool]
"""What to mount, under whom, the list and index where the result goes, and whether it must have an anchor."""

_PENDING = object()
_PLAIN = (TEXT, ATTR, RAW)
_NUMBERS = (int, float)


class Mounter:
    """Mounts descriptions and keeps the addresses of one page."""

    def __init__(self, sink: Sink) -> None:
        self.display = Display(sink)
        self._next_address = 2  # 1 is the body's slot
        self._tasks: list[_Task] = []
        self._building = False
        self.wired: dict[int, tuple[Owner | None, dict[str, Handler]]] = {}
        """The handlers of each element that has some, by its address."""
        self.waiting = 0
        """How many Suspense boundaries show their fallback now."""
        self.on_ready: list[Callable[[], None]] = []
        """Called, once each, when no boundary shows its fallback any more."""

    def take_addresses(self, number: int) -> int:
        """The first of ``number`` new addresses in a row."""
        first = self._next_address
        self._next_address = first + number
        return first

    def new_slot(self) -> Slot:
        return Slot(self.take_addresses(1))

    def build(self, node: Node, *, anchored: bool = False) -> Content:
        """Mounts ``node`` under the current owner.

        Args:
            node: what to mount.
            anchored: if it is one element, that must have an address.

        Returns:
            What it has become; complete once the outermost ``build`` returns.
        """
        if node is None or node is True or node is False:
            return None
        if type(node) is str:
            return node  # pyright: ignore[reportReturnType]
        if isinstance(node, Lowered) and node.case.quiet:
            return self._lowered(node, anchored)
        cell: list[Content] = [None]
        self._tasks.append((node, get_owner(), cell, 0, anchored))
        if self._building:
            return Group(cell)
        self._building = True
        try:
            self._work()
        finally:
            self._building = False
            self._tasks.clear()
        return cell[0]

    def row(self, node: Node) -> Item:
        """A row of a list with ``node`` mounted in it, under the current owner."""
        own_id = self._next_address
        self._next_address = own_id + 1
        if isinstance(node, Lowered) and node.case.quiet:
            return Item(own_id, self._lowered(node, True))
        item = Item(own_id)
        if self._building and isinstance(node, Element):
            # Rows are many, and one is mounted up to its first children as well here as by a task of its own.
            try:
                item.cell[0] = self._mount(node, True)
            except Exception as error:
                handle_error(get_owner(), error)
        else:
            item.cell[0] = self.build(node, anchored=True)
        return item

    def _work(self) -> None:
        tasks = self._tasks
        while tasks:
            node, owner, cell, index, anchored = tasks.pop()
            if owner is not None and owner.disposed:
                continue
            before = len(tasks)
            cell[index] = run_with_owner(owner, lambda: self._mount(node, anchored))  # noqa: B023 - called here
            if len(tasks) - before > 1:
                # What a task has brought up comes next, in the order in which it came up.
                tasks[before:] = tasks[: before - 1 if before else None : -1]

    def _mount(self, node: Any, anchored: bool) -> Content:
        """One task: mounts ``node`` up to its first children, which become tasks."""
        if type(node) is Lowered:
            return self._lowered(node, anchored)
        if type(node) is Element:
            return self._element(node, anchored)
        if type(node) is ComponentCall:
            return self._component(node, anchored)
        if type(node) is str:
            return node
        if node is None or isinstance(node, bool):
            return None
        if isinstance(node, _NUMBERS):
            return str(node)
        if isinstance(node, View):
            return node.mount(self)
        if isinstance(node, Provided):
            return self._provided(node, anchored)
        if isinstance(node, Component):
            return self._component(node.offer({}), anchored)
        if isinstance(node, Fragment):
            return self._group(node.children)
        if isinstance(node, Element):
            return self._element(node, anchored)
        if hasattr(type(node), "__html__"):
            return Raw(node.__html__())
        if callable(node):
            return self.reactive(node)  # pyright: ignore[reportArgumentType]
        if isinstance(node, list | tuple):
            if len(node) == 1:
                return self._later(node[0], anchored)
            return self._group(node)
        if isinstance(node, Iterable) and not isinstance(node, bytes | dict | set | frozenset):
            return self._group(tuple(node))
        raise UsageError(why_not_a_child(node, "what a function or component gave"))

    def _later(self, node: Node, anchored: bool = False) -> Content:
        """Puts ``node`` on the list; the result is there when the list is done."""
        cell: list[Content] = [None]
        self._tasks.append((node, get_owner(), cell, 0, anchored))
        return Group(cell)

    def _group(self, nodes: Iterable[Node]) -> Group:
        items: list[Content] = list(nodes)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        owner = get_owner()
        tasks = self._tasks
        for index, node in enumerate(items):
            if type(node) is not str and not (isinstance(node, Lowered) and node.case.quiet):
                tasks.append((node, owner, items, index, False))
                items[index] = None
        return Group(items)

    def _component(self, call: ComponentCall, anchored: bool) -> Content:
        owner = create_owner(name=call.component.name)
        try:
            node = run_with_owner(owner, lambda: _run(call))
        except NotReady as missing:
            dispose(owner)
            return self._suspended(call, missing)
        if node is None or type(node) is str:
            return node  # pyright: ignore[reportReturnType]
        cell: list[Content] = [None]
        self._tasks.append((node, owner, cell, 0, anchored))
        return Group(cell)

    def _suspended(self, call: ComponentCall, first: NotReady) -> Content:
        """A component whose body read what is not there yet: mounts it again as soon as it can be read.

        What the body makes itself is made anew each time, so it would never be there: two runs on end wait
        for different things then.
        """
        parent = get_owner()
        slot = self.new_slot()
        awaited = first.node

        def attempt(previous: Content | object) -> Content | object:
            nonlocal awaited
            if previous is not _PENDING:
                return previous
            again = False
            while True:
                owner = create_owner(name=call.component.name)
                try:
                    node = run_with_owner(owner, lambda: _run(call))
                except NotReady as missing:
                    dispose(owner)
                    if missing.node is not awaited:
                        if again:
                            raise UsageError(why_not_in_a_body(call.component.name, missing.source)) from None
                        awaited = missing.node
                        again = True
                        continue
                    if missing.node is not None:
                        missing.node.read()  # the body is not tracked: subscribe to what it waits for
                    raise
                break
            return run_with_owner(owner, lambda: self.build(node))

        content = create_memo(attempt, _PENDING, name=call.component.name)
        self.follow(slot, content, parent)
        return slot

    def _provided(self, node: Provided, anchored: bool) -> Content:
        content: Content = provide_context(
            node.context, node.value, lambda: self._later(node.children, anchored)
        )
        return content

    def _lowered(self, node: Lowered, anchored: bool) -> Instance | Lowered:
        case = node.case
        if case.quiet:
            if not anchored:
                return node
            plan = case.plan(anchored)
            template = plan.template
            base = self._next_address
            self._next_address = base + template.addresses
            return Instance(template, base, plan.shown(node))
        return self._instance(*case.split(node, anchored))

    def _element(self, element: Element, anchored: bool) -> Instance:
        return self._instance(*split(element, anchored))

    def _instance(self, template: Template, values: list[Any]) -> Instance:
        base = self.take_addresses(template.addresses)
        filled: list[Any] = [None] * len(template.holes)
        instance = Instance(template, base, filled)
        owner = get_owner()
        nodes: list[_Task] = []
        for index, hole in enumerate(template.holes):
            value = values[hole.position]
            kind = hole.kind
            if kind in _PLAIN:
                filled[index] = value
            elif kind == NODE:
                nodes.append((value, owner, filled, index, False))
            elif kind == SLOT:
                filled[index] = self._reactive_in(Slot(base + hole.offset), value)
            elif kind == LIVE:
                self._live_attribute(instance, index, hole, value)
        for hole in template.wiring:
            self._wire(base + hole.offset, hole, values[hole.position], owner)
        self._tasks.extend(nodes)
        return instance

    def _live_attribute(self, instance: Instance, index: int, hole: Hole, fn: Callable[[], object]) -> None:
        name = ":text" if hole.name[0] == ":" else hole.name
        address = instance.base + hole.offset
        values: list[Any] = instance.values  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
        values[index] = "" if name == ":text" else None

        def update() -> None:
            try:
                value = fn()
            except TypeError as error:
                check_takes_nothing(fn, f"a function as the attribute {name!r}", error)
                raise
            if name != ":text":
                value = render_value(name, value)
            if value is False:
                value = None
            if value == values[index]:
                return
            values[index] = value
            if instance.live:
                self.display.send((Op.ATTR, address, name, value))

        create_render_effect(update, name=name)

    def _wire(self, address: int, hole: Hole, value: Any, owner: Owner | None) -> None:
        if hole.kind != HANDLER:
            untrack(lambda: value(Ref(address, self.display.send)))
            return
        entry = self.wired.get(address)
        if entry is None:
            entry = self.wired[address] = (owner, {})
            on_cleanup(lambda: self.wired.pop(address, None))
        entry[1][hole.name] = value

    def reactive(self, fn: Callable[[], Node]) -> Slot:
        """A slot that shows what ``fn`` returns, now and whenever that changes."""
        return self._reactive_in(self.new_slot(), fn)

    def _reactive_in(self, slot: Slot, fn: Callable[[], Node]) -> Slot:
        _ReactiveChild(self, slot, fn).start()
        return slot

    def mounted(self, node: Node) -> Content:
        """``node`` mounted, untracked, under the running computation."""
        return untrack(lambda: self.build(node))

    def show_accessor(self, content: Callable[[], Content]) -> Slot:
        """A slot that shows whatever mounted content the accessor gives."""
        slot = self.new_slot()
        self.follow(slot, content, get_owner())
        return slot

    def follow(self, slot: Slot, content: Callable[[], Content | object], owner: Owner | None) -> None:
        """Shows in ``slot`` whatever the accessor gives, for as long as ``owner`` lives."""

        def update() -> None:
            current = content()
            self.display.show(slot, None if current is _PENDING else current)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

        run_with_owner(owner, lambda: create_render_effect(update, name="content"))

    def note_waiting(self, change: int) -> None:
        """Counts the boundaries that show their fallback."""
        self.waiting += change
        if self.waiting == 0:
            ready, self.on_ready = self.on_ready, []
            for call in ready:
                call()


class _ReactiveChild:
    """A function in a child's place: a text as long as it gives one, after that whatever it gives.

    As a text it is one effect. The first time it gives more, the effect makes way for a memo, which mounts,
    and an effect, which shows.
    """

    __slots__ = ("effect", "fn", "grown", "mounter", "owner", "slot", "started")

    def __init__(self, mounter: Mounter, slot: Slot, fn: Callable[[], Node]) -> None:
        self.mounter = mounter
        self.slot = slot
        self.fn = fn
        self.owner = get_owner()
        self.effect: Owner | None = None
        self.started = False
        self.grown = False

    def start(self) -> None:
        create_render_effect(self.update, name="text")
        self.started = True
        if self.grown:
            self.grow()

    def update(self) -> None:
        """The effect: shows a text, and notices when there is more than a text."""
        try:
            node: Any = self.fn()
        except NotReady:
            if self.started or not transition_running():
                raise
            # What it will give is not known yet. An effect would find out after the transition, which is
            # too late for what it mounts to be waited for; a memo takes part in it.
            self.effect = get_owner()
            self.grown = True
            return
        except TypeError as error:
            check_takes_nothing(self.fn, "a function among children", error)
            raise
        if node is None or node is True or node is False:
            text = None
        elif type(node) is str:
            text = node
        elif isinstance(node, str | int | float):
            text = str(node)
        else:
            if iscoroutine(node):
                raise UsageError(why_not_a_child(node, "what a function gave"))
            self.effect = get_owner()
            self.grown = True
            if self.started:
                self.grow()
            return
        self.mounter.display.show(self.slot, text)

    def grow(self) -> None:
        run_with_owner(self.owner, self._mount_and_show)
        if self.effect is not None:
            dispose(self.effect)

    def _mount_and_show(self) -> None:
        content = create_memo(lambda: self.mounter.mounted(self.fn()), equals=is_, name="child")
        self.mounter.follow(self.slot, content, self.owner)


def _run(call: ComponentCall) -> Node:
    """Runs the body of a component; what it raises says whose it was."""
    try:
        return call.run()
    except NotReady:
        raise
    except Exception as error:
        error.add_note(f"in the component {call.component.name}")
        raise
