"""A list that every window shares, kept in a file over restarts; added to by a handler and by a form."""

from __future__ import annotations

import os
from pathlib import Path

from wayfare import App, For, Route, Router, action, component, create_async, create_signal, query, revalidate
from wayfare.data import FormData
from wayfare.html import Element, button, form, input_, li, main, output, ul

FILE = Path(os.environ["NOTES"])


@query("notes", scope="app")
def get_notes() -> list[str]:
    return FILE.read_text().splitlines() if FILE.exists() else []


def write(text: str) -> None:
    with FILE.open("a") as file:
        file.write(text + "\n")


@action(name="add-note")
async def add_note(data: FormData) -> None:
    write(f"form {data['text']}")
    await revalidate(get_notes)


@component
def Notes() -> Element:
    notes = create_async(get_notes)
    count, set_count = create_signal(0)

    async def add() -> None:
        set_count(count() + 1)
        write(f"click {count()}")
        await revalidate(get_notes)

    return main[
        input_(id="draft"),
        output[count],
        button(on_click=add)["Add"],
        ul[For(each=notes)[lambda note: li[note]]],
        form(action=add_note, method="post")[input_(name="text"), button["Send"]],
    ]


app = App(lambda: Router[Route(path="/", component=Notes)])
