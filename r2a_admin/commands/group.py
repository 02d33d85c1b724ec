"""`r2a group`: call groups and their members."""

from __future__ import annotations

from typing import Annotated

import typer

from r2a_admin import console, session
from r2a_admin.commands import directory_entries, lifecycle
from r2a_admin.commands.options import DomainOption, DryRun, ExtensionName, GroupName, Json
from r2a_admin.store import groups, keys
from r2a_admin.store.entries import Owner
from r2a_admin.store.keys import ExtensionKey, Key
from r2a_core.database import Connection

app = typer.Typer(help="Call groups: extensions that ring together.", no_args_is_help=True)
member_app = typer.Typer(help="Who is in a call group.", no_args_is_help=True)
app.add_typer(member_app, name="member")


@app.command()
def add(group: GroupName, dry_run: DryRun = False) -> None:
    """Add a call group without members."""
    with session.changing(dry_run=dry_run) as connection:
        name, domain = keys.subject(connection, group)
        groups.add(connection, domain, name)
    console.done(f"added group {name}@{domain.name}", dry_run=dry_run)


@app.command("list")
def list_groups(domain: DomainOption = None, as_json: Json = False) -> None:
    """List call groups and their members."""
    with session.reading() as connection:
        found = groups.listed(connection, keys.domain(connection, domain) if domain else None)
    console.listing(found, ("name", "domain", "members"), as_json=as_json, what="groups")


@app.command()
def show(group: GroupName, as_json: Json = False) -> None:
    """Show one call group."""
    with session.reading() as connection:
        (found,) = groups.listed(connection, only=keys.within(connection, "group", group)[0])
    console.record(found, as_json=as_json)


@member_app.command("add")
def member_add(
    group: GroupName,
    extension: ExtensionName,
    position: Annotated[int | None, typer.Option(help="Its place, 1 to 1000; default: last.")] = None,
    dry_run: DryRun = False,
) -> None:
    """Put an extension of the same domain into a call group."""
    with session.changing(dry_run=dry_run) as connection:
        key, member = _member(connection, group, extension)
        groups.add_member(connection, key, member, position)
    console.done(f"{member.title} is in group {key.name}", dry_run=dry_run)


@member_app.command("remove")
def member_remove(group: GroupName, extension: ExtensionName, dry_run: DryRun = False) -> None:
    """Take an extension out of a call group."""
    with session.changing(dry_run=dry_run) as connection:
        key, member = _member(connection, group, extension)
        if not groups.remove_member(connection, key, member):
            raise keys.UnknownNameError(f"{member.title} is not in group {key.name}")
    console.done(f"{member.title} is not in group {key.name} any more", dry_run=dry_run)


def _member(connection: Connection, group: str, extension: str) -> tuple[Key, ExtensionKey]:
    """Find both; raise UnknownNameError for an extension of another domain."""
    key, domain = keys.within(connection, "group", group)
    return key, keys.extension_within(connection, domain, extension, "a group and its members")


def _delete(connection: Connection, name: str) -> str:
    key, domain = keys.within(connection, "group", name)
    groups.delete(connection, key)
    return f"{key.name}@{domain.name}"


def _owner(connection: Connection, name: str) -> tuple[Owner, str]:
    key, domain = keys.within(connection, "group", name)
    return Owner(domain_id=domain.id, call_group_id=key.id), f"{key.name}@{domain.name}"


lifecycle.add_delete(app, "group", "GROUP@DOMAIN", _delete)
directory_entries.add_commands(app, "GROUP@DOMAIN", _owner)
