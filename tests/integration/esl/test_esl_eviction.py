"""The whole worker between a FreeSWITCH that is a double and a real PostgreSQL: foreign registrations go, once, whatever else happens."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from r2a_core.dsn import DatabaseSettings
from r2a_core.environ import Environment
from r2a_esl.belonging import Verdict, verdict
from r2a_esl.registrations import Registration
from r2a_esl.store import ownership
from r2a_esl.store.connection import WorkerConnection
from tests.doubles.esl_frames import json_event
from tests.doubles.freeswitch import FakeFreeSwitch
from tests.doubles.registrar import Registrar, register_event
from tests.doubles.worker import ROOT, Worker, soon

OWN = Registration(
    profile="internal", call_id="own", user="1001", host="pbx.example.com", username="1001", realm="pbx.example.com", address="192.0.2.7:5060"
)
FOREIGN = replace(OWN, call_id="foreign", host="other.example.org")
VICTIM = replace(OWN, call_id="victim", host="other.example.org", realm="other.example.org", address="192.0.2.8:5060")
#: 1001 of the demo tenant also as 5551001, with a second device; the domain also as voice.example.com; two more domains of another tenant.
SITE = """
INSERT INTO cfg.domain_alias (domain_id, name) SELECT id, 'voice.example.com' FROM cfg.domain WHERE name = 'pbx.example.com';
INSERT INTO cfg.extension_alias (domain_id, extension_id, name)
SELECT e.domain_id, e.id, '5551001' FROM cfg.extension e JOIN cfg.domain d ON d.id = e.domain_id
WHERE d.name = 'pbx.example.com' AND e.number = '1001';
INSERT INTO cfg.device (domain_id, extension_id, auth_user, password_set_at)
SELECT e.domain_id, e.id, '1001-desk', now() FROM cfg.extension e JOIN cfg.domain d ON d.id = e.domain_id
WHERE d.name = 'pbx.example.com' AND e.number = '1001';
INSERT INTO cfg.tenant (name) VALUES ('other');
INSERT INTO cfg.domain (tenant_id, name, context)
SELECT t.id, n, n FROM cfg.tenant t, unnest(ARRAY['other.example.org', 'example.com']) AS n WHERE t.name = 'other';
INSERT INTO cfg.extension (domain_id, number, name) SELECT id, '1001', 'x' FROM cfg.domain WHERE name IN ('other.example.org', 'example.com');
"""


@pytest.fixture
def site(database: str) -> str:
    """Return the DSN of a database with the demo tenant and another."""
    with psycopg.connect(database) as connection:
        connection.execute(Path(ROOT, "sql", "demo.sql").read_bytes())
        connection.execute(SITE.encode())
    return database


@pytest.fixture
def registrar(freeswitch: FakeFreeSwitch) -> Iterator[Registrar]:
    """Yield the registrations that `freeswitch` keeps, its commands answered from them."""
    one = Registrar()
    freeswitch.replies |= {"sofia": one.api, "xml_flush_cache": one.api}
    yield one


def register(freeswitch: FakeFreeSwitch, registrar: Registrar, *rows: Registration) -> None:
    registrar.rows.extend(rows)
    for row in rows:
        assert freeswitch.fire(register_event(row)) == 1


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, Verdict.BELONGS),
        ({"username": "1001-desk"}, Verdict.BELONGS),
        ({"username": "1001-desk", "user": "5551001"}, Verdict.BELONGS),
        ({"host": "voice.example.com"}, Verdict.BELONGS),
        ({"host": "VOICE.example.com", "realm": "Pbx.Example.Com"}, Verdict.BELONGS),
        ({"realm": "voice.example.com", "username": "1001-desk"}, Verdict.BELONGS),
        ({"user": "1002"}, Verdict.FOREIGN),
        ({"user": "1002", "username": "1001-desk"}, Verdict.FOREIGN),
        ({"host": "voice.example.com", "user": "1002"}, Verdict.FOREIGN),
        ({"host": "other.example.org"}, Verdict.FOREIGN),
        ({"host": "192.0.2.1"}, Verdict.FOREIGN),
        ({"host": "example.com", "realm": "example.com", "username": "1001pbx."}, Verdict.FOREIGN),
        ({"host": "nobody.example.net", "realm": "nobody.example.net", "username": "x"}, Verdict.FOREIGN),
        ({"user": "", "host": "", "username": "'; --", "realm": "\\"}, Verdict.FOREIGN),
    ],
)
def test_what_the_database_says_decides(site: str, changes: dict[str, str], expected: Verdict) -> None:
    connection = WorkerConnection(DatabaseSettings.from_environment(Environment({"R2A_WRITE_DSN": site})))
    one = replace(OWN, **changes)
    try:
        known = ownership.ask(connection, [VICTIM, one, FOREIGN])
        assert [verdict(row, found) for row, found in zip((VICTIM, one, FOREIGN), known, strict=True)] == [Verdict.BELONGS, expected, Verdict.FOREIGN]
        assert ownership.ask(connection, []) == []
    finally:
        connection.close()


def test_a_foreign_registration_is_evicted_exactly_once_and_own_ones_never(
    freeswitch: FakeFreeSwitch, registrar: Registrar, site: str, started: Callable[..., Worker]
) -> None:
    worker = started(freeswitch.port, site)
    soon(lambda: worker.metric("r2a_esl_resyncs_total") >= 1)
    desk, alias = replace(OWN, call_id="desk", username="1001-desk"), replace(OWN, call_id="alias", host="voice.example.com")
    register(freeswitch, registrar, OWN, VICTIM, desk, FOREIGN, alias)
    freeswitch.fire(register_event(FOREIGN))
    soon(lambda: worker.metric("r2a_esl_evictions_total") == 1)
    soon(lambda: worker.metric("r2a_esl_registrations_checked_total") == 6)
    time.sleep(0.3)
    assert registrar.flushed() == ["foreign"]
    assert registrar.rows == [OWN, VICTIM, desk, alias]
    assert worker.log.count("evicted a phone") == 1
    assert "who=1001@pbx.example.com aor=1001@other.example.org address=192.0.2.7:5060 profile=internal" in worker.log
    assert worker.get("/readyz") == (200, "ready\n")


def test_a_flood_of_registrations_stops_nothing(freeswitch: FakeFreeSwitch, registrar: Registrar, site: str, started: Callable[..., Worker]) -> None:
    worker = started(freeswitch.port, site)
    soon(lambda: worker.metric("r2a_esl_resyncs_total") >= 1)
    registrar.rows.append(FOREIGN)
    began = time.monotonic()
    for number in range(5000):
        freeswitch.fire(register_event(replace(OWN, call_id=f"own-{number}", username="1001-desk" if number % 2 else "1001")))
        if number == 2500:
            assert worker.get("/healthz") == (200, "alive\n")
    freeswitch.fire(register_event(FOREIGN))
    assert time.monotonic() - began < 20, "the reader did not take them"
    soon(lambda: registrar.rows == [])
    soon(lambda: worker.metric("r2a_esl_registrations_checked_total") + worker.metric("r2a_esl_tap_dropped_events_total") == 5001)
    assert registrar.flushed() == ["foreign"]
    assert (worker.metric("r2a_esl_tap_connections_total"), worker.metric("r2a_esl_connections_total")) == (1, 1)


def test_a_tap_cut_within_a_frame_misses_nothing(freeswitch: FakeFreeSwitch, registrar: Registrar, site: str, started: Callable[..., Worker]) -> None:
    worker = started(freeswitch.port, site)
    soon(lambda: worker.metric("r2a_esl_resyncs_total") >= 1)
    registrar.rows += [OWN, FOREIGN]
    freeswitch.play(json_event(register_event(FOREIGN), None)[:-40])
    freeswitch.disconnect(notice=False)
    soon(lambda: registrar.rows == [OWN])
    assert worker.metric("r2a_esl_tap_connections_total") == 2
    assert registrar.flushed() == ["foreign"]
    register(freeswitch, registrar, FOREIGN)
    soon(lambda: registrar.rows == [OWN])
    soon(lambda: worker.metric("r2a_esl_evictions_total") == 2)


def test_ten_thousand_registrations_are_checked_at_the_start(
    freeswitch: FakeFreeSwitch, registrar: Registrar, site: str, started: Callable[..., Worker]
) -> None:
    mine = [replace(OWN, call_id=f"own-{number}", username="1001-desk" if number % 2 else "1001") for number in range(10_000)]
    registrar.rows = [*mine, FOREIGN]
    worker = started(freeswitch.port, site, R2A_ESL_DEADLINE_MS="5000", R2A_DB_DEADLINE_MS="2000")
    soon(lambda: "checked everything registered registrations=10001" in worker.log, timeout_s=20)
    assert registrar.rows == mine
    assert worker.metric("r2a_esl_connections_total") == 1
