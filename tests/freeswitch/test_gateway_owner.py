"""Two real FreeSWITCH with their workers and a carrier: one of them is registered, and the other only when the first no longer is."""

from __future__ import annotations

import dataclasses
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from r2a_core.database import Connection
from r2a_core.environ import Secret
from r2a_core.sealing import SealingKey
from tests.doubles.carrier import Carrier

from .conftest import Site
from .processes import Program, free_port, wait_for
from .switch import Switch, write_tree
from .xmlservice import ROOT, XmlService

pytestmark = pytest.mark.freeswitch

GATEWAY = "carrier8"


@dataclass
class Node:
    """A switch, the address that it registers from, and its worker."""

    name: str
    address: str
    switch: Switch
    start: Callable[[], Program]
    worker: Program

    def state(self) -> str:
        """Return what the registration of the gateway is, Invalid for a gateway that it does not have."""
        lines = [line.split() for line in self.switch.api(f"sofia status gateway {GATEWAY}").splitlines()]
        return next((line[1] for line in lines if line[:1] == ["State"]), "Invalid")


@pytest.fixture
def carrier() -> Iterator[Carrier]:
    with Carrier("127.0.0.3", "acct8", "of-the-carrier") as carrier:
        yield carrier


@pytest.fixture
def db(site: Site, carrier: Carrier) -> Iterator[Connection]:
    """Yield the operator's connection, with a gateway that registers at the carrier; taken back afterwards."""
    sealed = SealingKey(Secret(site.variables["R2A_SECRET_KEY"])).seal("of-the-carrier")
    with psycopg.connect(site.dsn, autocommit=True) as database:
        database.execute(
            "INSERT INTO cfg.gateway (name, sip_profile_id, proxy, username, password_sealed, register, expire_s, retry_s, codecs)"
            " SELECT %s, id, %s, 'acct8', %s, true, 60, 5, 'PCMA,PCMU@20i' FROM cfg.sip_profile WHERE name = 'external'",
            (GATEWAY, carrier.place, sealed),
        )
        yield database
        database.execute("DELETE FROM cfg.gateway WHERE name = %s", (GATEWAY,))
        database.execute("TRUNCATE rt.gateway_owner, rt.node_lease")
        site.switch.api(f"sofia profile external killgw {GATEWAY}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Second:
    """The switch of the second node, and the XML service that says which event socket is its own."""

    switch: Switch
    service: XmlService


@pytest.fixture
def second(site: Site, freeswitch: str, tmp_path: Path) -> Iterator[Second]:
    """Yield the second node, on 127.0.0.2 with the ports of the first."""
    ports = dataclasses.replace(site.switch.ports, event_socket=free_port())
    (tmp_path / "journal").mkdir()
    own = {**site.variables, "R2A_ESL_PORT": str(ports.event_socket), "R2A_CDR_JOURNAL": str(tmp_path / "journal")}
    service = XmlService(own, tmp_path)
    try:
        service.wait_until_ready()
        write_tree(tmp_path / "conf", tmp_path, {**own, "R2A_XML_BIND": f"127.0.0.1:{service.port}"}, node="tele-node-02")
        switch = Switch(freeswitch, tmp_path / "conf", tmp_path, ports)
        try:
            switch.wait_until_running("internal", "external")
            yield Second(switch=switch, service=service)
        finally:
            exit_code = switch.stop()
    finally:
        service.stop()
    assert exit_code == 0


def worker_of(site: Site, switch: Switch, service: XmlService, name: str, folder: Path) -> Callable[[], Program]:
    folder.mkdir()
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("R2A_")}
    own = {"R2A_ESL_PORT": str(switch.ports.event_socket), "R2A_NODE_NAME": name, "R2A_XML_BIND": f"127.0.0.1:{service.port}"}
    own |= {"R2A_ESL_HTTP_BIND": f"127.0.0.1:{free_port()}", "PYTHONPATH": str(ROOT)}
    return lambda: Program("r2a_esl", [sys.executable, "-m", "r2a_esl"], folder=folder, environment={**inherited, **site.variables, **own})


@pytest.fixture
def nodes(site: Site, db: Connection, second: Second, tmp_path: Path) -> Iterator[list[Node]]:
    found = []
    first = ("tele-node-01", "127.0.0.1", site.switch, site.service)
    for name, address, switch, service in (first, ("tele-node-02", "127.0.0.2", second.switch, second.service)):
        start = worker_of(site, switch, service, name, tmp_path / name)
        found.append(Node(name, address, switch, start, start()))
    try:
        yield found
    finally:
        for node in found:
            node.worker.stop()
            assert "Traceback" not in node.worker.text()
        # The other tests have one node, and this one would be missed.
        db.execute("DELETE FROM rt.node_status WHERE node_name = 'tele-node-02'")


def test_the_gateway_of_a_killed_worker_is_dropped_by_freeswitch_and_moves_and_is_never_registered_twice(
    nodes: list[Node], carrier: Carrier, db: Connection
) -> None:
    wait_for("somebody is registered", carrier.bound, 25)
    one, two = sorted(nodes, key=lambda node: node.address not in carrier.bound())
    assert carrier.bound() == {one.address}
    wait_for("it knows that it is registered", lambda: one.state() == "REGED", 5)
    wait_for("the other has it for calls", lambda: two.state() == "NOREG", 10)
    assert db.execute("SELECT node_name FROM rt.gateway_owner").fetchone() == (one.name,)
    for node, way in ((node, way) for node in nodes for way in ("ivar", "ovar")):
        assert node.switch.api(f"sofia_gateway_data {GATEWAY} {way} absolute_codec_string") == "PCMA,PCMU@20i"

    # Renewed again and again: what FreeSWITCH would do by itself is put off.
    for _ in range(3):
        with pytest.raises(AssertionError, match="not within"):
            wait_for("it loses the registration", lambda: carrier.bound() != {one.address}, 6)

    one.worker.kill()
    wait_for("its own FreeSWITCH drops it", lambda: one.state() == "Invalid", 15)
    wait_for("it is not registered any more", lambda: not carrier.bound(), 3)
    wait_for("the other is registered", lambda: carrier.bound() == {two.address}, 20)
    assert db.execute("SELECT node_name, came_from FROM rt.gateway_owner").fetchone() == (two.name, one.name)
    wait_for("the first has it for calls again", lambda: one.state() == "NOREG", 15)
    # A minute is the length of a registration: nobody renews the old one.
    before = carrier.registers[one.address]
    one.worker = one.start()
    with pytest.raises(AssertionError, match="not within"):
        wait_for("it registers again", lambda: carrier.registers[one.address] != before, 15)
    assert carrier.most_at_once() == 1


def test_a_gateway_that_is_given_to_the_other_node_goes_there_without_being_registered_twice(
    nodes: list[Node], carrier: Carrier, db: Connection
) -> None:
    wait_for("somebody is registered", carrier.bound, 25)
    one, two = sorted(nodes, key=lambda node: node.address not in carrier.bound())
    db.execute("UPDATE cfg.gateway SET node_id = (SELECT id FROM cfg.node WHERE name = %s) WHERE name = %s", (two.name, GATEWAY))
    wait_for("the other is registered", lambda: carrier.bound() == {two.address}, 25)
    assert one.state() == "Invalid"
    db.execute("UPDATE cfg.gateway SET register = false WHERE name = %s", (GATEWAY,))
    wait_for("nobody is registered", lambda: not carrier.bound(), 10)
    wait_for("it is there for calls", lambda: two.state() == "NOREG", 10)
    wait_for("nobody has it", lambda: db.execute("SELECT FROM rt.gateway_owner").fetchone() is None, 15)
    assert carrier.most_at_once() == 1
