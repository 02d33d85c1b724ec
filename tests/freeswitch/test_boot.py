"""A FreeSWITCH that starts while r2a is down: what the static tree must hold up until it is back."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from .conftest import Site
from .esl import EventSocket
from .processes import free_port, wait_for
from .switch import Switch, write_tree
from .xmlservice import Recorder

pytestmark = pytest.mark.freeswitch


@dataclass(frozen=True, slots=True, kw_only=True)
class Orphan:
    """A second node's switch, and the port on which it looks for r2a."""

    switch: Switch
    r2a_port: int
    journal: Path


@pytest.fixture
def orphan(site: Site, freeswitch: str, tmp_path: Path) -> Iterator[Orphan]:
    """Yield the switch of the second node, started with nobody to ask."""
    ports, r2a_port = dataclasses.replace(site.switch.ports, event_socket=free_port()), free_port()
    journal = tmp_path / "journal"
    journal.mkdir()
    own = {"R2A_ESL_PORT": str(ports.event_socket), "R2A_CDR_JOURNAL": str(journal), "R2A_XML_BIND": f"127.0.0.1:{r2a_port}"}
    write_tree(tmp_path / "conf", tmp_path, {**site.variables, **own}, node="tele-node-02")
    switch = Switch(freeswitch, tmp_path / "conf", tmp_path, ports)
    try:
        switch.wait_until_running()
        yield Orphan(switch=switch, r2a_port=r2a_port, journal=journal)
    finally:
        exit_code = switch.stop()
    assert exit_code == 0


def test_it_can_be_commanded_and_healed(site: Site, orphan: Orphan) -> None:
    switch = orphan.switch
    # Never the password that everybody knows; no SIP, because nobody could say which; records go where the worker looks for them.
    with pytest.raises(AssertionError, match="refused"):
        EventSocket(switch.ports.event_socket, "ClueCon")
    assert switch.api("switchname") == "tele-node-02"
    assert switch.api("module_exists mod_sofia") == "false"
    assert f"Setting log file path to {orphan.journal}" in switch.log()
    assert switch.api("acl 127.0.0.1 cluster") == "false"

    recorder = Recorder(site.service.port, port=orphan.r2a_port)
    try:
        assert "+OK" in switch.api("load mod_sofia")
        wait_for("both profiles run", lambda: switch.api("sofia status").count("RUNNING") == 2, 20, 0.2)
        assert {one.field("hostname") for one in recorder.exchanges} == {"tele-node-02"}
    finally:
        recorder.close()
    assert f"127.0.0.2:{switch.ports.internal}" in switch.api("sofia status profile internal")
