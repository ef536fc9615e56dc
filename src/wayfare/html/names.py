"""The names that HTML has for attributes and events, to notice one that is misspelt, or misused.

Any other name is taken as well: custom elements, SVG and scripts have their own. A name that is no known one,
but nearly, gets a warning. Each name is looked at once in a process.
"""

from __future__ import annotations

import ast
import inspect
import linecache
import re
import warnings
from difflib import get_close_matches
from keyword import iskeyword
from types import FrameType


class HandlerWarning(UserWarning):
    """A handler that was called where it should only be named."""


class NameWarning(UserWarning):
    """An attribute or event whose name looks misspelt."""


ATTRIBUTES = frozenset(
    """
    abbr accept accept-charset accesskey action allow allowfullscreen alt as async autocapitalize autocomplete
    autocorrect autofocus autoplay blocking charset checked cite class color cols colspan command commandfor
    content contenteditable controls coords crossorigin data datetime decoding default defer dir dirname
    disabled download draggable enctype enterkeyhint exportparts fetchpriority for form formaction
    formenctype formmethod formnovalidate formtarget headers height hidden high href hreflang http-equiv id
    imagesizes imagesrcset inert inputmode integrity is ismap itemid itemprop itemref itemscope itemtype kind
    label lang list loading loop low max maxlength media method min minlength multiple muted name nomodule
    nonce noscroll novalidate open optimum part pattern ping placeholder playsinline popover popovertarget
    popovertargetaction poster preload readonly referrerpolicy rel replace required reversed role rows rowspan
    sandbox scope selected shape size sizes slot span spellcheck src srcdoc srclang srcset start state step
    style tabindex target title translate type usemap value virtualkeyboardpolicy width wrap
    """.split()  # noqa: SIM905 - a hundred words are easier to read than a hundred quoted words
)
"""Of HTML's elements, and what links to pages have besides; those that begin with aria- and data- apart."""

EVENTS = frozenset(
    """
    abort animationend animationstart beforeinput beforetoggle blur cancel canplay change click close
    contextmenu copy cut dblclick drag dragend dragenter dragleave dragover dragstart drop durationchange
    ended error focus focusin focusout input invalid keydown keypress keyup load loadeddata loadedmetadata
    mousedown mouseenter mouseleave mousemove mouseout mouseover mouseup paste pause play playing
    pointercancel pointerdown pointerenter pointerleave pointermove pointerout pointerover pointerup
    progress ratechange reset resize scroll scrollend select submit timeupdate toggle touchcancel touchend
    touchmove touchstart transitionend volumechange wheel
    """.split()  # noqa: SIM905 - a hundred words are easier to read than a hundred quoted words
)


def note_misspelt(name: str, known: frozenset[str], written: str) -> None:
    """Warns where ``name`` is none of ``known`` but close to one; ``written`` is how a keyword says it."""
    if name in known or len(name) < 4 or not name.isalpha():
        return
    close = get_close_matches(name, known, 1, 0.8)
    if close and close[0] not in name:  # with something around it, it is one of one's own
        right = close[0] + "_" if iskeyword(close[0]) else close[0]
        here, there = written.format(name), written.format(right)
        warnings.warn(
            f"{here} looks misspelt: HTML has no {name!r}. Did you mean {there}? A name of your own has a "
            "dash in it, or stands in a dict.",
            NameWarning,
            stacklevel=4,
        )


def note_called_handler(keyword: str) -> None:
    """Warns of `on_click=save()` where it gave None, as most functions do. None by itself is no handler, and
    is meant."""
    frame = inspect.currentframe()
    for _ in range(2):
        frame = frame.f_back if frame is not None else None
    if frame is None:
        return
    line = linecache.getline(frame.f_code.co_filename, frame.f_lineno, frame.f_globals)
    call = re.search(rf"\b{keyword}\s*=\s*([\w.]+)\(", line)
    if call is not None and _is_called(keyword, frame):
        warnings.warn(
            f"{keyword} got None, what {call[1]}(...) gave when the page was made, and will do nothing. "
            f"Give the function itself, {keyword}={call[1]} or {keyword}=lambda: {call[1]}(...).",
            HandlerWarning,
            stacklevel=3,
        )


def _is_called(keyword: str, frame: FrameType) -> bool:
    """Whether what the frame's call was given for `keyword` is a call, too: its line may hold several."""
    positions = inspect.getframeinfo(frame, context=0).positions
    if positions is None or positions.lineno is None or positions.end_lineno is None:
        return True  # Python was told to keep no columns: the line is all that there is
    code = frame.f_code
    lines = [
        linecache.getline(code.co_filename, number, frame.f_globals).encode()
        for number in range(positions.lineno, positions.end_lineno + 1)
    ]
    lines[-1] = lines[-1][: positions.end_col_offset]
    lines[0] = lines[0][positions.col_offset :]
    try:
        written = ast.parse(b"".join(lines), mode="eval").body
    except SyntaxError:
        return False
    return isinstance(written, ast.Call) and any(
        each.arg == keyword and isinstance(each.value, ast.Call) for each in written.keywords
    )
