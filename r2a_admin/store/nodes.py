"""Nodes, where they listen, and what they last reported."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from r2a_admin.store import asking
from r2a_admin.store.keys import Key
from r2a_core.database import Connection


@dataclass(frozen=True, slots=True)
class Node:
    """A node as it is shown; everything from heartbeat_at on is None until its worker has reported."""

    name: str
    enabled: bool
    addresses: list[dict[str, object]]
    heartbeat_at: datetime | None
    heartbeat_age_s: int | None
    freeswitch_up: bool | None
    freeswitch_version: str | None
    sessions: int | None
    applied_revision: int | None
    newest_revision: int
    last_error: str | None


def listed(connection: Connection, only: Key | None = None) -> list[Node]:
    return asking.rows(connection, "node_rows", Node, {"id": only.id if only else None})


def find(connection: Connection, name: str) -> Key | None:
    return asking.row(connection, "node_key", Key, {"name": name})


def add(connection: Connection, name: str) -> Key:
    return asking.added(connection, "node_add", Key, {"name": name})


def put_address(connection: Connection, key: Key, alias: str, listen: str | None, advertise: str | None) -> None:
    """Say where the node listens under `alias`, and what it tells the world; None leaves it, an empty `advertise` removes it."""
    asking.execute(connection, "node_address_put", {"id": key.id, "alias": alias, "listen": listen, "advertise": advertise})


def switch(connection: Connection, key: Key, *, enabled: bool) -> None:
    asking.execute(connection, "node_set", {"id": key.id, "enabled": enabled})


def delete(connection: Connection, key: Key) -> None:
    asking.execute(connection, "node_status_delete", {"name": key.name})
    asking.execute(connection, "node_delete", {"id": key.id})
