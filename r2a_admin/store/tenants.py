"""Tenants: who owns domains and gateways."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from r2a_admin.store import asking
from r2a_admin.store.keys import Key
from r2a_core.database import Connection

#: Puts user_cache_ms back to NULL, "the default".
DEFAULT_CACHE = -1


@dataclass(frozen=True, slots=True)
class Tenant:
    """A tenant as it is shown. user_cache_ms: milliseconds, None = the default."""

    name: str
    enabled: bool
    user_cache_ms: int | None
    language: str
    timezone: str
    domains: int
    extensions: int
    gateways: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantChange:
    """What to change; None leaves it."""

    enabled: bool | None = None
    user_cache_ms: int | None = None
    language: str | None = None
    timezone: str | None = None


def listed(connection: Connection, only: Key | None = None) -> list[Tenant]:
    return asking.rows(connection, "tenant_rows", Tenant, {"id": only.id if only else None})


def find(connection: Connection, name: str) -> Key | None:
    return asking.row(connection, "tenant_key", Key, {"name": name})


def add(connection: Connection, name: str) -> Key:
    return asking.added(connection, "tenant_add", Key, {"name": name})


def change(connection: Connection, key: Key, wanted: TenantChange) -> None:
    asking.execute(connection, "tenant_set", {**asdict(wanted), "id": key.id})


def delete(connection: Connection, key: Key) -> None:
    asking.execute(connection, "tenant_delete", {"id": key.id})
