"""The test kit: pages driven in process over the real messages, and a clock that the test moves."""

from .browser import HistoryEntry, Window
from .client import PatchError, Screen
from .clock import VirtualClock
from .dom import Element, find_all, parse_html
from .driver import Page
from .inprocess import Answer, Cookies, TestWorld
from .opening import Opening, open_page
from .selectors import select

__all__ = [
    "Answer",
    "Cookies",
    "Element",
    "HistoryEntry",
    "Opening",
    "Page",
    "PatchError",
    "Screen",
    "TestWorld",
    "VirtualClock",
    "Window",
    "find_all",
    "open_page",
    "parse_html",
    "select",
]
