"""Gives a device its password or an extension its PIN, and shows a generated one, once, after it is stored."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import typer

from r2a_admin import console, credentials
from r2a_admin.store import credentials as stored
from r2a_admin.store import domains
from r2a_admin.store.keys import DeviceKey, ExtensionKey
from r2a_core.database import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSecret:
    """A secret on its way to the database. generated: nobody knows it yet, so it must be shown."""

    text: str
    generated: bool

    def __repr__(self) -> str:
        return "NewSecret(***)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What is printed of a new secret; secret is None when the person gave it."""

    kind: str
    login: str
    domain: str
    realms: list[str]
    secret: str | None

    def __repr__(self) -> str:
        return f"Shown({self.kind} of {self.login}@{self.domain}, ***)"


def password(*, from_stdin: bool, allow_weak: bool, names: tuple[str, ...]) -> NewSecret:
    """Return a fresh password, or the one on standard input; raise SecretRefusedError. `names` are what it must not equal."""
    if not from_stdin:
        return NewSecret(text=credentials.new_password(), generated=True)
    text = credentials.from_stdin("password")
    credentials.refuse_weak("password", credentials.weakness_of_password(text, *names), allowed=allow_weak)
    return NewSecret(text=text, generated=False)


def pin(*, from_stdin: bool, allow_weak: bool, number: str, what: str = "PIN") -> NewSecret:
    """Return a fresh PIN, or the one on standard input; raise SecretRefusedError, which calls it `what`."""
    if not from_stdin:
        return NewSecret(text=credentials.new_pin(number), generated=True)
    text = credentials.from_stdin(what)
    if not (text.isascii() and text.isdigit()):
        raise credentials.SecretRefusedError(f"the {what} on standard input should be digits: it is typed on a keypad")
    credentials.refuse_weak(what, credentials.weakness_of_pin(text, number), allowed=allow_weak)
    return NewSecret(text=text, generated=False)


def give_device(connection: Connection, device: DeviceKey, secret: NewSecret) -> Shown:
    """Store the password for every realm the device can meet, in place of what was there."""
    realms = domains.realms(connection, device.domain_id)
    stored.replace_device(connection, device, credentials.a1_md5_by_realm(device.auth_user, realms, secret.text))
    return _shown("password", device.auth_user, device.domain, realms, secret)


def give_voicemail(connection: Connection, extension: ExtensionKey, secret: NewSecret) -> Shown:
    """Store the PIN for every realm of the extension's domain, in place of what was there."""
    realms = domains.realms(connection, extension.domain_id)
    stored.replace_voicemail(connection, extension, credentials.a1_md5_by_realm(extension.number, realms, secret.text))
    return _shown("voicemail-pin", extension.number, extension.domain, realms, secret)


def show(shown: Shown, *, as_json: bool, dry_run: bool) -> None:
    """Print it. A secret that a dry run made is not printed: it was not stored."""
    if as_json:
        console.json(dataclasses.replace(shown, secret=None) if dry_run else shown)
        return
    console.done(f"{shown.kind} of {shown.login}@{shown.domain} is set for {', '.join(shown.realms)}", dry_run=dry_run)
    if shown.secret and not dry_run:
        typer.echo(f"{shown.kind}: {shown.secret}")
        console.note("It is shown once and cannot be read back; the same command sets a new one.")


def _shown(kind: str, login: str, domain: str, realms: list[str], secret: NewSecret) -> Shown:
    return Shown(kind=kind, login=login, domain=domain, realms=realms, secret=secret.text if secret.generated else None)
