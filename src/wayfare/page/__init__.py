"""One live page, whatever carries its messages. Knows no socket and no HTTP."""

from .events import read_event
from .limits import Limits
from .ops import notes_of
from .outbox import Kept, Outbox, OutboxStatistics
from .page import OutOfOrderError, Page, PageStatistics

__all__ = [
    "Kept",
    "Limits",
    "OutOfOrderError",
    "Outbox",
    "OutboxStatistics",
    "Page",
    "PageStatistics",
    "notes_of",
    "read_event",
]
