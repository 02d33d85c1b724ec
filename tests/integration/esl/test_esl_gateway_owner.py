"""Workers beside switches that are doubles: one of them registers a gateway, also when its worker is killed, cut off or stopped."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from r2a_core.database import Connection
from r2a_core.sealing import new_key
from r2a_xml.app import make_context
from r2a_xml.endpoint import answer
from r2a_xml.sections.context import Context
from r2a_xml.settings import XmlSettings
from tests.doubles.freeswitch import FakeFreeSwitch
from tests.doubles.readyz import ReadyService
from tests.doubles.trunks import Trunks
from tests.doubles.worker import PASSWORD, Worker, soon

ROOT = Path(__file__).resolve().parents[3]
NAMES = ("tele-node-01", "tele-node-02")
KEY = new_key()


def add_gateway(db: Connection, sealed: bytes, name: str) -> None:
    db.execute(
        "INSERT INTO cfg.gateway (sip_profile_id, name, proxy, username, password_sealed, register)"
        " SELECT id, %s, '127.0.0.1', 'acct', %s, true FROM cfg.sip_profile WHERE name = 'external'",
        (name, sealed),
    )


@dataclass
class Node:
    """A switch with its worker. Where it stands is in `trunks`."""

    name: str
    switch: FakeFreeSwitch
    trunks: Trunks
    start: Callable[[], Worker]
    worker: Worker


@dataclass
class Site:
    """Two nodes, one gateway `carrier1`, and a superuser in the database."""

    db: Connection
    nodes: list[Node]

    def owner(self) -> str:
        return str((self.db.execute("SELECT node_name FROM rt.gateway_owner").fetchone() or ("nobody",))[0])

    def last_error(self, node: Node) -> str:
        found = self.db.execute("SELECT last_error FROM rt.node_status WHERE node_name = %s", (node.name,)).fetchone()
        return str((found or ("",))[0])

    def both(self) -> tuple[Node, Node]:
        """Return who registers the gateway, and the other."""
        soon(lambda: any(node.trunks.registers("carrier1") for node in self.nodes), 20)
        one, two = self.nodes
        return (one, two) if one.trunks.registers("carrier1") else (two, one)


def form(node: str, core_uuid: str, profile: str) -> bytes:
    text = (ROOT / "tests/corpus/xml/capture-configuration-sofia.conf-config_sofia/form").read_text()
    text = text.replace("hostname=tele-node-01&section", f"hostname={node}&section").replace("b283ce70-7db5-4894-97eb-d12d0b0fbe54", core_uuid)
    return f"{text}&profile={profile}&reconfig=true".encode()


@contextlib.contextmanager
def node(name: str, dsn: str, service: Context, folder: Path, bind: str) -> Iterator[Node]:
    folder.mkdir()
    switch = FakeFreeSwitch(password=PASSWORD, switchname=name)
    workers: list[Worker] = []

    def start() -> Worker:
        workers.append(Worker(folder, switch.port, dsn, R2A_XML_BIND=bind, R2A_NODE_NAME=name))
        return workers[-1]

    with switch, Trunks(switch, lambda profile: answer(form(name, switch.core_uuid, profile), service).body) as trunks:
        try:
            yield Node(name, switch, trunks, start, start())
        finally:
            for worker in workers:
                if worker.process.poll() is None:
                    worker.process.kill()
                    worker.process.wait()


@pytest.fixture
def site(database: str, tmp_path: Path, xml_service: ReadyService) -> Iterator[Site]:
    """Yield the site; whatever was done to it, the two switches must never have registered the gateway at the same time."""
    settings = XmlSettings.from_environment({"R2A_WRITE_DSN": database, "R2A_SECRET_KEY": KEY, "R2A_ESL_PASSWORD": "x", "PATH": os.environ["PATH"]})
    with contextlib.ExitStack() as stack:
        db = stack.enter_context(psycopg.connect(database, autocommit=True))
        db.execute((ROOT / "sql" / "demo.sql").read_bytes())
        db.execute("INSERT INTO cfg.node (name) SELECT unnest(%s::text[])", (list(NAMES),))
        db.execute("INSERT INTO cfg.node_address (node_id, alias, listen) SELECT id, unnest(ARRAY['sip', 'rtp']), '127.0.0.1' FROM cfg.node")
        add_gateway(db, settings.sealing.seal("secret"), "carrier1")
        service = make_context(settings)
        stack.callback(service.database.close)
        nodes = [stack.enter_context(node(name, database, service, tmp_path / name, xml_service.bind)) for name in NAMES]
        yield Site(db, nodes)
        assert_never_both(nodes)
        for one in nodes:
            assert "Traceback" not in one.worker.log


def assert_never_both(nodes: list[Node]) -> None:
    registers: dict[str, set[str]] = {}
    for _, gateway, name, on in sorted((at, gateway, one.name, on) for one in nodes for at, gateway, on in one.trunks.history):
        now = registers.get(gateway, set())
        registers[gateway] = now | {name} if on else now - {name}
        assert len(registers[gateway]) <= 1, f"{gateway}: {' and '.join(sorted(registers[gateway]))} at the same time"


@contextlib.contextmanager
def nobody_registers_what_another_has(site: Site) -> Iterator[None]:
    """Look all the time: a gateway is free, or another's, only after the node that had it has stopped registering it."""
    wrong: list[str] = []
    done = threading.Event()

    def watch() -> None:
        with psycopg.connect(site.db.info.dsn, autocommit=True) as db:
            while not done.wait(0.02):
                rows = db.execute("SELECT g.name, o.node_name FROM cfg.gateway g LEFT JOIN rt.gateway_owner o ON o.gateway_id = g.id")
                for name, owner in rows.fetchall():
                    wrong.extend(f"{one.name} registers {name} of {owner}" for one in site.nodes if one.name != owner and one.trunks.registers(name))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()
    assert wrong == []


def test_one_registers_and_the_other_takes_over_when_its_worker_is_killed(site: Site) -> None:
    one, two = site.both()
    assert site.owner() == one.name
    soon(lambda: two.trunks.has("carrier1"))
    told = [command.removeprefix("api ") for command in one.switch.commands]
    first_armed = next(position for position, command in enumerate(told) if "killgw carrier1" in command and command.startswith("sched_api"))
    assert first_armed < max(position for position, command in enumerate(told) if command == "sofia profile external rescan")
    time.sleep(9)
    assert one.trunks.registers("carrier1"), "renewed, nothing fires"
    assert len(one.trunks.tasks) == 3
    killed_at = time.monotonic()
    one.worker.process.kill()
    soon(lambda: not one.trunks.registers("carrier1"), 16)
    lease = site.db.execute("SELECT extract(epoch FROM lease_until - now()) FROM rt.node_lease WHERE node_name = %s", (one.name,)).fetchone()
    assert float(str((lease or (0,))[0])) > 3, "its own timer, well before the lease has passed"
    soon(lambda: two.trunks.registers("carrier1"), 15)
    assert time.monotonic() - killed_at < 29
    assert site.owner() == two.name
    assert "gateway gained" in two.worker.log
    assert f"moved from {one.name}" in two.worker.log
    assert one.trunks.has("carrier1"), "calls can still be sent over it"
    # Whoever comes back has to see that it is another's.
    one.worker = one.start()
    soon(lambda: one.worker.metric("r2a_esl_gateway_lease_renewals_total") > 0)
    time.sleep(3)
    assert (one.trunks.registers("carrier1"), two.trunks.registers("carrier1")) == (False, True)
    assert two.worker.metric("r2a_esl_gateways_owned") == 1.0
    assert one.worker.metric("r2a_esl_gateways_owned") == 0.0


def test_a_frozen_worker_finds_its_gateway_gone_and_lets_it_be(site: Site) -> None:
    one, two = site.both()
    one.worker.process.send_signal(signal.SIGSTOP)
    try:
        soon(lambda: two.trunks.registers("carrier1"), 30)
    finally:
        one.worker.process.send_signal(signal.SIGCONT)
    time.sleep(6)
    assert (one.trunks.registers("carrier1"), two.trunks.registers("carrier1")) == (False, True)


def test_without_the_database_the_gateway_goes_and_comes_back_with_it(site: Site) -> None:
    one, two = site.both()
    with psycopg.connect(site.db.info.dsn) as other:
        # Nobody gets an answer, and nobody is told why.
        other.execute("SELECT pg_advisory_xact_lock(7216003)")
        soon(lambda: not one.trunks.registers("carrier1"), 16)
        soon(lambda: "the lease on gateways is not renewed" in one.worker.log)
        time.sleep(10)
        assert not two.trunks.registers("carrier1")
    soon(lambda: one.trunks.registers("carrier1") or two.trunks.registers("carrier1"), 15)


def test_an_upgrade_of_the_worker_is_not_noticed(site: Site) -> None:
    one, _ = site.both()
    term = site.db.execute("SELECT term FROM rt.gateway_owner").fetchone()
    seen: list[bool] = []
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.05):
            seen.append(one.trunks.registers("carrier1"))

    watcher = threading.Thread(target=watch)
    watcher.start()
    assert one.worker.stop() == 0
    time.sleep(3)
    one.worker = one.start()
    # Longer than what the worker before it had armed.
    time.sleep(19)
    done.set()
    watcher.join()
    assert all(seen)
    assert site.db.execute("SELECT term FROM rt.gateway_owner").fetchone() == term
    assert len(one.trunks.tasks) == 3, "nothing of the worker before is left"


def test_what_an_operator_gives_to_another_node_moves_there(site: Site) -> None:
    one, two = site.both()
    site.db.execute("UPDATE cfg.gateway SET node_id = (SELECT id FROM cfg.node WHERE name = %s)", (two.name,))
    soon(lambda: two.trunks.registers("carrier1"), 20)
    assert site.owner() == two.name
    assert "gateway has to go" in one.worker.log
    site.db.execute("UPDATE cfg.gateway SET enabled = false")
    soon(lambda: site.owner() == "nobody", 20)
    soon(lambda: not two.trunks.has("carrier1"))


def test_a_node_that_has_too_many_gives_one_away(site: Site) -> None:
    one, two = site.both()
    (sealed,) = site.db.execute("SELECT password_sealed FROM cfg.gateway").fetchone() or (b"",)
    for name in ("carrier2", "carrier3"):
        add_gateway(site.db, bytes(sealed), name)
    site.db.execute("UPDATE cfg.gateway SET node_id = (SELECT id FROM cfg.node WHERE name = %s)", (one.name,))
    soon(lambda: all(one.trunks.registers(f"carrier{number}") for number in (1, 2, 3)), 30)
    site.db.execute("UPDATE cfg.gateway SET node_id = NULL")
    # Everything is as it was for two minutes.
    site.db.execute("UPDATE rt.node_lease SET live_since = live_since - interval '2 min'")
    site.db.execute("UPDATE rt.gateway_owner SET acquired_at = acquired_at - interval '2 min'")
    with nobody_registers_what_another_has(site):
        soon(lambda: any(two.trunks.registers(f"carrier{number}") for number in (1, 2, 3)), 25)
    assert "another node has fewer" in one.worker.log
    soon(lambda: sum(one.trunks.registers(f"carrier{number}") for number in (1, 2, 3)) == 2)
    # What it gave away can still be called over.
    soon(lambda: all(node.trunks.has(f"carrier{number}") for number in (1, 2, 3) for node in site.nodes), 15)


def test_a_freeswitch_that_was_started_again_registers_again(site: Site) -> None:
    one, _ = site.both()
    one.trunks.restart()
    assert not one.trunks.registers("carrier1"), "nobody would drop it yet"
    soon(lambda: one.trunks.registers("carrier1"), 15)
    assert len(one.trunks.tasks) == 3


def test_a_gateway_that_cannot_be_brought_up_goes_to_the_other_node_and_last_error_says_so(site: Site) -> None:
    one, two = site.both()
    one.trunks.lose_profile("external")
    soon(lambda: two.trunks.registers("carrier1"), 60)
    soon(lambda: "gateway carrier1 could not be brought up" in site.last_error(one))


def test_what_registers_without_being_this_nodes_is_stopped(site: Site) -> None:
    _, two = site.both()
    soon(lambda: two.trunks.has("carrier1"))
    two.trunks.register_anyway("carrier1")
    soon(lambda: not two.trunks.registers("carrier1"), 10)
    soon(lambda: "a gateway registers here that is not this node's" in two.worker.log)
    soon(lambda: two.trunks.has("carrier1"), 10)
