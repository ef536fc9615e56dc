"""`wayfare dev main:app`: a server on this machine that starts again when a file changes."""

from __future__ import annotations

import os
import sys

import click
import uvicorn


@click.command("dev")
@click.argument("app", metavar="MODULE:APP")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0 takes any.")
@click.option("--reload/--no-reload", default=True, show_default=True, help="Watch the files.")
def command(app: str, host: str, port: int, reload: bool) -> None:
    """Serves an app of the current folder, and starts again when one of its files changes.

    Open pages reconnect by themselves, and keep what was typed into them. For production any ASGI server
    does: `uvicorn main:app`.
    """
    if ":" not in app:
        raise click.BadParameter(f"expected module:app, as in main:app, got {app!r}", param_hint="MODULE:APP")
    # A console script has its own folder on the path, not the one that it is called in.
    sys.path.insert(0, os.getcwd())
    uvicorn.run(app, host=host, port=port, reload=reload, app_dir=os.getcwd(), timeout_graceful_shutdown=3)
