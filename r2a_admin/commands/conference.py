"""`r2a conference`: how conferences are run (profiles), and what the keys of their members do (controls)."""

from __future__ import annotations

from typing import Annotated

import typer

from r2a_admin import console, session
from r2a_admin.commands import conference_room, lifecycle
from r2a_admin.commands.options import DryRun, EntryName, EntryValue, Json
from r2a_admin.store import conferences, keys, usage
from r2a_core.database import Connection

app = typer.Typer(help="Conferences: rooms, their profiles and the keys of their members.", no_args_is_help=True)
profile_app = typer.Typer(help="How conferences are run; each room has a profile.", no_args_is_help=True)
param_app = typer.Typer(help="Parameters of a conference profile.", no_args_is_help=True)
control_app = typer.Typer(help="What keys do in a conference.", no_args_is_help=True)
app.add_typer(conference_room.app, name="room")
app.add_typer(profile_app, name="profile")
profile_app.add_typer(param_app, name="param")
app.add_typer(control_app, name="control")
Name = Annotated[str, typer.Argument(metavar="PROFILE")]
Group = Annotated[str, typer.Argument(metavar="GROUP", help="Profiles name the group whose keys hold in their rooms.")]
Digits = Annotated[str, typer.Argument(metavar="DIGITS", help="1 to 5 of the keys 0 to 9, * and #.")]
Moderators = Annotated[bool, typer.Option("--moderators", help="Those that only moderators have.")]


@profile_app.command("add")
def profile_add(
    name: Name,
    controls: Annotated[str | None, typer.Option(metavar="GROUP", help="Which keys members have; default: none.")] = None,
    dry_run: DryRun = False,
) -> None:
    """Add a conference profile without parameters; `r2a conference profile show default` shows useful ones."""
    with session.changing(dry_run=dry_run) as connection:
        key = conferences.add_profile(connection, name)
        if controls:
            conferences.set_controls(connection, key, _group(connection, controls))
    console.done(f"added conference profile {name}", dry_run=dry_run)


@profile_app.command("list")
def profile_list(as_json: Json = False) -> None:
    """List all conference profiles."""
    with session.reading() as connection:
        found = conferences.profiles(connection)
    console.listing(found, ("name", "control_group", "rooms", "params"), as_json=as_json, what="conference profiles")


@profile_app.command("show")
def profile_show(name: Name, as_json: Json = False) -> None:
    """Show one conference profile with its parameters."""
    with session.reading() as connection:
        (found,) = conferences.profiles(connection, keys.named(connection, "conference profile", name))
    console.record(found, as_json=as_json)


@profile_app.command("set")
def profile_set(
    name: Name,
    controls: Annotated[str, typer.Option(metavar="GROUP", help="Which keys members have; '' for none.")],
    dry_run: DryRun = False,
) -> None:
    """Give the members in rooms of the profile other keys."""
    with session.changing(dry_run=dry_run) as connection:
        key = keys.named(connection, "conference profile", name)
        conferences.set_controls(connection, key, _group(connection, controls) if controls else "")
    console.done(f"changed conference profile {name}", dry_run=dry_run)


@param_app.command("set")
def param_set(profile: Name, name: EntryName, value: EntryValue, dry_run: DryRun = False) -> None:
    """Give a conference profile a parameter, or another value."""
    with session.changing(dry_run=dry_run) as connection:
        conferences.put_param(connection, keys.named(connection, "conference profile", profile), name, value)
    console.done(f"param {name} of conference profile {profile} is {value}", dry_run=dry_run)


@param_app.command("remove")
def param_remove(profile: Name, name: EntryName, dry_run: DryRun = False) -> None:
    """Take a parameter of a conference profile away."""
    with session.changing(dry_run=dry_run) as connection:
        if not conferences.remove_param(connection, keys.named(connection, "conference profile", profile), name):
            raise keys.UnknownNameError(f"conference profile {profile} has no param {name!r}")
    console.done(f"conference profile {profile} has no param {name} any more", dry_run=dry_run)


@control_app.command("set")
def control_set(
    group: Group,
    digits: Digits,
    action: Annotated[str, typer.Argument(metavar="ACTION", help="Like mute, hangup, lock or 'vol talk up'.")],
    moderators: Moderators = False,
    dry_run: DryRun = False,
) -> None:
    """Let keys do something, in place of what they did; a group begins with its first key."""
    with session.changing(dry_run=dry_run) as connection:
        conferences.put_control(connection, group, digits, action, for_moderators=moderators)
    console.done(f"{digits} in {group} is {action}{' for moderators' if moderators else ''}", dry_run=dry_run)


@control_app.command("remove")
def control_remove(group: Group, digits: Digits, moderators: Moderators = False, dry_run: DryRun = False) -> None:
    """Take keys away."""
    whose = " for moderators" if moderators else ""
    with session.changing(dry_run=dry_run) as connection:
        if not conferences.remove_control(connection, group, digits, for_moderators=moderators):
            raise keys.UnknownNameError(f"there is no {digits} in {group}{whose}; `r2a conference control list` shows what there is")
    console.done(f"{digits} in {group} does nothing any more{whose}", dry_run=dry_run)


@control_app.command("list")
def control_list(group: Annotated[str | None, typer.Argument(metavar="[GROUP]", help="Only of this group.")] = None, as_json: Json = False) -> None:
    """List keys, what they do, and the profiles in which they do it."""
    with session.reading() as connection:
        found = conferences.controls(connection, _group(connection, group) if group else None)
    console.listing(found, ("group", "digits", "action", "for_moderators", "profiles"), as_json=as_json, what="keys")


def _group(connection: Connection, name: str) -> str:
    """Return `name`; raise UnknownNameError when no key is in a group of that name."""
    groups = conferences.control_groups(connection)
    if name not in groups:
        raise keys.UnknownNameError(f"there are no keys called {name!r}, but {', '.join(groups) or 'none'}; `r2a conference control set` adds some")
    return name


def _delete(connection: Connection, name: str) -> str:
    key = keys.named(connection, "conference profile", name)
    remedy = "give them another with `r2a conference room set --profile`"
    usage.refuse(connection, "conference_profile", key.id, f"conference profile {name} is used by rooms", remedy)
    conferences.delete_profile(connection, key)
    return key.name


lifecycle.add_delete(profile_app, "conference profile", "PROFILE", _delete)
