"""Keeps what only a restart of a profile brings into effect on this node."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from r2a_esl.store.connection import WorkerConnection


@dataclass(frozen=True, slots=True, kw_only=True)
class RestartNeeded:
    """Why a profile needs a restart. core_uuid is the FreeSWITCH that runs with the old value; noted_at is by this node's clock."""

    profile: str
    why: str
    core_uuid: str
    revision: int
    noted_at: datetime


def due_profiles(connection: WorkerConnection, node: str) -> frozenset[str]:
    """Return the names of the profiles that `node` should run; raise StoreUnavailable."""
    return frozenset(name for _, _, name in connection.ask("change_profiles", {"node": node}) if name is not None)


def keep(connection: WorkerConnection, node: str, needed: RestartNeeded) -> None:
    """Write `needed`; raise StoreUnavailable."""
    connection.execute("restart_keep", {"node": node, **asdict(needed)})


def kept(connection: WorkerConnection, node: str, core_uuid: str) -> list[RestartNeeded]:
    """Return what was noted for this FreeSWITCH of `node`, in the order of the changes, and forget what was for another; raise StoreUnavailable."""
    connection.execute("restart_forget_others", {"node": node, "core_uuid": core_uuid})
    rows = connection.ask("restart_rows", {"node": node})
    return [RestartNeeded(profile=row[0], why=row[1], core_uuid=row[2], revision=row[3], noted_at=row[4]) for row in rows]


def brought(connection: WorkerConnection, node: str, profile: str, at: datetime) -> int:
    """Forget what was noted for `profile` until `at`, when it was started; return how much that was. Raise StoreUnavailable."""
    return len(connection.ask("restart_brought", {"node": node, "profile": profile, "at": at}))
