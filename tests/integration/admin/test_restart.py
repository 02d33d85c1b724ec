"""`r2a reload --restart`: node by node, never on after a failure, and nothing half said when somebody stops it."""

from __future__ import annotations

import contextlib
import itertools
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.conftest import ROOT
from tests.doubles.taskworker import TaskWorker
from tests.doubles.worker import soon
from tests.integration.admin.conftest import R2a

INTERNAL = ("restart_profile", {"profile": "internal"})


@pytest.fixture
def three(office: R2a) -> Iterator[list[TaskWorker]]:
    """Return the workers of three nodes."""
    with contextlib.ExitStack() as stack:
        found = []
        for number in (1, 2, 3):
            office.well("node", "add", f"tele-node-0{number}", "--listen", f"10.0.0.{number}")
            found.append(stack.enter_context(TaskWorker(office.dsn, f"tele-node-0{number}")))
            found[-1].answers["restart_profile"] = lambda _: ("done", {"did": "restart", "calls_before": 12, "took_ms": 900})
        yield found


def test_node_by_node(office: R2a, three: list[TaskWorker]) -> None:
    said = office.well("reload", "--restart", "internal", "--yes")
    assert [worker.done for worker in three] == [[INTERNAL]] * 3
    assert "tele-node-02: restarted profile internal (12 calls ended, 900 ms)" in said.out
    times = office.ask("SELECT node_name, started_at, finished_at, expires_at - asked_at FROM rt.node_task ORDER BY id")
    for (_, _, finished, _), (_, began, _, expires) in itertools.pairwise(times):
        assert finished <= began, "one after the other"
        assert expires.total_seconds() == 60
    office.well("reload", "--restart", "internal", "--yes", "--node", "tele-node-02", "--wait-for-calls", "30")
    assert three[1].done[-1] == ("restart_profile", {"profile": "internal", "wait_for_calls_s": 30})


def test_it_asks_and_says_how_many_calls_end(office: R2a, three: list[TaskWorker]) -> None:
    line = office.refused("reload", "--restart", "internal")
    assert "Restart profile internal on tele-node-01 (12 calls); tele-node-02 (12 calls); tele-node-03 (12 calls)? Its calls end." in line
    assert "--yes" in line
    here, there = pty.openpty()
    env = {**os.environ, "R2A_WRITE_DSN": office.dsn}
    command = [sys.executable, "-m", "r2a_admin", "reload", "--restart", "internal", "--node", "tele-node-01"]
    with subprocess.Popen(command, cwd=ROOT, env=env, stdin=there, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        os.write(here, b"n\n")
        out, err = process.communicate(timeout=20)
    os.close(here)
    os.close(there)
    assert process.returncode == 1
    assert "(12 calls)?" in out + err
    assert "nothing was changed" in err
    assert three[0].done == []


def test_dry_run_and_why_it_is_needed(office: R2a, three: list[TaskWorker]) -> None:
    office.ask("INSERT INTO rt.restart_needed (node_name, profile, why, revision) VALUES ('tele-node-02', 'internal', 'port changed', 1) RETURNING 1")
    said = office.well("reload", "--restart", "internal", "--dry-run")
    assert "tele-node-02: profile internal, 12 calls; needed: port changed" in said.out
    plans = office.well("reload", "--restart", "internal", "--dry-run", "--json").json["plans"]
    assert plans[1] == {"node": "tele-node-02", "calls": 12, "needed": ["port changed"]}
    assert [worker.done for worker in three] == [[], [], []]


def test_it_stops_at_the_first_failure(office: R2a, three: list[TaskWorker]) -> None:
    three[1].answers["restart_profile"] = lambda _: ("failed", {"error": "the XML service is not ready; nothing was touched"})
    said = office("reload", "--restart", "internal", "--yes")
    assert said.code == 1
    assert "tele-node-02: not restarted: the XML service is not ready" in said.out
    assert "stopped: restarted on tele-node-01; failed on tele-node-02; not touched: tele-node-03" in said.out
    assert three[2].done == []
    assert said.err.strip() == "r2a: not done on tele-node-02, tele-node-03"


def test_a_worker_that_does_not_begin_or_does_not_end(office: R2a, three: list[TaskWorker]) -> None:
    three[0].works = False
    said = office("reload", "--restart", "internal", "--yes", "--timeout", "1")
    assert (said.code, three[1].done) == (1, [])
    assert "tele-node-01: not restarted after 1 s: its worker did not begin, and the task is taken back" in said.out
    assert office.ask("SELECT count(*) FROM rt.node_task") == [(0,)]
    three[0].works, three[0].task_s = True, 3
    said = office("reload", "--restart", "internal", "--yes", "--timeout", "1")
    assert "tele-node-01: not restarted after 1 s: still at it; look at the node" in said.out
    office.ask("UPDATE rt.node_status SET heartbeat_at = now() RETURNING 1")


def test_which_nodes_it_is_about(office: R2a, three: list[TaskWorker]) -> None:
    assert "there is no profile 'intern'; did you mean internal?" in office.refused("reload", "--restart", "intern", "--yes")
    office.well("profile", "add", "lan", "--port", "5099", "--node", "tele-node-02")
    assert "tele-node-01: profile" not in office.well("reload", "--restart", "lan", "--dry-run").out
    line = office.refused("reload", "--restart", "lan", "--yes", "--node", "tele-node-01")
    assert "profile lan neither runs nor should run on tele-node-01" in line
    # One that was deleted still runs until it is stopped.
    three[2].sofia = {"profiles": [{"name": "old", "state": "RUNNING", "calls": 0}], "gateways": []}
    soon(lambda: "tele-node-03: profile old, 0 calls" in office("reload", "--restart", "old", "--dry-run").out)
    three[2].answers["restart_profile"] = lambda _: ("done", {"did": "stop", "calls_before": 0, "took_ms": 80})
    assert "tele-node-03: stopped profile old (80 ms)" in office.well("reload", "--restart", "old", "--yes").out


def test_a_silent_node_is_said_and_is_no_success(office: R2a, three: list[TaskWorker]) -> None:
    three[2].beats = False
    office.ask("UPDATE rt.node_status SET heartbeat_at = now() - interval '40 s' WHERE node_name = 'tele-node-03' RETURNING 1")
    said = office("reload", "--restart", "internal", "--yes")
    assert said.code == 1
    assert "tele-node-03: skipped: worker silent" in said.out
    assert [len(worker.done) for worker in three] == [1, 1, 0]


def interrupted(office: R2a, ready: str) -> tuple[int, str]:
    """Send Ctrl-C to a restart when `ready` finds a row; return the exit code and the last line it said."""
    process = office.start("reload", "--restart", "internal", "--yes")
    soon(lambda: office.ask(ready))
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    return process.returncode, err.strip().splitlines()[-1]


def test_ctrl_c_before_a_worker_begins_takes_the_task_back(office: R2a, three: list[TaskWorker]) -> None:
    three[1].works = False
    code, line = interrupted(office, "SELECT 1 FROM rt.node_task WHERE node_name = 'tele-node-02'")
    assert code == 130
    assert line == "r2a: interrupted: restarted on tele-node-01; not touched: tele-node-02, tele-node-03"
    assert office.ask("SELECT node_name FROM rt.node_task") == [("tele-node-01",)]


def test_ctrl_c_in_the_middle_says_what_is_under_way(office: R2a, three: list[TaskWorker]) -> None:
    three[1].task_s = 2
    code, line = interrupted(office, "SELECT 1 FROM rt.node_task WHERE node_name = 'tele-node-02' AND state = 'running'")
    assert code == 130
    assert line == "r2a: interrupted: restarted on tele-node-01; under way on tele-node-02, look at it; not touched: tele-node-03"


def test_ctrl_c_of_a_refresh(office: R2a, three: list[TaskWorker]) -> None:
    three[1].works, three[2].task_s = False, 3
    process = office.start("reload", "--full", "--wait")
    soon(lambda: office.ask("SELECT count(*) FROM rt.node_task WHERE state <> 'waiting'") == [(2,)])
    soon(lambda: three[0].done and office.ask("SELECT 1 FROM rt.node_task WHERE state = 'done'"))
    assert process.stdout is not None
    while "tele-node-01: refreshed" not in process.stdout.readline():
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 130
    last = err.strip().splitlines()[-1]
    assert last == "r2a: interrupted: refreshed: tele-node-01; begun: tele-node-03; taken back: tele-node-02"
