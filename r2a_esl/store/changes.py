"""Reads the change log, records how far this node is, and removes what is too old."""

from __future__ import annotations

from r2a_esl.changes.known import Change
from r2a_esl.changes.position import FeedState, Position
from r2a_esl.store.connection import WorkerConnection


def state(connection: WorkerConnection, node: str, revision: int | None = None) -> FeedState:
    """Return how far `node` and the log are, with the mark of `revision` (None = of the recorded one); raise StoreUnavailable, also on a standby."""
    ((oldest, newest, newest_mark, timeline, found_mark, applied, mark, of_timeline, core_uuid),) = connection.ask(
        "change_state", {"node": node, "position": revision}
    )
    position = Position(revision=applied, mark=mark, timeline=of_timeline, core_uuid=core_uuid)
    return FeedState(oldest=oldest, newest=newest, newest_mark=newest_mark, timeline=timeline, found_mark=found_mark, recorded=position)


def read(connection: WorkerConnection, *, after: int, limit: int) -> list[Change]:
    """Return at most `limit` changes after revision `after`, oldest first; none when the log no longer goes back so far. Raise StoreUnavailable."""
    rows = connection.ask("change_rows", {"after": after, "limit": limit})
    return [Change(revision=row[0], table=row[1], operation=row[2], before=row[3], after=row[4], mark=row[5]) for row in rows]


def record_applied(connection: WorkerConnection, node: str, position: Position) -> None:
    """Record that `node` behaves like the configuration up to `position`; raise StoreUnavailable."""
    told = {"revision": position.revision, "mark": position.mark, "timeline": position.timeline, "core_uuid": position.core_uuid}
    connection.execute("change_applied", {"node": node, **told})


def prune(connection: WorkerConnection, *, days: int, batch: int) -> int:
    """Remove at most `batch` of the changes older than `days`, and return how many; 0 also while another worker does. Raise StoreUnavailable."""
    return int(connection.ask("change_prune", {"days": days, "batch": batch})[0][0])
