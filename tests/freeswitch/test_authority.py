"""What a phone may do with its own password: its own AOR, its own domain, under its own name. Also from the copy FreeSWITCH keeps."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .conftest import DOMAIN, OTHER, Site
from .rawsip import Attacker, authorization
from .switch import Switch
from .test_attacks import attacker  # noqa: F401
from .test_cache import cached  # noqa: F401

pytestmark = pytest.mark.freeswitch

MakeAttacker = Callable[[int], Attacker]

#: mod_sofia asks for the password again where a REGISTER gets a 403.
REFUSED = {401, 403, 407}


def ask(one: Attacker, method: str, uri: str, headers: dict[str, str], *, user: str, domain: str, body: str = "") -> int:
    """Send `method` with the digest of `user` in `domain` (password demo<user> or other<user>) and return the last status."""
    reply = one.send(method, uri, headers, body)
    if reply.status not in (401, 407):
        return reply.status
    password = ("demo" if domain == DOMAIN else "other") + user
    name = "Authorization" if reply.status == 401 else "Proxy-Authorization"
    signed = authorization(method, uri, user=user, password=password, realm=domain, nonce=reply.challenge("nonce"))
    return one.send(method, uri, headers | {name: signed}, body).status


def register(one: Attacker, user: str, domain: str, aor: str, contact: str, expires_s: int = 600) -> int:
    headers = {"From": f"<sip:{user}@{domain}>;tag=a", "To": f"<sip:{aor}>", "Contact": contact, "Expires": str(expires_s)}
    return ask(one, "REGISTER", f"sip:{aor.partition('@')[2]}", headers, user=user, domain=domain)


def contact_of(one: Attacker, user: str) -> str:
    return f"<sip:{user}@127.0.0.1:{one.port}>"


@pytest.mark.parametrize(("victim", "domain"), [("1002", DOMAIN), ("2001", OTHER)])
def test_nobody_unregisters_anothers_phone_from_the_kept_copy(
    site: Site,
    switch: Switch,
    cached: None,  # noqa: F811
    attacker: MakeAttacker,  # noqa: F811
    victim: str,
    domain: str,
) -> None:
    phone, intruder = attacker(switch.ports.internal), attacker(switch.ports.internal)
    contact = contact_of(phone, victim)
    assert register(phone, victim, domain, f"{victim}@{domain}", contact) == 200
    assert register(intruder, "1001", DOMAIN, f"1001@{DOMAIN}", contact_of(intruder, "1001")) == 200
    register(intruder, "1001", DOMAIN, f"{victim}@{domain}", contact, expires_s=0)
    assert f":{phone.port}" in switch.api(f"sofia_contact */{victim}@{domain}")
    assert register(phone, victim, domain, f"{victim}@{domain}", contact, expires_s=0) == 200


@pytest.mark.parametrize(("number", "domain", "status"), [("1002", DOMAIN, {200, 202}), ("2001", OTHER, REFUSED)])
@pytest.mark.parametrize("event", ["presence", "dialog", "message-summary"])
def test_nobody_watches_another_tenant(
    switch: Switch,
    attacker: MakeAttacker,  # noqa: F811
    event: str,
    number: str,
    domain: str,
    status: set[int],
) -> None:
    one = attacker(switch.ports.internal)
    uri = f"sip:{number}@{domain}"
    headers = {"From": f"<sip:1001@{DOMAIN}>;tag=a", "To": f"<{uri}>", "Contact": contact_of(one, "1001"), "Event": event, "Expires": "60"}
    assert ask(one, "SUBSCRIBE", uri, headers, user="1001", domain=DOMAIN) in status


@pytest.mark.parametrize("sender", [f"1001@{OTHER}", f"1002@{DOMAIN}"])
def test_nobody_writes_messages_under_anothers_name(switch: Switch, attacker: MakeAttacker, sender: str) -> None:  # noqa: F811
    one = attacker(switch.ports.internal)
    uri = f"sip:1003@{DOMAIN}"
    headers = {"From": f"<sip:{sender}>;tag=a", "To": f"<{uri}>", "Content-Type": "text/plain"}
    reply = one.send("MESSAGE", uri, headers, "x")
    assert reply.status in (401, 407)
    name = "Authorization" if reply.status == 401 else "Proxy-Authorization"
    signed = authorization("MESSAGE", uri, user="1001", password="demo1001", realm=DOMAIN, nonce=reply.challenge("nonce"))
    assert one.send("MESSAGE", uri, headers | {name: signed}, "x").status in REFUSED
