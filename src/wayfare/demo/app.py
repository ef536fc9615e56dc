"""The demo as an application: its routes, and the folder of its style sheet."""

from __future__ import annotations

import secrets
import shutil
import tempfile
import weakref
from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path

from ..components import Route, Router
from ..html import Node
from ..render import component
from ..routing import PreloadArgs, RouteDefinition
from ..server import App
from .database import Database
from .keys import decode_name
from .pages.edit import EditPage
from .pages.layout import Front, Layout, NotFound
from .pages.row import RowPage
from .pages.rows import RowsView, asked_in
from .pages.table import TableFrame
from .sample import build_sample
from .site import Site, SiteContext


def make_app(path: Path | None = None, *, write: bool = False, hosts: Sequence[str] | None = None) -> App:
    """The demo's ASGI application.

    `path`: the database file to show; `None` builds the embedded sample in a temporary folder, which may
    always be changed. `write`: whether rows of the file can be edited and deleted. `hosts`: as of `App`.

    Raises `DatabaseProblem` where the file can't be a database.

    >>> make_app()
    <App Demo>
    """
    if path is not None:
        return app_of(Site(Database(path, write=write), name=path.name), hosts)
    folder = Path(tempfile.mkdtemp(prefix="wayfare-demo-"))
    sample = build_sample(folder / "world.db")
    app = app_of(Site(Database(sample, write=True), name=sample.name, is_sample=True), hosts)
    # At the latest when the process ends.
    weakref.finalize(app, shutil.rmtree, folder, ignore_errors=True)
    return app


def app_of(site: Site, hosts: Sequence[str] | None = None) -> App:
    """The application that shows one site."""
    site.database.check()
    routes = _routes(site)

    @component
    def Demo() -> Node:
        return SiteContext.Provider(value=site)[Router(root=Layout)[routes]]

    static = Path(str(files("wayfare.demo"))) / "static"
    # Sessions hold nothing here, so they may end with the process.
    app = App(Demo, static=static, title=site.name, secret=secrets.token_urlsafe(32), hosts=hosts)
    site.on_change = lambda: app.revalidate_threadsafe(site.everything())
    return app


def _routes(site: Site) -> list[RouteDefinition]:
    def table(load: Callable[[str, PreloadArgs], object]) -> Callable[[PreloadArgs], None]:
        def preload(args: PreloadArgs) -> None:
            load(decode_name(args.params["table"]), args)

        return preload

    row_of = table(lambda name, args: site.row(name, args.params["id"]))
    pages = [
        Route(
            path="/",
            component=RowsView,
            preload=table(lambda name, args: site.rows(name, *asked_in(args.location.query))),
        ),
        Route(path="/rows/:id", component=RowPage, preload=row_of),
    ]
    if site.writable:
        pages.append(Route(path="/rows/:id/edit", component=EditPage, preload=row_of))
    return [
        Route(path="/", component=Front, preload=lambda: site.tables()),
        Route(path="/tables/:table", component=TableFrame, preload=table(lambda name, _: site.table(name)))[
            pages
        ],
        Route(path="*rest", component=NotFound, info={"status": 404}),
    ]
