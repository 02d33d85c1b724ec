"""Codecs of an extension: what its phone may call with, and what it is offered, however it is called. SIPp's phones speak PCMU only."""

from __future__ import annotations

import re
from collections.abc import Iterator

import psycopg
import pytest

from .conftest import DOMAIN, MakePhone, Site
from .phone import Dialog
from .processes import wait_for
from .switch import Switch

pytestmark = pytest.mark.freeswitch


def give(site: Site, codecs: str | None) -> None:
    with psycopg.connect(site.dsn) as database:
        database.execute("UPDATE cfg.extension SET codecs = %s WHERE number = '1002'", (codecs,))


@pytest.fixture
def only_pcma(site: Site) -> Iterator[None]:
    """Let 1002 speak PCMA and nothing else for the time of a test."""
    give(site, "PCMA")
    yield
    give(site, None)


def offered(dialog: Dialog) -> list[str]:
    """Return the payload types of the audio that the phone was offered, without that of keys."""
    invite = wait_for("the phone is called", lambda: [text for text in dialog.received() if text.startswith("INVITE ")], 10)[0]
    found = re.search(r"^m=audio \d+ RTP/AVP (.*)$", invite, re.MULTILINE)
    assert found is not None
    return [number for number in found[1].split() if int(number) not in (101, 13)]


def test_own_call_is_refused_when_the_phone_speaks_nothing_of_it(phone: MakePhone, only_pcma: None) -> None:
    caller = phone("1002")
    assert caller.register() == 200
    assert caller.call("9196").finish() == 488


def test_own_call_of_an_extension_without_codecs_goes_through(phone: MakePhone) -> None:
    caller = phone("1002")
    assert caller.register() == 200
    assert caller.call("9196", hold_ms=200).finish() == 200


def test_called_by_a_phone_it_is_offered_its_own_codecs_only(phone: MakePhone, only_pcma: None) -> None:
    caller, callee = phone("1001"), phone("1002")
    assert (caller.register(), callee.register()) == (200, 200)
    answering = callee.expect_call("callee-busy")
    assert caller.call("1002").finish() == 486
    assert offered(answering) == ["8"]


def test_called_as_a_user_it_is_offered_its_own_codecs_only(phone: MakePhone, switch: Switch, only_pcma: None) -> None:
    callee = phone("1002")
    assert callee.register() == 200
    answering = callee.expect_call("callee-busy")
    assert "USER_BUSY" in switch.api(f"originate user/1002@{DOMAIN} &park")
    assert offered(answering) == ["8"]


def test_without_codecs_it_is_offered_more(phone: MakePhone, switch: Switch) -> None:
    callee = phone("1002")
    assert callee.register() == 200
    answering = callee.expect_call("callee-busy")
    assert "USER_BUSY" in switch.api(f"originate user/1002@{DOMAIN} &park")
    assert {"0", "8"} <= set(offered(answering))
