"""The command's entry: a group that knows its subcommands by name, and loads the one that is called.

`wayfare --version` is then as quick as Python starts, whatever the subcommands import.
"""

from __future__ import annotations

import importlib
from importlib.metadata import version

import click

# A subcommand's name, and the module of this package whose `command` it is.
COMMANDS = {
    "demo": "demo",
    "dev": "dev",
    "routes": "routes",
}


class LazyGroup(click.Group):
    """A group whose commands are imported when they are looked up."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        name = COMMANDS.get(cmd_name)
        if name is None:
            return None
        command: click.Command = importlib.import_module(f"{__package__}.{name}").command
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("wayfare"), prog_name="wayfare")
def main() -> None:
    """Live pages in Python, the way of SolidJS and Solid Router."""
