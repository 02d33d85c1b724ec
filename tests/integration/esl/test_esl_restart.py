"""A profile is restarted because an operator asked for it: never twice, never unless it will come back, and what it brought is forgotten."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from r2a_core.errors import StoreUnavailable
from r2a_esl.settings import from_environment
from r2a_esl.store.connection import WorkerConnection
from r2a_esl.tasks import restart
from r2a_esl.tasks.kinds import Patience, TaskFailedError
from tests.doubles.freeswitch import FakeFreeSwitch
from tests.doubles.operator import Operator
from tests.doubles.sofia import Sofia
from tests.doubles.worker import Worker, free_port, soon
from tests.freeswitch.xmlservice import XmlService

Start = Callable[..., Worker]
SHOWN = "restart needed: profile internal: port changed"


def start_event(profile: str, at: float | None = None) -> dict[str, str]:
    when = str(int((time.time() if at is None else at) * 1_000_000))
    return {"Event-Name": "CUSTOM", "Event-Subclass": "sofia::profile_start", "profile_name": profile, "Event-Date-Timestamp": when}


@pytest.fixture
def noted(node: Start, operator: Operator) -> Worker:
    """Start a worker that has noted that the profile internal needs a restart."""
    worker = node()
    operator.set_port(5090)
    soon(lambda: operator.needed() == ["port changed"] and operator.status()["last_error"] == SHOWN)
    return worker


def test_a_restart_brings_what_needed_it(noted: Worker, operator: Operator, sofia: Sofia) -> None:
    sofia.running["internal"] = 3
    began = time.monotonic()
    state, result = operator.do("restart_profile", profile="internal")
    assert (state, result["did"], result["calls_before"], sofia.told) == ("done", "restart", 3, ["restart internal"])
    assert 200 <= result["took_ms"] <= (time.monotonic() - began) * 1000
    assert operator.needed() == [], "before the task is done"
    soon(lambda: operator.status()["last_error"] is None)
    assert noted.metric('r2a_esl_tasks_total{kind="restart_profile",outcome="done"}') == 1.0
    assert noted.metric("r2a_esl_restarts_needed") == 0.0


def test_nothing_is_touched_while_the_service_is_away_or_refuses(
    noted: Worker, node: Start, operator: Operator, sofia: Sofia, real_service: XmlService
) -> None:
    noted.stop()
    worker = node(R2A_XML_CREDENTIALS="freeswitch:another")
    state, result = operator.do("restart_profile", profile="internal")
    told = f"the XML service at 127.0.0.1:{real_service.port} answered 401 for sofia.conf; R2A_XML_CREDENTIALS must be those of the service"
    assert (state, result) == ("failed", {"error": f"{told}; nothing was touched"})
    worker.stop()
    node(R2A_XML_BIND=f"127.0.0.1:{(port := free_port())}")
    state, result = operator.do("restart_profile", profile="internal")
    told = f"the XML service at 127.0.0.1:{port} is not ready, and FreeSWITCH could not get the profile back; nothing was touched"
    assert (state, result, sofia.told) == ("failed", {"error": told}, [])
    assert operator.needed() == ["port changed"]


def test_a_profile_that_would_not_be_served_is_left_running(node: Start, operator: Operator, sofia: Sofia) -> None:
    node()
    operator.db.execute("DELETE FROM cfg.node_address WHERE alias = 'rtp'")
    state, result = operator.do("restart_profile", profile="internal")
    assert (state, sofia.told) == ("failed", [])
    assert result["error"].startswith("profile internal is to run here, and the XML service leaves it out")


def test_what_does_not_run_is_started_and_what_should_not_is_stopped(node: Start, operator: Operator, sofia: Sofia) -> None:
    node()
    del sofia.running["external"]
    assert operator.do("restart_profile", profile="external")[1]["did"] == "start"
    operator.db.execute("DELETE FROM cfg.sip_profile WHERE name = 'external'")
    soon(lambda: operator.needed("external") == ["it was deleted"])
    assert operator.do("restart_profile", profile="external")[1]["did"] == "stop"
    assert sofia.told == ["start external", "stop external"]
    assert operator.needed("external") == []
    state, result = operator.do("restart_profile", profile="external")
    assert (state, result["error"]) == ("failed", "this node has no profile external, and none of that name runs")


def test_a_profile_that_somebody_stopped_after_it_was_deleted_is_forgotten(node: Start, operator: Operator, sofia: Sofia) -> None:
    node()
    operator.db.execute("DELETE FROM cfg.sip_profile WHERE name = 'external'")
    soon(lambda: operator.needed("external") == ["it was deleted"])
    del sofia.running["external"]
    assert operator.do("restart_profile", profile="external") == ("done", {"did": "nothing", "calls_before": 0, "took_ms": 0})
    soon(lambda: operator.status()["last_error"] is None)


@pytest.mark.parametrize(
    ("argument", "error"),
    [
        ({}, "the argument has no profile"),
        ({"profile": "internal\napi hupall"}, "profile should be the name of a SIP profile"),
        ({"profile": "internal", "wait_for_calls_s": "long"}, "wait_for_calls_s should be a number from 0 to 3600"),
        ({"profile": "pbx.example.com"}, "this node has no profile pbx.example.com, and none of that name runs"),
    ],
)
def test_what_cannot_be_asked_is_refused(node: Start, operator: Operator, sofia: Sofia, argument: dict[str, Any], error: str) -> None:
    node()
    assert operator.do("restart_profile", **argument) == ("failed", {"error": error})
    assert sofia.told == []


def test_it_waits_for_calls_if_asked_to(node: Start, operator: Operator, sofia: Sofia) -> None:
    node()
    sofia.running["internal"] = 2
    state, result = operator.do("restart_profile", profile="internal", wait_for_calls_s=0.5)
    assert (state, result["error"]) == ("failed", "profile internal still has 2 calls after 0.5 s; nothing was touched")
    number = operator.ask("restart_profile", profile="internal", wait_for_calls_s=30)
    soon(lambda: operator.task(number)["state"] == "running")
    time.sleep(1)
    assert sofia.told == []
    sofia.running["internal"] = 0
    state, result = operator.outcome(number)
    assert (state, result["calls_before"], sofia.told) == ("done", 0, ["restart internal"])


def test_a_profile_that_is_too_young_is_asked_again(node: Start, operator: Operator, sofia: Sofia) -> None:
    node()
    sofia.too_young = 3
    assert operator.do("restart_profile", profile="internal")[0] == "done"
    assert sofia.told == ["restart internal"]


def test_a_worker_that_dies_in_the_middle_says_so_and_does_not_do_it_again(node: Start, operator: Operator, sofia: Sofia) -> None:
    worker = node()
    sofia.back_s = 60
    number = operator.ask("restart_profile", profile="internal")
    soon(lambda: sofia.told == ["restart internal"])
    worker.process.send_signal(signal.SIGKILL)
    worker.process.wait(5)
    assert operator.task(number)["state"] == "running"
    second = operator.ask("survey")
    node()
    told = "the worker ended while it was doing this; look at the node before asking again"
    assert operator.outcome(number) == ("failed", {"error": told})
    assert operator.outcome(second)[0] == "done"
    assert sofia.told == ["restart internal"]


def test_a_worker_that_is_told_to_end_in_the_middle_says_so_itself(node: Start, operator: Operator, sofia: Sofia) -> None:
    worker = node()
    sofia.running["internal"] = 1
    number = operator.ask("restart_profile", profile="internal", wait_for_calls_s=60)
    soon(lambda: operator.task(number)["state"] == "running")
    assert worker.stop() == 0
    told = "the worker was told to end while it was doing this; look at the node before asking again"
    assert operator.outcome(number, 0) == ("failed", {"error": told})
    assert sofia.told == []


def test_a_note_outlives_the_worker_and_not_the_switch(noted: Worker, node: Start, operator: Operator, freeswitch: FakeFreeSwitch) -> None:
    noted.stop()
    worker = node()
    soon(lambda: operator.status()["last_error"] == SHOWN)
    assert SHOWN not in worker.log, "read back, and not planned again"
    worker.stop()
    freeswitch.restart()
    worker = node()
    soon(lambda: operator.needed() == [] and operator.status()["last_error"] is None)
    operator.set_port(5091)
    soon(lambda: operator.needed() == ["port changed"])
    freeswitch.restart()
    soon(lambda: operator.needed() == [] and operator.status()["last_error"] is None)


def test_a_start_by_hand_takes_its_notes_away_and_no_others(noted: Worker, operator: Operator, freeswitch: FakeFreeSwitch) -> None:
    operator.set_port(5091, "external")
    soon(lambda: operator.needed("external") == ["port changed"])
    soon(lambda: freeswitch.fire(start_event("internal", time.time() - 60)) == 1)
    soon(lambda: freeswitch.fire({**start_event("internal"), "Event-Date-Timestamp": "soon"}) == 1)
    # Two heartbeats later.
    time.sleep(2.2)
    assert operator.needed() == ["port changed"], "a start from before the change"
    assert operator.status()["last_error"].startswith(SHOWN)
    assert freeswitch.fire(start_event("internal")) == 1
    soon(lambda: operator.needed() == [])
    soon(lambda: operator.status()["last_error"] == "restart needed: profile external: port changed")
    assert operator.needed("external") == ["port changed"]


class Commands:
    """A command connection to a mod_sofia in this process."""

    def __init__(self, sofia: Sofia) -> None:
        self.api = sofia
        self.core_uuid = "00000000-0000-4000-8000-000000000001"
        self.switchname = "tele-node-01"

    @property
    def sighting(self) -> Commands:
        return self

    @property
    def status(self) -> Commands:
        return self


def test_a_profile_that_does_not_come_back_is_told(
    operator: Operator, real_service: XmlService, sofia: Sofia, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restart, "RUNS_WITHIN_S", 0.5)
    monkeypatch.setattr(restart, "APPLIED_WITHIN_S", 0.5)
    given = {"R2A_ESL_PASSWORD": "x", "R2A_WRITE_DSN": operator.dsn, "R2A_NODE_NAME": "tele-node-01"}
    settings = from_environment({**given, "R2A_XML_BIND": f"127.0.0.1:{real_service.port}", "R2A_XML_CREDENTIALS": "freeswitch:of-the-test"})
    connection = WorkerConnection(settings.database)
    started: list[tuple[str, datetime]] = []
    one = restart.Restart(
        settings=settings,
        switch=Commands(sofia),  # type: ignore[arg-type]
        connection=connection,
        patience=Patience(threading.Event()),
        started=lambda profile, at: started.append((profile, at)),
    )
    try:
        with pytest.raises(TaskFailedError, match=r"^revision \d+ is not applied yet .*; nothing was touched$"):
            one({"profile": "internal"})
        operator.db.execute("INSERT INTO rt.node_status (node_name, applied_revision) VALUES ('tele-node-01', %s)", (operator.newest(),))
        sofia.back_s = 60
        with pytest.raises(TaskFailedError, match=r"told to restart profile internal, which does not run after 0\.5 s"):
            one({"profile": "internal"})
        assert (sofia.told, started) == (["restart internal"], [])
        with pytest.raises(TaskFailedError, match=r"told to start profile internal, which does not run after 0\.5 s"):
            one({"profile": "internal"})
        monkeypatch.setattr("r2a_esl.store.restarts.brought", _unavailable)
        sofia.back_s = 0
        assert one({"profile": "external"})["did"] == "restart", "done, whatever became of the database since"
        assert [name for name, at in started if at <= datetime.now(UTC)] == ["external"]
    finally:
        connection.close()


def _unavailable(*_: object) -> int:
    raise StoreUnavailable("away")
