"""A node that missed a lot: it reads fast, keeps little, and tells FreeSWITCH once."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from r2a_core.dsn import DatabaseSettings
from r2a_core.environ import Secret
from r2a_esl.changes import catchup
from r2a_esl.changes.commands import Command
from r2a_esl.store.connection import WorkerConnection
from tests.doubles.freeswitch import FakeFreeSwitch
from tests.doubles.site import FULL, Site
from tests.doubles.worker import Worker, soon

Start = Callable[..., Worker]
NODE = "tele-node-01"
MANY = 100_000
MEGABYTES = 80


@pytest.fixture
def connection(site: Site) -> Iterator[WorkerConnection]:
    one = WorkerConnection(DatabaseSettings(write_dsn=Secret(site.dsn), read_dsn=Secret(site.dsn), deadline_ms=5000))
    yield one
    one.close()


def import_users(site: Site, count: int) -> None:
    numbers = "SELECT id, (500000 + n)::text, 'x' FROM cfg.domain, generate_series(1, %s) n"
    with site.db.transaction():
        site.db.execute(f"INSERT INTO cfg.extension (domain_id, number, name) {numbers}", (count,))
        site.db.execute(
            "INSERT INTO cfg.device (domain_id, extension_id, auth_user) SELECT domain_id, id, number FROM cfg.extension WHERE number > '500000'"
        )
        site.db.execute(
            "INSERT INTO cfg.device_credential (device_id, realm, a1_md5)"
            " SELECT d.id, n.name, md5(d.auth_user) FROM cfg.device d JOIN cfg.domain n ON n.id = d.domain_id WHERE d.auth_user > '500000'"
        )


def peak_megabytes(worker: Worker) -> float:
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{worker.process.pid}/status").read_text())
    assert found is not None
    return int(found[1]) / 1024


def cpu_seconds(worker: Worker) -> float:
    words = Path(f"/proc/{worker.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def test_a_hundred_thousand_changes_are_one_flush_soon_and_in_little_memory(site: Site, freeswitch: FakeFreeSwitch, started: Start) -> None:
    first = started(freeswitch.port, site.dsn)
    assert site.sent() == FULL
    first.stop()
    site.log_changes(MANY)
    worker = started(freeswitch.port, site.dsn, R2A_DB_DEADLINE_MS="5000")
    soon(lambda: worker.metric("r2a_esl_freeswitch_up") == 1)
    began, used = time.monotonic(), cpu_seconds(worker)
    soon(lambda: site.applied() == site.newest(), 60)
    # Processor time where others use the machine as well.
    assert min(time.monotonic() - began, cpu_seconds(worker) - used) < 10
    assert site.told() == ["xml_flush_cache"]
    assert peak_megabytes(worker) < MEGABYTES


def test_an_import_of_ten_thousand_users_is_one_flush(site: Site, freeswitch: FakeFreeSwitch, started: Start) -> None:
    worker = started(freeswitch.port, site.dsn, R2A_DB_DEADLINE_MS="5000")
    site.sent()
    before = site.newest()
    import_users(site, 10_000)
    assert site.newest() - before >= 30_000
    soon(lambda: site.applied() == site.newest(), 30)
    assert site.told() == ["xml_flush_cache"]
    assert peak_megabytes(worker) < MEGABYTES


def commands(connection: WorkerConnection, after: int, batch: int) -> tuple[Command, ...]:
    gathered = catchup.gather(connection, NODE, after, batch=batch)
    assert gathered is not None
    assert gathered.whole
    return gathered.plan.commands


def test_whoever_has_to_go_is_found_also_where_names_are_not_looked_up(site: Site, connection: WorkerConnection) -> None:
    site.db.execute(
        "INSERT INTO cfg.extension_alias (domain_id, extension_id, name) SELECT domain_id, id, 'anna' FROM cfg.extension WHERE number = '1001'"
    )
    before = site.newest()
    import_users(site, 100)
    site.db.execute("UPDATE cfg.extension SET enabled = false WHERE number = '1001'")
    site.db.execute("UPDATE cfg.device_credential SET a1_md5 = md5('x') WHERE device_id = (SELECT id FROM cfg.device WHERE auth_user = '1002')")
    site.db.execute("DELETE FROM cfg.device WHERE auth_user = '1003'")
    site.db.execute("UPDATE cfg.extension SET number = '1999' WHERE number = '1004'")
    domain = "pbx.example.com"
    for batch in (5, 50, 5000):
        flush, drop, *_ = commands(connection, before, batch)
        assert flush.kind == "flush_all"
        assert drop.logins == {("1001", domain), ("anna", domain), ("1002", domain), ("1003", domain)}
        assert drop.aors == {("1001", domain), ("anna", domain), ("1004", domain)}


def test_where_a_batch_ends_makes_no_difference(site: Site, connection: WorkerConnection) -> None:
    site.add_gateway("carrier")
    before = site.newest()
    site.set_extension("1001", "a")
    site.db.execute("UPDATE cfg.gateway SET proxy = '127.0.0.8'")
    site.db.execute("INSERT INTO cfg.acl (name) VALUES ('office')")
    site.set_extension("1002", "b")
    site.set_extension("1001", "c")
    site.db.execute("UPDATE cfg.sip_profile SET context = 'public.x' WHERE name = 'internal'")
    site.db.execute("UPDATE cfg.extension SET enabled = false WHERE number = '1003'")
    whole = commands(connection, before, 1000)
    assert [command.kind for command in whole] == ["flush_user", "flush_user", "flush_user", "drop", "gateway", "rescan", "reload_acl", "callcenter"]
    for batch in (1, 2, 3):
        assert set(commands(connection, before, batch)) == set(whole)
