"""Gateways: trunks to carriers, and their parameters."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from r2a_admin.store import asking
from r2a_admin.store.keys import Key
from r2a_core.database import Connection

#: Takes the tenant or the node away from a gateway.
NOBODY = 0


@dataclass(frozen=True, slots=True)
class Gateway:
    """A gateway as it is shown; its password is not."""

    name: str
    enabled: bool
    profile: str
    tenant: str | None
    node: str | None
    proxy: str
    realm: str | None
    outbound_proxy: str | None
    username: str | None
    password_set: bool
    from_user: str | None
    from_domain: str | None
    register: bool
    #: The node that registers it now, or has to let go of it; None = nobody does.
    owner: str | None
    transport: str
    expire_s: int
    retry_s: int
    ping_s: int | None
    caller_id_in_from: bool
    context: str
    codecs: str | None
    params: list[dict[str, object]]
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayChange:
    """What to change; None leaves it, an empty text, NOBODY or 0 seconds of ping removes it."""

    tenant_id: int | None = None
    sip_profile_id: int | None = None
    node_id: int | None = None
    enabled: bool | None = None
    proxy: str | None = None
    realm: str | None = None
    outbound_proxy: str | None = None
    username: str | None = None
    password_sealed: bytes | None = None
    from_user: str | None = None
    from_domain: str | None = None
    register: bool | None = None
    transport: str | None = None
    expire_s: int | None = None
    retry_s: int | None = None
    ping_s: int | None = None
    caller_id_in_from: bool | None = None
    context: str | None = None
    codecs: str | None = None


def listed(connection: Connection, only: Key | None = None) -> list[Gateway]:
    return asking.rows(connection, "gateway_rows", Gateway, {"id": only.id if only else None})


def add(connection: Connection, profile: Key, name: str, proxy: str) -> Key:
    return asking.added(connection, "gateway_add", Key, {"sip_profile_id": profile.id, "name": name, "proxy": proxy})


def change(connection: Connection, key: Key, wanted: GatewayChange) -> None:
    asking.execute(connection, "gateway_set", {**asdict(wanted), "id": key.id})


def delete(connection: Connection, key: Key) -> None:
    asking.execute(connection, "gateway_delete", {"id": key.id})


def put_param(connection: Connection, key: Key, name: str, value: str) -> None:
    asking.execute(connection, "gateway_param_put", {"id": key.id, "name": name, "value": value})


def remove_param(connection: Connection, key: Key, name: str) -> bool:
    """Take the parameter away and return whether it was there."""
    return asking.execute(connection, "gateway_param_remove", {"id": key.id, "name": name}) > 0
