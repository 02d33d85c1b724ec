"""Call groups and their members."""

from __future__ import annotations

from dataclasses import dataclass

from r2a_admin.store import asking, refusals
from r2a_admin.store.keys import ExtensionKey, Key
from r2a_core.database import Connection


@dataclass(frozen=True, slots=True)
class Group:
    """A call group as it is shown; each member is number, name and position."""

    name: str
    domain: str
    members: list[dict[str, object]]


def listed(connection: Connection, domain: Key | None = None, only: Key | None = None) -> list[Group]:
    values = {"id": only.id if only else None, "domain_id": domain.id if domain else None}
    return asking.rows(connection, "group_rows", Group, values)


def add(connection: Connection, domain: Key, name: str) -> Key:
    """Add a group; raise StoreRefused when there is one of that name."""
    with refusals.within(domain.name):
        return asking.added(connection, "group_add", Key, {"domain_id": domain.id, "name": name})


def delete(connection: Connection, key: Key) -> None:
    asking.execute(connection, "group_delete", {"id": key.id})


def add_member(connection: Connection, key: Key, member: ExtensionKey, position: int | None) -> None:
    values = {"domain_id": member.domain_id, "group_id": key.id, "extension_id": member.id, "position": position}
    asking.execute(connection, "group_member_add", values)


def remove_member(connection: Connection, key: Key, member: ExtensionKey) -> bool:
    """Take the member out and return whether it was in."""
    return asking.execute(connection, "group_member_remove", {"group_id": key.id, "extension_id": member.id}) > 0
