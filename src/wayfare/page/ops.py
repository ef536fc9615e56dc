"""What the layers below say, as operations of a frame: the head, the window's history."""

from __future__ import annotations

from ..render import Head as PageHead
from ..routing import Go as GoCommand
from ..routing import HistoryCommand
from ..routing import Push as PushCommand
from ..routing import Scroll as ScrollCommand
from ..wire import Go, Guard, Head, Load, PageOp, Push, Routing, Scroll

STATES: frozenset[type[PageOp]] = frozenset({Guard, Routing, Head})
"""Operations that say how something is; the others say that something happens."""


def head_op(head: PageHead) -> Head:
    """The whole head of a page, as it is now; with its title also where there is none any more."""
    entries = head.entries()
    if not head.title():
        entries = [("title", (), ""), *entries]
    return Head(
        [
            (
                tag,
                {name: "" if value is True else str(value) for name, value in attributes if value},
                text or None,
            )
            for tag, attributes, text in entries
        ]
    )


def window_op(command: HistoryCommand) -> Push | Go | Scroll | Load:
    """What a router tells the window to do."""
    if isinstance(command, PushCommand):
        return Push(command.url, command.state, command.replace, command.scroll)
    if isinstance(command, GoCommand):
        return Go(command.delta)
    if isinstance(command, ScrollCommand):
        return Scroll(command.part)
    return Load(command.url)


def notes_of(error: BaseException) -> str:
    """What the layers below noted about an error on its way: the component it came from, and so on."""
    notes = getattr(error, "__notes__", ())
    return "".join(f" ({note})" for note in notes)
