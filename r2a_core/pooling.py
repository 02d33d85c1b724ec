"""Connections: the pool that makes them, the reason when it cannot, and what a thread keeps of it between two questions."""

from __future__ import annotations

import threading
import time
from typing import Any

import psycopg
from psycopg_pool import ConnectionPool, PoolTimeout

from r2a_core.errors import StoreUnavailable
from r2a_core.prepared import Prepared, Question, Row

Connection = psycopg.Connection[tuple[Any, ...]]

#: psycopg_pool doubles its pause between attempts to connect up to this; more would outlast the outage by seconds.
RECONNECT_S = 1.0
#: How long a thread keeps a connection before the pool sees it again, in seconds.
HOLD_S = 20.0
#: How often somebody who waits for a connection looks whether the server has said no meanwhile, in seconds.
LOOK_S = 0.05


class Reason:
    """Why the last attempt to connect as `role` failed, for a person: psycopg_pool keeps that to itself."""

    def __init__(self, role: str) -> None:
        self._role = role
        self.text = ""
        self.noted_at = 0.0

    def note(self, error: psycopg.Error) -> None:
        self.text = last_line(error)
        if f'role "{self._role}" does not exist' in self.text:
            self.text += "; run `r2a migrate`"
        elif f'permission denied to set role "{self._role}"' in self.text:
            self.text += f"; a DBA has to GRANT {self._role} TO this login"
        self.noted_at = time.monotonic()


def last_line(error: psycopg.Error) -> str:
    """Return what the server or the system said in `error`, without the address that psycopg puts before it. No password is in it."""
    lines = [line for line in str(error).splitlines() if line.strip() and not line.startswith("\t")]
    return lines[-1].rpartition(" failed: ")[2].strip() if lines else "no reason given"


def make_pool(text: str, name: str, size: int, timeout_s: float, reason: Reason) -> ConnectionPool[Connection]:
    """Return a closed pool of at most `size` autocommitting connections to `text` that notes in `reason` why it cannot connect."""

    class Telling(psycopg.Connection[Any]):
        @classmethod
        def connect(cls, conninfo: str = "", **kwargs: Any) -> Any:
            try:
                return super().connect(conninfo, **kwargs)
            except psycopg.Error as error:
                reason.note(error)
                raise

    return ConnectionPool(
        text,
        connection_class=Telling,
        kwargs={"autocommit": True, "prepare_threshold": 0},
        min_size=1,
        max_size=size,
        open=False,
        name=name,
        timeout=timeout_s,
        reconnect_timeout=RECONNECT_S,
        max_lifetime=300,
        max_idle=60,
    )


class Held:
    """What one thread keeps between questions: a connection, and the questions it has prepared on it.

    Checking a connection out and in again costs more than a question's own Python. The pool still makes,
    replaces and retires connections: a thread gives its own back after HOLD_S, or as soon as it is closed.
    """

    def __init__(self, pool: ConnectionPool[Connection], reason: Reason) -> None:
        self._pool = pool
        self._reason = reason
        self._local = threading.local()
        self._lock = threading.Lock()
        self._out: set[Connection] = set()

    def connection(self, ends_at: float) -> Connection:
        """Return this thread's connection; raise StoreUnavailable with the reason when there is none before `ends_at`."""
        held: Connection | None = getattr(self._local, "connection", None)
        if held is not None:
            if time.monotonic() < self._local.until and not held.closed:
                return held
            self._local.connection = None
            self._give_back(held)
        connection = self._check_out(ends_at)
        self._local.connection, self._local.until, self._local.prepared = connection, time.monotonic() + HOLD_S, {}
        with self._lock:
            self._out.add(connection)
        return connection

    def prepared(self, connection: Connection, question: Question[Row]) -> Prepared[Row]:
        """Return `question` as this thread has prepared it on its `connection`."""
        prepared: dict[str, Prepared[Row]] = self._local.prepared
        found = prepared.get(question.name)
        if found is None:
            # A connection that comes back from the pool may have been another thread's, with the same names prepared.
            if not prepared:
                connection.execute("DEALLOCATE ALL")
            found = prepared[question.name] = Prepared(connection, question)
        return found

    def give_back(self) -> None:
        """Give this thread's connection back to the pool; for a thread that ends."""
        held: Connection | None = getattr(self._local, "connection", None)
        if held is not None:
            self._local.connection = None
            self._give_back(held)

    def give_all_back(self) -> None:
        """Give every thread's connection back to the pool; for the end, when nobody asks any more."""
        for connection in list(self._out):
            self._give_back(connection)

    def _check_out(self, ends_at: float) -> Connection:
        began_at = time.monotonic()
        while True:
            left_s = ends_at - time.monotonic()
            try:
                return self._pool.getconn(timeout=max(0.001, min(LOOK_S, left_s)))
            except PoolTimeout as error:
                if self._reason.noted_at >= began_at:
                    raise StoreUnavailable(self._reason.text) from error
                if left_s <= LOOK_S:
                    raise StoreUnavailable(f"no connection in time ({self._reason.text or 'nobody answers'})") from error

    def _give_back(self, connection: Connection) -> None:
        with self._lock:
            self._out.discard(connection)
        self._pool.putconn(connection)
