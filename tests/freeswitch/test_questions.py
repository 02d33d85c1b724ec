"""Every way FreeSWITCH asks for something outside a phone's call: its commands, really given, and what comes of them."""

from __future__ import annotations

import re

import pytest

from .conftest import DOMAIN, OTHER, MakePhone, Site
from .esl import EventSocket
from .processes import wait_for
from .switch import NODE, Switch

pytestmark = pytest.mark.freeswitch


def test_node_has_the_name_of_its_row(switch: Switch) -> None:
    assert switch.api("switchname") == NODE


@pytest.mark.parametrize("module", ["mod_sofia", "mod_voicemail", "mod_conference", "mod_db", "mod_hash", "mod_loopback", "mod_say_en"])
def test_modules_of_both_lists_are_loaded(switch: Switch, module: str) -> None:
    assert switch.api(f"module_exists {module}") == "true"


def test_event_socket_is_on_the_port_and_password_of_the_settings(switch: Switch) -> None:
    # That api() works at all says so; the well-known password must not.
    with pytest.raises(AssertionError, match="refused"):
        EventSocket(switch.ports.event_socket, "ClueCon")


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        (f"user_exists id 1001 {DOMAIN}", "true"),
        (f"user_exists id 7777 {DOMAIN}", "false"),
        (f"user_exists id 2001 {DOMAIN}", "false"),
        (f"user_exists id 2001 {OTHER}", "true"),
        (f"user_exists id 1020 {DOMAIN}", "false"),
        (f"domain_exists {DOMAIN}", "true"),
        ("domain_exists nowhere.example.net", "false"),
        (f"user_data 1001@{DOMAIN} var toll_allow", "domestic"),
        (f"user_data 1001@{DOMAIN} var user_context", DOMAIN),
        (f"user_data 2001@{OTHER} var user_context", OTHER),
        (f"user_data 1001@{DOMAIN} param allow-empty-password", "false"),
        (f"user_data 1001@{DOMAIN} param password", ""),
        (f"user_data 1001@{DOMAIN} attr id", "1001"),
        (f"in_group 1001@{DOMAIN},sales", "true"),
        (f"in_group 1009@{DOMAIN},sales", "false"),
        (f"in_group 1001@{OTHER},sales", "false"),
        (f"vm_boxcount 1001@{DOMAIN}", "0"),
    ],
)
def test_answers(switch: Switch, command: str, answer: str) -> None:
    assert switch.api(command) == answer


def test_xml_locate_shows_the_domain_and_none_of_its_users(switch: Switch) -> None:
    text = switch.api(f"xml_locate directory domain name {DOMAIN}")
    assert f'<domain name="{DOMAIN}"' in text
    assert "1001" not in text


def test_find_user_xml_shows_a_user_that_cannot_come_in_without_a_password(switch: Switch) -> None:
    text = switch.api(f"find_user_xml id 1001 {DOMAIN}")
    assert re.search(r'name="a1-hash" value="[0-9a-f]{32}"', text)
    assert 'name="allow-empty-password" value="false"' in text
    assert 'name="password"' not in text


def test_group_call_rings_the_members(phone: MakePhone, switch: Switch) -> None:
    one, outsider = phone("1001"), phone("1009")
    assert (one.register(), outsider.register()) == (200, 200)
    text = switch.api(f"group_call sales@{DOMAIN}")
    assert f"127.0.0.1:{one.port}" in text
    assert str(outsider.port) not in text
    assert switch.api(f"group_call nobody@{DOMAIN}") == "error/NO_ROUTE_DESTINATION"
    assert switch.api(f"group_call sales@{OTHER}") == "error/NO_ROUTE_DESTINATION"


def test_group_call_dials(phone: MakePhone, switch: Switch) -> None:
    first, second = phone("1001"), phone("1002")
    assert (first.register(), second.register()) == (200, 200)
    answering, ringing = first.expect_call("callee-waits"), second.expect_call("callee-rings")
    said = switch.api(f"originate {switch.api(f'group_call sales@{DOMAIN}')} &park")
    assert said.startswith("+OK"), said
    ringing.finish()
    switch.api("hupall")
    answering.finish()


def test_originate_to_a_user(site: Site, phone: MakePhone, switch: Switch) -> None:
    callee = phone("1001")
    assert callee.register() == 200
    answering = callee.expect_call("callee-waits")
    before = site.recorder.settled()
    said = switch.api(f"originate {{foo=bar,ignore_early_media=true}}user/1001@{DOMAIN} &park")
    assert said.startswith("+OK"), said
    uuid = said.split()[1]
    assert switch.api(f"uuid_getvar {uuid} foo") == "bar"
    assert switch.api(f"uuid_getvar {uuid} toll_allow") == "domestic"
    switch.api(f"uuid_kill {uuid}")
    answering.finish()
    assert [one.field("action") for one in site.recorder.since(before) if one.field("section") == "directory"] == ["user_call"]


def test_bridge_to_a_user_with_leg_variables(phone: MakePhone, switch: Switch) -> None:
    first, second = phone("1001"), phone("1002")
    assert (first.register(), second.register()) == (200, 200)
    answering = [first.expect_call("callee-waits"), second.expect_call("callee-waits")]
    said = switch.api(f"originate user/1001@{DOMAIN} &bridge([leg_timeout=5]user/1002@{DOMAIN})")
    assert said.startswith("+OK"), said
    first.talk(answering[0])
    second.talk(answering[1])
    wait_for("each hears the other", lambda: first.audio.heard[second.mark] > 10 and second.audio.heard[first.mark] > 10, 5)
    switch.api("hupall")
    for one in answering:
        one.finish()


def test_user_that_is_not_registered_or_not_there(switch: Switch) -> None:
    assert switch.api(f"originate user/1003@{DOMAIN} &park") == "-ERR USER_NOT_REGISTERED"
    assert switch.api(f"originate user/7777@{DOMAIN} &park") == "-ERR SUBSCRIBER_ABSENT"


def test_loopback_is_routed_in_the_context_it_names(switch: Switch) -> None:
    said = switch.api(f"originate loopback/*43/{DOMAIN} &park")
    assert said.startswith("+OK"), said
    assert switch.api(f"originate loopback/2001/{DOMAIN} &park") == "-ERR NO_ROUTE_DESTINATION"
    switch.api("hupall")


def test_transfer_is_routed_anew(phone: MakePhone, switch: Switch) -> None:
    caller = phone("1001")
    calling = caller.call("*43", scenario="caller-waits")
    wait_for("the echo test runs", lambda: "echo" in switch.api("show channels"), 5)
    uuid = next(line for line in switch.api("show channels").splitlines() if ",inbound," in line).split(",")[0]
    switch.api(f"uuid_transfer {uuid} 9196")
    wait_for("it is in the second one", lambda: ",9196," in switch.api("show channels"), 5)
    assert switch.api(f"uuid_getvar {uuid} r2a_destination") == "feature:echo"
    switch.api(f"uuid_kill {uuid}")
    calling.finish()


def test_sofia_contact_of_nobody(switch: Switch) -> None:
    assert switch.api(f"sofia_contact */1001@{DOMAIN}") == "error/user_not_registered"


def test_rescan_changes_nothing_that_did_not_change(switch: Switch, phone: MakePhone) -> None:
    one = phone("1001")
    assert one.register() == 200
    assert "+OK" in switch.api("sofia profile internal rescan")
    assert "+OK" in switch.api("sofia profile external rescan")
    status = switch.api("sofia status")
    assert len(re.findall("RUNNING", status)) == 2, status
    assert "carrier1" in status
    assert "carrier2" in status
    assert f":{one.port}" in switch.api(f"sofia_contact */1001@{DOMAIN}")


def test_reloads(switch: Switch) -> None:
    assert "+OK" in switch.api("reloadxml")
    assert "+OK" in switch.api("reloadacl")
    # The cluster's list comes from the nodes' addresses.
    assert switch.api("acl 127.0.0.1 cluster") == "true"
    assert switch.api("acl 192.0.2.1 cluster") == "false"
    assert switch.api("acl 127.0.0.1 no-such-list") == "false"


def test_gateway_is_killed_and_comes_back(switch: Switch) -> None:
    assert "+OK" in switch.api("sofia profile external killgw carrier1")
    wait_for("it is gone", lambda: "carrier1" not in switch.api("sofia status"), 5)
    assert "+OK" in switch.api("sofia profile external startgw carrier1")
    wait_for("it is back", lambda: "carrier1" in switch.api("sofia status"), 5)


def test_profiles_have_what_they_need(switch: Switch) -> None:
    status = switch.api("sofia status profile internal")
    assert re.search(r"^Context\s+public$", status, re.MULTILINE), status
    assert re.search(r"^CHALLENGE-REALM|Challenge Realm\s+auto_from", status, re.MULTILINE), status
    assert f"127.0.0.1:{switch.ports.internal}" in status


def test_the_user_cache_is_flushed_by_name(switch: Switch) -> None:
    assert "+OK" in switch.api(f"xml_flush_cache id 1001 {DOMAIN}")


def test_nothing_asked_at_boot_went_wrong(site: Site, switch: Switch) -> None:
    wrong = [one for one in site.recorder.exchanges if one.status not in (200, 400)]
    assert wrong == [], "\n".join(map(str, wrong))
    served = {one.field("key_value") for one in site.recorder.exchanges if one.field("section") == "configuration" and one.found}
    assert {"sofia.conf", "acl.conf", "event_socket.conf", "json_cdr.conf", "post_load_modules.conf"} <= served
