"""A chat: one query of the whole app. What one visitor sends appears in every open page.

Run it in this folder with `wayfare dev main:app`, and open 127.0.0.1:8000 in two windows. Nothing here
knows who is connected: `scope="app"` is what makes the query everybody's, and `revalidate` reaches all.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from itertools import count

from wayfare import App, For, Route, Router, Title, action, component, create_async, query, reload
from wayfare.data import FormData, Response
from wayfare.html import Element, b, button, form, h1, input_, label, li, main, ol

ROOM_LIMIT = 200


@dataclass(frozen=True)
class Message:
    id: int
    name: str
    text: str


messages: deque[Message] = deque(maxlen=ROOM_LIMIT)
numbers = count(1)


@query("messages", scope="app")
async def get_messages() -> list[Message]:
    return list(messages)


@action(name="send-message")
async def send_message(data: FormData) -> Response:
    name, text = (str(data.get(key, "")).strip() for key in ("name", "text"))
    if text:
        messages.append(Message(next(numbers), name or "somebody", text))
    return reload(revalidate=get_messages.key)


@component
def Room() -> Element:
    shown = create_async(get_messages)
    return main[
        Title["Chat"],
        h1["Chat"],
        ol(aria_live="polite")[For(each=shown)[lambda message: li[b[message.name], ": ", message.text]]],
        form(action=send_message, method="post")[
            label["Name ", input_(name="name", autocomplete="nickname")],
            label["Message ", input_(name="text", required=True, autocomplete="off")],
            button["Send"],
        ],
    ]


app = App(lambda: Router[Route(path="/", component=Room)])
