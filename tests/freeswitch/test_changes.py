"""The worker beside a real FreeSWITCH: what an operator commits is so for the phones within a second and a half, kept users or not."""

from __future__ import annotations

import os
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from r2a_core.database import Connection

from .conftest import DOMAIN, MakePhone, Site
from .processes import Program, free_port, wait_for
from .switch import Switch
from .xmlservice import ROOT

pytestmark = pytest.mark.freeswitch

WITHIN_S = 1.5


@pytest.fixture
def db(site: Site) -> Iterator[Connection]:
    """Yield the operator's connection, with users kept for a minute; what a test changed of users and gateways is taken back."""
    with psycopg.connect(site.dsn, autocommit=True) as database:
        database.execute("UPDATE cfg.tenant SET user_cache_ms = 60000")
        site.switch.api("xml_flush_cache")
        yield database
        database.execute("UPDATE cfg.tenant SET user_cache_ms = NULL")
        database.execute("UPDATE cfg.extension SET enabled = true WHERE number = '1001'")
        set_password(database, "1001", "demo1001")
        database.execute("DELETE FROM cfg.gateway WHERE name = 'carrier9'")
        site.switch.api("sofia profile external killgw carrier9")
        site.switch.api("xml_flush_cache")


@pytest.fixture
def worker(site: Site, db: Connection, tmp_path: Path) -> Iterator[Program]:
    """Run the worker; yield once it has applied everything so far."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("R2A_")}
    http = f"127.0.0.1:{free_port()}"
    bind = {"R2A_ESL_HTTP_BIND": http, "R2A_XML_BIND": f"127.0.0.1:{site.service.port}"}
    environment = {**inherited, **site.variables, **bind, "PYTHONPATH": str(ROOT)}
    program = Program("r2a_esl", [sys.executable, "-m", "r2a_esl"], folder=tmp_path, environment=environment)

    def metrics() -> str:
        try:
            with urllib.request.urlopen(f"http://{http}/metrics", timeout=3) as answer:
                return str(answer.read().decode())
        except OSError:
            return ""

    try:
        wait_for("everything is applied", lambda: "r2a_esl_applied_revision 0.0" not in metrics() and applied(db), 15)
        wait_for("it listens", lambda: "listening for changes" in program.text(), 5)
        yield program
    finally:
        assert program.stop() == 0
        assert "Traceback" not in program.text()


def applied(db: Connection) -> bool:
    (found,) = db.execute("SELECT applied_revision = (SELECT max(revision) FROM cfg.change_log) FROM rt.node_status").fetchone() or (False,)
    return bool(found)


def set_password(db: Connection, user: str, password: str) -> None:
    db.execute(
        "UPDATE cfg.device_credential c SET a1_md5 = md5(v.auth_user || ':' || c.realm || ':' || %s::text)"
        " FROM cfg.device v JOIN cfg.domain d ON d.id = v.domain_id WHERE v.id = c.device_id AND v.auth_user = %s AND d.name = %s",
        (password, user, DOMAIN),
    )


def rings(switch: Switch, user: str, port: int) -> bool:
    return f":{port}" in switch.api(f"sofia_contact */{user}@{DOMAIN}")


def test_a_kept_user_that_is_disabled_is_refused_and_no_longer_rings(switch: Switch, phone: MakePhone, db: Connection, worker: Program) -> None:
    one, colleague = phone("1001"), phone("1002")
    assert (one.register(), colleague.register()) == (200, 200)
    db.execute(
        "UPDATE cfg.extension SET enabled = false WHERE number = '1001' AND domain_id = (SELECT id FROM cfg.domain WHERE name = %s)", (DOMAIN,)
    )
    wait_for("it does not ring any more", lambda: not rings(switch, "1001", one.port), WITHIN_S)
    assert one.register() == 403
    assert rings(switch, "1002", colleague.port)


def test_a_new_password_is_the_only_one_that_works(switch: Switch, phone: MakePhone, db: Connection, worker: Program) -> None:
    one, colleague = phone("1001"), phone("1002")
    assert (one.register(), colleague.register()) == (200, 200)
    set_password(db, "1001", "new-and-longer")
    wait_for("the phone with the old one is out", lambda: not rings(switch, "1001", one.port), WITHIN_S)
    assert one.register() == 403
    assert phone("1001", password="new-and-longer").register() == 200
    assert rings(switch, "1002", colleague.port)


def gateways(switch: Switch, name: str) -> list[str]:
    return [line for line in switch.api("sofia status").splitlines() if f"::{name}\t" in line]


def test_gateways_come_change_and_go(switch: Switch, db: Connection, worker: Program) -> None:
    db.execute(
        "INSERT INTO cfg.gateway (name, sip_profile_id, proxy) SELECT 'carrier9', id, '127.0.0.1:9' FROM cfg.sip_profile WHERE name = 'external'"
    )
    wait_for("it is there", lambda: gateways(switch, "carrier9"), WITHIN_S)
    db.execute("UPDATE cfg.gateway SET proxy = '127.0.0.3:9' WHERE name = 'carrier9'")
    wait_for("it has changed", lambda: "127.0.0.3:9" in switch.api("sofia status gateway carrier9"), WITHIN_S)
    db.execute("DELETE FROM cfg.gateway WHERE name = 'carrier9'")
    wait_for("it is refused", lambda: "Invalid Gateway" in switch.api("sofia status gateway carrier9"), WITHIN_S)
    wait_for("it is gone", lambda: not gateways(switch, "carrier9"), 10)
    assert gateways(switch, "carrier1")
