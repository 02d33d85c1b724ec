"""How each node is, how far it is with the changes, what it runs and what it should run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from r2a_admin.store import asking
from r2a_core.database import Connection

#: A worker that has not reported for longer is not there, in seconds.
LIVE_S = 15.0
#: More changes than this are not counted.
MOST_COUNTED = 10_000


@dataclass(frozen=True, slots=True)
class Standing:
    """A node known to cfg.node (enabled is not None), or that has reported (heartbeat_at is not None), or both.

    behind_s is the age of the oldest change that it has not applied; changes_behind is at most MOST_COUNTED.
    """

    name: str
    enabled: bool | None
    heartbeat_at: datetime | None
    heartbeat_age_s: float | None
    freeswitch_up: bool | None
    applied_revision: int | None
    newest_revision: int
    changes_behind: int
    behind_s: float
    last_error: str | None

    @property
    def live(self) -> bool:
        """Whether its worker is at work, and supposed to be."""
        return bool(self.enabled) and self.heartbeat_age_s is not None and self.heartbeat_age_s <= LIVE_S

    @property
    def behind(self) -> str:
        """How many changes it has not applied."""
        many = f"{self.changes_behind}{'+' if self.changes_behind == MOST_COUNTED else ''}"
        return f"{many} change{'' if self.changes_behind == 1 else 's'}"

    @property
    def state(self) -> str:
        """What a person should know first."""
        if self.enabled is None:
            return "unknown to cfg.node"
        if not self.enabled:
            return "disabled"
        if self.heartbeat_age_s is None:
            return "never seen"
        if not self.live:
            return f"worker silent for {self.heartbeat_age_s:.0f} s"
        return "up" if self.freeswitch_up else "FreeSWITCH away"

    @property
    def errors(self) -> list[str]:
        """What its worker says is wrong. A restart that somebody has to decide on is no error, nor is a replica that is about to catch up."""
        told = (self.last_error or "").split("; ")
        return [text for text in told if text and not text.startswith(("restart needed:", "the read port does not show yet"))]


@dataclass(frozen=True, slots=True)
class Details:
    """What a node runs (sofia: None = its worker has not said) and what it should run; a gateway registers on one node at a time."""

    name: str
    freeswitch_version: str | None
    sessions: int | None
    sofia: dict[str, Any] | None
    sofia_at: datetime | None
    restart_needed: list[dict[str, str]]
    profiles: list[str]
    gateways: list[dict[str, Any]]


def all_of_them(connection: Connection) -> list[Standing]:
    return asking.rows(connection, "standing_rows", Standing)


def details(connection: Connection) -> dict[str, Details]:
    """Return the details of every node by its name."""
    return {found.name: found for found in asking.rows(connection, "standing_details", Details)}


def wake_workers(connection: Connection) -> None:
    """Have every worker look for changes, once this is committed."""
    asking.execute(connection, "workers_wake")
