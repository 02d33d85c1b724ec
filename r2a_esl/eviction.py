"""Removes one registration from FreeSWITCH, and nothing else.

`flush_inbound_reg` takes a Call-ID, which the phone chose. It removes what has that Call-ID and also what is registered for it as an AOR
(1001@pbx.example.com) or, without @, for it as a host; `reboot` as Call-ID removes everything. So FreeSWITCH is first asked
what else would go; if anything, mod_sofia is told another way, which goes by Call-ID alone. Neither sends the phone anything; the flush
closes a TCP or WebSocket connection that FreeSWITCH keeps for the registration.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from typing import Protocol

from r2a_core.errors import R2aError
from r2a_esl.registrations import Registration, listed

#: How long a removal may take to be seen, in seconds.
SEEN_WITHIN_S = 0.5
#: A Call-ID longer than this (a phone may send 60 kB) is not repeated in a command.
MAX_ARGUMENT = 2000
_LOOK_S = 0.05
_ESCAPES = str.maketrans({"\\": "\\\\", "'": "\\'", " ": "\\s", "\n": "\\n", "\r": "\\r", "\t": "\\t"})
#: With `reload` somewhere else in it, FreeSWITCH takes any command that names this module for `reload mod_event_socket`.
_RELOAD = re.compile("(mod_event)(_socket)", re.IGNORECASE)


class EvictionError(R2aError):
    """FreeSWITCH did not do what was asked; the text says what."""


class Commands(Protocol):
    """What is needed of the command connection; both raise LinkError."""

    def api(self, command: str) -> str: ...

    def send_event(self, headers: Mapping[str, str]) -> None: ...


def argument(text: str) -> str:
    """Return `text` so that FreeSWITCH reads it as one argument of an api command; raise EvictionError for what it cannot be told."""
    quoted = _RELOAD.sub(r"\1''\2", text.translate(_ESCAPES))
    if not _can_say(text):
        raise EvictionError("a name that is empty, too long, or has characters that a command cannot carry")
    return quoted


def _can_say(text: str) -> bool:
    return 0 < len(text) <= MAX_ARGUMENT and text.translate(_ESCAPES).isprintable()


def evict(commands: Commands, registration: Registration) -> bool:
    """Remove `registration`; return False when it was gone already. Raise EvictionError or LinkError when it may still be there."""
    if not _stands(commands, registration):
        return False
    # First: otherwise the phone is let in again, from the kept copy, before this is over.
    flushed = commands.api(f"xml_flush_cache id {argument(registration.username)} {argument(registration.realm)}")
    if not flushed.startswith("+OK"):
        raise EvictionError(f"`xml_flush_cache` answered {flushed.strip()[:80]!r}")
    _remove(commands, registration)
    ends_at = time.monotonic() + SEEN_WITHIN_S
    while _stands(commands, registration):
        if time.monotonic() >= ends_at:
            raise EvictionError("the registration is still there")
        time.sleep(_LOOK_S)
    return True


def _at(commands: Commands, profile: str, place: str) -> list[Registration]:
    return list(listed(profile, commands.api(f"sofia xmlstatus profile {argument(profile)} user {argument(place)}")))


def _key(registration: Registration) -> tuple[str, ...]:
    # Without the address: behind NAT the next packet may come from another port.
    return (registration.call_id, registration.user, registration.host, registration.username, registration.realm)


def _stands(commands: Commands, registration: Registration) -> bool:
    return _key(registration) in map(_key, _at(commands, registration.profile, registration.aor))


def _remove(commands: Commands, registration: Registration) -> None:
    if not _can_say(registration.call_id):
        # The AOR's rightful phones go with it, until they register again.
        _flush(commands, registration.profile, registration.aor)
    elif _flush_hits_others(commands, registration):
        _unregister(commands, registration)
    else:
        _flush(commands, registration.profile, registration.call_id)


def _flush(commands: Commands, profile: str, what: str) -> None:
    done = commands.api(f"sofia profile {argument(profile)} flush_inbound_reg {argument(what)}")
    if not done.startswith("+OK"):
        raise EvictionError(f"`flush_inbound_reg` answered {done.strip()[:80]!r}")


def _flush_hits_others(commands: Commands, registration: Registration) -> bool:
    if registration.call_id.lower() == "reboot":
        return True
    return any(one.call_id != registration.call_id for one in _at(commands, registration.profile, registration.call_id))


def _unregister(commands: Commands, registration: Registration) -> None:
    """Remove by Call-ID alone, the way mod_sofia hears from another node that a phone has gone."""
    told = {
        "Event-Subclass": "multicast::event",
        "orig-event-subclass": "sofia::unregister",
        "orig-profile-name": registration.profile,
        "orig-from-user": registration.user,
        "orig-from-host": registration.host,
        "orig-call-id": registration.call_id,
    }
    commands.send_event(told)
