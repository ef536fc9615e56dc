"""`open_page`: a page driven as a visitor would drive it, in process, over the real messages.

The first HTML comes from the app by an ASGI request, and is read as a browser reads it. From then on frames are
decoded and applied to that document, and what the test does is encoded and sent: no browser, no socket, no
sleeping. Time is a `VirtualClock`, moved by `page.clock.advance(seconds)`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Generator, Mapping
from itertools import count
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

import msgspec

from ..errors import UsageError
from ..server import App, Conversation
from ..wire import EventMessage, EventPayload, Navigate, Preload, Visible
from .browser import HistoryEntry, Window
from .client import Screen
from .clock import VirtualClock
from .dom import Element, find_all
from .fields import chosen_values, field_value, form_fields, is_box, is_field, is_ticked, options_of, option_value
from .inprocess import Answer, Cookies, TestWorld, asgi_scope, request
from .selectors import select

PATIENCE = 5.0
"""Real seconds that `settled` waits for work in threads, or outside of the process, before it says what is
still going on."""
MAX_REDIRECTS = 20
_clients = count(1)


def open_page(
    app: App,
    url: str = "/",
    *,
    clock: VirtualClock | None = None,
    cookies: Cookies | None = None,
    headers: Mapping[str, str] | None = None,
    javascript: bool = True,
    wait: bool = True,
) -> Opening:
    """Open a page of an app, as a browser does: request it, follow redirects, read it, go live.

    Args:
        app: the app.
        url: where; a path, or an absolute URL of the app.
        clock: the time of the app. By default one that stands still, the same for all pages of the app.
        cookies: those of another page (`page.cookies`), for a second tab of the same visitor.
        headers: further headers of every request.
        javascript: whether the client runs. Without, links are loaded and forms posted plainly.
        wait: wait for data, as the first response does; else it is answered with what there is at once.

    Returns:
        What is awaited for the `Page`, or used in `async with`, which closes it at the end.

    Raises:
        UsageError: the app is in use with another clock.

    >>> from wayfare.html import p
    >>> async def test() -> str:
    ...     async with open_page(App(lambda: p["Hello"])) as page:
    ...         return page.text
    >>> asyncio.run(test())
    'Hello'
    """
    return Opening(app, url, clock, cookies, dict(headers or {}), javascript, wait)


class Opening(Awaitable["Page"]):
    """A page that is about to be opened: `await` it, or write `async with`."""

    def __init__(
        self,
        app: App,
        url: str,
        clock: VirtualClock | None,
        cookies: Cookies | None,
        headers: dict[str, str],
        javascript: bool,
        wait: bool,
    ) -> None:
        self._arguments = (app, url, clock, cookies, headers, javascript, wait)
        self._page: Page | None = None

    async def _open(self) -> Page:
        app, url, clock, cookies, headers, javascript, wait = self._arguments
        page = Page(app, _world_of(app, clock), Cookies() if cookies is None else cookies, headers, javascript)
        await page.load(url, wait=wait)
        return page

    def __await__(self) -> Generator[Any, None, Page]:
        return self._open().__await__()

    async def __aenter__(self) -> Page:
        self._page = await self._open()
        return self._page

    async def __aexit__(self, *_: object) -> None:
        if self._page is not None:
            self._page.close()


def _world_of(app: App, clock: VirtualClock | None) -> TestWorld:
    world = app.running_world()
    if world is None:
        world = TestWorld(VirtualClock() if clock is None else clock)
        app.use_world(world)
    elif not isinstance(world, TestWorld):
        raise UsageError("open_page(app): the app is serving already, by real time. Make one for the test.")
    elif clock is not None and world.clock.virtual is not clock:
        raise UsageError("open_page(app, clock=...): another page of this app was opened with another clock.")
    return world


class Page:
    """A page in a window, seen and used as by a visitor. Made by `open_page`.

    Attributes:
        status: the HTTP status of the document.
        answer: the whole answer: status, headers, body.
        clock: the app's time; `page.clock.advance(5.0)` moves it.
        cookies: what the visitor's browser keeps; give it to `open_page` for another tab.
        left: the URL of another site, once a link or redirect has led there.
    """

    def __init__(
        self, app: App, world: TestWorld, cookies: Cookies, headers: dict[str, str], javascript: bool
    ) -> None:
        self._app = app
        self._world = world
        self._headers = headers
        self._javascript = javascript
        self._host = headers.get("host") or (app.hosts[0].lstrip("*.") if app.hosts else "testserver")
        self._origin = f"http://{self._host}"
        self._window: Window | None = None
        self._to_load: list[str | None] = []
        self._files: dict[Element, tuple[str, bytes, str]] = {}
        self._submissions = count(1)
        self._client = f"client-{next(_clients)}"
        self._held: dict[tuple[int, str], Any] = {}
        self.cookies = cookies
        self.answer = Answer(0, (), b"")
        self.left: str | None = None

    # What there is to see.

    @property
    def window(self) -> Window:
        """The client: history, connection, frames."""
        if self._window is None:
            raise UsageError("The page was not loaded.")
        return self._window

    @property
    def screen(self) -> Screen:
        """What is shown."""
        return self.window.screen

    @property
    def clock(self) -> VirtualClock:
        """The app's time."""
        return self._world.clock.virtual

    @property
    def status(self) -> int:
        """The HTTP status of the document."""
        return self.answer.status

    @property
    def url(self) -> str:
        """What the address bar shows: path, search and hash."""
        return self.window.url

    @property
    def title(self) -> str:
        """The document's title."""
        return self.screen.title

    @property
    def text(self) -> str:
        """What a visitor reads, a line for each block."""
        return self.screen.text

    @property
    def html(self) -> str:
        """The body as HTML, without the marks by which the client finds its way."""
        return self.screen.html

    @property
    def notices(self) -> list[tuple[str, str]]:
        """What the server told the client about the page itself: a code, and words."""
        return self.window.notices

    @property
    def history(self) -> list[HistoryEntry]:
        """The entries of the window's history, oldest first."""
        return self.window.entries

    def find_all(self, selector: str = "*", *, text: str | None = None) -> list[Element]:
        """The elements that fit, in document order.

        Args:
            selector: a CSS selector (see `testing.selectors`).
            text: what a visitor reads in them; exactly, or, where there is none such, as a part.
        """
        found = select(self.screen.body, selector)
        if text is None:
            return found
        with_text = find_all(self.screen.body, text=text)
        exact = [element for element in found if element.text == text]
        if exact:
            return exact
        inside = [element for element in found if text in element.text]
        # An element around the one that has the text has it, too; the innermost is meant.
        return [e for e in inside if e in with_text or not any(o is not e and _is_in(o, e) for o in inside)]

    def get(self, selector: str = "*", *, text: str | None = None) -> Element:
        """The one element that fits.

        Raises:
            UsageError: none fits, or several do; the message shows what there is.
        """
        found = self.find_all(selector, text=text)
        if len(found) == 1:
            return found[0]
        what = selector + (f" with the text {text!r}" if text is not None else "")
        if found:
            several = "\n".join(f"  {element!r}" for element in found[:10])
            raise UsageError(f"{len(found)} elements fit {what}:\n{several}\nSay more, or take one of page.find_all().")
        shown = self.html
        shown = shown if len(shown) <= 2000 else shown[:2000] + "..."
        raise UsageError(f"No element fits {what}. The page at {self.url} shows:\n{shown}")

    # What there is to do.

    async def click(self, element: Element | str, *, settle: bool = True) -> None:
        """Click: its handlers run, and what a browser does by itself is done (links, buttons of forms, boxes).

        Args:
            element: the element, or a selector of one.
            settle: wait until the page has settled.

        Raises:
            UsageError: it is disabled, or gone.
        """
        target = self._usable(element)
        prevented = self._fire(target, "click")
        if not prevented:
            await self._after_click(target)
        await self._done(settle)

    async def fill(self, element: Element | str, value: str, *, settle: bool = True) -> None:
        """Type into a field, or choose an option of a select by its value or text."""
        field = self._usable(element)
        if not is_field(field) or is_box(field) or field.get("type") == "file":
            raise UsageError(f"{field!r} takes no text: click boxes and buttons, and use attach for files.")
        if field.tag == "select":
            options = {option_value(option): option for option in options_of(field)}
            by_text = {option.text: name for name, option in options.items()}
            chosen = value if value in options else by_text.get(value)
            if chosen is None:
                raise UsageError(f"{field.get('name') or 'the select'} has no option {value!r}: it has {list(options)}")
            value = chosen
        field.typed = value
        self._fire(field, "input")
        self._fire(field, "change")
        await self._done(settle)

    async def attach(
        self, element: Element | str, filename: str, content: bytes, *, content_type: str = "application/octet-stream"
    ) -> None:
        """Choose a file for a field of type file."""
        field = self._usable(element)
        self._files[field] = (filename, content, content_type)
        field.typed = filename
        self._fire(field, "input")
        self._fire(field, "change")
        await self._done(True)

    async def press(self, element: Element | str, key: str, *, settle: bool = True) -> None:
        """Press a key on an element; Enter in a field sends its form."""
        target = self._usable(element)
        prevented = self._fire(target, "keydown", key=key)
        self._fire(target, "keyup", key=key)
        form = _closest(target, "form")
        if key == "Enter" and not prevented and form is not None and target.tag == "input":
            await self._submit(form, _first_submitter(form))
        await self._done(settle)

    async def hover(self, element: Element | str, *, settle: bool = True) -> None:
        """Rest the pointer on an element; a link is preloaded."""
        target = self._usable(element)
        self._fire(target, "mouseover")
        link = _closest(target, "a")
        if link is not None and (path := self._own_link(link)) is not None:
            self._send(Preload(path, link.get("preload") != "false"))
        await self._done(settle)

    async def submit(self, form: Element | str, submitter: Element | None = None, *, settle: bool = True) -> None:
        """Send a form, by default with its first button."""
        target = self._usable(form)
        if target.tag != "form":
            raise UsageError(f"{target!r} is no form.")
        await self._submit(target, submitter or _first_submitter(target))
        await self._done(settle)

    async def navigate(self, url: str, *, replace: bool = False, settle: bool = True) -> None:
        """Go to a URL of the site as if a link to it had been clicked."""
        path = self._path(url)
        if self._live and path is not None:
            self._send(Navigate(path, replace, True, None))
        else:
            await self.load(url)
        await self._done(settle)

    async def back(self, *, settle: bool = True) -> None:
        """The browser's back button."""
        self.window.go(-1)
        await self._done(settle)

    async def forward(self, *, settle: bool = True) -> None:
        """The browser's forward button."""
        self.window.go(1)
        await self._done(settle)

    async def show(self, visible: bool) -> None:
        """Bring the tab to the front, or hide it."""
        self._send(Visible(visible))
        await self._done(True)

    async def load(self, url: str | None = None, *, wait: bool = True) -> None:
        """Load a document, as the address bar does; by default the one that is shown again."""
        if self._window is not None:
            self._window.disconnect()
        target = urljoin(self._origin, self.url if url is None else url)
        for _ in range(MAX_REDIRECTS):
            if not self._is_own(target):
                self.left = target
                return
            answer = await self._request("GET", target, wait=wait)
            location = answer.header("location")
            if not 300 <= answer.status < 400 or location is None:
                break
            target = urljoin(target, location)
        else:
            raise UsageError(f"{MAX_REDIRECTS} redirects, the last to {target}: the site sends in a circle.")
        self.answer = answer
        await self._read(target, answer)
        if wait:
            await self.settled()

    async def disconnect(self) -> None:
        """Lose the connection. What is done meanwhile waits for the next one."""
        self.window.disconnect()
        await self._turns()

    async def reconnect(self) -> None:
        """Get the connection back."""
        if not self.window.connected:
            await self.window.connect(self._conversation)
        await self.settled()

    def close(self) -> None:
        """Close the window, and end its page."""
        if self._window is not None:
            self._window.disconnect()
            self._app.parts.registry.remove(self._window.page)

    # Settling.

    async def settled(self) -> None:
        """Wait until nothing is under way: no message, handler, fetch or transition.

        Raises:
            UsageError: something still is after `PATIENCE` real seconds; the message names it.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + PATIENCE
        quiet = 0
        while quiet < 3:
            await asyncio.sleep(0)
            if self._to_load:
                url = self._to_load.pop()
                self._to_load.clear()
                await self.load(url)
                return
            busy = self._busy()
            quiet = 0 if busy else quiet + 1
            if busy and not await self._something_ends(deadline - loop.time()):
                raise UsageError(
                    f"The page at {self.url} has not settled: {', '.join(busy)}. What waits for time goes on at "
                    "page.clock.advance(seconds); what waits for the test is not to be waited for: settle=False."
                )

    def _busy(self) -> list[str]:
        found = [task.get_name() for task in self._world.spawner.running]
        entry = self._app.parts.registry.find_any(self.window.page)
        if entry is not None and not entry.page.idle:
            found.append("a transition or a Suspense boundary")
        return found

    async def _something_ends(self, seconds: float) -> bool:
        """Let the loop run, until a task ends or the time is up."""
        for _ in range(20):
            await asyncio.sleep(0)
            if not self._busy():
                return True
        running = list(self._world.spawner.running)
        if seconds <= 0:
            return False
        if running:
            await asyncio.wait(running, timeout=min(seconds, 0.05), return_when=asyncio.FIRST_COMPLETED)
        else:
            await asyncio.sleep(0.001)
        return True

    async def _done(self, settle: bool) -> None:
        if settle:
            await self.settled()
        else:
            await self._turns()

    async def _turns(self) -> None:
        for _ in range(10):
            await asyncio.sleep(0)

    # Behind it.

    @property
    def _live(self) -> bool:
        return self._window is not None and self._window.page != ""

    def _send(self, message: Any) -> None:
        if self._live:
            self.window.send(message)

    def _conversation(self, wake: Any) -> Conversation:
        scope = asgi_scope("websocket", "GET", f"{self._origin}/_wayfare/socket", self._request_headers())
        return self._app.conversation(scope, wake)

    def _request_headers(self) -> dict[str, str]:
        return {"host": self._host, **self.cookies.header(), **self._headers}

    async def _request(self, method: str, url: str, *, wait: bool = True, **content: Any) -> Answer:
        headers = {**self._request_headers(), **content.get("headers", {})}
        task = asyncio.ensure_future(request(self._app, method, url, headers, content.get("body", b"")))
        if not wait:
            await self._turns()
            if not task.done():
                self.clock.advance(self._app.limits.first_render_seconds)
        answer = await task
        self.cookies.take(answer)
        return answer

    async def _read(self, url: str, answer: Answer) -> None:
        parts = urlsplit(url)
        path = parts.path + (f"?{parts.query}" if parts.query else "") + (f"#{parts.fragment}" if parts.fragment else "")
        kind = answer.header("content-type") or ""
        screen = Screen(answer.body.decode("utf-8", "replace") if "html" in kind else "")
        metas = find_all(screen.document, "meta", name="wayfare")
        page = metas[0]["content"] if metas and self._javascript else ""
        entries = [] if self._window is None else self._window.entries[: self._window.index + 1]
        self._window = Window(screen, page=page, url=path or "/", client=self._client, load=self._to_load.append)
        if entries and entries[-1].url == self._window.url:
            entries.pop()
        self._window.entries = [*entries, HistoryEntry(path or "/")]
        self._window.index = len(self._window.entries) - 1
        self._files.clear()
        self._held.clear()
        if page:
            await self._window.connect(self._conversation)

    def _is_own(self, url: str) -> bool:
        parts = urlsplit(url)
        return not parts.netloc or f"{parts.scheme}://{parts.netloc}" == self._origin

    def _path(self, url: str) -> str | None:
        """A URL as path, search and hash, seen from the address bar; None where it is another site's."""
        target = urljoin(self._origin + self.url, url)
        if not self._is_own(target):
            return None
        return target.removeprefix(self._origin) or "/"

    def _usable(self, element: Element | str) -> Element:
        target = self.get(element) if isinstance(element, str) else element
        root = target
        while root.parent is not None:
            root = root.parent
        if root is not self.screen.document:
            raise UsageError(f"{target!r} is not in the page any more: get it again.")
        if "disabled" in target.attributes:
            raise UsageError(f"{target!r} is disabled: a visitor can't use it.")
        return target

    # Events.

    def _fire(self, target: Element, name: str, *, key: str | None = None, submitter: Element | None = None) -> bool:
        """Tell every listener from the element outwards. Returns whether the browser is to do nothing more."""
        if not self._live:
            return False
        prevented = False
        at: Element | None = target
        while at is not None:
            found = self.screen.listener(at, name)
            if found is None:
                break
            element, flags = found
            prevented = prevented or "p" in flags
            assert element.id is not None
            message = EventMessage(element.id, name, self._payload(target, element, name, key, submitter))
            self._send_event(message, flags)
            if "s" in flags:
                break
            at = element.parent
        return prevented

    def _send_event(self, message: EventMessage, flags: list[str]) -> None:
        wait = next((flag for flag in flags if flag[:1] in ("d", "t") and flag[1:].isdigit()), None)
        place = (message.id, message.name)
        if message.name in ("click", "submit", "change"):
            self._flush_held(place)
        if wait is None:
            self._send(message)
            return
        seconds = int(wait[1:]) / 1000
        before = self._held.pop(place, None)
        if wait[0] == "d":
            if before is not None:
                before[0].cancel()
            timer = self.clock.call_later(seconds, lambda: self._flush_held(None, place))
            self._held[place] = (timer, message)
        elif before is not None:
            self._held[place] = (before[0], message)
        else:
            self._send(message)
            timer = self.clock.call_later(seconds, lambda: self._flush_held(None, place))
            self._held[place] = (timer, None)

    def _flush_held(self, but: tuple[int, str] | None, only: tuple[int, str] | None = None) -> None:
        """Send what is debounced or throttled: all of it before something that could depend on it."""
        for place in [only] if only is not None else [each for each in self._held if each != but]:
            held = self._held.pop(place, None)
            if held is not None:
                held[0].cancel()
                if held[1] is not None:
                    self._send(held[1])

    def _payload(
        self, target: Element, element: Element, name: str, key: str | None, submitter: Element | None
    ) -> EventPayload:
        fields: dict[str, Any] = {}
        if is_field(target) or target.tag == "button":
            if target.get("name"):
                fields["name"] = target["name"]
            if target.tag == "select" and "multiple" in target.attributes:
                fields["value"] = chosen_values(target)
            elif is_field(target):
                fields["value"] = field_value(target)
            else:
                fields["value"] = target.get("value", "")
            if is_box(target):
                fields["checked"] = is_ticked(target)
        if key is not None:
            fields["key"] = key
        if name == "click":
            fields["button"] = 0
        if element.tag == "form":
            fields["form"] = form_fields(element, submitter)
        fields["data"] = {
            _camel(attribute[5:]): value
            for attribute, value in element.attributes.items()
            if attribute.startswith("data-") and attribute not in ("data-on", "data-w")
        }
        return EventPayload(**fields)

    async def _after_click(self, target: Element) -> None:
        if is_box(target):
            await self._tick(target)
            return
        submitter = _closest(target, "button") or (target if target.tag == "input" else None)
        if submitter is not None and submitter.get("type", "submit") in ("submit", "image"):
            form = _closest(submitter, "form")
            if form is not None and (submitter.tag == "button" or "type" in submitter.attributes):
                await self._submit(form, submitter)
                return
        link = _closest(target, "a")
        if link is not None and "href" in link.attributes:
            await self._follow(link)

    async def _tick(self, box: Element) -> None:
        if box.get("type") == "radio":
            group = _closest(box, "form") or self.screen.body
            for other in select(group, "input[type=radio]"):
                if other.get("name") == box.get("name"):
                    other.ticked = False
            box.ticked = True
        else:
            box.ticked = not is_ticked(box)
        self._fire(box, "input")
        self._fire(box, "change")

    def _own_link(self, link: Element) -> str | None:
        if not self._live or "external" in (link.get("rel") or "").split():
            return None
        if {"target", "download"} & link.attributes.keys():
            return None
        return self._path(link.get("href") or "")

    async def _follow(self, link: Element) -> None:
        path = self._own_link(link)
        if path is None:
            await self.load(urljoin(self._origin + self.url, link["href"]))
            return
        state = link.get("state")
        self._flush_held(None)
        self._send(
            Navigate(
                path,
                "replace" in link.attributes,
                "noscroll" not in link.attributes,
                None if not state else msgspec.json.decode(state),
            )
        )

    # Forms.

    async def _submit(self, form: Element, submitter: Element | None) -> None:
        if self._fire(form, "submit", submitter=submitter):
            return
        self._flush_held(None)

        def given(name: str) -> str:
            own = None if submitter is None else submitter.get(f"form{name}")
            return own if own is not None else form.get(name) or ""

        url = urljoin(self._origin + self.url, given("action") or self.url)
        fields = form_fields(form, submitter)
        if given("method").lower() != "post":
            query = urlencode(fields)
            await self._go(urlsplit(url)._replace(query=query).geturl())
            return
        body, kind = self._encode(form, fields, given("enctype"))
        headers = {"content-type": kind, "origin": self._origin, "referer": self._origin + self.url}
        if self._live and urlsplit(url).path.startswith("/_server/"):
            await self._post_live(url, headers, body)
        else:
            await self._post_plainly(url, headers, body)

    async def _go(self, url: str) -> None:
        path = self._path(url)
        if self._live and path is not None:
            self._send(Navigate(path, False, True, None))
        else:
            await self.load(url)

    async def _post_live(self, url: str, headers: dict[str, str], body: bytes) -> None:
        headers = {
            **headers,
            "accept": "application/json",
            "x-wayfare-page": self.window.page,
            "x-wayfare-submission": f"{self._client}-{self.window.page}-{next(self._submissions)}",
        }
        self._world.spawner.spawn(self._post(url, headers, body), name=f"the form for {urlsplit(url).path}")

    async def _post(self, url: str, headers: dict[str, str], body: bytes) -> None:
        answer = await self._request("POST", url, headers=headers, body=body)
        outcome = msgspec.json.decode(answer.body)
        if answer.status >= 400:
            self.notices.append(("form", str(outcome.get("error") or answer.status)))
        elif outcome["location"]:
            self._to_load.append(outcome["location"])
        elif outcome["reload"] or not outcome["live"]:
            self._to_load.append(None)

    async def _post_plainly(self, url: str, headers: dict[str, str], body: bytes) -> None:
        answer = await self._request("POST", url, headers=headers, body=body)
        location = answer.header("location")
        if 300 <= answer.status < 400 and location is not None:
            await self.load(urljoin(url, location))
            return
        self.answer = answer
        await self._read(url, answer)

    def _encode(self, form: Element, fields: list[tuple[str, str]], kind: str) -> tuple[bytes, str]:
        if kind != "multipart/form-data":
            return urlencode(fields).encode("ascii"), "application/x-www-form-urlencoded"
        boundary = "wayfare-test-boundary"
        files = {field.get("name"): file for field, file in self._files.items() if _is_in(field, form)}
        parts: list[bytes] = []
        for name, value in fields:
            head = f'--{boundary}\r\ncontent-disposition: form-data; name="{name}"'
            if name in files:
                filename, content, content_type = files[name]
                parts.append(f'{head}; filename="{filename}"\r\ncontent-type: {content_type}\r\n\r\n'.encode() + content)
            else:
                parts.append(f"{head}\r\n\r\n{value}".encode())
        body = b"".join(part + b"\r\n" for part in parts) + f"--{boundary}--\r\n".encode()
        return body, f"multipart/form-data; boundary={boundary}"

    def __repr__(self) -> str:
        return f"<Page {self._window.url if self._window is not None else 'not loaded'}>"


def _camel(name: str) -> str:
    first, *rest = name.split("-")
    return first + "".join(part.title() for part in rest)


def _closest(element: Element, tag: str) -> Element | None:
    at: Element | None = element
    while at is not None and at.tag != tag:
        at = at.parent
    return at


def _is_in(element: Element, outer: Element) -> bool:
    at: Element | None = element
    while at is not None:
        if at is outer:
            return True
        at = at.parent
    return False


def _first_submitter(form: Element) -> Element | None:
    for candidate in select(form, "button, input[type=submit], input[type=image]"):
        if candidate.get("type", "submit") in ("submit", "image") and "disabled" not in candidate.attributes:
            return candidate
    return None

