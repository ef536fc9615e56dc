"""Puts other functions into the engine for a while, wherever a module of it has the original."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any


class Patches:
    """What has been replaced, to be put back."""

    def __init__(self) -> None:
        self._originals: list[tuple[Any, str, Any]] = []

    def function(self, original: Callable[..., Any], mirror: Callable[..., Any]) -> None:
        """Let each module of the reactive core that knows `original` have `mirror` instead."""
        for name, module in list(sys.modules.items()):
            if name.startswith("wayfare.reactive."):
                for attribute, value in list(vars(module).items()):
                    if value is original:
                        self.attribute(module, attribute, mirror)

    def attribute(self, holder: Any, name: str, mirror: Any) -> None:
        self._originals.append((holder, name, getattr(holder, name)))
        setattr(holder, name, mirror)

    def undo(self) -> None:
        while self._originals:
            holder, name, original = self._originals.pop()
            setattr(holder, name, original)
