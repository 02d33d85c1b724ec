"""`r2a password` and `r2a voicemail-pin`: a new secret, shown once, stored as a hash for every realm it can be used in."""

from __future__ import annotations

from typing import Annotated

import typer

from r2a_admin import session
from r2a_admin.commands import new_secret
from r2a_admin.commands.options import AllowWeak, DryRun, ExtensionName, Json
from r2a_admin.store import devices, keys
from r2a_admin.store.keys import DeviceKey
from r2a_core.database import Connection
from r2a_core.errors import R2aError

WHY_NOT_ARGUMENT = "a password is never taken as an argument: it would stand in `ps` and in the shell's history; pipe it to --stdin instead"
Stdin = Annotated[bool, typer.Option("--stdin", help="Read it from the first line of standard input.")]
Refused = Annotated[list[str] | None, typer.Argument(hidden=True, metavar="")]


class DeviceUnclearError(R2aError):
    """The extension has no device, or several, and none was named."""


def password(
    extension: ExtensionName,
    refused: Refused = None,
    device: Annotated[str | None, typer.Option(metavar="AUTH_USER", help="Which of its devices.")] = None,
    stdin: Stdin = False,
    allow_weak: AllowWeak = False,
    as_json: Json = False,
    dry_run: DryRun = False,
) -> None:
    """Give a device a new password, shown once. Stored is a hash for the domain's name and each of its aliases."""
    if refused:
        raise typer.BadParameter(WHY_NOT_ARGUMENT)
    names = (extension.partition("@")[0], device or "")
    secret = new_secret.password(from_stdin=stdin, allow_weak=allow_weak, names=names)
    with session.changing(dry_run=dry_run) as connection:
        shown = new_secret.give_device(connection, _device(connection, extension, device), secret)
    new_secret.show(shown, as_json=as_json, dry_run=dry_run)


def voicemail_pin(
    extension: ExtensionName,
    refused: Refused = None,
    stdin: Stdin = False,
    allow_weak: AllowWeak = False,
    as_json: Json = False,
    dry_run: DryRun = False,
) -> None:
    """Give an extension's mailbox a new PIN, shown once. Stored is a hash for the domain's name and each of its aliases."""
    if refused:
        raise typer.BadParameter(WHY_NOT_ARGUMENT)
    with session.reading() as connection:
        number = keys.extension(connection, extension).number
    secret = new_secret.pin(from_stdin=stdin, allow_weak=allow_weak, number=number)
    with session.changing(dry_run=dry_run) as connection:
        shown = new_secret.give_voicemail(connection, keys.extension(connection, extension), secret)
    new_secret.show(shown, as_json=as_json, dry_run=dry_run)


def _device(connection: Connection, text: str, auth_user: str | None) -> DeviceKey:
    """Return the device meant: the one named, the only one, or the one that logs in as what was typed."""
    key = keys.extension(connection, text)
    found = devices.of_extension(connection, key)
    wanted = auth_user or text.partition("@")[0]
    for device in found:
        if device.auth_user == wanted or (len(found) == 1 and not auth_user):
            return device
    logins = ", ".join(device.auth_user for device in found)
    if not found:
        raise DeviceUnclearError(f"extension {key.title} has no device; `r2a device add {key.title} --auth-user LOGIN` adds one")
    if auth_user:
        raise DeviceUnclearError(f"extension {key.title} has no device {auth_user!r}; it has {logins}")
    raise DeviceUnclearError(f"extension {key.title} has several devices; say which with --device: {logins}")
