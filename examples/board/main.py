"""A board of cards in columns: a store, in which each change touches exactly what shows it.

Run it in this folder with `wayfare dev main:app`, and open 127.0.0.1:8000. Each open page has a board of its
own. A card's title is one text, its column one list: renaming a card touches no other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count

from wayfare import App, For, component, create_memo, create_store, produce, reconcile, unwrap
from wayfare.html import Element, Node, button, div, h1, h2, input_, main, output, section


@dataclass
class Card:
    id: int
    title: str


@dataclass
class Column:
    name: str
    cards: list[Card] = field(default_factory=list[Card])


@dataclass
class Board:
    columns: list[Column]


def first_board() -> Board:
    return Board([Column("To do", [Card(1, "Write"), Card(2, "Test")]), Column("Done")])


@component
def BoardPage() -> Element:
    board, set_board = create_store(first_board(), name="board")
    numbers = count(3)
    total = create_memo(lambda: sum(len(column.cards) for column in board.columns))

    def add(column: int) -> None:
        # `produce` is given the plain data, and changes it as if it were nobody's.
        set_board("columns", column, produce(lambda each: each.cards.append(Card(next(numbers), "New"))))

    def rename(column: int, card: Card, title: str) -> None:
        # A path: keys, places, and functions that pick items. Nothing but this title is touched.
        set_board("columns", column, "cards", lambda each: each.id == card.id, "title", title)

    def move(column: int, card: Card) -> None:
        def onwards(moved: Board) -> None:
            here, there = moved.columns[column].cards, moved.columns[(column + 1) % len(moved.columns)].cards
            at = next(at for at, each in enumerate(here) if each.id == card.id)
            there.append(here.pop(at))

        set_board(produce(onwards))

    def reset() -> None:
        # What has the same id stays the same card, and the same row on the page; columns go by their order.
        set_board("columns", reconcile(first_board().columns))

    def card_of(column: int, card: Card) -> Node:
        return div(class_="card")[
            input_(
                name=f"card-{card.id}",
                value=lambda: card.title,
                on_change=lambda event: rename(column, card, event.value),
            ),
            button(on_click=lambda: move(column, card), aria_label=f"Move card {card.id}")["→"],
        ]

    def column_of(column: Column, at: int) -> Node:
        return section[
            h2[lambda: f"{column.name} ({len(column.cards)})"],
            For(each=lambda: column.cards, children=lambda card: card_of(at, card)),
            button(on_click=lambda: add(at))[f"Add to {column.name}"],
        ]

    return main[
        h1["Board"],
        output[total],
        [column_of(board.columns[at], at) for at in range(len(unwrap(board).columns))],
        button(on_click=reset)["Start again"],
    ]


app = App(BoardPage)
