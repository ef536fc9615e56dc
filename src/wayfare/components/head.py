"""What a component may put into the document's head: ``Title``, ``Meta``, ``Link``, ``Style``, ``Base``.

Nothing shows where they stand, and what they have put in goes with the component that they stand in. All may
be reactive.

Upstream: https://docs.solidjs.com/solid-meta
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from ..html import Node, RenderedValue, attribute_name, plain_text, render_value
from ..reactive import (
    create_effect,
    create_memo,
    create_render_effect,
    current_scope,
    on_cleanup,
    transition_running,
)
from ..render import Head, component


def use_head(
    tag: str, attributes: dict[str, object] | None = None, text: Callable[[], str] | str = ""
) -> None:
    """Puts a tag into the head for as long as the current owner lives.

    Args:
        tag: its name, such as ``"link"``.
        attributes: names as HTML has them to values; a callable value is reactive.
        text: the content of a ``title`` or ``style``; a callable is reactive.

    >>> import asyncio
    >>> from wayfare.testing import open_page
    >>> @component
    ... def Hidden():
    ...     use_head("meta", {"name": "robots", "content": "noindex"})
    >>> async def visit():
    ...     async with open_page(App(Hidden, secret="only for this page")) as page:
    ...         return b'<meta name="robots" content="noindex"' in page.answer.body
    >>> asyncio.run(visit())
    True

    Upstream: https://docs.solidjs.com/solid-meta/reference/meta/use-head
    """
    given = attributes or {}
    head = current_scope().service(Head, Head)

    def entry() -> tuple[str, tuple[tuple[str, RenderedValue], ...], str]:
        rendered = tuple(
            (name, render_value(name, value() if callable(value) else value)) for name, value in given.items()
        )
        return tag, rendered, text() if callable(text) else text

    added = None
    # A memo takes part in a transition, and what it reads is waited for.
    current = create_memo(entry, name=tag)

    def update(_: object = None) -> None:
        nonlocal added
        if added is None:
            added = head.add(*current())
        else:
            added.set(current())

    if transition_running():
        # What is mounted in a transition is not shown yet; an effect waits until it is.
        create_effect(update)
    else:
        create_render_effect(update)
    on_cleanup(lambda: added.remove() if added is not None else None)


def _attributes(given: dict[str, object]) -> dict[str, object]:
    return {attribute_name(name): value for name, value in given.items()}


@component
def Title(children: Node = None) -> Node:
    """The title of the document. The newest one wins; when it goes, the one before it shows again.

    Args:
        children: text, and functions that give text: ``Title["Users"]``, ``Title[lambda: user().name]``.

    >>> import asyncio
    >>> from wayfare.testing import open_page
    >>> async def visit():
    ...     name, rename = create_signal("Ann")
    ...     async with open_page(App(lambda: Title["User ", name], secret="only for this page")) as page:
    ...         first = page.title
    ...         rename("Bob")
    ...         await page.settled()
    ...         return first, page.title
    >>> asyncio.run(visit())
    ('User Ann', 'User Bob')

    Upstream: https://docs.solidjs.com/solid-meta/reference/meta/title
    """
    nodes = cast("tuple[Node, ...]", children) if isinstance(children, tuple) else (children,)
    use_head("title", None, lambda: plain_text(nodes))
    return None


@component
def Meta(**attributes: object) -> Node:
    """A ``<meta>``. One with the name, property or http-equiv of another takes its place.

    Args:
        attributes: as of any element: their names in Python, and values that may be reactive.

    >>> import asyncio
    >>> from wayfare.testing import open_page
    >>> async def visit():
    ...     described = Meta(name="description", content="Everybody who is here")
    ...     async with open_page(App(lambda: described, secret="only for this page")) as page:
    ...         return b'<meta name="description" content="Everybody who is here"' in page.answer.body
    >>> asyncio.run(visit())
    True

    Upstream: https://docs.solidjs.com/solid-meta/reference/meta/meta
    """
    use_head("meta", _attributes(attributes))
    return None


@component
def Link(**attributes: object) -> Node:
    """A ``<link>``: style sheets, icons, the canonical address.

    Args:
        attributes: as of any element: their names in Python, and values that may be reactive.

    >>> import asyncio
    >>> from wayfare.testing import open_page
    >>> async def visit():
    ...     sheet = Link(rel="stylesheet", href="/static/site.css")
    ...     async with open_page(App(lambda: sheet, secret="only for this page")) as page:
    ...         return b'<link rel="stylesheet" href="/static/site.css"' in page.answer.body
    >>> asyncio.run(visit())
    True

    Upstream: https://docs.solidjs.com/solid-meta/reference/meta/link
    """
    use_head("link", _attributes(attributes))
    return None


@component
def Style(children: Node = None, **attributes: object) -> Node:
    """A ``<style>`` with its text in brackets; it gets the page's nonce, so a strict policy lets it pass.

    Args:
        children: the style sheet: text, and functions that give text.
        attributes: as of any element: their names in Python, and values that may be reactive.

    >>> import asyncio
    >>> from wayfare.testing import open_page
    >>> async def visit():
    ...     style = Style["p { color: teal }"]
    ...     async with open_page(App(lambda: style, secret="only for this page")) as page:
    ...         return b">p { color: teal }</style>" in page.answer.body
    >>> asyncio.run(visit())
    True

    Upstream: https://docs.solidjs.com/solid-meta/reference/meta/style
    """
    nodes = cast("tuple[Node, ...]", children) if isinstance(children, tuple) else (children,)
    use_head("style", _attributes(attributes), lambda: plain_text(nodes))
    return None


@component
def Base(**attributes: object) -> Node:
    """The ``<base>`` of the document's relative addresses. There is one; the newest wins.

    Args:
        attributes: as of any element: their names in Python, and values that may be reactive.

    >>> import asyncio
    >>> from wayfare.testing import open_page
    >>> async def visit():
    ...     async with open_page(App(lambda: Base(href="/app/"), secret="only for this page")) as page:
    ...         return b'<base href="/app/"' in page.answer.body
    >>> asyncio.run(visit())
    True

    Upstream: https://docs.solidjs.com/solid-meta/reference/meta/base
    """
    use_head("base", _attributes(attributes))
    return None
