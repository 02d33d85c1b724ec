"""Conference profiles, keys and rooms -> conference.conf (mod_conference.c, conference_member.c)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from r2a_xml.builders.configuration.tree import configuration
from r2a_xml.builders.document import Element
from r2a_xml.builders.elements import element, param
from r2a_xml.builders.space import Space
from r2a_xml.store.application_rows import ConferenceControl, ConferenceProfile, ConferenceRoom

#: Behind a group's name: the keys of its moderators. No group can be called so (cfg.token has no plus).
MODERATORS = "+moderators"

#: What mod_conference takes for "no keys"; without the param it would look for a group called default.
_NO_CONTROLS = "none"


def profile(row: ConferenceProfile, room: Mapping[str, str]) -> Element:
    """Return conference.conf as a caller who joins needs it: the profile, and the params of its `room` (PINs in clear, limits)."""
    root, conf = configuration("conference.conf")
    _profile(element(conf, "profiles"), row, room)
    return root


def controls(groups: Mapping[str, Mapping[str, str]]) -> Element:
    """Return conference.conf with the keys of `groups`, as groups() makes them."""
    root, conf = configuration("conference.conf")
    _controls(conf, groups)
    return root


def rooms(rows: Iterable[ConferenceRoom]) -> tuple[Element, int]:
    """Return (conference.conf with the rooms that phones watch, how many were too many for it)."""
    root, conf = configuration("conference.conf")
    return root, _advertise(conf, rows, Space())


def everything(
    profiles: Iterable[ConferenceProfile], groups: Mapping[str, Mapping[str, str]], rows: Iterable[ConferenceRoom]
) -> tuple[Element, int]:
    """Return (conference.conf whole, how many of the watched rooms were too many for it). PINs are in no answer but a room's own."""
    root, conf = configuration("conference.conf")
    space = Space()
    tag = element(conf, "profiles")
    for row in profiles:
        space.keep(_profile(tag, row, {}))
    space.keep(_controls(conf, groups))
    return root, _advertise(conf, rows, space)


def groups(rows: Iterable[ConferenceControl]) -> dict[str, dict[str, str]]:
    """Return {group: {digits: action}}; a group's moderators have a group of their own: everybody's keys, and theirs in front of them."""
    made: dict[str, dict[str, str]] = {}
    for row in sorted(rows, key=lambda row: (row.group, row.for_moderators)):
        if not row.for_moderators:
            made.setdefault(row.group, {})[row.digits] = row.action
        else:
            made.setdefault(row.group + MODERATORS, dict(made.get(row.group, {})))[row.digits] = row.action
    return made


def _profile(parent: Element, row: ConferenceProfile, room: Mapping[str, str]) -> Element:
    tag = element(parent, "profile", name=row.name)
    group = row.control_group or ""
    own = {"caller-controls": group if row.controls else _NO_CONTROLS}
    if row.moderator_controls:
        own["moderator-controls"] = group + MODERATORS
    # The last one counts in FreeSWITCH: nothing of the profile can stand behind a PIN.
    for name, value in {**(row.params or {}), **own, **room}.items():
        param(tag, name, value)
    return tag


def _controls(conf: Element, groups: Mapping[str, Mapping[str, str]]) -> Element:
    parent = element(conf, "caller-controls")
    for name, keys in groups.items():
        group = element(parent, "group", name=name)
        for digits, action in keys.items():
            element(group, "control", action=action, digits=digits)
    return parent


def _advertise(conf: Element, rows: Iterable[ConferenceRoom], space: Space) -> int:
    parent = element(conf, "advertise")
    for row in rows:
        # As mod_conference calls the room itself once somebody is in it, with what it says of one where nobody is.
        space.keep(element(parent, "room", name=f"{row.number}-{row.domain}@{row.domain}", status="Inactive"))
    return space.left_out
