"""The worker's one connection to the database: opened when needed, bounded in time, given up at the first error."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from typing import Any

import psycopg

from r2a_core import database, dsn, queryfiles
from r2a_core.database import Connection
from r2a_core.deadline import Watchdog
from r2a_core.errors import StoreUnavailable

_NOT_MIGRATED = (
    psycopg.errors.InvalidSchemaName,
    psycopg.errors.UndefinedTable,
    psycopg.errors.UndefinedColumn,
    psycopg.errors.UndefinedFunction,
)


class StoreDeadlineMissed(StoreUnavailable):
    """The database took a statement and did not answer in time; the connection was shut."""


class WorkerConnection:
    """Executes statements as the role r2a_worker (or another), one at a time. Safe to use from several threads."""

    def __init__(self, settings: dsn.DatabaseSettings, *, application: str = "r2a_esl", role: str = "r2a_worker") -> None:
        self._settings = settings
        self._application = application
        self._role = role
        self._watchdog = Watchdog()
        self._lock = threading.Lock()
        self._connection: Connection | None = None
        self.place = dsn.place(settings.write_dsn)

    def execute(self, name: str, values: Mapping[str, object]) -> None:
        """Execute store/sql/`name`.sql and commit; raise StoreUnavailable with the reason, within the connect timeout plus the deadline."""
        self._run(name, values)

    def ask(self, name: str, values: Mapping[str, object]) -> list[tuple[Any, ...]]:
        """Return the rows that store/sql/`name`.sql finds; raise StoreUnavailable like execute()."""
        return self._run(name, values).fetchall()

    def _run(self, name: str, values: Mapping[str, object]) -> psycopg.Cursor[tuple[Any, ...]]:
        statement = queryfiles.load("r2a_esl.store", name)
        with self._lock:
            connection = self._opened()
            ends_at = time.monotonic() + self._settings.deadline_s
            try:
                with self._watchdog.limit(connection.fileno(), ends_at):
                    return connection.execute(statement, values)
            except psycopg.Error as error:
                # Whatever it was (a restart, a primary that became a replica, a missing table), the next statement starts afresh.
                self._give_up()
                raise self._unavailable(error, late=time.monotonic() >= ends_at - 0.1) from error

    def close(self) -> None:
        with self._lock:
            self._give_up()

    def _opened(self) -> Connection:
        if self._connection is None or self._connection.closed:
            self._watchdog.start()
            self._connection = database.connect(self._settings, application=self._application, role=self._role)
            self._connection.autocommit = True
        return self._connection

    def _give_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _unavailable(self, error: psycopg.Error, *, late: bool) -> StoreUnavailable:
        if late:
            return StoreDeadlineMissed(f"no answer from {self.place} within {self._settings.deadline_ms} ms; the connection was shut")
        if isinstance(error, _NOT_MIGRATED):
            return StoreUnavailable("the schema is missing or of another version; run `r2a migrate`")
        return StoreUnavailable(error.diag.message_primary or str(error).strip().splitlines()[0])
