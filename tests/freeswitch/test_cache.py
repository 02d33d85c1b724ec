"""What FreeSWITCH does while it keeps a user: fewer questions, and nobody gets further than with a question each time."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from .conftest import DOMAIN, OTHER, MakePhone, Site
from .phone import Phone
from .switch import Switch

pytestmark = pytest.mark.freeswitch

ENABLE = """
    UPDATE cfg.extension e SET enabled = %(enabled)s FROM cfg.domain d
    WHERE d.id = e.domain_id AND d.name = 'pbx.example.com' AND e.number = '1001'
"""


@pytest.fixture
def cached(site: Site) -> Iterator[None]:
    """Let FreeSWITCH keep the users of both tenants for the length of a test."""
    with psycopg.connect(site.dsn, autocommit=True) as database:
        database.execute("UPDATE cfg.tenant SET user_cache_ms = 60000")
        site.switch.api("xml_flush_cache")
        yield
        database.execute("UPDATE cfg.tenant SET user_cache_ms = NULL")
        site.switch.api("xml_flush_cache")


def registers_asked(site: Site, position: int) -> list[str]:
    return [one.field("user") for one in site.recorder.since(position) if one.field("action") == "sip_auth"]


def test_not_kept_by_default_when_there_are_two_domains(site: Site, phone: MakePhone) -> None:
    one = phone("1001")
    before = len(site.recorder.exchanges)
    assert (one.register(), one.register()) == (200, 200)
    assert registers_asked(site, before) == ["1001", "1001"]


def test_kept_when_a_tenant_says_so(site: Site, phone: MakePhone, cached: None) -> None:
    one = phone("1001")
    before = len(site.recorder.exchanges)
    assert (one.register(), one.register()) == (200, 200)
    assert registers_asked(site, before) == ["1001"]


def test_wrong_password_is_refused_from_the_kept_copy(phone: MakePhone, cached: None) -> None:
    assert phone("1001").register() == 200
    assert phone("1001", password="wrong").register() == 403


@pytest.mark.parametrize("question", ["user_data 1001@{domain} var toll_allow", "user_exists id 1001 {domain}", "originate user/1001@{domain} &park"])
def test_a_copy_kept_for_another_purpose_lets_nobody_in(phone: MakePhone, switch: Switch, cached: None, question: str) -> None:
    switch.api(question.format(domain=DOMAIN))
    assert phone("1001", password="wrong").register() == 403
    assert phone("1001").register() == 200


def others_ring(switch: Switch, phone: Phone) -> list[str]:
    """Return every extension but 1001 of the demo tenant that would ring this phone."""
    others = [(number, domain) for domain in (DOMAIN, OTHER) for number in ("1001", "1002", "2001") if (number, domain) != ("1001", DOMAIN)]
    return [f"{number}@{domain}" for number, domain in others if f":{phone.port}" in switch.api(f"sofia_contact */{number}@{domain}")]


def register_from_the_kept_copy(attacker: Phone, aor_user: str, aor_host: str) -> None:
    assert attacker.register() == 200
    assert attacker.register(expires_s=0) == 200
    attacker.register(aor_user=aor_user, aor_host=aor_host)


@pytest.mark.parametrize(("aor_user", "aor_host"), [("1002", DOMAIN), ("1002", "127.0.0.1"), ("1001", "127.0.0.1")])
def test_nobody_gets_anothers_aor_from_the_kept_copy(phone: MakePhone, switch: Switch, cached: None, aor_user: str, aor_host: str) -> None:
    attacker = phone("1001")
    register_from_the_kept_copy(attacker, aor_user, aor_host)
    assert others_ring(switch, attacker) == []


@pytest.mark.parametrize("aor_user", ["1001", "2001"])
def test_freeswitch_alone_gives_another_domains_aor_to_a_kept_user(phone: MakePhone, switch: Switch, cached: None, aor_user: str) -> None:
    # It takes the domain from To and asks nobody: the reason for the worker's guard (test_evict.py), and for not keeping users by default.
    attacker = phone("1001")
    register_from_the_kept_copy(attacker, aor_user, OTHER)
    assert others_ring(switch, attacker) != []
    switch.api(f"sofia profile internal flush_inbound_reg {aor_user}@{OTHER}")


def test_flushed_by_name_the_next_login_is_asked_again(site: Site, switch: Switch, phone: MakePhone, cached: None) -> None:
    one = phone("1001")
    assert one.register() == 200
    with psycopg.connect(site.dsn, autocommit=True) as database:
        database.execute(ENABLE, {"enabled": False})
        try:
            assert one.register() == 200, "the kept copy still lets it in"
            assert switch.api(f"xml_flush_cache id 1001 {DOMAIN}") == "+OK cleared 1 entry"
            assert one.register() == 403
        finally:
            database.execute(ENABLE, {"enabled": True})
