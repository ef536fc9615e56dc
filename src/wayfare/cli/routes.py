"""`wayfare routes main:app`: all routes of an app's router, as lines."""

from __future__ import annotations

import asyncio
import importlib
import os
import sys

import click

from .._world import AsyncioWorld
from ..errors import WayfareError
from ..reactive import Scope
from ..render import Suspense, mount_root
from ..routing import Browser, RouterModel, describe_routes
from ..server import App


@click.command("routes")
@click.argument("app", metavar="MODULE:APP")
def command(app: str) -> None:
    """Prints the routes of an app: paths, filters, components, preload functions and names.

    The app's root is mounted once, at "/", as for a visitor; nothing is served.
    """
    module, colon, name = app.partition(":")
    if not colon or not module or not name:
        raise click.BadParameter(f"expected module:app, as in main:app, got {app!r}", param_hint="MODULE:APP")
    # A console script has its own folder on the path, not the one that it is called in.
    sys.path.insert(0, os.getcwd())
    found = getattr(importlib.import_module(module), name, None)
    if not isinstance(found, App):
        raise click.BadParameter(f"{app} is no wayfare.App: {found!r:.80}", param_hint="MODULE:APP")
    try:
        click.echo(asyncio.run(routes_of(found)))
    except WayfareError as error:
        raise click.ClickException(str(error)) from None


async def routes_of(app: App) -> str:
    """The routes of the router that the app's root shows.

    Raises `ClickException` where the root shows none.
    """
    scope = Scope(AsyncioWorld(), "wayfare routes")
    scope.provide(Browser, Browser("/", send=lambda _command: None))
    root = app.root.offer({})
    mounted = scope.run(lambda: mount_root(Suspense[root], lambda _patch: None, name="routes"))
    try:
        model = scope.services.get(RouterModel)
        if not isinstance(model, RouterModel):
            raise click.ClickException("The app's root shows no Router at '/'.")
        return describe_routes(model.tree())
    finally:
        mounted.dispose()
        scope.close()
