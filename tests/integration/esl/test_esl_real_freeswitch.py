"""The command connection and the replies it reads, on a real FreeSWITCH with nothing but the event socket."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from r2a_core.environ import Secret
from r2a_esl import replies
from r2a_esl.link import Link, LinkError, LinkRefusedError

PASSWORD = "of-the-event-socket"
CONFIGURATION = """<?xml version="1.0"?>
<document type="freeswitch/xml"><section name="configuration">
<configuration name="modules.conf"><modules><load module="mod_event_socket"/><load module="mod_commands"/></modules></configuration>
<configuration name="switch.conf"><settings><param name="switchname" value="tele-node-01"/></settings></configuration>
<configuration name="event_socket.conf"><settings><param name="listen-ip" value="127.0.0.1"/>
<param name="listen-port" value="{port}"/><param name="password" value="{password}"/></settings></configuration>
</section></document>
"""


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """Yield the event socket's port of a FreeSWITCH that was started for this test."""
    binary = os.environ.get("R2A_FREESWITCH") or shutil.which("freeswitch")
    if not binary:
        pytest.skip("no freeswitch: set R2A_FREESWITCH or put it on PATH")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        free = int(probe.getsockname()[1])
    (tmp_path / "freeswitch.xml").write_text(CONFIGURATION.format(port=free, password=PASSWORD))
    folders = [part for option in ("-conf", "-log", "-db", "-run", "-temp", "-storage") for part in (option, str(tmp_path))]
    command = [binary, "-nf", "-nonat", "-nosql", "-nort", *folders]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield free
    finally:
        process.terminate()
        process.wait(15)


def opened(port: int) -> Link:
    ends_at = time.monotonic() + 20
    while True:
        try:
            return Link.open("127.0.0.1", port, Secret(PASSWORD), 2.0)
        except LinkError:
            assert time.monotonic() < ends_at, "FreeSWITCH does not come up"
            time.sleep(0.1)


@pytest.mark.freeswitch
def test_a_real_freeswitch_answers_what_the_worker_asks(port: int) -> None:
    link = opened(port)
    assert replies.sessions(link.api("status")) == 0
    assert replies.version(link.api("version"))[0].isdigit()
    assert len(replies.core_uuid(link.api("global_getvar core_uuid"))) == 36
    assert replies.switchname(link.api("switchname")) == "tele-node-01"
    with pytest.raises(LinkRefusedError, match="R2A_ESL_PASSWORD"):
        Link.open("127.0.0.1", port, Secret("wrong"), 2.0)
    assert link.is_open
    # It may end before it answers.
    with contextlib.suppress(LinkError):
        link.api("fsctl shutdown now")
    assert link.wait_lost(10)
