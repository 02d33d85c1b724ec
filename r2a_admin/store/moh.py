"""Music on hold: streams that every node plays, of a domain or of everybody."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from r2a_admin.store import asking, refusals
from r2a_admin.store.keys import Key
from r2a_core.database import Connection


@dataclass(frozen=True, slots=True)
class MohClass:
    """A stream as it is shown; stream is what FreeSWITCH calls it, queues are those that play it."""

    name: str
    domain: str | None
    stream: str
    enabled: bool
    path: str
    rate_hz: int
    shuffle: bool
    interval_ms: int
    queues: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class MohChange:
    """What to change; None leaves it."""

    enabled: bool | None = None
    path: str | None = None
    rate_hz: int | None = None
    shuffle: bool | None = None
    interval_ms: int | None = None


def listed(connection: Connection, domain: Key | None = None, only: Key | None = None) -> list[MohClass]:
    values = {"id": only.id if only else None, "domain_id": domain.id if domain else None}
    return asking.rows(connection, "moh_rows", MohClass, values)


def add(connection: Connection, domain: Key | None, name: str, path: str) -> Key:
    """Add a stream of `domain`, or of everybody (None); raise StoreRefused when there is one of that name."""
    with refusals.within(domain.name if domain else "the streams of everybody"):
        (added,) = asking.rows(connection, "moh_add", int, {"domain_id": domain.id if domain else None, "name": name, "path": path})
    return Key(added, f"{domain.name}/{name}" if domain else name)


def change(connection: Connection, key: Key, wanted: MohChange) -> None:
    asking.execute(connection, "moh_set", {**asdict(wanted), "id": key.id})


def delete(connection: Connection, key: Key) -> None:
    asking.execute(connection, "moh_delete", {"id": key.id})
