"""Apps that the tests of this folder serve."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, field

from wayfare.components import A, Route, Router, Style, Title
from wayfare.data import FormData, Upload, action, create_async, query, redirect, reload, use_submission
from wayfare.errors import LoopError
from wayfare.html import Node, button, div, form, h1, input_, p, span
from wayfare.reactive import create_signal
from wayfare.render import Event, Show, component
from wayfare.server import use_request


@dataclass
class Site:
    """What an app of these tests has done, and what it waits for."""

    runs: list[str] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    begun: asyncio.Event = field(default_factory=asyncio.Event)


site = Site()


def fresh_site() -> Site:
    """The same object, as new: queries and actions of this module refer to it."""
    site.runs = []
    site.gate = asyncio.Event()
    site.begun = asyncio.Event()
    return site


@query("server-tests.slow")
async def get_slow() -> str:
    await site.gate.wait()
    return "arrived"


@action(name="server-tests.save")
async def save(form: FormData) -> object:
    name = form.text("name")
    site.runs.append(name)
    site.begun.set()
    if name == "slow":
        await site.gate.wait()
    if name == "bad":
        raise ValueError("That name will not do.")
    if name == "broken":
        raise RuntimeError("the disk is full of secrets")
    if name == "away":
        return redirect("/other")
    if name == "outside":
        return redirect("https://elsewhere.test/x", external=True)
    return f"saved {name}"


@action(name="server-tests.upload")
async def upload(form: FormData) -> str:
    file = form["file"]
    assert isinstance(file, Upload)
    return f"{file.filename} {file.content_type} {(await file.read()).decode()}"


@action(name="server-tests.login")
async def login(form: FormData) -> object:
    session = use_request().session
    session.renew()
    session["name"] = secrets.token_hex(5000) if form.text("name") == "too much" else form.text("name")
    return redirect("/who")


@action(name="server-tests.logout")
async def logout() -> object:
    use_request().session.clear()
    return reload()


@component
def Home() -> Node:
    count, set_count = create_signal(0)
    submission = use_submission(save)

    async def fail() -> None:
        raise RuntimeError("a handler with secrets")

    return div[
        Title["Home"],
        h1["Home"],
        button(id="count", on_click=lambda: set_count(lambda n: n + 1))["Clicked ", count],
        button(id="fail", on_click=fail)["Fail"],
        A(href="/other")["Other"],
        form(action=save, method="post")[input_(name="name"), button["Save"]],
        Show(when=lambda: submission.result)[p(id="result")[lambda: submission.result]],
        Show(when=lambda: submission.error)[p(id="error")[lambda: str(submission.error)]],
    ]


@component
def Other() -> Node:
    text, set_text = create_signal("")

    def typed(event: Event) -> None:
        set_text(event.value)

    return div[Title["Other"], h1["Other"], input_(name="q", on_input=typed), span[text], A(href="/")["Home"]]


@component
def Slow() -> Node:
    answer = create_async(get_slow)
    return p[lambda: answer()]


@component
def Who() -> Node:
    session = use_request().session
    return div[
        p(id="who")[session.get("name", "nobody")],
        form(action=login, method="post", id="login")[input_(name="name"), button["Log in"]],
        form(action=logout, method="post", id="logout")[button["Log out"]],
    ]


@component
def Uploading() -> Node:
    submission = use_submission(upload)
    return div[
        form(action=upload, method="post", enctype="multipart/form-data")[
            input_(type="file", name="file"), button["Send"]
        ],
        p[lambda: submission.result or str(submission.error or "")],
    ]


@component
def Broken() -> Node:
    raise RuntimeError("a component with secrets")


@component
def Endless() -> Node:
    raise LoopError("one -> other -> one")


@component
def Styled() -> Node:
    return div[Style["p { color: red }"], p["red"]]


@component
def Counted() -> Node:
    session = use_request().session
    session["visits"] = session.get("visits", 0) + 1
    return p["visit ", session["visits"]]


def root() -> Node:
    """A site with a page of each kind."""
    return Router[
        Route(path="/", component=Home),
        Route(path="/other", component=Other),
        Route(path="/slow", component=Slow),
        Route(path="/who", component=Who),
        Route(path="/upload", component=Uploading),
        Route(path="/broken", component=Broken),
        Route(path="/endless", component=Endless),
        Route(path="/styled", component=Styled),
        Route(path="/counted", component=Counted),
        Route(path="/teapot", component=Other, info={"status": 418}),
    ]
