"""`r2a nodes`: every state a node can be in, on a screen of any width, in a pipe, as JSON, and for a monitor."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import signal
import struct
import subprocess
import sys
import termios

import orjson
import psycopg
import pytest
from psycopg import sql

from tests.conftest import ROOT
from tests.doubles.taskworker import TaskWorker
from tests.doubles.worker import soon
from tests.integration.admin.conftest import R2a


@pytest.fixture
def cluster(r2a: R2a) -> R2a:
    """Return `r2a` on a database with two nodes and a gateway on each of the profile `external`."""
    r2a.well("node", "add", "tele-node-01", "--listen", "10.0.0.1")
    r2a.well("node", "add", "tele-node-02", "--listen", "10.0.0.2")
    r2a.well("gateway", "add", "carrier", "--proxy", "sip.example.net")
    r2a.well("gateway", "add", "backup", "--proxy", "sip.example.org")
    return r2a


def report(r2a: R2a, node: str, age_s: float = 0, **columns: object) -> None:
    """Report for a node, `age_s` ago, as having applied everything."""
    values = {"freeswitch_up": True, "freeswitch_version": "1.11.3-dev+git~x", "sessions": 13, **columns}
    with psycopg.connect(r2a.dsn) as db:
        db.execute(
            "INSERT INTO rt.node_status (node_name, heartbeat_at, applied_revision)"
            " VALUES (%s, now() - make_interval(secs => %s), (SELECT max(revision) FROM cfg.change_log))",
            (node, age_s),
        )
        for name, value in values.items():
            update = sql.SQL("UPDATE rt.node_status SET {} = %s WHERE node_name = %s").format(sql.Identifier(name))
            db.execute(update, (value, node))


def shown(r2a: R2a, node: str = "tele-node-01") -> dict[str, object]:
    (found,) = [one for one in r2a.well("nodes", "--json").json if one["name"] == node]
    return dict(found)


def sofia(*gateways: tuple[str, str, str], profiles: tuple[str, ...] = ("internal", "external")) -> bytes:
    listed = [{"profile": "external", "name": name, "state": state, "ping": ping} for name, state, ping in gateways]
    return orjson.dumps({"profiles": [{"name": name, "state": "RUNNING", "calls": 0} for name in profiles], "gateways": listed})


def test_states_of_nodes(cluster: R2a) -> None:
    assert shown(cluster)["state"] == "never seen"
    report(cluster, "tele-node-01")
    assert shown(cluster)["state"] == "up"
    report(cluster, "tele-node-02", age_s=40)
    assert str(shown(cluster, "tele-node-02")["state"]).startswith("worker silent for 4")
    report(cluster, "stranger")
    assert shown(cluster, "stranger")["state"] == "unknown to cfg.node"
    cluster.ask("UPDATE rt.node_status SET freeswitch_up = false, heartbeat_at = now() RETURNING 1")
    assert shown(cluster, "tele-node-02")["state"] == "FreeSWITCH away"
    cluster.well("node", "disable", "tele-node-02")
    assert shown(cluster, "tele-node-02")["state"] == "disabled"


def test_what_runs_against_what_should(cluster: R2a) -> None:
    report(cluster, "tele-node-01", sofia=sofia(("carrier", "FAIL_WAIT", "UP"), profiles=("external",)).decode())
    found = shown(cluster)
    assert found["profiles_running"] == ["external"]
    assert found["gateways_up"] == []
    notes = ["profile internal does not run", "gateway backup of external: not there", "gateway carrier of external: FAIL_WAIT"]
    assert found["notes"] == notes
    cluster.ask("UPDATE rt.node_status SET sofia = %s::jsonb RETURNING 1", sofia(("carrier", "REGED", "DOWN"), ("backup", "NOREG", "UP")).decode())
    assert shown(cluster)["notes"] == ["gateway carrier of external: does not answer pings"]
    cluster.well("gateway", "disable", "carrier")
    found = shown(cluster)
    assert (found["gateways"], found["gateways_up"], found["notes"]) == (["backup"], ["backup"], [])
    cluster.well("profile", "set", "external", "--node", "tele-node-02")
    assert (shown(cluster)["profiles"], shown(cluster)["gateways"]) == (["internal"], [])
    line = cluster.well("nodes").out.splitlines()[1].split("\t")
    assert line[:2] == ["tele-node-01", "up"]
    assert line[6:8] == ["1/1", "0/0"]


def test_a_gateway_that_should_register_here(cluster: R2a) -> None:
    cluster.well("gateway", "set", "carrier", "--username", "u", "--password-stdin", "--register", stdin="gw-secret-1\n")
    report(cluster, "tele-node-01", sofia=sofia(("carrier", "NOREG", "UP"), ("backup", "NOREG", "UP")).decode())
    assert shown(cluster)["notes"] == [], "another node has it"
    cluster.ask(
        "INSERT INTO rt.gateway_owner (gateway_id, name, profile, node_name, acquired_at) SELECT id, name, 'external', 'tele-node-01', now()"
        " FROM cfg.gateway WHERE name = 'carrier' RETURNING 1"
    )
    assert shown(cluster)["notes"] == ["gateway carrier of external: is to register here, and does not"]


def test_how_far_it_is_behind(cluster: R2a) -> None:
    report(cluster, "tele-node-01")
    assert (shown(cluster)["changes_behind"], shown(cluster)["behind_s"]) == (0, 0)
    cluster.well("acl", "add", "one")
    # A dry run leaves a gap in the revisions, and no change.
    cluster.well("acl", "add", "two", "--dry-run")
    cluster.well("acl", "add", "three")
    with psycopg.connect(cluster.dsn) as db:
        db.execute("UPDATE cfg.change_log SET at = at - interval '100 s' WHERE after ->> 'name' = 'one'")
    found = shown(cluster)
    assert found["changes_behind"] == 2
    assert 100 <= int(str(found["behind_s"])) < 110
    assert found["newest_revision"] != found["applied_revision"]


def test_check_for_a_monitor(cluster: R2a) -> None:
    assert cluster.well("nodes", "--check").err == "", "a node that was never seen is being set up"
    waits = "the read port does not show yet what FreeSWITCH was told"
    report(cluster, "tele-node-01", last_error=f"restart needed: profile internal: port changed; {waits}")
    assert cluster.well("nodes", "--check").err == "", "neither is an error"
    cluster.well("acl", "add", "one")
    cluster.well("nodes", "--check")
    with psycopg.connect(cluster.dsn) as db:
        db.execute("UPDATE cfg.change_log SET at = at - interval '100 s' WHERE after ->> 'name' = 'one'")
    assert "r2a: tele-node-01: 1, 10" in cluster.refused("nodes", "--check")
    cluster.well("nodes", "--check", "--behind-s", "1000")
    cluster.ask("UPDATE rt.node_status SET last_error = '`reloadacl` answered ''-ERR not now'' (5 times)' RETURNING 1")
    assert "'-ERR not now' (5 times)" in cluster.refused("nodes", "--check", "--behind-s", "1000")
    cluster.ask("UPDATE rt.node_status SET last_error = NULL, freeswitch_up = false RETURNING 1")
    assert "FreeSWITCH away" in cluster.refused("nodes", "--check", "--behind-s", "1000")
    cluster.ask("UPDATE rt.node_status SET heartbeat_at = now() - interval '50 s' RETURNING 1")
    said = cluster("nodes", "--check", "--json")
    assert (said.code, said.json[0]["live"]) == (1, False)
    assert "worker silent for 5" in said.err
    cluster.well("node", "disable", "tele-node-01")
    cluster.well("nodes", "--check")
    cluster.refused("nodes", "--check", "--watch", code=2)


def test_restarts_that_are_needed(cluster: R2a) -> None:
    report(cluster, "tele-node-01")
    needed = "INSERT INTO rt.restart_needed (node_name, profile, why, revision) VALUES ('tele-node-01', 'internal', 'port changed', 1) RETURNING 1"
    cluster.ask(needed)
    assert "restart needed: profile internal: port changed" in cluster.well("nodes").out


def on_terminal(r2a: R2a, columns: int, *arguments: str, stop_after: str = "") -> tuple[str, int]:
    """Run on a terminal of that width and return what it shows, and the exit code; Ctrl-C once `stop_after` is there twice."""
    here, there = pty.openpty()
    fcntl.ioctl(there, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    env = {**os.environ, "R2A_WRITE_DSN": r2a.dsn, "TERM": "xterm", "COLUMNS": str(columns)}
    with subprocess.Popen([sys.executable, "-m", "r2a_admin", *arguments], cwd=ROOT, env=env, stdin=there, stdout=there, stderr=there) as process:
        os.close(there)
        text = b""
        # An error says that it has ended, and closed its end of the terminal.
        with contextlib.suppress(OSError):
            while part := os.read(here, 65536):
                text += part
                if stop_after and text.count(stop_after.encode()) >= 2:
                    process.send_signal(signal.SIGINT)
                    stop_after = ""
        code = process.wait(20)
    os.close(here)
    return text.decode().replace("\r\n", "\n"), code


def test_no_fact_is_cut_off_on_a_narrow_terminal(cluster: R2a) -> None:
    report(cluster, "tele-node-01", last_error="`sofia profile internal rescan` answered '-ERR'" + " and so on" * 10)
    wide, _ = on_terminal(cluster, 120, "nodes")
    assert "node          state" in wide
    narrow, code = on_terminal(cluster, 40, "nodes")
    assert code == 0
    for text in (wide, narrow):
        assert "…" not in text
        for fact in ("tele-node-01", "tele-node-02", "never seen", "1.11.3-dev", "?/2", "and so on"):
            assert fact in text
    assert "freeswitch  1.11.3-dev\n" in narrow, "a line a fact where a table does not fit"


def test_watch_looks_again_until_ctrl_c(cluster: R2a) -> None:
    report(cluster, "tele-node-01")
    text, code = on_terminal(cluster, 120, "nodes", "--watch", stop_after="tele-node-02")
    assert code == 0
    assert text.count("tele-node-01") >= 2
    assert "interrupted" not in text


def test_watch_survives_a_database_that_goes_away(cluster: R2a) -> None:
    with TaskWorker(cluster.dsn):
        process = cluster.start("nodes", "--watch", "--json")
        assert process.stdout is not None
        assert orjson.loads(process.stdout.readline())[0]["state"] == "up"
        cluster.ask("SELECT 1")
    name = psycopg.conninfo.conninfo_to_dict(cluster.dsn)["dbname"]
    with psycopg.connect(cluster.dsn, autocommit=True, dbname="postgres") as server:
        server.execute(psycopg.sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(psycopg.sql.Identifier(str(name))))
        try:
            soon(lambda: "trying again" in str(orjson.loads(process.stdout.readline())), 10)  # type: ignore[union-attr]
        finally:
            server.execute(psycopg.sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(psycopg.sql.Identifier(str(name))))
    soon(lambda: "tele-node-01" in str(orjson.loads(process.stdout.readline())), 10)  # type: ignore[union-attr]
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert process.returncode == 0
