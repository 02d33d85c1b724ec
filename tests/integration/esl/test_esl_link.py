"""The command connection against a FreeSWITCH that misbehaves: every failure is an error within the deadline, and leaves nothing behind."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import gevent
import pytest

from r2a_core.environ import Secret
from r2a_esl.link import DeadlineMissedError, Link, LinkError, LinkRefusedError
from tests.doubles.esl_frames import header
from tests.doubles.freeswitch import PASSWORD, FakeFreeSwitch

DEADLINE_S = 0.6


@pytest.fixture
def freeswitch() -> Iterator[FakeFreeSwitch]:
    with FakeFreeSwitch() as server:
        yield server


def opened(server: FakeFreeSwitch, *, password: str = PASSWORD, deadline_s: float = DEADLINE_S) -> Link:
    return Link.open("127.0.0.1", server.port, Secret(password), deadline_s)


def descriptors() -> int:
    return len(list(Path(f"/proc/{os.getpid()}/fd").iterdir()))


def until_unconnected(server: FakeFreeSwitch) -> None:
    """Fail unless the server loses its last client soon."""
    ends_at = time.monotonic() + 3
    while server.open_connections:
        assert time.monotonic() < ends_at, "the client keeps its connection"
        gevent.sleep(0.01)


def test_a_command_returns_what_it_prints(freeswitch: FakeFreeSwitch) -> None:
    link = opened(freeswitch)
    assert link.api("switchname") == "tele-node-01"
    assert link.api("nosuch thing") == "-ERR nosuch thing Command not found!\n"
    assert freeswitch.commands == ["api switchname", "api nosuch thing"]
    link.close()
    until_unconnected(freeswitch)


def test_a_long_reply_and_one_in_another_encoding_come_through(freeswitch: FakeFreeSwitch) -> None:
    freeswitch.replies |= {"long": "x" * 2_000_000, "latin": b"Jos\xe9\n", "empty": ""}
    link = opened(freeswitch, deadline_s=5)
    assert len(link.api("long")) == 2_000_000
    assert link.api("latin") == "Jos\N{REPLACEMENT CHARACTER}\n"
    assert link.api("empty") == ""
    link.close()


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    with pytest.raises(LinkError, match="connection refused"):
        Link.open("127.0.0.1", port, Secret("x"), DEADLINE_S)


@pytest.mark.parametrize("trait", ["silent", "silent_on_auth"])
def test_a_silent_server_is_left_at_the_deadline(freeswitch: FakeFreeSwitch, trait: str) -> None:
    freeswitch.behave(**{trait: True})
    began = time.monotonic()
    with pytest.raises(DeadlineMissedError, match=r"no answer to connecting within 0\.6 s"):
        opened(freeswitch)
    assert time.monotonic() - began < DEADLINE_S + 0.5
    until_unconnected(freeswitch)


def test_a_server_that_closes_at_once_is_noticed_at_once(freeswitch: FakeFreeSwitch) -> None:
    freeswitch.behave(close_on_accept=True)
    began = time.monotonic()
    with pytest.raises(LinkError, match="closed"):
        opened(freeswitch)
    assert time.monotonic() - began < DEADLINE_S / 2


def test_a_wrong_password_says_which_setting_and_not_the_password(freeswitch: FakeFreeSwitch) -> None:
    with pytest.raises(LinkRefusedError, match="R2A_ESL_PASSWORD") as caught:
        opened(freeswitch, password="guessed-wrong")
    assert "guessed-wrong" not in f"{caught.value!r} {caught.value.__cause__!r}"
    until_unconnected(freeswitch)


def test_an_access_list_is_named(freeswitch: FakeFreeSwitch) -> None:
    freeswitch.behave(reject_address=True)
    with pytest.raises(LinkRefusedError, match="apply-inbound-acl"):
        opened(freeswitch)


@pytest.mark.parametrize("reset", [False, True])
def test_a_connection_cut_within_a_body_is_an_error_at_once(freeswitch: FakeFreeSwitch, reset: bool) -> None:
    freeswitch.behave(cut=frozenset({"status"}), reset=reset)
    link = opened(freeswitch)
    began = time.monotonic()
    with pytest.raises(LinkError, match=r"closed|reset"):
        link.api("status")
    assert time.monotonic() - began < DEADLINE_S / 2
    assert not link.is_open
    until_unconnected(freeswitch)


@pytest.mark.parametrize(
    "garbage",
    [
        b"Content-Type: api/response\n\n",
        b"Content-Type: api/response\nContent-Length: -5\n\n",
        b"Content-Type: api/response\nContent-Length: 99999999999\n\n",
        b"Content-Type: api/response\nContent-Length: many\n\n",
        b"Content-Type: text/event-json\nContent-Length: 2\n\n{}",
        b"\n\n",
        b"\xff\xfe\n\n",
        header("command/reply", "Reply-Text: +OK") + header("command/reply", "Reply-Text: +OK"),
    ],
)
def test_a_stream_out_of_step_ends_the_connection(freeswitch: FakeFreeSwitch, garbage: bytes) -> None:
    freeswitch.behave(garbage={"status": garbage})
    link = opened(freeswitch)
    began = time.monotonic()
    # A surplus reply shows only after the right one; everything else fails the command itself.
    if garbage.count(b"Reply-Text") == 2:
        link.api("status")
    else:
        with pytest.raises(LinkError):
            link.api("status")
    assert link.wait_lost(1.0)
    assert time.monotonic() - began < DEADLINE_S / 2
    until_unconnected(freeswitch)


def test_an_unanswered_command_ends_the_connection_at_the_deadline(freeswitch: FakeFreeSwitch) -> None:
    freeswitch.behave(ignored=frozenset({"status"}))
    link = opened(freeswitch)
    began = time.monotonic()
    with pytest.raises(DeadlineMissedError, match=r"no answer to `status` within 0\.6 s"):
        link.api("status")
    assert DEADLINE_S - 0.1 < time.monotonic() - began < DEADLINE_S + 0.5
    # A reply that comes late must not be taken for the next command's.
    with pytest.raises(LinkError, match="closed"):
        link.api("version")
    until_unconnected(freeswitch)


def test_a_frozen_server_bounds_a_command_and_close(freeswitch: FakeFreeSwitch) -> None:
    link, other = opened(freeswitch), opened(freeswitch)
    with freeswitch.frozen():
        with pytest.raises(DeadlineMissedError):
            link.api("status")
        began = time.monotonic()
        other.close()
        assert time.monotonic() - began < 0.5


@pytest.mark.parametrize(("notice", "reset"), [(True, False), (False, False), (False, True)])
def test_the_end_of_the_connection_is_known_without_asking(freeswitch: FakeFreeSwitch, notice: bool, reset: bool) -> None:
    link = opened(freeswitch)
    assert not link.wait_lost(0.05)
    threading.Timer(0.1, freeswitch.disconnect, kwargs={"notice": notice, "reset": reset}).start()
    assert link.wait_lost(2.0)
    assert not link.is_open


def test_commands_from_two_greenlets_keep_their_own_replies(freeswitch: FakeFreeSwitch) -> None:
    freeswitch.replies["echo"] = lambda command: command.removeprefix("echo ")
    link = opened(freeswitch, deadline_s=5)
    jobs = [gevent.spawn(link.api, f"echo {number}") for number in range(50)]
    gevent.joinall(jobs, timeout=5)
    assert [job.value for job in jobs] == [str(number) for number in range(50)]
    link.close()


def test_twenty_failed_connections_leave_no_descriptor(freeswitch: FakeFreeSwitch) -> None:
    opened(freeswitch).close()
    before = descriptors()
    for number in range(20):
        freeswitch.behave(silent=number % 2 == 0, refuse_auth=number % 2 == 1)
        with pytest.raises(LinkError):
            opened(freeswitch, deadline_s=0.05 if number % 2 == 0 else DEADLINE_S)
    until_unconnected(freeswitch)
    assert descriptors() <= before + 1


@pytest.mark.parametrize("command", ["", "status\n\nexit", "status\r", "x" * 9000, "caf\udce9"])
def test_a_command_is_one_line(freeswitch: FakeFreeSwitch, command: str) -> None:
    link = opened(freeswitch)
    with pytest.raises((ValueError, UnicodeError)):
        link.api(command)
    assert freeswitch.commands == []
    link.close()
