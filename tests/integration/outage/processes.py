"""Programs that these tests start, freeze and kill, each by its own process id."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

Result = TypeVar("Result")

#: Nothing of the environment of the tests but what finds programs: PG* and R2A_* variables would change what is tested.
BARE_ENVIRONMENT = {"PATH": f"{os.environ.get('PATH', os.defpath)}:/usr/local/sbin:/usr/sbin:/sbin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def free_port() -> int:
    """Return a TCP port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


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
    """One started program, its output in a file, and the processes it made."""

    def __init__(
        self, name: str, command: Sequence[str], *, output: Path, environment: Mapping[str, str] = BARE_ENVIRONMENT, user: str | None = None
    ) -> None:
        self.name = name
        self.output = output
        with output.open("ab") as stream:
            self._process = subprocess.Popen(
                command,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                cwd=output.parent,
                user=user,
                extra_groups=[] if user else None,
            )

    @property
    def exit_code(self) -> int | None:
        return self._process.poll()

    @property
    def pid(self) -> int:
        return self._process.pid

    def log(self) -> str:
        return self.output.read_text(encoding="utf-8", errors="replace")

    def kill(self) -> None:
        """Kill it and its children at once, as a power cut would."""
        if self.exit_code is None:
            # Stopped first, so that none of them sees another die.
            for pid in self._freeze():
                _signal(pid, signal.SIGKILL)
        self._process.wait(10)

    def freeze(self) -> None:
        """Stop it and its children without closing anything: the peer sees an open connection that says nothing."""
        self._freeze()

    def thaw(self) -> None:
        for pid in reversed(self._pids()):
            _signal(pid, signal.SIGCONT)

    def wait(self, timeout_s: float) -> int:
        """Return the exit code; fail with the last of its output when it does not end in time."""
        try:
            return self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"{self.name} did not end within {timeout_s} s:\n{self.log()[-2000:]}") from None

    def stop(self, with_signal: signal.Signals = signal.SIGTERM, timeout_s: float = 15) -> int:
        """End it gently and return its exit code; kill it when it does not go."""
        if self.exit_code is None:
            self.thaw()
            self._process.send_signal(with_signal)
        return self.wait(timeout_s)

    def _freeze(self) -> list[int]:
        # The parent first: it cannot make another child while the children are listed.
        _signal(self._process.pid, signal.SIGSTOP)
        pids = self._pids()
        for pid in pids[1:]:
            _signal(pid, signal.SIGSTOP)
        return pids

    def _pids(self) -> list[int]:
        if self.exit_code is not None:
            return []
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text(encoding="ascii").split()
        return [self._process.pid, *map(int, children)]


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
