"""A page driven as a visitor would drive it, in process, over the real messages. `open_page` makes one.

The first HTML comes from the app by an ASGI request, and is read as a browser reads it. From then on frames
are decoded and applied to that document, and what the test does is encoded and sent. There is no browser, no
socket and no sleeping. Time is a `VirtualClock`, moved by `page.clock.advance(seconds)`.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from itertools import count
from typing import Any
from urllib.parse import urlencode, urlsplit

import msgspec

from ..errors import UsageError
from ..server import App, Conversation
from ..wire import Navigate, Preload, Visible
from .browser import HistoryEntry, Window
from .client import Screen
from .dom import Element, find_all
from .events import Events, closest, is_in
from .fields import (
    first_submitter,
    form_fields,
    is_box,
    is_field,
    is_ticked,
    option_value,
    options_of,
)
from .inprocess import Answer, Cookies, TestWorld, asgi_scope, encode_form, request
from .links import Links, absolute, href_of, is_below
from .selectors import select
from .shown import Shown

PATIENCE = 5.0
"""Real seconds that `settled` waits for work in threads, or outside of the process, before it says what is
still going on."""
MAX_REDIRECTS = 20
_clients = count(1)


class Page(Shown):
    """A page in a window, seen and used as by a visitor. Made by `open_page`.

    Attributes:
        status: the HTTP status of the document.
        answer: the whole answer: status, headers, body.
        clock: the app's time; `page.clock.advance(5.0)` moves it.
        cookies: what the visitor's browser keeps; give it to `open_page` for another tab.
        left: the URL outside of the app (another site's, `mailto:`) that a link or redirect has led to.

    >>> import asyncio
    >>> from wayfare.testing import open_page
    >>> @component
    ... def Counter():
    ...     count, set_count = create_signal(0)
    ...     return button(on_click=lambda: set_count(count() + 1))["Clicked ", count]
    >>> async def test():
    ...     async with open_page(App(Counter, secret="only for this page")) as page:
    ...         await page.click("button")
    ...         return page.text
    >>> asyncio.run(test())
    'Clicked 1'
    """

    def __init__(
        self, app: App, world: TestWorld, cookies: Cookies, headers: dict[str, str], javascript: bool
    ) -> None:
        super().__init__(world.clock.virtual)
        self._app = app
        self._world = world
        self._headers = headers
        self._javascript = javascript
        self._host = headers.get("host") or (app.hosts[0].lstrip("*.") if app.hosts else "testserver")
        self._links = Links(f"http://{self._host.lower()}", app.limits.url_characters)
        self._to_load: list[str | None] = []
        self._files: dict[Element, tuple[str, bytes, str]] = {}
        self._submissions = count(1)
        self._action_base = ""
        self._client = f"client-{next(_clients)}"
        self._events = Events(None, self.clock)
        self.cookies = cookies
        self.left: str | None = None

    # What there is to do.

    async def click(self, element: Element | str, *, settle: bool = True) -> None:
        """Click: handlers run, and what a browser does by itself is done (links, buttons of forms, boxes).

        Args:
            element: the element, or a selector of one.
            settle: wait until the page has settled.

        Raises:
            UsageError: it is disabled, or gone.
        """
        target = self._usable(element)
        prevented = self._events.fire(target, "click")
        if not prevented:
            await self._after_click(target)
        await self._done(settle)

    async def fill(self, element: Element | str, value: str, *, settle: bool = True) -> None:
        """Type into a field, or choose an option of a select by its value or text.

        Args:
            element: the field, or a selector of one.
            value: all of its new text, or the option.
            settle: wait until the page has settled.

        Raises:
            UsageError: it is no field that takes text, is disabled or gone, or has no such option.
        """
        field = self._usable(element)
        if not is_field(field) or is_box(field) or field.get("type") == "file":
            raise UsageError(f"{field!r} takes no text: click boxes and buttons, and use attach for files.")
        if field.tag == "select":
            options = {option_value(option): option for option in options_of(field)}
            by_text = {option.text: name for name, option in options.items()}
            chosen = value if value in options else by_text.get(value)
            if chosen is None:
                raise UsageError(
                    f"{field.get('name') or 'the select'} has no option {value!r}: it has {list(options)}"
                )
            value = chosen
        field.typed = value
        self._events.fire(field, "input")
        self._events.fire(field, "change")
        await self._done(settle)

    async def attach(
        self,
        element: Element | str,
        filename: str,
        content: bytes,
        *,
        content_type: str = "application/octet-stream",
    ) -> None:
        """Choose a file for a field of type file.

        Args:
            element: the field, or a selector of one.
            filename: what the file is called.
            content: what is in it.
            content_type: as the browser would say it.
        """
        field = self._usable(element)
        self._files[field] = (filename, content, content_type)
        field.typed = filename
        self._events.fire(field, "input")
        self._events.fire(field, "change")
        await self._done(True)

    async def press(self, element: Element | str, key: str, *, settle: bool = True) -> None:
        """Press a key (as the DOM names it: "Enter", "a") on an element; Enter in a field sends its form."""
        target = self._usable(element)
        prevented = self._events.fire(target, "keydown", key=key)
        self._events.fire(target, "keyup", key=key)
        form = closest(target, "form")
        if key == "Enter" and not prevented and form is not None and target.tag == "input":
            await self._submit(form, first_submitter(form))
        await self._done(settle)

    async def hover(self, element: Element | str, *, settle: bool = True) -> None:
        """Rest the pointer on an element; a link of the router's is preloaded."""
        target = self._usable(element)
        self._events.fire(target, "mouseover")
        link = closest(target, "a")
        if link is not None and self._links.preload and (path := self._followed(link)) is not None:
            self._send(Preload(path, link.get("preload") != "false"))
        await self._done(settle)

    async def submit(
        self, form: Element | str, submitter: Element | None = None, *, settle: bool = True
    ) -> None:
        """Send a form, by default with its first button.

        Args:
            form: the form, or a selector of one.
            submitter: the button that sends it.
            settle: wait until the page has settled.

        Raises:
            UsageError: it is no form.
        """
        target = self._usable(form)
        if target.tag != "form":
            raise UsageError(f"{target!r} is no form.")
        await self._submit(target, submitter or first_submitter(target))
        await self._done(settle)

    async def navigate(self, url: str, *, replace: bool = False, settle: bool = True) -> None:
        """Go to a URL of the site as if a link to it had been clicked.

        Args:
            url: as seen from the address bar.
            replace: in the place of the present history entry.
            settle: wait until the page has settled.
        """
        target = absolute(url, self._address)
        path = self._links.own(target)
        if self._live and path is not None:
            self._send(Navigate(path, replace, True, None))
        else:
            await self.load(target)
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
        """Load a document, as the address bar does; by default the one that is shown again.

        Args:
            url: a path, or an absolute URL.
            wait: wait for data, as the first response does; else it is answered with what there is at once.

        Raises:
            UsageError: the site redirects more than 20 times.
        """
        target = absolute(self.url if url is None else url, self._links.origin + "/")
        if self._window is not None and target.startswith(("http:", "https:")):
            self._window.disconnect()
        for _ in range(MAX_REDIRECTS):
            if self._links.own(target) is None:
                self.left = target
                return
            answer = await self._request("GET", target, wait=wait)
            location = answer.header("location")
            if not 300 <= answer.status < 400 or location is None:
                break
            target = absolute(location, target)
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
            PatchError: a frame did not fit what is shown, which is a fault of the framework.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + PATIENCE
        quiet = 0
        while quiet < 3:
            await asyncio.sleep(0)
            if self.window.failure is not None:
                raise self.window.failure
            if self._to_load:
                url = self._to_load.pop()
                self._to_load.clear()
                await self.load(url)
                return
            busy = self._busy()
            quiet = 0 if busy else quiet + 1
            if busy and not await self._something_ends(deadline - loop.time()):
                raise UsageError(
                    f"The page at {self.url} has not settled: {', '.join(busy)}. What waits for time goes "
                    "on at page.clock.advance(seconds); where it waits for the test, say settle=False."
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
        url = f"{self._links.origin}/_wayfare/socket"
        scope = asgi_scope("websocket", "GET", url, self._request_headers())
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
        path = url.removeprefix(self._links.origin)
        kind = answer.header("content-type") or ""
        screen = Screen(answer.body.decode("utf-8", "replace") if "html" in kind else "")
        metas = find_all(screen.document, "meta", name="wayfare")
        page = metas[0]["content"] if metas and self._javascript else ""
        told = metas[0].attributes if metas else {}
        self._action_base = told.get("data-action-base") or "/_server"
        self._links = replace(
            self._links,
            base=told.get("data-base", ""),
            explicit=told.get("data-links") == "explicit",
            preload=told.get("data-preload") != "none",
        )
        entries = [] if self._window is None else self._window.entries[: self._window.index + 1]
        self._window = Window(screen, page=page, url=path, client=self._client, load=self._to_load.append)
        if entries and entries[-1].url == self._window.url:
            entries.pop()
        self._window.entries = [*entries, HistoryEntry(path)]
        self._window.index = len(self._window.entries) - 1
        self._files.clear()
        self._events = Events(self._window if page else None, self.clock)
        if page:
            await self._window.connect(self._conversation)

    @property
    def _address(self) -> str:
        return self._links.origin + self.url

    async def _after_click(self, target: Element) -> None:
        if is_box(target):
            await self._tick(target)
            return
        submitter = closest(target, "button") or (target if target.tag == "input" else None)
        if submitter is not None and submitter.get("type", "submit") in ("submit", "image"):
            form = closest(submitter, "form")
            if form is not None and (submitter.tag == "button" or "type" in submitter.attributes):
                await self._submit(form, submitter)
                return
        link = closest(target, "a")
        if link is not None:
            await self._follow(link)

    async def _tick(self, box: Element) -> None:
        if box.get("type") == "radio":
            group = closest(box, "form") or self.screen.body
            for other in select(group, "input[type=radio]"):
                if other.get("name") == box.get("name"):
                    other.ticked = False
            box.ticked = True
        else:
            box.ticked = not is_ticked(box)
        self._events.fire(box, "input")
        self._events.fire(box, "change")

    def _followed(self, link: Element) -> str | None:
        return self._links.followed(link, self._address) if self._live else None

    async def _follow(self, link: Element) -> None:
        path = self._followed(link)
        href = href_of(link)
        if path is None:
            if href is not None:
                await self.load(absolute(href, self._address))
            return
        given = link.get("state")
        state = None
        try:
            state = msgspec.json.decode(given) if given else None
        except msgspec.DecodeError:
            self.notices.append(("link-state", f"The state of a link is no JSON: {given}"))
        self._events.flush()
        self._send(Navigate(path, "replace" in link.attributes, "noscroll" not in link.attributes, state))

    # Forms.

    async def _submit(self, form: Element, submitter: Element | None) -> None:
        if self._events.fire(form, "submit", submitter=submitter):
            return
        self._events.flush()

        def given(name: str) -> str:
            own = None if submitter is None else submitter.get(f"form{name}")
            return own if own is not None else form.get(name) or ""

        url = absolute(given("action") or self.url, self._address)
        fields = form_fields(form, submitter)
        if given("method").lower() != "post":
            query = urlencode(fields)
            await self.load(urlsplit(url)._replace(query=query).geturl())
            return
        if self._links.own(url) is None:
            self.left = url
            return
        files = {field.get("name") or "": file for field, file in self._files.items() if is_in(field, form)}
        body, kind = encode_form(fields, files, given("enctype"))
        shown = self._address.partition("#")[0]
        headers = {"content-type": kind, "origin": self._links.origin, "referer": shown}
        if self._live and is_below(urlsplit(url).path, self._action_base):
            await self._post_live(url, headers, body)
        else:
            await self._post_plainly(url, headers, body)

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
            await self.load(absolute(location, url))
            return
        self.answer = answer
        await self._read(url, answer)

    def __repr__(self) -> str:
        return f"<Page {self._window.url if self._window is not None else 'not loaded'}>"
