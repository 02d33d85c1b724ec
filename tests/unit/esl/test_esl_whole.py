"""A refresh as a whole: every profile reads again, and the gateways of the switch are held against those that should be there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from r2a_esl.changes.known import Known
from r2a_esl.changes.refresh import Trunk, differs, full_refresh
from r2a_esl.sofia import GatewayStatus, gateways
from r2a_esl.store.trunks import Row, trunk
from tests.doubles.running import element, shown

KNOWN = Known(
    node_id=1, profiles={1: "external", 2: "internal"}, names={}, devices={}, spellings={}, tenants={}, gateways={}, trusts_addresses=False
)
ROW = Row("external", "carrier", "sip.example.net", None, None, None, None, "udp", 3600, None, "public", {})
RESCANS = ["sofia profile external rescan", "sofia profile internal rescan"]


def running(**other: str) -> GatewayStatus:
    (found,) = gateways(f"<gateways>\n{element(shown('external', 'carrier', 'sip.example.net', **other))}</gateways>\n")
    return found


def told(wanted: list[Trunk], found: list[GatewayStatus] | None, *, missed: bool = False) -> list[str]:
    return [text for command in full_refresh(KNOWN, wanted, found, missed=missed).commands for text in command.texts]


def test_everything_is_read_again() -> None:
    assert told([], []) == ["xml_flush_cache", *RESCANS, "reloadacl"]
    assert told([trunk(ROW)], None) == told([], []), "nothing is known of the gateways"
    assert told([trunk(ROW)], [running()]) == told([], [])


def test_a_gateway_of_a_profile_that_is_no_more_of_this_node_goes_and_nothing_reads_it() -> None:
    gone = replace(running(), profile="old")
    assert told([replace(trunk(ROW), profile="old")], [gone]) == ["xml_flush_cache", "sofia profile old killgw carrier", *RESCANS, "reloadacl"]


@pytest.mark.parametrize(
    "other",
    [
        replace(ROW, proxy="sip.example.org"),
        replace(ROW, realm="example.net"),
        replace(ROW, username="acme"),
        replace(ROW, from_user="acme"),
        replace(ROW, from_domain="example.net"),
        replace(ROW, transport="tcp"),
        replace(ROW, expire_s=600),
        replace(ROW, ping_s=30),
        replace(ROW, context="public.acme"),
        replace(ROW, params={"extension": "1001"}),
        replace(ROW, params={"register-transport": "TLS"}),
    ],
)
def test_what_freeswitch_shows_is_compared(other: Row) -> None:
    assert not differs(trunk(ROW), running())
    assert differs(trunk(other), running())


def test_whether_it_registers_and_what_is_not_shown_is_no_difference() -> None:
    assert not differs(trunk(ROW), running(state="REGED", status="DOWN", password="yes", ping="1700000000", pinging="1"))
