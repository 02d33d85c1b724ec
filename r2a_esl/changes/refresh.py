"""Brings FreeSWITCH up to date as a whole: what single changes would have said is found by comparing.

A rescan neither changes nor removes a gateway, so those that run are held against those that should. What FreeSWITCH shows of a gateway is
compared; a password and the like it does not show. So when changes were missed every gateway is replaced: one registration more at its carrier,
and for about a second no calls from there, against a trunk that is wrong and nobody knows. Otherwise nothing was missed, and only those go that
differ. Calls in progress stay either way.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from r2a_esl import sofia
from r2a_esl.changes import commands
from r2a_esl.changes.commands import FLUSH_ALL, RELOAD_ACL, Name, not_there
from r2a_esl.changes.known import Known
from r2a_esl.changes.plan import Plan
from r2a_esl.changes.sender import Commands
from r2a_esl.replies import ReplyError
from r2a_esl.sofia import GatewayStatus

log = logging.getLogger("r2a_esl.changes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trunk:
    """A gateway that this node should have, as the configuration says; shown: what FreeSWITCH then shows of it."""

    profile: str
    name: str
    transport: str
    shown: Mapping[str, str]


def full_refresh(known: Known, wanted: Iterable[Trunk], running: Iterable[GatewayStatus] | None, *, missed: bool) -> Plan:
    """Return what brings FreeSWITCH up to date of which nothing is known; running None = its gateways are not known either.

    missed: changes may have been lost that nothing shows.
    """
    profiles = set(known.profiles.values())
    should = {(trunk.profile, trunk.name): trunk for trunk in wanted if trunk.profile in profiles}
    homes = {name: profile for profile, name in should}
    killed: dict[str, set[Name]] = defaultdict(set)
    for gateway in running or ():
        trunk = should.get((gateway.profile, gateway.name))
        if trunk is None or missed or differs(trunk, gateway):
            # With the rescan of the profile that has it afterwards: names of gateways are one list for all profiles.
            killed[homes.get(gateway.name, gateway.profile)].add((gateway.profile, gateway.name))
    replaced = [commands.replace_gateways(profile, names, rescans=profile in profiles) for profile, names in sorted(killed.items())]
    rescans = [commands.rescan(profile) for profile in sorted(profiles - set(killed))]
    return Plan(commands=(FLUSH_ALL, *replaced, *rescans, RELOAD_ACL), notes=(), remarks=())


def running_gateways(switch: Commands) -> list[GatewayStatus] | None:
    """Return the gateways that FreeSWITCH has, None when it says nothing that can be read; raise LinkError."""
    reply = switch.api("sofia xmlstatus gateway")
    if not_there(reply):
        return []
    try:
        return sofia.gateways(reply)
    except ReplyError as error:
        log.error("gateways that should not be there are not looked for: %s", error)
        return None


def differs(trunk: Trunk, running: GatewayStatus) -> bool:
    """Return whether FreeSWITCH shows something else of `running` than it would of `trunk`. Whether it registers is no matter: that moves."""
    if running.transport is not None and running.transport != trunk.transport:
        return True
    return any(running.told.get(name, value) != value for name, value in trunk.shown.items())
