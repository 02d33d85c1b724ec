"""The guard between a tap and a switch that are doubles: what it evicts, what it waits for, and when it looks at everything."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, cast

import pytest

from r2a_core.errors import StoreUnavailable
from r2a_esl import eviction
from r2a_esl import guard as guard_module
from r2a_esl.belonging import Ownership
from r2a_esl.guard import MAX_TRIES, Guard
from r2a_esl.link import LinkError
from r2a_esl.metrics import WorkerMetrics
from r2a_esl.registrations import Registration
from r2a_esl.store import ownership
from tests.doubles.registrar import Registrar

OWN = Registration(
    profile="internal", call_id="own", user="1001", host="pbx.example.com", username="1001", realm="pbx.example.com", address="192.0.2.7:5060"
)
FOREIGN = replace(OWN, call_id="foreign", host="other.example.org")
VICTIM = replace(OWN, call_id="victim", host="other.example.org", realm="other.example.org", address="192.0.2.8:5060")


class FakeSwitch(Registrar):
    def __init__(self) -> None:
        super().__init__()
        self.connected = True
        self.links = 1

    def api(self, command: str) -> str:
        if not self.connected:
            raise LinkError("FreeSWITCH is not connected")
        return super().api(command)


class FakeTap:
    def __init__(self) -> None:
        self.events: queue.Queue[Registration] = queue.Queue()
        self.gaps = 1


class Site:
    """A running guard with its doubles. Extensions of different domains are never the same."""

    def __init__(self) -> None:
        self.tap, self.switch, self.metrics = FakeTap(), FakeSwitch(), WorkerMetrics()
        self.database_up = True
        self.guard = Guard(cast(Any, self.tap), cast(Any, self.switch), cast(Any, None), self.metrics)
        self.thread = threading.Thread(target=self.guard.run, daemon=True)

    def ask(self, _: object, asked: Sequence[Registration]) -> list[Ownership]:
        if not self.database_up:
            raise StoreUnavailable("no database")
        return [Ownership(same_domain=one.host == one.realm, same_extension=one.user == one.username) for one in asked]

    def start(self) -> None:
        self.thread.start()

    def register(self, row: Registration) -> None:
        self.switch.rows.append(row)
        self.tap.events.put(row)

    def count(self, name: str) -> float:
        return next(float(line.split()[1]) for line in self.metrics.text().decode().splitlines() if line.startswith(f"r2a_esl_{name} "))


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    made = Site()
    monkeypatch.setattr(ownership, "ask", made.ask)
    yield made
    made.guard.stop()
    if made.thread.ident:
        made.thread.join(5)
        assert not made.thread.is_alive()


def soon(check: Callable[[], object], timeout_s: float = 5.0) -> None:
    ends_at = time.monotonic() + timeout_s
    while not check():
        assert time.monotonic() < ends_at, "it did not happen in time"
        time.sleep(0.02)


def test_a_foreign_registration_goes_once_and_nobody_else(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    site.start()
    for row in (OWN, VICTIM, FOREIGN, OWN):
        site.register(row)
    site.tap.events.put(FOREIGN)
    soon(lambda: site.count("registrations_checked_total") == 5 and site.count("evictions_total") == 1)
    # A late event of what is gone, as after a look at everything.
    site.tap.events.put(FOREIGN)
    soon(lambda: site.count("registrations_checked_total") == 6)
    time.sleep(0.3)
    assert site.switch.rows == [OWN, VICTIM, OWN]
    assert site.switch.flushed() == ["foreign"]
    assert site.count("evictions_total") == 1
    flush_cache, flush = (next(i for i, c in enumerate(site.switch.asked) if word in c) for word in ("xml_flush_cache", "flush_inbound_reg"))
    assert flush_cache < flush, "the kept user goes first"
    assert "xml_flush_cache id 1001 pbx.example.com" in site.switch.asked
    assert [record.levelname for record in caplog.records if "evicted" in record.message] == ["WARNING"]


def test_what_was_there_before_is_found_at_the_first_look_and_after_each_gap_and_link(site: Site) -> None:
    site.switch.rows = [OWN, FOREIGN, VICTIM]
    site.start()
    soon(lambda: site.switch.rows == [OWN, VICTIM])
    for mark in ("gaps", "links"):
        soon(lambda: site.count("resyncs_total") >= 1)
        site.switch.rows.append(FOREIGN)
        place = site.tap if mark == "gaps" else site.switch
        setattr(place, mark, getattr(place, mark) + 1)
        soon(lambda: site.switch.rows == [OWN, VICTIM])
    soon(lambda: site.count("resyncs_total") == 3)
    time.sleep(0.3)
    assert site.count("resyncs_total") == 3, "it looks when something may be missing, not always"


def test_without_the_database_nobody_goes_and_with_it_again_they_do(site: Site) -> None:
    site.start()
    soon(lambda: site.count("resyncs_total") == 1)
    site.database_up = False
    for row in (OWN, FOREIGN, VICTIM):
        site.register(row)
    soon(lambda: site.count("registrations_undecided") == 1)
    time.sleep(0.5)
    assert site.switch.flushed() == []
    site.database_up = True
    soon(lambda: site.switch.rows == [OWN, VICTIM])
    soon(lambda: site.count("registrations_undecided") == 0)


def test_more_than_can_wait_for_the_database_is_found_by_looking(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard_module, "MAX_UNDECIDED", 3)
    site.start()
    soon(lambda: site.count("resyncs_total") == 1)
    site.database_up = False
    for number in range(20):
        site.register(replace(FOREIGN, call_id=f"foreign-{number}"))
    soon(lambda: site.count("registrations_checked_total") == 20)
    assert site.count("registrations_undecided") <= 3
    site.database_up = True
    soon(lambda: site.switch.rows == [], timeout_s=12)


def test_a_failed_eviction_is_tried_again_and_not_for_ever(site: Site, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(eviction, "SEEN_WITHIN_S", 0.05)
    site.start()
    site.switch.stubborn = True
    site.register(FOREIGN)
    soon(lambda: any(record.levelno == logging.ERROR for record in caplog.records), timeout_s=10)
    time.sleep(0.5)
    assert len(site.switch.flushed()) == site.count("eviction_failures_total") == MAX_TRIES
    assert site.count("evictions_total") == 0
    site.switch.stubborn = False
    site.register(FOREIGN)
    soon(lambda: site.switch.rows == [])


def test_while_freeswitch_is_away_an_eviction_waits(site: Site) -> None:
    site.start()
    soon(lambda: site.count("resyncs_total") == 1)
    site.switch.connected = False
    site.register(FOREIGN)
    soon(lambda: site.count("eviction_failures_total") == 1)
    time.sleep(1.0)
    assert site.count("eviction_failures_total") == 1, "nothing is tried"
    site.switch.connected = True
    soon(lambda: site.switch.rows == [] and site.count("evictions_total") == 1)


@pytest.mark.parametrize("call_id", ["1001@other.example.org", "other.example.org", "reboot", "Reboot"])
def test_a_call_id_that_would_take_others_along_goes_alone(site: Site, call_id: str) -> None:
    site.start()
    site.register(VICTIM)
    site.register(replace(FOREIGN, call_id=call_id))
    soon(lambda: site.count("evictions_total") == 1)
    assert site.switch.rows == [VICTIM]
    assert site.switch.flushed() == []
    assert [told["orig-call-id"] for told in site.switch.told] == [call_id]
    assert site.switch.told[0]["Event-Subclass"] == "multicast::event"


def test_an_overlong_call_id_takes_the_aor_along(site: Site) -> None:
    site.start()
    site.register(replace(FOREIGN, call_id="x" * 9000))
    soon(lambda: site.switch.rows == [] and site.switch.flushed() == [FOREIGN.aor])


def test_what_nobody_can_read_is_said_once_and_stops_nothing(site: Site, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site.switch, "_status", lambda _: "-ERR sofia Command not found!\n")
    site.start()
    soon(lambda: any("could not be checked" in record.message for record in caplog.records))
    time.sleep(1.5)
    assert sum("could not be checked" in record.message for record in caplog.records) == 1
    assert site.thread.is_alive()
