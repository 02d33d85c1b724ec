"""`r2a device`: what logs in for an extension."""

from __future__ import annotations

from typing import Annotated

import typer

from r2a_admin import console, credentials, session
from r2a_admin.commands import directory_entries, lifecycle, new_secret
from r2a_admin.commands.options import AllowWeak, DeviceName, DomainOption, DryRun, ExtensionName, Json, PasswordStdin
from r2a_admin.store import devices, keys
from r2a_admin.store.devices import DeviceChange
from r2a_admin.store.entries import Owner
from r2a_core.database import Connection

app = typer.Typer(help="Devices: phones and soft clients, each with a login of its own.", no_args_is_help=True)
Description = Annotated[str | None, typer.Option(help="What it is, like `desk phone, 2nd floor`; '' for none.")]
TrustedCidr = Annotated[str | None, typer.Option(metavar="CIDR", help="Addresses let in without a password; '' for none.")]
ReverseUser = Annotated[str | None, typer.Option(metavar="USER", help="Login for a phone that challenges our calls; '' for none.")]


@app.command()
def add(
    extension: ExtensionName,
    auth_user: Annotated[str, typer.Option(metavar="LOGIN", help="As what it logs in, like 1001-desk.")],
    description: Description = None,
    trusted_cidr: TrustedCidr = None,
    password_stdin: PasswordStdin = False,
    allow_weak: AllowWeak = False,
    as_json: Json = False,
    dry_run: DryRun = False,
) -> None:
    """Add a device to an extension, with a new password, shown once."""
    names = (auth_user, extension.partition("@")[0])
    secret = new_secret.password(from_stdin=password_stdin, allow_weak=allow_weak, names=names)
    change = DeviceChange(description=description, trusted_cidr=trusted_cidr)
    with session.changing(dry_run=dry_run) as connection:
        key = devices.add(connection, keys.extension(connection, extension), auth_user)
        if change != DeviceChange():
            devices.change(connection, key, change)
        shown = new_secret.give_device(connection, key, secret)
    if not as_json:
        console.done(f"added device {key.title} to extension {key.number}", dry_run=dry_run)
    new_secret.show(shown, as_json=as_json, dry_run=dry_run)


@app.command("list")
def list_devices(
    extension: Annotated[str | None, typer.Argument(metavar="[NUMBER@DOMAIN]", help="Only of this extension.")] = None,
    domain: DomainOption = None,
    limit: Annotated[int, typer.Option(min=0, help="At most so many; 0 = all.")] = 100,
    as_json: Json = False,
) -> None:
    """List devices, with the realms they have no credential for."""
    with session.reading() as connection:
        of_extension = keys.extension(connection, extension) if extension else None
        of_domain = keys.domain(connection, domain) if domain else None
        found = devices.listed(connection, extension=of_extension, domain=of_domain, limit=limit or None)
    columns = ("auth_user", "extension", "domain", "enabled", "password_set_at", "missing_realms", "description")
    console.listing(found, columns, as_json=as_json, what="devices")
    if len(found) == limit:
        console.note(f"the first {limit}; --limit 0 lists all")


@app.command()
def show(device: DeviceName, as_json: Json = False) -> None:
    """Show one device."""
    with session.reading() as connection:
        found = devices.shown(connection, keys.device(connection, device))
    console.record(found, as_json=as_json)


@app.command("set")
def set_device(
    device: DeviceName,
    description: Description = None,
    trusted_cidr: TrustedCidr = None,
    reverse_auth_user: ReverseUser = None,
    reverse_auth_stdin: Annotated[
        bool, typer.Option("--reverse-auth-stdin", help="Read the password of --reverse-auth-user from standard input.")
    ] = False,
    dry_run: DryRun = False,
) -> None:
    """Change a device. `r2a password` sets its password."""
    sealed = session.sealing_key().seal(credentials.from_stdin("password")) if reverse_auth_stdin else None
    wanted = DeviceChange(
        description=description, trusted_cidr=trusted_cidr, reverse_auth_user=reverse_auth_user, reverse_auth_sealed=sealed
    )
    lifecycle.require_change(wanted)
    with session.changing(dry_run=dry_run) as connection:
        key = keys.device(connection, device)
        devices.change(connection, key, wanted)
    console.done(f"changed device {key.title}", dry_run=dry_run)


def _switch(connection: Connection, name: str, enabled: bool) -> str:
    key = keys.device(connection, name)
    devices.change(connection, key, DeviceChange(enabled=enabled))
    return key.title


def _delete(connection: Connection, name: str) -> str:
    key = keys.device(connection, name)
    devices.delete(connection, key)
    return key.title


def _owner(connection: Connection, name: str) -> tuple[Owner, str]:
    key = keys.device(connection, name)
    return Owner(domain_id=key.domain_id, device_id=key.id), key.title


lifecycle.add_switch(app, "device", "AUTH_USER@DOMAIN", _switch)
lifecycle.add_delete(app, "device", "AUTH_USER@DOMAIN", _delete)
directory_entries.add_commands(app, "AUTH_USER@DOMAIN", _owner)
