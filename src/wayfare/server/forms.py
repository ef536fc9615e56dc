"""Form posts: checked, read within bounds, run at most once, answered for both kinds of client.

    POST /_server/<action>
      cross-site? ──► 403      no such action? ──► 404      too large? ──► 413      unreadable? ──► 400
      otherwise the action runs, through the live page that posted the form where there is one:
        the client's fetch ──► JSON {location, reload, live}
        a plain form       ──► 303, and the outcome waits for the browser's next page

Both kinds come by the same request (design decision 7); the client's carries two headers more.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import msgspec
from python_multipart.exceptions import FormParserError
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from ..data import (
    Action,
    FormData,
    FreshAnswer,
    Outcome,
    Upload,
    cache_of,
    find_action,
    run_without_page,
    show_outcome,
    submit,
)
from ..errors import FormError, exc_info_of
from ..page import Page, notes_of
from ..routing import BaseRoute, mounted_base, parse_url
from .pages import FLASH_COOKIE, Pages
from .registry import Entry
from .request import Request, asked_for, is_secure, posted_request, read_request, root_path
from .security import common_headers, cross_site_post, safe_path
from .submissions import BusyError, Flashes, ForeignSubmissionError, Submissions

log = logging.getLogger("wayfare.server")

PAGE_HEADER = "x-wayfare-page"
SUBMISSION_HEADER = "x-wayfare-submission"
_MAX_ID = 200


class Refused(Exception):  # noqa: N818 - an answer, not a failure of ours
    """A post that is not taken: the status and the reason."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Flash:
    """What a post without JavaScript came to, for the page that is asked for next."""

    action: Action[..., Any]
    args: tuple[object, ...]
    outcome: Outcome
    answers: list[FreshAnswer]
    """What the action has fetched and not made stale: the page begins with it."""


@dataclass(slots=True)
class _Post:
    http: HttpRequest
    request: Request
    entry: Entry | None
    action: Action[..., Any]
    data: FormData
    submission: str
    by_client: bool
    session_before: str | None = None
    answers: list[FreshAnswer] = field(default_factory=list[FreshAnswer])

    def __post_init__(self) -> None:
        self.session_before = self.request.session.id

    def close(self) -> None:
        for _, value in self.data.pairs:
            if isinstance(value, Upload):
                value.close()


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered, and answered again when the same submission comes once more."""

    location: str | None
    live: bool
    headers: tuple[tuple[str, str], ...]
    flash: str | None


class Forms:
    """Takes the form posts of one `App`."""

    def __init__(self, pages: Pages, trusted_origins: tuple[str, ...]) -> None:
        self._pages = pages
        self._trusted = trusted_origins
        self.submissions: Submissions[Reply] = Submissions(pages.limits, pages.world)
        self.flashes: Flashes[Flash] = Flashes(pages.limits, pages.world)

    async def respond(self, http: HttpRequest) -> Response:
        """The answer to a POST."""
        by_client = SUBMISSION_HEADER in http.headers
        try:
            return await self._respond(http, by_client)
        except Refused as refusal:
            log.info(
                "a form post to %r was refused (%d): %s", http.scope["path"], refusal.status, refusal.reason
            )
            answer = self._problem(refusal.status, refusal.reason, by_client)
            if refusal.status == 503:
                answer.headers["retry-after"] = "2"
            return answer
        except ClientDisconnect:
            return Response(status_code=400)
        except Exception as error:
            log.error(
                "the form post to %r failed: %r%s",
                http.scope["path"],
                error,
                notes_of(error),
                exc_info=exc_info_of(error),
            )
            return self._problem(500, "Something went wrong on the server. It has been logged.", by_client)

    async def _respond(self, http: HttpRequest, by_client: bool) -> Response:
        reason = cross_site_post(http.headers, self._trusted, secure=is_secure(http))
        if reason is not None:
            raise Refused(403, reason[:1].upper() + reason[1:] + ".")
        request = read_request(http, self._pages.sessions)
        entry = self._pages.registry.find(http.headers.get(PAGE_HEADER, ""), request.session.id)
        address = asked_for(http.scope).removeprefix(root_path(http))
        action = self._find(address, entry)
        submission = http.headers.get(SUBMISSION_HEADER) or self._pages.world.ids()
        if len(submission) > _MAX_ID:
            raise Refused(400, f"{SUBMISSION_HEADER} is longer than {_MAX_ID} characters.")
        post = _Post(http, request, entry, action, await self._read_in_time(http), submission, by_client)
        begun = False

        def begin() -> Awaitable[Reply]:
            nonlocal begun
            begun = True
            return self._run(post)

        try:
            reply = await self.submissions.run(submission, (request.session.id, address), begin)
        except ForeignSubmissionError as error:
            raise Refused(409, str(error)) from None
        except BusyError as error:
            raise Refused(503, str(error)) from None
        finally:
            if not begun:
                post.close()
        return self._answer(http, reply, by_client)

    def _find(self, address: str, entry: Entry | None) -> Action[..., Any]:
        try:
            action = find_action(address, None if entry is None else entry.page.scope)
        except FormError as error:
            raise Refused(400, str(error)) from None
        if action is None:
            path = address.partition("?")[0][:200]
            raise Refused(
                404, f"There is no action at {path}. Was it renamed, or is its module not imported?"
            )
        return action

    def flash_into(self, page: Page, request: Request) -> None:
        """Show a new page the outcome of the form that its browser posted before, once."""
        key = request.cookies.get(FLASH_COOKIE)
        flash = None if key is None else self.flashes.take(key)
        if flash is None:
            return
        cache_of(page.scope).begin_with(flash.answers)
        show_outcome(page.scope, flash.action, flash.args, flash.outcome)

    # Reading.

    async def _read_in_time(self, http: HttpRequest) -> FormData:
        seconds = self._pages.limits.form_seconds
        try:
            async with asyncio.timeout(seconds):
                return await self._read(http)
        except TimeoutError:
            raise Refused(
                408, f"The form did not arrive within Limits.form_seconds = {seconds:g} s."
            ) from None

    async def _read(self, http: HttpRequest) -> FormData:
        limits = self._pages.limits
        length = http.headers.get("content-length", "")
        if length.isdigit() and int(length[:18]) > limits.form_bytes:
            raise Refused(413, _too_large(limits.form_bytes))
        kind = http.headers.get("content-type", "").partition(";")[0].strip().lower()
        stream = _bounded(http.stream(), limits.form_bytes)
        if kind == "multipart/form-data":
            return await self._read_multipart(http, stream)
        if kind not in ("application/x-www-form-urlencoded", ""):
            raise Refused(
                415, f"A form is sent urlencoded or as multipart/form-data, and this came as {kind[:100]!r}."
            )
        body = b"".join([chunk async for chunk in stream])
        try:
            pairs = parse_qsl(
                body.decode("latin-1"),
                keep_blank_values=True,
                errors="replace",
                max_num_fields=limits.form_fields,
            )
        except ValueError:
            raise Refused(
                413, f"The form has more fields than Limits.form_fields = {limits.form_fields}."
            ) from None
        return FormData(pairs, max_fields=limits.form_fields)

    async def _read_multipart(self, http: HttpRequest, stream: AsyncIterator[bytes]) -> FormData:
        limits = self._pages.limits
        parser = MultiPartParser(
            http.headers,
            stream,  # type: ignore[arg-type]  # it is only iterated
            max_files=limits.form_files,
            max_fields=limits.form_fields,
            max_part_size=limits.field_bytes,
        )
        try:
            form = await parser.parse()
        except MultiPartException as error:
            status = 413 if "aximum" in error.message else 400
            raise Refused(status, f"The form can't be taken: {error.message}") from None
        except (FormParserError, ValueError, LookupError) as error:
            raise Refused(400, f"The form can't be read: {type(error).__name__}.") from None
        pairs: list[tuple[str, str | Upload]] = []
        for name, value in form.multi_items():
            if isinstance(value, str):
                pairs.append((name, value))
            else:
                kind = value.content_type or ""
                pairs.append(
                    (
                        name,
                        Upload(value.file, filename=value.filename or "", content_type=kind, size=value.size),
                    )
                )
        return FormData(pairs, max_fields=limits.form_fields + limits.form_files)

    # Running.

    async def _run(self, post: _Post) -> Reply:
        token = posted_request.set(post.request)
        try:
            if post.entry is not None:
                # What the action writes is seen at once by what it sets off in the page.
                self._pages.session_changed(post.entry.page.scope, post.request.session)
                outcome = await submit(post.entry.page.scope, post.action, (post.data,), id=post.submission)
            else:
                outcome = await self._without_page(post)
        finally:
            posted_request.reset(token)
            post.close()
        if outcome.error is not None:
            _note_error(post.action.name, outcome.error)
        request, entry = post.request, post.entry
        headers = self._headers(post, outcome)
        written = request.session.modified
        if written:
            self._session_written(post)
        request.session.seal("the answer to the form post has been sent.")
        location = None if outcome.response is None else outcome.response.location
        renewed = post.session_before is not None and post.session_before != request.session.id
        if entry is not None and not entry.page.closed and not renewed:
            return Reply(None, True, headers, None)
        flash = None
        if outcome.error is not None or not post.by_client:
            # What was fetched for another session, or before this one was written to, is not for its page.
            answers = [] if renewed or written else post.answers
            flash = self.flashes.put(Flash(post.action, (post.data.without_files(),), outcome, answers))
        return Reply(location, False, headers, flash)

    async def _without_page(self, post: _Post) -> Outcome:
        scope = self._pages.scope_for(post.request)
        try:
            outcome = await run_without_page(post.action, (post.data,), scope)
            post.answers = cache_of(scope).fresh_answers()
            return outcome
        finally:
            scope.close()

    def _headers(self, post: _Post, outcome: Outcome) -> tuple[tuple[str, str], ...]:
        headers: list[tuple[str, str]] = []
        if outcome.response is not None:
            headers += [pair for pair in outcome.response.headers if pair[0].lower() != "content-type"]
        secure = is_secure(post.http)
        cookie = self._pages.sessions.cookie(post.request.session, secure=secure, path=root_path(post.http))
        if cookie is not None:
            headers.append(("set-cookie", cookie))
        return tuple(headers)

    def _session_written(self, post: _Post) -> None:
        """The pages of this browser go on with the session as it is now. Where it has become another one, or
        ended, what they show may be somebody else's: they are closed, and their browser comes back for new
        ones.
        The page that posted is loaded again by its client, which is told so with the answer."""
        registry = self._pages.registry
        session, before = post.request.session, post.session_before
        for each in registry.of_session(before) if before is not None else []:
            if session.id == before:
                self._pages.session_changed(each.page.scope, session)
            elif each is not post.entry:
                registry.remove(each.page.id)
        if post.entry is not None:
            registry.rebind(post.entry, session.id)

    def _back(self, http: HttpRequest) -> str:
        """Where a form without JavaScript came from: a page of this site, or its beginning."""
        referer = http.headers.get("referer", "")
        try:
            parts = urlsplit(referer)
        except ValueError:
            parts = urlsplit("")
        if cross_site_post({"host": http.headers.get("host", ""), "origin": referer}) is None:
            path = safe_path(parts.path + (f"?{parts.query}" if parts.query else ""))
            if path is not None:
                return path
        return root_path(http) + "/"

    def _onward(self, http: HttpRequest, location: str) -> str:
        """Where a redirect leads, as a live page sees it: from the page of the form where it only changes the
        search, else from the router's base. A browser would see it from the address of the action."""
        if location[:1] in ("?", "#"):
            return urljoin(self._back(http), location)
        root = parse_url(root_path(http)).pathname.rstrip("/")
        return BaseRoute(mounted_base(self._pages.router_base, root), root).resolve_path(location) or location

    # Answering.

    def _answer(self, http: HttpRequest, reply: Reply, by_client: bool) -> Response:
        if by_client:
            content = {
                "location": self._onward(http, reply.location) if reply.location else None,
                "reload": not reply.live and reply.location is None,
                "live": reply.live,
            }
            answer = Response(msgspec.json.encode(content), media_type="application/json")
        else:
            onward = self._onward(http, reply.location) if reply.location else self._back(http)
            answer = Response(status_code=303, headers={"location": onward})
        for name, value in common_headers().items():
            answer.headers[name] = value
        answer.headers["cache-control"] = "no-store"
        for name, value in reply.headers:
            answer.headers.append(name, value)
        if reply.flash is not None:
            answer.set_cookie(
                FLASH_COOKIE,
                reply.flash,
                max_age=int(self._pages.limits.flash_seconds),
                path=root_path(http) or "/",
                secure=is_secure(http),
                httponly=True,
                samesite="lax",
            )
        return answer

    def _problem(self, status: int, reason: str, by_client: bool) -> Response:
        if by_client:
            answer = Response(msgspec.json.encode({"error": reason}), status, media_type="application/json")
            for name, value in common_headers().items():
                answer.headers[name] = value
            return answer
        return self._pages.problem(status, "The form was not taken", reason)


def _note_error(name: str, error: BaseException) -> None:
    """A ValueError is how an action says that the visitor's input will not do: the page shows it. Anything
    else is a fault, and leaves its traceback."""
    if isinstance(error, ValueError):
        log.info("the action %s refused its input: %s", name, error)
    else:
        log.error("the action %s raised %r%s", name, error, notes_of(error), exc_info=exc_info_of(error))


async def _bounded(stream: AsyncIterator[bytes], limit: int) -> AsyncIterator[bytes]:
    size = 0
    async for chunk in stream:
        size += len(chunk)
        if size > limit:
            raise Refused(413, _too_large(limit))
        yield chunk


def _too_large(limit: int) -> str:
    return f"The form is larger than Limits.form_bytes = {limit} bytes."
