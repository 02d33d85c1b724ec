"""Domains and the other names they are asked for under."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from r2a_admin.store import asking
from r2a_admin.store.keys import Key
from r2a_core.database import Connection


@dataclass(frozen=True, slots=True)
class Domain:
    """A domain as it is shown."""

    name: str
    tenant: str
    context: str
    enabled: bool
    aliases: list[str]
    extensions: int
    devices: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainChange:
    """What to change; None leaves it."""

    enabled: bool | None = None
    context: str | None = None


@dataclass(frozen=True, slots=True)
class Uncredentialed:
    """How many devices and mailboxes have a secret, and none for a realm."""

    devices: int
    mailboxes: int


def listed(connection: Connection, only: Key | None = None, tenant: Key | None = None) -> list[Domain]:
    values = {"id": only.id if only else None, "tenant_id": tenant.id if tenant else None}
    return asking.rows(connection, "domain_rows", Domain, values)


def count(connection: Connection) -> int:
    return asking.rows(connection, "domain_count", int)[0]


def extension_count(connection: Connection, key: Key) -> int:
    return asking.rows(connection, "domain_extension_count", int, {"id": key.id})[0]


def add(connection: Connection, tenant: Key, name: str, context: str) -> Key:
    return asking.added(connection, "domain_add", Key, {"tenant_id": tenant.id, "name": name, "context": context})


def change(connection: Connection, key: Key, wanted: DomainChange) -> None:
    asking.execute(connection, "domain_set", {**asdict(wanted), "id": key.id})


def delete(connection: Connection, key: Key) -> None:
    asking.execute(connection, "domain_delete", {"id": key.id})


def delete_options(connection: Connection, key: Key) -> None:
    """Remove what the menus of the domain lead to: it would keep extensions and menus from going. The rest goes with the domain."""
    asking.execute(connection, "domain_options_delete", {"id": key.id})


def delete_extensions(connection: Connection, key: Key) -> int:
    """Remove every extension of the domain and return how many there were."""
    return asking.execute(connection, "domain_extensions_delete", {"id": key.id})


def add_alias(connection: Connection, key: Key, name: str) -> None:
    asking.execute(connection, "domain_alias_add", {"id": key.id, "name": name})


def remove_alias(connection: Connection, key: Key, name: str) -> bool:
    """Take the alias away and return whether it was there."""
    return asking.execute(connection, "domain_alias_remove", {"id": key.id, "name": name}) > 0


def aliases(connection: Connection, key: Key) -> list[str]:
    return asking.rows(connection, "domain_alias_names", str, {"id": key.id})


def realms(connection: Connection, domain_id: int) -> list[str]:
    """Return every realm that a device of the domain can meet: its name and its aliases."""
    return asking.rows(connection, "domain_realms", str, {"id": domain_id})


def without_credential(connection: Connection, key: Key, realm: str) -> Uncredentialed:
    return asking.rows(connection, "domain_without_credential", Uncredentialed, {"id": key.id, "realm": realm})[0]
