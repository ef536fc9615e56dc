"""`wayfare routes main:app`: all routes of an app's router, as lines."""

from __future__ import annotations

import asyncio
import importlib
import logging
import os
import sys
import traceback

import click

from ..errors import WayfareError
from ..page import notes_of
from ..routing import describe_routes
from ..server import App
from ..server.routes import read_routes

WAIT_SECONDS = 5.0
"""How long a root may take to show its router, where it shows what it fetches first."""


@click.command("routes")
@click.argument("app", metavar="MODULE:APP")
def command(app: str) -> None:
    """Prints the routes of an app: paths, filters, components, preload functions and names.

    The app's root is mounted once, at "/", as for a visitor who is not signed in; no route is shown, and
    nothing is served.
    """
    module, colon, name = app.partition(":")
    if not colon or not module or not name:
        raise click.BadParameter(f"expected module:app, as in main:app, got {app!r}", param_hint="MODULE:APP")
    # A console script has its own folder on the path, not the one that it is called in.
    sys.path.insert(0, os.getcwd())
    found = _app(module, name)
    logger = logging.getLogger("wayfare")
    before = logger.level
    # That there is no secret, and the like, is for those who serve it.
    logger.setLevel(logging.CRITICAL)
    try:
        click.echo(asyncio.run(routes_of(found)))
    except WayfareError as error:
        raise click.ClickException(f"{error}{notes_of(error)}") from None
    finally:
        logger.setLevel(before)


def _app(module: str, name: str) -> App:
    try:
        imported = importlib.import_module(module)
    except Exception as error:
        if isinstance(error, ModuleNotFoundError) and f"{module}.".startswith(f"{error.name}."):
            raise click.ClickException(
                f"There is no module {error.name!r}, in {os.getcwd()} or among what is installed."
            ) from None
        # Without the frames of the import itself, which are not what is wrong.
        own = [
            frame for frame in traceback.extract_tb(error.__traceback__) if "importlib" not in frame.filename
        ]
        lines = [*traceback.format_list(own[1:]), *traceback.format_exception_only(error)]
        raise click.ClickException(f"{module} can't be imported:\n\n{''.join(lines).rstrip()}") from None
    apps = [key for key, value in vars(imported).items() if isinstance(value, App)]
    instead = f" There is {', '.join(f'{module}:{each}' for each in apps)}." if apps else ""
    if not hasattr(imported, name):
        raise click.ClickException(f"{module} has no {name!r}.{instead}")
    found = getattr(imported, name)
    if not isinstance(found, App):
        raise click.ClickException(f"{module}:{name} is no wayfare.App, but {found!r:.80}.{instead}")
    return found


async def routes_of(app: App) -> str:
    """The routes of the router that the app's root shows, as lines."""
    try:
        tree = await read_routes(app.parts.pages, WAIT_SECONDS)
        return describe_routes(tree) or "The router has no routes."
    finally:
        await app.close()
