"""`python -m r2a_esl` as a process: a fake FreeSWITCH on one side, the real PostgreSQL on the other, each taken away in turn."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.doubles.freeswitch import VERSION, FakeFreeSwitch
from tests.doubles.worker import PASSWORD, Worker, free_port, soon


def node(dsn: str) -> dict[str, Any]:
    with psycopg.connect(dsn, row_factory=psycopg.rows.dict_row) as database:
        found = database.execute("SELECT *, now() - heartbeat_at AS age FROM rt.node_status WHERE node_name = 'tele-node-01'").fetchone()
    return found or {}


def test_presence_is_written_with_what_freeswitch_says(freeswitch: FakeFreeSwitch, database: str, started: Callable[..., Worker]) -> None:
    worker = started(freeswitch.port, database)
    row = soon(lambda: (found := node(database)).get("freeswitch_up") and found)
    assert (row["core_uuid"], row["freeswitch_version"], row["sessions"], row["last_error"]) == (freeswitch.core_uuid, VERSION, 3, None)
    assert worker.get("/healthz") == (200, "alive\n")
    assert soon(lambda: worker.get("/readyz") == (200, "ready\n"))
    freeswitch.sessions = 8
    assert soon(lambda: node(database)["sessions"] == 8)
    assert node(database)["worker_started_at"] == row["worker_started_at"]
    assert worker.metric("r2a_esl_freeswitch_up") == worker.metric("r2a_esl_database_up") == 1.0
    assert worker.metric("r2a_esl_command_seconds_count") >= 8
    assert freeswitch.connections_accepted == 2, "one for commands, one for events"


def test_freeswitch_away_is_said_once_and_reported(freeswitch: FakeFreeSwitch, database: str, started: Callable[..., Worker]) -> None:
    port = free_port()
    worker = started(port, database)
    soon(lambda: "connection refused" in node(database).get("last_error", ""))
    began = node(database)["heartbeat_at"]
    time.sleep(2.5)
    assert worker.log.count(f"waiting for FreeSWITCH at 127.0.0.1:{port}: connection refused") == 1
    row = node(database)
    assert row["freeswitch_up"] is False
    assert row["heartbeat_at"] > began
    status, text = worker.get("/readyz")
    assert (status, text) == (503, f"waiting for FreeSWITCH at 127.0.0.1:{port}: connection refused\n")
    with FakeFreeSwitch(password=PASSWORD, port=port):
        assert soon(lambda: node(database)["freeswitch_up"])
        assert soon(lambda: worker.get("/readyz")[0] == 200)


def test_a_restarted_freeswitch_is_found_again(freeswitch: FakeFreeSwitch, database: str, started: Callable[..., Worker]) -> None:
    worker = started(freeswitch.port, database)
    soon(lambda: node(database).get("core_uuid") == freeswitch.core_uuid)
    freeswitch.restart()
    soon(lambda: node(database)["core_uuid"] == freeswitch.core_uuid and node(database)["freeswitch_up"])
    assert worker.metric("r2a_esl_connections_total") == 2.0


def test_a_frozen_freeswitch_is_left_and_found_again(freeswitch: FakeFreeSwitch, database: str, started: Callable[..., Worker]) -> None:
    worker = started(freeswitch.port, database)
    soon(lambda: node(database).get("freeswitch_up"))
    with freeswitch.frozen():
        soon(lambda: "within 0.7 s" in (node(database)["last_error"] or ""))
        assert node(database)["freeswitch_up"] is False
        assert worker.metric('r2a_esl_missed_deadlines_total{step="command"}') == 1.0
        assert worker.get("/healthz")[0] == 200
    soon(lambda: node(database)["freeswitch_up"])
    assert freeswitch.connections_accepted >= 2


def test_a_connection_cut_within_a_body_costs_no_cpu_and_no_log(freeswitch: FakeFreeSwitch, database: str, started: Callable[..., Worker]) -> None:
    freeswitch.behave(cut=frozenset({"status"}))
    worker = started(freeswitch.port, database)
    soon(lambda: worker.metric("r2a_esl_connection_failures_total") >= 3)
    assert worker.get("/healthz")[0] == 200
    assert len(worker.log) < 4000
    freeswitch.behave(cut=frozenset())
    soon(lambda: worker.get("/readyz")[0] == 200)


def test_a_wrong_password_and_another_name_are_said(freeswitch: FakeFreeSwitch, database: str, started: Callable[..., Worker]) -> None:
    freeswitch.password = "something-else"
    freeswitch.replies["switchname"] = "tele-node-99"
    worker = started(freeswitch.port, database)
    soon(lambda: "R2A_ESL_PASSWORD" in (node(database).get("last_error") or ""))
    freeswitch.password = PASSWORD
    soon(lambda: node(database)["freeswitch_up"])
    soon(lambda: "switchname=tele-node-99 node_name=tele-node-01" in worker.log)
    assert PASSWORD not in worker.log


def test_without_a_database_the_worker_goes_on_and_says_so_once(freeswitch: FakeFreeSwitch, started: Callable[..., Worker]) -> None:
    worker = started(freeswitch.port, f"host=127.0.0.1 port={free_port()} dbname=none user=nobody")
    soon(lambda: worker.metric("r2a_esl_freeswitch_up") == 1.0)
    time.sleep(2.5)
    status, text = worker.get("/readyz")
    assert status == 503
    assert text.startswith("waiting for the database: ")
    assert worker.log.count("waiting for the database") == 1


def test_an_unmigrated_database_is_named(freeswitch: FakeFreeSwitch, postgres: str, database: str, started: Callable[..., Worker]) -> None:
    worker = started(freeswitch.port, postgres)
    soon(lambda: "run `r2a migrate`" in worker.get("/readyz")[1])


@contextlib.contextmanager
def stopped(dsn: str) -> Iterator[None]:
    """Freeze the server of `dsn`: the postmaster, so that nobody gets in, and the session of the worker, so that it hangs in a query."""
    with psycopg.connect(dsn, autocommit=True) as database:
        (data,) = database.execute("SHOW data_directory").fetchone() or ("",)
        sessions = [pid for (pid,) in database.execute("SELECT pid FROM pg_stat_activity WHERE application_name = 'r2a_esl'")]
    postmaster = Path(data, "postmaster.pid")
    if not postmaster.exists():
        pytest.skip("the PostgreSQL of R2A_TEST_DSN is not on this machine")
    pids = [int(postmaster.read_text().splitlines()[0]), *sessions]
    assert len(pids) == 2, "the worker holds one session"
    try:
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        yield
    finally:
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


def test_a_frozen_database_stops_nothing_else(freeswitch: FakeFreeSwitch, database: str, started: Callable[..., Worker]) -> None:
    worker = started(freeswitch.port, database)
    soon(lambda: worker.get("/readyz")[0] == 200)
    with stopped(database):
        soon(lambda: "no answer from" in worker.log and "within 700 ms" in worker.log)
        asked = len(freeswitch.commands)
        slowest = 0.0
        for _ in range(30):
            began = time.monotonic()
            assert worker.get("/healthz") == (200, "alive\n")
            slowest = max(slowest, time.monotonic() - began)
            time.sleep(0.1)
        assert slowest < 0.5
        assert len(freeswitch.commands) > asked
        assert worker.get("/readyz")[0] == 503
        assert worker.metric('r2a_esl_missed_deadlines_total{step="database"}') >= 1.0
    soon(lambda: worker.get("/readyz")[0] == 200, timeout_s=12)
    soon(lambda: node(database)["age"].total_seconds() < 2)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_quickly_with_0(freeswitch: FakeFreeSwitch, database: str, started: Callable[..., Worker], number: signal.Signals) -> None:
    worker = started(freeswitch.port, database)
    soon(lambda: worker.get("/readyz")[0] == 200)
    began = time.monotonic()
    assert worker.stop(number) == 0
    assert time.monotonic() - began < 2
    assert "Traceback" not in worker.log
    soon(lambda: freeswitch.open_connections == 0)


def test_a_signal_ends_it_while_everything_hangs(freeswitch: FakeFreeSwitch, database: str, started: Callable[..., Worker]) -> None:
    worker = started(freeswitch.port, database, R2A_DB_DEADLINE_MS="30000", R2A_ESL_DEADLINE_MS="30000")
    soon(lambda: worker.get("/readyz")[0] == 200)
    with freeswitch.frozen(), stopped(database):
        time.sleep(1.5)
        began = time.monotonic()
        assert worker.stop() == 0
        assert time.monotonic() - began < 4


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ({"R2A_ESL_PASSWORD": ""}, "r2a_esl: R2A_ESL_PASSWORD: is not set"),
        ({"R2A_ESL_HTTP_BIND": "0.0.0.0:8091"}, "r2a_esl: R2A_ESL_HTTP_BIND: should be a loopback address"),
    ],
)
def test_a_setting_that_cannot_work_is_one_line(database: str, started: Callable[..., Worker], setting: dict[str, str], expected: str) -> None:
    worker = started(8021, database, **setting)
    assert worker.process.wait(10) == 1
    assert worker.log.startswith(expected)
    assert worker.log.count("\n") == 1


def test_a_taken_http_port_is_one_line(database: str, started: Callable[..., Worker]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        worker = started(8021, database, R2A_ESL_HTTP_BIND=f"127.0.0.1:{taken.getsockname()[1]}")
        assert worker.process.wait(10) == 1
    assert "R2A_ESL_HTTP_BIND: cannot listen on" in worker.log
    assert worker.log.count("\n") == 1
