"""From changes to commands: the table of rules, case by case, and what holds whatever changes."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from r2a_esl.changes.commands import Command, succeeded
from r2a_esl.changes.known import Applications, Change, Domain, Gateway, Known, concerned
from r2a_esl.changes.plan import RULES, Plan, plan
from r2a_esl.changes.users import MANY_USERS
from r2a_esl.metrics import KINDS
from r2a_esl.registrations import Registration
from tests.test_documents import SCHEMA

D, A = "pbx.example.com", "alias.example.com"
KNOWN = Known(
    node_id=1,
    profiles={1: "external", 2: "internal"},
    names={10: frozenset({(5, "1001"), (5, "anna"), (5, "desk")}), 11: frozenset({(5, "1002")})},
    devices={20: (10, 5, "desk"), 21: (11, 5, "1002")},
    spellings={5: frozenset({D, A}), 6: frozenset({"other.example.org"})},
    tenants={3: frozenset({5})},
    gateways={
        30: Gateway(tenant_id=3, sip_profile_id=1, node_id=None, name="trunk", enabled=True),
        31: Gateway(tenant_id=None, sip_profile_id=1, node_id=2, name="elsewhere", enabled=True),
    },
    trusts_addresses=False,
    applications=Applications(domains={5: Domain(name=D, here=True), 6: Domain(name="other.example.org", here=True)}),
)
EXTENSION = {"id": 10, "domain_id": 5, "number": "1001", "name": "Anna", "enabled": True}
DEVICE = {"id": 20, "domain_id": 5, "extension_id": 10, "auth_user": "desk", "enabled": True, "trusted_cidr": None}
GATEWAY = {"id": 30, "tenant_id": 3, "sip_profile_id": 1, "node_id": None, "name": "trunk", "enabled": True, "proxy": "a"}
ENTRY = {"id": 1, "domain_id": 5, "call_group_id": None, "extension_id": None, "device_id": None, "name": "x", "value": "y"}
PROFILE = {"id": 2, "name": "internal", "enabled": True, "context": "public", "port": 5060, "sip_alias": "sip", "rtp_alias": "rtp"}
PARAM = {"id": 1, "sip_profile_id": 2, "node_id": None, "name": "debug", "value": "0"}
CREDENTIAL = {"device_id": 20, "realm": D, "a1_md5": "***"}
TENANT = {"id": 3, "name": "demo", "enabled": True}
DOMAIN = {"id": 5, "tenant_id": 3, "name": D, "enabled": True}


def change(table: str, before: dict[str, Any] | None, after: dict[str, Any] | None) -> Change:
    operation = "INSERT" if before is None else "DELETE" if after is None else "UPDATE"
    return Change(revision=1, table=table, operation=operation, before=before, after=after)


def edit(table: str, row: dict[str, Any], **new: Any) -> Change:
    return change(table, row, {**row, **new})


def made(*changes: Change, known: Known = KNOWN) -> Plan:
    return plan(list(changes), known)


def texts(found: Plan) -> list[str]:
    return [text for command in found.commands for text in command.texts]


def users(*names: str, domains: tuple[str, ...] = (A, D)) -> list[str]:
    return [f"xml_flush_cache {key} {name} {domain}" for name in sorted(names) for domain in sorted(domains) for key in ("id", "number-alias")]


ALL_NAMES = users("1001", "anna", "desk")
AGENT_GONE = f"callcenter_config agent del 1001@{D}"
FLUSH, ACL, RESCAN, KILL = ["xml_flush_cache"], ["reloadacl"], ["sofia profile external rescan"], ["sofia profile external killgw trunk"]
TABLE: list[tuple[Change, list[str]]] = [
    (edit("extension", EXTENSION, name="B"), ALL_NAMES),
    (edit("extension", EXTENSION, number="1009"), [*users("1001", "1009", "anna", "desk"), AGENT_GONE]),
    (change("extension_alias", {"domain_id": 5, "extension_id": 10, "name": "old"}, None), users("1001", "anna", "desk", "old")),
    (edit("device", DEVICE, auth_user="new"), users("1001", "anna", "desk", "new")),
    (edit("device", DEVICE, trusted_cidr="192.0.2.0/24"), ALL_NAMES + ACL),
    (edit("device_credential", CREDENTIAL), ALL_NAMES),
    (change("device_credential", {**CREDENTIAL, "device_id": 99}, None), []),
    (edit("voicemail_credential", {"extension_id": 11, "realm": D}), users("1002")),
    (change("call_group_member", None, {"domain_id": 5, "call_group_id": 1, "extension_id": 11}), users("1002")),
    (change("call_group", None, {"id": 1, "domain_id": 5, "name": "g"}), []),
    (edit("call_group", {"id": 1, "domain_id": 5, "name": "g"}, name="h"), FLUSH),
    (change("voice_guide", None, {"id": 1, "language": "fr"}), []),
    (edit("voice_guide", {"id": 1, "language": "en", "sound_prefix": "/a"}, sound_prefix="/b"), FLUSH),
    (edit("directory_entry", {**ENTRY, "extension_id": 11}, value="z"), users("1002")),
    (edit("directory_entry", {**ENTRY, "device_id": 21}, value="z"), users("1002")),
    (edit("directory_entry", ENTRY, value="z"), FLUSH),
    (edit("directory_entry", {**ENTRY, "call_group_id": 1}, value="z"), FLUSH),
    (edit("tenant", TENANT, language="es"), FLUSH),
    (edit("tenant", TENANT, enabled=False), FLUSH + KILL),
    (edit("tenant", {**TENANT, "enabled": False}, enabled=True), FLUSH + RESCAN),
    (edit("domain", DOMAIN, enabled=False), FLUSH),
    (change("domain_alias", None, {"domain_id": 5, "name": A}), FLUSH),
    (change("gateway", None, GATEWAY), RESCAN),
    (edit("gateway", GATEWAY, proxy="b"), KILL + RESCAN),
    (edit("gateway", GATEWAY, enabled=False), KILL),
    (edit("gateway", GATEWAY, sip_profile_id=2), [*KILL, "sofia profile internal rescan"]),
    (edit("gateway", GATEWAY, node_id=2), KILL),
    (change("gateway", GATEWAY, None), KILL),
    (edit("gateway_param", {"gateway_id": 30, "name": "a", "value": "b"}), KILL + RESCAN),
    (edit("gateway_param", {"gateway_id": 31, "name": "a", "value": "b"}), []),
    (edit("sip_profile", PROFILE, context="public.x"), ["sofia profile internal rescan"]),
    (edit("sip_profile", PROFILE, port=5070), []),
    (edit("sip_profile_param", PARAM, value="1"), ["sofia profile internal rescan"]),
    (edit("sip_profile_param", {**PARAM, "node_id": 2}, value="1"), []),
    (edit("sip_profile_param", {**PARAM, "sip_profile_id": 9}, value="1"), []),
    (edit("sip_profile_param", {**PARAM, "name": "tls-cert-dir"}, value="1"), []),
    (edit("sip_profile_param", {**PARAM, "name": "odbc-dsn"}, value="1"), []),
    (change("sip_profile_domain", None, {"sip_profile_id": 2, "name": D}), ["sofia profile internal rescan"]),
    (change("sip_profile_node", None, {"sip_profile_id": 2, "node_id": 1}), []),
    (edit("node", {"id": 2, "name": "n", "enabled": True}, enabled=False), ACL),
    (change("node_address", None, {"node_id": 2, "alias": "sip"}), ACL),
    (change("acl", None, {"id": 1}), ACL),
    (change("acl_entry", None, {"id": 1, "acl_id": 1}), ACL),
    (change("feature_code", None, {"id": 1, "domain_id": 5}), []),
    (change("config_element", None, {"id": 1, "document_id": 1}), []),
    (change("of_tomorrow", None, {"id": 1}), FLUSH),
]


@pytest.mark.parametrize(("one", "expected"), TABLE, ids=[f"{one.table}-{number}" for number, (one, _) in enumerate(TABLE)])
def test_table_of_rules(one: Change, expected: list[str]) -> None:
    assert texts(made(one)) == expected


def test_every_logged_table_has_a_rule() -> None:
    logged = re.findall(r"FOREACH logged IN ARRAY ARRAY\[(.*?)\]", SCHEMA, re.DOTALL)
    assert len(logged) >= 2
    assert set(re.findall(r"'(\w+)'", " ".join(logged))) == set(RULES)


@pytest.mark.parametrize(
    ("one", "note"),
    [
        (edit("sip_profile", PROFILE, port=5070), "profile internal: port changed"),
        (edit("sip_profile_param", {**PARAM, "name": "tls-cert-dir"}, value="1"), "profile internal: tls-cert-dir is read at its start only"),
        (change("sip_profile_param", PARAM, None), "profile internal: debug was removed, and the running profile keeps its value"),
        (change("sip_profile_node", None, {"sip_profile_id": 2, "node_id": 1}), "profile internal: where it runs was changed"),
    ],
)
def test_what_needs_a_restart_is_noted(one: Change, note: str) -> None:
    assert [str(one_note) for one_note in made(one).notes] == [f"restart needed: {note}"]


def test_a_gateway_and_its_params_in_one_batch_are_one_rescan() -> None:
    params = [change("gateway_param", None, {"gateway_id": 30, "name": name, "value": "x"}) for name in "abc"]
    assert texts(made(change("gateway", None, GATEWAY), *params)) == RESCAN
    assert texts(made(change("gateway", None, GATEWAY), change("gateway", GATEWAY, None))) == []
    assert texts(made(edit("gateway", GATEWAY, proxy="b"), *params)) == KILL + RESCAN


def registration(user: str, username: str, domain: str = D) -> Registration:
    return Registration(profile="internal", call_id="c", user=user, host=domain, username=username, realm=domain, address="a")


def drop(found: Plan) -> Command:
    return next((command for command in found.commands if command.kind == "drop"), Command(kind="drop"))


def test_whose_registrations_go() -> None:
    off = drop(made(edit("extension", EXTENSION, enabled=False)))
    assert off.drops(registration("1001", "desk"))
    assert off.drops(registration("1001", "unknown", D.upper()))
    assert not off.drops(registration("1002", "1002"))
    password = drop(made(edit("device_credential", CREDENTIAL)))
    assert password.drops(registration("1001", "desk"))
    assert not password.drops(registration("1001", "other-phone-of-1001"))
    assert not password.drops(registration("1001", "desk", "other.example.org"))
    assert not made(change("device_credential", None, CREDENTIAL)).commands[-1].logins
    device = drop(made(change("device", DEVICE, None)))
    assert device.drops(registration("1001", "desk", A))
    domain = drop(made(edit("tenant", TENANT, enabled=False)))
    assert domain.drops(registration("x", "x", A))
    assert not domain.drops(registration("x", "x", "other.example.org"))
    for harmless in (edit("extension", EXTENSION, name="B"), edit("device", DEVICE, description="x"), edit("tenant", TENANT, language="es")):
        assert drop(made(harmless)) == Command(kind="drop")


def test_addresses_that_users_bring_are_read_again_when_users_change() -> None:
    trusting = Known(**{name: getattr(KNOWN, name) for name in KNOWN.__slots__ if name != "trusts_addresses"}, trusts_addresses=True)
    assert texts(made(edit("extension", EXTENSION, enabled=False), known=trusting))[-2:] == [*ACL, AGENT_GONE]
    assert texts(made(edit("tenant", TENANT, enabled=False), known=trusting))[-1:] == ACL
    assert ACL[0] not in texts(made(edit("extension", EXTENSION, name="B"), known=trusting))


def test_what_success_looks_like() -> None:
    assert succeeded("sofia profile x rescan", "Reload XML [Success]\n+OK scan complete\n")
    assert not succeeded("sofia profile x rescan", "Reload XML [Success]\n-ERR cannot find config\n")
    assert succeeded("sofia profile x killgw y", "-ERR no such gateway.\n")
    assert not succeeded("reloadacl", "")


@pytest.mark.parametrize(("count", "expected"), [(MANY_USERS, MANY_USERS * 2), (MANY_USERS + 1, 1), (1000, 1)])
def test_many_users_are_one_flush(count: int, expected: int) -> None:
    names = {100 + n: frozenset({(6, str(2000 + n))}) for n in range(count)}
    known = Known(**{**{name: getattr(KNOWN, name) for name in KNOWN.__slots__}, "names": names})
    rows = [{**EXTENSION, "id": 100 + n, "domain_id": 6, "number": str(2000 + n)} for n in range(count)]
    assert len(texts(plan([edit("extension", row, name="B") for row in rows], known))) == expected


CHANGES = st.lists(st.sampled_from([one for one, _ in TABLE]), max_size=12)


@settings(max_examples=300, deadline=None)
@given(CHANGES)
def test_whatever_changes(changes: list[Change]) -> None:
    found = plan(changes, KNOWN)
    sent = texts(found)
    assert len(set(sent)) == len(sent), "nothing twice"
    assert plan([*changes, *changes], KNOWN).commands == found.commands or any(one.table == "gateway" for one in changes)
    whole = "xml_flush_cache" in sent
    for one in changes:
        for text in () if whole else [text for text in texts(made(one)) if text.startswith("xml_flush_cache")]:
            assert text in sent, "what one change needs, all of them need"
    assert not whole or not any(text.startswith("xml_flush_cache ") for text in sent)
    assert not any("restart" in text or "stop" in text or "flush_inbound_reg" in text for text in sent)
    for command in found.commands:
        kills = [number for number, text in enumerate(command.texts) if " killgw " in text]
        rescans = [number for number, text in enumerate(command.texts) if text.endswith(" rescan")]
        assert not rescans or rescans == [len(command.texts) - 1]
        assert not kills or not rescans or max(kills) < min(rescans), "a gateway is gone before it is read again"
    ranks = [KINDS.index(command.kind) for command in found.commands]
    assert [rank > 2 for rank in ranks] == sorted(rank > 2 for rank in ranks), "what lets somebody in comes first"


def test_keys_of_old_and_new_rows_are_looked_up() -> None:
    found = concerned([edit("directory_entry", {**ENTRY, "extension_id": 10}, extension_id=11), change("device", DEVICE, None)])
    assert (sorted(found.extensions), sorted(found.devices), sorted(found.domains)) == ([10, 11], [20], [5])
