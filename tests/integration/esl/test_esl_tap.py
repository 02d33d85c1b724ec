"""The tap on a real socket: cut, flooded, lied to and left in silence, it comes back; and it never stops reading."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from r2a_esl.metrics import WorkerMetrics
from r2a_esl.registrations import Registration
from r2a_esl.settings import from_environment
from r2a_esl.tap import SUBSCRIPTION, Tap
from tests.doubles.esl_frames import header, json_event
from tests.doubles.freeswitch import FakeFreeSwitch
from tests.doubles.registrar import register_event
from tests.doubles.worker import PASSWORD, soon

ROW = Registration(
    profile="internal", call_id="c", user="1001", host="pbx.example.com", username="1001", realm="pbx.example.com", address="192.0.2.7:5060"
)
Start = Callable[..., Tap]


@pytest.fixture
def start(freeswitch: FakeFreeSwitch) -> Iterator[Start]:
    """Return a function that starts a tap and waits until it is connected."""
    running: list[tuple[Tap, threading.Thread]] = []

    def make(*, wait: bool = True, **more: float) -> Tap:
        given = {"R2A_ESL_PASSWORD": PASSWORD, "R2A_ESL_PORT": str(freeswitch.port), "R2A_WRITE_DSN": "host=127.0.0.1", "R2A_ESL_DEADLINE_MS": "700"}
        tap = Tap(from_environment({**given, "R2A_NODE_NAME": "n1"}), WorkerMetrics(), **more)  # type: ignore[arg-type]
        thread = threading.Thread(target=tap.run, daemon=True)
        thread.start()
        running.append((tap, thread))
        if wait:
            soon(lambda: tap.gaps == 1)
        return tap

    yield make
    for tap, thread in running:
        tap.stop()
        thread.join(3)
        assert not thread.is_alive()


def test_registrations_come_as_they_happen_and_other_events_do_not(freeswitch: FakeFreeSwitch, start: Start) -> None:
    tap = start()
    assert freeswitch.commands[0] == SUBSCRIPTION
    freeswitch.fire({"Event-Name": "HEARTBEAT"})
    assert freeswitch.fire({"Event-Name": "CUSTOM", "Event-Subclass": "sofia::expire"}) == 0
    assert freeswitch.fire(register_event(ROW)) == 1
    assert tap.events.get(timeout=3) == ROW
    assert (tap.gaps, tap.events.qsize()) == (1, 0)


def test_a_full_queue_drops_and_says_so_and_the_reader_goes_on(freeswitch: FakeFreeSwitch, start: Start) -> None:
    tap = start(queue_length=5)
    for number in range(5000):
        freeswitch.fire(register_event(replace(ROW, call_id=f"c-{number}")))
    soon(lambda: tap.gaps == 1 + 5000 - 5)
    assert [tap.events.get_nowait().call_id for _ in range(5)] == [f"c-{number}" for number in range(5)]
    freeswitch.fire(register_event(ROW))
    assert tap.events.get(timeout=3) == ROW
    assert freeswitch.connections_accepted == 1


def test_an_event_that_does_not_say_all_is_a_gap(freeswitch: FakeFreeSwitch, start: Start) -> None:
    tap = start()
    freeswitch.fire({"Event-Name": "CUSTOM", "Event-Subclass": "sofia::register", "from-user": "1001"})
    soon(lambda: tap.gaps == 2)
    assert freeswitch.connections_accepted == 1


FRAME = json_event(register_event(ROW), None)


@pytest.mark.parametrize(
    "stream",
    [
        FRAME[:100],
        FRAME[:-1],
        b"Content-Type: text/event-json\nContent-Length: 99999999\n\n{",
        b"Content-Type: text/event-json\nContent-Length: 4\n\n{}{}",
        FRAME[:-30] + header("text/disconnect-notice", body=b"bye\n") * 3,
        header("command/reply", "Reply-Text: +OK"),
        b"\x00" * 9000,
    ],
    ids=["cut-early", "cut-late", "oversized", "no-json", "notice-inside", "reply-between", "zeros"],
)
def test_any_doubt_ends_the_connection_and_makes_another(freeswitch: FakeFreeSwitch, start: Start, stream: bytes) -> None:
    tap = start()
    freeswitch.play(stream)
    if FRAME.startswith(stream):
        freeswitch.disconnect(notice=False)
    soon(lambda: tap.gaps == 2)
    assert tap.events.empty()
    freeswitch.fire(register_event(ROW))
    assert tap.events.get(timeout=3) == ROW


@pytest.mark.parametrize("reset", [False, True])
@pytest.mark.parametrize("notice", [False, True])
def test_a_closed_connection_is_made_again(freeswitch: FakeFreeSwitch, start: Start, notice: bool, reset: bool) -> None:
    tap = start()
    freeswitch.disconnect(notice=notice, reset=reset)
    soon(lambda: tap.gaps == 2)


def test_an_event_that_is_far_too_long_is_left_out_and_the_next_one_comes(freeswitch: FakeFreeSwitch, start: Start) -> None:
    tap = start()
    freeswitch.fire(register_event(ROW) | {"user-agent": "x" * 5_000_000})
    freeswitch.fire(register_event(ROW))
    assert tap.events.get(timeout=5) == ROW
    assert (tap.gaps, freeswitch.connections_accepted) == (2, 1)


def test_bytes_of_any_encoding_and_encoded_newlines_stay_values(freeswitch: FakeFreeSwitch, start: Start) -> None:
    tap = start()
    hostile = register_event(ROW) | {"user-agent": "a\nfrom-user: 1002\n\nb%0Arealm: other.example.org"}
    frame = json_event(hostile, None).replace(b'"expires":"600"', b'"expires":"\xff\xfe0"')
    freeswitch.play(frame)
    assert tap.events.get(timeout=3) == ROW
    assert (tap.gaps, freeswitch.connections_accepted) == (1, 1)


def test_the_canary_keeps_a_quiet_connection_and_a_frozen_one_is_left(freeswitch: FakeFreeSwitch, start: Start) -> None:
    tap = start(canary_s=0.2, silence_s=1.0)
    time.sleep(2.5)
    assert (tap.gaps, freeswitch.connections_accepted) == (1, 1)
    with freeswitch.frozen():
        soon(lambda: freeswitch.connections_accepted >= 1 and "sendevent CUSTOM" in freeswitch.commands)
        began = time.monotonic()
        # Open on both sides, and nobody there: what a peer looks like that went without a word.
        soon(lambda: tap.connected is False)
        assert time.monotonic() - began < 3
    soon(lambda: tap.gaps == 2)


def test_a_subscription_that_brings_nothing_is_made_again_though_bytes_come(freeswitch: FakeFreeSwitch, start: Start) -> None:
    tap = start(canary_s=0.2, silence_s=0.5, blind_s=1.5)
    freeswitch.behave(muffled=True)
    # Each canary is acknowledged: there are bytes, and no event.
    soon(lambda: tap.gaps >= 2)
    freeswitch.behave(muffled=False)
    soon(lambda: freeswitch.fire(register_event(ROW)) and not tap.events.empty())


@pytest.mark.parametrize("trait", ["silent", "silent_on_auth", "close_on_accept", "reject_address", "refuse_auth"])
def test_a_freeswitch_that_does_not_let_in_is_tried_again_and_said_once(
    freeswitch: FakeFreeSwitch, start: Start, caplog: pytest.LogCaptureFixture, trait: str
) -> None:
    caplog.set_level(logging.INFO)
    freeswitch.behave(**{trait: True})
    tap = start(wait=False)
    soon(lambda: freeswitch.connections_accepted >= 3)
    assert tap.gaps == 0
    assert sum("no events from FreeSWITCH" in record.message for record in caplog.records) == 1
    freeswitch.behave(**{trait: False})
    soon(lambda: tap.gaps == 1, timeout_s=12)
    assert PASSWORD not in caplog.text


def test_stop_ends_a_tap_that_waits(freeswitch: FakeFreeSwitch, start: Start) -> None:
    tap = start()
    with freeswitch.frozen():
        began = time.monotonic()
        tap.stop()
        soon(lambda: freeswitch.open_connections == 0)
        assert time.monotonic() - began < 1.5
