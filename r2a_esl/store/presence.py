"""Writes what this node says of itself to rt.node_status."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from r2a_esl.store.connection import WorkerConnection


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeReport:
    """One heartbeat. Fields about FreeSWITCH are None while it is away; last_error is None while all is well. sofia is JSON, as seen at sofia_at."""

    node_name: str
    worker_started_at: datetime
    freeswitch_up: bool
    core_uuid: str | None
    freeswitch_version: str | None
    sessions: int | None
    last_error: str | None
    sofia: str | None
    sofia_at: datetime | None


def report(connection: WorkerConnection, node: NodeReport) -> None:
    """Record `node` as of now; raise StoreUnavailable."""
    connection.execute("node_status_report", asdict(node))
