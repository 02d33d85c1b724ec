"""Reports this node to the database at each heartbeat, and at once when FreeSWITCH came or went."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime

from r2a_core.errors import StoreUnavailable
from r2a_esl.metrics import WorkerMetrics
from r2a_esl.settings import WorkerSettings
from r2a_esl.sofiawatch import Seen
from r2a_esl.store import presence as store
from r2a_esl.store.connection import StoreDeadlineMissed, WorkerConnection
from r2a_esl.switch import Switch

log = logging.getLogger("r2a_esl.presence")


class Presence:
    """Writes heartbeats until stopped. While the database is away it says so once, and goes on trying at each heartbeat."""

    def __init__(self, settings: WorkerSettings, switch: Switch, connection: WorkerConnection, metrics: WorkerMetrics) -> None:
        #: Says what else is wrong with this node; None = nothing.
        self.more: Callable[[], str | None] = lambda: None
        #: Says what mod_sofia runs; None = not known.
        self.sofia: Callable[[], Seen | None] = lambda: None
        self._settings = settings
        self._switch = switch
        self._connection = connection
        self._metrics = metrics
        self._stopping = False
        self._started_at = datetime.now(UTC)
        self.error: str | None = "not tried yet"
        #: When the database last took a heartbeat, in time.monotonic() seconds; None = never.
        self.written_at: float | None = None

    def run(self) -> None:
        """Report until stop(). Raises nothing that the database could cause."""
        while not self._stopping:
            self._switch.news.clear()
            self.beat()
            self._switch.news.wait(self._settings.heartbeat_s)

    def stop(self) -> None:
        """Make run() return after the report that is under way."""
        self._stopping = True
        self._switch.news.set()

    def beat(self) -> None:
        """Write one heartbeat, or note why it could not be written."""
        try:
            store.report(self._connection, self._report())
        except StoreUnavailable as error:
            self._failed(error)
            return
        if self.error is not None:
            log.info("the database takes heartbeats", extra={"fields": {"place": self._connection.place, "node": self._settings.node_name}})
        self.error = None
        self.written_at = time.monotonic()
        self._metrics.database_up.set(1)
        self._metrics.heartbeats.inc()

    def _failed(self, error: StoreUnavailable) -> None:
        if isinstance(error, StoreDeadlineMissed):
            self._metrics.missed_deadlines.labels("database").inc()
        self._metrics.database_up.set(0)
        if self.error != str(error) and not self._stopping:
            log.warning("waiting for the database: %s", error)
        self.error = str(error)

    def _report(self) -> store.NodeReport:
        sighting = self._switch.sighting
        status = sighting.status
        sofia = self.sofia() if status else None
        return store.NodeReport(
            node_name=self._settings.node_name,
            worker_started_at=self._started_at,
            freeswitch_up=status is not None,
            core_uuid=status.core_uuid if status else None,
            freeswitch_version=status.version if status else None,
            sessions=status.sessions if status else None,
            last_error=sighting.error or self.more(),
            sofia=sofia.text if sofia else None,
            sofia_at=sofia.at if sofia else None,
        )
