"""Reads registrations: from the event of one, and from FreeSWITCH's list of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from r2a_esl import sofia
from r2a_esl.replies import ReplyError

REGISTER = "sofia::register"
_ELEMENT = re.compile(r" {8}<([a-z-]+)>(.*)</\1>")
_FIRST, _LAST = "    <registration>", "    </registration>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """A contact that FreeSWITCH keeps: its AOR is user@host; username and realm are what was authenticated. All as the phone spelled it."""

    profile: str
    call_id: str
    user: str
    host: str
    username: str
    realm: str
    address: str

    @property
    def aor(self) -> str:
        return f"{self.user}@{self.host}"


def from_event(headers: Mapping[str, object]) -> Registration | None:
    """Return the registration that a sofia::register event tells of; None when the event does not say all of it."""
    names = ("profile-name", "call-id", "from-user", "from-host", "username", "realm")
    values = [value for name in names if isinstance(value := headers.get(name), str) and value]
    # A phone can make a header a list (a Call-ID that begins with ARRAY::): the list of registrations has it as it is.
    if len(values) < len(names):
        return None
    profile, call_id, user, host, username, realm = map(_clean, values)
    address = f"{headers.get('network-ip', '')}:{headers.get('network-port', '')}"
    return Registration(profile=profile, call_id=call_id, user=user, host=host, username=username, realm=realm, address=address)


def profiles(reply: str) -> list[str]:
    """Return the names of the running profiles in the reply to `sofia xmlstatus`; raise ReplyError."""
    return [one.name for one in sofia.profiles(reply)]


def listed(profile: str, reply: str) -> Iterator[Registration]:
    """Yield what is in the reply to `sofia xmlstatus profile X reg` (or `user`); raise ReplyError when it cannot be read to its end.

    It looks like XML and is none: Call-ID, user and realm stand in it as the phone sent them. No value holds a newline, so the line
    says what is what, and nobody's Call-ID passes for another registration.
    """
    lines = reply.rstrip().split("\n")
    if lines[-1] != "</profile>" or "  <registrations>" not in lines:
        raise ReplyError(f"the list of registrations of {profile} ends with {lines[-1][:80]!r}")
    found: dict[str, str] | None = None
    for line in lines[lines.index("  <registrations>") :]:
        if line == _FIRST:
            found = {}
        elif line == _LAST and found is not None:
            yield _registration(profile, found)
            found = None
        elif found is not None and (element := _ELEMENT.fullmatch(line)):
            found.setdefault(element[1], element[2])


def _registration(profile: str, found: Mapping[str, str]) -> Registration:
    user, at, host = found.get("user", "").rpartition("@")
    try:
        call_id, realm, username = found["call-id"], found["sip-auth-realm"], unquote(found["sip-auth-user"])
    except KeyError as error:
        raise ReplyError(f"a registration of {profile} has no {error}") from error
    if not at:
        raise ReplyError(f"a registration of {profile} has no user")
    address = f"{found.get('network-ip', '')}:{found.get('network-port', '')}"
    return Registration(
        profile=profile,
        call_id=_clean(call_id),
        user=_clean(user),
        host=_clean(host),
        username=_clean(username),
        realm=_clean(realm),
        address=address,
    )


def _clean(text: str) -> str:
    # PostgreSQL takes neither, and no name has one.
    return text.encode("utf-8", "replace").decode().replace("\0", "?")
