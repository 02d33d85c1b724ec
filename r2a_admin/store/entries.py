"""Free directory params and variables of a domain, a group, an extension or a device."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from r2a_admin.store import asking
from r2a_core.database import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Whose params and variables: the domain's own when the other ids are None."""

    domain_id: int
    call_group_id: int | None = None
    extension_id: int | None = None
    device_id: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A name and its value."""

    name: str
    value: str


def listed(connection: Connection, owner: Owner, kind: str) -> list[Entry]:
    return asking.rows(connection, "entry_rows", Entry, {**asdict(owner), "kind": kind})


def put(connection: Connection, owner: Owner, kind: str, entry: Entry) -> None:
    asking.execute(connection, "entry_put", {**asdict(owner), **asdict(entry), "kind": kind})


def remove(connection: Connection, owner: Owner, kind: str, name: str) -> bool:
    """Take it away and return whether it was there."""
    return asking.execute(connection, "entry_remove", {**asdict(owner), "kind": kind, "name": name}) > 0
