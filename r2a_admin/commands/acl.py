"""`r2a acl`: access lists of addresses and domains."""

from __future__ import annotations

from typing import Annotated

import typer

from r2a_admin import console, session
from r2a_admin.commands import lifecycle
from r2a_admin.commands.options import DryRun, Json
from r2a_admin.store import acls, keys
from r2a_admin.store.acls import AclEntry
from r2a_core.database import Connection

app = typer.Typer(help="Access lists: who may, by address. (`cluster` is made from the nodes.)", no_args_is_help=True)
entry_app = typer.Typer(help="Entries of an access list; the last that fits decides.", no_args_is_help=True)
app.add_typer(entry_app, name="entry")
Name = Annotated[str, typer.Argument(metavar="ACL")]
Cidr = Annotated[str | None, typer.Option(metavar="CIDR", help="Addresses, like 192.0.2.0/24.")]
Domain = Annotated[str | None, typer.Option(metavar="DOMAIN", help="The trusted addresses of this domain's devices.")]


@app.command()
def add(
    name: Name,
    allow_by_default: Annotated[bool, typer.Option("--allow-by-default/--deny-by-default", help="What holds when no entry fits.")] = False,
    dry_run: DryRun = False,
) -> None:
    """Add an access list without entries."""
    with session.changing(dry_run=dry_run) as connection:
        acls.add(connection, name, allow_by_default=allow_by_default)
    console.done(f"added access list {name}", dry_run=dry_run)


@app.command("list")
def list_acls(as_json: Json = False) -> None:
    """List all access lists."""
    with session.reading() as connection:
        found = acls.listed(connection)
    console.listing(found, ("name", "allow_by_default", "entries"), as_json=as_json, what="access lists")


@app.command()
def show(name: Name, as_json: Json = False) -> None:
    """Show one access list."""
    with session.reading() as connection:
        (found,) = acls.listed(connection, keys.named(connection, "acl", name))
    console.record(found, as_json=as_json)


@entry_app.command("add")
def entry_add(
    name: Name,
    cidr: Cidr = None,
    domain: Domain = None,
    allow: Annotated[bool, typer.Option("--allow/--deny")] = True,
    position: Annotated[int | None, typer.Option(help="Its place, 1 to 100000; default: last.")] = None,
    description: Annotated[str | None, typer.Option(help="Why it is there.")] = None,
    dry_run: DryRun = False,
) -> None:
    """Add an entry for an address range or a domain."""
    _one(cidr, domain)
    with session.changing(dry_run=dry_run) as connection:
        of = keys.domain(connection, domain).name if domain else None
        entry = AclEntry(allow=allow, cidr=cidr, domain=of, position=position, description=description)
        acls.add_entry(connection, keys.named(connection, "acl", name), entry)
    console.done(f"access list {name} {'allows' if allow else 'denies'} {cidr or domain}", dry_run=dry_run)


@entry_app.command("remove")
def entry_remove(name: Name, cidr: Cidr = None, domain: Domain = None, dry_run: DryRun = False) -> None:
    """Take the entries for an address range or a domain out."""
    _one(cidr, domain)
    with session.changing(dry_run=dry_run) as connection:
        count = acls.remove_entry(connection, keys.named(connection, "acl", name), cidr, domain.lower() if domain else None)
        if not count:
            raise keys.UnknownNameError(f"access list {name} has no entry for {cidr or domain}")
    console.done(f"access list {name} says nothing of {cidr or domain} any more", dry_run=dry_run)


def _one(cidr: str | None, domain: str | None) -> None:
    if (cidr is None) == (domain is None):
        raise typer.BadParameter("give either --cidr or --domain")


def _delete(connection: Connection, name: str) -> str:
    key = keys.named(connection, "acl", name)
    acls.delete(connection, key)
    return key.name


lifecycle.add_delete(app, "acl", "ACL", _delete)
