"""Removes changes that are too old from the log: at the start and each hour, whichever worker comes first."""

from __future__ import annotations

import logging
import threading

from r2a_core.errors import StoreUnavailable
from r2a_core.logs import fields
from r2a_esl.settings import WorkerSettings
from r2a_esl.store import changes as store
from r2a_esl.store.connection import WorkerConnection

log = logging.getLogger("r2a_esl.changes")

PERIOD_S = 3600.0
#: Pause after the database was away, in seconds.
AWAY_S = 60.0
#: Rows of one transaction: it must be over long before the deadline of a statement.
BATCH = 2000


class Pruner:
    """Has what is older than the settings say removed, in small transactions. A node further behind than that does a full refresh."""

    def __init__(self, settings: WorkerSettings, *, period_s: float = PERIOD_S) -> None:
        self._days = settings.change_log_days
        self._period_s = period_s
        self._connection = WorkerConnection(settings.database, application="r2a_esl_pruner")
        self._stopping = threading.Event()

    def run(self) -> None:
        """Prune until stop(). Raises nothing that the database could cause."""
        while not self._stopping.is_set():
            self._stopping.wait(self._period_s if self.prune() else AWAY_S)

    def stop(self) -> None:
        """Make run() return soon."""
        self._stopping.set()

    def prune(self) -> bool:
        """Remove everything that is too old now; return False when the database was away."""
        removed = 0
        try:
            while not self._stopping.is_set():
                one = store.prune(self._connection, days=self._days, batch=BATCH)
                removed += one
                if one < BATCH:
                    break
        except StoreUnavailable as error:
            log.debug("the change log could not be pruned: %s", error)
            return False
        finally:
            self._connection.close()
            if removed:
                log.info("removed changes from the log that are too old", extra=fields(changes=removed, days=self._days))
        return True
