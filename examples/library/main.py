"""A library: layouts inside each other, each of which stays while what is inside it changes.

Run it in this folder with `wayfare dev main:app`, and open 127.0.0.1:8000. The shelf keeps its filter while
one book after the other is opened beside it; hovering a link loads the book; a wrong number is a page that
says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from wayfare import (
    A,
    App,
    For,
    Navigate,
    Route,
    Router,
    Show,
    Title,
    component,
    create_async,
    create_memo,
    create_signal,
    query,
    use_is_routing,
    use_params,
    use_search_params,
)
from wayfare.html import Element, Node, article, aside, div, h1, h2, input_, li, main, nav, p, ul
from wayfare.routing import url_for


@dataclass(frozen=True)
class Book:
    number: int
    title: str
    author: str
    chapters: tuple[str, ...]


books = {
    1: Book(1, "Middlemarch", "George Eliot", ("Miss Brooke", "Old and Young")),
    2: Book(2, "Invisible Cities", "Italo Calvino", ("Cities and memory", "Thin cities")),
    3: Book(3, "The Dispossessed", "Ursula K. Le Guin", ("Anarres and Urras", "Anarres")),
}


@query("library", scope="app")
async def get_books() -> list[Book]:
    return list(books.values())


@query("book", scope="app")
async def get_book(number: int) -> Book | None:
    return books.get(number)


@dataclass
class BookParams:
    number: int


@dataclass
class Reading:
    chapter: int = 1


@component
def Layout(children: Node = None) -> Element:
    """Around every page. Mounted once for as long as the window is open."""
    routing = use_is_routing()
    return div(aria_busy=routing)[
        nav[A(href="/", end=True)["Home"], A(href="/books")["Books"]],
        children,
    ]


@component
def Home() -> Node:
    return main[Title["Library"], h1["Library"], p["Choose a book."]]


@component
def Shelf(children: Node = None) -> Node:
    """Around every book: the list at the side, with a filter that outlives each of them."""
    shown = create_async(get_books)
    wanted, want = create_signal("")
    found = create_memo(lambda: [book for book in shown() if wanted().lower() in book.title.lower()])

    def row(book: Book) -> Node:
        return li[A(href=url_for("book", number=book.number))[book.title]]

    return div[
        aside[
            input_(name="filter", placeholder="Filter", on_input=lambda event: want(event.value)),
            ul[For(each=found, fallback=li["Nothing fits."])[row]],
        ],
        children,
    ]


@component
def BookPage(children: Node = None) -> Node:
    """One book. Going from one to the next changes what is shown, and mounts nothing anew."""
    params = use_params(BookParams)
    book = create_async(lambda: get_book(params.number))

    def shown(book: Callable[[], Book]) -> Node:
        return article[
            Title[lambda: book().title],
            h1[lambda: book().title],
            p["by ", lambda: book().author],
            nav[A(href=lambda: f"/books/{params.number}", end=True)["About"], A(href="chapters")["Chapters"]],
            children,
        ]

    return Show(when=book, fallback=p(role="alert")["There is no such book."])[shown]


@component
def About() -> Node:
    return p["It is on the shelf."]


@component
def Chapters() -> Node:
    """Which chapter is open stands in the address, `?chapter=2`, so that it can be sent to somebody."""
    params = use_params(BookParams)
    reading, _ = use_search_params(Reading)
    book = create_async(lambda: get_book(params.number))
    chapters = create_memo(lambda: list(enumerate(found.chapters, 1)) if (found := book()) else [])

    def row(chapter: tuple[int, str]) -> Node:
        number, title = chapter
        return li(class_=lambda: "open" if reading.chapter == number else None)[
            A(href=f"?chapter={number}")[title]
        ]

    return [h2["Chapters"], ul[For(each=chapters)[row]]]


app = App(
    lambda: Router(root=Layout)[
        Route(path="/", component=Home),
        Route(path="/shelf", component=lambda: Navigate(href="/books")),
        Route(path="/books", component=Shelf)[
            Route(path="/", component=lambda: p["A book, perhaps?"]),
            Route(
                path="/:number",
                name="book",
                component=BookPage,
                match_filters={"number": int},
                preload=lambda args: get_book(args.params["number"]),
            )[
                Route(path="/", component=About),
                Route(path="/chapters", component=Chapters),
            ],
        ],
    ]
)
