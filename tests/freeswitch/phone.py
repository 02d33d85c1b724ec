"""A phone: SIPp plays its SIP from the scenarios in sipp/, an Audio of its own is its media."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from .processes import Program, free_port, wait_for
from .rtp import Audio

SCENARIOS = Path(__file__).parent / "sipp"
#: SIPp gives up after this long, so that a test that hangs says where.
SIPP_TIMEOUT_S = 20


class Dialog:
    """One run of a scenario: register, call, or wait to be called. The messages it saw can be read while it runs."""

    def __init__(self, program: Program, messages: Path) -> None:
        self._program = program
        self._messages = messages

    def finish(self, timeout_s: float = SIPP_TIMEOUT_S + 5) -> int:
        """Wait until the scenario is played to its end, and return the last final status that the switch sent (0 = none)."""
        code = self._program.wait(timeout_s)
        if code != 0:
            raise AssertionError(f"{self._program.name}: SIPp ended with {code}\n{self._text()[-4000:]}\n{self._program.text()[-1500:]}")
        return self.status()

    def stop(self) -> None:
        self._program.stop()

    def status(self) -> int:
        found = [int(status) for status in re.findall(r"^SIP/2\.0 (\d{3})", "\n".join(self.received()), re.MULTILINE)]
        return next((status for status in reversed(found) if status >= 200), 0)

    def received(self) -> list[str]:
        """Return the messages that the switch sent, oldest first."""
        parts = re.split(r"^-{20,}.*$", self._text(), flags=re.MULTILINE)
        return [part.split("\n\n", 1)[1] for part in parts if "message received" in part.split("\n\n", 1)[0]]

    def switch_audio_port(self) -> int:
        """Return the port on which the switch wants this phone's media; wait until it has said so."""
        return wait_for(f"{self._program.name} hears where the media goes", self._offered, 10)

    def _offered(self) -> int | None:
        offers = re.findall(r"^m=audio (\d+)", "\n".join(self.received()), re.MULTILINE)
        return int(offers[-1]) if offers else None

    def _text(self) -> str:
        return self._messages.read_text(encoding="utf-8", errors="replace").replace("\r", "") if self._messages.exists() else ""


@dataclass(kw_only=True)
class Phone:
    """One phone of one user, on a port of its own. Nothing of it outlives close()."""

    user: str
    domain: str
    password: str
    switch_port: int
    folder: Path
    mark: int

    def __post_init__(self) -> None:
        self.port = free_port()
        self.audio = Audio(self.mark)
        self._dialogs: list[Dialog] = []

    def register(self, *, aor_user: str = "", aor_host: str = "", expires_s: int = 600) -> int:
        """Register the AOR, by default its own, and return the switch's final status."""
        keys = {"aor_user": aor_user or self.user, "aor_host": aor_host or self.domain, "expires": str(expires_s)}
        return self._play("register", keys).finish()

    def call(self, number: str, *, hold_ms: int = 1500, scenario: str = "caller-hangs-up", uri: str = "", extra_header: str = "X-Test: 1") -> Dialog:
        """Call `number` at the phone's own domain (or the given URI) and return the running dialog."""
        keys = {"uri": uri or f"sip:{number}@{self.domain}", "extra_header": extra_header}
        return self._play(scenario, keys, hold_ms=hold_ms)

    def expect_call(self, scenario: str = "callee-waits", *, hold_ms: int = 1500) -> Dialog:
        """Wait to be called, and behave like the scenario then."""
        return self._play(scenario, {}, hold_ms=hold_ms, listens=True)

    def talk(self, dialog: Dialog) -> None:
        """Start to send media to where the switch wants it."""
        self.audio.talk_to(dialog.switch_audio_port())

    def close(self) -> None:
        for dialog in self._dialogs:
            dialog.stop()
        self.audio.close()

    def _play(self, scenario: str, keys: dict[str, str], *, hold_ms: int = 0, listens: bool = False) -> Dialog:
        name = f"{self.user}-{self.port}-{scenario}-{len(self._dialogs)}"
        messages = self.folder / f"{name}.messages"
        command = ["sipp", f"127.0.0.1:{self.switch_port}", "-sf", str(SCENARIOS / f"{scenario}.xml"), "-m", "1", "-nostdin", "-nd"]
        command += ["-i", "127.0.0.1", "-p", str(self.port), "-mp", str(free_port()), "-d", str(hold_ms), "-au", self.user, "-ap", self.password]
        command += ["-trace_msg", "-message_file", str(messages), "-trace_err", "-error_file", str(self.folder / f"{name}.errors")]
        command += ["-timeout", f"{SIPP_TIMEOUT_S}s", "-timeout_error"]
        given = {"user": self.user, "from_user": self.user, "domain": self.domain, "rtp_port": str(self.audio.port), **keys}
        for key, value in given.items():
            command += ["-key", key, value]
        dialog = Dialog(Program(name, command, folder=self.folder, environment=os.environ), messages)
        self._dialogs.append(dialog)
        if listens:
            wait_for(f"{name} listens", lambda: _is_bound(self.port), 5)
        return dialog


def _is_bound(port: int) -> bool:
    wanted = f"0100007F:{port:04X}"
    return any(line.split()[1] == wanted for line in Path("/proc/net/udp").read_text(encoding="ascii").splitlines()[1:])
