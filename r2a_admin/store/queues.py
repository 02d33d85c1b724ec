"""Queues, and the agents that sit in them."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from r2a_admin.store import asking, refusals
from r2a_admin.store.keys import AgentKey, Key
from r2a_core.database import Connection

#: Lets a queue play what its node plays to everybody.
DEFAULT_MUSIC = 0


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue as it is shown; moh None = the node's default music, each member is number, level and position."""

    name: str
    domain: str
    enabled: bool
    strategy: str
    moh: str | None
    time_base: str
    max_wait_s: int
    max_wait_no_agent_s: int
    max_wait_no_agent_reached_s: int
    tier_rules: bool
    tier_wait_s: int
    tier_wait_multiplies: bool
    tier_skips_without_agent: bool
    discard_abandoned_s: int
    abandoned_resume: bool
    announce_sound: str | None
    announce_s: int | None
    members: list[dict[str, object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueChange:
    """What to change; None leaves it, DEFAULT_MUSIC or an empty announcement removes it."""

    enabled: bool | None = None
    strategy: str | None = None
    moh_class_id: int | None = None
    time_base: str | None = None
    max_wait_s: int | None = None
    max_wait_no_agent_s: int | None = None
    max_wait_no_agent_reached_s: int | None = None
    tier_rules: bool | None = None
    tier_wait_s: int | None = None
    tier_wait_multiplies: bool | None = None
    tier_skips_without_agent: bool | None = None
    discard_abandoned_s: int | None = None
    abandoned_resume: bool | None = None
    announce_sound: str | None = None
    announce_s: int | None = None


def listed(connection: Connection, domain: Key | None = None, only: Key | None = None) -> list[Queue]:
    values = {"id": only.id if only else None, "domain_id": domain.id if domain else None}
    return asking.rows(connection, "queue_rows", Queue, values)


def add(connection: Connection, domain: Key, name: str) -> Key:
    """Add a queue; raise StoreRefused when there is one of that name."""
    with refusals.within(domain.name):
        return asking.added(connection, "queue_add", Key, {"domain_id": domain.id, "name": name})


def change(connection: Connection, key: Key, wanted: QueueChange) -> None:
    asking.execute(connection, "queue_set", {**asdict(wanted), "id": key.id})


def delete(connection: Connection, key: Key) -> None:
    asking.execute(connection, "queue_delete", {"id": key.id})


def put_member(connection: Connection, key: Key, agent: AgentKey, level: int | None, position: int | None) -> None:
    """Give an agent a place in the queue; None leaves level or position, and is 1 for a new member."""
    values = {"domain_id": agent.domain_id, "queue_id": key.id, "agent_id": agent.id, "level": level, "position": position}
    asking.execute(connection, "queue_member_put", values)


def remove_member(connection: Connection, key: Key, agent: AgentKey) -> bool:
    """Take the agent out and return whether it was in."""
    return asking.execute(connection, "queue_member_remove", {"queue_id": key.id, "agent_id": agent.id}) > 0
