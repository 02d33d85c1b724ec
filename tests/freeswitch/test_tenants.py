"""Two tenants on one switch: whose AOR a phone gets, and whom it can call."""

from __future__ import annotations

import pytest

from .conftest import DOMAIN, OTHER, MakePhone
from .switch import Switch

pytestmark = pytest.mark.freeswitch


def contacts(switch: Switch, user: str, domain: str) -> str:
    return switch.api(f"sofia_contact */{user}@{domain}")


def test_each_tenant_registers_its_own(phone: MakePhone, switch: Switch) -> None:
    ours, theirs = phone("1001"), phone("1001", domain=OTHER)
    assert (ours.register(), theirs.register()) == (200, 200)
    assert f"127.0.0.1:{ours.port}" in contacts(switch, "1001", DOMAIN)
    assert f"127.0.0.1:{theirs.port}" in contacts(switch, "1001", OTHER)
    assert f":{theirs.port}" not in contacts(switch, "1001", DOMAIN)
    assert f":{ours.port}" not in contacts(switch, "1001", OTHER)


@pytest.mark.parametrize(
    ("own", "user", "aor_host", "aor_user"),
    [
        (OTHER, "2001", DOMAIN, "1001"),
        (OTHER, "1001", DOMAIN, "1001"),
        (OTHER, "1001", DOMAIN.upper(), "1001"),
        (OTHER, "2001", OTHER, "1001"),
        (DOMAIN, "1001", OTHER, "1001"),
        (DOMAIN, "1001", OTHER, "2001"),
        (DOMAIN, "1001", DOMAIN, "1002"),
        (DOMAIN, "1001", DOMAIN, "%31002"),
        (DOMAIN, "1001", "127.0.0.1", "1002"),
    ],
)
def test_nobody_gets_anothers_aor(phone: MakePhone, switch: Switch, own: str, user: str, aor_host: str, aor_user: str) -> None:
    attacker = phone(user, domain=own)
    attacker.register(aor_user=aor_user, aor_host=aor_host)
    victims = [(number, domain) for domain in (DOMAIN, OTHER) for number in ("1001", "1002", "2001") if (number, domain) != (user, own)]
    for number, domain in victims:
        assert f":{attacker.port}" not in contacts(switch, number, domain), f"{number}@{domain} rings the attacker"
    # Either refused, or bound to what it is.
    table = switch.registrations()
    assert "Total items returned: 0" in table or f"{user}@{own}" in table, table


def test_a_later_refresh_cannot_move_to_anothers_aor(phone: MakePhone, switch: Switch) -> None:
    # The second REGISTER may be answered from FreeSWITCH's cache, where nobody can look at its To.
    attacker = phone("1001")
    assert attacker.register() == 200
    attacker.register(aor_user="1002")
    assert f":{attacker.port}" not in contacts(switch, "1002", DOMAIN)


@pytest.mark.parametrize(("domain", "caller", "number"), [(DOMAIN, "1001", "2001"), (OTHER, "2001", "1002")])
def test_numbers_of_the_other_tenant_are_unknown(phone: MakePhone, domain: str, caller: str, number: str) -> None:
    victim = phone(number, domain=OTHER if domain == DOMAIN else DOMAIN)
    assert victim.register() == 200
    answering = victim.expect_call("callee-waits")
    calling = phone(caller, domain=domain)
    assert calling.call(number).finish() == 404
    assert calling.call(number, uri=f"sip:{number}@{victim.domain}").finish() == 404
    assert answering.received() == []


def test_the_same_number_is_ones_own_tenants(phone: MakePhone) -> None:
    ours, theirs = phone("1001"), phone("1001", domain=OTHER)
    caller = phone("2001", domain=OTHER)
    assert {one.register() for one in (ours, theirs)} == {200}
    waiting, answering = ours.expect_call("callee-waits"), theirs.expect_call("callee-waits")
    # Also when the request names the other domain: the context comes from who is calling.
    assert caller.call("1001", uri=f"sip:1001@{DOMAIN}", hold_ms=200).finish() == 200
    answering.finish()
    assert waiting.received() == []


def test_password_of_the_same_number_elsewhere_is_wrong_here(phone: MakePhone) -> None:
    assert phone("1001", domain=OTHER, password="demo1001").register() == 403
    assert phone("1001", password="other1001").register() == 403


def test_a_from_of_the_other_tenant_needs_its_password(phone: MakePhone) -> None:
    assert phone("2001", domain=DOMAIN, password="other2001").call("1002").finish() == 403
