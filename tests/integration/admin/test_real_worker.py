"""The commands of an operator with the real worker and the real XML service; only the switch is a double."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.doubles.freeswitch import FakeFreeSwitch
from tests.doubles.sofia import Sofia
from tests.doubles.worker import PASSWORD, Worker, soon
from tests.freeswitch.xmlservice import XmlService
from tests.integration.admin.conftest import R2a

NODE = "tele-node-01"
RESTART_NEEDED = "restart needed: profile internal: port changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A node where only FreeSWITCH is a double, and the command."""

    r2a: R2a
    freeswitch: FakeFreeSwitch
    sofia: Sofia

    def notes(self) -> list[str]:
        (found,) = self.r2a.well("nodes", "--json").json
        return list(found["notes"])

    def told(self, command: str) -> int:
        return self.freeswitch.commands.count(f"api {command}")


@pytest.fixture
def node(office: R2a, tmp_path: Path) -> Iterator[Node]:
    office.well("node", "add", NODE, "--listen", "192.0.2.11")
    sofia = Sofia("internal", "external")
    service = XmlService({"R2A_WRITE_DSN": office.dsn}, tmp_path)
    with FakeFreeSwitch(password=PASSWORD) as freeswitch:
        freeswitch.replies["sofia"] = sofia
        freeswitch.replies["acl"] = "false"
        service.wait_until_ready()
        worker = Worker(tmp_path, freeswitch.port, office.dsn, R2A_XML_BIND=f"127.0.0.1:{service.port}")
        try:
            soon(lambda: "listening for changes" in worker.log and office("reload", "--wait").out.startswith(NODE))
            yield Node(r2a=office, freeswitch=freeswitch, sofia=sofia)
        finally:
            worker.stop()
            service.stop()


def test_a_change_from_the_command_to_the_switch_and_back(node: Node) -> None:
    node.r2a.well("extension", "set", "1001", "--name", "Bob")
    revision = node.r2a.well("changes", "--json", "--last", "1").json[0]["revision"]
    assert f"{NODE}: has applied revision {revision}" in node.r2a.well("reload", "--wait").out
    assert node.told("xml_flush_cache id 1001 a.example.com") == 1
    node.r2a.well("history", "undo", str(revision), "--yes")
    node.r2a.well("reload", "--wait")
    assert node.told("xml_flush_cache id 1001 a.example.com") == 2
    soon(lambda: node.notes() == [])


def test_a_command_that_fails_is_told_by_wait(node: Node) -> None:
    node.freeswitch.replies["reloadacl"] = "-ERR not now\n"
    node.r2a.well("acl", "add", "trusted")
    said = node.r2a("reload", "--wait", "--timeout", "30")
    assert said.code == 1
    assert "`reloadacl` answered '-ERR not now'" in said.out
    node.r2a.refused("nodes", "--check")


def test_a_restart_that_is_needed_is_shown_done_and_gone(node: Node) -> None:
    node.r2a.well("profile", "set", "internal", "--port", "5090")
    soon(lambda: node.notes() == [RESTART_NEEDED])
    node.r2a.well("nodes", "--check")
    said = node.r2a("diff", "--node", NODE)
    assert f"profile internal: running as it was started, configured port changed; r2a reload --restart internal --node {NODE}" in said.out
    node.sofia.running["internal"] = 3
    said = node.r2a.well("reload", "--restart", "internal", "--yes")
    assert f"{NODE}: restarted profile internal (3 calls ended, " in said.out
    assert node.sofia.told == ["restart internal"]
    soon(lambda: node.notes() == [])


def test_a_refresh_as_a_whole(node: Node) -> None:
    before = node.told("reloadacl")
    assert f"{NODE}: refreshed" in node.r2a.well("reload", "--full", "--wait").out
    assert node.told("reloadacl") == before + 1


def test_a_switch_that_is_away(node: Node) -> None:
    node.freeswitch.behave(reject_address=True)
    node.freeswitch.restart()
    soon(lambda: node.r2a.well("nodes", "--json").json[0]["state"] == "FreeSWITCH away")
    said = node.r2a("reload", "--restart", "internal", "--yes")
    assert said.code == 1
    assert f"{NODE}: not restarted: FreeSWITCH is away" in said.out
    node.r2a.well("acl", "add", "trusted")
    said = node.r2a("reload", "--wait", "--timeout", "1")
    assert (said.code, "1 change behind after 1 s" in said.out) == (1, True)
