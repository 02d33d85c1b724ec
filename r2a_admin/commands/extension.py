"""`r2a extension`: people's numbers, their aliases, params and variables."""

from __future__ import annotations

from typing import Annotated

import typer

from r2a_admin import console, session
from r2a_admin.commands import codecs as codec_options
from r2a_admin.commands import directory_entries, lifecycle, new_secret
from r2a_admin.commands.codecs import Codecs, NoCodecs
from r2a_admin.commands.options import AllowWeak, DomainOption, DryRun, ExtensionName, Json, PasswordStdin
from r2a_admin.store import devices, extensions, keys, usage
from r2a_admin.store.entries import Owner
from r2a_admin.store.extensions import ExtensionChange, Page
from r2a_core.database import Connection

app = typer.Typer(help="Extensions: numbers of people and rooms.", no_args_is_help=True)
alias_app = typer.Typer(help="Other names an extension is dialled by.", no_args_is_help=True)
app.add_typer(alias_app, name="alias")
RingTimeout = Annotated[int | None, typer.Option("--ring-timeout-s", help="How long it rings, 5 to 300 seconds.")]
Voicemail = Annotated[bool | None, typer.Option("--voicemail/--no-voicemail", help="Whether a missed call may leave a message.")]
Email = Annotated[str | None, typer.Option("--voicemail-email", help="Where messages are sent; '' for nowhere.")]
Language = Annotated[str | None, typer.Option(help="Of the prompts it hears; `r2a voice list` shows them, '' is the tenant's.")]
Alias = Annotated[str, typer.Argument(metavar="ALIAS")]


@app.command()
def add(
    extension: ExtensionName,
    name: Annotated[str, typer.Option(help="Whose it is; shown to people who are called.")],
    alias: Annotated[list[str] | None, typer.Option(metavar="NAME", help="Another name it is dialled by; may be repeated.")] = None,
    ring_timeout_s: RingTimeout = None,
    voicemail: Voicemail = None,
    voicemail_email: Email = None,
    language: Language = None,
    codecs: Codecs = None,
    no_device: Annotated[bool, typer.Option("--no-device", help="Without the device that logs in as the number.")] = False,
    password_stdin: PasswordStdin = False,
    allow_weak: AllowWeak = False,
    as_json: Json = False,
    dry_run: DryRun = False,
) -> None:
    """Add an extension, and one device that logs in as its number with a new password, shown once."""
    if no_device and password_stdin:
        raise typer.BadParameter("--password-stdin is for the device that --no-device leaves out")
    change = ExtensionChange(
        ring_timeout_s=ring_timeout_s, voicemail=voicemail, voicemail_email=voicemail_email, language=language, codecs=codec_options.wanted(codecs)
    )
    number = extension.partition("@")[0]
    secret = None if no_device else new_secret.password(from_stdin=password_stdin, allow_weak=allow_weak, names=(number,))
    with session.changing(dry_run=dry_run) as connection:
        title, shown = _add(connection, extension, name, alias or [], change, secret)
    if shown is None and as_json:
        console.json({"login": None, "extension": title})
    if not as_json:
        console.done(f"added extension {title}", dry_run=dry_run)
    if shown is not None:
        new_secret.show(shown, as_json=as_json, dry_run=dry_run)


def _add(
    connection: Connection, text: str, name: str, aliases: list[str], change: ExtensionChange, secret: new_secret.NewSecret | None
) -> tuple[str, new_secret.Shown | None]:
    number, domain = keys.subject(connection, text)
    key = extensions.add(connection, domain, number, name)
    _require_voice(connection, change)
    if change != ExtensionChange():
        extensions.change(connection, key, change)
    for alias in aliases:
        extensions.add_alias(connection, key, alias)
    if secret is None:
        return key.title, None
    return key.title, new_secret.give_device(connection, devices.add(connection, key, number), secret)


@app.command("list")
def list_extensions(
    domain: DomainOption = None,
    limit: Annotated[int, typer.Option(min=0, help="At most so many; 0 = all.")] = 100,
    after: Annotated[str | None, typer.Option(metavar="NUMBER@DOMAIN", help="Only those that come after this one.")] = None,
    as_json: Json = False,
) -> None:
    """List extensions in the order of domain and number."""
    with session.reading() as connection:
        of = keys.domain(connection, domain) if domain else None
        number, of_after = keys.subject(connection, after if not of or "@" in after else f"{after}@{of.name}") if after else (None, None)
        page = Page(limit=limit or None, after_domain=of_after.name if of_after else None, after_number=number)
        found = extensions.listed(connection, of, page)
        count = extensions.count(connection, of)
    columns = ("number", "domain", "name", "enabled", "ring_timeout_s", "voicemail_enabled", "aliases", "devices")
    console.listing(found, columns, as_json=as_json, what="extensions")
    if len(found) == limit:
        console.note(f"{len(found)} of {count}; more with --after {found[-1].number}@{found[-1].domain} or --limit 0")


@app.command()
def show(extension: ExtensionName, as_json: Json = False) -> None:
    """Show one extension."""
    with session.reading() as connection:
        found = extensions.shown(connection, keys.extension(connection, extension))
    console.record(found, as_json=as_json)


@app.command("set")
def set_extension(
    extension: ExtensionName,
    name: Annotated[str | None, typer.Option(help="Whose it is.")] = None,
    ring_timeout_s: RingTimeout = None,
    voicemail: Voicemail = None,
    voicemail_email: Email = None,
    language: Language = None,
    codecs: Codecs = None,
    no_codecs: NoCodecs = False,
    dry_run: DryRun = False,
) -> None:
    """Change an extension."""
    wanted = ExtensionChange(
        name=name, ring_timeout_s=ring_timeout_s, voicemail=voicemail, voicemail_email=voicemail_email, language=language,
        codecs=codec_options.wanted(codecs, no_codecs=no_codecs),
    )  # fmt: skip
    lifecycle.require_change(wanted)
    with session.changing(dry_run=dry_run) as connection:
        _require_voice(connection, wanted)
        key = keys.extension(connection, extension)
        extensions.change(connection, key, wanted)
    console.done(f"changed extension {key.title}", dry_run=dry_run)


@alias_app.command("add")
def alias_add(extension: ExtensionName, alias: Alias, dry_run: DryRun = False) -> None:
    """Let an extension be dialled by another name as well."""
    with session.changing(dry_run=dry_run) as connection:
        key = keys.extension(connection, extension)
        extensions.add_alias(connection, key, alias)
    console.done(f"extension {key.title} is dialled as {alias} too", dry_run=dry_run)


@alias_app.command("remove")
def alias_remove(extension: ExtensionName, alias: Alias, dry_run: DryRun = False) -> None:
    """Take a name away from an extension."""
    with session.changing(dry_run=dry_run) as connection:
        key = keys.extension(connection, extension)
        if not extensions.remove_alias(connection, key, alias):
            others = ", ".join(extensions.shown(connection, key).aliases)
            raise keys.UnknownNameError(f"{key.title} has no alias {alias!r}; it has {others or 'none'}")
    console.done(f"extension {key.title} is no longer dialled as {alias}", dry_run=dry_run)


def _require_voice(connection: Connection, wanted: ExtensionChange) -> None:
    if wanted.language:
        keys.voice(connection, wanted.language)


def _switch(connection: Connection, name: str, enabled: bool) -> str:
    key = keys.extension(connection, name)
    extensions.change(connection, key, ExtensionChange(enabled=enabled))
    return key.title


def _delete(connection: Connection, name: str) -> str:
    key = keys.extension(connection, name)
    usage.refuse(connection, "extension", key.id, f"menus lead to extension {key.title}", "take that away with `r2a ivr option remove`")
    extensions.delete(connection, key)
    return key.title


def _owner(connection: Connection, name: str) -> tuple[Owner, str]:
    key = keys.extension(connection, name)
    return Owner(domain_id=key.domain_id, extension_id=key.id), key.title


lifecycle.add_switch(app, "extension", "NUMBER@DOMAIN", _switch)
lifecycle.add_delete(app, "extension", "NUMBER@DOMAIN", _delete)
directory_entries.add_commands(app, "NUMBER@DOMAIN", _owner)
