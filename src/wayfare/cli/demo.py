"""`wayfare demo [FILE]`: any SQLite database as a live site on this machine, or an embedded sample."""

from __future__ import annotations

import ipaddress
import signal
import socket
import sys
from pathlib import Path
from typing import NoReturn

import click
import uvicorn

from ..demo.app import make_app
from ..demo.problems import DatabaseProblem


@click.command("demo")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option(
    "--write", is_flag=True, help="Let rows be edited and deleted. Without it FILE is opened read-only."
)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0 takes any.")
def command(file: Path | None, write: bool, host: str, port: int) -> None:
    """Shows the SQLite database FILE as a live site; without one, a sample of elements, countries and moons.

    Open it in two windows: what is changed in one shows in the other. The sample can always be changed.
    """
    local = _is_local(host)
    try:
        app = make_app(file, write=write, hosts=_names_of(host) if local else None)
    except DatabaseProblem as problem:
        raise click.ClickException(str(problem)) from problem
    with _listen(host, port) as listening:
        shown = f"[{host}]" if ":" in host else host
        at = f"http://{shown}:{listening.getsockname()[1]}"
        click.echo(
            f"{file.name if file else 'The sample'} is at {click.style(at, bold=True)}  (Ctrl+C stops it)"
        )
        if not local:
            may = "edit" if write or file is None else "read"
            click.echo(f"Everybody who can reach this machine can {may} it.", err=True)
        # uvicorn ends well and raises the signal again: as an exit it lets the sample's folder be removed.
        for end in (signal.SIGTERM, signal.SIGINT):
            signal.signal(end, _leave)
        config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=3)
        uvicorn.Server(config).run(sockets=[listening])


def _leave(_signal: int, _frame: object) -> NoReturn:
    sys.exit(0)


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _names_of(host: str) -> list[str]:
    # A site on a loopback address answers to its own names only: another site's page, whose name was pointed
    # here, is refused (DNS rebinding).
    return ["127.0.0.1", "localhost", "[::1]", f"[{host}]" if ":" in host else host]


def _listen(host: str, port: int) -> socket.socket:
    # Bound here rather than by uvicorn, so that a taken port is told in one sentence.
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, protocol)
    except OSError as error:
        raise click.ClickException(f"Can't listen at {host}: {error}.") from error
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
    except OSError as error:
        listening.close()
        raise click.ClickException(
            f"Port {port} at {host} can't be used ({error.strerror or error}). Another program may have it: "
            f"try --port {port + 1 if port < 65535 else 0}."
        ) from error
    return listening
