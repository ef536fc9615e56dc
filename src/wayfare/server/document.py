"""The HTML document around a page's body, and the plain page that says why there is none."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import escape

SLOT_START = "<!--w1-->"
SLOT_END = "<!--/-->"


def document(
    *,
    body: str,
    head: str,
    lang: str,
    page_id: str | None,
    nonce: str,
    script: str,
    meta: Mapping[str, str],
) -> str:
    """The whole document, without inline script or style that a strict policy would refuse.

    Args:
        body: what stands in the body: slot 1 with its markers.
        head: the managed head tags.
        lang: the document's language.
        page_id: the live page's id; None for a document that stays as it is.
        nonce: what the policy lets `style` elements of this page carry.
        script: the address of the client's entry module.
        meta: further attributes for the client, such as the socket's address.
    """
    live = ""
    if page_id is not None:
        attributes = "".join(f' data-{escape(name)}="{escape(value)}"' for name, value in meta.items())
        live = (
            f'<meta name="wayfare" content="{escape(page_id)}"{attributes}>'
            f'<script type="module" src="{escape(script)}" nonce="{escape(nonce)}"></script>'
        )
    return (
        f'<!DOCTYPE html><html lang="{escape(lang)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"{head}{live}</head><body>{body}</body></html>"
    )


def plain_page(title: str, text: str, details: str | None = None) -> str:
    """A page that needs nothing to be shown: what happened, and in debug mode the traceback."""
    shown = f"<pre>{escape(details)}</pre>" if details else ""
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title></head>"
        f"<body><h1>{escape(title)}</h1><p>{escape(text)}</p>{shown}</body></html>"
    )
