"""Nodes, profiles, gateways, access lists, documents, the demo, and what FreeSWITCH gets of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from r2a_core.environ import Secret
from r2a_core.sealing import SealingKey
from tests.integration.admin.conftest import R2a


def test_node_has_both_addresses_and_they_can_change(r2a: R2a) -> None:
    r2a.well("node", "add", "Tele-1", "--listen", "10.0.0.1", "--advertise", "192.0.2.1")
    r2a.well("node", "set", "tele-1", "--alias", "rtp", "--listen", "10.0.0.2")
    r2a.well("node", "set", "tele-1", "--alias", "sip", "--advertise", "")
    shown = r2a.well("node", "show", "tele-1", "--json").json
    assert shown["addresses"] == [
        {"alias": "rtp", "listen": "10.0.0.2", "advertise": "192.0.2.1"},
        {"alias": "sip", "listen": "10.0.0.1", "advertise": None},
    ]
    assert shown["heartbeat_at"] is None
    assert "no address 'lan' yet" in r2a.refused("node", "set", "tele-1", "--alias", "lan", "--advertise", "h.example.com")


def test_node_shows_the_heartbeat_and_delete_forgets_it(r2a: R2a) -> None:
    r2a.well("node", "add", "tele-1", "--listen", "10.0.0.1")
    r2a.ask("INSERT INTO rt.node_status (node_name, freeswitch_up, sessions) VALUES ('tele-1', true, 7) RETURNING 1")
    (node,) = r2a.well("node", "list", "--json").json
    assert (node["freeswitch_up"], node["sessions"]) == (True, 7)
    assert node["heartbeat_age_s"] < 60
    r2a.well("node", "delete", "tele-1", "--yes")
    assert r2a.ask("SELECT count(*) FROM rt.node_status") == [(0,)]


REFUSALS = [
    (("node", "add", "tele-2", "--listen", "10.0.0.0/24"), "one address"),
    (("node", "add", "tele-2", "--listen", "here"), "invalid input syntax for type inet"),
    (("profile", "param", "set", "internal", "sip-ip", "1"), "r2a writes that parameter"),
    (("profile", "param", "set", "internal", "debug", "1", "--node", "none"), "there is no node 'none'"),
    (("profile", "add", "x", "--port", "99999"), "--port should be from 1 to 65535"),
    (("gateway", "add", "g", "--proxy", "h", "--register", "--username", "u"), "--password-stdin"),
    (("gateway", "add", "g", "--proxy", "h", "--profile", "externl"), "did you mean external"),
    (("gateway", "add", "g", "--proxy", "h", "--transport", "sctp"), "udp, tcp or tls"),
    (("gateway", "add", "g", "--proxy", "h", "--context", "default"), "begin with `public.`"),
    (("acl", "add", "cluster"), "made by r2a"),
    (("acl", "add", "wan.auto"), "made by r2a"),
]


def test_refusals(r2a: R2a, subtests: pytest.Subtests) -> None:
    for arguments, sentence in REFUSALS:
        with subtests.test(sentence):
            assert sentence in r2a.refused(*arguments)


def test_gateway_password_is_sealed_and_never_shown(r2a: R2a) -> None:
    r2a.well("gateway", "add", "carrier", "--proxy", "sip.example.net", "--username", "u", "--register", "--password-stdin", stdin="gw-secret-1\n")
    shown = r2a.well("gateway", "show", "carrier")
    assert "password_set" in shown.out
    assert "gw-secret-1" not in shown.out
    ((sealed,),) = r2a.ask("SELECT password_sealed FROM cfg.gateway")
    assert b"gw-secret-1" not in sealed
    assert SealingKey(Secret(r2a.env["R2A_SECRET_KEY"])).open(sealed) == "gw-secret-1"


def test_who_registers_a_gateway_is_shown_while_its_lease_lasts(r2a: R2a) -> None:
    r2a.well("gateway", "add", "carrier", "--proxy", "sip.example.net", "--username", "u", "--register", "--password-stdin", stdin="gw-secret-1\n")
    assert r2a.well("gateway", "show", "carrier", "--json").json["owner"] is None
    r2a.ask("INSERT INTO rt.node_lease (node_name, core_uuid, live_since, lease_until) VALUES ('n1', 'u', now(), now() + interval '9 s') RETURNING 1")
    r2a.ask(
        "INSERT INTO rt.gateway_owner (gateway_id, name, profile, node_name, acquired_at)"
        " SELECT id, name, 'external', 'n1', now() FROM cfg.gateway RETURNING 1"
    )
    assert r2a.well("gateway", "show", "carrier", "--json").json["owner"] == "n1"
    assert [row["owner"] for row in r2a.well("gateway", "list", "--json").json] == ["n1"]
    r2a.ask("UPDATE rt.node_lease SET lease_until = now() RETURNING 1")
    assert r2a.well("gateway", "show", "carrier", "--json").json["owner"] is None


def test_gateway_password_needs_a_key(database: str) -> None:
    line = R2a(database).refused("gateway", "add", "g", "--proxy", "h", "--password-stdin", stdin="gw-secret-1\n")
    assert "r2a secret-key" in line
    assert "gw-secret-1" not in line


def test_gateway_settings_are_set_and_removed(r2a: R2a) -> None:
    r2a.well("domain", "add", "a.example.com", "--tenant", "acme", "--create-tenant")
    r2a.well("gateway", "add", "g", "--proxy", "h", "--tenant", "acme", "--ping-s", "30", "--realm", "r.example.com", "--caller-id-in-from")
    r2a.well("gateway", "param", "set", "g", "ping-max", "3")
    shown = r2a.well("gateway", "show", "g", "--json").json
    assert (shown["tenant"], shown["ping_s"], shown["realm"], shown["caller_id_in_from"]) == ("acme", 30, "r.example.com", True)
    assert shown["params"] == [{"name": "ping-max", "value": "3"}]
    assert "the tenant still has" in r2a.refused("tenant", "delete", "acme", "--yes")
    r2a.well("gateway", "set", "g", "--tenant", "", "--ping-s", "0", "--realm", "")
    r2a.well("gateway", "disable", "g")
    shown = r2a.well("gateway", "show", "g", "--json").json
    assert (shown["tenant"], shown["ping_s"], shown["realm"], shown["enabled"]) == (None, None, None, False)
    assert "the profile still has gateways" in r2a.refused("profile", "delete", "external", "--yes")
    r2a.well("gateway", "delete", "g", "--yes")


def test_profile_with_parameters_of_one_node(r2a: R2a) -> None:
    r2a.well("node", "add", "tele-1", "--listen", "10.0.0.1")
    r2a.well("profile", "add", "lan", "--port", "5090", "--node", "tele-1")
    r2a.well("profile", "param", "set", "lan", "debug", "0")
    r2a.well("profile", "param", "set", "lan", "debug", "9", "--node", "tele-1")
    shown = r2a.well("profile", "show", "lan", "--json").json
    assert shown["nodes"] == ["tele-1"]
    assert shown["params"] == [{"name": "debug", "node": None, "value": "0"}, {"name": "debug", "node": "tele-1", "value": "9"}]
    r2a.well("profile", "param", "remove", "lan", "debug", "--node", "tele-1")
    r2a.well("profile", "set", "lan", "--all-nodes", "--port", "5091")
    shown = r2a.well("profile", "show", "lan", "--json").json
    assert (shown["nodes"], shown["port"], len(shown["params"])) == ([], 5091, 1)


def test_acl_entries(office: R2a) -> None:
    office.well("acl", "add", "trusted")
    office.well("acl", "entry", "add", "trusted", "--cidr", "192.0.2.0/24", "--description", "head office")
    office.well("acl", "entry", "add", "trusted", "--domain", "sip.a.example.com", "--deny")
    office.refused("acl", "entry", "add", "trusted", code=2)
    entries = office.well("acl", "show", "trusted", "--json").json["entries"]
    assert [(entry["cidr"], entry["domain"], entry["allow"], entry["position"]) for entry in entries] == [
        ("192.0.2.0/24", None, True, 1),
        (None, "a.example.com", False, 2),
    ]
    office.well("acl", "entry", "remove", "trusted", "--cidr", "192.0.2.0/24")
    assert "no entry for 192.0.2.0/24" in office.refused("acl", "entry", "remove", "trusted", "--cidr", "192.0.2.0/24")


DOCUMENT = """<!-- note --><configuration name="example.conf" description="x">
  <profiles><!-- gone -->
    <profile name="b"><param name="rate" value="8000"/><param name="interval" value="20"/></profile><profile name="a"/>
  </profiles>
</configuration>"""


def test_document_comes_back_in_its_order(r2a: R2a, tmp_path: Path) -> None:
    file = tmp_path / "example.conf.xml"
    file.write_text(DOCUMENT)
    assert "5 elements" in r2a.well("document", "import", str(file)).out
    assert "--replace" in r2a.refused("document", "import", str(file))
    r2a.well("document", "import", str(file), "--replace")
    shown = r2a.well("document", "show", "example.conf").out
    assert shown.index('name="b"') < shown.index('value="8000"') < shown.index('value="20"') < shown.index('name="a"')
    assert "note" not in shown
    file.write_text(shown)
    r2a.well("document", "import", str(file), "--replace")
    assert r2a.well("document", "show", "example.conf").out == shown
    assert "did you mean example.conf" in r2a.refused("document", "show", "exampel.conf")
    r2a.well("document", "delete", "example.conf", "--yes")


DOCUMENTS_THAT_ARE_REFUSED = [
    ("<a", "is not XML"),
    ("", "is not XML"),
    ("<document/>", "should begin with"),
    ('<configuration name="sofia.conf"/>', "r2a builds that document itself"),
    ('<configuration name="../x"/>', "conference.conf"),
    ('<configuration name="x.conf">\n<X-PRE-PROCESS cmd="exec" data="id"/></configuration>', "line 2: X-PRE-PROCESS"),
    ('<configuration name="x.conf">\n<p v="$${domain}"/></configuration>', "line 2: FreeSWITCH would expand v"),
    ('<configuration name="x.conf"><p>text</p></configuration>', "would be lost"),
    ('<configuration name="x.conf"><?exec id?></configuration>', "instructions"),
    ('<!DOCTYPE c [<!ENTITY x SYSTEM "file:///etc/passwd">]><configuration name="x.conf"><p v="1"/>&x;</configuration>', "DOCTYPE"),
    ('<configuration name="x.conf">' + "<p>" * 40 + "</p>" * 40 + "</configuration>", "more than 32 deep"),
]


def test_documents_that_are_refused(r2a: R2a, tmp_path: Path, subtests: pytest.Subtests) -> None:
    for text, sentence in DOCUMENTS_THAT_ARE_REFUSED:
        with subtests.test(sentence):
            file = tmp_path / "x.xml"
            file.write_text(text)
            assert sentence in r2a.refused("document", "import", str(file))


def test_demo_twice_and_never_beside_a_tenant(r2a: R2a, database: str) -> None:
    demo = R2a(database, {"R2A_NODE_NAME": "Tele-9"})
    assert "added node tele-9" in demo.well("demo").out
    second = demo.well("demo").out
    assert "there already" in second
    assert demo.ask("SELECT count(*) FROM cfg.extension") == [(20,)]
    demo.well("tenant", "add", "acme")
    assert "acme" in demo.refused("demo")


def test_xml_is_what_the_service_answers(database: str) -> None:
    demo = R2a(database, {"R2A_NODE_NAME": "tele-9"})
    demo.well("demo")
    assert '<param name="a1-hash"' in demo.well("xml", "directory", "1001@pbx.example.com").out
    assert '<user id="1002"' in demo.well("xml", "directory", "1002@pbx.example.com", "--action", "user_call").out
    assert "1001" in demo.well("xml", "directory", "sales@pbx.example.com", "--group").out
    assert "1002@pbx.example.com" in demo.well("xml", "dialplan", "--from", "1001", "--to", "1002").out
    assert '<profile name="internal">' in demo.well("xml", "configuration", "sofia.conf", "--profile", "internal").out
    assert 'cidr="127.0.0.1/32"' in demo.well("xml", "configuration", "acl.conf").out
    answer = demo.well("xml", "configuration", "post_load_modules.conf", "--json").json
    assert answer["status"] == 200
    assert "mod_voicemail" in answer["body"]
    assert "not found" in demo.refused("xml", "directory", "1999@pbx.example.com")
    demo.refused("xml", "directory", "1001", "--action", "steal", code=2)
