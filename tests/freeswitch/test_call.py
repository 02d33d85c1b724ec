"""Calls between two phones of one tenant: sound both ways, who hangs up, and every way a call does not come about."""

from __future__ import annotations

import re
import time

import pytest

from .cdr import Journal
from .conftest import DOMAIN, MakePhone, Site
from .phone import Phone
from .processes import wait_for
from .switch import Switch

pytestmark = pytest.mark.freeswitch

#: 20 ms each: what two seconds of talk must bring at least, with half a second to spare.
PACKETS = 75


def two_registered(phone: MakePhone) -> tuple[Phone, Phone]:
    caller, callee = phone("1001"), phone("1002")
    assert (caller.register(), callee.register()) == (200, 200)
    return caller, callee


def test_sound_goes_both_ways_and_the_caller_hangs_up(site: Site, phone: MakePhone, switch: Switch) -> None:
    journal = Journal(site.cdr_journal)
    caller, callee = two_registered(phone)
    answering = callee.expect_call("callee-waits")
    calling = caller.call("1002", hold_ms=2500)
    caller.talk(calling)
    callee.talk(answering)
    assert calling.finish() == 200
    answering.finish()

    # Each hears the other's sound and nothing else; what the switch counted agrees.
    assert caller.audio.heard[callee.mark] >= PACKETS, caller.audio.heard
    assert callee.audio.heard[caller.mark] >= PACKETS, callee.audio.heard
    assert set(caller.audio.heard) == {callee.mark}
    assert set(callee.audio.heard) == {caller.mark}
    legs = wait_for("both legs are recorded", lambda: journal.legs(2), 5)
    assert [leg.direction for leg in legs] == ["inbound", "outbound"]
    for leg in legs:
        assert leg.cause == "NORMAL_CLEARING"
        assert leg.packets_in >= PACKETS
        assert leg.packets_out >= PACKETS
    wait_for("the call is gone", lambda: switch.channels() == 0, 3)


def test_the_callee_hangs_up(site: Site, phone: MakePhone, switch: Switch) -> None:
    journal = Journal(site.cdr_journal)
    caller, callee = two_registered(phone)
    answering = callee.expect_call("callee-hangs-up", hold_ms=1000)
    calling = caller.call("1002", scenario="caller-waits")
    caller.talk(calling)
    callee.talk(answering)
    answering.finish()
    calling.finish()
    wait_for("the call is gone", lambda: switch.channels() == 0, 3)
    legs = wait_for("both legs are recorded", lambda: journal.legs(2), 5)
    assert [leg.cause for leg in legs] == ["NORMAL_CLEARING", "NORMAL_CLEARING"]


def test_a_call_costs_two_questions(site: Site, phone: MakePhone) -> None:
    caller, callee = two_registered(phone)
    answering = callee.expect_call("callee-waits")
    before = site.recorder.settled()
    assert caller.call("1002", hold_ms=300).finish() == 200
    answering.finish()
    asked = site.recorder.since(before)
    assert [(one.field("section"), one.field("action")) for one in asked] == [("directory", "sip_auth"), ("dialplan", "")], "\n".join(map(str, asked))


def test_a_route_is_small(site: Site, phone: MakePhone) -> None:
    caller, _ = two_registered(phone)
    before = site.recorder.settled()
    caller.call("1003").finish()
    route = next(one for one in site.recorder.since(before) if one.field("section") == "dialplan")
    assert route.found
    assert len(route.answer) <= 2048
    assert len(re.findall("<extension ", route.answer)) == 1
    assert len(re.findall("<context ", route.answer)) == 1


def test_all_phones_of_the_extension_ring(phone: MakePhone) -> None:
    caller, desk = two_registered(phone)
    mobile = phone("1002")
    assert mobile.register() == 200
    answering, ringing = desk.expect_call("callee-waits"), mobile.expect_call("callee-rings")
    assert caller.call("1002", hold_ms=300).finish() == 200
    answering.finish()
    ringing.finish()


def test_busy_is_486(phone: MakePhone) -> None:
    caller, callee = two_registered(phone)
    busy = callee.expect_call("callee-busy")
    assert caller.call("1002").finish() == 486
    busy.finish()


def test_unregistered_is_480(phone: MakePhone) -> None:
    caller = phone("1001")
    assert caller.register() == 200
    assert caller.call("1003").finish() == 480


def test_disabled_extension_cannot_be_called(phone: MakePhone) -> None:
    caller = phone("1001")
    assert caller.call("1020").finish() in (404, 480)


def test_no_answer_is_480_after_the_ring_timeout(phone: MakePhone) -> None:
    caller, callee = phone("1001"), phone("1004")
    assert (caller.register(), callee.register()) == (200, 200)
    ringing = callee.expect_call("callee-rings")
    started_at = time.monotonic()
    assert caller.call("1004").finish() == 480
    # FreeSWITCH counts whole seconds of the clock.
    assert 4 <= time.monotonic() - started_at <= 8
    ringing.finish()


@pytest.mark.parametrize("number", ["7777", "00999", "a", "1002x", "x%24%7Bhostname%7D"])
def test_unknown_number_is_404(phone: MakePhone, number: str) -> None:
    assert phone("1001").call(number).finish() == 404


@pytest.mark.parametrize("code", ["*43", "9196"])
def test_echo(phone: MakePhone, code: str) -> None:
    caller = phone("1001")
    calling = caller.call(code, hold_ms=2000)
    caller.talk(calling)
    assert calling.finish() == 200
    assert caller.audio.heard[caller.mark] >= 50, caller.audio.heard


def test_a_phone_need_not_be_registered_to_call_but_must_know_its_password(phone: MakePhone) -> None:
    _, callee = two_registered(phone)
    answering = callee.expect_call("callee-waits")
    assert phone("1003").call("1002", hold_ms=200).finish() == 200
    answering.finish()
    assert phone("1003", password="wrong").call("1002").finish() == 403
    assert phone("1020").call("1002").finish() == 403


def test_caller_id_is_the_extension_whatever_the_phone_says(phone: MakePhone) -> None:
    caller, callee = two_registered(phone)
    answering = callee.expect_call("callee-waits")
    assert caller.call("1002", hold_ms=200, extra_header="P-Asserted-Identity: <sip:1009@pbx.example.com>").finish() == 200
    answering.finish()
    invite = next(message for message in answering.received() if message.startswith("INVITE"))
    assert re.search(r'^From: "?Demo 1001"? <sip:1001@', invite, re.MULTILINE), invite
    assert DOMAIN not in re.findall(r"^Remote-Party-ID.*1009.*", invite, re.MULTILINE)
