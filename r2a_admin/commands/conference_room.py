"""`r2a conference room`: numbers under which people meet."""

from __future__ import annotations

from typing import Annotated

import typer

from r2a_admin import console, credentials, session
from r2a_admin.commands import lifecycle, new_secret
from r2a_admin.commands.options import AllowWeak, DomainOption, DryRun, Json, RoomName
from r2a_admin.store import conferences, keys
from r2a_admin.store.conferences import NO_PIN, RoomChange
from r2a_core.database import Connection

#: So many digits of a PIN at most reach FreeSWITCH.
LONGEST_PIN = 32

app = typer.Typer(help="Conference rooms: numbers under which people meet.", no_args_is_help=True)
Title = Annotated[str | None, typer.Option("--name", help="What it is called.")]
Profile = Annotated[str | None, typer.Option(metavar="PROFILE", help="How it is run; `r2a conference profile list`. Default: default.")]
WHY_STDIN = "from standard input. (As an argument it would stand in `ps` and the shell's history.)"
PinStdin = Annotated[bool, typer.Option("--pin-stdin", help=f"Read the PIN {WHY_STDIN}")]
ModeratorStdin = Annotated[bool, typer.Option("--moderator-pin-stdin", help="Read the moderators' PIN there; with --pin-stdin from the second line.")]
MembersMax = Annotated[int | None, typer.Option("--members-max", help="How many may be in it, 2 to 1000; 0 = no limit.")]
Advertised = Annotated[bool | None, typer.Option("--advertised/--not-advertised", help="Whether phones see it as a busy lamp.")]


@app.command()
def add(
    room: RoomName,
    name: Title = None,
    profile: Profile = None,
    pin_stdin: PinStdin = False,
    moderator_pin_stdin: ModeratorStdin = False,
    allow_weak: AllowWeak = False,
    members_max: MembersMax = None,
    advertised: Advertised = None,
    dry_run: DryRun = False,
) -> None:
    """Add a conference room. Its PINs are sealed with R2A_SECRET_KEY before they are stored."""
    number = room.partition("@")[0]
    pin, moderator_pin = _sealed(number, pin=pin_stdin, moderator_pin=moderator_pin_stdin, allow_weak=allow_weak)
    wanted = RoomChange(pin_sealed=pin, moderator_pin_sealed=moderator_pin, members_max=members_max, advertised=advertised)
    with session.changing(dry_run=dry_run) as connection:
        number, domain = keys.subject(connection, room)
        used = keys.named(connection, "conference profile", profile or "default")
        conferences.change_room(connection, conferences.add_room(connection, domain, number, name or f"Conference {number}", used), wanted)
    console.done(f"added conference room {number}@{domain.name}", dry_run=dry_run)


@app.command("list")
def list_rooms(domain: DomainOption = None, as_json: Json = False) -> None:
    """List conference rooms."""
    with session.reading() as connection:
        found = conferences.rooms(connection, keys.domain(connection, domain) if domain else None)
    columns = ("number", "domain", "name", "enabled", "profile", "pin_set", "moderator_pin_set", "members_max", "advertised")
    console.listing(found, columns, as_json=as_json, what="conference rooms")


@app.command()
def show(room: RoomName, as_json: Json = False) -> None:
    """Show one conference room; its PINs are not shown to anybody."""
    with session.reading() as connection:
        (found,) = conferences.rooms(connection, only=keys.within(connection, "conference room", room)[0])
    console.record(found, as_json=as_json)


@app.command("set")
def set_room(
    room: RoomName,
    name: Title = None,
    profile: Profile = None,
    pin_stdin: PinStdin = False,
    no_pin: Annotated[bool, typer.Option("--no-pin", help="Let everybody in.")] = False,
    moderator_pin_stdin: ModeratorStdin = False,
    no_moderator_pin: Annotated[bool, typer.Option("--no-moderator-pin", help="No PIN for moderators.")] = False,
    allow_weak: AllowWeak = False,
    members_max: MembersMax = None,
    advertised: Advertised = None,
    dry_run: DryRun = False,
) -> None:
    """Change a conference room."""
    if (pin_stdin and no_pin) or (moderator_pin_stdin and no_moderator_pin):
        raise typer.BadParameter("give a PIN or take it away, not both")
    pin, moderator_pin = _sealed(room.partition("@")[0], pin=pin_stdin, moderator_pin=moderator_pin_stdin, allow_weak=allow_weak)
    wanted = RoomChange(
        name=name, pin_sealed=NO_PIN if no_pin else pin, moderator_pin_sealed=NO_PIN if no_moderator_pin else moderator_pin,
        members_max=members_max, advertised=advertised,
    )  # fmt: skip
    if profile is None:
        lifecycle.require_change(wanted)
    with session.changing(dry_run=dry_run) as connection:
        key, domain = keys.within(connection, "conference room", room)
        if profile is not None:
            used = keys.named(connection, "conference profile", profile)
            conferences.change_room(connection, key, RoomChange(conference_profile_id=used.id))
        conferences.change_room(connection, key, wanted)
    console.done(f"changed conference room {key.name}@{domain.name}", dry_run=dry_run)


def _sealed(number: str, *, pin: bool, moderator_pin: bool, allow_weak: bool) -> tuple[bytes | None, bytes | None]:
    """Return (PIN, moderators' PIN), sealed, from standard input; None for one that is not wanted. Raises SecretRefusedError."""
    everybodys = _read("PIN", number, allow_weak=allow_weak) if pin else None
    moderators = _read("moderators' PIN", number, allow_weak=allow_weak) if moderator_pin else None
    if everybodys and everybodys == moderators:
        raise credentials.SecretRefusedError("the moderators' PIN equals the PIN: everybody would be a moderator")
    key = session.sealing_key() if everybodys or moderators else None
    return (key.seal(everybodys) if key and everybodys else None, key.seal(moderators) if key and moderators else None)


def _read(what: str, number: str, *, allow_weak: bool) -> str:
    pin = new_secret.pin(from_stdin=True, allow_weak=allow_weak, number=number, what=what).text
    if len(pin) > LONGEST_PIN:
        raise credentials.SecretRefusedError(f"the {what} on standard input is longer than {LONGEST_PIN} digits")
    return pin


def _switch(connection: Connection, name: str, enabled: bool) -> str:
    key, domain = keys.within(connection, "conference room", name)
    conferences.change_room(connection, key, RoomChange(enabled=enabled))
    return f"{key.name}@{domain.name}"


def _delete(connection: Connection, name: str) -> str:
    key, domain = keys.within(connection, "conference room", name)
    conferences.delete_room(connection, key)
    return f"{key.name}@{domain.name}"


lifecycle.add_switch(app, "conference room", "NUMBER@DOMAIN", _switch)
lifecycle.add_delete(app, "conference room", "NUMBER@DOMAIN", _delete)
