"""A connection of its own that does nothing but wait for notifications."""

from __future__ import annotations

import time

import psycopg

from r2a_core import database, dsn
from r2a_core.deadline import Watchdog
from r2a_core.errors import StoreUnavailable
from r2a_core.pooling import last_line

_WATCHDOG = Watchdog()

#: Configuration changed; a node was asked for something, whose name comes with it.
CONFIG, TASK = "r2a_config", "r2a_task"


class Ear:
    """Listens on the write port; after any StoreUnavailable it is closed, open another."""

    def __init__(self, settings: dsn.DatabaseSettings) -> None:
        """Connect and listen; raise StoreUnavailable with the reason."""
        self._connection = database.connect(settings, application="r2a_esl_ear", role="r2a_worker")
        try:
            self._connection.autocommit = True
            _WATCHDOG.start()
            with _WATCHDOG.limit(self._connection.fileno(), time.monotonic() + settings.deadline_s):
                self._connection.execute(f"LISTEN {CONFIG}")
                self._connection.execute(f"LISTEN {TASK}")
        except psycopg.Error as error:
            self._connection.close()
            raise StoreUnavailable(last_line(error)) from error

    def hears(self, timeout_s: float) -> frozenset[tuple[str, str]]:
        """Return what came within `timeout_s` as (channel, payload), once something does; raise StoreUnavailable when the connection is lost."""
        try:
            return frozenset((one.channel, one.payload) for one in self._connection.notifies(timeout=timeout_s, stop_after=1))
        except psycopg.Error as error:
            self.close()
            raise StoreUnavailable(last_line(error)) from error

    def close(self) -> None:
        self._connection.close()
