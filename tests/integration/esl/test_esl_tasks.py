"""What operators ask of a node: in order, in time, once; and what a node shows of itself without being asked."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import psycopg
import pytest

from tests.doubles.freeswitch import FakeFreeSwitch
from tests.doubles.operator import Operator
from tests.doubles.sofia import Sofia
from tests.doubles.worker import Worker, soon

Start = Callable[..., Worker]
FULL = ["xml_flush_cache", "sofia profile external rescan", "sofia profile internal rescan", "reloadacl"]


@pytest.fixture
def lone(started: Start, freeswitch: FakeFreeSwitch, sofia: Sofia, operator: Operator) -> Start:
    """Return a function that starts the node's worker, beside an XML service of which only /readyz is needed."""

    def start() -> Worker:
        worker = started(freeswitch.port, operator.dsn)
        operator.wait_until_applied()
        soon(lambda: "listening for changes" in worker.log)
        return worker

    return start


def told(freeswitch: FakeFreeSwitch, since: int) -> list[str]:
    commands = [command.removeprefix("api ") for command in freeswitch.commands[since:]]
    return [command for command in commands if command.startswith(("xml_flush_cache", "reloadacl", "sofia profile"))]


def test_tasks_are_done_in_order_and_at_once(lone: Start, operator: Operator, freeswitch: FakeFreeSwitch) -> None:
    worker = lone()
    freeswitch.replies["acl"] = lambda _: time.sleep(0.05) or "true"  # type: ignore[func-returns-value]
    with operator.db.transaction():
        first = operator.ask("survey", acl_probes=[["lan", "192.0.2.1"]] * 10)
        second, elsewhere = operator.ask("survey"), operator.ask("survey", to="tele-node-02")
    began = time.monotonic()
    assert operator.outcome(second)[0] == "done"
    assert time.monotonic() - began < 3, "woken, and not found by the timer"
    one, two = operator.task(first), operator.task(second)
    assert (one["state"], one["asked_by"]) == ("done", "operator")
    assert one["started_at"] < one["finished_at"] <= two["started_at"] <= two["finished_at"]
    assert operator.task(elsewhere)["state"] == "waiting"
    assert worker.metric('r2a_esl_tasks_total{kind="survey",outcome="done"}') == 2.0


def test_a_lost_notification_is_made_up_for_by_the_timer(lone: Start, operator: Operator) -> None:
    lone()
    operator.db.execute("ALTER TABLE rt.node_task DISABLE TRIGGER notify_task")
    assert operator.do("survey")[0] == "done"


def test_nobody_begins_a_task_that_has_expired(lone: Start, operator: Operator, sofia: Sofia) -> None:
    late = operator.ask("restart_profile", expires_in="-1 second", profile="internal")
    elsewhere = operator.ask("survey", to="tele-node-02", expires_in="-1 second")
    lone()
    assert operator.outcome(late) == ("failed", {"error": "expired before the node took it"})
    assert operator.task(late)["started_at"] is None
    assert sofia.told == []
    assert operator.task(elsewhere)["state"] == "waiting", "its own worker says so"


def test_old_tasks_are_forgotten(lone: Start, operator: Operator) -> None:
    old, new = operator.ask("survey", to="gone"), operator.ask("survey", to="gone")
    operator.db.execute("UPDATE rt.node_task SET asked_at = now() - CASE id WHEN %s THEN interval '31 days' ELSE interval '29 days' END", (old,))
    lone()
    soon(lambda: operator.task(old) == {})
    assert operator.task(new)["state"] == "waiting"


def test_freeswitch_away_fails_a_task_and_shows_nothing(lone: Start, operator: Operator, freeswitch: FakeFreeSwitch) -> None:
    lone()
    soon(lambda: operator.status()["sofia"])
    freeswitch.behave(reject_address=True)
    freeswitch.restart()
    soon(lambda: operator.status()["sofia"] is None and operator.status()["sofia_at"] is None)
    state, result = operator.do("survey")
    assert (state, result["error"][:20]) == ("failed", "FreeSWITCH is away: ")


def test_a_result_waits_for_the_database(lone: Start, operator: Operator, freeswitch: FakeFreeSwitch) -> None:
    lone()
    asked: list[str] = []

    def acl(command: str) -> str:
        if not asked:
            # Its connection ends while it is doing this, and another is no use for a while.
            with psycopg.connect(operator.dsn, autocommit=True) as db:
                db.execute("ALTER TABLE rt.node_task RENAME TO node_task_away")
                db.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'r2a_esl_tasks'")
        asked.append(command)
        return "true"

    freeswitch.replies["acl"] = acl
    try:
        number = operator.ask("survey", acl_probes=[["lan", "192.0.2.1"]])
        soon(lambda: asked)
        time.sleep(1)
        assert operator.row("SELECT state FROM rt.node_task_away") == {"state": "running"}
    finally:
        operator.db.execute("ALTER TABLE rt.node_task_away RENAME TO node_task")
    state, result = operator.outcome(number)
    assert (state, result["acl"], asked) == ("done", [{"list": "lan", "address": "192.0.2.1", "allowed": True}], ["acl 192.0.2.1 lan"])


def test_a_survey_says_what_runs_and_no_secret(lone: Start, operator: Operator, freeswitch: FakeFreeSwitch, sofia: Sofia) -> None:
    lone()
    sofia.running["internal"] = 2
    sofia.gateways = [("external", "carrier", "REGED", "UP"), ("external", "trunk", "NOREG", "DOWN")]
    freeswitch.replies["acl"] = lambda command: "true" if command == "acl 192.0.2.1 lan" else "false"
    state, found = operator.do("survey", acl_probes=[["lan", "192.0.2.1"], ["a b", "2001:DB8::1"]])
    assert state == "done"
    assert (found["core_uuid"], found["freeswitch"][:6]) == (freeswitch.core_uuid, "1.11.3")
    assert found["acl"] == [{"list": "lan", "address": "192.0.2.1", "allowed": True}, {"list": "a b", "address": "2001:db8::1", "allowed": False}]
    assert "api acl 2001:db8::1 a\\sb" in freeswitch.commands
    assert [(one["name"], one["state"], one["calls"]) for one in found["profiles"]] == [("internal", "RUNNING", 2), ("external", "RUNNING", 0)]
    settings = {"sip-ip": "192.0.2.11", "sip-port": "5060", "rtp-ip": "192.0.2.11", "context": "public", "inbound-codecs": "PCMU,PCMA"}
    assert found["profiles"][0]["settings"] == settings | {"bind-url": "sip:mod_sofia@192.0.2.11:5060;transport=udp,tcp"}
    assert "of-the-core-db" not in json.dumps(found)
    carrier, trunk = found["gateways"]
    assert (carrier["state"], carrier["ping"], carrier["register"], trunk["ping"], trunk["register"]) == ("REGED", "UP", True, "DOWN", False)
    assert (carrier["contact"], carrier["transport"]) == ("<sip:gw+carrier@192.0.2.11:5060;transport=tcp;gw=carrier>", "tcp")
    assert "password" not in carrier


@pytest.mark.parametrize(
    ("probes", "error"),
    [
        ("lan", "acl_probes should be at most 2000 pairs of a list's name and an address"),
        ([["lan", "192.0.2.1"]] * 2001, "acl_probes should be at most 2000 pairs of a list's name and an address"),
        ([["lan", "192.0.2.1\napi hupall"]], "acl_probes has '192.0.2.1\\napi hupall', which is no address"),
        ([["lan\napi hupall", "192.0.2.1"]], "acl_probes has \"['lan\\\\napi hupall', '192.0.2.1']\" where a list's name and an address should be"),
        ([{"lan": "192.0.2.1"}], "acl_probes has \"{'lan': '192.0.2.1'}\" where a list's name and an address should be"),
    ],
)
def test_probes_that_cannot_be_asked_are_refused(
    lone: Start, operator: Operator, freeswitch: FakeFreeSwitch, probes: object, error: str
) -> None:
    lone()
    assert operator.do("survey", acl_probes=probes) == ("failed", {"error": error})
    assert not any("hupall" in command or command.startswith("api acl") for command in freeswitch.commands)


def test_a_refresh_reads_everything_again_after_what_has_changed(lone: Start, operator: Operator, freeswitch: FakeFreeSwitch) -> None:
    lone()
    since = len(freeswitch.commands)
    assert operator.do("refresh") == ("done", {"applied_revision": operator.newest()})
    assert told(freeswitch, since) == FULL
    since = len(freeswitch.commands)
    with operator.db.transaction():
        # Without triggers nobody is notified: the refresh comes before the change was looked for.
        operator.db.execute("SET LOCAL session_replication_role = replica")
        operator.set_port(5090)
        operator.db.execute(
            "INSERT INTO cfg.change_log (revision, actor, table_name, operation, before, after) SELECT nextval('cfg.change_revision'), 'x',"
            """ 'sip_profile', 'UPDATE', to_jsonb(p) || '{"port": 5060}', to_jsonb(p) FROM cfg.sip_profile p WHERE name = 'internal'"""
        )
    number = operator.ask("refresh")
    assert operator.outcome(number) == ("done", {"applied_revision": operator.newest()})
    assert told(freeswitch, since) == FULL
    assert operator.needed() == ["port changed"], "a refresh does not hide what only a restart brings"


def test_a_refresh_that_fails_says_what_does(lone: Start, operator: Operator, freeswitch: FakeFreeSwitch) -> None:
    lone()
    freeswitch.replies["reloadacl"] = "-ERR not now\n"
    assert operator.outcome(operator.ask("refresh"), 30) == ("failed", {"error": "`reloadacl` answered '-ERR not now' (5 times)"})


def test_a_node_shows_its_profiles_and_gateways(lone: Start, operator: Operator, sofia: Sofia) -> None:
    sofia.gateways = [("external", "carrier", "REGED", "UP"), ("external", "broken", "FAIL_WAIT", "DOWN")]
    lone()
    seen = soon(lambda: operator.status()["sofia"])
    profiles = [{"name": name, "state": "RUNNING", "calls": 0} for name in ("external", "internal")]
    names = ("profile", "name", "state", "ping")
    gateways = [dict(zip(names, one, strict=True)) for one in reversed(sofia.gateways)]
    assert seen == {"profiles": profiles, "gateways": gateways}, "what is not well comes first"
    before = operator.status()["sofia_at"]
    sofia.gateways = [("external", f"g{n}", "NOREG", "UP") for n in range(2001)] + [("external", "broken", "FAILED", "DOWN")]
    operator.set_port(5090)
    seen = soon(lambda: (now := operator.status())["sofia_at"] > before and now["sofia"])
    assert (len(seen["gateways"]), seen["gateways"][0]["name"], seen["left_out"]) == (2000, "broken", 2)
