"""`r2a domain|group|extension|device param|variable`: free directory params and variables; the nearest level wins."""

from __future__ import annotations

from collections.abc import Callable

import typer

from r2a_admin import console, session
from r2a_admin.commands.options import DryRun, EntryName, EntryValue, Json
from r2a_admin.store import entries
from r2a_admin.store.entries import Entry, Owner
from r2a_admin.store.keys import UnknownNameError
from r2a_core.database import Connection

#: Finds what a name means, and returns it with its full name.
FindOwner = Callable[[Connection, str], tuple[Owner, str]]


def add_commands(app: typer.Typer, metavar: str, find: FindOwner) -> None:
    """Give `app` the sub-commands param and variable."""
    for kind in ("param", "variable"):
        app.add_typer(_kind_app(kind, metavar, find), name=kind)


def _kind_app(kind: str, metavar: str, find: FindOwner) -> typer.Typer:
    argument = typer.Argument(..., metavar=metavar)
    app = typer.Typer(help=f"Directory {kind}s of its own; the nearest of domain, group, extension, device wins.", no_args_is_help=True)

    @app.command("set", help=f"Give it a {kind}, or another value.")
    def put(owner: str = argument, *, name: EntryName, value: EntryValue, dry_run: DryRun = False) -> None:
        with session.changing(dry_run=dry_run) as connection:
            found, title = find(connection, owner)
            entries.put(connection, found, kind, Entry(name, value))
        console.done(f"{kind} {name} of {title} is {value}", dry_run=dry_run)

    @app.command("remove", help=f"Take a {kind} away.")
    def remove(owner: str = argument, *, name: EntryName, dry_run: DryRun = False) -> None:
        with session.changing(dry_run=dry_run) as connection:
            found, title = find(connection, owner)
            if not entries.remove(connection, found, kind, name):
                raise UnknownNameError(f"{title} has no {kind} {name!r} of its own")
        console.done(f"{title} has no {kind} {name} any more", dry_run=dry_run)

    @app.command("list", help=f"List its own {kind}s.")
    def list_entries(owner: str = argument, *, as_json: Json = False) -> None:
        with session.reading() as connection:
            found, title = find(connection, owner)
            rows = entries.listed(connection, found, kind)
        console.listing(rows, ("name", "value"), as_json=as_json, what=f"{kind}s of {title}")

    return app
