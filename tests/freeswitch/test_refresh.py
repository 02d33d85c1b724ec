"""What a refresh as a whole believes a gateway to look like is what a real FreeSWITCH shows of it: nothing that is right is taken away."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from r2a_core.database import Connection
from r2a_core.dsn import DatabaseSettings
from r2a_core.environ import Secret
from r2a_esl.changes.refresh import differs
from r2a_esl.sofia import GatewayStatus, gateways
from r2a_esl.store import trunks
from r2a_esl.store.connection import WorkerConnection

from .conftest import Site
from .processes import wait_for
from .switch import NODE, Switch

pytestmark = pytest.mark.freeswitch

#: Columns beside name and proxy, and params, each of which FreeSWITCH shows somewhere; none is its default.
FORMS: dict[str, tuple[dict[str, object], dict[str, str]]] = {
    "form-plain": ({}, {}),
    "form-realm": ({"realm": "realm.example.net"}, {}),
    "form-user": ({"username": "acme", "from_user": "bob", "from_domain": "from.example.net"}, {}),
    "form-from-domain": ({"from_domain": "from.example.net"}, {}),
    "form-tcp": ({"transport": "tcp"}, {}),
    "form-times": ({"expire_s": 600, "ping_s": 30}, {"ping-max": "5", "ping-min": "2"}),
    "form-context": ({"context": "public.acme"}, {}),
    "form-extension": ({"username": "acme"}, {"extension": "1001", "extension-in-contact": "true"}),
    "form-params": ({}, {"contact-params": "a=b", "register-proxy": "127.0.0.8", "distinct-to": "true", "destination-prefix": "9"}),
    "form-transport": ({}, {"register-transport": "TCP"}),
}


@pytest.fixture
def db(site: Site) -> Iterator[Connection]:
    """Yield the operator's connection with all the gateways, which nothing registers; they are gone afterwards."""
    with psycopg.connect(site.dsn, autocommit=True) as database:
        for name, (columns, params) in FORMS.items():
            names = psycopg.sql.SQL(", ").join(map(psycopg.sql.Identifier, ("name", "sip_profile_id", "proxy", *columns)))
            query = psycopg.sql.SQL("INSERT INTO cfg.gateway ({}) SELECT %s, id, %s{} FROM cfg.sip_profile WHERE name = 'external' RETURNING id")
            row = database.execute(query.format(names, psycopg.sql.SQL(", %s" * len(columns))), (name, "127.0.0.9:9", *columns.values())).fetchone()
            for param, value in params.items():
                database.execute("INSERT INTO cfg.gateway_param (gateway_id, name, value) VALUES (%s, %s, %s)", (*(row or ()), param, value))
        yield database
        database.execute("DELETE FROM cfg.gateway WHERE name LIKE 'form-%'")
        for name in FORMS:
            site.switch.api(f"sofia profile external killgw {name}")


def running(switch: Switch) -> dict[str, GatewayStatus]:
    return {one.name: one for one in gateways(switch.api("sofia xmlstatus gateway")) if one.name in FORMS}


def test_nothing_that_freeswitch_has_read_seems_to_differ(site: Site, switch: Switch, db: Connection) -> None:
    switch.api("sofia profile external rescan")
    wait_for("all are there", lambda: running(switch).keys() == FORMS.keys(), 10)
    dsn = Secret(site.dsn)
    connection = WorkerConnection(DatabaseSettings(write_dsn=dsn, read_dsn=dsn, deadline_ms=2000))
    wanted = {trunk.name: trunk for trunk in trunks.wanted(connection, NODE) if trunk.name in FORMS}
    connection.close()
    assert wanted.keys() == FORMS.keys()
    found = running(switch)
    assert [name for name in FORMS if differs(wanted[name], found[name])] == []
    # And each is told from the plain one, but for what FreeSWITCH does not show.
    alike = [name for name in FORMS if not differs(wanted[name], found["form-plain"])]
    assert alike == ["form-plain", "form-params"]
