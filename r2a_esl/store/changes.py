"""Reads the change log, and records how far this node is."""

from __future__ import annotations

from dataclasses import dataclass

from r2a_esl.changes.known import Change
from r2a_esl.store.connection import WorkerConnection


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """Oldest and newest revision in the log (None = the log is empty), and the one that this node has applied (0 = never any)."""

    oldest: int | None
    newest: int | None
    applied: int


def state(connection: WorkerConnection, node: str) -> FeedState:
    """Return how far `node` and the log are; raise StoreUnavailable."""
    ((oldest, newest, applied),) = connection.ask("change_state", {"node": node})
    return FeedState(oldest=oldest, newest=newest, applied=applied)


def read(connection: WorkerConnection, *, after: int, limit: int) -> list[Change]:
    """Return at most `limit` changes after revision `after`, oldest first; raise StoreUnavailable."""
    rows = connection.ask("change_rows", {"after": after, "limit": limit})
    return [Change(revision=row[0], table=row[1], operation=row[2], before=row[3], after=row[4]) for row in rows]


def record_applied(connection: WorkerConnection, node: str, revision: int) -> None:
    """Record that `node` behaves like the configuration of `revision`; raise StoreUnavailable."""
    connection.execute("change_applied", {"node": node, "revision": revision})
