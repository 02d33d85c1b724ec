"""What operators ask of a node, done on a real FreeSWITCH: a profile of its own is started, restarted, surveyed and stopped."""

from __future__ import annotations

import itertools
import json
import os
import re
import socket
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from r2a_core.environ import Environment
from r2a_core.sealing import SealingKey

from .conftest import Site
from .processes import Program, free_port, wait_for
from .switch import NODE
from .xmlservice import ROOT, XmlService

pytestmark = pytest.mark.freeswitch

PASSWORD = "of-the-carrier"
_APPLIED = "SELECT FROM rt.node_status WHERE node_name = %s AND applied_revision = (SELECT max(revision) FROM cfg.change_log)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """The worker of the site's node, its own XML service, and the database as an operator sees it."""

    site: Site
    db: psycopg.Connection[dict[str, Any]]
    service: XmlService
    worker: Program
    start_worker: Callable[[], Program]
    #: A profile of this test alone.
    profile: str

    def ask(self, kind: str, **argument: object) -> int:
        """Ask the node for something; return the task's number."""
        row = self.db.execute(
            "INSERT INTO rt.node_task (node_name, kind, argument, asked_by, expires_at)"
            " VALUES (%s, %s, %s::jsonb, 'test', now() + interval '1 minute') RETURNING id",
            (NODE, kind, json.dumps(argument)),
        ).fetchone()
        assert row is not None
        return int(row["id"])

    def outcome(self, number: int, within_s: float = 60) -> tuple[str, dict[str, Any]]:
        """Return state and result of a task, once it came to an end."""

        def ended() -> dict[str, Any] | None:
            return self.db.execute("SELECT * FROM rt.node_task WHERE id = %s AND state IN ('done', 'failed')", (number,)).fetchone()

        row = wait_for("the task ends", ended, within_s)
        assert row["started_at"] <= row["finished_at"]
        return row["state"], row["result"]

    def do(self, kind: str, **argument: object) -> tuple[str, dict[str, Any]]:
        return self.outcome(self.ask(kind, **argument))

    def needed(self) -> list[str]:
        return [row["why"] for row in self.db.execute("SELECT why FROM rt.restart_needed WHERE profile = %s ORDER BY revision", (self.profile,))]

    def last_error(self) -> str:
        row = self.db.execute("SELECT last_error FROM rt.node_status WHERE node_name = %s", (NODE,)).fetchone()
        return str(row and row["last_error"])

    def sofia(self) -> dict[str, Any]:
        row = self.db.execute("SELECT sofia FROM rt.node_status WHERE node_name = %s", (NODE,)).fetchone()
        return (row and row["sofia"]) or {"profiles": [], "gateways": []}

    def set_port(self, port: int) -> None:
        self.db.execute("UPDATE cfg.sip_profile SET port = %s WHERE name = %s", (port, self.profile))

    def restart(self) -> tuple[str, dict[str, Any]]:
        return self.do("restart_profile", profile=self.profile)

    def shows(self, why: str) -> bool:
        return f"restart needed: profile {self.profile}: {why}" in self.last_error()


@pytest.fixture(scope="module")
def spares(site: Site) -> Iterator[Iterator[str]]:
    """Yield names of profiles; those that run are stopped after the last test, when most are old enough for mod_sofia to stop them."""
    yield (f"spare{number}" for number in itertools.count(1))
    for name in re.findall(r"<name>(spare\d+)</name>\n<type>profile", site.switch.api("sofia xmlstatus")):
        wait_for(f"{name} stops", lambda name=name: "up for at least" not in site.switch.api(f"sofia profile {name} stop"), 15, 0.5)  # type: ignore[misc]


@pytest.fixture
def node(site: Site, spares: Iterator[str], tmp_path: Path) -> Iterator[Node]:
    """Yield the site's node with a worker; its profile is no longer configured afterwards."""
    service = XmlService(site.variables, tmp_path)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("R2A_")}
    workers: list[Program] = []

    def start() -> Program:
        bind = {"R2A_ESL_HTTP_BIND": f"127.0.0.1:{free_port()}", "R2A_XML_BIND": f"127.0.0.1:{service.port}", "R2A_ESL_HEARTBEAT_S": "1"}
        folder = tmp_path / f"worker-{len(workers)}"
        folder.mkdir()
        environment = {**inherited, **site.variables, **bind, "PYTHONPATH": str(ROOT)}
        workers.append(Program("r2a_esl", [sys.executable, "-m", "r2a_esl"], folder=folder, environment=environment))
        wait_for("it listens", lambda: "listening for changes" in workers[-1].text(), 15)
        wait_for("everything so far is applied", lambda: db.execute(_APPLIED, (NODE,)).fetchone() is not None, 30)
        return workers[-1]

    with psycopg.connect(site.dsn, autocommit=True, row_factory=dict_row) as db:
        try:
            service.wait_until_ready()
            yield Node(site=site, db=db, service=service, worker=start(), start_worker=start, profile=next(spares))
        finally:
            for worker in workers:
                worker.stop()
            service.stop()
            db.execute("DELETE FROM cfg.gateway WHERE name LIKE 'spare%'")
            db.execute("DELETE FROM cfg.sip_profile WHERE name LIKE 'spare%'")
    for worker in workers:
        assert "Traceback" not in worker.text()
        assert PASSWORD not in worker.text()


@pytest.fixture
def port(node: Node) -> int:
    """Configure the node's own profile on a free port, have it started, and return the port."""
    number = free_port()
    node.db.execute("INSERT INTO cfg.sip_profile (name, port) VALUES (%s, %s)", (node.profile, number))
    wait_for("it is noted", lambda: node.needed() == ["it is new"], 10)
    state, result = node.restart()
    assert (state, result.get("did")) == ("done", "start"), f"{result} {node.service.log()[-2000:]}"
    return number


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_a_new_port_needs_a_restart_and_has_it(node: Node, port: int) -> None:
    assert listens(port)
    assert node.needed() == []
    new = free_port()
    node.set_port(new)
    wait_for("it is noted", lambda: node.needed() == ["port changed"], 5)
    wait_for("it is shown", lambda: node.shows("port changed"), 5)
    assert (listens(port), listens(new)) == (True, False)
    state, result = node.restart()
    assert (state, result["did"], result["calls_before"]) == ("done", "restart", 0)
    assert 0 < result["took_ms"] < 20_000
    assert (listens(port), listens(new)) == (False, True)
    assert node.needed() == []
    wait_for("it is no longer shown", lambda: not node.shows("port changed"), 5)
    wait_for("it is seen", lambda: {"name": node.profile, "state": "RUNNING", "calls": 0} in node.sofia()["profiles"], 5)


def test_a_profile_that_was_deleted_is_stopped(node: Node, port: int) -> None:
    node.db.execute("DELETE FROM cfg.sip_profile WHERE name = %s", (node.profile,))
    wait_for("it is noted", lambda: node.needed() == ["it was deleted"], 5)
    assert listens(port)
    state, result = node.restart()
    assert (state, result["did"]) == ("done", "stop")
    wait_for("nobody listens", lambda: not listens(port), 15)
    assert node.needed() == []
    state, result = node.restart()
    assert (state, result["error"]) == ("failed", f"this node has no profile {node.profile}, and none of that name runs")


def test_nothing_is_touched_while_nobody_could_answer(node: Node, port: int) -> None:
    node.set_port(free_port())
    wait_for("it is noted", node.needed, 5)
    node.service.stop()
    state, result = node.restart()
    assert state == "failed"
    assert "is not ready, and FreeSWITCH could not get the profile back; nothing was touched" in result["error"]
    time.sleep(1)
    assert listens(port)
    assert node.profile in [one["name"] for one in node.sofia()["profiles"]]
    assert node.needed() == ["port changed"]


def test_a_note_outlives_the_worker_and_goes_when_somebody_restarts_the_profile_by_hand(node: Node, port: int) -> None:
    node.set_port(new := free_port())
    wait_for("it is noted", lambda: node.needed() == ["port changed"], 5)
    node.worker.stop()
    worker = node.start_worker()
    wait_for("it is shown again", lambda: node.shows("port changed"), 10)
    assert "restart needed" not in worker.text(), "it was read back, and not planned again"
    wait_for("it may be restarted", lambda: "restarting: " in node.site.switch.api(f"sofia profile {node.profile} restart"), 15, 0.5)
    wait_for("the note is gone", lambda: node.needed() == [], 15)
    wait_for("it listens", lambda: listens(new), 15)
    wait_for("it is no longer shown", lambda: not node.shows("port changed"), 5)


def seal(node: Node, password: str) -> bytes:
    key = SealingKey.from_environment(Environment(node.site.variables))
    assert key is not None
    return key.seal(password)


def test_a_survey_agrees_with_what_was_configured(node: Node, port: int) -> None:
    node.db.execute(
        "INSERT INTO cfg.gateway (name, sip_profile_id, proxy, realm, username, password_sealed, transport, context)"
        " SELECT 'spare-carrier', id, '127.0.0.1:9', 'carrier.example.net', '4711', %s, 'tcp', 'public.carrier'"
        " FROM cfg.sip_profile WHERE name = %s",
        (seal(node, PASSWORD), node.profile),
    )
    wait_for("it is seen", lambda: "spare-carrier" in [one["name"] for one in node.sofia()["gateways"]], 10)
    probes = [["rfc1918.auto", "10.1.2.3"], ["rfc1918.auto", "192.0.2.1"], ["no-such-list", "10.1.2.3"]]
    state, found = node.do("survey", acl_probes=probes)
    assert state == "done"
    assert PASSWORD not in json.dumps(found)
    (core_uuid,) = [node.site.switch.api("global_getvar core_uuid")]
    assert found["core_uuid"] == core_uuid
    profile = {one["name"]: one for one in found["profiles"]}[node.profile]
    told = profile["settings"]
    assert (profile["state"], told["sip-ip"], told["sip-port"], told["context"]) == ("RUNNING", "127.0.0.1", str(port), "public")
    internal = {one["name"]: one for one in found["profiles"]}["internal"]["settings"]
    assert internal["inbound-codecs"] == internal["outbound-codecs"] == "OPUS,G722,PCMU,PCMA"
    assert "db-name" not in told
    gateway = {one["name"]: one for one in found["gateways"]}["spare-carrier"]
    assert (gateway["profile"], gateway["realm"], gateway["username"], gateway["register"]) == (node.profile, "carrier.example.net", "4711", False)
    assert (gateway["proxy"], gateway["transport"], gateway["context"]) == ("sip:127.0.0.1:9", "tcp", "public.carrier")
    assert [one["allowed"] for one in found["acl"]] == [True, False, False]


def test_a_refresh_reads_everything_again(node: Node, port: int) -> None:
    seen = len(node.site.recorder.exchanges)
    state, result = node.do("refresh")
    (newest,) = node.db.execute("SELECT max(revision) AS newest FROM cfg.change_log").fetchall()
    assert (state, result) == ("done", {"applied_revision": newest["newest"]})
    asked = {one.field("profile") for one in node.site.recorder.since(seen) if one.field("key_value") == "sofia.conf"}
    assert asked == {"internal", "external", node.profile}
