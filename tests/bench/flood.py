"""More registrations than any switch takes, to see what an event costs the tap: events a second of its process's own CPU time."""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from r2a_esl.registrations import Registration
from tests.doubles.esl_frames import json_event
from tests.doubles.freeswitch import PASSWORD, FakeFreeSwitch
from tests.doubles.registrar import register_event

from . import processes
from .changes import Flood
from .errors import BenchError
from .questions import BASE, DOMAIN
from .servers import ROOT

ROUNDS = 3
#: Different events, and how often all of them are sent in a round: the floor is so fast that the kernel's clock ticks need more.
EVENTS = 250
TAP_REPEATS = 240
FLOOR_REPEATS = 3200
#: Variables of the user that an event carries: with as many headers as a captured one (1.1 kB, 38 headers), and of a user with many.
VARIABLES = (8, 60)
START_S = 20.0
ROUND_S = 60.0
STOP_S = 10.0
#: What FreeSWITCH puts before the headers of mod_sofia, and what mod_sofia says besides those that the tap needs.
_COMMON = {
    "Core-UUID": "5f3c2f0e-7d5b-4f4e-9d0e-0d8d1f2a3b4c",
    "FreeSWITCH-Hostname": "tele-node-01",
    "FreeSWITCH-Switchname": "tele-node-01",
    "FreeSWITCH-IPv4": "192.0.2.10",
    "FreeSWITCH-IPv6": "::1",
    "Event-Date-Local": "2026-01-01 00:00:00",
    "Event-Date-GMT": "Thu, 01 Jan 2026 00:00:00 GMT",
    "Event-Date-Timestamp": "1767225600000000",
    "Event-Calling-File": "sofia_reg.c",
    "Event-Calling-Function": "sofia_reg_handle_register_token",
    "Event-Calling-Line-Number": "2000",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A process that reads what `switch` sends, and says on `process.stdout` how far it is."""

    name: str
    process: subprocess.Popen[bytes]
    switch: FakeFreeSwitch
    repeats: int
    log: Path

    def rate(self, block: bytes) -> float:
        """Send `block` as often as it takes and return how many of its events a CPU second takes; raise BenchError when any is lost."""
        before = processes.cpu_s(self.process.pid)
        for _ in range(self.repeats):
            self.switch.play(block)
        said = self._next_line()
        used_s = processes.cpu_s(self.process.pid) - before
        # The first is that of the connection itself.
        if said["gaps"] != 1:
            raise BenchError(f"{self.name} had {said['gaps'] - 1} gaps: what it left out took no time, so the round does not count")
        if used_s <= 0:
            raise BenchError(f"{self.name} used no CPU time at all")
        return EVENTS * self.repeats / used_s

    def _next_line(self) -> dict[str, int]:
        stdout = self.process.stdout
        if stdout is None or not select.select([stdout], [], [], ROUND_S)[0] or not (line := stdout.readline()):
            said = self.log.read_text(encoding="utf-8", errors="replace").strip()[-600:] or "nothing"
            raise BenchError(f"{self.name} did not take everything within {ROUND_S:g} s; its log says: {said}")
        found: dict[str, int] = json.loads(line)
        return found


def measure(variables: int, folder: Path) -> Flood:
    """Feed events whose users have so many `variables` to the tap and to the floor, in turns; raise BenchError when an event is lost."""
    frames = [_frame(number, variables) for number in range(EVENTS)]
    block = b"".join(frames)
    with contextlib.ExitStack() as stack:
        tap = stack.enter_context(_reader("tap", ["tapping", str(EVENTS * TAP_REPEATS)], TAP_REPEATS, folder))
        size = str(len(block) * FLOOR_REPEATS)
        floor = stack.enter_context(_reader("floor", ["receiving", "{port}", PASSWORD, size], FLOOR_REPEATS, folder))
        rates: dict[str, list[float]] = {tap.name: [], floor.name: []}
        for number in range(ROUNDS):
            for reader in (tap, floor) if number % 2 == 0 else (floor, tap):
                rates[reader.name].append(reader.rate(block))
    sizes = [len(frame.partition(b"\n\n")[2]) for frame in frames]
    headers = len(json.loads(frames[0].partition(b"\n\n")[2]))
    return Flood(headers=headers, event_bytes=sum(sizes) / len(sizes), tap_rates=rates["tap"], floor_rates=rates["floor"])


@contextlib.contextmanager
def _reader(name: str, arguments: list[str], repeats: int, folder: Path) -> Iterator[Reader]:
    """Start a process of this package that reads from a switch of its own, and wait until it has subscribed."""
    with FakeFreeSwitch() as switch, (folder / f"{name}.log").open("wb") as output:
        words = [word.format(port=switch.port) for word in arguments]
        inherited = {key: value for key, value in os.environ.items() if not key.startswith(("R2A_", "BENCH_", "PG"))}
        # The tap asks no database; the settings of a worker want to know where one would be.
        given = {"R2A_ESL_PORT": str(switch.port), "R2A_ESL_PASSWORD": PASSWORD, "R2A_WRITE_DSN": "host=127.0.0.1"}
        process = subprocess.Popen(
            [sys.executable, "-m", f"tests.bench.{words[0]}", *words[1:]], cwd=ROOT, env={**inherited, **given}, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=output, start_new_session=True,
        )  # fmt: skip
        reader = Reader(name=name, process=process, switch=switch, repeats=repeats, log=folder / f"{name}.log")
        try:
            _wait_subscribed(reader)
            yield reader
        finally:
            _stop(process)


def _wait_subscribed(reader: Reader) -> None:
    ends_at = time.monotonic() + START_S
    while not any(command.startswith("event json") for command in reader.switch.commands):
        if time.monotonic() > ends_at or reader.process.poll() is not None:
            said = reader.log.read_text(encoding="utf-8", errors="replace").strip()[-600:] or "nothing"
            raise BenchError(f"{reader.name} did not subscribe within {START_S:g} s; its log says: {said}")
        time.sleep(0.02)
    # The reply is sent after the command is noted; what is played must come behind it.
    time.sleep(0.5)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()


def _frame(number: int, variables: int) -> bytes:
    """Return the frame of one registration, in the order in which FreeSWITCH writes its headers: common ones, mod_sofia's, the user's variables."""
    user, address = str(BASE + 1 + number), f"198.51.100.{number % 250 + 1}"
    names = {"user": user, "host": DOMAIN, "username": user, "realm": DOMAIN}
    known = register_event(Registration(profile="internal", call_id=f"{number:08x}-bench-{user}@{address}", address=f"{address}:5060", **names))
    said = {
        "Event-Sequence": str(100_000 + number),
        "presence-hosts": "n/a",
        "contact": f'"{user}" <sip:{user}@{address}:5060;transport=udp>',
        "rpid": "unknown",
        "status": "Registered(UDP)",
        "to-user": user,
        "to-host": DOMAIN,
        "user-agent": "Desk Phone 6.4.14.9",
    }
    of_user = {f"variable_of_user_{place:02}": f"value {place} of extension {user}" for place in range(variables)}
    return json_event({"Event-Subclass": known["Event-Subclass"], "Event-Name": known["Event-Name"], **_COMMON, **known, **said, **of_user}, None)
