"""The FreeSWITCH under test: written out by `r2a freeswitch-conf`, started in the foreground, stopped by its process id."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .esl import EventSocket
from .processes import Program, free_port, wait_for
from .xmlservice import ROOT

NODE = "tele-node-01"
ESL_PASSWORD = "not-the-well-known-one"
#: What FreeSWITCH logs when an answer was not what it could read.
_UNREADABLE = re.compile(
    r"Error Parsing Result|\[error near line|unclosed|unexpected closing|root tag missing|HTTP error 50\d|maximum response|Timezone '.*not found",
    re.IGNORECASE,
)


def binary() -> str | None:
    """Return the FreeSWITCH to test on, None when there is none."""
    named = os.environ.get("R2A_FREESWITCH", "")
    return shutil.which(named or "freeswitch")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Where the switch listens."""

    internal: int
    external: int
    event_socket: int

    @classmethod
    def free(cls) -> Ports:
        return cls(internal=free_port(), external=free_port(), event_socket=free_port())


class Switch:
    """A running FreeSWITCH and the ways to look at it."""

    def __init__(self, freeswitch: str, tree: Path, folder: Path, ports: Ports) -> None:
        self.ports = ports
        self.folder = folder
        folders = {name: folder / name for name in ("db", "log", "run", "temp", "storage", "recordings", "cache")}
        command = [freeswitch, "-nonat", "-nf", "-nc", "-conf", str(tree)]
        for name, path in folders.items():
            path.mkdir(mode=0o700)
            command += [f"-{name}", str(path)]
        self._program = Program("freeswitch", command, folder=folder, environment=os.environ)

    def wait_until_running(self, *profiles: str) -> None:
        """Return once all `profiles` are RUNNING; fail with the switch's log when they are not."""
        try:
            wait_for("the event socket answers", self.answers, 30, 0.2)
            for profile in profiles:
                wait_for(f"profile {profile} is RUNNING", lambda profile=profile: self._runs(profile), 20, 0.2)  # type: ignore[misc]
            # The modules of post_load_modules.conf come after the profiles.
            wait_for("all modules are loaded", lambda: "is ready" in self.api("status"), 20, 0.2)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.log()[-6000:]}") from None

    def api(self, command: str) -> str:
        """Return what the switch answers to `command`."""
        with EventSocket(self.ports.event_socket, ESL_PASSWORD) as connection:
            return connection.api(command)

    def channels(self) -> int:
        found = re.search(r"(\d+) total", self.api("show channels count"))
        return int(found[1]) if found else -1

    def registrations(self) -> str:
        """Return the table of those registered on the profile internal."""
        return self.api("sofia status profile internal reg")

    def log(self) -> str:
        path = self.folder / "freeswitch.log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else "(no log)"

    def unreadable_answers(self) -> list[str]:
        return [line for line in self.log().splitlines() if _UNREADABLE.search(line)]

    def core_dumps(self) -> list[Path]:
        return [path for path in self.folder.rglob("core*") if path.suffix != ".db" and path.is_file() and not path.name.startswith("core.db")]

    def stop(self) -> int:
        return self._program.stop(30)

    def answers(self) -> bool:
        """Return whether the event socket answers; fail when the program has ended."""
        if self._program.exit_code is not None:
            raise AssertionError(f"freeswitch ended with {self._program.exit_code}: {self._program.text()[-2000:]}")
        try:
            return bool(self.api("status"))
        except (OSError, AssertionError):
            return False

    def _runs(self, profile: str) -> bool:
        return re.search(rf"^\s*{profile}\s+profile\s.*RUNNING", self.api("sofia status"), re.MULTILINE) is not None


def write_tree(tree: Path, folder: Path, variables: Mapping[str, str], *, node: str = NODE) -> None:
    """Run `r2a freeswitch-conf` for the node as an operator would; the log goes to `folder`."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("R2A_")}
    command = [sys.executable, "-m", "r2a_admin", "freeswitch-conf", "--node", node, "--output", str(tree)]
    command += ["--log-file", str(folder / "freeswitch.log"), "--log-level", "debug", "--rtp-start-port", "30000", "--rtp-end-port", "31000"]
    command += ["--phrases"]
    done = subprocess.run(command, cwd=ROOT, env={**inherited, **variables}, capture_output=True, text=True, timeout=30, check=False)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(command)}: {done.returncode}\n{done.stdout}{done.stderr}")
