"""SIP profiles, their parameters, and the nodes that run them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from r2a_admin.store import asking
from r2a_admin.store.keys import Key
from r2a_core.database import Connection


@dataclass(frozen=True, slots=True)
class Profile:
    """A SIP profile as it is shown; no nodes = all of them."""

    name: str
    enabled: bool
    port: int
    context: str
    sip_alias: str
    rtp_alias: str
    authenticate_calls: bool
    nodes: list[str]
    domains: list[str]
    gateways: int
    params: list[dict[str, object]]
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileChange:
    """What to change; None leaves it."""

    enabled: bool | None = None
    port: int | None = None
    context: str | None = None
    sip_alias: str | None = None
    rtp_alias: str | None = None
    authenticate_calls: bool | None = None


def listed(connection: Connection, only: Key | None = None) -> list[Profile]:
    return asking.rows(connection, "profile_rows", Profile, {"id": only.id if only else None})


def add(connection: Connection, name: str, port: int) -> Key:
    return asking.added(connection, "profile_add", Key, {"name": name, "port": port})


def change(connection: Connection, key: Key, wanted: ProfileChange) -> None:
    asking.execute(connection, "profile_set", {**asdict(wanted), "id": key.id})


def delete(connection: Connection, key: Key) -> None:
    asking.execute(connection, "profile_delete", {"id": key.id})


def add_domain(connection: Connection, key: Key, name: str) -> None:
    asking.execute(connection, "profile_domain_add", {"id": key.id, "name": name})


def run_on(connection: Connection, key: Key, nodes: Sequence[Key]) -> None:
    """Let exactly these nodes run the profile; none = all."""
    asking.execute(connection, "profile_node_clear", {"id": key.id})
    asking.execute_each(connection, "profile_node_add", [{"id": key.id, "node_id": node.id} for node in nodes])


def put_param(connection: Connection, key: Key, node: Key | None, name: str, value: str) -> None:
    asking.execute(connection, "profile_param_put", {"id": key.id, "node_id": node.id if node else None, "name": name, "value": value})


def remove_param(connection: Connection, key: Key, node: Key | None, name: str) -> bool:
    """Take the parameter away and return whether it was there."""
    return asking.execute(connection, "profile_param_remove", {"id": key.id, "node_id": node.id if node else None, "name": name}) > 0
