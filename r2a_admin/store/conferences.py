"""Conference profiles, the keys that members have, and rooms."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from r2a_admin.store import asking, refusals
from r2a_admin.store.keys import Key
from r2a_core.database import Connection

#: Takes a PIN away from a room.
NO_PIN = b""


@dataclass(frozen=True, slots=True)
class Room:
    """A room as it is shown; its PINs are not. members_max None = no limit."""

    number: str
    domain: str
    name: str
    enabled: bool
    profile: str
    pin_set: bool
    moderator_pin_set: bool
    members_max: int | None
    advertised: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomChange:
    """What to change; None leaves it, NO_PIN or 0 members removes it."""

    name: str | None = None
    enabled: bool | None = None
    conference_profile_id: int | None = None
    pin_sealed: bytes | None = None
    moderator_pin_sealed: bytes | None = None
    members_max: int | None = None
    advertised: bool | None = None


@dataclass(frozen=True, slots=True)
class ConferenceProfile:
    """A conference profile as it is shown; control_group None = members can only hang up."""

    name: str
    control_group: str | None
    rooms: int
    params: list[dict[str, object]]


@dataclass(frozen=True, slots=True)
class Control:
    """What keys do in the profiles that use their group."""

    group: str
    digits: str
    action: str
    for_moderators: bool
    profiles: list[str]


def rooms(connection: Connection, domain: Key | None = None, only: Key | None = None) -> list[Room]:
    values = {"id": only.id if only else None, "domain_id": domain.id if domain else None}
    return asking.rows(connection, "conference_room_rows", Room, values)


def add_room(connection: Connection, domain: Key, number: str, name: str, profile: Key) -> Key:
    """Add a room; raise StoreRefused when the number is taken by a room, or not one."""
    values = {"domain_id": domain.id, "number": number, "name": name, "conference_profile_id": profile.id}
    with refusals.within(domain.name):
        return asking.added(connection, "conference_room_add", Key, values)


def change_room(connection: Connection, key: Key, wanted: RoomChange) -> None:
    asking.execute(connection, "conference_room_set", {**asdict(wanted), "id": key.id})


def delete_room(connection: Connection, key: Key) -> None:
    asking.execute(connection, "conference_room_delete", {"id": key.id})


def profiles(connection: Connection, only: Key | None = None) -> list[ConferenceProfile]:
    return asking.rows(connection, "conference_profile_rows", ConferenceProfile, {"id": only.id if only else None})


def add_profile(connection: Connection, name: str) -> Key:
    return asking.added(connection, "conference_profile_add", Key, {"name": name})


def set_controls(connection: Connection, key: Key, group: str) -> None:
    """Give the members in rooms of the profile the keys of `group`; empty = none."""
    asking.execute(connection, "conference_profile_set", {"id": key.id, "control_group": group})


def delete_profile(connection: Connection, key: Key) -> None:
    asking.execute(connection, "conference_profile_delete", {"id": key.id})


def put_param(connection: Connection, key: Key, name: str, value: str) -> None:
    asking.execute(connection, "conference_profile_param_put", {"id": key.id, "name": name, "value": value})


def remove_param(connection: Connection, key: Key, name: str) -> bool:
    """Take the parameter away and return whether it was there."""
    return asking.execute(connection, "conference_profile_param_remove", {"id": key.id, "name": name}) > 0


def controls(connection: Connection, group: str | None = None) -> list[Control]:
    return asking.rows(connection, "conference_control_rows", Control, {"group": group})


def control_groups(connection: Connection) -> list[str]:
    return asking.rows(connection, "conference_control_groups", str)


def put_control(connection: Connection, group: str, digits: str, action: str, *, for_moderators: bool) -> None:
    values = {"group": group, "digits": digits, "action": action, "for_moderators": for_moderators}
    asking.execute(connection, "conference_control_put", values)


def remove_control(connection: Connection, group: str, digits: str, *, for_moderators: bool) -> bool:
    """Take the keys away and return whether they were there."""
    return asking.execute(connection, "conference_control_remove", {"group": group, "digits": digits, "for_moderators": for_moderators}) > 0
