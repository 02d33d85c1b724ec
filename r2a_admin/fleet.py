"""What a person or a monitor wants to know of the nodes: how each is, how far it is, what does not run on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from r2a_admin.store.standings import MOST_COUNTED, Details, Standing
from r2a_core.logs import one_line

#: States in which a gateway does what it is for: it is registered, or need not be (mod_sofia).
_GATEWAY_UP = ("REGED", "NOREG")


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeState:
    """A node as `r2a nodes` shows it. What runs is None while nobody knows: FreeSWITCH is away, or its worker."""

    name: str
    state: str
    live: bool
    heartbeat_age_s: int | None
    applied_revision: int | None
    newest_revision: int
    changes_behind: int
    behind_s: int
    freeswitch_version: str | None
    sessions: int | None
    profiles: list[str]
    profiles_running: list[str] | None
    gateways: list[str]
    gateways_up: list[str] | None
    gateways_down: list[dict[str, str]]
    restart_needed: list[dict[str, str]]
    errors: list[str]

    @property
    def behind(self) -> str:
        """How far it is behind, in a few characters."""
        if self.applied_revision == 0:
            return "everything"
        many = f"{self.changes_behind}{'+' if self.changes_behind == MOST_COUNTED else ''}"
        return f"{many}, {self.behind_s} s" if self.changes_behind else "0"

    @property
    def notes(self) -> list[str]:
        """What is not as it should be, a sentence each."""
        missing = [] if self.profiles_running is None else [name for name in self.profiles if name not in self.profiles_running]
        told = [f"profile {name} does not run" for name in missing]
        told += [f"gateway {gateway['name']} of {gateway['profile']}: {gateway['state']}" for gateway in self.gateways_down]
        told += [f"restart needed: profile {need['profile']}: {need['why']}" for need in self.restart_needed]
        return [one_line(text) for text in [*told, *self.errors]]

    def alarms(self, behind_s: float) -> list[str]:
        """Return what a monitor should wake somebody for; a node that is `behind_s` behind or less is not behind."""
        if self.live:
            told = [] if self.state == "up" else [self.state]
            told += [f"{self.behind} behind"] if self.changes_behind and self.behind_s > behind_s else []
            return told + [one_line(text) for text in self.errors]
        # Its FreeSWITCH may well serve calls, with whatever it last heard of.
        return [self.state] if self.state.startswith("worker silent") else []


def states(standings: Iterable[Standing], details: Mapping[str, Details]) -> list[NodeState]:
    """Put together what is known of each node."""
    return [_state(one, details[one.name]) for one in standings if one.name in details]


def _state(one: Standing, more: Details) -> NodeState:
    known = more.sofia if one.freeswitch_up else None
    return NodeState(
        name=one.name,
        state=one.state,
        live=one.live,
        heartbeat_age_s=None if one.heartbeat_age_s is None else round(one.heartbeat_age_s),
        applied_revision=one.applied_revision,
        newest_revision=one.newest_revision,
        changes_behind=0 if one.applied_revision is None else one.changes_behind,
        behind_s=0 if one.applied_revision is None else round(one.behind_s),
        freeswitch_version=more.freeswitch_version,
        sessions=more.sessions,
        profiles=more.profiles,
        profiles_running=None if known is None else sorted(found["name"] for found in known.get("profiles", ()) if found.get("state") == "RUNNING"),
        gateways=[gateway["name"] for gateway in more.gateways],
        gateways_up=None if known is None else [gateway["name"] for gateway in more.gateways if _trouble(gateway, known) is None],
        gateways_down=[] if known is None else list(_down(more, known)),
        restart_needed=more.restart_needed,
        errors=one.errors,
    )


def _down(more: Details, known: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    for gateway in more.gateways:
        if state := _trouble(gateway, known):
            yield {"name": gateway["name"], "profile": gateway["profile"], "state": state}


def _trouble(gateway: Mapping[str, Any], sofia: Mapping[str, list[dict[str, str]]]) -> str | None:
    """Return the state of a gateway that does not work, or None."""
    for found in sofia.get("gateways", ()):
        if (found.get("profile"), found.get("name")) == (gateway["profile"], gateway["name"]):
            if found.get("state") not in _GATEWAY_UP:
                return str(found.get("state"))
            if gateway["registers"] and found.get("state") == "NOREG":
                return "is to register here, and does not"
            return "does not answer pings" if found.get("ping") == "DOWN" else None
    return "not there"
