"""`r2a reload`: what nodes have not applied, waiting for them, refreshing and restarting them; and each way in which that goes wrong."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Callable, Iterator

import psycopg
import pytest

from tests.doubles.taskworker import TaskWorker
from tests.doubles.worker import soon
from tests.integration.admin.conftest import R2a

Nodes = Callable[[str], TaskWorker]


@pytest.fixture
def nodes(office: R2a) -> Iterator[Nodes]:
    """Return what starts the worker of a node, which was added to the configuration."""
    with contextlib.ExitStack() as stack:

        def start(name: str) -> TaskWorker:
            office.well("node", "add", name, "--listen", f"10.0.0.{name[-1]}")
            return stack.enter_context(TaskWorker(office.dsn, name))

        yield start


def settled(office: R2a) -> None:
    """Return when every worker has applied everything."""
    soon(lambda: office.ask("SELECT bool_and(applied_revision = (SELECT max(revision) FROM cfg.change_log)) FROM rt.node_status") == [(True,)])


def test_what_is_pending_and_what_it_leads_to(office: R2a, nodes: Nodes) -> None:
    worker = nodes("tele-node-01")
    settled(office)
    assert "tele-node-01: has applied everything" in office.well("reload").out
    worker.applies = False
    first = office.ask("SELECT max(revision) FROM cfg.change_log")[0][0]
    office.well("extension", "set", "1001", "--name", "Bob")
    office.well("gateway", "add", "g", "--proxy", "h", "--username", "u", "--password-stdin", stdin="gw-secret-1\n")
    office.well("profile", "set", "internal", "--port", "5099")
    said = office.well("reload", "--dry-run").out
    assert f"to apply, revisions {first + 1} to " in said
    for line in ("xml_flush_cache id 1001 a.example.com", "sofia profile external rescan", "restart needed: profile internal: port changed"):
        assert f"    {line}" in said
    assert "dry run, nothing was sent" in said
    assert "gw-secret-1" not in said
    (plan,) = office.well("reload", "--json").json["plans"]
    assert plan["changes"] == 4
    assert "xml_flush_cache id 1001 sip.a.example.com" in plan["commands"]


def test_a_node_that_never_applied_anything_is_brought_up_as_a_whole(office: R2a, nodes: Nodes) -> None:
    worker = nodes("tele-node-01")
    worker.applies = False
    office.ask("UPDATE rt.node_status SET applied_revision = 0 RETURNING 1")
    why = "this node has never applied any change"
    assert f"tele-node-01: to be brought up to date as a whole: {why}\n    xml_flush_cache\n" in office.well("reload").out


def test_workers_are_woken_and_dry_run_wakes_nobody(office: R2a) -> None:
    with psycopg.connect(office.dsn, autocommit=True) as listener:
        listener.execute("LISTEN r2a_config")
        office.well("reload", "--dry-run")
        assert list(listener.notifies(timeout=0.3)) == []
        office.well("reload")
        assert len(list(listener.notifies(timeout=5, stop_after=1))) == 1


def test_wait_returns_when_all_have_it(office: R2a, nodes: Nodes) -> None:
    slow = nodes("tele-node-01")
    nodes("tele-node-02")
    settled(office)
    slow.applies = False
    office.well("acl", "add", "trusted")
    process = office.start("reload", "--wait")
    assert process.stdout is not None
    told = [process.stdout.readline() for _ in range(4)]
    assert any(line.startswith("tele-node-02: has applied revision") for line in told), told
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.7)
    slow.applies = True
    out, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (0, "")
    assert out.startswith("tele-node-01: has applied revision")


def test_wait_ends_with_the_names_of_those_who_are_late(office: R2a, nodes: Nodes) -> None:
    nodes("tele-node-01")
    late = nodes("tele-node-02")
    settled(office)
    late.applies = False
    office.well("acl", "add", "trusted")
    said = office("reload", "--wait", "--timeout", "2")
    assert said.code == 1
    assert "tele-node-01: has applied revision" in said.out
    assert "1 change behind after 2 s" in said.out
    assert said.err.strip() == "r2a: not done on tele-node-02"


def test_wait_tells_of_a_command_that_failed(office: R2a, nodes: Nodes) -> None:
    worker = nodes("tele-node-01")
    settled(office)
    worker.applies = worker.beats = False
    office.well("acl", "add", "trusted")
    process = office.start("reload", "--wait", "--timeout", "8")
    assert process.stdout is not None
    assert "1 change to apply" in process.stdout.readline()
    # Given up counts as applied; what failed comes with the heartbeat after that.
    worker.applies = True
    settled(office)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(2)
    worker.last_error = "`reloadacl` answered '-ERR not now' (5 times)"
    worker.beats = True
    out, err = process.communicate(timeout=20)
    assert process.returncode == 1
    assert "but: `reloadacl` answered '-ERR not now' (5 times)" in out
    assert err.strip() == "r2a: not done on tele-node-01"


def test_nodes_that_are_not_there(office: R2a, nodes: Nodes) -> None:
    nodes("tele-node-01")
    office.well("node", "add", "tele-node-03", "--listen", "10.0.0.3")
    said = office.well("reload", "--wait")
    assert "tele-node-03: skipped: never seen" in said.out
    silent = nodes("tele-node-02")
    settled(office)
    silent.beats = False
    office.ask("UPDATE rt.node_status SET heartbeat_at = now() - interval '40 s' WHERE node_name = 'tele-node-02' RETURNING 1")
    assert "tele-node-02: skipped: worker silent for 4" in office.well("reload").out
    said = office("reload", "--wait", "--json")
    assert said.code == 1, "its FreeSWITCH may well take calls"
    assert [(one["node"], one["ok"]) for one in said.json["outcomes"]] == [("tele-node-01", True), ("tele-node-02", False), ("tele-node-03", True)]
    assert office("reload", "--wait", "--node", "tele-node-03").code == 1, "asked for by name"
    office.well("reload", "--wait", "--node", "tele-node-01")
    office.well("node", "disable", "tele-node-02")
    assert "tele-node-02: skipped: disabled" in office.well("reload", "--wait").out
    assert "there is no node 'tele-node-09'; did you mean" in office.refused("reload", "--node", "tele-node-09")


def test_a_worker_that_falls_silent_meanwhile(office: R2a, nodes: Nodes) -> None:
    worker = nodes("tele-node-01")
    settled(office)
    worker.applies = worker.beats = False
    office.well("acl", "add", "trusted")
    office.ask("UPDATE rt.node_status SET heartbeat_at = now() - interval '14 s' RETURNING 1")
    said = office("reload", "--wait")
    assert said.code == 1
    assert "tele-node-01: worker silent for 15 s; whether it has revision" in said.out


def test_full_asks_each_node_and_waits_for_it(office: R2a, nodes: Nodes) -> None:
    first, second = nodes("tele-node-01"), nodes("tele-node-02")
    assert "to be brought up to date as a whole" in office.well("reload", "--full", "--dry-run").out
    assert (first.done, second.done) == ([], [])
    said = office.well("reload", "--full", "--wait")
    assert "tele-node-02: refreshed" in said.out
    assert first.done == second.done == [("refresh", {})]
    second.answers["refresh"] = lambda _: ("failed", {"error": "`reloadacl` answered '-ERR'"})
    said = office("reload", "--full", "--wait")
    assert said.code == 1
    assert "tele-node-02: not refreshed: `reloadacl` answered '-ERR'" in said.out
    assert "not done on tele-node-02" in said.err
    second.works = False
    said = office("reload", "--full", "--wait", "--timeout", "1")
    assert said.code == 1
    assert "tele-node-02: not refreshed after 1 s: its worker did not begin, and the task is taken back" in said.out
    assert office.ask("SELECT count(*) FROM rt.node_task WHERE state = 'waiting'") == [(0,)]
    office.well("reload", "--full", "--node", "tele-node-02")
    assert office.ask("SELECT split_part(asked_by, '@', 1), expires_at - asked_at FROM rt.node_task WHERE state = 'waiting'")[0][0] == "tester"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [(("--full", "--restart", "internal"), "not both"), (("--wait-for-calls", "5"), "goes with --restart"), (("--timeout", "0"), "--timeout")],
)
def test_mistakes(office: R2a, arguments: tuple[str, ...], sentence: str) -> None:
    assert sentence in office.refused("reload", *arguments, code=2)
