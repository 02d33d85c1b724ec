"""`r2a run` as a process, for the acceptance tests: what it printed, what it started, and whether that is gone."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

QUESTION = (
    "hostname=tele-node-01&section=directory&tag_name=domain&key_name=name&key_value=pbx.example.com"
    "&Event-Name=REQUEST_PARAMS&key=id&user=1001&domain=pbx.example.com"
)
READY = "r2a is ready"
#: Settings of whoever runs the tests must not reach `r2a run`.
INHERITED = {name: value for name, value in os.environ.items() if not name.startswith(("R2A_", "PG", "WEB_CONCURRENCY", "PROMETHEUS"))}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _stat(pid: int) -> tuple[int, int] | None:
    """Return (parent, start time) of a live process, or None."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] == "Z" else (int(fields[1]), int(fields[19]))


def descendants(pid: int) -> set[tuple[int, int]]:
    """Return (pid, start time) of everything that `pid` started, directly or not."""
    alive = {int(entry.name): found for entry in Path("/proc").iterdir() if entry.name.isdigit() and (found := _stat(int(entry.name)))}
    family, grown = {pid}, True
    while grown:
        more = {child for child, (parent, _) in alive.items() if parent in family} - family
        family |= more
        grown = bool(more)
    return {(child, alive[child][1]) for child in family - {pid} if child in alive}


def remaining(processes: set[tuple[int, int]], timeout_s: float) -> set[tuple[int, int]]:
    """Return those of `processes` that are still alive after `timeout_s` seconds at most."""
    ends_at = time.monotonic() + timeout_s
    while True:
        left = {(pid, started) for pid, started in processes if (found := _stat(pid)) and found[1] == started}
        if not left or time.monotonic() > ends_at:
            return left
        time.sleep(0.05)


class Stack:
    """One `r2a run` in a folder of its own."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.var = Path(settings.get("R2A_VAR", folder / "var"))
        self.xml, self.worker = f"127.0.0.1:{free_port()}", f"127.0.0.1:{free_port()}"
        own = {"R2A_XML_BIND": self.xml, "R2A_ESL_HTTP_BIND": self.worker, "R2A_ESL_PORT": str(free_port()), "R2A_NODE_NAME": "tele-node-01"}
        self._output = folder / f"output-{time.monotonic_ns()}"
        with self._output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "r2a_admin", "run"],
                cwd=folder,
                env={**INHERITED, **own, "R2A_VAR": str(self.var), "WEB_CONCURRENCY": "1", **settings},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def output(self) -> str:
        return self._output.read_text()

    def wait_for(self, text: str, timeout_s: float = 30.0) -> None:
        """Return when `text` was printed; fail when the process ends before."""
        ends_at = time.monotonic() + timeout_s
        while text not in self.output:
            assert self.process.poll() is None, f"it ended: {self.output}"
            assert time.monotonic() < ends_at, f"no {text!r}: {self.output}"
            time.sleep(0.02)

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait(20)

    def ask(self, path: str = "/xml", form: str | None = QUESTION) -> tuple[int, str]:
        request = urllib.request.Request(f"http://{self.xml}{path}", data=form.encode() if form else None)
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310  # our own address
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()
