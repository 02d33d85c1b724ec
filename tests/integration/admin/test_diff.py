"""`r2a diff`: what a running FreeSWITCH has otherwise than it would be served. The worker is played; what is served is the real thing."""

from __future__ import annotations

import copy
import ipaddress
import signal
from collections.abc import Iterator
from typing import Any

import pytest

from r2a_core.sealing import new_key
from tests.doubles.taskworker import CORE_UUID, TaskWorker
from tests.doubles.worker import soon
from tests.integration.admin.conftest import R2a

NODE = "tele-node-01"
#: The lists of the site as FreeSWITCH would have them: name -> (default, [(allow, range)]).
LISTS = {
    "cluster": (False, [(True, "10.0.0.1/32")]),
    "trusted": (False, [(True, "192.0.2.0/24"), (False, "192.0.2.128/25"), (True, "198.51.100.8/29")]),
    "open": (True, []),
}


def allowed(lists: dict[str, Any], name: str, address: str) -> bool:
    """Return what `acl ADDRESS NAME` says: an unknown list lets nobody in."""
    default, entries = lists.get(name, (False, []))
    ranges = [(ipaddress.ip_network(cidr), allow) for allow, cidr in entries]
    fitting = [(network.prefixlen, allow) for network, allow in ranges if ipaddress.ip_address(address) in network]
    return bool(max(fitting)[1]) if fitting else bool(default)


class Switch:
    """What a FreeSWITCH runs, as a survey tells it."""

    def __init__(self, worker: TaskWorker) -> None:
        self.worker = worker
        self.lists: dict[str, Any] = copy.deepcopy(LISTS)
        common = {"sip-ip": "10.0.0.1", "rtp-ip": "10.0.0.1", "dialplan": "XML", "dtmf-mode": "rfc2833", "inbound-codecs": "OPUS,G722,PCMU,PCMA"}
        internal = {"context": "public", "sip-port": "5060", "challenge-realm": "auto_from", "aggressive-nat": "true", **common}
        external = {"context": "public.external", "sip-port": "5080", "challenge-realm": "auto_to", "aggressive-nat": "false", **common}
        self.profiles = [
            {"name": "internal", "state": "RUNNING", "calls": 0, "settings": {**internal, "max-dialog": "0", "domain-name": "N/A"}},
            {"name": "external", "state": "RUNNING", "calls": 0, "settings": external},
        ]
        self.carrier = {
            "profile": "external", "name": "carrier", "state": "NOREG", "ping": "UP", "register": False, "transport": "udp", "scheme": "Digest",
            "realm": "sip.example.net", "username": "FreeSWITCH", "from": "<sip:FreeSWITCH@sip.example.net>", "exten": "FreeSWITCH",
            "proxy": "sip:sip.example.net", "context": "public", "expires": "3600", "freq": "3600", "pingfreq": "0", "pingmin": "0", "pingmax": "0",
        }  # fmt: skip
        self.gateways = [self.carrier]
        worker.answers["survey"] = self.survey

    def survey(self, argument: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        answers = [{"list": name, "address": address, "allowed": allowed(self.lists, name, address)} for name, address in argument["acl_probes"]]
        return "done", {"freeswitch": "1.11", "core_uuid": CORE_UUID, "profiles": self.profiles, "gateways": self.gateways, "acl": answers}


@pytest.fixture
def switch(office: R2a) -> Iterator[Switch]:
    """Yield a FreeSWITCH that runs exactly what it would be served."""
    office.well("node", "add", NODE, "--listen", "10.0.0.1")
    office.well("gateway", "add", "carrier", "--proxy", "sip.example.net")
    office.well("acl", "add", "trusted")
    office.well("acl", "entry", "add", "trusted", "--cidr", "192.0.2.0/24")
    office.well("acl", "entry", "add", "trusted", "--cidr", "192.0.2.128/25", "--deny")
    office.well("device", "set", "1001", "--trusted-cidr", "198.51.100.8/29")
    office.well("acl", "entry", "add", "trusted", "--domain", "a.example.com")
    office.ask("INSERT INTO cfg.acl (name, allow_by_default) VALUES ('open', true) RETURNING 1")
    with TaskWorker(office.dsn, NODE) as worker:
        yield Switch(worker)


def differences(office: R2a) -> list[tuple[str, str, str, str]]:
    """Return what differs: what, running, configured, what to do."""
    said = office("diff", "--node", NODE, "--json")
    assert said.code == (1 if said.json["differences"] else 0), said
    return [(one["what"], one["running"], one["configured"], one["do"]) for one in said.json["differences"]]


def test_nothing_differs(office: R2a, switch: Switch) -> None:
    assert office.well("diff", "--node", NODE).out == f"{NODE}: FreeSWITCH runs what r2a would serve it\n"
    ((kind, argument),) = switch.worker.done
    assert kind == "survey"
    probes = {tuple(pair) for pair in argument["acl_probes"]}
    edges = ("192.0.2.0", "192.0.2.255", "192.0.1.255", "192.0.3.0", "198.51.100.7", "198.51.100.16", "192.0.2.127")
    assert {("trusted", address) for address in edges} <= probes
    assert {("cluster", "10.0.0.0"), ("cluster", "10.0.0.1"), ("cluster", "10.0.0.2"), ("open", "203.0.113.1")} <= probes


REFRESH, INTERNAL, EXTERNAL = f"r2a reload --full --node {NODE}", *(f"r2a reload --restart {name} --node {NODE}" for name in ("internal", "external"))


def test_settings_of_a_profile(office: R2a, switch: Switch) -> None:
    switch.profiles[0]["settings"] |= {"context": "default", "sip-port": "5070", "ext-sip-ip": "192.0.2.9", "aggressive-nat": "false"}  # type: ignore[operator]
    assert differences(office) == [
        ("profile internal, aggressive-nat-detection", "false", "true", REFRESH),
        ("profile internal, sip-port", "5070", "5060", INTERNAL),
        ("profile internal, ext-sip-ip", "192.0.2.9", "not set", INTERNAL),
        ("profile internal, context", "default", "public", REFRESH),
    ]
    line = office("diff", "--node", NODE).out.splitlines()[1]
    assert line == f"profile internal, sip-port: running 5070, configured 5060; {INTERNAL}"


def test_profiles_that_are_missing_or_too_many(office: R2a, switch: Switch) -> None:
    switch.profiles[0]["name"] = "old"
    old = ("profile old", "yes", "no", f"r2a reload --restart old --node {NODE}")
    assert differences(office) == [("profile internal", "no", "yes", INTERNAL), old]


def test_gateways(office: R2a, switch: Switch) -> None:
    switch.carrier |= {"proxy": "sip:other.example.net", "context": "public.x", "username": "u", "expires": "60", "pingfreq": "30"}
    switch.carrier |= {"transport": "tcp", "from": "<sip:u@there>", "realm": "r", "exten": "u"}
    what = "gateway carrier of external"
    assert differences(office) == [
        (f"{what}, proxy", "other.example.net", "sip.example.net", REFRESH),
        (f"{what}, realm", "r", "sip.example.net", REFRESH),
        (f"{what}, username", "u", "FreeSWITCH", REFRESH),
        (f"{what}, from-user", "u", "FreeSWITCH", REFRESH),
        (f"{what}, from-domain", "there", "sip.example.net", REFRESH),
        (f"{what}, context", "public.x", "public", REFRESH),
        (f"{what}, extension", "u", "FreeSWITCH", REFRESH),
        (f"{what}, expire-seconds", "60", "3600", REFRESH),
        (f"{what}, ping", "30", "0", REFRESH),
        (f"{what}, register-transport", "tcp", "udp", REFRESH),
    ]
    switch.gateways = [{**switch.carrier, "name": "old"}]
    assert differences(office) == [(what, "no", "yes", REFRESH), ("gateway old of external", "yes", "no", REFRESH)]


def own_carrier(office: R2a) -> None:
    """Make `carrier` register, and tele-node-01 the node where it does."""
    office.well("gateway", "set", "carrier", "--username", "u", "--password-stdin", "--register", stdin="gw-secret-1\n")
    office.ask(
        "INSERT INTO rt.node_lease (node_name, core_uuid, live_since, lease_until, armed_until)"
        " VALUES (%s, %s, now(), now() + interval '1 h', now() + interval '1 h') RETURNING 1",
        NODE,
        CORE_UUID,
    )
    office.ask(
        "INSERT INTO rt.gateway_owner (gateway_id, name, profile, node_name, acquired_at, armed)"
        " SELECT id, 'carrier', 'external', %s, now(), true FROM cfg.gateway RETURNING 1",
        NODE,
    )


def test_a_gateway_registers_where_it_should(office: R2a, switch: Switch) -> None:
    own_carrier(office)
    registered = {"username": "u", "exten": "u", "from": "<sip:u@sip.example.net>", "register": True, "state": "REGED"}
    switch.carrier |= registered
    assert differences(office) == []
    switch.carrier |= {"register": False, "state": "NOREG"}
    assert differences(office) == [("gateway carrier of external, register", "false", "true", REFRESH)]


def test_a_gateway_whose_password_cannot_be_opened_here_is_left_alone(office: R2a, switch: Switch) -> None:
    own_carrier(office)
    elsewhere = R2a(office.dsn, {"R2A_SECRET_KEY": new_key()})
    said = elsewhere.well("diff", "--node", NODE)
    assert "not compared: gateways carrier; their passwords cannot be opened with the R2A_SECRET_KEY of here" in said.err
    assert "gw-secret-1" not in said.out + said.err


def test_access_lists(office: R2a, switch: Switch) -> None:
    switch.lists["trusted"][1].pop(1)
    what = "access list trusted, address"
    assert differences(office) == [(f"{what} {address}", "let in", "refused", REFRESH) for address in ("192.0.2.255", "192.0.2.128")]
    switch.lists = {name: one for name, one in LISTS.items() if name != "open"}
    found = [one for one in differences(office) if one[0].startswith("access list open")]
    assert found
    assert all(one[1:3] == ("refused", "let in") for one in found)


def test_a_range_that_was_taken_out_and_is_still_let_in(office: R2a, switch: Switch) -> None:
    office.well("acl", "entry", "add", "trusted", "--cidr", "203.0.113.0/24")
    office.well("acl", "entry", "remove", "trusted", "--cidr", "203.0.113.0/24")
    assert differences(office) == []
    switch.lists["trusted"][1].append((True, "203.0.113.0/24"))
    assert differences(office) == [("access list trusted, address 203.0.113.0", "let in", "refused", REFRESH)]


def test_more_ranges_than_a_survey_takes(office: R2a, switch: Switch) -> None:
    many = "SELECT a.id, ('100.64.' || n || '.0/25')::cidr FROM cfg.acl a, generate_series(0, 250) AS n"
    office.ask(f"INSERT INTO cfg.acl_entry (acl_id, cidr) {many} RETURNING 1")
    said = office("diff", "--node", NODE)
    assert len(switch.worker.done[0][1]["acl_probes"]) == 2000
    assert "not compared: " in said.err


def test_what_waits_for_a_restart_or_is_not_applied_is_said(office: R2a, switch: Switch) -> None:
    soon(lambda: office.ask("SELECT 1 FROM rt.node_status WHERE applied_revision = (SELECT max(revision) FROM cfg.change_log)"))
    switch.worker.applies = False
    office.ask("INSERT INTO rt.restart_needed (node_name, profile, why, revision) VALUES (%s, 'internal', 'tls-version is new', 1) RETURNING 1", NODE)
    office.well("acl", "add", "new")
    assert differences(office) == [("profile internal", "as it was started", "tls-version is new", INTERNAL)]
    assert f"{NODE} is 1 change behind" in office("diff", "--node", NODE).err


def test_a_survey_that_fails(office: R2a, switch: Switch) -> None:
    switch.worker.answers["survey"] = lambda _: ("failed", {"error": "FreeSWITCH is away"})
    assert f"{NODE}: FreeSWITCH is away" in office.refused("diff", "--node", NODE)
    switch.worker.works = False
    assert "its worker did not answer within 1 s" in office.refused("diff", "--node", NODE, "--timeout", "1")
    assert office.ask("SELECT count(*) FROM rt.node_task WHERE state = 'waiting'") == [(0,)]
    process = office.start("diff", "--node", NODE)
    soon(lambda: office.ask("SELECT 1 FROM rt.node_task WHERE state = 'waiting'"))
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert (process.returncode, err.strip()) == (130, "r2a: interrupted: nothing was compared")
    assert office.ask("SELECT count(*) FROM rt.node_task WHERE state = 'waiting'") == [(0,)]
    switch.worker.freeswitch_up = False
    soon(lambda: office.ask("SELECT 1 FROM rt.node_status WHERE NOT freeswitch_up"))
    assert "FreeSWITCH away; nobody can say" in office.refused("diff", "--node", NODE)
    office.well("node", "disable", NODE)
    assert "disabled; nobody can say" in office.refused("diff", "--node", NODE)
    assert "there is no node 'tele'" in office.refused("diff", "--node", "tele")
    office.refused("diff", code=2)
