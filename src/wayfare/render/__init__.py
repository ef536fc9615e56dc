"""Descriptions become templates, templates a mounted tree, and its changes patches."""

from __future__ import annotations

from ..html import Event
from .boundaries import ErrorBoundary, Suspense, SuspenseList
from .component import Component, ComponentCall, as_component, component
from .content import Content, Group, Slot, write_html
from .display import Sink
from .events import Handler, as_link, debounce, prevent_default, stop_propagation, throttle
from .flow import Dynamic, Match, Show, Switch
from .head import Entry, Head, HeadTag
from .misuse import RenderWarning
from .mount import Mounter, View
from .patches import CALLABLE, Op, Patch
from .ref import Ref
from .root import Mount, mount_root
from .rows import For, Index

__all__ = [
    "CALLABLE",
    "Component",
    "ComponentCall",
    "Content",
    "Dynamic",
    "Entry",
    "ErrorBoundary",
    "Event",
    "For",
    "Group",
    "Handler",
    "Head",
    "HeadTag",
    "Index",
    "Match",
    "Mount",
    "Mounter",
    "Op",
    "Patch",
    "Ref",
    "RenderWarning",
    "Show",
    "Sink",
    "Slot",
    "Suspense",
    "SuspenseList",
    "Switch",
    "View",
    "as_component",
    "as_link",
    "component",
    "debounce",
    "mount_root",
    "prevent_default",
    "stop_propagation",
    "throttle",
    "write_html",
]
