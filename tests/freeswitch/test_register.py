"""Registrations: who gets in, and who does not."""

from __future__ import annotations

import pytest

from .conftest import DOMAIN, MakePhone
from .rawsip import Attacker, authorization
from .switch import Switch

pytestmark = pytest.mark.freeswitch


def test_two_phones_register(phone: MakePhone, switch: Switch) -> None:
    first, second = phone("1001"), phone("1002")
    assert first.register() == 200
    assert second.register() == 200
    assert f"127.0.0.1:{first.port}" in switch.api(f"sofia_contact */1001@{DOMAIN}")
    assert f"127.0.0.1:{second.port}" in switch.api(f"sofia_contact */1002@{DOMAIN}")


def test_two_phones_of_one_extension_both_ring(phone: MakePhone, switch: Switch) -> None:
    desk, mobile = phone("1001"), phone("1001")
    assert (desk.register(), mobile.register()) == (200, 200)
    contacts = switch.api(f"sofia_contact */1001@{DOMAIN}")
    assert f"127.0.0.1:{desk.port}" in contacts
    assert f"127.0.0.1:{mobile.port}" in contacts


def test_unregister_removes_the_contact(phone: MakePhone, switch: Switch) -> None:
    one = phone("1001")
    assert one.register() == 200
    assert one.register(expires_s=0) == 200
    assert "user_not_registered" in switch.api(f"sofia_contact */1001@{DOMAIN}")


@pytest.mark.parametrize(
    ("user", "password"),
    [("1001", "demo1002"), ("1001", "wrong"), ("1020", "demo1020"), ("7777", "demo7777"), ("admin", "admin")],
    ids=["password of another", "wrong password", "disabled extension", "unknown number", "unknown name"],
)
def test_refused(phone: MakePhone, switch: Switch, user: str, password: str) -> None:
    assert phone(user, password=password).register() == 403
    assert "Total items returned: 0" in switch.registrations()


def test_unknown_domain_is_refused(phone: MakePhone) -> None:
    assert phone("1001", domain="nowhere.example.net", password="demo1001").register() == 403


def test_a_phone_is_told_whether_messages_wait(switch: Switch) -> None:
    one, uri = Attacker(switch.ports.internal), f"sip:{DOMAIN}"
    register = {"From": f"<sip:1005@{DOMAIN}>;tag=a", "To": f"<sip:1005@{DOMAIN}>", "Contact": f"<sip:1005@127.0.0.1:{one.port}>", "Expires": "600"}
    nonce = one.send("REGISTER", uri, register).challenge("nonce")
    register["Authorization"] = authorization("REGISTER", uri, user="1005", password="demo1005", realm=DOMAIN, nonce=nonce)
    assert one.send("REGISTER", uri, register).status == 200
    assert "Messages-Waiting: no" in one.receive("NOTIFY")
    one.close()
