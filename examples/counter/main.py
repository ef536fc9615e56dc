"""A counter: a signal, a memo, and the two pieces of text that depend on them.

Run it in this folder with `wayfare dev main:app`, and open 127.0.0.1:8000. Each open page counts for itself.
"""

from __future__ import annotations

from wayfare import App, component, create_memo, create_signal
from wayfare.html import Element, button, h1, main, output, p


@component
def Counter(start: int = 0) -> Element:
    count, set_count = create_signal(start)
    double = create_memo(lambda: count() * 2)

    def step(by: int) -> None:
        set_count(lambda before: before + by)

    # The body runs once. What changes later is what is given as a function: two texts and one attribute.
    return main[
        h1["Counter"],
        button(on_click=lambda: step(-1), disabled=lambda: count() == 0)["One less"],
        output[count],
        button(on_click=lambda: step(1))["One more"],
        p["Twice that is ", double, "."],
    ]


app = App(Counter)
