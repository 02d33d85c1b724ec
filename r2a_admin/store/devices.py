"""Devices: what logs in for an extension."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from r2a_admin.store import asking, refusals
from r2a_admin.store.keys import DeviceKey, ExtensionKey, Key
from r2a_core.database import Connection


@dataclass(frozen=True, slots=True)
class Device:
    """A device as it is shown; realms are those it has a credential for, missing_realms those it could meet without one."""

    auth_user: str
    extension: str
    domain: str
    description: str | None
    enabled: bool
    password_set_at: datetime | None
    realms: list[str]
    missing_realms: list[str]
    trusted_cidr: str | None
    reverse_auth_user: str | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceChange:
    """What to change; None leaves it, an empty text removes it."""

    description: str | None = None
    enabled: bool | None = None
    trusted_cidr: str | None = None
    reverse_auth_user: str | None = None
    reverse_auth_sealed: bytes | None = None


def listed(connection: Connection, *, extension: ExtensionKey | None = None, domain: Key | None = None, limit: int | None = None) -> list[Device]:
    return _rows(connection, extension_id=extension.id if extension else None, domain_id=domain.id if domain else None, limit=limit)


def shown(connection: Connection, key: DeviceKey) -> Device:
    return _rows(connection, device_id=key.id)[0]


def of_extension(connection: Connection, key: ExtensionKey) -> list[DeviceKey]:
    return asking.rows(connection, "device_of_extension", DeviceKey, {"id": key.id})


def add(connection: Connection, extension: ExtensionKey, auth_user: str) -> DeviceKey:
    """Add a device; raise StoreRefused when somebody of the domain logs in as that already, or it cannot be a login."""
    values = {"domain_id": extension.domain_id, "extension_id": extension.id, "auth_user": auth_user}
    with refusals.within(extension.domain):
        (added,) = asking.rows(connection, "device_add", int, values)
    return DeviceKey(added, auth_user, extension.domain_id, extension.domain, extension.id, extension.number)


def change(connection: Connection, key: DeviceKey, wanted: DeviceChange) -> None:
    asking.execute(connection, "device_set", {**asdict(wanted), "id": key.id})


def delete(connection: Connection, key: DeviceKey) -> None:
    asking.execute(connection, "device_delete", {"id": key.id})


def _rows(
    connection: Connection, *, device_id: int | None = None, extension_id: int | None = None, domain_id: int | None = None, limit: int | None = None
) -> list[Device]:
    values = {"id": device_id, "extension_id": extension_id, "domain_id": domain_id, "limit": limit}
    return asking.rows(connection, "device_rows", Device, values)
