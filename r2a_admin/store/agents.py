"""Agents: extensions that take calls from queues."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from r2a_admin.store import asking, refusals
from r2a_admin.store.keys import AgentKey, ExtensionKey, Key
from r2a_core.database import Connection


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent as it is shown; initial_status holds until the agent says otherwise."""

    number: str
    domain: str
    name: str
    enabled: bool
    initial_status: str
    ring_timeout_s: int
    max_no_answer: int
    wrap_up_s: int
    reject_delay_s: int
    busy_delay_s: int
    no_answer_delay_s: int
    queues: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentChange:
    """What to change; None leaves it."""

    enabled: bool | None = None
    initial_status: str | None = None
    ring_timeout_s: int | None = None
    max_no_answer: int | None = None
    wrap_up_s: int | None = None
    reject_delay_s: int | None = None
    busy_delay_s: int | None = None
    no_answer_delay_s: int | None = None


def listed(connection: Connection, domain: Key | None = None, only: AgentKey | None = None) -> list[Agent]:
    values = {"id": only.id if only else None, "domain_id": domain.id if domain else None}
    return asking.rows(connection, "agent_rows", Agent, values)


def add(connection: Connection, extension: ExtensionKey) -> AgentKey:
    """Let an extension be an agent; raise StoreRefused when it is one."""
    with refusals.within(extension.title):
        values = {"domain_id": extension.domain_id, "extension_id": extension.id}
        return AgentKey(asking.rows(connection, "agent_add", int, values)[0], extension.domain_id, extension.title)


def change(connection: Connection, key: AgentKey, wanted: AgentChange) -> None:
    asking.execute(connection, "agent_set", {**asdict(wanted), "id": key.id})


def delete(connection: Connection, key: AgentKey) -> None:
    asking.execute(connection, "agent_delete", {"id": key.id})
