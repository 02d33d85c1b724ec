"""Programs that a test starts and stops, by their process id, and what they listen on."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

Result = TypeVar("Result")

_TAKEN: set[int] = set()


def free_port() -> int:
    """Return a loopback port that is free for TCP and UDP, and that no other test of this session got."""
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            tcp.bind(("127.0.0.1", 0))
            port = int(tcp.getsockname()[1])
            with contextlib.suppress(OSError):
                udp.bind(("127.0.0.1", port))
                if port not in _TAKEN:
                    _TAKEN.add(port)
                    return port


def wait_for(what: str, look: Callable[[], Result | None], timeout_s: float, period_s: float = 0.05) -> Result:
    """Return the first true result of `look`; fail with `what` when there is none in time."""
    ends_at = time.monotonic() + timeout_s
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() >= ends_at:
            raise AssertionError(f"not within {timeout_s} s: {what}")
        time.sleep(period_s)


class Program:
    """One started program with its output in a file."""

    def __init__(self, name: str, command: Sequence[str], *, folder: Path, environment: Mapping[str, str]) -> None:
        self.name = name
        self.output = folder / f"{name}.out"
        with self.output.open("wb") as output:
            self._process = subprocess.Popen(
                command, cwd=folder, env=dict(environment), stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
            )

    @property
    def exit_code(self) -> int | None:
        return self._process.poll()

    def text(self) -> str:
        return self.output.read_text(encoding="utf-8", errors="replace")

    def wait(self, timeout_s: float) -> int:
        """Return the exit code; fail with the program's last output when it does not end in time."""
        try:
            return self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self.stop()
            raise AssertionError(f"{self.name} did not end within {timeout_s} s:\n{self.text()[-2000:]}") from None

    def kill(self) -> None:
        """End the program without a word."""
        self._process.kill()
        self._process.wait()

    def stop(self, timeout_s: float = 15) -> int:
        """End the program, gently and then not, and return its exit code."""
        if self._process.poll() is None:
            self._process.terminate()
        try:
            return self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()
