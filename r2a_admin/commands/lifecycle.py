"""The commands that every noun has: enable, disable, delete."""

from __future__ import annotations

from collections.abc import Callable

import typer

from r2a_admin import console, session
from r2a_admin.commands.options import DryRun, Yes
from r2a_core.database import Connection

#: Finds what `name` means, switches it, and returns its full name.
Switch = Callable[[Connection, str, bool], str]
#: Finds what `name` means, deletes it, and returns its full name.
Delete = Callable[[Connection, str], str]


def add_switch(app: typer.Typer, noun: str, metavar: str, switch: Switch) -> None:
    """Give `app` the commands enable and disable."""
    argument = typer.Argument(..., metavar=metavar)

    def run(name: str, *, enabled: bool, dry_run: bool) -> None:
        with session.changing(dry_run=dry_run) as connection:
            title = switch(connection, name, enabled)
        console.done(f"{noun} {title} is {'enabled' if enabled else 'disabled'}", dry_run=dry_run)

    @app.command("enable", help=f"Switch one {noun} on.")
    def enable(name: str = argument, dry_run: DryRun = False) -> None:
        run(name, enabled=True, dry_run=dry_run)

    @app.command("disable", help=f"Switch one {noun} off; it is kept, and FreeSWITCH is told that there is no such thing.")
    def disable(name: str = argument, dry_run: DryRun = False) -> None:
        run(name, enabled=False, dry_run=dry_run)


def add_delete(app: typer.Typer, noun: str, metavar: str, delete: Delete) -> None:
    """Give `app` the command delete."""
    argument = typer.Argument(..., metavar=metavar)

    @app.command("delete", help=f"Delete one {noun}.")
    def delete_one(name: str = argument, yes: Yes = False, dry_run: DryRun = False) -> None:
        console.confirm(f"Delete {noun} {name}?", yes=yes, dry_run=dry_run)
        with session.changing(dry_run=dry_run) as connection:
            title = delete(connection, name)
        console.done(f"deleted {noun} {title}", dry_run=dry_run)


def require_change(wanted: object) -> None:
    """Raise a usage error when no option of a `set` command was given: `wanted` equals the change that changes nothing."""
    if wanted == type(wanted)():
        raise typer.BadParameter("nothing to set; --help shows what can be set")
