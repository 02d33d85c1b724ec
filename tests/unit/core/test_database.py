"""The ladder on a real server: what an answer, a refusal and an outage do to the breaker and to the caller."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import psycopg
import pytest

from r2a_core.breaker import PAUSE_S
from r2a_core.database import Database, Question, connect
from r2a_core.dsn import DatabaseSettings
from r2a_core.environ import Secret
from r2a_core.errors import StoreRefused, StoreUnavailable


@dataclass(frozen=True, slots=True)
class Number:
    """One number."""

    value: int


ONE = Question("one", "SELECT 1", Number)
DENIED = Question("denied", "SELECT revision FROM cfg.change_log", Number)
DIVIDED = Question("divided", "SELECT 1 / %(by)s::integer", Number)
SLOW = Question("slow", "SELECT 1 FROM pg_sleep(%(seconds)s)", Number)
WRITING = Question("writing", "INSERT INTO cfg.tenant (name) VALUES ('x') RETURNING 1", Number)
BACKEND = Question("backend", "SELECT pg_backend_pid()", Number)


def settings(write_dsn: str, read_dsn: str | None = None, deadline_ms: int = 1500) -> DatabaseSettings:
    return DatabaseSettings(write_dsn=Secret(write_dsn), read_dsn=Secret(read_dsn or write_dsn), deadline_ms=deadline_ms)


@pytest.fixture
def opened(database: str) -> Iterator[Database]:
    one = Database(settings(database), application="r2a-test", role="r2a_service", pool_size=4)
    one.open()
    yield one
    one.close()


@pytest.fixture
def nowhere() -> Iterator[str]:
    """Yield the DSN of a port that takes connections and says nothing."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(50)
        yield f"host=127.0.0.1 port={listener.getsockname()[1]} dbname=nothing user=nobody"


def test_rows_are_typed(opened: Database) -> None:
    assert opened.ask(ONE, {}) == [Number(1)]
    assert opened.ask_from(ONE, {}) == ([Number(1)], "write")


def test_a_refusal_is_told_and_costs_nobody_else_an_answer(opened: Database) -> None:
    with pytest.raises(StoreRefused, match="denied: permission denied for table change_log"):
        opened.ask(DENIED, {})
    with pytest.raises(StoreRefused, match="divided: division by zero"):
        opened.ask(DIVIDED, {"by": 0})
    assert opened.ask(DIVIDED, {"by": 1}) == [Number(1)]
    assert not opened.steps[0].breaker.is_open


def test_a_step_that_works_again_is_found_out_without_a_question_waiting_for_it(opened: Database) -> None:
    opened.ask(ONE, {})
    opened.steps[0].breaker.open()
    began = time.monotonic()
    with pytest.raises(StoreUnavailable):
        opened.ask(ONE, {})
    assert time.monotonic() - began < 0.1
    time.sleep(PAUSE_S + 0.5)
    assert opened.ask(ONE, {}) == [Number(1)]


def test_finding_out_leaves_no_connection_behind(database: str, opened: Database) -> None:
    opened.ask(ONE, {})
    for _ in range(6):
        opened.steps[0].breaker.open()
        time.sleep(PAUSE_S + 0.2)
        assert not opened.steps[0].breaker.is_open
    stats = opened.steps[0].pool.get_stats()
    assert stats["pool_size"] <= 2
    assert stats["pool_available"] >= stats["pool_size"] - 1


def test_a_database_without_the_schema_is_no_broken_step(postgres: str) -> None:
    unmigrated = Database(settings(postgres), application="r2a-test", role="", pool_size=2)
    unmigrated.open()
    try:
        for _ in range(2):
            with pytest.raises(StoreUnavailable, match="r2a migrate"):
                unmigrated.ask(DENIED, {})
        assert not unmigrated.steps[0].breaker.is_open
    finally:
        unmigrated.close()


def test_nothing_can_be_written(opened: Database) -> None:
    with pytest.raises((StoreRefused, StoreUnavailable)):
        opened.ask(WRITING, {})


def test_a_slow_question_ends_at_the_deadline(opened: Database) -> None:
    opened.ask(ONE, {})
    began = time.monotonic()
    with pytest.raises(StoreUnavailable):
        opened.ask(SLOW, {"seconds": 10})
    assert time.monotonic() - began < 1.5 + 0.3


def test_eight_callers_on_four_connections_end_at_the_deadline(opened: Database) -> None:
    def slow(_: int) -> float:
        began = time.monotonic()
        with pytest.raises(StoreUnavailable):
            opened.ask(SLOW, {"seconds": 10})
        return time.monotonic() - began

    with ThreadPoolExecutor(8) as pool:
        assert max(pool.map(slow, range(8))) < 1.5 + 0.3


def test_a_connection_that_died_between_questions_costs_no_answer(database: str, opened: Database) -> None:
    (before,) = opened.ask(BACKEND, {})
    with psycopg.connect(database, autocommit=True) as superuser:
        superuser.execute("SELECT pg_terminate_backend(%s)", (before.value,))
    (after,) = opened.ask(BACKEND, {})
    assert after != before
    assert not opened.steps[0].breaker.is_open


def test_a_thread_keeps_its_connection_between_questions(opened: Database) -> None:
    assert opened.ask(BACKEND, {}) == opened.ask(BACKEND, {})


def test_the_next_step_answers_within_the_deadline(database: str, nowhere: str) -> None:
    ladder = Database(settings(database, nowhere), application="r2a-test", role="r2a_service", pool_size=2)
    ladder.open()
    try:
        began = time.monotonic()
        assert ladder.ask_from(ONE, {}) == ([Number(1)], "write")
        assert time.monotonic() - began < 1.5
        began = time.monotonic()
        assert ladder.ask_from(ONE, {}) == ([Number(1)], "write")
        assert time.monotonic() - began < 0.1
    finally:
        ladder.close()


def test_no_step_left_names_them_all_and_no_password(nowhere: str) -> None:
    other = nowhere.replace("127.0.0.1", "127.0.0.2")
    both = settings(f"{nowhere} password=hunter2", f"{other} password=hunter2", deadline_ms=400)
    ladder = Database(both, application="r2a-test", role="r2a_service", pool_size=1)
    ladder.open()
    try:
        for _ in range(2):
            with pytest.raises(StoreUnavailable) as raised:
                ladder.ask(ONE, {})
            assert "read 127.0.0.2:" in str(raised.value)
            assert "write 127.0.0.1:" in str(raised.value)
            assert "hunter2" not in str(raised.value)
    finally:
        ladder.close()


def test_an_unmigrated_database_says_what_to_run(postgres: str) -> None:
    empty = Database(settings(psycopg.conninfo.make_conninfo(postgres, dbname="postgres")), application="r2a-test", role="", pool_size=1)
    empty.open()
    try:
        with pytest.raises(StoreUnavailable, match="r2a migrate"):
            empty.ask(DENIED, {})
    finally:
        empty.close()


def test_connect_names_the_place_and_no_password() -> None:
    with pytest.raises(StoreUnavailable) as raised:
        connect(settings("host=127.0.0.1 port=1 dbname=d user=u password=hunter2"), application="r2a-test", role=None)
    assert "127.0.0.1:1/d" in str(raised.value)
    assert "hunter2" not in str(raised.value)


def test_closing_leaves_no_connection_open(database: str) -> None:
    one = Database(settings(database), application=f"r2a-test-{os.getpid()}", role="r2a_service", pool_size=2)
    one.open()
    one.ask(ONE, {})
    one.close()
    with psycopg.connect(database) as superuser:
        for _ in range(40):
            left = superuser.execute("SELECT count(*) FROM pg_stat_activity WHERE application_name = %s", (f"r2a-test-{os.getpid()}",)).fetchone()
            if left == (0,):
                return
            superuser.rollback()
            time.sleep(0.05)
    raise AssertionError(f"left open: {left}")
