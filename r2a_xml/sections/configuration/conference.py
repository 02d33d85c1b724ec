"""conference.conf: what a caller joins, the keys he then has, and which rooms are watched. A room is never served without its PIN."""

from __future__ import annotations

import logging
import re

from r2a_core.logs import fields
from r2a_core.sealing import SealingError
from r2a_xml.builders.configuration import conference as build
from r2a_xml.builders.document import Element
from r2a_xml.request import Configuration
from r2a_xml.sections.context import Answer, Context
from r2a_xml.store import application_rows, questions

log = logging.getLogger("r2a_xml.conference")

#: A room is called NUMBER-DOMAIN; whatever looks like one has to be one, or a room that was disabled would go on without its PIN.
_ROOM = re.compile(r"([0-9]{2,15})-(.+)\Z")
#: Longer than any that can be typed in, and mod_conference has 80 bytes for it. It takes an empty one for none.
_PIN = re.compile(r"[0-9]{1,32}\Z")


def answer(request: Configuration, context: Context) -> Answer:
    if request.conference:
        return _join(request, context)
    if request.controls:
        group = request.controls.removesuffix(build.MODERATORS)
        groups = build.groups(questions.conference_group_controls(context.database, group))
        return build.controls({request.controls: groups[request.controls]}) if request.controls in groups else None
    rooms = questions.conference_rooms(context.database)
    if request.presence:
        return _whole(build.rooms(rooms))
    groups = build.groups(questions.conference_controls(context.database))
    return _whole(build.everything(questions.conference_profiles(context.database), groups, rooms))


def _join(request: Configuration, context: Context) -> Answer:
    room = _ROOM.match(request.conference)
    number, domain = room.groups() if room else ("", "")
    row = questions.conference_join(context.database, request.conference_profile, number, domain)
    if row is None or (room and row.room_number is None):
        about = fields(conference=request.conference, profile=request.conference_profile, reason="no such profile" if row is None else "no such room")
        log.info("no conference", extra=about)
        return None
    try:
        return build.profile(row, _room(row, context))
    except SealingError as error:
        log.error("conference closed: it has a PIN that cannot be asked for", extra=fields(conference=request.conference, reason=error))
        return None


def _room(row: application_rows.ConferenceJoin, context: Context) -> dict[str, str]:
    params = {}
    for name, sealed in (("pin", row.pin_sealed), ("moderator-pin", row.moderator_pin_sealed)):
        if sealed is not None:
            params[name] = _pin(context.settings.sealing.open(sealed))
    if row.members_max is not None:
        params["max-members"] = str(row.members_max)
    return params


def _pin(clear: str) -> str:
    if not _PIN.match(clear):
        raise SealingError("it is not 1 to 32 digits; set it again")
    return clear


def _whole(made: tuple[Element, int]) -> Element:
    root, left_out = made
    if left_out:
        log.error("conference.conf is larger than FreeSWITCH takes; the last rooms will not show on phones", extra=fields(left_out=left_out))
    return root
