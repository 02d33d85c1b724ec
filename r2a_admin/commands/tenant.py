"""`r2a tenant`: who owns domains and gateways."""

from __future__ import annotations

from typing import Annotated

import typer

from r2a_admin import console, session
from r2a_admin.commands import lifecycle
from r2a_admin.commands.options import DryRun, Json
from r2a_admin.store import domains, keys, tenants
from r2a_admin.store.tenants import TenantChange
from r2a_core.database import Connection

app = typer.Typer(help="Tenants: who owns domains and gateways.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(metavar="TENANT")]
CACHE_WARNING = (
    "FreeSWITCH answers for a cached user without asking r2a, so r2a's check that the AOR being registered belongs to that user "
    "is skipped, and there are {count} domains: until the worker evicts it, a phone can bind an AOR of another domain; "
    "--user-cache-ms 0 keeps the check"
)


@app.command()
def add(name: Name, dry_run: DryRun = False) -> None:
    """Add a tenant."""
    with session.changing(dry_run=dry_run) as connection:
        tenants.add(connection, name)
    console.done(f"added tenant {name}", dry_run=dry_run)


@app.command("list")
def list_tenants(as_json: Json = False) -> None:
    """List all tenants."""
    with session.reading() as connection:
        found = tenants.listed(connection)
    console.listing(found, ("name", "enabled", "user_cache_ms", "domains", "extensions", "gateways"), as_json=as_json, what="tenants")


@app.command()
def show(name: Name, as_json: Json = False) -> None:
    """Show one tenant."""
    with session.reading() as connection:
        (found,) = tenants.listed(connection, keys.named(connection, "tenant", name))
    console.record(found, as_json=as_json)


@app.command("set")
def set_tenant(
    name: Name,
    user_cache_ms: Annotated[str | None, typer.Option(metavar="N|default", help="How long FreeSWITCH may keep a user, in ms; 0 = never.")] = None,
    language: Annotated[str | None, typer.Option(help="Of the prompts its people hear; `r2a voice list` shows them.")] = None,
    timezone: Annotated[str | None, typer.Option(help="Like Europe/Madrid.")] = None,
    dry_run: DryRun = False,
) -> None:
    """Change a tenant."""
    wanted = TenantChange(user_cache_ms=_cache_ms(user_cache_ms), language=language, timezone=timezone)
    lifecycle.require_change(wanted)
    with session.changing(dry_run=dry_run) as connection:
        if language is not None:
            keys.voice(connection, language)
        tenants.change(connection, keys.named(connection, "tenant", name), wanted)
        count = domains.count(connection)
    if wanted.user_cache_ms is not None and wanted.user_cache_ms > 0 and count > 1:
        console.warn(CACHE_WARNING.format(count=count))
    console.done(f"changed tenant {name}", dry_run=dry_run)


def _cache_ms(text: str | None) -> int | None:
    if text is None or text == "default":
        return None if text is None else tenants.DEFAULT_CACHE
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise typer.BadParameter(f"--user-cache-ms should be a number of milliseconds or `default`, is {text!r}")
    return int(text)


def _switch(connection: Connection, name: str, enabled: bool) -> str:
    key = keys.named(connection, "tenant", name)
    tenants.change(connection, key, TenantChange(enabled=enabled))
    return key.name


def _delete(connection: Connection, name: str) -> str:
    key = keys.named(connection, "tenant", name)
    tenants.delete(connection, key)
    return key.name


lifecycle.add_switch(app, "tenant", "TENANT", _switch)
lifecycle.add_delete(app, "tenant", "TENANT", _delete)
