"""`r2a domain`: domains, and the aliases they are asked for under."""

from __future__ import annotations

from typing import Annotated

import typer

from r2a_admin import console, session
from r2a_admin.commands import directory_entries, lifecycle
from r2a_admin.commands.options import DomainName, DryRun, Json, Yes
from r2a_admin.store import domains, keys, tenants
from r2a_admin.store.domains import DomainChange
from r2a_admin.store.entries import Owner
from r2a_admin.store.keys import Key
from r2a_core.database import Connection
from r2a_core.errors import R2aError

app = typer.Typer(help="Domains: what stands after the @ of an extension.", no_args_is_help=True)
Alias = Annotated[str, typer.Argument(metavar="ALIAS")]


class DomainRefusedError(R2aError):
    """The domain is not in a state in which this may be done."""


@app.command()
def add(
    name: DomainName,
    tenant: Annotated[str, typer.Option(metavar="TENANT", help="Who owns it.")],
    context: Annotated[str | None, typer.Option(help="Dialplan context of its users; default: the name.")] = None,
    alias: Annotated[list[str] | None, typer.Option(metavar="NAME", help="Another name it is asked for under; may be repeated.")] = None,
    create_tenant: Annotated[bool, typer.Option("--create-tenant", help="Add the tenant when there is none of that name.")] = False,
    dry_run: DryRun = False,
) -> None:
    """Add a domain."""
    with session.changing(dry_run=dry_run) as connection:
        found = tenants.find(connection, tenant) if create_tenant else keys.named(connection, "tenant", tenant)
        key = domains.add(connection, found or tenants.add(connection, tenant), name.lower(), context or name.lower())
        for other in alias or []:
            domains.add_alias(connection, key, other.lower())
    console.done(f"added domain {key.name} of tenant {tenant}{'' if found else ' (new)'}", dry_run=dry_run)


@app.command("list")
def list_domains(
    tenant: Annotated[str | None, typer.Option(metavar="TENANT", help="Only of this tenant.")] = None,
    as_json: Json = False,
) -> None:
    """List all domains."""
    with session.reading() as connection:
        found = domains.listed(connection, tenant=keys.named(connection, "tenant", tenant) if tenant else None)
    console.listing(found, ("name", "tenant", "enabled", "context", "aliases", "extensions", "devices"), as_json=as_json, what="domains")


@app.command()
def show(name: DomainName, as_json: Json = False) -> None:
    """Show one domain."""
    with session.reading() as connection:
        (found,) = domains.listed(connection, keys.domain(connection, name))
    console.record(found, as_json=as_json)


@app.command("set")
def set_domain(
    name: DomainName,
    context: Annotated[str | None, typer.Option(help="Dialplan context of its users.")] = None,
    dry_run: DryRun = False,
) -> None:
    """Change a domain. Its name stays: it is in every phone and every password hash; give it an alias instead."""
    lifecycle.require_change(DomainChange(context=context))
    with session.changing(dry_run=dry_run) as connection:
        key = keys.domain(connection, name)
        domains.change(connection, key, DomainChange(context=context))
    console.done(f"changed domain {key.name}", dry_run=dry_run)


@app.command()
def alias_add(name: DomainName, alias: Alias, dry_run: DryRun = False) -> None:
    """Let a domain be asked for under another name as well."""
    with session.changing(dry_run=dry_run) as connection:
        key = keys.domain(connection, name)
        domains.add_alias(connection, key, alias.lower())
        lacking = domains.without_credential(connection, key, alias.lower())
    if lacking.devices or lacking.mailboxes:
        console.warn(
            f"{lacking.devices} devices and {lacking.mailboxes} mailboxes have no credential for {alias.lower()}: a hash binds to its realm, "
            f"and the passwords are not known; until `r2a password` (`r2a voicemail-pin`) gives a new one they work under the old names only"
        )
    console.done(f"domain {key.name} is asked for as {alias.lower()} too", dry_run=dry_run)


@app.command()
def alias_remove(name: DomainName, alias: Alias, dry_run: DryRun = False) -> None:
    """Take a name away from a domain. Credentials for it are kept, in case it comes back."""
    with session.changing(dry_run=dry_run) as connection:
        key = keys.domain(connection, name)
        if not domains.remove_alias(connection, key, alias.lower()):
            raise keys.UnknownNameError(f"{key.name} has no alias {alias!r}; it has {', '.join(domains.aliases(connection, key)) or 'none'}")
    console.done(f"domain {key.name} is no longer asked for as {alias.lower()}", dry_run=dry_run)


@app.command()
def delete(
    name: DomainName,
    with_extensions: Annotated[bool, typer.Option("--with-extensions", help="Delete its extensions and devices with it.")] = False,
    yes: Yes = False,
    dry_run: DryRun = False,
) -> None:
    """Delete a domain; one that has extensions only with --with-extensions."""
    with session.reading() as connection:
        key = keys.domain(connection, name)
        count = domains.extension_count(connection, key)
    if count and not with_extensions:
        raise DomainRefusedError(f"domain {key.name} has {count} extensions; delete them first, or repeat with --with-extensions")
    console.confirm(f"Delete domain {key.name}{f' with its {count} extensions' if count else ''}?", yes=yes, dry_run=dry_run)
    with session.changing(dry_run=dry_run) as connection:
        deleted = _delete(connection, key, with_extensions=with_extensions)
    console.done(f"deleted domain {key.name}{f' with its {deleted} extensions' if deleted else ''}", dry_run=dry_run)


def _delete(connection: Connection, key: Key, *, with_extensions: bool) -> int:
    domains.delete_options(connection, key)
    deleted = domains.delete_extensions(connection, key) if with_extensions else 0
    domains.delete(connection, key)
    return deleted


def _switch(connection: Connection, name: str, enabled: bool) -> str:
    key = keys.domain(connection, name)
    domains.change(connection, key, DomainChange(enabled=enabled))
    return key.name


def _owner(connection: Connection, name: str) -> tuple[Owner, str]:
    key = keys.domain(connection, name)
    return Owner(domain_id=key.id), key.name


lifecycle.add_switch(app, "domain", "DOMAIN", _switch)
directory_entries.add_commands(app, "DOMAIN", _owner)
