"""Events as a handler meets them: what happened in the browser, and what a handler may be."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, cast


class Event:
    """What happened in the browser.

    Attributes:
        type: the DOM name of the event, such as ``"click"``.
        value: the text of the control it happened on; of several that are chosen, the first; or empty.
        values: all of them: what is chosen in a ``select`` with ``multiple``, the names of the files.
        checked: whether the checkbox or radio button is checked.
        key: of a keyboard event, as the DOM names it (``"Enter"``), or empty.
        form: the fields of the form it belongs to; of several with one name, the last.
        fields: the same as (name, value) pairs, in order, all of them.
        data: the ``data-...`` attributes of the element, by their names in the DOM's camel case.
        name: of the control, where it has one.
        modifiers: of a mouse or keyboard event, which of ``"alt" "ctrl" "meta" "shift"`` were held, if any.
        button, x, y: of a mouse event: its button, and where it was in the window, in CSS pixels.
        detail: of a custom event, what it carries.
        payload: all that the browser sent.

    What the browser did not send is an ``AttributeError`` that says what it did send.
    """

    __slots__ = ("data", "fields", "payload", "type")

    if TYPE_CHECKING:
        name: str
        modifiers: Sequence[str]
        button: int
        x: float
        y: float
        detail: Any

    def __init__(self, type: str, payload: Mapping[str, Any] | None = None) -> None:
        self.type = type
        self.payload: Mapping[str, Any] = payload or {}
        self.fields: Sequence[tuple[str, str]] = [
            (str(pair[0]), str(pair[1])) for pair in self.payload.get("form") or () if len(pair) == 2
        ]
        self.data: Mapping[str, str] = self.payload.get("data") or {}

    @property
    def value(self) -> str:
        """The text of the control; empty where it has none, and the first where it has several."""
        return next(iter(self.values), "")

    @property
    def values(self) -> list[str]:
        """The texts of the control: more than one where several are chosen.

        >>> toppings = Event("change", {"value": ["basil", "olives"]})
        >>> toppings.value, toppings.values
        ('basil', ['basil', 'olives'])
        """
        value = self.payload.get("value")
        if isinstance(value, (list, tuple)):
            return [str(each) for each in cast(Sequence[object], value)]
        return [] if value is None else [str(value)]

    @property
    def checked(self) -> bool:
        """Whether the control is checked."""
        return bool(self.payload.get("checked"))

    @property
    def key(self) -> str:
        """The key of a keyboard event as the DOM names it, else empty."""
        return str(self.payload.get("key") or "")

    @property
    def form(self) -> dict[str, str]:
        """The fields of the form, the last one of each name."""
        return dict(self.fields)

    if not TYPE_CHECKING:
        # Hidden from type checkers, to which every misspelt name would be one that exists.

        def __getattr__(self, name: str) -> Any:
            if name.startswith("__"):
                raise AttributeError(name)
            camel = name.split("_")[0] + "".join(part.title() for part in name.split("_")[1:])
            try:
                return self.payload[camel]
            except KeyError:
                known = ", ".join(sorted(self.payload)) or "nothing"
                hint = (
                    ". The element stays in the browser: its value is event.value"
                    if name.endswith("target")
                    else ""
                )
                raise AttributeError(
                    f"the {self.type} event has no {name!r}; the browser sent: {known}{hint}"
                ) from None

    def __repr__(self) -> str:
        return f"Event({self.type!r}, {dict(self.payload)!r})"


Listener: TypeAlias = Callable[[], object] | Callable[[Event], object]
"""A handler: it is called with the event, or with nothing; ``def`` or ``async def``."""
