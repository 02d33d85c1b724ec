"""Access lists and their entries."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from r2a_admin.store import asking
from r2a_admin.store.keys import Key
from r2a_core.database import Connection


@dataclass(frozen=True, slots=True)
class Acl:
    """An access list as it is shown."""

    name: str
    allow_by_default: bool
    entries: list[dict[str, object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class AclEntry:
    """One line of an access list: an address range or a domain. position None = last."""

    allow: bool
    cidr: str | None
    domain: str | None
    position: int | None
    description: str | None


def listed(connection: Connection, only: Key | None = None) -> list[Acl]:
    return asking.rows(connection, "acl_rows", Acl, {"id": only.id if only else None})


def add(connection: Connection, name: str, *, allow_by_default: bool) -> Key:
    return asking.added(connection, "acl_add", Key, {"name": name, "allow_by_default": allow_by_default})


def delete(connection: Connection, key: Key) -> None:
    asking.execute(connection, "acl_delete", {"id": key.id})


def add_entry(connection: Connection, key: Key, entry: AclEntry) -> None:
    asking.execute(connection, "acl_entry_add", {**asdict(entry), "id": key.id})


def remove_entry(connection: Connection, key: Key, cidr: str | None, domain: str | None) -> int:
    """Take the entries for the range or the domain out and return how many there were."""
    return asking.execute(connection, "acl_entry_remove", {"id": key.id, "cidr": cidr, "domain": domain})
