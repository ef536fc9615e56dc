"""From a request to a live page: its scope, its first render, and the document that is answered.

The tree that renders the first response is the one that goes live (design decision 8). A page that ends with
its first response, because it was redirected, or failed, or nobody wants its body, is closed here.
"""

from __future__ import annotations

import logging
import secrets
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from .._text import utf8
from .._types import World
from ..data import ACTION_BASE, ActionBase, AppCache, ResponseHead, SessionCache
from ..errors import exc_info_of
from ..page import Limits, Page, notes_of
from ..reactive import Scope
from ..render import Component
from .assets import BASE, ClientAssets
from .document import document, plain_page
from .registry import Entry, FullError, Registry
from .request import Request, SessionRequest, is_secure, read_request, root_path
from .security import common_headers, content_security_policy
from .session import Session, Sessions

log = logging.getLogger("wayfare.server")

FLASH_COOKIE = "wayfare_flash"
"""Names the outcome of a form that was posted without JavaScript, for the page that is asked for next."""

# What a browser asks for when it wants no page: no page is mounted for it.
_NOT_A_PAGE = frozenset(
    {"audio", "font", "image", "manifest", "script", "style", "track", "video", "worker", "sharedworker"}
)


@dataclass(slots=True, kw_only=True)
class Pages:
    """Makes the pages of one `App`, and answers requests with them."""

    root: Component[...]
    world: World
    limits: Limits
    registry: Registry
    sessions: Sessions
    cache: AppCache
    assets: ClientAssets
    title: str
    lang: str
    policy: Mapping[str, str]
    debug: bool
    router_base: str = ""
    """The base that the router of the last page has below the path that the app is mounted under: where a
    redirect leads that no page is there to follow."""
    on_page: list[Callable[[Page, Request], None]] = field(
        default_factory=list[Callable[[Page, Request], None]]
    )

    def begin(self, request: Request) -> Page:
        """A page for a request, not mounted yet. Room for it has been made in the registry."""
        scope = self.scope_for(request)
        scope.provide(ResponseHead, ResponseHead())
        return Page(
            self.root,
            scope=scope,
            url=request.path,
            title=self.title,
            root_path=request.root_path,
            limits=self.limits,
        )

    def scope_for(self, request: Request) -> Scope:
        """What belongs to a request's page, or to an action that is run without one."""
        scope = Scope(self.world, name=request.path)
        scope.provide(Request, request)
        scope.provide(AppCache, self.cache)
        if request.root_path:
            scope.provide(ActionBase, ActionBase(request.root_path + ACTION_BASE))
        session = request.session
        shared = SessionCache(self.world, "") if session.id is None else self.cache.session(session.id)
        shared.scope.provide(Request, SessionRequest(session, request.user))
        scope.provide(SessionCache, shared)
        return scope

    def session_changed(self, scope: Scope, session: Session) -> None:
        """The browser of this page has the same session with other values, or its first one."""
        request = scope.services.get(Request)
        shared = scope.services.get(SessionCache)
        if isinstance(request, Request):
            request.session = session
            if isinstance(shared, SessionCache):
                shared.scope.provide(Request, SessionRequest(session, request.user))

    async def fresh(self, request: Request, state: object) -> Entry:
        """The page of a client that comes back and whose own is gone, mounted at the URL that it shows."""
        request.session.seal("this page came back over a socket, which has no answer to carry a cookie.")
        self.registry.reserve(request.session.id)
        try:
            page = self.begin(request)
            page.browser.state = state
            try:
                await page.ready()
            except BaseException:
                page.close()
                raise
            return self.registry.add(page, request.session.id)
        finally:
            self.registry.release()

    async def respond(self, connection: HTTPConnection) -> Response:
        """The answer to GET or HEAD: the page's document, a redirect, or why there is none."""
        request = read_request(connection, self.sessions)
        secure = is_secure(connection)
        if request.headers.get("sec-fetch-dest") in _NOT_A_PAGE:
            if request.path == "/favicon.ico":
                # Browsers ask for it unasked, and complain of a 404 in every console.
                return Response(
                    status_code=204, headers={**common_headers(), "cache-control": "max-age=3600"}
                )
            return PlainTextResponse("There is no such file.", 404, common_headers())
        if len(request.path) > self.limits.url_characters:
            return self.problem(414, "URL too long", "This address is longer than the site takes.")
        try:
            self.registry.reserve(request.session.id)
        except FullError as error:
            log.warning("a page was refused: %s", error)
            refusal = self.problem(503, "Busy", "The site is busy. Try again in a moment.")
            refusal.headers["retry-after"] = "10"
            return refusal
        try:
            return await self._render(request, root_path(connection), secure)
        except Exception as error:
            log.error(
                "the first render of %r failed: %s: %s%s",
                request.path,
                type(error).__name__,
                error,
                notes_of(error),
                exc_info=exc_info_of(error),
            )
            details = "".join(traceback.format_exception(*exc_info_of(error))) if self.debug else None
            return self.problem(500, "Something went wrong", "It has been logged.", details)
        finally:
            self.registry.release()

    async def _render(self, request: Request, prefix: str, secure: bool) -> Response:
        page = self.begin(request)
        try:
            if request.method == "GET":
                for call in self.on_page:
                    call(page, request)
            body = await page.first_html()
            return self._answer(request, page, body, prefix, secure)
        except BaseException:
            page.close()
            raise

    def _answer(self, request: Request, page: Page, body: str, prefix: str, secure: bool) -> Response:
        head = page.scope.service(ResponseHead, ResponseHead)
        browser = page.browser
        self.router_base = browser.client.get("base", browser.root_path).removeprefix(browser.root_path)
        answer: Response
        if browser.redirected is not None:
            status = head.status if head.status is not None and 300 <= head.status < 400 else 302
            answer = RedirectResponse(browser.redirected, status)
            page.close()
        else:
            nonce = secrets.token_urlsafe(12)
            actions = page.scope.service(ActionBase, lambda: ActionBase(ACTION_BASE))
            text = document(
                body=body,
                head=page.head.html(nonce, marked=True),
                lang=self.lang,
                page_id=page.id,
                nonce=nonce,
                script=prefix + self.assets.path,
                meta={"socket": f"{prefix}{BASE}socket", "action-base": actions.path, **browser.client},
            )
            answer = HTMLResponse(utf8(text), head.status or browser.status)
            answer.headers["content-security-policy"] = content_security_policy(self.policy, nonce)
            # The document names one live page: a copy from a cache would attach to one that is gone.
            answer.headers["cache-control"] = "no-store"
            if request.method == "HEAD":
                page.close()
            else:
                self.registry.add(page, request.session.id)
        for name, value in common_headers().items():
            answer.headers[name] = value
        for name, value in head.headers:
            if name.lower() == "set-cookie":
                answer.headers.append(name, value)
            else:
                answer.headers[name] = value
        if FLASH_COOKIE in request.cookies:
            answer.delete_cookie(FLASH_COOKIE, path=prefix or "/", httponly=True, samesite="lax")
        cookie = self.sessions.cookie(request.session, secure=secure, path=prefix)
        if cookie is not None:
            answer.headers.append("set-cookie", cookie)
        request.session.seal("the first response has been sent, and it carried the cookie.")
        return answer

    def problem(self, status: int, title: str, text: str, details: str | None = None) -> Response:
        """A plain page that says why there is no other."""
        headers = common_headers()
        headers["content-security-policy"] = "default-src 'none'"
        headers["cache-control"] = "no-store"
        return HTMLResponse(utf8(plain_page(title, text, details)), status, headers)
