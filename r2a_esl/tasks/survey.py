"""survey: says what the running FreeSWITCH has, for whoever compares it with the configuration. No password is among it."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from r2a_esl import sofia
from r2a_esl.changes.commands import not_there
from r2a_esl.eviction import argument as quoted
from r2a_esl.sofia import GatewayStatus
from r2a_esl.switch import Switch
from r2a_esl.tasks.kinds import Patience, Result, TaskFailedError

#: How many addresses may be asked about; each is a command.
MAX_PROBES = 2000
_MAX_NAME = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """The kind survey."""

    switch: Switch
    patience: Patience

    def __call__(self, argument: Mapping[str, Any]) -> Result:
        """Look; raise TaskFailedError, LinkError or ReplyError."""
        probes = _probes(argument.get("acl_probes"))
        status = self.switch.sighting.status
        if status is None:
            raise TaskFailedError("FreeSWITCH is away")
        profiles, gateways = self._sofia()
        acl = [self._probe(name, address) for name, address in probes]
        return {"freeswitch": status.version, "core_uuid": status.core_uuid, "profiles": profiles, "gateways": gateways, "acl": acl}

    def _sofia(self) -> tuple[list[Result], list[Result]]:
        running = self.switch.api("sofia xmlstatus")
        if not_there(running):
            return [], []
        profiles: list[Result] = []
        for one in sofia.profiles(running):
            reply = self.switch.api(f"sofia xmlstatus profile {quoted(one.name)}")
            # It may have been stopped since.
            if not reply.startswith("Invalid Profile"):
                profiles.append({"name": one.name, "state": one.state, "calls": one.calls, "settings": sofia.settings(reply)})
        return profiles, [_gateway(one) for one in sofia.gateways(self.switch.api("sofia xmlstatus gateway"))]

    def _probe(self, name: str, address: str) -> Result:
        self.patience.check()
        reply = self.switch.api(f"acl {address} {quoted(name)}").strip()
        if reply not in ("true", "false"):
            raise TaskFailedError(f"`acl {address} {name}` answered {reply[:80]!r}")
        return {"list": name, "address": address, "allowed": reply == "true"}


def _gateway(one: GatewayStatus) -> Result:
    named = {"profile": one.profile, "name": one.name, "state": one.state, "ping": one.ping}
    # mod_sofia calls a gateway that never registers NOREG, and no other so.
    return {**one.told, **named, "register": one.state != "NOREG", "transport": one.transport}


def _probes(given: object) -> list[tuple[str, str]]:
    if given is None:
        return []
    if not isinstance(given, list) or len(given) > MAX_PROBES:
        raise TaskFailedError(f"acl_probes should be at most {MAX_PROBES} pairs of a list's name and an address")
    return [_pair(pair) for pair in given]


def _pair(pair: object) -> tuple[str, str]:
    match pair:
        case [str(name), str(address)] if 0 < len(name) <= _MAX_NAME and name.isprintable():
            try:
                return name, str(ipaddress.ip_address(address))
            except ValueError as error:
                raise TaskFailedError(f"acl_probes has {address[:60]!r}, which is no address") from error
    raise TaskFailedError(f"acl_probes has {str(pair)[:80]!r} where a list's name and an address should be")
