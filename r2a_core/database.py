"""Asks PostgreSQL a question within a deadline: first the read pool, then the write pool, each behind a breaker."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import psycopg
from psycopg_pool import ConnectionPool

from r2a_core import dsn
from r2a_core.breaker import Breaker
from r2a_core.deadline import Watchdog
from r2a_core.environ import Secret
from r2a_core.errors import SchemaMissing, StoreRefused, StoreUnavailable
from r2a_core.logs import fields
from r2a_core.pooling import Connection, Held, Reason, last_line, make_pool
from r2a_core.prepared import Question, Row

__all__ = ["Connection", "Database", "Question", "Row", "connect"]

log = logging.getLogger("r2a_core.database")

#: What a server says that is alive, and whose session is no good: shutting down, starting, in recovery, out of sessions or memory, plans outdated.
_ELSEWHERE = ("57P01", "57P02", "57P03", "57014", "25006", "53300", "53200", "40001", "0A000")
#: Nobody has migrated this database, or another version has.
_NOT_MIGRATED = ("3F000", "42P01", "42703", "42883")


@dataclass(frozen=True, slots=True)
class Alive:
    """The row of the question whose only point is that it is answered."""

    one: int


_ALIVE = Question("alive", "SELECT 1", Alive)


@dataclass(slots=True)
class Step:
    """One rung of the ladder: a pool, what the threads hold of it, what to call it, and its breaker."""

    name: str
    place: str
    pool: ConnectionPool[Connection]
    held: Held
    breaker: Breaker
    last_reason: str = ""


class Database:
    """The way to ask. ask() never takes longer than the deadline and never answers wrongly: it raises StoreUnavailable instead."""

    def __init__(self, settings: dsn.DatabaseSettings, *, application: str, role: str, pool_size: int) -> None:
        self._deadline_s = settings.deadline_s
        self._watchdog = Watchdog()
        same = settings.read_dsn.reveal() == settings.write_dsn.reveal()
        wanted = [("write", settings.write_dsn)] if same else [("read", settings.read_dsn), ("write", settings.write_dsn)]
        self.steps = [self._make_step(name, place, application, role, pool_size) for name, place in wanted]

    def open(self) -> None:
        """Start connecting in the background; call after fork. Returns at once, also when no server answers."""
        self._watchdog.start()
        for step in self.steps:
            step.pool.open(wait=False)

    def close(self) -> None:
        """Close every connection, also those that threads hold: nobody may ask any more."""
        for step in self.steps:
            step.breaker.stop()
            step.held.give_all_back()
            step.pool.close(timeout=1.0)

    def ask(self, question: Question[Row], values: Mapping[str, str | int]) -> list[Row]:
        """Return the rows that answer `question`. Raises StoreUnavailable within the deadline, StoreRefused when it cannot be asked."""
        rows, _ = self.ask_from(question, values)
        return rows

    def ask_from(self, question: Question[Row], values: Mapping[str, str | int]) -> tuple[list[Row], str]:
        """Like ask(); also return the name of the step that answered."""
        ends_at = time.monotonic() + self._deadline_s
        reasons: list[str] = []
        for position, step in enumerate(self.steps):
            if step.breaker.is_open:
                reasons.append(f"{step.name} {step.place} is down: {step.last_reason}")
                continue
            now = time.monotonic()
            step_ends_at = now + (ends_at - now) / (len(self.steps) - position)
            try:
                return self._ask_step(step, question, values, step_ends_at), step.name
            except StoreUnavailable as error:
                reasons.append(f"{step.name} {step.place}: {error}")
                if not isinstance(error, SchemaMissing):
                    self._fails(step, error)
        raise StoreUnavailable("; ".join(reasons))

    def _fails(self, step: Step, error: StoreUnavailable) -> None:
        step.last_reason = str(error)
        if step.breaker.open():
            log.error("database step fails", extra=fields(step=step.name, place=step.place, reason=error))

    def _works(self, step: Step) -> bool:
        try:
            self._ask_step(step, _ALIVE, {}, time.monotonic() + self._deadline_s)
        except StoreUnavailable as error:
            step.last_reason = str(error)
            return False
        finally:
            step.held.give_back()
        return True

    def _make_step(self, name: str, place: Secret, application: str, role: str, size: int) -> Step:
        settings = {
            "plan_cache_mode": "force_generic_plan",
            "default_transaction_read_only": "on",
            "jit": "off",
            "statement_timeout": str(int(self._deadline_s * 1000)),
        }
        text = dsn.with_options(place, application=application, role=role, connect_timeout_s=2, settings=settings)
        reason = Reason(role)
        # One more than there are threads: the thread that finds out whether the step works again takes one as well.
        pool = make_pool(text, f"{application}-{name}", size + 1, self._deadline_s, reason)

        def tell() -> None:
            log.warning("database step works again", extra=fields(step=name, place=step.place))

        step = Step(name, dsn.place(place), pool, Held(pool, reason), Breaker(name, lambda: self._works(step), tell))
        return step

    def _ask_step(self, step: Step, question: Question[Row], values: Mapping[str, str | int], ends_at: float) -> list[Row]:
        # A server that was restarted leaves dead connections behind; each fails at once, and the next one is tried.
        for _ in range(step.pool.max_size + 1):
            connection = step.held.connection(ends_at)
            try:
                with self._watchdog.limit(connection.fileno(), ends_at):
                    return step.held.prepared(connection, question).ask(values)
            except psycopg.Error as error:
                if error.sqlstate in _ELSEWHERE:
                    connection.close()
                _raise_unless_dead(error, question.name, connection, ends_at)
        raise StoreUnavailable("every pooled connection was dead")


def _raise_unless_dead(error: psycopg.Error, question: str, connection: Connection, ends_at: float) -> None:
    if error.sqlstate in _NOT_MIGRATED:
        raise SchemaMissing("the schema is missing or of another version; run `r2a migrate`") from error
    if not connection.closed:
        raise StoreRefused(f"{question}: {error.diag.message_primary or type(error).__name__}") from error
    if time.monotonic() >= ends_at - 0.1:
        raise StoreUnavailable("no answer in time; the connection was shut") from error


def connect(settings: dsn.DatabaseSettings, *, application: str, role: str | None, options: Sequence[tuple[str, str]] = ()) -> Connection:
    """Open one connection to the write port, outside any pool; raise StoreUnavailable with the reason and the place."""
    text = dsn.with_options(settings.write_dsn, application=application, role=role, connect_timeout_s=5, settings=dict(options))
    try:
        return psycopg.connect(text)
    except psycopg.OperationalError as error:
        raise StoreUnavailable(f"no database at {dsn.place(settings.write_dsn)}: {last_line(error)}") from error
