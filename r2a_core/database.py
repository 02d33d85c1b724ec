"""Asks PostgreSQL a question within a deadline: first the read pool, then the write pool, each behind a breaker."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, LiteralString, TypeVar

import psycopg
from psycopg.rows import args_row
from psycopg_pool import ConnectionPool, PoolTimeout

from r2a_core import dsn
from r2a_core.deadline import Watchdog
from r2a_core.errors import StoreRefused, StoreUnavailable
from r2a_core.logs import fields

log = logging.getLogger("r2a_core.database")

Row = TypeVar("Row")
Connection = psycopg.Connection[tuple[Any, ...]]

#: How long a step of the ladder is left alone after it failed, in seconds. Then one question tries it again.
BREAK_S = 1.0
#: psycopg_pool doubles its pause between attempts to connect up to this; more would outlast the outage by seconds.
RECONNECT_S = 1.0
#: How long a thread keeps a connection before the pool sees it again, in seconds.
HOLD_S = 20.0

#: What a server says that is alive, and not the one to ask: shutting down, starting, in recovery, out of sessions, out of memory.
_ELSEWHERE = ("57P01", "57P02", "57P03", "57014", "25006", "53300", "53200", "40001")
#: Nobody has migrated this database, or another version has.
_NOT_MIGRATED = ("3F000", "42P01", "42703", "42883")


@dataclass(frozen=True, slots=True)
class Question(Generic[Row]):
    """One SELECT and the type of its rows: the columns are the constructor's arguments, in order."""

    name: str
    sql: LiteralString
    row: type[Row]


class Breaker:
    """Closed while a step works. After a failure it is open for BREAK_S; then one caller at a time may try."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._opens_at = 0.0
        self._failed = False

    @property
    def failed(self) -> bool:
        return self._failed

    def may_try(self) -> bool:
        if not self._failed:
            return True
        with self._lock:
            now = time.monotonic()
            if now < self._opens_at:
                return False
            self._opens_at = now + BREAK_S
            return True

    def note(self, *, worked: bool) -> bool:
        """Note how a try ended; return True when that is news."""
        if worked and not self._failed:
            return False
        with self._lock:
            news = self._failed == worked
            self._failed = not worked
            if not worked:
                self._opens_at = time.monotonic() + BREAK_S
            return news


class Held:
    """The connection each thread keeps between questions: checking one out and in again costs more than a question's own Python.

    The pool still makes, replaces and retires them: a thread gives its connection back after HOLD_S, or as soon as it is closed.
    """

    def __init__(self, pool: ConnectionPool[Connection]) -> None:
        self._pool = pool
        self._local = threading.local()

    def take(self, ends_at: float) -> Connection:
        """Return this thread's connection; raise StoreUnavailable when the pool has none before `ends_at`."""
        connection: Connection | None = getattr(self._local, "connection", None)
        now = time.monotonic()
        if connection is not None:
            if now < self._local.until and not connection.closed:
                return connection
            self._local.connection = None
            self._pool.putconn(connection)
        try:
            connection = self._pool.getconn(timeout=max(0.001, ends_at - now))
        except PoolTimeout as error:
            raise StoreUnavailable("no connection in time") from error
        self._local.connection, self._local.until = connection, now + HOLD_S
        return connection


@dataclass(slots=True)
class Step:
    """One rung of the ladder: a pool, what the threads hold of it, what to call it, and its breaker."""

    name: str
    place: str
    pool: ConnectionPool[Connection]
    held: Held
    breaker: Breaker


class Database:
    """The way to ask. ask() never takes longer than the deadline and never answers wrongly: it raises StoreUnavailable instead."""

    def __init__(self, settings: dsn.DatabaseSettings, *, application: str, role: str, pool_size: int) -> None:
        self._deadline_s = settings.deadline_s
        self._watchdog = Watchdog()
        same = settings.read_dsn.reveal() == settings.write_dsn.reveal()
        wanted = [("write", settings.write_dsn)] if same else [("read", settings.read_dsn), ("write", settings.write_dsn)]
        self.steps = []
        for name, place in wanted:
            pool = _pool(place, name, application, role, pool_size, self._deadline_s)
            self.steps.append(Step(name, dsn.place(place), pool, Held(pool), Breaker()))

    def open(self) -> None:
        """Start connecting in the background; call after fork. Returns at once, also when no server answers."""
        self._watchdog.start()
        for step in self.steps:
            step.pool.open(wait=False)

    def close(self) -> None:
        for step in self.steps:
            step.pool.close(timeout=1.0)

    def ask(self, question: Question[Row], values: Mapping[str, object]) -> list[Row]:
        """Return the rows that answer `question`. Raises StoreUnavailable within the deadline, StoreRefused when it cannot be asked."""
        rows, _ = self.ask_from(question, values)
        return rows

    def ask_from(self, question: Question[Row], values: Mapping[str, object]) -> tuple[list[Row], str]:
        """Like ask(); also return the name of the step that answered."""
        ends_at = time.monotonic() + self._deadline_s
        reasons: list[str] = []
        for position, step in enumerate(self.steps):
            if not step.breaker.may_try():
                reasons.append(f"{step.name} {step.place} is down")
                continue
            now = time.monotonic()
            step_ends_at = now + (ends_at - now) / (len(self.steps) - position)
            try:
                rows = self._ask_step(step, question, values, step_ends_at)
            except StoreUnavailable as error:
                reasons.append(f"{step.name} {step.place}: {error}")
                if step.breaker.note(worked=False):
                    log.error("database step fails", extra=fields(step=step.name, place=step.place, reason=error))
                continue
            if step.breaker.note(worked=True):
                log.warning("database step works again", extra=fields(step=step.name, place=step.place))
            return rows, step.name
        raise StoreUnavailable("; ".join(reasons))

    def _ask_step(self, step: Step, question: Question[Row], values: Mapping[str, object], ends_at: float) -> list[Row]:
        # A server that was restarted leaves dead connections behind; each fails at once, and the next one is tried.
        for _ in range(step.pool.max_size + 1):
            connection = step.held.take(ends_at)
            try:
                with self._watchdog.limit(connection.fileno(), ends_at), connection.cursor(row_factory=args_row(question.row)) as cursor:
                    return cursor.execute(question.sql, values, prepare=True).fetchall()
            except psycopg.Error as error:
                if error.sqlstate in _ELSEWHERE:
                    connection.close()
                _raise_unless_dead(error, question.name, connection, ends_at)
        raise StoreUnavailable("every pooled connection was dead")


def _raise_unless_dead(error: psycopg.Error, question: str, connection: Connection, ends_at: float) -> None:
    if error.sqlstate in _NOT_MIGRATED:
        raise StoreUnavailable("the schema is missing or of another version; run `r2a migrate`") from error
    if not connection.closed:
        raise StoreRefused(f"{question}: {error.diag.message_primary or type(error).__name__}") from error
    if time.monotonic() >= ends_at - 0.1:
        raise StoreUnavailable("no answer in time; the connection was shut") from error


def _pool(place: Any, name: str, application: str, role: str, size: int, deadline_s: float) -> ConnectionPool[Connection]:
    settings = {
        "plan_cache_mode": "force_generic_plan",
        "default_transaction_read_only": "on",
        "jit": "off",
        "statement_timeout": str(int(deadline_s * 1000)),
    }
    return ConnectionPool(
        dsn.with_options(place, application=application, role=role, connect_timeout_s=2, settings=settings),
        kwargs={"autocommit": True, "prepare_threshold": 0},
        min_size=1,
        max_size=size,
        open=False,
        name=f"{application}-{name}",
        timeout=deadline_s,
        reconnect_timeout=RECONNECT_S,
        max_lifetime=300,
        max_idle=60,
    )


def connect(settings: dsn.DatabaseSettings, *, application: str, role: str | None, options: Sequence[tuple[str, str]] = ()) -> Connection:
    """Open one connection to the write port, outside any pool; raise StoreUnavailable with the reason and the place."""
    text = dsn.with_options(settings.write_dsn, application=application, role=role, connect_timeout_s=5, settings=dict(options))
    try:
        return psycopg.connect(text)
    except psycopg.OperationalError as error:
        reason = str(error).strip().splitlines()[-1]
        raise StoreUnavailable(f"no database at {dsn.place(settings.write_dsn)}: {reason}") from error
