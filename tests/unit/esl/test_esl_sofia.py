"""What mod_sofia tells of profiles and gateways, read as it stands; and when it is looked at."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest

from r2a_esl import sofia
from r2a_esl.replies import ReplyError
from r2a_esl.sofiawatch import SofiaWatch
from tests.doubles.sofia import HEADER, Sofia

NOT_LOADED = "-ERR sofia Command not found!\n"
#: As a running one printed it, shortened.
PROFILE = f"""{HEADER}<profile>
  <profile-info>
    <name>internal</name>
    <domain-name>N/A</domain-name>
    <auto-nat>false</auto-nat>
    <db-name>pgsql://hostaddr=192.0.2.9 password=secret</db-name>
    <context>public</context>
    <rtp-ip>192.0.2.11</rtp-ip>
    <rtp-ip>192.0.2.12</rtp-ip>
    <ext-rtp-ip>198.51.100.1</ext-rtp-ip>
    <sip-ip>192.0.2.11</sip-ip>
    <url>sip:mod_sofia@198.51.100.1:5062</url>
    <bind-url>sip:mod_sofia@192.0.2.11:5060;maddr=192.0.2.11;transport=udp,tcp</bind-url>
    <inbound-codecs>OPUS,G722,PCMU,PCMA</inbound-codecs>
    <calls-in>12</calls-in>
    <registrations>3</registrations>
  </profile-info>
</profile>
"""


def test_a_profile_is_told_once_with_its_calls_whatever_its_transports_and_aliases() -> None:
    module = Sofia("internal", "external")
    module.running["internal"] = 7
    found = sofia.profiles(module("sofia xmlstatus"))
    assert [(one.name, one.state, one.calls) for one in found] == [("internal", "RUNNING", 7), ("external", "RUNNING", 0)]
    assert found[0].url == "sip:mod_sofia@192.0.2.11:5060"


def test_settings_are_those_that_are_known_to_hold_no_secret() -> None:
    assert sofia.settings(PROFILE) == {
        "domain-name": "N/A",
        "auto-nat": "false",
        "context": "public",
        "rtp-ip": "192.0.2.11, 192.0.2.12",
        "ext-rtp-ip": "198.51.100.1",
        "sip-ip": "192.0.2.11",
        "url": "sip:mod_sofia@198.51.100.1:5062",
        "bind-url": "sip:mod_sofia@192.0.2.11:5060;maddr=192.0.2.11;transport=udp,tcp",
        "inbound-codecs": "OPUS,G722,PCMU,PCMA",
        "sip-port": "5060",
    }


@pytest.mark.parametrize("read", [sofia.profiles, sofia.gateways, sofia.settings])
@pytest.mark.parametrize("reply", [NOT_LOADED, "", HEADER, "Invalid Profile!\n", f"{HEADER}<profiles>\n<profile>\n"])
def test_half_an_answer_is_none(read, reply: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ReplyError):
        read(reply)


def test_a_gateway_without_a_state_is_an_error_and_none_at_all_is_not() -> None:
    assert sofia.gateways(f"{HEADER}<gateways>\n</gateways>\n") == []
    with pytest.raises(ReplyError, match="has no 'state'"):
        sofia.gateways(f"{HEADER}<gateways>\n  <gateway>\n    <name>a</name>\n    <profile>b</profile>\n  </gateway>\n</gateways>\n")


def test_the_start_of_a_profile_is_read_from_its_event() -> None:
    event = {"profile_name": "internal", "Event-Date-Timestamp": "1780000000123456"}
    assert sofia.started(event) == ("internal", datetime.fromtimestamp(1780000000.123456, UTC))
    for wrong in ({"profile_name": ["a"]}, {"Event-Date-Timestamp": "-1"}, {"Event-Date-Timestamp": "9" * 40}, {"profile_name": None}):
        assert sofia.started({**event, **wrong}) is None


class Switch:
    """A command connection to a mod_sofia in this process."""

    def __init__(self) -> None:
        self.module = Sofia("internal")
        self.replies: list[str] = []
        self.asked = 0
        self.news = threading.Event()
        self.status: object = "up"

    @property
    def sighting(self) -> Switch:
        return self

    def api(self, command: str) -> str:
        self.asked += 1
        return self.replies.pop(0) if self.replies else self.module(command)


def test_it_is_looked_at_again_after_changes_and_after_a_while_and_told_when_it_differs() -> None:
    switch, marks = Switch(), [1]
    watch = SofiaWatch(switch, lambda: marks[-1])  # type: ignore[arg-type]
    watch.step()
    assert (switch.asked, switch.news.is_set()) == (2, True)
    switch.news.clear()
    watch.step()
    assert switch.asked == 2, "nothing has happened since"
    marks.append(2)
    first = watch.seen
    watch.step()
    assert (switch.asked, switch.news.is_set()) == (4, False), "it is as it was"
    assert watch.seen is not None and first is not None and watch.seen.at > first.at
    switch.module.running["internal"] = 1
    often = SofiaWatch(switch, lambda: 1, every_s=0)  # type: ignore[arg-type]
    often.step()
    often.step()
    assert switch.asked == 8


def test_what_cannot_be_read_stays_as_it_was_and_what_is_away_is_not_shown() -> None:
    switch = Switch()
    watch = SofiaWatch(switch, lambda: 1, every_s=0)  # type: ignore[arg-type]
    watch.step()
    seen = watch.seen
    switch.replies = ["garbage"]
    watch.step()
    assert watch.seen is seen
    switch.replies = [NOT_LOADED]
    watch.step()
    assert watch.seen is not None and watch.seen.text == '{"profiles": [], "gateways": []}'
    switch.status = None
    watch.step()
    assert watch.seen is None
