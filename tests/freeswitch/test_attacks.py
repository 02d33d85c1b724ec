"""What somebody on the network tries: carriers' contexts, injected fields, text that wants to be expanded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from .conftest import DOMAIN, OTHER, MakePhone, Site
from .processes import wait_for
from .rawsip import Attacker, Response, authorization, sdp
from .switch import Switch

pytestmark = pytest.mark.freeswitch

#: The contexts of the two tenants; nobody without a password may ever be routed in them.
TENANT_CONTEXTS = {DOMAIN, OTHER}


@pytest.fixture
def attacker(switch: Switch) -> Iterator[Callable[[int], Attacker]]:
    """Return a function that makes attackers of a port."""
    made: list[Attacker] = []

    def make(port: int) -> Attacker:
        made.append(Attacker(port))
        return made[-1]

    yield make
    for one in made:
        one.close()


def headers(attacker: Attacker, uri: str, **more: str) -> dict[str, str]:
    return {
        "From": f"<sip:1001@{DOMAIN}>;tag=a",
        "To": f"<{uri}>",
        "Contact": f"<sip:1001@127.0.0.1:{attacker.port}>",
        "Content-Type": "application/sdp",
        **{name.replace("_", "-"): value for name, value in more.items()},
    }


def invite(attacker: Attacker, uri: str, **more: str) -> Response:
    return attacker.send("INVITE", uri, headers(attacker, uri, **more), sdp(20000))


def contexts_asked(site: Site, position: int) -> set[str]:
    return {one.field("Hunt-Context") for one in site.recorder.since(position) if one.field("section") == "dialplan"}


@pytest.mark.parametrize("gateway", ["carrier1", "carrier2"])
@pytest.mark.parametrize("profile", ["internal", "external"])
@pytest.mark.parametrize("form", ["sip:1002@{domain};gw={gateway}", "sip:gw+{gateway}@{domain}", "sip:1002@{domain};gw={gateway};user=phone"])
def test_gw_parameter_reaches_no_tenant(
    site: Site, switch: Switch, phone: MakePhone, attacker: Callable[[int], Attacker], gateway: str, profile: str, form: str
) -> None:
    victim = phone("1002")
    assert victim.register() == 200
    waiting = victim.expect_call("callee-waits")
    before = site.recorder.settled()
    port = switch.ports.internal if profile == "internal" else switch.ports.external
    response = invite(attacker(port), form.format(domain=DOMAIN, gateway=gateway))
    assert response.status >= 400, response
    assert not contexts_asked(site, before) & TENANT_CONTEXTS
    assert not [one for one in site.recorder.since(before) if one.field("section") == "dialplan" and one.found]
    assert waiting.received() == []


def test_an_unauthenticated_call_on_the_external_profile_reaches_no_tenant(site: Site, switch: Switch, attacker: Callable[[int], Attacker]) -> None:
    before = site.recorder.settled()
    assert invite(attacker(switch.ports.external), f"sip:1002@{DOMAIN}").status == 404
    assert contexts_asked(site, before) == {"public.external"}


INJECTIONS = [
    f"{DOMAIN}&purpose=gateways&user=1001",
    f"{DOMAIN}&Event-Name=REQUEST_PARAMS&action=user_call&user=1001&domain={DOMAIN}",
    f"{DOMAIN}&user=1002",
    f"{DOMAIN}%26user=1002",
    f"{DOMAIN}&section=configuration&tag_name=configuration&key_name=name&key_value=sofia.conf",
    f"{DOMAIN} ",
    "",
    "x" * 600,
    f"{DOMAIN}${{domain}}",
    "..",
]


@pytest.mark.parametrize("realm", INJECTIONS)
def test_realm_injection_is_refused(site: Site, switch: Switch, attacker: Callable[[int], Attacker], realm: str) -> None:
    one, uri = attacker(switch.ports.internal), f"sip:{DOMAIN}"
    register = {"From": f"<sip:1001@{DOMAIN}>;tag=a", "To": f"<sip:1001@{DOMAIN}>", "Contact": f"<sip:1001@127.0.0.1:{one.port}>", "Expires": "600"}
    challenge = one.send("REGISTER", uri, register)
    assert challenge.status == 401
    before, logged = site.recorder.settled(), len(site.service.log())
    # The digest is right for the realm that is sent: only what r2a says about the realm can keep this one out.
    register["Authorization"] = authorization("REGISTER", uri, user="1001", password="demo1001", realm=realm, nonce=challenge.challenge("nonce"))
    assert one.send("REGISTER", uri, register).status in (400, 401, 403)
    assert "Total items returned: 0" in switch.registrations()
    asked = site.recorder.since(before)
    assert not [question for question in asked if question.found], "\n".join(map(str, asked))
    if "&" in realm:
        assert [question.status for question in asked] == [400]
        wait_for("r2a has logged it", lambda: "request refused" in site.service.log()[logged:], 3)


def test_realm_of_another_tenant_does_not_lend_its_users(switch: Switch, attacker: Callable[[int], Attacker]) -> None:
    one, uri = attacker(switch.ports.internal), f"sip:{DOMAIN}"
    register = {"From": f"<sip:1001@{DOMAIN}>;tag=a", "To": f"<sip:1001@{DOMAIN}>", "Contact": f"<sip:1001@127.0.0.1:{one.port}>", "Expires": "600"}
    nonce = one.send("REGISTER", uri, register).challenge("nonce")
    register["Authorization"] = authorization("REGISTER", uri, user="2001", password="other2001", realm=OTHER, nonce=nonce)
    one.send("REGISTER", uri, register)
    assert f":{one.port}" not in switch.api(f"sofia_contact */1001@{DOMAIN}")


@pytest.mark.parametrize(
    "name", ["Identity", "X-Test", "P-Asserted-Identity", "Remote-Party-ID", "Subject", "Call-Info", "Diversion", "X-FS-Channel-Name", "User-Agent"]
)
def test_expansions_in_headers_do_nothing(phone: MakePhone, switch: Switch, tmp_path: Path, name: str) -> None:
    proof = tmp_path / "proof"
    value = f"${{system(touch {proof})}}"
    caller, callee = phone("1001"), phone("1002")
    assert callee.register() == 200
    answering = callee.expect_call("callee-waits")
    caller.call("1002", hold_ms=100, extra_header=f"{name}: {value}").finish()
    answering.stop()
    assert not proof.exists()
    assert caller.call("7777", extra_header=f"{name}: {value}").finish() == 404
    assert not proof.exists()


@pytest.mark.parametrize("number", ["${system(touch PROOF)}", "1002${hostname}", "$1", "'1002'", "1002,1003", "[leg]1002", "error/1002", "1002|1003"])
def test_numbers_that_want_to_be_expanded_are_unknown(switch: Switch, attacker: Callable[[int], Attacker], tmp_path: Path, number: str) -> None:
    proof = tmp_path / "proof"
    # Percent-encoded it is a proper URI, and FreeSWITCH decodes it before it asks for a route.
    uri = f"sip:{quote(number.replace('PROOF', str(proof)), safe='')}@{DOMAIN}"
    one = attacker(switch.ports.internal)
    challenged = invite(one, uri)
    if challenged.status == 407:
        credentials = authorization("INVITE", uri, user="1001", password="demo1001", realm=DOMAIN, nonce=challenged.challenge("nonce"))
        assert invite(one, uri, Proxy_Authorization=credentials).status in (400, 403, 404)
    else:
        assert challenged.status in (400, 404), challenged
    assert not proof.exists()


@pytest.mark.parametrize("header", ["action: user_call", "purpose: gateways", "user: 1002", "Event-Name: X", "domain: other.example.org"])
def test_headers_named_like_fields_change_nothing(site: Site, phone: MakePhone, header: str) -> None:
    before = site.recorder.settled()
    assert phone("1001").call("1003", extra_header=header).finish() == 480
    asked = site.recorder.since(before)
    assert [one.field("section") for one in asked if one.found] == ["directory", "dialplan"], "\n".join(map(str, asked))


def test_empty_password_does_not_help(phone: MakePhone, switch: Switch, attacker: Callable[[int], Attacker]) -> None:
    assert phone("1001", password=" ").register() == 403
    # After an answer for another purpose as well, whose copy FreeSWITCH may have kept.
    switch.api(f"user_data 1001@{DOMAIN} var toll_allow")
    switch.api(f"user_exists id 1001 {DOMAIN}")
    assert phone("1001", password=" ").register() == 403
    assert phone("1001", password=" ").call("1003").finish() == 403
