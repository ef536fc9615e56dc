"""Every bound that a page and its server keep, with its default, in one place.

Nothing in Wayfare grows without a bound (design decision 10). The bounds are fields of one frozen dataclass,
so that they can be read, changed and documented together: `docs/defaults.md` lists the same fields, and a
test holds the two against each other.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

from ..errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The bounds of an `App` and of each of its pages.

    Sizes are in bytes, times in seconds. Each value is checked when the object is made.

    Raises:
        UsageError: a bound is not a positive number.

    >>> Limits(pages_per_worker=500).pages_per_worker
    500
    >>> Limits(outbox_frames=0)
    Traceback (most recent call last):
    ...
    wayfare.errors.UsageError: Limits(outbox_frames=0): a limit is a positive number. Leave it out for the \
default of 256.
    """

    # One page's conversation.
    message_bytes: int = 64 * 1024
    """Largest message a browser may send over the socket; a larger one ends the connection."""
    messages_per_second: float = 100.0
    """Lasting rate of messages from one browser page; a faster one ends the connection."""
    message_burst: int = 400
    """Messages that may come at once before the rate counts."""
    running_handlers: int = 64
    """`async` handlers of one page that may be at work at the same time; further events are refused."""
    outbox_frames: int = 256
    """Frames kept for a browser that has not acknowledged them; beyond, it gets a fresh render."""
    outbox_bytes: int = 4 * 1024 * 1024
    """Bytes of unacknowledged frames kept for one browser; beyond, it gets a fresh render."""
    url_characters: int = 8192
    """Longest URL a page is asked for, or told to go to."""
    first_render_seconds: float = 5.0
    """How long the first response waits for data; the rest comes over the socket."""

    # All pages of a worker.
    pages_per_worker: int = 10_000
    """Live pages of one process. The oldest that no browser is attached to makes way; else 503."""
    pages_per_session: int = 100
    """Live pages of one session. The oldest that no browser is attached to makes way; else 503."""
    unattached_seconds: float = 30.0
    """How long a rendered page waits for its browser to connect."""
    detached_seconds: float = 120.0
    """How long a page whose connection was lost waits for the browser to come back."""

    # The socket.
    hello_seconds: float = 10.0
    """How long a new socket may take to say which page it is for."""
    heartbeat_seconds: float = 150.0
    """A socket that has been silent for this long (the client pings more often) is closed."""
    send_seconds: float = 20.0
    """How long one frame may take to be sent; a client that is slower is dropped, to a fresh render."""

    # Form posts.
    form_bytes: int = 16 * 1024 * 1024
    """Largest body of a form post, uploads included."""
    form_seconds: float = 120.0
    """How long the body of a form post may take to arrive."""
    form_fields: int = 1000
    """Most fields of one form."""
    form_files: int = 20
    """Most files of one form."""
    field_bytes: int = 1024 * 1024
    """Longest value of one multipart field that is no file."""
    submissions_kept: int = 10_000
    """Submission ids remembered per worker, so that a repeated post is told the outcome, not run again."""
    submission_seconds: float = 600.0
    """How long a submission id is remembered."""
    running_submissions: int = 1000
    """Form posts of one worker that may be at work at the same time; beyond, 503."""
    flashes_kept: int = 1000
    """Outcomes of posts made without JavaScript that wait for the browser's next page."""
    flash_seconds: float = 60.0
    """How long such an outcome waits."""

    # The process.
    session_bytes: int = 3800
    """Largest signed session cookie; browsers keep 4096 bytes of name, value and attributes."""
    session_seconds: float = 14 * 24 * 3600.0
    """How long a session lasts after it was last written."""
    shutdown_seconds: float = 5.0
    """How long a stopping worker waits for form posts in flight."""

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            number = isinstance(value, (int, float)) and not isinstance(value, bool)
            if not number or not value > 0 or math.isnan(value):
                raise UsageError(
                    f"Limits({field.name}={value!r}): a limit is a positive number. "
                    f"Leave it out for the default of {field.default!r}."
                )
            if field.type == "int" and not isinstance(value, int):
                raise UsageError(
                    f"Limits({field.name}={value!r}): this limit counts, so it is a whole number."
                )
